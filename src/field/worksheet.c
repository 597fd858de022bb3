/* Who was drawn is found again by making the keys of all accounts of the apps: what a key stands for is written down nowhere. */
#include "field/worksheet.h"

#include "store/checks.h"
#include "store/pseudonym.h"
#include "table/arrays.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    shi_str id;
    shi_visits *out;
} loading;

static int by_key(const void *a, const void *b)
{
    return shi_str_cmp(((const shi_visit *)a)->key, ((const shi_visit *)b)->key);
}

static int by_route(const void *a, const void *b)
{
    const shi_visit *x = a, *y = b;
    if (x->meeting != y->meeting) return x->meeting < y->meeting ? -1 : 1;
    const shi_str p[] = { x->unit_code, x->group, x->door, x->account, x->key }, q[] = { y->unit_code, y->group, y->door, y->account, y->key };
    for (int i = 0; i < (int)COUNT(p); i++) {
        int c = shi_str_cmp(p[i], q[i]);
        if (c) return c;
    }
    return 0;
}

static shi_visit *find(const loading *l, shi_str key)
{
    const shi_visit wanted = { .key = key };
    return l->out->len ? bsearch(&wanted, l->out->ptr, (size_t)l->out->len, sizeof wanted, by_key) : NULL;
}

static shi_err load_drawn(loading *l)
{
    shi_str text, results_text;
    shi_spot_draw draw;
    shi_spot_results results = { 0 };
    SHI_TRY(shi_checks_exists(l->ws, l->id));
    SHI_TRY(shi_checks_get(l->ws, l->keep, l->id, "draw.json", &text));
    SHI_TRY(shi_checks_get(l->ws, l->keep, l->id, "results.csv", &results_text));
    if (!text.ptr) return shi_fail_value(SHI_INPUT, l->id, N_("nobody was drawn yet"), N_("Run \"shishu spotcheck draw\" with a public seed."));
    SHI_TRY(shi_spot_draw_read(l->keep, text, &draw));
    if (results_text.ptr) SHI_TRY(shi_spot_results_read(l->keep, results_text, &results));
    l->out->ptr = shi_new(l->keep, shi_visit, draw.len);
    if (draw.len && !l->out->ptr) return shi_no_memory();
    for (int64_t k = 0; k < draw.len; k++)
        l->out->ptr[l->out->len++] = (shi_visit){ .key = draw.ptr[k].key, .round = draw.ptr[k].round, .recheck = draw.ptr[k].recheck,
            .meeting = draw.ptr[k].cluster };   /* put in order later */
    if (draw.len) qsort(l->out->ptr, (size_t)draw.len, sizeof *l->out->ptr, by_key);
    for (int64_t i = 0; i < results.len; i++) {
        shi_visit *v = find(l, results.ptr[i].key);
        if (v) v->recorded = true;
    }
    return (shi_err){ 0 };
}

/* The key of an account, from an arena that is given back. */
static shi_visit *visit_of(const loading *l, shi_str app, shi_str account)
{
    shi_arena scratch = *l->keep;
    shi_str key = shi_spot_key(&scratch, &l->ws->key, l->id, app, account);
    return key.ptr ? find(l, key) : NULL;
}

/* ---- meetings ---- */

typedef struct {
    shi_str unit_code, name;   /* the cluster's first unit; the names of all of them */
    int64_t cluster;
} meeting;

static int by_unit(const void *a, const void *b)
{
    const meeting *x = a, *y = b;
    int c = shi_str_cmp(x->unit_code, y->unit_code);
    return c ? c : (x->cluster > y->cluster) - (x->cluster < y->cluster);
}

static shi_err name_meeting(const loading *l, shi_duck *duck, meeting *m)
{
    shi_buf name = { 0 };
    shi_strs units;
    shi_err e = shi_checks_cluster(l->ws, l->keep, l->id, m->cluster, &units);
    for (int64_t i = 0; i < units.len && !e.code; i++) {
        const shi_param p = SHI_TEXTP(units.ptr[i]);
        shi_rows rows;
        e = shi_duck_query(duck, "SELECT coalesce(name, unit_code) FROM units WHERE unit_code = $1", &p, 1, &rows);
        if (e.code) break;
        if (i) shi_buf_puts(&name, "、");
        shi_buf_add(&name, shi_rows_next(&rows) ? shi_rows_str(&rows, 0) : units.ptr[i]);
        shi_rows_close(&rows);
    }
    if (!e.code) {
        m->unit_code = units.len ? units.ptr[0] : S("");
        m->name = shi_str_copy(l->keep, shi_buf_str(&name));
    }
    shi_buf_drop(&name);
    return e.code || m->name.ptr ? e : shi_no_memory();
}

/* Meetings get numbers in order of their units, so that they follow the route, and the names of these. */
static shi_err load_meetings(loading *l, shi_duck *duck)
{
    shi_visits *v = l->out;
    int64_t most = 0, n = 0;
    for (int64_t k = 0; k < v->len; k++) most = v->ptr[k].meeting > most ? v->ptr[k].meeting : most;
    if (most == 0) return (shi_err){ 0 };
    meeting *m = shi_new(l->keep, meeting, most);
    int64_t *place = shi_new(l->keep, int64_t, most + 1);
    if (!m || !place) return shi_no_memory();
    for (int64_t k = 0; k < v->len; k++) {
        int64_t cluster = v->ptr[k].meeting;
        if (cluster == 0 || place[cluster]) continue;
        place[cluster] = 1;
        m[n].cluster = cluster;
        SHI_TRY(name_meeting(l, duck, &m[n++]));
    }
    qsort(m, (size_t)n, sizeof *m, by_unit);
    for (int64_t k = 0; k < n; k++) place[m[k].cluster] = k + 1;
    for (int64_t k = 0; k < v->len; k++) {
        v->ptr[k].meeting = place[v->ptr[k].meeting];
        v->ptr[k].meeting_name = m[v->ptr[k].meeting - 1].name;
    }
    return (shi_err){ 0 };
}

static const char SQL_ACCOUNTS[] =
    "SELECT a.app, a.account, a.unit_code, u.name FROM accounts a LEFT JOIN units u USING (unit_code) "
    "WHERE  a.app IN (SELECT app FROM indicators WHERE indicator IN (SELECT unnest(string_split($1, chr(31)))))";

static shi_str indicators_of(shi_arena *keep, const shi_spot_plan *plan)
{
    shi_buf text = { 0 };
    for (int64_t i = 0; i < plan->figures; i++) {
        if (i) shi_buf_addc(&text, '\x1f');
        shi_buf_add(&text, plan->figure[i].indicator);
    }
    shi_str copy = shi_str_copy(keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return copy;
}

static shi_err load_accounts(loading *l, const shi_engine *engine)
{
    shi_str text;
    shi_spot_plan plan;
    shi_duck duck;
    shi_rows rows;
    SHI_TRY(shi_checks_get(l->ws, l->keep, l->id, "plan.json", &text));
    SHI_TRY(shi_spot_plan_read(l->keep, text, &plan));
    const shi_param p = SHI_TEXTP(indicators_of(l->keep, &plan));
    SHI_TRY(shi_views_open(l->ws, *l->keep, engine, &duck));
    shi_err e = shi_duck_query(&duck, SQL_ACCOUNTS, &p, 1, &rows);
    if (!e.code) {
        while (shi_rows_next(&rows)) {
            shi_visit *v = visit_of(l, shi_rows_str(&rows, 0), shi_rows_str(&rows, 1));
            if (!v) continue;
            v->account = shi_str_copy(l->keep, shi_rows_str(&rows, 1));
            v->unit_code = shi_str_copy(l->keep, shi_rows_str(&rows, 2));
            v->unit_name = shi_rows_null(&rows, 3) ? v->unit_code : shi_str_copy(l->keep, shi_rows_str(&rows, 3));
        }
        shi_rows_close(&rows);
    }
    if (!e.code) e = load_meetings(l, &duck);
    shi_duck_close(&duck);
    return e;
}

/* ---- the office's own list ---- */

enum { ACCOUNT, NAME, GROUP, DOOR, LIST_COLUMNS };
static const shi_asked ASKED[LIST_COLUMNS] = {
    [ACCOUNT] = { .header = { "account", 7 }, .type = SHI_T_CODE, .aliases = "账号|帐号|用户名|手机号|手机号码|电话" },
    [NAME] = { .header = { "name", 4 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "姓名|户主|名字", .optional = true },
    [GROUP] = { .header = { "group", 5 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "组|村民小组|小组|自然村", .optional = true },
    [DOOR] = { .header = { "door", 4 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "门牌|门牌号|住址|地址", .optional = true },
};

static int by_account(const void *a, const void *b)
{
    return shi_str_cmp((*(shi_visit *const *)a)->account, (*(shi_visit *const *)b)->account);
}

static void take_row(const loading *l, shi_visit **by, int64_t n, shi_str account, const shi_arrays *rows, int64_t i)
{
    shi_visit wanted = { .account = account }, *key = &wanted, **at = bsearch(&key, by, (size_t)n, sizeof *by, by_account);
    if (!at || (*at)->name.ptr || (*at)->door.ptr || (*at)->group.ptr) return;
    l->out->listed++;
    (*at)->name = rows->text[NAME][i];
    (*at)->group = rows->text[GROUP][i];
    (*at)->door = rows->text[DOOR][i];
}

/* Accounts are looked up as they are written, and as the pseudonym that the import may have made of them. */
static shi_err join_list(loading *l, const char *path, const shi_engine *engine)
{
    const shi_source_options options = { .memory = engine->memory };
    shi_arrays rows;
    int64_t n = l->out->len;
    SHI_TRY(shi_arrays_read(l->keep, path, &options, ASKED, LIST_COLUMNS, &rows));
    shi_visit **by = shi_new(l->keep, shi_visit *, n);
    if (n && !by) return shi_no_memory();
    shi_pseudonyms *names = shi_pseudonyms_open(&l->ws->key);
    if (!names) return shi_no_memory();
    for (int64_t k = 0; k < n; k++) by[k] = &l->out->ptr[k];
    if (n) qsort(by, (size_t)n, sizeof *by, by_account);
    for (int64_t i = 0; i < rows.rows && n; i++) {
        take_row(l, by, n, rows.text[ACCOUNT][i], &rows, i);
        take_row(l, by, n, shi_pseudonyms_get(names, SHI_KIND_ACCOUNT, rows.text[ACCOUNT][i]), &rows, i);
    }
    shi_pseudonyms_close(names);
    return (shi_err){ 0 };
}

/* Rounds one after the other, so that a further one leaves the lines of a list that is printed already. */
static int by_line(const void *a, const void *b)
{
    const shi_visit *x = a, *y = b;
    int c = (x->meeting > y->meeting) - (x->meeting < y->meeting);
    if (!c) c = x->meeting ? 0 : shi_str_cmp(x->unit_code, y->unit_code);
    if (!c) c = (x->round > y->round) - (x->round < y->round);
    if (!c) c = shi_str_cmp(x->account, y->account);
    return c ? c : shi_str_cmp(x->key, y->key);
}

static void number_lines(shi_visits *v)
{
    if (v->len) qsort(v->ptr, (size_t)v->len, sizeof *v->ptr, by_line);
    for (int64_t k = 0; k < v->len; k++) {
        const shi_visit *before = k ? &v->ptr[k - 1] : NULL;
        bool together = before && before->meeting == v->ptr[k].meeting && (before->meeting || shi_str_eq(before->unit_code, v->ptr[k].unit_code));
        v->ptr[k].line = together ? before->line + 1 : 1;
    }
}

shi_err shi_visits_load(shi_workspace *ws, shi_arena *keep, shi_str id, const char *list, const shi_engine *engine, shi_visits *out)
{
    loading l = { ws, keep, id, out };
    int64_t n = 0;
    *out = (shi_visits){ .id = id };
    SHI_TRY(load_drawn(&l));
    SHI_TRY(load_accounts(&l, engine));
    for (int64_t k = 0; k < out->len; k++)
        if (out->ptr[k].account.ptr) out->ptr[n++] = out->ptr[k];
    out->lost = out->len - n;
    out->len = n;
    number_lines(out);
    if (list) SHI_TRY(join_list(&l, list, engine));
    if (n) qsort(out->ptr, (size_t)n, sizeof *out->ptr, by_route);
    return (shi_err){ 0 };
}
