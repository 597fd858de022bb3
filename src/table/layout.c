/* A sheet is read from the top. A row with header words is read as every table of the contract, alone and with its neighbours (headers have
 * up to three rows); of the readings that lack no column the one with the most meaningful columns counts. What follows, down to the next
 * header, is the table's: its rows are data unless they are totals, notes, a header that is repeated, or hidden.
 *
 * Hidden rows are left out and named. They hide what an office has put aside (last year's units, a filtered list), so taking them would
 * count what nobody sees; --with-hidden takes them, where a filter was only left on. Hidden columns are taken: there lie the codes.
 *
 * Nothing is guessed: where two tables fit alike, where a period or an indicator is nowhere, or where numbers are said to be in 万 in the title
 * alone, the table is marked with a question. */
#include "table/layout.h"

#include "table/cell.h"
#include "table/columns.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LEFT = 4096, MOST_TOTALS = 64, VARIANTS = 4, TITLE_ROWS = 64, MOST_FITS = 16 };
#define MOST_COLUMNS_READ (INT64_C(1) << 21)

typedef struct {
    shi_arena *keep;
    shi_arena scratch;             /* for readings that are not taken */
    const shi_grid *grid;
    const shi_names *names;
    const shi_layout_options *options;
    shi_word_index words;
    shi_reading_context context;
    shi_layout *out;
    int64_t columns_read;
    int32_t free_row;              /* the first row that belongs to no table yet */
} finder;

/* What stands above a table. */
typedef struct {
    int32_t first, rows;           /* rows with text */
    shi_period period;
    int periods;                   /* different ones */
    char other[40];                /* the two, when they differ */
    int64_t indicator;             /* the one that is named, -1: none, -2: several */
    bool targets, reports;
    int places;
    int32_t places_row, places_column;
} title;

static shi_err left_add(finder *f, int32_t first, int32_t last, const char *why)
{
    shi_layout *out = f->out;
    if (out->lefts && out->left[out->lefts - 1].why == why && out->left[out->lefts - 1].last + 1 >= first
        && out->left[out->lefts - 1].last <= last) {
        shi_layout_left *l = &out->left[out->lefts - 1];
        l->rows += last - (l->last >= first ? l->last + 1 : first) + 1;
        l->last = last;
        return (shi_err){ 0 };
    }
    if (out->lefts == MOST_LEFT) {   /* more are counted with the last one */
        out->left[MOST_LEFT - 1].rows += last - first + 1;
        out->left[MOST_LEFT - 1].last = last;
        return (shi_err){ 0 };
    }
    out->left[out->lefts++] = (shi_layout_left){ first, last, last - first + 1, why };
    return (shi_err){ 0 };
}

static shi_str plain_at(const finder *f, const shi_grid_cell *c, shi_heading *room)
{
    (void)f;
    shi_heading_plain((shi_str){ c->ptr, c->len }, room);
    return shi_heading_text(room);
}

/* ---- titles ---- */

static void title_text(const finder *f, shi_str plain, title *t)
{
    shi_period found[2];
    int64_t from, to;
    int n = shi_heading_periods(plain, found, &from, &to);
    for (int i = 0; i < n; i++) {
        bool same = t->periods && t->period.kind == found[i].kind && t->period.year == found[i].year && t->period.number == found[i].number;
        if (same) continue;
        char text[16];
        shi_period_write(&found[i], text);
        if (t->periods == 0) t->period = found[i];
        if (++t->periods <= 2) {
            size_t used = strlen(t->other);
            if (used) memcpy(t->other + used, ", ", 3), used += 2;
            memcpy(t->other + used, text, strlen(text) + 1);
        }
    }
    /* the longest name counts: 月活跃 holds 月活, too */
    int64_t best = 0, hit = -1;
    for (int64_t i = 0; i < f->names->indicators; i++) {
        shi_str key = f->names->indicator[i].key;
        if (key.len < 6 || key.len <= best) continue;
        for (int64_t k = 0; k + key.len <= plain.len; k++)
            if (!memcmp(plain.ptr + k, key.ptr, (size_t)key.len)) {
                best = key.len;
                hit = i;
                break;
            }
    }
    if (hit >= 0) t->indicator = t->indicator == -1 || t->indicator == hit ? hit : -2;
}

static bool has(shi_str plain, const char *word)
{
    shi_str w = shi_str_from(word);
    for (int64_t i = 0; i + w.len <= plain.len; i++)
        if (!memcmp(plain.ptr + i, word, (size_t)w.len)) return true;
    return false;
}

/* 任务完成情况 reports, 任务分解表 gives targets; 统计表 says neither. */
static void title_kind(shi_str plain, title *t)
{
    if (has(plain, "完成") || has(plain, "上报")) t->reports = true;
    else if (has(plain, "任务") || has(plain, "目标") || has(plain, "下达") || has(plain, "分解")) t->targets = true;
}

/* The rows above `top` that belong to it: few cells, and no row of the table before. */
static void title_read(const finder *f, int32_t top, title *t)
{
    *t = (title){ .first = top, .indicator = -1 };
    for (int32_t r = top - 1; r >= f->free_row && t->rows < TITLE_ROWS; r--) {
        int64_t n;
        shi_heading room;
        const shi_grid_cell *cell = shi_grid_row(f->grid, r, &n);
        bool first_table = f->free_row == 0;
        if (n == 0 && t->rows && !first_table) break;
        if (n == 0) continue;
        if (!first_table && (n > 2 || shi_heading_is_total(plain_at(f, &cell[0], &room)) || shi_heading_is_note(plain_at(f, &cell[0], &room)))) break;
        t->first = r;
        t->rows++;
        for (int64_t i = 0; i < n && i < 32; i++) {
            shi_str plain = plain_at(f, &cell[i], &room);
            title_text(f, plain, t);
            title_kind(plain, t);
            int places = shi_heading_scale_note(plain);
            if (places) t->places = places, t->places_row = r, t->places_column = cell[i].column;
        }
    }
    shi_heading name;
    shi_heading_plain(f->grid->name, &name);
    if (t->periods == 0 || (!t->targets && !t->reports) || t->indicator == -1) {
        title whole = *t;
        title_text(f, shi_heading_text(&name), &whole);
        title_kind(shi_heading_text(&name), &whole);
        if (t->periods == 0) t->period = whole.period, t->periods = whole.periods, memcpy(t->other, whole.other, sizeof t->other);
        if (!t->targets && !t->reports) t->targets = whole.targets, t->reports = whole.reports;
        if (t->indicator == -1) t->indicator = whole.indicator;
    }
}

/* ---- headers ---- */

/* --map may name headers that no schema knows. */
static bool names_mapped(const finder *f, const shi_grid_cell *cell, int64_t n)
{
    const shi_header_options *o = &f->options->header;
    for (int64_t m = 0; m < o->n_maps; m++) {
        int64_t eq = shi_str_find(o->maps[m], '=', 0);
        shi_str sought = shi_str_trim(shi_str_sub(o->maps[m], eq + 1, o->maps[m].len));
        for (int64_t i = 0; eq > 0 && i < n; i++)
            if (shi_str_eq(shi_str_trim((shi_str){ cell[i].ptr, cell[i].len }), sought)) return true;
    }
    return false;
}

/* Does the row hold a header word of the schema, and other cells? Below a table it needs two, since 村 is a word of the column 级别, too. */
static bool looks_like_header(const finder *f, int32_t row)
{
    int64_t n, found, words = 0, wanted = f->free_row > 0 ? 2 : 1;
    const shi_grid_cell *cell = shi_grid_row(f->grid, row, &n);
    for (int64_t i = 0; i < n && words < wanted && i < SHI_LAYOUT_WIDTH; i++) {
        shi_heading h;
        if (cell[i].len > 120 || cell[i].fault || cell[i].kind != SHI_GRID_TEXT) continue;
        shi_words_find(&f->words, plain_at(f, &cell[i], &h), &found);
        words += found > 0;
    }
    return (words >= wanted && n >= 2) || names_mapped(f, cell, n);
}

/* Of the header rows `top` to `bottom`: from the first to the last column that has text. */
static bool extent(const finder *f, int32_t top, int32_t bottom, int32_t *left, int32_t *right)
{
    *left = SHI_GRID_COLUMNS;
    *right = -1;
    for (int32_t r = top; r <= bottom; r++) {
        int64_t n;
        const shi_grid_cell *cell = shi_grid_row(f->grid, r, &n);
        if (n == 0) return false;
        if (cell[0].column < *left) *left = cell[0].column;
        if (cell[n - 1].column > *right) *right = cell[n - 1].column;
    }
    for (int64_t i = 0; i < f->grid->spans; i++) {
        const shi_span *s = &f->grid->span[i];
        if (s->top >= top && s->top <= bottom && s->right > *right && s->left <= *right) *right = s->right;
    }
    return *right - *left < SHI_LAYOUT_WIDTH;   /* a wider sheet is no office's; it is read from its first line, by the name of its table */
}

typedef struct {
    shi_reading fit[MOST_FITS];    /* lack nothing; best first */
    int64_t fits;
    shi_reading nearest;           /* of those that lack a column, the one with the most meaning */
    bool has_nearest;
} readings;

/* Without a column that is there twice; more meaning first; then fewer rows of header; then the order of the chain. */
static bool better(const shi_reading *a, const shi_reading *b)
{
    if ((a->twice < 0) != (b->twice < 0)) return a->twice < 0;   /* a merged cell over others is told apart by the row below */
    if (a->score != b->score) return a->score > b->score;
    return a->bottom - a->top < b->bottom - b->top;
}

static void readings_add(readings *all, const shi_reading *r)
{
    if (r->missing >= 0) {
        if (!all->has_nearest || better(r, &all->nearest)) all->nearest = *r, all->has_nearest = true;
        return;
    }
    int64_t at = all->fits < MOST_FITS ? all->fits : MOST_FITS - 1;
    if (all->fits < MOST_FITS) all->fits++;
    while (at > 0 && better(r, &all->fit[at - 1])) {
        all->fit[at] = all->fit[at - 1];
        at--;
    }
    all->fit[at] = *r;
}

/* All readings of rows `top` to `bottom`, columns `left` to `right`. */
static shi_err read_span(finder *f, int32_t top, int32_t bottom, int32_t left, int32_t right, readings *all)
{
    shi_head *head;
    title above;
    title_read(f, top, &above);
    f->context.titled = above.indicator >= 0 && (above.targets || above.reports);
    SHI_TRY(shi_heads_read(&f->scratch, f->grid, top, bottom, left, right, &head));
    for (int t = 0; shi_table_at(t); t++) {
        if (f->options->only && shi_table_at(t) != f->options->only) continue;
        shi_reading r = { .top = top, .bottom = bottom, .left = left, .right = right };
        f->columns_read += right - left + 1;
        if (f->columns_read > MOST_COLUMNS_READ)
            return shi_fail(SHI_INPUT, N_("the sheet holds too many rows that look like headers"),
                            N_("Keep one table on the sheet, or export it as .csv and import it by its name."));
        SHI_TRY(shi_reading_make(&f->scratch, &f->context, head, t, &r));
        if (r.score >= 2) readings_add(all, &r);
    }
    return (shi_err){ 0 };
}

/* Do numbers stand in these rows, the last not included? Then they are no part of a header. */
static bool has_numbers(const finder *f, int32_t first, int32_t end)
{
    for (int32_t r = first; r < end; r++) {
        int64_t n;
        const shi_grid_cell *cell = shi_grid_row(f->grid, r, &n);
        for (int64_t i = 0; i < n; i++)
            if (cell[i].kind == SHI_GRID_NUMBER) return true;
    }
    return false;
}

/* The row alone, with one or two below, and with the one above. */
static shi_err read_rows(finder *f, int32_t row, int32_t left, int32_t right, bool whole, readings *all)
{
    static const int32_t SPAN[VARIANTS][2] = { { 0, 0 }, { 0, 1 }, { -1, 0 }, { 0, 2 } };
    *all = (readings){ .fits = 0 };
    for (int v = 0; v < VARIANTS; v++) {
        int32_t top = row + SPAN[v][0], bottom = row + SPAN[v][1], l = left, r = right;
        if (top < f->free_row || bottom >= f->grid->rows || has_numbers(f, top, row) || has_numbers(f, row + 1, bottom + 1)) continue;
        if (whole && !extent(f, top, bottom, &l, &r)) continue;
        SHI_TRY(read_span(f, top, bottom, l, r, all));
    }
    return (shi_err){ 0 };
}

/* Targets and reports may lie in one table, each with columns that say so. */
static bool go_together(const shi_reading *a, const shi_reading *b)
{
    return a->figures && b->figures && a->table != b->table && a->kind_named && b->kind_named && a->top == b->top && a->bottom == b->bottom;
}

/* ---- rows ---- */

static bool same_as_header(const finder *f, const shi_layout_table *t, int32_t row)
{
    int64_t n, k;
    const shi_grid_cell *cell = shi_grid_row(f->grid, row, &n), *head = shi_grid_row(f->grid, t->header_bottom, &k);
    if (n != k || n < 2) return false;
    for (int64_t i = 0; i < n; i++) {
        shi_str a = { cell[i].ptr, cell[i].len }, b = { head[i].ptr, head[i].len };
        if (cell[i].column != head[i].column || !shi_str_eq(a, b)) return false;
    }
    return true;
}

/* Among the first three cells of the row, before any number, a word for a total. */
static bool is_total(const finder *f, const shi_layout_table *t, int32_t row)
{
    int64_t n, seen = 0;
    const shi_grid_cell *cell = shi_grid_row(f->grid, row, &n);
    for (int64_t i = 0; i < n && seen < 3; i++) {
        shi_heading h;
        if (cell[i].column < t->left || cell[i].column > t->right) continue;
        if (cell[i].kind == SHI_GRID_NUMBER && seen > 0) break;
        seen++;
        if (cell[i].kind != SHI_GRID_NUMBER && shi_heading_is_total(plain_at(f, &cell[i], &h))) return true;
    }
    return false;
}

static int64_t cells_inside(const finder *f, const shi_layout_table *t, int32_t row, const shi_grid_cell **first)
{
    int64_t n, inside = 0;
    const shi_grid_cell *cell = shi_grid_row(f->grid, row, &n);
    *first = NULL;
    for (int64_t i = 0; i < n; i++) {
        if (cell[i].column < t->left || cell[i].column > t->right) continue;
        if (!*first) *first = &cell[i];
        inside++;
    }
    return inside;
}

/* One cell over the half of the table or more: a heading between rows, or a remark. */
static bool is_banner(const finder *f, const shi_layout_table *t, const shi_grid_cell *only)
{
    const shi_span *span = shi_grid_span(f->grid, only->row, only->column);
    return t->columns > 2 && span && 2 * (span->right - span->left + 1) >= t->columns;
}

/* Why the row is no data of the table; NULL: it is. */
static const char *why_left(const finder *f, const shi_layout_table *t, int32_t row, bool after_note)
{
    const shi_grid_cell *first;
    shi_heading h;
    int64_t n = cells_inside(f, t, row, &first);
    if (shi_grid_row_hidden(f->grid, row) && !f->options->with_hidden) return N_("hidden rows (--with-hidden takes them)");
    if (n == 0) return N_("cells beside the table");
    if (shi_heading_is_note(plain_at(f, first, &h)) && first->kind == SHI_GRID_TEXT) return N_("notes");
    if (after_note && n == 1) return N_("notes");
    if (is_total(f, t, row)) return N_("totals");
    if (same_as_header(f, t, row)) return N_("the header again");
    if (n == 1 && is_banner(f, t, first)) return N_("headings between the rows");
    return NULL;
}

/* ---- sums ---- */

typedef struct {
    int64_t all, group, subtotals, top;   /* thousandths */
    bool any, has_top, broken;
    int32_t top_row;
} sums;

static bool number_of(const shi_grid *grid, int32_t row, int32_t column, int64_t *out)
{
    static const shi_column DECIMAL = { "value", NULL, SHI_T_DECIMAL, false, NULL };
    char room[SHI_CELL_ROOM];
    shi_cell cell;
    const shi_grid_cell *c = shi_grid_at(grid, row, column);
    if (!c || c->fault || shi_cell_parse(&DECIMAL, shi_str_trim((shi_str){ c->ptr, c->len }), NULL, room, &cell).reason || cell.missing) return false;
    *out = cell.i;
    return true;
}

static void total_differs(finder *f, int32_t row, int32_t column, int64_t says, int64_t sum)
{
    if (f->out->totals < MOST_TOTALS) f->out->total[f->out->totals++] = (shi_layout_total){ row, column, says, sum };
}

static void sum_total(finder *f, sums *s, int32_t row, int32_t column, int64_t says)
{
    if (!s->any) {
        s->has_top = true;
        s->top = says;
        s->top_row = row;
    } else if (says != s->all && says != s->group && says != s->subtotals) {
        total_differs(f, row, column, says, s->all);
    }
    s->broken = s->broken || shi_add(s->subtotals, says, &s->subtotals);
    s->group = 0;
}

/* Compares the totals of a column with its rows: a total is the sum of all rows, of those since the last total, or of the totals before. */
static void sum_column(finder *f, const shi_layout_table *t, const int32_t *order, const uint8_t *total, int64_t n, int32_t column)
{
    sums s = { .all = 0 };
    int64_t x;
    for (int64_t i = 0; i < n && !s.broken; i++) {
        if (!number_of(f->grid, order[i], column, &x)) continue;
        if (total[i]) {
            sum_total(f, &s, order[i], column, x);
            continue;
        }
        s.any = true;
        s.broken = shi_add(s.all, x, &s.all) || shi_add(s.group, x, &s.group);
    }
    if (!s.broken && s.has_top && s.any && s.top != s.all && s.top != s.subtotals - s.top) total_differs(f, s.top_row, column, s.top, s.all);
    (void)t;
}

/* Do rows of towns and of villages stand in one table? Then a sum over all rows says nothing. */
static bool mixed_levels(const finder *f, const shi_layout_table *t)
{
    int32_t deepest = -1;
    int level = 0, named = 0;
    for (int64_t c = 0; c < t->columns; c++) {
        if (t->column[c].level && t->column[c].level != SHI_LEVEL_ANY) named++;
        if (t->column[c].level != SHI_LEVEL_ANY && t->column[c].level > level) level = t->column[c].level, deepest = t->column[c].at;
    }
    if (named < 2) return false;
    for (int64_t i = 0; i < t->rows; i++)
        if (shi_grid_text(f->grid, t->row[i], deepest).len == 0) return true;
    return false;
}

static void sum_check(finder *f, const shi_layout_table *t, const int32_t *order, const uint8_t *total, int64_t n)
{
    bool any = false;
    for (int64_t i = 0; i < n; i++) any = any || total[i];
    if (!any || mixed_levels(f, t)) return;
    for (int64_t c = 0; c < t->columns; c++) {
        int schema = t->column[c].schema;
        shi_type type = schema >= 0 ? t->table->column[schema].type : SHI_T_TEXT;
        if (!t->column[c].percent && (type == SHI_T_COUNT || type == SHI_T_DECIMAL || type == SHI_T_REPORTED))
            sum_column(f, t, order, total, n, t->column[c].at);
    }
}

/* ---- taking a table ---- */

/* Beside a row of data: what follows at once is for the reader of the rows to refuse, since a row may be shifted. */
static bool has_stray(const finder *f, const shi_layout_table *t, int32_t row)
{
    int64_t n;
    const shi_grid_cell *cell = shi_grid_row(f->grid, row, &n);
    return n > 0 && (cell[0].column < t->left || (cell[n - 1].column > t->right + 1 && !shi_grid_at(f->grid, row, t->right + 1)));
}

static shi_err take_rows(finder *f, shi_layout_table *t, int32_t end, bool say, bool alone)
{
    static const char TOTALS[] = "totals", NOTES[] = "notes";
    static const char *const BESIDE = N_("cells beside the table");
    int64_t most = end - t->header_bottom, n = 0;
    int32_t *order = most > 0 ? malloc((size_t)most * sizeof *order) : NULL;
    uint8_t *total = most > 0 ? malloc((size_t)most) : NULL;
    t->row = shi_new(f->keep, int32_t, most);
    t->last = t->header_bottom;
    bool after_note = false;
    shi_err e = most > 0 && (!order || !total || !t->row) ? shi_no_memory() : (shi_err){ 0 };
    for (int32_t r = t->header_bottom + 1; r < end && !e.code; r++) {
        int64_t cells;
        (void)shi_grid_row(f->grid, r, &cells);
        if (cells == 0) continue;
        const char *why = why_left(f, t, r, after_note);
        after_note = after_note || (why && !strcmp(why, NOTES));
        bool is = why && !strcmp(why, TOTALS);
        if (!why || is) t->last = r;
        if (!why || is) {
            order[n] = r;
            total[n++] = is;
        }
        if (!why) t->row[t->rows++] = r;
        if (!why && say && alone && has_stray(f, t, r)) e = left_add(f, r, r, BESIDE);
        if (why && say && (alone || strcmp(why, BESIDE))) e = left_add(f, r, r, why);
    }
    if (!e.code && say) sum_check(f, t, order, total, n);
    free(order);
    free(total);
    return e;
}

static void ask(shi_layout_table *t, const char *reason, const char *remedy, shi_str value, int32_t row, int32_t column)
{
    if (t->ask.reason) return;
    t->ask = (shi_layout_ask){ .reason = reason, .remedy = remedy, .row = row, .column = column };
    shi_str cut = shi_str_cut(value, 80);
    if (cut.len) memcpy(t->ask.value, cut.ptr, (size_t)cut.len);
}

static void ask_about(shi_layout_table *t, const shi_reading *r, const title *above)
{
    if (r->twice >= 0) {
        shi_str heading = { 0 };
        for (int64_t c = 0; c < r->columns; c++)
            if (r->column[c].at == r->twice) heading = r->column[c].heading;
        ask(t, N_("two headers mean the same column"), N_("Say which one with --map COLUMN=HEADER."), heading, r->bottom, r->twice);
    }
    if (r->no_period && above->periods > 1)
        ask(t, N_("several periods stand above the table"), N_("Say which one it is with --set period=2024-06."), shi_str_from(above->other), r->top,
            r->left);
    if (r->no_period && above->periods == 0)
        ask(t, N_("no period stands above the table or in it"), N_("Say which one it is with --set period=2024-06."), (shi_str){ 0 }, r->top,
            r->left);
    if (r->no_indicator && above->indicator < 0)
        ask(t, N_("no indicator is named above the table or in it"),
            N_("Say which one it is with --set indicator=INDICATOR, or import table indicators first."), (shi_str){ 0 }, r->top, r->left);
    bool unsaid = false;
    for (int64_t c = 0; c < r->columns; c++) {
        int schema = r->column[c].schema;
        shi_type type = schema >= 0 ? r->table->column[schema].type : SHI_T_TEXT;
        bool number = type == SHI_T_COUNT || type == SHI_T_DECIMAL || type == SHI_T_REPORTED;
        unsaid = unsaid || (number && !r->column[c].places && !r->column[c].percent);
    }
    if (above->places && unsaid)
        ask(t, N_("the title says that numbers are in 万, the headers do not say which"),
            N_("Write it into the header, such as 常住人口（万人）, or give the numbers in full."), (shi_str){ 0 }, above->places_row, above->places_column);
}

static shi_err take_reading(finder *f, const shi_reading *r, const title *above, shi_layout_table **out)
{
    if (f->out->tables == SHI_LAYOUT_TABLES)
        return shi_fail(SHI_INPUT, N_("the sheet holds more than 256 tables"), N_("Check that this is the right sheet."));
    shi_layout_table *t = &f->out->table[f->out->tables++];
    *t = (shi_layout_table){ .table = r->table, .header_top = r->top, .header_bottom = r->bottom, .left = r->left, .right = r->right,
                             .columns = r->columns, .indicator = r->no_indicator && above->indicator >= 0 ? above->indicator : -1 };
    t->column = shi_new(f->keep, shi_layout_column, r->columns);
    if (!t->column) return shi_no_memory();
    for (int64_t c = 0; c < r->columns; c++) {
        t->column[c] = r->column[c];
        if (r->column[c].heading.len) t->column[c].heading = shi_str_copy(f->keep, r->column[c].heading);
        if (r->column[c].period.ptr) t->column[c].period = shi_str_copy(f->keep, r->column[c].period);
        if (shi_grid_column_hidden(f->grid, r->column[c].at) && r->column[c].heading.len) f->out->hidden_columns++;
    }
    if (above->periods == 1) {
        char text[16];
        shi_period_write(&above->period, text);
        t->period = shi_str_copy(f->keep, shi_str_from(text));
    }
    ask_about(t, r, above);
    *out = t;
    return (shi_err){ 0 };
}

/* The readings that count, best first: one; targets and reports together; or the two between which the user has to choose. */
static int64_t choose(readings *all, const title *above, const shi_reading *chosen[2], bool *unclear)
{
    const shi_reading *best = &all->fit[0];
    *unclear = false;
    chosen[0] = best;
    for (int64_t i = 1; i < all->fits; i++) {
        const shi_reading *r = &all->fit[i];
        if (r->table == best->table) continue;
        if (go_together(best, r)) return chosen[1] = r, 2;
        if (r->score < best->score) break;
        if (best->figures && r->figures && (above->targets || above->reports)) {
            bool is_targets = !strcmp(best->table->name, "targets");
            if (above->targets != is_targets) chosen[0] = r;
            return 1;
        }
        chosen[1] = r;
        *unclear = true;
        return 1;
    }
    return 1;
}

/* What one of two tables takes is not outside the contract for the other. */
static void share_columns(shi_layout_table *a, shi_layout_table *b)
{
    for (int64_t c = 0; c < a->columns && c < b->columns; c++) {
        bool a_takes = a->column[c].schema >= 0 || a->column[c].level, b_takes = b->column[c].schema >= 0 || b->column[c].level;
        if (a_takes && !b_takes) b->column[c].heading = S("");
        if (b_takes && !a_takes) a->column[c].heading = S("");
    }
}

static shi_err take_readings(finder *f, readings *all)
{
    title above;
    const shi_reading *chosen[2];
    bool unclear;
    title_read(f, all->fit[0].top, &above);
    int64_t n = choose(all, &above, chosen, &unclear);
    if (above.rows) SHI_TRY(left_add(f, above.first, all->fit[0].top - 1, N_("titles")));
    for (int64_t i = 0; i < n; i++) {
        shi_layout_table *t = NULL;
        SHI_TRY(take_reading(f, chosen[i], &above, &t));
        if (!unclear || !t) continue;
        char both[64];
        shi_buf b = { 0 };
        shi_buf_format(&b, "%s, %s", chosen[0]->table->name, chosen[1]->table->name);
        shi_str text = shi_str_cut(shi_buf_str(&b), sizeof both);
        ask(t, N_("the table can be read in two ways"), N_("Name the table: shishu import TABLE FILE --sheet SHEET."), text, t->header_top, t->left);
        shi_buf_drop(&b);
    }
    if (n == 2) share_columns(&f->out->table[f->out->tables - 2], &f->out->table[f->out->tables - 1]);
    return (shi_err){ 0 };
}

/* Tables side by side: the header has a gap, and each part of it can be read alone. *taken: how many. */
static shi_err take_side_by_side(finder *f, int32_t row, int64_t *taken)
{
    int32_t left, right, from;
    *taken = 0;
    if (!extent(f, row, row, &left, &right)) return (shi_err){ 0 };
    for (int pass = 0; pass < 2; pass++) {
        int64_t parts = 0, good = 0;
        from = left;
        for (int32_t c = left; c <= right + 1; c++) {
            bool gap = c == right + 1 || (!shi_grid_at(f->grid, row, c) && !shi_grid_span(f->grid, row, c));
            if (!gap) continue;
            if (c > from) {
                readings all;
                parts++;
                SHI_TRY(read_rows(f, row, from, c - 1, false, &all));
                good += all.fits > 0;
                if (pass == 1) SHI_TRY(take_readings(f, &all));
            }
            from = c + 1;
        }
        if (parts < 2 || good < parts) return (shi_err){ 0 };
        *taken = pass == 1 ? parts : 0;
    }
    return (shi_err){ 0 };
}

/* Looks for a header at the row; *bottom is its last row when tables were taken from it. */
static shi_err try_row(finder *f, int32_t row, int32_t *bottom)
{
    readings all;
    int64_t taken;
    *bottom = -1;
    const shi_arena mark = f->scratch;
    int64_t before = f->out->tables;
    SHI_TRY(take_side_by_side(f, row, &taken));
    if (taken == 0) {
        SHI_TRY(read_rows(f, row, 0, 0, true, &all));
        if (all.fits > 0) SHI_TRY(take_readings(f, &all));
        else if (all.has_nearest && !f->out->nearest) {
            f->out->nearest = all.nearest.table->name;
            f->out->lacks = all.nearest.table->column[all.nearest.missing].name;
            f->out->nearest_row = all.nearest.bottom;
        }
    }
    for (int64_t i = before; i < f->out->tables; i++)
        if (f->out->table[i].header_bottom > *bottom) *bottom = f->out->table[i].header_bottom;
    f->scratch = mark;
    return (shi_err){ 0 };
}

/* The first row that is no longer the table's: its title rows belong to the next header. */
static int32_t region_end(const finder *f, int64_t table, int64_t next)
{
    if (next >= f->out->tables) return (int32_t)f->grid->rows;
    finder at = *f;
    title above;
    at.free_row = f->out->table[table].header_bottom + 1;
    title_read(&at, f->out->table[next].header_top, &above);
    return above.first;
}

static shi_err find_headers(finder *f)
{
    for (int32_t r = 0; r < f->grid->rows; r++) {
        int32_t bottom;
        if (shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
        bool again = f->out->tables > 0 && same_as_header(f, &f->out->table[f->out->tables - 1], r);
        if (again || (shi_grid_row_hidden(f->grid, r) && !f->options->with_hidden) || !looks_like_header(f, r)) continue;
        SHI_TRY(try_row(f, r, &bottom));
        if (bottom < 0) continue;
        r = bottom;
        f->free_row = bottom + 1;
    }
    return (shi_err){ 0 };
}

shi_err shi_layout_find(shi_arena *keep, const shi_grid *grid, const shi_names *names, const shi_layout_options *options, shi_layout *out)
{
    finder f = { .keep = keep, .grid = grid, .names = names, .options = options, .out = out };
    *out = (shi_layout){ .table = shi_new(keep, shi_layout_table, SHI_LAYOUT_TABLES), .left = shi_new(keep, shi_layout_left, MOST_LEFT),
                         .total = shi_new(keep, shi_layout_total, MOST_TOTALS) };
    if (!out->table || !out->left || !out->total) return shi_no_memory();
    SHI_TRY(shi_words_open(keep, &f.words));
    SHI_TRY(shi_arena_open((int64_t)1 << 28, &f.scratch));
    f.context = (shi_reading_context){ grid, names, &f.words, options, false };
    shi_err e = find_headers(&f);
    /* tables of one header share rows: what is left out is said once */
    for (int64_t i = 0; i < out->tables && !e.code;) {
        int64_t next = i;
        while (next < out->tables && out->table[next].header_bottom == out->table[i].header_bottom) next++;
        int32_t end = region_end(&f, i, next);
        bool beside = next > i + 1 && out->table[next - 1].left > out->table[i].right;
        for (int64_t k = i; k < next && !e.code; k++) e = take_rows(&f, &out->table[k], end, k == i || beside, !beside);
        i = next;
    }
    shi_arena_drop(&f.scratch);
    return e;
}
