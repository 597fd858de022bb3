/* Sorted arrays: a county has some hundred units, a province some fifty thousand. Indicators are few and searched one by one. */
#include "table/names.h"

#include "table/schema.h"

#include <stdlib.h>
#include <string.h>

void shi_names_open(shi_arena *keep, shi_names *names)
{
    *names = (shi_names){ .keep = keep };
}

void shi_names_drop(shi_names *names)
{
    free(names->unit);
    free(names->indicator);
    free(names->by_code);
    free(names->by_key);
    *names = (shi_names){ 0 };
}

static const char *const LEVEL[] = { NULL, "province", "city", "county", "town", "village", "group" };

int shi_level_of(shi_str text)
{
    const shi_table *units = shi_table_find(S("units"));
    shi_str code;
    if (!shi_word_find(units->column[shi_table_column(units, S("level"))].words, text, &code)) return 0;
    for (int i = 1; i <= SHI_LEVELS; i++)
        if (shi_str_eq(code, shi_str_from(LEVEL[i]))) return i;
    return 0;
}

const char *shi_level_name(int level)
{
    return level >= 1 && level <= SHI_LEVELS ? LEVEL[level] : NULL;
}

static shi_str key_of(shi_arena *keep, shi_str name)
{
    shi_heading h;
    shi_heading_name(name, &h);
    return shi_str_copy(keep, shi_heading_text(&h));
}

shi_err shi_names_add_unit(shi_names *n, shi_str code, shi_str name, shi_str parent, int level)
{
    if (n->units == n->units_cap) {
        int64_t cap = n->units_cap ? n->units_cap * 2 : 256;
        shi_known_unit *more = realloc(n->unit, (size_t)cap * sizeof *more);
        if (!more) return shi_no_memory();
        n->unit = more;
        n->units_cap = cap;
    }
    shi_known_unit u = { .code = shi_str_copy(n->keep, code), .name = shi_str_copy(n->keep, name), .level = level, .up = -1,
                         .parent = parent.len ? shi_str_copy(n->keep, parent) : (shi_str){ 0 }, .key = key_of(n->keep, name) };
    if (!u.code.ptr || !u.name.ptr || !u.key.ptr) return shi_no_memory();
    n->unit[n->units++] = u;
    return (shi_err){ 0 };
}

shi_err shi_names_add_indicator(shi_names *n, shi_str code, shi_str name)
{
    shi_known_indicator fresh = { shi_str_copy(n->keep, code), shi_str_copy(n->keep, name), key_of(n->keep, name) };
    if (!fresh.code.ptr || !fresh.name.ptr || !fresh.key.ptr) return shi_no_memory();
    for (int64_t i = 0; i < n->indicators; i++)
        if (shi_str_eq(n->indicator[i].code, code)) return n->indicator[i] = fresh, (shi_err){ 0 };
    if (n->indicators == n->indicators_cap) {
        int64_t cap = n->indicators_cap ? n->indicators_cap * 2 : 64;
        shi_known_indicator *more = realloc(n->indicator, (size_t)cap * sizeof *more);
        if (!more) return shi_no_memory();
        n->indicator = more;
        n->indicators_cap = cap;
    }
    n->indicator[n->indicators++] = fresh;
    return (shi_err){ 0 };
}

/* ---- order ---- */

typedef struct {
    shi_str text;
    int64_t at;
} sorted;

static int by_text(const void *a, const void *b)
{
    const sorted *x = a, *y = b;
    int order = shi_str_cmp(x->text, y->text);
    return order ? order : x->at < y->at ? -1 : x->at > y->at;
}

static int64_t *order_of(const shi_names *n, bool by_key)
{
    sorted *s = calloc((size_t)n->units + 1, sizeof *s);
    int64_t *out = calloc((size_t)n->units + 1, sizeof *out);
    for (int64_t i = 0; s && i < n->units; i++) s[i] = (sorted){ by_key ? n->unit[i].key : n->unit[i].code, i };
    if (s && n->units > 1) qsort(s, (size_t)n->units, sizeof *s, by_text);
    for (int64_t i = 0; s && out && i < n->units; i++) out[i] = s[i].at;
    if (!s) free(out), out = NULL;
    free(s);
    return out;
}

/* The first place in an order whose text is not below `text`. */
static int64_t lower(const shi_names *n, const int64_t *order, bool by_key, shi_str text)
{
    int64_t low = 0, high = order ? n->sorted : 0;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        const shi_known_unit *u = &n->unit[order[mid]];
        if (shi_str_cmp(by_key ? u->key : u->code, text) < 0) low = mid + 1;
        else high = mid;
    }
    return low;
}

/* Of units with one code the one that came last stays: the workbook's own, after the workspace's. */
static void drop_replaced(shi_names *n)
{
    uint8_t *gone = calloc((size_t)n->units + 1, 1);
    if (!gone) return;
    for (int64_t i = 0; i + 1 < n->units; i++) gone[n->by_code[i]] = shi_str_eq(n->unit[n->by_code[i]].code, n->unit[n->by_code[i + 1]].code);
    int64_t kept = 0;
    for (int64_t i = 0; i < n->units; i++)
        if (!gone[i]) n->unit[kept++] = n->unit[i];
    n->units = kept;
    free(gone);
}

shi_err shi_names_ready(shi_names *n)
{
    free(n->by_code);
    n->sorted = 0;
    n->by_code = order_of(n, false);
    if (!n->by_code) return shi_no_memory();
    drop_replaced(n);
    free(n->by_code);
    free(n->by_key);
    n->by_code = order_of(n, false);
    n->by_key = order_of(n, true);
    if (!n->by_code || !n->by_key) return shi_no_memory();
    n->sorted = n->units;
    for (int64_t i = 0; i < n->units; i++) n->unit[i].up = n->unit[i].parent.len ? shi_names_code(n, n->unit[i].parent) : -1;
    return (shi_err){ 0 };
}

/* ---- search ---- */

int64_t shi_names_code(const shi_names *n, shi_str code)
{
    int64_t i = lower(n, n->by_code, false, code);
    return n->by_code && i < n->sorted && shi_str_eq(n->unit[n->by_code[i]].code, code) ? n->by_code[i] : -1;
}

/* Is the unit below `top`? Cycles are refused on import, but a sheet may hold anything, so the way up is bounded. */
static bool below(const shi_names *n, int64_t unit, int64_t top)
{
    if (top < 0) return true;
    for (int steps = 0; unit >= 0 && steps < 16; steps++, unit = n->unit[unit].up)
        if (unit == top) return steps > 0;
    return false;
}

int64_t shi_names_find(const shi_names *n, shi_str name, int64_t top, int level, int64_t hit[2])
{
    shi_heading h;
    int64_t found = 0;
    shi_heading_name(name, &h);
    shi_str key = shi_heading_text(&h);
    if (key.len == 0) return 0;
    for (int64_t i = lower(n, n->by_key, true, key); n->by_key && i < n->sorted; i++) {
        const shi_known_unit *u = &n->unit[n->by_key[i]];
        if (!shi_str_eq(u->key, key)) break;
        bool fits = level == 0 || level == SHI_LEVEL_ANY || u->level == 0 || u->level == level;
        if (!fits || !below(n, n->by_key[i], top)) continue;
        if (found < 2) hit[found] = n->by_key[i];
        found++;
    }
    return found;
}

int64_t shi_names_indicator(const shi_names *n, shi_str text, int64_t hit[2])
{
    shi_heading h;
    int64_t found = 0;
    for (int64_t i = 0; i < n->indicators; i++)
        if (shi_str_eq(n->indicator[i].code, text)) return i;
    shi_heading_name(text, &h);
    shi_str key = shi_heading_text(&h);
    for (int64_t i = 0; key.len && i < n->indicators; i++) {
        if (!shi_str_eq(n->indicator[i].key, key)) continue;
        if (found < 2) hit[found] = i;
        found++;
    }
    return found == 0 ? -1 : found == 1 ? hit[0] : -2;
}
