/* bench/duck_sql.c: runs statements in a bare DuckDB, as the peer of our own commands.
 *
 *   duck_sql THREADS MEMORY SQL… */
#include <duckdb.h>
#include <stdio.h>

static int run(duckdb_connection con, const char *sql)
{
    duckdb_result result;
    if (duckdb_query(con, sql, &result) == DuckDBError) {
        fprintf(stderr, "%s\n", duckdb_result_error(&result));
        duckdb_destroy_result(&result);
        return 1;
    }
    duckdb_destroy_result(&result);
    return 0;
}

int main(int argc, char **argv)
{
    duckdb_database db;
    duckdb_connection con;
    char set[128];
    if (argc < 4 || duckdb_open(NULL, &db) == DuckDBError || duckdb_connect(db, &con) == DuckDBError) return 2;
    int failed = 0;
    snprintf(set, sizeof set, "SET threads = %.20s", argv[1]);
    failed = run(con, set);
    snprintf(set, sizeof set, "SET memory_limit = '%.40s'", argv[2]);
    failed = failed || run(con, set);
    for (int i = 3; i < argc && !failed; i++) failed = run(con, argv[i]);
    duckdb_disconnect(&con);
    duckdb_close(&db);
    return failed ? 1 : 0;
}
