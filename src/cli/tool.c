/* Columns in, groups out: the common parts of the detectors' tools. */
#include "cli/tool.h"

#include "base/decimal.h"

#include <math.h>
#include <omp.h>
#include <stdio.h>

enum { FEW = 1 << 17 };   /* rows below which threads wait for each other longer than they work */

shi_err shi_tool_zone(const char *name, shi_zone *out)
{
    return shi_zone_open(name ? name : "Asia/Shanghai", out);
}

shi_err shi_tool_read(shi_cli *cli, const char *path, const shi_zone *zone, shi_asked *asked, int64_t n, shi_arrays *out)
{
    shi_engine engine = shi_cli_engine(cli, N_("Reading"));
    const shi_source_options options = { .lang = cli->lang, .memory = engine.memory };
    for (int64_t k = 0; k < n; k++) asked[k].zone = zone;
    shi_err e = shi_arrays_read(&cli->keep, path, &options, asked, n, out);
    shi_progress_end(cli);
    if (!e.code && out->rows < FEW) omp_set_num_threads(1);
    return e;
}

shi_err shi_tool_scratch(shi_arena *out)
{
    return shi_arena_open((int64_t)1 << 38, out);
}

shi_err shi_tool_rate(double fdr)
{
    if (fdr > 0 && fdr < 1) return (shi_err){ 0 };
    return shi_fail(SHI_USAGE, N_("the false discovery rate does not lie between 0 and 1"), N_("Give a share such as 0.05."));
}

shi_err shi_tool_judge(shi_cli *cli, const shi_groups *groups, double alpha, shi_tool_judged *out)
{
    double *e = shi_new(&cli->keep, double, groups->len);
    shi_arena scratch;
    out->selected = shi_new(&cli->keep, bool, groups->len);
    out->q = shi_new(&cli->keep, double, groups->len);
    if (!e || !out->selected || !out->q) return shi_no_memory();
    for (int64_t g = 0; g < groups->len; g++) e[g] = groups->ptr[g].log10_e;
    SHI_TRY(shi_arena_open(16 * groups->len + 4096, &scratch));
    shi_err error = shi_e_select(scratch, e, groups->len, 1, alpha, out->selected, out->q, &out->count);
    shi_arena_drop(&scratch);
    return error;
}

shi_err shi_tool_members(const shi_groups *groups, shi_strs account, const char *path)
{
    shi_buf text = { 0 };
    shi_buf_puts(&text, "group,account,weight\n");
    for (int64_t g = 0; g < groups->len; g++) {
        for (int64_t i = groups->ptr[g].first; i < groups->ptr[g].first + groups->ptr[g].len; i++) {
            char weight[32];
            shi_f64_write(groups->weight[i], weight);
            shi_buf_format(&text, "%lld,", (long long)(g + 1));
            shi_buf_csv(&text, account.ptr[groups->member[i]]);
            shi_buf_format(&text, ",%s\n", weight);
        }
    }
    shi_err e = text.failed ? shi_no_memory() : shi_os_write_whole(path, shi_buf_str(&text), 0600);
    shi_buf_drop(&text);
    return e;
}

static void time_json(shi_json *json, const char *key, int64_t us, const shi_zone *zone)
{
    char at[40];
    if (us == SHI_NO_TIME) {
        shi_json_knull(json, key);
        return;
    }
    shi_time_write(us, zone, at);
    shi_json_ktext(json, key, at);
}

void shi_tool_group_json(shi_json *json, const shi_groups *groups, int64_t g, const shi_tool_judged *judged, const char *things,
                         const shi_zone *zone)
{
    const double most = 300;
    const shi_group *group = &groups->ptr[g];
    shi_json_kint(json, "group", g + 1);
    shi_json_kint(json, "accounts", group->len);
    if (things) shi_json_kint(json, things, group->things);
    shi_json_kf64(json, "log10_p", true, group->log10_p);
    shi_json_kf64(json, "e", true, pow(10, group->log10_e < most ? group->log10_e : most));
    shi_json_kf64(json, "log10_e", true, group->log10_e);
    shi_json_kf64(json, "q", true, judged->q[g]);
    shi_json_kbool(json, "selected", judged->selected[g]);
    if (zone) time_json(json, "first_seen", group->from_us, zone);
    if (zone) time_json(json, "last_seen", group->to_us, zone);
}

void shi_tool_number_cell(shi_term *term, double x)
{
    char text[40];
    if (!isfinite(x)) snprintf(text, sizeof text, "%s", isnan(x) ? "" : x > 0 ? "∞" : "-∞");
    else if (fabs(x) >= 1e6 || (x != 0 && fabs(x) < 1e-3)) snprintf(text, sizeof text, "%.2e", x);   /* LC_NUMERIC stays "C" */
    else snprintf(text, sizeof text, "%.3g", x);
    if (isfinite(x) && fabs(x) >= 1000 && fabs(x) < 1e6) snprintf(text, sizeof text, "%.0f", x);
    shi_term_cell(term, shi_str_from(text));
}

void shi_tool_count_cell(shi_term *term, int64_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)n);
    shi_term_cell(term, shi_str_from(text));
}

void shi_tool_time_cell(shi_term *term, int64_t us, const shi_zone *zone)
{
    char at[40];
    if (us == SHI_NO_TIME) {
        shi_term_cell(term, SHI_S(""));
        return;
    }
    shi_time_write(us, zone, at);
    at[10] = ' ';
    shi_term_cell(term, (shi_str){ at, 16 });
}

void shi_tool_cannot_judge(shi_cli *cli, shi_json *json, const char *reason)
{
    if (json) shi_json_message(json, "cannot_judge", reason);
    else {
        shi_buf_puts(&cli->out, tr(cli->lang, reason));
        shi_buf_addc(&cli->out, '\n');
    }
}
