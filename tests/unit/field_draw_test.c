/* Sizes of further rounds: largest remainders in whole numbers, as anyone does them by hand. */
#include "field/spot.h"

#include "test.h"

#include <stdio.h>

enum { MOST = 512 };

/* A plan whose first round takes one of a stratum of its own, and a frame with left[h] in stratum h + 1. */
static void further_round(const int64_t *left, int64_t H, int64_t more, int64_t *got)
{
    static shi_str key[MOST];
    static int64_t of[MOST];
    static char text[MOST][16];
    shi_spot_stratum s[16] = { { 0 } };
    shi_spot_draw draw = { 0 };
    shi_spot_frame frame = { .key = key, .stratum = of };
    shi_arena keep = test_arena(8 << 20);
    for (int64_t h = 0; h <= H; h++) {
        s[h] = (shi_spot_stratum){ .number = h + 1, .population = h < H ? left[h] : 1, .n = h == H };
        for (int64_t i = 0; i < s[h].population; i++, frame.rows++) {
            snprintf(text[frame.rows], sizeof text[0], "k%06d", (int)frame.rows);
            key[frame.rows] = shi_str_from(text[frame.rows]);
            of[frame.rows] = h + 1;
        }
    }
    const shi_spot_plan plan = { .stratum = s, .strata = H + 1 };
    assert_ok(shi_spot_draw_more(&keep, &plan, &frame, S("first"), 0, &draw));
    assert_int_equal(draw.len, 1);
    assert_ok(shi_spot_draw_more(&keep, &plan, &frame, S("second"), more, &draw));
    for (int64_t h = 0; h < H; h++) got[h] = 0;
    for (int64_t k = 1; k < draw.len; k++) got[draw.ptr[k].stratum - 1]++;
    free(keep.base);
}

/* In doubles the ties fell as rounding had it. */
static void ties_fall_to_the_first(void **state)
{
    static const struct { int64_t H, more, left[8], want[8]; } CASES[] = {
        { 6, 13, { 7, 9, 11, 10, 1, 1 }, { 3, 3, 4, 3, 0, 0 } },
        { 6, 36, { 11, 1, 4, 4, 11, 11 }, { 10, 1, 4, 3, 9, 9 } },
        { 2, 5, { 10, 10 }, { 3, 2 } },
        { 3, 99, { 3, 0, 4 }, { 3, 0, 4 } },   /* more than there are */
    };
    int64_t got[8];
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        further_round(CASES[i].left, CASES[i].H, CASES[i].more, got);
        for (int64_t h = 0; h < CASES[i].H; h++) assert_int_equal(got[h], CASES[i].want[h]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(ties_fall_to_the_first) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
