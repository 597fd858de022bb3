/* Headers. The order of precedence: --set, --map, the contract's name, an alias. */
#include "table/header.h"

static const char REMEDY_COLUMNS[] = N_("\"shishu help import\" lists the tables and their columns.");

/* Splits at the first c; false if there is none. */
static bool split(shi_str s, char c, shi_str *left, shi_str *right)
{
    int64_t at = shi_str_find(s, c, 0);
    if (at < 0) return false;
    *left = shi_str_trim(shi_str_sub(s, 0, at));
    *right = shi_str_sub(s, at + 1, s.len);
    return true;
}

static int64_t header_at(shi_strs headers, shi_str name)
{
    for (int64_t h = 0; h < headers.len; h++)
        if (shi_str_eq(headers.ptr[h], name)) return h;
    return -1;
}

static shi_err take_map(const shi_table *table, shi_strs headers, shi_str spec, shi_header_map *map)
{
    shi_str left, right, name, from;
    if (!split(spec, '=', &left, &right))
        return shi_fail_value(SHI_USAGE, spec, N_("--map needs COLUMN=HEADER or COLUMN:FROM=TO"), REMEDY_COLUMNS);
    bool of_values = split(left, ':', &name, &from);
    int c = shi_table_header(table, of_values ? name : left);
    if (c < 0) return shi_fail_value(SHI_USAGE, of_values ? name : left, N_("the table has no such column"), REMEDY_COLUMNS);
    if (of_values) {
        if (map->value_maps == COUNT(map->value_map))
            return shi_fail_value(SHI_USAGE, spec, N_("there are more than 64 mapped values"), N_("Map the values in the file itself."));
        map->value_map[map->value_maps].column = c;
        map->value_map[map->value_maps].from = from;
        map->value_map[map->value_maps++].to = shi_str_trim(right);
        return (shi_err){ 0 };
    }
    int64_t h = header_at(headers, shi_str_trim(right));
    if (h < 0)
        return shi_fail_value(SHI_USAGE, right, N_("the file has no such header"),
                              N_("Headers are compared letter by letter: copy it from the file."));
    map->source[c] = h;
    return (shi_err){ 0 };
}

static shi_err take_set(const shi_table *table, shi_str spec, shi_header_map *map)
{
    shi_str name, value;
    if (!split(spec, '=', &name, &value)) return shi_fail_value(SHI_USAGE, spec, N_("--set needs COLUMN=VALUE"), REMEDY_COLUMNS);
    int c = shi_table_header(table, name);
    if (c < 0) return shi_fail_value(SHI_USAGE, name, N_("the table has no such column"), REMEDY_COLUMNS);
    map->source[c] = -1;
    map->constant[c] = value;
    return (shi_err){ 0 };
}

static shi_err missing_column(shi_arena *keep, const shi_table *table, int c, shi_strs headers)
{
    shi_buf list = { 0 };
    for (int64_t h = 0; h < headers.len && list.len < 100; h++) {
        if (h) shi_buf_puts(&list, ", ");
        shi_buf_add(&list, headers.ptr[h]);
    }
    shi_err e = shi_fail_value(SHI_INPUT, shi_buf_str(&list), N_("a required column is missing; the value shows the file's headers"),
                               N_("Name the header with --map COLUMN=HEADER, give one value for all rows with --set COLUMN=VALUE, or check the "
                                   "delimiter."));
    shi_buf_drop(&list);
    e.column = shi_str_copy(keep, shi_str_from(table->column[c].name));
    e.line = 1;
    return e;
}

shi_err shi_header_match(shi_arena *keep, const shi_table *table, shi_strs headers, const shi_header_options *options, shi_header_map *out)
{
    shi_header_map made = { 0 }, *map = &made;
    for (int c = 0; c < SHI_MAX_TABLE_COLUMNS; c++) map->source[c] = -1;
    for (int64_t i = 0; i < options->n_maps; i++) SHI_TRY(take_map(table, headers, options->maps[i], map));
    bool mapped[SHI_MAX_TABLE_COLUMNS];
    for (int c = 0; c < SHI_MAX_TABLE_COLUMNS; c++) mapped[c] = map->source[c] >= 0;
    for (int64_t i = 0; i < options->n_sets; i++) SHI_TRY(take_set(table, options->sets[i], map));
    shi_str *dropped = shi_new(keep, shi_str, headers.len);
    if (!dropped) return shi_no_memory();
    int64_t n_dropped = 0;
    for (int64_t h = 0; h < headers.len; h++) {
        bool used = false;
        for (int c = 0; c < table->columns; c++) used = used || (mapped[c] && map->source[c] == h);
        int c = used ? -1 : shi_table_header(table, headers.ptr[h]);
        bool free_column = c >= 0 && !mapped[c] && !map->constant[c].ptr;
        if (free_column && map->source[c] >= 0) {
            shi_err e = shi_fail_value(SHI_INPUT, headers.ptr[h], N_("two headers mean the same column"),
                                       N_("Say which one with --map COLUMN=HEADER."));
            e.line = 1;
            return e;
        }
        if (free_column) map->source[c] = h;
        else if (!used) dropped[n_dropped++] = headers.ptr[h];
    }
    map->dropped = (shi_strs){ dropped, n_dropped };
    for (int c = 0; c < table->columns; c++)
        if (table->column[c].required && table->column[c].type != SHI_T_APP && map->source[c] < 0 && !map->constant[c].ptr)
            return missing_column(keep, table, c, headers);
    *out = made;
    return (shi_err){ 0 };
}

/* The column that a --map or --set begins with; -1: the table has none of this name. */
static int named_column(const shi_table *table, shi_str spec)
{
    shi_str left, right, name, from;
    if (!split(spec, '=', &left, &right)) return -1;
    return shi_table_header(table, split(left, ':', &name, &from) ? name : left);
}

shi_err shi_header_recognised(shi_arena *keep, const shi_table *table, shi_strs headers, const int *schema, const shi_header_options *options,
                              shi_header_map *out)
{
    shi_header_map made = { 0 }, *map = &made;
    for (int c = 0; c < SHI_MAX_TABLE_COLUMNS; c++) map->source[c] = -1;
    shi_str *dropped = shi_new(keep, shi_str, headers.len);
    if (!dropped) return shi_no_memory();
    int64_t n_dropped = 0;
    for (int64_t h = 0; h < headers.len; h++) {
        if (schema[h] >= 0) map->source[schema[h]] = h;
        else if (headers.ptr[h].len) dropped[n_dropped++] = headers.ptr[h];
    }
    for (int64_t i = 0; i < options->n_maps; i++) {
        int64_t colon = shi_str_find(options->maps[i], ':', 0), eq = shi_str_find(options->maps[i], '=', 0);
        if (colon >= 0 && colon < eq && named_column(table, options->maps[i]) >= 0) SHI_TRY(take_map(table, headers, options->maps[i], map));
    }
    for (int64_t i = 0; i < options->n_sets; i++)
        if (named_column(table, options->sets[i]) >= 0) SHI_TRY(take_set(table, options->sets[i], map));
    map->dropped = (shi_strs){ dropped, n_dropped };
    *out = made;
    return (shi_err){ 0 };
}

shi_str shi_header_value(const shi_header_map *map, int column, shi_str text)
{
    for (int i = 0; i < map->value_maps; i++)
        if (map->value_map[i].column == column && shi_str_eq(map->value_map[i].from, text)) return map->value_map[i].to;
    return text;
}
