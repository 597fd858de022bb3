/* The rows that rules speak of, in memory, with what each import supplied. */
#ifndef SHI_CHAIN_LAWFUL_ROWS_H
#define SHI_CHAIN_LAWFUL_ROWS_H

#include "chain/target.h"
#include "rules/book.h"
#include "table/schema.h"

/* A cell: MISSING where the row's import had no such column. */
typedef struct {
    union {
        double number;
        int64_t day;
        const char *text;
    } is;
    int32_t len;                /* of the text */
    uint8_t kind;               /* shi_value_kind */
} shi_fact;

/* The rows of a table, in order of its key; of units only the columns that rules name. */
typedef struct {
    const shi_table *table;
    int slot[SHI_MAX_TABLE_COLUMNS];   /* of each column of the contract among those held; -1: not held */
    int slots;
    shi_fact *cell;             /* rows × slots */
    int64_t rows;
    int64_t *owner;             /* of indicators: their app; of bulletins: their indicator; -1: not in the register */
    int64_t *first, *count;     /* apps: their indicators, a range of `below`; indicators: their bulletins */
    int64_t *below;
} shi_facts;

typedef struct {
    shi_facts app, indicator, bulletin, document, form, unit;   /* indicators and units stand at the places that targets name */
    const shi_chain_units *units;
    const shi_chain_targets *targets;
    double *active_share;       /* of each app; < 0: not known */
    /* of each target */
    int32_t *document_row;      /* -1: none */
    bool *same_for_all;
    uint8_t *closed_after;      /* shi_truth */
    int64_t *indicator_first, *indicator_count;   /* the indicator's targets stand together */
    uint32_t *supplied;         /* columns of table targets that each import supplied, by import id: bit c */
    int64_t imports;
    int64_t last_audit_day;     /* INT64_MIN: none */
} shi_lawful_rows;

/* After the step target. Errors: SHI_SYSTEM. */
shi_err shi_lawful_rows_load(shi_chain *chain, const shi_book *book, shi_lawful_rows *out);
/* Row with this key (the first column), or -1. */
int64_t shi_facts_find(const shi_facts *facts, shi_str key);
int shi_facts_column(const shi_facts *facts, const char *name);
/* The cell of the contract's column; MISSING for column -1 and for one that is not held. */
shi_value shi_facts_value(const shi_facts *facts, int64_t row, int column);
shi_str shi_facts_key(const shi_facts *facts, int64_t row);

#endif
