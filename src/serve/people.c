/* Persons, invitations and sessions. Every change is one transaction with its entry of the audit trail. A session ends after half a day, or when it
 * was not used for two hours; an inspector's lasts a week, since a phone in a village may have no connection for days. A name that does not exist
 * costs as much time as a wrong password. Guessing: at most 5 wrong passwords a name and 30 an address in a quarter of an hour. */
#include "serve/people.h"

#include "base/calendar.h"
#include "base/json.h"
#include "store/lite.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { GUESSES = 1024, A_NAME = 5, AN_ADDRESS = 30, HASHING = 2 };
#define WINDOW_US (15 * 60 * SHI_SECOND_US)
#define LINK_US (72 * 3600 * SHI_SECOND_US)
#define SESSION_US (12 * 3600 * SHI_SECOND_US)
#define IDLE_US (2 * 3600 * SHI_SECOND_US)
#define INSPECTOR_US (7 * 24 * 3600 * SHI_SECOND_US)
#define SEEN_US (5 * 60 * SHI_SECOND_US)   /* a session's last use is written this often at most */

/* Wrong passwords of one name or address since `since_us`. */
typedef struct {
    uint64_t who;
    int64_t since_us, wrong;
} guesses;

struct shi_people {
    sqlite3 *db;
    pthread_mutex_t lock;
    pthread_mutex_t hash_lock;       /* at most HASHING at once: each takes 64 MiB */
    pthread_cond_t hash_free;
    int hashing;
    guesses guess[GUESSES];
    char nobody[crypto_pwhash_STRBYTES];   /* compared with where there is no such person */
};

static const char *const SCHEMA[] = {
    "CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, unit_code TEXT, password TEXT, "
    " created_at INTEGER NOT NULL, disabled_at INTEGER) STRICT",
    "CREATE TABLE IF NOT EXISTS invitation (token TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, expires_at INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, csrf TEXT NOT NULL, "
    " created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL) STRICT",
};

static const char *const ROLE[] = { "", "viewer", "inspector", "auditor", "admin" };

const char *shi_role_name(shi_role role)
{
    return ROLE[role];
}

shi_role shi_role_of(shi_str name)
{
    for (int r = SHI_VIEWER; r <= SHI_ADMIN; r++)
        if (shi_str_eq(name, shi_str_from(ROLE[r]))) return (shi_role)r;
    return SHI_NOBODY;
}

/* ---- tokens ---- */

static void token_fresh(shi_token *out)
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(out->text, sizeof out->text, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void token_hash(shi_str token, char out[65])
{
    shi_sha256 hash;
    shi_sha256_text(token, &hash);
    shi_hex(hash.byte, 32, out);
}

/* ---- transactions ---- */

static shi_err begin(shi_people *people)
{
    pthread_mutex_lock(&people->lock);
    shi_err e = shi_lite_exec(people->db, "BEGIN IMMEDIATE", NULL, 0);
    if (e.code) pthread_mutex_unlock(&people->lock);
    return e;
}

static shi_err finish(shi_people *people, shi_err so_far)
{
    shi_err e = so_far.code ? so_far : shi_lite_exec(people->db, "COMMIT", NULL, 0);
    if (e.code) sqlite3_exec(people->db, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&people->lock);
    return e;
}

static shi_err trail(shi_people *people, int64_t by, const char *action, shi_str detail)
{
    shi_workspace ws = { .ledger = people->db, .now_us = shi_os_now_us() };
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "by", by);
    shi_json_key(&json, "detail");
    shi_json_written(&json, detail);
    shi_json_end_object(&json);
    shi_err e = text.failed ? shi_no_memory() : shi_trail_add(&ws, action, shi_buf_str(&text));
    shi_buf_drop(&text);
    return e;
}

static shi_err trail_about(shi_people *people, int64_t by, const char *action, shi_str name, const char *role, shi_str unit_code)
{
    shi_buf text = { 0 };
    shi_json json = { .out = &text };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "name", name);
    if (role) shi_json_ktext(&json, "role", role);
    if (unit_code.ptr) shi_json_kstr(&json, "unit_code", unit_code);
    shi_json_end_object(&json);
    shi_err e = text.failed ? shi_no_memory() : trail(people, by, action, shi_buf_str(&text));
    shi_buf_drop(&text);
    return e;
}

shi_err shi_people_trail(shi_people *people, int64_t by, const char *action, shi_str detail)
{
    SHI_TRY(begin(people));
    return finish(people, trail(people, by, action, detail));
}

/* ---- open ---- */

shi_err shi_people_open(const char *ledger, shi_people **out)
{
    shi_key ignored;
    shi_people *people = calloc(1, sizeof *people);
    if (!people) return shi_no_memory();
    shi_key_fresh(&ignored);   /* starts libsodium */
    shi_err e = shi_ledger_open(ledger, false, true, &people->db);
    if (!e.code) sqlite3_busy_timeout(people->db, 15000);
    for (int64_t i = 0; i < COUNT(SCHEMA) && !e.code; i++) e = shi_lite_exec(people->db, SCHEMA[i], NULL, 0);
    if (!e.code && crypto_pwhash_str(people->nobody, "nobody", 6, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        e = shi_no_memory();
    if (e.code) {
        if (people->db) sqlite3_close(people->db);
        free(people);
        return e;
    }
    pthread_mutex_init(&people->lock, NULL);
    pthread_mutex_init(&people->hash_lock, NULL);
    pthread_cond_init(&people->hash_free, NULL);
    *out = people;
    return e;
}

void shi_people_close(shi_people *people)
{
    sqlite3_close(people->db);
    pthread_mutex_destroy(&people->lock);
    pthread_mutex_destroy(&people->hash_lock);
    pthread_cond_destroy(&people->hash_free);
    free(people);
}

shi_err shi_people_has_admin(shi_people *people, bool *out)
{
    int64_t n;
    pthread_mutex_lock(&people->lock);
    shi_err e = shi_lite_one(people->db, "SELECT 1 FROM person WHERE role = 'admin' AND password IS NOT NULL AND disabled_at IS NULL LIMIT 1",
        NULL, 0,
                             &n, out);
    pthread_mutex_unlock(&people->lock);
    return e;
}

shi_err shi_people_latest_run(shi_people *people, shi_arena *keep, shi_str *out)
{
    shi_err e = { 0 };
    *out = (shi_str){ 0 };
    pthread_mutex_lock(&people->lock);
    sqlite3_stmt *st = shi_lite_query(people->db, "SELECT run FROM run ORDER BY started_at DESC, run DESC LIMIT 1", NULL, 0, &e);
    if (shi_lite_next(st, &e)) *out = shi_lite_str(st, 0, keep);
    sqlite3_finalize(st);
    pthread_mutex_unlock(&people->lock);
    return e;
}

/* ---- passwords ---- */

static void hashing_begin(shi_people *people)
{
    pthread_mutex_lock(&people->hash_lock);
    while (people->hashing >= HASHING) pthread_cond_wait(&people->hash_free, &people->hash_lock);
    people->hashing++;
    pthread_mutex_unlock(&people->hash_lock);
}

static void hashing_end(shi_people *people)
{
    pthread_mutex_lock(&people->hash_lock);
    people->hashing--;
    pthread_cond_signal(&people->hash_free);
    pthread_mutex_unlock(&people->hash_lock);
}

static bool matches(shi_people *people, const char *hash, shi_str password)
{
    hashing_begin(people);
    bool ok = crypto_pwhash_str_verify(hash, password.ptr, (unsigned long long)password.len) == 0;
    hashing_end(people);
    return ok;
}

static shi_err hash_of(shi_people *people, shi_str password, char out[crypto_pwhash_STRBYTES])
{
    hashing_begin(people);
    int failed = crypto_pwhash_str(out, password.ptr, (unsigned long long)password.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                   crypto_pwhash_MEMLIMIT_INTERACTIVE);
    hashing_end(people);
    return failed ? shi_no_memory() : (shi_err){ 0 };
}

/* ---- guessing ---- */

static uint64_t who(const char *kind, shi_str text)
{
    shi_sha256 hash;
    shi_buf whole = { 0 };
    uint64_t n;
    shi_buf_puts(&whole, kind);
    shi_buf_add(&whole, text);
    shi_sha256_text(shi_buf_str(&whole), &hash);
    shi_buf_drop(&whole);
    memcpy(&n, hash.byte, sizeof n);
    return n | 1;
}

/* The row of `id`: its own, else one that is over, else the oldest. */
static guesses *row_of(shi_people *people, uint64_t id, int64_t now)
{
    guesses *best = &people->guess[0];
    for (int64_t i = 0; i < GUESSES; i++) {
        guesses *g = &people->guess[i];
        if (g->who == id && now - g->since_us < WINDOW_US) return g;
        if (g->since_us < best->since_us) best = g;
    }
    *best = (guesses){ .who = id, .since_us = now };
    return best;
}

/* Seconds until the next try; 0: now. */
static int64_t must_wait(shi_people *people, const uint64_t id[2], int64_t now)
{
    const int64_t most[2] = { A_NAME, AN_ADDRESS };
    int64_t wait = 0;
    for (int k = 0; k < 2; k++)
        for (int64_t i = 0; i < GUESSES; i++) {
            const guesses *g = &people->guess[i];
            int64_t left = g->since_us + WINDOW_US - now;
            if (g->who == id[k] && g->wrong >= most[k] && left > 0 && left / SHI_SECOND_US + 1 > wait) wait = left / SHI_SECOND_US + 1;
        }
    return wait;
}

/* ---- invitations ---- */

static bool name_is_fine(shi_str name)
{
    if (name.len < 1 || name.len > SHI_PERSON_NAME || shi_str_trim(name).len != name.len) return false;
    for (int64_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f || name.ptr[i] == '<' || name.ptr[i] == '>') return false;
    return true;
}

static shi_err store_invitation(shi_people *people, int64_t by, shi_str name, shi_role role, shi_str unit_code, const char *hash)
{
    int64_t now = shi_os_now_us(), id;
    bool found;
    const shi_param p[] = { SHI_TEXTP(name), SHI_TEXTP(shi_str_from(ROLE[role])), unit_code.ptr ? SHI_TEXTP(unit_code) : (shi_param){ 0 },
        SHI_INT(now) };
    SHI_TRY(shi_lite_exec(people->db, "INSERT INTO person (name, role, unit_code, created_at) VALUES (?1, ?2, ?3, ?4) "
                          "ON CONFLICT (name) DO UPDATE SET role = ?2, unit_code = ?3, password = NULL, disabled_at = NULL", p, 4));
    SHI_TRY(shi_lite_one(people->db, "SELECT id FROM person WHERE name = ?1", p, 1, &id, &found));
    const shi_param q[] = { SHI_INT(id), SHI_TEXTP(shi_str_from(hash)), SHI_INT(now + LINK_US) };
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM invitation WHERE person = ?1", q, 1));
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM session WHERE person = ?1", q, 1));
    SHI_TRY(shi_lite_exec(people->db, "INSERT INTO invitation (person, token, expires_at) VALUES (?1, ?2, ?3)", q, 3));
    return trail_about(people, by, "invite", name, ROLE[role], unit_code);
}

shi_err shi_people_invite(shi_people *people, int64_t by, shi_str name, shi_role role, shi_str unit_code, shi_token *link)
{
    char hash[65];
    shi_token fresh;
    if (!name_is_fine(name))
        return shi_fail(SHI_INPUT, N_("this is no name for a person"), N_("Use 1 to 64 bytes, without < or >, and no blank at either end."));
    if (role == SHI_NOBODY) return shi_fail(SHI_INPUT, N_("there is no such role"), N_("Choose viewer, inspector, auditor or admin."));
    if (role == SHI_VIEWER && !unit_code.len)
        return shi_fail(SHI_INPUT, N_("a viewer needs a unit"), N_("Give the code of the unit; a viewer sees it and all below it."));
    token_fresh(&fresh);
    token_hash(shi_str_from(fresh.text), hash);
    SHI_TRY(begin(people));
    SHI_TRY(finish(people, store_invitation(people, by, name, role, role == SHI_VIEWER ? unit_code : (shi_str){ 0 }, hash)));
    *link = fresh;
    return (shi_err){ 0 };
}

static shi_err no_link(void)
{
    return shi_fail(SHI_INPUT, N_("this link does not hold any more"), N_("Each link works once and for three days: ask the admin for a new one."));
}

static shi_err invited(shi_people *people, shi_arena *keep, shi_str link, shi_person *out)
{
    char hash[65];
    shi_err e = { 0 };
    token_hash(link, hash);
    const shi_param p[] = { SHI_TEXTP(shi_str_from(hash)), SHI_INT(shi_os_now_us()) };
    *out = (shi_person){ 0 };
    sqlite3_stmt *st = shi_lite_query(people->db, "SELECT p.id, p.name, p.role, p.unit_code FROM invitation i JOIN person p ON p.id = i.person "
                                      "WHERE i.token = ?1 AND i.expires_at > ?2 AND p.disabled_at IS NULL", p, 2, &e);
    if (shi_lite_next(st, &e)) {
        out->id = shi_lite_int(st, 0);
        out->name = shi_lite_str(st, 1, keep);
        out->role = shi_role_of(shi_lite_str(st, 2, keep));
        out->unit_code = shi_lite_str(st, 3, keep);
    }
    sqlite3_finalize(st);
    return e.code ? e : out->id ? (shi_err){ 0 } : no_link();
}

shi_err shi_people_invited(shi_people *people, shi_arena *keep, shi_str link, shi_person *out)
{
    pthread_mutex_lock(&people->lock);
    shi_err e = invited(people, keep, link, out);
    pthread_mutex_unlock(&people->lock);
    return e;
}

static shi_err accept_with(shi_people *people, shi_arena *keep, shi_str link, const char *password)
{
    shi_person person;
    SHI_TRY(invited(people, keep, link, &person));
    const shi_param p[] = { SHI_INT(person.id), SHI_TEXTP(shi_str_from(password)) };
    SHI_TRY(shi_lite_exec(people->db, "UPDATE person SET password = ?2 WHERE id = ?1", p, 2));
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM invitation WHERE person = ?1", p, 1));
    return trail_about(people, person.id, "accept", person.name, NULL, (shi_str){ 0 });
}

shi_err shi_people_accept(shi_people *people, shi_arena *keep, shi_str link, shi_str password)
{
    char hash[crypto_pwhash_STRBYTES];
    shi_person person;
    SHI_TRY(shi_people_invited(people, keep, link, &person));
    if (password.len < SHI_PASSWORD_LEAST || password.len > SHI_PASSWORD_MOST)
        return shi_fail(SHI_INPUT, N_("the password is too short or too long"), N_("Use 10 to 256 bytes: a short sentence is easy to keep in mind."));
    if (shi_str_eq_nocase(password, person.name)) return shi_fail(SHI_INPUT, N_("the password is the name"), N_("Choose another."));
    SHI_TRY(hash_of(people, password, hash));
    SHI_TRY(begin(people));
    return finish(people, accept_with(people, keep, link, hash));
}

/* ---- sessions ---- */

static shi_err store_session(shi_people *people, int64_t person, const char *hash, const char *csrf)
{
    int64_t now = shi_os_now_us();
    const shi_param p[] = { SHI_INT(person), SHI_TEXTP(shi_str_from(hash)), SHI_TEXTP(shi_str_from(csrf)), SHI_INT(now),
        SHI_INT(now - INSPECTOR_US) };
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM session WHERE created_at < ?1", &p[4], 1));
    SHI_TRY(shi_lite_exec(people->db, "INSERT INTO session (person, token, csrf, created_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)", p, 4));
    return trail(people, person, "enter", S("{}"));
}

/* Number and password of a name, 0 where there is none or it is shut out. */
static shi_err known(shi_people *people, shi_arena *keep, shi_str name, int64_t *id, shi_str *password)
{
    shi_err e = { 0 };
    const shi_param p = SHI_TEXTP(name);
    *id = 0;
    *password = shi_str_from(people->nobody);
    pthread_mutex_lock(&people->lock);
    sqlite3_stmt *st = shi_lite_query(people->db, "SELECT id, password FROM person WHERE name = ?1 AND password IS NOT NULL AND disabled_at IS "
        "NULL", &p,
                                      1, &e);
    if (shi_lite_next(st, &e)) {
        *id = shi_lite_int(st, 0);
        *password = shi_lite_str(st, 1, keep);
    }
    sqlite3_finalize(st);
    pthread_mutex_unlock(&people->lock);
    return e.code || password->ptr ? e : shi_no_memory();
}

shi_err shi_people_enter(shi_people *people, shi_arena *keep, shi_str name, shi_str password, shi_str peer, shi_token *session)
{
    const uint64_t by[2] = { who("name ", name), who("peer ", peer) };
    int64_t id, now = shi_os_tick_us() + WINDOW_US;   /* the clock may just have started */
    shi_str hash;
    char token_sha[65];
    shi_token csrf;
    pthread_mutex_lock(&people->lock);
    int64_t wait = must_wait(people, by, now);
    if (!wait)
        for (int k = 0; k < 2; k++) row_of(people, by[k], now)->wrong++;   /* counted before it is known, so that many at once count too */
    pthread_mutex_unlock(&people->lock);
    if (wait) return (shi_err){ .code = SHI_STOPPED, .line = wait };
    SHI_TRY(known(people, keep, name, &id, &hash));
    bool ok = password.len > 0 && password.len <= SHI_PASSWORD_MOST && matches(people, hash.ptr, password) && id;
    if (!ok) return (shi_err){ .code = SHI_CHECK };
    token_fresh(session);
    token_fresh(&csrf);
    token_hash(shi_str_from(session->text), token_sha);
    SHI_TRY(begin(people));
    for (int k = 0; k < 2; k++) row_of(people, by[k], now)->wrong = 0;
    return finish(people, store_session(people, id, token_sha, csrf.text));
}

static bool is_over(shi_role role, int64_t created, int64_t seen, int64_t now)
{
    if (role == SHI_INSPECTOR) return now - created > INSPECTOR_US;
    return now - created > SESSION_US || now - seen > IDLE_US;
}

shi_err shi_people_session(shi_people *people, shi_arena *keep, shi_str token, shi_session *out)
{
    char hash[65];
    shi_err e = { 0 };
    int64_t now = shi_os_now_us(), seen = 0, created = 0;
    *out = (shi_session){ 0 };
    if (token.len != SHI_TOKEN_LEN) return e;
    token_hash(token, hash);
    const shi_param p[] = { SHI_TEXTP(shi_str_from(hash)), SHI_INT(now) };
    pthread_mutex_lock(&people->lock);
    sqlite3_stmt *st = shi_lite_query(people->db, "SELECT p.id, p.name, p.role, p.unit_code, s.csrf, s.created_at, s.seen_at FROM session s "
                                      "JOIN person p ON p.id = s.person WHERE s.token = ?1 AND p.disabled_at IS NULL", p, 1, &e);
    if (shi_lite_next(st, &e)) {
        out->who = (shi_person){ .id = shi_lite_int(st, 0), .name = shi_lite_str(st, 1, keep), .role = shi_role_of(shi_lite_str(st, 2, keep)),
            .unit_code = shi_lite_str(st, 3, keep) };
        out->csrf = shi_lite_str(st, 4, keep);
        created = shi_lite_int(st, 5);
        seen = shi_lite_int(st, 6);
    }
    sqlite3_finalize(st);
    if (is_over(out->who.role, created, seen, now)) *out = (shi_session){ 0 };
    else if (!e.code && now - seen > SEEN_US) (void)shi_lite_exec(people->db, "UPDATE session SET seen_at = ?2 WHERE token = ?1", p, 2).code;
    pthread_mutex_unlock(&people->lock);
    return e;
}

shi_err shi_people_leave(shi_people *people, shi_str token)
{
    char hash[65];
    token_hash(token, hash);
    const shi_param p = SHI_TEXTP(shi_str_from(hash));
    SHI_TRY(begin(people));
    return finish(people, shi_lite_exec(people->db, "DELETE FROM session WHERE token = ?1", &p, 1));
}

/* ---- the list ---- */

shi_err shi_people_list(shi_people *people, shi_arena *keep, shi_persons *out)
{
    shi_err e = { 0 };
    int64_t n = 0;
    bool found;
    *out = (shi_persons){ 0 };
    pthread_mutex_lock(&people->lock);
    e = shi_lite_one(people->db, "SELECT count(*) FROM person", NULL, 0, &n, &found);
    out->ptr = e.code ? NULL : shi_new(keep, shi_person, n + 1);
    sqlite3_stmt *st = out->ptr ? shi_lite_query(people->db, "SELECT id, name, role, unit_code, password IS NULL, disabled_at IS NOT NULL, "
        "(SELECT count(*) FROM session s WHERE s.person = p.id) FROM person p ORDER BY name", NULL, 0, &e) : NULL;
    while (st && out->len < n && shi_lite_next(st, &e))
        out->ptr[out->len++] = (shi_person){ .id = shi_lite_int(st, 0), .name = shi_lite_str(st, 1, keep),
            .role = shi_role_of(shi_lite_str(st, 2, keep)), .unit_code = shi_lite_str(st, 3, keep), .waits = shi_lite_int(st, 4) != 0,
            .disabled = shi_lite_int(st, 5) != 0, .sessions = shi_lite_int(st, 6) };
    sqlite3_finalize(st);
    pthread_mutex_unlock(&people->lock);
    return e.code ? e : out->ptr ? e : shi_no_memory();
}

static shi_err about_number(shi_people *people, int64_t by, const char *action, int64_t id)
{
    shi_buf text = { 0 };
    shi_buf_format(&text, "{\"person\":%lld}", (long long)id);
    shi_err e = text.failed ? shi_no_memory() : trail(people, by, action, shi_buf_str(&text));
    shi_buf_drop(&text);
    return e;
}

static shi_err disable(shi_people *people, int64_t by, int64_t id)
{
    const shi_param p[] = { SHI_INT(id), SHI_INT(shi_os_now_us()) };
    int64_t n = 0;
    bool found;
    SHI_TRY(shi_lite_one(people->db, "SELECT count(*) FROM person WHERE id = ?1", p, 1, &n, &found));
    if (!n) return shi_fail(SHI_INPUT, N_("there is no such person"), N_("Look at the list of persons again."));
    SHI_TRY(shi_lite_one(people->db, "SELECT count(*) FROM person WHERE role = 'admin' AND password IS NOT NULL AND disabled_at IS NULL AND id <> "
        "?1", p, 1,
                         &n, &found));
    if (!n) return shi_fail(SHI_INPUT, N_("this is the last admin"), N_("Invite another admin first, who then shuts this one out."));
    SHI_TRY(shi_lite_exec(people->db, "UPDATE person SET disabled_at = ?2 WHERE id = ?1", p, 2));
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM invitation WHERE person = ?1", p, 1));
    SHI_TRY(shi_lite_exec(people->db, "DELETE FROM session WHERE person = ?1", p, 1));
    return about_number(people, by, "disable", id);
}

shi_err shi_people_disable(shi_people *people, int64_t by, int64_t id)
{
    SHI_TRY(begin(people));
    return finish(people, disable(people, by, id));
}

shi_err shi_people_end_sessions(shi_people *people, int64_t by, int64_t id)
{
    const shi_param p = SHI_INT(id);
    SHI_TRY(begin(people));
    shi_err e = shi_lite_exec(people->db, "DELETE FROM session WHERE person = ?1", &p, 1);
    return finish(people, e.code ? e : about_number(people, by, "end sessions", id));
}
