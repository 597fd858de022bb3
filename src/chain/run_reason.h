/* Sentences into figures.parquet. */
#ifndef SHI_CHAIN_RUN_REASON_H
#define SHI_CHAIN_RUN_REASON_H

#include "chain/run.h"

/* Registers shi_reason on the connection: a figure's sentence by writer->reason. */
shi_err shi_run_register_reason(shi_duck *duck, const shi_writer *writer, int64_t tolerance);
/* The call of it over the columns of view figure_row. */
void shi_run_reason_call(shi_buf *sql);

/* Makes table finding: targets that cannot be met, issuers who handed down more than they got, then figures, the worst first; each with
 * its sentence. shi_reason must be registered. */
shi_err shi_run_findings_make(shi_chain *chain, const shi_writer *writer);

/* Makes the same of batches alone, numbered by themselves, as a view, and view member_out. */
shi_err shi_run_batches_make(shi_chain *chain, const shi_writer *writer);

#endif
