/* The detectors in their order: each takes its columns from the tables of codes, runs its kernel, and hands over its groups. A detector that lacks
 * its columns says so. */
#include "chain/suspected.h"

#include "base/os.h"
#include "shishu/answers.h"
#include "shishu/blocks.h"
#include "shishu/bursts.h"
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

const char *const SHI_DETECTORS[] = { "sync", "blocks", "shared", "bursts", "pulse", "texts", "answers", "order", "pool", NULL };

typedef struct {
    shi_leading *l;
    shi_arena *keep, scratch;        /* of one detector */
} detecting;

static shi_err looked(detecting *d, const char *detector, const char *scale, const char *cannot_judge, int64_t groups, int64_t searched)
{
    shi_leads *leads = d->l->leads;
    assert(leads->looks < SHI_MAX_LOOKED);
    leads->looked[leads->looks++] = (shi_looked){ detector, scale, cannot_judge, groups, searched };
    return (shi_err){ 0 };
}

/* ---- acts on objects ---- */

/* One act an account, object and hour says all that blocks ask for. */
static const char SQL_CELLS[] =
    "SELECT account, object, unit, at_us FROM (SELECT account, object, min(at_us) AS at_us FROM act WHERE object IS NOT NULL GROUP BY account, "
    "object, at_us // 3600000000) JOIN (SELECT code AS account, CAST(w.unit AS INTEGER) AS unit FROM lead_account LEFT JOIN unit_word w USING "
    "(unit_code)) USING (account) ORDER BY account, object, at_us";

/* The first act of an account on an object; acts on nothing tell when people are awake. */
static const char SQL_FIRST_ACTS[] =
    "SELECT account, object, at_us FROM (SELECT account, object, min(at_us) AS at_us FROM act WHERE object IS NOT NULL GROUP BY account, object "
    "UNION ALL SELECT account, NULL, at_us FROM act WHERE object IS NULL) ORDER BY account, at_us, object";

static shi_err detect_sync(detecting *d)
{
    shi_pulled p;
    shi_sync out;
    const shi_sync_settings settings = { 0 };
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_FIRST_ACTS, "iil", &p));
    const shi_sync_columns columns = { .n = p.n, .account = p.i32[0], .object = p.i32[1], .time_us = p.i64[2], .accounts = d->l->accounts.n,
        .objects = d->l->accounts.objects };
    SHI_TRY(shi_sync_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "sync", "", &out.groups, NULL));
    return looked(d, "sync", "", out.cannot_judge, out.groups.len, out.searched);
}

/* Where nothing is judged, nothing of a group may be selected; these are listed. */
static shi_err add_listed(detecting *d, const char *detector, const shi_groups *groups)
{
    shi_lead_kind *kind = shi_new(d->keep, shi_lead_kind, groups->len);
    if (!kind) return shi_no_memory();
    for (int64_t g = 0; g < groups->len; g++) kind[g] = SHI_LEAD_TOGETHER;
    return shi_leads_add(d->l->leads, d->l->keep, detector, "", groups, kind);
}

/* The first act of each local day is what a list that is worked through gives; periods are days. */
static shi_err detect_order(detecting *d)
{
    shi_pulled p;
    shi_order out;
    int64_t first = INT64_MAX, last = INT64_MIN;
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, "SELECT account, CAST(at_us // 86400000000 AS INTEGER), min(at_us) FROM act GROUP BY ALL "
        "ORDER BY account, min(at_us)", "iil", &p));
    for (int64_t i = 0; i < p.n; i++) {
        if (p.i32[1][i] < first) first = p.i32[1][i];
        if (p.i32[1][i] > last) last = p.i32[1][i];
    }
    for (int64_t i = 0; i < p.n; i++) p.i32[1][i] -= (int32_t)first;
    const shi_order_columns columns = { .n = p.n, .account = p.i32[0], .by = p.i32[1], .time_us = p.i64[2], .accounts = d->l->accounts.n,
        .periods = p.n ? last - first + 1 : 0 };
    SHI_TRY(shi_order_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "order", "", &out.groups, NULL));
    return looked(d, "order", "", out.cannot_judge, out.groups.len, out.searched);
}

static const char SQL_POOL[] =
    "SELECT f.account, f.object, CAST(w.unit AS INTEGER), f.at_us FROM (SELECT account, object, min(at_us) AS at_us FROM act WHERE object IS NOT "
    "NULL GROUP BY account, object) f JOIN lead_account a ON a.code = f.account LEFT JOIN unit_word w USING (unit_code) ORDER BY f.account, f.at_us, "
    "f.object";

static shi_err detect_pool(detecting *d)
{
    shi_pulled p;
    shi_pool out;
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_POOL, "iiil", &p));
    const shi_pool_columns columns = { .n = p.n, .account = p.i32[0], .object = p.i32[1], .unit = p.i32[2], .time_us = p.i64[3],
        .accounts = d->l->accounts.n, .objects = d->l->accounts.objects, .units = d->l->chain->units.len };
    SHI_TRY(shi_pool_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(add_listed(d, "pool", &out.groups));
    return looked(d, "pool", "", out.cannot_judge ? out.cannot_judge : N_("what acts together in changing parts is listed, not judged"),
                  out.groups.len, out.searched);
}

/* Given units, since people of one village share days and interests; over the county it found honest ones of a village together. */
static shi_err detect_blocks(detecting *d)
{
    shi_pulled p;
    shi_blocks out;
    const shi_blocks_settings settings = { 0 };
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_CELLS, "iiil", &p));
    const shi_blocks_columns columns = { .n = p.n, .account = p.i32[0], .accounts = d->l->accounts.n, .object = p.i32[1],
        .objects = d->l->accounts.objects, .given = p.i32[2], .givens = d->l->chain->units.len, .time_us = p.i64[3] };
    SHI_TRY(shi_blocks_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "blocks", "", &out.groups, NULL));
    return looked(d, "blocks", "", out.cannot_judge, out.groups.len, out.seeds);
}

/* ---- registrations ---- */

static const char SQL_OPENED_OF[] =
    "SELECT o.account, CAST(w.unit AS INTEGER), o.at_us FROM opened o JOIN lead_account a ON a.code = o.account LEFT JOIN unit_word w USING "
    "(unit_code) WHERE  o.at_us IS NOT NULL AND o.app = %" PRId64 " ORDER BY o.account";

/* An app has a county-wide course of its own, so each is looked at by itself; a share of the budget each. */
static shi_err bursts_of(detecting *d, int64_t app, int64_t apps, int64_t *groups, int64_t *searched, const char **cannot_judge)
{
    char sql[512];
    shi_pulled p;
    shi_bursts out;
    const shi_bursts_settings settings = { .least = 8 };
    snprintf(sql, sizeof sql, SQL_OPENED_OF, app);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, sql, "iil", &p));
    const shi_bursts_columns columns = { .n = p.n, .time_us = p.i64[2], .unit = p.i32[1], .account = p.i32[0], .units = d->l->chain->units.len,
        .accounts = d->l->accounts.n };
    SHI_TRY(shi_bursts_find(d->keep, d->scratch, &columns, &settings, &out));
    shi_group *group = shi_new(d->keep, shi_group, out.groups.len);
    if (!group) return shi_no_memory();
    for (int64_t g = 0; g < out.groups.len; g++) {
        group[g] = out.groups.ptr[g];
        group[g].log10_e -= log10((double)apps);
    }
    out.groups.ptr = group;
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "bursts", "", &out.groups, NULL));
    *groups += out.groups.len;
    *searched += out.searched;
    if (!out.cannot_judge) *cannot_judge = NULL;
    else if (*groups == 0 && *cannot_judge) *cannot_judge = out.cannot_judge;
    return (shi_err){ 0 };
}

static shi_err detect_bursts(detecting *d)
{
    int64_t groups = 0, searched = 0;
    const char *cannot_judge = N_("nothing says when accounts were registered");
    for (int64_t a = 0; a < d->l->accounts.apps; a++) SHI_TRY(bursts_of(d, a, d->l->accounts.apps, &groups, &searched, &cannot_judge));
    return looked(d, "bursts", "", cannot_judge, groups, searched);
}

/* ---- months ---- */

static const char SQL_MONTHS[] =
    "SELECT t.account, CAST(w.unit AS INTEGER), t.at_us, CAST(t.action <> 'login' AS INTEGER) FROM act t JOIN lead_account a ON a.code = t.account "
    "LEFT JOIN unit_word w USING (unit_code) WHERE a.app IN (SELECT app FROM events WHERE action = 'login' GROUP BY app) ORDER BY t.account, t.at_us";

static shi_err detect_pulse(detecting *d)
{
    shi_pulled p;
    shi_pulse out;
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, SQL_MONTHS, "iili", &p));
    bool *other = shi_new(d->keep, bool, p.n);
    if (!other) return shi_no_memory();
    for (int64_t i = 0; i < p.n; i++) other[i] = p.i32[3][i] != 0;
    const shi_pulse_columns columns = { .n = p.n, .account = p.i32[0], .unit = p.i32[1], .other = other, .time_us = p.i64[2],
        .accounts = d->l->accounts.n, .units = d->l->chain->units.len };
    SHI_TRY(shi_pulse_find(d->keep, d->scratch, &columns, &out));
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "pulse", "", &out.groups, NULL));
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
        .accounts = d->l->accounts.n, .texts = wording.texts, .bytes = wording.bytes, .offset = wording.offset };
    SHI_TRY(shi_texts_find(d->keep, d->scratch, &columns, &settings, &out));
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "texts", "", &out.groups, NULL));
    return looked(d, "texts", "", out.cannot_judge, out.groups.len, out.searched);
}

/* ---- devices and addresses ---- */

/* Where an account is seen: at its registration and in its acts. %s: device, address. */
static const char SQL_SEEN[] =
    "SELECT s.account, s.%s AS value, CAST(w.unit AS INTEGER), p.code, s.at_us FROM "
    "(SELECT account, %s, at_us FROM act WHERE %s IS NOT NULL UNION ALL SELECT account, %s, at_us FROM opened WHERE %s IS NOT NULL AND at_us IS NOT "
    "NULL) s JOIN lead_account a ON a.code = s.account JOIN lead_app p USING (app) LEFT JOIN unit_word w USING (unit_code) "
    "ORDER BY s.account, s.at_us, value";

static shi_err shared_by(detecting *d, const char *what, int64_t values)
{
    static const shi_lead_kind KIND[] = { [SHI_SHARED_ACROSS] = SHI_LEAD_BATCH, [SHI_SHARED_SMALL] = SHI_LEAD_BATCH,
        [SHI_SHARED_PROXY] = SHI_LEAD_PROXY };
    shi_shared_settings settings = SHI_SHARED_DEFAULTS;
    char sql[1024];
    settings.address = strcmp(what, "address") == 0;
    shi_pulled p;
    shi_shared out;
    snprintf(sql, sizeof sql, SQL_SEEN, what, what, what, what, what);
    SHI_TRY(shi_leads_pull(d->l->chain->duck, d->keep, sql, "iiiil", &p));
    const shi_shared_columns columns = { .n = p.n, .account = p.i32[0], .value = p.i32[1], .unit = p.i32[2], .app = p.i32[3], .time_us = p.i64[4],
        .accounts = d->l->accounts.n, .values = values, .units = d->l->chain->units.len, .apps = d->l->accounts.apps };
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
    SHI_TRY(shi_leads_add(d->l->leads, d->l->keep, "shared", what, &judged, kind));
    return looked(d, "shared", what, p.n ? out.cannot_judge : N_("nothing names such a thing"), judged.len, out.searched);
}

static shi_err detect_shared(detecting *d)
{
    SHI_TRY(shared_by(d, "device", d->l->accounts.devices));
    return shared_by(d, "address", d->l->accounts.addresses);
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
    if (!group || !member) return shi_no_memory();
    for (int64_t i = 0; i < out.groups.members; i++) member[i] = p.i32[0][out.groups.member[i]];   /* sheets are in order of their accounts */
    for (int64_t g = 0; g < out.groups.len; g++) {
        group[g] = out.groups.ptr[g];
        group[g].log10_e -= log10((double)quizzes);
        group[g].from_us = group[g].to_us = INT64_MIN;
    }
    out.groups.ptr = group;
    out.groups.member = member;
    *groups += out.groups.len;
    *searched += out.searched;
    return shi_leads_add(d->l->leads, d->l->keep, "answers", "", &out.groups, NULL);
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
};

static bool wanted(const shi_strs *only, const char *name)
{
    bool any = !only;
    for (int64_t i = 0; only && i < only->len; i++) any = any || shi_str_eq(only->ptr[i], shi_str_from(name));
    return any;
}

/* Columns and work space are given back after each. */
static shi_err run_one(shi_leading *l, const detector *one)
{
    shi_arena keep, scratch;
    SHI_TRY(shi_arena_open((int64_t)1 << 36, &keep));
    shi_err e = shi_arena_open((int64_t)1 << 38, &scratch);
    if (!e.code) {
        detecting d = { .l = l, .keep = &keep, .scratch = scratch };
        e = one->run(&d);
        shi_arena_drop(&scratch);
    }
    shi_arena_drop(&keep);
    if (!e.code && shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    return e;
}

shi_err shi_leads_detect(shi_leading *l)
{
    for (int64_t i = 0; i < COUNT(DETECTORS); i++)
        if (wanted(l->only, DETECTORS[i].name)) SHI_TRY(run_one(l, &DETECTORS[i]));
    return (shi_err){ 0 };
}
