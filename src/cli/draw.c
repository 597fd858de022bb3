/* shishu draw: a random sample of a frame from a public seed, by tickets; stratified or not. Any file, no workspace. All rows are put in the
 * order of their tickets once: that also finds keys that stand twice, and the sample of a stratum is the first of its rows. */
#include "cli/cli.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "shishu/apportion.h"
#include "shishu/ticket.h"
#include "table/arrays.h"

#include <math.h>
#include <omp.h>
#include <string.h>

typedef struct {
    const char *seed, *key, *strata, *allocation, *sd, *share;
    int64_t size, least;
} args;

static const shi_option OPTIONS[] = {
    { "seed", SHI_OPT_TEXT, offsetof(args, seed), "TEXT", N_("the public seed, such as dice thrown in public; used byte for byte") },
    { "size", SHI_OPT_COUNT, offsetof(args, size), "N", N_("rows to draw") },
    { "key", SHI_OPT_TEXT, offsetof(args, key), "COL", N_("column that names each row; without it the first column") },
    { "strata", SHI_OPT_TEXT, offsetof(args, strata), "COL", N_("column of the strata; each gets a sample of its own") },
    { "allocation", SHI_OPT_TEXT, offsetof(args, allocation), "proportional|neyman|COL",
      N_("rows drawn in each stratum: in proportion to its rows (without this option), the best sizes for the total, or what stands in a column") },
    { "sd", SHI_OPT_TEXT, offsetof(args, sd), "COL", N_("for neyman: column of the standard deviation in the row's stratum") },
    { "share", SHI_OPT_TEXT, offsetof(args, share), "COL", N_("for neyman: column of the share expected in the row's stratum, 0 to 1") },
    { "least", SHI_OPT_COUNT, offsetof(args, least), "N", N_("least rows of a stratum, or all where it has fewer; without it 2 for neyman, else 0") },
};

typedef struct {
    shi_str name;
    int64_t first, rows, n, drawn;   /* first: row of the frame */
} stratum;

typedef struct {
    const char *path;
    shi_arena keep;
    shi_arrays file;
    int64_t key, strata, spread, count;   /* places among the arrays; -1: not asked for */
    stratum *stratum;                     /* in the order of their first rows; one without a name when there are none */
    int64_t n_strata, *of;                /* of: stratum of each row; NULL: all in one */
    int64_t *order;                       /* all rows by ticket */
    int64_t size, *drawn;                 /* rows drawn, stratum by stratum */
} sample;

static shi_err at_row(const sample *s, int64_t row, int64_t place, shi_str value, const char *reason, const char *remedy)
{
    shi_err e = shi_fail_value(SHI_INPUT, value, reason, remedy);
    e.file = shi_str_from(s->path);
    e.line = s->file.line[row];
    e.column = s->file.header[place];
    return e;
}

/* Large pages: of ten million rows most time would go into getting small ones. */
static shi_err open_large(int64_t bytes, shi_arena *out)
{
    char *base = shi_os_reserve_table(bytes);
    if (!base) return shi_no_memory();
    *out = (shi_arena){ base, base + bytes, base };
    return (shi_err){ 0 };
}

static shi_err usage(const char *reason)
{
    return shi_fail(SHI_USAGE, reason, N_("\"shishu help draw\" shows how it is called."));
}

/* ---- the frame ---- */

static shi_err check_args(const args *a)
{
    bool neyman = a->allocation && !strcmp(a->allocation, "neyman"), of_column = a->allocation && !neyman && strcmp(a->allocation, "proportional");
    if (!a->seed || (a->size < 0 && !of_column)) return usage(N_("draw takes one file, --seed TEXT and --size N"));
    if (!a->seed[0])
        return shi_fail(SHI_USAGE, N_("the seed is empty"),
                        N_("Take a seed that nobody can choose: dice or a lottery, in public, after the frame was published."));
    if (shi_utf8_valid(a->seed, (int64_t)strlen(a->seed)) != (int64_t)strlen(a->seed))
        return shi_fail(SHI_USAGE, N_("the seed is not valid UTF-8"), N_("Type it on a terminal in UTF-8."));
    if (a->size == 0) return shi_fail(SHI_USAGE, N_("nothing is to be drawn"), N_("Give a size of at least 1."));
    if (a->allocation && !a->strata) return usage(N_("an allocation needs --strata COL"));
    if (a->least >= 0 && (!a->strata || of_column)) return usage(N_("--least is for strata whose sizes are computed"));
    if (neyman && !a->sd == !a->share) return usage(N_("neyman needs either --sd COL or --share COL"));
    if (!neyman && (a->sd || a->share)) return usage(N_("--sd and --share are for --allocation neyman"));
    return (shi_err){ 0 };
}

static shi_err read_frame(shi_cli *cli, const args *a, sample *s)
{
    shi_asked asked[4] = { { .header = shi_str_from(a->key), .type = SHI_T_CODE } };
    int64_t n = 1;
    shi_engine engine = shi_cli_engine(cli, NULL);
    const shi_source_options options = { .memory = engine.memory };
    bool counted = a->allocation && strcmp(a->allocation, "neyman") && strcmp(a->allocation, "proportional");
    s->key = 0;
    s->strata = s->spread = s->count = -1;
    if (a->strata) asked[s->strata = n++] = (shi_asked){ .header = shi_str_from(a->strata), .type = SHI_T_CODE, .may_miss = false };
    if (a->sd) asked[s->spread = n++] = (shi_asked){ .header = shi_str_from(a->sd), .type = SHI_T_PRICE, .may_miss = false };
    if (a->share) asked[s->spread = n++] = (shi_asked){ .header = shi_str_from(a->share), .type = SHI_T_SHARE, .may_miss = false };
    if (counted) asked[s->count = n++] = (shi_asked){ .header = shi_str_from(a->allocation), .type = SHI_T_COUNT, .may_miss = false };
    SHI_TRY(shi_arrays_read(&s->keep, s->path, &options, asked, n, &s->file));
    if (s->file.rows > 0) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("the frame has no rows"), N_("Give a file with one row for each account, person or household."));
    e.file = shi_str_from(s->path);
    return e;
}

/* ---- strata ---- */

/* Strata in the order of their first rows, and where to find them by name. */
typedef struct {
    stratum *ptr;
    int64_t len, *slot, mask;      /* slot: stratum + 1; 0: free */
} groups;

static int64_t place_of(const groups *g, shi_str name)
{
    uint64_t h = UINT64_C(14695981039346656037);   /* FNV-1a; the order of strata does not come from it */
    for (int64_t i = 0; i < name.len; i++) h = (h ^ (uint8_t)name.ptr[i]) * UINT64_C(1099511628211);
    int64_t at = (int64_t)(h >> 16) & g->mask;
    for (; g->slot[at]; at = (at + 1) & g->mask) {
        shi_str there = g->ptr[g->slot[at] - 1].name;
        if (shi_str_eq(name, there)) break;
    }
    return at;
}

/* Room for twice as many strata. */
static shi_err widen(shi_arena *keep, groups *g)
{
    int64_t cap = g->mask ? g->mask + 1 : 64;
    groups wider = { .len = g->len, .mask = 2 * cap - 1 };
    #pragma omp critical(strata)
    {
        wider.ptr = shi_new(keep, stratum, cap);
        wider.slot = shi_new(keep, int64_t, 2 * cap);
    }
    if (!wider.ptr || !wider.slot) return shi_no_memory();
    if (g->len) memcpy(wider.ptr, g->ptr, (size_t)g->len * sizeof *g->ptr);
    for (int64_t i = 0; i < g->len; i++) wider.slot[place_of(&wider, wider.ptr[i].name)] = i + 1;
    *g = wider;
    return (shi_err){ 0 };
}

static shi_err add_rows(shi_arena *keep, groups *g, shi_str name, int64_t first, int64_t rows, int64_t *which)
{
    if (2 * (g->len + 1) > g->mask) SHI_TRY(widen(keep, g));
    int64_t at = place_of(g, name);
    if (!g->slot[at]) {
        g->ptr[g->len] = (stratum){ .name = name, .first = first };
        g->slot[at] = ++g->len;
    }
    *which = g->slot[at] - 1;
    g->ptr[*which].rows += rows;
    return (shi_err){ 0 };
}

enum { CHUNKS = 16, KNOWN = 1024 };

static int64_t chunk_at(const sample *s, int64_t chunk)
{
    return s->file.rows / CHUNKS * chunk + s->file.rows % CHUNKS * chunk / CHUNKS;
}

/* The strata of a chunk, numbered by themselves. */
static shi_err find_in_chunk(sample *s, int64_t chunk, groups *g)
{
    const shi_str *name = s->file.text[s->strata];
    struct {
        const char *ptr;
        int64_t which;
    } known[KNOWN] = { { 0 } };   /* texts that come again most often lie there once, so where a text lies says what it is */
    for (int64_t i = chunk_at(s, chunk); i < chunk_at(s, chunk + 1); i++) {
        int64_t at = (int64_t)(((uintptr_t)name[i].ptr ^ (uintptr_t)name[i].ptr >> 10) % KNOWN), which = known[at].which;
        if (known[at].ptr && known[at].ptr == name[i].ptr) g->ptr[which].rows++;
        else SHI_TRY(add_rows(&s->keep, g, name[i], i, 1, &which));
        known[at].ptr = name[i].ptr;
        s->of[i] = known[at].which = which;
    }
    return (shi_err){ 0 };
}

static shi_err find_strata(sample *s)
{
    groups part[CHUNKS] = { { 0 } }, all = { 0 };
    int64_t *map[CHUNKS];
    shi_err fault[CHUNKS] = { { 0 } };
    if (s->strata < 0) {
        s->stratum = shi_new(&s->keep, stratum, 1);
        if (!s->stratum) return shi_no_memory();
        s->stratum[0] = (stratum){ .rows = s->file.rows };
        s->n_strata = 1;
        return (shi_err){ 0 };
    }
    s->of = shi_new(&s->keep, int64_t, s->file.rows);
    if (!s->of) return shi_no_memory();
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t c = 0; c < CHUNKS; c++) fault[c] = find_in_chunk(s, c, &part[c]);
    for (int64_t c = 0; c < CHUNKS; c++) {
        if (fault[c].code) return fault[c];
        map[c] = shi_new(&s->keep, int64_t, part[c].len);
        if (part[c].len && !map[c]) return shi_no_memory();
        for (int64_t h = 0; h < part[c].len; h++)
            SHI_TRY(add_rows(&s->keep, &all, part[c].ptr[h].name, part[c].ptr[h].first, part[c].ptr[h].rows, &map[c][h]));
    }
    #pragma omp parallel for schedule(dynamic, 1)
    for (int64_t c = 0; c < CHUNKS; c++)
        for (int64_t i = chunk_at(s, c); i < chunk_at(s, c + 1); i++) s->of[i] = map[c][s->of[i]];
    s->stratum = all.ptr;
    s->n_strata = all.len;
    return (shi_err){ 0 };
}

/* ---- sizes ---- */

/* A column that says something about the stratum says the same in all its rows. */
static shi_err same_in_stratum(const sample *s, int64_t place)
{
    const int64_t *count = s->file.count[place];
    const double *real = s->file.real[place];
    for (int64_t i = 0; i < s->file.rows; i++) {
        int64_t first = s->stratum[s->of[i]].first;
        bool same = count ? count[i] == count[first] : !(real[i] < real[first]) && !(real[i] > real[first]);
        if (same) continue;
        char number[32];
        if (count) shi_decimal_write_grouped(count[i] * 1000, number);
        else shi_f64_write(real[i], number);
        return at_row(s, i, place, shi_str_from(number), N_("an earlier row of the same stratum has another value"),
                      N_("Write the same value in all rows of a stratum."));
    }
    return (shi_err){ 0 };
}

static shi_err sizes_of_column(const args *a, sample *s)
{
    int64_t sum = 0;
    SHI_TRY(same_in_stratum(s, s->count));
    for (int64_t h = 0; h < s->n_strata; h++) {
        stratum *t = &s->stratum[h];
        t->n = s->file.count[s->count][t->first];
        if (t->n > t->rows)
            return at_row(s, t->first, s->count, t->name, N_("the stratum has fewer rows than are to be drawn from it"),
                          N_("Lower the size of the stratum, or complete the frame."));
        sum += t->n;
    }
    if (a->size >= 0 && a->size != sum) {
        char number[32];
        shi_decimal_write_grouped(sum * 1000, number);
        return shi_fail_value(SHI_USAGE, shi_str_from(number), N_("the sizes of the strata sum to another number than --size"),
                              N_("Leave --size out, or correct the column."));
    }
    if (sum == 0) return shi_fail(SHI_USAGE, N_("nothing is to be drawn"), N_("Give a size of at least 1."));
    s->size = sum;
    return (shi_err){ 0 };
}

/* S_h of the values 0 and 1 of N rows, where the share is p. */
static double sd_of_share(double p, int64_t N)
{
    return N > 1 ? sqrt(p * (1 - p) * (double)N / (double)(N - 1)) : 0;
}

static shi_err computed_sizes(shi_arena scratch, const args *a, sample *s)
{
    bool neyman = s->spread >= 0;
    int64_t H = s->n_strata, short_by = 0, least = a->least >= 0 ? a->least : neyman ? 2 : 0;
    int64_t *rows = shi_new(&scratch, int64_t, H), *floor = shi_new(&scratch, int64_t, H), *n = shi_new(&scratch, int64_t, H);
    double *weight = shi_new(&scratch, double, H);
    if (!rows || !floor || !n || !weight) return shi_no_memory();
    if (neyman) SHI_TRY(same_in_stratum(s, s->spread));
    for (int64_t h = 0; h < H; h++) {
        const stratum *t = &s->stratum[h];
        rows[h] = t->rows;
        floor[h] = least < t->rows ? least : t->rows;
        double spread = neyman ? s->file.real[s->spread][t->first] : 0;
        weight[h] = !neyman ? (double)t->rows : a->share ? sd_of_share(spread, t->rows) : spread;
    }
    const shi_shares shares = { .n = H, .total = a->size, .weight = weight, .cap = rows, .floor = floor };
    SHI_TRY(neyman ? shi_neyman(scratch, rows, weight, H, a->size, least, n, &short_by) : shi_allot(scratch, &shares, n, &short_by));
    if (short_by)
        return shi_fail(SHI_USAGE, N_("the size is smaller than the least of all strata together"), N_("Raise --size, or lower --least."));
    for (int64_t h = 0; h < H; h++) s->stratum[h].n = n[h];
    return (shi_err){ 0 };
}

static shi_err find_sizes(const args *a, sample *s)
{
    shi_arena scratch;
    if (s->count >= 0) return sizes_of_column(a, s);
    if (a->size > s->file.rows) {
        char number[32];
        shi_decimal_write_grouped(s->file.rows * 1000, number);
        shi_err e = shi_fail_value(SHI_USAGE, shi_str_from(number), N_("the frame has only this many rows, fewer than --size"), N_("Lower --size."));
        e.file = shi_str_from(s->path);
        return e;
    }
    s->size = a->size;
    if (s->strata < 0) {
        s->stratum[0].n = a->size;
        return (shi_err){ 0 };
    }
    SHI_TRY(shi_arena_open(256 * s->n_strata + (1 << 16), &scratch));
    shi_err e = computed_sizes(scratch, a, s);
    shi_arena_drop(&scratch);
    return e;
}

/* ---- the draw ---- */

static shi_err draw(const args *a, sample *s)
{
    shi_arena scratch;
    int64_t rows = s->file.rows, from = 0, twice;
    const shi_str *key = s->file.text[s->key];
    s->order = shi_new(&s->keep, int64_t, rows);
    s->drawn = shi_new(&s->keep, int64_t, s->size);
    if (!s->order || !s->drawn) return shi_no_memory();
    SHI_TRY(open_large(24 * rows + (8 << 20), &scratch));
    shi_err e = shi_ticket_order(scratch, shi_str_from(a->seed), key, rows, rows, s->order, &twice);
    shi_arena_drop(&scratch);
    if (e.code) return e;
    if (twice >= 0)
        return at_row(s, twice, s->key, key[twice], N_("the key stands twice"), N_("Leave one of the rows out, or name another column with --key."));
    for (int64_t h = 0; h < s->n_strata; h++) {
        stratum *t = &s->stratum[h];
        t->drawn = from;
        from += t->n;
    }
    for (int64_t i = 0, left = s->size; i < rows && left > 0; i++) {
        stratum *t = &s->stratum[s->of ? s->of[s->order[i]] : 0];
        if (t->n == 0) continue;
        s->drawn[t->drawn++] = s->order[i];
        t->n--;
        left--;
    }
    return (shi_err){ 0 };
}

/* ---- out ---- */

static void hex_of_seed(const args *a, char hex[65])
{
    shi_sha256 hash;
    shi_sha256_text(shi_str_from(a->seed), &hash);
    shi_hex(hash.byte, 32, hex);
}

/* Rows drawn in stratum h: they lie before where the next ones begin. */
static int64_t drawn_in(const sample *s, int64_t h)
{
    return s->stratum[h].drawn - (h ? s->stratum[h - 1].drawn : 0);
}

static void print_json(shi_cli *cli, const args *a, const sample *s)
{
    shi_json json = { .out = &cli->out };
    char hex[65], text[SHI_TICKET_DIGITS + 3];
    shi_json_begin_object(&json);
    shi_hex(s->file.sha256, 32, hex);
    shi_json_ktext(&json, "frame_sha256", hex);
    shi_json_kint(&json, "rows", s->file.rows);
    shi_json_ktext(&json, "seed", a->seed);
    hex_of_seed(a, hex);
    shi_json_ktext(&json, "seed_sha256", hex);
    shi_json_kstr(&json, "key", s->file.header[s->key]);
    shi_json_kint(&json, "size", s->size);
    shi_json_key(&json, "strata");
    shi_json_begin_array(&json);
    for (int64_t h = 0; h < s->n_strata && s->strata >= 0; h++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "stratum", s->stratum[h].name);
        shi_json_kint(&json, "population", s->stratum[h].rows);
        shi_json_kint(&json, "n", drawn_in(s, h));
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_key(&json, "drawn");
    shi_json_begin_array(&json);
    for (int64_t k = 0; k < s->size; k++) {
        int64_t row = s->drawn[k];
        shi_ticket ticket;
        shi_ticket_first(shi_str_from(a->seed), s->file.text[s->key][row], &ticket);
        shi_ticket_write(&ticket, 0, text);
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "key", s->file.text[s->key][row]);
        shi_json_ktext(&json, "ticket", text);
        shi_json_kstr(&json, "stratum", s->of ? s->file.text[s->strata][row] : (shi_str){ 0 });
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void count_cell(shi_term *term, int64_t n)
{
    char number[32];
    shi_decimal_write_grouped(n * 1000, number);
    shi_term_cell(term, shi_str_from(number));
}

static void print_strata(shi_cli *cli, const args *a, const sample *s)
{
    shi_term term = { .columns = 3, .right = { [1] = true, [2] = true } };
    shi_term_cell(&term, shi_str_from(a->strata));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("rows"))));
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("drawn"))));
    for (int64_t h = 0; h < s->n_strata; h++) {
        shi_term_cell(&term, s->stratum[h].name);
        count_cell(&term, s->stratum[h].rows);
        count_cell(&term, drawn_in(s, h));
    }
    shi_term_print(&term, &cli->out);
    shi_buf_addc(&cli->out, '\n');
}

static void print_table(shi_cli *cli, const args *a, const sample *s)
{
    char hex[65], text[SHI_TICKET_DIGITS + 3], rows[32], size[32];
    shi_decimal_write_grouped(s->file.rows * 1000, rows);
    shi_decimal_write_grouped(s->size * 1000, size);
    shi_hex(s->file.sha256, 32, hex);
    shi_buf_format(&cli->out, tr(cli->lang, N_("%1$s of %2$s rows drawn.\nFrame, SHA-256: %3$s\n")), size, rows, hex);
    hex_of_seed(a, hex);
    shi_buf_format(&cli->out, tr(cli->lang, N_("Seed: %1$s\nh, the seed's SHA-256: %2$s\n"
        "A ticket is the SHA-256 of h, then the key, in decimal digits, last digit first; 18 of them are shown.\n\n")), a->seed, hex);
    if (s->of) print_strata(cli, a, s);
    shi_term term = { .columns = s->of ? 4 : 3, .right = { [0] = true } };
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("no."))));
    shi_term_cell(&term, s->file.header[s->key]);
    shi_term_cell(&term, shi_str_from(tr(cli->lang, N_("ticket"))));
    if (s->of) shi_term_cell(&term, shi_str_from(a->strata));
    for (int64_t k = 0; k < s->size; k++) {
        int64_t row = s->drawn[k];
        shi_ticket ticket;
        shi_ticket_first(shi_str_from(a->seed), s->file.text[s->key][row], &ticket);
        ticket.len = ticket.len < 18 ? ticket.len : 18;
        shi_ticket_write(&ticket, 0, text);
        count_cell(&term, k + 1);
        shi_term_cell(&term, s->file.text[s->key][row]);
        shi_term_cell(&term, shi_str_from(text));
        if (s->of) shi_term_cell(&term, s->file.text[s->strata][row]);
    }
    shi_term_print(&term, &cli->out);
}

static shi_err sample_of(shi_cli *cli, const args *a, sample *s)
{
    SHI_TRY(read_frame(cli, a, s));
    SHI_TRY(find_strata(s));
    SHI_TRY(find_sizes(a, s));
    SHI_TRY(draw(a, s));
    if (cli->json) print_json(cli, a, s);
    else print_table(cli, a, s);
    return (shi_err){ 0 };
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .size = -1, .least = -1 };
    sample s = { 0 };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc != 1) return usage(N_("draw takes one file, --seed TEXT and --size N"));
    SHI_TRY(check_args(&a));
    if (cli->threads > 0) omp_set_num_threads((int)(cli->threads < 1024 ? cli->threads : 1024));
    s.path = argv[0];
    SHI_TRY(open_large((int64_t)1 << 36, &s.keep));
    shi_err e = sample_of(cli, &a, &s);
    if (e.file.ptr) e.file = shi_str_copy(&cli->keep, e.file);   /* a place in the file is told when its memory is gone */
    if (e.column.ptr) e.column = shi_str_copy(&cli->keep, e.column);
    shi_arena_drop(&s.keep);
    return e;
}

const shi_command SHI_CMD_DRAW = { "draw", "FRAME", N_("a random sample that anyone can check, from a public seed"),
    N_("Draws rows of a frame without replacement. The seed is made in public after the frame was published, by dice or a lottery, so that "
       "nobody can choose who is drawn. Each key gets a ticket: the SHA-256 of h, then the key, in decimal digits, last digit first, where h is "
       "the SHA-256 of the seed in lower-case hex. The rows with the smallest tickets are drawn; sha256sum and a spreadsheet come to the same. "
       "With --strata each stratum is drawn by itself, its rows in the order of their tickets, so that its first rows are a sample, too. Sizes "
       "in proportion are whole numbers by largest remainder; neyman makes the variance of the estimated total smallest, exactly in whole "
       "numbers, from --sd or --share; a column gives the size of each stratum in its rows. Any file: CSV, TSV, JSON lines, Parquet, xlsx; "
       "\"-\" reads CSV from standard input."),
    OPTIONS, COUNT(OPTIONS), run };
