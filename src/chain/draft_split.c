/* What a flat table of targets says of units, apps and indicators, as CSV files that can be imported. A code stands once in each; two rows that say
 * different things of it are an error, since only one of them can be right. */
#include "chain/draft.h"

#include "table/source.h"

#include <stdlib.h>
#include <string.h>

enum { UNITS, APPS, INDICATORS };

typedef struct {
    shi_str key, row;            /* row: the CSV line */
    int64_t line, place;
    bool bare;                   /* a code that stands in another's row: it has nothing to say */
} record;

typedef struct {
    const shi_table *table;
    int64_t source[SHI_MAX_TABLE_COLUMNS];   /* column of the draft; -1: none */
    bool told;                               /* the draft has a column of it beside the key */
    record *record;
    int64_t len, cap;
} part;

typedef struct {
    shi_arena *keep;
    shi_str path;
    part part[SHI_DRAFT_PARTS];
    int64_t unit, issuer, app, indicator;    /* columns of the draft; -1 */
    const shi_strs *known;
} splitting;

/* ---- columns ---- */

/* Names that would be taken for another table's. */
static const char *const OWN_NAMES[SHI_DRAFT_PARTS] = { "unit_name|单位名称|单位|村名", "app_name|应用名称", "indicator_name|指标名称|任务名称" };

static bool one_of(const char *names, shi_str header)
{
    shi_str all = shi_str_from(names);
    for (int64_t from = 0, to; from <= all.len; from = to + 1) {
        to = shi_str_find(all, '|', from);
        if (to < 0) to = all.len;
        if (shi_str_eq_nocase(shi_str_sub(all, from, to), header)) return true;
    }
    return false;
}

static void find_columns(splitting *s, shi_strs columns)
{
    const shi_table *targets = shi_table_find(S("targets"));
    for (int k = 0; k < SHI_DRAFT_PARTS; k++)
        for (int c = 0; c < SHI_MAX_TABLE_COLUMNS; c++) s->part[k].source[c] = -1;
    for (int64_t i = 0; i < columns.len; i++) {
        int t = shi_table_header(targets, columns.ptr[i]);
        const char *name = t >= 0 ? targets->column[t].name : "";
        if (!strcmp(name, "unit_code")) s->unit = i;
        if (!strcmp(name, "issuer_code")) s->issuer = i;
        if (!strcmp(name, "indicator")) s->indicator = i;
        for (int k = 0; k < SHI_DRAFT_PARTS && t < 0; k++) {
            part *p = &s->part[k];
            int c = one_of(OWN_NAMES[k], columns.ptr[i]) ? shi_table_column(p->table, S("name")) : shi_table_header(p->table, columns.ptr[i]);
            if (c < 0 || !strcmp(p->table->column[c].name, "name") != one_of(OWN_NAMES[k], columns.ptr[i])) continue;
            if (p->source[c] < 0) p->source[c] = i;
            if (k == APPS && c == 0) s->app = i;
            else p->told = true;
        }
    }
    s->part[UNITS].source[0] = s->unit;
    s->part[INDICATORS].source[0] = s->indicator;
    if (s->app >= 0) s->part[APPS].source[0] = s->part[INDICATORS].source[shi_table_column(s->part[INDICATORS].table, S("app"))] = s->app;
}

/* ---- rows ---- */

static void put_field(shi_buf *out, shi_str text)
{
    shi_buf_addc(out, '"');
    for (int64_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') shi_buf_addc(out, '"');
        shi_buf_addc(out, text.ptr[i]);
    }
    shi_buf_addc(out, '"');
}

/* The level that a code of the statistical authority has by its length; missing: none. */
static shi_str level_of(shi_str code)
{
    static const struct {
        int64_t digits;
        const char *level;
    } BY[] = { { 2, "province" }, { 4, "city" }, { 6, "county" }, { 9, "town" }, { 12, "village" } };
    for (int64_t i = 0; i < code.len; i++)
        if (code.ptr[i] < '0' || code.ptr[i] > '9') return (shi_str){ 0 };
    if (code.len == 12 && shi_str_ends(code, S("000"))) code.len = shi_str_ends(code, S("000000")) ? 6 : 9;
    for (int64_t i = 0; i < COUNT(BY); i++)
        if (code.len == BY[i].digits) return shi_str_from(BY[i].level);
    return (shi_str){ 0 };
}

static bool is_known(shi_strs known, shi_str code)
{
    int64_t low = 0, high = known.len;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_str_cmp(known.ptr[mid], code) < 0) low = mid + 1;
        else high = mid;
    }
    return low < known.len && shi_str_eq(known.ptr[low], code);
}

static shi_err at(const splitting *s, int64_t line, const char *column, shi_str value, const char *reason, const char *remedy)
{
    shi_err e = shi_fail_value(SHI_INPUT, value, reason, remedy);
    e.file = s->path;
    e.line = line;
    e.column = shi_str_from(column);
    return e;
}

/* What the contract requires and the draft does not say. */
static shi_str otherwise(int which, const char *column, shi_str key)
{
    if (!strcmp(column, "name")) return key;
    if (which == UNITS && !strcmp(column, "level")) return level_of(key);
    if (which == INDICATORS && !strcmp(column, "app")) return S("draft");
    return (shi_str){ 0 };
}

static shi_err keep_record(splitting *s, int which, shi_str key, shi_str row, int64_t line, bool bare)
{
    part *p = &s->part[which];
    if (p->len == p->cap) {
        int64_t cap = p->cap ? p->cap * 2 : 256;
        record *more = shi_new(s->keep, record, cap);
        if (!more) return shi_no_memory();
        if (p->len) memcpy(more, p->record, (size_t)p->len * sizeof *more);
        p->record = more;
        p->cap = cap;
    }
    p->record[p->len] = (record){ shi_str_copy(s->keep, key), shi_str_copy(s->keep, row), line, p->len, bare };
    return p->record[p->len].row.ptr && p->record[p->len++].key.ptr ? (shi_err){ 0 } : shi_no_memory();
}

/* cell: the draft's row, or NULL for a code that stands in it without more. */
static shi_err add(splitting *s, int which, shi_str key, const shi_str *cell, int64_t line)
{
    part *p = &s->part[which];
    shi_buf row = { 0 };
    shi_err e = { 0 };
    for (int c = 0; c < p->table->columns && !e.code; c++) {
        const shi_column *column = &p->table->column[c];
        if (p->source[c] < 0 && !column->required) continue;
        shi_str text = c == 0 ? key : cell && p->source[c] >= 0 ? cell[p->source[c]] : (shi_str){ 0 };
        if (!text.len) text = otherwise(which, column->name, key);
        if (!text.len && column->required)
            e = at(s, line, column->name, key, which == UNITS ? N_("the level of the unit is not known")
                   : N_("the draft does not say what is counted"),
                   which == UNITS ? N_("Give the draft a column level, or check it in a workspace that knows the unit.")
                                  : N_("Give the draft a column counts, or check it in a workspace that knows the indicator."));
        shi_buf_puts(&row, c ? "," : "");
        put_field(&row, text);
    }
    if (!e.code) e = row.failed ? shi_no_memory() : keep_record(s, which, key, shi_buf_str(&row), line, !cell);
    shi_buf_drop(&row);
    return e;
}

static shi_err take_row(splitting *s, const shi_batch *batch, int64_t i, shi_str *cell, int64_t columns)
{
    for (int64_t c = 0; c < columns; c++) cell[c] = batch->cell[c] ? shi_str_trim(batch->cell[c][i]) : (shi_str){ 0 };
    const int64_t key[SHI_DRAFT_PARTS] = { s->unit, s->app, s->indicator };
    for (int k = 0; k < SHI_DRAFT_PARTS; k++) {
        if (key[k] < 0 || !cell[key[k]].len) continue;
        if (s->part[k].told || !is_known(s->known[k], cell[key[k]])) SHI_TRY(add(s, k, cell[key[k]], cell, batch->line[i]));
    }
    if (s->app < 0 && !is_known(s->known[APPS], S("draft")) && !s->part[APPS].len) SHI_TRY(add(s, APPS, S("draft"), NULL, batch->line[i]));
    /* an issuer may be an office, which is no unit */
    bool issuer = s->issuer >= 0 && level_of(cell[s->issuer]).len && !is_known(s->known[UNITS], cell[s->issuer]);
    return issuer ? add(s, UNITS, cell[s->issuer], NULL, batch->line[i]) : (shi_err){ 0 };
}

static shi_err read_all(splitting *s, shi_source *source, shi_strs columns)
{
    bool *needed = shi_new(s->keep, bool, columns.len);
    shi_str *cell = shi_new(s->keep, shi_str, columns.len);
    shi_reader *reader;
    shi_batch batch;
    if (!needed || !cell) return shi_no_memory();
    memset(needed, 1, (size_t)columns.len * sizeof *needed);
    SHI_TRY(shi_reader_open(source, needed, &reader));
    shi_err e = { 0 };
    while (!e.code) {
        e = shi_reader_next(reader, &batch);
        if (e.code || !batch.rows) break;
        for (int64_t i = 0; i < batch.rows && !e.code; i++)
            if (!batch.fault[i].reason) e = take_row(s, &batch, i, cell, columns.len);
    }
    shi_reader_close(reader);
    return e;
}

/* ---- out ---- */

/* Of one code, rows that say something first. */
static int by_key(const void *a, const void *b)
{
    const record *x = a, *y = b;
    int c = shi_str_cmp(x->key, y->key);
    if (!c) c = (int)x->bare - (int)y->bare;
    return c ? c : x->place < y->place ? -1 : x->place > y->place;
}

static void write_head(const part *p, shi_buf *out)
{
    for (int c = 0; c < p->table->columns; c++) {
        if (p->source[c] < 0 && !p->table->column[c].required) continue;
        shi_buf_puts(out, c ? "," : "");
        shi_buf_puts(out, p->table->column[c].name);
    }
    shi_buf_addc(out, '\n');
}

static shi_err write_part(splitting *s, int which, const char *file)
{
    part *p = &s->part[which];
    shi_buf out = { 0 };
    shi_err e = { 0 };
    write_head(p, &out);
    qsort(p->record, (size_t)p->len, sizeof *p->record, by_key);
    const record *first = NULL;
    for (int64_t i = 0; i < p->len && !e.code; i++) {
        const record *r = &p->record[i];
        if (first && shi_str_eq(r->key, first->key)) {
            if (!r->bare && !shi_str_eq(r->row, first->row))
                e = at(s, r->line, p->table->column[0].name, r->key, N_("two rows say different things of it"), N_("Make the rows agree."));
            continue;
        }
        first = r;
        shi_buf_add(&out, r->row);
        shi_buf_addc(&out, '\n');
    }
    if (!e.code) e = out.failed ? shi_no_memory() : shi_os_write_whole(file, shi_buf_str(&out), 0600);
    shi_buf_drop(&out);
    return e;
}

shi_err shi_draft_split(shi_arena *keep, const char *path, const char *folder, const shi_strs known[SHI_DRAFT_PARTS],
                        shi_draft_part out[SHI_DRAFT_PARTS], bool *flat)
{
    static const char *const NAMES[SHI_DRAFT_PARTS] = { "units", "apps", "indicators" };
    splitting s = { .keep = keep, .path = shi_str_from(path), .unit = -1, .issuer = -1, .app = -1, .indicator = -1, .known = known };
    const shi_source_options options = { .memory = INT64_C(1) << 28, .table = "targets" };
    shi_source *source;
    for (int k = 0; k < SHI_DRAFT_PARTS; k++) {
        s.part[k].table = shi_table_find(shi_str_from(NAMES[k]));
        out[k] = (shi_draft_part){ NAMES[k], NULL };
    }
    *flat = false;
    shi_err e = shi_source_open(keep, s.path, &options, &source);
    if (e.code) return e.code == SHI_INPUT && shi_os_exists(path) ? (shi_err){ 0 } : e;   /* a workbook, perhaps: its reader says what is wrong */
    shi_strs columns = shi_source_columns(source);
    find_columns(&s, columns);
    *flat = s.unit >= 0 && s.indicator >= 0;
    if (*flat) e = read_all(&s, source, columns);
    shi_source_close(source);
    for (int k = 0; k < SHI_DRAFT_PARTS && *flat && !e.code; k++) {
        if (!s.part[k].len) continue;
        out[k].path = shi_str_format(keep, "%s/draft-%s.csv", folder, NAMES[k]).ptr;
        e = out[k].path ? write_part(&s, k, out[k].path) : shi_no_memory();
    }
    return e;
}
