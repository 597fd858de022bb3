/* shishu/phones.h: which of a list of phone numbers were dealt in rows, as numbers bought by the batch are. */
#ifndef SHISHU_PHONES_H
#define SHISHU_PHONES_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Distance to the next lower distinct number of the list: none below, at most 10, at most 100, more. */
typedef enum { SHI_GAP_LOWEST = 0, SHI_GAP_10 = 1, SHI_GAP_100 = 2, SHI_GAP_MORE = 3 } shi_gap;

/* For each phone its gap class and its run: numbers that follow one another at distances of at most 10 form a run if they are at
 * least 5 distinct ones; runs are numbered from 1 by their lowest number, 0 is no run. Equal numbers share both.
 * phone    n numbers, any order, each >= 0 (digits read as a number)
 * gap      out, n   run      out, n
 * scratch  32 n bytes
 * Errors   SHI_SYSTEM when scratch is too small; outputs then untouched
 * Cost     O(n log n)
 * Source   design 2, "Pseudonyms"; the length of a run is ours */
SHI_API SHI_MUST_USE shi_err shi_phones_runs(shi_arena scratch, shi_i64s phone, uint8_t *gap, int32_t *run);

#ifdef __cplusplus
}
#endif
#endif
