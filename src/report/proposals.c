/* What to do: one line for each thing that the run calls for, then indicator by indicator, a fair allocation, and whether the burden fell. */
#include "report/sections.h"

/* Rows of advice of a kind. */
static int64_t advised(const shi_run_view *view, shi_str kind)
{
    int64_t n = 0;
    for (int64_t i = 0; i < view->advice.len; i++) n += shi_str_eq(view->advice.ptr[i].advice, kind);
    return n;
}

static int64_t bulletins(const shi_run_view *view)
{
    int64_t n = 0;
    for (int64_t i = 0; i < view->clauses.len; i++)
        if (view->clauses.ptr[i].law && view->clauses.ptr[i].in_force) n += view->clauses.ptr[i].bulletins;
    return n;
}

static int item(shi_page *page, bool applies, const char *id, int64_t n, const int64_t number[4])
{
    if (applies) shi_section_counted(page, SHI_PARA_ITEM, id, n, number);
    return applies;
}

void shi_section_proposals(shi_page *page, const shi_run_view *view)
{
    const shi_run_info *r = &view->run;
    const int64_t cancel = advised(view, S("cancel")), merge = advised(view, S("merge")), guide = advised(view, S("guidance"));
    int n = 0;
    shi_page_list(page);
    n += item(page, cancel > 0, N_("The issuers withdraw the numbers of %1$s indicators; the table below says which and why."), 1,
        (int64_t[4]){ cancel });
    n += item(page, merge > 0, N_("%1$s indicators that ask for the same as another are merged with it."), 1, (int64_t[4]){ merge });
    n += item(page, guide > 0, N_("%1$s indicators become guidance, without a number."), 1, (int64_t[4]){ guide });
    n += item(page, r->targets_impossible > 0, N_("%1$s targets cannot be met: no deduction, criticism or report rests on them, and what was "
        "deducted for them is put right."), 1, (int64_t[4]){ r->targets_impossible });
    n += item(page, view->shares.len > 0, N_("Where a number must stay, it is shared by people and kept within what is possible, as shown below."), 0,
        (int64_t[4]){ 0 });
    n += item(page, bulletins(view) > 0, N_("The bulletins that the clauses above name are stopped."), 0, (int64_t[4]){ 0 });
    n += item(page, r->findings > 0, N_("The source of the %1$s batches is looked for first. A lead alone is no ground for holding anyone to "
        "account."),
        1, (int64_t[4]){ r->findings });
    n += item(page, r->verdicts[SHI_DOUBTFUL] > 0, N_("The %1$s doubtful figures are checked by a random draw before anything rests on them."), 1,
        (int64_t[4]){ r->verdicts[SHI_DOUBTFUL] });
    n += item(page, view->contradictions.len > 0, N_("The units concerned say which of the numbers that contradict each other is right."), 0,
        (int64_t[4]){ 0 });
    n += item(page, r->verdicts[SHI_NOT_JUDGED] > 0, N_("For the %1$s figures that were not judged, what is missing is asked for; the annex lists "
        "it."),
        1, (int64_t[4]){ r->verdicts[SHI_NOT_JUDGED] });
    shi_page_list_end(page);
    if (!n) shi_section_said(page, N_("On what is known, nothing has to be done."));
    shi_section_advice(page, view);
}
