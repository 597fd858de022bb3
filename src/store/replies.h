/* Written answers of units, in the ledger, each with an entry in the trail: added, never changed. (`answers` are those of a quiz.) */
#ifndef SHI_STORE_REPLIES_H
#define SHI_STORE_REPLIES_H

#include "store/ledger.h"

/* about: INDICATOR/PERIOD/UNIT or a finding of `run`; missing: the unit as a whole. by: who signed; missing: not told. sha256: of the text. */
typedef struct {
    int64_t number, at_us;
    shi_str day;                     /* local: 2026-07-21; of those that were loaded */
    shi_str unit_code, unit_name, about, run, by, text, sha256;
    bool masked;                     /* runs of seven or more digits stand as *** */
} shi_reply;
typedef struct {
    shi_reply *ptr;
    int64_t len;
} shi_replies;

enum { SHI_REPLY_MOST = 1 << 16, SHI_REPLY_BY_MOST = 120 };
/* What was handed in, as it may be kept: UTF-8 without a byte-order mark, lines ended by line feeds, digits masked; in keep. Errors: SHI_INPUT:
 * empty, too long, not UTF-8, control characters (with the line). */
shi_err shi_reply_text(shi_arena *keep, shi_str raw, shi_str *out, bool *masked);
/* Within a transaction of its own. number: given; where the same unit said the same of the same already, *known is set and nothing is added. */
shi_err shi_replies_add(shi_workspace *ws, shi_reply *reply, bool *known);
/* In order of their numbers; unit: only of this one, missing: all. */
shi_err shi_replies_load(shi_workspace *ws, shi_arena *keep, shi_str unit, shi_replies *out);
/* Each against its entry in the trail; `differs` is called for each that differs. */
shi_err shi_replies_verify(shi_workspace *ws, shi_arena *keep, void (*differs)(void *data, shi_str file, const char *what), void *data);

#endif
