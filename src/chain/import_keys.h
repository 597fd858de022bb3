/* Whether a key stands twice among the rows of a file, from hashes of the keys: most files have none, and then nothing else need be asked. */
#ifndef SHI_CHAIN_IMPORT_KEYS_H
#define SHI_CHAIN_IMPORT_KEYS_H

#include "table/cell.h"

typedef struct {
    uint64_t *ptr;
    int64_t len, cap;
    bool failed;                     /* memory ran out: nothing is known */
} shi_key_hashes;

/* Adds the key of a row: its cells, of which `columns` lists the places, -1 at the end. */
void shi_keys_add(shi_key_hashes *keys, const shi_column *column, const int *columns, const shi_cell *cell);
/* Moves all of `from` to the end of `to`. */
void shi_keys_move(shi_key_hashes *to, shi_key_hashes *from);
/* False: no two rows have the same key. True: perhaps. */
bool shi_keys_may_repeat(const shi_key_hashes *keys);
void shi_keys_drop(shi_key_hashes *keys);

#endif
