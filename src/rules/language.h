/* The language of rules: a predicate over the tables of the contract, in Kleene's three-valued logic (Kleene 1952, section 64).
 * docs/rules.md gives the grammar. Parsing and evaluating know nothing of files or databases: rows come through a shi_world. */
#ifndef SHI_RULES_LANGUAGE_H
#define SHI_RULES_LANGUAGE_H

#include "base/text.h"

typedef enum { SHI_FALSE, SHI_UNKNOWN, SHI_TRUE } shi_truth;

/* What a name stands for while a rule is judged: the letter of a table. x is the workspace. */
typedef enum {
    SHI_ROW_NONE, SHI_ROW_U, SHI_ROW_A, SHI_ROW_I, SHI_ROW_T, SHI_ROW_B, SHI_ROW_D, SHI_ROW_F, SHI_ROW_R, SHI_ROW_C, SHI_ROW_E, SHI_ROW_CHECK,
    SHI_ROW_FINDING, SHI_ROW_X, SHI_ROWS
} shi_row_kind;

/* A value of a rule. MISSING: its column was not supplied, so that what hangs on it is unknown. NULL: an empty cell of a supplied column;
 * for a set, the empty set. A set is text with its words between ';' or ','. */
typedef enum { SHI_V_MISSING, SHI_V_NULL, SHI_V_NUMBER, SHI_V_DAY, SHI_V_TEXT, SHI_V_TRUTH } shi_value_kind;
typedef struct {
    shi_value_kind kind;
    double number;      /* NUMBER */
    int64_t day;        /* DAY: days since 1970-01-01 */
    shi_str text;       /* TEXT */
    shi_truth truth;    /* TRUTH */
} shi_value;

/* What a rule says of its subject. HIT: broken where the predicate is true. LEAD: the same, but only for people to look into. ASK: a
 * question to a human. SET: gives a.zw its word. ALIAS: hit where one of the named rules is. PRODUCT, TEXT: words, never judged. */
typedef enum { SHI_TEST_HIT, SHI_TEST_LEAD, SHI_TEST_ASK, SHI_TEST_SET, SHI_TEST_ALIAS, SHI_TEST_PRODUCT, SHI_TEST_TEXT } shi_test_kind;
const char *shi_test_kind_name(shi_test_kind kind);

enum { SHI_MAX_SETS = 8, SHI_MAX_ALIASES = 16 };
typedef struct shi_node shi_node;
typedef struct {
    shi_test_kind kind;
    shi_node *when;                        /* HIT, LEAD, ASK */
    shi_row_kind set_row;                  /* SET: the field that is given a word … */
    shi_str set_field;
    shi_str set_word[SHI_MAX_SETS];        /* … the first whose predicate is true */
    shi_node *set_when[SHI_MAX_SETS];
    int64_t sets;
    shi_str alias[SHI_MAX_ALIASES];
    int64_t aliases;
    shi_str words;                         /* PRODUCT, TEXT */
    bool uses[SHI_ROWS];                   /* rows that stand free in it, not bound by exists */
    bool ranges[SHI_ROWS];                 /* rows that exists goes over */
} shi_test;

/* Where a text is wrong: the position of the character, from 1. */
typedef struct {
    int64_t at;
    const char *reason, *remedy;
    shi_str value;                         /* the word there; borrowed */
} shi_language_error;

/* Parses a test, as "hit(i.counts = active and i.basis has any {assessed, ranked})". The nodes lie in keep and borrow `text`.
 * False: *error says where and why. */
bool shi_test_parse(shi_arena *keep, shi_str text, shi_test *out, shi_language_error *error);
/* A predicate alone, as the column `applies` holds it; empty text gives NULL, which is always true. */
bool shi_predicate_parse(shi_arena *keep, shi_str text, shi_node **out, bool uses[SHI_ROWS], shi_language_error *error);
/* "i.counts, t.value": every field that a test names, in order of first use, each once. */
void shi_test_fields(const shi_test *test, shi_buf *out);

/* The rows that a rule is judged over. */
typedef struct {
    void *context;
    /* field of the current row of that kind */
    shi_value (*field)(void *context, shi_row_kind row, shi_str field);
    /* a built-in of shi_builtins; `row`: the row it is asked of; `argument`: its value, if it takes one */
    shi_value (*call)(void *context, int builtin, shi_row_kind row, const shi_value *argument);
    /* `exists`: makes the nth row of `kind` that belongs to the subject current; *found: there is one. UNKNOWN: it is not known which rows
     * there are. n = -1 puts back what was current before. */
    shi_truth (*each)(void *context, shi_row_kind kind, int64_t n, bool *found);
} shi_world;

shi_truth shi_node_judge(const shi_node *node, const shi_world *world);   /* NULL: true */
/* The word that a SET gives: "none" where no predicate is true, MISSING where one that is unknown comes before any that is true. */
shi_value shi_set_judge(const shi_test *test, const shi_world *world);

/* Built-in functions: what the grammar cannot say. */
typedef enum {
    SHI_B_PEOPLE, SHI_B_POSSIBLE, SHI_B_FACTOR, SHI_B_WEEKDAYS, SHI_B_LEVEL, SHI_B_PARENT, SHI_B_TODAY, SHI_B_AGE, SHI_B_AUDIT_AGE, SHI_B_OPEN_APPS,
    SHI_B_ASSESSED_SHARE, SHI_B_ASSESSED_COUNT, SHI_B_ACTIVE_SHARE, SHI_B_SAME_FOR_ALL, SHI_B_PRICE, SHI_B_WAGE, SHI_B_CLOSED_AFTER, SHI_B_OVERLAP,
    SHI_B_REPEATS, SHI_B_CODE_OK, SHI_BUILTINS
} shi_builtin;
typedef struct {
    const char *name;
    shi_row_kind row;       /* the row it takes, written as its letter; NONE: no row */
    bool value;             /* it takes a value instead */
    const char *meaning;    /* message id */
} shi_builtin_info;
extern const shi_builtin_info SHI_BUILTIN_INFO[SHI_BUILTINS];

/* Is `word` in a set's text? */
bool shi_set_has(shi_str set, shi_str word);

#endif
