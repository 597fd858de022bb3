/* Gaps and runs among phone numbers: sort the numbers with their places, then one pass up for gaps and one over runs. */
#include "shishu/phones.h"

#include <string.h>

enum { STEP = 10, FAR = 100, SHORTEST_RUN = 5 };

typedef struct {
    int64_t phone, place;
} item;

static bool before(item a, item b)
{
    return a.phone != b.phone ? a.phone < b.phone : a.place < b.place;
}

/* Bottom-up merge sort: stable, no recursion, no comparison callbacks. Returns whichever buffer holds the result. */
static item *sorted(item *a, item *b, int64_t n)
{
    for (int64_t width = 1; width < n; width *= 2) {
        for (int64_t from = 0; from < n; from += 2 * width) {
            int64_t mid = from + width < n ? from + width : n, to = from + 2 * width < n ? from + 2 * width : n;
            int64_t i = from, j = mid;
            for (int64_t k = from; k < to; k++) b[k] = i < mid && (j >= to || !before(a[j], a[i])) ? a[i++] : a[j++];
        }
        item *swap = a;
        a = b;
        b = swap;
    }
    return a;
}

static shi_gap class_of(int64_t distance)
{
    return distance <= STEP ? SHI_GAP_10 : distance <= FAR ? SHI_GAP_100 : SHI_GAP_MORE;
}

shi_err shi_phones_runs(shi_arena scratch, shi_i64s phone, uint8_t *gap, int32_t *run)
{
    int64_t n = phone.len;
    item *a = shi_new(&scratch, item, n), *b = shi_new(&scratch, item, n);
    if (!a || !b) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) a[i] = (item){ phone.ptr[i], i };
    const item *s = sorted(a, b, n);
    int64_t lower = -1;   /* the next lower distinct number */
    for (int64_t i = 0; i < n; i++) {
        if (i > 0 && s[i].phone != s[i - 1].phone) lower = s[i - 1].phone;
        gap[s[i].place] = (uint8_t)(lower < 0 ? SHI_GAP_LOWEST : class_of(s[i].phone - lower));
    }
    int32_t runs = 0;
    for (int64_t from = 0, to; from < n; from = to) {
        int64_t distinct = 1;
        for (to = from + 1; to < n && s[to].phone - s[to - 1].phone <= STEP; to++) distinct += s[to].phone != s[to - 1].phone;
        bool is_run = distinct >= SHORTEST_RUN;
        runs += is_run;
        for (int64_t i = from; i < to; i++) run[s[i].place] = is_run ? runs : 0;
    }
    return (shi_err){ 0 };
}
