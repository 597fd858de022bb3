#include "chain/lawful_world.h"

#include <string.h>

static const shi_value MISSING = { .kind = SHI_V_MISSING }, EMPTY = { .kind = SHI_V_NULL };

static shi_value number(double x)
{
    return (shi_value){ .kind = SHI_V_NUMBER, .number = x };
}

static shi_value text(shi_str s)
{
    return (shi_value){ .kind = SHI_V_TEXT, .text = s };
}

static shi_value yes(bool is)
{
    return (shi_value){ .kind = SHI_V_TRUTH, .truth = is ? SHI_TRUE : SHI_FALSE };
}

static shi_value cell(const shi_facts *facts, int64_t row, shi_str name)
{
    return row >= 0 ? shi_facts_value(facts, row, shi_table_column(facts->table, name)) : MISSING;
}

/* ---- fields ---- */

static shi_value word_or_empty(int c, int32_t place)
{
    const shi_table *targets = shi_table_find(S("targets"));
    return place < 0 ? EMPTY : text(shi_word_at(targets->column[c].words, place));
}

static shi_value day_or_empty(int64_t day)
{
    return day == INT64_MIN ? EMPTY : (shi_value){ .kind = SHI_V_DAY, .day = day };
}

static shi_value target_field(const shi_lawful_world *w, shi_str name)
{
    static const char *const NAMES[] = { "value", "indicator", "unit_code", "issuer_code", "issuer_type", "addressee_type", "issued_at", "due_at",
        "document" };
    if (w->target < 0) return MISSING;
    const shi_chain_target_row *t = &w->rows->targets->row[w->target];
    int c = shi_table_column(shi_table_find(S("targets")), name), k = 0;
    while (k < COUNT(NAMES) && !shi_str_eq(name, shi_str_from(NAMES[k]))) k++;
    /* the issuer is the parent where it was not said */
    bool has = c >= 0 && (k == 3 || (t->import_id < w->rows->imports && (w->rows->supplied[t->import_id] >> c & 1)));
    if (!has) return MISSING;
    switch (k) {
    case 0: return number((double)t->value / 1000);
    case 1: return cell(&w->rows->indicator, t->indicator, name);
    case 2: return text(w->rows->units->code[t->unit]);
    case 3:
        if (t->stranger >= 0) return text(w->rows->targets->stranger_code[t->stranger]);
        return t->issuer >= 0 ? text(w->rows->units->code[t->issuer]) : EMPTY;
    case 4: return word_or_empty(c, t->issuer_type);
    case 5: return word_or_empty(c, t->addressee_type);
    case 6: return day_or_empty(t->issued_day);
    case 7: return day_or_empty(t->due_day);
    case 8: return t->document.ptr ? text(t->document) : EMPTY;
    default: return MISSING;
    }
}

shi_value shi_lawful_zw(shi_lawful_world *w)
{
    shi_world world = shi_lawful_world_of(w);
    shi_value last = MISSING;
    if (w->app < 0 || w->in_set) return MISSING;
    if (w->zw) return w->zw[w->app];
    w->in_set = true;
    for (int64_t i = 0; i < w->book->len; i++) {
        const shi_test *test = &w->book->ptr[i].test;
        if (test->kind != SHI_TEST_SET || !shi_str_eq(test->set_field, S("zw"))) continue;
        last = shi_set_judge(test, &world);
        if (last.kind != SHI_V_TEXT || !shi_str_eq(last.text, S("none"))) break;   /* a word, or unknown */
    }
    w->in_set = false;
    return last;
}

static shi_value field(void *context, shi_row_kind row, shi_str name)
{
    shi_lawful_world *w = context;
    switch (row) {
    case SHI_ROW_U: return cell(&w->rows->unit, w->unit, name);
    case SHI_ROW_A: return shi_str_eq(name, S("zw")) ? shi_lawful_zw(w) : cell(&w->rows->app, w->app, name);
    case SHI_ROW_I: return cell(&w->rows->indicator, w->indicator, name);
    case SHI_ROW_B: return cell(&w->rows->bulletin, w->bulletin, name);
    case SHI_ROW_D: return cell(&w->rows->document, w->document, name);
    case SHI_ROW_F: return cell(&w->rows->form, w->form, name);
    case SHI_ROW_T: return target_field(w, name);
    default: return MISSING;   /* reports, field checks, findings: nothing of them is at hand before an audit */
    }
}

/* ---- rows that belong to the subject ---- */

static bool nth_target(shi_lawful_world *w, int64_t n)
{
    const shi_lawful_rows *rows = w->rows;
    const int64_t *of = w->indicator >= 0 ? &w->indicator : &rows->app.below[rows->app.first[w->app]];
    int64_t k = w->indicator >= 0 ? 1 : rows->app.count[w->app];
    for (int64_t i = 0; i < k; i++) {
        if (n < rows->indicator_count[of[i]]) return w->target = rows->indicator_first[of[i]] + n, true;
        n -= rows->indicator_count[of[i]];
    }
    return false;
}

static shi_truth each(void *context, shi_row_kind kind, int64_t n, bool *found)
{
    shi_lawful_world *w = context;
    const shi_facts *indicators = &w->rows->indicator, *apps = &w->rows->app;
    int64_t *now = kind == SHI_ROW_B ? &w->bulletin : kind == SHI_ROW_T ? &w->target : &w->indicator;
    int64_t *before = kind == SHI_ROW_B ? &w->bulletin_before : kind == SHI_ROW_T ? &w->target_before : &w->indicator_before;
    *found = false;
    if (n < 0) return *now = *before, SHI_TRUE;
    if (n == 0) *before = *now;
    if (kind == SHI_ROW_B) {
        if (w->one_bulletin) return *found = n == 0, SHI_TRUE;
        if (w->indicator < 0) return SHI_UNKNOWN;
        *found = n < indicators->count[w->indicator];
        if (*found) w->bulletin = indicators->below[indicators->first[w->indicator] + n];
        /* no bulletin at all was imported: which there are is not known */
        return w->rows->bulletin.rows > 0 ? SHI_TRUE : SHI_UNKNOWN;
    }
    if (w->app < 0 && w->indicator < 0) return SHI_UNKNOWN;
    if (kind == SHI_ROW_T) return *found = nth_target(w, n), SHI_TRUE;
    if (w->app < 0) return SHI_UNKNOWN;
    *found = n < apps->count[w->app];
    if (*found) w->indicator = apps->below[apps->first[w->app] + n];
    return SHI_TRUE;
}

/* ---- built-ins ---- */

static bool assessed(shi_value basis)
{
    static const char *const WORDS[] = { "assessed", "ranked", "deducted" };
    bool any = false;
    for (int64_t k = 0; k < COUNT(WORDS); k++) any = any || (basis.kind == SHI_V_TEXT && shi_set_has(basis.text, shi_str_from(WORDS[k])));
    return any;
}

/* How many of the app's indicators are assessed, ranked or deducted for; MISSING where it is not known of one. */
static shi_value assessed_of(const shi_lawful_world *w, bool share)
{
    const shi_facts *apps = &w->rows->app;
    if (w->app < 0 || apps->count[w->app] == 0) return MISSING;
    int64_t n = 0;
    for (int64_t k = 0; k < apps->count[w->app]; k++) {
        shi_value basis = cell(&w->rows->indicator, apps->below[apps->first[w->app] + k], S("basis"));
        if (basis.kind == SHI_V_MISSING) return MISSING;
        n += assessed(basis);
    }
    return number(share ? (double)n / (double)apps->count[w->app] : (double)n);
}

static shi_value open_apps(const shi_lawful_world *w)
{
    const shi_facts *apps = &w->rows->app;
    shi_value owner = cell(apps, w->app, S("owner_code"));
    int64_t n = 0;
    bool known = owner.kind == SHI_V_TEXT;
    for (int64_t a = 0; a < apps->rows && known; a++) {
        shi_value other = cell(apps, a, S("owner_code")), audience = cell(apps, a, S("audience")), closed = cell(apps, a, S("closed_at"));
        bool same = other.kind == SHI_V_TEXT && shi_str_eq(other.text, owner.text);
        bool staff = audience.kind == SHI_V_TEXT && (shi_str_eq(audience.text, S("staff")) || shi_str_eq(audience.text, S("both")));
        bool open = closed.kind != SHI_V_DAY || closed.day > w->today;
        known = !same || audience.kind != SHI_V_MISSING;
        n += same && staff && open;
    }
    return known ? number((double)n) : MISSING;
}

/* Items of form a that form b asks for too, as a share of a's. */
static double shared_items(shi_str a, shi_str b)
{
    int64_t all = 0, both = 0;
    for (int64_t from = 0; from <= a.len;) {
        int64_t to = shi_str_find(a, ';', from);
        if (to < 0) to = a.len;
        shi_str item = shi_str_trim(shi_str_sub(a, from, to));
        if (item.len) {
            all++;
            both += shi_set_has(b, item);
        }
        from = to + 1;
    }
    return all ? (double)both / (double)all : 0;
}

/* Two forms of one period (or of which no period is given) for the same units. */
static bool same_time(const shi_facts *forms, int64_t a, int64_t b)
{
    static const char *const COLUMNS[] = { "period", "respondents" };
    for (int64_t k = 0; k < COUNT(COLUMNS); k++) {
        shi_value x = cell(forms, a, shi_str_from(COLUMNS[k])), y = cell(forms, b, shi_str_from(COLUMNS[k]));
        if (x.kind == SHI_V_TEXT && y.kind == SHI_V_TEXT && !shi_str_eq(x.text, y.text)) return false;
    }
    return true;
}

static shi_value forms_alike(const shi_lawful_world *w, bool count)
{
    const shi_facts *forms = &w->rows->form;
    shi_value items = cell(forms, w->form, S("items"));
    if (items.kind != SHI_V_TEXT) return MISSING;
    double most = 0, n = 1;
    for (int64_t f = 0; f < forms->rows; f++) {
        shi_value other = cell(forms, f, S("items"));
        if (f == w->form || other.kind != SHI_V_TEXT || !same_time(forms, w->form, f)) continue;
        double share = shared_items(items.text, other.text);
        if (share > most) most = share;
        n += share >= 0.5;
    }
    return number(count ? n : most);
}

/* Digits without the zeros that fill them up, by the segments 2-2-2-3-3 of GB/T 2260 and the statistical codes. */
static shi_str significant(shi_str code)
{
    static const int64_t LENGTHS[] = { 9, 6, 4, 2 };
    for (int64_t k = 0; k < COUNT(LENGTHS) && code.len > LENGTHS[k]; k++) {
        bool zeros = true;
        for (int64_t i = LENGTHS[k]; i < code.len; i++) zeros = zeros && code.ptr[i] == '0';
        if (!zeros) break;
        code.len = LENGTHS[k];
    }
    return code;
}

static shi_value code_ok(const shi_lawful_world *w)
{
    const shi_chain_units *units = w->rows->units;
    if (w->unit < 0) return MISSING;
    if (shi_str_eq(units->level[w->unit], S("group"))) return yes(true);   /* villagers' groups have codes of their own */
    shi_str c = units->code[w->unit];
    bool shaped = (c.len == 2 || c.len == 4 || c.len == 6 || c.len == 9 || c.len == 12) && c.ptr[0] != '0';
    for (int64_t i = 0; i < c.len; i++) shaped = shaped && c.ptr[i] >= '0' && c.ptr[i] <= '9';
    int64_t parent = units->parent[w->unit];
    if (!shaped || parent < 0) return yes(shaped);
    shi_str above = significant(units->code[parent]), own = significant(c);
    return yes(own.len > above.len && shi_str_starts(own, above));
}

/* Which unit a code is. Codes come from the unit and the issuer at hand, so these are tried first. */
static int64_t unit_named(const shi_lawful_world *w, const shi_value *code)
{
    const shi_chain_units *units = w->rows->units;
    if (!code || code->kind != SHI_V_TEXT) return -1;
    if (w->target >= 0) {
        const shi_chain_target_row *t = &w->rows->targets->row[w->target];
        const int64_t near[] = { t->unit, t->issuer, units->parent[t->unit] };
        for (int64_t k = 0; k < COUNT(near); k++)
            if (near[k] >= 0 && shi_str_eq(units->code[near[k]], code->text)) return near[k];
    }
    return shi_units_find(units, code->text);
}

static shi_value level_named(const shi_lawful_world *w, const shi_value *code)
{
    int64_t u = unit_named(w, code);
    return u >= 0 && w->rows->units->level[u].ptr ? text(w->rows->units->level[u]) : MISSING;
}

static shi_value parent_named(const shi_lawful_world *w, const shi_value *code)
{
    int64_t u = unit_named(w, code);
    if (u < 0) return MISSING;
    int64_t parent = w->rows->units->parent[u];
    return parent >= 0 ? text(w->rows->units->code[parent]) : EMPTY;
}

static shi_value of_target(const shi_lawful_world *w, int builtin)
{
    if (w->target < 0) return MISSING;
    const shi_chain_target_row *t = &w->rows->targets->row[w->target];
    switch (builtin) {
    case SHI_B_POSSIBLE: return t->possible >= 0 ? number((double)t->possible / 1000) : MISSING;
    case SHI_B_FACTOR: return number(t->factor);   /* nobody above adds nothing */
    case SHI_B_WEEKDAYS: return number((double)w->rows->targets->period[t->period].weekdays);
    case SHI_B_PRICE: return t->price >= 0 ? number(t->price) : MISSING;
    case SHI_B_SAME_FOR_ALL: return yes(w->rows->same_for_all[w->target]);
    case SHI_B_CLOSED_AFTER: return w->rows->closed_after[w->target] == SHI_UNKNOWN ? MISSING : yes(w->rows->closed_after[w->target] == SHI_TRUE);
    default: return MISSING;
    }
}

static shi_value call(void *context, int builtin, shi_row_kind row, const shi_value *argument)
{
    shi_lawful_world *w = context;
    (void)row;
    switch (builtin) {
    case SHI_B_PEOPLE: return w->unit >= 0 && w->rows->units->people[w->unit] >= 0 ? number((double)w->rows->units->people[w->unit]) : MISSING;
    case SHI_B_LEVEL: return level_named(w, argument);
    case SHI_B_PARENT: return parent_named(w, argument);
    case SHI_B_TODAY: return (shi_value){ .kind = SHI_V_DAY, .day = w->today };
    case SHI_B_AGE: {
        shi_value launched = cell(&w->rows->app, w->app, S("launched_at"));
        return launched.kind == SHI_V_DAY ? number((double)(w->today - launched.day)) : MISSING;
    }
    case SHI_B_AUDIT_AGE: return w->rows->last_audit_day == INT64_MIN ? MISSING : number((double)(w->today - w->rows->last_audit_day));
    case SHI_B_OPEN_APPS: return open_apps(w);
    case SHI_B_ASSESSED_SHARE: return assessed_of(w, true);
    case SHI_B_ASSESSED_COUNT: return assessed_of(w, false);
    case SHI_B_ACTIVE_SHARE: return w->app >= 0 && w->rows->active_share[w->app] >= 0 ? number(w->rows->active_share[w->app]) : MISSING;
    case SHI_B_WAGE: return w->settings->wage > 0 ? number(w->settings->wage) : MISSING;
    case SHI_B_OVERLAP: return forms_alike(w, false);
    case SHI_B_REPEATS: return forms_alike(w, true);
    case SHI_B_CODE_OK: return code_ok(w);
    default: return of_target(w, builtin);
    }
}

/* ---- the world ---- */

void shi_lawful_world_clear(shi_lawful_world *w)
{
    w->unit = w->app = w->indicator = w->bulletin = w->document = w->form = w->target = -1;
}

void shi_lawful_world_indicator(shi_lawful_world *w, int64_t indicator)
{
    w->indicator = indicator;
    w->app = indicator >= 0 ? w->rows->indicator.owner[indicator] : -1;
}

void shi_lawful_world_target(shi_lawful_world *w, int64_t target)
{
    const shi_chain_target_row *t = &w->rows->targets->row[target];
    shi_lawful_world_clear(w);
    shi_lawful_world_indicator(w, t->indicator);
    w->target = target;
    w->unit = t->unit;
    w->document = w->rows->document_row[target];
}

shi_world shi_lawful_world_of(shi_lawful_world *w)
{
    return (shi_world){ w, field, call, each };
}
