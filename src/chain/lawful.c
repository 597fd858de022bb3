/* Judging rules. What hangs on the indicator or the app alone is judged once for each of them; a rule that looks at the target itself, once a
 * target. Targets that break the same rules share one list. Cost: targets × rules that look at targets. */
#include "chain/lawful.h"

#include "base/os.h"
#include "chain/lawful_world.h"

#include <string.h>

typedef struct {
    shi_chain *chain;
    shi_lawful_rows rows;
    shi_lawful_world world;
    shi_lawful_options options;
    shi_lawful *out;
    const shi_book *book;
    uint8_t *of_indicator;          /* indicators × rules: its truth, of rules not judged of each target */
    uint8_t *of_app;                /* apps × rules */
    int64_t *broken, *leaves;       /* indicators × rules: how many of its targets that nobody hands further down break it; how many there are */
    shi_cited *cited;               /* room for one of each rule: the list that is being made */
    shi_cites *list;                /* distinct lists of targets; the first is empty */
    int64_t lists, list_cap;
    int32_t *slot;                  /* of list numbers by hash, open addressing, twice list_cap; 0: free */
} judging;

/* ---- one rule ---- */

static shi_truth judge_test(judging *j, const shi_test *test, const shi_world *world)
{
    if (test->kind != SHI_TEST_ALIAS) return shi_node_judge(test->when, world);
    shi_truth best = SHI_FALSE;
    for (int64_t k = 0; k < test->aliases; k++) {
        shi_truth t = shi_node_judge(shi_book_find(j->book, test->alias[k])->test.when, world);
        if (t > best) best = t;
    }
    return best;
}

static shi_truth judge(judging *j, const shi_rule *rule)
{
    shi_world world = shi_lawful_world_of(&j->world);
    if (rule->subject == SHI_ROW_NONE || rule->test.kind == SHI_TEST_SET) return SHI_FALSE;
    shi_truth applies = shi_node_judge(rule->applies, &world);
    if (applies == SHI_FALSE) return SHI_FALSE;
    shi_truth t = judge_test(j, &rule->test, &world);
    return t < applies ? t : applies;
}

/* ---- lists ---- */

/* A rule with a condition of its own is one of the measures on apps, which reach apps for the public by reference only. */
static bool by_reference(judging *j, const shi_rule *rule)
{
    shi_value zw = rule->applies ? shi_lawful_zw(&j->world) : (shi_value){ 0 };
    return zw.kind == SHI_V_TEXT && shi_str_eq(zw.text, S("by_reference"));
}

typedef struct {
    shi_cited *cited;
    int64_t len;
} listing;

static void cite(judging *j, listing *list, const shi_rule *rule, shi_truth truth, int64_t day)
{
    bool in_force = rule->in_force == INT64_MIN || rule->in_force <= day;
    if (truth == SHI_FALSE || (!in_force && !j->options.all_dates)) return;
    list->cited[list->len++] = (shi_cited){ rule, truth == SHI_TRUE, in_force, by_reference(j, rule) };
}

static bool same_list(shi_cites a, shi_cites b)
{
    if (a.len != b.len) return false;
    for (int64_t i = 0; i < a.len; i++) {
        const shi_cited *x = &a.ptr[i], *y = &b.ptr[i];
        if (x->rule != y->rule || x->hit != y->hit || x->in_force != y->in_force || x->by_reference != y->by_reference) return false;
    }
    return true;
}

static uint64_t hash_of(const judging *j, shi_cites list)
{
    uint64_t h = UINT64_C(1469598103934665603);   /* FNV-1a: Fowler, Noll, Vo 1991 */
    for (int64_t i = 0; i < list.len; i++) {
        const shi_cited *c = &list.ptr[i];
        uint64_t word = (uint64_t)(c->rule - j->book->ptr) << 3 | (uint64_t)c->hit << 2 | (uint64_t)c->in_force << 1 | (uint64_t)c->by_reference;
        h = (h ^ word) * UINT64_C(1099511628211);
    }
    return h;
}

static shi_err keep_list(judging *j, const listing *list, shi_cites *out)
{
    *out = (shi_cites){ 0 };
    if (list->len == 0) return (shi_err){ 0 };
    shi_cited *copy = shi_new(j->chain->keep, shi_cited, list->len);
    if (!copy) return shi_no_memory();
    memcpy(copy, list->cited, (size_t)list->len * sizeof *copy);
    *out = (shi_cites){ copy, list->len };
    return (shi_err){ 0 };
}

static int64_t slot_of(const judging *j, shi_cites list)
{
    int64_t mask = 2 * j->list_cap - 1, at = (int64_t)(hash_of(j, list) & (uint64_t)mask);
    while (j->slot[at] && !same_list(j->list[j->slot[at]], list)) at = (at + 1) & mask;
    return at;
}

static shi_err more_lists(judging *j)
{
    int64_t cap = j->list_cap ? j->list_cap * 2 : 256;
    shi_cites *list = shi_new(j->chain->keep, shi_cites, cap);
    j->slot = shi_new(j->chain->keep, int32_t, 2 * cap);
    if (!list || !j->slot) return shi_no_memory();
    if (j->lists) memcpy(list, j->list, (size_t)j->lists * sizeof *list);
    j->list = list;
    j->list_cap = cap;
    for (int64_t i = 1; i < j->lists; i++) {
        j->slot[slot_of(j, list[i])] = (int32_t)i;
    }
    return (shi_err){ 0 };
}

/* Number of the list of a target, shared with those that have the same. */
static shi_err share_list(judging *j, const listing *list, int32_t *out)
{
    *out = 0;
    if (list->len == 0) return (shi_err){ 0 };
    if (j->lists == j->list_cap) SHI_TRY(more_lists(j));
    int64_t at = slot_of(j, (shi_cites){ list->cited, list->len });
    if (!j->slot[at]) {
        SHI_TRY(keep_list(j, list, &j->list[j->lists]));
        j->slot[at] = (int32_t)j->lists++;
    }
    *out = j->slot[at];
    return (shi_err){ 0 };
}

/* ---- subjects ---- */

static shi_str text_of(const shi_facts *facts, int64_t row, const char *column)
{
    shi_value v = shi_facts_value(facts, row, shi_facts_column(facts, column));
    return v.kind == SHI_V_TEXT ? v.text : (shi_str){ 0 };
}

static shi_judged describe(const shi_facts *facts, int64_t row)
{
    return (shi_judged){ .id = shi_facts_key(facts, row), .name = text_of(facts, row, "name"), .app = text_of(facts, row, "app"),
        .counts = text_of(facts, row, "counts"), .clazz = text_of(facts, row, "class"), .kind = text_of(facts, row, "kind"),
        .frequency = text_of(facts, row, "frequency"), .issuer_code = text_of(facts, row, "issuer_code"), .day = INT64_MIN };
}

static shi_err rows_for(judging *j, int64_t n, shi_judged_rows *out)
{
    out->ptr = shi_new(j->chain->keep, shi_judged, n);
    out->len = n;
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err keep_zw(judging *j)
{
    shi_value *zw = shi_new(j->chain->keep, shi_value, j->rows.app.rows);
    if (!zw) return shi_no_memory();
    shi_lawful_world_clear(&j->world);
    for (int64_t a = 0; a < j->rows.app.rows; a++) {
        j->world.app = a;
        zw[a] = shi_lawful_zw(&j->world);
    }
    j->world.zw = zw;
    return (shi_err){ 0 };
}

static shi_err judge_apps(judging *j)
{
    const shi_facts *apps = &j->rows.app;
    SHI_TRY(keep_zw(j));
    SHI_TRY(rows_for(j, apps->rows, &j->out->apps));
    for (int64_t a = 0; a < apps->rows; a++) {
        listing list = { .cited = j->cited };
        shi_lawful_world_clear(&j->world);
        j->world.app = a;
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            if (rule->subject != SHI_ROW_A) continue;
            shi_truth t = judge(j, rule);
            j->of_app[a * j->book->len + r] = (uint8_t)t;
            cite(j, &list, rule, t, j->options.today);
        }
        shi_judged *row = &j->out->apps.ptr[a];
        *row = describe(apps, a);
        shi_value zw = shi_lawful_zw(&j->world);
        if (zw.kind == SHI_V_TEXT) row->zw = zw.text;
        SHI_TRY(keep_list(j, &list, &row->cites));
    }
    return (shi_err){ 0 };
}

/* A target's day: issued_at, else the start of its period. An indicator's: the latest of its targets'. */
static int64_t target_day(const judging *j, int64_t target)
{
    const shi_chain_target_row *t = &j->rows.targets->row[target];
    return t->issued_day != INT64_MIN ? t->issued_day : j->rows.targets->period[t->period].first_day;
}

static int64_t indicator_day(const judging *j, int64_t indicator)
{
    int64_t first = j->rows.indicator_first[indicator], n = j->rows.indicator_count[indicator], day = n ? INT64_MIN : j->options.today;
    for (int64_t k = 0; k < n; k++)
        if (target_day(j, first + k) > day) day = target_day(j, first + k);
    return day;
}

/* What its rules and those of its app come to, with no target at hand. */
static void judge_indicators(judging *j)
{
    for (int64_t i = 0; i < j->rows.indicator.rows; i++) {
        shi_lawful_world_clear(&j->world);
        shi_lawful_world_indicator(&j->world, i);
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            shi_truth t = SHI_UNKNOWN;
            if (rule->subject == SHI_ROW_I || rule->subject == SHI_ROW_T) t = judge(j, rule);
            else if (rule->subject == SHI_ROW_A && j->world.app >= 0) t = (shi_truth)j->of_app[j->world.app * j->book->len + r];
            j->of_indicator[i * j->book->len + r] = (uint8_t)t;
        }
    }
}

/* Of an indicator is said what holds of itself or its app, and what at least half of its targets break that nobody hands further down. What is
 * open of a target is said of the target, where there is one. */
static shi_err list_indicators(judging *j)
{
    const shi_facts *indicators = &j->rows.indicator;
    SHI_TRY(rows_for(j, indicators->rows, &j->out->indicators));
    for (int64_t i = 0; i < indicators->rows; i++) {
        listing list = { .cited = j->cited };
        int64_t day = indicator_day(j, i), targets = j->rows.indicator_count[i];
        shi_lawful_world_clear(&j->world);
        shi_lawful_world_indicator(&j->world, i);
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            shi_truth t = (shi_truth)j->of_indicator[i * j->book->len + r];
            if (rule->subject == SHI_ROW_T && targets && t != SHI_TRUE)
                t = j->leaves[i] && 2 * j->broken[i * j->book->len + r] >= j->leaves[i] ? SHI_TRUE : SHI_FALSE;
            if (rule->subject == SHI_ROW_I || rule->subject == SHI_ROW_A || rule->subject == SHI_ROW_T) cite(j, &list, rule, t, day);
        }
        j->out->indicators.ptr[i] = describe(indicators, i);
        SHI_TRY(keep_list(j, &list, &j->out->indicators.ptr[i].cites));
    }
    return (shi_err){ 0 };
}

static shi_err judge_bulletins(judging *j)
{
    const shi_facts *bulletins = &j->rows.bulletin;
    SHI_TRY(rows_for(j, bulletins->rows, &j->out->bulletins));
    for (int64_t b = 0; b < bulletins->rows; b++) {
        listing list = { .cited = j->cited };
        shi_lawful_world_clear(&j->world);
        shi_lawful_world_indicator(&j->world, bulletins->owner[b]);
        j->world.bulletin = b;
        shi_value at = shi_facts_value(bulletins, b, shi_facts_column(bulletins, "published_at"));
        int64_t day = at.kind == SHI_V_DAY ? at.day : j->options.today;
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            if (rule->subject == SHI_ROW_B) cite(j, &list, rule, judge(j, rule), day);
            if (rule->subject != SHI_ROW_I || !rule->test.ranges[SHI_ROW_B]) continue;
            /* what forbids an indicator's bulletins is said of each of them that it forbids by itself */
            j->world.one_bulletin = true;
            if (judge(j, rule) == SHI_TRUE) cite(j, &list, rule, SHI_TRUE, day);
            j->world.one_bulletin = false;
        }
        j->out->bulletins.ptr[b] = describe(bulletins, b);
        j->out->bulletins.ptr[b].day = at.kind == SHI_V_DAY ? at.day : INT64_MIN;
        SHI_TRY(keep_list(j, &list, &j->out->bulletins.ptr[b].cites));
    }
    return (shi_err){ 0 };
}

static shi_err judge_forms(judging *j)
{
    const shi_facts *forms = &j->rows.form;
    SHI_TRY(rows_for(j, forms->rows, &j->out->forms));
    for (int64_t f = 0; f < forms->rows; f++) {
        listing list = { .cited = j->cited };
        shi_lawful_world_clear(&j->world);
        j->world.form = f;
        for (int64_t r = 0; r < j->book->len; r++)
            if (j->book->ptr[r].subject == SHI_ROW_F) cite(j, &list, &j->book->ptr[r], judge(j, &j->book->ptr[r]), j->options.today);
        j->out->forms.ptr[f] = describe(forms, f);
        SHI_TRY(keep_list(j, &list, &j->out->forms.ptr[f].cites));
    }
    return (shi_err){ 0 };
}

/* Rules of units that are hit; the list grows, since hardly any is. */
static shi_err judge_units(judging *j)
{
    const shi_chain_units *units = j->rows.units;
    int64_t cap = 0;
    shi_judged_rows *out = &j->out->units;
    for (int64_t u = 0; u < units->len; u++) {
        listing list = { .cited = j->cited };
        shi_lawful_world_clear(&j->world);
        j->world.unit = u;
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            if (rule->subject == SHI_ROW_U && judge(j, rule) == SHI_TRUE) cite(j, &list, rule, SHI_TRUE, j->options.today);
        }
        if (!list.len) continue;
        if (out->len == cap) {
            cap = cap ? cap * 2 : 16;
            shi_judged *more = shi_new(j->chain->keep, shi_judged, cap);
            if (!more) return shi_no_memory();
            if (out->len) memcpy(more, out->ptr, (size_t)out->len * sizeof *more);
            out->ptr = more;
        }
        shi_judged *row = &out->ptr[out->len++];
        *row = (shi_judged){ .id = units->code[u], .name = units->name[u], .day = INT64_MIN };
        SHI_TRY(keep_list(j, &list, &row->cites));
    }
    return (shi_err){ 0 };
}

static shi_err judge_workspace(judging *j)
{
    listing list = { .cited = j->cited };
    shi_lawful_world_clear(&j->world);
    for (int64_t r = 0; r < j->book->len; r++)
        if (j->book->ptr[r].subject == SHI_ROW_X) cite(j, &list, &j->book->ptr[r], judge(j, &j->book->ptr[r]), j->options.today);
    return keep_list(j, &list, &j->out->workspace);
}

static shi_err judge_targets(judging *j)
{
    int32_t *number = shi_new(j->chain->keep, int32_t, j->rows.targets->len);
    if (!number) return shi_no_memory();
    SHI_TRY(more_lists(j));
    j->lists = 1;
    for (int64_t t = 0; t < j->rows.targets->len; t++) {
        listing list = { .cited = j->cited };
        int64_t day = target_day(j, t), i = j->rows.targets->row[t].indicator;
        if ((t & 4095) == 0 && shi_os_stop_requested()) return shi_fail(SHI_STOPPED, N_("stopped as asked"), N_("Nothing was changed."));
        bool leaf = j->rows.targets->row[t].leaf;
        j->leaves[i] += leaf;
        shi_lawful_world_target(&j->world, t);
        for (int64_t r = 0; r < j->book->len; r++) {
            const shi_rule *rule = &j->book->ptr[r];
            if (rule->subject == SHI_ROW_T) {
                shi_truth truth = judge(j, rule);
                j->broken[i * j->book->len + r] += truth == SHI_TRUE && leaf;
                cite(j, &list, rule, truth, day);
            } else if ((rule->subject == SHI_ROW_I || rule->subject == SHI_ROW_A))
                cite(j, &list, rule, (shi_truth)j->of_indicator[i * j->book->len + r], day);
        }
        SHI_TRY(share_list(j, &list, &number[t]));
    }
    j->out->target = number;
    j->out->targets = j->rows.targets->len;
    j->out->list = j->list;
    j->out->lists = j->lists;
    int64_t *size = shi_new(j->chain->keep, int64_t, j->lists);
    if (!size) return shi_no_memory();
    for (int64_t t = 0; t < j->rows.targets->len; t++) size[number[t]]++;
    j->out->list_size = size;
    return (shi_err){ 0 };
}

shi_err shi_chain_lawful(shi_chain *chain, const shi_book *book, const shi_lawful_options *options, shi_lawful *out)
{
    judging j = { .chain = chain, .options = *options, .out = out };
    *out = (shi_lawful){ .book = *book };
    j.book = &out->book;
    SHI_TRY(shi_lawful_rows_load(chain, book, &j.rows));
    j.world = (shi_lawful_world){ .rows = &j.rows, .settings = &chain->ws->settings, .book = j.book, .today = options->today };
    j.of_app = shi_new(chain->keep, uint8_t, j.rows.app.rows * book->len);
    j.of_indicator = shi_new(chain->keep, uint8_t, j.rows.indicator.rows * book->len);
    j.broken = shi_new(chain->keep, int64_t, j.rows.indicator.rows * book->len);
    j.leaves = shi_new(chain->keep, int64_t, j.rows.indicator.rows);
    j.cited = shi_new(chain->keep, shi_cited, book->len);
    if (!j.of_app || !j.of_indicator || !j.broken || !j.leaves || !j.cited) return shi_no_memory();
    SHI_TRY(judge_apps(&j));
    judge_indicators(&j);
    SHI_TRY(judge_targets(&j));
    SHI_TRY(list_indicators(&j));
    SHI_TRY(judge_bulletins(&j));
    SHI_TRY(judge_forms(&j));
    SHI_TRY(judge_units(&j));
    return judge_workspace(&j);
}
