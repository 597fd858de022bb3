/* The register of units: how many people each can have, and which units lie below which. */
#include "chain/chain.h"

#include <string.h>

static const char SQL_UNITS[] =
    "SELECT u.unit_code, p.at, coalesce(u.residents, -1), coalesce(u.registered, -1), coalesce(u.incoming, -1), coalesce(u.eligible, -1) "
    "FROM   units_in_order u LEFT JOIN units_in_order p ON p.unit_code = u.parent_code "
    "ORDER  BY u.at";

typedef struct {
    shi_str *code;
    shi_unit_people *unit;
    int64_t *people;
    uint8_t *basis;
    int64_t n;
} units;

static shi_err load(shi_chain *chain, units *u)
{
    shi_rows rows;
    int64_t n;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE units_in_order AS SELECT *, row_number() OVER (ORDER BY unit_code) - 1 AS at FROM units");
    SHI_TRY(shi_duck_int(chain->duck, "SELECT count(*) FROM units_in_order", NULL, 0, &n));
    u->code = shi_new(chain->keep, shi_str, n);
    u->unit = shi_new(chain->keep, shi_unit_people, n);
    u->people = shi_new(chain->keep, int64_t, n);
    u->basis = shi_new(chain->keep, uint8_t, n);
    if (!u->code || !u->unit || !u->people || !u->basis) return shi_no_memory();
    SHI_TRY(shi_duck_query(chain->duck, SQL_UNITS, NULL, 0, &rows));
    while (u->n < n && shi_rows_next(&rows)) {
        u->code[u->n] = shi_str_copy(chain->keep, shi_rows_str(&rows, 0));
        u->unit[u->n++] = (shi_unit_people){ .parent = shi_rows_null(&rows, 1) ? -1 : shi_rows_int(&rows, 1), .residents = shi_rows_int(&rows, 2),
            .registered = shi_rows_int(&rows, 3), .incoming = shi_rows_int(&rows, 4), .eligible = shi_rows_int(&rows, 5) };
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err write_people(shi_chain *chain, const units *u)
{
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE people (unit_code VARCHAR, people BIGINT, people_by BIGINT)");
    SHI_TRY(shi_append_open(chain->duck, "people", &a));
    for (int64_t i = 0; i < u->n; i++) {
        shi_append_str(&a, u->code[i]);
        if (u->people[i] >= 0) shi_append_int(&a, u->people[i]);
        else shi_append_null(&a);
        shi_append_int(&a, u->basis[i]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

/* Each unit under itself and under each of its ancestors. */
static shi_err write_subtree(shi_chain *chain, const units *u)
{
    shi_appender a;
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE subtree (ancestor VARCHAR, unit_code VARCHAR)");
    SHI_TRY(shi_append_open(chain->duck, "subtree", &a));
    for (int64_t i = 0; i < u->n; i++) {
        for (int64_t up = i; up >= 0; up = u->unit[up].parent) {
            shi_append_str(&a, u->code[up]);
            shi_append_str(&a, u->code[i]);
            shi_append_end_row(&a);
        }
    }
    return shi_append_close(&a);
}

shi_err shi_chain_register(shi_chain *chain)
{
    units u = { 0 };
    shi_arena scratch;
    SHI_TRY(load(chain, &u));
    SHI_TRY(shi_arena_open(64 * u.n + (1 << 16), &scratch));
    shi_err e = shi_people_bound(scratch, u.unit, u.n, u.people, u.basis);
    shi_arena_drop(&scratch);
    if (e.code == SHI_INPUT && e.line >= 1 && e.line <= u.n) {
        e.value[0] = 0;
        shi_str code = shi_str_cut(u.code[e.line - 1], 80);
        memcpy(e.value, code.ptr, (size_t)code.len);
        e.column = S("unit_code");
        e.line = 0;
    }
    if (e.code) return e;
    SHI_TRY(write_people(chain, &u));
    SHI_TRY(write_subtree(chain, &u));
    SHI_SQL(chain, "CREATE OR REPLACE TEMP TABLE child AS SELECT parent_code, unit_code FROM units WHERE parent_code IS NOT NULL");
    return (shi_err){ 0 };
}
