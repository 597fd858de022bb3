#include "table_dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_error(shi_buf *b, shi_err e)
{
    shi_buf_format(b, "error %d", (int)e.code);
    if (e.line) shi_buf_format(b, " line %lld", (long long)e.line);
    if (e.value[0]) shi_buf_format(b, " [%s]", e.value);
    if (e.column.len) shi_buf_format(b, " %.*s", (int)e.column.len, e.column.ptr);
    shi_buf_format(b, ": %s\n", e.reason);
}

static void add_row(shi_buf *b, const shi_batch *batch, int64_t columns, int64_t r)
{
    shi_buf_format(b, "%lld: ", (long long)batch->line[r]);
    for (int64_t c = 0; c < columns; c++) {
        shi_str s = batch->cell[c] ? batch->cell[c][r] : S("-");
        if (c) shi_buf_addc(b, '|');
        assert_true(s.ptr ? s.len > 0 : s.len == 0);
        int64_t from = b->len;
        shi_buf_add(b, s.ptr ? s : S("~"));
        for (int64_t i = from; i < b->len; i++)
            if (b->ptr[i] == 0) b->ptr[i] = '?';
    }
    const shi_fault *f = &batch->fault[r];
    if (f->reason) shi_buf_format(b, " !%s@%d", f->reason, (int)f->column);
    shi_buf_addc(b, '\n');
}

typedef struct {
    int64_t first, rows;
    char *text;
} part;

typedef struct {
    shi_source *source;
    const bool *needed;
    part *parts;
    int64_t len, cap;
    shi_err end;
} reading;

static void *read_parts(void *arg)
{
    reading *g = arg;
    shi_reader *reader;
    shi_batch batch;
    g->end = shi_reader_open(g->source, g->needed, &reader);
    if (g->end.code) return NULL;
    while (!(g->end = shi_reader_next(reader, &batch)).code && batch.rows) {
        if (g->len == g->cap) {
            g->cap = g->cap ? 2 * g->cap : 64;
            g->parts = realloc(g->parts, (size_t)g->cap * sizeof *g->parts);
            assert_non_null(g->parts);
        }
        shi_buf text = { 0 };
        for (int64_t r = 0; r < batch.rows; r++) add_row(&text, &batch, shi_source_columns(g->source).len, r);
        g->parts[g->len++] = (part){ batch.first_record, batch.rows, text.ptr };
    }
    shi_reader_close(reader);
    return NULL;
}

static int by_first(const void *a, const void *b)
{
    const part *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static void add_parts(shi_buf *b, reading *g, int readers)
{
    part *all = NULL;
    int64_t len = 0, next = 0;
    for (int i = 0; i < readers; i++) {
        all = realloc(all, (size_t)(len + g[i].len + 1) * sizeof *all);
        assert_non_null(all);
        if (g[i].len) memcpy(all + len, g[i].parts, (size_t)g[i].len * sizeof *all);
        len += g[i].len;
        free(g[i].parts);
    }
    qsort(all, (size_t)len, sizeof *all, by_first);
    for (int64_t i = 0; i < len; i++) {
        assert_int_equal(all[i].first, next);
        next += all[i].rows;
        shi_buf_puts(b, all[i].text);
        free(all[i].text);
    }
    free(all);
    if (g[0].end.code) add_error(b, g[0].end);
}

static char *dump(const char *name, const shi_source_options *options, shi_source_tuning tuning, int readers)
{
    static bool needed[SHI_MAX_COLUMNS];
    shi_arena keep;
    shi_source *source;
    shi_buf b = { 0 };
    memset(needed, 1, sizeof needed);
    assert_int_equal(shi_arena_open(1 << 24, &keep).code, 0);
    shi_err e = shi_source_open_tuned(&keep, shi_str_from(name), options, tuning, &source);
    if (e.code) {
        assert_true(shi_str_eq(e.file, shi_str_from(name)));
        assert_non_null(e.remedy);
        add_error(&b, e);
    } else {
        shi_strs columns = shi_source_columns(source);
        shi_buf_format(&b, "%s: ", shi_source_format(source));
        for (int64_t c = 0; c < columns.len; c++) shi_buf_format(&b, "%s%.*s", c ? "|" : "", (int)columns.ptr[c].len, columns.ptr[c].ptr);
        shi_buf_addc(&b, '\n');
        reading g[8] = { 0 };
        pthread_t thread[8];
        for (int i = 0; i < readers; i++) g[i] = (reading){ .source = source, .needed = needed };
        for (int i = 1; i < readers; i++) assert_int_equal(pthread_create(&thread[i], NULL, read_parts, &g[i]), 0);
        read_parts(&g[0]);
        for (int i = 1; i < readers; i++) pthread_join(thread[i], NULL);
        add_parts(&b, g, readers);
        shi_source_close(source);
    }
    shi_arena_drop(&keep);
    return b.ptr;
}

char *table_dump(const char *name, shi_str bytes, const shi_source_options *options, int64_t block_bytes)
{
    return dump(name, options, (shi_source_tuning){ block_bytes, bytes }, 1);
}

char *table_dump_file(const char *path, const shi_source_options *options)
{
    return dump(path, options, (shi_source_tuning){ 0 }, 1);
}

char *table_dump_threads(const char *name, shi_str bytes, int64_t block_bytes, int readers)
{
    return dump(name, NULL, (shi_source_tuning){ block_bytes, bytes }, readers);
}

char *table_file(const char *name, shi_str bytes)
{
    char folder[] = "/tmp/shishu-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    shi_buf path = { 0 };
    shi_buf_format(&path, "%s/%s", folder, name);
    FILE *f = fopen(path.ptr, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.ptr, 1, (size_t)bytes.len, f), bytes.len);
    assert_int_equal(fclose(f), 0);
    return path.ptr;
}

void table_file_drop(char *path)
{
    remove(path);
    *strrchr(path, '/') = 0;
    remove(path);
    free(path);
}

uint64_t table_random(uint64_t seed, uint64_t index)
{
    uint64_t z = seed * 0x9E3779B97F4A7C15u + (index + 1) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
