/* A ranking is made for each indicator and period with two checked units of one level or more: with fewer, nothing is compared. */
#include "field/papers.h"

#include "chain/run_check.h"
#include "chain/withheld.h"
#include "field/places.h"
#include "field/spot.h"

#include <jansson.h>
#include <string.h>

enum { RANKINGS = 12, CHECKED = 1000 };
static const double CONFIDENCE = 0.95;

static shi_err figures_of(shi_duck *duck, shi_arena *keep, const shi_figure *like, shi_figures *out)
{
    const shi_param p[] = { SHI_TEXTP(like->indicator), SHI_TEXTP(like->period) };
    return shi_run_figures(duck, keep, "figure_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code", p, 2, out);
}

/* The ranking of an indicator and period; *any is false where fewer than two of its units were checked. */
static shi_err ranking_of(shi_workspace *ws, shi_duck *duck, shi_arena *keep, const shi_checked_rows *rows, const shi_figure *like,
                          shi_places *out, bool *any)
{
    shi_figures figures;
    int64_t n = 0;
    *any = false;
    for (int64_t i = 0; i < rows->len; i++)
        n += shi_str_eq(rows->ptr[i].indicator, like->indicator) && shi_str_eq(rows->ptr[i].period, like->period);
    if (n < 2) return (shi_err){ 0 };
    SHI_TRY(figures_of(duck, keep, like, &figures));
    SHI_TRY(shi_places_make(ws, keep, &(shi_places_wish){ .level = like->level, .confidence = CONFIDENCE }, &figures, rows, out));
    *any = out->checked > 1;
    return (shi_err){ 0 };
}

static bool ranked_already(const shi_rankings *all, const shi_figure *f)
{
    for (int64_t i = 0; i < all->len; i++)
        if (shi_str_eq(all->ptr[i].indicator, f->indicator) && shi_str_eq(all->ptr[i].period, f->period) && shi_str_eq(all->ptr[i].level, f->level))
            return true;
    return false;
}

static shi_err rankings(shi_workspace *ws, shi_duck *duck, shi_arena *keep, shi_figures of, shi_rankings *out)
{
    shi_checked_rows rows;
    *out = (shi_rankings){ .ptr = shi_new(keep, shi_places, RANKINGS) };
    if (!out->ptr) return shi_no_memory();
    SHI_TRY(shi_checks_concluded(ws, keep, &rows));
    for (int64_t i = 0; i < of.len && out->len < RANKINGS; i++) {
        bool any;
        if (ranked_already(out, &of.ptr[i])) continue;
        SHI_TRY(ranking_of(ws, duck, keep, &rows, &of.ptr[i], &out->ptr[out->len], &any));
        out->len += any;
    }
    return (shi_err){ 0 };
}

shi_err shi_papers_load(shi_workspace *ws, shi_duck *duck, shi_arena *keep, shi_run_view *view)
{
    const shi_param most = SHI_INT(CHECKED);
    SHI_TRY(shi_run_figures(duck, keep, "figure_out", "WHERE checked_n IS NOT NULL ORDER BY indicator, period, unit_code LIMIT $1", &most, 1,
                            &view->checked));
    shi_withheld_mark(&view->withheld, view->checked);
    SHI_TRY(rankings(ws, duck, keep, view->checked, &view->rankings));
    return shi_replies_load(ws, keep, (shi_str){ 0 }, &view->replies);
}

/* ---- a unit ---- */

/* Impossible, refuted, contradictory, doubtful, then the rest; within a verdict what cannot be real, then the largest target. */
static const char SQL_UNIT[] =
    "WHERE unit_code = $1 AND period = (SELECT max(period) FROM figure_out WHERE unit_code = $1 AND (CAST($2 AS VARCHAR) IS NULL OR period = $2)) "
    "ORDER BY list_position(['impossible', 'refuted', 'contradictory', 'doubtful', 'plausible', 'confirmed', 'not_judged'], verdict), "
    "impossible_excess DESC NULLS LAST, target DESC NULLS LAST, indicator";

static shi_err nothing(shi_str unit, shi_str period)
{
    return shi_fail_value(SHI_INPUT, period.ptr ? period : unit, N_("the run has no figure of this unit and period"),
                          N_("Name a unit by its code and a period as 2024-06; after new imports run \"shishu audit\"."));
}

shi_err shi_papers_unit(shi_workspace *ws, shi_duck *duck, shi_arena *keep, const shi_run_info *info, shi_str unit, shi_str period,
                        shi_run_view *out)
{
    const shi_param p[] = { SHI_TEXTP(unit), SHI_TEXTP(period) };
    *out = (shi_run_view){ .run = *info };
    SHI_TRY(shi_run_figures(duck, keep, "figure_out", SQL_UNIT, p, 2, &out->figures));
    if (!out->figures.len) return nothing(unit, period);
    SHI_TRY(shi_withheld_find(duck, keep, info->small_cell, &out->withheld));
    shi_withheld_mark(&out->withheld, out->figures);
    const shi_param all[] = { SHI_TEXTP(out->figures.ptr[0].period), SHI_TEXTP(unit) };
    SHI_TRY(shi_run_targets(duck, keep, "target_out", "WHERE period = $1 AND indicator IN (SELECT indicator FROM target_out WHERE unit_code = $2) "
                            "ORDER BY indicator, unit_code, issuer_code NULLS LAST", all, 2, &out->targets));
    if (info->judged) SHI_TRY(shi_run_check_load(duck, keep, 0, out));
    if (info->judged) SHI_TRY(shi_run_shares(duck, keep, all, out));
    SHI_TRY(rankings(ws, duck, keep, out->figures, &out->rankings));
    return shi_replies_load(ws, keep, unit, &out->replies);
}

/* ---- the working paper ---- */

static const char *const CHECK_FILES[] = { "plan.json", "frame.csv", "commitment.json", "draw.json", "results.csv", "estimate.json" };

/* Public seeds, one a round. */
static shi_err seeds_of(shi_arena *keep, shi_str draw, shi_str *out)
{
    shi_spot_draw d;
    shi_buf text = { 0 };
    SHI_TRY(shi_spot_draw_read(keep, draw, &d));
    for (int64_t i = 0; i < d.rounds; i++) {
        shi_buf_puts(&text, i ? "; " : "");
        shi_buf_add(&text, d.seed[i]);
    }
    *out = text.failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err check_files(shi_workspace *ws, shi_arena *keep, shi_str id, shi_papers_work *out)
{
    for (int64_t k = 0; k < COUNT(CHECK_FILES); k++) {
        shi_str content;
        shi_sha256 hash;
        char *hex = shi_new(keep, char, 65);
        SHI_TRY(shi_checks_get(ws, keep, id, CHECK_FILES[k], &content));
        if (!content.ptr) continue;
        if (!hex) return shi_no_memory();
        shi_sha256_text(content, &hash);
        shi_hex(hash.byte, 32, hex);
        shi_papers_file *f = &out->file[out->files++];
        *f = (shi_papers_file){ .check = id, .name = shi_str_from(CHECK_FILES[k]), .sha256 = shi_str_from(hex) };
        if (!strcmp(CHECK_FILES[k], "draw.json")) SHI_TRY(seeds_of(keep, content, &f->seeds));
    }
    return (shi_err){ 0 };
}

/* The files that run.json names. */
static shi_err run_files(shi_arena *keep, const json_t *list, shi_papers_work *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(item, "file")), *sha256 = json_string_value(json_object_get(item, "sha256"));
        if (!name || !sha256) continue;
        shi_papers_file *f = &out->file[out->files++];
        *f = (shi_papers_file){ .name = shi_str_copy(keep, shi_str_from(name)), .sha256 = shi_str_copy(keep, shi_str_from(sha256)) };
        if (!f->name.ptr || !f->sha256.ptr) return shi_no_memory();
    }
    return (shi_err){ 0 };
}

static shi_err engine_version(shi_duck *duck, shi_arena *keep, const char **out)
{
    shi_rows rows;
    SHI_TRY(shi_duck_query(duck, "SELECT version()", NULL, 0, &rows));
    shi_str v = shi_rows_next(&rows) ? shi_str_copy(keep, shi_rows_str(&rows, 0)) : S("?");
    shi_rows_close(&rows);
    *out = v.ptr;
    return v.ptr ? (shi_err){ 0 } : shi_no_memory();
}

shi_err shi_papers_work_load(shi_workspace *ws, shi_duck *duck, shi_arena *keep, const shi_run_info *info, shi_papers_work *out)
{
    shi_strs ids;
    shi_run_row row;
    shi_str text;
    json_error_t ignored;
    int64_t bad;
    *out = (shi_papers_work){ .sqlite = sqlite3_libversion() };
    SHI_TRY(engine_version(duck, keep, &out->duckdb));
    SHI_TRY(shi_trail_verify(ws, &out->entries, &bad, out->head));
    SHI_TRY(shi_ledger_run(ws, keep, info->run, &row));
    out->run_sha256 = row.sha256;
    SHI_TRY(shi_checks_ids(ws, keep, &ids));
    SHI_TRY(shi_os_read(keep, shi_workspace_path(ws, keep, "runs/%s/run.json", info->run.ptr), 1 << 28, &text));
    json_t *root = json_loadb(text.ptr, (size_t)text.len, 0, &ignored), *list = json_object_get(root, "files");
    out->checks = ids.len;
    out->file = shi_new(keep, shi_papers_file, ids.len * COUNT(CHECK_FILES) + (int64_t)json_array_size(list));
    shi_err e = out->file ? run_files(keep, list, out) : shi_no_memory();
    json_decref(root);
    for (int64_t i = 0; i < ids.len && !e.code; i++) e = check_files(ws, keep, ids.ptr[i], out);
    return e;
}
