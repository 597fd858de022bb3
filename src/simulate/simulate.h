/* A county for trials: made in memory, then written as the ordinary input files of design 2, a month of events at a time. */
#ifndef SHI_SIMULATE_SIMULATE_H
#define SHI_SIMULATE_SIMULATE_H

#include "simulate/county.h"

typedef struct {
    int64_t villages, months, seed;
    shi_vendors vendors;
    const char *divisions;       /* folder or CSV file */
    const char *indicators;      /* CSV file with the indicators table */
    shi_parameters parameters;
} shi_simulate_options;

/* Makes the county; shi_sim_close frees it. Errors: SHI_INPUT: too few divisions. */
shi_err shi_simulate_plan(const shi_simulate_options *options, shi_duck *duck, shi_sim *out);

/* units, targets, bulletins and accounts as CSV files of these names below `folder`. */
shi_err shi_simulate_registers(const shi_sim *sim, const char *folder);
shi_err shi_simulate_accounts(const shi_sim *sim, const char *path);
/* The events of a month, by all threads; *rows: how many. The same bytes whatever the threads. */
shi_err shi_simulate_month(const shi_sim *sim, int32_t month, const char *path, int64_t *rows);

/* What the offices report, from what their platforms counted: `duck` holds figure_out of a recount. Writes `path` (reports) and `altered` (the
 * figures that were raised, method J). */
shi_err shi_simulate_reports(const shi_sim *sim, shi_duck *duck, const char *path, const char *altered);

/* truth.parquet and batches.parquet below `folder`. */
shi_err shi_simulate_truth(const shi_sim *sim, const char *folder);
/* truth_figures.parquet: `duck` holds figure_out of a recount without what is not real, `altered` is the file of shi_simulate_reports. */
shi_err shi_simulate_truth_figures(shi_duck *duck, const char *folder, const char *altered);
/* SELECT of the accounts that are not real, from truth.parquet below `folder`; in keep. */
shi_str shi_simulate_unreal(shi_arena *keep, const char *folder);

#endif
