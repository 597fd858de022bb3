/* Columns of a statement as arrays. */
#include "chain/leads.h"

#include <assert.h>
#include <string.h>

static shi_err copy_chunk(shi_arena *keep, duckdb_data_chunk chunk, const char *forms, shi_pulled *out)
{
    int64_t rows = (int64_t)duckdb_data_chunk_get_size(chunk);
    for (int c = 0; forms[c]; c++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(chunk, (idx_t)c);
        uint64_t *valid = duckdb_vector_get_validity(v);
        const void *data = duckdb_vector_get_data(v);
        for (int64_t r = 0; r < rows; r++) {
            bool is = !valid || duckdb_validity_row_is_valid(valid, (idx_t)r);
            if (forms[c] == 'i') out->i32[c][out->n + r] = is ? ((const int32_t *)data)[r] : -1;
            else if (forms[c] == 'l') out->i64[c][out->n + r] = is ? ((const int64_t *)data)[r] : INT64_MIN;
            else if (is && !(out->text[c][out->n + r] = shi_str_copy(keep, shi_vector_get(data, r))).ptr) return shi_no_memory();
        }
    }
    out->n += rows;
    return (shi_err){ 0 };
}

shi_err shi_leads_pull(shi_duck *duck, shi_arena *keep, const char *sql, const char *forms, shi_pulled *out)
{
    shi_rows rows;
    shi_err e = { 0 };
    *out = (shi_pulled){ 0 };
    assert(strlen(forms) <= SHI_MAX_PULLED);
    SHI_TRY(shi_duck_query(duck, sql, NULL, 0, &rows));
    int64_t n = (int64_t)duckdb_row_count(&rows.result);
    for (int c = 0; forms[c] && !e.code; c++) {
        if (forms[c] == 'i') out->i32[c] = shi_new(keep, int32_t, n);
        else if (forms[c] == 'l') out->i64[c] = shi_new(keep, int64_t, n);
        else out->text[c] = shi_new(keep, shi_str, n);
        if (!out->i32[c] && !out->i64[c] && !out->text[c]) e = shi_no_memory();
    }
    for (duckdb_data_chunk chunk; !e.code && (chunk = duckdb_fetch_chunk(rows.result)) != NULL;) {
        e = copy_chunk(keep, chunk, forms, out);
        duckdb_destroy_data_chunk(&chunk);
    }
    shi_rows_close(&rows);
    return e;
}
