/* shishu rank: the ranks of units on what is real, as far as the data carry them. */
#include "chain/run.h"
#include "cli/cli.h"

#include "base/decimal.h"
#include "field/spot.h"
#include "store/checks.h"

#include <math.h>
#include <stdlib.h>

enum { LAST = 5 };

typedef struct {
    const char *level;
    bool per_head;
    double confidence;
} args;

static const shi_option OPTIONS[] = {
    { "level", SHI_OPT_TEXT, offsetof(args, level), "LEVEL", N_("units of this level: village, town, county; without it the level most figures "
        "have") },
    { "per-head", SHI_OPT_FLAG, offsetof(args, per_head), NULL, N_("compare shares of the people there, not numbers") },
    { "confidence", SHI_OPT_SHARE, offsetof(args, confidence), "P", N_("how sure all rank sets together are (0.95)") },
};

/* A unit and what is known of its real number, or share. */
typedef struct {
    const shi_figure *figure;
    bool checked, known;       /* known: there is an estimate */
    double estimate, low, high;
    int64_t rank, best, worst;
} place;

typedef struct {
    place *ptr;
    int64_t len, pairs, apart, checked;
} ranking;

static shi_str common_level(const shi_figures *figures)
{
    shi_str best = { 0 };
    int64_t most = 0;
    for (int64_t i = 0; i < figures->len; i++) {
        int64_t n = 0;
        for (int64_t k = 0; k < figures->len; k++) n += shi_str_eq(figures->ptr[k].level, figures->ptr[i].level);
        if (n > most) most = n, best = figures->ptr[i].level;
    }
    return best;
}

static const shi_checked_row *check_of(const shi_checked_rows *rows, const shi_figure *f)
{
    for (int64_t i = 0; i < rows->len; i++)
        if (shi_str_eq(rows->ptr[i].indicator, f->indicator) && shi_str_eq(rows->ptr[i].period, f->period) &&
            shi_str_eq(rows->ptr[i].unit_code, f->unit_code))
            return &rows->ptr[i];
    return NULL;
}

/* The interval of one of `checks` units, so that all of them hold together (Bonferroni); a unit that was not checked has only its bound, which is
 * arithmetic and costs nothing. */
static shi_err interval(shi_cli *cli, shi_workspace *ws, const args *a, const shi_checked_row *row, int64_t checks, place *p)
{
    const shi_figure *f = p->figure;
    p->low = f->real_low.known ? (double)f->real_low.v / 1000 : 0;
    p->high = f->real_high.known ? (double)f->real_high.v / 1000 : (double)INFINITY;
    if (row) {
        shi_estimate e;
        shi_str name = shi_str_format(&cli->keep, "%.*s/%.*s/%.*s", (int)f->indicator.len, f->indicator.ptr, (int)f->period.len, f->period.ptr,
                                      (int)f->unit_code.len, f->unit_code.ptr);
        if (!name.ptr) return shi_no_memory();
        SHI_TRY(shi_spot_figure_at(ws, &cli->keep, row->check, name, 1 - (1 - a->confidence) / (double)checks, &e));
        p->checked = true;
        p->known = e.judged;
        p->estimate = e.total;
        p->low = e.drawn ? e.sure_low : e.low;   /* of meetings only what holds whatever the other villages are like */
        p->high = e.drawn ? e.sure_high : e.high;
    }
    if (!a->per_head) return (shi_err){ 0 };
    double people = f->people.known && f->people.v > 0 ? (double)f->people.v / 1000 : 0;
    if (people > 0) p->estimate /= people, p->low /= people, p->high /= people;
    else p->known = false, p->low = 0, p->high = (double)INFINITY;
    return (shi_err){ 0 };
}

static void rank_all(ranking *r)
{
    for (int64_t i = 0; i < r->len; i++) {
        place *p = &r->ptr[i];
        p->best = p->rank = 1;
        p->worst = r->len;
        for (int64_t k = 0; k < r->len; k++) {
            const place *o = &r->ptr[k];
            if (k == i) continue;
            p->rank += o->known && o->estimate > p->estimate;
            p->best += o->low > p->high;
            p->worst -= o->high < p->low;
            r->apart += k > i && (o->low > p->high || o->high < p->low);
        }
        r->checked += p->checked;
    }
    r->pairs = r->len * (r->len - 1) / 2;
}

static int by_rank(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->known != y->known) return x->known ? -1 : 1;
    if (x->known && x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return shi_str_cmp(x->figure->unit_code, y->figure->unit_code);
}

static shi_err load(shi_cli *cli, shi_workspace *ws, const args *a, shi_duck *duck, char **argv, ranking *out)
{
    shi_figures figures;
    shi_checked_rows rows;
    int64_t checks = 0;
    const shi_param p[] = { SHI_TEXTP(shi_str_from(argv[0])), SHI_TEXTP(shi_str_from(argv[1])) };
    SHI_TRY(shi_run_figures(duck, &cli->keep, "figure_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code", p, 2, &figures));
    if (figures.len == 0) return shi_fail_value(SHI_INPUT, shi_str_from(argv[0]), N_("the latest run has no figure of this indicator and period"),
                                                N_("Name both as in \"shishu explain\", and run \"shishu audit\" after new imports."));
    SHI_TRY(shi_checks_concluded(ws, &cli->keep, &rows));
    shi_str level = a->level ? shi_str_from(a->level) : common_level(&figures);
    out->ptr = shi_new(&cli->keep, place, figures.len);
    if (!out->ptr) return shi_no_memory();
    for (int64_t i = 0; i < figures.len; i++) {
        if (!shi_str_eq(figures.ptr[i].level, level)) continue;
        out->ptr[out->len++].figure = &figures.ptr[i];
        checks += check_of(&rows, &figures.ptr[i]) != NULL;
    }
    for (int64_t i = 0; i < out->len; i++)
        SHI_TRY(interval(cli, ws, a, check_of(&rows, out->ptr[i].figure), checks, &out->ptr[i]));
    rank_all(out);
    qsort(out->ptr, (size_t)out->len, sizeof *out->ptr, by_rank);
    return (shi_err){ 0 };
}

static void print_json(shi_cli *cli, const ranking *r)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "pairs", r->pairs);
    shi_json_kint(&json, "distinguishable", r->apart);
    shi_json_kint(&json, "checked", r->checked);
    shi_json_key(&json, "last_five");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < r->len; i++)
        if (r->len > LAST && r->ptr[i].best > r->len - LAST) shi_json_str(&json, r->ptr[i].figure->unit_code);
    shi_json_end_array(&json);
    shi_json_key(&json, "units");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < r->len; i++) {
        const place *p = &r->ptr[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "unit_code", p->figure->unit_code);
        shi_json_kf64(&json, "estimate", p->known, p->estimate);
        if (p->known) shi_json_kint(&json, "rank", p->rank);
        else shi_json_knull(&json, "rank");
        shi_json_kint(&json, "low", p->best);
        shi_json_kint(&json, "high", p->worst);
        shi_json_kf64(&json, "real_low", true, p->low);
        shi_json_kf64(&json, "real_high", isfinite(p->high), p->high);
        shi_json_kbool(&json, "checked", p->checked);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void number_cell(shi_term *term, bool known, double x, bool per_head)
{
    char text[32];
    if (!known || !isfinite(x)) snprintf(text, sizeof text, "-");
    else if (per_head) snprintf(text, sizeof text, "%.3f", x);
    else shi_decimal_write_grouped((int64_t)llround(x) * 1000, text);
    shi_term_cell(term, shi_str_from(text));
}

static void print_table(shi_cli *cli, const args *a, const ranking *r)
{
    static const char *const HEAD[] = { N_("unit"), N_("rank"), N_("possible ranks"), N_("really there"), N_("at least"), N_("at most") };
    shi_term term = { .columns = COUNT(HEAD), .right = { [1] = true, [2] = true, [3] = true, [4] = true, [5] = true } };
    int64_t last = 0;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of the %2$lld pairs of units can be told apart; %3$lld of the %4$lld units were checked in "
        "the field.\n")),
                   (long long)r->apart, (long long)r->pairs, (long long)r->checked, (long long)r->len);
    for (int64_t i = 0; i < r->len; i++) {
        if (r->len <= LAST || r->ptr[i].best <= r->len - LAST) continue;
        shi_buf_puts(&cli->out, last++ ? tr(cli->lang, N_(", ")) : tr(cli->lang, N_("Certainly among the last five: ")));
        shi_buf_add(&cli->out, r->ptr[i].figure->unit_name);
    }
    if (last) shi_buf_addc(&cli->out, '\n');
    else if (r->len > LAST) shi_buf_puts(&cli->out, tr(cli->lang, N_("No unit is certainly among the last five.\n")));
    shi_buf_addc(&cli->out, '\n');
    for (int64_t c = 0; c < COUNT(HEAD); c++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[c])));
    for (int64_t i = 0; i < r->len; i++) {
        const place *p = &r->ptr[i];
        char text[64];
        shi_term_cell(&term, p->figure->unit_name.ptr ? p->figure->unit_name : p->figure->unit_code);
        snprintf(text, sizeof text, "%lld", (long long)p->rank);
        shi_term_cell(&term, p->known ? shi_str_from(text) : S("-"));
        snprintf(text, sizeof text, "%lld-%lld", (long long)p->best, (long long)p->worst);
        shi_term_cell(&term, shi_str_from(text));
        number_cell(&term, p->known, p->estimate, a->per_head);
        number_cell(&term, true, p->low, a->per_head);
        number_cell(&term, true, p->high, a->per_head);
    }
    shi_term_print(&term, &cli->out);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .confidence = 0.95 };
    shi_workspace ws;
    shi_duck duck;
    shi_run_info info;
    ranking r = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 2 || !(a.confidence > 0 && a.confidence < 1))
        return shi_fail(SHI_USAGE, N_("rank takes an indicator and a period"), N_("\"shishu help rank\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, NULL);
    shi_err e = shi_run_open(&ws, &cli->keep, (shi_str){ 0 }, &engine, &duck, &info);
    if (!e.code) {
        e = load(cli, &ws, &a, &duck, argv, &r);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) print_json(cli, &r);
    else print_table(cli, &a, &r);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_RANK = { "rank", "INDICATOR PERIOD", N_("the ranks of units on what is real, as far as the data carry them"),
    N_("Says first how many pairs of units can be told apart, and who is certainly among the last five: mostly nobody. A unit that was checked in "
        "the field has "
       "an interval; one that was not has only its bound. Two units can be told apart where these do not meet; all of it holds at once at the "
       "confidence. "
       "What was reported is not looked at."),
    OPTIONS, COUNT(OPTIONS), run };
