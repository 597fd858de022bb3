/* The routes' doings, one file a page. */
#ifndef SHI_SERVE_PAGES_H
#define SHI_SERVE_PAGES_H

#include "serve/server.h"

/* page_enter.c */
shi_err shi_page_enter(shi_call *call);
shi_err shi_post_enter(shi_call *call);
shi_err shi_page_welcome(shi_call *call);
shi_err shi_post_welcome(shi_call *call);
shi_err shi_post_leave(shi_call *call);
/* page_people.c */
shi_err shi_page_people(shi_call *call);
shi_err shi_json_people(shi_call *call);
shi_err shi_post_people(shi_call *call);
/* page_overview.c */
shi_err shi_page_overview(shi_call *call);
shi_err shi_json_overview(shi_call *call);
/* page_matrix.c */
shi_err shi_json_matrix(shi_call *call);
/* page_figures.c */
shi_err shi_page_figures(shi_call *call);
shi_err shi_json_figures(shi_call *call);
/* page_figure.c */
shi_err shi_page_figure(shi_call *call);
shi_err shi_json_figure(shi_call *call);
/* page_findings.c */
shi_err shi_page_findings(shi_call *call);
shi_err shi_json_findings(shi_call *call);
/* page_finding.c */
shi_err shi_page_finding(shi_call *call);
shi_err shi_json_finding(shi_call *call);
shi_err shi_page_members(shi_call *call);
shi_err shi_json_members(shi_call *call);
/* page_targets.c */
shi_err shi_page_targets(shi_call *call);
shi_err shi_json_targets(shi_call *call);
/* page_units.c */
shi_err shi_page_units(shi_call *call);
shi_err shi_page_unit(shi_call *call);
shi_err shi_json_unit(shi_call *call);
/* page_jobs.c */
shi_err shi_page_import(shi_call *call);
shi_err shi_post_import(shi_call *call);
shi_err shi_json_jobs(shi_call *call);
shi_err shi_post_jobs(shi_call *call);
shi_err shi_page_job(shi_call *call);
shi_err shi_json_job(shi_call *call);
shi_err shi_post_job(shi_call *call);
/* page_ranks.c */
shi_err shi_page_ranks(shi_call *call);
shi_err shi_page_ranking(shi_call *call);
shi_err shi_json_ranking(shi_call *call);
/* page_runs.c */
shi_err shi_page_runs(shi_call *call);
shi_err shi_json_runs(shi_call *call);
shi_err shi_page_report(shi_call *call);
/* page_visits.c, post_visits.c */
shi_err shi_page_visits(shi_call *call);
shi_err shi_json_visits(shi_call *call);
shi_err shi_post_visits(shi_call *call);
/* page_checks.c */
shi_err shi_page_checks(shi_call *call);
shi_err shi_json_checks(shi_call *call);
shi_err shi_post_checks(shi_call *call);
/* page_check.c */
shi_err shi_page_one_check(shi_call *call);
shi_err shi_json_check(shi_call *call);
shi_err shi_post_check(shi_call *call);
shi_err shi_page_worksheet(shi_call *call);

#endif
