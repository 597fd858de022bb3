/* shishu rank: the ranks of units on what is real, as far as the data carry them. */
#include "cli/cli.h"
#include "field/rank.h"

#include "base/decimal.h"

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

static void number_cell(shi_term *term, bool known, double x, bool per_head)
{
    char text[32];
    if (!known || !isfinite(x)) snprintf(text, sizeof text, "-");
    else if (per_head) snprintf(text, sizeof text, "%.3f", x);
    else shi_decimal_write_grouped((int64_t)llround(x) * 1000, text);
    shi_term_cell(term, shi_str_from(text));
}

static void print_table(shi_cli *cli, const args *a, const shi_ranking *r)
{
    static const char *const HEAD[] = { N_("unit"), N_("rank"), N_("possible ranks"), N_("really there"), N_("at least"), N_("at most") };
    shi_term term = { .columns = COUNT(HEAD), .right = { [1] = true, [2] = true, [3] = true, [4] = true, [5] = true } };
    int64_t last = 0;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld of the %2$lld pairs of units can be told apart; %3$lld of the %4$lld units were checked in "
        "the field.\n")),
                   (long long)r->apart, (long long)r->pairs, (long long)r->checked, (long long)r->len);
    for (int64_t i = 0; i < r->len; i++) {
        if (!shi_rank_is_last(r, &r->ptr[i])) continue;
        shi_buf_puts(&cli->out, last++ ? tr(cli->lang, N_(", ")) : tr(cli->lang, N_("Certainly among the last five: ")));
        shi_buf_add(&cli->out, r->ptr[i].figure->unit_name);
    }
    if (last) shi_buf_addc(&cli->out, '\n');
    else if (r->len > SHI_RANK_LAST) shi_buf_puts(&cli->out, tr(cli->lang, N_("No unit is certainly among the last five.\n")));
    shi_buf_addc(&cli->out, '\n');
    for (int64_t c = 0; c < COUNT(HEAD); c++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[c])));
    for (int64_t i = 0; i < r->len; i++) {
        const shi_rank_place *p = &r->ptr[i];
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
    shi_ranking r = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 2 || !(a.confidence > 0 && a.confidence < 1))
        return shi_fail(SHI_USAGE, N_("rank takes an indicator and a period"), N_("\"shishu help rank\" shows how it is called."));
    SHI_TRY(shi_cli_open(cli, SHI_READ, &ws));
    shi_engine engine = shi_cli_engine(cli, NULL);
    shi_err e = shi_run_open(&ws, &cli->keep, (shi_str){ 0 }, &engine, &duck, &info);
    if (!e.code) {
        const shi_rank_wish wish = { shi_str_from(argv[0]), shi_str_from(argv[1]), shi_str_from(a.level), a.per_head, a.confidence };
        e = shi_rank_make(&ws, &cli->keep, &duck, &wish, &r);
        shi_duck_close(&duck);
    }
    shi_workspace_close(&ws);
    if (e.code) return e;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_rank_json(&json, &r);
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
