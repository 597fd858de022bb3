/* import: a file becomes part of the workspace, whole or not at all; or is taken back. */
#ifndef SHI_CHAIN_IMPORT_H
#define SHI_CHAIN_IMPORT_H

#include "base/tr.h"
#include "chain/faults.h"
#include "store/views.h"
#include "table/header.h"

typedef struct {
    shi_header_options header;
    shi_str sheet, query;
    int64_t from_day, to_day;      /* INT64_MIN, INT64_MAX: not given */
    bool keep_going, replace, add;
    shi_lang lang;                 /* for what a database says */
    struct shi_picked *picked;     /* a table that was recognised in the file; NULL: the file is the table */
    shi_str range;                 /* of it: "A3:F20"; with_hidden: its hidden rows are in it */
    bool with_hidden;
    int64_t first_of_command;      /* id of the first import of this command: files given together may share days; 0: this one */
    shi_engine engine;
} shi_import_options;

/* What one file came to. Texts live in keep; faults belong to the caller (shi_faults_close). */
typedef struct {
    int64_t id;
    const char *table;
    shi_str file;
    shi_str sheet, range;          /* of a workbook; missing */
    char sha256[65];
    int64_t bytes, rows, accepted, rejected;
    bool already_imported;
    int64_t masked_phones, invalid_phones;
    shi_strs dropped;              /* headers outside the contract */
    shi_strs unknown_apps;         /* apps that the apps table does not hold */
    shi_range_rows ranges;         /* events, accounts: what the file covers */
    shi_strs words;                /* action words outside the contract, "APP: WORD (ROWS)" */
    shi_str rejects;               /* file in rejects/, or missing */
    shi_faults faults;
    bool has_faults;
} shi_imported;

/* Reads `path` as `table` into the open workspace. Errors: SHI_INPUT when rules are broken (out->faults tells which, out->rejected how
 * many rows; nothing was changed), SHI_USAGE, SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_import_file(shi_workspace *ws, shi_arena *keep, const char *table, const char *path, const shi_import_options *options,
                        shi_imported *out);
/* Takes an import back. SHI_INPUT: there is no such import, or it was taken back already. */
shi_err shi_import_undo(shi_workspace *ws, shi_arena *keep, int64_t id, shi_import_row *out);

#endif
