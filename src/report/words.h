/* The words of a report: numbers as a page shows them, names of codes, and whole sentences about one figure, one target, one run. */
#ifndef SHI_REPORT_WORDS_H
#define SHI_REPORT_WORDS_H

#include "base/tr.h"
#include "chain/figures.h"

/* What an indicator counts: heads, deeds, seconds or points. */
typedef enum { SHI_KIND_PEOPLE, SHI_KIND_EVENTS, SHI_KIND_SECONDS, SHI_KIND_POINTS } shi_count_kind;
shi_count_kind shi_words_kind(shi_str counts);

/* ---- names of codes ---- */
const char *shi_words_verdict(shi_lang lang, shi_verdict verdict);
const char *shi_words_coverage(shi_lang lang, shi_coverage coverage);
const char *shi_words_possible_by(shi_lang lang, shi_possible_by by);
const char *shi_words_people_by(shi_lang lang, shi_people_basis basis);
/* A level or a kind of count that the program does not know is written as it stands. */
void shi_words_level(shi_buf *out, shi_lang lang, shi_str level);
void shi_words_counts(shi_buf *out, shi_lang lang, shi_str counts);
/* A text from the data on one line: control characters, marks that turn the direction of writing and broken UTF-8 become U+FFFD. */
void shi_words_name(shi_buf *out, shi_str name);
/* The name, or where there is none the code, in at most so many cells of a terminal. */
void shi_words_short(shi_buf *out, shi_str name, shi_str code, int64_t cells);

/* ---- numbers ---- */
void shi_words_number(shi_buf *out, int64_t thousandths);                    /* 3,000 */
void shi_words_whole(shi_buf *out, int64_t n);                               /* the same of whole ones */
void shi_words_maybe(shi_buf *out, shi_maybe number);                        /* unknown: an em dash */
void shi_words_money(shi_buf *out, int64_t fen);                             /* 4,200 or 0.45: yuan, without the word */
void shi_words_times(shi_buf *out, double factor);                           /* 4.29: two decimals at most */
void shi_words_share(shi_buf *out, double share);                            /* 5%: one decimal at most */
void shi_words_period(shi_buf *out, shi_lang lang, shi_str period);          /* December 2023 */

/* ---- sentences ---- */
/* Why a figure has its verdict, from the deciding link. tolerance: thousandths, as in shi_run_info. */
void shi_words_reason(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t tolerance);
/* The same for paper that is handed on: a count of fewer than `small_cell` people is not told, nor what would reveal it. */
void shi_words_reason_public(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t tolerance, int64_t small_cell);
/* "违反", or "参照" where the app falls under the measures by reference only. */
const char *shi_words_wording(shi_lang lang, bool by_reference);
/* The rule alone, without the wording; the same with it. */
void shi_words_rule(shi_buf *out, shi_lang lang, const shi_clause *c);
/* A rule as a clause: wording (breaks, by reference to), source, article (and whether its number was verified), what it says, its name. */
void shi_words_clause(shi_buf *out, shi_lang lang, const shi_clause *c);
/* The clause and since when it is in force. */
void shi_words_clause_dated(shi_buf *out, shi_lang lang, const shi_clause *c);
/* Whether "A;B;C" holds the rule. */
bool shi_words_listed(shi_str list, shi_str rule);
/* A sentence whose places %1$s … are filled by hand, for messages that are chosen at run time. */
void shi_words_fill(shi_buf *out, const char *sentence, const char *const *at, int64_t n);
const char *shi_words_advice(shi_lang lang, shi_str advice);          /* cancel → 取消 */
/* What became of the total of an allocation. */
void shi_words_placed(shi_buf *out, shi_lang lang, const shi_share_row *share);
/* Whether the count is of people, above zero and below small_cell. */
bool shi_words_small(const shi_figure *f, int64_t small_cell);
/* Whether paper tells the count: it is not small, nor withheld since it would reveal a small one. */
bool shi_words_told(const shi_figure *f, int64_t small_cell);
#define SHI_WITHHELD N_("withheld")   /* in place of a count that is */
/* A target against the people, who added to it, what it would cost. */
void shi_words_target(shi_buf *out, shi_lang lang, const shi_target_row *t);
void shi_words_target_plain(shi_buf *out, shi_lang lang, const shi_target_row *t);   /* without the cost */
/* The run, to be read aloud: how many figures stand how, how many targets cannot be met, and the largest of these. */
void shi_words_summary(shi_buf *out, shi_lang lang, const shi_run_view *view);
/* The target to speak of first: that of the worst figure if it cannot be met, else the first row; NULL when none stands out. */
const shi_target_row *shi_words_worst_target(const shi_run_view *view);
void shi_words_contradiction(shi_buf *out, shi_lang lang, const shi_contradiction *c);
/* Why a figure is not judged, as a phrase (message id, the same pointer for the same reason); NULL when it is judged. */
const char *shi_words_obstacle(const shi_figure *f);
/* Why numbers of a figure are not known, one sentence each; nothing when all are. */
/* How much of the count the members of findings that stand hold, or that nobody has looked. */
void shi_words_suspected(shi_buf *out, shi_lang lang, const shi_figure *f);
/* The same for paper: not where it would tell of fewer than `small_cell` people, on either side. */
void shi_words_suspected_public(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t small_cell);
bool shi_words_suspected_told(const shi_figure *f, int64_t small_cell);
/* What a field check found of the figure, or that there was none. small_cell: as above; 0: all is told. */
void shi_words_checked(shi_buf *out, shi_lang lang, const shi_figure *f, int64_t small_cell);
void shi_words_unknown(shi_buf *out, shi_lang lang, const shi_figure *f);

/* How many pairs of units can be told apart, and who is certainly among the last five: mostly nobody. */
/* Whether a unit is certainly among the last five, of more than five. */
bool shi_words_is_last(const shi_places *places, const shi_place *place);
void shi_words_apart(shi_buf *out, shi_lang lang, const shi_places *places);
/* 2–7 */
void shi_words_ranks(shi_buf *out, shi_lang lang, const shi_place *place);

/* ---- the way up ---- */
/* The targets at hand, in the order of their cells. Borrows the rows; drop it when done. */
typedef struct {
    const shi_target_row **by;
    int64_t len;
} shi_target_index;
shi_err shi_target_index_make(shi_target_rows rows, shi_target_index *out);
void shi_target_index_drop(shi_target_index *index);

/* One issuer above a target and how many times its own target it handed down. Read from the rows at hand, from the target upward, each issuer
 * once; past an issuer that was asked for nothing to the next above it that was. With all rows at hand the factors' product is the
 * amplification. Returns how many, at most SHI_WAY_MAX. */
enum { SHI_WAY_MAX = SHI_UNITS_DEEPEST };
typedef struct {
    shi_str code, name, level;
    double factor;
    bool has_own;
    int64_t own;                     /* the issuer's own target, thousandths */
} shi_way_step;
int shi_words_way_up(const shi_target_index *index, const shi_target_row *from, shi_way_step step[SHI_WAY_MAX]);
/* The target row that a figure shows, or NULL when it is not among the rows. */
const shi_target_row *shi_words_target_of(const shi_target_index *index, const shi_figure *f);

#endif
