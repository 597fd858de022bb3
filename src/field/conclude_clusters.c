/* What residents' meetings say: everyone of the drawn clusters was to be asked. The estimate is that of a survey whose units are the clusters. Beside
 * it stand bounds that need no large samples, since a few villages that are wholly unlike the others may all have been missed by the draw. */
#include "field/spot.h"

#include <math.h>

/* Rows of the strata at hand. */
typedef struct {
    const shi_spot_plan *plan;
    const shi_spot_draw *draw;
    const double *x;                 /* of all that were drawn */
    int64_t from, n;                 /* strata */
    int64_t *size, clusters;         /* accounts of each cluster of the frame */
    int64_t *largest;                /* of each stratum at hand */
    int64_t *code, *of, *stratum;    /* code: of the cluster, from 0 in the order drawn; the others of each row */
    int64_t *in, *drawn_in;          /* of each stratum */
    int64_t *accounts, *not_real, *real;   /* of each drawn cluster, the unreached in both of the latter */
    double *value;
    int64_t rows, drawn;
} meetings;

static shi_err open_meetings(shi_arena *scratch, const shi_spot_frame *frame, meetings *m)
{
    int64_t n = m->draw->len;
    SHI_TRY(shi_spot_cluster_sizes(scratch, m->plan, frame, &m->size, &m->clusters));
    m->largest = shi_new(scratch, int64_t, m->n);
    m->in = shi_new(scratch, int64_t, m->n);
    m->drawn_in = shi_new(scratch, int64_t, m->n);
    m->code = shi_new(scratch, int64_t, m->clusters);
    m->of = shi_new(scratch, int64_t, n);
    m->stratum = shi_new(scratch, int64_t, n);
    m->accounts = shi_new(scratch, int64_t, m->clusters);
    m->not_real = shi_new(scratch, int64_t, m->clusters);
    m->real = shi_new(scratch, int64_t, m->clusters);
    m->value = shi_new(scratch, double, n);
    bool room = m->largest && m->in && m->drawn_in && m->code && m->accounts && m->not_real && m->real;
    if (!room || (n && (!m->of || !m->stratum || !m->value))) return shi_no_memory();
    for (int64_t i = 0; i < frame->rows; i++) {
        int64_t h = frame->stratum[i] - 1 - m->from, size = m->size[frame->cluster[i] - 1];
        if (h >= 0 && h < m->n && size > m->largest[h]) m->largest[h] = size;
    }
    for (int64_t h = 0; h < m->n; h++) m->in[h] = m->plan->stratum[m->from + h].clusters;
    return (shi_err){ 0 };
}

static shi_err take_rows(meetings *m)
{
    for (int64_t k = 0; k < m->draw->len; k++) {
        const shi_spot_drawn *d = &m->draw->ptr[k];
        int64_t h = d->stratum - 1 - m->from, c = d->cluster - 1;
        if (c < 0 || c >= m->clusters)
            return shi_fail_value(SHI_INPUT, d->key, N_("the draw holds a cluster that the plan does not know"),
                                  N_("The file is not as Shishu wrote it: take the one that was published."));
        if (h < 0 || h >= m->n) continue;
        if (m->code[c] == 0) {
            m->code[c] = ++m->drawn;
            m->drawn_in[h]++;
        }
        int64_t code = m->code[c] - 1;
        m->of[m->rows] = code;
        m->stratum[m->rows] = h;
        m->value[m->rows++] = m->x[k];
        m->accounts[code]++;
        m->not_real[code] += !(m->x[k] > 0);
        m->real[code] += !(m->x[k] <= 0);
    }
    return (shi_err){ 0 };
}

/* Of several strata each at its part of the risk. Clusters of a stratum were drawn one after the other. */
static void sure_bounds(const meetings *m, shi_estimate *out)
{
    double alpha = (1 - m->plan->confidence) / (double)m->n;
    out->sure_low = out->sure_high = 0;
    for (int64_t h = 0, first = 0; h < m->n; first += m->drawn_in[h++]) {
        double low, high;
        shi_estimate_clusters_sure(m->accounts + first, m->not_real + first, m->real + first, m->drawn_in[h], m->in[h], m->largest[h],
                                   m->plan->stratum[m->from + h].population, alpha, &low, &high);
        out->sure_low += low;
        out->sure_high += high;
    }
}

shi_err shi_spot_estimate_clusters(shi_arena scratch, const shi_spot_plan *plan, const shi_spot_frame *frame, const shi_spot_draw *draw,
                                   const double *x, int64_t from, int64_t n, shi_estimate *out)
{
    meetings m = { .plan = plan, .draw = draw, .x = x, .from = from, .n = n };
    shi_clusters s = { 0 };
    const shi_estimate_rule rule = { .confidence = plan->confidence };
    SHI_TRY(open_meetings(&scratch, frame, &m));
    SHI_TRY(take_rows(&m));
    s = (shi_clusters){ .x = m.value, .cluster = m.of, .n = m.rows, .drawn = m.drawn, .stratum = m.stratum, .clusters_in = m.in,
        .drawn_in = m.drawn_in, .strata = n };
    for (int64_t h = 0; h < n; h++) {
        s.clusters += m.in[h];
        s.population += plan->stratum[from + h].population;
    }
    SHI_TRY(shi_estimate_clusters(scratch, &s, &rule, out));
    out->clusters = s.clusters;
    out->drawn = s.drawn;
    sure_bounds(&m, out);
    return (shi_err){ 0 };
}
