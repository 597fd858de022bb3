/* Columns of the annex. Their meanings stand on its last sheet, so that the workbook explains itself where it is sent. */
#include "report/annex_tables.h"

#define UNIT { N_("Unit"), SHI_COL_TEXT, N_("name in the register of units") }
#define UNIT_CODE { N_("Unit code"), SHI_COL_TEXT, N_("code in the register of units") }
#define LEVEL { N_("Level"), SHI_COL_WORD, N_("level of the unit") }
#define INDICATOR { N_("Indicator"), SHI_COL_TEXT, N_("name in the register of indicators") }
#define INDICATOR_CODE { N_("Indicator code"), SHI_COL_TEXT, N_("code in the register of indicators") }
#define PERIOD { N_("Period"), SHI_COL_WORD, N_("a year (2024), quarter (2024-Q2), month (2024-06) or week (2024-W23)") }
#define HONEST_HOURS(of) { N_("Honest hours"), SHI_COL_HOURS, of }
#define OF_THESE N_("hours that honest work takes for these targets, where the minutes of the indicator are known; of targets that are not handed on")
#define BULK(of) { N_("Bulk price (yuan)"), SHI_COL_YUAN, of }

static const shi_binder_column ADVICE[] = {
    { N_("Advice"), SHI_COL_WORD, N_("cancel: no longer ask; merge: with one that asks the same; guidance: ask without a number; keep: as it is") },
    INDICATOR, INDICATOR_CODE,
    { N_("App"), SHI_COL_TEXT, N_("app that the indicator is counted in") },
    { N_("Counts"), SHI_COL_TEXT, N_("what is counted") },
    { N_("Reason"), SHI_COL_LONG, N_("the clause or the arithmetic that the advice rests on") },
    { N_("Hours saved"), SHI_COL_HOURS, N_("honest hours that are saved when the advice is followed") },
    HONEST_HOURS(OF_THESE),
    { N_("Units"), SHI_COL_COUNT, N_("units that have a target") },
    { N_("Targets"), SHI_COL_COUNT, N_("number of targets") },
    { N_("Impossible"), SHI_COL_COUNT, N_("targets above what the register allows") },
    BULK(N_("what the numbers asked for would cost in bulk, at the prices of the price book")),
    { N_("Duplicates"), SHI_COL_TEXT, N_("codes of indicators that seem to ask the same") },
    { N_("If it stays"), SHI_COL_LONG, N_("which check of the person would make the number one that cannot be bought") },
};
static const shi_binder_column CLAUSES[] = {
    { N_("Rule"), SHI_COL_WORD, N_("name of the rule; \"shishu rules NAME\" tells more") },
    { N_("Wording"), SHI_COL_WORD, N_("breaks: the rule binds the app directly; by reference to: it does not; to be asked: a person has to look; "
                                      "arithmetic: no rule of law") },
    { N_("Source"), SHI_COL_TEXT, N_("document that the rule stands in") },
    { N_("Article"), SHI_COL_TEXT, N_("article of the document") },
    { N_("Number of article"), SHI_COL_WORD, N_("verified: compared with the published text; to be verified: not yet, do not quote the number") },
    { N_("In force from"), SHI_COL_DAY, N_("day from which the rule holds; a dash: always, or not known") },
    { N_("In force"), SHI_COL_WORD, N_("whether the rule held on the day") },
    { N_("What it says"), SHI_COL_LONG, N_("summary of the rule; a legal officer should read the text before it is quoted") },
    { N_("Targets"), SHI_COL_COUNT, N_("how many targets are concerned") },
    { N_("Indicators"), SHI_COL_COUNT, N_("how many indicators are concerned") },
    { N_("Apps"), SHI_COL_COUNT, N_("how many apps are concerned") },
    { N_("Bulletins"), SHI_COL_COUNT, N_("how many bulletins are concerned") },
    { N_("Forms"), SHI_COL_COUNT, N_("how many forms are concerned") },
    { N_("Units"), SHI_COL_COUNT, N_("how many units are concerned") },
};
static const shi_binder_column TARGETS[] = {
    UNIT, UNIT_CODE, LEVEL, INDICATOR, INDICATOR_CODE, PERIOD,
    { N_("Issuer"), SHI_COL_TEXT, N_("unit that set the target; empty: nobody above") },
    { N_("Target"), SHI_COL_COUNT, N_("number that is asked for") },
    { N_("Possible"), SHI_COL_COUNT, N_("the most that the register allows: a bound, not an estimate") },
    { N_("Result"), SHI_COL_WORD, N_("impossible: the target is above what is possible; not judged: no bound is known") },
    { N_("Per person"), SHI_COL_FACTOR, N_("target divided by the people of the unit") },
    { N_("Chance"), SHI_COL_SHARE, N_("probability that honest work reaches the target") },
    { N_("Times, this level"), SHI_COL_FACTOR, N_("how many times its own target the issuer handed down") },
    { N_("Enlarged"), SHI_COL_FACTOR, N_("times what was first asked, all levels together") },
    HONEST_HOURS(N_("hours that honest work takes")),
    { N_("Cadres' hours"), SHI_COL_HOURS, N_("all working hours of the cadres in the period") },
    { N_("List price (yuan)"), SHI_COL_YUAN, N_("what the number would cost at list price") },
    BULK(N_("what the number would cost in bulk")),
    { N_("Advice"), SHI_COL_WORD, N_("what to do about this target") },
    { N_("Rules not kept"), SHI_COL_TEXT, N_("names of the rules in force that the target does not keep") },
    { N_("In words"), SHI_COL_LONG, N_("the same as a sentence") },
};
static const shi_binder_column ISSUERS[] = {
    { N_("Issuer"), SHI_COL_TEXT, N_("unit that handed targets down") },
    UNIT_CODE, LEVEL, INDICATOR, INDICATOR_CODE, PERIOD,
    { N_("Own target"), SHI_COL_COUNT, N_("target that the issuer was given; a dash: none") },
    { N_("Handed down"), SHI_COL_COUNT, N_("sum of the targets that it set for the units below") },
    { N_("Times"), SHI_COL_FACTOR, N_("handed down divided by its own; above 1: enlarged") },
    { N_("Targets"), SHI_COL_COUNT, N_("number of targets that it set") },
    HONEST_HOURS(N_("hours that honest work on these targets takes")),
};
static const shi_binder_column PERIODS[] = {
    PERIOD,
    { N_("Kind"), SHI_COL_WORD, N_("length of the period") },
    { N_("Indicators"), SHI_COL_COUNT, N_("indicators with targets") },
    { N_("Targets"), SHI_COL_COUNT, N_("number of targets") },
    { N_("Impossible"), SHI_COL_COUNT, N_("targets above what the register allows") },
    { N_("Unlawful"), SHI_COL_COUNT, N_("targets that a rule in force forbids") },
    { N_("Weekdays"), SHI_COL_COUNT, N_("days from Monday to Friday in the period") },
    HONEST_HOURS(OF_THESE),
    { N_("Cadres' hours"), SHI_COL_HOURS, N_("all working hours of the cadres in the period") },
    BULK(N_("what the numbers asked for would cost in bulk, at the prices of the price book")),
};
static const shi_binder_column SHARES[] = {
    INDICATOR, INDICATOR_CODE, PERIOD, UNIT, UNIT_CODE,
    { N_("People"), SHI_COL_COUNT, N_("people of the unit, from the register") },
    { N_("Now"), SHI_COL_COUNT, N_("the unit's target as it is") },
    { N_("Fair"), SHI_COL_COUNT, N_("its share when the total first asked for is shared by people, and nobody gets more than is possible") },
    { N_("Change"), SHI_COL_COUNT, N_("fair share less the target as it is") },
    { N_("Chance"), SHI_COL_SHARE, N_("probability that honest work reaches the fair share") },
    { N_("Total"), SHI_COL_COUNT, N_("total first asked for, for this indicator and period") },
    { N_("Not placed"), SHI_COL_COUNT, N_("part of the total that is above what all units can give together; it is not spread") },
};
static const shi_binder_column FIGURES[] = {
    UNIT, UNIT_CODE, LEVEL, INDICATOR, INDICATOR_CODE, PERIOD,
    { N_("Target"), SHI_COL_COUNT, N_("number that is asked for, the largest when there are several issuers") },
    { N_("Reported"), SHI_COL_COUNT, N_("number in the unit's report") },
    { N_("Counted"), SHI_COL_COUNT, N_("number that the app's log or list of accounts shows; of few people only that they are few") },
    { N_("Coverage"), SHI_COL_WORD, N_("how much of the period the log covers") },
    { N_("Possible"), SHI_COL_COUNT, N_("the most that the register, and a log of the whole period, allow: a bound, not an estimate") },
    { N_("Above possible"), SHI_COL_COUNT, N_("reported less possible") },
    { N_("Not in the log"), SHI_COL_COUNT, N_("reported less counted, where the log covers the whole period") },
    { N_("Suspected"), SHI_COL_COUNT, N_("part of the counted that accounts in findings that stand hold: a lead") },
    { N_("Reached"), SHI_COL_COUNT, N_("people reached in a random field check") },
    { N_("Really at least"), SHI_COL_COUNT, N_("lower end of the field check's interval; without one, of what is possible") },
    { N_("Really at most"), SHI_COL_COUNT, N_("upper end of the field check's interval; without one, the bound") },
    { N_("Verdict"), SHI_COL_WORD, N_("about the number, not about a person; not judged is a result too") },
    { N_("Reason"), SHI_COL_LONG, N_("why, from the link of the chain that decides") },
};
static const shi_binder_column CONTRADICTIONS[] = {
    { N_("What"), SHI_COL_LONG, N_("what cannot both be right; the units concerned should say which one is") },
    { N_("First"), SHI_COL_TEXT, N_("indicator, period and unit of the first number, or app and period") },
    { N_("Value"), SHI_COL_COUNT, N_("its value") },
    { N_("Second"), SHI_COL_TEXT, N_("indicator, period and unit of the second number") },
    { N_("Other value"), SHI_COL_COUNT, N_("its value") },
};
static const shi_binder_column ANSWERS[] = {
    { N_("Answer"), SHI_COL_WORD, N_("number of the answer in the ledger") },
    UNIT, UNIT_CODE,
    { N_("Day"), SHI_COL_WORD, N_("when it was recorded") },
    { N_("About"), SHI_COL_TEXT, N_("the figure or finding; empty: the unit as a whole") },
    { N_("Signed by"), SHI_COL_TEXT, N_("who signed it") },
    { N_("Answer in full"), SHI_COL_LONG, N_("word for word, runs of seven or more digits masked; a long answer goes on in the next row") },
};
static const shi_binder_column NOTES[] = {
    { N_("About"), SHI_COL_TEXT, NULL }, { N_("Item"), SHI_COL_TEXT, NULL }, { N_("Explanation"), SHI_COL_LONG, NULL },
};

#define TABLE(name, about, empty, columns) { name, about, empty, columns, COUNT(columns) }
#define NOT_HELD N_("There is nothing here: the targets of this run were not held against the rules, or there are none.")
const shi_binder_table SHI_ANNEX[SHI_ANNEX_TABLES] = {
    [SHI_ANNEX_ADVICE] = TABLE(N_("To do"), N_("What to do about each indicator"), NOT_HELD, ADVICE),
    [SHI_ANNEX_CLAUSES] = TABLE(N_("Clauses"), N_("Clause by clause"), N_("No rule in force is broken, as far as the tables say."), CLAUSES),
    [SHI_ANNEX_TARGETS] = TABLE(N_("All targets"), N_("Targets one by one"), N_("No targets were imported."), TARGETS),
    [SHI_ANNEX_ISSUERS] = TABLE(N_("Enlargement"), N_("Who enlarged targets, and by how much"), NOT_HELD, ISSUERS),
    [SHI_ANNEX_PERIODS] = TABLE(N_("Hours"), N_("Hours and temptation by period"), NOT_HELD, PERIODS),
    [SHI_ANNEX_SHARES] = TABLE(N_("Fair shares"), N_("The same totals, shared by people"), NOT_HELD, SHARES),
    [SHI_ANNEX_FIGURES] = TABLE(N_("All figures"), N_("Figures one by one"), N_("There are no figures: nothing was reported and no target was set."),
                                FIGURES),
    [SHI_ANNEX_CONTRADICTIONS] = TABLE(N_("Contradictions"), N_("Numbers that cannot both be right"), N_("No contradictions were found."),
                                       CONTRADICTIONS),
    [SHI_ANNEX_ANSWERS] = TABLE(N_("Answers"), N_("Answers of units, word for word"), N_("No unit has handed in an answer."), ANSWERS),
    [SHI_ANNEX_NOTES] = TABLE(N_("Notes"), N_("What the sheets and their columns mean"), N_("There are no notes."), NOTES),
};
