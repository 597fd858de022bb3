/* Reading opens the ledger anew, so that a page shows what was recorded a moment ago. To find the village of a key all accounts of its app must be
 * gone through (field/worksheet.c), which takes a second for a million; since it does not change, it is kept among the answers until the next
 * audit. */
#include "serve/field.h"

#include "field/worksheet.h"
#include "store/checks.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 10, RETRY_SECONDS = 5 };
static const long TRY_NS = 100000000;

/* The folder for spill is named after the process, and the server's own stays: no reader may take it away. */
void shi_field_end(shi_workspace *ws)
{
    ws->spills = false;
    shi_workspace_close(ws);
}

shi_err shi_field_read(shi_call *call, shi_workspace *out)
{
    SHI_TRY(shi_workspace_open(call->keep, call->server->options->dir, SHI_READ, shi_os_now_us(), out));
    shi_err e = shi_workspace_key(out, call->keep);
    if (e.code) shi_field_end(out);
    return e;
}

shi_err shi_field_write(shi_call *call, shi_workspace *out)
{
    shi_err e = { 0 };
    for (int k = 0; k < TRIES; k++) {
        e = shi_workspace_open(call->keep, call->server->options->dir, SHI_WRITE, shi_os_now_us(), out);
        if (e.code != SHI_SYSTEM) return e;
        nanosleep(&(struct timespec){ .tv_nsec = TRY_NS }, NULL);
    }
    call->answer->status = 503;
    call->answer->retry_after = RETRY_SECONDS;
    e.file = (shi_str){ 0 };   /* the machine's folders are not the page's to show */
    return e;
}

static shi_err read_rows(shi_call *call, shi_workspace *ws, shi_str id, shi_spot_results *out)
{
    shi_str text;
    *out = (shi_spot_results){ 0 };
    SHI_TRY(shi_checks_get(ws, call->keep, id, "results.csv", &text));
    return text.ptr ? shi_spot_results_read(call->keep, text, out) : (shi_err){ 0 };
}

static int by_key(const void *a, const void *b)
{
    return shi_str_cmp(((const shi_field_visit *)a)->key, ((const shi_field_visit *)b)->key);
}

static int by_route(const void *a, const void *b)
{
    const shi_field_visit *x = a, *y = b;
    int c = shi_str_cmp(x->unit_code, y->unit_code);
    if (!c) c = shi_str_cmp(x->place, y->place);
    if (!c) c = shi_str_cmp(x->check, y->check);
    if (!c) c = (x->line > y->line) - (x->line < y->line);
    return c ? c : shi_str_cmp(x->key, y->key);
}

static shi_err mark(shi_call *call, shi_workspace *ws, shi_str id, shi_field_visits *v)
{
    shi_spot_results rows;
    SHI_TRY(read_rows(call, ws, id, &rows));
    if (v->len) qsort(v->ptr, (size_t)v->len, sizeof *v->ptr, by_key);
    for (int64_t i = 0; i < rows.len && v->len; i++) {
        const shi_field_visit wanted = { .key = rows.ptr[i].key };
        shi_field_visit *at = bsearch(&wanted, v->ptr, (size_t)v->len, sizeof *v->ptr, by_key);
        if (at) *(rows.ptr[i].recheck ? &at->again : &at->recorded) = true;
    }
    return (shi_err){ 0 };
}

/* ---- who was drawn, kept as a text of rows ---- */

enum { CELLS = 6 };
static const char CELL = '\x1f', ROW = '\x1e';

static void write_row(shi_buf *out, const shi_visit *v)
{
    const shi_str cells[] = { v->key, v->unit_code, v->meeting ? v->meeting_name : v->unit_name };
    for (int64_t c = 0; c < COUNT(cells); c++) {
        shi_buf_add(out, cells[c]);
        shi_buf_addc(out, CELL);
    }
    shi_buf_format(out, "%lld%c%lld%c%s%c", (long long)v->line, CELL, (long long)v->round, CELL, v->recheck ? "2" : "1", ROW);
}

static shi_str next_cell(shi_str text, int64_t *at, char end)
{
    int64_t to = shi_str_find(text, end, *at);
    shi_str cell = shi_str_sub(text, *at, to < 0 ? text.len : to);
    *at = to < 0 ? text.len : to + 1;
    return cell;
}

static shi_err read_kept(shi_call *call, shi_str id, shi_str text, shi_field_visits *out)
{
    int64_t n = 0, at = 0;
    for (int64_t i = 0; i < text.len; i++) n += text.ptr[i] == ROW;
    *out = (shi_field_visits){ .ptr = shi_new(call->keep, shi_field_visit, n + 1) };
    if (!out->ptr || !shi_count_parse(next_cell(text, &at, CELL), &out->lost)) return shi_no_memory();
    while (out->len < n) {
        shi_field_visit *v = &out->ptr[out->len++];
        v->check = id;
        v->key = next_cell(text, &at, CELL);
        v->unit_code = next_cell(text, &at, CELL);
        v->place = next_cell(text, &at, CELL);
        (void)shi_count_parse(next_cell(text, &at, CELL), &v->line);
        (void)shi_count_parse(next_cell(text, &at, CELL), &v->round);
        v->recheck = shi_str_eq(next_cell(text, &at, ROW), S("2"));
    }
    return (shi_err){ 0 };
}

static shi_err find_drawn(shi_call *call, shi_workspace *ws, shi_str id, shi_buf *text)
{
    shi_visits visits;
    shi_engine engine = { .memory = call->server->options->engine.memory / 4, .threads = 1 };
    SHI_TRY(shi_visits_load(ws, call->keep, id, NULL, &engine, &visits));
    shi_buf_format(text, "%lld%c", (long long)visits.lost, CELL);
    for (int64_t k = 0; k < visits.len; k++) write_row(text, &visits.ptr[k]);
    return text->failed ? shi_no_memory() : (shi_err){ 0 };
}

shi_err shi_field_drawn(shi_call *call, shi_workspace *ws, shi_str id, shi_field_visits *out)
{
    shi_str draw;
    shi_sha256 hash;
    char hex[65];
    shi_buf key = { 0 }, text = { 0 };
    shi_err e = { 0 };
    *out = (shi_field_visits){ 0 };
    SHI_TRY(shi_checks_get(ws, call->keep, id, "draw.json", &draw));
    if (!draw.ptr) return e;
    shi_sha256_text(draw, &hash);
    shi_hex(hash.byte, 32, hex);
    shi_buf_format(&key, "drawn %s %.*s", hex, (int)id.len, id.ptr);
    if (!shi_cache_get(call->server->cache, shi_buf_str(&key), &text)) {
        e = find_drawn(call, ws, id, &text);
        if (!e.code) shi_cache_put(call->server->cache, shi_buf_str(&key), shi_buf_str(&text));
    }
    shi_str kept = e.code ? S("") : shi_str_copy(call->keep, shi_buf_str(&text));
    shi_buf_drop(&key);
    shi_buf_drop(&text);
    if (e.code) return e;
    SHI_TRY(read_kept(call, id, kept, out));
    SHI_TRY(mark(call, ws, id, out));
    if (out->len) qsort(out->ptr, (size_t)out->len, sizeof *out->ptr, by_route);
    return e;
}

/* ---- the state of a check ---- */

/* Every claim of the check is decided. */
static shi_err is_decided(shi_call *call, shi_workspace *ws, shi_str id, bool *out)
{
    shi_checked_rows rows;
    int64_t n = 0, decided = 0;
    SHI_TRY(shi_checks_concluded(ws, call->keep, &rows));
    for (int64_t i = 0; i < rows.len; i++) {
        if (!shi_str_eq(rows.ptr[i].check, id)) continue;
        n++;
        decided += shi_str_eq(rows.ptr[i].decision, S("confirmed")) || shi_str_eq(rows.ptr[i].decision, S("refuted"));
    }
    *out = n > 0 && decided == n;
    return (shi_err){ 0 };
}

/* Without looking for villages: only what the files of the check say. */
static shi_err count_drawn(shi_call *call, shi_workspace *ws, shi_str draw_text, shi_field_check *c)
{
    shi_spot_draw draw;
    shi_field_visits v = { 0 };
    shi_visit_conflicts conflicts;
    bool decided, left = false;
    SHI_TRY(shi_spot_draw_read(call->keep, draw_text, &draw));
    v.ptr = shi_new(call->keep, shi_field_visit, draw.len + 1);
    if (!v.ptr) return shi_no_memory();
    for (int64_t k = 0; k < draw.len; k++) v.ptr[v.len++] = (shi_field_visit){ .key = draw.ptr[k].key, .recheck = draw.ptr[k].recheck };
    SHI_TRY(mark(call, ws, c->id, &v));
    for (int64_t k = 0; k < v.len; k++) {
        c->recorded += v.ptr[k].recorded;
        left = left || !v.ptr[k].recorded || (v.ptr[k].recheck && !v.ptr[k].again);
    }
    SHI_TRY(shi_spot_conflicts(ws, call->keep, c->id, &conflicts));
    SHI_TRY(is_decided(call, ws, c->id, &decided));
    c->drawn = true;
    c->rounds = draw.rounds;
    c->visits = draw.len;
    c->conflicts = conflicts.len;
    c->open = left && !decided;
    return (shi_err){ 0 };
}

shi_err shi_field_look(shi_call *call, shi_workspace *ws, shi_str id, shi_field_check *out)
{
    shi_str plan, commitment, draw;
    *out = (shi_field_check){ .id = id };
    SHI_TRY(shi_checks_exists(ws, id));
    SHI_TRY(shi_checks_get(ws, call->keep, id, "plan.json", &plan));
    SHI_TRY(shi_checks_get(ws, call->keep, id, "commitment.json", &commitment));
    SHI_TRY(shi_checks_get(ws, call->keep, id, "draw.json", &draw));
    SHI_TRY(shi_spot_plan_read(call->keep, plan, &out->plan));
    out->committed = commitment.ptr != NULL;
    return draw.ptr ? count_drawn(call, ws, draw, out) : (shi_err){ 0 };
}

shi_err shi_field_today(shi_call *call, shi_workspace *ws, shi_field_visits *out)
{
    shi_strs ids;
    *out = (shi_field_visits){ 0 };
    SHI_TRY(shi_checks_ids(ws, call->keep, &ids));
    shi_field_visits *each = shi_new(call->keep, shi_field_visits, ids.len + 1);
    int64_t n = 0;
    if (!each) return shi_no_memory();
    for (int64_t i = 0; i < ids.len; i++) {
        shi_field_check c;
        SHI_TRY(shi_field_look(call, ws, ids.ptr[i], &c));
        if (c.open) SHI_TRY(shi_field_drawn(call, ws, ids.ptr[i], &each[i]));
        n += each[i].len;
    }
    out->ptr = shi_new(call->keep, shi_field_visit, n + 1);
    if (!out->ptr) return shi_no_memory();
    for (int64_t i = 0; i < ids.len; i++) {
        if (each[i].len) memcpy(out->ptr + out->len, each[i].ptr, (size_t)each[i].len * sizeof *out->ptr);
        out->len += each[i].len;
    }
    if (n) qsort(out->ptr, (size_t)n, sizeof *out->ptr, by_route);
    return (shi_err){ 0 };
}
