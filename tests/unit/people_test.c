/* People of units: the rules one by one, then random forests against a recursion that follows the design's words. */
#include "shishu/people.h"

#include "table_dump.h"
#include "test.h"

static void rules(void **state)
{
    (void)state;
    static const struct {
        shi_unit_people unit;   /* parent, residents, registered, incoming, eligible */
        int64_t people;
        shi_people_basis basis;
    } CASE[] = {
        { { -1, -1, -1, -1, -1 }, -1, SHI_PEOPLE_UNKNOWN },
        { { -1, -1, -1, 50, -1 }, -1, SHI_PEOPLE_UNKNOWN },   /* incoming alone says nothing */
        { { -1, 420, 700, 30, 650 }, 650, SHI_PEOPLE_ELIGIBLE },
        { { -1, -1, -1, -1, 0 }, 0, SHI_PEOPLE_ELIGIBLE },
        { { -1, 420, 700, 30, -1 }, 730, SHI_PEOPLE_WITH_INCOMING },
        { { -1, -1, 700, 0, -1 }, 700, SHI_PEOPLE_WITH_INCOMING },
        { { -1, 420, 700, -1, -1 }, 700, SHI_PEOPLE_REGISTERED_COVERS },
        { { -1, 700, 700, -1, -1 }, 700, SHI_PEOPLE_REGISTERED_COVERS },
        { { -1, 701, 700, -1, -1 }, 1401, SHI_PEOPLE_BOTH },
        { { -1, 5, 0, -1, -1 }, 5, SHI_PEOPLE_BOTH },
        { { -1, 0, 0, -1, -1 }, 0, SHI_PEOPLE_REGISTERED_COVERS },
        { { -1, -1, 700, -1, -1 }, 700, SHI_PEOPLE_REGISTERED },
        { { -1, 420, -1, -1, -1 }, 420, SHI_PEOPLE_RESIDENTS },
        { { -1, 420, -1, 30, -1 }, 420, SHI_PEOPLE_RESIDENTS },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_arena scratch = test_arena(24);
        int64_t people = -7;
        uint8_t basis = 99;
        assert_ok(shi_people_bound(scratch, &CASE[i].unit, 1, &people, &basis));
        assert_int_equal(people, CASE[i].people);
        assert_int_equal(basis, CASE[i].basis);
        free(scratch.base);
    }
}

static void sums_over_children(void **state)
{
    (void)state;
    /* a county of two towns; the second has a village without a number, so it has none, and the county has none */
    shi_unit_people unit[] = {
        { -1, -1, -1, -1, -1 }, { 0, -1, -1, -1, -1 }, { 0, -1, -1, -1, -1 },
        { 1, 420, 700, -1, -1 }, { 1, -1, 300, -1, -1 }, { 2, -1, 900, -1, -1 }, { 2, -1, -1, -1, -1 },
    };
    int64_t people[7];
    uint8_t basis[7];
    shi_arena scratch = test_arena(24 * 7);
    assert_ok(shi_people_bound(scratch, unit, 7, people, basis));
    static const int64_t WANT[] = { -1, 1000, -1, 700, 300, 900, -1 };
    assert_memory_equal(people, WANT, sizeof WANT);
    assert_true(basis[0] == SHI_PEOPLE_UNKNOWN && basis[1] == SHI_PEOPLE_CHILDREN && basis[2] == SHI_PEOPLE_UNKNOWN);
    unit[6].residents = 0;   /* now it has one */
    assert_ok(shi_people_bound(scratch, unit, 7, people, basis));
    assert_true(people[2] == 900 && people[0] == 1900 && basis[0] == SHI_PEOPLE_CHILDREN);
    unit[2].registered = 500;   /* its own number comes first, even where the sum is larger */
    assert_ok(shi_people_bound(scratch, unit, 7, people, basis));
    assert_true(people[2] == 500 && people[0] == 1500 && basis[2] == SHI_PEOPLE_REGISTERED);
    assert_ok(shi_people_bound((shi_arena){ scratch.base, scratch.base, NULL }, unit, 0, people, basis));   /* no units need no room */
    free(scratch.base);
}

/* ---- random forests ---- */

static int64_t naive_people(const shi_unit_people *unit, int64_t n, int64_t i)
{
    const shi_unit_people *u = &unit[i];
    if (u->eligible >= 0) return u->eligible;
    if (u->registered >= 0 && u->incoming >= 0) return u->registered + u->incoming;
    if (u->residents >= 0 && u->registered >= 0) return u->residents > u->registered ? u->residents + u->registered : u->registered;
    if (u->residents >= 0) return u->residents;
    if (u->registered >= 0) return u->registered;
    int64_t sum = 0;
    bool any = false;
    for (int64_t k = 0; k < n; k++) {
        if (unit[k].parent != i) continue;
        int64_t child = naive_people(unit, n, k);
        if (child < 0) return -1;
        any = true;
        sum += child;
    }
    return any ? sum : -1;
}

static int64_t maybe(uint64_t seed, uint64_t index, uint64_t one_in)
{
    uint64_t r = table_random(seed, index);
    return r % one_in ? -1 : (int64_t)(r / one_in % 1000);
}

static int64_t random_forest(uint64_t seed, shi_unit_people *unit)
{
    int64_t n = 1 + (int64_t)(table_random(seed, 0) % 40), place[40];
    uint64_t one_in = 2 + table_random(seed, 1) % 8;
    for (int64_t i = 0; i < n; i++) place[i] = i;
    for (int64_t i = n - 1; i > 0; i--) {   /* a parent may stand before or after its children */
        int64_t k = (int64_t)(table_random(seed, 2 + (uint64_t)i) % (uint64_t)(i + 1)), swap = place[i];
        place[i] = place[k];
        place[k] = swap;
    }
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = 100 + 10 * (uint64_t)i, up = table_random(seed, at);
        unit[place[i]] = (shi_unit_people){ i && up % 6 ? place[up / 6 % (uint64_t)i] : -1, maybe(seed, at + 1, one_in), maybe(seed, at + 2, one_in),
            maybe(seed, at + 3, one_in), maybe(seed, at + 4, 2 * one_in) };
    }
    return n;
}

static void random_forests(void **state)
{
    (void)state;
    int64_t seen[8] = { 0 };
    for (uint64_t seed = 0; seed < 20000; seed++) {
        shi_unit_people unit[40];
        int64_t n = random_forest(seed, unit);
        int64_t *people = malloc((size_t)n * sizeof *people);
        uint8_t *basis = malloc((size_t)n);
        shi_arena scratch = test_arena(24 * n);
        assert_ok(shi_people_bound(scratch, unit, n, people, basis));
        for (int64_t i = 0; i < n; i++) {
            assert_int_equal(people[i], naive_people(unit, n, i));
            assert_int_equal(people[i] < 0, basis[i] == SHI_PEOPLE_UNKNOWN);
            seen[basis[i]]++;
        }
        free(people);
        free(basis);
        free(scratch.base);
    }
    for (int b = 0; b < 8; b++) assert_true(seen[b] > 1000);
}

/* One edge of a random forest is turned so that a cycle arises: its unit is named. */
static void cycles(void **state)
{
    (void)state;
    int64_t people[40], closed = 0;
    uint8_t basis[40];
    shi_arena scratch = test_arena(24 * 40);
    for (uint64_t seed = 0; seed < 20000; seed++) {
        shi_unit_people unit[40];
        int64_t n = random_forest(seed, unit), low = (int64_t)(table_random(seed, 5000) % (uint64_t)n), top = low;
        for (int64_t steps = (int64_t)(table_random(seed, 5001) % 6); steps > 0 && unit[top].parent >= 0; steps--) top = unit[top].parent;
        unit[top].parent = low;
        shi_err e = shi_people_bound(scratch, unit, n, people, basis);
        assert_int_equal(e.code, SHI_INPUT);
        assert_string_equal(e.reason, "the unit is its own ancestor");
        assert_true(e.line >= 1 && e.line <= n && e.remedy);
        int64_t at = unit[e.line - 1].parent, steps = 1;
        for (; at != e.line - 1 && at >= 0 && steps <= n; steps++) at = unit[at].parent;
        assert_int_equal(at, e.line - 1);   /* going up from the named unit leads back to it */
        closed += steps > 1;
    }
    assert_true(closed > 1000);
    free(scratch.base);
}

static void sums_that_do_not_fit(void **state)
{
    (void)state;
    const int64_t HALF = INT64_MAX / 2 + 1;
    const struct {
        shi_unit_people unit[3];
        int64_t line;
    } CASE[] = {
        { { { -1, -1, INT64_MAX, 1, -1 }, { -1, 1, -1, -1, -1 }, { -1, 1, -1, -1, -1 } }, 1 },
        { { { -1, 1, -1, -1, -1 }, { -1, HALF + 1, HALF, -1, -1 }, { -1, 1, -1, -1, -1 } }, 2 },
        { { { -1, HALF, -1, -1, -1 }, { 2, HALF, -1, -1, -1 }, { -1, -1, -1, -1, -1 } }, 0 },
        { { { 2, HALF, -1, -1, -1 }, { 2, HALF, -1, -1, -1 }, { -1, -1, -1, -1, -1 } }, 3 },
        { { { 2, HALF, -1, -1, -1 }, { 2, HALF - 2, -1, -1, -1 }, { -1, -1, -1, -1, -1 } }, 0 },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        int64_t people[3];
        uint8_t basis[3];
        shi_arena scratch = test_arena(72);
        shi_err e = shi_people_bound(scratch, CASE[i].unit, 3, people, basis);
        assert_int_equal(e.code, CASE[i].line ? SHI_INPUT : SHI_OK);
        assert_int_equal(e.line, CASE[i].line);
        if (e.code) assert_string_equal(e.reason, "the number of people does not fit");
        free(scratch.base);
    }
}

static void a_scratch_too_small_by_any_amount(void **state)
{
    (void)state;
    shi_unit_people unit[5];
    int64_t people[5];
    uint8_t basis[5];
    for (int i = 0; i < 5; i++) unit[i] = (shi_unit_people){ i - 1, -1, i, -1, -1 };
    for (int64_t bytes = 0; bytes <= 24 * 5; bytes++) {
        shi_arena scratch = test_arena(bytes);
        assert_int_equal(shi_people_bound(scratch, unit, 5, people, basis).code, bytes < 24 * 5 ? SHI_SYSTEM : SHI_OK);
        free(scratch.base);
    }
}

static void a_deep_chain_and_a_wide_unit(void **state)
{
    (void)state;
    enum { N = 300000 };
    shi_unit_people *unit = malloc(N * sizeof *unit);
    int64_t *people = malloc(N * sizeof *people);
    uint8_t *basis = malloc(N);
    shi_arena scratch = test_arena(24 * N);
    assert_true(unit && people && basis);
    for (int64_t i = 0; i < N; i++) unit[i] = (shi_unit_people){ i - 1, -1, -1, -1, -1 };   /* no recursion may run as deep as this */
    unit[N - 1].eligible = 7;
    assert_ok(shi_people_bound(scratch, unit, N, people, basis));
    assert_int_equal(people[0], 7);
    for (int64_t i = 1; i < N; i++) unit[i] = (shi_unit_people){ 0, 2, -1, -1, -1 };
    assert_ok(shi_people_bound(scratch, unit, N, people, basis));
    assert_int_equal(people[0], 2 * (N - 1));
    free(unit);
    free(people);
    free(basis);
    free(scratch.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(rules),
    cmocka_unit_test(sums_over_children),
    cmocka_unit_test(random_forests),
    cmocka_unit_test(cycles),
    cmocka_unit_test(sums_that_do_not_fit),
    cmocka_unit_test(a_scratch_too_small_by_any_amount),
    cmocka_unit_test(a_deep_chain_and_a_wide_unit),
};
RUN_TESTS("people")
