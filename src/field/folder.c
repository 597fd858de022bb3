/* The files of a check: written in one form only, byte for byte, and read back as hostile text. */
#include "field/spot.h"

#include "chain/run.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char VERSION[] = "shishu field check 1", CLUSTERS[] = "shishu field check 2";   /* 2: a plan whose clusters are drawn */

static void finish(shi_json *json)
{
    shi_json_end_object(json);
    shi_buf_addc(json->out, '\n');
}

void shi_spot_strata_json(shi_json *json, const shi_spot_plan *plan)
{
    shi_json_key(json, "strata");
    shi_json_begin_array(json);
    for (int64_t h = 0; h < plan->strata; h++) {
        const shi_spot_stratum *s = &plan->stratum[h];
        shi_json_begin_object(json);
        shi_json_kint(json, "stratum", s->number);
        shi_json_kstr(json, "figure", plan->figure[s->figure].figure);
        shi_json_kint(json, "population", s->population);
        if (plan->cluster_level.ptr) shi_json_kint(json, "clusters", s->clusters);
        shi_json_kint(json, plan->cluster_level.ptr ? "meetings" : "n", s->n);
        shi_json_end_object(json);
    }
    shi_json_end_array(json);
}

void shi_spot_plan_write(shi_buf *out, const shi_spot_plan *plan)
{
    shi_json json = { .out = out };
    shi_json_begin_object(&json);
    shi_json_ktext(&json, "format", plan->cluster_level.ptr ? CLUSTERS : VERSION);
    shi_json_kstr(&json, "check", plan->id);
    if (plan->cluster_level.ptr) shi_json_kstr(&json, "clusters", plan->cluster_level);
    shi_json_kbool(&json, "sequential", plan->sequential);
    shi_json_ktext(&json, "combination", plan->combination == SHI_FISHER ? "fisher" : "sidak");
    shi_json_kf64(&json, "confidence", true, plan->confidence);
    shi_json_kf64(&json, "tolerance", true, plan->tolerance);
    shi_json_kf64(&json, "risk", true, plan->risk);
    shi_json_key(&json, "figures");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < plan->figures; i++) {
        const shi_spot_figure *f = &plan->figure[i];
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "figure", f->figure);
        if (f->reported >= 0) shi_json_kint(&json, "reported", f->reported);
        else shi_json_knull(&json, "reported");
        shi_json_kint(&json, "population", f->population);
        if (f->threshold > 0) shi_json_kint(&json, "threshold", f->threshold);
        else shi_json_knull(&json, "threshold");
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_spot_strata_json(&json, plan);
    finish(&json);
}

bool shi_spot_figure_split(shi_spot_figure *f)
{
    shi_str part[3];
    if (!shi_figure_name_split(f->figure, part)) return false;
    f->indicator = part[0];
    f->period = part[1];
    f->unit_code = part[2];
    return true;
}

/* ---- reading ---- */

/* A file that is read: the first fault stays. */
typedef struct {
    shi_arena *keep;
    const char *fault;   /* message id */
    const char *at;      /* the key where it lies */
} reader;

static void spoil(reader *r, const char *key, const char *why)
{
    if (!r->fault) r->fault = why, r->at = key;
}

static shi_err outcome(const reader *r)
{
    if (!r->fault) return (shi_err){ 0 };
    return shi_fail_value(SHI_INPUT, shi_str_from(r->at), r->fault, N_("The file is not as Shishu wrote it: take the one that was published."));
}

static shi_str text_at(reader *r, const json_t *obj, const char *key)
{
    const json_t *x = json_object_get(obj, key);
    if (!json_is_string(x)) {
        spoil(r, key, N_("a text is missing in the file"));
        return S("");
    }
    shi_str s = shi_str_copy(r->keep, (shi_str){ json_string_value(x), (int64_t)json_string_length(x) });
    if (!s.ptr) spoil(r, key, N_("the file is too large"));
    return s;
}

static int64_t whole_at(reader *r, const json_t *obj, const char *key, int64_t if_null)
{
    const json_t *x = json_object_get(obj, key);
    if (json_is_null(x)) return if_null;
    if (!json_is_integer(x) || json_integer_value(x) < 0) spoil(r, key, N_("a whole number is missing in the file"));
    return json_integer_value(x);
}

static double share_at(reader *r, const json_t *obj, const char *key, bool zero)
{
    double x = json_number_value(json_object_get(obj, key));
    if (!((x > 0 || (zero && x >= 0)) && x < 1)) spoil(r, key, N_("a number between 0 and 1 is missing in the file"));
    return x;
}

static json_t *load(reader *r, shi_str text)
{
    json_error_t ignored;
    json_t *root = json_loadb(text.ptr, (size_t)text.len, JSON_REJECT_DUPLICATES, &ignored);
    if (!json_is_object(root)) spoil(r, "", N_("the file is no JSON object"));
    return root;
}

static void read_strata(reader *r, const json_t *list, shi_spot_plan *out)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        shi_spot_stratum *s = &out->stratum[i];
        shi_str figure = text_at(r, item, "figure");
        bool clusters = out->cluster_level.ptr;
        *s = (shi_spot_stratum){ .number = whole_at(r, item, "stratum", 0), .population = whole_at(r, item, "population", 0),
            .n = whole_at(r, item, clusters ? "meetings" : "n", 0), .clusters = clusters ? whole_at(r, item, "clusters", 0) : 0, .figure = -1 };
        int64_t now = i > 0 ? s[-1].figure : -1;   /* strata stand in order of the figures, and each figure has one */
        for (int64_t k = now < 0 ? 0 : now; k <= now + 1 && k < out->figures; k++)
            if (shi_str_eq(out->figure[k].figure, figure)) s->figure = k;
        if (s->figure < 0 || s->number != (int64_t)i + 1 || s->n > (clusters ? s->clusters : s->population) || s->clusters > s->population)
            spoil(r, "strata", N_("the strata do not fit the figures"));
    }
}

static void read_figures(reader *r, const json_t *list, shi_spot_plan *out)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item) {
        shi_spot_figure *f = &out->figure[i];
        *f = (shi_spot_figure){ .figure = text_at(r, item, "figure"), .reported = whole_at(r, item, "reported", -1),
            .population = whole_at(r, item, "population", 0), .threshold = whole_at(r, item, "threshold", 0) };
        if (!shi_spot_figure_split(f)) spoil(r, "figure", N_("this is no figure"));
    }
}

shi_err shi_spot_plan_read(shi_arena *keep, shi_str json, shi_spot_plan *out)
{
    reader r = { .keep = keep };
    json_t *root = load(&r, json), *figures = json_object_get(root, "figures"), *strata = json_object_get(root, "strata");
    *out = (shi_spot_plan){ .id = text_at(&r, root, "check"), .sequential = json_is_true(json_object_get(root, "sequential")),
        .confidence = share_at(&r, root, "confidence", false), .tolerance = share_at(&r, root, "tolerance", true),
        .risk = share_at(&r, root, "risk", false),
        .combination = shi_str_eq(text_at(&r, root, "combination"), S("fisher")) ? SHI_FISHER : SHI_SIDAK,
        .figures = (int64_t)json_array_size(figures), .strata = (int64_t)json_array_size(strata) };
    if (json_object_get(root, "clusters")) out->cluster_level = text_at(&r, root, "clusters");
    if (!shi_str_eq(text_at(&r, root, "format"), shi_str_from(out->cluster_level.ptr ? CLUSTERS : VERSION)))
        spoil(&r, "format", N_("this is no file of a field check, or of a newer version"));
    if (out->figures == 0 || out->strata == 0) spoil(&r, "figures", N_("the plan holds no figure"));
    out->figure = shi_new(keep, shi_spot_figure, out->figures);
    out->stratum = shi_new(keep, shi_spot_stratum, out->strata);
    if (out->figure && out->stratum) {
        read_figures(&r, figures, out);
        read_strata(&r, strata, out);
    } else spoil(&r, "", N_("the file is too large"));
    json_decref(root);
    return outcome(&r);
}

void shi_spot_frame_write(shi_buf *out, const shi_spot_frame *frame)
{
    shi_buf_puts(out, frame->cluster ? "key,stratum,cluster\n" : "key,stratum\n");
    for (int64_t k = 0; k < frame->rows; k++) {
        shi_buf_add(out, frame->key[k]);
        shi_buf_format(out, ",%lld", (long long)frame->stratum[k]);
        if (frame->cluster) shi_buf_format(out, ",%lld", (long long)frame->cluster[k]);
        shi_buf_addc(out, '\n');
    }
}

/* The line at *at without its end; false at the end of the text. */
static bool next_line(shi_str text, int64_t *at, shi_str *line)
{
    if (*at >= text.len) return false;
    int64_t end = shi_str_find(text, '\n', *at);
    if (end < 0) end = text.len;
    *line = shi_str_sub(text, *at, end);
    *at = end + 1;
    return true;
}

static shi_err bad_line(int64_t line, shi_str value, const char *reason)
{
    shi_err e = shi_fail_value(SHI_INPUT, value, reason, N_("The file is not as Shishu wrote it: take the one that was published."));
    e.line = line;
    return e;
}

shi_err shi_spot_frame_read(shi_arena *keep, shi_str csv, shi_spot_frame *out)
{
    int64_t at = 0, lines = 0, n = 0;
    shi_str line;
    for (int64_t i = 0; i < csv.len; i++) lines += csv.ptr[i] == '\n';
    *out = (shi_spot_frame){ .key = shi_new(keep, shi_str, lines + 1), .stratum = shi_new(keep, int64_t, lines + 1) };
    if (!out->key || !out->stratum) return shi_no_memory();
    bool any = next_line(csv, &at, &line), clusters = any && shi_str_eq(line, S("key,stratum,cluster"));
    if (!any || (!clusters && !shi_str_eq(line, S("key,stratum")))) return bad_line(1, line, N_("the header is not key,stratum"));
    if (clusters && !(out->cluster = shi_new(keep, int64_t, lines + 1))) return shi_no_memory();
    while (next_line(csv, &at, &line)) {
        int64_t comma = shi_str_find(line, ',', 0), end = clusters && comma > 0 ? shi_str_find(line, ',', comma + 1) : line.len;
        n++;
        if (comma < 1) return bad_line(n + 1, line, N_("the key is blank"));
        out->key[out->rows] = shi_str_sub(line, 0, comma);
        if (end < 0 || !shi_count_parse(shi_str_sub(line, comma + 1, end), &out->stratum[out->rows]))
            return bad_line(n + 1, line, N_("the stratum is no number"));
        if (clusters && !shi_count_parse(shi_str_sub(line, end + 1, line.len), &out->cluster[out->rows]))
            return bad_line(n + 1, line, N_("the cluster is no number"));
        int order = n > 1 ? shi_str_cmp(out->key[out->rows - 1], out->key[out->rows]) : -1;
        if (order == 0) return bad_line(n + 1, line, N_("the key stands twice"));
        if (order > 0) return bad_line(n + 1, line, N_("the keys are out of order"));
        out->rows++;
    }
    return (shi_err){ 0 };
}

static void hash_key(shi_json *json, const char *key, shi_str text)
{
    shi_sha256 hash;
    char hex[65];
    shi_sha256_text(text, &hash);
    shi_hex(hash.byte, 32, hex);
    shi_json_ktext(json, key, hex);
}

void shi_spot_commitment_write(shi_buf *out, const char *id, shi_str plan, shi_str frame)
{
    shi_json json = { .out = out };
    shi_json_begin_object(&json);
    shi_json_ktext(&json, "format", VERSION);
    shi_json_ktext(&json, "check", id);
    hash_key(&json, "plan_sha256", plan);
    hash_key(&json, "frame_sha256", frame);
    finish(&json);
}

void shi_spot_draw_write(shi_buf *out, shi_str id, shi_str commitment_sha256, const shi_spot_draw *draw)
{
    shi_json json = { .out = out };
    int64_t k = 0;
    shi_json_begin_object(&json);
    shi_json_ktext(&json, "format", VERSION);
    shi_json_kstr(&json, "check", id);
    shi_json_kstr(&json, "commitment_sha256", commitment_sha256);
    shi_json_key(&json, "rounds");
    shi_json_begin_array(&json);
    for (int64_t r = 0; r < draw->rounds; r++) {
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "seed", draw->seed[r]);
        shi_json_key(&json, "drawn");
        shi_json_begin_array(&json);
        for (; k < draw->len && draw->ptr[k].round == r + 1; k++) {
            shi_json_begin_object(&json);
            shi_json_kstr(&json, "key", draw->ptr[k].key);
            shi_json_kstr(&json, "ticket", draw->ptr[k].ticket);
            shi_json_kint(&json, "stratum", draw->ptr[k].stratum);
            if (draw->ptr[k].cluster) shi_json_kint(&json, "cluster", draw->ptr[k].cluster);
            shi_json_kbool(&json, "recheck", draw->ptr[k].recheck);
            shi_json_end_object(&json);
        }
        shi_json_end_array(&json);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    finish(&json);
}

static void read_round(reader *r, const json_t *round, shi_spot_draw *out)
{
    size_t i;
    json_t *item;
    out->seed[out->rounds++] = text_at(r, round, "seed");
    json_array_foreach(json_object_get(round, "drawn"), i, item) {
        out->ptr[out->len++] = (shi_spot_drawn){ .key = text_at(r, item, "key"), .ticket = text_at(r, item, "ticket"), .round = out->rounds,
            .stratum = whole_at(r, item, "stratum", 0), .recheck = json_is_true(json_object_get(item, "recheck")),
            .cluster = json_object_get(item, "cluster") ? whole_at(r, item, "cluster", 0) : 0 };
    }
}

shi_err shi_spot_draw_read(shi_arena *keep, shi_str json, shi_spot_draw *out)
{
    reader r = { .keep = keep };
    json_t *root = load(&r, json), *rounds = json_object_get(root, "rounds"), *round;
    size_t n = 0, i;
    json_array_foreach(rounds, i, round) n += json_array_size(json_object_get(round, "drawn"));
    *out = (shi_spot_draw){ .seed = shi_new(keep, shi_str, (int64_t)json_array_size(rounds) + 1),
        .ptr = shi_new(keep, shi_spot_drawn, (int64_t)n + 1) };
    if (out->seed && out->ptr) {
        json_array_foreach(rounds, i, round) read_round(&r, round, out);
    } else spoil(&r, "", N_("the file is too large"));
    json_decref(root);
    return outcome(&r);
}

static const char RESULTS_HEADER[] = "key,outcome,exists,lives_here,knows,operates,reason,inspector1,inspector2,visited_at,recheck\n";

void shi_spot_result_write(shi_buf *out, const shi_spot_result *x)
{
    if (!x) {
        shi_buf_puts(out, RESULTS_HEADER);
        return;
    }
    shi_buf_csv(out, x->key);
    shi_buf_format(out, ",%s", shi_outcome_name(x->outcome));
    for (int i = 0; i < SHI_LAYERS; i++) shi_buf_format(out, ",%s", shi_answer_name(x->layer[i]));
    const shi_str texts[] = { x->reason, x->inspector1, x->inspector2, x->visited_at };
    for (int64_t i = 0; i < COUNT(texts); i++) {
        shi_buf_addc(out, ',');
        shi_buf_csv(out, texts[i]);
    }
    shi_buf_puts(out, x->recheck ? ",yes\n" : ",\n");
}

enum { CELLS = 11 };

/* The cells of the line at *at; quotes as in RFC 4180. Cells are unquoted in keep. With too many of them n is CELLS + 1. */
static bool next_cells(shi_arena *keep, shi_str text, int64_t *at, shi_str cell[CELLS], int64_t *n)
{
    if (*at >= text.len) return false;
    for (*n = 0; *n < CELLS; ++*n) {
        char *to = shi_new(keep, char, 1), *start = to;
        bool quoted = *at < text.len && text.ptr[*at] == '"';
        if (!to) return false;
        *at += quoted;
        while (*at < text.len) {
            char c = text.ptr[*at];
            if (quoted && c == '"' && *at + 1 < text.len && text.ptr[*at + 1] == '"') ++*at;
            else if (quoted ? c == '"' : c == ',' || c == '\n') break;
            if (!shi_new(keep, char, 1)) return false;
            *to++ = c;
            ++*at;
        }
        *at += quoted && *at < text.len;
        cell[*n] = (shi_str){ start, to - start };
        bool comma = *at < text.len && text.ptr[*at] == ',';
        ++*at;
        if (!comma) {
            ++*n;
            return true;
        }
    }
    ++*n;
    return true;
}

shi_err shi_spot_results_read(shi_arena *keep, shi_str csv, shi_spot_results *out)
{
    shi_str cell[CELLS];
    int64_t at = 0, n, lines = 0, line = 1;
    for (int64_t i = 0; i < csv.len; i++) lines += csv.ptr[i] == '\n';
    *out = (shi_spot_results){ .ptr = shi_new(keep, shi_spot_result, lines + 1), .cap = lines + 1 };
    if (!out->ptr) return shi_no_memory();
    if (!shi_str_starts(csv, shi_str_from(RESULTS_HEADER))) return bad_line(1, S(""), N_("the header is not that of results"));
    at = (int64_t)sizeof RESULTS_HEADER - 1;
    while (next_cells(keep, csv, &at, cell, &n)) {
        shi_spot_result x = { .key = cell[0], .reason = cell[6], .inspector1 = cell[7], .inspector2 = cell[8], .visited_at = cell[9],
            .recheck = n == CELLS && cell[10].len > 0 };
        bool fine = n == CELLS && shi_outcome_parse(cell[1], &x.outcome);
        for (int i = 0; i < SHI_LAYERS && fine; i++) fine = shi_answer_parse(cell[2 + i], &x.layer[i]);
        if (!fine) return bad_line(line + 1, cell[0], N_("this is no row of results"));
        if (out->len < out->cap) out->ptr[out->len++] = x;
        line++;
    }
    return (shi_err){ 0 };
}
