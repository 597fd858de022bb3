/* One pass over the log: words become codes as they come, chunk by chunk, into a column each. Then codes get their final numbers, places are found by
 * counting the acts of each account, each account's acts are sorted, and every column is laid out anew, one after the other, so that no more than one
 * is held twice. The log's own order, which threads decide, is forgotten. */
#include "chain/leads_acts.h"

#include "base/os.h"
#include "base/room.h"
#include "chain/leads_words.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 2048 };
enum { ACCOUNT, OBJECT, DEVICE, ADDRESS, WORDS };

typedef struct {
    shi_chain *chain;
    shi_lead_acts *out;
    shi_wordlist words[WORDS], app;
    shi_arena rank;                  /* of words */
    int64_t known, n;                /* accounts of the register; acts read */
    int64_t *at_us;                  /* UTC until acts are laid out */
    int32_t *code[WORDS];
    uint8_t *is;
    bool several;                    /* apps: words of accounts and objects begin with theirs */
    const char *account, *object;    /* as SQL */
} making;

/* ---- reading ---- */

static void texts_of(duckdb_data_chunk chunk, int64_t column, int64_t rows, shi_str *out)
{
    duckdb_vector v = duckdb_data_chunk_get_vector(chunk, (idx_t)column);
    uint64_t *valid = duckdb_vector_get_validity(v);
    const void *data = duckdb_vector_get_data(v);
    for (int64_t i = 0; i < rows; i++)
        out[i] = valid && !duckdb_validity_row_is_valid(valid, (idx_t)i) ? (shi_str){ 0 } : shi_vector_get(data, i);
}

static int64_t number_of(duckdb_data_chunk chunk, int64_t column, int64_t row, int64_t missing)
{
    duckdb_vector v = duckdb_data_chunk_get_vector(chunk, (idx_t)column);
    uint64_t *valid = duckdb_vector_get_validity(v);
    if (valid && !duckdb_validity_row_is_valid(valid, (idx_t)row)) return missing;
    return ((const int64_t *)duckdb_vector_get_data(v))[row];
}

/* Apps are few and stand in long rows. */
static shi_err apps_of(making *m, const shi_str *text, int64_t rows, int32_t *app)
{
    for (int64_t i = 0; i < rows; i++) {
        if (i && shi_str_eq(text[i], text[i - 1])) app[i] = app[i - 1];
        else SHI_TRY(shi_wordlist_add(&m->app, &text[i], 1, &app[i]));
    }
    return (shi_err){ 0 };
}

/* Each row of a statement goes to `take`, a chunk at a time. */
static shi_err each_chunk(making *m, const char *sql, shi_err (*take)(making *m, duckdb_data_chunk chunk, int64_t rows))
{
    shi_flow stream;
    SHI_TRY(shi_flow_open(m->chain->duck, sql, &stream));
    shi_err e = { 0 };
    for (duckdb_data_chunk chunk; !(e = shi_flow_next(&stream, &chunk)).code && chunk;) {
        int64_t rows = (int64_t)duckdb_data_chunk_get_size(chunk);
        assert(rows <= CHUNK);           /* DuckDB's vectors are of this length */
        e = take(m, chunk, rows);
        duckdb_destroy_data_chunk(&chunk);
        if (e.code) break;
    }
    shi_flow_close(&stream);
    return e;
}

static shi_err take_known(making *m, duckdb_data_chunk chunk, int64_t rows)
{
    shi_str text[CHUNK];
    int32_t code[CHUNK], app[CHUNK], *rank = m->words[ACCOUNT].rank, *unit = m->out->unit;
    texts_of(chunk, 0, rows, text);
    SHI_TRY(apps_of(m, text, rows, app));
    texts_of(chunk, 1, rows, text);
    SHI_TRY(shi_wordlist_add(&m->words[ACCOUNT], text, rows, code));
    for (int64_t i = 0; i < rows; i++) {
        int64_t at = number_of(chunk, 4, i, 0), opened = number_of(chunk, 5, i, INT64_MIN);
        rank[code[i]] = (int32_t)at;
        m->out->app[at] = app[i];
        unit[at] = (int32_t)number_of(chunk, 6, i, -1);
        m->out->opened_us[at] = opened;
    }
    for (int k = DEVICE; k <= ADDRESS; k++) {
        int32_t *seen = k == DEVICE ? m->out->opened_device : m->out->opened_address;
        texts_of(chunk, k, rows, text);
        SHI_TRY(shi_wordlist_add(&m->words[k], text, rows, code));
        for (int64_t i = 0; i < rows; i++) {
            seen[number_of(chunk, 4, i, 0)] = code[i];
            if (code[i] < 0) continue;
            shi_word_origin *o = &m->words[k].origin[code[i]];
            int64_t opened = number_of(chunk, 5, i, INT64_MAX), imported = number_of(chunk, 7, i, INT64_MAX);
            int64_t record = number_of(chunk, 8, i, INT64_MAX);
            o->first_us = opened < o->first_us ? opened : o->first_us;
            o->imported = imported < o->imported ? imported : o->imported;
            o->record = record < o->record ? record : o->record;
        }
    }
    return (shi_err){ 0 };
}

static shi_err take_acts(making *m, duckdb_data_chunk chunk, int64_t rows)
{
    shi_str text[CHUNK];
    int32_t app[CHUNK];
    const int64_t *time = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 1 + WORDS));
    const bool *login = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 2 + WORDS));
    if (m->n + rows > m->out->n) return shi_fail(SHI_SYSTEM, N_("the log changed while it was read"), N_("Run the command again."));
    texts_of(chunk, 0, rows, text);
    SHI_TRY(apps_of(m, text, rows, app));
    memcpy(m->at_us + m->n, time, (size_t)rows * sizeof *time);
    for (int64_t i = 0; i < rows; i++) m->is[m->n + i] = login[i] ? SHI_ACT_LOGIN : 0;
    for (int k = 0; k < WORDS; k++) {
        int32_t *code = m->code[k] + m->n;
        texts_of(chunk, 1 + k, rows, text);
        SHI_TRY(shi_wordlist_add(&m->words[k], text, rows, code));
        for (int64_t i = 0; i < rows; i++)
            if (code[i] >= 0) shi_wordlist_seen(&m->words[k], code[i], time[i], k <= OBJECT ? app[i] : 0);
    }
    m->n += rows;
    int64_t done = m->n / CHUNK;
    const shi_listener *listener = &m->chain->duck->listener;
    if (done % 64 == 0 && listener->tell) listener->tell(listener->context, (double)m->n / (double)m->out->n, 0);
    return (shi_err){ 0 };
}

/* ---- the register ---- */

static const char SQL_ACCOUNTS[] =
    "CREATE OR REPLACE TEMP TABLE lead_account AS "
    "SELECT CAST(row_number() OVER (ORDER BY _import, _record, app, account) - 1 AS INTEGER) AS code, _import AS imported, _record AS record, app, "
    "       account, unit_code, registered_at, closed_at, device, ip, ip_net, phone, phone_run, inviter, channel, verified_by, operator "
    "FROM   accounts";

static shi_err several_apps(making *m)
{
    shi_arena scratch = *m->chain->keep;
    shi_str one = { 0 };
    static const char *const TABLE[] = { "events", "accounts" };
    for (int t = 0; t < 2; t++) {
        shi_range_rows rows;
        SHI_TRY(shi_ledger_ranges(m->chain->ws, &scratch, TABLE[t], &rows));
        for (int64_t i = 0; i < rows.len; i++) {
            m->several = m->several || (one.ptr && !shi_str_eq(one, rows.ptr[i].app));
            one = rows.ptr[i].app;
        }
    }
    m->account = m->several ? "strlen(app) || ':' || app || account" : "account";
    m->object = m->several ? "strlen(app) || ':' || app || object" : "object";
    return (shi_err){ 0 };
}

static shi_err read_register(making *m)
{
    shi_lead_acts *a = m->out;
    SHI_SQL(m->chain, SQL_ACCOUNTS);
    SHI_TRY(shi_duck_int(m->chain->duck, "SELECT count(*) FROM lead_account", NULL, 0, &m->known));
    m->words[ACCOUNT].rank = shi_room(&m->rank, int32_t, m->known);
    int64_t most = m->known + a->n;          /* every act may be of an account that the register does not hold; pages are taken as they are used */
    a->app = shi_room(&a->rest, int32_t, most);
    a->unit = shi_room(&a->rest, int32_t, most);
    a->opened_us = shi_room(&a->rest, int64_t, most);
    a->opened_device = shi_room(&a->rest, int32_t, most);
    a->opened_address = shi_room(&a->rest, int32_t, most);
    if (!m->words[ACCOUNT].rank || !a->app || !a->unit || !a->opened_us || !a->opened_device || !a->opened_address) return shi_no_memory();
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "SELECT app, %s, device, ip, CAST(code AS BIGINT), epoch_us(registered_at), CAST(w.unit AS BIGINT), "
                         "CAST(imported AS BIGINT), CAST(record AS BIGINT) FROM lead_account LEFT JOIN unit_word w USING (unit_code)", m->account);
    shi_err e = sql.failed ? shi_no_memory() : each_chunk(m, sql.ptr, take_known);
    shi_buf_drop(&sql);
    return e;
}

static shi_err read_log(making *m)
{
    shi_arena *room = m->out->room;
    m->at_us = shi_room(&room[SHI_ACTS_AT], int64_t, m->out->n);
    for (int k = 0; k < WORDS; k++)
        if (!(m->code[k] = shi_room(&room[SHI_ACTS_ACCOUNT + k], int32_t, m->out->n))) return shi_no_memory();
    m->is = shi_room(&room[SHI_ACTS_IS], uint8_t, m->out->n);
    if (!m->at_us || !m->is) return shi_no_memory();
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "SELECT app, %s, %s, device, ip, epoch_us(time), action = 'login' FROM events", m->account, m->object);
    shi_err e = sql.failed ? shi_no_memory() : each_chunk(m, sql.ptr, take_acts);
    shi_buf_drop(&sql);
    m->out->n = m->n;
    return e;
}

/* ---- final codes ---- */

/* Apps in order of their names; accounts of the log alone behind those of the register. */
static shi_err rank_all(making *m)
{
    shi_lead_acts *a = m->out;
    const int64_t apps = m->app.dictionary.len;
    for (int64_t i = 0; i < apps; i++) m->app.origin[i] = (shi_word_origin){ 0 };
    shi_arena spare;
    SHI_TRY(shi_arena_open((int64_t)1 << 38, &spare));
    shi_err e = shi_wordlist_rank(&m->app, &m->rank, spare, 0);
    for (int k = 0; k <= OBJECT && !e.code; k++)
        for (int64_t i = 0; i < m->words[k].dictionary.len; i++) m->words[k].origin[i].app = m->app.rank[m->words[k].origin[i].app];
    for (int k = 0; k < WORDS && !e.code; k++) e = shi_wordlist_rank(&m->words[k], &m->rank, spare, k == ACCOUNT ? m->known : 0);
    shi_arena_drop(&spare);
    if (e.code) return e;
    a->apps = apps;
    a->accounts = m->words[ACCOUNT].dictionary.len;
    a->objects = m->words[OBJECT].dictionary.len;
    a->devices = m->words[DEVICE].dictionary.len;
    a->addresses = m->words[ADDRESS].dictionary.len;
    int32_t *app = a->app, *unit = a->unit, *seen[] = { a->opened_device, a->opened_address };
    int64_t *opened_us = a->opened_us;
    for (int64_t i = 0; i < m->known; i++) {
        app[i] = m->app.rank[app[i]];
        if (opened_us[i] != INT64_MIN) opened_us[i] = shi_zone_local_us(&m->chain->ws->zone, opened_us[i]);
        for (int k = 0; k < 2; k++) seen[k][i] = seen[k][i] < 0 ? -1 : m->words[DEVICE + k].rank[seen[k][i]];
    }
    for (int64_t i = m->known; i < a->accounts; i++) {
        app[m->words[ACCOUNT].rank[i]] = m->words[ACCOUNT].origin[i].app;
        unit[i] = seen[0][i] = seen[1][i] = -1;
        opened_us[i] = INT64_MIN;
    }
    return (shi_err){ 0 };
}

/* ---- order ---- */

typedef struct {
    int64_t at_us;
    uint32_t object, device, address;   /* none: last */
    uint8_t is;
    int32_t row;
} act;

static int by_act(const void *a, const void *b)
{
    const act *x = a, *y = b;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    if (x->object != y->object) return x->object < y->object ? -1 : 1;
    if (x->device != y->device) return x->device < y->device ? -1 : 1;
    if (x->address != y->address) return x->address < y->address ? -1 : 1;
    return x->is - y->is;
}

static uint32_t final(const making *m, int kind, int32_t row)
{
    int32_t code = m->code[kind][row];
    return (uint32_t)(code < 0 ? -1 : m->words[kind].rank[code]);
}

/* The rows of one account in order; nothing but the times is looked at where they rise. */
static void arrange(const making *m, int32_t *row, int64_t n, act *spare)
{
    int64_t rising = 1;
    for (int64_t i = 0; i < n; i++) spare[i] = (act){ .at_us = m->at_us[row[i]], .row = row[i] };
    while (rising < n && spare[rising - 1].at_us < spare[rising].at_us) rising++;
    if (rising >= n) return;
    for (int64_t i = 0; i < n; i++) {
        act *a = &spare[i];
        a->object = final(m, OBJECT, row[i]);
        a->device = final(m, DEVICE, row[i]);
        a->address = final(m, ADDRESS, row[i]);
        a->is = m->is[row[i]];
    }
    qsort(spare, (size_t)n, sizeof *spare, by_act);
    for (int64_t i = 0; i < n; i++) row[i] = spare[i].row;
}

/* row[i]: where the i-th act in order was read. */
static shi_err find_order(making *m, int32_t *row)
{
    shi_lead_acts *a = m->out;
    int64_t *first = shi_new(&a->rest, int64_t, a->accounts + 2), longest = 0, threads = omp_get_max_threads();
    const int32_t *rank = m->words[ACCOUNT].rank;
    if (!first) return shi_no_memory();
    a->first = first;
    for (int64_t i = 0; i < a->n; i++) first[rank[m->code[ACCOUNT][i]] + 2]++;
    for (int64_t x = 0; x < a->accounts; x++) {
        longest = first[x + 2] > longest ? first[x + 2] : longest;
        first[x + 2] += first[x + 1];
    }
    for (int64_t i = 0; i < a->n; i++) row[first[rank[m->code[ACCOUNT][i]] + 1]++] = (int32_t)i;   /* first[x + 1] becomes the end of x */
    shi_arena spare;
    SHI_TRY(shi_arena_open(longest * threads * (int64_t)sizeof(act) + 64, &spare));
    act *room = shi_room(&spare, act, longest * threads);
    if (room) {
        #pragma omp parallel for schedule(dynamic, 1024)
        for (int64_t x = 0; x < a->accounts; x++) arrange(m, row + first[x], first[x + 1] - first[x], room + longest * omp_get_thread_num());
    }
    shi_arena_drop(&spare);
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* A column in its new order, in an arena of its own; the old one is given back. */
static shi_err relaid(shi_arena *room, int64_t n, int64_t size, void **out)
{
    shi_arena fresh;
    SHI_TRY(shi_arena_open((int64_t)1 << 36, &fresh));
    *out = shi_room_take(&fresh, n, size);
    *room = fresh;
    return *out ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err lay_codes(making *m, int kind, const int32_t *row, int32_t **out)
{
    shi_arena *room = &m->out->room[SHI_ACTS_ACCOUNT + kind], old = *room;
    const int32_t *from = m->code[kind], *rank = m->words[kind].rank;
    void *to;
    shi_err e = relaid(room, m->n, (int64_t)sizeof *from, &to);
    if (!e.code) {
        #pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < m->n; i++) ((int32_t *)to)[i] = from[row[i]] < 0 ? -1 : rank[from[row[i]]];
        *out = to;
    }
    shi_arena_drop(&old);
    return e;
}

static shi_err lay_rest(making *m, const int32_t *row)
{
    shi_arena old = m->out->room[SHI_ACTS_AT];
    const shi_zone *zone = &m->chain->ws->zone;
    void *to;
    shi_err e = relaid(&m->out->room[SHI_ACTS_AT], m->n, (int64_t)sizeof *m->at_us, &to);
    if (!e.code) {
        #pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < m->n; i++) ((int64_t *)to)[i] = shi_zone_local_us(zone, m->at_us[row[i]]);
        m->out->at_us = to;
    }
    shi_arena_drop(&old);
    if (e.code) return e;
    old = m->out->room[SHI_ACTS_IS];
    e = relaid(&m->out->room[SHI_ACTS_IS], m->n, 1, &to);
    if (!e.code) {
        #pragma omp parallel for schedule(static)
        for (int64_t i = 0; i < m->n; i++) ((uint8_t *)to)[i] = m->is[row[i]];
        m->out->is = to;
    }
    shi_arena_drop(&old);
    return e;
}

static shi_err lay_out(making *m)
{
    shi_arena order;
    SHI_TRY(shi_arena_open((int64_t)1 << 36, &order));
    int32_t *row = shi_room(&order, int32_t, m->n);
    shi_err e = row ? find_order(m, row) : shi_no_memory();
    int32_t **const column[] = { &m->out->account, &m->out->object, &m->out->device, &m->out->address };
    for (int k = 0; k < WORDS && !e.code; k++) e = lay_codes(m, k, row, column[k]);
    if (!e.code) e = lay_rest(m, row);
    shi_arena_drop(&order);
    return e;
}

/* ---- what is known beside ---- */

static shi_err mark_firsts(shi_lead_acts *a)
{
    typedef struct {
        int32_t account;
        int64_t hour;
    } last;
    const int64_t hour_us = INT64_C(3600000000);
    uint8_t *is = a->is;
    bool *logs_in = shi_new(&a->rest, bool, a->apps);
    shi_arena scratch = a->rest;
    last *of = shi_room(&scratch, last, a->objects);
    if (!of || !logs_in) return shi_no_memory();
    a->app_logs_in = logs_in;
    for (int64_t o = 0; o < a->objects; o++) of[o].account = -1;
    for (int64_t i = 0; i < a->n; i++) {
        int32_t object = a->object[i];
        if (is[i] & SHI_ACT_LOGIN) logs_in[a->app[a->account[i]]] = true;
        if (object < 0) continue;
        int64_t hour = a->at_us[i] / hour_us - (a->at_us[i] % hour_us < 0);
        bool first = of[object].account != a->account[i];
        if (first) is[i] |= SHI_ACT_FIRST;
        if (first || of[object].hour != hour) is[i] |= SHI_ACT_FIRST_OF_HOUR;
        of[object] = (last){ a->account[i], hour };
    }
    return (shi_err){ 0 };
}

/* `member`: whose uses are noted; NULL: of all. */
static shi_err count_uses(shi_lead_acts *a, const int32_t *opened, const int32_t *value, int64_t values, const bool *member, shi_lead_uses *out)
{
    shi_lead_uses got = { .users = shi_new(&a->rest, int32_t, values) };
    int32_t *last = shi_room(&a->rest, int32_t, values);
    got.use = shi_room(&a->rest, shi_lead_use, a->accounts + a->n);   /* what lies behind the last of it is never touched */
    if (!got.users || !last || !got.use) return shi_no_memory();
    for (int64_t v = 0; v < values; v++) last[v] = -1;
    for (int32_t x = 0; x < a->accounts; x++)
        for (int64_t i = a->first[x] - 1; i < a->first[x + 1]; i++) {   /* the one before: at its registration */
            int32_t v = i < a->first[x] ? opened[x] : value[i];
            if (v < 0 || last[v] == x) continue;
            last[v] = x;
            got.users[v]++;
            if (!member || member[x]) got.use[got.n++] = (shi_lead_use){ x, v };
        }
    *out = got;
    return (shi_err){ 0 };
}

shi_err shi_leads_acts_addresses(shi_lead_acts *a, const bool *member)
{
    return count_uses(a, a->opened_address, a->address, a->addresses, member, &a->of_address);
}

/* ---- tables ---- */

/* A word without the app before it. */
static shi_str bare(const making *m, shi_str word)
{
    int64_t app = 0, i = 0;
    if (!m->several) return word;
    for (; word.ptr[i] != ':'; i++) app = 10 * app + word.ptr[i] - '0';
    return (shi_str){ word.ptr + i + 1 + app, word.len - i - 1 - app };
}

/* Words from `from` on into a table (code, app, word, first_at). */
static shi_err append_words(making *m, const char *table, int kind, int64_t from)
{
    const shi_wordlist *w = &m->words[kind];
    shi_arena scratch = m->out->rest;
    int32_t *app_of = shi_new(&scratch, int32_t, m->out->apps);
    shi_appender a;
    if (!app_of) return shi_no_memory();
    for (int64_t i = 0; i < m->out->apps; i++) app_of[m->app.rank[i]] = (int32_t)i;
    SHI_TRY(shi_append_open(m->chain->duck, table, &a));
    for (int64_t i = from; i < w->dictionary.len; i++) {
        shi_append_int(&a, w->rank[i]);
        shi_append_str(&a, m->app.dictionary.word[app_of[w->origin[i].app]]);
        shi_append_str(&a, bare(m, w->dictionary.word[i]));
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err append_apps(making *m)
{
    shi_appender a;
    SHI_TRY(shi_append_open(m->chain->duck, "lead_app", &a));
    for (int64_t i = 0; i < m->out->apps; i++) {
        shi_append_int(&a, m->app.rank[i]);
        shi_append_str(&a, m->app.dictionary.word[i]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static void append_code(shi_appender *a, int64_t code)
{
    if (code < 0) shi_append_null(a);
    else shi_append_int(a, code);
}

static shi_err append_opened(making *m)
{
    const shi_lead_acts *of = m->out;
    shi_appender a;
    SHI_TRY(shi_append_open(m->chain->duck, "opened", &a));
    for (int64_t x = 0; x < of->accounts; x++) {
        shi_append_int(&a, x);
        shi_append_int(&a, of->app[x]);
        if (of->opened_us[x] == INT64_MIN) shi_append_null(&a);
        else shi_append_int(&a, of->opened_us[x]);
        append_code(&a, of->opened_device[x]);
        append_code(&a, of->opened_address[x]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err make_tables(making *m)
{
    SHI_SQL(m->chain, "CREATE OR REPLACE TEMP TABLE lead_app (code INTEGER, app VARCHAR)");
    SHI_SQL(m->chain, "CREATE OR REPLACE TEMP TABLE lead_object (code INTEGER, app VARCHAR, object VARCHAR)");
    SHI_SQL(m->chain, "CREATE OR REPLACE TEMP TABLE lead_stranger (code INTEGER, app VARCHAR, account VARCHAR)");
    SHI_SQL(m->chain, "CREATE OR REPLACE TEMP TABLE opened (account INTEGER, app INTEGER, at_us BIGINT, device INTEGER, address INTEGER)");
    SHI_TRY(append_apps(m));
    SHI_TRY(append_words(m, "lead_object", OBJECT, 0));
    SHI_TRY(append_words(m, "lead_stranger", ACCOUNT, m->known));
    SHI_SQL(m->chain, "INSERT INTO lead_account BY NAME SELECT * FROM lead_stranger");
    return append_opened(m);
}

/* ---- all ---- */

static shi_err make(making *m)
{
    SHI_TRY(shi_duck_int(m->chain->duck, "SELECT count(*) FROM events", NULL, 0, &m->out->n));
    if (m->out->n > INT32_MAX - 1) return shi_fail(SHI_INPUT, N_("there are more than 2,147,483,647 rows"), N_("Split the file by time."));
    SHI_TRY(several_apps(m));
    SHI_TRY(read_register(m));
    SHI_TRY(read_log(m));
    SHI_TRY(rank_all(m));
    SHI_TRY(lay_out(m));
    SHI_TRY(mark_firsts(m->out));
    SHI_TRY(count_uses(m->out, m->out->opened_device, m->out->device, m->out->devices, NULL, &m->out->of_device));
    return make_tables(m);
}

shi_err shi_leads_acts_make(shi_chain *chain, shi_lead_acts *out)
{
    making *m = calloc(1, sizeof *m);
    shi_err e = m ? (shi_err){ 0 } : shi_no_memory();
    if (!m) return e;
    *out = (shi_lead_acts){ 0 };
    m->chain = chain;
    m->out = out;
    for (int c = 0; c < SHI_ACTS_COLUMNS && !e.code; c++) e = shi_arena_open((int64_t)1 << 36, &out->room[c]);
    if (!e.code) e = shi_arena_open((int64_t)1 << 37, &out->rest);
    if (!e.code) e = shi_arena_open((int64_t)1 << 36, &m->rank);
    for (int k = 0; k < WORDS && !e.code; k++) e = shi_wordlist_open(&m->words[k]);
    if (!e.code) e = shi_wordlist_open(&m->app);
    if (!e.code) e = make(m);
    for (int k = 0; k < WORDS; k++) shi_wordlist_drop(&m->words[k]);
    shi_wordlist_drop(&m->app);
    shi_arena_drop(&m->rank);
    if (e.code) shi_leads_acts_drop(out);
    free(m);
    return e;
}

void shi_leads_acts_let_go(shi_lead_acts *acts)
{
    shi_arena_drop(&acts->room[SHI_ACTS_DEVICE]);
    shi_arena_drop(&acts->room[SHI_ACTS_ADDRESS]);
    acts->device = acts->address = NULL;
}

void shi_leads_acts_drop(shi_lead_acts *acts)
{
    for (int c = 0; c < SHI_ACTS_COLUMNS; c++) shi_arena_drop(&acts->room[c]);
    shi_arena_drop(&acts->rest);
}
