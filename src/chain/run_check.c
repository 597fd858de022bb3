/* Out of the check into tables, and back into rows. */
#include "chain/run_check.h"

#include "chain/cells.h"

#include <inttypes.h>
#include <stdio.h>

const char *const SHI_CHECK_TABLES[] = { "clauses", "advice", "periods", "issuers", "shares", NULL };

static const char *const SQL_TABLES[] = {
    "CREATE OR REPLACE TEMP TABLE clauses (rule VARCHAR, source VARCHAR, article VARCHAR, text_zh VARCHAR, text_en VARCHAR, kind VARCHAR, severity "
    "VARCHAR, article_verified BOOLEAN, law BOOLEAN, by_reference BOOLEAN, in_force BOOLEAN, in_force_day BIGINT, targets BIGINT, indicators "
    "BIGINT, apps "
    "BIGINT, bulletins BIGINT, forms BIGINT, units BIGINT)",
    "CREATE OR REPLACE TEMP TABLE advice (indicator VARCHAR, name VARCHAR, app VARCHAR, counts VARCHAR, advice VARCHAR, reason_zh VARCHAR, reason_en "
    "VARCHAR, harden_zh VARCHAR, harden_en VARCHAR, duplicates VARCHAR, targets BIGINT, units BIGINT, impossible BIGINT, total DOUBLE, feasible "
    "DOUBLE, "
    "hours DOUBLE, hours_saved DOUBLE, price_list DOUBLE, price_bulk DOUBLE)",
    "CREATE OR REPLACE TEMP TABLE periods (period VARCHAR, kind VARCHAR, indicators BIGINT, targets BIGINT, impossible BIGINT, unlawful BIGINT, "
    "weekdays "
    "BIGINT, hours DOUBLE, hours_available DOUBLE, price_bulk DOUBLE)",
    "CREATE OR REPLACE TEMP TABLE issuers (unit_code VARCHAR, name VARCHAR, level VARCHAR, indicator VARCHAR, indicator_name VARCHAR, period "
    "VARCHAR, own "
    "DOUBLE, hours DOUBLE, handed DOUBLE, factor DOUBLE, targets BIGINT)",
    "CREATE OR REPLACE TEMP TABLE shares (indicator VARCHAR, indicator_name VARCHAR, period VARCHAR, unit_code VARCHAR, unit_name VARCHAR, total "
    "BIGINT, "
    "infeasible BIGINT, now BIGINT, value BIGINT, people BIGINT, feasible DOUBLE)",
};

shi_err shi_run_check_tables(shi_duck *duck)
{
    for (int64_t i = 0; i < COUNT(SQL_TABLES); i++) SHI_TRY(shi_duck_exec(duck, SQL_TABLES[i], NULL, 0));
    return (shi_err){ 0 };
}

/* ---- out ---- */

static void put_known(shi_appender *a, double x)
{
    if (x >= 0) shi_append_f64(a, x);
    else shi_append_null(a);
}

static void put_maybe(shi_appender *a, shi_maybe_f64 m)
{
    put_known(a, m.known ? m.v : -1);
}

static void put_strs(shi_appender *a, const shi_str *text, int64_t n)
{
    for (int64_t i = 0; i < n; i++) shi_append_str(a, text[i]);
}

static void put_ints(shi_appender *a, const int64_t *number, int64_t n)
{
    for (int64_t i = 0; i < n; i++) shi_append_int(a, number[i]);
}

static shi_err put_clauses(shi_chain *chain, const shi_check *check)
{
    const shi_lawful *l = &check->lawful;
    shi_appender a;
    SHI_TRY(shi_append_open(chain->duck, "clauses", &a));
    for (int64_t i = 0; i < l->book.len; i++) {
        const shi_rule *r = &l->book.ptr[i];
        int64_t n[SHI_SUBJECTS];
        const shi_cited *cited = shi_check_broken(check, r, n);
        if (!cited) continue;
        put_strs(&a, (const shi_str[]){ r->id, r->source, r->article, r->text_zh, r->text_en, shi_str_from(shi_test_kind_name(r->test.kind)),
            shi_str_from(shi_severity_name(r->severity)) }, 7);
        shi_append_bool(&a, r->article_verified);
        shi_append_bool(&a, shi_rule_is_law(r));
        shi_append_bool(&a, cited->by_reference);
        shi_append_bool(&a, cited->in_force);
        if (r->in_force == INT64_MIN) shi_append_null(&a);
        else shi_append_int(&a, r->in_force);
        put_ints(&a, n, SHI_SUBJECTS);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static void put_sentences(shi_appender *a, const shi_check *check, const shi_indicator_row *i, const shi_writer *writer)
{
    shi_buf text = { 0 };
    for (int k = 0; k < 4; k++) {   /* Chinese first; shi_lang counts English as 0 */
        text.len = 0;
        if (k < 2) writer->advice(&text, 1 - k, check, i);
        else writer->hardening(&text, 3 - k, i);
        shi_append_str(a, shi_buf_str(&text));
    }
    text.len = 0;
    for (int64_t k = 0; k < i->duplicates; k++) {
        shi_buf_puts(&text, k ? ";" : "");
        shi_buf_add(&text, check->duplicate[i->first_duplicate + k].indicator);
    }
    shi_append_str(a, shi_buf_str(&text));
    a->failed = a->failed || text.failed;
    shi_buf_drop(&text);
}

static shi_err put_advice(shi_chain *chain, const shi_check *check, const shi_writer *writer)
{
    shi_appender a;
    SHI_TRY(shi_append_open(chain->duck, "advice", &a));
    for (int64_t k = 0; k < check->indicators; k++) {
        const shi_indicator_row *i = &check->indicator[k];
        put_strs(&a, (const shi_str[]){ i->indicator, i->name, i->app, i->counts, i->advice }, 5);
        put_sentences(&a, check, i, writer);
        put_ints(&a, (const int64_t[]){ i->targets, i->units, i->impossible }, 3);
        const shi_maybe_f64 numbers[] = { i->total, i->feasible, i->hours, shi_check_hours_saved(i), i->price_list, i->price_bulk };
        for (int64_t n = 0; n < COUNT(numbers); n++) put_maybe(&a, numbers[n]);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err put_periods(shi_chain *chain, const shi_check *check)
{
    shi_appender a;
    SHI_TRY(shi_append_open(chain->duck, "periods", &a));
    for (int64_t k = 0; k < check->period_burdens; k++) {
        const shi_period_burden *p = &check->period_burden[k];
        put_strs(&a, (const shi_str[]){ p->period, p->kind }, 2);
        put_ints(&a, (const int64_t[]){ p->indicators, p->targets, p->impossible, p->unlawful, p->weekdays }, 5);
        put_known(&a, p->hours);
        put_known(&a, p->available);
        put_known(&a, p->price_bulk);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err put_issuers(shi_chain *chain, const shi_check *check)
{
    shi_appender a;
    SHI_TRY(shi_append_open(chain->duck, "issuers", &a));
    for (int64_t k = 0; k < check->issuers; k++) {
        const shi_issuer_row *i = &check->issuer[k];
        put_strs(&a, (const shi_str[]){ check->units->code[i->unit], check->units->name[i->unit], check->units->level[i->unit],
            check->targets->indicator_code[i->indicator], check->targets->indicator_name[i->indicator], check->targets->period_code[i->period] }, 6);
        put_known(&a, i->own);
        put_known(&a, i->hours);
        shi_append_f64(&a, i->handed);
        shi_append_f64(&a, i->factor);
        shi_append_int(&a, i->targets);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err put_shares(shi_chain *chain, const shi_check *check)
{
    shi_appender a;
    SHI_TRY(shi_append_open(chain->duck, "shares", &a));
    for (int64_t k = 0; k < check->allocations.len; k++) {
        const shi_allocation *group = &check->allocations.ptr[k];
        for (int64_t i = 0; i < group->units && !group->cannot_judge; i++) {
            const shi_allocated *u = &group->unit[i];
            put_strs(&a, (const shi_str[]){ check->targets->indicator_code[group->indicator], check->targets->indicator_name[group->indicator],
                check->targets->period_code[group->period], check->units->code[u->unit], check->units->name[u->unit] }, 5);
            put_ints(&a, (const int64_t[]){ group->total, group->infeasible, u->now, u->value }, 4);
            int64_t people = check->units->people[u->unit];
            if (people < 0) shi_append_null(&a);
            else shi_append_int(&a, people);
            put_known(&a, u->feasible);
            shi_append_end_row(&a);
        }
    }
    return shi_append_close(&a);
}

static shi_err put_all(shi_chain *chain, const shi_check *check, const shi_writer *writer)
{
    SHI_TRY(put_clauses(chain, check));
    SHI_TRY(put_advice(chain, check, writer));
    SHI_TRY(put_periods(chain, check));
    SHI_TRY(put_issuers(chain, check));
    return put_shares(chain, check);
}

/* Rows are kept in the order they are put in, which threads would decide otherwise: what is appended goes in by several at once. */
shi_err shi_run_check_make(shi_chain *chain, const shi_check *check, const shi_writer *writer)
{
    SHI_TRY(shi_run_check_tables(chain->duck));
    SHI_TRY(shi_duck_exec(chain->duck, "SET preserve_insertion_order = true", NULL, 0));
    shi_err e = put_all(chain, check, writer), back = shi_duck_exec(chain->duck, "SET preserve_insertion_order = false", NULL, 0);
    return e.code ? e : back;
}

/* ---- back ---- */

static void get_clause(shi_cells *r, void *item)
{
    shi_clause *c = item;
    shi_cells_strs(r, (shi_str *const[]){ &c->rule, &c->source, &c->article, &c->text_zh, &c->text_en, &c->kind, &c->severity }, 7);
    bool *const flags[] = { &c->article_verified, &c->law, &c->by_reference, &c->in_force };
    for (int64_t i = 0; i < COUNT(flags); i++) *flags[i] = shi_cells_int(r).v != 0;
    shi_maybe day = shi_cells_int(r);
    c->in_force_day = day.known ? day.v : INT64_MIN;
    shi_cells_ints(r, (int64_t *const[]){ &c->targets, &c->indicators, &c->apps, &c->bulletins, &c->forms, &c->units }, 6);
}

static void get_advice(shi_cells *r, void *item)
{
    shi_advice_row *a = item;
    shi_cells_strs(r, (shi_str *const[]){ &a->indicator, &a->name, &a->app, &a->counts, &a->advice, &a->reason_zh, &a->reason_en, &a->harden_zh,
        &a->harden_en,
        &a->duplicates }, 10);
    shi_cells_ints(r, (int64_t *const[]){ &a->targets, &a->units, &a->impossible }, 3);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &a->total, &a->feasible, &a->hours, &a->hours_saved, &a->price_list, &a->price_bulk }, 6);
}

static void get_period(shi_cells *r, void *item)
{
    shi_period_row *p = item;
    shi_cells_strs(r, (shi_str *const[]){ &p->period, &p->kind }, 2);
    shi_cells_ints(r, (int64_t *const[]){ &p->indicators, &p->targets, &p->impossible, &p->unlawful, &p->weekdays }, 5);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &p->hours, &p->hours_available, &p->price_bulk }, 3);
}

static void get_handed(shi_cells *r, void *item)
{
    shi_handed_row *h = item;
    shi_cells_strs(r, (shi_str *const[]){ &h->unit_code, &h->name, &h->level, &h->indicator, &h->indicator_name, &h->period }, 6);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &h->own, &h->hours }, 2);
    h->handed = shi_cells_f64(r).v;
    h->factor = shi_cells_f64(r).v;
    shi_cells_ints(r, (int64_t *const[]){ &h->targets }, 1);
}

static void get_share(shi_cells *r, void *item)
{
    shi_share_row *s = item;
    shi_cells_strs(r, (shi_str *const[]){ &s->indicator, &s->indicator_name, &s->period, &s->unit_code, &s->unit_name }, 5);
    shi_cells_ints(r, (int64_t *const[]){ &s->total, &s->infeasible, &s->now, &s->value }, 4);
    s->people = shi_cells_int(r);
    shi_cells_f64s(r, (shi_maybe_f64 *const[]){ &s->feasible }, 1);
}

shi_err shi_run_check_load(shi_duck *duck, shi_arena *keep, int64_t limit, shi_run_view *view)
{
    void *items[5];
    char handed[256], shares[256];
    snprintf(handed, sizeof handed, "SELECT * FROM issuers ORDER BY own IS NULL, abs(factor - 1) DESC, indicator, period, unit_code LIMIT %" PRId64,
             limit);
    snprintf(shares, sizeof shares, "SELECT * FROM shares ORDER BY infeasible DESC, min(feasible) OVER (PARTITION BY indicator, period) IS NULL, "
        "total DESC, indicator, period, unit_code LIMIT %" PRId64, limit);
    SHI_TRY(shi_cells_read(duck, keep, "SELECT * FROM clauses", NULL, 0, (int64_t)sizeof(shi_clause), get_clause, &items[0], &view->clauses.len));
    SHI_TRY(shi_cells_read(duck, keep, "SELECT * FROM advice ORDER BY indicator", NULL, 0, (int64_t)sizeof(shi_advice_row), get_advice, &items[1],
                           &view->advice.len));
    SHI_TRY(shi_cells_read(duck, keep, "SELECT * FROM periods ORDER BY kind, period", NULL, 0, (int64_t)sizeof(shi_period_row), get_period, &items[2],
                 &view->periods.len));
    SHI_TRY(shi_cells_read(duck, keep, handed, NULL, 0, (int64_t)sizeof(shi_handed_row), get_handed, &items[3], &view->handed.len));
    SHI_TRY(shi_cells_read(duck, keep, shares, NULL, 0, (int64_t)sizeof(shi_share_row), get_share, &items[4], &view->shares.len));
    view->clauses.ptr = items[0];
    view->advice.ptr = items[1];
    view->periods.ptr = items[2];
    view->handed.ptr = items[3];
    view->shares.ptr = items[4];
    return (shi_err){ 0 };
}

shi_err shi_run_shares(shi_duck *duck, shi_arena *keep, const shi_param of[2], shi_run_view *view)
{
    void *items;
    SHI_TRY(shi_cells_read(duck, keep, "SELECT * FROM shares WHERE period = $1 AND unit_code = $2 ORDER BY indicator", of, 2,
                           (int64_t)sizeof(shi_share_row), get_share, &items, &view->shares.len));
    view->shares.ptr = items;
    return (shi_err){ 0 };
}
