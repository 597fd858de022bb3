/* What an import says, to people and as JSON. */
#ifndef SHI_CLI_IMPORT_SAY_H
#define SHI_CLI_IMPORT_SAY_H

#include "chain/workbook.h"
#include "cli/cli.h"

/* The broken rows after the first, which has been told, up to twenty in all; then how many more. To stderr. */
void shi_import_complain(const shi_cli *cli, const shi_imported *im);
void shi_import_print(shi_cli *cli, const shi_imported *im);
/* book: of a workbook, what was left out is part of it; or NULL. */
void shi_import_json(shi_json *json, const shi_imported *im, const shi_workbook *book);

/* What of a workbook was left out, and totals that differ. */
void shi_book_print(const shi_cli *cli, const shi_workbook *book);
/* The same into two arrays that are open. */
void shi_book_json_lists(shi_json *left, shi_json *totals, const shi_workbook *book);

#endif
