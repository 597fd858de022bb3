/* Batch audits next to every published bound, size and history, their draws, and results that cannot be. */
#include "shishu/batch.h"
#include "shishu/ticket.h"
#include "vectors.h"

enum { MOST = 100 };

typedef struct {
    int64_t n, drawn;
    shi_batch batch[MOST];
    shi_batch_count count[MOST];
    double bound[MOST], total;
} audit;

static int64_t whole(const json_t *obj, const char *key)
{
    return (int64_t)vectors_json_number(obj, key);
}

static audit audit_of(const json_t *c)
{
    audit a = { 0 };
    const char *names[MOST], *name;
    json_t *b, *drawn;
    size_t k;
    json_object_foreach(json_object_get(c, "batches"), name, b) {
        assert_true(a.n < MOST);
        names[a.n] = name;
        a.batch[a.n++] = (shi_batch){ whole(b, "ballots"), whole(b, "w"), whole(b, "l") };
    }
    json_array_foreach(json_object_get(c, "draws"), k, drawn) {
        const json_t *found = json_object_get(json_object_get(c, "audited"), json_string_value(drawn));
        int64_t i = 0;
        while (i < a.n && strcmp(names[i], json_string_value(drawn))) i++;
        assert_true(i < a.n && found);
        a.count[a.drawn++] = (shi_batch_count){ i, whole(found, "w"), whole(found, "l") };
    }
    assert_ok(shi_batch_bounds(a.batch, a.n, a.bound, &a.total));
    for (int64_t i = 0; i < a.n; i++) assert_near(a.bound[i], vectors_json_number(json_object_get(c, "u_p"), names[i]), 1e-12);
    return a;
}

static void as_published(void **state)
{
    (void)state;
    json_t *all = vectors_json("rla/macro_ppeb.json"), *c, *size;
    size_t i;
    int64_t values = 0;
    json_array_foreach(all, i, c) {
        const audit a = audit_of(c);
        const char *percent;
        double log_p[MOST], want[MOST];
        assert_near(a.total, vectors_json_number(c, "U"), 1e-12);
        json_object_foreach(json_object_get(c, "initial_sizes_by_risk_pct"), percent, size) {
            assert_int_equal(shi_batch_initial(a.total, strtod(percent, NULL) / 100, a.n), json_integer_value(size));
            values++;
        }
        assert_int_equal(vectors_json_list(c, "p_after_each_draw", want, MOST), a.drawn);
        assert_ok(shi_batch_log_p(a.batch, a.n, a.count, a.drawn, log_p));
        for (int64_t k = 0; k < a.drawn; k++) assert_near(exp(log_p[k]) / want[k], 1, 1e-9);
        values += a.n + a.drawn + 1;
    }
    print_message("# %d bounds, sums, sizes and risks\n", (int)values);
    vectors_checked("rla/macro_ppeb.json", (int64_t)json_array_size(all));
    json_decref(all);
}

/* Draws next to a walk along the batches, and their frequencies next to the bounds. */
static void draws_go_by_size(void **state)
{
    (void)state;
    static const shi_batch BATCH[] = { { 100, 60, 20 }, { 0, 0, 0 }, { 10, 0, 10 }, { 50, 50, 0 }, { 1, 0, 0 } };   /* bounds 140, 0, 0, 100, 1 */
    enum { DRAWS = 20000 };
    static int64_t drawn[DRAWS], number[DRAWS];
    int64_t times[5] = { 0 };
    shi_arena scratch;
    assert_ok(shi_arena_open(1 << 20, &scratch));
    assert_ok(shi_batch_draw(scratch, S("7 3 5"), BATCH, 5, DRAWS, drawn));
    assert_ok(shi_counter_draw(scratch, S("7 3 5"), 1, 241, true, DRAWS, number, NULL));
    for (int64_t k = 0; k < DRAWS; k++) {
        assert_int_equal(drawn[k], number[k] <= 140 ? 0 : number[k] <= 240 ? 3 : 4);
        times[drawn[k]]++;
    }
    assert_true(labs((long)(times[0] - DRAWS * 140 / 241)) < 300 && times[1] + times[2] == 0 && times[4] > 40 && times[4] < 130);
    shi_arena small = test_arena(5 * 8 + DRAWS * 8 - 1);
    assert_int_equal(shi_batch_draw(small, S("7 3 5"), BATCH, 5, DRAWS, drawn).code, SHI_SYSTEM);
    free(small.base);
    shi_arena_drop(&scratch);
}

static void wholly_wrong_once_is_never_forgiven(void **state)
{
    (void)state;
    static const shi_batch BATCH[] = { { 100, 60, 20 }, { 100, 70, 30 } };
    static const shi_batch_count COUNTED[] = { { 0, 80, 0 }, { 1, 0, 100 }, { 0, 60, 20 }, { 0, 60, 20 } };
    double log_p[4];
    assert_ok(shi_batch_log_p(BATCH, 2, COUNTED, 4, log_p));
    assert_near(log_p[0], log(1 - 80.0 / 280), 1e-12);   /* understated: as if right */
    for (int k = 1; k < 4; k++) assert_true(log_p[k] == 0);
}

static void what_cannot_be(void **state)
{
    (void)state;
    static const shi_batch GOOD[] = { { 100, 60, 20 }, { 100, 70, 30 } }, NOBODY[] = { { 100, 20, 20 }, { 10, 3, 3 } };
    static const shi_batch BAD[][2] = { { { 9, 5, 1 }, { 9, 5, 5 } }, { { 9, 5, 1 }, { 9, -1, 0 } }, { { 9, 5, 1 }, { 9, 0, -1 } },
                                        { { 9, 5, 1 }, { INT64_MAX, 1, 0 } } };
    static const shi_batch_count COUNTED[][2] = { { { 0, 1, 1 }, { 2, 1, 1 } }, { { 0, 1, 1 }, { -1, 1, 1 } }, { { 0, 1, 1 }, { 1, 100, 1 } },
                                                  { { 0, 1, 1 }, { 1, -1, 1 } } };
    double bound[2], total, log_p[2];
    for (int64_t i = 0; i < COUNT(BAD); i++) {
        shi_err e = shi_batch_bounds(BAD[i], 2, bound, &total);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
    }
    for (int64_t i = 0; i < COUNT(COUNTED); i++) {
        shi_err e = shi_batch_log_p(GOOD, 2, COUNTED[i], 2, log_p);
        assert_int_equal(e.code, SHI_INPUT);
        assert_int_equal(e.line, 2);
    }
    shi_err e = shi_batch_bounds(NOBODY, 2, bound, &total);
    assert_int_equal(e.code, SHI_INPUT);
    assert_int_equal(e.line, 0);
    assert_int_equal(shi_batch_initial(0.9, 0.05, 10), 1);
    assert_int_equal(shi_batch_initial(4, 0, 10), -1);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(as_published),
    cmocka_unit_test(draws_go_by_size),
    cmocka_unit_test(wholly_wrong_once_is_never_forgiven),
    cmocka_unit_test(what_cannot_be),
};
RUN_TESTS("batch")
