/* Makes the workbooks of tests/cli/spreadsheets.sh in the folder that is named. Each is written down as it looks: a sheet begins with "== NAME"
 * ("== -NAME": hidden), a line is a row, | parts cells. Cells: digits are a number, 12.5% a number shown as percent, @2024-06-01 a date, 'TEXT a
 * text whatever it looks like, < belongs to the merged range on its left, ^ to the one above. "#" before a row hides it, "!hide B" a column. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

typedef struct {
    const char *file, *text;
} book;

#include "books.h"

enum { ROWS = 200, COLUMNS = 40, CELL = 256 };

typedef struct {
    char cell[ROWS][COLUMNS][CELL];
    int hidden[ROWS], rows, columns;
    lxw_worksheet *sheet;
    lxw_format *percent, *date, *merged;
} page;

static int is_number(const char *s)
{
    char *end;
    if (!*s || !(isdigit((unsigned char)*s) || *s == '-' || *s == '.')) return 0;
    strtod(s, &end);
    return *end == 0 || (!strcmp(end, "%"));
}

static void put(page *p, int r, int c)
{
    const char *s = p->cell[r][c];
    int y, m, d;
    if (!*s || !strcmp(s, "<") || !strcmp(s, "^")) return;
    if (*s == '@' && sscanf(s + 1, "%d-%d-%d", &y, &m, &d) == 3) {
        lxw_datetime when = { .year = y, .month = m, .day = d };
        worksheet_write_datetime(p->sheet, (lxw_row_t)r, (lxw_col_t)c, &when, p->date);
    } else if (is_number(s)) {
        int percent = s[strlen(s) - 1] == '%';
        worksheet_write_number(p->sheet, (lxw_row_t)r, (lxw_col_t)c, strtod(s, NULL) / (percent ? 100 : 1), percent ? p->percent : NULL);
    } else {
        worksheet_write_string(p->sheet, (lxw_row_t)r, (lxw_col_t)c, *s == '\'' ? s + 1 : s, NULL);
    }
}

static void merge(page *p, int r, int c)
{
    int right = c, bottom = r;
    while (right + 1 < p->columns && !strcmp(p->cell[r][right + 1], "<")) right++;
    while (bottom + 1 < p->rows && !strcmp(p->cell[bottom + 1][c], "^")) bottom++;
    if (right == c && bottom == r) return;
    worksheet_merge_range(p->sheet, (lxw_row_t)r, (lxw_col_t)c, (lxw_row_t)bottom, (lxw_col_t)right, "", p->merged);
}

static void page_end(page *p)
{
    lxw_row_col_options hide = { .hidden = 1 };
    for (int r = 0; r < p->rows; r++) {
        if (p->hidden[r]) worksheet_set_row_opt(p->sheet, (lxw_row_t)r, LXW_DEF_ROW_HEIGHT, NULL, &hide);
        for (int c = 0; c < p->columns; c++)
            if (strcmp(p->cell[r][c], "<") && strcmp(p->cell[r][c], "^")) merge(p, r, c), put(p, r, c);
    }
}

static void row_add(page *p, const char *line, size_t len)
{
    int r = p->rows++, c = 0;
    if (len && *line == '#') p->hidden[r] = 1, line++, len--;
    for (size_t i = 0, n = 0; i <= len; i++) {
        if (i == len || line[i] == '|') {
            p->cell[r][c++][n] = 0;
            n = 0;
        } else if (n < CELL - 1) {
            p->cell[r][c][n++] = line[i];
        }
    }
    if (c > p->columns) p->columns = c;
}

static void make(const book *b)
{
    static page p;
    lxw_row_col_options hide = { .hidden = 1 };
    lxw_workbook *workbook = workbook_new(b->file);
    lxw_format *percent = workbook_add_format(workbook), *date = workbook_add_format(workbook), *merged = workbook_add_format(workbook);
    format_set_num_format(percent, "0.00%");
    format_set_num_format(date, "yyyy-mm-dd");
    memset(&p, 0, sizeof p);
    for (const char *at = b->text, *end; *at; at = end + 1) {
        end = strchr(at, '\n');
        size_t len = (size_t)(end - at);
        if (!strncmp(at, "== ", 3)) {
            char name[64] = "";
            int hidden = at[3] == '-';
            if (p.sheet) page_end(&p);
            memset(&p, 0, sizeof p);
            memcpy(name, at + 3 + hidden, len - 3 - (size_t)hidden);
            p.sheet = workbook_add_worksheet(workbook, name);
            p.percent = percent, p.date = date, p.merged = merged;
            if (hidden) worksheet_hide(p.sheet);
        } else if (!strncmp(at, "!hide ", 6)) {
            lxw_col_t c = (lxw_col_t)(at[6] - 'A');
            worksheet_set_column_opt(p.sheet, c, c, LXW_DEF_COL_WIDTH, NULL, &hide);
        } else {
            row_add(&p, at, len);
        }
    }
    page_end(&p);
    if (workbook_close(workbook) != LXW_NO_ERROR) {
        fprintf(stderr, "books: %s cannot be written\n", b->file);
        exit(1);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof BOOKS / sizeof BOOKS[0]; i++) make(&BOOKS[i]);
    return 0;
}
