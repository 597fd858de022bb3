/* shishu answers: pairs and groups of answer sheets that are too alike to be independent. Any file: wide (a row a sheet) or long
 * (a row an answer). */
#include "cli/tool.h"

#include "base/dictionary.h"
#include "base/sort.h"
#include "shishu/answers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 20, MOST_ITEMS = 500, ACCOUNT = 0, UNIT = 1, FIRST = 2 };   /* columns: the unit may be absent */
static const int64_t MOST_CELLS = INT64_C(1) << 30;

typedef struct {
    const char *account, *longer, *key, *unit, *members;
    shi_texts items;
    double fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account that handed the sheet in") },
    { "items", SHI_OPT_TEXTS, offsetof(args, items), "COL", N_("column of an item's answers, where a row is a sheet; several with commas, or given "
        "again") },
    { "long", SHI_OPT_TEXT, offsetof(args, longer), "item=COL,…",
        N_("where a row is an answer: item=COL,answer=COL and, if there are such columns, key=COL "
        "and seconds=COL") },
    { "key", SHI_OPT_TEXT, offsetof(args, key), "FILE", N_("a file with the columns item and answer: what is right; without it the commonest "
        "answer is taken") },
    { "unit", SHI_OPT_TEXT, offsetof(args, unit), "COL", N_("column of the unit; a sheet found in three units or more is in circulation and listed "
        "apart") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "Q", N_("false discovery rate of the groups that are selected (0.05)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the accounts of each group to this CSV file") },
};

typedef struct {
    const args *a;
    const char *path;
    shi_arrays file, key_file;
    int64_t item, answer, right, time;      /* long: places of the columns, -1: none */
    shi_str item_name[MOST_ITEMS];
    int64_t wide_items;
    shi_str *name;                          /* items */
    int64_t items, sheets, options;
    int32_t *cell, *key, *unit;             /* sheets x items; items; sheets */
    double *seconds;
    int64_t repeated;                       /* answers beyond the first of an account to an item */
    bool keyed;
    shi_answers_found found;
    shi_tool_judged judged;
    bool *pair_selected;
    double *pair_q;
} work;

/* ---- what is asked for ---- */

static shi_err usage(void)
{
    return shi_fail(SHI_USAGE, N_("answers takes one file, --account COL, and --items COL,COL,… or --long item=COL,answer=COL"),
                    N_("\"shishu help answers\" shows how it is called."));
}

/* The next part before a comma. */
static bool next_part(shi_str *rest, shi_str *part)
{
    if (rest->len <= 0) return false;
    int64_t comma = shi_str_find(*rest, ',', 0);
    *part = shi_str_trim(shi_str_sub(*rest, 0, comma < 0 ? rest->len : comma));
    *rest = comma < 0 ? (shi_str){ 0 } : shi_str_sub(*rest, comma + 1, rest->len);
    return true;
}

static shi_err split_items(work *w)
{
    for (int64_t k = 0; k < w->a->items.len; k++) {
        shi_str rest = w->a->items.item[k], one;
        while (next_part(&rest, &one)) {
            if (one.len == 0) return usage();
            if (w->wide_items == MOST_ITEMS) return shi_fail(SHI_USAGE, N_("there are more than 500 items"), N_("Use --long, or fewer columns."));
            w->item_name[w->wide_items++] = one;
        }
    }
    return w->wide_items ? (shi_err){ 0 } : usage();
}

static shi_err split_long(work *w, shi_asked *asked, int64_t *n)
{
    static const char *const NAME[] = { "item=", "answer=", "key=", "seconds=" };
    int64_t *const place[] = { &w->item, &w->answer, &w->right, &w->time };
    static const shi_type TYPE[] = { SHI_T_CODE, SHI_T_TEXT, SHI_T_TEXT, SHI_T_REAL };
    shi_str rest = shi_str_from(w->a->longer), one;
    while (next_part(&rest, &one)) {
        int64_t k = 0;
        while (k < COUNT(NAME) && !shi_str_starts(one, shi_str_from(NAME[k]))) k++;
        if (k == COUNT(NAME) || *place[k] >= 0) return usage();
        *place[k] = *n;
        asked[(*n)++] = (shi_asked){ .header = shi_str_sub(one, (int64_t)strlen(NAME[k]), one.len), .type = TYPE[k], .may_miss = k > 0,
            .coded = k < 3 };
    }
    return w->item >= 0 && w->answer >= 0 ? (shi_err){ 0 } : usage();
}

static shi_err read_file(shi_cli *cli, work *w)
{
    shi_asked asked[MOST_ITEMS + FIRST + 4] = { [ACCOUNT] = { .header = shi_str_from(w->a->account), .type = SHI_T_CODE, .coded = true },
        [UNIT] = { .header = shi_str_from(w->a->unit ? w->a->unit : ""), .type = SHI_T_CODE, .coded = true, .may_miss = true,
            .optional = !w->a->unit } };
    int64_t n = FIRST;
    if (w->a->longer) SHI_TRY(split_long(w, asked, &n));
    for (int64_t j = 0; j < w->wide_items; j++) asked[n++] = (shi_asked){ .header = w->item_name[j], .type = SHI_T_TEXT, .coded = true,
        .may_miss = true };
    return shi_tool_read(cli, w->path, NULL, asked, n, &w->file);
}

/* ---- the sheets ---- */

static shi_err make_room(shi_cli *cli, work *w)
{
    int64_t cells;
    w->sheets = w->file.word[ACCOUNT].len;
    w->items = w->a->longer ? w->file.word[w->item].len : w->wide_items;
    if (shi_mul(w->sheets, w->items, &cells) || cells > MOST_CELLS) {
        shi_err e = shi_fail(SHI_INPUT, N_("there are too many sheets and items to lay side by side"),
            N_("Split the file, by contest or township say."));
        e.file = shi_str_from(w->path);
        return e;
    }
    w->cell = shi_new(&cli->keep, int32_t, cells);
    w->key = shi_new(&cli->keep, int32_t, w->items);
    w->unit = shi_new(&cli->keep, int32_t, w->sheets);
    w->name = shi_new(&cli->keep, shi_str, w->items);
    if (w->time >= 0) w->seconds = shi_new(&cli->keep, double, cells);
    if (!w->cell || !w->key || !w->unit || !w->name || (w->time >= 0 && !w->seconds)) return shi_no_memory();
    for (int64_t i = 0; i < cells; i++) w->cell[i] = -1;
    for (int64_t i = 0; i < cells && w->seconds; i++) w->seconds[i] = (double)NAN;
    for (int64_t j = 0; j < w->items; j++) w->key[j] = -1;
    for (int64_t j = 0; j < w->items; j++) w->name[j] = w->a->longer ? w->file.word[w->item].ptr[j] : w->item_name[j];
    for (int64_t i = 0; i < w->sheets; i++) w->unit[i] = -1;
    for (int64_t r = 0; r < w->file.rows && w->a->unit; r++)
        if (w->unit[w->file.code[ACCOUNT][r]] < 0) w->unit[w->file.code[ACCOUNT][r]] = w->file.code[UNIT][r];
    return (shi_err){ 0 };
}

static void fill_wide(work *w, bool *seen)
{
    for (int64_t j = 0; j < w->items; j++)
        if (w->file.word[FIRST + j].len > w->options) w->options = w->file.word[FIRST + j].len;
    for (int64_t r = 0; r < w->file.rows; r++) {
        int32_t sheet = w->file.code[ACCOUNT][r];
        w->repeated += seen[sheet];
        for (int64_t j = 0; j < w->items && !seen[sheet]; j++) w->cell[sheet * w->items + j] = w->file.code[FIRST + j][r];
        seen[sheet] = true;
    }
}

static void fill_long(work *w, bool *seen)
{
    w->options = w->file.word[w->answer].len;
    for (int64_t r = 0; r < w->file.rows; r++) {
        int64_t cell = w->file.code[ACCOUNT][r] * w->items + w->file.code[w->item][r];
        w->repeated += seen[cell];
        if (seen[cell]) continue;
        seen[cell] = true;
        w->cell[cell] = w->file.code[w->answer][r];
        if (w->seconds) w->seconds[cell] = w->file.real[w->time][r];
    }
}

/* ---- the key ---- */

/* The code of a right answer; one that nobody gave gets a code of its own. */
static int32_t code_of(shi_strs words, shi_str answer, int64_t *options)
{
    for (int64_t k = 0; k < words.len; k++)
        if (shi_str_eq(words.ptr[k], answer)) return (int32_t)k;
    if (words.len == *options) ++*options;
    return (int32_t)words.len;
}

/* Long files may hold the key in a column. */
static shi_err key_column(work *w)
{
    for (int64_t r = 0; r < w->file.rows; r++) {
        int32_t item = w->file.code[w->item][r], right = w->file.code[w->right][r];
        if (right < 0) continue;
        int32_t code = code_of(w->file.word[w->answer], w->file.word[w->right].ptr[right], &w->options);
        if (w->key[item] >= 0 && w->key[item] != code)
            return shi_arrays_fault(w->path, &w->file, r, w->file.header[w->right], w->file.word[w->right].ptr[right],
                                    N_("the item has two right answers"), N_("Correct the key."));
        w->key[item] = code;
    }
    return (shi_err){ 0 };
}

static shi_err key_file(shi_cli *cli, work *w)
{
    shi_asked asked[2] = { { .header = S("item"), .type = SHI_T_CODE, .aliases = "题号|题目" },
                           { .header = S("answer"), .type = SHI_T_TEXT, .aliases = "key|答案|正确答案" } };
    shi_dictionary items = { .keep = &cli->keep };
    int64_t none = w->items;
    SHI_TRY(shi_tool_read(cli, w->a->key, NULL, asked, 2, &w->key_file));
    for (int64_t j = 0; j < w->items; j++)
        if (shi_dictionary_add(&items, w->name[j]) == SHI_DICTIONARY_FULL) return shi_no_memory();
    for (int64_t r = 0; r < w->key_file.rows; r++) {
        shi_str item = w->key_file.text[0][r], right = w->key_file.text[1][r];
        int32_t j = shi_dictionary_find(&items, item);
        if (j < 0) continue;
        if (w->key[j] >= 0)
            return shi_arrays_fault(w->a->key, &w->key_file, r, w->key_file.header[0], item, N_("the item has two right answers"),
                N_("Correct the key."));
        w->key[j] = code_of(w->file.word[w->a->longer ? w->answer : FIRST + j], right, &w->options);
        none--;
    }
    if (none < w->items) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("none of its items is in the file of answers"),
        N_("Items are named as the columns, or as in the column of items."));
    e.file = shi_str_from(w->a->key);
    return e;
}

static shi_err fill(shi_cli *cli, work *w)
{
    SHI_TRY(make_room(cli, w));
    bool *seen = shi_new(&cli->keep, bool, w->a->longer ? w->sheets * w->items : w->sheets);
    if (!seen) return shi_no_memory();
    if (w->a->longer) fill_long(w, seen);
    else fill_wide(w, seen);
    w->keyed = w->a->key || w->right >= 0;
    if (w->right >= 0) SHI_TRY(key_column(w));
    return w->a->key ? key_file(cli, w) : (shi_err){ 0 };
}

/* ---- the call ---- */

static shi_err compute(shi_cli *cli, work *w)
{
    shi_arena scratch;
    const shi_answers_columns columns = { .sheets = w->sheets, .items = w->items, .answer = w->cell, .options = w->options,
                                          .key = w->keyed ? w->key : NULL, .unit = w->a->unit ? w->unit : NULL,
                                          .units = w->a->unit ? w->file.word[UNIT].len : 0, .seconds = w->seconds };
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_answers_find(&cli->keep, scratch, &columns, &(shi_answers_settings){ 0 }, &w->found);
    if (!e.code) {
        int64_t n = w->found.pairs, count;
        double *log10_e = shi_new(&cli->keep, double, n);
        w->pair_selected = shi_new(&cli->keep, bool, n);
        w->pair_q = shi_new(&cli->keep, double, n);
        if (!log10_e || !w->pair_selected || !w->pair_q) e = shi_no_memory();
        for (int64_t p = 0; p < n && !e.code; p++) log10_e[p] = w->found.pair[p].log10_e;
        if (!e.code) e = shi_e_select(scratch, log10_e, n, 1, w->a->fdr, w->pair_selected, w->pair_q, &count);
    }
    shi_arena_drop(&scratch);
    if (e.code) return e;
    return shi_tool_judge(cli, &w->found.groups, w->a->fdr, &w->judged);
}

static shi_str account_of(const work *w, int32_t sheet)
{
    return w->file.word[ACCOUNT].ptr[sheet];
}

/* ---- printing ---- */

static void pair_json(shi_json *json, const work *w, int64_t p)
{
    const shi_answers_pair *pair = &w->found.pair[p];
    shi_json_begin_object(json);
    shi_json_kstr(json, "a", account_of(w, pair->a));
    shi_json_kstr(json, "b", account_of(w, pair->b));
    shi_json_kint(json, "matches", pair->matches);
    shi_json_kf64(json, "expected", true, pair->expected);
    shi_json_kint(json, "both_wrong", pair->both_wrong);
    shi_json_kint(json, "wrong_matches", pair->wrong_matches);
    shi_json_kf64(json, "log10_p", true, pair->log10_p);
    shi_json_kf64(json, "log10_wrong_p", true, pair->log10_wrong_p);
    shi_json_kf64(json, "log10_e", isfinite(pair->log10_e), pair->log10_e);
    shi_json_kf64(json, "q", true, w->pair_q[p]);
    shi_json_kbool(json, "selected", w->pair_selected[p]);
    shi_json_end_object(json);
}

static void group_json(shi_json *json, const work *w, int64_t g)
{
    const shi_answers_detail *detail = &w->found.detail[g];
    shi_json_begin_object(json);
    shi_tool_group_json(json, &w->found.groups, g, &w->judged, "wrong_answers", NULL);
    shi_json_ktext(json, "kind", detail->kind == SHI_ANSWERS_BALL ? "sheet" : "pairs");
    if (detail->centre >= 0) shi_json_kstr(json, "centre", account_of(w, detail->centre));
    else shi_json_knull(json, "centre");
    shi_json_kint(json, "radius", detail->radius);
    shi_json_kf64(json, "expected", detail->centre >= 0, detail->expected);
    if (w->a->unit) shi_json_kint(json, "units", detail->units);
    shi_json_kbool(json, "in_circulation", detail->units >= 3);
    shi_json_end_object(json);
}

/* Who was fast on what is hard, from the fastest down; without a p-value. */
static shi_err ahead_json(shi_cli *cli, shi_json *json, const work *w)
{
    int64_t n = 0;
    shi_arena scratch;
    shi_keyed *by = shi_new(&cli->keep, shi_keyed, w->sheets);
    if (!by) return shi_no_memory();
    for (int64_t i = 0; i < w->sheets; i++)
        if (!isnan(w->found.ahead[i])) by[n++] = (shi_keyed){ shi_key_falling(w->found.ahead[i]), i };
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_sort_keyed(scratch, by, n);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    shi_json_key(json, "fast_on_hard_items");
    shi_json_begin_array(json);
    for (int64_t k = 0; k < n; k++) {
        shi_json_begin_object(json);
        shi_json_kstr(json, "account", account_of(w, (int32_t)by[k].row));
        shi_json_kf64(json, "score", true, w->found.ahead[by[k].row]);
        shi_json_kint(json, "right", w->found.right[by[k].row]);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
    return (shi_err){ 0 };
}

static shi_err print_json(shi_cli *cli, const work *w)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", w->file.rows);
    shi_json_kint(&json, "sheets", w->sheets);
    shi_json_kint(&json, "items", w->items);
    shi_json_ktext(&json, "key", w->keyed ? "given" : "commonest");
    shi_json_kint(&json, "repeated", w->repeated);
    shi_json_kint(&json, "sheets_with_wrong", w->found.sheets_with_wrong);
    shi_json_kint(&json, "searched", w->found.searched);
    shi_json_kf64(&json, "fdr", true, w->a->fdr);
    if (w->found.cannot_judge) shi_tool_cannot_judge(cli, &json, w->found.cannot_judge);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < w->found.groups.len; g++) group_json(&json, w, g);
    shi_json_end_array(&json);
    shi_json_key(&json, "pairs");
    shi_json_begin_array(&json);
    for (int64_t p = 0; p < w->found.pairs; p++) pair_json(&json, w, p);
    shi_json_end_array(&json);
    if (w->found.ahead) SHI_TRY(ahead_json(cli, &json, w));
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}

static void heads(shi_cli *cli, shi_term *term, const char *const *head, int n)
{
    for (int i = 0; i < n; i++) shi_term_cell(term, shi_str_from(tr(cli->lang, head[i])));
}

static void print_pairs(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("answer sheet"), N_("the other one"), N_("equal answers"), N_("expected"), N_("both wrong"),
        N_("of those equal"), N_("log10 p"), N_("q") };
    shi_term term = { .columns = COUNT(HEAD), .right = { false, false, true, true, true, true, true, true } };
    int64_t shown = 0, selected = 0;
    for (int64_t p = 0; p < w->found.pairs; p++) selected += w->pair_selected[p];
    if (!selected) return;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld pairs of sheets agree more than their scores explain, in their wrong answers too:\n")),
        (long long)selected);
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t p = 0; p < w->found.pairs && shown < SHOWN; p++) {
        const shi_answers_pair *pair = &w->found.pair[p];
        if (!w->pair_selected[p]) continue;
        shown++;
        shi_term_cell(&term, account_of(w, pair->a));
        shi_term_cell(&term, account_of(w, pair->b));
        shi_tool_count_cell(&term, pair->matches);
        shi_tool_number_cell(&term, pair->expected);
        shi_tool_count_cell(&term, pair->both_wrong);
        shi_tool_count_cell(&term, pair->wrong_matches);
        shi_tool_number_cell(&term, pair->log10_p);
        shi_tool_number_cell(&term, w->pair_q[p]);
    }
    shi_term_print(&term, &cli->out);
    if (shown < selected) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")), (long long)(selected - shown));
    shi_buf_addc(&cli->out, '\n');
}

static void print_groups(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("group"), N_("answer sheets"), N_("wrong answers shared"), N_("differ at most"), N_("log10 p"), N_("q"),
        N_("first answer sheet"), "" };
    shi_term term = { .columns = COUNT(HEAD), .right = { true, true, true, true, true, true, false, false } };
    int64_t shown = 0, listed = 0;
    for (int64_t g = 0; g < w->found.groups.len; g++) listed += w->judged.selected[g] || w->found.detail[g].units >= 3;
    if (!listed) return;
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld groups of sheets that are too alike:\n")), (long long)listed);
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t g = 0; g < w->found.groups.len && shown < SHOWN; g++) {
        const shi_group *group = &w->found.groups.ptr[g];
        const shi_answers_detail *detail = &w->found.detail[g];
        if (!w->judged.selected[g] && detail->units < 3) continue;
        shown++;
        shi_tool_count_cell(&term, g + 1);
        shi_tool_count_cell(&term, group->len);
        shi_tool_count_cell(&term, group->things);
        if (detail->kind == SHI_ANSWERS_BALL) shi_tool_count_cell(&term, detail->radius);
        else shi_term_cell(&term, S(""));
        shi_tool_number_cell(&term, group->log10_p);
        shi_tool_number_cell(&term, w->judged.q[g]);
        shi_term_cell(&term, account_of(w, w->found.groups.member[group->first]));
        shi_term_cell(&term, shi_str_from(detail->units >= 3 ? tr(cli->lang, N_("in circulation: several units use it")) : ""));
    }
    shi_term_print(&term, &cli->out);
    if (shown < listed) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")), (long long)(listed - shown));
}

static void print_text(shi_cli *cli, const work *w)
{
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld sheets, %2$lld items; %3$lld sheets have three wrong answers or more, the others cannot be "
        "told apart.\n")),
                   (long long)w->sheets, (long long)w->items, (long long)w->found.sheets_with_wrong);
    if (!w->keyed) shi_buf_puts(&cli->out, tr(cli->lang, N_("Without --key the commonest answer to an item is taken as the right one.\n")));
    if (w->repeated)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld rows repeat a sheet or an answer; the first one counts.\n")), (long long)w->repeated);
    if (w->found.cannot_judge) {
        shi_tool_cannot_judge(cli, NULL, w->found.cannot_judge);
        return;
    }
    if (!w->judged.count && !(w->found.groups.len && w->a->unit)) {
        shi_buf_puts(&cli->out, tr(cli->lang, N_("No sheets are more alike than their scores explain.\n")));
    }
    print_pairs(cli, w);
    print_groups(cli, w);
    if (w->judged.count) shi_buf_puts(&cli->out, tr(cli->lang, N_(
        "\nThis is a lead, not a verdict: sheets filled in by one person for others, or in bulk from one list of answers, look like this. So do "
            "people who "
        "sat side by side, or learned from the same notes with the same mistakes. Equal right answers and short times are never counted.\n")));
    if (w->found.ahead)
        shi_buf_puts(&cli->out, tr(cli->lang, N_("Who was fast on the hardest items is in --json, as a ranking without judgement: practice makes "
            "fast.\n")));
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .fdr = 0.05 };
    static work w;   /* too large for a stack */
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    w = (work){ .a = &a, .item = -1, .answer = -1, .right = -1, .time = -1 };
    if (argc != 1 || !a.account || (a.items.len > 0) == (a.longer != NULL)) return usage();
    SHI_TRY(shi_tool_rate(a.fdr));
    w.path = argv[0];
    if (!a.longer) SHI_TRY(split_items(&w));
    SHI_TRY(read_file(cli, &w));
    SHI_TRY(fill(cli, &w));
    SHI_TRY(compute(cli, &w));
    if (a.members) SHI_TRY(shi_tool_members(&w.found.groups, w.file.word[ACCOUNT], a.members));
    if (cli->json) return print_json(cli, &w);
    print_text(cli, &w);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_ANSWERS = { "answers", "FILE", N_("which answer sheets of a quiz are too alike to be independent"),
    N_("Compares each sheet with each. Two sheets are too alike when they agree in more answers than their scores explain and, looked at alone, in "
        "their "
       "wrong answers too; a group is a sheet with at least three wrong answers that others handed in with few changes. Equal right answers and "
           "perfect "
       "papers are never evidence. With times, a ranking says who was fast on the hardest items; nobody is judged by it. A finding is a lead. Any "
           "file: "
       "CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
