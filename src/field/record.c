/* spotcheck record: what the visits found, added to what was recorded before; nothing that was recorded is ever changed. */
#include "field/spot.h"

#include "store/checks.h"
#include "store/pseudonym.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_str key;
    bool recorded;
} known;

typedef struct {
    known *ptr;
    int64_t len;
} knowns;

static int by_key(const void *a, const void *b)
{
    return shi_str_cmp(((const known *)a)->key, ((const known *)b)->key);
}

static known *find(const knowns *k, shi_str key)
{
    const known wanted = { .key = key };
    return k->len ? bsearch(&wanted, k->ptr, (size_t)k->len, sizeof wanted, by_key) : NULL;
}

static shi_err flaw(int64_t i, shi_str value, const char *column, const char *reason, const char *remedy)
{
    shi_err e = shi_fail_value(SHI_INPUT, value, reason, remedy);
    e.line = i + 1;
    e.column = shi_str_from(column);
    return e;
}

/* One row of results; its outcome is set from the layers where it stands alone. */
static shi_err check_row(const knowns *known_keys, int64_t i, shi_spot_result *x)
{
    known *k = find(known_keys, x->key);
    shi_outcome by_layers = shi_outcome_of_layers(x->layer);
    if (!k) return flaw(i, x->key, "key", N_("the key was not drawn"), N_("Only those who were drawn are visited; the worksheet has their keys."));
    if (by_layers != SHI_NOT_VISITED && x->outcome == SHI_NOT_VISITED) x->outcome = by_layers;
    if (x->outcome == SHI_NOT_VISITED)
        return flaw(i, x->key, "outcome", N_("the row says neither an outcome nor the four answers"), N_("Write real, not_real or not_reached."));
    if (by_layers != SHI_NOT_VISITED && by_layers != x->outcome && x->outcome != SHI_NOT_REACHED)
        return flaw(i, x->key, "outcome", N_("the outcome does not fit the four answers"),
                    N_("Real is four times yes; a no is not real; with an answer missing it is not_reached."));
    if (x->inspector1.len == 0 || x->inspector2.len == 0 || shi_str_eq(x->inspector1, x->inspector2))
        return flaw(i, x->key, "inspector2", N_("a visit needs two inspectors"), N_("Name both."));
    if (x->recheck && !k->recorded)
        return flaw(i, x->key, "recheck", N_("a second visit needs a first one"), N_("Record the first visit before."));
    if (!x->recheck && k->recorded && x->reason.len == 0)
        return flaw(i, x->key, "key", N_("the key is recorded already"),
                    N_("A second visit has yes in the column recheck; a correction gives its reason."));
    k->recorded = true;
    return (shi_err){ 0 };
}

static shi_err mask(shi_arena *keep, shi_str *text)
{
    char *room = shi_new(keep, char, text->len + 1);
    if (!room) return shi_no_memory();
    *text = shi_mask_digits(*text, room);
    return (shi_err){ 0 };
}

static shi_err know(shi_arena *keep, const shi_spot_draw *draw, const shi_spot_results *before, knowns *out)
{
    *out = (knowns){ .ptr = shi_new(keep, known, draw->len), .len = draw->len };
    if (draw->len && !out->ptr) return shi_no_memory();
    for (int64_t k = 0; k < draw->len; k++) out->ptr[k] = (known){ .key = draw->ptr[k].key };
    if (draw->len) qsort(out->ptr, (size_t)draw->len, sizeof *out->ptr, by_key);
    for (int64_t i = 0; i < before->len; i++) {
        known *k = find(out, before->ptr[i].key);
        if (k) k->recorded = true;
    }
    return (shi_err){ 0 };
}

static shi_err store_results(shi_workspace *ws, shi_str id, const shi_spot_results *all)
{
    shi_buf csv = { 0 };
    shi_spot_result_write(&csv, NULL);
    for (int64_t i = 0; i < all->len; i++) shi_spot_result_write(&csv, &all->ptr[i]);
    shi_err e = csv.failed ? shi_no_memory() : shi_ledger_begin(ws);
    if (!e.code) e = shi_checks_put(ws, id, "results.csv", shi_buf_str(&csv));
    if (!e.code) e = shi_ledger_commit(ws);
    if (e.code) shi_ledger_rollback(ws);
    shi_buf_drop(&csv);
    return e;
}

shi_err shi_spot_record(shi_workspace *ws, shi_arena *keep, shi_str id, const shi_spot_results *fresh, shi_spot_results *all)
{
    shi_str draw_text, results_text;
    shi_spot_draw draw;
    shi_spot_results before = { 0 };
    knowns keys;
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(shi_checks_settle(ws, keep, id));
    SHI_TRY(shi_checks_get(ws, keep, id, "draw.json", &draw_text));
    SHI_TRY(shi_checks_get(ws, keep, id, "results.csv", &results_text));
    if (!draw_text.ptr) return shi_fail_value(SHI_INPUT, id, N_("nobody was drawn yet"), N_("Run \"shishu spotcheck draw\" with a public seed."));
    SHI_TRY(shi_spot_draw_read(keep, draw_text, &draw));
    if (results_text.ptr) SHI_TRY(shi_spot_results_read(keep, results_text, &before));
    SHI_TRY(know(keep, &draw, &before, &keys));
    *all = (shi_spot_results){ .ptr = shi_new(keep, shi_spot_result, before.len + fresh->len), .cap = before.len + fresh->len };
    if (!all->ptr) return shi_no_memory();
    if (before.len) memcpy(all->ptr, before.ptr, (size_t)before.len * sizeof *all->ptr);
    all->len = before.len;
    for (int64_t i = 0; i < fresh->len; i++) {
        shi_spot_result x = fresh->ptr[i];
        SHI_TRY(check_row(&keys, i, &x));
        SHI_TRY(mask(keep, &x.reason));
        SHI_TRY(mask(keep, &x.inspector1));
        SHI_TRY(mask(keep, &x.inspector2));
        all->ptr[all->len++] = x;
    }
    SHI_TRY(store_results(ws, id, all));
    return shi_checks_settle(ws, keep, id);
}
