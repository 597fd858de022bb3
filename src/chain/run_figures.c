/* The same columns as view figure_out (run_rows.c), without the joins: what an indicator, a period or a unit is stands once in a dictionary, what
 * only some figures have is looked up by their key. Row groups are made side by side and written in their order. Of figures about which the same
 * is to be said the sentence is written once a row group. */
#include "chain/run_figures.h"

#include "table/parquet_write.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP_ROWS = 122880, SAID_SLOTS = 1 << 18 };

/* What an indicator and a unit are, by code. */
typedef enum { I_NAME, I_APP, I_COUNTS, I_DEDUPE, I_OF_ACCOUNTS, I_ALL } of_indicator;
typedef enum { U_NAME, U_LEVEL, U_PARENT, U_PEOPLE_BY, U_ALL } of_unit;
/* Columns of what is looked up. */
enum { TARGET_ISSUER, TARGET_AMPLIFICATION, TARGET_FEASIBLE, TARGET_PER_PERSON, TARGET_LIST, TARGET_BULK, TARGET_ISSUER_NAME };
enum { CHECKED_N, CHECKED_REAL, CHECKED_LOW, CHECKED_HIGH, CHECKED_CLAIMED, CHECKED_DECISION, CHECKED_TEXT };
enum { ACCOUNTS, PHONES, UNDATED };
enum { EVENTS, LOGINS, DEVICES, IPS, OBJECTS, TIMED };

typedef struct {
    shi_chain *chain;
    const shi_writer *writer;
    const shi_figure_rows *rows;
    shi_dictionary_words app, rule, label;
    int32_t *indicator[I_ALL], *unit[U_ALL];
    int64_t *people;                 /* of each unit */
    shi_keyed_rows target, checked, account, rate, any_action;
    shi_str *check_id, *check_method;
    int64_t checks;
} book;

/* A row group: the parts of its keys, what was found of its rows (-1: nothing), and room for one column. */
typedef struct {
    const book *b;
    int64_t from, n;
    int32_t *indicator, *period, *unit;
    int32_t *target, *checked, *account, *rate;
    int32_t *code;
    int64_t *number;
    double *real;
    shi_pq_cells cells;
    shi_buf said;                    /* sentences, one after the other */
    shi_str *sentence;
    void *seen;                      /* sayable, one each; */
    int32_t *slot;                   /* SAID_SLOTS places among them */
} slice;

/* ---- what there is to look up ---- */

#define KEY(i, p, u) "(CAST(enum_code(" i ") AS BIGINT) * $1 + enum_code(" p ")) * $2 + enum_code(" u ")"
#define CODE(x) "CAST(enum_code(" x ") AS INTEGER)"
static const char SQL_INDICATORS[] =
    "SELECT " CODE("indicator") ", " CODE("name") ", " CODE("app") ", " CODE("counts") ", " CODE("dedupe") ", CAST(of_accounts AS INTEGER) "
    "FROM   indicator_row ORDER BY ALL";
static const char SQL_UNITS[] =
    "SELECT " CODE("unit_code") ", " CODE("name") ", " CODE("level") ", " CODE("parent_code") ", people_by, people FROM unit_row ORDER BY ALL";
static const char SQL_TARGETS[] =
    "SELECT " KEY("indicator", "period", "unit_code") " AS key, " CODE("issuer") " AS issuer, amplification, feasible, per_person, price_list, "
    "       price_bulk, " CODE("issuer_name") " FROM target_row ORDER BY key, issuer";
static const char SQL_CHECKED[] =
    "SELECT " KEY("indicator", "period", "unit_code") " AS key, checked_n, checked_real, checked_low, checked_high, claimed, decision, "
    "       row_number() OVER (ORDER BY check_id, key) - 1 AS text FROM checked_figure ORDER BY key";
static const char SQL_CHECKED_TEXT[] =
    "SELECT check_id, check_method FROM (SELECT " KEY("indicator", "period", "unit_code") " AS key, * FROM checked_figure) ORDER BY check_id, key";
/* by app and unit; by app, period and unit; by app and period */
static const char SQL_ACCOUNTS[] =
    "SELECT CAST(enum_code(app) AS BIGINT) * $1 + enum_code(unit_code) AS key, coalesce(accounts, 0), phones, undated "
    "FROM   app_unit ORDER BY key";
static const char SQL_RATES[] =
    "SELECT " KEY("app", "period", "unit_code") " AS key, events, logins, devices, ips, objects, timed FROM rate ORDER BY key";
static const char SQL_ANY_ACTION[] =
    "SELECT CAST(enum_code(app) AS BIGINT) * $1 + enum_code(period) AS key FROM coverage WHERE any_action = 1 ORDER BY key";

static shi_err load_attributes(book *b)
{
    shi_keyed_rows indicators, units;
    SHI_TRY(shi_keyed_load(b->chain, SQL_INDICATORS, NULL, 0, &indicators));
    SHI_TRY(shi_keyed_load(b->chain, SQL_UNITS, NULL, 0, &units));
    for (int k = 0; k < I_ALL; k++)
        if (!(b->indicator[k] = shi_keyed_spread(b->chain, b->rows->indicator.len, &indicators, k))) return shi_no_memory();
    for (int k = 0; k < U_ALL; k++)
        if (!(b->unit[k] = shi_keyed_spread(b->chain, b->rows->unit.len, &units, k))) return shi_no_memory();
    b->people = shi_new(b->chain->keep, int64_t, b->rows->unit.len);
    if (!b->people) return shi_no_memory();
    for (int64_t i = 0; i < b->rows->unit.len; i++) b->people[i] = SHI_NONE;
    for (int64_t i = 0; i < units.len; i++) b->people[units.key[i]] = shi_keyed_int(&units, i, U_ALL);
    return (shi_err){ 0 };
}

static shi_err load_check_texts(book *b)
{
    const shi_param size[] = { SHI_INT(b->rows->period.len), SHI_INT(b->rows->unit.len) };
    shi_rows rows;
    b->check_id = shi_new(b->chain->keep, shi_str, b->checked.len);
    b->check_method = shi_new(b->chain->keep, shi_str, b->checked.len);
    if (!b->check_id || !b->check_method) return shi_no_memory();
    SHI_TRY(shi_duck_query(b->chain->duck, SQL_CHECKED_TEXT, size, 2, &rows));
    while (b->checks < b->checked.len && shi_rows_next(&rows)) {
        b->check_id[b->checks] = shi_str_copy(b->chain->keep, shi_rows_str(&rows, 0));
        if (!shi_rows_null(&rows, 1)) b->check_method[b->checks] = shi_str_copy(b->chain->keep, shi_rows_str(&rows, 1));
        b->checks++;
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err open_book(book *b)
{
    const shi_param size[] = { SHI_INT(b->rows->period.len), SHI_INT(b->rows->unit.len) };
    SHI_TRY(shi_dictionary_load(b->chain, "shi_app", &b->app));
    SHI_TRY(shi_dictionary_load(b->chain, "shi_rule", &b->rule));
    SHI_TRY(shi_dictionary_load(b->chain, "shi_label", &b->label));
    SHI_TRY(load_attributes(b));
    SHI_TRY(shi_keyed_load(b->chain, SQL_TARGETS, size, 2, &b->target));
    SHI_TRY(shi_keyed_load(b->chain, SQL_CHECKED, size, 2, &b->checked));
    SHI_TRY(shi_keyed_load(b->chain, SQL_ACCOUNTS, &size[1], 1, &b->account));
    SHI_TRY(shi_keyed_load(b->chain, SQL_RATES, size, 2, &b->rate));
    SHI_TRY(shi_keyed_load(b->chain, SQL_ANY_ACTION, size, 1, &b->any_action));
    return load_check_texts(b);
}

/* ---- a row group ---- */

static void slice_close(slice *s)
{
    free(s->indicator);
    free(s->number);
    free(s->sentence);
    free(s->seen);
    free(s->slot);
    shi_buf_drop(&s->said);
}

/* Room for the largest row group. */
static bool slice_open(const book *b, slice *s)
{
    const size_t n = GROUP_ROWS;
    *s = (slice){ .b = b, .indicator = malloc(8 * n * sizeof(int32_t)), .number = malloc(2 * n * sizeof(int64_t)),
        .sentence = malloc(n * sizeof(shi_str)), .seen = aligned_alloc(64, n * 64), .slot = malloc(SAID_SLOTS * sizeof(int32_t)) };
    if (!s->indicator || !s->number || !s->sentence || !s->seen || !s->slot) return false;
    int32_t **const part[] = { &s->period, &s->unit, &s->target, &s->checked, &s->account, &s->rate, &s->code };
    for (size_t k = 0; k < COUNT(part); k++) *part[k] = s->indicator + (k + 1) * n;
    s->real = (double *)(void *)(s->number + n);
    return true;
}

/* The target that the figure shows: of the issuer that it names. */
static int64_t target_of(const book *b, int64_t i, int64_t *hint)
{
    const shi_figure_rows *r = b->rows;
    if (b->target.len == 0 || r->target[i] == SHI_NONE) return -1;
    int64_t issuer = r->issuer[i] < 0 ? 0 : r->issuer[i];   /* '' stands first among the codes */
    for (int64_t t = shi_keyed_find(&b->target, r->key[i], hint); t >= 0 && t < b->target.len && b->target.key[t] == r->key[i]; t++)
        if (shi_keyed_int(&b->target, t, TARGET_ISSUER) == issuer) return t;
    return -1;
}

static void look_up(slice *s)
{
    const book *b = s->b;
    const int64_t periods = b->rows->period.len, units = b->rows->unit.len;
    int64_t hint[4] = { 0 };
    for (int64_t i = 0; i < s->n; i++) {
        int64_t key = b->rows->key[s->from + i], rest = key / units;
        s->unit[i] = (int32_t)(key - rest * units);
        s->period[i] = (int32_t)(rest % periods);
        s->indicator[i] = (int32_t)(rest / periods);
        int64_t app = b->indicator[I_APP][s->indicator[i]];
        s->target[i] = (int32_t)target_of(b, s->from + i, &hint[0]);
        s->checked[i] = (int32_t)shi_keyed_find(&b->checked, key, &hint[1]);
        s->account[i] = app < 0 ? -1 : (int32_t)shi_keyed_find(&b->account, app * units + s->unit[i], &hint[2]);
        s->rate[i] = app < 0 ? -1 : (int32_t)shi_keyed_find(&b->rate, (app * periods + s->period[i]) * units + s->unit[i], &hint[3]);
    }
}

/* ---- columns ---- */

static void text(slice *s, const int32_t *code, shi_dictionary_words words)
{
    s->cells = (shi_pq_cells){ .code = code, .word = words.ptr, .words = words.len };
}

static void fill_key(slice *s, int which)
{
    const int32_t *const code[] = { s->indicator, s->period, s->unit };
    const shi_dictionary_words *const words[] = { &s->b->rows->indicator, &s->b->rows->period, &s->b->rows->unit };
    text(s, code[which], *words[which]);
}

static void fill_indicator(slice *s, int which)
{
    const int32_t *of = s->b->indicator[which];
    for (int64_t i = 0; i < s->n; i++) s->code[i] = of[s->indicator[i]];
    text(s, s->code, which == I_NAME ? s->b->label : which == I_APP ? s->b->app : s->b->rule);
}

static void fill_unit(slice *s, int which)
{
    const int32_t *of = s->b->unit[which];
    for (int64_t i = 0; i < s->n; i++) s->code[i] = of[s->unit[i]];
    text(s, s->code, which == U_PARENT ? s->b->rows->unit : s->b->label);
}

typedef enum { N_TARGET, N_REPORTED, N_COUNTED, N_POSSIBLE, N_CHILDREN, N_SUSPECTED } stored;

/* As they are. */
static void fill_stored(slice *s, int which)
{
    const shi_figure_rows *r = s->b->rows;
    const int64_t *const of[] = { r->target, r->reported, r->counted, r->possible, r->sum_of_children, r->suspected };
    s->cells = (shi_pq_cells){ .number = of[which] + s->from };
}

static void fill_issuer(slice *s, int which)
{
    (void)which;
    text(s, s->b->rows->issuer + s->from, s->b->rows->unit);
}

static void fill_issuer_name(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) {
        int64_t name = shi_keyed_int(&s->b->target, s->target[i], which);
        s->code[i] = name == SHI_NONE ? -1 : (int32_t)name;
    }
    text(s, s->code, s->b->label);
}

static void fill_target_real(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) s->real[i] = shi_keyed_f64(&s->b->target, s->target[i], which);
    s->cells = (shi_pq_cells){ .real = s->real };
}

static void fill_target_number(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) s->number[i] = shi_keyed_int(&s->b->target, s->target[i], which);
    s->cells = (shi_pq_cells){ .number = s->number };
}

static void fill_checked(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) s->number[i] = shi_keyed_int(&s->b->checked, s->checked[i], which);
    s->cells = (shi_pq_cells){ .number = s->number };
}

static void fill_check_text(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) s->code[i] = s->checked[i] < 0 ? -1 : (int32_t)shi_keyed_int(&s->b->checked, s->checked[i], CHECKED_TEXT);
    text(s, s->code, (shi_dictionary_words){ which ? s->b->check_method : s->b->check_id, s->b->checks });
}

static const shi_str COVERAGE[] = { SHI_S("none"), SHI_S("part"), SHI_S("full") };
static const shi_str VERDICT[] = { SHI_S("not_judged"), SHI_S("plausible"), SHI_S("confirmed"), SHI_S("doubtful"), SHI_S("refuted"),
    SHI_S("contradictory"), SHI_S("impossible") };
static const shi_str DECISION[] = { SHI_S("confirmed"), SHI_S("refuted") };

static void fill_word(slice *s, int which)
{
    const int8_t *of = (which ? s->b->rows->verdict : s->b->rows->cover) + s->from;
    for (int64_t i = 0; i < s->n; i++) s->code[i] = of[i];
    text(s, s->code, which ? (shi_dictionary_words){ VERDICT, COUNT(VERDICT) } : (shi_dictionary_words){ COVERAGE, COUNT(COVERAGE) });
}

/* Of a check that was about what is reported now. */
static void fill_decision(slice *s, int which)
{
    const shi_keyed_rows *k = &s->b->checked;
    (void)which;
    for (int64_t i = 0; i < s->n; i++) {
        int64_t reported = s->b->rows->reported[s->from + i], claimed = shi_keyed_int(k, s->checked[i], CHECKED_CLAIMED);
        bool about = claimed != SHI_NONE && reported != SHI_NONE && claimed == reported / 1000;
        int64_t decision = about ? shi_keyed_int(k, s->checked[i], CHECKED_DECISION) : SHI_CLAIM_OPEN;
        s->code[i] = decision == SHI_CLAIM_CONFIRMED ? 0 : decision == SHI_CLAIM_REFUTED ? 1 : -1;
    }
    text(s, s->code, (shi_dictionary_words){ DECISION, COUNT(DECISION) });
}

typedef enum { D_EXCESS, D_NOT_IN_LOGS, D_LOW, D_HIGH } derived;

static int64_t smaller(int64_t a, int64_t b)
{
    if (a == SHI_NONE || b == SHI_NONE) return a == SHI_NONE ? b : a;
    return a < b ? a : b;
}

static int64_t derive(const book *b, int64_t i, int64_t checked, derived what)
{
    const shi_figure_rows *r = b->rows;
    bool full = r->cover[i] == SHI_COVER_FULL;
    int64_t of_check = what == D_LOW || what == D_HIGH ? shi_keyed_int(&b->checked, checked, what == D_LOW ? CHECKED_LOW : CHECKED_HIGH) : SHI_NONE;
    if (of_check != SHI_NONE) return of_check * 1000;
    switch (what) {
    case D_EXCESS: return shi_figure_excess(r, i);
    case D_NOT_IN_LOGS: return shi_figure_not_in_logs(r, i);
    case D_LOW: return r->possible[i] != SHI_NONE || full ? 0 : SHI_NONE;
    case D_HIGH: return full ? smaller(r->possible[i], r->counted[i]) : r->possible[i];
    }
    return SHI_NONE;
}

static void fill_derived(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++) s->number[i] = derive(s->b, s->from + i, s->checked[i], (derived)which);
    s->cells = (shi_pq_cells){ .number = s->number };
}

static double ratio(int64_t part, int64_t whole)
{
    return part == SHI_NONE || whole == SHI_NONE || whole <= 0 ? NAN : (double)part / (double)whole;
}

/* Shares of accounts; logins of accounts where there is any log. */
static void fill_share_of_accounts(slice *s, int which)
{
    const book *b = s->b;
    for (int64_t i = 0; i < s->n; i++) {
        int64_t whole = shi_keyed_int(&b->account, s->account[i], ACCOUNTS), part = shi_keyed_int(&b->account, s->account[i], which);
        if (which == ACCOUNTS) {
            part = shi_keyed_int(&b->rate, s->rate[i], LOGINS);
            if (part == SHI_NONE) part = 0;
            if (b->rows->events_cover[s->from + i] == 0) part = SHI_NONE;
        }
        if (which == UNDATED && b->indicator[I_OF_ACCOUNTS][s->indicator[i]] != 1) part = SHI_NONE;
        s->real[i] = ratio(part, whole);
    }
    s->cells = (shi_pq_cells){ .real = s->real };
}

static void fill_share_of_events(slice *s, int which)
{
    for (int64_t i = 0; i < s->n; i++)
        s->real[i] = ratio(shi_keyed_int(&s->b->rate, s->rate[i], which), shi_keyed_int(&s->b->rate, s->rate[i], EVENTS));
    s->cells = (shi_pq_cells){ .real = s->real };
}

typedef enum { M_PEOPLE, M_PEOPLE_BY, M_POSSIBLE_BY, M_ANY_ACTION } more;

static bool any_action(const slice *s, int64_t i, int64_t *hint)
{
    const book *b = s->b;
    int32_t counts = b->indicator[I_COUNTS][s->indicator[i]], app = b->indicator[I_APP][s->indicator[i]];
    if (counts < 0 || app < 0 || !shi_str_eq(b->rule.ptr[counts], S("active"))) return false;
    return shi_keyed_find(&b->any_action, app * b->rows->period.len + s->period[i], hint) >= 0;
}

static void fill_more(slice *s, int which)
{
    int64_t hint = 0;
    for (int64_t i = 0; i < s->n; i++) {
        int32_t by = s->b->unit[U_PEOPLE_BY][s->unit[i]];
        s->number[i] = which == M_PEOPLE ? s->b->people[s->unit[i]] : which == M_PEOPLE_BY ? (by < 0 ? 0 : by)
            : which == M_POSSIBLE_BY ? s->b->rows->possible_by[s->from + i] : any_action(s, i, &hint);
    }
    s->cells = (shi_pq_cells){ .number = s->number };
}

/* ---- the sentence ---- */

/* What a sentence turns on; two figures with the same have the same. A line of the cache. */
typedef struct {
    int64_t kind;                    /* counts, verdict, coverage; of what is impossible: basis of the people, and which bound it was */
    int64_t reported, counted, possible;
    /* people of what is impossible; suspected of what is doubtful; of what was checked reached, real, at least, at most */
    int64_t more[4];
} sayable;

static sayable sayable_of(const slice *s, int64_t i)
{
    const book *b = s->b;
    const int64_t at = s->from + i;
    const shi_figure_rows *r = b->rows;
    int64_t verdict = r->verdict[at], kind = ((int64_t)b->indicator[I_COUNTS][s->indicator[i]] + 1) << 8 | verdict << 4 | r->cover[at];
    sayable k = { .kind = kind, .reported = r->reported[at], .counted = r->counted[at], .possible = r->possible[at] };
    if (verdict == SHI_IMPOSSIBLE) {
        int32_t by = b->unit[U_PEOPLE_BY][s->unit[i]];
        k.kind |= (int64_t)(by < 0 ? 0 : by) << 40 | (int64_t)r->possible_by[at] << 48;
        k.more[0] = b->people[s->unit[i]];
    }
    if (verdict == SHI_DOUBTFUL) k.more[0] = r->suspected[at];
    if (verdict == SHI_CONFIRMED || verdict == SHI_REFUTED) {
        k.more[0] = shi_keyed_int(&b->checked, s->checked[i], CHECKED_N);
        k.more[1] = shi_keyed_int(&b->checked, s->checked[i], CHECKED_REAL);
        k.more[2] = derive(b, at, s->checked[i], D_LOW);
        k.more[3] = derive(b, at, s->checked[i], D_HIGH);
    }
    return k;
}

static shi_maybe known(int64_t v)
{
    return (shi_maybe){ v != SHI_NONE, v == SHI_NONE ? 0 : v };
}

static shi_maybe people_known(int64_t v)
{
    return (shi_maybe){ v != SHI_NONE, v == SHI_NONE ? 0 : v * 1000 };
}

/* As sayable_of put it together. */
static void say(slice *s, const sayable *k)
{
    const book *b = s->b;
    int64_t counts = (k->kind >> 8 & 0xffffffff) - 1;
    shi_figure f = { .counts = counts < 0 ? (shi_str){ 0 } : b->rule.ptr[counts], .verdict = (shi_verdict)(k->kind >> 4 & 15),
        .coverage = (shi_coverage)(k->kind & 15), .reported = known(k->reported), .counted = known(k->counted), .possible = known(k->possible) };
    if (f.verdict == SHI_IMPOSSIBLE) {
        f.impossible_excess = known(k->reported - k->possible);
        f.people = people_known(k->more[0]);
        f.people_by = (shi_people_basis)(k->kind >> 40 & 255);
        f.possible_by = (shi_possible_by)(k->kind >> 48);
    }
    if (f.verdict == SHI_DOUBTFUL) f.suspected = known(k->more[0]);
    if (f.verdict == SHI_CONFIRMED || f.verdict == SHI_REFUTED) {
        f.checked_n = people_known(k->more[0]);
        f.checked_real = people_known(k->more[1]);
        f.real_low = known(k->more[2]);
        f.real_high = known(k->more[3]);
    }
    b->writer->reason(&s->said, b->writer->lang, &f, b->chain->ws->settings.tolerance);
}

static uint64_t hash_of(const sayable *k)
{
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof *k / sizeof(uint64_t); i++) {
        uint64_t part;
        memcpy(&part, (const char *)k + i * sizeof part, sizeof part);
        h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
    }
    return h;
}

static bool fill_reason(slice *s)
{
    sayable *seen = s->seen;
    int64_t n = 0;
    s->said.len = 0;
    memset(s->slot, 0xff, SAID_SLOTS * sizeof *s->slot);
    for (int64_t i = 0; i < s->n; i++) {
        const sayable k = sayable_of(s, i);
        uint64_t h = hash_of(&k) % SAID_SLOTS;
        while (s->slot[h] >= 0 && memcmp(&seen[s->slot[h]], &k, sizeof k) != 0) h = (h + 1) % SAID_SLOTS;
        if (s->slot[h] < 0) {
            int64_t before = s->said.len;
            seen[n] = k;
            say(s, &k);
            s->sentence[n].len = s->said.len - before;
            s->slot[h] = (int32_t)n++;
        }
        s->code[i] = s->slot[h];
    }
    const char *at = s->said.ptr;
    for (int64_t i = 0; i < n && at; at += s->sentence[i++].len) s->sentence[i].ptr = at;
    s->cells = (shi_pq_cells){ .code = s->code, .word = s->sentence, .words = n };
    return !s->said.failed;
}

/* ---- the file ---- */

/* fill NULL: the sentence. */
typedef struct {
    shi_pq_column column;
    void (*fill)(slice *s, int which);
    int which;
} out_column;

static const out_column COLUMNS[] = {
    { { "indicator", NULL, SHI_PQ_TEXT }, fill_key, 0 }, { { "period", NULL, SHI_PQ_TEXT }, fill_key, 1 },
    { { "unit_code", NULL, SHI_PQ_TEXT }, fill_key, 2 }, { { "target", NULL, SHI_PQ_DECIMAL }, fill_stored, N_TARGET },
    { { "issuer_code", NULL, SHI_PQ_TEXT }, fill_issuer, 0 },
    { { "amplification", NULL, SHI_PQ_DOUBLE }, fill_target_real, TARGET_AMPLIFICATION },
    { { "feasible", NULL, SHI_PQ_DOUBLE }, fill_target_real, TARGET_FEASIBLE },
    { { "reported", NULL, SHI_PQ_DECIMAL }, fill_stored, N_REPORTED }, { { "counted", NULL, SHI_PQ_DECIMAL }, fill_stored, N_COUNTED },
    { { "coverage", NULL, SHI_PQ_TEXT }, fill_word, 0 }, { { "possible", NULL, SHI_PQ_DECIMAL }, fill_stored, N_POSSIBLE },
    { { "impossible_excess", NULL, SHI_PQ_DECIMAL }, fill_derived, D_EXCESS },
    { { "not_in_logs", NULL, SHI_PQ_DECIMAL }, fill_derived, D_NOT_IN_LOGS },
    { { "sum_of_children", NULL, SHI_PQ_DECIMAL }, fill_stored, N_CHILDREN },
    { { "login", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_accounts, ACCOUNTS },
    { { "phone", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_accounts, PHONES },
    { { "device", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_events, DEVICES },
    { { "ip", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_events, IPS },
    { { "object", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_events, OBJECTS },
    { { "seconds", "decision_rate", SHI_PQ_DOUBLE }, fill_share_of_events, TIMED },
    { { "suspected", NULL, SHI_PQ_DECIMAL }, fill_stored, N_SUSPECTED }, { { "checked_n", NULL, SHI_PQ_LONG }, fill_checked, CHECKED_N },
    { { "checked_real", NULL, SHI_PQ_LONG }, fill_checked, CHECKED_REAL }, { { "real_low", NULL, SHI_PQ_DECIMAL }, fill_derived, D_LOW },
    { { "real_high", NULL, SHI_PQ_DECIMAL }, fill_derived, D_HIGH }, { { "verdict", NULL, SHI_PQ_TEXT }, fill_word, 1 },
    { { "indicator_name", NULL, SHI_PQ_TEXT }, fill_indicator, I_NAME }, { { "app", NULL, SHI_PQ_TEXT }, fill_indicator, I_APP },
    { { "counts", NULL, SHI_PQ_TEXT }, fill_indicator, I_COUNTS }, { { "dedupe", NULL, SHI_PQ_TEXT }, fill_indicator, I_DEDUPE },
    { { "unit_name", NULL, SHI_PQ_TEXT }, fill_unit, U_NAME }, { { "level", NULL, SHI_PQ_TEXT }, fill_unit, U_LEVEL },
    { { "parent_code", NULL, SHI_PQ_TEXT }, fill_unit, U_PARENT }, { { "issuer_name", NULL, SHI_PQ_TEXT }, fill_issuer_name, TARGET_ISSUER_NAME },
    { { "per_person", NULL, SHI_PQ_DOUBLE }, fill_target_real, TARGET_PER_PERSON },
    { { "price_list", NULL, SHI_PQ_LONG }, fill_target_number, TARGET_LIST },
    { { "price_bulk", NULL, SHI_PQ_LONG }, fill_target_number, TARGET_BULK }, { { "people", NULL, SHI_PQ_LONG }, fill_more, M_PEOPLE },
    { { "people_by", NULL, SHI_PQ_LONG }, fill_more, M_PEOPLE_BY }, { { "possible_by", NULL, SHI_PQ_TINY }, fill_more, M_POSSIBLE_BY },
    { { "any_action", NULL, SHI_PQ_BOOL }, fill_more, M_ANY_ACTION },
    { { "undated", NULL, SHI_PQ_DOUBLE }, fill_share_of_accounts, UNDATED }, { { "check_id", NULL, SHI_PQ_TEXT }, fill_check_text, 0 },
    { { "check_method", NULL, SHI_PQ_TEXT }, fill_check_text, 1 }, { { "check_decision", NULL, SHI_PQ_TEXT }, fill_decision, 0 },
    { { "reason", NULL, SHI_PQ_TEXT }, NULL, 0 },
};

static shi_err make_group(slice *s, int64_t g, shi_pq_group *out)
{
    shi_err e = { 0 };
    s->from = g * GROUP_ROWS;
    s->n = s->b->rows->len - s->from < GROUP_ROWS ? s->b->rows->len - s->from : GROUP_ROWS;
    shi_pq_group_begin(out, s->n);
    look_up(s);
    for (int64_t c = 0; !e.code && c < COUNT(COLUMNS); c++) {
        bool room = true;
        if (COLUMNS[c].fill) COLUMNS[c].fill(s, COLUMNS[c].which);
        else room = fill_reason(s);
        e = room ? shi_pq_group_put(out, &s->cells) : shi_no_memory();
    }
    return e;
}

static shi_err stopped(void)
{
    return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
}

static shi_err write_groups(const book *b, const shi_pq_column *column, int threads, shi_pq *file)
{
    const int64_t groups = (b->rows->len + GROUP_ROWS - 1) / GROUP_ROWS;
    const shi_listener *to = &b->chain->duck->listener;
    shi_err failed = { 0 };
    #pragma omp parallel num_threads(threads)
    {
        slice s;
        shi_pq_group group = { 0 };
        shi_err ready = slice_open(b, &s) ? shi_pq_group_open(column, COUNT(COLUMNS), GROUP_ROWS, &group) : shi_no_memory();
        #pragma omp for ordered schedule(dynamic, 1)
        for (int64_t g = 0; g < groups; g++) {
            shi_err e = ready.code ? ready : shi_os_stop_requested() ? stopped() : make_group(&s, g, &group);
            #pragma omp ordered
            {
                if (!failed.code) failed = e;
                if (!failed.code) failed = shi_pq_add(file, &group);
                if (to->tell) to->tell(to->context, (double)(g + 1) / (double)groups, 0);
            }
        }
        shi_pq_group_drop(&group);
        slice_close(&s);
    }
    return failed;
}

shi_err shi_run_figures_write(shi_chain *chain, const shi_writer *writer, const char *path)
{
    book b = { .chain = chain, .writer = writer, .rows = chain->figures };
    shi_pq_column column[COUNT(COLUMNS)];
    shi_pq *file;
    int64_t threads;
    for (int64_t c = 0; c < COUNT(COLUMNS); c++) column[c] = COLUMNS[c].column;
    SHI_TRY(shi_duck_int(chain->duck, "SELECT CAST(current_setting('threads') AS BIGINT)", NULL, 0, &threads));
    SHI_TRY(open_book(&b));
    SHI_TRY(shi_pq_open(path, column, COUNT(COLUMNS), &file));
    int64_t groups = (b.rows->len + GROUP_ROWS - 1) / GROUP_ROWS;
    return shi_pq_close(file, write_groups(&b, column, (int)(groups < threads ? groups : threads), file));
}
