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
} facts;

static const char *const SQL_FACTS[] = {
    "CREATE OR REPLACE TEMP TABLE lead_unit AS "
    "SELECT lead, count(*) AS members, count(DISTINCT unit_code) AS units, count(DISTINCT app) AS apps, count(phone) / count(*) AS phones, "
    "       count(phone_run) / nullif(count(phone), 0) AS phone_runs, count_if(operator IN ('helper', 'staff')) / count(*) AS proxied "
    "FROM   lead_member m JOIN lead_account a ON a.code = m.account GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_top AS "
    "SELECT lead, max(n) / sum(n) AS top_unit FROM (SELECT lead, unit_code, count(*) AS n FROM lead_member m JOIN lead_account a ON a.code = "
    "m.account WHERE unit_code IS NOT NULL GROUP BY lead, unit_code) GROUP BY lead",
    "CREATE OR REPLACE TEMP TABLE lead_opened AS "
    "SELECT lead, count(at_us) AS opened, (quantile_disc(at_us, 0.95) - quantile_disc(at_us, 0.05)) / 3.6e9 AS opened_hours, "
    "       quantile_disc(gap, 0.5) / 1e6 AS gap_s, quantile_disc(gap, 0.75) / greatest(quantile_disc(gap, 0.25), 1e6) AS gap_spread, "
    "       quantile_disc(at_us, 0.5) % 86400000000 / 3.6e9 AS opened_hour "
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

#define REAL(x) ", CAST(" x " AS DOUBLE)"
static const char SQL_ROWS[] =
    "SELECT u.lead, u.members, u.units, u.apps, coalesce(opened, 0), coalesce(together_days, 0)"
    REAL("top_unit") REAL("u.units / nullif((SELECT count(DISTINCT unit_code) FROM lead_account), "
        "0)") REAL("opened_hours") REAL("gap_s") REAL("gap_spread") REAL("opened_hour") REAL("phones") REAL("phone_runs")
    REAL("with_device / u.members") REAL("with_own / nullif(with_device, 0)") REAL("most_on_device") REAL("opening_devices")
    REAL("opened_shared / u.members") REAL("coalesce(acting, 0) / u.members") REAL("proxied") REAL("in_slot")
    REAL("coalesce(alone, 0) / u.members") REAL("crowd_units / nullif((SELECT count(DISTINCT unit_code) FROM lead_account), 0)")
    REAL("crowd_members")
    " FROM lead_unit u LEFT JOIN lead_top USING (lead) LEFT JOIN lead_opened USING (lead) LEFT JOIN lead_device_use USING (lead) "
    "LEFT JOIN lead_opening USING (lead) LEFT JOIN lead_acting USING (lead) "
    "LEFT JOIN lead_together USING (lead) LEFT JOIN lead_alone USING (lead) LEFT JOIN lead_crowd USING (lead) ORDER BY u.lead";

static void read_facts(shi_cells *c, void *item)
{
    facts *f = item;
    int64_t *const whole[] = { &f->lead, &f->members, &f->units, &f->apps, &f->opened, &f->together_days };
    double *const real[] = { &f->top_unit, &f->of_units, &f->opened_hours, &f->gap_s, &f->gap_spread, &f->opened_hour, &f->phones, &f->phone_runs,
        &f->devices,
        &f->own_device, &f->most_on_device,
        &f->opening_devices, &f->opened_shared, &f->acting, &f->proxied, &f->in_slot, &f->alone, &f->crowd_units, &f->crowd_members };
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

/* L2, L3: a phone that serves a household, or those in a village who have none: few accounts on it, all of one village. */
static shi_cause_result household(const facts *f)
{
    return when(!isnan(f->devices) && !isnan(f->top_unit), f->members <= 6 && f->top_unit >= 0.99);
}

/* L6, a meeting: what is done together falls into one weekday and two hours; own devices where devices are known; and the members have days of
 * their own. */
static shi_cause_result meeting(const facts *f)
{
    bool device = isnan(f->devices) || f->devices < 0.5 || f->own_device >= 0.5;
    return when(!isnan(f->in_slot), f->together_days >= 1 && f->in_slot >= 0.8 && device && f->alone >= 0.3 && f->members <= 300);
}

/* L7, L14: a message or an event that all units answered: at the group's moments others act as much, in most units. */
static shi_cause_result common(const facts *f)
{
    return when(!isnan(f->crowd_units), f->crowd_units >= 0.5 && f->crowd_members <= 0.5);
}

/* The same of those who answer every message: they come from half of all units and more, few from each. In counties with a message a month a scan of
 * cells finds them by the hundred, since who answers once answers again. */
static shi_cause_result answering(const facts *f)
{
    shi_cause_result crowd = common(f);
    if (crowd == SHI_CAUSE_EXPLAINS || isnan(f->top_unit)) return crowd;
    return f->of_units >= 0.5 && f->top_unit <= 0.2 ? SHI_CAUSE_EXPLAINS : crowd;
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
    { 3, household, "shared" },
    { 6, meeting, "sync blocks order shared texts" },
    { 7, common, "sync texts" },
    { 7, answering, "blocks" },
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
    SHI_TRY(shi_cells_read(l->chain->duck, l->keep, SQL_ROWS, NULL, 0, (int64_t)sizeof(facts), read_facts, &rows, &n));
    for (int64_t i = 0; i < n; i++) {
        const facts *f = (const facts *)rows + i;
        shi_lead *lead = &l->leads->ptr[f->lead];
        if (lead->kind == SHI_LEAD_BATCH && by_proxy(f)) lead->kind = SHI_LEAD_PROXY;
        for (int64_t c = 0; c < COUNT(CAUSES); c++) {
            if (!strstr(CAUSES[c].detectors, lead->detector)) continue;
            shi_cause_result r = CAUSES[c].ask(f);
            lead->cause[CAUSES[c].number] = (uint8_t)r;
            lead->explained = lead->kind != SHI_LEAD_PROXY && (lead->explained || r == SHI_CAUSE_EXPLAINS);
        }
    }
    return (shi_err){ 0 };
}
