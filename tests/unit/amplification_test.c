/* Amplification: the village of 700, the turns of the rule, then random groups against double loops over the definition. */
#include "shishu/amplification.h"

#include "table_dump.h"
#include "test.h"

enum { MOST = 60 };

/* The parents of the village of 700: county 0; towns 1, 2; villages 3, 4, 5 of the first, 6 of the second. */
static const int64_t PARENT[] = { -1, 0, 0, 1, 1, 1, 2 };

static void check(const shi_target *target, int64_t n, const int64_t *parent, int64_t units, const double *factor, const double *product)
{
    double f[MOST], p[MOST];
    shi_arena scratch = test_arena(40 * units + 16 * n);
    assert_ok(shi_amplification(scratch, target, n, parent, units, f, p));
    for (int64_t i = 0; i < n; i++) {
        assert_near(f[i], factor[i], 1e-12);
        assert_near(p[i], product[i], 1e-12);
    }
    free(scratch.base);
}

static void the_village_of_700(void **state)
{
    (void)state;
    static const shi_target TARGET[] = {   /* group, unit, issuer, thousandths */
        { 0, 0, -1, 6000000 }, { 0, 1, 0, 3300000 }, { 0, 2, 0, 3300000 }, { 0, 3, 1, 3000000 }, { 0, 4, 1, 5800000 }, { 0, 5, 1, 4400000 },
        { 0, 6, 2, 3300000 },
    };
    static const double FACTOR[] = { 1, 1.1, 1.1, 4.0, 4.0, 4.0, 1 }, PRODUCT[] = { 1, 1.1, 1.1, 4.4, 4.4, 4.4, 1.1 };
    check(TARGET, 7, PARENT, 7, FACTOR, PRODUCT);
}

static void turns_of_the_rule(void **state)
{
    (void)state;
    {   /* the town has no target of its own: it counts as 1, and its parent is next */
        static const shi_target T[] = { { 0, 0, -1, 1000 }, { 0, 3, 1, 500 }, { 0, 2, 0, 2500 } };
        static const double F[] = { 1, 1, 2.5 }, P[] = { 1, 2.5, 2.5 };
        check(T, 3, PARENT, 7, F, P);
    }
    {   /* several issuers set the town's target: the largest is its own, and the way up goes on from who set it */
        static const shi_target T[] = { { 0, 1, 0, 1000 }, { 0, 1, 6, 2000 }, { 0, 3, 1, 6000 }, { 0, 6, -1, 500 } };
        static const double F[] = { 1, 4, 3, 1 }, P[] = { 1, 4, 12, 1 };
        check(T, 4, PARENT, 7, F, P);
    }
    {   /* equally large: the issuer of the smaller index, whatever the order; one outside the register last */
        static const shi_target T[] = { { 0, 1, -1, 1000 }, { 0, 1, 6, 1000 }, { 0, 1, 2, 1000 }, { 0, 3, 1, 3000 },
            { 0, 2, -1, 250 }, { 0, 6, -1, 100 } };
        static const double F[] = { 1, 10, 4, 3, 1, 1 }, P[] = { 1, 10, 4, 12, 1, 1 };
        check(T, 6, PARENT, 7, F, P);
    }
    {   /* two units that name each other count once each */
        static const shi_target T[] = { { 0, 1, 2, 1000 }, { 0, 2, 1, 3000 }, { 0, 3, 1, 2000 } };
        static const double F[] = { 1.0 / 3, 5, 5 }, P[] = { 5.0 / 3, 5.0 / 3, 5.0 / 3 };
        check(T, 3, PARENT, 7, F, P);
    }
    {   /* a unit that names itself counts once */
        static const shi_target T[] = { { 0, 1, 1, 1000 }, { 0, 3, 1, 3000 } };
        static const double F[] = { 4, 4 }, P[] = { 4, 4 };
        check(T, 2, PARENT, 7, F, P);
    }
    {   /* groups do not touch each other */
        static const shi_target T[] = { { 0, 1, 0, 1000 }, { 0, 3, 1, 3000 }, { 1, 3, 1, 5000 }, { 2, 1, 0, 2000 }, { 2, 3, 1, 1000 } };
        static const double F[] = { 1, 3, 1, 1, 0.5 }, P[] = { 1, 3, 1, 1, 0.5 };
        check(T, 5, PARENT, 7, F, P);
    }
    {   /* numbers as large as a decimal holds do not wrap when they are summed */
        static const int64_t BIG = INT64_C(999999999999999999);
        const shi_target t[] = { { 0, 1, 0, BIG }, { 0, 3, 1, BIG }, { 0, 4, 1, BIG }, { 0, 5, 1, BIG }, { 0, 6, 1, BIG }, { 0, 2, 1, BIG },
            { 0, 0, 1, BIG }, { 0, 3, 1, BIG }, { 0, 4, 1, BIG }, { 0, 5, 1, BIG }, { 0, 6, 1, BIG }, { 0, 2, 1, BIG } };
        double f[12], p[12];
        shi_arena scratch = test_arena(40 * 7 + 16 * 12);
        assert_ok(shi_amplification(scratch, t, 12, PARENT, 7, f, p));
        assert_near(f[1], 11, 1e-12);
        free(scratch.base);
    }
}

/* ---- random groups ---- */

typedef struct {
    const shi_target *target;
    int64_t n;
    const int64_t *parent;
} group;

/* u's own target: the largest, of equals that with the smaller issuer, an unknown one last. NULL: none. */
static const shi_target *naive_own(const group *g, int64_t index, int64_t u)
{
    const shi_target *own = NULL;
    for (int64_t i = 0; i < g->n; i++) {
        const shi_target *t = &g->target[i];
        if (t->group != index || t->unit != u) continue;
        if (!own || t->value > own->value) own = t;
        else if (t->value == own->value && (uint64_t)t->issuer < (uint64_t)own->issuer) own = t;   /* -1 is the largest of all */
    }
    return own;
}

static double naive_factor(const group *g, int64_t index, int64_t u)
{
    const shi_target *own = naive_own(g, index, u);
    double sum = 0;
    for (int64_t i = 0; i < g->n; i++)
        if (g->target[i].group == index && g->target[i].issuer == u) sum += (double)g->target[i].value;
    return own && own->value > 0 ? sum / (double)own->value : 1;
}

static double naive_product(const group *g, int64_t index, int64_t u)
{
    bool seen[MOST] = { false };
    double product = 1;
    while (u >= 0 && !seen[u]) {
        seen[u] = true;
        bool issues = false;
        for (int64_t i = 0; i < g->n; i++) issues = issues || (g->target[i].group == index && g->target[i].issuer == u);
        product *= issues ? naive_factor(g, index, u) : 1;   /* a parent on the way that set nothing added nothing */
        const shi_target *own = naive_own(g, index, u);
        u = own ? own->issuer : g->parent[u];
    }
    return product;
}

static void random_groups(void **state)
{
    (void)state;
    int64_t cycles = 0, several = 0;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        int64_t units = 1 + (int64_t)(table_random(seed, 0) % 12), n = 1 + (int64_t)(table_random(seed, 1) % 24);
        int64_t *parent = malloc((size_t)units * sizeof *parent);
        shi_target target[MOST];
        double factor[MOST], product[MOST];
        for (int64_t u = 0; u < units; u++) parent[u] = u ? (int64_t)(table_random(seed, 10 + (uint64_t)u) % (uint64_t)u) : -1;
        for (int64_t i = 0; i < n; i++) {
            uint64_t at = 100 + 5 * (uint64_t)i, unit = table_random(seed, at) % (uint64_t)units, who = table_random(seed, at + 1);
            int64_t issuer = who % 4 == 0 ? (int64_t)(who / 4 % (uint64_t)(units + 1)) - 1 : parent[unit];
            target[i] = (shi_target){ i * 3 / n, (int64_t)unit, issuer, 1 + (int64_t)(table_random(seed, at + 2) % 6) * 500 };
        }
        shi_arena scratch = test_arena(40 * units + 16 * n);
        assert_ok(shi_amplification(scratch, target, n, parent, units, factor, product));
        const group g = { target, n, parent };
        for (int64_t i = 0; i < n; i++) {
            int64_t issuer = target[i].issuer;
            assert_near(factor[i], issuer < 0 ? 1 : naive_factor(&g, target[i].group, issuer), 1e-12);
            assert_near(product[i], naive_product(&g, target[i].group, issuer), 1e-12);
            cycles += issuer == target[i].unit;
            several += issuer >= 0 && naive_own(&g, target[i].group, target[i].unit) != &target[i];
        }
        free(parent);
        free(scratch.base);
    }
    assert_true(cycles > 1000 && several > 1000);
}

static void a_scratch_too_small_by_any_amount(void **state)
{
    (void)state;
    static const shi_target TARGET[] = { { 0, 1, 0, 1000 }, { 0, 3, 1, 3000 } };
    double factor[2], product[2];
    for (int64_t bytes = 0; bytes <= 40 * 7 + 16 * 2; bytes++) {
        shi_arena scratch = test_arena(bytes);
        shi_err e = shi_amplification(scratch, TARGET, 2, PARENT, 7, factor, product);
        assert_true(e.code == SHI_OK || e.code == SHI_SYSTEM);
        if (bytes < 16 * 7) assert_int_equal(e.code, SHI_SYSTEM);
        if (bytes == 40 * 7 + 16 * 2) assert_int_equal(e.code, SHI_OK);
        free(scratch.base);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(the_village_of_700),
    cmocka_unit_test(turns_of_the_rule),
    cmocka_unit_test(random_groups),
    cmocka_unit_test(a_scratch_too_small_by_any_amount),
};
RUN_TESTS("amplification")
