/* Shared devices: no lead in honest counties, p of X and Z below the diagonal, mean e at most 1, and what is found of what is planted. */
#include "device_county.h"

#include "kernel/shared.h"
#include "shishu/evalue.h"

typedef struct {
    double leads, proxies;            /* devices of X or Z, of Y, that are not planted */
    double leads_found, any_found;    /* share of planted devices */
    double e;                         /* sum of the e-values of X, significant or not */
    double passing, p05, p01;         /* honest values that the rules leave, with p of X at most 0.05, 0.01 */
    double values;
} county_result;

/* As shi_shared_find, but what it found of values that stand out in nothing is kept too. */
static void find(const county *c, shi_arena *keep, shi_arena scratch, shi_shared_work *w, shi_shared *out)
{
    assert_ok(shi_shared_arrange(&scratch, w));
    assert_ok(shi_shared_measure(scratch, w));
    assert_ok(shi_shared_judge(keep, scratch, w, out));
    assert_int_equal(w->columns->n, c->n);
}

static void count_null(const shi_shared_work *w, const shi_shared *got, int32_t planted, county_result *r)
{
    for (int64_t i = 0; i < w->pairs; i++) {
        const shi_shared_pair *p = &w->pair[i];
        if (!p->passing || p->known < 2 || p->is.value >= planted) continue;
        r->e += pow(10, shi_e_calibrated(p->is.log10_units)) / (double)got->searched;
        r->passing++;
        r->p05 += p->is.log10_units <= log10(0.05);
        r->p01 += p->is.log10_units <= -2;
    }
}

static county_result one_county(const county_design *d)
{
    county c;
    county_result r = { 0 };
    shi_arena keep, scratch;
    shi_shared got;
    county_make(d, &c);
    assert_ok(shi_arena_open(1 << 28, &keep));
    assert_ok(shi_arena_open(INT64_C(1) << 32, &scratch));
    const shi_shared_columns columns = { .n = c.n, .account = c.account, .value = c.device, .unit = c.unit, .time_us = c.time,
                                         .accounts = c.accounts, .values = c.devices, .units = c.d.villages };
    shi_shared_work w = { .columns = &columns, .gap_us = 10 * COUNTY_MINUTE, .days = d->days };
    find(&c, &keep, scratch, &w, &got);
    count_null(&w, &got, c.planted_device, &r);
    for (int64_t v = 0; v < got.values; v++) {
        bool planted = got.value[v].value >= c.planted_device, judged = got.kind[got.value[v].group] != SHI_SHARED_PROXY;
        if (planted && judged) r.leads_found += 1.0 / d->devices;
        if (planted) r.any_found += 1.0 / d->devices;
        if (!planted && judged) r.leads++;
        if (!planted && !judged) r.proxies++;
    }
    r.values = (double)got.tested;
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    county_drop(&c);
    return r;
}

static void say(const char *name, const county_result *sum, double n, double with_lead, bool honest)
{
    print_message("# %-56s %3g counties: honest leads %g of %g devices (in %g counties), operated for others %g", name, n, sum->leads, sum->values, with_lead,
                  sum->proxies);
    if (honest)
        print_message("; p <= 0.05 in %.4f, <= 0.01 in %.4f of %g that pass, sum of e %.3f", sum->p05 / fmax(1, sum->passing),
                      sum->p01 / fmax(1, sum->passing), sum->passing, sum->e / n);
    else print_message("; of the planted: leads %.3f, any %.3f", sum->leads_found / n, sum->any_found / n);
    print_message("\n");
}

/* Means over counties, one line; at most 5 % of honest counties may have a lead. Where many small devices are planted, a few mixed families join their
 * finding: at most 2 % of it. */
static void line(const char *name, county_design d, int64_t counties, bool honest, double leads_found, double any_found)
{
    county_result sum = { 0 };
    double with_lead = 0, n = (double)counties;
    for (int64_t k = 0; k < counties; k++) {
        d.seed = 1000 + (uint64_t)k;
        county_result r = one_county(&d);
        sum.leads += r.leads;
        sum.proxies += r.proxies;
        sum.leads_found += r.leads_found;
        sum.any_found += r.any_found;
        sum.values += r.values;
        sum.passing += r.passing;
        sum.p05 += r.p05;
        sum.p01 += r.p01;
        sum.e += r.e;
        with_lead += r.leads > 0;
    }
    say(name, &sum, n, with_lead, honest);
    if (honest && with_lead > 0.05 * n + 3 * sqrt(0.05 * 0.95 * n)) fail_msg("%s: leads in %g of %g honest counties", name, with_lead, n);
    if (honest && sum.e / n > 1) fail_msg("%s: the e-values of honest values sum to %.3f", name, sum.e / n);
    if (honest && sum.p05 > 0.05 * sum.passing + 3 * sqrt(0.05 * sum.passing)) fail_msg("%s: p <= 0.05 in %g of %g", name, sum.p05, sum.passing);
    if (!honest && sum.leads > 0.02 * sum.leads_found * d.devices) fail_msg("%s: %g honest devices among the leads", name, sum.leads);
    if (sum.leads_found / n < leads_found) fail_msg("%s: leads %.3f is below %.3f", name, sum.leads_found / n, leads_found);
    if (sum.any_found / n < any_found) fail_msg("%s: found %.3f is below %.3f", name, sum.any_found / n, any_found);
}

static void honest_counties(void **state)
{
    int villages = (int)sim_trials(60, 200);
    (void)state;
    line("honest, relatives 3 %", (county_design){ .villages = villages, .days = 180, .relatives = 0.03 }, sim_trials(3, 40), true, 0, 0);
    line("honest, relatives 10 %", (county_design){ .villages = villages, .days = 180, .relatives = 0.10 }, sim_trials(2, 40), true, 0, 0);
}

static void planted_counties(void **state)
{
    int villages = (int)sim_trials(60, 200);
    int64_t n = sim_trials(1, 6);
    county_design d = { .villages = villages, .days = 180, .relatives = 0.03 };
    (void)state;
    static const struct {
        const char *name;
        int accounts, devices, places, on_days, rounds;
        bool wander;
        double leads, any;
    } PLANTS[] = {
        { "1,100 accounts, 31 devices, 14 villages, 6 days", 1100, 31, 14, 6, 3, false, 0.95, 0.95 },
        { "the same, accounts wander over the devices", 1100, 31, 14, 6, 3, true, 0.95, 0.95 },
        { "500 accounts, 25 devices, 10 villages, one day", 500, 25, 10, 1, 1, false, 0.95, 0.95 },
        { "600 accounts, 60 devices, 20 villages, 3 days", 600, 60, 20, 3, 3, false, 0.9, 0.9 },
        { "2,000 accounts, 400 devices, 40 villages, 4 days", 2000, 400, 40, 4, 2, false, 0.75, 0.75 },
        { "300 accounts, 6 devices, one village, 4 days", 300, 6, 1, 4, 3, false, 0, 0.8 },
        { "400 accounts, 8 devices, one village, 4 days, wander", 400, 8, 1, 4, 3, true, 0, 0.8 },
        { "200 accounts, 30 phones, one village, 20 days (insider)", 200, 30, 1, 20, 16, false, 0, 0.6 },
    };
    for (size_t k = 0; k < COUNT(PLANTS); k++) {
        d.accounts = PLANTS[k].accounts;
        d.devices = PLANTS[k].devices;
        d.places = PLANTS[k].places < villages ? PLANTS[k].places : villages;
        d.on_days = PLANTS[k].on_days;
        d.rounds = PLANTS[k].rounds;
        d.wander = PLANTS[k].wander;
        line(PLANTS[k].name, d, n, false, PLANTS[k].leads, PLANTS[k].any);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(honest_counties),
    cmocka_unit_test(planted_counties),
};
RUN_TESTS("shared_null")
