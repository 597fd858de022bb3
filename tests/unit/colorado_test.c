/* Colorado's audits: every published risk to its printed decimal, and every published sample that its own office can repeat, ballot for ballot.
 * Public records of the Colorado Secretary of State, in ../shared/data/colorado_rla (or $SHISHU_SHARED); absent: skipped. */
#include "shishu/comparison.h"
#include "shishu/ticket.h"
#include "table/duck.h"
#include "test.h"

typedef struct {
    shi_duck duck;
    char sql[2048];
} colorado;

static void colorado_open(colorado *c)
{
    const char *shared = getenv("SHISHU_SHARED");
    snprintf(c->sql, sizeof c->sql, "%s/data/colorado_rla/selected.parquet", shared ? shared : "../shared");
    FILE *f = fopen(c->sql, "r");
    if (!f) {
        print_message("# %s is absent: skipped\n", c->sql);
        skip();
    }
    fclose(f);
    assert_ok(shi_duck_open(&(shi_duck_options){ .threads = 1 }, &c->duck));
    static const char *const TABLE[] = { "contests", "frames", "selected" };
    for (int64_t i = 0; i < COUNT(TABLE); i++) {
        snprintf(c->sql, sizeof c->sql, "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/data/colorado_rla/%s.parquet')", TABLE[i],
                 shared ? shared : "../shared", TABLE[i]);
        assert_ok(shi_duck_exec(&c->duck, c->sql, NULL, 0));
    }
}

static void risks_as_published(void **state)
{
    (void)state;
    static const char SQL[] =
        "SELECT min_margin::DOUBLE / ballot_count, gamma, audited_sample_count::BIGINT, over1::DOUBLE, over2::DOUBLE, under1::DOUBLE, under2::DOUBLE, "
        "       risk_measurement_pct, diluted_margin_pct "
        "FROM   contests WHERE risk_measurement_pct IS NOT NULL ORDER BY election, round, contest";
    colorado c;
    shi_rows rows;
    int64_t all = 0, audited = 0, right = 0;
    colorado_open(&c);
    assert_ok(shi_duck_query(&c.duck, SQL, NULL, 0, &rows));
    while (shi_rows_next(&rows)) {
        int64_t n = shi_rows_int(&rows, 2);
        const shi_discrepancies found = { shi_rows_f64(&rows, 3), shi_rows_f64(&rows, 4), shi_rows_f64(&rows, 5), shi_rows_f64(&rows, 6) };
        double percent = 100 * exp(shi_comparison_log_p(shi_rows_f64(&rows, 0), shi_rows_f64(&rows, 1), n, found));
        assert_near(100 * shi_rows_f64(&rows, 0), shi_rows_f64(&rows, 8), 1e-5);   /* the margin they print */
        all++;
        audited += n > 0;
        if (fabs(percent - shi_rows_f64(&rows, 7)) <= 0.05 + 1e-9) right++;
        else print_message("# %lld: %.4f, published %.1f\n", (long long)all, percent, shi_rows_f64(&rows, 7));
    }
    shi_rows_close(&rows);
    shi_duck_close(&c.duck);
    print_message("# %lld of %lld published risks to the decimal; %lld of them of contests with audited ballots\n", (long long)right, (long long)all,
                  (long long)audited);
    assert_int_equal(right, all);
    assert_int_equal(audited, 645);
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The list of a county holds each ballot once: the first that many different numbers, in the order of the frame. Where the county renumbered its
 * ballots (reproducible 0) the list must not come out, or the column would say nothing. */
static void samples_as_published(void **state)
{
    (void)state;
    static const char SQL_FRAMES[] =
        "SELECT f.election, f.county, f.seed, f.frame_size::BIGINT, f.n_selected::BIGINT, f.reproducible::BIGINT, "
        "       list(s.cvr_number::BIGINT ORDER BY s.cvr_number)::VARCHAR, count(s.cvr_number) "
        "FROM   frames f LEFT JOIN selected s USING (election, county) GROUP BY ALL ORDER BY f.election, f.county";
    colorado c;
    shi_rows rows;
    shi_arena scratch;
    int64_t counties = 0, ballots = 0, others = 0;
    colorado_open(&c);
    assert_ok(shi_arena_open(1 << 22, &scratch));
    assert_ok(shi_duck_query(&c.duck, SQL_FRAMES, NULL, 0, &rows));
    while (shi_rows_next(&rows)) {
        int64_t size = shi_rows_int(&rows, 3), n = shi_rows_int(&rows, 4);
        shi_arena work = scratch;
        int64_t *drawn = shi_new(&work, int64_t, n);
        assert_true(drawn && n > 0 && shi_rows_int(&rows, 7) == n);
        assert_ok(shi_counter_draw(work, shi_rows_str(&rows, 2), 1, size, false, n, drawn, NULL));
        qsort(drawn, (size_t)n, sizeof *drawn, by_number);
        shi_str list = shi_str_copy(&work, shi_rows_str(&rows, 6));
        const char *at = list.ptr + 1;   /* [1, 2, 3] */
        int64_t same = 0;
        for (int64_t i = 0; i < n; i++) {
            char *end;
            same += strtoll(at, &end, 10) == drawn[i];
            at = end + 1;
        }
        if (shi_rows_int(&rows, 5) == 1) {
            counties++;
            ballots += same;
            assert_int_equal(same, n);
        } else {
            others++;
            assert_true(same < n);
        }
    }
    shi_rows_close(&rows);
    shi_duck_close(&c.duck);
    shi_arena_drop(&scratch);
    print_message("# %lld counties, %lld ballots, each as published; %lld counties renumbered their ballots\n", (long long)counties, (long long)ballots,
                  (long long)others);
    assert_true(counties > 0 && ballots > counties);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(risks_as_published),
    cmocka_unit_test(samples_as_published),
};
RUN_TESTS("colorado")
