/* bench/make_tensor.c: an invented log of accounts, items and times with blocks planted in it, for the benches only.
 *
 *   make_tensor OUT TUPLES [SEED] [none]
 *
 * Writes OUT.csv (account, item, time as Unix seconds) and OUT.truth.csv (account, kind, block). `none`: nothing is planted. What is honest:
 * activity log-normal, popularity Zipf's, each item born at an hour and read ever less after it, day and night; and two crowds, people who meet
 * and sign in together, with their ordinary life beside it. What is bought: `lockstep` (accounts x items within hours), `order` (many accounts,
 * few items, two hours), `farm` (few accounts, many items, a day), `camo` (lockstep, and as much ordinary reading), `slow` (accounts x items over
 * the whole month), `star` (very many accounts, one item, one hour). Sides of blocks grow with the third root of TUPLES. The same arguments write
 * the same file on every machine whose libm agrees. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOURS = 720 };
static const int64_t START = 1717171200;   /* 2024-06-01 00:00 in Shanghai */

typedef struct {
    const char *kind, *name;
    int accounts, items, hours;
    double fill, ordinary;
} block;
static const block BLOCKS[] = {
    { "bought", "lockstep", 300, 30, 6, 0.9, 0 }, { "bought", "order", 1000, 5, 2, 1, 0 },    { "bought", "farm", 100, 100, 24, 0.6, 0 },
    { "bought", "camo", 300, 20, 4, 1, 1 },       { "bought", "slow", 200, 50, HOURS, 0.8, 0 }, { "bought", "star", 2000, 1, 1, 1, 0 },
    { "crowd", "crowd1", 150, 3, 1, 1, 0 },       { "crowd", "crowd2", 80, 4, 1, 1, 0 },
};
enum { N_BLOCKS = sizeof BLOCKS / sizeof BLOCKS[0] };
static const double DAY[24] = { .2, .1, .1, .1, .2, .5, 1, 1.5, 2, 2, 1.6, 1.5, 2.2, 1.5, 1, 1, 1.1, 1.3, 1.8, 2.4, 2.6, 2, 1.2, .5 };

static uint64_t state;

static uint64_t draw(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
static double unit(void)
{
    return ((double)(draw() >> 11) + 0.5) * 0x1p-53;
}
static int64_t below(int64_t n)
{
    return (int64_t)(unit() * (double)n);
}
static double normal(void)
{
    return sqrt(-2 * log(unit())) * cos(6.283185307179586 * unit());
}

static void *room(int64_t n, size_t size)
{
    void *p = calloc((size_t)n, size);
    if (!p) exit(4);
    return p;
}
static FILE *open_as(const char *out, const char *end)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s", out, end);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(4);
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    return f;
}

/* Which of n is drawn by cumulative weights, with a table that gives the stretch to look through. */
typedef struct {
    double *sum;
    int64_t *from, n;
} chance;
static chance chance_of(double *weight, int64_t n)
{
    chance c = { weight, room(n + 2, sizeof(int64_t)), n };
    for (int64_t i = 1; i < n; i++) weight[i] += weight[i - 1];
    for (int64_t i = 0, k = 0; i <= n; i++) {
        while (k < n && weight[k] / weight[n - 1] * (double)n < (double)i) k++;
        c.from[i] = k;
    }
    return c;
}
static int64_t chosen(const chance *c)
{
    double u = unit();
    int64_t i = c->from[(int64_t)(u * (double)c->n)];
    while (i < c->n - 1 && c->sum[i] < u * c->sum[c->n - 1]) i++;
    return i;
}

static chance who, what;
static double *birth, *life;
static uint8_t *bought;
static FILE *out;

static void act(int64_t account, int64_t item, int64_t second)
{
    char line[80], *p = line + sizeof line;
    const int64_t field[] = { START + second, item, account };
    const char last[] = { '\n', ',', ',' };
    for (int k = 0; k < 3; k++) {
        *--p = last[k];
        int64_t v = field[k];
        do *--p = (char)('0' + v % 10);
        while (v /= 10);
        if (k) *--p = k == 1 ? 'i' : 'a';
    }
    fwrite(p, 1, (size_t)(line + sizeof line - p), out);
}

static void ordinary(int64_t account)
{
    while (account < 0) {
        account = chosen(&who);
        if (bought[account]) account = -1;
    }
    int64_t item = chosen(&what);
    double t = 0;
    for (int k = 0; k < 4; k++) {
        t = birth[item] - life[item] * log(unit());
        if (unit() <= DAY[(int64_t)t % 24] / 2.6) break;
    }
    act(account, item, (int64_t)(t * 3600) % (HOURS * INT64_C(3600)));
}

static int64_t plant(int64_t b, int64_t users, int64_t items, double side, FILE *truth, uint8_t *used)
{
    const block *p = &BLOCKS[b];
    int64_t accounts = llround(p->accounts * side), n = p->items > 5 ? llround(p->items * side) : p->items, m = 0;
    int64_t start = (8 + below(HOURS - 38)) * 3600;
    int64_t *account = room(accounts, sizeof *account), *item = room(n, sizeof *item);
    if (p->hours == HOURS) start = 0;
    for (int64_t i = 0; i < n; i++) item[i] = below(items);
    for (int64_t i = 0; i < accounts; i++) {
        do account[i] = below(users);
        while (used[account[i]]);
        used[account[i]] = 1;
        bought[account[i]] = p->kind[0] == 'b';
        fprintf(truth, "a%" PRId64 ",%s,%s\n", account[i], p->kind, p->name);
    }
    for (int64_t i = 0; i < accounts; i++)
        for (int64_t k = 0; k < n; k++) {
            if (unit() >= p->fill) continue;
            act(account[i], item[k], start + below(p->hours * INT64_C(3600)));
            m++;
        }
    int64_t more = llround(p->ordinary * (double)m);
    for (int64_t i = 0; i < more; i++) ordinary(account[below(accounts)]);
    free(account);
    free(item);
    return m + more;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    int64_t n = (int64_t)strtod(argv[2], NULL), users = n / 10 > 1000 ? n / 10 : 1000, items = n / 100 > 200 ? n / 100 : 200, planted = 0;
    state = argc > 3 ? strtoull(argv[3], NULL, 10) * 0x9E3779B97F4A7C15u : 1;
    double *activity = room(users, sizeof *activity), *popularity = room(items, sizeof *popularity);
    birth = room(items, sizeof *birth);
    life = room(items, sizeof *life);
    bought = room(users, 1);
    for (int64_t i = 0; i < users; i++) activity[i] = exp(1.2 * normal());
    for (int64_t i = 0; i < items; i++) {
        popularity[i] = pow((double)(i + 21), -0.9);
        birth[i] = (double)below(HOURS);
        life[i] = 4 - 20 * log(unit());
    }
    who = chance_of(activity, users);
    what = chance_of(popularity, items);
    out = open_as(argv[1], ".csv");
    FILE *truth = open_as(argv[1], ".truth.csv");
    fputs("account,item,time\n", out);
    fputs("account,kind,block\n", truth);
    uint8_t *used = room(users, 1);
    double side = cbrt((double)n / 1e6);
    for (int64_t b = 0; b < N_BLOCKS && argc < 5; b++) planted += plant(b, users, items, side, truth, used);
    for (int64_t i = planted; i < n; i++) ordinary(-1);
    return fclose(out) || fclose(truth) ? 4 : 0;
}
