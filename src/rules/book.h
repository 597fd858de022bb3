/* A book of rules: the regulation as data (rules/regulation.csv), and an office's own in the same form. */
#ifndef SHI_RULES_BOOK_H
#define SHI_RULES_BOOK_H

#include "rules/language.h"

typedef enum { SHI_SELF, SHI_INFO, SHI_LOW, SHI_MEDIUM, SHI_HIGH } shi_severity;
const char *shi_severity_name(shi_severity severity);

typedef struct {
    shi_str id, source, article, text_zh, text_en, exemption, test_text;
    shi_str article_basis;        /* how the article's number is known: text, quoted, …; missing: not said */
    bool article_verified;        /* the number was read in the text, or an official page quotes it */
    int64_t in_force;             /* day; INT64_MIN: always */
    shi_severity severity;
    shi_test test;
    shi_node *applies;            /* where it is false the rule is not cited, where unknown it is unknown; NULL: everywhere */
    shi_row_kind subject;         /* what it is judged of: T, I, B, A, U, F or X; NONE: words only */
    int64_t line;
} shi_rule;

typedef struct {
    shi_rule *ptr;
    int64_t len;
} shi_book;

/* Reads a CSV with the columns id, source, article, severity, test, text_zh, text_en and, if it has them, article_basis, in_force, applies,
 * exemption, and adds its rules to *book; a rule of the same id takes the other's place. Errors: SHI_INPUT with file, line, column and the
 * position and word at fault: a column is missing, an id twice, a severity or a day that is none, a test that cannot be parsed, an alias of
 * no rule or of an alias. */
shi_err shi_book_read(shi_arena *keep, const char *path, shi_book *book);
/* A rule of law or of an office, not of our own arithmetic, which calls its source derived. */
bool shi_rule_is_law(const shi_rule *rule);
/* A rule of law that is broken where its test holds: neither a lead nor a question. */
bool shi_rule_forbids(const shi_rule *rule);
const shi_rule *shi_book_find(const shi_book *book, shi_str id);   /* NULL: none */

#endif
