/* Verdicts and bounds against what is real, in exact thousandths; one pass in SQL. Accounts, batches and look-alikes are judged by the members of
 * findings that stand; a batch counts as found when half of its accounts are flagged, a finding as right when half of its members are not real. */
#include "chain/evaluate.h"

#include "base/os.h"
#include "chain/cells.h"

static const char SQL_JUDGED[] =
    "CREATE OR REPLACE TEMP TABLE judged AS "
    "SELECT f.verdict, CAST(CAST(f.reported AS DECIMAL(38,3)) * 1000 AS BIGINT) AS reported, CAST(CAST(t.real AS DECIMAL(38,3)) * 1000 AS BIGINT) "
    "AS real, "
    "       CAST(CAST(f.real_low AS DECIMAL(38,3)) * 1000 AS BIGINT) AS low, CAST(CAST(f.real_high AS DECIMAL(38,3)) * 1000 AS BIGINT) AS high "
    "FROM   figure_out f JOIN truth_figure t USING (indicator, period, unit_code) WHERE f.reported IS NOT NULL AND t.real IS NOT NULL";
/* $1: tolerance in thousandths */
static const char SQL_FIGURES[] =
    "SELECT count(*), count_if(honest), count_if(NOT honest), count_if(verdict = 'impossible' AND reported <= real), count_if(verdict = 'doubtful' "
    "AND honest), "
    "       count_if(verdict IN ('plausible', 'confirmed') AND NOT honest), count_if(real < low OR real > high), "
    "       count_if(verdict IN ('impossible', 'doubtful', 'refuted') AND NOT honest), "
    "       coalesce(avg(abs(high - real) / reported) FILTER (WHERE high IS NOT NULL AND reported > 0), 0), "
    "       coalesce(avg(abs(reported - real) / reported) FILTER (WHERE high IS NOT NULL AND reported > 0), 0), count_if(high IS NOT NULL AND "
    "reported > 0) "
    "FROM   (SELECT *, CAST(reported AS HUGEINT) * 1000 <= CAST(real AS HUGEINT) * (1000 + $1) AS honest FROM judged)";

static shi_err open_file(shi_duck *duck, const char *view, const char *path)
{
    if (!shi_os_exists(path)) return shi_os_input_error(shi_str_from(path));
    return shi_duck_view(duck, view, path);
}

static shi_err judge_figures(shi_duck *duck, int64_t tolerance, shi_evaluated_figures *f)
{
    shi_rows rows;
    const shi_param p = SHI_INT(tolerance);
    SHI_TRY(shi_duck_exec(duck, SQL_JUDGED, NULL, 0));
    SHI_TRY(shi_duck_query(duck, SQL_FIGURES, &p, 1, &rows));
    if (shi_rows_next(&rows)) {
        int64_t *const out[] = { &f->judged, &f->honest, &f->false_ones, &f->impossible_honest, &f->doubtful_honest, &f->plausible_false,
            &f->real_outside, &f->caught };
        for (int64_t i = 0; i < COUNT(out); i++) *out[i] = shi_rows_int(&rows, i);
        f->error = shi_rows_f64(&rows, 8);
        f->reported_error = shi_rows_f64(&rows, 9);
        f->errors_of = shi_rows_int(&rows, 10);
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static const char *const SQL_FLAGGED[] = {
    "CREATE OR REPLACE TEMP TABLE flagged AS SELECT DISTINCT app, account FROM member JOIN finding USING (finding) WHERE selected",
    "CREATE OR REPLACE TEMP TABLE listed AS SELECT DISTINCT app, account FROM member JOIN finding USING (finding) WHERE kind = 'proxy'",
    "CREATE OR REPLACE TEMP TABLE batch_flagged AS "
    "SELECT t.batch, any_value(t.method) AS method, any_value(b.vendor) AS vendor, count(*) AS n, count(f.account) AS hit "
    "FROM   truth t LEFT JOIN batch_truth b USING (batch) LEFT JOIN flagged f ON f.app = t.app AND f.account = t.account WHERE t.kind = 'bought' "
    "GROUP  BY t.batch",
};

static void scene_into(shi_cells *c, void *item)
{
    shi_evaluated_scene *s = item;
    int64_t *const whole[] = { &s->instances, &s->accounts, &s->flagged, &s->flagged_accounts };
    s->kind = shi_cells_str(c);
    shi_cells_ints(c, whole, COUNT(whole));
}

static shi_err list_scenes(shi_duck *duck, shi_arena *keep, shi_evaluated *out)
{
    static const char SQL[] =
        "SELECT lookalike, count(*), CAST(sum(n) AS BIGINT), count_if(2 * hit >= n), CAST(sum(hit) AS BIGINT) FROM "
        "(SELECT lookalike, scene, count(*) AS n, count(f.account) AS hit FROM truth t LEFT JOIN flagged f USING (app, account) "
        " WHERE lookalike IS NOT NULL AND kind = 'honest' GROUP BY lookalike, scene) GROUP BY lookalike ORDER BY length(lookalike), lookalike";
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, SQL, NULL, 0, (int64_t)sizeof(shi_evaluated_scene), scene_into, &items, &out->scenes));
    out->scene = items;
    return (shi_err){ 0 };
}

static void part_into(shi_cells *c, void *item)
{
    shi_evaluated_part *p = item;
    int64_t *const whole[] = { &p->findings, &p->batches, &p->found, &p->accounts, &p->hit };
    p->name = shi_cells_str(c);
    shi_cells_ints(c, whole, COUNT(whole));
}

static shi_err list_parts(shi_duck *duck, shi_arena *keep, const char *sql, shi_evaluated_parts *out)
{
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, sql, NULL, 0, (int64_t)sizeof(shi_evaluated_part), part_into, &items, &out->len));
    out->ptr = items;
    return (shi_err){ 0 };
}

typedef struct {
    const char *sql;
    size_t offset;
} tally;

static shi_err count_all(shi_duck *duck, shi_evaluated *out)
{
    static const tally TALLIES[] = {
        { "SELECT count(*) FROM truth", offsetof(shi_evaluated, accounts) },
        { "SELECT count(*) FROM truth WHERE kind <> 'honest'", offsetof(shi_evaluated, unreal) },
        { "SELECT count(*) FROM truth WHERE kind = 'bought'", offsetof(shi_evaluated, bought) },
        { "SELECT count(*) FROM truth WHERE kind = 'proxy'", offsetof(shi_evaluated, proxied) },
        { "SELECT count(*) FROM batch_flagged", offsetof(shi_evaluated, batches) },
        { "SELECT count(*) FROM flagged", offsetof(shi_evaluated, flagged) },
        { "SELECT count(*) FROM flagged JOIN truth USING (app, account) WHERE kind <> 'honest'", offsetof(shi_evaluated, hit) },
        { "SELECT count(*) FROM batch_flagged WHERE 2 * hit >= n", offsetof(shi_evaluated, found) },
        { "SELECT count(*) FROM finding WHERE selected AND about = 'account-batch'", offsetof(shi_evaluated, findings) },
        { "SELECT count(*) FROM (SELECT finding FROM member JOIN finding USING (finding) JOIN truth t USING (app, account) WHERE selected GROUP BY "
          "finding HAVING 2 * count_if(t.kind <> 'honest') >= count(*))", offsetof(shi_evaluated, right) },
        { "SELECT count(*) FROM (SELECT app, account FROM listed UNION SELECT app, account FROM flagged) JOIN truth USING (app, account) WHERE kind "
          "= 'proxy'", offsetof(shi_evaluated, proxy_found) },
        { "SELECT count(*) FROM listed", offsetof(shi_evaluated, proxy_flagged) },
        { "SELECT count(*) FROM listed JOIN truth USING (app, account) WHERE kind <> 'honest'", offsetof(shi_evaluated, proxy_hit) },
    };
    for (int64_t i = 0; i < COUNT(TALLIES); i++)
        SHI_TRY(shi_duck_int(duck, TALLIES[i].sql, NULL, 0, (int64_t *)(void *)((char *)out + TALLIES[i].offset)));
    return (shi_err){ 0 };
}

static const char SQL_DETECTORS[] =
    "SELECT detector || CASE WHEN scale <> '' THEN ' ' || scale ELSE '' END AS name, count(DISTINCT finding), 0, 0, count(*), "
    "count_if(t.kind <> 'honest') "
    "FROM   (SELECT DISTINCT detector, scale, min(finding) OVER (PARTITION BY detector, scale, app, account) AS finding, app, account "
    "        FROM member JOIN finding USING (finding) WHERE selected) JOIN truth t USING (app, account) GROUP BY name ORDER BY name";
static const char SQL_METHODS[] =
    "SELECT coalesce(t.method, '-') AS name, 0, count(DISTINCT t.batch), count(DISTINCT t.batch) FILTER (WHERE 2 * b.hit >= b.n), count(*), "
    "count(f.account) "
    "FROM   truth t LEFT JOIN batch_flagged b USING (batch) LEFT JOIN (SELECT * FROM flagged UNION SELECT * FROM listed) f USING (app, account) "
    "WHERE  t.kind <> 'honest' GROUP BY name ORDER BY name";
static const char SQL_VENDORS[] =
    "SELECT coalesce(vendor, '-') AS name, 0, count(*), count_if(2 * hit >= n), CAST(sum(n) AS BIGINT), CAST(sum(hit) AS BIGINT) FROM batch_flagged "
    "GROUP BY name ORDER BY name";
/* One row an order, bought or an insider's: its number, how it was made and the app; flagged or listed. */
static const char SQL_ORDERS[] =
    "SELECT concat_ws('/', batch, any_value(b.tech), any_value(b.app)) AS name, 0, 1, CAST(2 * count(f.account) >= count(*) AS BIGINT), count(*), "
    "count(f.account) FROM truth t JOIN batch_truth b USING (batch) LEFT JOIN (SELECT * FROM flagged UNION SELECT * FROM listed) f "
    "ON f.app = t.app AND f.account = t.account GROUP BY batch ORDER BY batch";

static shi_err evaluate(shi_duck *duck, shi_arena *keep, int64_t tolerance, shi_evaluated *out)
{
    SHI_TRY(judge_figures(duck, tolerance, &out->figures));
    for (int64_t i = 0; i < COUNT(SQL_FLAGGED); i++) SHI_TRY(shi_duck_exec(duck, SQL_FLAGGED[i], NULL, 0));
    SHI_TRY(list_scenes(duck, keep, out));
    SHI_TRY(count_all(duck, out));
    SHI_TRY(list_parts(duck, keep, SQL_DETECTORS, &out->detectors));
    SHI_TRY(list_parts(duck, keep, SQL_METHODS, &out->methods));
    SHI_TRY(list_parts(duck, keep, SQL_ORDERS, &out->orders));
    return list_parts(duck, keep, SQL_VENDORS, &out->vendors);
}

shi_err shi_evaluate(shi_duck *duck, shi_arena *keep, const char *truth, int64_t tolerance, shi_evaluated *out)
{
    static const char REMEDY[] = N_("Name the truth.parquet that simulate made, with truth_figures.parquet and batches.parquet beside it.");
    shi_evaluated x = { 0 };
    shi_str path = shi_str_from(truth);
    int64_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/') slash--;
    const char *figures = shi_str_format(keep, "%.*struth_figures.parquet", (int)slash, truth).ptr;
    const char *batches = shi_str_format(keep, "%.*sbatches.parquet", (int)slash, truth).ptr;
    shi_err e = open_file(duck, "truth", truth);
    if (!e.code) e = open_file(duck, "truth_figure", figures);
    if (!e.code) e = open_file(duck, "batch_truth", batches);
    if (!e.code) e = evaluate(duck, keep, tolerance, &x);
    if (e.code) {
        if (!e.file.ptr) e.file = path;
        if (e.code == SHI_SYSTEM) e = (shi_err){ .code = SHI_INPUT, .file = path, .reason = N_("this is not the truth of a simulated county"),
            .remedy = REMEDY };
        return e;
    }
    if (x.figures.judged == 0) {
        e = shi_fail(SHI_INPUT, N_("none of its figures are in the run"), REMEDY);
        e.file = path;
        return e;
    }
    *out = x;
    return (shi_err){ 0 };
}
