/* The ledger: what was imported and from where, which data files belong to it, which runs were made, and the audit trail.
 *
 * Data files are immutable. A row of the ledger is what makes a file part of the workspace: files are written and renamed first, the
 * row is committed last, and a file without a row is swept away by the next writer. */
#ifndef SHI_STORE_LEDGER_H
#define SHI_STORE_LEDGER_H

#include "store/workspace.h"

/* Opens or makes ledger.db. `make`: creates the tables. Errors: SHI_INPUT for a newer version or no ledger. */
shi_err shi_ledger_open(const char *path, bool make, bool write, sqlite3 **out);

shi_err shi_ledger_begin(shi_workspace *ws);
shi_err shi_ledger_commit(shi_workspace *ws);
void shi_ledger_rollback(shi_workspace *ws);
/* Begins a transaction that holds those that follow: their begin and commit do nothing until shi_ledger_release commits them all. A rollback,
 * of any of them, takes all back. */
shi_err shi_ledger_hold(shi_workspace *ws);
shi_err shi_ledger_release(shi_workspace *ws);

/* One import. */
typedef struct {
    int64_t id;
    shi_str table, file, sha256, options, columns;   /* columns: what the file supplied, separated by , */
    int64_t bytes, rows, accepted, rejected, imported_at, undone_at;   /* undone_at 0: it counts */
} shi_import_row;
typedef struct {
    shi_import_row *ptr;
    int64_t len;
} shi_import_rows;

/* One app in one import: of events, the local days covered and what its log holds; of accounts, last_day is the snapshot's day. */
typedef struct {
    int64_t import_id;
    shi_str app;
    int64_t first_day, last_day, rows;
    int64_t logins, points;                            /* rows with these actions */
    int64_t whole_minutes, whole_hours, whole_days;    /* times that fall on one: for the log's resolution */
} shi_range_row;
typedef struct {
    shi_range_row *ptr;
    int64_t len;
} shi_range_rows;

/* One data file, path relative to the workspace. */
typedef struct {
    int64_t import_id;
    shi_str path, sha256, period;   /* period: local month of event files, else missing */
    int64_t bytes;
} shi_part_row;
typedef struct {
    shi_part_row *ptr;
    int64_t len;
} shi_part_rows;

/* All imports in order of id, undone ones too. */
shi_err shi_ledger_imports(shi_workspace *ws, shi_arena *keep, shi_import_rows *out);
/* Ranges of live imports of a table ("events", "accounts"), by app, then import. Days before a purge are cut off. */
shi_err shi_ledger_ranges(shi_workspace *ws, shi_arena *keep, const char *table, shi_range_rows *out);
/* Files of live imports of a table, by path. */
shi_err shi_ledger_parts(shi_workspace *ws, shi_arena *keep, const char *table, shi_part_rows *out);

/* The id of a live import with this content and these options, or 0. */
shi_err shi_ledger_find(shi_workspace *ws, shi_str table, shi_str sha256, shi_str options, int64_t *id);
/* The id the next import will get. */
shi_err shi_ledger_next_id(shi_workspace *ws, int64_t *id);
/* Within a transaction. */
shi_err shi_ledger_add_import(shi_workspace *ws, const shi_import_row *row);
shi_err shi_ledger_add_range(shi_workspace *ws, const shi_range_row *row);
shi_err shi_ledger_add_part(shi_workspace *ws, const shi_part_row *row);
shi_err shi_ledger_add_mask(shi_workspace *ws, int64_t import_id, shi_str app, int64_t first_day, int64_t last_day);
shi_err shi_ledger_add_word(shi_workspace *ws, int64_t import_id, shi_str app, shi_str action, int64_t rows);
shi_err shi_ledger_drop_part(shi_workspace *ws, shi_str path);
shi_err shi_ledger_set_undone(shi_workspace *ws, int64_t import_id);

/* --replace: rows of imports before import_id, of this app on these days, do not count. Live ones only. */
typedef struct {
    int64_t import_id, first_day, last_day;
    shi_str app;
} shi_mask_row;
typedef struct {
    shi_mask_row *ptr;
    int64_t len;
} shi_mask_rows;
shi_err shi_ledger_masks(shi_workspace *ws, shi_arena *keep, shi_mask_rows *out);

/* Small values: meta "purged_before" (day), "accounts:APP" (plain, pseudonym). Missing: *out is missing. */
shi_err shi_ledger_get(shi_workspace *ws, shi_arena *keep, shi_str name, shi_str *out);
shi_err shi_ledger_set(shi_workspace *ws, shi_str name, shi_str value);

/* One run of audit. */
typedef struct {
    shi_str run, period, sha256;   /* folder below runs/; missing: all; of run.json */
    int64_t started_at, figures;
} shi_run_row;
shi_err shi_ledger_add_run(shi_workspace *ws, const shi_run_row *row);
/* The latest run, or the one of that name; SHI_INPUT when there is none. */
shi_err shi_ledger_run(shi_workspace *ws, shi_arena *keep, shi_str name, shi_run_row *out);
shi_err shi_ledger_run_count(shi_workspace *ws, int64_t *runs);

/* Audit trail: each entry's hash covers the one before. detail is JSON. Within a transaction. */
shi_err shi_trail_add(shi_workspace *ws, const char *action, shi_str detail);
/* Rechecks the chain; *bad is the first entry that does not fit, or 0. *head is the last hash (hex). */
shi_err shi_trail_verify(shi_workspace *ws, int64_t *entries, int64_t *bad, char head[65]);

#endif
