/* figures.parquet: every figure with what is known of it, and its sentence. */
#ifndef SHI_CHAIN_RUN_FIGURES_H
#define SHI_CHAIN_RUN_FIGURES_H

#include "chain/figure_rows.h"
#include "chain/run.h"

/* The columns of SHI_SQL_FIGURE_COLUMNS, then reason; in order of indicator, period and unit. Errors: SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_run_figures_write(shi_chain *chain, const shi_writer *writer, const char *path);

#endif
