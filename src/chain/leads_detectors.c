/* The detectors in their order: each takes its columns from the acts in memory, or asks SQL for what they do not hold, runs its kernel, and hands
 * over its groups. A detector that lacks its columns says so. */
#include "chain/suspected.h"

#include "base/os.h"
#include "base/room.h"
#include "shishu/answers.h"
#include "shishu/blocks.h"
#include "shishu/bursts.h"
#include "shishu/learning.h"
#include "shishu/order.h"
#include "shishu/pool.h"
#include "shishu/pulse.h"
#include "shishu/shared.h"
#include "shishu/sync.h"
#include "shishu/texts.h"
#include "table/wording.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const SHI_DETECTORS[] = { "sync", "blocks", "shared", "bursts", "pulse", "texts", "answers", "order", "pool", "learning", "forensics",
    NULL };

typedef struct {
    shi_leading *l;
    shi_leads *leads;                /* of one detector */
    shi_arena *keep, scratch;
} detecting;

static shi_err looked(detecting *d, const char *detector, const char *scale, const char *cannot_judge, int64_t groups, int64_t searched)
{
    shi_leads *leads = d->leads;
    assert(leads->looks < SHI_MAX_LOOKED);
    leads->looked[leads->looks++] = (shi_looked){ detector, scale, cannot_judge, groups, searched };
    return (shi_err){ 0 };
}

/* A column with an item an act, in the arena of the detector. */
static int32_t *column(detecting *d)
{
    return shi_room(d->keep, int32_t, d->l->acts.n);
}

/* Accounts of the acts that `is` holds of; others are nobody's. */
static int32_t *actors(detecting *d, int is, bool objectless)
{
    const shi_lead_acts *t = &d->l->acts;
    int32_t *who = column(d);
    for (int64_t i = 0; who && i < t->n; i++) who[i] = t->is[i] & is || (objectless && t->object[i] < 0) ? t->account[i] : -1;
    return who;
}

static int32_t *units_of(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    int32_t *unit = column(d);
    for (int64_t i = 0; unit && i < t->n; i++) unit[i] = t->unit[t->account[i]];
    return unit;
}

/* ---- acts on objects ---- */

/* The first act of an account on an object; acts on nothing tell when people are awake. */
static shi_err detect_sync(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    const shi_sync_settings settings = { 0 };
    shi_sync out;
    const shi_sync_columns columns = { .n = t->n, .account = actors(d, SHI_ACT_FIRST, true), .object = t->object, .time_us = t->at_us,
        .accounts = t->accounts, .objects = t->objects };
    if (!columns.account) return shi_no_memory();
    SHI_TRY(shi_sync_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "sync", "", &out.groups, NULL));
    return looked(d, "sync", "", out.cannot_judge, out.groups.len, out.searched);
}

/* Where nothing is judged, nothing of a group may be selected; these are listed. */
static shi_err add_listed(detecting *d, const char *detector, const shi_groups *groups)
{
    shi_lead_kind *kind = shi_new(d->keep, shi_lead_kind, groups->len);
    if (!kind) return shi_no_memory();
    for (int64_t g = 0; g < groups->len; g++) kind[g] = SHI_LEAD_TOGETHER;
    return shi_leads_add(d->leads, d->l->keep, detector, "", groups, kind);
}

static int64_t day_of(int64_t us)
{
    return us / SHI_DAY_US - (us % SHI_DAY_US < 0);
}

/* The first act of each local day is what a list that is worked through gives; periods are days. */
static shi_err detect_order(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    shi_order out;
    int64_t first = INT64_MAX, last = INT64_MIN, n = 0;
    for (int64_t i = 0; i < t->n; i++) {
        first = t->at_us[i] < first ? t->at_us[i] : first;
        last = t->at_us[i] > last ? t->at_us[i] : last;
    }
    int32_t *account = column(d), *day = column(d);
    int64_t *at_us = shi_room(d->keep, int64_t, t->n);
    if (!account || !day || !at_us) return shi_no_memory();
    for (int64_t i = 0; i < t->n; i++) {
        int32_t on = (int32_t)(day_of(t->at_us[i]) - day_of(first));
        if (n && account[n - 1] == t->account[i] && day[n - 1] == on) continue;
        account[n] = t->account[i];
        day[n] = on;
        at_us[n++] = t->at_us[i];
    }
    const shi_order_columns columns = { .n = n, .account = account, .by = day, .time_us = at_us, .accounts = t->accounts,
        .periods = n ? day_of(last) - day_of(first) + 1 : 0 };
    SHI_TRY(shi_order_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "order", "", &out.groups, NULL));
    return looked(d, "order", "", out.cannot_judge, out.groups.len, out.searched);
}

static shi_err detect_pool(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    shi_pool out;
    const shi_pool_columns columns = { .n = t->n, .account = actors(d, SHI_ACT_FIRST, false), .object = t->object, .unit = units_of(d),
        .time_us = t->at_us, .accounts = t->accounts, .objects = t->objects, .units = d->l->chain->units.len };
    if (!columns.account || !columns.unit) return shi_no_memory();
    SHI_TRY(shi_pool_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(add_listed(d, "pool", &out.groups));
    return looked(d, "pool", "", out.cannot_judge ? out.cannot_judge : N_("what acts together in changing parts is listed, not judged"),
                  out.groups.len, out.searched);
}

/* Given units, since people of one village share days and interests; over the county it found honest ones of a village together. One act an account,
 * object and hour says all that is asked for. */
static shi_err detect_blocks(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    shi_blocks out;
    const shi_blocks_settings settings = { 0 };
    const shi_blocks_columns columns = { .n = t->n, .account = actors(d, SHI_ACT_FIRST_OF_HOUR, false), .accounts = t->accounts, .object = t->object,
        .objects = t->objects, .given = units_of(d), .givens = d->l->chain->units.len, .time_us = t->at_us };
    if (!columns.account || !columns.given) return shi_no_memory();
    SHI_TRY(shi_blocks_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "blocks", "", &out.groups, NULL));
    return looked(d, "blocks", "", out.cannot_judge, out.groups.len, out.seeds);
}

/* ---- registrations ---- */

/* An app has a county-wide course of its own, so each is looked at by itself; a share of the budget each. */
static shi_err bursts_of(detecting *d, int64_t app, int64_t apps, int64_t *groups, int64_t *searched, const char **cannot_judge)
{
    const shi_lead_acts *t = &d->l->acts;
    shi_bursts out;
    const shi_bursts_settings settings = { .least = 8 };
    int32_t *account = shi_room(d->keep, int32_t, t->accounts), *unit = shi_room(d->keep, int32_t, t->accounts);
    int64_t *at_us = shi_room(d->keep, int64_t, t->accounts), n = 0;
    if (!account || !unit || !at_us) return shi_no_memory();
    for (int32_t x = 0; x < t->accounts; x++) {
        if (t->app[x] != app || t->opened_us[x] == INT64_MIN) continue;
        account[n] = x;
        unit[n] = t->unit[x];
        at_us[n++] = t->opened_us[x];
    }
    const shi_bursts_columns columns = { .n = n, .time_us = at_us, .unit = unit, .account = account, .units = d->l->chain->units.len,
        .accounts = t->accounts };
    SHI_TRY(shi_bursts_find(d->keep, d->scratch, &columns, &settings, &out));
    shi_group *group = shi_new(d->keep, shi_group, out.groups.len);
    if (!group) return shi_no_memory();
    for (int64_t g = 0; g < out.groups.len; g++) {
        group[g] = out.groups.ptr[g];
        group[g].log10_e -= log10((double)apps);
    }
    out.groups.ptr = group;
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "bursts", "", &out.groups, NULL));
    *groups += out.groups.len;
    *searched += out.searched;
    if (!out.cannot_judge) *cannot_judge = NULL;
    else if (*groups == 0 && *cannot_judge) *cannot_judge = out.cannot_judge;
    return (shi_err){ 0 };
}

static shi_err detect_bursts(detecting *d)
{
    int64_t groups = 0, searched = 0, apps = d->l->acts.apps;
    const char *cannot_judge = N_("nothing says when accounts were registered");
    const shi_arena before = *d->keep;
    for (int64_t a = 0; a < apps; a++) {
        SHI_TRY(bursts_of(d, a, apps, &groups, &searched, &cannot_judge));
        *d->keep = before;
    }
    return looked(d, "bursts", "", cannot_judge, groups, searched);
}

/* ---- months ---- */

static shi_err detect_pulse(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    shi_pulse out;
    int32_t *who = column(d), *unit = units_of(d);
    bool *other = shi_room(d->keep, bool, t->n);
    if (!who || !unit || !other) return shi_no_memory();
    for (int64_t i = 0; i < t->n; i++) {
        who[i] = t->app_logs_in[t->app[t->account[i]]] ? t->account[i] : -1;
        other[i] = !(t->is[i] & SHI_ACT_LOGIN);
    }
    const shi_pulse_columns columns = { .n = t->n, .account = who, .unit = unit, .other = other, .time_us = t->at_us, .accounts = t->accounts,
        .units = d->l->chain->units.len };
    SHI_TRY(shi_pulse_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "pulse", "", &out.groups, NULL));
    return looked(d, "pulse", "", out.cannot_judge, out.groups.len, out.searched);
}

/* ---- texts ---- */

static const char SQL_TEXTS[] =
    "CREATE OR REPLACE TEMP TABLE lead_text AS SELECT CAST(row_number() OVER (ORDER BY first_at, text) - 1 AS INTEGER) AS code, text "
    "FROM   (SELECT text, min(time) AS first_at FROM events WHERE text IS NOT NULL GROUP BY text)";
static const char SQL_POSTS[] =
    "SELECT a.code, t.code, CAST(epoch_us(e.time) AS BIGINT) FROM events e JOIN lead_account a USING (app, account) JOIN lead_text t USING (text) "
    "ORDER BY e.time, a.code, t.code";

static shi_err detect_texts(detecting *d)
{
    shi_pulled texts, posts;
    shi_wordings wording;
    shi_texts_found out;
    const shi_texts_settings settings = { 0 };
    SHI_SQL(d->l->chain, SQL_TEXTS);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, "SELECT text FROM lead_text ORDER BY code", "s", &texts));
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_POSTS, "iil", &posts));
    SHI_TRY(shi_wordings_make(d->keep, d->scratch, (shi_strs){ texts.text[0], texts.n }, &wording));
    for (int64_t i = 0; i < posts.n; i++) posts.i64[2][i] = shi_zone_local_us(&d->l->chain->ws->zone, posts.i64[2][i]);
    const shi_texts_columns columns = { .rows = posts.n, .account = posts.i32[0], .text = posts.i32[1], .time_us = posts.i64[2],
        .accounts = d->l->acts.accounts, .texts = wording.texts, .bytes = wording.bytes, .offset = wording.offset };
    SHI_TRY(shi_texts_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "texts", "", &out.groups, NULL));
    return looked(d, "texts", "", out.cannot_judge, out.groups.len, out.searched);
}

/* ---- devices and addresses ---- */

/* Where an account is seen: at its registration and in its acts. */
static shi_err seen_columns(detecting *d, const int32_t *value, const int32_t *opened, int64_t values, shi_shared_columns *out)
{
    const shi_lead_acts *t = &d->l->acts;
    int64_t most = t->n + t->accounts, n = 0;
    int32_t *account = shi_room(d->keep, int32_t, most), *on = shi_room(d->keep, int32_t, most), *unit = shi_room(d->keep, int32_t, most),
        *app = shi_room(d->keep, int32_t, most);
    int64_t *at_us = shi_room(d->keep, int64_t, most);
    if (!account || !on || !unit || !app || !at_us) return shi_no_memory();
    for (int32_t x = 0; x < t->accounts; x++)
        for (int64_t i = t->first[x] - 1; i < t->first[x + 1]; i++) {   /* the one before: its registration */
            int32_t v = i < t->first[x] ? opened[x] : value[i];
            int64_t us = i < t->first[x] ? t->opened_us[x] : t->at_us[i];
            if (v < 0 || us == INT64_MIN) continue;
            account[n] = x;
            on[n] = v;
            unit[n] = t->unit[x];
            app[n] = t->app[x];
            at_us[n++] = us;
        }
    *out = (shi_shared_columns){ .n = n, .account = account, .value = on, .unit = unit, .app = app, .time_us = at_us, .accounts = t->accounts,
        .values = values, .units = d->l->chain->units.len, .apps = t->apps };
    return (shi_err){ 0 };
}

static shi_err shared_by(detecting *d, const char *what, const int32_t *value, const int32_t *opened, int64_t values)
{
    static const shi_lead_kind KIND[] = { [SHI_SHARED_ACROSS] = SHI_LEAD_BATCH, [SHI_SHARED_SMALL] = SHI_LEAD_BATCH,
        [SHI_SHARED_PROXY] = SHI_LEAD_PROXY };
    shi_shared_settings settings = SHI_SHARED_DEFAULTS;
    shi_shared_columns columns;
    shi_shared out;
    settings.address = strcmp(what, "address") == 0;
    SHI_TRY(seen_columns(d, value, opened, values, &columns));
    SHI_TRY(shi_shared_find(d->keep, d->scratch, &columns, &settings, &out));
    shi_lead_kind *kind = shi_new(d->keep, shi_lead_kind, out.groups.len);
    shi_group *group = shi_new(d->keep, shi_group, out.groups.len);
    if (!kind || !group) return shi_no_memory();
    shi_groups judged = out.groups;
    judged.ptr = group;
    judged.len = 0;
    for (int64_t g = 0; g < out.groups.len; g++) {   /* facts say nothing of what they would be taken for */
        if (out.kind[g] == SHI_SHARED_FACT) continue;
        kind[judged.len] = KIND[out.kind[g]];
        group[judged.len++] = out.groups.ptr[g];
    }
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "shared", what, &judged, kind));
    return looked(d, "shared", what, columns.n ? out.cannot_judge : N_("nothing names such a thing"), judged.len, out.searched);
}

/* Many phones in one hand (代操作): accounts of one app and unit that are marked as opened by helpers or staff, one after the other (pauses of ten
 * minutes at most), on eight phones and more, most with two or three accounts. So few on a phone are a household to any test of single phones; a team
 * that goes from door to door has few phones, and many accounts on each. */
static const char SQL_OPENED_FOR[] =
    "WITH told AS (SELECT a.code, a.app, unit_code, o.device, o.at_us, o.at_us - lag(o.at_us) OVER (PARTITION BY a.app, unit_code ORDER BY o.at_us, "
    "              a.code) AS pause FROM opened o JOIN lead_account a ON a.code = o.account WHERE operator IN ('helper', 'staff') AND o.device IS "
    "NOT "
    "              NULL AND o.at_us IS NOT NULL AND unit_code IS NOT NULL), "
    "run AS (SELECT *, count_if(pause IS NULL OR pause > 600000000) OVER (PARTITION BY app, unit_code ORDER BY at_us, code) AS run FROM told), "
    "phone AS (SELECT *, count(*) OVER (PARTITION BY app, unit_code, run, device) AS on_it FROM run), "
    "hand AS (SELECT app, unit_code, run, count(DISTINCT device) FILTER (WHERE on_it >= 2) AS phones, count_if(on_it >= 2) AS twice, count(*) AS n, "
    "                CAST(row_number() OVER (ORDER BY min(at_us), min(code)) - 1 AS INTEGER) AS hand "
    "         FROM phone GROUP BY app, unit_code, run HAVING phones >= 8 AND twice >= 0.8 * n AND twice <= 3 * phones) "
    "SELECT code, hand, CAST(phones AS INTEGER), at_us FROM phone JOIN hand USING (app, unit_code, run) ORDER BY hand, code";

static shi_err opened_for_others(detecting *d)
{
    shi_pulled p;
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_OPENED_FOR, "iiil", &p));
    int64_t groups = p.n ? p.i32[1][p.n - 1] + 1 : 0;
    shi_group *group = shi_new(d->keep, shi_group, groups);
    shi_lead_kind *kind = shi_new(d->keep, shi_lead_kind, groups);
    double *weight = shi_new(d->keep, double, p.n);
    if (!group || !kind || !weight) return shi_no_memory();
    for (int64_t i = 0; i < p.n; i++) {
        shi_group *g = &group[p.i32[1][i]];
        int64_t at = p.i64[3][i];
        if (g->len == 0) *g = (shi_group){ .first = i, .things = p.i32[2][i], .log10_e = (double)-INFINITY, .from_us = at, .to_us = at };
        kind[p.i32[1][i]] = SHI_LEAD_PROXY;
        weight[i] = 1;
        g->len++;
        g->deeds++;
        if (at < g->from_us) g->from_us = at;
        if (at > g->to_us) g->to_us = at;
    }
    const shi_groups all = { .ptr = group, .len = groups, .member = p.i32[0], .weight = weight, .members = p.n };
    SHI_TRY(shi_leads_add(d->leads, d->l->keep, "shared", "opening", &all, kind));
    return looked(d, "shared", "opening", N_("what the register itself marks as done for others is listed, not judged"), groups, groups);
}

static shi_err detect_shared(detecting *d)
{
    const shi_lead_acts *t = &d->l->acts;
    const shi_arena before = *d->keep;
    SHI_TRY(shared_by(d, "device", t->device, t->opened_device, t->devices));
    *d->keep = before;               /* its columns are done with */
    SHI_TRY(shared_by(d, "address", t->address, t->opened_address, t->addresses));
    *d->keep = before;
    return opened_for_others(d);
}

/* ---- answer sheets ---- */

/* A quiz: an object whose events hold answers, a character an item; its commonest length is what a sheet has. */
static const char SQL_QUIZZES[] =
    "CREATE OR REPLACE TEMP TABLE lead_sheet AS "
    "SELECT o.code AS quiz, a.code AS account, CAST(w.unit AS INTEGER) AS unit, arg_min(e.answer, (e.time, e.answer)) AS answer "
    "FROM   events e JOIN lead_account a USING (app, account) JOIN lead_object o USING (app, object) LEFT JOIN unit_word w USING (unit_code) "
    "WHERE  e.answer IS NOT NULL GROUP BY ALL";
static const char SQL_SHEETS[] =
    "SELECT account, unit, answer FROM lead_sheet WHERE quiz = %d AND length(answer) = (SELECT mode(length(answer)) FROM lead_sheet WHERE quiz = "
    "%d) AND strlen(answer) = length(answer) ORDER BY account";

/* One character an answer: the options of a sheet. */
static int32_t *spread_answers(detecting *d, const shi_pulled *p, int64_t items, int64_t *options)
{
    int32_t code[256], *answer = shi_new(d->keep, int32_t, p->n * items);
    int32_t next = 0;
    for (int c = 0; c < 256; c++) code[c] = -1;
    for (int64_t i = 0; answer && i < p->n; i++)
        for (int64_t k = 0; k < items; k++) {
            unsigned char c = (unsigned char)p->text[2][i].ptr[k];
            if (code[c] < 0 && c != ' ' && c != '-') code[c] = next++;
            answer[i * items + k] = code[c];
        }
    *options = next;
    return answer;
}

static shi_err sheets_of(detecting *d, int32_t quiz, int64_t quizzes, int64_t *groups, int64_t *searched)
{
    char sql[512];
    shi_pulled p;
    shi_answers_found out;
    const shi_answers_settings settings = { 0 };
    snprintf(sql, sizeof sql, SQL_SHEETS, (int)quiz, (int)quiz);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, sql, "iis", &p));
    if (p.n < 2) return (shi_err){ 0 };
    int64_t items = p.text[2][0].len, options;
    int32_t *answer = spread_answers(d, &p, items, &options);
    if (!answer) return shi_no_memory();
    const shi_answers_columns columns = { .sheets = p.n, .items = items, .answer = answer, .options = options, .unit = p.i32[1],
        .units = d->l->chain->units.len };
    SHI_TRY(shi_answers_find(d->keep, d->scratch, &columns, &settings, &out));
    shi_group *group = shi_new(d->keep, shi_group, out.groups.len);
    int32_t *member = shi_new(d->keep, int32_t, out.groups.members);
    shi_lead_kind *kind = shi_new(d->keep, shi_lead_kind, out.groups.len);
    if (!group || !member || !kind) return shi_no_memory();
    for (int64_t i = 0; i < out.groups.members; i++) member[i] = p.i32[0][out.groups.member[i]];   /* sheets are in order of their accounts */
    for (int64_t g = 0; g < out.groups.len; g++) {
        group[g] = out.groups.ptr[g];
        group[g].log10_e -= log10((double)quizzes);
        group[g].from_us = group[g].to_us = INT64_MIN;
        kind[g] = isfinite(group[g].log10_e) ? SHI_LEAD_BATCH : SHI_LEAD_TOGETHER;   /* a sheet in circulation is listed */
    }
    out.groups.ptr = group;
    out.groups.member = member;
    *groups += out.groups.len;
    *searched += out.searched;
    return shi_leads_add(d->leads, d->l->keep, "answers", "", &out.groups, kind);
}

static shi_err detect_answers(detecting *d)
{
    shi_pulled quiz;
    int64_t groups = 0, searched = 0;
    SHI_SQL(d->l->chain, SQL_QUIZZES);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, "SELECT DISTINCT quiz FROM lead_sheet ORDER BY quiz", "i", &quiz));
    for (int64_t i = 0; i < quiz.n; i++) SHI_TRY(sheets_of(d, quiz.i32[0][i], quiz.n, &groups, &searched));
    return looked(d, "answers", "", quiz.n ? NULL : N_("no event holds answers"), groups, searched);
}

/* ---- learning hours ---- */

static const char SQL_SESSIONS[] =
    "SELECT a.code, CAST(epoch_us(e.time) AS BIGINT), CAST(round(e.seconds * 1000) AS BIGINT) FROM events e JOIN lead_account a USING (app, account) "
    "JOIN lead_app p USING (app) WHERE p.code = %" PRId64 " AND e.seconds > 0 ORDER BY a.code, e.time, e.seconds";

typedef struct {
    int32_t *member;
    double *weight;
    shi_group group;
} listing;

static shi_err list_one(detecting *d, const char *scale, const listing *of)
{
    const shi_lead_kind listed = SHI_LEAD_TOGETHER;
    const shi_groups one = { .ptr = &of->group, .len = 1, .member = of->member, .weight = of->weight, .members = of->group.len };
    return of->group.len ? shi_leads_add(d->leads, d->l->keep, "learning", scale, &one, &listed) : (shi_err){ 0 };
}

/* Hours that lie within other hours of the same account, an hour and more of them: what the log's resolution leaves is less. */
static shi_err list_overlaps(detecting *d, const shi_learning_found *found, const int64_t *from_us, const int64_t *to_us, int64_t *groups)
{
    int64_t n = d->l->acts.accounts;
    double hours = 0;
    listing out = { shi_new(d->keep, int32_t, n), shi_new(d->keep, double, n),
        { .log10_e = (double)-INFINITY, .from_us = INT64_MAX, .to_us = INT64_MIN } };
    if (!out.member || !out.weight) return shi_no_memory();
    for (int64_t a = 0; a < n; a++) {
        const shi_learning_account *x = &found->account[a];
        if (x->excess < 3600) continue;
        out.member[out.group.len] = (int32_t)a;
        out.weight[out.group.len++] = 1;
        hours += x->excess / 3600;
        out.group.deeds += x->sessions;
        if (from_us[a] < out.group.from_us) out.group.from_us = from_us[a];
        if (to_us[a] > out.group.to_us) out.group.to_us = to_us[a];
    }
    out.group.things = llround(hours);
    *groups += out.group.len > 0;
    return list_one(d, "overlap", &out);
}

/* Accounts that begin by the clock, as one list an app. */
static shi_err list_clock(detecting *d, const shi_learning_found *found, int64_t *groups)
{
    const shi_groups *g = &found->groups;
    bool *by_clock = shi_new(d->keep, bool, d->l->acts.accounts);
    listing out = { shi_new(d->keep, int32_t, g->len), shi_new(d->keep, double, g->len),
        { .log10_e = (double)-INFINITY, .from_us = INT64_MAX, .to_us = INT64_MIN } };
    if (!by_clock || !out.member || !out.weight) return shi_no_memory();
    for (int64_t i = 0; i < g->len; i++) {
        by_clock[g->member[g->ptr[i].first]] = true;
        out.group.things += g->ptr[i].things;
        out.group.deeds += g->ptr[i].deeds;
        if (g->ptr[i].from_us < out.group.from_us) out.group.from_us = g->ptr[i].from_us;
        if (g->ptr[i].to_us > out.group.to_us) out.group.to_us = g->ptr[i].to_us;
    }
    for (int64_t a = 0; a < d->l->acts.accounts; a++) {
        if (!by_clock[a]) continue;
        out.weight[out.group.len] = 1;
        out.member[out.group.len++] = (int32_t)a;
    }
    *groups += out.group.len > 0;
    return list_one(d, "clock", &out);
}

/* How it went: groups, and accounts that were looked at. */
typedef struct {
    int64_t sessions, overlaps, learners, clocks, starting;
    const char *cannot_judge;
} learned;

/* An app has a log with a resolution of its own. */
static shi_err learning_of(detecting *d, int64_t app, learned *out)
{
    char sql[512];
    shi_pulled p;
    shi_learning_found found;
    int64_t n = d->l->acts.accounts;
    snprintf(sql, sizeof sql, SQL_SESSIONS, app);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, sql, "ill", &p));
    if (!p.n) return (shi_err){ 0 };
    double *seconds = shi_new(d->keep, double, p.n);
    int64_t *from_us = shi_new(d->keep, int64_t, n), *to_us = shi_new(d->keep, int64_t, n);
    if (!seconds || !from_us || !to_us) return shi_no_memory();
    for (int64_t a = 0; a < n; a++) from_us[a] = INT64_MAX, to_us[a] = INT64_MIN;
    for (int64_t i = 0; i < p.n; i++) {
        int32_t a = p.i32[0][i];
        int64_t *at = &p.i64[1][i];
        *at = shi_zone_local_us(&d->l->chain->ws->zone, *at);
        seconds[i] = fmin((double)p.i64[2][i] / 1000, 1e9);   /* the kernel's limit, thirty years */
        out->learners += to_us[a] == INT64_MIN;
        if (*at < from_us[a]) from_us[a] = *at;
        if (*at > to_us[a]) to_us[a] = *at;
    }
    const shi_learning_columns columns = { .rows = p.n, .account = p.i32[0], .accounts = n, .start_us = p.i64[1], .seconds = seconds };
    SHI_TRY(shi_learning_find(d->keep, d->scratch, &columns, &(shi_learning_settings){ 0 }, &found));
    out->sessions += p.n;
    out->starting += found.searched;
    if (found.cannot_judge && !out->starting) out->cannot_judge = found.cannot_judge;
    SHI_TRY(list_overlaps(d, &found, from_us, to_us, &out->overlaps));
    return list_clock(d, &found, &out->clocks);
}

/* Both are lists: hours claimed twice are a fact without a probability, and an alarm to the minute looks like a script. */
static shi_err detect_learning(detecting *d)
{
    learned l = { 0 };
    for (int64_t a = 0; a < d->l->acts.apps; a++) SHI_TRY(learning_of(d, a, &l));
    const char *none = l.sessions ? NULL : N_("no event says how long it lasted");
    const char *fact = N_("hours claimed twice are a fact, listed without a probability");
    SHI_TRY(looked(d, "learning", "overlap", none ? none : fact, l.overlaps, l.learners));
    return looked(d, "learning", "clock", none ? none : l.starting ? N_("who begins by the clock is listed, not judged: an alarm looks the same")
                                                                   : l.cannot_judge, l.clocks, l.starting);
}

/* ---- totals ---- */

static shi_err detect_forensics(detecting *d)
{
    shi_looked x;
    shi_leading own = *d->l;
    own.leads = d->leads;
    SHI_TRY(shi_leads_totals(&own, d->keep, d->scratch, &x));
    return looked(d, x.detector, x.scale, x.cannot_judge, x.groups, x.searched);
}

typedef struct {
    const char *name;
    shi_err (*run)(detecting *d);
} detector;

static const detector DETECTORS[] = {
    { "sync", detect_sync },
    { "blocks", detect_blocks },
    { "shared", detect_shared },
    { "bursts", detect_bursts },
    { "pulse", detect_pulse },
    { "texts", detect_texts },
    { "answers", detect_answers },
    { "order", detect_order },
    { "pool", detect_pool },
    { "learning", detect_learning },
    { "forensics", detect_forensics },
};

static bool wanted(const shi_strs *only, const char *name)
{
    bool any = !only;
    for (int64_t i = 0; only && i < only->len; i++) any = any || shi_str_eq(only->ptr[i], shi_str_from(name));
    return any;
}

/* Columns and work space are given back after each. */
static shi_err run_one(shi_leading *l, const detector *one, shi_leads *out)
{
    shi_arena keep, scratch;
    SHI_TRY(shi_arena_open((int64_t)1 << 37, &keep));
    shi_err e = shi_arena_open((int64_t)1 << 38, &scratch);
    if (!e.code) {
        detecting d = { .l = l, .leads = out, .keep = &keep, .scratch = scratch };
        e = one->run(&d);
        shi_arena_drop(&scratch);
    }
    shi_arena_drop(&keep);
    if (!e.code && shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    return e;
}

/* Innocent causes ask for addresses of what `shared` found, and of nothing else. */
static shi_err note_addresses(shi_leading *l, const shi_leads *found)
{
    shi_arena scratch = *l->keep;
    bool *member = shi_new(&scratch, bool, l->acts.accounts);
    if (!member) return shi_no_memory();
    for (int64_t m = 0; m < found->members; m++) member[found->member[m]] = true;
    return found->members ? shi_leads_acts_addresses(&l->acts, member) : (shi_err){ 0 };
}

/* What `shared` found comes first to be found, so that its columns can be let go, and is listed in its place. */
shi_err shi_leads_detect(shi_leading *l)
{
    enum { DEVICES = 2, ALL = COUNT(DETECTORS) };
    shi_leads part[ALL] = { { .len = 0 } };
    assert(!strcmp(DETECTORS[DEVICES].name, "shared"));
    if (wanted(l->only, DETECTORS[DEVICES].name)) SHI_TRY(run_one(l, &DETECTORS[DEVICES], &part[DEVICES]));
    SHI_TRY(note_addresses(l, &part[DEVICES]));
    shi_leads_acts_let_go(&l->acts);
    for (int64_t i = 0; i < ALL; i++)
        if (i != DEVICES && wanted(l->only, DETECTORS[i].name)) SHI_TRY(run_one(l, &DETECTORS[i], &part[i]));
    for (int64_t i = 0; i < ALL; i++) SHI_TRY(shi_leads_join(l->leads, l->keep, &part[i]));
    return (shi_err){ 0 };
}
