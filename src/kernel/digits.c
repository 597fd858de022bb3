/* A table of figures, put in order: rows by series and period, groups of each key, the value of the period before. The tests themselves lie in
 * digits_percent (whole percentages), digits_shape (last digits, evenness), digits_target (bunching, exact hits) and digits_facts. */
#include "kernel/digits.h"

#include "base/sort.h"
#include "shishu/adjust.h"

#include <math.h>
#include <string.h>

shi_digits_class shi_digits_class_of(shi_digits_kind kind)
{
    return kind <= SHI_DIGITS_EVEN ? SHI_DIGITS_SUSPICION : kind <= SHI_DIGITS_GROWTH ? SHI_DIGITS_TARGET : SHI_DIGITS_FACT;
}

void shi_digits_add(digits_table *t, shi_digits_test test)
{
    t->test[t->len++] = test;
}

int64_t shi_digits_pairs(shi_arena scratch, const int32_t *a, const int32_t *b, int64_t n, int32_t *out)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    int64_t codes = 0;
    if (!by) return -1;
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ (uint64_t)(uint32_t)(a[i] + 1) << 32 | (uint32_t)(b[i] + 1), i };
    if (shi_sort_keyed(scratch, by, n).code) return -1;
    for (int64_t i = 0; i < n; i++) {
        codes += i == 0 || by[i].key != by[i - 1].key;
        out[by[i].row] = (int32_t)(codes - 1);
    }
    return codes;
}

/* Rows by series, then day, then row. */
static shi_err put_in_order(shi_arena *hold, digits_table *t)
{
    const shi_digits_columns *c = t->c;
    int32_t *series = shi_new(hold, int32_t, c->n);
    int64_t *order = shi_new(hold, int64_t, c->n);
    shi_arena scratch = *hold;
    shi_keyed *by = shi_new(&scratch, shi_keyed, c->n);
    if (!series || !order || !by) return shi_no_memory();
    if (c->keys) memcpy(series, c->key[0], (size_t)c->n * sizeof *series);
    t->all_series = shi_digits_pairs(scratch, series, series, c->n, series);
    for (int k = 1; k < c->keys && t->all_series >= 0; k++) t->all_series = shi_digits_pairs(scratch, series, c->key[k], c->n, series);
    if (t->all_series < 0) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) by[i] = (shi_keyed){ c->day ? shi_key_of(c->day[i]) : 0, i };
    SHI_TRY(shi_sort_keyed(scratch, by, c->n));
    for (int64_t i = 0; i < c->n; i++) by[i].key = (uint64_t)series[by[i].row];
    SHI_TRY(shi_sort_keyed(scratch, by, c->n));
    for (int64_t i = 0; i < c->n; i++) order[i] = by[i].row;
    t->series = series;
    t->order = order;
    return (shi_err){ 0 };
}

/* The rows of each code, as groups behind those that there are. */
static shi_err split(shi_arena *hold, int key, const int32_t *code, int64_t n, digits_group *group, int64_t *groups)
{
    int64_t *row = shi_new(hold, int64_t, n), len = 0;
    shi_arena scratch = *hold;
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    if (!by || !row) return shi_no_memory();
    for (int64_t i = 0; i < n; i++)
        if (code[i] >= 0) by[len++] = (shi_keyed){ (uint64_t)code[i], i };
    SHI_TRY(shi_sort_keyed(scratch, by, len));
    for (int64_t i = 0; i < len; i++) {
        if (i == 0 || by[i].key != by[i - 1].key) group[(*groups)++] = (digits_group){ key, (int32_t)by[i].key, row + i, 0 };
        row[i] = by[i].row;
        group[*groups - 1].len++;
    }
    return (shi_err){ 0 };
}

static shi_err make_groups(shi_arena *hold, digits_table *t)
{
    const shi_digits_columns *c = t->c;
    int64_t most = 1;
    for (int k = 0; k < c->keys; k++) most += c->codes[k];
    digits_group *group = shi_new(hold, digits_group, most), *child = shi_new(hold, digits_group, c->parents + 1);
    int64_t *row = shi_new(hold, int64_t, c->n);
    if (!group || !child || !row) return shi_no_memory();
    for (int64_t i = 0; i < c->n; i++) row[i] = i;
    group[0] = child[0] = (digits_group){ -1, -1, row, c->n };
    t->groups = t->children = 1;
    for (int k = 0; k < c->keys; k++) SHI_TRY(split(hold, k, c->key[k], c->n, group, &t->groups));
    if (c->parent) t->children = 0;
    if (c->parent) SHI_TRY(split(hold, SHI_DIGITS_OF_PARENT, c->parent, c->n, child, &t->children));
    t->group = group;
    t->child = child;
    return (shi_err){ 0 };
}

/* The smallest step between periods of a series is the step of the table. */
static void find_step(digits_table *t)
{
    const int64_t *day = t->c->day;
    for (int64_t i = 1; day && i < t->c->n; i++) {
        int64_t a = t->order[i - 1], b = t->order[i];
        if (t->series[a] != t->series[b] || day[a] == INT64_MIN) continue;
        if (day[b] > day[a] && (t->step == 0 || day[b] - day[a] < t->step)) t->step = day[b] - day[a];
    }
}

/* Whether b is the row of the next period after a: months differ in length, so half a step is let through. */
static bool follows(const digits_table *t, int64_t a, int64_t b)
{
    const int64_t *day = t->c->day;
    if (t->series[a] != t->series[b] || !day || day[a] == INT64_MIN) return false;
    return day[b] > day[a] && 2 * (day[b] - day[a]) <= 3 * t->step;
}

static shi_err look_back(shi_arena *hold, digits_table *t)
{
    int64_t n = t->c->n;
    for (int m = 0; m < t->c->measures; m++) {
        const shi_digits_measure *of = &t->c->measure[m];
        double *before = shi_new(hold, double, n);
        bool *near = shi_new(hold, bool, n);
        if (!before || !near) return shi_no_memory();
        for (int64_t i = 0; i < n; i++) {
            int64_t row = t->order[i];
            before[row] = i > 0 && follows(t, t->order[i - 1], row) ? of->value[t->order[i - 1]] : (double)NAN;
            double target = shi_digits_of(of->target, row), room = fmax(0.02 * target, 6);
            near[row] = fabs(of->value[row] - target) <= room;
        }
        t->before[m] = before;
        t->near[m] = near;
    }
    return (shi_err){ 0 };
}

/* BH over all hypotheses of a kind. All rows together are none where there are groups. */
static shi_err adjust(shi_arena scratch, const digits_table *t, shi_digits_kind kind, int64_t *searched)
{
    double *p = shi_new(&scratch, double, t->len);
    int64_t *at = shi_new(&scratch, int64_t, t->len), len = 0;
    bool groups = false;
    if (!p || !at) return shi_no_memory();
    for (int64_t i = 0; i < t->len; i++) groups = groups || (t->test[i].kind == kind && t->test[i].key >= 0);
    for (int64_t i = 0; i < t->len; i++) {
        const shi_digits_test *x = &t->test[i];
        if (x->kind != kind || isnan(x->log10_p) || (groups && x->key < 0)) continue;
        bool small = kind == SHI_DIGITS_LAST && x->statistic < 0.22 * (double)x->n;
        p[len] = small ? 1 : pow(10, x->log10_p);
        at[len++] = i;
    }
    SHI_TRY(shi_p_adjust(scratch, SHI_P_BH, p, len, p));
    for (int64_t i = 0; i < len; i++) t->test[at[i]].q = p[i];
    *searched += len;
    return (shi_err){ 0 };
}

static shi_err run_all(shi_arena scratch, digits_table *t)
{
    SHI_TRY(shi_digits_percents(scratch, t));
    SHI_TRY(shi_digits_last(scratch, t));
    SHI_TRY(shi_digits_even(scratch, t));
    SHI_TRY(shi_digits_bunch(scratch, t));
    SHI_TRY(shi_digits_marks(scratch, t, false));
    SHI_TRY(shi_digits_marks(scratch, t, true));
    return shi_digits_facts(scratch, t);
}

/* A test of each kind and measure for each group, parent and series: more there cannot be. */
static int64_t most_tests(const digits_table *t)
{
    int64_t groups = t->groups * (SHI_DIGITS_KINDS - 1) + t->children + t->all_series + 1;
    return groups * (t->c->measures + 1) + t->children * 2 * (t->c->measures + 1);
}

shi_err shi_digits_find(shi_arena *keep, shi_arena scratch, const shi_digits_columns *columns, const shi_digits_settings *settings, shi_digits *out)
{
    digits_table t = { .c = columns, .set = settings };
    shi_digits found = { 0 };
    SHI_TRY(put_in_order(&scratch, &t));
    SHI_TRY(make_groups(&scratch, &t));
    find_step(&t);
    SHI_TRY(look_back(&scratch, &t));
    t.test = shi_new(&scratch, shi_digits_test, most_tests(&t));
    if (!t.test) return shi_no_memory();
    SHI_TRY(run_all(scratch, &t));
    for (int kind = 0; kind <= SHI_DIGITS_GROWTH; kind++) SHI_TRY(adjust(scratch, &t, (shi_digits_kind)kind, &found.searched));
    shi_digits_test *kept = shi_new(keep, shi_digits_test, t.len);
    if (!kept) return shi_no_memory();
    if (t.len) memcpy(kept, t.test, (size_t)t.len * sizeof *kept);
    found.ptr = kept;
    found.len = t.len;
    memcpy(found.cannot_judge, t.why, sizeof t.why);
    *out = found;
    return (shi_err){ 0 };
}
