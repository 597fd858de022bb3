/* A record is a row, or in a matrix a cell: (row, column of figures). The name of a unit is looked for inside the unit that stands to its left,
 * level by level; a parent that is merged, or written only in its first row, holds for the rows below. Two units of one name, or none, are a
 * fault of the record that says which. */
#include "table/picked.h"

#include "table/cell.h"

#include <string.h>

enum { MOST_PICKED = SHI_LAYOUT_WIDTH + 8 };

/* Where a column takes its text from. */
typedef enum { FROM_CELL, FROM_VALUE, FROM_UNIT, FROM_INDICATOR, FROM_PERIOD, FROM_NAME, FROM_LEVEL, FROM_PARENT } origin;

typedef struct {
    int32_t row, column;        /* of the sheet; column: that of the figure, -1 for a whole row */
    int32_t value;              /* number of the column in the layout, -1 */
} record;

/* The unit that a row names. */
typedef struct {
    int64_t unit, parent;       /* numbers in the names; -1 */
    shi_str name;
    int level;
    int32_t at;                 /* column of the sheet where the name stands; -1: the row names none */
    const char *reason, *remedy;
    char value[200];
} row_unit;

struct shi_picked {
    const shi_grid *grid;
    const shi_layout_table *table;
    const shi_names *names;
    shi_str heading[MOST_PICKED];
    int schema[MOST_PICKED];
    origin from[MOST_PICKED];
    int32_t at[MOST_PICKED];    /* FROM_CELL: column of the sheet */
    int scale[MOST_PICKED];     /* places of 万; -1: percent */
    int64_t columns;
    int level_at[SHI_LEVELS + 2];   /* column of the layout that holds names of this level, -1 */
    int deepest;
    int64_t code_column;        /* the column whose cells hold the code of the unit, -1 */
    record *record;
    int64_t records, next, blank_rows;
    shi_str above[SHI_LEVELS + 1];  /* names of parents in the row before */
    int32_t unit_row;           /* the row that `now` was made for; -1 */
    row_unit now;
};

/* ---- columns ---- */

static void add(shi_picked *p, shi_str heading, int schema, origin from, int32_t at, int scale)
{
    int64_t c = p->columns++;
    p->heading[c] = heading;
    p->schema[c] = schema;
    p->from[c] = from;
    p->at[c] = at;
    p->scale[c] = scale;
}

static bool has_schema(const shi_picked *p, int schema)
{
    for (int64_t c = 0; c < p->columns; c++)
        if (p->schema[c] == schema) return true;
    return false;
}

static void add_missing(shi_picked *p, const char *name, origin from)
{
    int c = shi_table_column(p->table->table, shi_str_from(name));
    int level = p->deepest ? p->deepest : SHI_LEVEL_ANY;
    bool by_name = (from == FROM_UNIT || from == FROM_NAME) && p->level_at[level] >= 0;   /* errors name the header that stands on the sheet */
    shi_str heading = by_name ? p->table->column[p->level_at[level]].heading : shi_str_from(name);
    if (c >= 0 && !has_schema(p, c)) add(p, heading, c, from, -1, 0);
}

static void columns_make(shi_picked *p)
{
    const shi_layout_table *t = p->table;
    bool value = false, named = false, units = !strcmp(t->table->name, "units");
    for (int l = 0; l <= SHI_LEVEL_ANY; l++) p->level_at[l] = -1;
    for (int64_t c = 0; c < t->columns; c++) {
        const shi_layout_column *col = &t->column[c];
        if (col->level && p->level_at[col->level] < 0) p->level_at[col->level] = (int)c;
        named = named || col->level > 0;
        if (col->level || (col->value && value)) continue;
        int scale = col->percent ? -1 : col->places;
        add(p, col->heading, col->schema, col->value ? FROM_VALUE : FROM_CELL, col->at, scale);
        value = value || col->value;
    }
    for (int l = 1; l <= SHI_LEVELS; l++)
        if (p->level_at[l] >= 0) p->deepest = l;
    p->code_column = -1;
    for (int64_t c = 0; c < p->columns; c++)
        if (p->schema[c] >= 0 && !strcmp(t->table->column[p->schema[c]].name, "unit_code")) p->code_column = c;
    bool across_units = false, across_indicators = false, across_periods = false;
    for (int64_t c = 0; c < t->columns; c++) {
        across_units = across_units || (t->column[c].value && t->column[c].unit >= 0);
        across_indicators = across_indicators || (t->column[c].value && t->column[c].indicator >= 0);
        across_periods = across_periods || (t->column[c].value && t->column[c].period.ptr);
    }
    if (named || across_units) add_missing(p, "unit_code", FROM_UNIT);
    if (units && named) {
        add_missing(p, "name", FROM_NAME);
        if (p->deepest) add_missing(p, "level", FROM_LEVEL);
        if (p->deepest) add_missing(p, "parent_code", FROM_PARENT);
    }
    if (value && (across_indicators || t->indicator >= 0)) add_missing(p, "indicator", FROM_INDICATOR);
    if (value && (across_periods || t->period.ptr)) add_missing(p, "period", FROM_PERIOD);
}

/* ---- records ---- */

static bool is_matrix(const shi_layout_table *t)
{
    int64_t values = 0;
    bool says = false;
    for (int64_t c = 0; c < t->columns; c++) {
        const shi_layout_column *col = &t->column[c];
        values += col->value;
        says = says || (col->value && (col->indicator >= 0 || col->unit >= 0 || col->period.ptr));
    }
    return values > 1 || says;
}

/* A dash in a matrix says that there is no figure, as an empty cell does. */
static bool says_something(const shi_grid *grid, int32_t row, int32_t column)
{
    const shi_grid_cell *c = shi_grid_at(grid, row, column);
    return c && (c->fault || !shi_cell_says_nothing((shi_str){ c->ptr, c->len }));
}

static shi_err records_make(shi_picked *p, shi_arena *keep)
{
    const shi_layout_table *t = p->table;
    bool matrix = is_matrix(t);
    int64_t values = 0, value = -1, n = 0;
    for (int64_t c = 0; c < t->columns; c++)
        if (t->column[c].value) values++, value = c;
    p->record = shi_new(keep, record, t->rows * (matrix ? values : 1));
    if (!p->record) return shi_no_memory();
    for (int64_t i = 0; i < t->rows; i++) {
        if (!matrix) {
            p->record[n++] = (record){ t->row[i], value >= 0 ? t->column[value].at : -1, (int32_t)value };
            continue;
        }
        int64_t before = n;
        for (int64_t c = 0; c < t->columns; c++)
            if (t->column[c].value && says_something(p->grid, t->row[i], t->column[c].at))
                p->record[n++] = (record){ t->row[i], t->column[c].at, (int32_t)c };
        p->blank_rows += n == before;
    }
    p->records = n;
    return (shi_err){ 0 };
}

/* ---- units by name ---- */

/* What stands in the column in this row: its cell, or that of the merged range. */
static shi_str cell_or_span(const shi_grid *grid, int32_t row, int32_t column)
{
    shi_str text = shi_grid_text(grid, row, column);
    const shi_span *span = text.len || grid->spans == 0 ? NULL : shi_grid_span(grid, row, column);
    return span && span->left == column ? shi_grid_text(grid, span->top, span->left) : text;
}

static void say_two(row_unit *u, const shi_names *names, shi_str name, const int64_t hit[2])
{
    shi_buf b = { 0 };
    shi_buf_add(&b, name);
    for (int i = 0; i < 2; i++) {
        const shi_known_unit *k = &names->unit[hit[i]];
        shi_buf_format(&b, "%s %.*s", i ? "," : ":", (int)k->code.len, k->code.ptr);
        if (k->up >= 0) shi_buf_format(&b, " (%.*s)", (int)names->unit[k->up].name.len, names->unit[k->up].name.ptr);
    }
    shi_str text = shi_str_cut(shi_buf_str(&b), 190);
    if (text.len) memcpy(u->value, text.ptr, (size_t)text.len);
    u->value[text.len] = 0;
    shi_buf_drop(&b);
    u->reason = N_("two units have this name");
    u->remedy = N_("Add a column with the code (区划代码), or one with the name of the parent (乡镇) on the left.");
}

/* The name with runs of seven or more digits out: in a sheet whose columns are shifted a phone may stand there. */
static void add_masked(shi_buf *b, shi_str name)
{
    for (int64_t i = 0, run; i < name.len; i += run ? run : 1) {
        for (run = 0; i + run < name.len && name.ptr[i + run] >= '0' && name.ptr[i + run] <= '9';) run++;
        if (run >= 7) shi_buf_puts(b, "***");
        else shi_buf_add(b, shi_str_sub(name, i, i + (run ? run : 1)));
    }
}

static void say_none(row_unit *u, shi_str name, shi_str parent)
{
    shi_buf b = { 0 };
    shi_heading plain;
    shi_heading_name(name, &plain);   /* full-width digits are digits */
    if (parent.len) shi_buf_format(&b, "%.*s / ", (int)parent.len, parent.ptr);
    add_masked(&b, shi_heading_text(&plain));
    shi_str text = shi_str_cut(shi_buf_str(&b), 190);
    if (text.len) memcpy(u->value, text.ptr, (size_t)text.len);
    u->value[text.len] = 0;
    shi_buf_drop(&b);
    u->reason = N_("there is no unit of this name");
    u->remedy = N_("Import table units first, correct the name, or add a column with the code (区划代码).");
}

/* Finds the unit below `top`; notes a fault when there is none or more than one. */
static int64_t unit_named(const shi_picked *p, row_unit *u, shi_str name, int64_t top, int level)
{
    int64_t hit[2], code = shi_names_code(p->names, name);
    if (code >= 0) return code;
    int64_t n = shi_names_find(p->names, name, top, level, hit);
    if (n == 1) return hit[0];
    if (u->reason) return -1;
    if (n == 0) say_none(u, name, top >= 0 ? p->names->unit[top].name : (shi_str){ 0 });
    else say_two(u, p->names, name, hit);
    return -1;
}

/* The names in the row, from the left; parents that are not written hold from the row above. */
static void unit_of_row(shi_picked *p, int32_t row, bool register_of_units)
{
    row_unit *u = &p->now;
    *u = (row_unit){ .unit = -1, .parent = -1, .at = -1 };
    p->unit_row = row;
    shi_str text[SHI_LEVELS + 2] = { { NULL, 0 } };
    int last = 0;
    for (int l = 1; l <= SHI_LEVEL_ANY; l++) {
        if (p->level_at[l] < 0) continue;
        int32_t at = p->table->column[p->level_at[l]].at;
        text[l] = cell_or_span(p->grid, row, at);
        if (text[l].len == 0) continue;
        last = l;
        u->at = at;
    }
    if (last == 0) return;
    for (int l = 1; l <= SHI_LEVELS; l++) {
        if (text[l].len) {
            if (!shi_str_eq(p->above[l], text[l]))
                for (int k = l + 1; k <= SHI_LEVELS; k++) p->above[k] = (shi_str){ 0 };   /* another town: its villages begin anew */
            p->above[l] = text[l];
        } else if (l < last && p->level_at[l] >= 0) {
            text[l] = p->above[l];
        }
    }
    u->name = text[last];
    u->level = last == SHI_LEVEL_ANY ? 0 : last;
    int64_t top = -1;
    for (int l = 1; l < last && l <= SHI_LEVELS && !u->reason; l++)
        if (text[l].len) top = unit_named(p, u, text[l], top, l);
    u->parent = top;
    if (u->reason) return;
    if (!register_of_units || p->code_column < 0) u->unit = unit_named(p, u, text[last], top, last);
    if (register_of_units && u->parent < 0 && u->unit >= 0) u->parent = p->names->unit[u->unit].up;
}

/* ---- texts ---- */

static shi_str with_tail(shi_page *page, shi_str text, const char *tail)
{
    char room[80];
    shi_str end = shi_str_from(tail);
    if (text.len == 0 || text.len > 64 || text.ptr[text.len - 1] < '0' || text.ptr[text.len - 1] > '9') return text;
    memcpy(room, text.ptr, (size_t)text.len);
    memcpy(room + text.len, end.ptr, (size_t)end.len);
    return shi_page_keep(page, (shi_str){ room, text.len + end.len });
}

/* A month that the spreadsheet made a date of: 2024-06 became its first day. */
static bool month_date(shi_str s)
{
    return s.len == 10 && s.ptr[4] == '-' && s.ptr[7] == '-' && s.ptr[8] == '0' && s.ptr[9] == '1';
}

static bool is_number(const shi_picked *p, int64_t c)
{
    shi_type type = p->schema[c] >= 0 ? p->table->table->column[p->schema[c]].type : SHI_T_TEXT;
    return type == SHI_T_COUNT || type == SHI_T_DECIMAL || type == SHI_T_REPORTED || type == SHI_T_SHARE || type == SHI_T_PRICE ||
           type == SHI_T_REAL;
}

static bool key_type(shi_type type)
{
    return type == SHI_T_CODE || type == SHI_T_APP || type == SHI_T_ACCOUNT || type == SHI_T_DEVICE || type == SHI_T_PHONE;
}

static void put_cell(const shi_picked *p, shi_page *page, int64_t r, int64_t c, int32_t row, int32_t column, int scale)
{
    const shi_grid_cell *cell = shi_grid_at(p->grid, row, column);
    if (!cell) {
        const shi_span *span = p->grid->spans && p->schema[c] >= 0 ? shi_grid_span(p->grid, row, column) : NULL;
        bool down = span && span->left == column && span->right == column && span->top < row;   /* one value for several rows */
        cell = down ? shi_grid_at(p->grid, span->top, span->left) : NULL;
        if (!cell) return;
        if (is_number(p, c)) {
            shi_page_fault(page, r, c, N_("one number stands in a merged cell for several rows"), N_("Give every row a number of its own."));
            return;
        }
    }
    if (cell->fault) {
        shi_page_fault(page, r, c, p->grid->fault[cell->fault - 1].reason, p->grid->fault[cell->fault - 1].remedy);
        return;
    }
    shi_str text = { cell->ptr, cell->len };
    shi_type type = p->schema[c] >= 0 ? p->table->table->column[p->schema[c]].type : SHI_T_TEXT;
    if (cell->kind == SHI_GRID_NUMBER && text.len > 15 && key_type(type)) {
        shi_page_fault(page, r, c, N_("the code was shortened by the spreadsheet, so digits are lost"),
                       N_("Format the column as text in the spreadsheet, enter the full code, and export again."));
        return;
    }
    if (type == SHI_T_PERIOD && cell->kind == SHI_GRID_DATE && month_date(text)) text.len = 7;
    if (scale) text = with_tail(page, text, scale < 0 ? "%" : scale == 8 ? "亿" : "万");
    page->cell[c][r] = text;
}

/* A name becomes its code; a code stays, and so does what is neither, for the check of references to refuse. */
static void put_indicator(const shi_picked *p, shi_page *page, int64_t r, int64_t c)
{
    shi_str text = page->cell[c][r];
    int64_t hit[2], i = text.len ? shi_names_indicator(p->names, shi_str_trim(text), hit) : -1;
    if (i >= 0) page->cell[c][r] = p->names->indicator[i].code;
    if (i != -2) return;
    const shi_known_indicator *a = &p->names->indicator[hit[0]], *b = &p->names->indicator[hit[1]];
    shi_buf both = { 0 };
    shi_buf_format(&both, "%.*s: %.*s, %.*s", (int)text.len, text.ptr, (int)a->code.len, a->code.ptr, (int)b->code.len, b->code.ptr);
    shi_page_fault(page, r, c, N_("two indicators have this name"), N_("Write the code of the indicator instead of its name."));
    page->fault[r].value = shi_page_keep(page, shi_str_cut(shi_buf_str(&both), 190));
    shi_buf_drop(&both);
}

/* The parent that the workspace knows of a unit: a sheet that does not name it does not take it away. */
static shi_str parent_known(const shi_picked *p, shi_str code)
{
    int64_t unit = code.len ? shi_names_code(p->names, shi_str_trim(code)) : -1;
    return unit >= 0 && p->names->unit[unit].up >= 0 ? p->names->unit[p->names->unit[unit].up].code : (shi_str){ 0 };
}

static void put_unit(shi_picked *p, shi_page *page, int64_t r, int64_t c, const record *rec, bool register_of_units)
{
    if (p->unit_row != rec->row) unit_of_row(p, rec->row, register_of_units);
    const row_unit *u = &p->now;
    int64_t across = rec->value >= 0 ? p->table->column[rec->value].unit : -1;
    shi_str code = { 0 };
    switch (p->from[c]) {
    case FROM_NAME: page->cell[c][r] = u->unit >= 0 ? p->names->unit[u->unit].name : u->name; return;   /* 柳湾村委会 stays 柳湾村 */
    case FROM_LEVEL: page->cell[c][r] = shi_str_from(shi_level_name(u->level)); break;
    case FROM_PARENT:
        if (u->parent >= 0) code = p->names->unit[u->parent].code;
        else if (p->code_column >= 0) code = parent_known(p, page->cell[p->code_column] ? page->cell[p->code_column][r] : code);
        break;
    default: code = across >= 0 ? p->names->unit[across].code : u->unit >= 0 ? p->names->unit[u->unit].code : code; break;
    }
    if (code.len) page->cell[c][r] = code;
    bool concerns = u->reason && (p->from[c] == FROM_PARENT || (p->from[c] != FROM_LEVEL && across < 0));
    if (!concerns || page->fault[r].reason) return;
    shi_page_fault(page, r, c, u->reason, u->remedy);
    page->fault[r].value = shi_page_keep(page, shi_str_from(u->value));
}

static void put_record(shi_picked *p, shi_page *page, const record *rec)
{
    int64_t r = shi_page_add(page, rec->row + 1);
    const shi_layout_column *value = rec->value >= 0 ? &p->table->column[rec->value] : NULL;
    bool units = !strcmp(p->table->table->name, "units");
    int indicator = shi_table_of_figures(p->table->table) ? shi_table_column(p->table->table, S("indicator")) : -1;
    for (int64_t c = 0; c < p->columns; c++) {
        if (!page->cell[c]) continue;
        switch (p->from[c]) {
        case FROM_CELL: put_cell(p, page, r, c, rec->row, p->at[c], p->scale[c]); break;
        case FROM_VALUE: put_cell(p, page, r, c, rec->row, rec->column, value->percent ? -1 : value->places); break;
        case FROM_PERIOD: page->cell[c][r] = value && value->period.ptr ? value->period : p->table->period; break;
        case FROM_INDICATOR: {
            int64_t i = value && value->indicator >= 0 ? value->indicator : p->table->indicator;
            if (i >= 0) page->cell[c][r] = p->names->indicator[i].code;
            break;
        }
        default: put_unit(p, page, r, c, rec, units); break;
        }
        if (p->from[c] == FROM_CELL && p->schema[c] == indicator) put_indicator(p, page, r, c);
        bool named = p->deepest || p->level_at[SHI_LEVEL_ANY] >= 0;
        if (c == p->code_column && named && !units && !page->cell[c][r].len && !page->fault[r].reason) put_unit(p, page, r, c, rec, false);
    }
    if (shi_grid_at(p->grid, rec->row, p->table->right + 1))
        shi_page_fault(page, r, -1, N_("the row has more fields than the header"), N_("Give every column a name in the header."));
    shi_page_check(page, r);
}

/* ---- promises ---- */

shi_err shi_picked_open(shi_arena *keep, const shi_grid *grid, const shi_layout_table *table, const shi_names *names, shi_picked **out)
{
    shi_picked *p = shi_new(keep, shi_picked, 1);
    if (!p) return shi_no_memory();
    p->grid = grid;
    p->table = table;
    p->names = names;
    columns_make(p);
    SHI_TRY(records_make(p, keep));
    shi_picked_rewind(p);
    *out = p;
    return (shi_err){ 0 };
}

shi_strs shi_picked_columns(const shi_picked *p)
{
    return (shi_strs){ p->heading, p->columns };
}

const int *shi_picked_schema(const shi_picked *p)
{
    return p->schema;
}

shi_str shi_picked_sheet(const shi_picked *p)
{
    return p->grid->name;
}

int64_t shi_picked_records(const shi_picked *p)
{
    return p->records;
}

int64_t shi_picked_blank_rows(const shi_picked *p)
{
    return p->blank_rows;
}

void shi_picked_rewind(shi_picked *p)
{
    p->next = 0;
    p->unit_row = -1;
    memset(p->above, 0, sizeof p->above);
}

shi_err shi_picked_next(shi_picked *p, shi_page *page)
{
    shi_page_clear(page, p->next);
    while (p->next < p->records && page->rows < page->most) put_record(p, page, &p->record[p->next++]);
    return page->failed ? shi_no_memory() : (shi_err){ 0 };
}

shi_str shi_picked_heading(const shi_picked *p, int64_t number, int64_t column)
{
    bool value = number >= 0 && number < p->records && p->from[column] == FROM_VALUE && p->record[number].value >= 0;
    return value ? p->table->column[p->record[number].value].heading : p->heading[column];
}

bool shi_picked_cell(const shi_picked *p, int64_t number, int64_t column, int64_t *row, int64_t *at)
{
    if (number < 0 || number >= p->records || column >= p->columns) return false;
    const record *rec = &p->record[number];
    if (column < 0) {   /* what stands behind the last column */
        *row = rec->row;
        *at = p->table->right + 1;
        return true;
    }
    const shi_layout_column *value = rec->value >= 0 ? &p->table->column[rec->value] : NULL;
    *row = rec->row;
    *at = p->from[column] == FROM_CELL ? p->at[column] : rec->column;
    bool by_name = p->from[column] >= FROM_UNIT && p->from[column] != FROM_INDICATOR && p->from[column] != FROM_PERIOD;
    if (by_name && !(value && value->unit >= 0)) {
        int level = p->deepest ? p->deepest : SHI_LEVEL_ANY;
        for (int l = 1; l <= SHI_LEVEL_ANY; l++)
            if (p->level_at[l] >= 0 && shi_grid_at(p->grid, rec->row, p->table->column[p->level_at[l]].at)) level = l;
        *at = p->level_at[level] >= 0 ? p->table->column[p->level_at[level]].at : -1;
    } else if (p->from[column] >= FROM_UNIT) {
        *row = p->table->header_bottom;   /* what stands above the figures */
    }
    return *at >= 0;
}
