/* Sentences into figures.parquet: SQL function shi_reason(…) gives the sentence that the rooms above write for a figure. */
#include "chain/run_reason.h"

#include <stddef.h>
#include <stdlib.h>

/* What a sentence is made from, in the order of the arguments. */
typedef enum { A_TEXT, A_NUMBER, A_COVERAGE, A_VERDICT, A_PEOPLE_BY, A_POSSIBLE_BY, A_ANY_ACTION } argument_kind;
typedef struct {
    const char *column;
    argument_kind kind;
    size_t offset;
} argument;

#define AT(field) offsetof(shi_figure, field)
static const argument ARGUMENTS[] = {
    { "indicator", A_TEXT, AT(indicator) }, { "period", A_TEXT, AT(period) }, { "unit_code", A_TEXT, AT(unit_code) }, { "counts", A_TEXT,
        AT(counts) },
    { "dedupe", A_TEXT, AT(dedupe) }, { "unit_name", A_TEXT, AT(unit_name) }, { "reported", A_NUMBER, AT(reported) }, { "counted", A_NUMBER,
        AT(counted) },
    { "possible", A_NUMBER, AT(possible) }, { "impossible_excess", A_NUMBER, AT(impossible_excess) }, { "not_in_logs", A_NUMBER, AT(not_in_logs) },
    { "people * 1000", A_NUMBER, AT(people) }, { "target", A_NUMBER, AT(target) }, { "checked_n * 1000", A_NUMBER, AT(checked_n) },
        { "checked_real * 1000", A_NUMBER, AT(checked_real) },
    { "real_low", A_NUMBER, AT(real_low) }, { "real_high", A_NUMBER, AT(real_high) }, { "check_id", A_TEXT, AT(check) }, { "cover", A_COVERAGE, 0 },
        { "verdict", A_VERDICT, 0 },
    { "people_by", A_PEOPLE_BY, 0 }, { "possible_by", A_POSSIBLE_BY, 0 }, { "CAST(any_action AS BIGINT)", A_ANY_ACTION, 0 },
};

typedef struct {
    shi_writer writer;
    int64_t tolerance;
} context;

static void take(shi_figure *f, const argument *a, const void *data, bool valid, int64_t row)
{
    int64_t number = valid && a->kind != A_TEXT ? ((const int64_t *)data)[row] : 0;
    switch (a->kind) {
    case A_TEXT: *(shi_str *)((char *)f + a->offset) = valid ? shi_vector_get(data, row) : (shi_str){ 0 }; break;
    case A_NUMBER: *(shi_maybe *)((char *)f + a->offset) = (shi_maybe){ valid, number }; break;
    case A_COVERAGE: f->coverage = (shi_coverage)number; break;
    case A_VERDICT: f->verdict = (shi_verdict)number; break;
    case A_PEOPLE_BY: f->people_by = (shi_people_basis)number; break;
    case A_POSSIBLE_BY: f->possible_by = (shi_possible_by)number; break;
    case A_ANY_ACTION: f->any_action = number != 0; break;
    }
}

static void on_reason(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    const context *c = duckdb_scalar_function_get_extra_info(info);
    const void *data[COUNT(ARGUMENTS)];
    uint64_t *valid[COUNT(ARGUMENTS)];
    for (int64_t a = 0; a < COUNT(ARGUMENTS); a++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(in, (idx_t)a);
        data[a] = duckdb_vector_get_data(v);
        valid[a] = duckdb_vector_get_validity(v);
    }
    shi_buf text = { 0 };
    int64_t n = (int64_t)duckdb_data_chunk_get_size(in);
    void *result = duckdb_vector_get_data(out);
    for (int64_t i = 0; i < n; i++) {
        shi_figure f = { 0 };
        for (int64_t a = 0; a < COUNT(ARGUMENTS); a++)
            take(&f, &ARGUMENTS[a], data[a], !valid[a] || duckdb_validity_row_is_valid(valid[a], (idx_t)i), i);
        text.len = 0;
        c->writer.reason(&text, c->writer.lang, &f, c->tolerance);
        shi_vector_put(out, result, i, shi_buf_str(&text));
    }
    if (text.failed) duckdb_scalar_function_set_error(info, "Out of Memory");
    shi_buf_drop(&text);
}

shi_err shi_run_register_reason(shi_duck *duck, const shi_writer *writer, int64_t tolerance)
{
    context *c = calloc(1, sizeof *c);
    if (!c) return shi_no_memory();
    *c = (context){ *writer, tolerance };
    duckdb_type types[COUNT(ARGUMENTS)];
    for (int64_t a = 0; a < COUNT(ARGUMENTS); a++) types[a] = ARGUMENTS[a].kind == A_TEXT ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_BIGINT;
    return shi_duck_function(duck, &(shi_function){ "shi_reason", types, COUNT(ARGUMENTS), DUCKDB_TYPE_VARCHAR, true, on_reason, c, free });
}

void shi_run_reason_call(shi_buf *sql)
{
    shi_buf_puts(sql, "shi_reason(");
    for (int64_t a = 0; a < COUNT(ARGUMENTS); a++) {
        shi_buf_format(sql, "%sCAST(%s AS %s)", a ? ", " : "", ARGUMENTS[a].column, ARGUMENTS[a].kind == A_TEXT ? "VARCHAR" : "BIGINT");
    }
    shi_buf_puts(sql, ")");
}
