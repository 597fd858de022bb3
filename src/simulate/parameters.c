/* Reading the parameters by inih. One row a parameter; to add one: its field, its row, its line in rules/simulate.ini. */
#include "simulate/parameters.h"

#include "base/ini.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *section, *name;
    size_t offset;
    double low, high;
    bool whole;
} row;

static const row ROWS[] = {
    { "county", "start_year", offsetof(shi_parameters, start_year), 2001, 2090, true },
    { "county", "start_month", offsetof(shi_parameters, start_month), 1, 12, true },
    { "county", "registered_median", offsetof(shi_parameters, registered_median), 20, 20000, false },
    { "county", "registered_sigma", offsetof(shi_parameters, registered_sigma), 0, 3, false },
    { "county", "living_share", offsetof(shi_parameters, living_share), 0, 1, false },
    { "county", "hollow_villages", offsetof(shi_parameters, hollow_villages), 0, 1, false },
    { "county", "hollow_share", offsetof(shi_parameters, hollow_share), 0, 1, false },
    { "county", "incoming_share", offsetof(shi_parameters, incoming_share), 0, 1, false },
    { "county", "household_size", offsetof(shi_parameters, household_size), 1, 10, false },
    { "county", "share_over_60", offsetof(shi_parameters, share_over_60), 0, 1, false },
    { "county", "share_under_16", offsetof(shi_parameters, share_under_16), 0, 1, false },
    { "county", "phone_share_adult", offsetof(shi_parameters, phone_share_adult), 0, 1, false },
    { "county", "phone_share_over_60", offsetof(shi_parameters, phone_share_over_60), 0, 1, false },
    { "county", "destinations", offsetof(shi_parameters, destinations), 1, 30, true },
    { "county", "spring_festival_home", offsetof(shi_parameters, spring_festival_home), 0, 1, false },
    { "county", "cadres", offsetof(shi_parameters, cadres), 1, 50, true },
    { "county", "register_gaps", offsetof(shi_parameters, register_gaps), 0, 1, false },
    { "apps", "adoption_mean", offsetof(shi_parameters, adoption_mean), 0.001, 0.999, false },
    { "apps", "adoption_weight", offsetof(shi_parameters, adoption_weight), 0.5, 1000, false },
    { "apps", "before_start", offsetof(shi_parameters, before_start), 0, 1, false },
    { "apps", "phone_bound", offsetof(shi_parameters, phone_bound), 0, 1, false },
    { "apps", "closed_a_year", offsetof(shi_parameters, closed_a_year), 0, 1, false },
    { "life", "return_mean", offsetof(shi_parameters, return_mean), 0.001, 0.999, false },
    { "life", "return_weight", offsetof(shi_parameters, return_weight), 0.1, 1000, false },
    { "life", "sessions_median", offsetof(shi_parameters, sessions_median), 0.1, 200, false },
    { "life", "sessions_sigma", offsetof(shi_parameters, sessions_sigma), 0, 3, false },
    { "life", "acts_mean", offsetof(shi_parameters, acts_mean), 0, 100, false },
    { "life", "act_gap_median_s", offsetof(shi_parameters, act_gap_median_s), 1, 3600, false },
    { "life", "act_gap_sigma", offsetof(shi_parameters, act_gap_sigma), 0, 3, false },
    { "life", "first_month", offsetof(shi_parameters, first_month), 0, 1, false },
    { "life", "alarm_share", offsetof(shi_parameters, alarm_share), 0, 1, false },
    { "life", "weekend_factor", offsetof(shi_parameters, weekend_factor), 0, 1, false },
    { "life", "home_share", offsetof(shi_parameters, home_share), 0, 1, false },
    { "life", "carrier_addresses", offsetof(shi_parameters, carrier_addresses), 1, 60, true },
    { "life", "feed_a_month", offsetof(shi_parameters, feed_a_month), 1, 2000, true },
    { "life", "feed_skip", offsetof(shi_parameters, feed_skip), 0, 100, false },
    { "life", "stock_comments", offsetof(shi_parameters, stock_comments), 0, 1, false },
    { "lookalikes", "evening_share", offsetof(shi_parameters, evening_share), 0, 1, false },
    { "lookalikes", "evening_min", offsetof(shi_parameters, evening_min), 1, 2000, true },
    { "lookalikes", "evening_max", offsetof(shi_parameters, evening_max), 1, 2000, true },
    { "lookalikes", "evening_gap_min", offsetof(shi_parameters, evening_gap_min), 0.1, 60, false },
    { "lookalikes", "helper_share", offsetof(shi_parameters, helper_share), 0, 1, false },
    { "lookalikes", "helper_min", offsetof(shi_parameters, helper_min), 1, 200, true },
    { "lookalikes", "helper_max", offsetof(shi_parameters, helper_max), 1, 200, true },
    { "lookalikes", "shared_phone", offsetof(shi_parameters, shared_phone), 0, 1, false },
    { "lookalikes", "meeting_share", offsetof(shi_parameters, meeting_share), 0, 1, false },
    { "lookalikes", "meeting_weekly", offsetof(shi_parameters, meeting_weekly), 0, 1, false },
    { "lookalikes", "meeting_min", offsetof(shi_parameters, meeting_min), 2, 2000, true },
    { "lookalikes", "meeting_max", offsetof(shi_parameters, meeting_max), 2, 2000, true },
    { "lookalikes", "reminders_a_month", offsetof(shi_parameters, reminders_a_month), 0, 28, true },
    { "lookalikes", "reminder_response", offsetof(shi_parameters, reminder_response), 0, 1, false },
    { "lookalikes", "reminder_minutes", offsetof(shi_parameters, reminder_minutes), 0.5, 600, false },
    { "lookalikes", "rush_share", offsetof(shi_parameters, rush_share), 0, 1, false },
    { "lookalikes", "rush_weight", offsetof(shi_parameters, rush_weight), 0, 1, false },
    { "lookalikes", "perfect_share", offsetof(shi_parameters, perfect_share), 0, 1, false },
    { "lookalikes", "parked_video", offsetof(shi_parameters, parked_video), 0, 1, false },
    { "lookalikes", "new_phone", offsetof(shi_parameters, new_phone), 0, 1, false },
    { "lookalikes", "number_recycled", offsetof(shi_parameters, number_recycled), 0, 1, false },
    { "lookalikes", "same_fingerprint", offsetof(shi_parameters, same_fingerprint), 0, 1, false },
    { "lookalikes", "entries_min", offsetof(shi_parameters, entries_min), 1, 2000, true },
    { "lookalikes", "entries_max", offsetof(shi_parameters, entries_max), 1, 2000, true },
    { "lookalikes", "spike_days", offsetof(shi_parameters, spike_days), 0, 60, true },
    { "lookalikes", "spike_factor", offsetof(shi_parameters, spike_factor), 1, 50, false },
    { "market", "buying_villages", offsetof(shi_parameters, buying_villages), 0, 1, false },
    { "market", "heavy_villages", offsetof(shi_parameters, heavy_villages), 0, 1, false },
    { "market", "batch_median", offsetof(shi_parameters, batch_median), 1, 50000, false },
    { "market", "batch_sigma", offsetof(shi_parameters, batch_sigma), 0, 3, false },
    { "market", "batch_min", offsetof(shi_parameters, batch_min), 1, 50000, true },
    { "market", "batch_max", offsetof(shi_parameters, batch_max), 1, 50000, true },
    { "market", "suppliers_min", offsetof(shi_parameters, suppliers_min), 1, 8, true },
    { "market", "suppliers_max", offsetof(shi_parameters, suppliers_max), 1, 8, true },
    { "market", "reach_min", offsetof(shi_parameters, reach_min), 0, 1, false },
    { "market", "reach_max", offsetof(shi_parameters, reach_max), 0, 1, false },
    { "market", "exact_topup", offsetof(shi_parameters, exact_topup), 0, 1, false },
    { "market", "topup_over", offsetof(shi_parameters, topup_over), 0, 1, false },
    { "market", "keep_alive", offsetof(shi_parameters, keep_alive), 0, 1, false },
    { "market", "collapse", offsetof(shi_parameters, collapse), 0, 1, false },
    { "market", "price_account", offsetof(shi_parameters, price_account), 0, 100000, false },
    { "market", "price_quiz", offsetof(shi_parameters, price_quiz), 0, 100000, false },
    { "market", "price_active_month", offsetof(shi_parameters, price_active_month), 0, 100000, false },
    { "market", "price_active_month_bulk", offsetof(shi_parameters, price_active_month_bulk), 0, 100000, false },
    { "market", "proxy_villages", offsetof(shi_parameters, proxy_villages), 0, 1, false },
    { "market", "heavy_cadres", offsetof(shi_parameters, heavy_cadres), 0, 1, false },
    { "market", "paper_accounts", offsetof(shi_parameters, paper_accounts), 0, 1, false },
    { "market", "altered_reports", offsetof(shi_parameters, altered_reports), 0, 1, false },
    { "targets", "ambition_median", offsetof(shi_parameters, ambition_median), 0.01, 20, false },
    { "targets", "ambition_sigma", offsetof(shi_parameters, ambition_sigma), 0, 3, false },
    { "targets", "county_factor_min", offsetof(shi_parameters, county_factor_min), 1, 20, false },
    { "targets", "county_factor_max", offsetof(shi_parameters, county_factor_max), 1, 20, false },
    { "targets", "township_factor_min", offsetof(shi_parameters, township_factor_min), 1, 20, false },
    { "targets", "township_factor_max", offsetof(shi_parameters, township_factor_max), 1, 20, false },
    { "targets", "no_addition", offsetof(shi_parameters, no_addition), 0, 1, false },
    { "targets", "missing_reports", offsetof(shi_parameters, missing_reports), 0, 1, false },
    { "targets", "slips", offsetof(shi_parameters, slips), 0, 1, false },
};

/* Pairs whose first may not be above the second. */
static const struct {
    size_t low, high;
    const char *name;
} PAIRS[] = {
    { offsetof(shi_parameters, evening_min), offsetof(shi_parameters, evening_max), "lookalikes.evening_min" },
    { offsetof(shi_parameters, helper_min), offsetof(shi_parameters, helper_max), "lookalikes.helper_min" },
    { offsetof(shi_parameters, meeting_min), offsetof(shi_parameters, meeting_max), "lookalikes.meeting_min" },
    { offsetof(shi_parameters, entries_min), offsetof(shi_parameters, entries_max), "lookalikes.entries_min" },
    { offsetof(shi_parameters, batch_min), offsetof(shi_parameters, batch_max), "market.batch_min" },
    { offsetof(shi_parameters, suppliers_min), offsetof(shi_parameters, suppliers_max), "market.suppliers_min" },
    { offsetof(shi_parameters, reach_min), offsetof(shi_parameters, reach_max), "market.reach_min" },
    { offsetof(shi_parameters, county_factor_min), offsetof(shi_parameters, county_factor_max), "targets.county_factor_min" },
    { offsetof(shi_parameters, township_factor_min), offsetof(shi_parameters, township_factor_max), "targets.township_factor_min" },
};

static const char REMEDY[] = N_("Correct the file; the comments in rules/simulate.ini say what each parameter takes.");

typedef struct {
    shi_parameters *p;
    bool seen[sizeof ROWS / sizeof ROWS[0]];
} reading;

static double *field(shi_parameters *p, size_t offset)
{
    return (double *)(void *)((char *)p + offset);
}

static const char *take(void *context, const char *section, const char *name, const char *value)
{
    reading *r = context;
    for (int64_t i = 0; i < COUNT(ROWS); i++) {
        if (strcmp(ROWS[i].section, section) != 0 || strcmp(ROWS[i].name, name) != 0) continue;
        char *end;
        double x = strtod(value, &end);
        if (end == value || *end || !isfinite(x) || strpbrk(value, "xXnN")) return N_("the parameter must be a number");
        if (ROWS[i].whole && x != floor(x)) return N_("the parameter must be a whole number");
        if (x < ROWS[i].low || x > ROWS[i].high) return N_("the parameter is out of range");
        *field(r->p, ROWS[i].offset) = x;
        r->seen[i] = true;
        return NULL;
    }
    return N_("there is no such parameter");
}

static shi_err fault(const char *path, shi_str name, const char *reason)
{
    shi_err e = shi_fail(SHI_INPUT, reason, REMEDY);
    e.file = shi_str_from(path);
    e.column = name;
    return e;
}

shi_err shi_parameters_read(shi_arena *keep, const char *path, bool whole, shi_parameters *out)
{
    shi_parameters p = *out;
    reading r = { .p = &p };
    SHI_TRY(shi_ini_read(keep, path, take, &r, REMEDY));
    for (int64_t i = 0; i < COUNT(ROWS) && whole; i++)
        if (!r.seen[i]) return fault(path, shi_str_format(keep, "%s.%s", ROWS[i].section, ROWS[i].name), N_("the parameter is missing"));
    for (int64_t i = 0; i < COUNT(PAIRS); i++)
        if (*field(&p, PAIRS[i].low) > *field(&p, PAIRS[i].high))
            return fault(path, shi_str_from(PAIRS[i].name), N_("the smallest lies above the largest"));
    *out = p;
    return (shi_err){ 0 };
}
