/* shishu texts: which comments are nearly the same, and which accounts post the same long ones again and again. Any file, no workspace. */
#include "cli/tool.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "shishu/texts.h"
#include "table/wording.h"

#include <stdio.h>
#include <string.h>

enum { SHOWN = 20, EXCERPT = 24, PAIRED_ROWS = 50, HASH = 8 };

typedef struct {
    const char *account, *text, *time, *zone, *pairs, *members;
    double similar, fdr;
} args;

static const shi_option OPTIONS[] = {
    { "account", SHI_OPT_TEXT, offsetof(args, account), "COL", N_("column of the account that wrote the text") },
    { "text", SHI_OPT_TEXT, offsetof(args, text), "COL", N_("column of the text") },
    { "time", SHI_OPT_TEXT, offsetof(args, time), "COL", N_("column of the time, to say when a group was seen") },
    { "similar", SHI_OPT_SHARE, offsetof(args, similar), "J", N_("from which share of common character triples two texts are nearly the same "
        "(0.8)") },
    { "fdr", SHI_OPT_SHARE, offsetof(args, fdr), "Q", N_("false discovery rate of the groups that are selected (0.05)") },
    { "pairs", SHI_OPT_TEXT, offsetof(args, pairs), "OUT", N_("write all pairs of nearly equal texts to this CSV file (of a wording that stands more "
        "than 50 times the first 50)") },
    { "members", SHI_OPT_TEXT, offsetof(args, members), "OUT", N_("write the accounts of each group to this CSV file") },
    { "zone", SHI_OPT_TEXT, offsetof(args, zone), "NAME", N_("zone of times that name none (Asia/Shanghai)") },
};

typedef struct {
    const args *a;
    shi_zone zone;
    shi_arrays file;
    shi_wordings wording;
    shi_texts_found found;
    shi_tool_judged judged;
    int64_t texts, empty, accounts;   /* different wordings; rows without a letter or digit */
} work;

enum { ACCOUNT, TEXT, TIME };

static shi_err read_file(shi_cli *cli, const char *path, work *w)
{
    shi_asked asked[3] = { [ACCOUNT] = { .header = shi_str_from(w->a->account), .type = SHI_T_CODE, .coded = true, .may_miss = true },
                           [TEXT] = { .header = shi_str_from(w->a->text), .type = SHI_T_TEXT, .coded = true, .may_miss = true } };
    int64_t n = 2;
    if (w->a->time) asked[n++] = (shi_asked){ .header = shi_str_from(w->a->time), .type = SHI_T_DUE, .may_miss = true };
    return shi_tool_read(cli, path, &w->zone, asked, n, &w->file);
}

static shi_err compute(shi_cli *cli, work *w)
{
    shi_arena scratch;
    SHI_TRY(shi_tool_scratch(&scratch));
    shi_err e = shi_wordings_make(&cli->keep, scratch, w->file.word[TEXT], &w->wording);
    const shi_texts_columns columns = { .rows = w->file.rows, .account = w->file.code[ACCOUNT], .text = w->file.code[TEXT],
                                        .time_us = w->a->time ? w->file.time[TIME] : NULL, .accounts = w->file.word[ACCOUNT].len,
                                        .texts = w->wording.texts, .bytes = w->wording.bytes, .offset = w->wording.offset };
    const shi_texts_settings settings = { .similar = w->a->similar, .pairs = w->a->pairs != NULL };
    if (!e.code) e = shi_texts_find(&cli->keep, scratch, &columns, &settings, &w->found);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    for (int64_t t = 0; t < w->wording.texts; t++) w->texts += w->found.wording[t] == t;
    for (int64_t r = 0; r < w->file.rows; r++) w->empty += columns.text[r] < 0 || w->found.wording[columns.text[r]] < 0;
    return shi_tool_judge(cli, &w->found.groups, w->a->fdr, &w->judged);
}

static shi_str words_of(const work *w, int32_t text)
{
    return (shi_str){ w->wording.bytes + w->wording.offset[text], w->wording.offset[text + 1] - w->wording.offset[text] };
}

/* The first half of a SHA-256 of the normalised text. */
static void hash_json(shi_json *json, const work *w, int32_t text)
{
    shi_sha256 hash;
    char hex[2 * HASH + 1];
    shi_sha256_text(words_of(w, text), &hash);
    shi_hex(hash.byte, HASH, hex);
    shi_json_ktext(json, "example_hash", hex);
}

/* The beginning of the text; digits are hidden where they may be a number of somebody's. */
static void excerpt_cell(shi_term *term, const work *w, int32_t text)
{
    shi_str all = words_of(w, text), head = shi_str_cut(all, 3 * EXCERPT);
    shi_buf shown = { 0 };
    for (int64_t i = 0, digits = 0; i < head.len; i++) {
        bool digit = head.ptr[i] >= '0' && head.ptr[i] <= '9';
        digits = digit ? digits + 1 : 0;
        shi_buf_addc(&shown, digits > 4 ? '*' : head.ptr[i]);
    }
    if (head.len < all.len) shi_buf_puts(&shown, "…");
    shi_term_cell(term, shi_buf_str(&shown));
    shi_buf_drop(&shown);
}

/* ---- pairs ---- */

typedef struct {
    int64_t *first, *row;   /* the rows of each wording */
    shi_buf out;
} listing;

static shi_err rows_by_wording(shi_cli *cli, const work *w, listing *l)
{
    l->first = shi_new(&cli->keep, int64_t, w->wording.texts + 2);
    l->row = shi_new(&cli->keep, int64_t, w->file.rows);
    if (!l->first || !l->row) return shi_no_memory();
    int64_t *next = l->first + 1;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t r = 0; r < w->file.rows; r++) {
            int32_t text = w->file.code[TEXT][r], wording = text < 0 ? -1 : w->found.wording[text];
            if (wording < 0) continue;
            if (pass) l->row[next[wording]++] = r;
            else next[wording + 1]++;
        }
        for (int64_t t = 0; t < w->wording.texts && !pass; t++) next[t + 1] += next[t];
    }
    return (shi_err){ 0 };
}

static void write_end(listing *l, const work *w, int64_t row)
{
    int32_t account = w->file.code[ACCOUNT][row];
    shi_buf_format(&l->out, "%lld,", (long long)w->file.line[row]);
    if (account >= 0) shi_buf_csv(&l->out, w->file.word[ACCOUNT].ptr[account]);
    shi_buf_addc(&l->out, ',');
}

static void write_pairs(listing *l, const work *w, int32_t a, int32_t b, double jaccard)
{
    int64_t a_end = l->first[a] + PAIRED_ROWS < l->first[a + 1] ? l->first[a] + PAIRED_ROWS : l->first[a + 1];
    int64_t b_end = l->first[b] + PAIRED_ROWS < l->first[b + 1] ? l->first[b] + PAIRED_ROWS : l->first[b + 1];
    char number[32];
    shi_f64_write(jaccard, number);
    for (int64_t i = l->first[a]; i < a_end; i++)
        for (int64_t k = a == b ? i + 1 : l->first[b]; k < b_end; k++) {
            write_end(l, w, l->row[i]);
            write_end(l, w, l->row[k]);
            shi_buf_format(&l->out, "%s\n", number);
        }
}

static shi_err list_pairs(shi_cli *cli, const work *w)
{
    listing l = { 0 };
    SHI_TRY(rows_by_wording(cli, w, &l));
    shi_buf_puts(&l.out, "line_a,account_a,line_b,account_b,jaccard\n");
    for (int32_t t = 0; t < w->wording.texts; t++)
        if (w->found.wording[t] == t) write_pairs(&l, w, t, t, 1);
    for (int64_t p = 0; p < w->found.pairs; p++) write_pairs(&l, w, w->found.pair[p].a, w->found.pair[p].b, w->found.pair[p].jaccard);
    shi_err e = l.out.failed ? shi_no_memory() : shi_os_write_whole(w->a->pairs, shi_buf_str(&l.out), 0600);
    shi_buf_drop(&l.out);
    return e;
}

/* ---- printing ---- */

static void cluster_json(shi_json *json, const work *w, int64_t c)
{
    const shi_texts_cluster *cluster = &w->found.cluster[c];
    shi_json_begin_object(json);
    shi_json_kint(json, "cluster", c + 1);
    shi_json_kint(json, "posts", cluster->posts);
    shi_json_kint(json, "wordings", cluster->wordings);
    shi_json_kint(json, "accounts", cluster->accounts);
    shi_json_kint(json, "characters", cluster->characters);
    shi_json_kbool(json, "evidence", cluster->evidence);
    hash_json(json, w, cluster->example);
    shi_json_end_object(json);
}

static void group_json(shi_json *json, const work *w, int64_t g)
{
    const shi_group *group = &w->found.groups.ptr[g];
    const int32_t *cluster = w->found.group_cluster + w->found.group_first[g];
    shi_json_begin_object(json);
    shi_tool_group_json(json, &w->found.groups, g, &w->judged, "texts", w->a->time ? &w->zone : NULL);
    shi_json_kint(json, "posts", group->deeds);
    hash_json(json, w, w->found.cluster[cluster[0]].example);
    shi_json_key(json, "clusters");
    shi_json_begin_array(json);
    for (int64_t i = 0; i < group->things; i++) shi_json_int(json, cluster[i] + 1);
    shi_json_end_array(json);
    shi_json_end_object(json);
}

static void print_json(shi_cli *cli, const work *w)
{
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kint(&json, "rows", w->file.rows);
    shi_json_kint(&json, "accounts", w->file.word[ACCOUNT].len);
    shi_json_kint(&json, "texts", w->texts);
    shi_json_kint(&json, "empty", w->empty);
    shi_json_kf64(&json, "similar", true, w->a->similar);
    shi_json_kf64(&json, "fdr", true, w->a->fdr);
    shi_json_kint(&json, "searched", w->found.searched);
    shi_json_kint(&json, "too_common", w->found.too_common);
    shi_json_kint(&json, "uncompared", w->found.uncompared);
    if (w->found.cannot_judge) shi_tool_cannot_judge(cli, &json, w->found.cannot_judge);
    shi_json_key(&json, "groups");
    shi_json_begin_array(&json);
    for (int64_t g = 0; g < w->found.groups.len; g++) group_json(&json, w, g);
    shi_json_end_array(&json);
    shi_json_key(&json, "clusters");
    shi_json_begin_array(&json);
    for (int64_t c = 0; c < w->found.clusters; c++) cluster_json(&json, w, c);
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void heads(shi_cli *cli, shi_term *term, const char *const *head, int n)
{
    for (int i = 0; i < n; i++) shi_term_cell(term, shi_str_from(tr(cli->lang, head[i])));
}

static void print_groups(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("group"), N_("accounts"), N_("texts"), N_("posts"), N_("log10 p"), N_("q"), N_("one of the texts") };
    const shi_groups *groups = &w->found.groups;
    shi_term term = { .columns = COUNT(HEAD), .right = { true, true, true, true, true, true, false } };
    int64_t shown = 0;
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t g = 0; g < groups->len && shown < SHOWN; g++) {
        if (!w->judged.selected[g]) continue;
        shown++;
        shi_tool_count_cell(&term, g + 1);
        shi_tool_count_cell(&term, groups->ptr[g].len);
        shi_tool_count_cell(&term, groups->ptr[g].things);
        shi_tool_count_cell(&term, groups->ptr[g].deeds);
        shi_tool_number_cell(&term, groups->ptr[g].log10_p);
        shi_tool_number_cell(&term, w->judged.q[g]);
        excerpt_cell(&term, w, w->found.cluster[w->found.group_cluster[w->found.group_first[g]]].example);
    }
    shi_term_print(&term, &cli->out);
    if (shown < w->judged.count) shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")),
        (long long)(w->judged.count - shown));
    shi_buf_puts(&cli->out, tr(cli->lang, N_(
        "\nA group is a lead, not a verdict: it can come from texts that were handed out, or from one person who operates many accounts. A slogan "
            "that a "
        "village or an office was told to write word for word, again and again, looks the same. Ask who wrote the texts first and how they reached "
            "the "
        "others.\n")));
}

static void print_clusters(shi_cli *cli, const work *w)
{
    static const char *const HEAD[] = { N_("posts"), N_("accounts"), N_("wordings"), N_("characters"), N_("most frequent wording") };
    shi_term term = { .columns = COUNT(HEAD), .right = { true, true, true, true, false } };
    int64_t shown = w->found.clusters < SHOWN ? w->found.clusters : SHOWN;
    if (!shown) return;
    shi_buf_puts(&cli->out, tr(cli->lang, N_("\nTexts that stand more than once (the same by itself means nothing; under 12 characters never "
        "evidence):\n")));
    heads(cli, &term, HEAD, COUNT(HEAD));
    for (int64_t c = 0; c < shown; c++) {
        const shi_texts_cluster *cluster = &w->found.cluster[c];
        shi_tool_count_cell(&term, cluster->posts);
        shi_tool_count_cell(&term, cluster->accounts);
        shi_tool_count_cell(&term, cluster->wordings);
        shi_tool_count_cell(&term, cluster->characters);
        excerpt_cell(&term, w, cluster->example);
    }
    shi_term_print(&term, &cli->out);
    if (shown < w->found.clusters)
        shi_buf_format(&cli->out, tr(cli->lang, N_("… and %1$lld more: see --json.\n")), (long long)(w->found.clusters - shown));
}

static void print_text(shi_cli *cli, const work *w)
{
    char similar[32];
    shi_f64_write(w->a->similar, similar);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld posts of %2$lld accounts, %3$lld different texts; %4$lld clusters of texts that are nearly "
        "the same "
                                               "(likeness %5$s or more).\n")),
                   (long long)w->file.rows, (long long)w->file.word[ACCOUNT].len, (long long)w->texts, (long long)w->found.clusters, similar);
    if (w->found.cannot_judge) shi_tool_cannot_judge(cli, NULL, w->found.cannot_judge);
    else if (!w->judged.count) shi_buf_puts(&cli->out, tr(cli->lang,
        N_("No group of accounts posts the same long texts more often than chance explains.\n")));
    else {
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld groups of accounts post the same long texts more often than chance explains:\n\n")),
                       (long long)w->judged.count);
        print_groups(cli, w);
    }
    if (w->found.too_common)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld texts of more than 20,000 accounts each were no starting points of the search.\n")),
                       (long long)w->found.too_common);
    if (w->found.uncompared)
        shi_buf_format(&cli->out, tr(cli->lang, N_("%1$lld comparisons of texts with very common phrases were left out; clusters may be split.\n")),
                       (long long)w->found.uncompared);
    print_clusters(cli, w);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .similar = 0.8, .fdr = 0.05 };
    work w = { .a = &a };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1 || !a.account || !a.text)
        return shi_fail(SHI_USAGE, N_("texts takes one file, --account COL and --text COL"), N_("\"shishu help texts\" shows how it is called."));
    if (!(a.similar >= 0.3))
        return shi_fail(SHI_USAGE, N_("texts less alike than 0.3 have nothing to do with each other"), N_("Give a share such as 0.8."));
    SHI_TRY(shi_tool_rate(a.fdr));
    SHI_TRY(shi_tool_zone(a.zone, &w.zone));
    SHI_TRY(read_file(cli, argv[0], &w));
    SHI_TRY(compute(cli, &w));
    if (a.pairs) SHI_TRY(list_pairs(cli, &w));
    if (a.members) SHI_TRY(shi_tool_members(&w.found.groups, w.file.word[ACCOUNT], a.members));
    if (cli->json) print_json(cli, &w);
    else print_text(cli, &w);
    return (shi_err){ 0 };
}

const shi_command SHI_CMD_TEXTS = { "texts", "FILE", N_("which comments are nearly the same, and who posts the same long ones again and again"),
    N_("Compares all texts exactly, without case, width, blanks and punctuation, and lists those that are nearly the same. Groups are accounts "
        "that share "
       "longer texts (12 characters or more) more often than their numbers of posts and the spread of each text explain; one text that everybody "
           "posts is "
       "no group, and short ones such as 支持 are never evidence. A group is a lead: texts that a village or an office was told to write look the "
           "same. "
       "Any file: CSV, TSV, JSON lines, Parquet, xlsx; \"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
