/* Who may come in: persons with roles, invitations by one-time link, sessions, limits of guessing. Kept in the ledger; a password as Argon2id,
 * a token as its SHA-256 only. One connection behind a lock: all functions may be called from any thread. */
#ifndef SHI_SERVE_PEOPLE_H
#define SHI_SERVE_PEOPLE_H

#include "base/hash.h"
#include "store/ledger.h"

typedef enum { SHI_NOBODY, SHI_VIEWER, SHI_INSPECTOR, SHI_AUDITOR, SHI_ADMIN } shi_role;
/* viewer, inspector, auditor, admin; SHI_NOBODY: no such role */
const char *shi_role_name(shi_role role);
shi_role shi_role_of(shi_str name);

enum { SHI_TOKEN_LEN = 43, SHI_PERSON_NAME = 64, SHI_PASSWORD_LEAST = 10, SHI_PASSWORD_MOST = 256 };
/* 256 random bits in URL-safe Base64, NUL-terminated. */
typedef struct {
    char text[SHI_TOKEN_LEN + 1];
} shi_token;

typedef struct {
    int64_t id;
    shi_str name, unit_code;         /* unit_code: of a viewer, all below it too; missing: none */
    shi_role role;
    bool waits, disabled;            /* waits: has not set a password yet */
    int64_t sessions;
} shi_person;
typedef struct {
    shi_person *ptr;
    int64_t len;
} shi_persons;

typedef struct {
    shi_person who;                  /* role SHI_NOBODY: no session */
    shi_str csrf;
} shi_session;

typedef struct shi_people shi_people;

shi_err shi_people_open(const char *ledger, shi_people **out);
void shi_people_close(shi_people *people);

/* Anybody who can let others in? */
shi_err shi_people_has_admin(shi_people *people, bool *out);
/* A new person, or a new link for one who is there (whose role and unit become these); who had been shut out is let in again. An old link no
 * longer works, nor do sessions. by: 0 for the program itself. Errors: SHI_INPUT: name. */
shi_err shi_people_invite(shi_people *people, int64_t by, shi_str name, shi_role role, shi_str unit_code, shi_token *link);
/* Who was invited with this link; SHI_INPUT when it does not hold (any more). */
shi_err shi_people_invited(shi_people *people, shi_arena *keep, shi_str link, shi_person *out);
/* Sets the password and uses the link up. Errors: SHI_INPUT, with why. */
shi_err shi_people_accept(shi_people *people, shi_arena *keep, shi_str link, shi_str password);
/* A session for who knows the password. SHI_CHECK: wrong, and no word of which; SHI_STOPPED with `line` = seconds to wait: guessed too often. */
shi_err shi_people_enter(shi_people *people, shi_arena *keep, shi_str name, shi_str password, shi_str peer, shi_token *session);
/* The session of a token; role SHI_NOBODY when there is none. */
shi_err shi_people_session(shi_people *people, shi_arena *keep, shi_str token, shi_session *out);
shi_err shi_people_leave(shi_people *people, shi_str token);
shi_err shi_people_list(shi_people *people, shi_arena *keep, shi_persons *out);
/* Shuts a person out, with all sessions and links. Errors: SHI_INPUT for the last admin, or nobody of that number. */
shi_err shi_people_disable(shi_people *people, int64_t by, int64_t id);
/* Ends all sessions of a person, as of a phone that was lost. */
shi_err shi_people_end_sessions(shi_people *people, int64_t by, int64_t id);

/* An entry of the audit trail by a person; detail: JSON without "by". */
shi_err shi_people_trail(shi_people *people, int64_t by, const char *action, shi_str detail);
/* Name of the latest run; missing when there is none. */
shi_err shi_people_latest_run(shi_people *people, shi_arena *keep, shi_str *out);

#endif
