/* Two units can be told apart where their intervals do not meet. The intervals of the units that were checked hold together (Bonferroni); a bound
 * is arithmetic and costs nothing. A unit's set holds every rank that some values within the intervals give. */
#include "field/places.h"

#include "field/spot.h"

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

/* A check that was worked out once at the confidence of the ranking; most of its figures stand in the ranking. */
typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    double confidence;
    shi_str id;
    shi_spot_concluded c;
} checking;

static shi_err estimate_of(checking *at, const shi_checked_row *row, shi_estimate *out)
{
    if (!at->id.ptr || !shi_str_eq(at->id, row->check)) SHI_TRY(shi_spot_check_at(at->ws, at->keep, row->check, at->confidence, &at->c));
    at->id = row->check;
    for (int64_t i = 0; i < at->c.plan.figures; i++) {
        const shi_spot_figure *f = &at->c.plan.figure[i];
        if (!shi_str_eq(f->indicator, row->indicator) || !shi_str_eq(f->period, row->period) || !shi_str_eq(f->unit_code, row->unit_code)) continue;
        *out = at->c.each[i];
        return (shi_err){ 0 };
    }
    return shi_fail_value(SHI_INPUT, row->check, N_("the field check is not about this figure"), N_("\"shishu verify-ledger\" shows what was "
        "changed."));
}

static shi_err interval(checking *at, const shi_places_wish *wish, const shi_figure *f, const shi_checked_row *row, shi_place *p)
{
    p->low = f->real_low.known ? (double)f->real_low.v / 1000 : 0;
    p->high = f->real_high.known ? (double)f->real_high.v / 1000 : (double)INFINITY;
    if (row) {
        shi_estimate e = { 0 };
        SHI_TRY(estimate_of(at, row, &e));
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

static void rank_all(shi_places *r)
{
    for (int64_t i = 0; i < r->len; i++) {
        shi_place *p = &r->ptr[i];
        p->best = p->rank = 1;
        p->worst = r->len;
        for (int64_t k = 0; k < r->len; k++) {
            const shi_place *o = &r->ptr[k];
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
    const shi_place *x = a, *y = b;
    if (x->known != y->known) return x->known ? -1 : 1;
    if (x->known && x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return shi_str_cmp(x->unit_code, y->unit_code);
}

shi_err shi_places_make(shi_workspace *ws, shi_arena *keep, const shi_places_wish *wish, const shi_figures *figures, const shi_checked_rows *checked,
                        shi_places *out)
{
    const shi_figure *first = figures->ptr;
    *out = (shi_places){ .confidence = wish->confidence, .level = wish->level.ptr ? wish->level : common_level(figures) };
    if (!figures->len) return (shi_err){ 0 };
    out->indicator = first->indicator;
    out->indicator_name = first->indicator_name;
    out->period = first->period;
    out->ptr = shi_new(keep, shi_place, figures->len);
    const shi_figure **figure = shi_new(keep, const shi_figure *, figures->len);
    int64_t checks = 0;
    if (!out->ptr || !figure) return shi_no_memory();
    for (int64_t i = 0; i < figures->len; i++) {
        const shi_figure *f = &figures->ptr[i];
        if (!shi_str_eq(f->level, out->level)) continue;
        figure[out->len] = f;
        out->ptr[out->len++] = (shi_place){ .unit_code = f->unit_code, .unit_name = f->unit_name };
        checks += check_of(checked, f) != NULL;
    }
    checking at = { .ws = ws, .keep = keep, .confidence = 1 - (1 - wish->confidence) / (double)(checks ? checks : 1) };
    for (int64_t i = 0; i < out->len; i++) SHI_TRY(interval(&at, wish, figure[i], check_of(checked, figure[i]), &out->ptr[i]));
    rank_all(out);
    qsort(out->ptr, (size_t)out->len, sizeof *out->ptr, by_rank);
    return (shi_err){ 0 };
}
