/* A phone that had no answer sends again, so a visit is known by key, inspectors and time. Two phones may record one person: then the first to arrive
 * counts until the office has decided, and the other waits in conflicts.csv, a file of the check like results.csv and with the same columns. A
 * decision is a further row of results.csv: the conflict's own visit, or the one that counted once more; so whether a conflict is decided can be
 * read from the two files. Cost: each visit reads and writes the results of its check once. */
#include "field/visit.h"

#include "store/checks.h"
#include "store/pseudonym.h"

#include <string.h>

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    shi_str id, later;           /* later: the reason of a visit of who was not reached before, where it gives none */
    shi_spot_draw draw;
    shi_spot_results results, conflicts;
} taking;

static shi_err read_results(const taking *t, const char *name, shi_spot_results *out)
{
    shi_str text;
    *out = (shi_spot_results){ 0 };
    SHI_TRY(shi_checks_get(t->ws, t->keep, t->id, name, &text));
    return text.ptr ? shi_spot_results_read(t->keep, text, out) : (shi_err){ 0 };
}

static shi_err load(taking *t)
{
    shi_str draw;
    SHI_TRY(shi_checks_exists(t->ws, t->id));
    SHI_TRY(shi_checks_get(t->ws, t->keep, t->id, "draw.json", &draw));
    if (!draw.ptr) return shi_fail_value(SHI_INPUT, t->id, N_("nobody was drawn yet"), N_("Run \"shishu spotcheck draw\" with a public seed."));
    SHI_TRY(shi_spot_draw_read(t->keep, draw, &t->draw));
    SHI_TRY(read_results(t, "results.csv", &t->results));
    return read_results(t, "conflicts.csv", &t->conflicts);
}

static shi_err mask(shi_arena *keep, shi_str *text)
{
    char *room = shi_new(keep, char, text->len + 1);
    if (!room) return shi_no_memory();
    *text = shi_mask_digits(*text, room);
    return (shi_err){ 0 };
}

/* Key, inspectors in either order, time. */
static bool same_visit(const shi_spot_result *a, const shi_spot_result *b)
{
    bool straight = shi_str_eq(a->inspector1, b->inspector1) && shi_str_eq(a->inspector2, b->inspector2);
    bool crossed = shi_str_eq(a->inspector1, b->inspector2) && shi_str_eq(a->inspector2, b->inspector1);
    return shi_str_eq(a->key, b->key) && shi_str_eq(a->visited_at, b->visited_at) && (straight || crossed);
}

static bool same_answers(const shi_spot_result *a, const shi_spot_result *b)
{
    return a->outcome == b->outcome && !memcmp(a->layer, b->layer, sizeof a->layer);
}

static bool holds(const shi_spot_results *rows, const shi_spot_result *x)
{
    for (int64_t i = 0; i < rows->len; i++)
        if (same_visit(&rows->ptr[i], x) && same_answers(&rows->ptr[i], x)) return true;
    return false;
}

/* The row that counts for a key: the latest of its first visits, or of its re-checks. */
static const shi_spot_result *latest(const shi_spot_results *rows, shi_str key, bool recheck)
{
    for (int64_t i = rows->len; i-- > 0;)
        if (rows->ptr[i].recheck == recheck && shi_str_eq(rows->ptr[i].key, key)) return &rows->ptr[i];
    return NULL;
}

static bool drawn_twice(const shi_spot_draw *draw, shi_str key)
{
    for (int64_t k = 0; k < draw->len; k++)
        if (shi_str_eq(draw->ptr[k].key, key)) return draw->ptr[k].recheck;
    return false;
}

/* A time that cannot be read, as the command takes any, is taken for an earlier one. */
static bool is_later(const taking *t, const shi_spot_result *before, const shi_spot_result *x)
{
    int64_t from, to;
    if (!shi_time_parse(before->visited_at, &t->ws->zone, &from)) return true;
    return shi_time_parse(x->visited_at, &t->ws->zone, &to) && to > from;
}

/* Whether the visit may stand beside what is recorded of its key; sets recheck and reason as the record needs them. */
static bool fits(const taking *t, shi_spot_result *x)
{
    const shi_spot_result *first = latest(&t->results, x->key, false), *again = latest(&t->results, x->key, true);
    if (!first) {
        x->recheck = false;   /* whoever came first made the first visit */
        return true;
    }
    const shi_spot_result *before = x->recheck ? again : first;
    if (x->recheck && !drawn_twice(&t->draw, x->key)) return false;
    if (!before) return true;
    if (before->outcome != SHI_NOT_REACHED || !is_later(t, before, x)) return false;
    if (!x->reason.len) x->reason = t->later;
    return true;
}

static shi_err put_conflict(const taking *t, const shi_spot_result *x)
{
    shi_buf csv = { 0 };
    shi_spot_result_write(&csv, NULL);
    for (int64_t i = 0; i < t->conflicts.len; i++) shi_spot_result_write(&csv, &t->conflicts.ptr[i]);
    shi_spot_result_write(&csv, x);
    shi_err e = csv.failed ? shi_no_memory() : shi_ledger_begin(t->ws);
    if (!e.code) e = shi_checks_put(t->ws, t->id, "conflicts.csv", shi_buf_str(&csv));
    if (!e.code) e = shi_ledger_commit(t->ws);
    if (e.code) shi_ledger_rollback(t->ws);
    shi_buf_drop(&csv);
    return e.code ? e : shi_checks_settle(t->ws, t->keep, t->id);
}

static shi_err record(const taking *t, const shi_spot_result *x)
{
    shi_spot_result one = *x;
    shi_spot_results all;
    const shi_spot_results fresh = { .ptr = &one, .len = 1, .cap = 1 };
    shi_err e = shi_spot_record(t->ws, t->keep, t->id, &fresh, &all);
    e.line = 0;
    return e;
}

shi_err shi_spot_take(shi_workspace *ws, shi_arena *keep, shi_str id, const shi_spot_result *visit, shi_str later, shi_visit_taken *out)
{
    taking t = { .ws = ws, .keep = keep, .id = id, .later = later };
    shi_spot_result x = *visit;
    SHI_TRY(load(&t));
    SHI_TRY(mask(keep, &x.reason));
    SHI_TRY(mask(keep, &x.inspector1));
    SHI_TRY(mask(keep, &x.inspector2));
    x.outcome = shi_outcome_of_layers(x.layer);
    if (x.outcome == SHI_NOT_VISITED) x.outcome = SHI_NOT_REACHED;
    *out = SHI_VISIT_ALREADY;
    if (holds(&t.results, &x) || holds(&t.conflicts, &x)) return shi_checks_settle(ws, keep, id);   /* a killed server may not have come that far */
    if (fits(&t, &x)) {
        *out = SHI_VISIT_RECORDED;
        return record(&t, &x);
    }
    if (x.inspector1.len == 0 || x.inspector2.len == 0 || shi_str_eq(x.inspector1, x.inspector2))
        return shi_fail_value(SHI_INPUT, x.key, N_("a visit needs two inspectors"), N_("Name both."));
    *out = SHI_VISIT_CONFLICT;
    return put_conflict(&t, &x);
}

/* Decisions for the record that counted: rows of the key that say once more what an earlier one says. */
static int64_t kept_decisions(const shi_spot_results *results, shi_str key)
{
    int64_t n = 0;
    for (int64_t i = 0; i < results->len; i++) {
        const shi_spot_result *x = &results->ptr[i];
        const shi_spot_results before = { .ptr = results->ptr, .len = i };
        n += shi_str_eq(x->key, key) && holds(&before, x);
    }
    return n;
}

/* Conflicts of a key are decided in the order in which they came, so only the first open one of each key is listed: for the other record when that
 * is in the results, else by one decision for the record that counted. */
static shi_err open_conflicts(const taking *t, shi_visit_conflicts *out)
{
    *out = (shi_visit_conflicts){ .ptr = shi_new(t->keep, shi_visit_conflict, t->conflicts.len + 1) };
    if (!out->ptr) return shi_no_memory();
    for (int64_t i = 0; i < t->conflicts.len; i++) {
        const shi_spot_result *other = &t->conflicts.ptr[i], *counts = latest(&t->results, other->key, other->recheck);
        int64_t nth = 1;
        if (!counts) counts = latest(&t->results, other->key, false);
        if (!counts || holds(&t->results, other)) continue;
        for (int64_t k = 0; k < i; k++) nth += shi_str_eq(t->conflicts.ptr[k].key, other->key) && !holds(&t->results, &t->conflicts.ptr[k]);
        if (nth != kept_decisions(&t->results, other->key) + 1) continue;
        out->ptr[out->len++] = (shi_visit_conflict){ .number = i + 1, .counts = *counts, .other = *other };
    }
    return (shi_err){ 0 };
}

shi_err shi_spot_conflicts(shi_workspace *ws, shi_arena *keep, shi_str id, shi_visit_conflicts *out)
{
    taking t = { .ws = ws, .keep = keep, .id = id };
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(read_results(&t, "results.csv", &t.results));
    SHI_TRY(read_results(&t, "conflicts.csv", &t.conflicts));
    return open_conflicts(&t, out);
}

shi_err shi_spot_settle(shi_workspace *ws, shi_arena *keep, shi_str id, int64_t number, bool other, shi_str reason)
{
    taking t = { .ws = ws, .keep = keep, .id = id };
    shi_visit_conflicts open;
    SHI_TRY(load(&t));
    SHI_TRY(open_conflicts(&t, &open));
    reason = shi_str_trim(reason);
    if (!reason.len) return shi_fail(SHI_INPUT, N_("a decision needs its reason"), N_("Write in a sentence why this record counts."));
    for (int64_t i = 0; i < open.len; i++) {
        if (open.ptr[i].number != number) continue;
        shi_spot_result x = other ? open.ptr[i].other : open.ptr[i].counts;
        x.reason = reason;
        x.recheck = open.ptr[i].counts.recheck;
        return record(&t, &x);
    }
    return shi_fail(SHI_INPUT, N_("there is no such conflict any more"), N_("Open the check again: somebody else may have decided."));
}
