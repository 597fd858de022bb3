/* The workspace: a folder with settings, key, ledger and data. Opened for reading by anyone, for writing by one program at a time. */
#ifndef SHI_STORE_WORKSPACE_H
#define SHI_STORE_WORKSPACE_H

#include "base/calendar.h"
#include "base/hash.h"
#include "base/text.h"

#include <sqlite3.h>

enum { SHI_WORKSPACE_VERSION = 1 };

/* shishu.ini; every setting has a default and a comment in the file that init writes. */
typedef struct {
    shi_str name, zone, key_file;       /* key_file: missing = secret.key in the workspace */
    int64_t tolerance;                  /* τ of design 4.8, in thousandths: 50 */
    double prior_mean, prior_weight;    /* of the share of people who take part (design 4.1): 0.35, 4 */
    int64_t small_cell;                 /* published cells below this are suppressed: 5 */
    double risk;                        /* false discovery rate of findings: 0.05 */
    double wage;                        /* yuan for an hour of a cadre's work; 0: not known */
} shi_settings;

typedef struct {
    shi_str dir;             /* absolute */
    shi_settings settings;
    shi_zone zone;
    shi_key key;
    sqlite3 *ledger;
    int lock;                /* -1 when open for reading */
    bool held;               /* several changes of the ledger in one transaction: shi_ledger_hold */
    bool spills;             /* a reader has made its own folder for spill, spill.PID */
    int64_t now_us;          /* wall clock, or --now */
} shi_workspace;

typedef struct {
    const char *key_file;    /* NULL: secret.key in the workspace */
    shi_str name, zone;      /* missing: the folder's name; Asia/Shanghai */
    int64_t now_us;
} shi_init_options;

/* Makes a new workspace. Errors: SHI_INPUT when there is one already or the folder is not empty; SHI_SYSTEM. Nothing is left behind. */
shi_err shi_workspace_init(shi_arena *keep, const char *dir, const shi_init_options *options);

typedef enum { SHI_READ, SHI_WRITE } shi_access;
/* Opens `dir`, or with NULL this folder or the nearest parent that is one. SHI_WRITE takes the lock, sweeps what a killed program
 * left and empties the spill folder. Errors: SHI_INPUT: no workspace, damaged, of a newer version; SHI_SYSTEM: in use (names the
 * process), no permission. */
shi_err shi_workspace_open(shi_arena *keep, const char *dir, shi_access access, int64_t now_us, shi_workspace *out);
void shi_workspace_close(shi_workspace *ws);
/* Reads the key, which a writer has from the start, for a reader that makes pseudonyms. */
shi_err shi_workspace_key(shi_workspace *ws, shi_arena *keep);
/* Removes files of data/ that the ledger does not know, after a change that was not to be, and folders that are empty then. */
shi_err shi_workspace_sweep(shi_workspace *ws);
/* The folder (0700) for what does not fit into memory, in keep: tmp/ of a writer; of a reader its own, deleted on close. NULL: none. */
const char *shi_workspace_spill(shi_workspace *ws, shi_arena *keep);
/* dir/name, in keep, NUL-terminated. */
SHI_PRINTF(3, 4) const char *shi_workspace_path(const shi_workspace *ws, shi_arena *keep, const char *format, ...);

#endif
