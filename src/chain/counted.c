/* What the logs show under each indicator's own counting rule (design 4.2), app by app and period by period.
 *
 * One scan of a period's events gives, by account, everything that is a sum: by_account. Units are reached from accounts and added up
 * over subtrees, since an account has one unit; people (active, quiz, registered) are counted over each subtree in one go, since a phone
 * may have accounts in two villages. Only deduplicated counts and sessions look at the events again. A new counting rule is a row of
 * EVENT_COUNTS, or a case of count_period. */
#include "chain/counted.h"

#include <inttypes.h>
#include <stdio.h>

const shi_event_count SHI_EVENT_COUNTS[] = {
    { "reads", "read" }, { "likes", "like" }, { "comments", "comment" }, { "shares", "share" }, { "checkins", "checkin" },
    { "entries", "entry" }, { "votes", "vote" }, { "follows", "follow" }, { "uploads", "upload" }, { "installs", "install" }, { NULL, NULL },
};

/* One thing to count: distinct over the figures. */
typedef struct {
    shi_str app, period, counts, dedupe;
    const shi_event_count *event;   /* NULL: not a count of events of one action */
} wanted;

/* What table coverage says of one period of one app. */
typedef struct {
    shi_str app, period;
    shi_coverage events, snapshot;
    bool any_action;
} cover_row;

typedef struct {
    shi_chain *chain;
    wanted *want;
    int64_t n;
    cover_row *covered;             /* of each period of each app */
    int64_t covers;
    /* of the app */
    shi_str app;
    bool has_login, has_points;
    int64_t resolution_us;
    /* of the period */
    shi_period period;
    int64_t start_us, end_us;
    shi_coverage events_cover, snapshot_cover;
} counting;

static const char *const SQL_TABLES[] = {
    "CREATE OR REPLACE TEMP TABLE counted_all (app shi_app, period shi_period, counts shi_rule, dedupe shi_rule, unit_code shi_unit, n "
    "DECIMAL(38,3))",
    "CREATE OR REPLACE TEMP TABLE app_unit (app shi_app, unit_code shi_unit, accounts BIGINT, persons BIGINT, phones BIGINT, undated BIGINT)",
    "CREATE OR REPLACE TEMP TABLE coverage (app shi_app, period shi_period, events_cover BIGINT, snapshot_cover BIGINT, any_action BIGINT)",
    "CREATE OR REPLACE TEMP TABLE rate (app shi_app, period shi_period, unit_code shi_unit, events BIGINT, logins BIGINT, devices BIGINT, ips "
    "BIGINT, "
    "objects BIGINT, timed BIGINT)",
    "CREATE OR REPLACE TEMP TABLE object_count (app shi_app, period shi_period, counts shi_rule, objects BIGINT)",
    "CREATE OR REPLACE TEMP TABLE session_sum (app shi_app, period shi_period, unit_code shi_unit, us HUGEINT)",
    "CREATE OR REPLACE TEMP TABLE unattributed (app VARCHAR, first_day BIGINT, end_day BIGINT, events BIGINT)",
    "CREATE OR REPLACE TEMP TABLE unknown_account (app VARCHAR, account VARCHAR)",
    "CREATE OR REPLACE TEMP TABLE odd_time (kind VARCHAR, app VARCHAR, period VARCHAR, accounts BIGINT)",
};

static const char SQL_WANTED[] =
    "SELECT CAST(i.app AS VARCHAR) AS app, CAST(k.period AS VARCHAR) AS period, CAST(i.counts AS VARCHAR) AS counts, CAST(i.dedupe AS VARCHAR) AS "
    "dedupe, d.end_day - d.first_day AS days "
    "FROM   figure_group k JOIN indicator_row i USING (indicator) JOIN period_row d USING (period) ";
static const char SQL_WANTED_CLEAN[] = "WHERE CAST(i.app AS VARCHAR) IN (SELECT app FROM left_out) ";
static const char SQL_WANTED_ORDER[] = "GROUP BY ALL ORDER BY app, days DESC, period, counts, dedupe";

static shi_err load_wanted(counting *c)
{
    shi_rows rows;
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "%s%s%s", SQL_WANTED, c->chain->clean ? SQL_WANTED_CLEAN : "", SQL_WANTED_ORDER);
    shi_err failed = sql.failed ? shi_no_memory() : shi_duck_query(c->chain->duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (failed.code) return failed;
    int64_t cap = (int64_t)duckdb_row_count(&rows.result);
    c->want = shi_new(c->chain->keep, wanted, cap);
    if (!c->want) {
        shi_rows_close(&rows);
        return shi_no_memory();
    }
    while (c->n < cap && shi_rows_next(&rows)) {
        wanted *w = &c->want[c->n++];
        w->app = shi_str_copy(c->chain->keep, shi_rows_str(&rows, 0));
        w->period = shi_str_copy(c->chain->keep, shi_rows_str(&rows, 1));
        w->counts = shi_str_copy(c->chain->keep, shi_rows_str(&rows, 2));
        w->dedupe = shi_str_copy(c->chain->keep, shi_rows_str(&rows, 3));
        for (const shi_event_count *e = SHI_EVENT_COUNTS; e->counts; e++)
            if (shi_str_eq(w->counts, shi_str_from(e->counts))) w->event = e;
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

/* ---- an app ---- */

static const char SQL_ACCOUNTS[] =
    "CREATE OR REPLACE TEMP TABLE acc AS "
    /* a phone's pseudonym has no space in it, so no account can pass for one */
    "SELECT account, unit_code, coalesce(phone, 'account ' || account) AS person, phone IS NOT NULL AS has_phone, registered_at, closed_at, "
    "_import, _record "
    "FROM   accounts WHERE app = $1";
static const char SQL_LEAVE_OUT[] = "DELETE FROM acc WHERE account IN (SELECT account FROM left_out WHERE app = $1)";
static const char SQL_APP_UNIT[] =
    "INSERT INTO app_unit "
    "SELECT $1, s.ancestor, count(*), count(DISTINCT person), count_if(has_phone), count_if(registered_at IS NULL) "
    "FROM   acc JOIN subtree s USING (unit_code) GROUP BY s.ancestor";
/* The earliest account of a person; one without a date is earlier than all. Ties: the smaller account id; where ids are pseudonyms, whose
 * order hangs on the key, the row that came first. */
static const char SQL_FIRST[] =
    "CREATE OR REPLACE TEMP TABLE first_account AS "
    "SELECT unit_code, registered_at FROM acc "
    "QUALIFY row_number() OVER (PARTITION BY person ORDER BY registered_at NULLS FIRST, account) = 1";
static const char SQL_FIRST_ROW[] =
    "CREATE OR REPLACE TEMP TABLE first_account AS "
    "SELECT unit_code, registered_at FROM acc "
    "QUALIFY row_number() OVER (PARTITION BY person ORDER BY registered_at NULLS FIRST, _import, _record) = 1";

/* Does the app's log hold the action? The ledger knows, unless some of its rows were replaced. */
static shi_err holds_action(counting *c, const char *action, int64_t tallied, bool *yes)
{
    shi_mask_rows masks;
    int64_t n;
    *yes = tallied > 0;
    if (tallied == 0) return (shi_err){ 0 };
    SHI_TRY(shi_ledger_masks(c->chain->ws, c->chain->keep, &masks));
    if (masks.len == 0) return (shi_err){ 0 };
    const shi_param p[] = { SHI_TEXTP(c->app), SHI_TEXTP(shi_str_from(action)) };
    SHI_TRY(shi_duck_int(c->chain->duck, "SELECT count(*) FROM (SELECT 1 FROM events WHERE app = $1 AND action = $2 LIMIT 1)", p, 2, &n));
    *yes = n > 0;
    return (shi_err){ 0 };
}

/* The largest of a day, an hour, a minute and a second that divides at least 99 % of the log's times (9-detectors). */
static int64_t resolution(const shi_range_row *total)
{
    if (total->rows == 0) return SHI_SECOND_US;
    if (total->whole_days * 100 >= total->rows * 99) return SHI_DAY_US;
    if (total->whole_hours * 100 >= total->rows * 99) return 3600 * SHI_SECOND_US;
    return total->whole_minutes * 100 >= total->rows * 99 ? 60 * SHI_SECOND_US : SHI_SECOND_US;
}

static shi_err begin_app(counting *c, shi_str app)
{
    shi_range_row total = { 0 };
    const shi_param p = SHI_TEXTP(app);
    c->app = app;
    for (int64_t i = 0; i < c->chain->event_ranges.len; i++) {
        const shi_range_row *r = &c->chain->event_ranges.ptr[i];
        if (!shi_str_eq(r->app, app)) continue;
        total.rows += r->rows;
        total.logins += r->logins;
        total.points += r->points;
        total.whole_minutes += r->whole_minutes;
        total.whole_hours += r->whole_hours;
        total.whole_days += r->whole_days;
    }
    c->resolution_us = resolution(&total);
    SHI_TRY(holds_action(c, "login", total.logins, &c->has_login));
    SHI_TRY(holds_action(c, "points", total.points, &c->has_points));
    SHI_TRY(shi_duck_exec(c->chain->duck, SQL_ACCOUNTS, &p, 1));
    if (c->chain->without) SHI_TRY(shi_duck_exec(c->chain->duck, SQL_LEAVE_OUT, &p, 1));
    SHI_TRY(shi_duck_exec(c->chain->duck, SQL_APP_UNIT, &p, 1));
    bool any_new = false;
    for (int64_t i = 0; i < c->n; i++) any_new = any_new || (shi_str_eq(c->want[i].app, app) && shi_str_eq(c->want[i].counts, S("new")));
    if (!any_new) return (shi_err){ 0 };
    shi_str ids;
    SHI_TRY(shi_ledger_get(c->chain->ws, c->chain->keep, shi_str_format(c->chain->keep, "accounts:%.*s", (int)app.len, app.ptr), &ids));
    return shi_duck_exec(c->chain->duck, shi_str_eq(ids, S("pseudonym")) ? SQL_FIRST_ROW : SQL_FIRST, NULL, 0);
}

/* ---- a period ---- */

static void find_coverage(counting *c)
{
    enum { MOST_DAYS = 400 };
    bool covered[MOST_DAYS] = { false };
    int64_t days = c->period.end_day - c->period.first_day, n = 0;
    for (int64_t i = 0; i < c->chain->event_ranges.len; i++) {
        const shi_range_row *r = &c->chain->event_ranges.ptr[i];
        if (!shi_str_eq(r->app, c->app)) continue;
        for (int64_t d = 0; d < days; d++)
            covered[d] = covered[d] || (c->period.first_day + d >= r->first_day && c->period.first_day + d <= r->last_day);
    }
    for (int64_t d = 0; d < days; d++) n += covered[d];
    c->events_cover = n == days ? SHI_COVER_FULL : n > 0 ? SHI_COVER_PART : SHI_COVER_NONE;
    c->snapshot_cover = SHI_COVER_NONE;
    for (int64_t i = 0; i < c->chain->account_ranges.len; i++) {
        const shi_range_row *r = &c->chain->account_ranges.ptr[i];
        if (shi_str_eq(r->app, c->app) && c->period.end_day - 1 <= r->last_day) c->snapshot_cover = SHI_COVER_FULL;
    }
}

/* app, start, end as $1, $2, $3 */
typedef struct {
    shi_param p[4];
} period_params;

static period_params params(const counting *c)
{
    return (period_params){ { SHI_TEXTP(c->app), SHI_TIMEP(c->start_us), SHI_TIMEP(c->end_us) } };
}

/* Builds with `build`, runs, frees. */
static shi_err run_built(counting *c, shi_buf *sql, const shi_param *p, int64_t n)
{
    shi_err e = sql->failed ? shi_no_memory() : shi_duck_exec(c->chain->duck, sql->ptr, p, n);
    shi_buf_drop(sql);
    return e;
}

/* The one scan: sums by account of what the period's figures need. */
static shi_err scan_period(counting *c, const wanted *want, int64_t n)
{
    shi_buf sql = { 0 };
    bool seconds = false, points = false;
    shi_buf_puts(&sql, "CREATE OR REPLACE TEMP TABLE by_account AS SELECT account, count(*) AS events, count_if(action = 'login') AS logins, "
                       "count(device) AS devices, count(ip) AS ips, count(object) AS objects, count(seconds) AS timed, count_if(action = 'quiz') AS "
                       "quizzes, "
                       "min(time) AS first_at, max(time) AS last_at");
    for (int64_t i = 0; i < n; i++) {
        seconds = seconds || shi_str_eq(want[i].counts, S("seconds"));
        points = points || shi_str_eq(want[i].counts, S("points"));
        if (want[i].event && shi_str_eq(want[i].dedupe, S("none")))
            shi_buf_format(&sql, ", count_if(action = '%s') AS %s", want[i].event->action, want[i].event->counts);
    }
    if (seconds) shi_buf_puts(&sql, ", sum(seconds) AS seconds");
    if (points) shi_buf_format(&sql, ", sum(value)%s AS points", c->has_points ? " FILTER (WHERE action = 'points')" : "");
    shi_buf_puts(&sql, " FROM ev WHERE app = $1 AND time >= $2 AND time < $3 GROUP BY account");
    return run_built(c, &sql, params(c).p, 3);
}

/* The sums over accounts with a unit, added up over subtrees: `rolled`. */
static shi_err roll_up(counting *c, const wanted *want, int64_t n)
{
    static const char *const ALWAYS[] = { "events", "devices", "ips", "objects", "timed" };
    shi_buf sums = { 0 }, sql = { 0 };
    for (int64_t i = 0; i < COUNT(ALWAYS); i++) shi_buf_format(&sums, ", sum(%s) AS %s", ALWAYS[i], ALWAYS[i]);
    for (int64_t i = 0; i < n; i++) {
        bool summed = (want[i].event && shi_str_eq(want[i].dedupe, S("none"))) || shi_str_eq(want[i].counts, S("seconds"))
            || shi_str_eq(want[i].counts, S("points"));
        if (summed) shi_buf_format(&sums, ", sum(%s) AS %s", want[i].counts.ptr, want[i].counts.ptr);
    }
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP TABLE rolled AS "
                         "SELECT s.ancestor AS unit_code, sum(active) AS active%s FROM ("
                         "  SELECT a.unit_code, count_if(logins > 0) AS active%s FROM by_account JOIN acc a USING (account) WHERE a.unit_code IS "
                         "NOT NULL GROUP BY a.unit_code"
                         ") JOIN subtree s USING (unit_code) GROUP BY s.ancestor", sums.ptr, sums.ptr);
    sql.failed = sql.failed || sums.failed;
    shi_buf_drop(&sums);
    return run_built(c, &sql, NULL, 0);
}

static const char SQL_RATE[] =
    "INSERT INTO rate SELECT $1, $2, unit_code, events, active, devices, ips, objects, timed FROM rolled";
static const char SQL_UNKNOWN[] =
    "INSERT INTO unknown_account SELECT $1, account FROM by_account b ANTI JOIN (SELECT account FROM acc SEMI JOIN subtree USING (unit_code)) a "
    "USING (account)";
/* periods of an app come longest first, so each day's events are counted as unattributed once */
static const char SQL_UNATTRIBUTED[] =
    "INSERT INTO unattributed SELECT $1, $2, $3, sum(events) FROM by_account b ANTI JOIN (SELECT account FROM acc SEMI JOIN subtree USING "
    "(unit_code)) a USING (account) "
    "WHERE NOT EXISTS (SELECT 1 FROM unattributed u WHERE u.app = $1 AND u.first_day < $3 AND u.end_day > $2) HAVING count(*) > 0";

/* accounts with events before they were opened or after they were closed */
static const char SQL_ODD_TIME[] =
    "INSERT INTO odd_time SELECT kind, $1, $2, n FROM (SELECT unnest(['event_before_registration', 'event_after_closing']) AS kind, "
    "  unnest([count_if(b.first_at < a.registered_at), count_if(b.last_at >= a.closed_at)]) AS n FROM by_account b JOIN acc a USING (account)) "
    "WHERE n > 0";

static shi_err put(counting *c, const wanted *w, const char *select, const shi_param *more, int64_t n_more)
{
    shi_param p[8] = { SHI_TEXTP(w->app), SHI_TEXTP(w->period), SHI_TEXTP(w->counts), SHI_TEXTP(w->dedupe) };
    shi_buf sql = { 0 };
    for (int64_t i = 0; i < n_more; i++) p[4 + i] = more[i];
    shi_buf_format(&sql, "INSERT INTO counted_all SELECT $1, $2, $3, $4, counted.unit_code, counted.n FROM (%s) counted", select);
    return run_built(c, &sql, p, 4 + n_more);
}

/* people over each subtree whose `condition` holds of by_account */
static shi_err put_people(counting *c, const wanted *w, const char *condition)
{
    char select[512];
    snprintf(select, sizeof select,
             "SELECT s.ancestor AS unit_code, count(DISTINCT a.person) AS n FROM by_account b JOIN acc a USING (account) "
             "JOIN subtree s ON s.unit_code = a.unit_code WHERE %s GROUP BY s.ancestor", condition);
    return put(c, w, select, NULL, 0);
}

static shi_err put_registered(counting *c, const wanted *w)
{
    const shi_param end = SHI_TIMEP(c->end_us);
    return put(c, w, "SELECT s.ancestor AS unit_code, count(DISTINCT person) AS n FROM acc JOIN subtree s USING (unit_code) "
                     "WHERE (registered_at IS NULL OR registered_at < $5) AND (closed_at IS NULL OR closed_at >= $5) GROUP BY s.ancestor", &end, 1);
}

static shi_err put_new(counting *c, const wanted *w)
{
    const shi_param span[] = { SHI_TIMEP(c->start_us), SHI_TIMEP(c->end_us) };
    return put(c, w, "SELECT s.ancestor AS unit_code, count(*) AS n FROM first_account f JOIN subtree s USING (unit_code) "
                     "WHERE f.registered_at >= $5 AND f.registered_at < $6 GROUP BY s.ancestor", span, 2);
}

/* Distinct (account, object) or (account, local day) of one action. */
static shi_err put_distinct(counting *c, const wanted *w)
{
    const shi_param more[] = { SHI_TEXTP(shi_str_from(w->event->action)), SHI_TIMEP(c->start_us), SHI_TIMEP(c->end_us) };
    shi_buf what = { 0 }, select = { 0 };
    if (shi_str_eq(w->dedupe, S("account-object"))) shi_buf_puts(&what, "object");
    else {
        shi_buf_puts(&what, "(");
        shi_chain_local_time(&c->chain->ws->zone, "time", c->start_us, c->end_us, &what);
        shi_buf_puts(&what, ") // 86400000000");
    }
    shi_buf_format(&select,
                   "SELECT s.ancestor AS unit_code, sum(n) AS n FROM ("
                   "  SELECT a.unit_code, count(*) AS n FROM (SELECT DISTINCT account, %s AS what FROM ev WHERE app = $1 AND action = $5 AND time "
                   ">= $6 AND time < $7) "
                   "  JOIN acc a USING (account) GROUP BY a.unit_code) JOIN subtree s USING (unit_code) GROUP BY s.ancestor", what.ptr);
    shi_err e = select.failed || what.failed ? shi_no_memory() : put(c, w, select.ptr, more, 3);
    shi_buf_drop(&what);
    shi_buf_drop(&select);
    return e;
}

/* Distinct objects of an action in the whole app's log of the period; a missing object is one. */
static shi_err count_objects(counting *c, const wanted *w)
{
    const shi_param p[] = { SHI_TEXTP(c->app), SHI_TEXTP(w->period), SHI_TEXTP(w->counts), SHI_TEXTP(shi_str_from(w->event->action)),
        SHI_TIMEP(c->start_us), SHI_TIMEP(c->end_us) };
    return shi_duck_exec(c->chain->duck, "INSERT INTO object_count SELECT $1, $2, $3, count(DISTINCT object) + CAST(coalesce(bool_or(object IS "
        "NULL), false) AS BIGINT) "
                                         "FROM ev WHERE app = $1 AND action = $4 AND time >= $5 AND time < $6", p, 6);
}

/* Length of the union of each account's sessions, added up over subtrees: nobody studies twice at once. A session is widened by the
 * log's resolution where that is coarser than a second, since its true start may lie anywhere in it. */
static shi_err measure_sessions(counting *c, const wanted *w)
{
    const shi_param p[] = { SHI_TEXTP(c->app), SHI_TIMEP(c->start_us), SHI_TIMEP(c->end_us), SHI_TEXTP(w->period),
        SHI_INT(c->resolution_us > SHI_SECOND_US ? c->resolution_us : 0) };
    static const char SQL[] =
        "INSERT INTO session_sum "
        "WITH session AS (SELECT account, epoch_us(time) AS b, epoch_us(time) + CAST(CAST(seconds AS DECIMAL(38,3)) * 1000000 AS HUGEINT) + $5 AS e "
        "FROM ev "
        "                 WHERE app = $1 AND time >= $2 AND time < $3 AND seconds IS NOT NULL), "
        "fresh AS (SELECT account, greatest(0, e - greatest(b, coalesce(max(e) OVER (PARTITION BY account ORDER BY b, e ROWS BETWEEN UNBOUNDED "
        "PRECEDING AND 1 PRECEDING), b))) AS us "
        "          FROM session), "
        "by_unit AS (SELECT a.unit_code, sum(us) AS us FROM fresh JOIN acc a USING (account) GROUP BY a.unit_code) "
        "SELECT $1, $4, s.ancestor, CAST(sum(us) AS HUGEINT) FROM by_unit JOIN subtree s USING (unit_code) GROUP BY s.ancestor";
    return shi_duck_exec(c->chain->duck, SQL, p, 5);
}

static shi_err count_one(counting *c, const wanted *w)
{
    shi_str k = w->counts;
    bool snapshot = shi_str_eq(k, S("registered")) || shi_str_eq(k, S("new"));
    if ((snapshot ? c->snapshot_cover : c->events_cover) == SHI_COVER_NONE) return (shi_err){ 0 };
    if (shi_str_eq(k, S("registered"))) return put_registered(c, w);
    if (shi_str_eq(k, S("new"))) return put_new(c, w);
    if (shi_str_eq(k, S("active"))) return put_people(c, w, c->has_login ? "b.logins > 0" : "b.events > 0");
    if (shi_str_eq(k, S("quiz"))) return put_people(c, w, "b.quizzes > 0");
    if (w->event && !shi_str_eq(w->dedupe, S("none"))) {
        if (c->events_cover == SHI_COVER_FULL && shi_str_eq(w->dedupe, S("account-object"))) SHI_TRY(count_objects(c, w));
        return put_distinct(c, w);
    }
    if (shi_str_eq(k, S("seconds")) && c->events_cover == SHI_COVER_FULL) SHI_TRY(measure_sessions(c, w));
    char select[128];
    snprintf(select, sizeof select, "SELECT unit_code, coalesce(%.32s, 0) AS n FROM rolled", k.ptr);   /* a word of the schema */
    return put(c, w, select, NULL, 0);
}

/* want[0..n): what is to be counted in one period of one app */
static shi_err count_period(counting *c, const wanted *want, int64_t n)
{
    shi_period_parse(want->period, &c->period);
    shi_period_bounds(&c->period, &c->chain->ws->zone, &c->start_us, &c->end_us);
    find_coverage(c);
    c->covered[c->covers++] = (cover_row){ c->app, want->period, c->events_cover, c->snapshot_cover, !c->has_login };
    bool of_events = false;
    for (int64_t i = 0; i < n; i++) of_events = of_events || !(shi_str_eq(want[i].counts, S("registered")) || shi_str_eq(want[i].counts, S("new")));
    if (of_events && c->events_cover != SHI_COVER_NONE) {
        const shi_param rate[] = { SHI_TEXTP(c->app), SHI_TEXTP(want->period) };
        const shi_param days[] = { SHI_TEXTP(c->app), SHI_INT(c->period.first_day), SHI_INT(c->period.end_day) };
        SHI_TRY(shi_views_events(c->chain->ws, *c->chain->keep, c->chain->duck, "ev", c->period.first_day, c->period.end_day));
        SHI_TRY(scan_period(c, want, n));
        SHI_TRY(roll_up(c, want, n));
        SHI_TRY(shi_duck_exec(c->chain->duck, SQL_RATE, rate, 2));
        SHI_TRY(shi_duck_exec(c->chain->duck, SQL_ODD_TIME, rate, 2));
        SHI_TRY(shi_duck_exec(c->chain->duck, SQL_UNKNOWN, rate, 1));
        SHI_TRY(shi_duck_exec(c->chain->duck, SQL_UNATTRIBUTED, days, 3));
    }
    for (int64_t i = 0; i < n; i++) SHI_TRY(count_one(c, &want[i]));
    return (shi_err){ 0 };
}

/* All at once: a statement for each period of each app took longer than all else where there is no log. */
static shi_err write_coverage(const counting *c)
{
    shi_appender a;
    SHI_TRY(shi_append_open(c->chain->duck, "coverage", &a));
    for (int64_t i = 0; i < c->covers; i++) {
        shi_append_str(&a, c->covered[i].app);
        shi_append_str(&a, c->covered[i].period);
        shi_append_int(&a, c->covered[i].events);
        shi_append_int(&a, c->covered[i].snapshot);
        shi_append_int(&a, c->covered[i].any_action);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

shi_err shi_chain_counted(shi_chain *chain)
{
    counting c = { .chain = chain };
    for (int64_t i = 0; i < COUNT(SQL_TABLES); i++) SHI_SQL(chain, SQL_TABLES[i]);
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "events", &chain->event_ranges));
    SHI_TRY(shi_ledger_ranges(chain->ws, chain->keep, "accounts", &chain->account_ranges));
    SHI_TRY(load_wanted(&c));
    c.covered = shi_new(chain->keep, cover_row, c.n);
    if (!c.covered) return shi_no_memory();
    for (int64_t from = 0, to; from < c.n; from = to) {
        for (to = from; to < c.n && shi_str_eq(c.want[to].app, c.want[from].app)
             && shi_str_eq(c.want[to].period, c.want[from].period); to++) continue;
        if (!c.app.ptr || !shi_str_eq(c.app, c.want[from].app)) SHI_TRY(begin_app(&c, c.want[from].app));
        SHI_TRY(count_period(&c, &c.want[from], to - from));
    }
    return write_coverage(&c);
}

void shi_chain_local_time(const shi_zone *zone, const char *column, int64_t start_us, int64_t end_us, shi_buf *sql)
{
    int32_t first = 0, last = 0;
    for (int32_t k = 0; k < zone->n; k++) {
        if (zone->from_us[k] <= start_us) first = k;
        if (zone->from_us[k] < end_us) last = k;
    }
    shi_buf_format(sql, "epoch_us(%s) + ", column);
    if (first == last) {
        shi_buf_format(sql, "(%" PRId64 ")", zone->offset_us[first]);
        return;
    }
    shi_buf_puts(sql, "CASE");
    for (int32_t k = first; k < last; k++)
        shi_buf_format(sql, " WHEN epoch_us(%s) < %" PRId64 " THEN %" PRId64, column, zone->from_us[k + 1], zone->offset_us[k]);
    shi_buf_format(sql, " ELSE %" PRId64 " END", zone->offset_us[last]);
}
