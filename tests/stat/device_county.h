/* A county of devices, made by other code than the detector's: villages of 150 accounts over 180 days, with everything that ties honest accounts to a
 * device, and sellers' and helpers' devices to find in it. */
#ifndef DEVICE_COUNTY_H
#define DEVICE_COUNTY_H

#include "base/random.h"
#include "shishu/shared.h"
#include "sim.h"

#define COUNTY_MINUTE INT64_C(60000000)
#define COUNTY_DAY (1440 * COUNTY_MINUTE)

typedef struct {
    int villages, days;
    double relatives;         /* share of households with one member of another village */
    uint64_t seed;
    /* what is planted: accounts on devices, in so many villages, within so many days of the log; rounds: how often each account is used */
    int accounts, devices, places, on_days, rounds;
    bool wander;              /* each round on another device */
} county_design;

typedef struct {
    county_design d;
    shi_random r;
    int64_t n, room;
    int32_t *account, *device, *unit;
    int64_t *time;
    int32_t accounts, devices;
    int32_t planted_account, planted_device;   /* from here on: planted */
    int32_t *home;            /* by account: village */
    int32_t *own;             /* by account: device */
} county;

enum { COUNTY_PEOPLE = 150 };

static inline void county_act(county *c, int32_t account, int32_t device, int64_t time)
{
    if (time < 0 || time >= c->d.days * COUNTY_DAY) return;
    if (c->n == c->room) {
        c->room = c->room ? 2 * c->room : 1 << 16;
        c->account = realloc(c->account, (size_t)c->room * sizeof *c->account);
        c->device = realloc(c->device, (size_t)c->room * sizeof *c->device);
        c->unit = realloc(c->unit, (size_t)c->room * sizeof *c->unit);
        c->time = realloc(c->time, (size_t)c->room * sizeof *c->time);
        assert_true(c->account && c->device && c->unit && c->time);
    }
    c->account[c->n] = account;
    c->device[c->n] = device;
    c->unit[c->n] = c->home[account];
    c->time[c->n++] = time;
}

static inline int32_t county_new_account(county *c, int32_t village)
{
    if (c->accounts % 4096 == 0) {
        c->home = realloc(c->home, (size_t)(c->accounts + 4096) * sizeof *c->home);
        c->own = realloc(c->own, (size_t)(c->accounts + 4096) * sizeof *c->own);
        assert_true(c->home && c->own);
    }
    c->home[c->accounts] = village;
    c->own[c->accounts] = -1;
    return c->accounts++;
}

/* A session: a few acts within minutes, at an hour when people are awake, evenings twice as often. */
static inline int64_t county_hour(county *c)
{
    int64_t h = shi_random_chance(&c->r, 0.4) ? 18 + shi_random_below(&c->r, 4) : 7 + shi_random_below(&c->r, 14);
    return (h * 60 + shi_random_below(&c->r, 60)) * COUNTY_MINUTE;
}

static inline int64_t county_session(county *c, int32_t account, int32_t device, int64_t at)
{
    int64_t acts = 1 + shi_random_poisson(&c->r, 1);
    for (int64_t k = 0; k < acts; k++) {
        county_act(c, account, device, at);
        at += (int64_t)((0.2 + shi_random_exponential(&c->r, 1.5)) * (double)COUNTY_MINUTE);
    }
    return at;
}

/* Households on one device: 2 to 5 people; a part of them take turns in the evening, one after the other. */
static inline void county_households(county *c, int32_t village)
{
    for (int left = COUNTY_PEOPLE; left > 0;) {
        int shared = shi_random_chance(&c->r, 0.15), k = shared ? 2 + (int)shi_random_below(&c->r, 4) : 1;
        bool turns = shared && shi_random_chance(&c->r, 0.4), relative = shi_random_chance(&c->r, c->d.relatives);
        int32_t device = c->devices++, member[5];
        if (k > left) k = left;
        left -= k;
        for (int i = 0; i < k; i++) {
            int32_t other = (int32_t)shi_random_below(&c->r, c->d.villages);
            member[i] = county_new_account(c, i == 1 && relative ? other : village);
            c->own[member[i]] = device;
        }
        for (int64_t day = 0; day < c->d.days; day++) {
            if (turns) {
                int64_t at = day * COUNTY_DAY + county_hour(c);
                if (!shi_random_chance(&c->r, 0.15)) continue;
                for (int i = 0; i < k; i++)
                    if (shi_random_chance(&c->r, 0.8)) at = county_session(c, member[i], device, at) + shi_random_below(&c->r, 6) * COUNTY_MINUTE;
                continue;
            }
            for (int i = 0; i < k; i++)
                if (shi_random_chance(&c->r, 0.07)) county_session(c, member[i], device, day * COUNTY_DAY + county_hour(c));
        }
    }
}

/* New phones; phones of one make that pass for one device, in a tenth of them in several villages, some with a weekly meeting. */
static inline void county_phones(county *c)
{
    int32_t people = c->accounts;
    for (int32_t a = 0; a < people; a++)
        if (shi_random_chance(&c->r, 0.1)) {
            int32_t device = c->devices++;
            int64_t from = shi_random_below(&c->r, c->d.days);
            for (int64_t k = 0; k < 4; k++) county_session(c, a, device, (from + shi_random_below(&c->r, 30)) * COUNTY_DAY + county_hour(c));
        }
    for (int v = 0; v < c->d.villages; v++) {
        int64_t k = 10 + shi_random_below(&c->r, 40);
        bool across = shi_random_chance(&c->r, 0.1);
        int32_t device = c->devices++, member[50];
        for (int64_t i = 0; i < k; i++) {
            member[i] = county_new_account(c, (int32_t)(across ? shi_random_below(&c->r, c->d.villages) : v));
            for (int64_t day = 0; day < c->d.days; day++)
                if (shi_random_chance(&c->r, 0.07)) county_session(c, member[i], device, day * COUNTY_DAY + county_hour(c));
        }
        if (!shi_random_chance(&c->r, 0.3)) continue;
        int64_t first = shi_random_below(&c->r, 100);
        for (int64_t week = 0; week < 8; week++)   /* all of them at once */
            for (int64_t i = 0; i < k; i++)
                county_session(c, member[i], device, (first + 7 * week) * COUNTY_DAY + 1140 * COUNTY_MINUTE + shi_random_below(&c->r, 20) * COUNTY_MINUTE);
    }
}

/* An evening of help on one device; a helper's phone for elders who have none, all year; a hall's computer. */
static inline void county_help(county *c)
{
    for (int v = 0; v < c->d.villages; v++) {
        int32_t first = v * COUNTY_PEOPLE, device = c->devices++;
        if (shi_random_chance(&c->r, 0.5)) {
            int64_t k = 30 + shi_random_below(&c->r, 90), at = shi_random_below(&c->r, c->d.days) * COUNTY_DAY + 1080 * COUNTY_MINUTE;
            for (int64_t i = 0; i < k; i++) {
                int32_t a = first + (int32_t)i;
                at += (int64_t)(shi_random_lognormal(&c->r, 2.5, 0.5) * (double)COUNTY_MINUTE);
                county_act(c, a, device, at);
            }
        }
        if (shi_random_chance(&c->r, 0.7)) {
            int64_t k = 5 + shi_random_below(&c->r, 36);
            device = c->devices++;
            for (int64_t i = 0; i < k; i++) {
                int32_t a = shi_random_chance(&c->r, 0.6) ? county_new_account(c, v) : first + (int32_t)shi_random_below(&c->r, COUNTY_PEOPLE);
                for (int64_t m = 0; m < 6; m++) county_session(c, a, device, shi_random_below(&c->r, c->d.days) * COUNTY_DAY + county_hour(c));
            }
            for (int64_t e = 0; e < 3; e++) {   /* three rounds through the village */
                int64_t at = shi_random_below(&c->r, c->d.days) * COUNTY_DAY + county_hour(c);
                for (int64_t i = 0; i < 8; i++) {
                    county_act(c, c->accounts - 1 - (int32_t)shi_random_below(&c->r, k), device, at);
                    at += (3 + shi_random_below(&c->r, 15)) * COUNTY_MINUTE;
                }
            }
        }
    }
    for (int h = 0; h < c->d.villages / 10; h++) {   /* halls: people of all villages of a township, by day */
        int32_t device = c->devices++;
        double visits = h % 2 ? 1.5 : 20;
        for (int64_t day = 0; day < c->d.days; day++)
            for (int64_t k = shi_random_poisson(&c->r, visits); k > 0; k--) {
                int32_t village = (int32_t)(h * 10 + shi_random_below(&c->r, 10)), a = village * COUNTY_PEOPLE + (int32_t)shi_random_below(&c->r, COUNTY_PEOPLE);
                county_session(c, a, device, day * COUNTY_DAY + (540 + shi_random_below(&c->r, 480)) * COUNTY_MINUTE);
            }
    }
}

/* Accounts in a row on each device, 0.3 to 2 minutes each, every round; those of a village are spread over the devices. */
static inline void county_plant(county *c)
{
    const county_design *d = &c->d;
    c->planted_account = c->accounts;
    c->planted_device = c->devices;
    if (!d->accounts) return;
    c->devices += d->devices;
    for (int i = 0; i < d->accounts; i++) county_new_account(c, (int32_t)(i % d->places));
    int64_t first = shi_random_below(&c->r, d->days - d->on_days + 1);
    int32_t *order = malloc((size_t)d->accounts * sizeof *order);
    assert_non_null(order);
    for (int i = 0; i < d->accounts; i++) order[i] = c->planted_account + i;
    for (int round = 0; round < d->rounds; round++) {
        for (int i = d->accounts - 1; i > 0 && (round == 0 || d->wander); i--) {
            int j = (int)shi_random_below(&c->r, i + 1);
            int32_t x = order[i];
            order[i] = order[j];
            order[j] = x;
        }
        for (int v = 0; v < d->devices; v++) {
            int64_t at = (first + (int64_t)round * d->on_days / d->rounds) * COUNTY_DAY + (480 + shi_random_below(&c->r, 480)) * COUNTY_MINUTE;
            for (int i = v; i < d->accounts; i += d->devices)
                for (int64_t k = 1 + shi_random_poisson(&c->r, 1); k > 0; k--) {
                    county_act(c, order[i], c->planted_device + v, at);
                    at += (int64_t)(shi_random_between(&c->r, 0.3, 2) * (double)COUNTY_MINUTE);
                }
        }
    }
    free(order);
}

static inline void county_make(const county_design *d, county *c)
{
    *c = (county){ .d = *d, .r = shi_random_of(d->seed, 77, 0, 0, 0) };
    for (int v = 0; v < d->villages; v++) {
        county_households(c, v);
        while (c->accounts < (v + 1) * COUNTY_PEOPLE) county_new_account(c, v);
    }
    county_phones(c);
    county_help(c);
    county_plant(c);
}

static inline void county_drop(county *c)
{
    free(c->account);
    free(c->device);
    free(c->unit);
    free(c->time);
    free(c->home);
    free(c->own);
}

#endif
