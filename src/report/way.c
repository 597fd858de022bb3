/* From a target up to who first asked: a sorted list of the rows at hand, and a binary search at every step, since a report may hold
 * every target of a province. */
#include "report/words.h"

#include <stdlib.h>

typedef struct {
    shi_str indicator, period, unit;
} cell;

static int against(const shi_target_row *t, const cell *c)
{
    int order = shi_str_cmp(t->indicator, c->indicator);
    if (!order) order = shi_str_cmp(t->period, c->period);
    return order ? order : shi_str_cmp(t->unit_code, c->unit);
}

/* By cell; in a cell the largest first, since that is a unit's own target (ties: the smaller issuer code; one that is no unit and so has no
 * level after those, none last: as the amplification took them). */
static int by_cell(const void *a, const void *b)
{
    const shi_target_row *x = *(const shi_target_row *const *)a, *y = *(const shi_target_row *const *)b;
    int order = against(x, &(cell){ y->indicator, y->period, y->unit_code });
    if (order) return order;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    if (!x->issuer_level.ptr != !y->issuer_level.ptr) return x->issuer_level.ptr ? -1 : 1;
    if (!x->issuer_code.ptr != !y->issuer_code.ptr) return x->issuer_code.ptr ? -1 : 1;
    return shi_str_cmp(x->issuer_code, y->issuer_code);
}

shi_err shi_target_index_make(shi_target_rows rows, shi_target_index *out)
{
    *out = (shi_target_index){ 0 };
    if (!rows.len) return (shi_err){ 0 };
    out->by = malloc((size_t)rows.len * sizeof *out->by);
    if (!out->by) return shi_no_memory();
    for (int64_t i = 0; i < rows.len; i++) out->by[i] = &rows.ptr[i];
    out->len = rows.len;
    qsort(out->by, (size_t)rows.len, sizeof *out->by, by_cell);
    return (shi_err){ 0 };
}

void shi_target_index_drop(shi_target_index *index)
{
    free(index->by);
    *index = (shi_target_index){ 0 };
}

/* First row of a cell, or the number of rows. */
static int64_t first_of(const shi_target_index *index, const cell *c)
{
    int64_t low = 0, high = index->len;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (against(index->by[mid], c) < 0) low = mid + 1;
        else high = mid;
    }
    return low < index->len && !against(index->by[low], c) ? low : index->len;
}

/* The unit's own target, in the indicator and period of `like`; NULL: not at hand. */
static const shi_target_row *own_of(const shi_target_index *index, const shi_target_row *like, shi_str unit)
{
    int64_t at = first_of(index, &(cell){ like->indicator, like->period, unit });
    return at < index->len ? index->by[at] : NULL;
}

static bool was_there(const shi_way_step *step, int n, shi_str code)
{
    for (int i = 0; i < n; i++)
        if (shi_str_eq(step[i].code, code)) return true;
    return false;
}

int shi_words_way_up(const shi_target_index *index, const shi_target_row *from, shi_way_step step[SHI_WAY_MAX])
{
    int n = 0;
    for (const shi_target_row *t = from; t && t->issuer_code.ptr && n < SHI_WAY_MAX && !was_there(step, n, t->issuer_code);) {
        const shi_target_row *own = own_of(index, t, t->issuer_code), *above = !own && t->above.ptr ? own_of(index, t, t->above) : NULL;
        step[n++] = (shi_way_step){ .code = t->issuer_code, .name = t->issuer_name, .level = t->issuer_level, .factor = t->factor,
                                    .has_own = own != NULL, .own = own ? own->value : 0 };
        if (above && (n == SHI_WAY_MAX || was_there(step, n, t->above))) break;
        if (above)
            step[n++] = (shi_way_step){ .code = t->above, .name = above->unit_name, .level = above->level, .factor = t->above_factor,
                                        .has_own = true, .own = above->value };
        t = own ? own : above;
    }
    return n;
}

const shi_target_row *shi_words_target_of(const shi_target_index *index, const shi_figure *f)
{
    cell c = { f->indicator, f->period, f->unit_code };
    const shi_target_row *best = NULL;
    for (int64_t i = f->target.known ? first_of(index, &c) : index->len; i < index->len && !against(index->by[i], &c); i++) {
        const shi_target_row *t = index->by[i];
        if (t->value != f->target.v) continue;
        if (shi_str_eq(t->issuer_code, f->issuer_code)) return t;
        if (!best) best = t;
    }
    return best;
}
