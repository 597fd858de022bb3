/* The tables of the contract (design 2): columns, their Chinese headers, types, words, keys and references. One place knows them. */
#ifndef SHI_TABLE_SCHEMA_H
#define SHI_TABLE_SCHEMA_H

#include "base/text.h"

typedef enum {
    SHI_T_TEXT,      /* as written, digits kept */
    SHI_T_CODE,      /* a key: trimmed, not in Excel's 3.4E+11 form */
    SHI_T_APP,       /* a code that may be left out when the workspace has one app */
    SHI_T_ACCOUNT,   /* a code; phone and identity numbers become pseudonyms */
    SHI_T_WORD,      /* one of `words` */
    SHI_T_WORDS,     /* any of `words`, separated by ; or , */
    SHI_T_LIST,      /* the same, and any other word, kept */
    SHI_T_ACTION,    /* one of `words`, or any other word, kept */
    SHI_T_YESNO,
    SHI_T_COUNT,     /* whole, not negative → BIGINT */
    SHI_T_DECIMAL,   /* not negative, three decimals → DECIMAL(18,3) */
    SHI_T_REPORTED,  /* as DECIMAL, or a percentage of `base` */
    SHI_T_SHARE,     /* 0 to 1, or a percentage → DOUBLE */
    SHI_T_PRICE,     /* yuan, not negative → DOUBLE */
    SHI_T_REAL,      /* any finite number, or a percentage → DOUBLE */
    SHI_T_PERIOD,    /* 2024, 2024-Q2, 2024-06, 2024-W23 */
    SHI_T_TIME,      /* from 2000 to tomorrow → TIMESTAMP */
    SHI_T_DUE,       /* a time that may lie ahead → TIMESTAMP */
    SHI_T_PHONE,     /* pseudonym */
    SHI_T_DEVICE,    /* pseudonym */
    SHI_T_IP,        /* pseudonym */
    SHI_T_SPOKEN     /* free text of people: runs of seven or more digits are masked */
} shi_type;

typedef struct {
    const char *name;
    const char *aliases;   /* other headers, separated by | */
    shi_type type;
    bool required;
    const char *words;     /* for WORD, WORDS, ACTION: "code=alias=alias|code|…" */
} shi_column;

enum { SHI_MAX_TABLE_COLUMNS = 24, SHI_MAX_KEY = 6 };

typedef struct {
    const char *name;
    const char *aliases;
    shi_column column[SHI_MAX_TABLE_COLUMNS];
    int columns;
    const char *key[SHI_MAX_KEY];   /* columns; none: rows have no key */
    const char *latest;             /* of several rows with one key in one file, the largest of this column counts; else a rule broken */
} shi_table;

/* NULL: no such table. Accepts the Chinese name. */
const shi_table *shi_table_find(shi_str name);
const shi_table *shi_table_at(int64_t i);   /* in the order of the chain; NULL at the end */
int shi_table_column(const shi_table *table, shi_str name);         /* by contract name; -1 */
int shi_table_header(const shi_table *table, shi_str header);       /* by any header; -1 */
/* Headers under which offices write the name of a unit where the contract has its code. level: a word of the column level of units, or NULL
 * for a unit of any level. NULL at the end. */
typedef struct {
    const char *level, *aliases;
} shi_unit_heading;
const shi_unit_heading *shi_unit_heading_at(int64_t i);
/* Targets and reports: figures of an indicator, a period and a unit. */
bool shi_table_of_figures(const shi_table *table);
/* Headers under which they write the name of an indicator. */
extern const char SHI_INDICATOR_HEADINGS[];
/* SQL type of the stored column. */
const char *shi_type_sql(shi_type type);
/* The word of that place in a list such as "a=b|c": "a" is 0; missing: no more. */
shi_str shi_word_at(const char *words, int32_t at);
/* The code of a word, looked up among codes and aliases without case; false if it is none of them. */
bool shi_word_find(const char *words, shi_str s, shi_str *code);

#endif
