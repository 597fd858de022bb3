/* Rows and blocks. A row's arrays are laid out by column, since the consumer works by column. */
#include "table/block.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 18, MOST_CELLS = 1 << 20 };

typedef struct chunk {
    struct chunk *next;
    int64_t used, cap;
    char text[];
} chunk;

shi_err shi_page_open(int64_t columns, const bool *needed, bool whole_batches, shi_page *out)
{
    shi_page page = { .columns = columns, .most = SHI_BATCH };
    int64_t wanted = 0;
    for (int64_t c = 0; c < columns; c++) wanted += needed[c];
    if (!whole_batches && wanted > MOST_CELLS / SHI_BATCH) page.most = MOST_CELLS / wanted;
    page.cell = calloc((size_t)columns + 1, sizeof *page.cell);
    page.line = calloc((size_t)page.most, sizeof *page.line);
    page.fault = calloc((size_t)page.most, sizeof *page.fault);
    page.number = calloc((size_t)columns + 1, sizeof *page.number);
    bool memory = page.cell && page.line && page.fault && page.number;
    for (int64_t c = 0; memory && c < columns; c++)
        if (needed[c]) memory = (page.cell[c] = calloc((size_t)page.most, sizeof **page.cell));
    if (!memory) {
        shi_page_drop(&page);
        return shi_no_memory();
    }
    *out = page;
    return (shi_err){ 0 };
}

void shi_page_drop(shi_page *page)
{
    for (int64_t c = 0; page->cell && c < page->columns; c++) free(page->cell[c]);
    free(page->cell);
    free(page->line);
    free(page->fault);
    free(page->number);
    for (chunk *next, *k = page->chunks; k; k = next) {
        next = k->next;
        free(k);
    }
    duckdb_destroy_data_chunk(&page->chunk);
    *page = (shi_page){ 0 };
}

void shi_page_clear(shi_page *page, int64_t first_record)
{
    page->rows = 0;
    page->first_record = first_record;
    /* one chunk stays for the next batch */
    chunk *first = page->chunks;
    if (!first) return;
    for (chunk *next, *k = first->next; k; k = next) {
        next = k->next;
        free(k);
    }
    first->next = NULL;
    first->used = 0;
}

shi_str shi_page_keep(shi_page *page, shi_str text)
{
    if (text.len <= 0) return (shi_str){ 0 };
    chunk *k = page->chunks;
    if (!k || k->cap - k->used < text.len) {
        int64_t cap = text.len > CHUNK ? text.len : CHUNK;
        chunk *fresh = malloc(sizeof *fresh + (size_t)cap);
        if (!fresh) return page->failed = true, (shi_str){ 0 };
        *fresh = (chunk){ .next = k, .cap = cap };
        page->chunks = k = fresh;
    }
    char *copy = k->text + k->used;
    memcpy(copy, text.ptr, (size_t)text.len);
    k->used += text.len;
    return (shi_str){ copy, text.len };
}

int64_t shi_page_add(shi_page *page, int64_t line)
{
    int64_t r = page->rows++;
    page->line[r] = line;
    page->fault[r] = (shi_fault){ 0 };
    for (int64_t c = 0; c < page->columns; c++)
        if (page->cell[c]) page->cell[c][r] = (shi_str){ 0 };
    return r;
}

void shi_page_fault(shi_page *page, int64_t r, int64_t column, const char *reason, const char *remedy)
{
    if (!page->fault[r].reason) page->fault[r] = (shi_fault){ reason, remedy, (int32_t)column, { NULL, 0 } };
}

void shi_page_check(shi_page *page, int64_t r)
{
    for (int64_t c = 0; c < page->columns; c++) {
        if (!page->cell[c]) continue;
        shi_str s = page->cell[c][r];
        int64_t ok = s.ptr ? shi_utf8_valid(s.ptr, s.len) : 0;
        if (s.len > SHI_MAX_FIELD)
            shi_page_fault(page, r, c, N_("the field is longer than 1 MiB"), N_("Look for a quote that is opened and not closed."));
        else if (ok < s.len && s.ptr[ok] == 0)
            shi_page_fault(page, r, c, N_("the text holds a NUL byte"), N_("Export the file again, or remove the byte."));
        else if (ok < s.len)
            shi_page_fault(page, r, c, N_("the text is not valid UTF-8"), N_("Save the file as UTF-8, or correct the cell."));
    }
}

shi_str shi_number_text(double x, char out[32])
{
    /* whole numbers below 10^15 are exact in a double, as in Excel */
    if (x > -1e15 && x < 1e15 && (double)(int64_t)x == x)
        return (shi_str){ out, snprintf(out, 32, "%lld", (long long)x) };
    return (shi_str){ out, shi_f64_write(x, out) };
}

static int by_name(const void *a, const void *b)
{
    return shi_str_cmp(*(const shi_str *)a, *(const shi_str *)b);
}

shi_err shi_names_check(shi_strs names, int64_t line)
{
    shi_err e = { 0 };
    if (names.len > SHI_MAX_COLUMNS)
        e = shi_fail(SHI_INPUT, N_("there are more than 4,096 columns"),
                     N_("Check that this is the right file; leave out columns that are not needed."));
    shi_str *sorted = e.code ? NULL : malloc((size_t)(names.len + 1) * sizeof *sorted);
    if (!e.code && !sorted) e = shi_no_memory();
    if (sorted) {
        if (names.len) memcpy(sorted, names.ptr, (size_t)names.len * sizeof *sorted);
        qsort(sorted, (size_t)names.len, sizeof *sorted, by_name);
        if (names.len == 0 || sorted[names.len - 1].len == 0)
            e = shi_fail(SHI_INPUT, N_("the header names no column"), N_("The first line must hold the names of the columns."));
        /* columns without a name cannot be asked for, so they may be many */
        for (int64_t i = 1; !e.code && i < names.len; i++)
            if (sorted[i].len && shi_str_eq(sorted[i], sorted[i - 1]))
                e = shi_fail_value(SHI_INPUT, sorted[i], N_("the header names a column twice"), N_("Rename or remove one of the two columns."));
        for (int64_t i = 0; !e.code && i < names.len; i++)
            if (shi_utf8_valid(names.ptr[i].ptr, names.ptr[i].len) < names.ptr[i].len)
                e = shi_fail(SHI_INPUT, N_("the header is not valid text"), N_("Save the file as UTF-8; check that it is a table."));
        free(sorted);
    }
    e.line = e.code ? line : 0;
    return e;
}
