/* One row an answer. The text stands in the ledger and not in a file beside it, so that one transaction holds text and trail: killed at any
 * moment, the ledger has both or neither. */
#include "store/replies.h"

#include "base/json.h"
#include "store/lite.h"
#include "store/pseudonym.h"

#include <stdio.h>

/* Made when the first answer comes, so that a workspace of before has it too. */
static const char SCHEMA[] =
    "CREATE TABLE IF NOT EXISTS reply (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, unit_code TEXT NOT NULL, unit_name TEXT NOT NULL, "
    "about TEXT, run TEXT, signed TEXT, masked INTEGER NOT NULL, text TEXT NOT NULL, sha256 TEXT NOT NULL) STRICT";

static shi_err have_table(shi_workspace *ws, bool *have)
{
    int64_t n;
    bool found;
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM sqlite_master WHERE name = 'reply'", NULL, 0, &n, &found));
    *have = n > 0;
    return (shi_err){ 0 };
}

/* ---- the text ---- */

/* The first character that a text may not hold, or text.len; *line: where. */
static int64_t forbidden_at(shi_str text, int64_t *line)
{
    *line = 1;
    for (int64_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '\n') ++*line;
        else if ((c < 0x20 && c != '\t' && c != '\r') || c == 0x7f) return i;
    }
    return text.len;
}

static shi_err faulty(int64_t line, const char *reason, const char *remedy)
{
    shi_err e = shi_fail(SHI_INPUT, reason, remedy);
    e.line = line;
    return e;
}

static int64_t line_of(shi_str text, int64_t at)
{
    int64_t line = 1;
    for (int64_t i = 0; i < at; i++) line += text.ptr[i] == '\n';
    return line;
}

shi_err shi_reply_text(shi_arena *keep, shi_str raw, shi_str *out, bool *masked)
{
    int64_t line, n = 0, valid = raw.len ? shi_utf8_valid(raw.ptr, raw.len) : 0;
    if (raw.len > SHI_REPLY_MOST)
        return shi_fail(SHI_INPUT, N_("the answer is longer than 65,536 bytes"), N_("Keep to what is said; tables go in with \"shishu import\"."));
    if (valid < raw.len)
        return faulty(line_of(raw, valid), N_("the answer is not UTF-8 text"), N_("Save it as plain text in UTF-8 (no docx, no PDF)."));
    if (shi_str_starts(raw, S("\xEF\xBB\xBF"))) raw = shi_str_sub(raw, 3, raw.len);
    if (forbidden_at(raw, &line) < raw.len)
        return faulty(line, N_("the answer holds a control character"), N_("Save it as plain text in UTF-8 (no docx, no PDF)."));
    raw = shi_str_trim(raw);
    if (!raw.len) return shi_fail(SHI_INPUT, N_("the answer is empty"), N_("Write the answer into the file."));
    char *text = shi_new(keep, char, raw.len + 1), *room = shi_new(keep, char, raw.len + 1);
    if (!text || !room) return shi_no_memory();
    for (int64_t i = 0; i < raw.len; i++)
        if (raw.ptr[i] != '\r' || i + 1 == raw.len || raw.ptr[i + 1] != '\n') text[n++] = raw.ptr[i] == '\r' ? '\n' : raw.ptr[i];
    const shi_str clean = { text, n };
    *out = shi_mask_digits(clean, room);
    *masked = !shi_str_eq(*out, clean);
    return (shi_err){ 0 };
}

/* ---- adding ---- */

static shi_err find(shi_workspace *ws, const shi_reply *r, int64_t *number)
{
    const shi_param p[] = { SHI_TEXTP(r->unit_code), SHI_TEXTP(r->about), SHI_TEXTP(r->sha256) };
    bool found;
    *number = 0;
    return shi_lite_one(ws->ledger, "SELECT number FROM reply WHERE unit_code = ?1 AND about IS ?2 AND sha256 = ?3 ORDER BY number LIMIT 1", p,
                        COUNT(p), number, &found);
}

static shi_err insert(shi_workspace *ws, shi_reply *r)
{
    bool found;
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT coalesce(max(number), 0) + 1 FROM reply", NULL, 0, &r->number, &found));
    const shi_param p[] = { SHI_INT(r->number), SHI_INT(r->at_us), SHI_TEXTP(r->unit_code), SHI_TEXTP(r->unit_name), SHI_TEXTP(r->about),
        SHI_TEXTP(r->run), SHI_TEXTP(r->by), SHI_INT(r->masked), SHI_TEXTP(r->text), SHI_TEXTP(r->sha256) };
    SHI_TRY(shi_lite_exec(ws->ledger, "INSERT INTO reply VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", p, COUNT(p)));
    shi_buf detail = { 0 };
    shi_json json = { .out = &detail };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "answer", r->number);
    shi_json_kstr(&json, "unit_code", r->unit_code);
    shi_json_kstr(&json, "about", r->about);
    shi_json_kstr(&json, "sha256", r->sha256);
    shi_json_end_object(&json);
    shi_err e = detail.failed ? shi_no_memory() : shi_trail_add(ws, "answer", shi_buf_str(&detail));
    shi_buf_drop(&detail);
    return e;
}

shi_err shi_replies_add(shi_workspace *ws, shi_reply *reply, bool *known)
{
    shi_sha256 hash;
    char hex[65];
    int64_t number = 0;
    shi_sha256_text(reply->text, &hash);
    shi_hex(hash.byte, 32, hex);
    reply->sha256 = shi_str_from(hex);
    reply->at_us = ws->now_us;
    SHI_TRY(shi_ledger_begin(ws));
    shi_err e = shi_lite_exec(ws->ledger, SCHEMA, NULL, 0);
    if (!e.code) e = find(ws, reply, &number);
    *known = number > 0;
    if (!e.code && !*known) e = insert(ws, reply);
    if (*known) reply->number = number;
    reply->sha256 = (shi_str){ 0 };
    if (!e.code) return shi_ledger_commit(ws);
    shi_ledger_rollback(ws);
    return e;
}

/* ---- reading ---- */

static const char SQL_LOAD[] =
    "SELECT number, at, unit_code, unit_name, about, run, signed, masked, text, sha256 FROM reply WHERE ?1 IS NULL OR unit_code = ?1 ORDER BY number";

static void read_one(sqlite3_stmt *st, shi_arena *keep, shi_reply *r)
{
    *r = (shi_reply){ .number = shi_lite_int(st, 0), .at_us = shi_lite_int(st, 1), .unit_code = shi_lite_str(st, 2, keep),
        .unit_name = shi_lite_str(st, 3, keep), .about = shi_lite_str(st, 4, keep), .run = shi_lite_str(st, 5, keep),
        .by = shi_lite_str(st, 6, keep), .masked = shi_lite_int(st, 7) != 0, .text = shi_lite_str(st, 8, keep), .sha256 = shi_lite_str(st, 9, keep) };
}

shi_err shi_replies_load(shi_workspace *ws, shi_arena *keep, shi_str unit, shi_replies *out)
{
    const shi_param p = SHI_TEXTP(unit);
    bool have, found;
    int64_t n = 0, at = 0;
    shi_err e = { 0 };
    *out = (shi_replies){ 0 };
    SHI_TRY(have_table(ws, &have));
    if (!have) return (shi_err){ 0 };
    SHI_TRY(shi_lite_one(ws->ledger, "SELECT count(*) FROM reply WHERE ?1 IS NULL OR unit_code = ?1", &p, 1, &n, &found));
    out->ptr = shi_new(keep, shi_reply, n);
    if (!out->ptr) return shi_no_memory();
    sqlite3_stmt *st = shi_lite_query(ws->ledger, SQL_LOAD, &p, 1, &e);
    while (at < n && shi_lite_next(st, &e)) {
        shi_reply *r = &out->ptr[at++];
        char when[40];
        read_one(st, keep, r);
        shi_time_write(r->at_us, &ws->zone, when);
        r->day = shi_str_copy(keep, (shi_str){ when, 10 });
    }
    sqlite3_finalize(st);
    out->len = at;
    return e;
}

/* ---- rechecking ---- */

static const char SQL_SAID[] =
    "WITH said AS (SELECT json_extract(detail, '$.answer') AS n, json_extract(detail, '$.unit_code') AS u, json_extract(detail, '$.about') AS a, "
    "              json_extract(detail, '$.sha256') AS h, at FROM trail WHERE action = 'answer'), "
    "held AS (SELECT number, unit_code, about, sha256, at FROM reply) "
    "SELECT DISTINCT n FROM (SELECT * FROM (SELECT * FROM said EXCEPT SELECT * FROM held) "
    "                        UNION ALL SELECT * FROM (SELECT * FROM held EXCEPT SELECT * FROM said)) ORDER BY n";

static shi_str name_of(shi_arena *keep, int64_t number)
{
    return shi_str_format(keep, "ledger.db, answer %lld", (long long)number);
}

shi_err shi_replies_verify(shi_workspace *ws, shi_arena *keep, void (*differs)(void *data, shi_str file, const char *what), void *data)
{
    shi_replies all;
    bool have;
    shi_err e = { 0 };
    SHI_TRY(have_table(ws, &have));
    if (!have) return (shi_err){ 0 };
    SHI_TRY(shi_replies_load(ws, keep, (shi_str){ 0 }, &all));
    for (int64_t i = 0; i < all.len; i++) {
        shi_sha256 hash;
        char hex[65];
        shi_sha256_text(all.ptr[i].text, &hash);
        shi_hex(hash.byte, 32, hex);
        if (!shi_str_eq(shi_str_from(hex), all.ptr[i].sha256)) differs(data, name_of(keep, all.ptr[i].number), N_("the answer was changed"));
    }
    sqlite3_stmt *st = shi_lite_query(ws->ledger, SQL_SAID, NULL, 0, &e);
    while (shi_lite_next(st, &e)) differs(data, name_of(keep, shi_lite_int(st, 0)), N_("the ledger differs from its audit trail"));
    sqlite3_finalize(st);
    return e;
}
