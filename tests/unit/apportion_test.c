/* Apportionment against every row of ../shared/vectors/alloc, water-filling and Neyman's optimum too. */
#include "shishu/apportion.h"

#include "test.h"

enum { MOST = 64, CELLS = 16 };

/* Splits a line into cells; -1: no more. */
static int cells(char *line, char *cell[CELLS])
{
    int n = 0;
    line[strcspn(line, "\r\n")] = 0;
    for (char *at = line; at && n < CELLS;) {
        cell[n++] = at;
        at = strchr(at, ',');
        if (at) *at++ = 0;
    }
    return n;
}

static int64_t numbers(const char *text, double *out)
{
    int64_t n = 0;
    while (*text && n < MOST) {
        char *end;
        out[n++] = strtod(text, &end);
        text = *end ? end + 1 : end;
    }
    return n;
}

static FILE *vectors(const char *name)
{
    char path[512];
    const char *shared = getenv("SHISHU_SHARED");
    snprintf(path, sizeof path, "%s/vectors/alloc/%s", shared ? shared : "../shared", name);
    FILE *f = fopen(path, "r");
    char header[1024];
    if (f && !fgets(header, sizeof header, f)) fail();
    return f;
}

static void whole(const double *x, int64_t n, int64_t *out)
{
    for (int64_t i = 0; i < n; i++) out[i] = (int64_t)llround(x[i]);
}

static void apportionment(void **state)
{
    static const char *const METHOD[] = { "adams", "dean", "hill", "webster", "jefferson", "largest_remainder_hare", "largest_remainder_droop" };
    FILE *f = vectors("apportionment.csv");
    char line[2048], *c[CELLS];
    int rows = 0;
    (void)state;
    if (!f) skip();
    while (fgets(line, sizeof line, f)) {
        double weight[MOST], x[MOST];
        int64_t cap[MOST], low[MOST], want[MOST], got[MOST], excess;
        assert_int_equal(cells(line, c), 7);
        int m = 0;
        while (strcmp(c[1], METHOD[m]) != 0) m++;
        int64_t n = numbers(c[3], weight);
        shi_shares s = { n, atoll(c[2]), weight, NULL, NULL };
        if (numbers(c[4], x) == n) whole(x, n, cap), s.cap = cap;
        if (numbers(c[5], x) == n) whole(x, n, low), s.floor = low;
        assert_int_equal(numbers(c[6], x), n);
        whole(x, n, want);
        shi_arena scratch = test_arena(4096);
        assert_ok(shi_apportion(scratch, (shi_method)m, &s, got, &excess));
        for (int64_t i = 0; i < n; i++)
            if (got[i] != want[i]) fail_msg("%s %s: %d gets %d, not %d", c[0], c[1], (int)i, (int)got[i], (int)want[i]);
        free(scratch.base);
        rows++;
    }
    fclose(f);
    print_message("# apportionment.csv: %d rows\n", rows);
    assert_true(rows >= 39);
}

static void water(void **state)
{
    FILE *f = vectors("water_filling.csv");
    char line[2048], *c[CELLS];
    int rows = 0;
    (void)state;
    if (!f) skip();
    while (fgets(line, sizeof line, f)) {
        double weight[MOST], want[MOST], fill[MOST], x[MOST], mu;
        int64_t cap[MOST], whole_fill[MOST], excess, sum = 0;
        assert_int_equal(cells(line, c), 7);
        int64_t n = numbers(c[2], weight);
        assert_int_equal(numbers(c[3], x), n);
        whole(x, n, cap);
        assert_int_equal(numbers(c[4], want), n);
        shi_shares s = { n, atoll(c[1]), weight, cap, NULL };
        shi_arena scratch = test_arena(4096);
        assert_ok(shi_water_fill(scratch, &s, fill, &mu, &excess));
        assert_int_equal(excess, atoll(c[6]));
        for (int64_t i = 0; i < n; i++) assert_near(fill[i], want[i], 1e-10);
        if (*c[5]) assert_near(mu, strtod(c[5], NULL), 1e-10);
        else assert_true(isinf(mu));
        assert_ok(shi_allot(scratch, &s, whole_fill, &excess));
        for (int64_t i = 0; i < n; i++) {
            sum += whole_fill[i];
            assert_true(whole_fill[i] <= cap[i] && fabs((double)whole_fill[i] - fill[i]) < 1 + 1e-9);
        }
        assert_int_equal(sum, s.total - excess);
        free(scratch.base);
        rows++;
    }
    fclose(f);
    print_message("# water_filling.csv: %d rows\n", rows);
    assert_true(rows >= 13);
}

static void neyman(void **state)
{
    FILE *f = vectors("neyman_exact_integer.csv");
    char line[2048], *c[CELLS];
    int rows = 0;
    (void)state;
    if (!f) skip();
    while (fgets(line, sizeof line, f)) {
        double x[MOST], sd[MOST], variance = 0;
        int64_t size[MOST], want[MOST], got[MOST], short_by;
        assert_int_equal(cells(line, c), 8);
        int64_t n = numbers(c[3], x);
        whole(x, n, size);
        assert_int_equal(numbers(c[4], sd), n);
        assert_int_equal(numbers(c[5], x), n);
        whole(x, n, want);
        shi_arena scratch = test_arena(4096);
        assert_ok(shi_neyman(scratch, size, sd, n, atoll(c[1]), atoll(c[2]), got, &short_by));
        assert_int_equal(short_by, 0);
        for (int64_t h = 0; h < n; h++) {
            assert_int_equal(got[h], want[h]);
            variance += (double)size[h] * (double)(size[h] - got[h]) * sd[h] * sd[h] / (double)got[h];
        }
        assert_near(variance, strtod(c[7], NULL), 1e-9);
        free(scratch.base);
        rows++;
    }
    fclose(f);
    print_message("# neyman_exact_integer.csv: %d rows\n", rows);
    assert_true(rows >= 14);
}

static void edges(void **state)
{
    (void)state;
    const double weight[] = { 0, 1, 1 };
    const int64_t cap[] = { 9, 9, 9 }, low[] = { 1, 0, 0 };
    int64_t out[3], excess;
    shi_arena scratch = test_arena(4096);
    assert_ok(shi_allot(scratch, &(shi_shares){ 3, 6, weight, cap, low }, out, &excess));
    assert_true(out[0] == 1 && out[1] + out[2] == 5 && excess == 0);
    assert_ok(shi_allot(scratch, &(shi_shares){ 3, 0, weight, cap, NULL }, out, &excess));
    assert_true(out[0] + out[1] + out[2] == 0 && excess == 0);
    assert_ok(shi_allot(scratch, &(shi_shares){ 3, 100, weight, cap, low }, out, &excess));
    assert_true(out[0] == 1 && out[1] == 9 && out[2] == 9 && excess == 81);
    assert_int_equal(shi_allot((shi_arena){ 0 }, &(shi_shares){ 3, 5, weight, cap, low }, out, &excess).code, SHI_SYSTEM);
    free(scratch.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(apportionment),
    cmocka_unit_test(water),
    cmocka_unit_test(neyman),
    cmocka_unit_test(edges),
};
RUN_TESTS("apportion")
