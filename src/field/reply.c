/* What an answer is about, and what a notice is: a name that a person typed, looked up in the register and in a run. */
#include "field/papers.h"

#include "chain/run_check.h"
#include "store/views.h"

#include <string.h>

/* ---- an answer ---- */

static shi_err check_figure(shi_duck *duck, shi_str figure, shi_str unit)
{
    shi_str part[3];
    int64_t n = 0;
    if (!shi_figure_name_split(figure, part))
        return shi_fail_value(SHI_USAGE, figure, N_("this is no figure"), N_("A figure is written INDICATOR/PERIOD/UNIT."));
    if (!shi_str_eq(part[2], unit))
        return shi_fail_value(SHI_USAGE, figure, N_("the figure is another unit's"), N_("A unit answers to its own figures."));
    const shi_param p[] = { SHI_TEXTP(part[0]), SHI_TEXTP(part[1]), SHI_TEXTP(part[2]) };
    SHI_TRY(shi_duck_int(duck, "SELECT count(*) FROM figure_out WHERE indicator = $1 AND period = $2 AND unit_code = $3", p, 3, &n));
    if (n) return (shi_err){ 0 };
    return shi_fail_value(SHI_INPUT, figure, N_("the latest run has no such figure"), N_("\"shishu explain UNIT\" shows those it has."));
}

static shi_err check_finding(shi_duck *duck, shi_str finding)
{
    const shi_param p = SHI_TEXTP(finding);
    int64_t n = 0;
    SHI_TRY(shi_duck_int(duck, "SELECT count(*) FROM finding WHERE finding = $1", &p, 1, &n));
    if (n) return (shi_err){ 0 };
    return shi_fail_value(SHI_INPUT, finding, N_("the latest run has no such finding"), N_("\"shishu report\" lists them."));
}

/* The unit's name in the register. */
static shi_err unit_name(shi_workspace *ws, shi_arena *keep, const shi_engine *engine, shi_reply *reply)
{
    shi_duck duck;
    shi_rows rows;
    const shi_param p = SHI_TEXTP(reply->unit_code);
    SHI_TRY(shi_views_open(ws, *keep, engine, &duck));
    shi_err e = shi_duck_query(&duck, "SELECT name FROM units WHERE unit_code = $1", &p, 1, &rows);
    if (!e.code) {
        if (shi_rows_next(&rows)) reply->unit_name = shi_str_copy(keep, shi_rows_str(&rows, 0));
        else e = shi_fail_value(SHI_INPUT, reply->unit_code, N_("the unit is not in the register"), N_("Name it by its code, as in table units."));
        shi_rows_close(&rows);
    }
    shi_duck_close(&duck);
    return e;
}

shi_err shi_papers_reply(shi_workspace *ws, shi_arena *keep, const shi_engine *engine, const char *figure, const char *finding, shi_reply *reply)
{
    shi_duck duck;
    shi_run_info info;
    SHI_TRY(unit_name(ws, keep, engine, reply));
    if (!figure && !finding) return (shi_err){ 0 };
    reply->about = shi_str_from(figure ? figure : finding);
    SHI_TRY(shi_run_open(ws, keep, (shi_str){ 0 }, engine, &duck, &info));
    shi_err e = figure ? check_figure(&duck, reply->about, reply->unit_code) : check_finding(&duck, reply->about);
    shi_duck_close(&duck);
    reply->run = info.run;
    return e;
}

/* ---- a target ---- */

shi_err shi_papers_target(shi_duck *duck, shi_arena *keep, const char *name, shi_run_view *view, const shi_target_row **out)
{
    shi_str part[3];
    if (!shi_figure_name_split(shi_str_from(name), part))
        return shi_fail_value(SHI_USAGE, shi_str_from(name), N_("this is no target"),
                              N_("A target is written INDICATOR/PERIOD/UNIT, with @ISSUER where several ask."));
    const char *named = strchr(name, '@');
    const shi_str unit = part[2], issuer = named ? shi_str_from(named + 1) : (shi_str){ 0 };
    const shi_param p[] = { SHI_TEXTP(part[0]), SHI_TEXTP(part[1]) }, share[] = { SHI_TEXTP(part[1]), SHI_TEXTP(unit) };
    int64_t found = 0;
    SHI_TRY(shi_run_targets(duck, keep, "target_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code, issuer_code NULLS LAST", p, 2,
                            &view->targets));
    for (int64_t i = 0; i < view->targets.len; i++) {
        const shi_target_row *t = &view->targets.ptr[i];
        if (!shi_str_eq(t->unit_code, unit) || (named && !shi_str_eq(t->issuer_code, issuer))) continue;
        *out = t;
        found++;
    }
    if (!found) return shi_fail_value(SHI_INPUT, shi_str_from(name), N_("the run holds no such target"), N_("\"shishu check\" lists the targets."));
    if (found > 1)
        return shi_fail_value(SHI_INPUT, shi_str_from(name), N_("several issuers ask this unit for the same"), N_("Add @ISSUER to the target."));
    return view->run.judged ? shi_run_shares(duck, keep, share, view) : (shi_err){ 0 };
}
