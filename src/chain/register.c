/* The register of units: how many people each can have, and which units lie below which. Units stand in order of their codes, so that a parent is
 * found by halving. */
#include "chain/chain.h"

#include <string.h>

static const char SQL_UNITS[] =
    "SELECT unit_code, name, level, parent_code, coalesce(residents, -1), coalesce(registered, -1), coalesce(incoming, -1), coalesce(eligible, -1), "
    "       coalesce(cadres, -1), coalesce(phone_share, -1) "
    "FROM   units ORDER BY unit_code";

int64_t shi_units_find(const shi_chain_units *u, shi_str code)
{
    int64_t low = 0, high = u->len;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (shi_str_cmp(u->code[mid], code) < 0) low = mid + 1;
        else high = mid;
    }
    return low < u->len && shi_str_eq(u->code[low], code) ? low : -1;
}

/* A level is one of few words: the text before is most often the same. */
static shi_str same_or_copy(shi_arena *keep, shi_str before, shi_str text)
{
    return before.ptr && shi_str_eq(before, text) ? before : shi_str_copy(keep, text);
}

static shi_err room_for(shi_arena *keep, int64_t n, shi_chain_units *u)
{
    u->code = shi_new(keep, shi_str, n);
    u->name = shi_new(keep, shi_str, n);
    u->level = shi_new(keep, shi_str, n);
    u->parent = shi_new(keep, int64_t, n);
    u->people = shi_new(keep, int64_t, n);
    u->cadres = shi_new(keep, int64_t, n);
    u->phone_share = shi_new(keep, double, n);
    u->basis = shi_new(keep, uint8_t, n);
    bool room = u->code && u->name && u->level && u->parent && u->people && u->cadres && u->phone_share && u->basis;
    return room ? (shi_err){ 0 } : shi_no_memory();
}

/* What the register says of each unit, while it is read. */
typedef struct {
    shi_unit_people *unit;
    shi_str *parent;
} told;

static void read_unit(shi_chain *chain, shi_rows *rows, shi_chain_units *u, shi_arena *scratch, const told *t)
{
    int64_t i = u->len++;
    shi_str level = i ? u->level[i - 1] : (shi_str){ 0 }, parent = i ? t->parent[i - 1] : (shi_str){ 0 };
    u->code[i] = shi_str_copy(chain->keep, shi_rows_str(rows, 0));
    u->name[i] = shi_rows_null(rows, 1) ? (shi_str){ 0 } : shi_str_copy(chain->keep, shi_rows_str(rows, 1));
    u->level[i] = shi_rows_null(rows, 2) ? (shi_str){ 0 } : same_or_copy(chain->keep, level, shi_rows_str(rows, 2));
    t->parent[i] = shi_rows_null(rows, 3) ? (shi_str){ 0 } : same_or_copy(scratch, parent, shi_rows_str(rows, 3));
    t->unit[i] = (shi_unit_people){ .parent = -1, .residents = shi_rows_int(rows, 4), .registered = shi_rows_int(rows, 5),
        .incoming = shi_rows_int(rows, 6), .eligible = shi_rows_int(rows, 7) };
    u->cadres[i] = shi_rows_int(rows, 8);
    u->phone_share[i] = shi_rows_f64(rows, 9);
}

static shi_err load(shi_chain *chain, shi_chain_units *u, shi_arena *scratch, told *t)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(chain->duck, SQL_UNITS, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    shi_err e = shi_arena_open(192 * n + (1 << 16), scratch);
    if (!e.code) e = room_for(chain->keep, n, u);
    t->unit = e.code ? NULL : shi_new(scratch, shi_unit_people, n);
    t->parent = e.code ? NULL : shi_new(scratch, shi_str, n);
    if (!e.code && (!t->unit || !t->parent)) e = shi_no_memory();
    while (!e.code && u->len < n && shi_rows_next(&rows)) read_unit(chain, &rows, u, scratch, t);
    shi_rows_close(&rows);
    for (int64_t i = 0; i < u->len && !e.code; i++) {
        bool same = i && t->parent[i].ptr == t->parent[i - 1].ptr;
        u->parent[i] = t->unit[i].parent = !t->parent[i].ptr ? -1 : same ? u->parent[i - 1] : shi_units_find(u, t->parent[i]);
    }
    return e;
}

/* `unit_word`: a unit's place in order of the codes, and what else the steps ask of it; `people`: the same under the code. */
static shi_err write_units(shi_chain *chain, const shi_chain_units *u)
{
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE unit_word (unit INTEGER, unit_code VARCHAR, name VARCHAR, level VARCHAR, people BIGINT, people_by "
        "BIGINT, phone_share DOUBLE)");
    SHI_TRY(shi_append_open(chain->duck, "unit_word", &a));
    for (int64_t i = 0; i < u->len; i++) {
        shi_append_int(&a, i);
        shi_append_str(&a, u->code[i]);
        shi_append_str(&a, u->name[i]);
        shi_append_str(&a, u->level[i]);
        if (u->people[i] >= 0) shi_append_int(&a, u->people[i]);
        else shi_append_null(&a);
        shi_append_int(&a, u->basis[i]);
        if (u->phone_share[i] >= 0) shi_append_f64(&a, u->phone_share[i]);
        else shi_append_null(&a);
        shi_append_end_row(&a);
    }
    SHI_TRY(shi_append_close(&a));
    SHI_SQL(chain, "CREATE OR REPLACE TEMP VIEW people AS SELECT unit_code, people, people_by FROM unit_word");
    return (shi_err){ 0 };
}

/* Each unit under itself and under each of its ancestors. */
shi_err shi_chain_subtree(shi_chain *chain)
{
    const shi_chain_units *u = &chain->units;
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE subtree (ancestor VARCHAR, unit_code VARCHAR)");
    SHI_TRY(shi_append_open(chain->duck, "subtree", &a));
    for (int64_t i = 0; i < u->len; i++) {
        for (int64_t up = i; up >= 0; up = u->parent[up]) {
            shi_append_str(&a, u->code[up]);
            shi_append_str(&a, u->code[i]);
            shi_append_end_row(&a);
        }
    }
    return shi_append_close(&a);
}

shi_err shi_chain_register(shi_chain *chain)
{
    shi_chain_units *u = &chain->units;
    told t = { 0 };
    shi_arena scratch = { 0 };
    *u = (shi_chain_units){ 0 };
    shi_err e = load(chain, u, &scratch, &t);
    if (!e.code) e = shi_people_bound(scratch, t.unit, u->len, u->people, u->basis);
    shi_arena_drop(&scratch);
    if (e.code == SHI_INPUT && e.line >= 1 && e.line <= u->len) {
        e.value[0] = 0;
        shi_str code = shi_str_cut(u->code[e.line - 1], 80);
        memcpy(e.value, code.ptr, (size_t)code.len);
        e.column = S("unit_code");
        e.line = 0;
    }
    if (e.code) return e;
    return write_units(chain, u);
}
