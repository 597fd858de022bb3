/* The ledger: what is written comes back, what was undone no longer counts, and a trail that somebody touched does not verify. */
#include "store/ledger.h"
#include "store/lite.h"
#include "table_dump.h"
#include "test.h"

typedef struct {
    shi_arena keep;
    char *file;              /* in a fresh folder */
    const char *dir, *ledger;
    shi_workspace ws;
} fixture;

static int make_workspace(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    assert_ok(shi_arena_open((int64_t)1 << 30, &f->keep));
    f->file = table_file("x", S(""));
    f->dir = shi_str_format(&f->keep, "%s.workspace", f->file).ptr;
    f->ledger = shi_str_format(&f->keep, "%s/ledger.db", f->dir).ptr;
    shi_init_options options = { .now_us = 1000 };
    assert_ok(shi_workspace_init(&f->keep, f->dir, &options));
    assert_ok(shi_workspace_open(&f->keep, f->dir, SHI_WRITE, 2000, &f->ws));
    *state = f;
    return 0;
}

static int drop_workspace(void **state)
{
    fixture *f = *state;
    shi_workspace_close(&f->ws);
    assert_ok(shi_os_remove_tree(f->dir));
    table_file_drop(f->file);
    shi_arena_drop(&f->keep);
    free(f);
    return 0;
}

static void sql(fixture *f, const char *text)
{
    assert_ok(shi_lite_exec(f->ws.ledger, text, NULL, 0));
}

static shi_import_row import_row(int64_t id, shi_str table)
{
    return (shi_import_row){ .id = id, .table = table, .file = S("日志's \"6月\".csv"), .sha256 = S("ab12"), .options = S("{}"),
        .columns = S("app,account"), .bytes = 123456789012, .rows = 10, .accepted = 9, .rejected = 1, .imported_at = 77 };
}

static void imports_come_back(void **state)
{
    fixture *f = *state;
    int64_t id = -1;
    assert_ok(shi_ledger_next_id(&f->ws, &id));
    assert_int_equal(id, 1);
    assert_ok(shi_ledger_begin(&f->ws));
    for (int i = 1; i <= 3; i++) {
        shi_import_row row = import_row(i, i == 2 ? S("units") : S("events"));
        if (i == 3) row.options = S("{\"add\":true}");
        assert_ok(shi_ledger_add_import(&f->ws, &row));
    }
    assert_ok(shi_ledger_commit(&f->ws));
    shi_import_rows rows;
    assert_ok(shi_ledger_imports(&f->ws, &f->keep, &rows));
    assert_int_equal(rows.len, 3);
    for (int i = 0; i < 3; i++) {
        const shi_import_row *r = &rows.ptr[i];
        assert_int_equal(r->id, i + 1);
        assert_str(r->table, i == 1 ? "units" : "events");
        assert_str(r->file, "日志's \"6月\".csv");
        assert_str(r->sha256, "ab12");
        assert_str(r->options, i == 2 ? "{\"add\":true}" : "{}");
        assert_str(r->columns, "app,account");
        assert_true(r->bytes == 123456789012 && r->rows == 10 && r->accepted == 9 && r->rejected == 1 && r->imported_at == 77 && r->undone_at == 0);
    }
    /* the same again is found by table, content and options together */
    static const struct {
        const char *table, *sha256, *options;
        int64_t id;
    } CASE[] = { { "events", "ab12", "{}", 1 }, { "events", "ab12", "{\"add\":true}", 3 }, { "units", "ab12", "{}", 2 },
                 { "units", "ab12", "{\"add\":true}", 0 }, { "events", "ab13", "{}", 0 }, { "reports", "ab12", "{}", 0 } };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        id = -1;
        assert_ok(shi_ledger_find(&f->ws, shi_str_from(CASE[i].table), shi_str_from(CASE[i].sha256), shi_str_from(CASE[i].options), &id));
        assert_int_equal(id, CASE[i].id);
    }
    assert_ok(shi_ledger_next_id(&f->ws, &id));
    assert_int_equal(id, 4);
    shi_import_row twice = import_row(3, S("events"));
    assert_int_equal(shi_ledger_add_import(&f->ws, &twice).code, SHI_SYSTEM);
    assert_ok(shi_ledger_imports(&f->ws, &f->keep, &rows));
    assert_int_equal(rows.len, 3);
}

static void what_is_not_committed_is_not_there(void **state)
{
    fixture *f = *state;
    shi_import_rows rows;
    shi_import_row row = import_row(1, S("events"));
    assert_ok(shi_ledger_begin(&f->ws));
    assert_ok(shi_ledger_add_import(&f->ws, &row));
    shi_ledger_rollback(&f->ws);
    shi_ledger_rollback(&f->ws);   /* outside a transaction: nothing */
    assert_ok(shi_ledger_imports(&f->ws, &f->keep, &rows));
    assert_int_equal(rows.len, 0);
    /* nor after a program that dies: a second reader sees the last commit */
    assert_ok(shi_ledger_begin(&f->ws));
    assert_ok(shi_ledger_add_import(&f->ws, &row));
    shi_workspace reader;
    assert_ok(shi_workspace_open(&f->keep, f->dir, SHI_READ, 3000, &reader));
    assert_ok(shi_ledger_imports(&reader, &f->keep, &rows));
    assert_int_equal(rows.len, 0);
    assert_ok(shi_ledger_commit(&f->ws));
    assert_ok(shi_ledger_imports(&reader, &f->keep, &rows));
    assert_int_equal(rows.len, 1);
    assert_true(shi_ledger_add_import(&reader, &row).code == SHI_SYSTEM);   /* a reader cannot write */
    shi_workspace_close(&reader);
}

/* Imports 1 and 2 of events, 3 of accounts, each with a range, a part and a mask. */
static void add_three(fixture *f)
{
    for (int i = 1; i <= 3; i++) {
        shi_import_row row = import_row(i, i == 3 ? S("accounts") : S("events"));
        shi_range_row range = { i, i == 1 ? S("b") : S("a"), 19000 + i, 19010 + i, 100, 1, 2, 3, 4, 5 }, second = range;
        shi_part_row part = { i, shi_str_format(&f->keep, "data/%d.parquet", 9 - i), S("cd"), i == 3 ? (shi_str){ 0 } : S("2024-06"), 1000 + i };
        second.app = S("c");
        assert_ok(shi_ledger_add_import(&f->ws, &row));
        assert_ok(shi_ledger_add_range(&f->ws, &range));
        assert_ok(shi_ledger_add_range(&f->ws, &second));
        assert_ok(shi_ledger_add_part(&f->ws, &part));
        assert_ok(shi_ledger_add_mask(&f->ws, i, S("a"), 19000, 19001));
        assert_ok(shi_ledger_add_word(&f->ws, i, S("a"), S("浏览"), 7));
    }
}

static void check_ranges(fixture *f, const char *table, const char *want)
{
    shi_range_rows rows;
    shi_buf got = { 0 };
    assert_ok(shi_ledger_ranges(&f->ws, &f->keep, table, &rows));
    shi_buf_puts(&got, "");
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_range_row *r = &rows.ptr[i];
        shi_buf_format(&got, "%.*s:%d:%d-%d ", (int)r->app.len, r->app.ptr, (int)r->import_id, (int)r->first_day, (int)r->last_day);
        assert_true(r->rows == 100 && r->logins == 1 && r->points == 2 && r->whole_minutes == 3 && r->whole_hours == 4 && r->whole_days == 5);
    }
    assert_str(shi_buf_str(&got), want);
    shi_buf_drop(&got);
}

static void check_parts(fixture *f, const char *table, const char *want)
{
    shi_part_rows rows;
    shi_buf got = { 0 };
    assert_ok(shi_ledger_parts(&f->ws, &f->keep, table, &rows));
    shi_buf_puts(&got, "");
    for (int64_t i = 0; i < rows.len; i++) {
        const shi_part_row *r = &rows.ptr[i];
        shi_buf_format(&got, "%d:%.*s ", (int)r->import_id, (int)r->path.len, r->path.ptr);
        assert_str(r->sha256, "cd");
        assert_str(r->period, r->import_id == 3 ? NULL : "2024-06");
        assert_int_equal(r->bytes, 1000 + r->import_id);
    }
    assert_str(shi_buf_str(&got), want);
    shi_buf_drop(&got);
}

static void check_masks(fixture *f, int64_t want)
{
    shi_mask_rows rows;
    assert_ok(shi_ledger_masks(&f->ws, &f->keep, &rows));
    assert_int_equal(rows.len, want);
    for (int64_t i = 0; i < rows.len; i++) {
        assert_true(rows.ptr[i].first_day == 19000 && rows.ptr[i].last_day == 19001);
        assert_str(rows.ptr[i].app, "a");
        if (i) assert_true(rows.ptr[i].import_id > rows.ptr[i - 1].import_id);
    }
}

static void undone_imports_no_longer_count(void **state)
{
    fixture *f = *state;
    add_three(f);
    check_ranges(f, "events", "a:2:19002-19012 b:1:19001-19011 c:1:19001-19011 c:2:19002-19012 ");
    check_ranges(f, "accounts", "a:3:19003-19013 c:3:19003-19013 ");
    check_ranges(f, "units", "");
    check_parts(f, "events", "2:data/7.parquet 1:data/8.parquet ");
    check_parts(f, "accounts", "3:data/6.parquet ");
    check_parts(f, NULL, "3:data/6.parquet 2:data/7.parquet 1:data/8.parquet ");
    check_masks(f, 3);
    assert_ok(shi_ledger_set_undone(&f->ws, 2));
    check_ranges(f, "events", "b:1:19001-19011 c:1:19001-19011 ");
    check_parts(f, "events", "1:data/8.parquet ");
    check_parts(f, NULL, "3:data/6.parquet 2:data/7.parquet 1:data/8.parquet ");   /* its file still belongs to the workspace */
    check_masks(f, 2);
    int64_t id = -1;
    assert_ok(shi_ledger_find(&f->ws, S("events"), S("ab12"), S("{}"), &id));
    assert_int_equal(id, 1);
    assert_ok(shi_ledger_set_undone(&f->ws, 1));
    assert_ok(shi_ledger_find(&f->ws, S("events"), S("ab12"), S("{}"), &id));
    assert_int_equal(id, 0);   /* it may be imported again */
    shi_import_rows rows;
    assert_ok(shi_ledger_imports(&f->ws, &f->keep, &rows));
    assert_true(rows.len == 3 && rows.ptr[0].undone_at == 2000 && rows.ptr[1].undone_at == 2000 && rows.ptr[2].undone_at == 0);
    assert_ok(shi_ledger_next_id(&f->ws, &id));
    assert_int_equal(id, 4);   /* numbers are not given twice */
    assert_ok(shi_ledger_drop_part(&f->ws, S("data/6.parquet")));
    check_parts(f, "accounts", "");
    check_parts(f, NULL, "2:data/7.parquet 1:data/8.parquet ");
}

static void days_before_a_purge_are_cut_off(void **state)
{
    fixture *f = *state;
    add_three(f);
    assert_ok(shi_ledger_set(&f->ws, S("purged_before"), S("19002")));
    check_ranges(f, "events", "a:2:19002-19012 b:1:19002-19011 c:1:19002-19011 c:2:19002-19012 ");
    assert_ok(shi_ledger_set(&f->ws, S("purged_before"), S("19012")));
    check_ranges(f, "events", "a:2:19012-19012 b:1:19012-19011 c:1:19012-19011 c:2:19012-19012 ");   /* an empty range covers nothing */
}

static void rows_belong_to_an_import(void **state)
{
    fixture *f = *state;
    shi_range_row range = { 9, S("a"), 1, 2, 3, 0, 0, 0, 0, 0 };
    shi_part_row part = { 9, S("data/1.parquet"), S("cd"), { 0 }, 1 };
    assert_int_equal(shi_ledger_add_range(&f->ws, &range).code, SHI_SYSTEM);
    assert_int_equal(shi_ledger_add_part(&f->ws, &part).code, SHI_SYSTEM);
    assert_int_equal(shi_ledger_add_mask(&f->ws, 9, S("a"), 1, 2).code, SHI_SYSTEM);
    assert_int_equal(shi_ledger_add_word(&f->ws, 9, S("a"), S("b"), 2).code, SHI_SYSTEM);
}

static void small_values(void **state)
{
    fixture *f = *state;
    shi_str value = S("x");
    assert_ok(shi_ledger_get(&f->ws, &f->keep, S("accounts:app"), &value));
    assert_str(value, NULL);
    assert_ok(shi_ledger_set(&f->ws, S("accounts:app"), S("plain")));
    assert_ok(shi_ledger_set(&f->ws, S("accounts:应用"), S("")));
    assert_ok(shi_ledger_set(&f->ws, S("accounts:app"), S("pseudonym")));
    assert_ok(shi_ledger_get(&f->ws, &f->keep, S("accounts:app"), &value));
    assert_str(value, "pseudonym");
    assert_ok(shi_ledger_get(&f->ws, &f->keep, S("accounts:应用"), &value));
    assert_str(value, "");
}

static void runs(void **state)
{
    fixture *f = *state;
    shi_run_row run = { 0 };
    int64_t n = -1;
    shi_err e = shi_ledger_run(&f->ws, &f->keep, (shi_str){ 0 }, &run);
    assert_int_equal(e.code, SHI_INPUT);
    assert_string_equal(e.reason, "there is no such run");
    const shi_run_row row[] = { { S("r1"), S("2024-06"), S("aa"), 500, 10 }, { S("r3"), { 0 }, S("cc"), 900, 30 },
        { S("r2"), { 0 }, S("bb"), 700, 20 }, { S("r4"), { 0 }, S("dd"), 900, 40 } };
    for (int64_t i = 0; i < COUNT(row); i++) assert_ok(shi_ledger_add_run(&f->ws, &row[i]));
    assert_ok(shi_ledger_run_count(&f->ws, &n));
    assert_int_equal(n, 4);
    assert_ok(shi_ledger_run(&f->ws, &f->keep, (shi_str){ 0 }, &run));
    assert_str(run.run, "r4");   /* started last; of two at once the later row */
    assert_ok(shi_ledger_run(&f->ws, &f->keep, S("r1"), &run));
    assert_str(run.period, "2024-06");
    assert_str(run.sha256, "aa");
    assert_true(run.started_at == 500 && run.figures == 10);
    assert_ok(shi_ledger_run(&f->ws, &f->keep, S("r2"), &run));
    assert_str(run.period, NULL);
    e = shi_ledger_run(&f->ws, &f->keep, S("r9"), &run);
    assert_int_equal(e.code, SHI_INPUT);
    assert_string_equal(e.value, "r9");
}

/* ---- versions and damage ---- */

static void versions(void **state)
{
    fixture *f = *state;
    sqlite3 *db = NULL;
    shi_err e;
    sql(f, "PRAGMA user_version = 2");
    for (int write = 0; write < 2; write++) {
        e = shi_ledger_open(f->ledger, false, write, &db);
        assert_int_equal(e.code, SHI_INPUT);
        assert_string_equal(e.reason, "the workspace was made by a newer version of Shishu");
        assert_null(db);
    }
    shi_workspace other;
    e = shi_workspace_open(&f->keep, f->dir, SHI_READ, 1, &other);
    assert_string_equal(e.reason, "the workspace was made by a newer version of Shishu");
    sql(f, "PRAGMA user_version = 0");
    e = shi_ledger_open(f->ledger, false, false, &db);
    assert_int_equal(e.code, SHI_INPUT);
    assert_string_equal(e.reason, "ledger.db is damaged");
    sql(f, "PRAGMA user_version = 1");
    assert_ok(shi_ledger_open(f->ledger, false, false, &db));
    sqlite3_close(db);
}

static void no_ledger(void **state)
{
    fixture *f = *state;
    sqlite3 *db = NULL;
    shi_err e = shi_ledger_open("no/such/ledger.db", false, false, &db);
    assert_true(e.code == SHI_SYSTEM || e.code == SHI_INPUT);
    const char *path = shi_str_format(&f->keep, "%s/garbage.db", f->dir).ptr;
    for (int size = 0; size <= 8192; size += 4096) {
        char *bytes = calloc(1, 8192);
        memset(bytes, 'x', 8192);
        assert_ok(shi_os_write_whole(path, (shi_str){ bytes, size }, 0600));
        e = shi_ledger_open(path, false, true, &db);
        assert_int_equal(e.code, SHI_INPUT);
        assert_string_equal(e.reason, "ledger.db is damaged");
        assert_null(db);
        free(bytes);
    }
}

/* ---- the audit trail ---- */

static void add_entries(fixture *f)
{
    static const char *const DETAIL[] = { "{\"import\":1}", "{}", "{\"文件\":\"a\\nb\"}", "" };
    for (int i = 0; i < 4; i++) {
        f->ws.now_us = 5000 + i;
        assert_ok(shi_trail_add(&f->ws, i % 2 ? "undo" : "import", shi_str_from(DETAIL[i])));
    }
}

static void the_trail_verifies(void **state)
{
    fixture *f = *state;
    int64_t entries = -1, bad = -1;
    char head[65], hex[65];
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_true(entries == 1 && bad == 0);   /* init */
    /* as promised: SHA-256 of previous, seq, at, action, detail, each with a line feed */
    shi_sha256 hash;
    shi_buf text = { 0 };
    shi_buf_format(&text, "%064d\n1\n1000\ninit\n{\"version\":\"" SHI_VERSION "\"}\n", 0);
    shi_sha256_text(shi_buf_str(&text), &hash);
    shi_hex(hash.byte, 32, hex);
    assert_string_equal(head, hex);
    text.len = 0;
    shi_buf_format(&text, "%s\n2\n5000\nimport\n{\"import\":1}\n", hex);
    shi_sha256_text(shi_buf_str(&text), &hash);
    shi_hex(hash.byte, 32, hex);
    f->ws.now_us = 5000;
    assert_ok(shi_trail_add(&f->ws, "import", S("{\"import\":1}")));
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_true(entries == 2 && bad == 0);
    assert_string_equal(head, hex);
    shi_buf_drop(&text);
}

static void tampering_is_found(void **state)
{
    fixture *f = *state;
    add_entries(f);
    static const struct {
        const char *change;   /* of entries 1 to 5 */
        int64_t bad;
    } CASE[] = {
        { "UPDATE trail SET detail = '{}' WHERE seq = 1", 1 },
        { "UPDATE trail SET detail = detail || ' ' WHERE seq = 2", 2 },
        { "UPDATE trail SET detail = 'x' WHERE seq = 5", 5 },
        { "UPDATE trail SET action = 'audit' WHERE seq = 3", 3 },
        { "UPDATE trail SET action = action || char(10), detail = detail WHERE seq = 4", 4 },
        { "UPDATE trail SET at = at + 1 WHERE seq = 1", 1 },
        { "UPDATE trail SET at = 0 WHERE seq = 4", 4 },
        { "UPDATE trail SET previous = hash WHERE seq = 2", 2 },
        { "UPDATE trail SET hash = previous WHERE seq = 2", 2 },
        { "UPDATE trail SET hash = upper(hash) WHERE seq = 5", 5 },
        { "UPDATE trail SET hash = '' WHERE seq = 3", 3 },
        { "UPDATE trail SET hash = hash || '0' WHERE seq = 3", 3 },
        { "DELETE FROM trail WHERE seq = 1", 2 },
        { "DELETE FROM trail WHERE seq = 3", 4 },
        { "DELETE FROM trail WHERE seq < 5", 5 },
        { "UPDATE trail SET seq = 6 WHERE seq = 5", 6 },
        { "UPDATE trail SET seq = -2 WHERE seq = 1", -2 },
        { "INSERT INTO trail SELECT 6, at, action, detail, previous, hash FROM trail WHERE seq = 5", 6 },
        /* two details change places */
        { "UPDATE trail SET detail = (SELECT detail FROM trail t WHERE t.seq = 5 - trail.seq) WHERE seq IN (2, 3)", 2 },
        /* an entry is cut out and the later ones are numbered anew */
        { "DELETE FROM trail WHERE seq = 2; UPDATE trail SET seq = seq - 1 WHERE seq > 2", 2 },
    };
    int64_t entries, bad;
    char head[65], whole[65];
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, whole));
    assert_true(entries == 5 && bad == 0);
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        sql(f, "BEGIN");
        assert_int_equal(sqlite3_exec(f->ws.ledger, CASE[i].change, NULL, NULL, NULL), SQLITE_OK);
        assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
        if (bad != CASE[i].bad) fail_msg("%s: entry %d is said not to fit", CASE[i].change, (int)bad);
        sql(f, "ROLLBACK");
    }
    /* an entry that was written anew with a hash of its own is told by the next one */
    char previous[65], hash[65];
    shi_buf text = { 0 };
    shi_sha256 forged;
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(f->ws.ledger, "SELECT previous FROM trail WHERE seq = 3", -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    snprintf(previous, sizeof previous, "%s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    shi_buf_format(&text, "%s\n3\n5001\nundo\nforged\n", previous);
    shi_sha256_text(shi_buf_str(&text), &forged);
    shi_hex(forged.byte, 32, hash);
    sql(f, "BEGIN");
    text.len = 0;
    shi_buf_format(&text, "UPDATE trail SET detail = 'forged', hash = '%s' WHERE seq = 3", hash);
    sql(f, text.ptr);
    shi_buf_drop(&text);
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_int_equal(bad, 4);
    sql(f, "ROLLBACK");
    /* entries cut off at the end leave a chain that fits; the last hash, kept elsewhere, tells */
    sql(f, "DELETE FROM trail WHERE seq > 3");
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_true(entries == 3 && bad == 0);
    assert_string_not_equal(head, whole);
    assert_ok(shi_trail_add(&f->ws, "import", S("{}")));   /* goes on from what is there */
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_true(entries == 4 && bad == 0);
    sql(f, "DELETE FROM trail");
    assert_ok(shi_trail_verify(&f->ws, &entries, &bad, head));
    assert_true(entries == 0 && bad == 0);
    assert_int_equal(strspn(head, "0"), 64);
}

#define WITH_WORKSPACE(test) cmocka_unit_test_setup_teardown(test, make_workspace, drop_workspace)
static const struct CMUnitTest TESTS[] = {
    WITH_WORKSPACE(imports_come_back),
    WITH_WORKSPACE(what_is_not_committed_is_not_there),
    WITH_WORKSPACE(undone_imports_no_longer_count),
    WITH_WORKSPACE(days_before_a_purge_are_cut_off),
    WITH_WORKSPACE(rows_belong_to_an_import),
    WITH_WORKSPACE(small_values),
    WITH_WORKSPACE(runs),
    WITH_WORKSPACE(versions),
    WITH_WORKSPACE(no_ledger),
    WITH_WORKSPACE(the_trail_verifies),
    WITH_WORKSPACE(tampering_is_found),
};
RUN_TESTS("ledger")
