/* .xls: the workbooks of tests/books, cell by cell against libfreexl; records put together by hand; files that are cut or changed. */
#include "table/xls.h"

#include "table/biff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <freexl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const BOOKS[] = { "matrix", "register", "reports", "error" };

/* "" as libfreexl tells a cell: numbers as we write them, dates and texts as they come. */
static const char *told(const void *xls, unsigned r, unsigned short c, char room[40])
{
    FreeXL_CellValue v;
    assert_int_equal(freexl_get_cell_value(xls, r, c, &v), FREEXL_OK);
    switch (v.type) {
    case FREEXL_CELL_INT: snprintf(room, 40, "%d", v.value.int_value); return room;
    case FREEXL_CELL_DOUBLE: snprintf(room, 40, "%.15g", v.value.double_value); return room;
    case FREEXL_CELL_TEXT:
    case FREEXL_CELL_SST_TEXT:
    case FREEXL_CELL_DATE: return v.value.text_value;
    default: return "";
    }
}

/* Percentages, errors and dates of Chinese formats are ours alone: libfreexl tells 0.9518, nothing, and a number. */
static bool agree(const shi_grid *grid, const shi_grid_cell *cell, const char *theirs)
{
    if (!cell) return !*theirs;
    if (cell->fault) return grid->fault[cell->fault - 1].reason != NULL;
    shi_str ours = { cell->ptr, cell->len };
    if (shi_str_eq(ours, shi_str_from(theirs))) return true;
    double times = 100 * atof(theirs) - atof(cell->ptr);
    return (shi_str_ends(ours, S("%")) && times < 1e-9 && times > -1e-9) || (cell->kind == SHI_GRID_DATE && *theirs);
}

static void as_libfreexl(void **state)
{
    (void)state;
    int64_t compared = 0;
    for (int64_t b = 0; b < COUNT(BOOKS); b++) {
        char path[64], room[40];
        const void *xls;
        shi_arena keep;
        shi_grids grids;
        snprintf(path, sizeof path, "tests/books/%s.xls", BOOKS[b]);
        assert_int_equal(shi_arena_open(1 << 28, &keep).code, 0);
        assert_int_equal(shi_xls_grids(&keep, path, (shi_str){ 0 }, &grids).code, 0);
        assert_int_equal(freexl_open(path, &xls), FREEXL_OK);
        for (int64_t s = 0; s < grids.len; s++) {
            unsigned rows;
            unsigned short columns;
            const char *name;
            assert_int_equal(freexl_get_worksheet_name(xls, (unsigned short)s, &name), FREEXL_OK);
            assert_true(shi_str_eq(grids.ptr[s].name, shi_str_from(name)));
            assert_int_equal(freexl_select_active_worksheet(xls, (unsigned short)s), FREEXL_OK);
            assert_int_equal(freexl_worksheet_dimensions(xls, &rows, &columns), FREEXL_OK);
            assert_int_equal(rows, grids.ptr[s].rows);
            for (unsigned r = 0; r < rows; r++)
                for (unsigned short c = 0; c < columns; c++, compared++)
                    if (!agree(&grids.ptr[s], shi_grid_at(&grids.ptr[s], r, c), told(xls, r, c, room)))
                        fail_msg("%s row %u column %u: libfreexl tells \"%s\"", BOOKS[b], r + 1, c + 1u, told(xls, r, c, room));
            shi_grid_drop(&grids.ptr[s]);
        }
        freexl_close(xls);
        shi_arena_drop(&keep);
    }
    assert_true(compared > 60);
}

/* ---- records ---- */

typedef struct {
    char bytes[4096];
    int64_t len;
} stream;

static void add(stream *s, unsigned type, const void *data, int64_t len)
{
    const unsigned char head[4] = { (unsigned char)(type & 0xFF), (unsigned char)(type >> 8), (unsigned char)(len & 0xFF), (unsigned char)(len >> 8) };
    assert_true(s->len + 4 + len < (int64_t)sizeof s->bytes);
    memcpy(s->bytes + s->len, head, 4);
    if (len) memcpy(s->bytes + s->len + 4, data, (size_t)len);
    s->len += 4 + len;
}
#define ADD(s, type, text) add(s, type, text, (int64_t)sizeof(text) - 1)
#define BOF "\x00\x06\x05\x00"

/* A workbook of one sheet S: `globals` adds records of the workbook, `cells` of the sheet. */
static void book(stream *s, void (*globals)(stream *), void (*cells)(stream *))
{
    s->len = 0;
    ADD(s, 0x809, BOF);
    int64_t place = s->len + 4;
    ADD(s, 0x85, "\0\0\0\0\0\0\x01\0S");
    if (globals) globals(s);
    ADD(s, 0x0A, "");
    s->bytes[place] = (char)(s->len & 0xFF);
    s->bytes[place + 1] = (char)(s->len >> 8);
    ADD(s, 0x809, BOF);
    cells(s);
    ADD(s, 0x0A, "");
}

static void check(const stream *s, const char *want)
{
    shi_arena keep;
    shi_grids grids;
    shi_buf b = { 0 };
    assert_int_equal(shi_arena_open(1 << 24, &keep).code, 0);
    shi_err e = shi_biff_read(&keep, (shi_str){ s->bytes, s->len }, &grids);
    if (e.code) shi_buf_format(&b, "error %d: %s", (int)e.code, e.reason);
    for (int64_t i = 0; i < grids.len && !e.code; i++) {
        const shi_grid *g = &grids.ptr[i];
        for (int64_t k = 0; k < g->cells; k++) {
            char name[SHI_CELL_NAME];
            shi_cell_name(g->cell[k].row, g->cell[k].column, name);
            shi_buf_format(&b, "%s=%.*s%s ", name, (int)g->cell[k].len, g->cell[k].ptr, g->cell[k].fault ? g->fault[g->cell[k].fault - 1].reason : "");
        }
        for (int64_t k = 0; k < g->spans; k++)
            shi_buf_format(&b, "[%d,%d,%d,%d]", g->span[k].top, g->span[k].left, g->span[k].bottom, g->span[k].right);
        shi_grid_drop(&grids.ptr[i]);
    }
    assert_string_equal(b.ptr ? b.ptr : "", want);
    shi_buf_drop(&b);
    shi_arena_drop(&keep);
}

/* Two texts over three records: the first is split inside, where it also turns wide; the second has runs that are split. */
static void split_texts(stream *s)
{
    ADD(s, 0xFC, "\x02\0\0\0\x02\0\0\0" "\x04\0\0ab");
    ADD(s, 0x3C, "\x01\x51\x67\x2F\x66" "\x01\0\x08\x01\0x\x01\x02");
    ADD(s, 0x3C, "\x03\x04");
}
static void text_cells(stream *s)
{
    ADD(s, 0xFD, "\0\0\0\0\0\0\0\0\0\0");
    ADD(s, 0xFD, "\0\0\x01\0\0\0\x01\0\0\0");
    ADD(s, 0xFD, "\0\0\x02\0\0\0\x02\0\0\0");
    ADD(s, 0x204, "\x01\0\0\0\0\0\x02\0\0hi");
}
static void number_cells(stream *s)
{
    ADD(s, 0x203, "\0\0\0\0\0\0\0\0\0\0\0\0\xF8\x3F");                       /* 1.5 */
    ADD(s, 0x27E, "\0\0\x01\0\0\0\x02\0\0\x80");                             /* the least whole number */
    ADD(s, 0x27E, "\0\0\x02\0\0\0\x93\x01\0\0");                             /* 100 in hundredths */
    ADD(s, 0xBD, "\x01\0\0\0\0\0\x06\0\0\0\0\0\x0A\0\0\0\x01\0");            /* 1 and 2 */
    ADD(s, 0x205, "\x02\0\0\0\0\0\x2A\x01");
    ADD(s, 0x205, "\x02\0\x01\0\0\0\x01\0");
    ADD(s, 0x06, "\x03\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF");                      /* a formula whose text follows */
    ADD(s, 0x207, "\x02\0\0ok");
    ADD(s, 0xE5, "\x01\0\0\0\x01\0\0\0\x02\0");
}
static void password(stream *s) { ADD(s, 0x2F, "\0\0"); }
static void too_many(stream *s) { ADD(s, 0xFC, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"); }
static void cut_text(stream *s) { ADD(s, 0xFC, "\x01\0\0\0\x01\0\0\0" "\xFF\x7F\0ab"); }

static void records(void **state)
{
    (void)state;
    stream s;
    book(&s, split_texts, text_cells);
    check(&s, "A1=ab村是 B1=x C1=the cell points to a text that is not there A2=hi ");
    book(&s, NULL, number_cells);
    check(&s, "A1=1.5 B1=-536870912 C1=1 A2=1 B2=2 A3=the cell holds an error B3=true A4=ok [0,0,1,2]");
    book(&s, password, text_cells);
    check(&s, "error 3: the .xls workbook has a password");
    book(&s, too_many, text_cells);
    check(&s, "error 3: this .xls workbook is damaged, or it is no workbook");
    book(&s, cut_text, text_cells);
    check(&s, "error 3: this .xls workbook is damaged, or it is no workbook");
    s.len = 0;
    ADD(&s, 0x809, "\x00\x05\x05\x00");
    check(&s, "error 3: this .xls workbook is older than Excel 97");
}

/* Cut off anywhere, or with a byte changed: refused or read, never worse. */
static void damage(void **state)
{
    (void)state;
    shi_arena keep;
    shi_str file;
    assert_int_equal(shi_arena_open(1 << 28, &keep).code, 0);
    assert_int_equal(shi_os_read(&keep, "tests/books/matrix.xls", 1 << 20, &file).code, 0);
    char *copy = malloc((size_t)file.len);
    assert_non_null(copy);
    const shi_arena mark = keep;
    for (int64_t at = 1; at < file.len; at += 7) {
        shi_grids grids;
        for (int cut = 0; cut < 2; cut++) {
            memcpy(copy, file.ptr, (size_t)file.len);
            if (!cut) copy[at] = (char)(copy[at] ^ 0x41);
            shi_err e = shi_xls_grids(&keep, NULL, (shi_str){ copy, cut ? at : file.len }, &grids);
            for (int64_t i = 0; i < grids.len && !e.code; i++) shi_grid_drop(&grids.ptr[i]);
            keep = mark;
        }
    }
    free(copy);
    shi_arena_drop(&keep);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_libfreexl), cmocka_unit_test(records), cmocka_unit_test(damage) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("xls", tests, NULL, NULL);
}
