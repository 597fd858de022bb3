/* A column is read by the words above it. A register or a log has a column for each column of the contract; figures (targets, reports) may
 * also lie as a matrix, and then the words above a column name an indicator, a unit, a period, or whether targets or reports stand below:
 * "月活", "柳湾村", "2024年6月", "任务数", also together, "6月月活任务数" in one cell or in several. */
#include "table/columns.h"

#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

static int by_entry(const void *a, const void *b)
{
    const shi_word_entry *x = a, *y = b;
    int order = shi_str_cmp(x->text, y->text);
    if (order) return order;
    return x->table != y->table ? (x->table < y->table ? -1 : 1) : x->column - y->column;
}

static shi_err words_add(shi_arena *keep, shi_word_index *out, int64_t most, const char *aliases, shi_word_entry entry)
{
    shi_str all = shi_str_from(aliases);
    for (int64_t from = 0; all.ptr && from <= all.len;) {
        int64_t to = shi_str_find(all, '|', from);
        if (to < 0) to = all.len;
        shi_heading h;
        shi_heading_plain(shi_str_sub(all, from, to), &h);
        entry.text = shi_str_copy(keep, shi_heading_text(&h));
        if (!entry.text.ptr || out->len == most) return shi_no_memory();
        out->ptr[out->len++] = entry;
        from = to + 1;
    }
    return (shi_err){ 0 };
}

shi_err shi_words_open(shi_arena *keep, shi_word_index *out)
{
    enum { MOST = 2048 };
    shi_word_index index = { shi_new(keep, shi_word_entry, MOST), 0 };
    if (!index.ptr) return shi_no_memory();
    for (int t = 0; shi_table_at(t); t++)
        for (int c = 0; c < shi_table_at(t)->columns; c++) {
            const shi_column *column = &shi_table_at(t)->column[c];
            SHI_TRY(words_add(keep, &index, MOST, column->name, (shi_word_entry){ .table = t, .column = c }));
            SHI_TRY(words_add(keep, &index, MOST, column->aliases, (shi_word_entry){ .table = t, .column = c }));
        }
    const shi_unit_heading *unit;
    for (int64_t i = 0; (unit = shi_unit_heading_at(i)); i++)
        SHI_TRY(words_add(keep, &index, MOST, unit->aliases, (shi_word_entry){ .table = -1, .column = -1,
                .level = unit->level ? shi_level_of(shi_str_from(unit->level)) : SHI_LEVEL_ANY }));
    SHI_TRY(words_add(keep, &index, MOST, SHI_INDICATOR_HEADINGS, (shi_word_entry){ .table = -1, .column = -1, .indicator = true }));
    qsort(index.ptr, (size_t)index.len, sizeof *index.ptr, by_entry);
    *out = index;
    return (shi_err){ 0 };
}

const shi_word_entry *shi_words_find(const shi_word_index *words, shi_str plain, int64_t *n)
{
    int64_t low = 0, high = words->len;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (shi_str_cmp(words->ptr[mid].text, plain) < 0) low = mid + 1;
        else high = mid;
    }
    for (*n = 0; low + *n < words->len && shi_str_eq(words->ptr[low + *n].text, plain);) ++*n;
    return words->ptr + low;
}

static int word_column(const shi_word_index *words, shi_str plain, int table)
{
    int64_t n;
    const shi_word_entry *e = plain.len ? shi_words_find(words, plain, &n) : NULL;
    for (int64_t i = 0; e && i < n; i++)
        if (e[i].table == table) return e[i].column;
    return -1;
}

static const shi_word_entry *word_name(const shi_word_index *words, shi_str plain)
{
    int64_t n;
    const shi_word_entry *e = plain.len ? shi_words_find(words, plain, &n) : NULL;
    for (int64_t i = 0; e && i < n; i++)
        if (e[i].table < 0) return &e[i];
    return NULL;
}

static int table_number(const char *name)
{
    for (int t = 0; shi_table_at(t); t++)
        if (!strcmp(shi_table_at(t)->name, name)) return t;
    return -1;
}

/* ---- the header above a column ---- */

/* What a cell of the header shows: its text, or that of the merged range that covers it. */
static shi_str shown(const shi_grid *grid, int64_t row, int64_t column, bool *merged)
{
    shi_str text = shi_grid_text(grid, row, column);
    const shi_span *span = text.len ? NULL : shi_grid_span(grid, row, column);
    *merged = span != NULL;
    return span ? shi_grid_text(grid, span->top, span->left) : text;
}

shi_err shi_heads_read(shi_arena *keep, const shi_grid *grid, int32_t top, int32_t bottom, int32_t left, int32_t right, shi_head **out)
{
    int64_t columns = right - left + 1;
    shi_head *head = shi_new(keep, shi_head, columns);
    if (!head) return shi_no_memory();
    for (int32_t r = top; r <= bottom; r++) {
        shi_str carried = { 0 };
        for (int64_t c = 0; c < columns; c++) {
            bool merged;
            shi_head *h = &head[c];
            shi_str text = shown(grid, r, left + c, &merged);
            /* a file without merged ranges leaves the cells after the first empty; the row below tells that they belong to it */
            bool under = r < bottom && shi_grid_at(grid, r + 1, left + c);
            if (text.len) carried = under ? text : (shi_str){ 0 };
            else if (!merged && under && carried.len && grid->spans == 0) text = carried;
            else if (!under) carried = (shi_str){ 0 };
            if (text.len == 0 || (h->n && shi_str_eq(h->raw[h->n - 1], text))) continue;
            h->raw[h->n] = text;
            shi_heading_plain(text, &h->plain[h->n]);
            h->n++;
        }
    }
    *out = head;
    return (shi_err){ 0 };
}

static shi_str joined_raw(shi_arena *keep, const shi_head *h)
{
    if (h->n == 0) return S("");
    if (h->n == 1) return h->raw[0];
    shi_buf b = { 0 };
    for (int i = 0; i < h->n; i++) {
        if (i) shi_buf_addc(&b, ' ');
        shi_buf_add(&b, shi_str_cut(h->raw[i], 200));
    }
    shi_str copy = shi_str_copy(keep, shi_buf_str(&b));
    shi_buf_drop(&b);
    return copy;
}

/* The plain texts by which a column may be known: its lowest row, and for two rows both together, either way round (人口 over 常住). */
static int names_of(const shi_head *h, shi_heading room[3])
{
    if (h->n == 0) return 0;
    room[0] = h->plain[h->n - 1];
    if (h->n < 2) return 1;
    for (int way = 0; way < 2; way++) {
        const shi_heading *a = &h->plain[way ? h->n - 1 : h->n - 2], *b = &h->plain[way ? h->n - 2 : h->n - 1];
        shi_heading *to = &room[1 + way];
        *to = *a;
        int64_t fits = b->len < SHI_HEADING - to->len ? b->len : 0;
        memcpy(to->room + to->len, b->room, (size_t)fits);
        to->len += fits;
    }
    return 3;
}

/* ---- figures ---- */

/* What the words above a column of figures say. */
typedef struct {
    bool targets, reports, any;
    int64_t indicator, unit;
    shi_period period;
    bool has_period;
} tags;

static shi_str without(shi_str s, int64_t from, int64_t to, char room[SHI_HEADING])
{
    int64_t n = 0;
    for (int64_t i = 0; i < s.len && n < SHI_HEADING; i++)
        if (i < from || i >= to) room[n++] = s.ptr[i];
    return (shi_str){ room, n };
}

static bool kind_at_end(const shi_reading_context *x, shi_str *s, tags *t)
{
    const char *const TABLE[] = { "targets", "reports" };
    int best = -1;
    int64_t longest = 0;
    for (int k = 0; k < 2; k++) {
        int table = table_number(TABLE[k]), value = shi_table_column(shi_table_at(table), S("value"));
        for (int64_t i = 0; i < x->words->len; i++) {
            const shi_word_entry *e = &x->words->ptr[i];
            if (e->table != table || e->column != value || e->text.len <= longest || !shi_str_ends(*s, e->text)) continue;
            if (shi_str_eq(e->text, S("value"))) continue;   /* says nothing of which */
            longest = e->text.len;
            best = k;
        }
    }
    if (best < 0) return false;
    if (best == 0) t->targets = true;
    else t->reports = true;
    *s = shi_str_sub(*s, 0, s->len - longest);
    return true;
}

/* Reads one text; false when there is a word in it that names none of these. */
static bool tag_text(const shi_reading_context *x, shi_str s, tags *t)
{
    char room[SHI_HEADING];
    shi_period found[2];
    int64_t from = 0, to = 0, hit[2];
    int periods = shi_heading_periods(s, found, &from, &to);
    if (periods > 1) return false;
    if (periods == 1) {
        t->period = found[0];
        t->has_period = true;
        s = without(s, from, to, room);
    }
    if (s.len == 0) return true;
    int64_t indicator = shi_names_indicator(x->names, s, hit);
    if (indicator < 0 && kind_at_end(x, &s, t)) {
        if (s.len == 0) return true;
        indicator = shi_names_indicator(x->names, s, hit);
    }
    if (indicator >= 0) {
        t->indicator = indicator;
        return t->any = true;
    }
    int64_t unit = shi_names_code(x->names, s), many = unit >= 0 ? 1 : shi_names_find(x->names, s, t->unit, SHI_LEVEL_ANY, hit);
    if (many != 1) return false;
    t->unit = unit >= 0 ? unit : hit[0];
    return t->any = true;
}

/* Is this a column of figures of this table? */
static bool figures(const shi_reading_context *x, const shi_head *h, const shi_table *table, tags *t)
{
    *t = (tags){ .indicator = -1, .unit = -1 };
    for (int i = 0; i < h->n; i++)
        if (h->plain[i].len == 0 || !tag_text(x, shi_heading_text(&h->plain[i]), t)) return false;
    bool targets = !strcmp(table->name, "targets");
    if (targets ? t->reports && !t->targets : t->targets && !t->reports) return false;
    return h->n > 0 && (t->any || t->has_period || t->targets || t->reports);
}

/* ---- one table ---- */

/* The column that a --map names for this header; -1: none. */
static int mapped(const shi_header_options *o, const shi_table *table, const shi_head *h, shi_str heading)
{
    for (int64_t i = 0; i < o->n_maps; i++) {
        int64_t eq = shi_str_find(o->maps[i], '=', 0), colon = shi_str_find(o->maps[i], ':', 0);
        if (eq < 0 || (colon >= 0 && colon < eq)) continue;
        int c = shi_table_header(table, shi_str_trim(shi_str_sub(o->maps[i], 0, eq)));
        shi_str sought = shi_str_trim(shi_str_sub(o->maps[i], eq + 1, o->maps[i].len));
        if (c < 0 || sought.len == 0) continue;
        if (shi_str_eq(sought, heading)) return c;
        for (int k = 0; k < h->n; k++)
            if (shi_str_eq(sought, h->raw[k])) return c;
    }
    return -1;
}

static bool is_set(const shi_header_options *o, const shi_table *table, int c)
{
    for (int64_t i = 0; i < o->n_sets; i++) {
        int64_t eq = shi_str_find(o->sets[i], '=', 0);
        if (eq > 0 && shi_table_header(table, shi_str_trim(shi_str_sub(o->sets[i], 0, eq))) == c) return true;
    }
    return false;
}

static bool takes_unit_names(const shi_table *table)
{
    return shi_table_of_figures(table) || !strcmp(table->name, "units") || !strcmp(table->name, "accounts");
}

static shi_layout_column column_read(shi_arena *keep, const shi_reading_context *x, const shi_head *h, int number, int32_t at, shi_reading *r)
{
    const shi_table *table = r->table;
    shi_layout_column col = { .at = at, .heading = joined_raw(keep, h), .schema = -1, .indicator = -1, .unit = -1 };
    shi_heading name[3];
    tags t;
    int n = names_of(h, name);
    for (int i = 0; i < h->n; i++) {
        if (h->plain[i].places) col.places = h->plain[i].places;
        if (h->plain[i].percent) col.percent = true;
    }
    int value = shi_table_column(table, S("value"));
    col.schema = mapped(&x->options->header, table, h, col.heading);
    for (int i = 0; i < n && col.schema < 0; i++) col.schema = word_column(x->words, shi_heading_text(&name[i]), number);
    if (col.schema >= 0 && is_set(&x->options->header, table, col.schema)) return col.schema = -1, col;   /* one value for all rows */
    if (shi_table_of_figures(table) && (col.schema < 0 || col.schema == value) && figures(x, h, table, &t)) {
        col.schema = value;
        col.indicator = t.indicator;
        col.unit = t.unit;
        if (t.has_period) {
            char text[16];
            shi_period_write(&t.period, text);
            col.period = shi_str_copy(keep, shi_str_from(text));
        }
        r->kind_named = r->kind_named || t.targets || t.reports;
    }
    col.value = shi_table_of_figures(table) && col.schema == value;
    for (int i = 0; i < n && col.schema < 0; i++) {
        const shi_word_entry *e = word_name(x->words, shi_heading_text(&name[i]));
        if (e && e->level && takes_unit_names(table)) col.level = e->level;
        if (e && e->indicator && shi_table_of_figures(table)) col.schema = shi_table_column(table, S("indicator"));
        if (e) break;
    }
    return col;
}

/* The first of two columns that mean the same; figures may stand in many (of more than 256 the check of keys finds a repetition). */
static int32_t doubled(const shi_reading *r)
{
    enum { MOST_VALUES = 256 };
    int64_t values[MOST_VALUES], n = 0;
    bool seen[SHI_MAX_TABLE_COLUMNS] = { false };
    for (int64_t i = 0; i < r->columns; i++) {
        const shi_layout_column *b = &r->column[i];
        if (b->schema < 0) continue;
        if (!b->value && seen[b->schema]) return b->at;
        seen[b->schema] = true;
        if (!b->value || n == MOST_VALUES) continue;
        for (int64_t k = 0; k < n; k++) {
            const shi_layout_column *a = &r->column[values[k]];
            if (a->indicator == b->indicator && a->unit == b->unit && shi_str_eq(a->period, b->period)) return b->at;
        }
        values[n++] = i;
    }
    return -1;
}

static bool known(const shi_reading_context *x, const shi_reading *r, const char *name)
{
    int c = shi_table_column(r->table, shi_str_from(name));
    bool every = r->figures;
    for (int64_t i = 0; i < r->columns; i++) {
        const shi_layout_column *col = &r->column[i];
        if (col->schema == c) return true;
        if (!strcmp(name, "unit_code") && col->level) return true;
        if (!col->value) continue;
        bool says = !strcmp(name, "indicator") ? col->indicator >= 0 : !strcmp(name, "unit_code") ? col->unit >= 0
            : !strcmp(name, "period") && col->period.ptr;
        every = every && says;
    }
    return every || is_set(&x->options->header, r->table, c);
}

static void settle_figures(const shi_reading_context *x, shi_reading *r)
{
    bool matrix = false;
    for (int64_t i = 0; i < r->columns; i++) {
        const shi_layout_column *col = &r->column[i];
        r->figures = r->figures || col->value;
        matrix = matrix || (col->value && (col->indicator >= 0 || col->unit >= 0));
    }
    r->no_indicator = !known(x, r, "indicator");
    r->no_period = !known(x, r, "period");
    /* a period alone above a column does not say that figures stand below, nor does the word "value" */
    bool plain = r->kind_named || matrix || x->titled || x->options->only == r->table;
    if (!r->figures || (!plain && (r->no_indicator || r->no_period))) r->missing = shi_table_column(r->table, S("value"));
    else if (!known(x, r, "unit_code")) r->missing = shi_table_column(r->table, S("unit_code"));
}

/* Units by name: 乡镇 and 村 give name, level and parent; a code that is missing is looked up in the workspace. */
static void settle_units(const shi_reading_context *x, shi_reading *r)
{
    bool named = false, levelled = false;
    for (int64_t i = 0; i < r->columns; i++) {
        named = named || r->column[i].level > 0;
        levelled = levelled || (r->column[i].level > 0 && r->column[i].level != SHI_LEVEL_ANY);
    }
    for (int c = 0; c < r->table->columns && r->missing < 0; c++) {
        if (!r->table->column[c].required || known(x, r, r->table->column[c].name)) continue;
        shi_str name = shi_str_from(r->table->column[c].name);
        bool derived = (shi_str_eq(name, S("name")) && named) || (shi_str_eq(name, S("level")) && levelled);
        if (!derived) r->missing = c;
    }
}

shi_err shi_reading_make(shi_arena *keep, const shi_reading_context *x, const shi_head *head, int number, shi_reading *out)
{
    shi_reading *r = out;
    r->table = shi_table_at(number);
    r->columns = r->right - r->left + 1;
    r->column = shi_new(keep, shi_layout_column, r->columns);
    if (!r->column) return shi_no_memory();
    r->missing = r->twice = -1;
    r->score = 0;
    r->kind_named = r->figures = r->no_period = r->no_indicator = false;
    bool by_map[SHI_MAX_TABLE_COLUMNS] = { false };
    for (int64_t c = 0; c < r->columns && x->options->header.n_maps; c++) {
        int at = mapped(&x->options->header, r->table, &head[c], joined_raw(keep, &head[c]));
        if (at >= 0) by_map[at] = true;
    }
    for (int64_t c = 0; c < r->columns; c++) {
        r->column[c] = column_read(keep, x, &head[c], number, r->left + (int32_t)c, r);
        shi_layout_column *col = &r->column[c];
        if (col->schema >= 0 && by_map[col->schema] && mapped(&x->options->header, r->table, &head[c], col->heading) != col->schema)
            col->schema = -1, col->value = false;   /* another column was named for it */
        r->score += r->column[c].schema >= 0 || r->column[c].level > 0;
    }
    r->twice = doubled(r);
    if (shi_table_of_figures(r->table)) {
        settle_figures(x, r);
    } else if (!strcmp(r->table->name, "units")) {
        settle_units(x, r);
    } else {
        for (int c = 0; c < r->table->columns && r->missing < 0; c++) {
            const shi_column *column = &r->table->column[c];
            if (column->required && column->type != SHI_T_APP && !known(x, r, column->name)) r->missing = c;
        }
    }
    return (shi_err){ 0 };
}
