/* The guaranteed bounds over clusters: every small population, every order in which its clusters can be drawn, counted out. */
#include "field/estimate.h"

#include "test.h"

enum { CLUSTERS = 5, MOST = 3 };

/* Of all ordered draws of `drawn` clusters, how many miss the truth below, above. */
typedef struct {
    int64_t size[CLUSTERS], real[CLUSTERS], drawn, population, truth, largest;
    int64_t all, below, above;
    int64_t order[CLUSTERS];
    bool taken[CLUSTERS];
    double alpha;
} county;

static void judge(county *c)
{
    int64_t size[CLUSTERS], not_real[CLUSTERS], real[CLUSTERS];
    double low, high;
    for (int64_t k = 0; k < c->drawn; k++) {
        size[k] = c->size[c->order[k]];
        real[k] = c->real[c->order[k]];
        not_real[k] = size[k] - real[k];
    }
    shi_estimate_clusters_sure(size, not_real, real, c->drawn, CLUSTERS, c->largest, c->population, c->alpha, &low, &high);
    c->all++;
    c->above += (double)c->truth < low - 1e-9;
    c->below += (double)c->truth > high + 1e-9;
    assert_true(low >= -1e-9 && high <= (double)c->population + 1e-9 && low <= high + 1e-9);
}

static void draw_all(county *c, int64_t k)
{
    if (k == c->drawn) {
        judge(c);
        return;
    }
    for (int64_t v = 0; v < CLUSTERS; v++) {
        if (c->taken[v]) continue;
        c->taken[v] = true;
        c->order[k] = v;
        draw_all(c, k + 1);
        c->taken[v] = false;
    }
}

/* Sizes 3 2 3 1 2 and 1 1 3 1 1, and every way in which some of each are real. */
static void each_side_misses_at_most_half_the_risk(void **state)
{
    static const int64_t SIZES[][CLUSTERS] = { { 3, 2, 3, 1, 2 }, { 1, 1, 3, 1, 1 } };
    static const double RISK[] = { 0.4, 0.1 };
    int64_t missed = 0;
    (void)state;
    for (int64_t s = 0; s < COUNT(SIZES); s++)
        for (int64_t code = 0; code < 4 * 4 * 4 * 4 * 4; code++)
            for (int64_t a = 0; a < COUNT(RISK); a++)
                for (int64_t drawn = 1; drawn < CLUSTERS; drawn++) {
                    county c = { .drawn = drawn, .largest = MOST, .alpha = RISK[a] };
                    bool fits = true;
                    for (int64_t v = 0, rest = code; v < CLUSTERS; v++, rest /= 4) {
                        c.size[v] = SIZES[s][v];
                        c.real[v] = rest % 4;
                        fits = fits && c.real[v] <= c.size[v];
                        c.population += c.size[v];
                        c.truth += c.real[v];
                    }
                    if (!fits) continue;
                    draw_all(&c, 0);
                    if ((double)c.below > RISK[a] / 2 * (double)c.all || (double)c.above > RISK[a] / 2 * (double)c.all)
                        fail_msg("sizes %lld, real %lld, drawn %lld: %lld and %lld of %lld", (long long)s, (long long)code, (long long)drawn,
                                 (long long)c.below, (long long)c.above, (long long)c.all);
                    missed += c.below + c.above;
                }
    assert_true(missed > 0);   /* else nothing was looked at */
}

static void all_drawn_is_counted(void **state)
{
    static const int64_t SIZE[] = { 4, 9, 2 }, NOT[] = { 1, 3, 2 }, REAL[] = { 3, 6, 1 };   /* one of the last was not reached */
    double low, high;
    (void)state;
    shi_estimate_clusters_sure(SIZE, NOT, REAL, 3, 3, 9, 15, 0.05, &low, &high);
    assert_near(low, 9, 1e-12);
    assert_near(high, 10, 1e-12);
}

/* Ten villages of a hundred, all alike and all real: 0.5 (1 - m)^-10 reaches 40 at m = 1 - 80^-0.1, less what goes on without replacement. */
static void all_real(void **state)
{
    int64_t size[10], none[10] = { 0 };
    double low, high;
    (void)state;
    for (int k = 0; k < 10; k++) size[k] = 60;
    shi_estimate_clusters_sure(size, none, size, 10, 100000, 60, 6000000, 0.05, &low, &high);
    assert_near(low / 6000000, pow(80, -0.1), 0.03);
    assert_near(high, 6000000, 1e-6);
    double before = low;
    shi_estimate_clusters_sure(size, none, size, 10, 20, 60, 1200, 0.05, &low, &high);
    assert_true(low / 1200 > before / 6000000 + 0.05);   /* half of the villages are known */
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(each_side_misses_at_most_half_the_risk), cmocka_unit_test(all_drawn_is_counted), cmocka_unit_test(all_real),
};
RUN_TESTS("clusters_sure")
