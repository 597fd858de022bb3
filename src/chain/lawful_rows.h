/* The rows that rules speak of, in memory, with what each import supplied. */
#ifndef SHI_CHAIN_LAWFUL_ROWS_H
#define SHI_CHAIN_LAWFUL_ROWS_H

#include "chain/chain.h"
#include "rules/language.h"
#include "table/schema.h"

/* The rows of a table, in order of its key; cell(r, c) of the contract's column c, MISSING where the row's import had no such column. */
typedef struct {
    const shi_table *table;
    shi_value *cell;            /* rows × table->columns */
    int64_t rows;
    int64_t *owner;             /* apps, units: -1; indicators: their app; bulletins: their indicator; -1: not in the register */
    int64_t *first, *count;     /* apps: their indicators, a range of `below`; indicators: their bulletins */
    int64_t *below;
} shi_facts;

/* What a target has beyond its target_row. */
typedef struct {
    int32_t indicator, unit, document, period;   /* rows; -1: none */
    int64_t value, possible;                     /* thousandths; possible -1: not known */
    double factor, price;                        /* price: yuan a counted unit; < 0: not known */
    int64_t issued_day, due_day;                 /* INT64_MIN: empty */
    int32_t issuer_type, addressee_type;         /* index of the word in the column's list, -1: empty */
    int32_t import_id;
    shi_str issuer_code;                         /* missing: none */
    bool same_for_all;
    int8_t closed_after;                         /* shi_truth */
} shi_target_fact;

typedef struct {
    int64_t first_day, end_day, weekdays;
} shi_period_fact;

typedef struct {
    shi_facts app, indicator, bulletin, document, form, unit;
    int64_t *people;            /* of each unit; -1: unknown */
    int64_t *parent;            /* of each unit, -1: none */
    double *active_share;       /* of each app; < 0: not known */
    shi_target_fact *target;
    int64_t targets;
    int64_t *indicator_first, *indicator_count;   /* the indicator's targets stand together */
    shi_period_fact *period;
    /* columns of table targets that each import supplied, by import id: bit c */
    uint32_t *supplied;
    int64_t imports;
    int64_t last_audit_day;     /* INT64_MIN: none */
} shi_lawful_rows;

shi_err shi_lawful_rows_load(shi_chain *chain, shi_lawful_rows *out);
/* Row with this key (the first column), or -1. */
int64_t shi_facts_find(const shi_facts *facts, shi_str key);
int shi_facts_column(const shi_facts *facts, const char *name);
/* The word of that place in a list such as "a=b|c": "a" is 0. */
shi_str shi_word_at(const char *words, int32_t at);

#endif
