/* A file as typed rows. Each DuckDB thread has a reader of its own, a memory of pseudonyms and a tally; what they found is added up
 * when a thread ends. Rows are written only when every cell of theirs is good. No raw phone, device or address leaves this file. */
#include "chain/import_scan.h"

#include "shishu/phones.h"

#include <stdlib.h>
#include <string.h>

/* Places in the schema: app stands first in accounts too. */
enum { EV_APP = 0, EV_TIME = 2, EV_ACTION = 3, EV_SECONDS = 7, YEAR_SECONDS = 366 * 86400, WORD_SLOTS = 64, AHEAD = 12 };

typedef struct {
    int64_t record, number;
} phone_item;

typedef struct phone_list {
    phone_item *ptr;
    int64_t len, cap;
    uint8_t *gap;        /* by record */
    int32_t *run;
    int64_t records;
} phone_list;

/* Columns of the result beyond the table's own. */
typedef enum { OUT_PHONE_CLASS, OUT_IP_NET, OUT_MONTH, OUT_LINE, OUT_RECORD } out_kind;
typedef struct {
    const char *name, *sql;
    out_kind kind;
} out_column;
enum { MOST_EXTRA = 4 };

/* What one thread has. */
typedef struct {
    shi_scan *scan;
    shi_reader *reader;
    bool *needed, events, accounts, reports;
    int key[SHI_MAX_KEY + 2];                    /* columns of the key, where repeats can be told by it; -1 at the end */
    shi_key_hashes keys;
    out_column extra[MOST_EXTRA];
    int extras;
    int64_t device_source, ip_source;            /* columns of the file, or -1 */
    int value_column, base_column;               /* of the table, or -1 */
    shi_pseudonyms *pseudonyms;
    shi_batch batch;
    int64_t at;                                  /* next record of the batch */
    shi_cell cell[SHI_MAX_TABLE_COLUMNS];
    char (*room)[SHI_CELL_ROOM];                 /* one a column */
    char *mask_room;                             /* SHI_MAX_FIELD + 1, for spoken text */
    struct { shi_str code; int64_t column, len; char text[24]; } word[WORD_SLOTS];   /* words seen lately */
    shi_app_tally app[SHI_MAX_APPS];
    int64_t apps, last_app;
    shi_word_tally *words;
    int64_t n_words;
    phone_item *phone;
    int64_t phones, phones_cap;
    int64_t rows, accepted, masked_phones, invalid_phones;
    int64_t month_first, month_end;              /* local days of the month in month_text */
    char month_text[16];
    shi_buf row_text;
    shi_arena names;
} worker;

/* ---- columns of the result ---- */

static int extra_columns(const shi_table *table, out_column out[MOST_EXTRA])
{
    int n = 0;
    if (!strcmp(table->name, "accounts")) out[n++] = (out_column){ "phone_class", "VARCHAR", OUT_PHONE_CLASS };
    if (!strcmp(table->name, "accounts") || !strcmp(table->name, "events")) out[n++] = (out_column){ "ip_net", "VARCHAR", OUT_IP_NET };
    if (!strcmp(table->name, "events")) out[n++] = (out_column){ "period", "VARCHAR", OUT_MONTH };
    if (table->key[0]) {
        out[n++] = (out_column){ "_line", "BIGINT", OUT_LINE };
        out[n++] = (out_column){ "_record", "BIGINT", OUT_RECORD };
    }
    return n;
}

static duckdb_logical_type logical(const char *sql)
{
    if (!strcmp(sql, "BIGINT")) return duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    if (!strcmp(sql, "DOUBLE")) return duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE);
    if (!strcmp(sql, "TIMESTAMP")) return duckdb_create_logical_type(DUCKDB_TYPE_TIMESTAMP);
    if (!strcmp(sql, "DECIMAL(18,3)")) return duckdb_create_decimal_type(18, 3);
    return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
}

static void on_bind(duckdb_bind_info info)
{
    shi_scan *scan = duckdb_bind_get_extra_info(info);
    out_column extra[MOST_EXTRA];
    int extras = extra_columns(scan->table, extra);
    for (int c = 0; c < scan->table->columns + extras; c++) {
        bool own = c < scan->table->columns;
        duckdb_logical_type type = logical(own ? shi_type_sql(scan->table->column[c].type) : extra[c - scan->table->columns].sql);
        duckdb_bind_add_result_column(info, own ? scan->table->column[c].name : extra[c - scan->table->columns].name, type);
        duckdb_destroy_logical_type(&type);
    }
    duckdb_bind_set_bind_data(info, scan, NULL);
}

static void on_init(duckdb_init_info info)
{
    duckdb_init_set_max_threads(info, (idx_t)shi_os_cores());
}

/* ---- a thread begins and ends ---- */

static void fail(shi_scan *scan, shi_err e)
{
    pthread_mutex_lock(&scan->faults->lock);
    if (!scan->err.code) scan->err = e;
    pthread_mutex_unlock(&scan->faults->lock);
}

static void add_app(shi_scan *scan, const shi_app_tally *from)
{
    int64_t i = 0;
    while (i < scan->apps && !shi_str_eq(scan->app[i].app, from->app)) i++;
    if (i == SHI_MAX_APPS) {
        scan->too_many_apps = true;
        return;
    }
    shi_app_tally *to = &scan->app[i];
    if (i == scan->apps) {
        *to = *from;
        to->app = shi_str_copy(scan->keep, from->app);
        scan->apps++;
        return;
    }
    if (from->first_day < to->first_day) to->first_day = from->first_day;
    if (from->last_day > to->last_day) to->last_day = from->last_day;
    to->rows += from->rows;
    to->logins += from->logins;
    to->points += from->points;
    to->whole_minutes += from->whole_minutes;
    to->whole_hours += from->whole_hours;
    to->whole_days += from->whole_days;
}

static void add_word(shi_scan *scan, const shi_word_tally *from)
{
    int64_t i = 0;
    while (i < scan->words && !(shi_str_eq(scan->word[i].app, from->app) && shi_str_eq(scan->word[i].action, from->action))) i++;
    if (i == SHI_MAX_WORDS) return;   /* listed are the first thousand; the rows count all the same */
    if (i == scan->words) {
        scan->word[scan->words++] = (shi_word_tally){ shi_str_copy(scan->keep, from->app), shi_str_copy(scan->keep, from->action), 0 };
    }
    scan->word[i].rows += from->rows;
}

static void add_phones(phone_list *to, const worker *w, bool *failed)
{
    if (w->phones == 0) return;
    phone_item *more = realloc(to->ptr, (size_t)(to->len + w->phones) * sizeof *more);
    if (!more) {
        *failed = true;
        return;
    }
    memcpy(more + to->len, w->phone, (size_t)w->phones * sizeof *more);
    to->ptr = more;
    to->len += w->phones;
}

/* Adds up what the thread found, once, when it has seen the end of the file: DuckDB may free a thread's state after the statement. */
static void hand_over(worker *w)
{
    shi_scan *scan = w->scan;
    bool failed = false;
    pthread_mutex_lock(&scan->faults->lock);
    scan->rows += w->rows;
    scan->accepted += w->accepted;
    scan->masked_phones += w->masked_phones;
    scan->invalid_phones += w->invalid_phones;
    for (int64_t i = 0; i < w->apps; i++) add_app(scan, &w->app[i]);
    for (int64_t i = 0; i < w->n_words; i++) add_word(scan, &w->words[i]);
    if (scan->phones) add_phones(scan->phones, w, &failed);
    shi_keys_move(&scan->keys, &w->keys);
    pthread_mutex_unlock(&scan->faults->lock);
    w->rows = w->accepted = w->masked_phones = w->invalid_phones = w->apps = w->n_words = w->phones = 0;
    if (failed) fail(scan, shi_no_memory());
}

static void worker_end(void *data)
{
    worker *w = data;
    if (w->reader) shi_reader_close(w->reader);
    shi_pseudonyms_close(w->pseudonyms);
    shi_buf_drop(&w->row_text);
    shi_arena_drop(&w->names);
    shi_keys_drop(&w->keys);
    free(w->phone);
    free(w->words);
    free(w->room);
    free(w->mask_room);
    free(w->needed);
    free(w);
}

bool shi_scan_knows_keys(const shi_table *table)
{
    /* an issuer that is not named is found later; account ids may become pseudonyms */
    return table->key[0] && strcmp(table->name, "targets") != 0 && strcmp(table->name, "accounts") != 0;
}

static void find_key(worker *w)
{
    const shi_table *table = w->scan->table;
    int n = 0;
    bool known = shi_scan_knows_keys(table);
    for (int k = 0; known && k < SHI_MAX_KEY && table->key[k]; k++) w->key[n++] = shi_table_column(table, shi_str_from(table->key[k]));
    if (known && table->latest) w->key[n++] = shi_table_column(table, shi_str_from(table->latest));
    w->key[n] = -1;
}

static void on_thread(duckdb_init_info info)
{
    shi_scan *scan = duckdb_init_get_bind_data(info);
    worker *w = calloc(1, sizeof *w);
    shi_strs headers = shi_source_columns(scan->source);
    bool ready = w != NULL;
    if (w) {
        w->scan = scan;
        w->month_end = -1;
        w->events = !strcmp(scan->table->name, "events");
        w->accounts = !strcmp(scan->table->name, "accounts");
        w->reports = !strcmp(scan->table->name, "reports");
        w->extras = extra_columns(scan->table, w->extra);
        find_key(w);
        w->value_column = shi_table_column(scan->table, S("value"));
        w->base_column = shi_table_column(scan->table, S("base"));
        int device = shi_table_column(scan->table, S("device")), ip = shi_table_column(scan->table, S("ip"));
        w->device_source = device >= 0 ? scan->map->source[device] : -1;
        w->ip_source = ip >= 0 ? scan->map->source[ip] : -1;
        w->needed = calloc((size_t)headers.len + 1, sizeof *w->needed);
        w->room = calloc(SHI_MAX_TABLE_COLUMNS, sizeof *w->room);
        w->mask_room = malloc(SHI_MAX_FIELD + 1);
        w->words = calloc(SHI_MAX_WORDS, sizeof *w->words);
        w->pseudonyms = shi_pseudonyms_open(scan->key);
        ready = w->needed && w->room && w->mask_room && w->words && w->pseudonyms && !shi_arena_open((int64_t)1 << 24, &w->names).code;
        for (int c = 0; ready && c < scan->table->columns; c++)
            if (scan->map->source[c] >= 0) w->needed[scan->map->source[c]] = true;
    }
    shi_err e = ready ? shi_reader_open(scan->source, w->needed, &w->reader) : shi_no_memory();
    if (e.code) {
        fail(scan, e);
        duckdb_init_set_error(info, "the reader cannot start");
    }
    if (w) duckdb_init_set_init_data(info, w, worker_end);
}

/* ---- one row ---- */

/* The tally of an app; NULL when there are too many. */
static shi_app_tally *app_of(worker *w, shi_str app)
{
    if (w->apps > 0 && shi_str_eq(w->app[w->last_app].app, app)) return &w->app[w->last_app];
    for (int64_t i = 0; i < w->apps; i++)
        if (shi_str_eq(w->app[i].app, app)) return &w->app[w->last_app = i];
    if (w->apps == SHI_MAX_APPS) return NULL;
    shi_app_tally *fresh = &w->app[w->apps];
    *fresh = (shi_app_tally){ .app = shi_str_copy(&w->names, app), .first_day = INT64_MAX, .last_day = INT64_MIN, .ids = SHI_IDS_OPEN };
    for (int64_t i = 0; i < w->scan->n_known_apps; i++)
        if (shi_str_eq(w->scan->known_apps[i].app, app)) fresh->ids = w->scan->known_apps[i].ids;
    w->last_app = w->apps++;
    return fresh;
}

/* An account id as it is kept. An app whose ids nobody has decided on yet, and whose file holds a phone number, is read again. */
static shi_str account_id(worker *w, shi_app_tally *app, shi_str id)
{
    if (app->ids == SHI_IDS_PSEUDONYM) return shi_pseudonyms_get(w->pseudonyms, SHI_KIND_ACCOUNT, id);
    if (!shi_is_personal_number(id)) return id;
    if (app->ids == SHI_IDS_OPEN && w->scan->may_restart) {
        pthread_mutex_lock(&w->scan->faults->lock);
        if (!w->scan->restart) w->scan->restart_app = shi_str_copy(w->scan->keep, app->app);
        __atomic_store_n(&w->scan->restart, true, __ATOMIC_RELAXED);
        pthread_mutex_unlock(&w->scan->faults->lock);
    }
    return shi_pseudonyms_get(w->pseudonyms, SHI_KIND_ACCOUNT, id);
}

/* What may be shown of a cell in an error or in rejects/. */
static shi_str shown(worker *w, int c, shi_str text)
{
    text = shi_str_cut((shi_str){ text.ptr, shi_utf8_valid(text.ptr, text.len) }, 200);
    if (text.len == 0) return text;
    switch (w->scan->table->column[c].type) {
    case SHI_T_PHONE: return shi_pseudonyms_get(w->pseudonyms, SHI_KIND_PHONE, text);
    case SHI_T_DEVICE: return shi_pseudonyms_get(w->pseudonyms, SHI_KIND_DEVICE, text);
    case SHI_T_IP: return shi_pseudonyms_get(w->pseudonyms, SHI_KIND_IP, text);
    case SHI_T_ACCOUNT: return shi_is_personal_number(text) ? shi_pseudonyms_get(w->pseudonyms, SHI_KIND_ACCOUNT, text) : shi_showable(text);
    case SHI_T_TEXT:
    case SHI_T_SPOKEN: return shi_mask_digits(text, w->mask_room);
    default: return shi_showable(text);
    }
}

static shi_str raw_cell(const worker *w, int c, int64_t r)
{
    int64_t source = w->scan->map->source[c];
    shi_str text = source >= 0 ? w->batch.cell[source][r] : w->scan->map->constant[c];
    if (!text.ptr && w->scan->table->column[c].type == SHI_T_APP && source < 0) text = w->scan->default_app;
    return w->scan->map->value_maps ? shi_header_value(w->scan->map, c, text) : text;
}

static void reject(worker *w, int64_t r, shi_str column, int c, shi_flaw why)
{
    shi_broken broken = { .line = w->batch.line[r], .record = w->batch.first_record + r, .reason = why.reason, .remedy = why.remedy,
        .column = column, .table_column = c, .source_column = c < 0 ? w->batch.fault[r].column : -1 };
    if (w->scan->faults->keep_all) {
        w->row_text.len = 0;
        for (int k = 0; k < w->scan->table->columns; k++) {
            shi_buf_addc(&w->row_text, ',');
            shi_buf_csv(&w->row_text, shown(w, k, raw_cell(w, k, r)));
        }
        broken.row = shi_buf_str(&w->row_text);
    }
    char value[96];
    if (c >= 0) {
        shi_str v = shi_str_cut(shown(w, c, raw_cell(w, c, r)), 80);   /* copied: shown() may use room that is used again */
        if (v.len) memcpy(value, v.ptr, (size_t)v.len);
        broken.value = (shi_str){ value, v.len };
    }
    if (c < 0) broken.value = shi_showable(w->batch.fault[r].value);   /* of a name that is not known, or not alone */
    shi_faults_add(w->scan->faults, &broken);
}

/* The header that stands above a column in the file, or the column's own name. */
static shi_str header_of(const worker *w, int c)
{
    int64_t source = w->scan->map->source[c];
    return source >= 0 ? shi_source_columns(w->scan->source).ptr[source] : shi_str_from(w->scan->table->column[c].name);
}

/* Does the code stand in the schema's own words? Any other action word is text of the file. */
static bool is_schema_word(const shi_column *column, shi_str code)
{
    uintptr_t from = (uintptr_t)column->words, at = (uintptr_t)code.ptr;
    return at >= from && at < from + strlen(column->words);
}

/* Words repeat: the last ones are remembered, so that a log's actions are not looked up a million times. */
static shi_flaw word_cell(worker *w, int c, shi_str text, shi_cell *out)
{
    const shi_column *column = &w->scan->table->column[c];
    uint64_t h = (uint64_t)c * 31;
    for (int64_t i = 0; i < text.len; i++) h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
    int at = (int)((h >> 20) % WORD_SLOTS);
    bool fits = text.len > 0 && text.len <= (int64_t)sizeof w->word[at].text;
    if (fits && w->word[at].code.ptr && w->word[at].column == c && shi_str_eq((shi_str){ w->word[at].text, w->word[at].len }, text)) {
        *out = (shi_cell){ .s = w->word[at].code };
        return (shi_flaw){ 0 };
    }
    shi_flaw f = shi_cell_parse(column, text, &w->scan->rules, w->room[c], out);
    if (fits && !f.reason && !out->missing && is_schema_word(column, out->s)) {
        memcpy(w->word[at].text, text.ptr, (size_t)text.len);
        w->word[at].column = c;
        w->word[at].len = text.len;
        w->word[at].code = out->s;
    }
    return f;
}

/* All cells of a record; false when one breaks a rule (which is then noted). */
static bool parse_row(worker *w, int64_t r)
{
    const shi_table *table = w->scan->table;
    for (int c = 0; c < table->columns; c++) {
        const shi_column *column = &table->column[c];
        shi_str text = raw_cell(w, c, r);
        if (!text.ptr && !column->required) {
            w->cell[c] = (shi_cell){ .missing = true };
            continue;
        }
        shi_flaw f = column->type == SHI_T_WORD || column->type == SHI_T_ACTION ? word_cell(w, c, text, &w->cell[c])
                                                                               : shi_cell_parse(column, text, &w->scan->rules, w->room[c],
                                                                                   &w->cell[c]);
        if (!f.reason && w->cell[c].missing && column->required)
            f = (shi_flaw){ N_("the cell is empty"), N_("Fill the cell in and import again, or leave the row out with --keep-going.") };
        if (f.reason) {
            reject(w, r, header_of(w, c), c, f);
            return false;
        }
    }
    return true;
}

/* A report given as a percentage of its base. */
static bool settle_percentage(worker *w, int64_t r)
{
    int value = w->value_column, base = w->base_column;
    if (!w->cell[value].percent) return true;
    if (w->cell[base].missing) {
        reject(w, r, header_of(w, value), value, (shi_flaw){ N_("a percentage needs a base"),
            N_("Add the column base (基数), or write the number itself.") });
        return false;
    }
    /* base and percent are thousandths; the count behind a rounded percentage is the nearest whole number */
    __int128 exact = (__int128)w->cell[base].i * w->cell[value].i;
    w->cell[value].i = (int64_t)((exact + 50000000) / 100000000) * 1000;
    return true;
}

static void tally_event(shi_app_tally *app, int64_t local_us, int64_t day, shi_str action)
{
    int64_t of_day = local_us - day * SHI_DAY_US;
    if (day < app->first_day) app->first_day = day;
    if (day > app->last_day) app->last_day = day;
    bool minute = of_day % (60 * SHI_SECOND_US) == 0;
    app->whole_minutes += minute;
    if (minute) app->whole_hours += of_day % (3600 * SHI_SECOND_US) == 0, app->whole_days += of_day == 0;
    app->logins += shi_str_eq(action, S("login"));
    app->points += shi_str_eq(action, S("points"));
}

static void tally_word(worker *w, const shi_app_tally *app, shi_str action)
{
    for (int64_t i = 0; i < w->n_words; i++)
        if (shi_str_eq(w->words[i].action, action) && shi_str_eq(w->words[i].app, app->app)) {
            w->words[i].rows++;
            return;
        }
    if (w->n_words < SHI_MAX_WORDS) w->words[w->n_words++] = (shi_word_tally){ app->app, shi_str_copy(&w->names, action), 1 };
}

/* What belongs to the row as a whole: app, account ids, local month, days asked for. */
static bool settle_row(worker *w, int64_t r, shi_app_tally **app_out, int64_t *local_day)
{
    const shi_table *table = w->scan->table;
    if (w->reports) return settle_percentage(w, r);
    if (!w->events && !w->accounts) return true;
    shi_app_tally *app = app_of(w, w->cell[EV_APP].s);
    if (!app) {
        reject(w, r, header_of(w, EV_APP), EV_APP, (shi_flaw){ N_("the file holds more than 64 apps"),
            N_("Check that the column app is the right one, or import the apps in several files.") });
        return false;
    }
    if (w->events) {
        int64_t local = shi_zone_local_us(w->scan->zone, w->cell[EV_TIME].i), day = local / SHI_DAY_US;
        if (day < w->scan->from_day || day > w->scan->to_day) {
            reject(w, r, header_of(w, EV_TIME), EV_TIME, (shi_flaw){ N_("the time lies outside --from and --to"),
                N_("Give the days that the file covers, or leave these options out.") });
            return false;
        }
        if (!w->cell[EV_SECONDS].missing && w->cell[EV_SECONDS].i > (int64_t)YEAR_SECONDS * 1000) {
            reject(w, r, header_of(w, EV_SECONDS), EV_SECONDS,
                   (shi_flaw){ N_("a session lasts longer than a year"), N_("Give seconds; check that the columns are not shifted.") });
            return false;
        }
        *local_day = day;
        tally_event(app, local, day, w->cell[EV_ACTION].s);
        if (!is_schema_word(&table->column[EV_ACTION], w->cell[EV_ACTION].s)) tally_word(w, app, shi_showable(w->cell[EV_ACTION].s));
    }
    app->rows++;
    *app_out = app;
    return true;
}

/* ---- into DuckDB's vectors ---- */

typedef struct {
    duckdb_vector vector[SHI_MAX_TABLE_COLUMNS + 4];
    void *data[SHI_MAX_TABLE_COLUMNS + 4];
    uint64_t *valid[SHI_MAX_TABLE_COLUMNS + 4];
    int columns;
} target;

static void put_null(target *t, int c, int64_t row)
{
    t->valid[c][row >> 6] &= ~(UINT64_C(1) << (row & 63));
}

static void put_phone(worker *w, target *t, int c, int class_column, int64_t row, int64_t record, shi_str text)
{
    char digits[16];
    shi_phone_state state = text.ptr ? shi_phone_clean(text, digits) : SHI_PHONE_NONE;
    w->masked_phones += state == SHI_PHONE_MASKED || state == SHI_PHONE_PLACEHOLDER;
    w->invalid_phones += state == SHI_PHONE_INVALID;
    if (state != SHI_PHONE_OK) {
        put_null(t, c, row);
        put_null(t, class_column, row);
        return;
    }
    shi_vector_put(t->vector[c], t->data[c], row, shi_pseudonyms_get(w->pseudonyms, SHI_KIND_PHONE, shi_str_from(digits)));
    shi_vector_put(t->vector[class_column], t->data[class_column], row, (shi_str){ digits, 3 });
    if (w->phones == w->phones_cap) {
        int64_t cap = w->phones_cap ? w->phones_cap * 2 : 4096;
        phone_item *more = realloc(w->phone, (size_t)cap * sizeof *more);
        if (!more) {
            fail(w->scan, shi_no_memory());
            return;
        }
        w->phone = more;
        w->phones_cap = cap;
    }
    w->phone[w->phones++] = (phone_item){ record, strtoll(digits, NULL, 10) };
}

static void put_ip(worker *w, target *t, int c, int net_column, int64_t row, shi_str text)
{
    shi_str network;
    shi_vector_put(t->vector[c], t->data[c], row, shi_pseudonyms_address(w->pseudonyms, text, &network));
    if (network.ptr) shi_vector_put(t->vector[net_column], t->data[net_column], row, network);
    else put_null(t, net_column, row);
}

static void put_month(worker *w, target *t, int c, int64_t row, int64_t day)
{
    if (day < w->month_first || day >= w->month_end) {
        int64_t year;
        int month, dom;
        shi_day_split(day, &year, &month, &dom);
        w->month_first = day - dom + 1;
        w->month_end = w->month_first + shi_days_in_month(year, month);
        snprintf(w->month_text, sizeof w->month_text, "%04d-%02d", (int)(year % 10000), month % 100);
    }
    shi_vector_put(t->vector[c], t->data[c], row, shi_str_from(w->month_text));
}

/* Objects, channels and words of one's own are free text: a phone or an identity number among them becomes a pseudonym, so that distinct
 * values stay distinct. */
static shi_str free_text(worker *w, int c, shi_str text)
{
    const shi_column *column = &w->scan->table->column[c];
    if (column->words && is_schema_word(column, text)) return text;
    return shi_is_personal_number(text) ? shi_pseudonyms_get(w->pseudonyms, SHI_KIND_ACCOUNT, text) : text;
}

static void put_cell(worker *w, target *t, int c, int64_t row, int64_t record, shi_app_tally *app)
{
    const shi_table *table = w->scan->table;
    const shi_cell *cell = &w->cell[c];
    shi_type type = table->column[c].type;
    int after = table->columns;   /* first extra column: phone_class of accounts, ip_net of events */
    if (type == SHI_T_PHONE) {
        put_phone(w, t, c, after, row, record, cell->s);
        return;
    }
    if (cell->missing) {
        put_null(t, c, row);
        if (type == SHI_T_IP) put_null(t, after + w->accounts, row);
        return;
    }
    switch (type) {
    case SHI_T_COUNT:
    case SHI_T_DECIMAL:
    case SHI_T_REPORTED:
    case SHI_T_TIME:
    case SHI_T_DUE: ((int64_t *)t->data[c])[row] = cell->i; return;
    case SHI_T_SHARE:
    case SHI_T_PRICE:
    case SHI_T_REAL: ((double *)t->data[c])[row] = cell->d; return;
    case SHI_T_DEVICE: shi_vector_put(t->vector[c], t->data[c], row, shi_pseudonyms_get(w->pseudonyms, SHI_KIND_DEVICE, cell->s)); return;
    case SHI_T_IP: put_ip(w, t, c, after + w->accounts, row, cell->s); return;
    case SHI_T_ACCOUNT: shi_vector_put(t->vector[c], t->data[c], row, account_id(w, app, cell->s)); return;
    case SHI_T_SPOKEN: shi_vector_put(t->vector[c], t->data[c], row, shi_mask_digits(cell->s, w->mask_room)); return;
    case SHI_T_TEXT:
    case SHI_T_ACTION: shi_vector_put(t->vector[c], t->data[c], row, w->accounts || w->events ? free_text(w, c, cell->s) : cell->s); return;
    default: shi_vector_put(t->vector[c], t->data[c], row, cell->s); return;
    }
}

static void put_row(worker *w, target *t, int64_t row, int64_t r, shi_app_tally *app, int64_t day)
{
    const shi_table *table = w->scan->table;
    int64_t record = w->batch.first_record + r;
    for (int c = 0; c < table->columns; c++) put_cell(w, t, c, row, record, app);
    for (int k = 0; k < w->extras; k++) {
        int c = table->columns + k;
        if (w->extra[k].kind == OUT_MONTH) put_month(w, t, c, row, day);
        if (w->extra[k].kind == OUT_LINE) ((int64_t *)t->data[c])[row] = w->batch.line[r];
        if (w->extra[k].kind == OUT_RECORD) ((int64_t *)t->data[c])[row] = record;
    }
}

/* Tells the device and the address of a record some rows ahead: their pseudonyms lie far apart in memory. */
static void expect(const worker *w, int64_t r)
{
    if (r >= w->batch.rows) return;
    if (w->device_source >= 0) shi_pseudonyms_expect(w->pseudonyms, SHI_KIND_DEVICE, w->batch.cell[w->device_source][r]);
    if (w->ip_source >= 0) shi_pseudonyms_expect(w->pseudonyms, SHI_KIND_IP, w->batch.cell[w->ip_source][r]);
}

/* Rows of the batch from w->at into the chunk; how many fit. */
static int64_t fill(worker *w, target *t)
{
    int64_t n = 0, capacity = (int64_t)duckdb_vector_size();
    for (; w->at < w->batch.rows && n < capacity; w->at++) {
        int64_t r = w->at, day = 0;
        shi_app_tally *app = NULL;
        const shi_fault *fault = &w->batch.fault[r];
        expect(w, r + AHEAD);
        w->rows++;
        if (fault->reason) {
            shi_str column = fault->column >= 0 ? shi_source_columns(w->scan->source).ptr[fault->column] : (shi_str){ 0 };
            reject(w, r, column, -1, (shi_flaw){ fault->reason, fault->remedy });
            continue;
        }
        if (!parse_row(w, r) || !settle_row(w, r, &app, &day)) continue;
        put_row(w, t, n++, r, app, day);
        if (w->key[0] >= 0) shi_keys_add(&w->keys, w->scan->table->column, w->key, w->cell);
        w->accepted++;
    }
    return n;
}

static void on_rows(duckdb_function_info info, duckdb_data_chunk chunk)
{
    shi_scan *scan = duckdb_function_get_bind_data(info);
    worker *w = duckdb_function_get_local_init_data(info);
    target t = { .columns = (int)duckdb_data_chunk_get_column_count(chunk) };
    for (int c = 0; c < t.columns; c++) {
        t.vector[c] = duckdb_data_chunk_get_vector(chunk, (idx_t)c);
        t.data[c] = duckdb_vector_get_data(t.vector[c]);
        duckdb_vector_ensure_validity_writable(t.vector[c]);
        t.valid[c] = duckdb_vector_get_validity(t.vector[c]);
    }
    int64_t n = 0;
    while (n == 0 && !__atomic_load_n(&scan->restart, __ATOMIC_RELAXED)) {
        if (w->at >= w->batch.rows) {
            shi_err e = shi_reader_next(w->reader, &w->batch);
            w->at = 0;
            if (e.code) {
                fail(scan, e);
                duckdb_function_set_error(info, "the file cannot be read on");
                return;
            }
            if (w->batch.rows == 0) break;
        }
        n = fill(w, &t);
    }
    if (n == 0) hand_over(w);
    duckdb_data_chunk_set_size(chunk, (idx_t)n);
}

shi_err shi_scan_register(shi_duck *duck, shi_scan *scan)
{
    scan->word = calloc(SHI_MAX_WORDS, sizeof *scan->word);
    scan->phones = calloc(1, sizeof *scan->phones);
    if (!scan->word || !scan->phones) return shi_no_memory();
    duckdb_table_function function = duckdb_create_table_function();
    duckdb_table_function_set_name(function, "shi_import");
    duckdb_table_function_set_extra_info(function, scan, NULL);
    duckdb_table_function_set_bind(function, on_bind);
    duckdb_table_function_set_init(function, on_init);
    duckdb_table_function_set_local_init(function, on_thread);
    duckdb_table_function_set_function(function, on_rows);
    duckdb_state state = duckdb_register_table_function(duck->con, function);
    duckdb_destroy_table_function(&function);
    return state == DuckDBSuccess ? (shi_err){ 0 } : shi_no_memory();
}

/* ---- phone gaps and runs ---- */

static const char *const GAP_NAME[] = { NULL, "<=10", "<=100", "more" };

static void on_gap(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    const phone_list *list = duckdb_scalar_function_get_extra_info(info);
    const int64_t *record = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));
    int64_t n = (int64_t)duckdb_data_chunk_get_size(in);
    duckdb_vector_ensure_validity_writable(out);
    uint64_t *valid = duckdb_vector_get_validity(out);
    void *data = duckdb_vector_get_data(out);
    for (int64_t i = 0; i < n; i++) {
        const char *name = record[i] >= 0 && record[i] < list->records ? GAP_NAME[list->gap[record[i]]] : NULL;
        if (name) shi_vector_put(out, data, i, shi_str_from(name));
        else duckdb_validity_set_row_invalid(valid, (idx_t)i);
    }
}

static void on_run(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    const phone_list *list = duckdb_scalar_function_get_extra_info(info);
    const int64_t *record = duckdb_vector_get_data(duckdb_data_chunk_get_vector(in, 0));
    int64_t n = (int64_t)duckdb_data_chunk_get_size(in);
    duckdb_vector_ensure_validity_writable(out);
    uint64_t *valid = duckdb_vector_get_validity(out);
    int32_t *data = duckdb_vector_get_data(out);
    for (int64_t i = 0; i < n; i++) {
        data[i] = record[i] >= 0 && record[i] < list->records ? list->run[record[i]] : 0;
        if (data[i] == 0) duckdb_validity_set_row_invalid(valid, (idx_t)i);
    }
}

static shi_err find_runs(phone_list *list, int64_t records)
{
    shi_arena scratch;
    SHI_TRY(shi_arena_open(48 * list->len + (1 << 20), &scratch));
    int64_t *number = shi_new(&scratch, int64_t, list->len);
    uint8_t *gap = shi_new(&scratch, uint8_t, list->len);
    int32_t *run = shi_new(&scratch, int32_t, list->len);
    list->gap = calloc((size_t)records + 1, sizeof *list->gap);
    list->run = calloc((size_t)records + 1, sizeof *list->run);
    shi_err e = number && gap && run && list->gap && list->run ? (shi_err){ 0 } : shi_no_memory();
    if (!e.code) {
        for (int64_t i = 0; i < list->len; i++) number[i] = list->ptr[i].number;
        e = shi_phones_runs(scratch, (shi_i64s){ number, list->len }, gap, run);
    }
    for (int64_t i = 0; !e.code && i < list->len; i++) {
        list->gap[list->ptr[i].record] = gap[i];
        list->run[list->ptr[i].record] = run[i];
    }
    list->records = records;
    shi_arena_drop(&scratch);
    return e;
}

shi_err shi_scan_register_phones(shi_duck *duck, shi_scan *scan)
{
    SHI_TRY(find_runs(scan->phones, scan->rows));
    static const duckdb_type RECORD = DUCKDB_TYPE_BIGINT;
    SHI_TRY(shi_duck_function(duck, &(shi_function){ "shi_phone_gap", &RECORD, 1, DUCKDB_TYPE_VARCHAR, false, on_gap, scan->phones, NULL }));
    return shi_duck_function(duck, &(shi_function){ "shi_phone_run", &RECORD, 1, DUCKDB_TYPE_INTEGER, false, on_run, scan->phones, NULL });
}

static void drop_phones(phone_list *list)
{
    if (!list) return;
    if (list->ptr) memset(list->ptr, 0, (size_t)list->len * sizeof *list->ptr);
    free(list->ptr);
    free(list->gap);
    free(list->run);
    *list = (phone_list){ 0 };
}

void shi_scan_reset(shi_scan *scan)
{
    drop_phones(scan->phones);
    shi_keys_drop(&scan->keys);
    scan->rows = scan->accepted = scan->masked_phones = scan->invalid_phones = scan->apps = scan->words = 0;
    scan->too_many_apps = scan->restart = false;
    scan->err = (shi_err){ 0 };
}

void shi_scan_close(shi_scan *scan)
{
    drop_phones(scan->phones);
    shi_keys_drop(&scan->keys);
    free(scan->phones);
    free(scan->word);
}
