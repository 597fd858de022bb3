/* Rules that a row cannot break alone: keys, references, the tree of units. Over table `staged` in DuckDB. */
#ifndef SHI_CHAIN_IMPORT_CHECK_H
#define SHI_CHAIN_IMPORT_CHECK_H

#include "chain/faults.h"
#include "table/duck.h"
#include "table/schema.h"

/* Adds a broken rule for every row of staged (columns of the table, _line, _record) that repeats a key, names a unit or an indicator that
 * neither the workspace nor the file holds, or is part of a cycle of units; and deletes these rows from staged. */
shi_err shi_import_check(shi_duck *duck, const shi_table *table, bool may_repeat, shi_faults *faults);

#endif
