/* Rows of targets. All but the advice lies in the chain's arrays at the targets' places; the advice is read once, a few bytes a target. Joining the
 * words in SQL took three hash tables of all units for each part of the targets. */
#include "chain/check_rows.h"

#include "chain/cells.h"
#include "chain/run.h"

enum { PART = 1 << 16 };

/* Their places, from 1, are what SQL_SAID gives. */
static const char *const ADVICE[] = { "", "cancel", "merge", "guidance", "keep" };
static const char *const WHY[] = { "", "rule", "impossible", "issuers", "medium", "core", "none" };
static const char SQL_SAID[] =
    "SELECT CAST(list_position(['cancel', 'merge', 'guidance', 'keep'], advice) AS INTEGER), "
    "       CAST(list_position(['rule', 'impossible', 'issuers', 'medium', 'core', 'none'], why) AS INTEGER), coalesce(merge_with, -1) "
    "FROM   target_check WHERE place >= $1 AND place < $2 ORDER BY place";
static const char SQL_LISTS[] = "SELECT in_force_hits, high, medium FROM law_list WHERE law < $1 ORDER BY law";
static const char SQL_WORST[] =
    "SELECT place FROM target_check "
    "ORDER  BY impossible DESC, CASE WHEN impossible THEN CAST(value AS DOUBLE) / greatest(possible, 1) ELSE 0 END DESC, amplification DESC, "
    "          value DESC, place LIMIT $1";

typedef struct {
    shi_str rules, high, medium;
} list_words;

static void read_list(shi_cells *c, void *item)
{
    list_words *l = item;
    shi_cells_strs(c, (shi_str *const[]){ &l->rules, &l->high, &l->medium }, 3);
}

static shi_err load_lists(shi_check_rows *r)
{
    const shi_param lists = SHI_INT(r->check->lawful.lists);
    shi_arena *keep = r->chain->keep;
    void *items;
    int64_t n;
    SHI_TRY(shi_cells_read(r->chain->duck, keep, SQL_LISTS, &lists, 1, (int64_t)sizeof(list_words), read_list, &items, &n));
    const list_words *l = items;
    r->rules = shi_new(keep, shi_str, n);
    r->high = shi_new(keep, shi_str, n);
    r->medium = shi_new(keep, shi_str, n);
    if (!r->rules || !r->high || !r->medium) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        r->rules[i] = l[i].rules;
        r->high[i] = l[i].high;
        r->medium[i] = l[i].medium;
    }
    return (shi_err){ 0 };
}

static shi_err load_said(shi_check_rows *r)
{
    int64_t n = r->chain->targets->len, at = 0;
    r->advice = shi_new(r->chain->keep, uint8_t, n);
    r->why = shi_new(r->chain->keep, uint8_t, n);
    r->merge_with = shi_new(r->chain->keep, int32_t, n);
    if (!r->advice || !r->why || !r->merge_with) return shi_no_memory();
    for (int64_t first = 0; first < n; first += PART) {
        const shi_param p[] = { SHI_INT(first), SHI_INT(first + PART) };
        shi_rows rows;
        SHI_TRY(shi_duck_query(r->chain->duck, SQL_SAID, p, 2, &rows));
        for (; at < n && shi_rows_next(&rows); at++) {
            r->advice[at] = (uint8_t)shi_rows_int(&rows, 0);
            r->why[at] = (uint8_t)shi_rows_int(&rows, 1);
            r->merge_with[at] = (int32_t)shi_rows_int(&rows, 2);
        }
        shi_rows_close(&rows);
    }
    return (shi_err){ 0 };
}

shi_err shi_check_rows_open(shi_chain *chain, const shi_check *check, shi_check_rows *out)
{
    *out = (shi_check_rows){ .chain = chain, .check = check };
    SHI_TRY(load_lists(out));
    return load_said(out);
}

static shi_maybe known(int64_t v)
{
    return (shi_maybe){ v >= 0, v >= 0 ? v : 0 };
}

static shi_maybe_f64 known_f64(double v)
{
    return (shi_maybe_f64){ v >= 0, v >= 0 ? v : 0 };
}

static void name_issuer(const shi_chain *chain, const shi_chain_target_row *t, shi_target_row *out)
{
    const shi_chain_units *u = &chain->units;
    if (t->issuer >= 0) {
        out->issuer_code = u->code[t->issuer];
        out->issuer_name = u->name[t->issuer];
        out->issuer_level = u->level[t->issuer];
    } else if (t->stranger >= 0) out->issuer_code = chain->targets->stranger_code[t->stranger];
    if (t->above >= 0) out->above = u->code[t->above];
    out->above_factor = t->above >= 0 ? t->above_factor : 0;
}

void shi_check_row(const shi_check_rows *rows, int64_t at, shi_target_row *out)
{
    const shi_chain *chain = rows->chain;
    const shi_chain_targets *all = chain->targets;
    const shi_chain_target_row *t = &all->row[at];
    int64_t law = rows->check->lawful.target[at], people = chain->units.people[t->unit];
    *out = (shi_target_row){ .indicator = all->indicator_code[t->indicator], .indicator_name = all->indicator_name[t->indicator],
        .period = all->period_code[t->period], .unit_code = chain->units.code[t->unit], .unit_name = chain->units.name[t->unit],
        .level = chain->units.level[t->unit], .value = t->value, .possible = known(t->possible), .feasible = known_f64(t->feasible),
        .factor = t->factor, .amplification = t->amplification, .price_list = known(t->price_list), .price_bulk = known(t->price_bulk),
        .hours = known_f64(t->hours), .hours_available = known_f64(t->hours_available), .impossible = t->impossible, .several = t->several,
        .leaf = t->leaf, .at = at, .law = law, .rules = rows->rules[law], .high = rows->high[law], .medium = rows->medium[law],
        .advice = shi_str_from(ADVICE[rows->advice[at]]), .why = shi_str_from(WHY[rows->why[at]]) };
    name_issuer(chain, t, out);
    if (people > 0) out->per_person = known_f64((double)t->value / 1000.0 / (double)people);
    if (rows->merge_with[at] >= 0) out->merge_with = all->indicator_code[rows->merge_with[at]];
    if (!out->feasible.known) out->cannot_judge = shi_run_no_chance(all->of_people[t->indicator]);
}

/* Marks the units that targets [from, to) of one group go up through. */
static void mark_ways(const shi_chain_targets *all, int64_t from, int64_t to, int64_t group, int64_t *passed)
{
    for (int64_t i = from; i < to; i++) {
        if (all->row[i].issuer >= 0) passed[all->row[i].issuer] = group;
        if (all->row[i].above >= 0) passed[all->row[i].above] = group;
    }
}

shi_err shi_check_rows_issuers(const shi_check_rows *rows, shi_target_rows *out)
{
    const shi_chain_targets *all = rows->chain->targets;
    shi_arena scratch;
    int64_t n = 0, group = 0;
    SHI_TRY(shi_arena_open(8 * rows->chain->units.len + all->len + (1 << 16), &scratch));
    int64_t *passed = shi_new(&scratch, int64_t, rows->chain->units.len);   /* the group, from 1, in which it was last */
    bool *takes = shi_new(&scratch, bool, all->len);
    for (int64_t from = 0, to; passed && takes && from < all->len; from = to) {
        for (to = from; to < all->len && all->row[to].indicator == all->row[from].indicator && all->row[to].period == all->row[from].period;) to++;
        mark_ways(all, from, to, ++group, passed);
        for (int64_t i = from; i < to; i++) n += takes[i] = passed[all->row[i].unit] == group;
    }
    out->ptr = passed && takes ? shi_new(rows->chain->keep, shi_target_row, n) : NULL;
    out->len = 0;
    for (int64_t i = 0; out->ptr && i < all->len; i++)
        if (takes[i]) shi_check_row(rows, i, &out->ptr[out->len++]);
    shi_arena_drop(&scratch);
    return out->ptr ? (shi_err){ 0 } : shi_no_memory();
}

shi_err shi_check_rows_worst(const shi_check_rows *rows, int64_t limit, shi_target_rows *out)
{
    const shi_param most = SHI_INT(limit);
    shi_rows found;
    *out = (shi_target_rows){ .ptr = shi_new(rows->chain->keep, shi_target_row, limit) };
    if (!out->ptr) return shi_no_memory();
    SHI_TRY(shi_duck_query(rows->chain->duck, SQL_WORST, &most, 1, &found));
    while (out->len < limit && shi_rows_next(&found)) shi_check_row(rows, shi_rows_int(&found, 0), &out->ptr[out->len++]);
    shi_rows_close(&found);
    return (shi_err){ 0 };
}
