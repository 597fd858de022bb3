/* The verdict on each figure, and what contradicts what. The decision is kernel/verdict.c's, called by DuckDB a vector at a time. */
#include "chain/chain.h"

#include "shishu/verdict.h"

/* shi_verdict(reported, possible, counted, cover, tolerance): BIGINTs that may be NULL */
static void on_verdict(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    const int64_t *data[5];
    uint64_t *valid[5];
    (void)info;
    for (int c = 0; c < 5; c++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(in, (idx_t)c);
        data[c] = duckdb_vector_get_data(v);
        valid[c] = duckdb_vector_get_validity(v);
    }
    int64_t *result = duckdb_vector_get_data(out), n = (int64_t)duckdb_data_chunk_get_size(in);
    for (int64_t i = 0; i < n; i++) {
        bool has[5];
        for (int c = 0; c < 5; c++) has[c] = !valid[c] || duckdb_validity_row_is_valid(valid[c], (idx_t)i);
        const shi_links links = { .has_reported = has[0], .has_possible = has[1], .has_counted = has[2], .reported = data[0][i],
            .possible = data[1][i],
            .counted = data[2][i], .coverage = has[3] ? (shi_coverage)data[3][i] : SHI_COVER_NONE, .tolerance = data[4][i] };
        result[i] = (int64_t)shi_verdict_of(&links);
    }
}

static shi_err register_verdict(shi_duck *duck)
{
    duckdb_scalar_function f = duckdb_create_scalar_function();
    duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    duckdb_scalar_function_set_name(f, "shi_verdict");
    for (int c = 0; c < 5; c++) duckdb_scalar_function_add_parameter(f, type);
    duckdb_scalar_function_set_return_type(f, type);
    duckdb_scalar_function_set_special_handling(f);   /* NULLs reach us: not known is not zero */
    duckdb_scalar_function_set_function(f, on_verdict);
    duckdb_state state = duckdb_register_scalar_function(duck->con, f);
    duckdb_destroy_logical_type(&type);
    duckdb_destroy_scalar_function(&f);
    return state == DuckDBSuccess ? (shi_err){ 0 } : shi_no_memory();
}

/* `figure`: one row a figure, in the order worst first within at. Real numbers lie between 0 and the bound (design 4.8). */
static const char SQL_FIGURE[] =
    "CREATE OR REPLACE TEMP TABLE figure AS "
    "SELECT f.*, shi_verdict(f.reported, f.possible, f.counted, CAST(f.cover AS BIGINT), $1) AS verdict, "
    "       CASE WHEN f.reported IS NOT NULL AND f.possible IS NOT NULL THEN greatest(0, f.reported - f.possible) END AS impossible_excess, "
    "       CASE WHEN f.reported IS NOT NULL AND f.cover = 2 THEN greatest(0, f.reported - f.counted) END AS not_in_logs, "
    "       CASE WHEN f.possible IS NOT NULL OR f.cover = 2 THEN 0 END AS real_low, "
    "       CASE WHEN f.cover = 2 THEN least(f.possible, f.counted) ELSE f.possible END AS real_high, "
    "       t.amplification, t.feasible, t.per_person, t.price_list, t.price_bulk, t.issuer_name, "
    "       u.name AS unit_name, u.level, u.parent_code "
    "FROM   figure_possible f LEFT JOIN units u USING (unit_code) "
    /* equalities only: any other condition here makes the engine compare each figure with each target */
    "       LEFT JOIN target_row t ON t.indicator = f.indicator AND t.period = f.period AND t.unit_code = f.unit_code "
    "                             AND coalesce(t.issuer_code, '') = CASE WHEN f.target IS NOT NULL THEN coalesce(f.issuer_code, '') END";

static const char SQL_CONTRADICTION_TABLE[] =
    "CREATE OR REPLACE TEMP TABLE contradiction (kind VARCHAR, figure VARCHAR, other VARCHAR, value BIGINT, other_value BIGINT)";

static const char *const SQL_CONTRADICTIONS[] = {
    /* one child reports more than its parent */
    "SELECT 'child_above_parent', concat_ws('/', c.indicator, c.period, c.unit_code), concat_ws('/', p.indicator, p.period, p.unit_code), "
    "c.reported, p.reported "
    "FROM   figure c JOIN figure p ON p.indicator = c.indicator AND p.period = c.period AND p.unit_code = c.parent_code WHERE c.reported > "
    "p.reported",
    /* more new or active people than registered ones, in the same app, period and unit */
    "SELECT a.counts || '_above_registered', concat_ws('/', a.indicator, a.period, a.unit_code), concat_ws('/', r.indicator, r.period, "
    "r.unit_code), a.reported, r.reported "
    "FROM   figure a JOIN figure r ON r.app = a.app AND r.period = a.period AND r.unit_code = a.unit_code AND r.counts = 'registered' "
    "WHERE  a.counts IN ('new', 'active') AND a.reported > r.reported",
    "SELECT 'part_above_whole', concat_ws('/', indicator, period, unit_code), NULL, reported, base FROM figure WHERE reported > base",
    /* registered people of the next period fewer than of this one */
    "SELECT 'cumulative_falls', concat_ws('/', l.indicator, l.period, l.unit_code), concat_ws('/', e.indicator, e.period, e.unit_code), l.reported, "
    "e.reported "
    "FROM   (SELECT f.*, d.start_at, d.end_at FROM figure f JOIN period_row d USING (period) WHERE counts = 'registered') e "
    "JOIN   (SELECT f.*, d.start_at, d.end_at FROM figure f JOIN period_row d USING (period) WHERE counts = 'registered') l "
    "       ON l.indicator = e.indicator AND l.unit_code = e.unit_code AND l.start_at = e.end_at WHERE l.reported < e.reported",
    "SELECT kind, concat_ws('/', app, period), NULL, accounts * 1000, NULL FROM odd_time",
};

static shi_err find_contradictions(shi_chain *chain)
{
    SHI_SQL(chain, SQL_CONTRADICTION_TABLE);
    for (int64_t i = 0; i < COUNT(SQL_CONTRADICTIONS); i++) {
        shi_buf sql = { 0 };
        shi_buf_format(&sql, "INSERT INTO contradiction %s", SQL_CONTRADICTIONS[i]);
        shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
        shi_buf_drop(&sql);
        if (e.code) return e;
    }
    return (shi_err){ 0 };
}

shi_err shi_chain_verdict(shi_chain *chain)
{
    const shi_param tolerance = SHI_INT(chain->ws->settings.tolerance);
    SHI_TRY(register_verdict(chain->duck));
    SHI_TRY(shi_duck_exec(chain->duck, SQL_FIGURE, &tolerance, 1));
    return find_contradictions(chain);
}
