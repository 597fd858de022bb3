/* texts: the join against all pairs by hand, groups against counts by hand, the same bytes with 1 and 3 threads, too little memory, bad codes; and the
 * normal form of texts, the quick way against utf8proc's. */
#include "base/random.h"
#include "shishu/evalue.h"
#include "shishu/texts.h"
#include "stat/dist.h"
#include "table/wording.h"
#include "test.h"

#include <omp.h>

enum { MOST_BYTES = 1 << 19, MOST_TEXTS = 3000, MOST_ROWS = 9000, PEOPLE = 1000 };

typedef struct {
    char bytes[MOST_BYTES];
    int64_t offset[MOST_TEXTS + 1];
    int32_t text[MOST_ROWS], account[MOST_ROWS];
    int64_t time_us[MOST_ROWS];
    shi_texts_columns columns;
} corpus;

static void put(corpus *c, int64_t *len, uint32_t ch)
{
    if (ch < 0x80) c->bytes[(*len)++] = (char)ch;
    else {
        c->bytes[(*len)++] = (char)(0xe0 | ch >> 12);
        c->bytes[(*len)++] = (char)(0x80 | (ch >> 6 & 0x3f));
        c->bytes[(*len)++] = (char)(0x80 | (ch & 0x3f));
    }
}

/* Random texts of a small alphabet, some with a change of an earlier one. */
static corpus *make(uint64_t seed, int64_t texts, int64_t rows, int64_t accounts)
{
    corpus *c = calloc(1, sizeof *c);
    shi_random r = shi_random_of(seed, 77, 0, 0, 0);
    int64_t at = 0;
    static uint32_t ch[MOST_TEXTS][64];
    static int64_t len[MOST_TEXTS];
    assert_non_null(c);
    for (int64_t t = 0; t < texts; t++) {
        if (t && shi_random_chance(&r, 0.5)) {
            int64_t o = shi_random_below(&r, t), edits = shi_random_below(&r, 4);
            len[t] = len[o];
            memcpy(ch[t], ch[o], sizeof ch[t]);
            for (int64_t k = 0; k < edits && len[t]; k++) ch[t][shi_random_below(&r, len[t])] = 0x4e00 + (uint32_t)shi_random_below(&r, 30);
            if (len[t] && shi_random_chance(&r, 0.3)) len[t]--;
        } else {
            len[t] = shi_random_below(&r, shi_random_chance(&r, 0.4) ? 14 : 60);
            for (int64_t i = 0; i < len[t]; i++) ch[t][i] = (shi_random_chance(&r, 0.2) ? 'a' : 0x4e00) + (uint32_t)shi_random_below(&r, 30);
        }
        for (int64_t i = 0; i < len[t]; i++) put(c, &at, ch[t][i]);
        c->offset[t + 1] = at;
    }
    for (int64_t i = 0; i < rows; i++) {
        c->text[i] = (int32_t)shi_random_below(&r, texts + 1) - 1;
        c->account[i] = (int32_t)shi_random_below(&r, accounts + 1) - 1;
        c->time_us[i] = shi_random_below(&r, 1000000);
    }
    c->columns = (shi_texts_columns){ rows, c->account, c->text, c->time_us, accounts, texts, c->bytes, c->offset };
    return c;
}

/* By hand: the n-grams of a text as slices, a set. */
static int64_t grams(const corpus *c, int64_t t, shi_str *out, int64_t *characters)
{
    int64_t start[MOST_TEXTS], n = 0, kept = 0;
    for (int64_t i = c->offset[t]; i < c->offset[t + 1]; i++)
        if ((c->bytes[i] & 0xc0) != 0x80) start[n++] = i;
    start[n] = c->offset[t + 1];
    *characters = n;
    int64_t size = n < 10 ? 2 : 3;
    if (n == 1) size = 1;
    for (int64_t i = 0; i + size <= n; i++) {
        shi_str g = { c->bytes + start[i], start[i + size] - start[i] };
        int64_t k = 0;
        while (k < kept && !shi_str_eq(out[k], g)) k++;
        if (k == kept) out[kept++] = g;
    }
    return kept;
}

static double jaccard(const corpus *c, int64_t a, int64_t b)
{
    shi_str x[80], y[80];
    int64_t nx, ny, both = 0, n = grams(c, a, x, &nx), m = grams(c, b, y, &ny);
    if ((nx < 10) != (ny < 10) || n == 0 || m == 0) return 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < m; k++) both += shi_str_eq(x[i], y[k]);
    return (double)both / (double)(n + m - both);
}

static shi_str text_of(const corpus *c, int64_t t)
{
    return (shi_str){ c->bytes + c->offset[t], c->offset[t + 1] - c->offset[t] };
}

static void check_join(const corpus *c, const shi_texts_found *f, double similar)
{
    int64_t texts = c->columns.texts, p = 0, root[MOST_TEXTS];
    for (int64_t t = 0; t < texts; t++) {
        int64_t w = 0;
        while (!shi_str_eq(text_of(c, w), text_of(c, t))) w++;
        assert_int_equal(f->wording[t], text_of(c, t).len ? w : -1);
        root[t] = w;
    }
    for (int64_t b = 0; b < texts; b++)
        for (int64_t a = 0; a < b; a++) {
            if (f->wording[a] != a || f->wording[b] != b) continue;
            double j = jaccard(c, a, b);
            if (j < similar) continue;
            assert_true(p < f->pairs);
            assert_int_equal(f->pair[p].a, a);
            assert_int_equal(f->pair[p].b, b);
            assert_true(f->pair[p++].jaccard == j);
            int64_t from = root[a] > root[b] ? root[a] : root[b], to = root[a] > root[b] ? root[b] : root[a];
            for (int64_t t = 0; t < texts; t++)
                if (root[t] == from) root[t] = to;
        }
    assert_int_equal(p, f->pairs);
    int64_t posts[MOST_TEXTS] = { 0 }, shown = 0;
    for (int64_t i = 0; i < c->columns.rows; i++)
        if (c->text[i] >= 0 && text_of(c, c->text[i]).len) posts[root[c->text[i]]]++;
    for (int64_t t = 0; t < texts; t++) {
        shown += posts[t] >= 2;
        if (text_of(c, t).len == 0 || posts[root[t]] < 2) assert_int_equal(f->cluster_of[t], -1);
        else {
            assert_int_equal(f->cluster[f->cluster_of[t]].posts, posts[root[t]]);
            for (int64_t u = 0; u < t; u++) assert_int_equal(f->cluster_of[u] == f->cluster_of[t], root[u] == root[t]);
        }
    }
    assert_int_equal(shown, f->clusters);
}

static void join_as_by_hand(void **state)
{
    static const double SIMILAR[] = { 0.5, 0.7, 0.8, 1 };
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        corpus *c = make(seed, 20 + (int64_t)seed * 20, 400, 50);
        for (int64_t k = 0; k < COUNT(SIMILAR); k++) {
            shi_texts_found f, again;
            shi_arena keep = test_arena(1 << 20), scratch = test_arena(4 << 20);
            const shi_texts_settings settings = { SIMILAR[k], true };
            omp_set_num_threads(3);
            assert_ok(shi_texts_find(&keep, scratch, &c->columns, &settings, &f));
            check_join(c, &f, SIMILAR[k]);
            shi_arena keep2 = test_arena(1 << 20);
            assert_ok(shi_texts_find(&keep2, scratch, &c->columns, &(shi_texts_settings){ SIMILAR[k], false }, &again));   /* clusters without pairs */
            assert_memory_equal(f.cluster_of, again.cluster_of, (size_t)c->columns.texts * sizeof *f.cluster_of);
            assert_int_equal(again.pairs, 0);
            free(keep.base), free(keep2.base), free(scratch.base);
        }
        free(c);
    }
}

/* Accounts that post texts of their own, and 12 that share 8 of another's. */
static corpus *planted(uint64_t seed)
{
    corpus *c = calloc(1, sizeof *c);
    shi_random r = shi_random_of(seed, 78, 0, 0, 0);
    int64_t at = 0, n = 0;
    assert_non_null(c);
    for (int64_t t = 0; t < MOST_TEXTS; t++) {
        int64_t len = t % 5 == 4 ? 8 : 14 + shi_random_below(&r, 30);
        for (int64_t i = 0; i < len; i++) put(c, &at, 0x4e00 + (uint32_t)shi_random_below(&r, 5000));
        c->offset[t + 1] = at;
    }
    for (int32_t a = 0; a < PEOPLE; a++)
        for (int k = 0; k < 8; k++) c->account[n] = a, c->time_us[n] = 1000 + n, c->text[n++] = (int32_t)shi_random_below(&r, MOST_TEXTS);
    for (int32_t a = 100; a < 112; a++)
        for (int32_t k = 0; k < 8; k++)
            if (shi_random_chance(&r, 0.9)) c->account[n] = a, c->time_us[n] = 50 + n, c->text[n++] = 5 * k;
    c->columns = (shi_texts_columns){ n, c->account, c->text, c->time_us, PEOPLE, MOST_TEXTS, c->bytes, c->offset };
    return c;
}

/* By hand: is (account, cluster) there, over long texts only? A singleton's cluster is its text, numbered behind. */
static int64_t tell(const corpus *c, const shi_texts_found *f, bool *there, int64_t width)
{
    int64_t n = 0;
    for (int64_t i = 0; i < c->columns.rows; i++) {
        int32_t a = c->account[i], t = c->text[i];
        if (a < 0 || t < 0 || f->characters[t] < 12) continue;
        int64_t column = f->cluster_of[t] >= 0 ? f->cluster_of[t] : f->clusters + t;
        n += !there[a * width + column];
        there[a * width + column] = true;
    }
    return n;
}

static void groups_as_by_hand(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        corpus *c = planted(seed);
        shi_texts_found f;
        shi_arena keep = test_arena(1 << 22), scratch = test_arena(8 << 20);
        assert_ok(shi_texts_find(&keep, scratch, &c->columns, &(shi_texts_settings){ 0 }, &f));
        assert_int_equal(f.groups.len, 1);
        const shi_group *g = &f.groups.ptr[0];
        assert_in_range(g->len, 10, 12);
        assert_in_range(g->things, 5, 8);
        int64_t width = f.clusters + MOST_TEXTS, mass = 0, from = INT64_MAX, to = 0;
        bool *there = calloc((size_t)(PEOPLE * width), 1);
        double all = (double)tell(c, &f, there, width), have_a = 0, have_c = 0, N_a = 0, N_c = 0;
        for (int64_t i = 0; i < g->len; i++) {
            int64_t own = 0;
            for (int64_t k = 0; k < g->things; k++) own += there[f.groups.member[i] * width + f.group_cluster[f.group_first[0] + k]];
            mass += own;
            assert_near(f.groups.weight[i], (double)own / (double)g->things, 1e-15);
            assert_in_range(f.groups.member[i], 100, 111);
            for (int64_t x = 0; x < width; x++) have_a += there[f.groups.member[i] * width + x];
        }
        for (int64_t a = 0; a < PEOPLE; a++) {
            int64_t own = 0;
            for (int64_t x = 0; x < width; x++) own += there[a * width + x];
            N_a += own >= 2;
        }
        for (int64_t x = 0; x < width; x++) {
            int64_t own = 0;
            for (int64_t a = 0; a < PEOPLE; a++) own += there[a * width + x];
            N_c += own >= 2;
            for (int64_t k = 0; k < g->things; k++) have_c += f.group_cluster[f.group_first[0] + k] == x ? (double)own : 0;
        }
        for (int64_t i = 0; i < c->columns.rows; i++)
            for (int64_t m = 0; m < g->len; m++)
                for (int64_t k = 0; k < g->things; k++)
                    if (c->account[i] == f.groups.member[m] && f.cluster_of[c->text[i]] == f.group_cluster[f.group_first[0] + k]) {
                        from = c->time_us[i] < from ? c->time_us[i] : from;
                        to = c->time_us[i] > to ? c->time_us[i] : to;
                    }
        double raw = shi_poisson_log_above(have_a * have_c / all, mass) / log(10);
        double ways = (shi_log_choose(N_a, (double)g->len) + shi_log_choose(N_c, (double)g->things)) / log(10) + log10(N_a) + log10(N_c);
        assert_int_equal(mass, g->deeds);
        assert_near(g->log10_p, raw + ways, 1e-9);
        assert_near(g->log10_e, shi_e_calibrated(raw) - ways, 1e-9);
        assert_true(g->from_us == from && g->to_us == to);
        free(there), free(keep.base), free(scratch.base), free(c);
    }
}

static void same_with_threads(void **state)
{
    corpus *c = planted(9);
    shi_texts_found f[2];
    shi_arena keep[2], scratch = test_arena(8 << 20);
    (void)state;
    for (int i = 0; i < 2; i++) {
        keep[i] = test_arena(1 << 22);
        omp_set_num_threads(i ? 3 : 1);
        assert_ok(shi_texts_find(&keep[i], scratch, &c->columns, &(shi_texts_settings){ 0.7, true }, &f[i]));
    }
    assert_true(f[0].groups.len == f[1].groups.len && f[0].clusters == f[1].clusters && f[0].pairs == f[1].pairs);
    assert_memory_equal(f[0].groups.ptr, f[1].groups.ptr, (size_t)f[0].groups.len * sizeof(shi_group));
    assert_memory_equal(f[0].groups.member, f[1].groups.member, (size_t)f[0].groups.members * sizeof(int32_t));
    assert_memory_equal(f[0].cluster, f[1].cluster, (size_t)f[0].clusters * sizeof(shi_texts_cluster));
    free(keep[0].base), free(keep[1].base), free(scratch.base), free(c);
}

static void no_room(void **state)
{
    corpus *c = planted(3);
    (void)state;
    omp_set_num_threads(2);
    for (int64_t bytes = 0; bytes < 3 << 20; bytes = bytes * 5 / 4 + 1000) {
        shi_texts_found f = { .searched = -7 };
        shi_arena keep = test_arena(1 << 22), scratch = test_arena(bytes);
        shi_err e = shi_texts_find(&keep, scratch, &c->columns, &(shi_texts_settings){ 0.7, true }, &f);
        assert_true(e.code == SHI_SYSTEM ? f.searched == -7 : e.code == SHI_OK);
        free(keep.base), free(scratch.base);
        keep = test_arena(bytes / 40), scratch = test_arena(8 << 20);
        e = shi_texts_find(&keep, scratch, &c->columns, &(shi_texts_settings){ 0.7, true }, &f);
        assert_true(e.code == SHI_SYSTEM || e.code == SHI_OK);
        free(keep.base), free(scratch.base);
    }
    free(c);
}

static void edges(void **state)
{
    static const char LATIN[] = "abc\xff";
    static const int64_t OFFSET[] = { 0, 4 };
    const int32_t zero[] = { 0 }, one[] = { 1 };
    shi_texts_found f;
    shi_arena keep = test_arena(1 << 16), scratch = test_arena(1 << 20);
    shi_texts_columns c = { .offset = OFFSET, .bytes = LATIN };
    (void)state;
    assert_ok(shi_texts_find(&keep, scratch, &c, &(shi_texts_settings){ 0 }, &f));
    assert_true(f.groups.len == 0 && f.clusters == 0 && f.cannot_judge);
    c = (shi_texts_columns){ 1, zero, zero, NULL, 1, 1, LATIN, OFFSET };
    assert_int_equal(shi_texts_find(&keep, scratch, &c, &(shi_texts_settings){ 0 }, &f).code, SHI_INPUT);
    c.text = one;
    assert_int_equal(shi_texts_find(&keep, scratch, &c, &(shi_texts_settings){ 0 }, &f).line, 1);
    c.text = zero, c.account = one;
    assert_int_equal(shi_texts_find(&keep, scratch, &c, &(shi_texts_settings){ 0 }, &f).line, 1);
    for (int k = 0; k < 3; k++) {
        const shi_texts_settings bad = { k == 0 ? -0.1 : k == 1 ? 1.1 : (double)NAN, false };
        assert_int_equal(shi_texts_find(&keep, scratch, &c, &bad, &f).code, SHI_USAGE);
    }
    free(keep.base), free(scratch.base);
}

static void normal_forms(void **state)
{
    static const struct { const char *text, *want; } CASES[] = {
        { "", "" }, { "！！", "" }, { "支持，支持！", "支持支持" }, { "ＡｂＣ　１２３。", "abc123" }, { "Good Job", "goodjob" },
        { "①②③ 好", "123好" }, { "e\xcc\x81t\xc3\xa9", "\xc3\xa9t\xc3\xa9" }, { "👍👍赞", "赞" }, { "ﾊﾝｶｸ", "ハンカク" }, { "……——《好》", "好" },
        { "☆★好々", "好々" }, { "a\xff" "b", "ab" }, { "㎏", "kg" }, { "ÄÖ", "äö" }, { "好e\xcc\x81", "好é" },
    };
    shi_str text[COUNT(CASES)];
    shi_wordings w;
    shi_arena keep = test_arena(4096), scratch = test_arena(4096);
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) text[i] = shi_str_from(CASES[i].text);
    assert_ok(shi_wordings_make(&keep, scratch, (shi_strs){ text, COUNT(CASES) }, &w));
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        shi_str got = { w.bytes + w.offset[i], w.offset[i + 1] - w.offset[i] };
        assert_str(got, CASES[i].want);
    }
    free(keep.base), free(scratch.base);
}

/* Each character by itself, and behind a character that sends its text the slow way. */
static void quick_as_slow(void **state)
{
    enum { N = 0x11000 };
    static char bytes[2 * N][12];
    static shi_str text[2 * N];
    shi_wordings w;
    shi_arena keep = test_arena(8 << 20), scratch = test_arena(16 << 20);
    (void)state;
    for (int64_t c = 1; c < N; c++) {
        if (c >= 0xd800 && c < 0xe000) continue;
        for (int k = 0; k < 2; k++) {
            char *b = bytes[2 * c + k];
            int64_t n = 0;
            if (k) b[n++] = (char)0xc3, b[n++] = (char)0xa9;   /* é */
            if (c < 0x80) b[n++] = (char)c;
            else if (c < 0x800) b[n++] = (char)(0xc0 | c >> 6), b[n++] = (char)(0x80 | (c & 0x3f));
            else if (c < 0x10000) b[n++] = (char)(0xe0 | c >> 12), b[n++] = (char)(0x80 | (c >> 6 & 0x3f)), b[n++] = (char)(0x80 | (c & 0x3f));
            else b[n++] = (char)0xf0, b[n++] = (char)(0x80 | c >> 12), b[n++] = (char)(0x80 | (c >> 6 & 0x3f)), b[n++] = (char)(0x80 | (c & 0x3f));
            text[2 * c + k] = (shi_str){ b, n };
        }
    }
    assert_ok(shi_wordings_make(&keep, scratch, (shi_strs){ text, 2 * N }, &w));
    for (int64_t c = 1; c < N; c++) {
        bool plain = c < 0x80 || (c >= 0x4e00 && c < 0xa000) || (c >= 0xff01 && c <= 0xff5e) || (c >= 0x2010 && c < 0x2700) || (c >= 0x3000 && c < 0x3021);
        if (!plain) continue;
        shi_str a = { w.bytes + w.offset[2 * c], w.offset[2 * c + 1] - w.offset[2 * c] };
        shi_str b = { w.bytes + w.offset[2 * c + 1], w.offset[2 * c + 2] - w.offset[2 * c + 1] };
        if (b.len < 2 || !shi_str_eq(a, shi_str_sub(b, 2, b.len))) fail_msg("U+%04llX", (long long)c);
    }
    free(keep.base), free(scratch.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(join_as_by_hand), cmocka_unit_test(groups_as_by_hand), cmocka_unit_test(same_with_threads), cmocka_unit_test(no_room),
    cmocka_unit_test(edges),           cmocka_unit_test(normal_forms),      cmocka_unit_test(quick_as_slow),
};
RUN_TESTS("texts")
