/* Simultaneous rank sets of normal estimates. The critical value is a quantile of the largest studentised difference over all ordered pairs (a, b):
 * (s_b z_b - s_a z_a) / sqrt(s_a^2 + s_b^2), with independent normal z. By Cauchy and Schwarz the square of such a difference is at most
 * z_a^2 + z_b^2, so that a draw of n normals needs only its few largest |z|: the maximum over their pairs is the maximum over all as soon as it
 * is not below max z^2 + t^2, where t is the smallest |z| that was looked at. Nothing else becomes a normal, no pair is stored, and a draw costs
 * one random number a unit.
 *
 * Stepping down, a decided direction "a above b" leaves the pairs (its reverse stays: Mogstad et al. keep all true hypotheses in). The draws stay the
 * same, so that each maximum can only fall: only those that lay above the new critical value need another look. */
#include "stat/ranks_data.h"

#include "base/random.h"
#include "base/text.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>

enum { CHUNKS = 32, PURPOSE = 4070, FEWEST_DRAWS = 10000, MOST_DRAWS = 400000, TAIL_DRAWS = 200 };

typedef struct {
    double value;
    int64_t index;
} ranked;

static int largest_first(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->value > y->value || x->value < y->value) return x->value > y->value ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

shi_err shi_ranks_of(shi_arena scratch, const double *x, int64_t n, double omega, bool ascending, double *rank)
{
    ranked *by = shi_new(&scratch, ranked, n);
    if (!by && n) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (ranked){ ascending ? -x[i] : x[i], i };
    qsort(by, (size_t)n, sizeof *by, largest_first);
    for (int64_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && !(by[to].value < by[from].value); to++)
            ;
        for (int64_t i = from; i < to; i++) rank[by[i].index] = (double)(from + 1) + omega * (double)(to - from - 1);
    }
    return (shi_err){ 0 };
}

shi_err shi_ranks_flaw(const shi_rank_data *data)
{
    if (data->n < 2) return shi_fail(SHI_USAGE, N_("ranks need at least two units"), N_("Give a file with all the units that are compared."));
    if (data->n > SHI_RANKS_MOST) return shi_fail(SHI_USAGE, N_("these are too many units"), N_("Ranks can be made of up to 100000 units."));
    if (!(data->confidence > 0 && data->confidence <= 0.9999))
        return shi_fail(SHI_USAGE, N_("the confidence is out of range"), N_("Give a confidence above 0 and at most 0.9999, such as 0.95."));
    for (int64_t i = 0; i < data->n; i++) {
        const char *reason = NULL;
        if (!isfinite(data->estimate[i])) reason = N_("the estimate is no finite number");
        else if (!isfinite(data->se[i]) || !(data->se[i] > 0)) reason = N_("the standard error is not above 0");
        if (reason) return (shi_err){ .code = SHI_INPUT, .line = i + 1, .reason = reason, .remedy = N_("Correct the value, or leave the unit out.") };
    }
    return (shi_err){ 0 };
}

int64_t shi_ranks_draws(int64_t n, double confidence)
{
    double draws = 6e6 / (double)(n + 200), tail = TAIL_DRAWS / (1 - confidence);
    if (draws < FEWEST_DRAWS) draws = FEWEST_DRAWS;
    if (draws < tail) draws = tail;
    return draws < MOST_DRAWS ? (int64_t)draws : MOST_DRAWS;
}

int64_t shi_ranks_scratch(int64_t n, int64_t draws)
{
    return n * (16 + 24 + CHUNKS * 24) + draws * 32 + CHUNKS * 256 + 4096;
}

/* ---- one draw ---- */

/* Units from the best estimate down. */
typedef struct {
    int64_t n, draws;
    uint64_t seed;
    double *x, *s, *v;         /* estimate, standard error, its square */
    double cut;                /* directions decided at this critical value are left out; INFINITY: none are */
    double share;              /* of the units that a draw looks at first */
} field;

typedef struct {
    double *shift, *square;    /* s z, z^2 */
    int64_t *unit;             /* ascending, so from the best estimate down */
} candidates;

/* The units of draw r with |z| > t, P(|z| > t) = share. */
static int64_t draw_large(const field *f, int64_t r, double share, candidates c)
{
    shi_random random = shi_random_of(f->seed, PURPOSE, r, 0, 0);
    double half = share / 2;
    int64_t len = 0;
    for (int64_t i = 0; i < f->n; i++) {
        double u = shi_random_unit(&random);
        if (u >= half && u <= 1 - half) continue;
        double z = shi_normal_quantile_above(u);
        c.unit[len] = i;
        c.shift[len] = f->s[i] * z;
        c.square[len++] = z * z;
    }
    return len;
}

/* The square of the largest studentised difference among the candidates, at least 0. */
static double largest_among(const field *f, candidates c, int64_t len)
{
    double most = 0;
    for (int64_t i = 0; i < len; i++)
        for (int64_t k = i + 1; k < len; k++) {
            if (c.square[i] + c.square[k] <= most) continue;
            int64_t a = c.unit[i], b = c.unit[k];
            double d = c.shift[k] - c.shift[i], v = f->v[a] + f->v[b], square = d * d;
            if (square <= most * v) continue;
            if (d < 0 && shi_rank_apart(f->x[a], f->x[b], f->v[a], f->v[b], f->cut)) continue;   /* a above b is decided */
            most = square / v;
        }
    return most;
}

static double largest_of_draw(const field *f, int64_t r, candidates c)
{
    for (double share = f->share;; share = share * 4) {
        bool all = share >= 1;
        int64_t len = draw_large(f, r, all ? 1 : share, c);
        double least = all ? 0 : shi_normal_quantile_above(share / 2), top = least * least, most = largest_among(f, c, len);
        for (int64_t i = 0; i < len; i++) top = c.square[i] > top ? c.square[i] : top;
        if (all || most >= top + least * least) return sqrt(most);
    }
}

/* ---- the critical value ---- */

typedef struct {
    ranked *bound;             /* per draw: its maximum, or a number not below it; sorted, the largest first */
    ranked *known;
    candidates room[CHUNKS];
} simulation;

/* bound[from … to) become the maxima over the field's pairs. */
static void look(const field *f, simulation *s, int64_t from, int64_t to)
{
#pragma omp parallel for schedule(dynamic, 1) if ((to - from) * f->n > 200000)
    for (int64_t c = 0; c < CHUNKS; c++) {
        int64_t first = from + (to - from) * c / CHUNKS, last = from + (to - from) * (c + 1) / CHUNKS;
        for (int64_t i = first; i < last; i++) s->bound[i].value = largest_of_draw(f, s->bound[i].index, s->room[c]);
    }
}

/* The quantile over the field's pairs: the tail-th largest maximum. Looks from the largest bound down until no other can be among those. */
static double quantile(const field *f, simulation *s, double confidence)
{
    int64_t R = f->draws, tail = (int64_t)floor((1 - confidence) * (double)(R + 1)), seen = 0, next = tail + tail / 4 + 64;
    if (tail < 1) tail = 1;
    if (isinf(s->bound[R - 1].value)) next = R;   /* nothing is known yet */
    for (;;) {
        if (next > R) next = R;
        look(f, s, seen, next);
        seen = next;
        for (int64_t i = 0; i < seen; i++) s->known[i] = s->bound[i];
        qsort(s->known, (size_t)seen, sizeof *s->known, largest_first);
        if (seen == R || s->known[tail - 1].value >= s->bound[seen].value) break;
        next = seen + tail / 2 + 64;
    }
    for (int64_t i = 0; i < seen; i++) s->bound[i] = s->known[i];
    qsort(s->bound, (size_t)R, sizeof *s->bound, largest_first);
    return s->known[tail - 1].value;
}

/* Decided pairs at f->cut, by counting: better[i], worse[i] of unit i of the field may be NULL. */
static int64_t decided(const field *f, int64_t *better, int64_t *worse)
{
    int64_t apart = 0;
#pragma omp parallel for schedule(static) reduction(+ : apart) if (f->n > 500)
    for (int64_t i = 0; i < f->n; i++) {
        int64_t above = 0, below = 0;
        for (int64_t k = 0; k < i; k++) above += shi_rank_apart(f->x[k], f->x[i], f->v[k], f->v[i], f->cut);
        for (int64_t k = i + 1; k < f->n; k++) below += shi_rank_apart(f->x[i], f->x[k], f->v[i], f->v[k], f->cut);
        if (better) better[i] = above;
        if (worse) worse[i] = below;
        apart += below;
    }
    return apart;
}

static shi_err simulated_cut(shi_arena scratch, field *f, double confidence, bool stepdown)
{
    simulation s = { .bound = shi_new(&scratch, ranked, f->draws), .known = shi_new(&scratch, ranked, f->draws) };
    if (!s.bound || !s.known) return shi_no_memory();
    for (int64_t c = 0; c < CHUNKS; c++) {
        s.room[c] = (candidates){ shi_new(&scratch, double, f->n), shi_new(&scratch, double, f->n), shi_new(&scratch, int64_t, f->n) };
        if (!s.room[c].shift || !s.room[c].square || !s.room[c].unit) return shi_no_memory();
    }
    for (int64_t r = 0; r < f->draws; r++) s.bound[r] = (ranked){ INFINITY, r };
    double share = (6 + sqrt((double)f->n)) / (double)f->n;
    f->share = share < 1 ? share : 1;
    f->cut = INFINITY;
    for (int64_t before = 0, apart;; before = apart) {
        f->cut = quantile(f, &s, confidence);
        if (!stepdown) break;
        apart = decided(f, NULL, NULL);
        if (apart == before) break;
    }
    return (shi_err){ 0 };
}

/* Normal quantiles over all n (n - 1) ordered pairs, Holm's without those rejected, until none is added. */
static void normal_cut(field *f, double confidence, bool holm)
{
    double pairs = (double)f->n * (double)(f->n - 1);
    for (int64_t before = 0, apart;; before = apart) {
        f->cut = shi_normal_quantile_above((1 - confidence) / (pairs - (double)before));
        if (!holm) return;
        apart = decided(f, NULL, NULL);
        if (apart == before) return;
    }
}

static shi_err field_of(shi_arena *scratch, const shi_rank_data *data, field *f, ranked **order)
{
    int64_t n = data->n;
    ranked *by = shi_new(scratch, ranked, n);
    *f = (field){ .n = n, .draws = data->draws > 0 ? data->draws : shi_ranks_draws(n, data->confidence), .seed = data->seed,
                  .x = shi_new(scratch, double, n), .s = shi_new(scratch, double, n), .v = shi_new(scratch, double, n), .cut = INFINITY };
    if (!by || !f->x || !f->s || !f->v) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (ranked){ data->estimate[i], i };
    qsort(by, (size_t)n, sizeof *by, largest_first);
    for (int64_t i = 0; i < n; i++) {
        f->x[i] = by[i].value;
        f->s[i] = data->se[by[i].index];
        f->v[i] = f->s[i] * f->s[i];
    }
    *order = by;
    return (shi_err){ 0 };
}

shi_err shi_ranks_simultaneous(shi_arena scratch, const shi_rank_data *data, shi_rank_method method, shi_rank_set *set, int64_t *apart)
{
    field f;
    ranked *order = NULL;
    SHI_TRY(shi_ranks_flaw(data));
    SHI_TRY(field_of(&scratch, data, &f, &order));
    if (method == SHI_RANKS_STEPDOWN || method == SHI_RANKS_SINGLE)
        SHI_TRY(simulated_cut(scratch, &f, data->confidence, method == SHI_RANKS_STEPDOWN));
    else normal_cut(&f, data->confidence, method == SHI_RANKS_HOLM);
    int64_t *better = shi_new(&scratch, int64_t, f.n), *worse = shi_new(&scratch, int64_t, f.n);   /* where the simulation was */
    if (!better || !worse) return shi_no_memory();
    int64_t pairs = decided(&f, better, worse);
    for (int64_t i = 0; i < f.n; i++) set[order[i].index] = (shi_rank_set){ better[i] + 1, f.n - worse[i] };
    if (apart) *apart = pairs;
    return (shi_err){ 0 };
}

bool shi_rank_may_lead(shi_rank_set set, int64_t k)
{
    return set.low <= k;
}

bool shi_rank_may_trail(shi_rank_set set, int64_t n, int64_t k)
{
    return set.high >= n - k + 1;
}

bool shi_rank_surely_trails(shi_rank_set set, int64_t n, int64_t k)
{
    return set.low >= n - k + 1;
}
