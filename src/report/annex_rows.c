/* Tables that may hold millions of rows. The run's files lie in the order of their keys and DuckDB skips the row groups that a range of row
 * numbers does not touch, so a part costs what it holds; each part has an arena of its own. Issuers are sorted first, since the file has them by
 * indicator and who reads wants those that enlarged most. */
#include "report/annex_tables.h"

#include "chain/withheld.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>

enum { PART = 1 << 16 };

/* One file of the run, read by ranges of its rows. */
typedef struct {
    shi_annexing *a;
    shi_buf relation;                /* read_parquet('…', file_row_number = true) */
    int64_t rows;
} source;

static shi_err source_open(shi_annexing *a, const char *file, bool there, source *out)
{
    shi_buf sql = { 0 };
    *out = (source){ .a = a };
    if (!there) return (shi_err){ 0 };
    shi_buf_format(&sql, "%.*s/%s.parquet", (int)a->view->run.dir.len, a->view->run.dir.ptr, file);
    shi_buf_puts(&out->relation, "read_parquet(");
    shi_sql_literal(&out->relation, shi_buf_str(&sql));
    shi_buf_puts(&out->relation, ", file_row_number = true)");
    sql.len = 0;
    shi_buf_format(&sql, "SELECT count(*) FROM %s", out->relation.ptr ? out->relation.ptr : "");
    shi_err e = sql.failed || out->relation.failed ? shi_no_memory() : shi_duck_int(a->duck, sql.ptr, NULL, 0, &out->rows);
    shi_buf_drop(&sql);
    if (e.code) shi_buf_drop(&out->relation);
    return e;
}

static const char RANGE[] = "WHERE file_row_number >= $1 AND file_row_number < $2 ORDER BY file_row_number";

/* Gives each part to `put`, with an arena that lasts as long as the part. */
static shi_err in_parts(source *s, shi_annex_table table, shi_err (*put)(source *s, shi_arena *part, const shi_param range[2]))
{
    shi_annexing *a = s->a;
    shi_err e = { 0 };
    shi_binder_begin(a->binder, &SHI_ANNEX[table], s->rows);
    for (int64_t first = 0; first < s->rows && !e.code; first += PART) {
        const shi_param range[] = { SHI_INT(first), SHI_INT(first + PART) };
        shi_arena part;
        e = shi_arena_open(INT64_C(1) << 32, &part);
        if (e.code) break;
        e = put(s, &part, range);
        shi_arena_drop(&part);
        if (!e.code) e = shi_binder_state(a->binder);
        if (a->listener.tell) a->listener.tell(a->listener.context, (double)first / (double)s->rows, first);
    }
    if (!e.code) shi_binder_end(a->binder);
    shi_buf_drop(&s->relation);
    return e;
}

static void level(shi_annexing *a, shi_str code)
{
    shi_buf text = { 0 };
    shi_words_level(&text, a->lang, code);
    shi_binder_buf(a->binder, &text);
}

/* Name and code, each in its column. */
static void named(shi_annexing *a, shi_str name, shi_str code)
{
    shi_binder_text(a->binder, name.len ? name : code);
    shi_binder_text(a->binder, code);
}

/* ---- targets ---- */

static void target_row(shi_annexing *a, const shi_target_row *t)
{
    shi_binder *b = a->binder;
    shi_buf text = { 0 };
    named(a, t->unit_name, t->unit_code);
    level(a, t->level);
    named(a, t->indicator_name, t->indicator);
    shi_binder_text(b, t->period);
    shi_binder_text(b, t->issuer_name.len ? t->issuer_name : t->issuer_code);
    shi_binder_int(b, (shi_maybe){ true, t->value });
    shi_binder_int(b, t->possible);
    shi_binder_said(b, t->impossible ? shi_words_verdict(a->lang, SHI_IMPOSSIBLE) : t->possible.known ? "" :
                                       shi_words_verdict(a->lang, SHI_NOT_JUDGED));
    shi_binder_real(b, t->per_person);
    shi_binder_real(b, t->feasible);
    shi_binder_real(b, (shi_maybe_f64){ true, t->factor });
    shi_binder_real(b, (shi_maybe_f64){ true, t->amplification });
    shi_binder_real(b, t->hours);
    shi_binder_real(b, t->hours_available);
    shi_binder_int(b, t->price_list);
    shi_binder_int(b, t->price_bulk);
    shi_binder_said(b, shi_words_advice(a->lang, t->advice));
    shi_binder_list(b, t->rules);
    shi_words_target(&text, a->lang, t);
    shi_binder_buf(b, &text);
    shi_binder_row(b);
}

static shi_err put_targets(source *s, shi_arena *part, const shi_param range[2])
{
    shi_target_rows rows;
    SHI_TRY(shi_run_targets(s->a->duck, part, s->relation.ptr, RANGE, range, 2, &rows));
    for (int64_t i = 0; i < rows.len; i++) target_row(s->a, &rows.ptr[i]);
    return (shi_err){ 0 };
}

shi_err shi_annex_targets(shi_annexing *a)
{
    source s;
    SHI_TRY(source_open(a, "targets", true, &s));
    return in_parts(&s, SHI_ANNEX_TARGETS, put_targets);
}

/* ---- figures ---- */

/* What is missing would tell a small count, so it is given as a bound, as in the sentence. */
static void missing(shi_annexing *a, const shi_figure *f, bool small)
{
    int64_t most = a->view->run.small_cell * 1000;
    if (f->withheld) shi_binder_said(a->binder, tr(a->lang, SHI_WITHHELD));
    else if (!small || !f->not_in_logs.known || !f->not_in_logs.v) shi_binder_int(a->binder, f->not_in_logs);
    else if (f->reported.v > most) shi_binder_bounded(a->binder, '>', f->reported.v - most);
    else shi_binder_bounded(a->binder, '<', f->reported.v);
}

/* Without a field check the bound is the count where the log is whole, so it is not told where the count is not. */
static void real_range(shi_annexing *a, const shi_figure *f, bool small)
{
    bool secret = (small || f->withheld) && !f->checked_n.known;
    const shi_maybe end[] = { f->real_low, f->real_high };
    for (int64_t i = 0; i < COUNT(end); i++) {
        if (secret) shi_binder_said(a->binder, tr(a->lang, SHI_WITHHELD));
        else shi_binder_int(a->binder, end[i]);
    }
}

static void figure_row(shi_annexing *a, const shi_figure *f)
{
    shi_binder *b = a->binder;
    const shi_run_info *run = &a->view->run;
    bool small = shi_words_small(f, run->small_cell);
    shi_buf text = { 0 };
    named(a, f->unit_name, f->unit_code);
    level(a, f->level);
    named(a, f->indicator_name, f->indicator);
    shi_binder_text(b, f->period);
    shi_binder_int(b, f->target);
    shi_binder_int(b, f->reported);
    if (f->withheld) shi_binder_said(b, tr(a->lang, SHI_WITHHELD));
    else if (small) shi_binder_bounded(b, '<', run->small_cell * 1000);
    else shi_binder_int(b, f->counted);
    shi_binder_said(b, shi_words_coverage(a->lang, f->coverage));
    shi_binder_int(b, f->possible);
    shi_binder_int(b, f->impossible_excess);
    missing(a, f, small);
    if (shi_words_suspected_told(f, run->small_cell)) shi_binder_int(b, f->suspected);
    else shi_binder_said(b, tr(a->lang, SHI_WITHHELD));
    shi_binder_int(b, f->checked_n);
    real_range(a, f, small);
    shi_binder_said(b, shi_words_verdict(a->lang, f->verdict));
    shi_words_reason_public(&text, a->lang, f, run->tolerance, run->small_cell);
    shi_binder_buf(b, &text);
    shi_binder_row(b);
}

static shi_err put_figures(source *s, shi_arena *part, const shi_param range[2])
{
    shi_figures rows;
    SHI_TRY(shi_run_figures(s->a->duck, part, s->relation.ptr, RANGE, range, 2, &rows));
    shi_withheld_mark(&s->a->view->withheld, rows);
    for (int64_t i = 0; i < rows.len; i++) figure_row(s->a, &rows.ptr[i]);
    return (shi_err){ 0 };
}

shi_err shi_annex_figures(shi_annexing *a)
{
    source s;
    SHI_TRY(source_open(a, "figures", true, &s));
    return in_parts(&s, SHI_ANNEX_FIGURES, put_figures);
}

/* ---- tables of the check ---- */

/* Runs "SELECT columns FROM relation rest" and gives each row to `put`. */
static shi_err rows_of(source *s, const char *columns, const char *rest, const shi_param range[2], void (*put)(shi_annexing *a, shi_rows *rows))
{
    shi_buf sql = { 0 };
    shi_rows rows;
    shi_buf_format(&sql, "SELECT %s FROM %s %s", columns, s->relation.ptr, rest);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_query(s->a->duck, sql.ptr, range, 2, &rows);
    shi_buf_drop(&sql);
    if (e.code) return e;
    while (shi_rows_next(&rows)) {
        put(s->a, &rows);
        shi_binder_row(s->a->binder);
    }
    shi_rows_close(&rows);
    return (shi_err){ 0 };
}

static shi_str text_at(shi_rows *rows, int64_t c)
{
    return shi_rows_null(rows, c) ? (shi_str){ 0 } : shi_rows_str(rows, c);
}

static shi_maybe_f64 real_at(shi_rows *rows, int64_t c)
{
    return (shi_maybe_f64){ !shi_rows_null(rows, c), shi_rows_f64(rows, c) };
}

/* A count kept as a double, or as a whole number, in thousandths. */
static shi_maybe count_at(shi_rows *rows, int64_t c)
{
    return (shi_maybe){ !shi_rows_null(rows, c), shi_rows_int(rows, c) };
}

static void issuer_row(shi_annexing *a, shi_rows *rows)
{
    shi_binder *b = a->binder;
    named(a, text_at(rows, 1), text_at(rows, 0));
    level(a, text_at(rows, 2));
    named(a, text_at(rows, 4), text_at(rows, 3));
    shi_binder_text(b, text_at(rows, 5));
    shi_binder_int(b, count_at(rows, 6));
    shi_binder_int(b, count_at(rows, 7));
    if (shi_rows_null(rows, 6)) shi_binder_real(b, (shi_maybe_f64){ 0 });   /* nothing of its own to compare with */
    else shi_binder_real(b, real_at(rows, 8));
    shi_binder_int(b, count_at(rows, 9));
    shi_binder_real(b, real_at(rows, 10));
}

static shi_err put_issuers(source *s, shi_arena *part, const shi_param range[2])
{
    static const char COLUMNS[] = "unit_code, name, level, indicator, indicator_name, period, CAST(round(own * 1000) AS BIGINT), "
        "CAST(round(handed * 1000) AS BIGINT), factor, targets * 1000, hours";
    (void)part;
    return rows_of(s, COLUMNS, "WHERE rowid >= $1 AND rowid < $2 ORDER BY rowid", range, issuer_row);
}

shi_err shi_annex_issuers(shi_annexing *a)
{
    static const char SORTED[] = "CREATE OR REPLACE TEMP TABLE annex_issuer AS SELECT * FROM issuers ORDER BY own IS NULL, factor DESC, indicator, "
        "period, unit_code";
    source s = { .a = a };
    if (a->view->run.judged) {
        SHI_TRY(shi_duck_exec(a->duck, SORTED, NULL, 0));
        SHI_TRY(shi_duck_int(a->duck, "SELECT count(*) FROM annex_issuer", NULL, 0, &s.rows));
        shi_buf_puts(&s.relation, "annex_issuer");
        if (s.relation.failed) return shi_no_memory();
    }
    return in_parts(&s, SHI_ANNEX_ISSUERS, put_issuers);
}

static void share_row(shi_annexing *a, shi_rows *rows)
{
    shi_binder *b = a->binder;
    named(a, text_at(rows, 1), text_at(rows, 0));
    shi_binder_text(b, text_at(rows, 2));
    named(a, text_at(rows, 4), text_at(rows, 3));
    for (int64_t c = 5; c < 9; c++) shi_binder_int(b, count_at(rows, c));
    shi_binder_real(b, real_at(rows, 9));
    shi_binder_int(b, count_at(rows, 10));
    shi_binder_int(b, count_at(rows, 11));
}

static shi_err put_shares(source *s, shi_arena *part, const shi_param range[2])
{
    static const char COLUMNS[] = "indicator, indicator_name, period, unit_code, unit_name, people * 1000, now * 1000, value * 1000, "
        "(value - now) * 1000, feasible, total * 1000, infeasible * 1000";
    (void)part;
    return rows_of(s, COLUMNS, RANGE, range, share_row);
}

shi_err shi_annex_shares(shi_annexing *a)
{
    source s;
    SHI_TRY(source_open(a, "shares", a->view->run.judged, &s));
    return in_parts(&s, SHI_ANNEX_SHARES, put_shares);
}

/* ---- contradictions ---- */

static void contradiction_row(shi_annexing *a, shi_rows *rows)
{
    shi_binder *b = a->binder;
    shi_buf text = { 0 };
    const shi_contradiction c = { text_at(rows, 0), text_at(rows, 1), text_at(rows, 2), shi_rows_int(rows, 3), shi_rows_int(rows, 4) };
    shi_words_contradiction(&text, a->lang, &c);
    shi_binder_buf(b, &text);
    shi_binder_text(b, c.figure);
    shi_binder_int(b, count_at(rows, 3));
    shi_binder_text(b, c.other);
    shi_binder_int(b, count_at(rows, 4));
}

static shi_err put_contradictions(source *s, shi_arena *part, const shi_param range[2])
{
    (void)part;
    return rows_of(s, "kind, figure, other, value, other_value", RANGE, range, contradiction_row);
}

shi_err shi_annex_contradictions(shi_annexing *a)
{
    source s;
    SHI_TRY(source_open(a, "contradictions", true, &s));
    return in_parts(&s, SHI_ANNEX_CONTRADICTIONS, put_contradictions);
}
