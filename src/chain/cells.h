/* Rows of a statement into an array of structs, cell by cell. */
#ifndef SHI_CHAIN_CELLS_H
#define SHI_CHAIN_CELLS_H

#include "chain/figures.h"
#include "table/duck.h"

/* The cells of the current row, one after the other; texts are copied into keep. */
typedef struct {
    shi_rows rows;
    shi_arena *keep;
    int64_t at;
} shi_cells;

shi_str shi_cells_str(shi_cells *c);             /* missing for NULL */
shi_maybe shi_cells_int(shi_cells *c);
shi_maybe_f64 shi_cells_f64(shi_cells *c);
/* The next n cells into the places named; a NULL number is 0. */
void shi_cells_strs(shi_cells *c, shi_str *const *into, int64_t n);
void shi_cells_ints(shi_cells *c, int64_t *const *into, int64_t n);
void shi_cells_f64s(shi_cells *c, shi_maybe_f64 *const *into, int64_t n);

/* Runs the statement and gives each row to `read` with an item of `size` bytes, zeroed; *out: the items, in keep. Errors: SHI_SYSTEM. */
shi_err shi_cells_read(shi_duck *duck, shi_arena *keep, const char *sql, const shi_param *params, int64_t n, int64_t size,
                       void (*read)(shi_cells *c, void *item), void **out, int64_t *len);

#endif
