/* The tables of the annex: their columns and what these mean, and the rows of those that are read in parts. */
#ifndef SHI_REPORT_ANNEX_TABLES_H
#define SHI_REPORT_ANNEX_TABLES_H

#include "chain/run.h"
#include "report/binder.h"

typedef enum { SHI_ANNEX_ADVICE, SHI_ANNEX_CLAUSES, SHI_ANNEX_TARGETS, SHI_ANNEX_ISSUERS, SHI_ANNEX_PERIODS, SHI_ANNEX_SHARES,
               SHI_ANNEX_FIGURES, SHI_ANNEX_CONTRADICTIONS, SHI_ANNEX_ANSWERS, SHI_ANNEX_NOTES, SHI_ANNEX_TABLES } shi_annex_table;
extern const shi_binder_table SHI_ANNEX[SHI_ANNEX_TABLES];

typedef struct {
    shi_binder *binder;
    shi_lang lang;
    shi_duck *duck;
    const shi_run_view *view;
    shi_listener listener;           /* told of the figures */
} shi_annexing;

shi_err shi_annex_targets(shi_annexing *a);
shi_err shi_annex_issuers(shi_annexing *a);
shi_err shi_annex_shares(shi_annexing *a);
shi_err shi_annex_figures(shi_annexing *a);
shi_err shi_annex_contradictions(shi_annexing *a);

#endif
