/* shishu rank: the ranks of units on what is real, as far as the data carry them. */
#include "chain/run.h"
#include "cli/cli.h"

#include "base/decimal.h"
#include "field/places.h"
#include "report/json.h"
#include "report/words.h"

#include <math.h>

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

static shi_err load(shi_cli *cli, shi_workspace *ws, const args *a, shi_duck *duck, char **argv, shi_places *out)
{
    shi_figures figures;
    shi_checked_rows rows;
    const shi_param p[] = { SHI_TEXTP(shi_str_from(argv[0])), SHI_TEXTP(shi_str_from(argv[1])) };
    const shi_places_wish wish = { .level = shi_str_from(a->level), .per_head = a->per_head, .confidence = a->confidence };
    SHI_TRY(shi_run_figures(duck, &cli->keep, "figure_out", "WHERE indicator = $1 AND period = $2 ORDER BY unit_code", p, 2, &figures));
    if (figures.len == 0) return shi_fail_value(SHI_INPUT, shi_str_from(argv[0]), N_("the latest run has no figure of this indicator and period"),
                                                N_("Name both as in \"shishu explain\", and run \"shishu audit\" after new imports."));
    SHI_TRY(shi_checks_concluded(ws, &cli->keep, &rows));
    return shi_places_make(ws, &cli->keep, &wish, &figures, &rows, out);
}

static void number_cell(shi_term *term, bool known, double x, bool per_head)
{
    char text[32];
    if (!known || !isfinite(x)) snprintf(text, sizeof text, "-");
    else if (per_head) snprintf(text, sizeof text, "%.3f", x);
    else shi_decimal_write_grouped((int64_t)llround(x) * 1000, text);
    shi_term_cell(term, shi_str_from(text));
}

static void print_table(shi_cli *cli, const args *a, const shi_places *r)
{
    static const char *const HEAD[] = { N_("unit"), N_("rank"), N_("possible ranks"), N_("really there"), N_("at least"), N_("at most") };
    shi_term term = { .columns = COUNT(HEAD), .right = { [1] = true, [2] = true, [3] = true, [4] = true, [5] = true } };
    shi_words_apart(&cli->out, cli->lang, r);
    shi_buf_puts(&cli->out, "\n\n");
    for (int64_t c = 0; c < COUNT(HEAD); c++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[c])));
    for (int64_t i = 0; i < r->len; i++) {
        const shi_place *p = &r->ptr[i];
        char text[64];
        shi_term_cell(&term, p->unit_name.ptr ? p->unit_name : p->unit_code);
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
    shi_places r = { 0 };
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
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_report_json_places(&json, &r);
        shi_buf_addc(&cli->out, '\n');
    } else print_table(cli, &a, &r);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_RANK = { "rank", "INDICATOR PERIOD", N_("the ranks of units on what is real, as far as the data carry them"),
    N_("Says first how many pairs of units can be told apart, and who is certainly among the last five: mostly nobody. A unit that was checked in "
        "the field has "
       "an interval; one that was not has only its bound. Two units can be told apart where these do not meet; all of it holds at once at the "
       "confidence. "
       "What was reported is not looked at."),
    OPTIONS, COUNT(OPTIONS), run };
