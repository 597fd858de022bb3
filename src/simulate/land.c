/* Where the county lies: real division codes, and the register's indicators. */
#include "simulate/apps.h"

#include <stdio.h>
#include <string.h>

static const char SQL_FOLDER[] =
    "CREATE OR REPLACE TEMP TABLE division AS "
    "SELECT code AS unit_code, name, 'village' AS level, streetCode AS parent_code FROM read_parquet('%s/villages.parquet') UNION ALL "
    "SELECT code, name, 'town', areaCode FROM read_parquet('%s/streets.parquet') UNION ALL "
    "SELECT code, name, 'county', cityCode FROM read_parquet('%s/areas.parquet') UNION ALL "
    "SELECT code, name, 'city', provinceCode FROM read_parquet('%s/cities.parquet') UNION ALL "
    "SELECT code, name, 'province', NULL FROM read_parquet('%s/provinces.parquet')";
static const char SQL_FILE[] =
    "CREATE OR REPLACE TEMP TABLE division AS SELECT unit_code, name, level, parent_code FROM read_csv('%s', header = true, all_varchar = true)";
static const char SQL_VILLAGES[] =
    "CREATE OR REPLACE TEMP TABLE village_at AS "
    "SELECT v.unit_code, t.unit_code AS township, c.unit_code AS county, "
    "       row_number() OVER (PARTITION BY t.unit_code ORDER BY v.unit_code) AS k "
    "FROM   division v JOIN division t ON t.unit_code = v.parent_code JOIN division c ON c.unit_code = t.parent_code "
    "WHERE  v.level = 'village' AND t.level = 'town' AND c.level = 'county'";
/* The counties from the picked one on, as many as hold $1 villages; of those about $1 / 15 townships, or all if these hold too few. */
static const char SQL_PICK[] =
    "CREATE OR REPLACE TEMP TABLE picked AS "
    "WITH county AS (SELECT county, count(*) AS n FROM village_at GROUP BY county), "
    "large AS (SELECT county, row_number() OVER (ORDER BY county) - 1 AS k, count(*) OVER () AS total FROM county WHERE n >= $1), "
    "start AS (SELECT coalesce((SELECT county FROM large WHERE k = $2 % total), (SELECT min(county) FROM county)) AS county), "
    "run AS (SELECT county, n, sum(n) OVER (ORDER BY county) - n AS before FROM county WHERE county >= (SELECT county FROM start)), "
    "inside AS (SELECT v.*, dense_rank() OVER (ORDER BY township) AS t FROM village_at v SEMI JOIN (SELECT county FROM run WHERE before < $1) r "
    "USING (county)), "
    "few AS (SELECT * FROM inside WHERE t <= greatest(2, ($1 + 14) // 15)), "
    "enough AS (SELECT * FROM few WHERE (SELECT count(*) FROM few) >= $1 UNION ALL SELECT * FROM inside WHERE (SELECT count(*) FROM few) < $1) "
    "SELECT unit_code FROM enough ORDER BY k, township LIMIT $1";
static const char SQL_UNITS[] =
    "CREATE OR REPLACE TEMP TABLE land AS "
    "WITH RECURSIVE up AS (SELECT d.* FROM division d SEMI JOIN picked USING (unit_code) UNION SELECT d.* FROM division d JOIN up ON "
    "d.unit_code = up.parent_code) "
    "SELECT unit_code, name, level, parent_code, row_number() OVER (ORDER BY level = 'village', length(unit_code), unit_code) - 1 AS at FROM up";

static shi_err fill(shi_sim *sim, shi_duck *duck, int64_t n)
{
    static const char *const LEVELS[] = { "province", "city", "county", "town", "village" };
    shi_rows rows;
    int64_t i = 0;
    SHI_TRY(shi_duck_int(duck, "SELECT count(*) FROM land", NULL, 0, &sim->units));
    sim->unit = shi_new(&sim->land, shi_sim_unit, sim->units);
    sim->village = shi_new(&sim->land, shi_sim_village, n);
    if (!sim->unit || !sim->village) return shi_no_memory();
    SHI_TRY(shi_duck_query(duck, "SELECT u.unit_code, u.name, u.level, coalesce(p.at, -1) FROM land u LEFT JOIN land p ON p.unit_code = "
        "u.parent_code "
        "ORDER BY u.at", NULL, 0, &rows));
    while (i < sim->units && shi_rows_next(&rows)) {
        shi_sim_unit *u = &sim->unit[i];
        u->code = shi_str_copy(&sim->land, shi_rows_str(&rows, 0));
        u->name = shi_str_copy(&sim->land, shi_rows_str(&rows, 1));
        for (int64_t k = 0; k < COUNT(LEVELS); k++)
            if (shi_str_eq(shi_rows_str(&rows, 2), shi_str_from(LEVELS[k]))) u->level = LEVELS[k];
        u->parent = (int32_t)shi_rows_int(&rows, 3);
        if (u->level && !strcmp(u->level, "village") && sim->villages < n) sim->village[sim->villages++].unit = (int32_t)i;
        i++;
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

shi_err shi_sim_land(shi_sim *sim, shi_duck *duck, const char *divisions, int64_t n)
{
    const shi_param p[] = { SHI_INT(n), SHI_INT((int64_t)(sim->seed % 1000003)) };
    shi_buf sql = { 0 }, path = { 0 };
    shi_sql_literal(&path, shi_str_from(divisions));
    if (path.failed) return shi_no_memory();
    shi_str inner = shi_str_sub(shi_buf_str(&path), 1, path.len - 1);   /* quotes inside are doubled already */
    bool folder = shi_os_is_dir(divisions);
    const char *from = folder ? SQL_FOLDER : SQL_FILE;
    for (const char *at = from; *at; at++) {
        if (at[0] == '%' && at[1] == 's') {
            shi_buf_add(&sql, inner);
            at++;
        } else {
            shi_buf_addc(&sql, *at);
        }
    }
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    shi_buf_drop(&path);
    if (e.code) return e;
    SHI_TRY(shi_arena_open(1 << 30, &sim->land));
    SHI_TRY(shi_duck_exec(duck, SQL_VILLAGES, NULL, 0));
    SHI_TRY(shi_duck_exec(duck, SQL_PICK, p, 2));
    SHI_TRY(shi_duck_exec(duck, SQL_UNITS, NULL, 0));
    SHI_TRY(fill(sim, duck, n));
    if (sim->villages == n) return (shi_err){ 0 };
    e = shi_fail(SHI_INPUT, N_("the list of divisions holds fewer villages"), N_("Ask for fewer villages, or name a longer list with --divisions."));
    e.file = shi_str_from(divisions);
    return e;
}

/* What an honest county could reach, per head and month. */
static const struct {
    const char *counts;
    double level;
} LEVELS[] = {
    { "registered", 0.13 }, { "new", 0.006 }, { "active", 0.05 }, { "reads", 0.7 }, { "likes", 0.1 }, { "comments", 0.05 }, { "shares", 0.06 },
    { "checkins", 0.1 }, { "entries", 0.03 }, { "votes", 0.05 }, { "follows", 0.1 }, { "uploads", 0.004 }, { "installs", 0.1 }, { "quiz", 0.04 },
    { "seconds", 120 }, { "points", 0.8 },
};

shi_err shi_sim_indicators(shi_sim *sim, shi_duck *duck, const char *path)
{
    shi_rows rows;
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, "SELECT indicator, app, counts, coalesce(dedupe, 'none') FROM read_csv(");
    shi_sql_literal(&sql, shi_str_from(path));
    shi_buf_puts(&sql, ", header = true, all_varchar = true)");
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(duck, sql.ptr, NULL, 0, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    while (sim->indicators < SHI_SIM_INDICATORS && shi_rows_next(&rows)) {
        shi_sim_indicator *i = &sim->indicator[sim->indicators];
        int app = shi_sim_app_of(shi_rows_str(&rows, 1));
        if (app < 0) continue;
        *i = (shi_sim_indicator){ .app = (uint8_t)app };
        i->indicator = shi_str_copy(&sim->land, shi_rows_str(&rows, 0));
        i->counts = shi_str_copy(&sim->land, shi_rows_str(&rows, 2));
        i->dedupe = shi_str_copy(&sim->land, shi_rows_str(&rows, 3));
        for (int64_t k = 0; k < COUNT(LEVELS); k++)
            if (shi_str_eq(i->counts, shi_str_from(LEVELS[k].counts))) i->level = LEVELS[k].level;
        sim->indicators++;
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

int64_t shi_sim_indicator_of(const shi_sim *sim, int app, shi_str counts)
{
    for (int64_t i = 0; i < sim->indicators; i++)
        if (sim->indicator[i].app == app && shi_str_eq(sim->indicator[i].counts, counts)) return i;
    return -1;
}

void shi_sim_close(shi_sim *sim)
{
    shi_arena_drop(&sim->land);
    shi_arena_drop(&sim->people);
    shi_arena_drop(&sim->books);
    shi_arena_drop(&sim->ledger);
}
