/* A document's targets before they are issued: in a workspace of their own that lasts as long as the check, beside what is known already. */
#ifndef SHI_CHAIN_DRAFT_H
#define SHI_CHAIN_DRAFT_H

#include "chain/import.h"

typedef struct {
    shi_workspace ws;          /* open for writing */
    shi_str dir;
    int64_t first_import;      /* imports from this one on are the draft's */
} shi_draft;

typedef struct {
    shi_workspace *base;       /* whose register and targets the draft stands beside; NULL: none */
    const char *prices;        /* price book for a draft without a workspace */
    int64_t now_us;
    shi_engine engine;
} shi_draft_options;

/* Reads a draft. It may be a table of targets, with columns of units, indicators and apps beside them (unit_name, level, registered,
 * indicator_name, counts, …), or a workbook whose sheets are recognised. What it says of units and indicators goes before what the base says;
 * units that nobody knows are taken by their codes. Nothing of the base is changed; shi_draft_close removes the folder. Errors: those of an
 * import, and SHI_INPUT: a unit whose level cannot be told, two rows that say different things of one unit, an indicator without `counts`. */
shi_err shi_draft_open(shi_arena *keep, const char *path, const shi_draft_options *options, shi_draft *out);
void shi_draft_close(shi_draft *draft);

/* For shi_draft_open: the draft's rows of units, apps and indicators as CSV files in `folder`, as far as it has any; *flat: it is one table
 * of targets. known: codes of units, apps and indicators that need no row, in order. */
typedef struct {
    const char *table;         /* "units", "apps", "indicators" */
    const char *path;          /* NULL: the draft says nothing of them */
} shi_draft_part;
enum { SHI_DRAFT_PARTS = 3 };
shi_err shi_draft_split(shi_arena *keep, const char *path, const char *folder, const shi_strs known[SHI_DRAFT_PARTS],
                        shi_draft_part part[SHI_DRAFT_PARTS], bool *flat);

#endif
