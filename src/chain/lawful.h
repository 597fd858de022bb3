/* Which rules each target, indicator, app, bulletin, form and unit breaks (design 4.1), by the book of rules over the workspace's tables. */
#ifndef SHI_CHAIN_LAWFUL_H
#define SHI_CHAIN_LAWFUL_H

#include "chain/chain.h"
#include "rules/book.h"

/* One rule of one subject; rules that are clear are left out. */
typedef struct {
    const shi_rule *rule;
    bool hit;                   /* else unknown: a field that decides it is missing */
    bool in_force;              /* on the subject's day */
    bool by_reference;          /* 参照: the app falls under the measures by reference only */
} shi_cited;
typedef struct {
    const shi_cited *ptr;
    int64_t len;
} shi_cites;

/* A row that rules are judged of, and what they say. Texts are missing where the table has no such column. */
typedef struct {
    shi_str id, name, app, counts, clazz;
    shi_str kind, frequency, issuer_code;   /* of a bulletin; id: its indicator */
    int64_t day;                            /* a bulletin's published_at; INT64_MIN: none */
    shi_str zw;                             /* of an app: direct, by_reference, out, none; missing: not known */
    shi_cites cites;
} shi_judged;
typedef struct {
    shi_judged *ptr;
    int64_t len;
} shi_judged_rows;

typedef struct {
    shi_book book;
    shi_judged_rows indicators, apps, bulletins, forms, units;   /* in order of their keys; units: only those with a rule that is hit */
    shi_cites workspace;
    /* of each row of target_row in order of indicator, period, unit_code, issuer_code (none last): its list; targets that break the same
     * rules share one, and list 0 is empty */
    const int32_t *target;
    int64_t targets;
    const shi_cites *list;
    const int64_t *list_size;   /* how many targets have it */
    int64_t lists;
} shi_lawful;

typedef struct {
    bool all_dates;             /* also rules not in force on the subject's day */
    int64_t today;              /* day */
} shi_lawful_options;

/* After the step target. Results in chain->keep. Errors: SHI_SYSTEM. */
shi_err shi_chain_lawful(shi_chain *chain, const shi_book *book, const shi_lawful_options *options, shi_lawful *out);

#endif
