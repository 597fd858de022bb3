/* The parameters of a simulated county, read from rules/simulate.ini, whose comments say what each is. */
#ifndef SHI_SIMULATE_PARAMETERS_H
#define SHI_SIMULATE_PARAMETERS_H

#include "base/os.h"
#include "base/text.h"

typedef struct {
    /* [county] */
    double start_year, start_month, registered_median, registered_sigma, living_share, hollow_villages, hollow_share;
    double incoming_share, household_size, share_over_60, share_under_16, phone_share_adult, phone_share_over_60, destinations;
    double spring_festival_home, cadres, register_gaps;
    /* [apps] */
    double adoption_mean, adoption_weight, before_start, phone_bound, closed_a_year;
    /* [life] */
    double return_mean, return_weight, sessions_median, sessions_sigma, acts_mean, act_gap_median_s, act_gap_sigma, first_month;
    double alarm_share, weekend_factor, home_share, carrier_addresses, feed_a_month, feed_skip, stock_comments;
    /* [lookalikes] */
    double evening_share, evening_min, evening_max, evening_gap_min, helper_share, helper_min, helper_max, shared_phone;
    double meeting_share, meeting_weekly, meeting_min, meeting_max, reminders_a_month, reminder_response, reminder_minutes;
    double rush_share, rush_weight, perfect_share, parked_video, new_phone, number_recycled, same_fingerprint, entries_min;
    double entries_max, spike_days, spike_factor;
    /* [market] */
    double buying_villages, heavy_villages, batch_median, batch_sigma, batch_min, batch_max, suppliers_min, suppliers_max;
    double reach_min, reach_max, exact_topup, topup_over, keep_alive, collapse, price_account, price_quiz, price_active_month;
    double price_active_month_bulk, proxy_villages, heavy_cadres;
    double paper_accounts, altered_reports;
    /* [targets] */
    double ambition_median, ambition_sigma, county_factor_min, county_factor_max, township_factor_min, township_factor_max, no_addition;
    double missing_reports, slips;
} shi_parameters;

/* Reads `path` into *out. `whole`: every parameter must be there (the file in rules/); otherwise those that are missing keep their value.
 * Errors: SHI_INPUT with file, line, column (the parameter) and value: unknown, no number, out of range, missing, or a smallest above
 * its largest. */
shi_err shi_parameters_read(shi_arena *keep, const char *path, bool whole, shi_parameters *out);

#endif
