/* The draft of a notice that withdraws or corrects one target. It is no document of an office: who signs it checks the clauses against their text
 * and puts the red head, number and seal on it. */
#include "report/sections.h"

#include "report/papers.h"

/* What is drafted: the number falls away, the work is guided without one, or a smaller number takes its place. */
typedef enum { WITHDRAW, GUIDE, CORRECT } outcome;

static const shi_share_row *share_of(const shi_run_view *view, const shi_target_row *t)
{
    for (int64_t i = 0; i < view->shares.len; i++) {
        const shi_share_row *s = &view->shares.ptr[i];
        if (shi_str_eq(s->indicator, t->indicator) && shi_str_eq(s->period, t->period) && shi_str_eq(s->unit_code, t->unit_code)) return s;
    }
    return NULL;
}

static outcome outcome_of(const shi_run_view *view, const shi_target_row *t)
{
    const shi_share_row *s = share_of(view, t);
    bool lawful = !t->high.len && !shi_str_eq(t->why, S("issuers"));
    if (lawful && t->impossible && s && s->value > 0 && s->value * 1000 < t->value) return CORRECT;
    return shi_str_eq(t->advice, S("guidance")) ? GUIDE : WITHDRAW;
}

bool shi_notice_speaks(const shi_target_row *t)
{
    return t->impossible || (t->advice.len && !shi_str_eq(t->advice, S("keep")));
}

/* One of the two lines of the title, after the mark | of the message or before it. */
static void title_line(shi_buf *out, const char *id, bool second, const char *const *at, int64_t n)
{
    const shi_str whole = shi_str_from(id);
    const int64_t mark = shi_str_find(whole, '|', 0);
    shi_buf half = { 0 };
    if (mark < 0 && second) return;
    shi_buf_add(&half, second ? shi_str_sub(whole, mark + 1, whole.len) : shi_str_sub(whole, 0, mark < 0 ? whole.len : mark));
    shi_words_fill(out, half.ptr ? half.ptr : "", at, n);
    out->failed = out->failed || half.failed;
    shi_buf_drop(&half);
}

void shi_notice_title(shi_buf line[2], shi_lang lang, const shi_run_view *view, const shi_target_row *t)
{
    static const char *const TITLE[] = { N_("Notice withdrawing the target|of %1$s (%2$s) for %3$s"),
        N_("Notice turning the target|of %1$s (%2$s) for %3$s into guidance"), N_("Notice correcting the target|of %1$s (%2$s) for %3$s") };
    shi_buf what = { 0 }, when = { 0 }, who = { 0 };
    shi_words_name(&what, t->indicator_name.len ? t->indicator_name : t->indicator);
    shi_words_period(&when, lang, t->period);
    shi_words_name(&who, t->unit_name.len ? t->unit_name : t->unit_code);
    const char *at[] = { what.ptr ? what.ptr : "", when.ptr ? when.ptr : "", who.ptr ? who.ptr : "" };
    for (int i = 0; i < 2; i++) {
        title_line(&line[i], tr(lang, TITLE[outcome_of(view, t)]), i == 1, at, COUNT(at));
        line[i].failed = line[i].failed || what.failed || when.failed || who.failed;
    }
    shi_buf_drop(&what);
    shi_buf_drop(&when);
    shi_buf_drop(&who);
}

/* The clause with the day from which it is in force. */
static void clause(shi_page *page, const shi_clause *c)
{
    shi_page_para(page, SHI_PARA_ITEM);
    shi_words_clause_dated(&page->slip, page->lang, c);
    shi_page_slip(page);
    shi_page_para_end(page, SHI_PARA_ITEM);
}

static void basis(shi_page *page, const shi_run_view *view, const shi_target_row *t)
{
    int64_t laws = 0;
    shi_page_list(page);
    for (int64_t i = 0; i < view->clauses.len; i++) {
        const shi_clause *c = &view->clauses.ptr[i];
        if (!c->law || !shi_words_listed(t->rules, c->rule)) continue;
        clause(page, c);
        laws++;
    }
    shi_page_list_end(page);
    if (laws)
        shi_page_said(page, SHI_PARA, N_("For legal review: these are working summaries. Before they are quoted, the text and the number of the "
            "article are to be checked."));
    else if (t->impossible)
        shi_page_said(page, SHI_PARA, N_("The target is above what the register allows. This is arithmetic and needs no clause."));
    else shi_page_said(page, SHI_PARA, N_("No clause that forbids it is known; the reason is the one given above."));
}

static void decision(shi_page *page, const shi_run_view *view, const shi_target_row *t)
{
    static const char *const SAY[] = {
        N_("The target is withdrawn. It is not replaced by another number."),
        N_("The number is withdrawn; the work goes on as guidance and is not assessed by a number."),
        N_("The target is corrected to %1$s, the unit's share by people of what was first asked for.") };
    outcome o = outcome_of(view, t);
    shi_section_counted(page, SHI_PARA, SAY[o], o == CORRECT ? 1 : 0, (int64_t[4]){ o == CORRECT ? share_of(view, t)->value : 0 });
    shi_page_said(page, SHI_PARA, N_("What was reported on this target is no basis for assessment, bulletin or deduction. Deductions and criticism "
        "that rest on it are put right. No level below may hand it on or add to it."));
}

void shi_notice(shi_page *page, const shi_run_view *view, const shi_target_row *t)
{
    shi_page_para(page, SHI_PARA_TO);
    shi_page_name(page, t->unit_name, t->unit_code);
    shi_page_text(page, page->lang == SHI_ZH ? S("：") : S(":"));
    shi_page_para_end(page, SHI_PARA_TO);
    shi_page_said(page, SHI_PARA, N_("The target named above was examined. It is handled as follows."));
    shi_page_section(page, 1, N_("The target"));
    shi_words_target_plain(&page->slip, page->lang, t);
    shi_page_slipped(page, SHI_PARA);
    shi_page_section(page, 2, N_("Basis"));
    basis(page, view, t);
    shi_page_section(page, 3, N_("Decision"));
    decision(page, view, t);
    shi_page_section(page, 4, N_("Answer"));
    shi_page_said(page, SHI_PARA, N_("A unit that sees it otherwise may answer in writing; the answer is attached to the report as it stands."));
    shi_page_para(page, SHI_PARA_SIGN);
    if (t->issuer_code.len) shi_page_name(page, t->issuer_name, t->issuer_code);
    else shi_page_say(page, N_("(issuing office)"));
    shi_page_para_end(page, SHI_PARA_SIGN);
    shi_page_said(page, SHI_PARA_SIGN, N_("(date)"));
    shi_page_said(page, SHI_PARA_NOTE, N_("A draft for the office that signs it. Red head, document number and seal are that office's; without "
        "them this is no official document."));
}
