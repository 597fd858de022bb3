/* Verdicts and bounds against what is real, in exact thousandths; one pass in SQL. Accounts, batches and look-alikes are judged by the members of
 * findings, and a run without detectors has none. */
#include "chain/evaluate.h"

#include "base/os.h"

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

static shi_err list_scenes(shi_duck *duck, shi_arena *keep, shi_evaluated *out)
{
    enum { MOST = 64 };
    shi_rows rows;
    out->scene = shi_new(keep, shi_evaluated_scene, MOST);
    if (!out->scene) return shi_no_memory();
    SHI_TRY(shi_duck_query(duck, "SELECT lookalike, count(DISTINCT scene), count(*) FROM truth WHERE lookalike IS NOT NULL GROUP BY lookalike "
                                 "ORDER BY length(lookalike), lookalike LIMIT 64", NULL, 0, &rows));
    while (out->scenes < MOST && shi_rows_next(&rows))
        out->scene[out->scenes++] = (shi_evaluated_scene){ shi_str_copy(keep, shi_rows_str(&rows, 0)), shi_rows_int(&rows, 1), shi_rows_int(&rows,
            2) };
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_err evaluate(shi_duck *duck, shi_arena *keep, int64_t tolerance, shi_evaluated *out)
{
    SHI_TRY(judge_figures(duck, tolerance, &out->figures));
    SHI_TRY(list_scenes(duck, keep, out));
    SHI_TRY(shi_duck_int(duck, "SELECT count(*) FROM truth", NULL, 0, &out->accounts));
    SHI_TRY(shi_duck_int(duck, "SELECT count(*) FROM truth WHERE kind <> 'honest'", NULL, 0, &out->unreal));
    return shi_duck_int(duck, "SELECT count(DISTINCT batch) FROM truth", NULL, 0, &out->batches);
}

shi_err shi_evaluate(shi_duck *duck, shi_arena *keep, const char *truth, int64_t tolerance, shi_evaluated *out)
{
    static const char REMEDY[] = N_("Name the truth.parquet that simulate made, with truth_figures.parquet beside it.");
    shi_evaluated x = { 0 };
    shi_str path = shi_str_from(truth);
    int64_t slash = path.len;
    while (slash > 0 && path.ptr[slash - 1] != '/') slash--;
    const char *figures = shi_str_format(keep, "%.*struth_figures.parquet", (int)slash, truth).ptr;
    shi_err e = open_file(duck, "truth", truth);
    if (!e.code) e = open_file(duck, "truth_figure", figures);
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
