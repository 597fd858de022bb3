/* A unit that was checked in the field has an interval; one that was not has only its bound. Two units can be told apart where these do not meet; the
 * rank set of a unit follows from whom it can be told apart from. */
#include "field/rank.h"

#include "field/spot.h"
#include "store/checks.h"

#include <math.h>
#include <stdlib.h>

static shi_str common_level(const shi_figures *figures)
{
    shi_str best = { 0 };
    int64_t most = 0;
    for (int64_t i = 0; i < figures->len; i++) {
        int64_t n = 0;
        for (int64_t k = 0; k < figures->len; k++) n += shi_str_eq(figures->ptr[k].level, figures->ptr[i].level);
        if (n > most) most = n, best = figures->ptr[i].level;
    }
    return best;
}

static const shi_checked_row *check_of(const shi_checked_rows *rows, const shi_figure *f)
{
    for (int64_t i = 0; i < rows->len; i++)
        if (shi_str_eq(rows->ptr[i].indicator, f->indicator) && shi_str_eq(rows->ptr[i].period, f->period) &&
            shi_str_eq(rows->ptr[i].unit_code, f->unit_code))
            return &rows->ptr[i];
    return NULL;
}

/* The interval of one of `checks` units, so that all of them hold together (Bonferroni); a unit that was not checked has only its bound, which is
 * arithmetic and costs nothing. */
static shi_err interval(shi_workspace *ws, shi_arena *keep, const shi_rank_wish *wish, const shi_checked_row *row, int64_t checks, shi_rank_place *p)
{
    const shi_figure *f = p->figure;
    p->low = f->real_low.known ? (double)f->real_low.v / 1000 : 0;
    p->high = f->real_high.known ? (double)f->real_high.v / 1000 : (double)INFINITY;
    if (row) {
        shi_estimate e;
        shi_str name = shi_str_format(keep, "%.*s/%.*s/%.*s", (int)f->indicator.len, f->indicator.ptr, (int)f->period.len, f->period.ptr,
                                      (int)f->unit_code.len, f->unit_code.ptr);
        if (!name.ptr) return shi_no_memory();
        SHI_TRY(shi_spot_figure_at(ws, keep, row->check, name, 1 - (1 - wish->confidence) / (double)checks, &e));
        p->checked = true;
        p->known = e.judged;
        p->estimate = e.total;
        p->low = e.drawn ? e.sure_low : e.low;   /* of meetings only what holds whatever the other villages are like */
        p->high = e.drawn ? e.sure_high : e.high;
    }
    if (!wish->per_head) return (shi_err){ 0 };
    double people = f->people.known && f->people.v > 0 ? (double)f->people.v / 1000 : 0;
    if (people > 0) p->estimate /= people, p->low /= people, p->high /= people;
    else p->known = false, p->low = 0, p->high = (double)INFINITY;
    return (shi_err){ 0 };
}

static void rank_all(shi_ranking *r)
{
    for (int64_t i = 0; i < r->len; i++) {
        shi_rank_place *p = &r->ptr[i];
        p->best = p->rank = 1;
        p->worst = r->len;
        for (int64_t k = 0; k < r->len; k++) {
            const shi_rank_place *o = &r->ptr[k];
            if (k == i) continue;
            p->rank += o->known && o->estimate > p->estimate;
            p->best += o->low > p->high;
            p->worst -= o->high < p->low;
            r->apart += k > i && (o->low > p->high || o->high < p->low);
        }
        r->checked += p->checked;
    }
    r->pairs = r->len * (r->len - 1) / 2;
}

static int by_rank(const void *a, const void *b)
{
    const shi_rank_place *x = a, *y = b;
    if (x->known != y->known) return x->known ? -1 : 1;
    if (x->known && x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return shi_str_cmp(x->figure->unit_code, y->figure->unit_code);
}

shi_err shi_rank_make(shi_workspace *ws, shi_arena *keep, shi_duck *duck, const shi_rank_wish *wish, shi_ranking *out)
{
    shi_figures figures;
    shi_checked_rows rows;
    int64_t checks = 0;
    const shi_param p[] = { SHI_TEXTP(wish->indicator), SHI_TEXTP(wish->period) };
    SHI_TRY(shi_run_figures(duck, keep, "figure_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code", p, 2, &figures));
    if (figures.len == 0) return shi_fail_value(SHI_INPUT, wish->indicator, N_("the latest run has no figure of this indicator and period"),
                                                N_("Name both as in \"shishu explain\", and run \"shishu audit\" after new imports."));
    SHI_TRY(shi_checks_concluded(ws, keep, &rows));
    shi_str level = wish->level.ptr ? wish->level : common_level(&figures);
    *out = (shi_ranking){ 0 };
    out->ptr = shi_new(keep, shi_rank_place, figures.len);
    if (!out->ptr) return shi_no_memory();
    for (int64_t i = 0; i < figures.len; i++) {
        if (!shi_str_eq(figures.ptr[i].level, level)) continue;
        out->ptr[out->len++].figure = &figures.ptr[i];
        checks += check_of(&rows, &figures.ptr[i]) != NULL;
    }
    for (int64_t i = 0; i < out->len; i++)
        SHI_TRY(interval(ws, keep, wish, check_of(&rows, out->ptr[i].figure), checks, &out->ptr[i]));
    rank_all(out);
    qsort(out->ptr, (size_t)out->len, sizeof *out->ptr, by_rank);
    return (shi_err){ 0 };
}

bool shi_rank_is_last(const shi_ranking *r, const shi_rank_place *p)
{
    return r->len > SHI_RANK_LAST && p->best > r->len - SHI_RANK_LAST;
}

void shi_rank_json(shi_json *json, const shi_ranking *r)
{
    shi_json_begin_object(json);
    shi_json_kint(json, "pairs", r->pairs);
    shi_json_kint(json, "distinguishable", r->apart);
    shi_json_kint(json, "checked", r->checked);
    shi_json_key(json, "last_five");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < r->len; i++)
        if (shi_rank_is_last(r, &r->ptr[i])) shi_json_str(json, r->ptr[i].figure->unit_code);
    shi_json_end_array(json);
    shi_json_key(json, "units");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < r->len; i++) {
        const shi_rank_place *p = &r->ptr[i];
        shi_json_begin_object(json);
        shi_json_kstr(json, "unit_code", p->figure->unit_code);
        shi_json_kf64(json, "estimate", p->known, p->estimate);
        if (p->known) shi_json_kint(json, "rank", p->rank);
        else shi_json_knull(json, "rank");
        shi_json_kint(json, "low", p->best);
        shi_json_kint(json, "high", p->worst);
        shi_json_kf64(json, "real_low", true, p->low);
        shi_json_kf64(json, "real_high", isfinite(p->high), p->high);
        shi_json_kbool(json, "checked", p->checked);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    shi_json_end_object(json);
}
