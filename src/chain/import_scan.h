/* A file as typed rows for DuckDB: a table function that reads a source, checks each cell, makes pseudonyms, and keeps what broke a rule. */
#ifndef SHI_CHAIN_IMPORT_SCAN_H
#define SHI_CHAIN_IMPORT_SCAN_H

#include "chain/faults.h"
#include "chain/import_keys.h"
#include "store/ledger.h"
#include "store/pseudonym.h"
#include "table/cell.h"
#include "table/duck.h"
#include "table/header.h"
#include "table/source.h"

/* How account ids of an app are kept (design 2): the first import of the app decides, so that later files join. */
typedef enum { SHI_IDS_OPEN, SHI_IDS_PLAIN, SHI_IDS_PSEUDONYM } shi_ids;

/* What a file holds of one app. */
enum { SHI_MAX_APPS = 64, SHI_MAX_WORDS = 1000 };
typedef struct {
    shi_str app;
    shi_ids ids;
    int64_t rows, first_day, last_day, logins, points, whole_minutes, whole_hours, whole_days;
} shi_app_tally;
typedef struct {
    shi_str app, action;
    int64_t rows;
} shi_word_tally;

typedef struct {
    /* in */
    shi_source *source;
    const shi_table *table;
    const shi_header_map *map;
    const shi_zone *zone;
    shi_cell_rules rules;
    const shi_key *key;
    shi_str default_app;                 /* missing: the file must have a column app */
    int64_t from_day, to_day;            /* events outside break a rule; INT64_MIN, INT64_MAX: none */
    const shi_app_tally *known_apps;     /* ids as earlier imports decided */
    int64_t n_known_apps;
    bool may_restart;                    /* the source can be read again */
    shi_faults *faults;
    shi_arena *keep;                     /* for names in the tallies; guarded by faults->lock */
    /* out, after the scan */
    int64_t rows, accepted;
    int64_t masked_phones, invalid_phones;
    shi_app_tally app[SHI_MAX_APPS];
    int64_t apps;
    shi_word_tally *word;                /* SHI_MAX_WORDS */
    int64_t words;
    bool too_many_apps, restart;         /* restart: account ids of an undecided app hold phone numbers; see restart_app */
    shi_str restart_app;
    shi_err err;
    shi_key_hashes keys;                 /* of the rows that were good; of tables whose keys it knows */
    struct phone_list *phones;           /* accounts: (record, number), filled by the readers */
} shi_scan;

/* Registers table function shi_import() for this scan on the connection. Its columns: those of the table in order of the contract, then
 *   accounts  phone_class, ip_net
 *   events    ip_net, period (local month)
 * and, for tables with a key, _line and _record. The scan must outlive the statement. */
shi_err shi_scan_register(shi_duck *duck, shi_scan *scan);
/* After the scan of accounts: phone_gap and phone_run by record, as SQL functions shi_phone_gap(_record), shi_phone_run(_record). */
shi_err shi_scan_register_phones(shi_duck *duck, shi_scan *scan);
/* Whether the scan sees the keys of the table as they are kept. */
bool shi_scan_knows_keys(const shi_table *table);
/* Forgets what a scan found, to read again. */
void shi_scan_reset(shi_scan *scan);
void shi_scan_close(shi_scan *scan);

#endif
