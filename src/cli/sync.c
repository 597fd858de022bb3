/* shishu sync: accounts that act on the same objects at the same moments, and the groups they form; or plain co-action counts. */
#include "cli/tool.h"

#include "base/decimal.h"
#include "base/dictionary.h"
#include "shishu/sync.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ACCOUNT, TIME, OBJECT, MOST_OBJECTS = 4, MEETING = 80, SHOWN = 20 };

typedef struct {
    const char *account, *object, *time, *zone, *window, *method, *pairs, *members;
    int64_t min_objects;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the accounts") },
    { "object", SHI_OPT_TEXT, offsetof(args, object), "COL[,COL]",
      N_("column of what they act on: article, link, text; several make one object together") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the times") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none, and of the hours of the day (Asia/Shanghai)") },
    { "window", SHI_OPT_TEXT, offsetof(args, window), "TIME", N_("what counts as the same moment: 60s, 5m, 1h (both 60s and 5m; 60s to count)") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "P", N_("false discovery rate (groups 0.01, the list of pairs 0.05)") },
    { "min-objects", SHI_OPT_COUNT, offsetof(args, min_objects), "N", N_("pairs are looked at that meet at least so often (3)") },
    { "method", SHI_OPT_TEXT, offsetof(args, method), "test|count", N_("count: only how often each pair meets, as other tools do") },
    { "pairs", SHI_OPT_TEXT, offsetof(args, pairs), "OUT", N_("write the pairs as CSV") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the members of the selected groups as CSV") },
};

static const double UNTOLD = -1;

typedef struct {
    shi_zone zone;
    shi_arrays file;
    shi_sync_columns columns;
    shi_sync_scale scale;      /* of --window */
    bool one_scale;
    double group_fdr, pair_fdr;
    shi_tool_judged judged;
} job;

/* 60s, 5m, 2h, or seconds. */
static bool duration(const char *text, int64_t *seconds)
{
    shi_str s = shi_str_from(text);
    int64_t unit = 1;
    if (s.len > 1 && strchr("smh", s.ptr[s.len - 1])) unit = s.ptr[s.len - 1] == 'h' ? 3600 : s.ptr[s.len - 1] == 'm' ? 60 : 1, s.len--;
    return shi_count_parse(s, seconds) && *seconds <= 86400 && (*seconds *= unit) > 0;
}

static void duration_write(int64_t s, shi_lang lang, char out[48])
{
    if (s % 3600 == 0) snprintf(out, 48, tr(lang, N_("%1$lld h")), (long long)(s / 3600));
    else if (s % 60 == 0 && s > 60) snprintf(out, 48, tr(lang, N_("%1$lld min")), (long long)(s / 60));
    else snprintf(out, 48, tr(lang, N_("%1$lld s")), (long long)s);
}

/* The reach that goes with a window: 30 times it (5 min: 2 h), at most 12 hours. */
static shi_err scale_of(const args *a, job *j, bool count)
{
    const int64_t most_s = 43200, five_s = 300;
    j->scale.window_s = 60;
    j->one_scale = a->window;
    if (a->window && !duration(a->window, &j->scale.window_s))
        return shi_fail_value(SHI_USAGE, shi_str_from(a->window), N_("the window is no such time"), N_("Write it as 60s, 5m or 1h."));
    j->scale.reach_s = j->scale.window_s == five_s ? 7200 : 30 * j->scale.window_s;
    if (j->scale.reach_s > most_s) j->scale.reach_s = most_s;
    if (!count && 12 * j->scale.window_s > most_s)
        return shi_fail_value(SHI_USAGE, shi_str_from(a->window), N_("the window is longer than an hour"), N_("Write it as 60s, 5m or 1h."));
    return (shi_err){ 0 };
}

/* Several columns make one object: its code is that of the pair of codes so far and of the next column. */
static shi_err join_objects(shi_cli *cli, const shi_arrays *file, int64_t columns, job *j)
{
    j->columns.object = file->code[OBJECT];
    j->columns.objects = file->word[OBJECT].len;
    for (int64_t k = 1; k < columns; k++) {
        shi_dictionary pairs = { .keep = &cli->keep };
        int32_t *code = shi_new(&cli->keep, int32_t, file->rows);
        if (!code) return shi_no_memory();
        for (int64_t i = 0; i < file->rows; i++) {
            const int32_t both[2] = { j->columns.object[i], file->code[OBJECT + k][i] };
            code[i] = both[0] < 0 || both[1] < 0 ? -1 : shi_dictionary_add(&pairs, (shi_str){ (const char *)both, (int64_t)sizeof both });
            if (code[i] == SHI_DICTIONARY_FULL) return shi_no_memory();
        }
        j->columns.object = code;
        j->columns.objects = pairs.len;
    }
    return (shi_err){ 0 };
}

static shi_err read_columns(shi_cli *cli, const args *a, const char *path, job *j)
{
    shi_asked asked[OBJECT + MOST_OBJECTS] = { { .header = shi_str_from(a->account), .type = SHI_T_CODE, .may_miss = true, .coded = true },
                                               { .header = shi_str_from(a->time), .type = SHI_T_DUE, .may_miss = true } };
    int64_t n = OBJECT;
    for (shi_str rest = shi_str_from(a->object); rest.ptr; n++) {
        int64_t comma = shi_str_find(rest, ',', 0);
        if (n == OBJECT + MOST_OBJECTS)
            return shi_fail_value(SHI_USAGE, shi_str_from(a->object), N_("an object is made of at most four columns"), N_("Name fewer columns."));
        asked[n] = (shi_asked){ .header = comma < 0 ? rest : shi_str_sub(rest, 0, comma), .type = SHI_T_CODE, .may_miss = true, .coded = true };
        rest = comma < 0 ? (shi_str){ 0 } : shi_str_sub(rest, comma + 1, rest.len);
    }
    SHI_TRY(shi_tool_read(cli, path, &j->zone, asked, n, &j->file));
    int64_t *local = shi_new(&cli->keep, int64_t, j->file.rows);
    if (!local) return shi_no_memory();
    const int64_t *time = j->file.time[TIME];
    #pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < j->file.rows; i++) local[i] = time[i] == SHI_NO_TIME ? INT64_MIN : shi_zone_local_us(&j->zone, time[i]);
    j->columns = (shi_sync_columns){ .n = j->file.rows, .account = j->file.code[ACCOUNT], .time_us = local, .accounts = j->file.word[ACCOUNT].len };
    return join_objects(cli, &j->file, n - OBJECT, j);
}

static void number_csv(shi_buf *out, double x)
{
    char text[32];
    shi_f64_write(x, text);
    shi_buf_addc(out, ',');
    shi_buf_puts(out, text);
}

static shi_err write_out(shi_buf *text, const char *path)
{
    shi_err e = text->failed ? shi_no_memory() : shi_os_write_whole(path, shi_buf_str(text), 0600);
    shi_buf_drop(text);
    return e;
}

static void names_csv(shi_buf *out, const job *j, int32_t a, int32_t b)
{
    shi_buf_csv(out, j->file.word[ACCOUNT].ptr[a]);
    shi_buf_addc(out, ',');
    shi_buf_csv(out, j->file.word[ACCOUNT].ptr[b]);
}

/* ---- count ---- */

static shi_err write_counts(const job *j, const shi_sync_counts *c, const char *path)
{
    shi_buf text = { 0 };
    shi_buf_puts(&text, "account_a,account_b,together,objects,acts_a,acts_b\n");
    for (int64_t i = 0; i < c->pairs; i++) {
        const shi_sync_together *p = &c->pair[i];
        names_csv(&text, j, p->a, p->b);
        shi_buf_format(&text, ",%lld,%lld,%lld,%lld\n", (long long)p->together, (long long)p->objects, (long long)p->acts_a, (long long)p->acts_b);
    }
    return write_out(&text, path);
}

static void print_counts(shi_cli *cli, const args *a, const job *j, const shi_sync_counts *c)
{
    char window[48];
    int64_t apart = 0;
    for (int64_t i = 0; i < c->pairs; i++) apart += c->pair[i].objects >= a->min_objects;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "method", "count");
        shi_json_kint(&json, "rows", j->file.rows);
        shi_json_kint(&json, "acts", c->acts);
        shi_json_kint(&json, "accounts", c->acting);
        shi_json_kint(&json, "window_seconds", j->scale.window_s);
        shi_json_kint(&json, "min_objects", a->min_objects);
        shi_json_kint(&json, "met", c->met);
        shi_json_kint(&json, "pairs", c->pairs);
        shi_json_kint(&json, "pairs_on_different_objects", apart);
        shi_json_kint(&json, "hot_objects", c->hot_objects);
        shi_json_kint(&json, "hot_acts", c->hot_acts);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return;
    }
    duration_write(j->scale.window_s, cli->lang, window);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld acts of %2$lld accounts. The window is %3$s.\n")), (long long)c->acts, (long long)c->acting,
                   window);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld pairs of accounts met within the window at least %2$lld times, %3$lld of them on so many "
                                               "different objects; %4$lld pairs met at all.\n")),
                   (long long)c->pairs, (long long)a->min_objects, (long long)apart, (long long)c->met);
    if (c->hot_objects)
        shi_buf_format(&cli->out, tr(cli->lang, N_("On %1$lld very busy objects (%2$lld acts) only a sample of the pairs was counted.\n")),
                       (long long)c->hot_objects, (long long)c->hot_acts);
    shi_buf_puts(&cli->out, tr(cli->lang, N_("These are counts: popular objects and common habits bring strangers together too. \"--method test\" "
                                             "takes account of both.\n")));
}

static shi_err run_count(shi_cli *cli, const args *a, const job *j)
{
    shi_sync_counts counts;
    shi_arena scratch;
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_sync_count(&cli->keep, scratch, &j->columns, j->scale.window_s, a->min_objects, 0, &counts);
    shi_arena_drop(&scratch);
    if (!e.code && a->pairs) e = write_counts(j, &counts, a->pairs);
    if (!e.code) print_counts(cli, a, j, &counts);
    return e;
}

/* ---- test ---- */

static shi_err write_pairs(const job *j, const shi_sync *s, const char *path)
{
    shi_buf text = { 0 };
    shi_buf_puts(&text, "account_a,account_b,window_seconds,trials,hits,expected,log10_p,log10_e,q\n");
    for (int64_t i = 0; i < s->pairs; i++) {
        const shi_sync_pair *p = &s->pair[i];
        names_csv(&text, j, p->a, p->b);
        shi_buf_format(&text, ",%lld,%d,%d", (long long)s->scaled[p->scale].scale.window_s, (int)p->trials, (int)p->hits);
        number_csv(&text, p->expected);
        number_csv(&text, p->log10_p);
        number_csv(&text, p->log10_e);
        number_csv(&text, p->q);
        shi_buf_addc(&text, '\n');
    }
    return write_out(&text, path);
}

static void scales_json(shi_json *json, const shi_sync *s)
{
    shi_json_key(json, "scales");
    shi_json_begin_array(json);
    for (int64_t k = 0; k < s->scales; k++) {
        const shi_sync_scaled *c = &s->scaled[k];
        shi_json_begin_object(json);
        shi_json_kint(json, "window_seconds", c->scale.window_s);
        shi_json_kint(json, "reach_seconds", c->scale.reach_s);
        shi_json_kbool(json, "judged", c->judged);
        shi_json_kint(json, "near_pairs", c->near);
        shi_json_kint(json, "tested", c->tested);
        shi_json_kf64(json, "base_rate", c->judged, c->base_rate);
        shi_json_kint(json, "hot_objects", c->hot_objects);
        shi_json_kint(json, "hot_acts", c->hot_acts);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

static void print_json(shi_cli *cli, const args *a, const job *j, const shi_sync *s)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_ktext(&json, "method", "test");
    shi_json_kint(&json, "rows", j->file.rows);
    shi_json_kint(&json, "acts", s->acts);
    shi_json_kint(&json, "accounts", s->acting);
    shi_json_kint(&json, "resolution_seconds", s->resolution_s);
    shi_json_kbool(&json, "seconds_are_a_counter", s->counter);
    shi_json_kint(&json, "min_objects", a->min_objects);
    shi_json_kf64(&json, "fdr", true, j->group_fdr);
    shi_json_kf64(&json, "fdr_of_pairs", true, j->pair_fdr);
    scales_json(&json, s);
    shi_json_kint(&json, "tested", s->searched);
    shi_json_kint(&json, "pairs", s->pairs);
    shi_json_kint(&json, "selected", j->judged.count);
    if (s->cannot_judge) shi_tool_cannot_judge(cli, &json, s->cannot_judge);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < s->groups.len; g++) {
        shi_json_begin_object(&json);
        shi_tool_group_json(&json, &s->groups, g, &j->judged, "objects", &j->zone);
        shi_json_kint(&json, "acts", s->groups.ptr[g].deeds);
        shi_json_kint(&json, "pairs", s->evidence[g].pairs);
        shi_json_kf64(&json, "same_two_hours_of_week", true, s->evidence[g].same_hours);
        shi_json_kbool(&json, "like_a_meeting", s->evidence[g].same_hours * 100 >= MEETING);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void print_table(shi_cli *cli, const job *j, const shi_sync *s)
{
    static const char *const HEAD[] = { N_("group"), N_("accounts"), N_("objects"), N_("acts"), N_("evidence (e)"), N_("first seen"), N_("last seen"),
                                        N_("same two hours of the week") };
    shi_term term = { .columns = COUNT(HEAD), .right = { true, true, true, true, true, false, false, true } };
    int64_t shown = 0;
    for (int64_t k = 0; k < COUNT(HEAD); k++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[k])));
    for (int64_t g = 0; g < s->groups.len && shown < SHOWN; g++) {
        char share[16];
        const shi_group *group = &s->groups.ptr[g];
        if (!j->judged.selected[g]) continue;
        shown++;
        shi_tool_count_cell(&term, g + 1);
        shi_tool_count_cell(&term, group->len);
        shi_tool_count_cell(&term, group->things);
        shi_tool_count_cell(&term, group->deeds);
        shi_tool_number_cell(&term, pow(10, group->log10_e < 300 ? group->log10_e : 300));
        shi_tool_time_cell(&term, group->from_us, &j->zone);
        shi_tool_time_cell(&term, group->to_us, &j->zone);
        snprintf(share, sizeof share, "%.0f %%", 100 * s->evidence[g].same_hours);
        shi_term_cell(&term, shi_str_from(share));
    }
    shi_buf_addc(&cli->out, '\n');
    shi_term_print(&term, &cli->out);
    if (j->judged.count > shown) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more.\n")), (long long)(j->judged.count - shown));
}

static void print_found(shi_cli *cli, const args *a, const job *j, const shi_sync *s)
{
    char fdr[32];
    int64_t hot = 0, meetings = 0;
    shi_f64_write(j->pair_fdr * 100, fdr);
    for (int64_t k = 0; k < s->scales; k++) hot = s->scaled[k].hot_objects > hot ? s->scaled[k].hot_objects : hot;
    for (int64_t g = 0; g < s->groups.len; g++) meetings += j->judged.selected[g] && s->evidence[g].same_hours * 100 >= MEETING;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld tests of pairs that met on at least %2$lld objects: %3$lld pairs hit the same moment more "
                                               "often than popular objects and habits explain (false discovery rate %4$s %%).\n")),
                   (long long)s->searched, (long long)a->min_objects, (long long)s->pairs, fdr);
    if (hot)
        shi_buf_format(&cli->out, tr(cli->lang, N_("On %1$lld very busy objects only a sample of the pairs was looked at.\n")), (long long)hot);
    if (j->judged.count == 0) {
        shi_buf_puts(&cli->out, tr(cli->lang, N_("No group of accounts acts together beyond that.\n")));
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld groups of accounts act together beyond that:\n")), (long long)j->judged.count);
    print_table(cli, j, s);
    shi_buf_addc(&cli->out, '\n');
    shi_buf_puts(&cli->out, tr(cli->lang, N_("Each is a lead to look into, not a verdict. Innocent causes look the same: a meeting or class that "
                                             "recurs at its hour, people who answer the same reminder at once every time, one helper who acts for "
                                             "several on a single phone, one person who stands in the file twice.\n")));
    if (meetings)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of the groups act mostly in the same two hours of the week, as a recurring meeting does: "
                                                   "ask for its attendance list first.\n")), (long long)meetings);
}

static void print_test(shi_cli *cli, const args *a, const job *j, const shi_sync *s)
{
    char resolution[48], window[48], reach[48];
    if (cli->json) {
        print_json(cli, a, j, s);
        return;
    }
    duration_write(s->resolution_s, cli->lang, resolution);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld first acts of %2$lld accounts on objects; the times are exact to %3$s.\n")),
                   (long long)s->acts, (long long)s->acting, resolution);
    if (s->counter) shi_buf_puts(&cli->out, tr(cli->lang, N_("The seconds count up from act to act: they are no clock, and are not used.\n")));
    for (int64_t k = 0; k < s->scales; k++) {
        duration_write(s->scaled[k].scale.window_s, cli->lang, window);
        duration_write(s->scaled[k].scale.reach_s, cli->lang, reach);
        if (s->scaled[k].judged)
            shi_buf_format(&cli->out, tr(cli->lang, N_("Same moment: at most %1$s apart, of acts at most %2$s apart.\n")), window, reach);
    }
    if (s->cannot_judge) shi_tool_cannot_judge(cli, NULL, s->cannot_judge);
    else print_found(cli, a, j, s);
}

/* The kernel speaks of the local clock. */
static shi_err times_as_utc(shi_cli *cli, const shi_zone *zone, shi_groups *groups)
{
    shi_group *to = shi_new(&cli->keep, shi_group, groups->len);
    if (!to) return shi_no_memory();
    for (int64_t g = 0; g < groups->len; g++) {
        to[g] = groups->ptr[g];
        to[g].from_us = shi_zone_utc_us(zone, to[g].from_us);
        to[g].to_us = shi_zone_utc_us(zone, to[g].to_us);
    }
    groups->ptr = to;
    return (shi_err){ 0 };
}

static shi_err run_test(shi_cli *cli, const args *a, job *j)
{
    const shi_sync_settings settings = { .scale = &j->scale, .scales = j->one_scale, .min_objects = a->min_objects, .alpha = j->pair_fdr };
    shi_sync found;
    shi_arena scratch;
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_sync_find(&cli->keep, scratch, &j->columns, &settings, &found);
    shi_arena_drop(&scratch);
    if (!e.code) e = times_as_utc(cli, &j->zone, &found.groups);
    if (!e.code) e = shi_tool_judge(cli, &found.groups, j->group_fdr, &j->judged);
    if (!e.code && a->pairs) e = write_pairs(j, &found, a->pairs);
    shi_groups selected = { 0 };
    if (!e.code) {
        selected = found.groups;
        selected.len = j->judged.count;                  /* the strongest come first */
    }
    if (!e.code && a->members) e = shi_tool_members(&selected, j->file.word[ACCOUNT], a->members);
    if (!e.code) print_test(cli, a, j, &found);
    return e;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = UNTOLD, .min_objects = 3, .method = "test" };
    job *j = shi_new(&cli->keep, job, 1);
    if (!j) return shi_no_memory();
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    bool count = !strcmp(a.method, "count"), told = a.fdr != UNTOLD;
    j->group_fdr = told ? a.fdr : 0.01;
    j->pair_fdr = told ? a.fdr : 0.05;
    if (argc != 1 || !a.account || !a.object || !a.time)
        return shi_fail(SHI_USAGE, N_("sync takes one file and --account COL, --object COL and --time COL"),
                        N_("\"shishu help sync\" shows how it is called."));
    if (!count && strcmp(a.method, "test"))
        return shi_fail_value(SHI_USAGE, shi_str_from(a.method), N_("there is no such method"), N_("The methods are test and count."));
    if (!(j->group_fdr > 0 && j->group_fdr < 1) || a.min_objects < 1 || (!count && a.min_objects < 2))
        return shi_fail(SHI_USAGE, N_("--fdr lies between 0 and 1, and --min-objects is 2 or more (to count, 1)"),
                        N_("\"shishu help sync\" shows how it is called."));
    if (count && a.members)
        return shi_fail(SHI_USAGE, N_("--method count forms no groups"), N_("Leave out --members, or use --method test."));
    SHI_TRY(scale_of(&a, j, count));
    SHI_TRY(shi_tool_zone(a.zone, &j->zone));
    SHI_TRY(read_columns(cli, &a, argv[0], j));
    return count ? run_count(cli, &a, j) : run_test(cli, &a, j);
}

const shi_command SHI_CMD_SYNC = { "sync", "FILE", N_("accounts that act on the same objects at the same moments, again and again"),
    N_("Finds pairs of accounts that hit the same moment on shared objects more often than the objects' popularity and the accounts' own habits "
       "explain, and the groups they form, each with its evidence: leads for a field check, not verdicts. What a crowd does around one object is "
       "measured on pairs that meet rarely, so a push, a deadline or a popular post is no evidence. \"--method count\" gives the plain counts of "
       "co-actions that other tools give. Any file: CSV, TSV, JSON lines, Parquet, xlsx, also compressed; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
