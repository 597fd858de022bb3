/* The plan in its order, and a month written in blocks of villages: each block is drawn by all threads, then written in order. */
#include "simulate/simulate.h"

#include "simulate/life.h"

#include <stdlib.h>

shi_err shi_simulate_plan(const shi_simulate_options *options, shi_duck *duck, shi_sim *out)
{
    shi_sim sim = { .p = options->parameters, .seed = (uint64_t)options->seed, .vendors = options->vendors, .months = (int32_t)options->months };
    int64_t year = (int64_t)sim.p.start_year, month = (int64_t)sim.p.start_month;
    for (int32_t m = 0; m <= sim.months; m++) {
        sim.month_day[m] = shi_day_of(year, (int)month, 1);
        month = month % 12 + 1;
        year += month == 1;
    }
    shi_err e = shi_sim_land(&sim, duck, options->divisions, options->villages);
    if (!e.code) e = shi_sim_indicators(&sim, duck, options->indicators);
    if (!e.code) e = shi_sim_people(&sim);
    if (!e.code) e = shi_sim_accounts(&sim);
    if (!e.code) e = shi_sim_market(&sim);
    if (!e.code) e = shi_sim_number(&sim);
    if (!e.code) shi_sim_label(&sim);
    if (e.code) shi_sim_close(&sim);
    else *out = sim;
    return e;
}

static void one_village(const shi_sim *sim, int32_t month, int64_t village, shi_buf *out, int64_t *rows)
{
    shi_sim_log *log = calloc(1, sizeof *log);
    if (!log) {
        out->failed = true;
        return;
    }
    *log = (shi_sim_log){ .sim = sim, .out = out, .month = month, .village = village, .start_s = sim->month_day[month] * 86400,
        .end_s = sim->month_day[month + 1] * 86400 };
    shi_sim_life(log);
    shi_sim_orders(log);
    *rows = log->rows;
    free(log);
}

shi_err shi_simulate_month(const shi_sim *sim, int32_t month, const char *path, int64_t *rows)
{
    enum { BLOCK = 64 };
    shi_buf text[BLOCK] = { 0 };
    int64_t n[BLOCK];
    int f;
    SHI_TRY(shi_os_create(path, &f));
    shi_err e = shi_os_write(f, path, shi_str_from(SHI_SIM_HEADER));
    *rows = 0;
    for (int64_t from = 0; from < sim->villages && !e.code; from += BLOCK) {
        int64_t len = sim->villages - from < BLOCK ? sim->villages - from : BLOCK;
        #pragma omp parallel for schedule(dynamic, 1)
        for (int64_t i = 0; i < len; i++) {
            text[i].len = 0;
            n[i] = 0;
            one_village(sim, month, from + i, &text[i], &n[i]);
        }
        for (int64_t i = 0; i < len && !e.code; i++) {
            e = text[i].failed ? shi_no_memory() : shi_os_write(f, path, shi_buf_str(&text[i]));
            *rows += n[i];
        }
        if (!e.code && shi_os_stop_requested()) e = shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
    }
    for (int64_t i = 0; i < BLOCK; i++) shi_buf_drop(&text[i]);
    return shi_os_finish(f, path, e);
}
