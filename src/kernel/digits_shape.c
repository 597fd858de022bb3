/* Last digits, and arrivals that are more even than chance leaves them. Both look at single series: a figure carried over from the period
 * before is no new digit; the evenness of a week is that of seven days in a row. Digits are looked at from 103 on, not from 100: where figures
 * thin out above the limit, 100 is the likeliest of all, and 0 and 5 would stand out by themselves; in 103 … 112 they stand about the middle. */
#include "kernel/digits.h"

#include "stat/dist.h"

#include <math.h>

enum { WEEK = 7, RUN = 12, LEAST_WEEKS = 8, LEAST_DIGITS = 50 };
static const double LEAST_MEAN = 10, SHARE_OF_CHANCE = 0.5, WEEK_RISK = 0.05, MOST_OF_PEOPLE = 0.2, LEAST_VALUE = 103, MOST_VALUE = 9e15;

static void digits_of(digits_table *t, int m, const digits_group *g)
{
    const double *value = t->c->measure[m].value, *before = t->before[m];
    int64_t n = 0, round = 0;
    for (int64_t i = 0; i < g->len; i++) {
        int64_t row = g->row[i];
        double x = value[row];
        bool copied = x == before[row] || x == shi_digits_of(t->c->measure[m].total, row);
        if (!(x >= LEAST_VALUE && x < MOST_VALUE && x == floor(x)) || t->near[m][row] || copied) continue;
        n++;
        round += (int64_t)x % 5 == 0;
    }
    if (n < LEAST_DIGITS) return;
    shi_digits_add(t, (shi_digits_test){ .kind = SHI_DIGITS_LAST, .key = g->key, .code = g->code, .measure = m, .n = n, .statistic = (double)round,
                                         .expected = 0.2 * (double)n, .low = (double)NAN, .high = (double)NAN,
                                         .log10_p = shi_binomial_log_above(n, 0.2, round) / SHI_LN_10, .q = (double)NAN });
}

shi_err shi_digits_last(shi_arena scratch, digits_table *t)
{
    int64_t len = t->len;
    (void)scratch;
    for (int m = 0; m < t->c->measures; m++)
        for (int64_t g = 0; g < t->groups; g++) digits_of(t, m, &t->group[g]);
    if (t->len == len) t->why[SHI_DIGITS_LAST] = N_("last digits: no group has 50 whole figures of 100 or more");
    return (shi_err){ 0 };
}

/* Arrivals of one period of a series, NAN: none that can be judged. */
static double arrivals(const digits_table *t, int m, int64_t row)
{
    const shi_digits_measure *of = &t->c->measure[m];
    double x = of->value[row], people = shi_digits_of(of->total, row);
    if (t->set->cumulative) x -= t->before[m][row];
    if (t->near[m][row] || x > MOST_OF_PEOPLE * people) return (double)NAN;   /* no comparison with what is missing holds */
    return x;
}

/* Dispersion of len periods, or NAN where the null says nothing about them. */
static double dispersion(const double *x, int64_t len)
{
    double sum = 0, square = 0;
    for (int64_t i = 0; i < len; i++) {
        if (!(x[i] > 0)) return (double)NAN;
        sum += x[i];
    }
    double mean = sum / (double)len;
    for (int64_t i = 0; i < len; i++) square += (x[i] - mean) * (x[i] - mean);
    return mean >= LEAST_MEAN ? square / mean : (double)NAN;
}

/* Monday is day 0 of a week; 1970-01-01 was a Thursday. */
static int64_t week_of(int64_t day)
{
    return day >= -3 ? (day + 3) / WEEK : -((-day - 3 + WEEK - 1) / WEEK);
}

typedef struct {
    int64_t blocks, even;
    double sum;          /* of dispersions */
} evenness;

static void take_block(const double *x, int64_t len, evenness *e)
{
    double d = dispersion(x, len);
    if (isnan(d)) return;
    e->blocks++;
    e->even += shi_chisq_below(d / SHARE_OF_CHANCE, (double)(len - 1)) <= WEEK_RISK;
    e->sum += d;
}

/* Blocks of the rows order[from … to): weeks of the calendar where periods are days, else runs of 12 periods. */
static evenness look(const digits_table *t, int m, int64_t from, int64_t to)
{
    bool days = t->step == 1;
    int64_t size = days ? WEEK : RUN, filled = 0;
    const int64_t *day = t->c->day;
    evenness e = { 0 };
    double x[RUN];
    for (int64_t i = from; i < to; i++) {
        int64_t row = t->order[i], last = i > from ? t->order[i - 1] : row;
        if (day[row] == INT64_MIN) continue;
        bool next = i > from && day[last] != INT64_MIN && 2 * (day[row] - day[last]) <= 3 * t->step;
        if (!next || (days && week_of(day[row]) != week_of(day[last]))) filled = 0;
        double one = arrivals(t, m, row);
        if (next && day[row] == day[last] && filled > 0) x[filled - 1] += one;      /* two rows of one period add up */
        else if (filled < size) x[filled++] = one;
        bool ends = i + 1 == to || day[t->order[i + 1]] != day[row];
        if (filled == size && ends) take_block(x, size, &e), filled = 0;
    }
    return e;
}

static void judge_series(digits_table *t, int m, int64_t from, int64_t to)
{
    evenness e = look(t, m, from, to);
    bool days = t->step == 1;
    double df = (double)e.blocks * (RUN - 1);
    if (e.blocks < (days ? LEAST_WEEKS : 1)) return;
    double log_p = days ? shi_binomial_log_above(e.blocks, WEEK_RISK, e.even) : shi_chisq_log_below(e.sum / SHARE_OF_CHANCE, df);
    shi_digits_add(t, (shi_digits_test){ .kind = SHI_DIGITS_EVEN, .key = SHI_DIGITS_OF_SERIES, .code = (int32_t)t->order[from], .measure = m,
                                         .n = e.blocks, .statistic = days ? (double)e.even : e.sum / df,
                                         .expected = days ? WEEK_RISK * (double)e.blocks : 1, .low = (double)NAN, .high = (double)NAN,
                                         .log10_p = log_p / SHI_LN_10, .q = (double)NAN });
}

shi_err shi_digits_even(shi_arena scratch, digits_table *t)
{
    int64_t len = t->len;
    (void)scratch;
    if (!t->set->arrivals && !t->set->cumulative)
        t->why[SHI_DIGITS_EVEN] = N_("too even: only arrivals (registrations, entries, uploads, votes) can be; say --arrivals or --cumulative if "
            "they are");
    else if (!t->c->day || t->step == 0) t->why[SHI_DIGITS_EVEN] = N_("too even: without periods there is nothing to compare");
    if (t->why[SHI_DIGITS_EVEN]) return (shi_err){ 0 };
    for (int m = 0; m < t->c->measures; m++)
        for (int64_t i = 0, from = 0; i < t->c->n; i++) {
            if (i + 1 < t->c->n && t->series[t->order[i + 1]] == t->series[t->order[i]]) continue;
            judge_series(t, m, from, i + 1);
            from = i + 1;
        }
    if (t->len == len) t->why[SHI_DIGITS_EVEN] = N_("too even: no series has 8 whole weeks, or 12 periods, of 10 arrivals a period on average and "
        "none without");
    return (shi_err){ 0 };
}
