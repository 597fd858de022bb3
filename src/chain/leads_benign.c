/* Innocent causes (6-domain, 4.3). Facts about each group come from SQL, one row a lead; each cause is then a few comparisons, so that anyone can
 * read when it explains and when the log does not say. A cause explains only what it would bring about by itself: a group that it fits in part is
 * not explained. */
#include "chain/leads.h"

#include "chain/cells.h"

#include <math.h>
#include <string.h>

/* What is known of a group. Shares are of its members unless said otherwise; NAN: the columns are not there. */
typedef struct {
    int64_t lead, members, units, apps;
    double top_unit;                 /* share in the commonest unit; of those with a unit */
    double of_units;                 /* share of all units that have members */
    int64_t opened;                  /* members with a time of registration */
    double opened_hours;             /* from the first to the last of the middle nine tenths of them */
    double gap_s, gap_spread;        /* of their gaps: the median, and the upper over the lower quartile */
    double opened_hour;              /* hour of the day of the middle one */
    double phones, phone_runs;       /* with a phone; of these, in a row of numbers */
    double devices, own_device;      /* with any device; of these, with one that at most SHARED accounts ever use */
    double most_on_device;           /* members on the commonest device */
    double opening_devices;          /* devices at which two members or more were registered */
    double opened_shared;            /* share of members registered at one where another was */
    double acting;                   /* share of members with any act */
    double proxied;                  /* with operator helper or staff, or a record that says so */
    int64_t together_days;           /* days with moments at which members act together */
    double in_slot;                  /* share of these moments' acts in the commonest weekday and two hours */
    double alone;                    /* share of members with an act on a day without such a moment */
    double crowd_units;              /* share of all units with an account that acts at such a moment, on average over the acts */
    double crowd_members;            /* share of members among all who act at these moments */
    double top_of_all;               /* share of that commonest unit among all accounts of the group's apps */
    double months, month_acts, hours;      /* months and hours of the day with acts; acts of a member in a month it acts in */
    double addresses, own_address;   /* with any address; of these, with one that at most six accounts ever use */
    double seconded;                 /* share of members in a batch of another detector */
    double replaced;                 /* of those with a phone: it had an account of the same app and unit that was closed before */
    double deadline;                 /* 1: these days are among the last three before a month's end or a target's due day; else 0 */
    double rush_units, rush_members; /* units whose other people register twice as often as usual in these days; members among all who do then */
    double phrase_units, phrase_members;   /* of texts that three members post: share of all units with a poster; members among posters */
    double day_hours, at_once;       /* of timed sessions, at most: hours of a member's day; share that begins within one of another object */
    const char *scale;               /* of the lead; not from SQL */
} facts;

static const char *const SQL_FACTS[] = {
    "CREATE OR REPLACE TEMP TABLE lead_unit AS "
    "SELECT lead, count(*) AS members, count(DISTINCT unit_code) AS units, count(DISTINCT app) AS apps, count(phone) / count(*) AS phones, "
    "       count(phone_run) / nullif(count(phone), 0) AS phone_runs, count_if(operator IN ('helper', 'staff')) / count(*) AS proxied "
    "FROM   lead_member m JOIN lead_account a ON a.code = m.account GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_top AS "
    "SELECT lead, max(n) / sum(n) AS top_unit, arg_max(unit_code, (n, unit_code)) AS unit_code FROM (SELECT lead, unit_code, count(*) AS n FROM "
    "lead_member m JOIN lead_account a ON a.code = m.account WHERE unit_code IS NOT NULL GROUP BY lead, unit_code) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_opened AS "
    "SELECT lead, count(at_us) AS opened, (quantile_disc(at_us, 0.95) - quantile_disc(at_us, 0.05)) / 3.6e9 AS opened_hours, "
    "       quantile_disc(gap, 0.5) / 1e6 AS gap_s, quantile_disc(gap, 0.75) / greatest(quantile_disc(gap, 0.25), 1e6) AS gap_spread, "
    "       quantile_disc(at_us, 0.5) % 86400000000 / 3.6e9 AS opened_hour, "
    "       quantile_disc(at_us, 0.05) // 86400000000 AS from_day, quantile_disc(at_us, 0.95) // 86400000000 AS to_day "
    "FROM   (SELECT lead, at_us, at_us - lag(at_us) OVER (PARTITION BY lead ORDER BY at_us, account) AS gap FROM lead_member JOIN opened USING "
    "(account)         WHERE at_us IS NOT NULL) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_device_use AS "
    "SELECT lead, count(DISTINCT account) AS with_device, count(DISTINCT account) FILTER (WHERE users <= 6) AS with_own, max(on_it) AS "
    "most_on_device FROM   (SELECT lead, account, users, count(*) OVER (PARTITION BY lead, device) AS on_it "
    "        FROM lead_member JOIN device_use USING (account)) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_opening AS "
    "SELECT lead, count(DISTINCT device) FILTER (WHERE on_it >= 2) AS opening_devices, count_if(on_it >= 2) AS opened_shared FROM "
    "       (SELECT lead, device, count(*) OVER (PARTITION BY lead, device) AS on_it FROM lead_member JOIN opened USING (account) WHERE device IS "
    "NOT         NULL) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_acting AS "
    "SELECT lead, count(*) AS acting FROM lead_member SEMI JOIN act USING (account) GROUP BY lead",
    /* moments: one object within five minutes by three members or more */
    "CREATE OR REPLACE TEMP TABLE lead_act AS "
    "SELECT lead, account, coalesce(object, -1) AS object, at_us // 300000000 AS slot FROM lead_member JOIN act USING (account)",
    "CREATE OR REPLACE TEMP TABLE lead_moment AS "
    "SELECT lead, object, slot, count(*) AS acts, count(DISTINCT account) AS who FROM lead_act GROUP BY lead, object, slot "
    "HAVING count(DISTINCT account) >= 3",
    "CREATE OR REPLACE TEMP TABLE lead_together AS "
    "SELECT lead, sum(acts) AS acts, max(acts) / sum(acts) AS in_slot, max(dates) AS together_days FROM "
    /* 1970-01-01 was a Thursday */
    "  (SELECT lead, (slot // 288 + 3) % 7 AS weekday, slot % 288 // 24 AS two_hours, sum(acts) AS acts, "
    "          max(dates) AS dates FROM (SELECT *, dense_rank() OVER (PARTITION BY lead ORDER BY slot // 288) AS dates FROM lead_moment) "
    "   GROUP BY ALL) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_alone AS "
    "SELECT lead, count(DISTINCT account) AS alone FROM lead_act a ANTI JOIN (SELECT DISTINCT lead, slot // 288 AS day FROM lead_moment) m "
    "       ON m.lead = a.lead AND m.day = a.slot // 288 GROUP BY lead",
};

/* who else acts at each of these moments, and from how many units */
static const char SQL_CROWD[] =
    "CREATE OR REPLACE TEMP TABLE lead_crowd AS "
    "SELECT lead, sum(acts * units) / sum(acts) AS crowd_units, sum(who) / sum(greatest(crowd, who)) AS crowd_members FROM "
    "  (SELECT m.lead, m.object, m.slot, any_value(m.acts) AS acts, any_value(m.who) AS who, count(DISTINCT t.account) AS crowd, "
    "          count(DISTINCT a.unit_code) AS units FROM lead_moment m "
    "   JOIN crowd_act t USING (object, slot) JOIN lead_account a ON a.code = t.account GROUP BY m.lead, m.object, m.slot) GROUP BY lead";

static const char *const SQL_SCENES[] = {
    "CREATE OR REPLACE TEMP TABLE lead_of_all AS "
    "SELECT lead, count_if(a.unit_code = t.unit_code) / count(a.unit_code) AS top_of_all FROM lead_top t JOIN (SELECT DISTINCT lead, app FROM "
    "       lead_member m JOIN lead_account a ON a.code = m.account) p USING (lead) JOIN lead_account a USING (app) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_life AS "
    "SELECT lead, count(DISTINCT month) AS months, count(*) / count(DISTINCT (account, month)) AS month_acts, count(DISTINCT hour) AS hours FROM "
    "       (SELECT lead, account, at_us // 2592000000000 AS month, at_us % 86400000000 // 3600000000 AS hour FROM lead_member JOIN act USING "
    "(account)) GROUP BY lead",
    /* of leads of `shared`, whose causes alone ask for it: of other accounts addresses are not noted (leads_detectors.c) */
    "CREATE OR REPLACE TEMP TABLE lead_address_use AS "
    "SELECT lead, count(DISTINCT account) AS with_address, count(DISTINCT account) FILTER (WHERE users <= 6) AS with_own_address FROM lead_member "
    "       JOIN address_use USING (account) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_seconded AS "
    "SELECT m.lead, count(DISTINCT m.account) AS seconded FROM lead_member m JOIN lead l USING (lead) JOIN lead_member n USING (account) "
    "       JOIN lead o ON o.lead = n.lead WHERE o.kind = 'batch' AND o.detector <> l.detector GROUP BY m.lead",
    "CREATE OR REPLACE TEMP TABLE lead_replaced AS "
    "SELECT m.lead, count(DISTINCT a.code) AS replaced FROM lead_member m JOIN lead_account a ON a.code = m.account "
    "       JOIN lead_account b USING (app, unit_code, phone) WHERE b.code <> a.code AND b.closed_at <= a.registered_at GROUP BY m.lead",
    "CREATE OR REPLACE TEMP TABLE lead_deadline AS "
    "SELECT lead, CAST(any_value(to_day) - any_value(from_day) < 3 AND (any_value(epoch_us(last_day(make_timestamp(to_day * 86400000000))) // "
    "       86400000000 - from_day) < 3 OR bool_or(coalesce(epoch_us(t.due_at) // 86400000000 - from_day BETWEEN 0 AND 2 AND epoch_us(t.due_at) // "
    "       86400000000 >= to_day, false))) AS INTEGER) AS deadline "
    "FROM   lead_opened d JOIN (SELECT DISTINCT lead, app FROM lead_member m JOIN lead_account a ON a.code = m.account) p USING (lead) "
    "       LEFT JOIN (SELECT DISTINCT app, due_at FROM targets JOIN indicators USING (indicator)) t USING (app) GROUP BY lead",
    /* days in which others register: nobody that any lead holds, so that one order cannot excuse another */
    "CREATE OR REPLACE TEMP TABLE other_opened AS "
    "SELECT a.app, unit_code, o.at_us // 86400000000 AS day FROM opened o JOIN lead_account a ON a.code = o.account ANTI JOIN lead_member m ON "
    "       m.account = o.account WHERE o.at_us IS NOT NULL AND unit_code IS NOT NULL",
    "CREATE OR REPLACE TEMP TABLE lead_rush AS "
    "SELECT lead, count_if(n >= 2 AND n * span >= 2 * usual * days) / count(*) AS rush_units, sum(n) AS rush_others FROM "
    "       (SELECT d.lead, o.unit_code, count_if(day BETWEEN from_day AND to_day) AS n, count(*) AS usual, "
    "               any_value(to_day - from_day + 1) AS days, any_value(span) AS span FROM lead_opened d JOIN (SELECT "
    "               DISTINCT lead, app FROM lead_member m JOIN lead_account a ON a.code = m.account) p USING (lead) JOIN other_opened o USING (app) "
    "               JOIN (SELECT app, max(day) - min(day) + 1 AS span FROM other_opened GROUP BY app) s USING (app) "
    "        GROUP BY d.lead, o.unit_code) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_post AS "
    "SELECT DISTINCT a.code AS account, a.unit_code, e.text FROM events e JOIN lead_account a USING (app, account) WHERE (SELECT "
    "       count(*) FROM lead WHERE detector = 'texts') > 0 AND e.text IS NOT NULL",
    "CREATE OR REPLACE TEMP TABLE lead_phrase AS "
    "SELECT q.lead, avg(units) / (SELECT count(DISTINCT unit_code) FROM lead_account) AS phrase_units, sum(q.n) / sum(x.n) AS phrase_members FROM "
    "       (SELECT lead, text, count(*) AS n FROM lead_member m JOIN lead l USING (lead) JOIN lead_post USING (account) WHERE l.detector = 'texts' "
    "        GROUP BY lead, text HAVING count(*) >= 3) q JOIN (SELECT text, count(*) AS n, count(DISTINCT unit_code) AS units FROM lead_post "
    "        GROUP BY text) x USING (text) GROUP BY q.lead",
    "CREATE OR REPLACE TEMP TABLE lead_session AS "
    "SELECT lead, max(day_hours) AS day_hours, max(at_once) AS at_once FROM (SELECT lead, account, max(sum_s) / 3600 AS day_hours, sum(crossed) / "
    "       sum(n) AS at_once FROM (SELECT lead, account, day, sum(seconds) AS sum_s, count(*) AS n, count_if(time < before_end AND object <> "
    "        before_object) AS crossed FROM "
    "        (SELECT lead, code AS account, e.time, e.object, e.seconds, date_trunc('day', e.time) AS day, lag(e.time + to_microseconds(CAST("
    "                e.seconds * 1000000 AS BIGINT))) OVER w AS before_end, lag(e.object) OVER w AS before_object "
    "         FROM lead_member m JOIN lead l USING (lead) JOIN lead_account a ON a.code = m.account JOIN events e ON e.app = a.app AND "
    "              e.account = a.account WHERE l.detector = 'learning' AND e.seconds > 0 WINDOW w AS (PARTITION BY lead, code ORDER BY "
    "              e.time, e.object)) "
    "        GROUP BY lead, account, day) GROUP BY lead, account) GROUP BY lead",
};

#define REAL(x) ", CAST(" x " AS DOUBLE)"
static const char SQL_ROWS[] =
    "SELECT u.lead, u.members, u.units, u.apps, coalesce(opened, 0), coalesce(together_days, 0)"
    REAL("top_unit") REAL("u.units / nullif((SELECT count(DISTINCT unit_code) FROM lead_account), "
        "0)") REAL("opened_hours") REAL("gap_s") REAL("gap_spread") REAL("opened_hour") REAL("phones") REAL("phone_runs")
    REAL("with_device / u.members") REAL("with_own / nullif(with_device, 0)") REAL("most_on_device") REAL("opening_devices")
    REAL("opened_shared / u.members") REAL("coalesce(acting, 0) / u.members") REAL("proxied") REAL("in_slot")
    REAL("coalesce(alone, 0) / u.members") REAL("crowd_units / nullif((SELECT count(DISTINCT unit_code) FROM lead_account), 0)")
    REAL("crowd_members") REAL("top_of_all") REAL("months") REAL("month_acts") REAL("hours") REAL("with_address / u.members")
    REAL("with_own_address / nullif(with_address, 0)") REAL("coalesce(seconded, 0) / u.members")
    REAL("CASE WHEN u.phones > 0 THEN coalesce(replaced, 0) / (u.phones * u.members) END") REAL("deadline") REAL("rush_units")
    REAL("u.members / (u.members + rush_others)") REAL("phrase_units") REAL("phrase_members") REAL("day_hours") REAL("at_once")
    " FROM lead_unit u LEFT JOIN lead_top USING (lead) LEFT JOIN lead_opened USING (lead) LEFT JOIN lead_device_use USING (lead) "
    "LEFT JOIN lead_opening USING (lead) LEFT JOIN lead_acting USING (lead) "
    "LEFT JOIN lead_together USING (lead) LEFT JOIN lead_alone USING (lead) LEFT JOIN lead_crowd USING (lead) "
    "LEFT JOIN lead_of_all USING (lead) LEFT JOIN lead_life USING (lead) LEFT JOIN lead_address_use USING (lead) "
    "LEFT JOIN lead_seconded USING (lead) LEFT JOIN lead_replaced USING (lead) LEFT JOIN lead_deadline USING (lead) LEFT JOIN lead_rush USING (lead) "
    "LEFT JOIN lead_phrase USING (lead) LEFT JOIN lead_session USING (lead) ORDER BY u.lead";

static void read_facts(shi_cells *c, void *item)
{
    facts *f = item;
    int64_t *const whole[] = { &f->lead, &f->members, &f->units, &f->apps, &f->opened, &f->together_days };
    double *const real[] = { &f->top_unit, &f->of_units, &f->opened_hours, &f->gap_s, &f->gap_spread, &f->opened_hour, &f->phones, &f->phone_runs,
        &f->devices,
        &f->own_device, &f->most_on_device,
        &f->opening_devices, &f->opened_shared, &f->acting, &f->proxied, &f->in_slot, &f->alone, &f->crowd_units, &f->crowd_members,
        &f->top_of_all, &f->months, &f->month_acts, &f->hours, &f->addresses, &f->own_address, &f->seconded, &f->replaced, &f->deadline,
        &f->rush_units, &f->rush_members, &f->phrase_units, &f->phrase_members, &f->day_hours, &f->at_once };
    shi_cells_ints(c, whole, COUNT(whole));
    for (int64_t i = 0; i < COUNT(real); i++) {
        shi_maybe_f64 v = shi_cells_f64(c);
        *real[i] = v.known ? v.v : (double)NAN;
    }
}

/* ---- causes: NAN in a comparison is false, so that what is not known never explains ---- */

static shi_cause_result when(bool known, bool holds)
{
    return !known ? SHI_CAUSE_UNKNOWN : holds ? SHI_CAUSE_EXPLAINS : SHI_CAUSE_NO;
}

/* L1, a helper's evening: one village, one evening, doors apart; people whose numbers are their own, and who come back. */
static shi_cause_result evening(const facts *f)
{
    bool one_evening = f->top_unit >= 0.9 && f->members <= 150 && f->opened_hours <= 6 && f->opened_hour >= 7 && f->opened_hour < 23;
    bool human = f->gap_s >= 40 && f->gap_spread >= 1.4;
    bool own = !(f->phone_runs > 0.1) && f->alone >= 0.1;
    return when(f->opened >= f->members / 2 && !isnan(f->top_unit), one_evening && human && own);
}

/* Own phones, where the log has devices. */
static bool own_phones(const facts *f)
{
    return isnan(f->devices) || f->devices < 0.5 || f->own_device >= 0.5;
}

static bool by_address(const facts *f)
{
    return strcmp(f->scale, "address") == 0;
}

/* L2, a helper's phone that stays the phone of those in a village who have none: for months, a few acts each. */
static shi_cause_result helpers_phone(const facts *f)
{
    bool one_phone = f->members <= 40 && f->top_unit >= 0.99 && f->most_on_device >= 0.9 * (double)f->members;
    bool quiet = f->months >= 2 && f->month_acts <= 5 && !(f->phone_runs > 0.1);
    if (by_address(f)) return SHI_CAUSE_NOT_ASKED;
    return when(!isnan(f->devices) && !isnan(f->top_unit) && !isnan(f->months), one_phone && quiet);
}

/* L3: a phone that serves a household: few accounts on it, all of one village. */
static shi_cause_result household(const facts *f)
{
    return when(!isnan(f->devices) && !isnan(f->top_unit), f->members <= 6 && f->top_unit >= 0.99);
}

/* L4, people of one village who live in one far place: at many hours, for months, on phones of their own, and seen elsewhere as well, since they come
 * home. */
static shi_cause_result far_away(const facts *f)
{
    if (!by_address(f)) return SHI_CAUSE_NOT_ASKED;
    return when(!isnan(f->months) && !isnan(f->top_unit), f->top_unit >= 0.9 && f->months >= 2 && f->hours >= 8 && own_phones(f) &&
                                                              f->own_address >= 0.5);
}

/* L5, a carrier's address before a whole village: at all hours, on phones of their own, which only a log with devices shows. */
static shi_cause_result carrier(const facts *f)
{
    if (!by_address(f)) return SHI_CAUSE_NOT_ASKED;
    return when(f->devices >= 0.5 && !isnan(f->top_unit) && !isnan(f->hours), f->top_unit >= 0.9 && f->hours >= 12 && f->own_device >= 0.5);
}

/* L8, a rush before a deadline: in its last three days the people of most units register twice as often and more, members are the fewer of them, and
 * the pauses are people's. Accounts of other leads do not count as people; those of an order of which a lead holds only a part do, hence the
 * deadline: without it four parts of two orders were excused (counties of careful sellers, seed 11). */
static shi_cause_result rush(const facts *f)
{
    bool human = f->gap_spread >= 1.4 && !(f->phone_runs > 0.1);
    return when(!isnan(f->rush_units), f->deadline > 0 && f->rush_units >= 0.5 && f->rush_members <= 0.5 && human && own_phones(f));
}

/* L9, a sheet in circulation: it is answered in many units, as a key from the web is, and no other detector finds those who used it. */
static shi_cause_result circulating(const facts *f)
{
    return when(!isnan(f->top_unit), f->units >= 3 && f->top_unit <= 0.5 && f->seconded < 0.5);
}

/* L10, videos left on: days that fit into waking hours, one stream at a time, a phone each. */
static shi_cause_result left_on(const facts *f)
{
    if (strcmp(f->scale, "clock") == 0) return SHI_CAUSE_NO;   /* whoever leaves one on begins at any time */
    return when(!isnan(f->day_hours), f->day_hours <= 16 && !(f->at_once > 0.05) && own_phones(f));
}

/* L11, numbers that changed hands and accounts that were opened again: one for one, in the same village, by people who have days of their own. */
static shi_cause_result replacing(const facts *f)
{
    return when(!isnan(f->replaced), f->replaced >= 0.8 && f->top_unit >= 0.9 && f->alone >= 0.3 && own_phones(f));
}

/* L12, one cheap model of phone whose marks are alike: accounts of one village on one mark, each at an address of its own. */
static shi_cause_result one_model(const facts *f)
{
    if (by_address(f)) return SHI_CAUSE_NOT_ASKED;
    return when(f->addresses >= 0.5 && !isnan(f->top_unit), f->top_unit >= 0.9 && f->own_address >= 0.5);
}

/* L15, phrases that everybody posts: others do so as much as members, in most units. */
static shi_cause_result stock(const facts *f)
{
    return when(!isnan(f->phrase_units), f->phrase_units >= 0.5 && f->phrase_members <= 0.5);
}

/* L6, a meeting: what is done together falls into one weekday and two hours; own devices where devices are known; and the members have days of
 * their own. */
static shi_cause_result meeting(const facts *f)
{
    return when(!isnan(f->in_slot), f->together_days >= 1 && f->in_slot >= 0.8 && own_phones(f) && f->alone >= 0.3 && f->members <= 300);
}

/* L7, L14: a message or an event that all units answered: at the group's moments others act as much, in most units. */
static shi_cause_result common(const facts *f)
{
    return when(!isnan(f->crowd_units), f->crowd_units >= 0.5 && f->crowd_members <= 0.5);
}

/* The same of those who answer every message: they come from half of all units and more, and from none more than its share of the app's people lets
 * expect: where one village has a quarter of the accounts, it has a quarter of those who answer. In counties with a message a month a scan of
 * cells finds them by the hundred, since who answers once answers again. */
static shi_cause_result answering(const facts *f)
{
    shi_cause_result crowd = common(f);
    if (crowd == SHI_CAUSE_EXPLAINS || isnan(f->top_unit)) return crowd;
    double most = fmin(0.5, fmax(0.2, 1.5 * f->top_of_all));
    return f->of_units >= 0.5 && f->units >= 5 && f->top_unit <= most ? SHI_CAUSE_EXPLAINS : crowd;
}

/* L13: records that a community worker enters for others, and that say so. */
static shi_cause_result entered(const facts *f)
{
    return when(f->proxied > 0, f->proxied >= 0.8 && f->top_unit >= 0.9);
}

/* What says itself that somebody acted for others, and is not an evening of help: records made in one go of which none is ever used (代录入), or many
 * phones in one hand, two or three accounts on each (代操作); a team from door to door has few phones, and many accounts on each. Listed apart, never
 * counted as suspected. */
static bool by_proxy(const facts *f)
{
    bool records = f->opened_hours <= 0.05 && f->acting <= 0.2, phones = f->opening_devices >= 8 && f->opened_shared >= 0.8 &&
        f->opened_shared * (double)f->members <= 3 * f->opening_devices;
    return f->proxied >= 0.8 && f->top_unit >= 0.9 && (records || phones);
}

typedef struct {
    int number;
    shi_cause_result (*ask)(const facts *f);
    const char *detectors;           /* whose groups it may bring about */
} cause;

static const cause CAUSES[] = {
    { 1, evening, "bursts shared" },
    { 2, helpers_phone, "shared" },
    { 3, household, "shared" },
    { 4, far_away, "shared" },
    { 5, carrier, "shared" },
    { 6, meeting, "sync blocks order shared texts" },
    { 7, common, "sync texts" },
    { 7, answering, "blocks" },
    { 8, rush, "bursts" },
    { 9, circulating, "answers" },
    { 10, left_on, "learning" },
    { 11, replacing, "bursts" },
    { 12, one_model, "shared" },
    { 15, stock, "texts" },
    { 13, entered, "shared bursts sync blocks" },
};

shi_err shi_leads_benign(shi_leading *l)
{
    void *rows;
    int64_t n;
    if (l->leads->len == 0) return (shi_err){ 0 };
    for (int64_t i = 0; i < COUNT(SQL_FACTS); i++) SHI_SQL(l->chain, SQL_FACTS[i]);
    SHI_TRY(shi_leads_crowd(l));
    SHI_SQL(l->chain, SQL_CROWD);
    for (int64_t i = 0; i < COUNT(SQL_SCENES); i++) SHI_SQL(l->chain, SQL_SCENES[i]);
    SHI_TRY(shi_cells_read(l->chain->duck, l->keep, SQL_ROWS, NULL, 0, (int64_t)sizeof(facts), read_facts, &rows, &n));
    for (int64_t i = 0; i < n; i++) {
        facts *f = (facts *)rows + i;
        shi_lead *lead = &l->leads->ptr[f->lead];
        f->scale = lead->scale;
        if (lead->kind == SHI_LEAD_BATCH && by_proxy(f)) lead->kind = SHI_LEAD_PROXY;
        for (int64_t c = 0; c < COUNT(CAUSES); c++) {
            if (!strstr(CAUSES[c].detectors, lead->detector)) continue;
            shi_cause_result r = CAUSES[c].ask(f);
            if (r == SHI_CAUSE_NOT_ASKED) continue;
            lead->cause[CAUSES[c].number] = (uint8_t)r;
            lead->explained = lead->kind != SHI_LEAD_PROXY && (lead->explained || r == SHI_CAUSE_EXPLAINS);
        }
    }
    return (shi_err){ 0 };
}
