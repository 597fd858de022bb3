/* bench/draw_bench.c: draws beside the hashes that they cannot do without.
 *
 *   draw_bench FRAME.csv     a frame with its ids in the first column, one line a row, a header above
 *
 * Prints name, wall seconds, processor seconds (the least of five rounds each) and millions a second, tab-separated. The bound is one SHA-256 a
 * draw, on as many cores as the draws may use. */
#include "base/hash.h"
#include "base/os.h"
#include "shishu/ticket.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5, DRAWS = 1000000 };
static const shi_str SEED = SHI_S("38271 94065 11784 20359");

typedef struct {
    shi_arena scratch;
    shi_str *id;
    int64_t rows, *out, *generation;
} bench;

static void stop(shi_err e)
{
    if (!e.code) return;
    fprintf(stderr, "draw_bench: %s\n", e.reason);
    exit(4);
}

static void hashes(bench *b, int64_t n)
{
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < n; i++) {
        char text[32];
        shi_sha256 hash;
        int len = snprintf(text, sizeof text, "0123456789,%07lld", (long long)i);
        shi_sha256_text((shi_str){ text, len }, &hash);
        b->out[i % b->rows] = hash.byte[0];
    }
}

static void bound(bench *b)
{
    hashes(b, DRAWS);
}

static void counter_again(bench *b)
{
    stop(shi_counter_draw(b->scratch, SEED, 1, 10 * (int64_t)DRAWS, true, DRAWS, b->out, NULL));
}

static void counter_once(bench *b)
{
    stop(shi_counter_draw(b->scratch, SEED, 1, 10 * (int64_t)DRAWS, false, DRAWS, b->out, NULL));
}

static void order_all(bench *b)
{
    stop(shi_ticket_order(b->scratch, SEED, b->id, b->rows, b->rows, b->out, NULL));
}

static void order_first(bench *b)
{
    stop(shi_ticket_order(b->scratch, SEED, b->id, b->rows, b->rows < 1000 ? b->rows : 1000, b->out, NULL));
}

static void tickets_of_a_million(bench *b)
{
    stop(shi_ticket_order(b->scratch, SEED, b->id, b->rows < DRAWS ? b->rows : DRAWS, b->rows < DRAWS ? b->rows : DRAWS, b->out, NULL));
}

static void tickets_again(bench *b)
{
    stop(shi_ticket_draw_again(b->scratch, SEED, b->id, b->rows, b->rows < DRAWS ? b->rows : DRAWS, b->out, b->generation, NULL));
}

static void measure(const char *name, void (*run)(bench *), bench *b, int64_t n)
{
    int64_t best = INT64_MAX;
    double least = INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = shi_os_tick_us();
        clock_t from = clock();   /* of all threads */
        run(b);
        double cpu = (double)(clock() - from) / CLOCKS_PER_SEC;
        int64_t us = shi_os_tick_us() - start;
        if (us < best) best = us;
        if (cpu < least) least = cpu;
    }
    printf("%s\t%.3f\t%.3f\t%.2f\n", name, (double)best * 1e-6, least, (double)n / (double)best);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    bench b = { 0 };
    shi_arena keep;
    shi_str all;
    if (argc != 2) {
        fprintf(stderr, "usage: draw_bench FRAME.csv\n");
        return 2;
    }
    stop(shi_arena_open(INT64_C(8) << 30, &keep));
    stop(shi_arena_open(INT64_C(8) << 30, &b.scratch));
    stop(shi_os_read(&keep, argv[1], INT64_C(4) << 30, &all));
    for (int64_t i = 0; i < all.len; i++) b.rows += all.ptr[i] == '\n';
    b.rows--;
    b.id = shi_new(&keep, shi_str, b.rows);
    b.out = shi_new(&keep, int64_t, b.rows);
    b.generation = shi_new(&keep, int64_t, DRAWS);
    const char *at = strchr(all.ptr, '\n') + 1;
    for (int64_t i = 0; i < b.rows; i++) {
        const char *end = strchr(at, '\n');
        b.id[i] = (shi_str){ at, (int64_t)strcspn(at, ",\n") };
        at = end + 1;
    }
    const int64_t million = b.rows < DRAWS ? b.rows : DRAWS;
    measure("bound: 1 M SHA-256", bound, &b, DRAWS);
    measure("counter mode, 1 M with replacement", counter_again, &b, DRAWS);
    measure("counter mode, 1 M without", counter_once, &b, DRAWS);
    measure("tickets, a frame of 1 M in order", tickets_of_a_million, &b, million);
    measure("tickets, the whole frame in order", order_all, &b, b.rows);
    measure("tickets, the first 1,000 of the frame", order_first, &b, b.rows);
    measure("tickets, 1 M with replacement", tickets_again, &b, million);
    return 0;
}
