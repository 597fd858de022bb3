/* Learning hours. Sessions are sorted by account and start, so the length of their union is one pass: what a session adds is what lies behind the end
 * reached so far. The same order by device tells where several accounts learn on one device at once. Starts are compared with those of the account's
 * next active day by the time of day, which is what a clock repeats and a person does not. */
#include "shishu/learning.h"

#include "base/sort.h"
#include "base/text.h"
#include "stat/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t SECOND = 1000000, MINUTE = 60000000, HOUR = 3600000000, DAY = 86400000000;
static const double HONEST_HITS = 0.3, MOST_SECONDS = 1e9;

enum { LEAST_TRIALS = 10, PAUSE_MINUTES = 30 };

typedef struct {
    const shi_learning_columns *in;
    int64_t *row;              /* rows that count, by (account, start, end) */
    int64_t rows;
    int64_t resolution;
} log_of;

static int64_t length_us(const shi_learning_columns *in, int64_t row)
{
    return llround(in->seconds[row] * 1e6);
}

static int64_t floored(int64_t us, int64_t unit)
{
    return us / unit - (us % unit < 0);
}

/* Sorts rows by (group, start); equal ones as they stand. */
static shi_err by_start(shi_arena scratch, const shi_learning_columns *in, const int32_t *group, int64_t *row, int64_t n)
{
    shi_keyed *by = shi_new(&scratch, shi_keyed, n);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) by[i] = (shi_keyed){ shi_key_of(in->start_us[row[i]]), row[i] };
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) by[i].key = (uint64_t)group[by[i].row];
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    for (int64_t i = 0; i < n; i++) row[i] = by[i].row;
    return (shi_err){ 0 };
}

/* ---- resolution ---- */

static bool is_counter(const log_of *l)
{
    int64_t steps = 0, ones = 0;   /* steps of 1 s above whole minutes, over all accounts whose steps are mostly such */
    for (int64_t i = 0; i < l->rows;) {
        int64_t end = i + 1, one = 0;
        int32_t account = l->in->account[l->row[i]];
        for (; end < l->rows && l->in->account[l->row[end]] == account; end++)
            one += (l->in->start_us[l->row[end]] - l->in->start_us[l->row[end - 1]]) % MINUTE == SECOND;
        steps += end - i - 1;
        if (2 * one > end - i - 1) ones += end - i - 1;
        i = end;
    }
    return steps > 0 && 2 * ones > steps;
}

static int64_t find_resolution(const log_of *l)
{
    const int64_t UNIT[] = { DAY, HOUR, MINUTE };
    for (int64_t k = 0; k < COUNT(UNIT); k++) {
        int64_t whole = 0;
        for (int64_t i = 0; i < l->rows; i++) whole += l->in->start_us[l->row[i]] % UNIT[k] == 0;
        if (l->rows > 0 && 100 * whole >= 99 * l->rows) return UNIT[k];
    }
    return is_counter(l) ? MINUTE : SECOND;
}

/* ---- overlap ---- */

/* In whole microseconds, so that nothing is claimed twice by rounding. */
static shi_err add_up(shi_arena scratch, const log_of *l, shi_learning_account *account)
{
    int64_t wide = l->resolution > SECOND ? l->resolution : 0, reached = INT64_MIN;
    int64_t *claimed = shi_new(&scratch, int64_t, l->in->accounts), *possible = shi_new(&scratch, int64_t, l->in->accounts);
    if (!claimed || !possible) return shi_no_memory();
    for (int64_t i = 0; i < l->rows; i++) {
        int64_t r = l->row[i], a = l->in->account[r], start = l->in->start_us[r], length = length_us(l->in, r), end = start + length + wide;
        if (i == 0 || a != l->in->account[l->row[i - 1]]) reached = INT64_MIN;
        if (end > reached) possible[a] += end - (start > reached ? start : reached);
        reached = end > reached ? end : reached;
        if (shi_add(claimed[a], length, &claimed[a]))
            return shi_fail(SHI_INPUT, N_("the seconds of an account do not add up"), N_("Correct the columns."));
        account[a].sessions++;
    }
    for (int64_t a = 0; a < l->in->accounts; a++) {
        account[a].claimed = (double)claimed[a] / 1e6;
        account[a].possible = (double)possible[a] / 1e6;
        account[a].excess = claimed[a] > possible[a] ? (double)(claimed[a] - possible[a]) / 1e6 : 0;
    }
    return (shi_err){ 0 };
}

/* ---- starts ---- */

typedef struct {
    int64_t day, clock;        /* us since midnight */
} start;

/* Starts of an account's rows from, end; their number. */
static int64_t find_starts(const log_of *l, int64_t from, int64_t end, start *out)
{
    int64_t n = 0, reached = INT64_MIN;
    for (int64_t i = from; i < end; i++) {
        int64_t at = l->in->start_us[l->row[i]], until = at + length_us(l->in, l->row[i]);
        if (i == from || at - reached > PAUSE_MINUTES * MINUTE) {
            out[n].day = floored(at, DAY);
            out[n].clock = at - out[n].day * DAY;
            n++;
        }
        reached = until > reached ? until : reached;
    }
    return n;
}

static void try_starts(const start *s, int64_t n, shi_learning_account *a)
{
    for (int64_t i = 0; i < n;) {
        int64_t next = i, end;
        while (next < n && s[next].day == s[i].day) next++;
        for (end = next; end < n && s[end].day == s[next].day; end++) {}
        for (int64_t k = i, m = next; k < next && next < n; k++) {   /* both days in order of the clock */
            while (m + 1 < end && llabs(s[m + 1].clock - s[k].clock) <= llabs(s[m].clock - s[k].clock)) m++;
            int64_t apart = llabs(s[m].clock - s[k].clock);
            a->trials += apart <= PAUSE_MINUTES * MINUTE;
            a->hits += apart <= MINUTE;
        }
        i = next;
    }
}

/* One group an account that hits more than honest ones do. */
static shi_err list_clockwork(shi_arena *keep, shi_arena scratch, const log_of *l, shi_learning_account *account, shi_learning_found *out)
{
    int64_t n = 0, accounts = l->in->accounts;
    shi_keyed *by = shi_new(&scratch, shi_keyed, accounts);
    start *starts = shi_new(&scratch, start, l->rows);
    if (!by || !starts) return shi_no_memory();
    for (int64_t i = 0, end; i < l->rows; i = end) {
        int32_t a = l->in->account[l->row[i]];
        for (end = i; end < l->rows && l->in->account[l->row[end]] == a; end++) {}
        try_starts(starts, find_starts(l, i, end, starts), &account[a]);
        out->searched += account[a].trials >= LEAST_TRIALS;
    }
    for (int64_t a = 0; a < accounts; a++) {
        if (account[a].trials < LEAST_TRIALS) continue;
        double p = shi_binomial_log_above(account[a].trials, HONEST_HITS, account[a].hits) / log(10) + log10((double)out->searched);
        account[a].log10_p = p < 0 ? p : 0;
        if (p < -1.3010299956639813) by[n++] = (shi_keyed){ shi_key_falling(-p), a };   /* 0.05 */
    }
    SHI_TRY(shi_sort_keyed(scratch, by, n));
    shi_group *group = shi_new(keep, shi_group, n);
    int32_t *member = shi_new(keep, int32_t, n);
    double *weight = shi_new(keep, double, n);
    int64_t *place = shi_new(&scratch, int64_t, accounts);
    if (!group || !member || !weight || !place) return shi_no_memory();
    for (int64_t g = 0; g < n; g++) {
        int64_t a = by[g].row;
        member[g] = (int32_t)a, weight[g] = 1, place[a] = g + 1;
        group[g] = (shi_group){ .first = g, .len = 1, .things = account[a].trials, .deeds = account[a].hits, .log10_p = account[a].log10_p,
                                .log10_e = -INFINITY, .from_us = INT64_MAX, .to_us = INT64_MIN };
    }
    for (int64_t i = 0; i < l->rows; i++) {
        int64_t at = l->in->start_us[l->row[i]], g = place[l->in->account[l->row[i]]] - 1;
        if (g < 0) continue;
        group[g].from_us = at < group[g].from_us ? at : group[g].from_us;
        group[g].to_us = at > group[g].to_us ? at : group[g].to_us;
    }
    out->groups = (shi_groups){ group, n, member, weight, n };
    return (shi_err){ 0 };
}

/* ---- devices ---- */

/* Seconds in which more than one account has a session on the device. Sorted by start, a session overlaps with those before it until the end of the
 * one that reaches furthest, the leader: what others overlap behind that is within the leader's time as well, and told already. */
static void sweep_device(const log_of *l, const int64_t *row, int64_t n, shi_learning_device *d)
{
    int32_t leader = -1;
    int64_t reach = INT64_MIN, told = INT64_MIN;   /* end of the leader; end of what has been counted as together */
    for (int64_t i = 0; i < n; i++) {
        int32_t a = l->in->account[row[i]];
        int64_t from = l->in->start_us[row[i]], end = from + length_us(l->in, row[i]);
        if (a != leader && from < reach) {
            int64_t begin = from > told ? from : told, until = end < reach ? end : reach;
            if (until > begin) d->together += (double)(until - begin) / 1e6, told = until;
        }
        if (end > reach) reach = end, leader = a;
    }
}

static shi_err list_devices(shi_arena *keep, shi_arena scratch, const log_of *l, shi_learning_found *out)
{
    const shi_learning_columns *in = l->in;
    int64_t n = 0, kept = 0, *row = shi_new(&scratch, int64_t, l->rows);
    shi_learning_device *all = shi_new(&scratch, shi_learning_device, in->devices);
    shi_keyed *by = shi_new(&scratch, shi_keyed, in->devices);
    int64_t *seen = shi_new(&scratch, int64_t, in->accounts);   /* device + 1 that it was last counted for */
    if (!row || !all || !by || !seen) return shi_no_memory();
    for (int64_t i = 0; i < l->rows; i++)
        if (in->device[l->row[i]] >= 0) row[n++] = l->row[i];
    SHI_TRY(by_start(scratch, in, in->device, row, n));
    for (int64_t i = 0, end; i < n; i = end) {
        int32_t device = in->device[row[i]];
        shi_learning_device *d = &all[device];
        d->device = device;
        for (end = i; end < n && in->device[row[end]] == device; end++) {
            d->accounts += seen[in->account[row[end]]] != device + 1;
            seen[in->account[row[end]]] = device + 1;
        }
        if (d->accounts >= 2) sweep_device(l, row + i, end - i, d);
    }
    for (int64_t d = 0; d < in->devices; d++)
        if (all[d].together > 0) by[kept++] = (shi_keyed){ shi_key_falling(all[d].together), d };
    SHI_TRY(shi_sort_keyed(scratch, by, kept));
    shi_learning_device *device = shi_new(keep, shi_learning_device, kept);
    if (!device) return shi_no_memory();
    for (int64_t i = 0; i < kept; i++) device[i] = all[by[i].row];
    out->device = device;
    out->devices = kept;
    return (shi_err){ 0 };
}

/* ---- the call ---- */

static shi_err fault(int64_t place, const char *reason)
{
    shi_err e = shi_fail(SHI_INPUT, reason, N_("Correct the columns."));
    e.line = place + 1;
    return e;
}

static shi_err check(const shi_learning_columns *in)
{
    for (int64_t r = 0; r < in->rows; r++) {
        if (in->account[r] < -1 || in->account[r] >= in->accounts) return fault(r, N_("there is no such account"));
        if (in->device && (in->device[r] < -1 || in->device[r] >= in->devices)) return fault(r, N_("there is no such device"));
        if (in->seconds[r] < 0 || in->seconds[r] > MOST_SECONDS) return fault(r, N_("the seconds are negative or more than 1,000,000,000"));
        if (in->start_us[r] != INT64_MIN && llabs(in->start_us[r]) > INT64_MAX / 4) return fault(r, N_("the time is too far away"));
    }
    return (shi_err){ 0 };
}

shi_err shi_learning_find(shi_arena *keep, shi_arena scratch, const shi_learning_columns *columns, const shi_learning_settings *settings,
                          shi_learning_found *out)
{
    shi_learning_found found = { 0 };
    log_of l = { .in = columns, .row = shi_new(&scratch, int64_t, columns->rows) };
    shi_learning_account *account = shi_new(keep, shi_learning_account, columns->accounts);
    if (!l.row || !account) return shi_no_memory();
    SHI_TRY(check(columns));
    for (int64_t r = 0; r < columns->rows; r++)
        if (columns->account[r] >= 0 && columns->start_us[r] != INT64_MIN && !isnan(columns->seconds[r])) l.row[l.rows++] = r;
    SHI_TRY(by_start(scratch, columns, columns->account, l.row, l.rows));
    l.resolution = settings->resolution_us > 0 ? settings->resolution_us : find_resolution(&l);
    SHI_TRY(add_up(scratch, &l, account));
    for (int64_t a = 0; a < columns->accounts; a++) found.excess += account[a].excess;
    if (l.resolution > MINUTE) found.cannot_judge = N_("The log's times are in hours or days: whether sessions start by the clock cannot be told.");
    else SHI_TRY(list_clockwork(keep, scratch, &l, account, &found));
    if (columns->device) SHI_TRY(list_devices(keep, scratch, &l, &found));
    found.account = account;
    found.resolution_us = l.resolution;
    found.left_out = columns->rows - l.rows;
    if (!found.cannot_judge && !found.searched)
        found.cannot_judge = N_("No account has ten starts that can be compared with the next day: whether sessions start by the clock cannot be "
                                "told.");
    *out = found;
    return (shi_err){ 0 };
}
