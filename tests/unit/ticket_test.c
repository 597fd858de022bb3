/* Draws against every published row, the fast order against a slow one, rows whose tickets agree in many digits, arenas too small. */
#include "base/hash.h"
#include "base/random.h"
#include "shishu/ticket.h"
#include "vectors.h"

#include <omp.h>

static shi_arena room(int64_t bytes)
{
    shi_arena arena;
    assert_ok(shi_arena_open(bytes, &arena));
    return arena;
}

/* Rows of the file from `row` on that agree with it in all of these columns. */
static int alike(const vectors *v, int row, const char *const *column, int columns)
{
    int n = 1;
    for (; row + n < v->rows; n++)
        for (int c = 0; c < columns; c++)
            if (strcmp(vectors_text(v, row, column[c]), vectors_text(v, row + n, column[c]))) return n;
    return n;
}

static void counter_mode_as_published(void **state)
{
    (void)state;
    static const char *const DRAW[] = { "seed", "minimum", "maximum", "with_replacement" };
    vectors v = vectors_open("rla/counter_mode.csv");
    shi_arena scratch = room(1 << 20);
    for (int row = 0, n; row < v.rows; row += n) {
        int64_t value[200], counter[200];
        n = alike(&v, row, DRAW, 4);
        assert_true(n <= 200);
        assert_ok(shi_counter_draw(scratch, shi_str_from(vectors_text(&v, row, "seed")), vectors_whole(&v, row, "minimum"),
                                   vectors_whole(&v, row, "maximum"), vectors_whole(&v, row, "with_replacement") == 1, n, value, counter));
        for (int i = 0; i < n; i++) {
            assert_int_equal(vectors_whole(&v, row + i, "position"), i + 1);
            assert_int_equal(value[i], vectors_whole(&v, row + i, "value"));
            assert_int_equal(counter[i], vectors_whole(&v, row + i, "counter"));
        }
    }
    vectors_checked("rla/counter_mode.csv", v.rows);
    shi_arena_drop(&scratch);
    vectors_close(&v);
}

static void is_ticket(const shi_ticket *t, int64_t digits, const char *want)
{
    char text[SHI_TICKET_DIGITS + 3];
    shi_ticket_write(t, digits, text);
    assert_string_equal(text, want);
}

static void tickets_as_published(void **state)
{
    (void)state;
    vectors v = vectors_open("rla/tickets.csv");
    for (int row = 0; row < v.rows; row++) {
        shi_str seed = shi_str_from(vectors_text(&v, row, "seed")), id = shi_str_from(vectors_text(&v, row, "id"));
        shi_sha256 hash;
        char hex[65];
        shi_ticket t;
        shi_sha256_text(seed, &hash);
        shi_hex(hash.byte, 32, hex);
        assert_string_equal(hex, vectors_text(&v, row, "seed_sha256_hex"));
        shi_ticket_first(seed, id, &t);
        is_ticket(&t, 0, vectors_text(&v, row, "ticket_gen1"));
        is_ticket(&t, 9, vectors_text(&v, row, "ticket_gen1_trim9"));
        is_ticket(&t, 18, vectors_text(&v, row, "ticket_gen1_trim18"));
        shi_ticket_next(&t, &t);
        is_ticket(&t, 0, vectors_text(&v, row, "ticket_gen2"));
        shi_ticket_next(&t, &t);
        is_ticket(&t, 0, vectors_text(&v, row, "ticket_gen3"));
    }
    vectors_checked("rla/tickets.csv", v.rows);
    vectors_close(&v);
}

static void one_draw(const vectors *v, int row, int n, const json_t *ids, shi_arena scratch)
{
    static shi_str id[1000];
    static shi_ticket ticket[1000];
    int64_t drawn[1000], generation[1000], rows = (int64_t)json_array_size(ids);
    shi_str seed = shi_str_from(vectors_text(v, row, "seed"));
    assert_true(rows <= 1000 && n <= 1000 && rows == vectors_whole(v, row, "frame_size"));
    for (int64_t i = 0; i < rows; i++) id[i] = shi_str_from(json_string_value(json_array_get(ids, (size_t)i)));
    if (vectors_whole(v, row, "with_replacement")) {
        assert_ok(shi_ticket_draw_again(scratch, seed, id, rows, n, drawn, generation, ticket));
    } else {
        assert_ok(shi_ticket_order(scratch, seed, id, rows, n, drawn, NULL));
        for (int i = 0; i < n; i++) generation[i] = 1, shi_ticket_first(seed, id[drawn[i]], &ticket[i]);
    }
    for (int i = 0; i < n; i++) {
        assert_int_equal(vectors_whole(v, row + i, "position"), i + 1);
        assert_str(id[drawn[i]], vectors_text(v, row + i, "id"));
        assert_int_equal(generation[i], vectors_whole(v, row + i, "generation"));
        is_ticket(&ticket[i], 18, vectors_text(v, row + i, "ticket_trim18"));
    }
}

static void draws_as_published(void **state)
{
    (void)state;
    static const char *const DRAW[] = { "seed", "frame", "with_replacement" };
    vectors v = vectors_open("rla/draws.csv");
    json_t *frames = vectors_json("rla/frames.json");
    shi_arena scratch = room(1 << 22);
    for (int row = 0, n; row < v.rows; row += n) {
        n = alike(&v, row, DRAW, 3);
        one_draw(&v, row, n, json_object_get(frames, vectors_text(&v, row, "frame")), scratch);
    }
    vectors_checked("rla/draws.csv", v.rows);
    shi_arena_drop(&scratch);
    json_decref(frames);
    vectors_close(&v);
}

/* ---- fast against slow ---- */

typedef struct {
    shi_ticket ticket;
    int64_t row;
} slow;

static int by_ticket(const void *a, const void *b)
{
    const slow *x = a, *y = b;
    int c = shi_ticket_cmp(&x->ticket, &y->ticket);
    return c ? c : x->row < y->row ? -1 : x->row > y->row;
}

static shi_str *ids_of(int64_t rows, char **text)
{
    shi_str *id = calloc((size_t)rows + 1, sizeof *id);
    *text = calloc((size_t)rows + 1, 24);
    assert_true(id && *text);
    for (int64_t i = 0; i < rows; i++) {
        char *at = *text + 24 * i;
        id[i] = (shi_str){ at, snprintf(at, 24, "P%llx", (unsigned long long)shi_random_hash(7, 1, i, rows, 0)) };
    }
    return id;
}

static void order_is_that_of_whole_tickets(void **state)
{
    (void)state;
    static const int64_t ROWS[] = { 0, 1, 2, 24, 25, 1000, 16384, 16385, 70001 };
    shi_arena scratch = room(64 << 20);
    for (int64_t c = 0; c < COUNT(ROWS); c++) {
        int64_t rows = ROWS[c], twice, *order = calloc((size_t)rows + 1, sizeof *order);
        char *text;
        shi_str *id = ids_of(rows, &text);
        slow *all = calloc((size_t)rows + 1, sizeof *all);
        assert_true(order && all);
        for (int64_t i = 0; i < rows; i++) {
            all[i].row = i;
            shi_ticket_first(S("骰子 123"), id[i], &all[i].ticket);
        }
        qsort(all, (size_t)rows, sizeof *all, by_ticket);
        const int64_t N[] = { 0, rows < 1 ? rows : 1, rows / 100, rows / 2, rows };
        for (int64_t k = 0; k < 2 * COUNT(N); k++) {
            omp_set_num_threads(k % 2 ? 8 : 1);
            memset(order, -1, (size_t)rows * sizeof *order);
            assert_ok(shi_ticket_order(scratch, S("骰子 123"), id, rows, N[k / 2], order, &twice));
            assert_int_equal(twice, -1);
            for (int64_t i = 0; i < N[k / 2]; i++) assert_int_equal(order[i], all[i].row);
        }
        free(order);
        free(id);
        free(text);
        free(all);
    }
    shi_arena_drop(&scratch);
}

/* Ids found by a search among 240 million numbers: each two have tickets alike in their first 16 digits, and whole tickets decide. Both ways
 * round, and with a frame large enough for buckets. */
static void sixteen_digits_alike(void **state)
{
    (void)state;
    static const char *const ALIKE[][2] = { { "16903588", "196632820" }, { "146225531", "237373074" }, { "79761775", "176737338" } };
    enum { MANY = 20000 };
    shi_arena scratch = room(16 << 20);
    char *text;
    shi_str *id = ids_of(MANY, &text);
    static int64_t order[MANY];
    for (int64_t c = 0; c < COUNT(ALIKE); c++)
        for (int way = 0; way < 2; way++)
            for (int64_t rows = 2; rows <= MANY; rows += MANY - 2) {
                shi_ticket a, b;
                int64_t at[2] = { 0 }, twice;
                id[1] = S("another");
                id[0] = shi_str_from(ALIKE[c][way]);
                id[rows - 1] = shi_str_from(ALIKE[c][!way]);
                shi_ticket_first(S("2026"), id[0], &a);
                shi_ticket_first(S("2026"), id[rows - 1], &b);
                assert_memory_equal(a.digit, b.digit, 16);
                assert_int_not_equal(shi_ticket_cmp(&a, &b), 0);
                assert_ok(shi_ticket_order(scratch, S("2026"), id, rows, rows, order, &twice));
                assert_int_equal(twice, -1);
                for (int64_t i = 0; i < rows; i++) {
                    if (order[i] == 0) at[0] = i;
                    if (order[i] == rows - 1) at[1] = i;
                }
                assert_int_equal(at[1] - at[0], shi_ticket_cmp(&a, &b) < 0 ? 1 : -1);
            }
    shi_arena_drop(&scratch);
    free(id);
    free(text);
}

/* Rows that are the same, many of them: the earlier one first. */
static void the_same_id_again(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    static shi_str id[MANY];
    static int64_t order[MANY];
    int64_t twice;
    shi_arena scratch = room(16 << 20);
    for (int64_t i = 0; i < MANY; i++) id[i] = i % 2 ? S("one") : S("two");
    assert_ok(shi_ticket_order(scratch, S("x"), id, MANY, MANY, order, &twice));
    assert_int_equal(twice, 2);
    for (int64_t i = 1; i < MANY; i++)
        if (i != MANY / 2) assert_int_equal(order[i], order[i - 1] + 2);
    char *text;
    shi_str *other = ids_of(MANY, &text);
    for (int64_t rows = 100; rows <= MANY; rows += MANY - 100) {   /* two pairs: the second row of the first to be repeated */
        shi_str was[2] = { other[rows - 1], other[70] };
        other[rows - 1] = other[3];
        other[70] = other[60];
        assert_ok(shi_ticket_order(scratch, S("x"), other, rows, rows, order, &twice));
        assert_int_equal(twice, 70);
        other[rows - 1] = was[0];
        other[70] = was[1];
    }
    free(other);
    free(text);
    shi_arena_drop(&scratch);
}

/* Every ticket a row may come to, by brute force: those of all rows and generations, sorted. */
static void draws_again_are_the_smallest_of_all_tickets(void **state)
{
    (void)state;
    enum { ROWS = 40, GENERATIONS = 60, DRAWS = 300 };
    static slow all[ROWS * GENERATIONS];
    static shi_ticket ticket[DRAWS];
    int64_t row[DRAWS], generation[DRAWS], seen[ROWS] = { 0 };
    char *text;
    shi_str *id = ids_of(ROWS, &text);
    shi_arena scratch = room(1 << 20);
    for (int64_t i = 0; i < ROWS; i++)
        for (int64_t g = 0; g < GENERATIONS; g++) {
            slow *s = &all[i * GENERATIONS + g];
            s->row = i;
            if (g) shi_ticket_next(&s[-1].ticket, &s->ticket);
            else shi_ticket_first(S("s"), id[i], &s->ticket);
        }
    qsort(all, ROWS * GENERATIONS, sizeof *all, by_ticket);
    for (int64_t n = 1; n <= DRAWS; n++) {   /* also fewer draws than rows, where not all is put back */
        memset(seen, 0, sizeof seen);
        assert_ok(shi_ticket_draw_again(scratch, S("s"), id, ROWS, n, row, generation, ticket));
        for (int64_t k = 0; k < n; k++) {
            assert_int_equal(row[k], all[k].row);
            assert_int_equal(generation[k], ++seen[row[k]]);
            assert_int_equal(shi_ticket_cmp(&ticket[k], &all[k].ticket), 0);
        }
    }
    for (int64_t i = 0; i < ROWS; i++) assert_true(seen[i] < GENERATIONS);
    shi_arena_drop(&scratch);
    free(id);
    free(text);
}

/* Thousands, side by side: one thread and eight give the same, with and without tickets asked for. */
static void many_draws_again(void **state)
{
    (void)state;
    enum { ROWS = 9000, DRAWS = 6000 };
    static int64_t row[2][DRAWS], generation[2][DRAWS];
    static shi_ticket ticket[DRAWS];
    char *text;
    shi_str *id = ids_of(ROWS, &text);
    shi_arena scratch = room(8 << 20);
    for (int way = 0; way < 2; way++) {
        omp_set_num_threads(way ? 8 : 1);
        assert_ok(shi_ticket_draw_again(scratch, S("s"), id, ROWS, DRAWS, row[way], generation[way], way ? ticket : NULL));
    }
    assert_memory_equal(row[0], row[1], sizeof row[0]);
    assert_memory_equal(generation[0], generation[1], sizeof generation[0]);
    for (int64_t k = 0; k < DRAWS; k++) {
        shi_ticket t;
        shi_ticket_first(S("s"), id[row[0][k]], &t);
        for (int64_t g = 1; g < generation[0][k]; g++) shi_ticket_next(&t, &t);
        assert_int_equal(shi_ticket_cmp(&t, &ticket[k]), 0);
        if (k) assert_true(shi_ticket_cmp(&ticket[k - 1], &t) < 0);
    }
    shi_arena_drop(&scratch);
    free(id);
    free(text);
}

static void repeats_are_skipped_until_all_is_drawn(void **state)
{
    (void)state;
    enum { N = 5000 };
    static int64_t value[N], counter[N], again[20 * N];
    bool seen[N] = { false };
    shi_arena scratch = room(1 << 20);
    assert_ok(shi_counter_draw(scratch, S("x"), -10, N - 11, false, N, value, counter));
    for (int threads = 1; threads <= 8; threads += 7) {
        omp_set_num_threads(threads);
        assert_ok(shi_counter_draw(scratch, S("x"), -10, N - 11, true, 20 * N, again, NULL));
        int64_t taken = 0;
        memset(seen, 0, sizeof seen);
        for (int64_t i = 0; i < 20 * N && taken < N; i++) {
            assert_true(again[i] >= -10 && again[i] <= N - 11);
            if (seen[again[i] + 10]) continue;
            seen[again[i] + 10] = true;
            assert_int_equal(value[taken], again[i]);
            assert_int_equal(counter[taken++], i + 1);
        }
        assert_int_equal(taken, N);
    }
    shi_arena_drop(&scratch);
}

/* The widest range, next to long division of the hash's 32 bytes. */
static void wide_ranges(void **state)
{
    (void)state;
    const int64_t LOW[] = { 0, 1, INT64_MIN, -5 }, HIGH[] = { INT64_MAX - 1, INT64_MAX, -2, -5 };
    for (int64_t c = 0; c < COUNT(LOW); c++) {
        int64_t value[3];
        assert_ok(shi_counter_draw((shi_arena){ 0 }, S("0"), LOW[c], HIGH[c], true, 3, value, NULL));
        uint64_t range = (uint64_t)HIGH[c] - (uint64_t)LOW[c] + 1;
        for (int i = 0; i < 3; i++) {
            char text[16];
            shi_sha256 hash;
            uint64_t rest = 0;
            snprintf(text, sizeof text, "0,%d", i + 1);
            shi_sha256_text(shi_str_from(text), &hash);
            for (int bit = 0; bit < 256; bit++) {
                rest = rest * 2 + (uint64_t)(hash.byte[bit / 8] >> (7 - bit % 8) & 1);
                if (rest >= range) rest -= range;
            }
            assert_true(value[i] == (int64_t)((uint64_t)LOW[c] + rest));
        }
    }
}

static void more_than_there_is(void **state)
{
    (void)state;
    int64_t out[4] = { 0 };
    const shi_str id[] = { S("a"), S("b") };
    shi_arena scratch = room(1 << 20);
    assert_int_equal(shi_counter_draw(scratch, S("x"), 1, 3, false, 4, out, NULL).code, SHI_USAGE);
    assert_int_equal(shi_counter_draw(scratch, S("x"), 3, 1, true, 1, out, NULL).code, SHI_USAGE);
    assert_int_equal(shi_counter_draw(scratch, S("x"), INT64_MIN, INT64_MAX, true, 1, out, NULL).code, SHI_USAGE);
    assert_int_equal(shi_counter_draw(scratch, S("x"), -1, INT64_MAX - 1, true, 1, out, NULL).code, SHI_USAGE);
    assert_int_equal(shi_ticket_order(scratch, S("x"), id, 2, 3, out, NULL).code, SHI_USAGE);
    assert_int_equal(shi_ticket_draw_again(scratch, S("x"), id, 0, 1, out, out, NULL).code, SHI_USAGE);
    assert_ok(shi_counter_draw(scratch, S("x"), 3, 1, true, 0, out, NULL));
    assert_ok(shi_ticket_draw_again(scratch, S("x"), id, 0, 0, out, out, NULL));
    shi_arena_drop(&scratch);
}

/* However small, it is an error and never a write beside. */
static void arenas_too_small(void **state)
{
    (void)state;
    int64_t out[64], generation[64];
    char *text;
    shi_str *id = ids_of(40, &text);
    for (int64_t bytes = 0, done = 0; done < 3; bytes += 8) {
        shi_arena a = test_arena(bytes), b = a;
        done = (shi_ticket_order(a, S("x"), id, 40, 40, out, NULL).code == SHI_OK)
               + (shi_ticket_draw_again(a, S("x"), id, 40, 60, out, generation, NULL).code == SHI_OK)
               + (shi_counter_draw(a, S("x"), 1, 64, false, 64, out, NULL).code == SHI_OK);
        assert_true(bytes < 1 << 18 && a.at == b.at);
        free(a.base);
    }
    free(id);
    free(text);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(counter_mode_as_published),
    cmocka_unit_test(tickets_as_published),
    cmocka_unit_test(draws_as_published),
    cmocka_unit_test(order_is_that_of_whole_tickets),
    cmocka_unit_test(sixteen_digits_alike),
    cmocka_unit_test(the_same_id_again),
    cmocka_unit_test(draws_again_are_the_smallest_of_all_tickets),
    cmocka_unit_test(many_draws_again),
    cmocka_unit_test(repeats_are_skipped_until_all_is_drawn),
    cmocka_unit_test(wide_ranges),
    cmocka_unit_test(more_than_there_is),
    cmocka_unit_test(arenas_too_small),
};
RUN_TESTS("ticket")
