/* Every route: path, who may, whether it reads a run, whether its answer is kept, and what it does. The same path below /api gives JSON. */
#include "serve/pages.h"

const shi_route SHI_ROUTES[] = {
    { "/enter", 0, false, false, NULL, shi_page_enter, NULL, shi_post_enter, 0 },
    { "/welcome/", 0, false, false, NULL, shi_page_welcome, NULL, shi_post_welcome, 0 },
    { "/leave", SHI_ANY_ROLE, false, false, NULL, NULL, NULL, shi_post_leave, 0 },
    { "/", SHI_READS, true, true, "/", shi_page_overview, shi_json_overview, NULL, 0 },
    { "/matrix", SHI_READS, true, true, NULL, NULL, shi_json_matrix, NULL, 0 },
    { "/figures", SHI_READS, true, true, "/figures", shi_page_figures, shi_json_figures, NULL, 0 },
    { "/figure/", SHI_READS, true, true, "/figures", shi_page_figure, shi_json_figure, NULL, 0 },
    { "/findings", SHI_READS, true, true, "/findings", shi_page_findings, shi_json_findings, NULL, 0 },
    { "/finding/", SHI_OFFICE, true, true, "/findings", shi_page_finding, shi_json_finding, NULL, 0 },
    { "/members/", SHI_OFFICE, true, false, "/findings", shi_page_members, shi_json_members, NULL, 0 },
    { "/targets", SHI_OFFICE, true, true, "/targets", shi_page_targets, shi_json_targets, NULL, 0 },
    { "/ranks", SHI_OFFICE, true, true, "/ranks", shi_page_ranks, NULL, NULL, 0 },
    { "/ranks/", SHI_OFFICE, true, false, "/ranks", shi_page_ranking, shi_json_ranking, NULL, 0 },
    { "/units", SHI_READS, true, true, "/units", shi_page_units, NULL, NULL, 0 },
    { "/unit/", SHI_READS, true, true, "/units", shi_page_unit, shi_json_unit, NULL, 0 },
    { "/runs", SHI_OFFICE, true, false, "/runs", shi_page_runs, shi_json_runs, NULL, 0 },
    { "/report/", SHI_OFFICE, true, false, NULL, shi_page_report, NULL, NULL, 0 },
    { "/import", SHI_OFFICE, false, false, "/import", shi_page_import, NULL, shi_post_import, (int64_t)4 << 30 },
    { "/jobs", SHI_OFFICE, false, false, "/import", shi_page_import, shi_json_jobs, shi_post_jobs, 0 },
    { "/job/", SHI_OFFICE, false, false, "/import", shi_page_job, shi_json_job, shi_post_job, 0 },
    { "/visits", SHI_OFFICE | 1 << SHI_INSPECTOR, false, false, "/visits", shi_page_visits, shi_json_visits, shi_post_visits, 256 << 10 },
    { "/checks", SHI_OFFICE, false, false, "/checks", shi_page_checks, shi_json_checks, shi_post_checks, 0 },
    { "/check/", SHI_OFFICE, false, false, "/checks", shi_page_one_check, shi_json_check, shi_post_check, 0 },
    { "/worksheet/", SHI_OFFICE, false, false, NULL, shi_page_worksheet, NULL, NULL, 0 },
    { "/people", 1 << SHI_ADMIN, false, false, "/people", shi_page_people, shi_json_people, shi_post_people, 0 },
};
const int64_t SHI_ROUTES_LEN = COUNT(SHI_ROUTES);
