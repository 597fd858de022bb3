/* DuckDB behind one door: open with limits, run SQL with bound values, read rows. The engine reads, aggregates and spills. */
#ifndef SHI_TABLE_DUCK_H
#define SHI_TABLE_DUCK_H

#include "base/calendar.h"
#include "base/text.h"

#include <duckdb.h>

/* Told now and then how far a statement is: share in [0, 1], or -1 when it cannot be known; rows read so far, 0 where none are counted.
 * NULL: nobody listens. */
typedef struct {
    void (*tell)(void *context, double share, int64_t rows);
    void *context;
} shi_listener;

typedef struct {
    duckdb_database db;
    duckdb_connection con;
    shi_listener listener;
    struct shi_kept_statements *kept;   /* NULL: none are */
} shi_duck;

typedef struct {
    int64_t memory;        /* bytes; 0: DuckDB's default */
    int threads;           /* 0: all cores */
    const char *spill;     /* folder for what does not fit (mode 0700), or NULL: nothing is spilled */
    shi_listener listener;
} shi_duck_options;

/* An in-memory database. Extensions are neither installed nor loaded; the zone is UTC. It knows shi_milli(DECIMAL(18,3)), the thousandths
 * as BIGINT, and shi_decimal(BIGINT), its inverse: both are the number as it is stored. Errors: SHI_SYSTEM. */
shi_err shi_duck_open(const shi_duck_options *options, shi_duck *out);
/* Another connection to an open database, for another thread; closed before the first one is. Errors: SHI_SYSTEM. */
shi_err shi_duck_join(const shi_duck *first, shi_duck *out);
void shi_duck_close(shi_duck *duck);

/* From now on the statements of the latest queries are kept prepared: for who asks the same again and again. Errors: SHI_SYSTEM. */
shi_err shi_duck_keep_statements(shi_duck *duck);
/* Those kept so far are let go: a name in them now means another table. */
void shi_duck_forget_statements(shi_duck *duck);

/* A bound value. */
typedef struct {
    enum { SHI_P_NULL, SHI_P_INT, SHI_P_TEXT, SHI_P_TIME, SHI_P_F64 } kind;
    int64_t i;
    double d;
    shi_str s;
} shi_param;
#define SHI_INT(v) ((shi_param){ .kind = SHI_P_INT, .i = (v) })
#define SHI_TEXTP(v) ((shi_param){ .kind = SHI_P_TEXT, .s = (v) })
#define SHI_TIMEP(v) ((shi_param){ .kind = SHI_P_TIME, .i = (v) })
#define SHI_F64(v) ((shi_param){ .kind = SHI_P_F64, .d = (v) })

/* One statement without rows of interest; params may be NULL when n is 0. Stops (SHI_STOPPED) when asked to. */
shi_err shi_duck_exec(shi_duck *duck, const char *sql, const shi_param *params, int64_t n);

/* One statement with rows, all of them held. */
typedef struct {
    duckdb_result result;
    duckdb_data_chunk chunk;
    int64_t row, rows;      /* within the chunk */
} shi_rows;
shi_err shi_duck_query(shi_duck *duck, const char *sql, const shi_param *params, int64_t n, shi_rows *out);
bool shi_rows_next(shi_rows *rows);
void shi_rows_close(shi_rows *rows);
bool shi_rows_null(shi_rows *rows, int64_t column);
/* The cell of the current row. Types must fit: BIGINT, INTEGER, TIMESTAMP, DATE, BOOLEAN and DECIMAL(18,3) as integers (a decimal as
 * thousandths); a NULL gives 0. Text is borrowed until the next row. */
int64_t shi_rows_int(shi_rows *rows, int64_t column);
double shi_rows_f64(shi_rows *rows, int64_t column);
shi_str shi_rows_str(shi_rows *rows, int64_t column);
/* One statement whose rows are handed on as they are made, a chunk at a time and in any order, so that they need not all be held. */
typedef struct {
    shi_duck *duck;
    duckdb_result result;
} shi_flow;
shi_err shi_flow_open(shi_duck *duck, const char *sql, shi_flow *out);
/* *out: the caller destroys it; NULL at the end. Errors: SHI_SYSTEM, SHI_STOPPED. */
shi_err shi_flow_next(shi_flow *flow, duckdb_data_chunk *out);
void shi_flow_close(shi_flow *flow);
/* One integer; SHI_SYSTEM if the statement gives no row. */
shi_err shi_duck_int(shi_duck *duck, const char *sql, const shi_param *params, int64_t n, int64_t *out);

/* Rows from C into a table, cell by cell. `failed` is set by the first refusal; shi_append_close tells. */
typedef struct {
    duckdb_appender handle;
    bool failed;
} shi_appender;
shi_err shi_append_open(shi_duck *duck, const char *table, shi_appender *out);
void shi_append_int(shi_appender *a, int64_t v);
void shi_append_f64(shi_appender *a, double v);
void shi_append_bool(shi_appender *a, bool v);
void shi_append_time(shi_appender *a, int64_t us);
void shi_append_str(shi_appender *a, shi_str v);   /* missing: NULL */
void shi_append_null(shi_appender *a);
void shi_append_end_row(shi_appender *a);
shi_err shi_append_close(shi_appender *a);

/* A scalar function in C, for SQL on this connection. A DECIMAL is a DECIMAL(18,3). Unless it takes NULLs, a NULL argument gives NULL
 * without a call. `extra` comes back by duckdb_scalar_function_get_extra_info and is freed by `drop` (NULL: the caller keeps it). */
typedef struct {
    const char *name;
    const duckdb_type *argument;
    int64_t arguments;
    duckdb_type result;
    bool takes_null;
    duckdb_scalar_function_t call;
    void *extra;
    duckdb_delete_callback_t drop;
} shi_function;
shi_err shi_duck_function(shi_duck *duck, const shi_function *function);

/* Makes a view of all columns of a Parquet file, for every connection. Errors: SHI_SYSTEM. */
shi_err shi_duck_view(shi_duck *duck, const char *view, const char *path);

/* SQL text. Values are bound; the two doors for text are a quoted name and a quoted literal (for paths, which cannot be bound). */
void shi_sql_ident(shi_buf *sql, shi_str name);
void shi_sql_literal(shi_buf *sql, shi_str text);
/* The path of one file, to be read. */
void shi_sql_file(shi_buf *sql, shi_str path);

/* Text into row `row` of a VARCHAR vector's data; texts of up to 12 bytes are written in place. */
void shi_vector_put(duckdb_vector vector, void *data, int64_t row, shi_str text);
/* Text of a row of a VARCHAR vector's data. */
static inline shi_str shi_vector_get(const void *data, int64_t row)
{
    const duckdb_string_t *s = (const duckdb_string_t *)data + row;
    int64_t len = s->value.inlined.length;
    return (shi_str){ len <= 12 ? s->value.inlined.inlined : s->value.pointer.ptr, len };
}

#endif
