/* CSV as of RFC 4180, more leniently where it costs nothing: a quote inside an unquoted field is literal, lines may end in LF or CRLF,
 * blank lines and lines of nothing but delimiters are skipped.
 *
 * Two passes: shi_csv_whole, under the source's lock, looks for newlines and quotes only (a quote-free text at the speed of memchr);
 * shi_csv_cut, on any thread, looks for delimiters, and takes the slow way only for records that hold a quote. */
#include "table/csv.h"

#include <string.h>

static const char *find(const char *p, const char *end, char c)
{
    return p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
}

static int64_t newlines(const char *p, const char *end)
{
    int64_t n = 0;
    for (const char *hit; (hit = find(p, end, '\n')); p = hit + 1) n++;
    return n;
}

static bool blank(const shi_csv *csv, const char *p, const char *end)
{
    while (p < end && (*p == csv->delimiter || *p == ' ' || *p == '\t' || *p == '\r')) p++;
    return p == end;
}

/* The quote that closes a field whose text starts at p, or NULL. */
static const char *closing_quote(const char *p, const char *end)
{
    const char *q;
    while ((q = find(p, end, '"')) && q + 1 < end && q[1] == '"') p = q + 2;
    return q;
}

/* The newline that ends the record at p, or NULL; *open is the quote that hides the end. */
static const char *record_end(const shi_csv *csv, const char *p, const char *end, const char **open)
{
    while (p < end) {
        if (*p == '"') {
            const char *q = closing_quote(p + 1, end);
            if (!q) return *open = p, NULL;
            p = q + 1;
        }
        while (p < end && *p != csv->delimiter && *p != '\n') p++;
        if (p < end && *p == '\n') return p;
        p++;
    }
    return NULL;
}

/* Walks over records: the newline of the one at p (or NULL), looking at quotes only where there are some. */
typedef struct {
    const shi_csv *csv;
    const char *end;
    const char *quote;   /* the first quote not before the last record looked at; end: none */
    const char *open;
    bool quoted;         /* the record holds a quote */
} walker;

static walker walk(const shi_csv *csv, const char *p, const char *end, bool quotes)
{
    const char *quote = quotes ? find(p, end, '"') : NULL;
    return (walker){ .csv = csv, .end = end, .quote = quote ? quote : end };
}

static const char *walk_record(walker *w, const char *p)
{
    const char *nl = find(p, w->end, '\n');
    w->quoted = w->quote < (nl ? nl : w->end);
    if (!w->quoted) return nl;
    nl = record_end(w->csv, p, w->end, &w->open);
    const char *next = nl ? find(nl + 1, w->end, '"') : NULL;
    w->quote = next ? next : w->end;
    return nl;
}

shi_extent shi_csv_whole(const shi_csv *csv, shi_str text, bool last)
{
    shi_extent e = { .open_line = -1 };
    const char *p = text.ptr, *start = p, *end = p + text.len;
    walker w = walk(csv, p, end, csv->quotes);
    e.quoted = w.quote < end;
    while (p < end) {
        const char *nl = walk_record(&w, p);
        if (!nl && (w.open || !last)) break;
        const char *stop = nl ? nl : end;
        e.records += !blank(csv, p, stop);
        e.lines += (nl != NULL) + (w.quoted ? newlines(p, stop) : 0);
        p = nl ? nl + 1 : end;
    }
    e.bytes = p - start;
    if (w.open) e.open_line = newlines(p, w.open);
    return e;
}

/* ---- cutting ---- */

static void cell_set(shi_page *page, int64_t c, int64_t r, const char *p, int64_t len)
{
    if (c < page->columns && page->cell[c]) page->cell[c][r] = len ? (shi_str){ p, len } : (shi_str){ 0 };
}

/* The cells of a record without quotes; returns their number. */
static int64_t cut_plain(const shi_csv *csv, const char *p, const char *end, shi_page *page, int64_t r)
{
    int64_t c = 0;
    for (;; c++) {
        const char *stop = find(p, end, csv->delimiter);
        if (!stop) stop = end;
        cell_set(page, c, r, p, stop - p);
        if (stop == end) return c + 1;
        p = stop + 1;
    }
}

/* Takes the doubled quotes out of [p, end), in place; returns the new end. */
static char *unescape(char *p, char *end)
{
    char *to = p;
    while (p < end) {
        if (*p == '"') p++;   /* the first of two */
        *to++ = *p++;
    }
    return to;
}

static int64_t cut_quoted(const shi_csv *csv, char *p, char *end, shi_page *page, int64_t r)
{
    int64_t c = 0;
    for (;; c++) {
        char *from = p, *to, *stop;
        if (p < end && *p == '"') {
            const char *q = closing_quote(p + 1, end);   /* it closes: the record is whole */
            to = q ? p + (q - p) : end;
            from = p + 1;
            p = to < end ? to + 1 : end;
        } else {
            to = NULL;
        }
        stop = p;
        while (stop < end && *stop != csv->delimiter) stop++;
        if (to && stop > p)
            shi_page_fault(page, r, c < csv->columns ? c : -1, N_("text follows the quote that closes the field"),
                           N_("Inside a quoted field write each quote twice."));
        if (!to) to = stop;
        else if (c < page->columns && page->cell[c]) to = unescape(from, to);
        cell_set(page, c, r, from, to - from);
        if (stop == end) return c + 1;
        p = stop + 1;
    }
}

static void row_finish(const shi_csv *csv, shi_page *page, int64_t r, int64_t fields)
{
    if (fields == csv->columns) return;
    for (int64_t c = fields; c < csv->columns; c++) cell_set(page, c, r, NULL, 0);
    if (fields < csv->columns)
        shi_page_fault(page, r, -1, N_("the row has fewer fields than the header"),
                       N_("Add the missing fields, or put quotes around text with line breaks."));
    else
        shi_page_fault(page, r, -1, N_("the row has more fields than the header"), N_("Put quotes around text that holds the delimiter."));
}

void shi_csv_cut(const shi_csv *csv, shi_block *b, shi_page *page)
{
    char *p = b->ptr + b->at, *end = b->ptr + b->len;
    walker w = walk(csv, p, end, b->quoted);
    while (p < end && page->rows < page->most) {
        const char *nl = walk_record(&w, p);
        char *stop = nl ? p + (nl - p) : end, *text_end = stop;
        int64_t lines = w.quoted ? newlines(p, stop) : 0;
        if (text_end > p && text_end[-1] == '\r') text_end--;
        if (!blank(csv, p, text_end)) {
            int64_t r = page->rows++;
            page->line[r] = b->line;
            page->fault[r] = (shi_fault){ 0 };
            row_finish(csv, page, r, w.quoted ? cut_quoted(csv, p, text_end, page, r) : cut_plain(csv, p, text_end, page, r));
            if (!b->clean || stop - p > SHI_MAX_FIELD) shi_page_check(page, r);
            b->record++;
        }
        b->line += lines + 1;
        p = stop < end ? stop + 1 : end;
    }
    b->at = p - b->ptr;
}

/* ---- header and dialect ---- */

static int64_t fields_of(const shi_csv *csv, const char *p, const char *end)
{
    int64_t n = 1;
    for (;; n++) {
        if (p < end && *p == '"') {
            const char *q = closing_quote(p + 1, end);
            p = q ? q + 1 : end;
        }
        p = find(p, end, csv->delimiter);
        if (!p) return n;
        p++;
    }
}

char shi_csv_sniff(shi_str head)
{
    static const char CANDIDATE[] = { ',', '\t', ';', '|' };
    char best = ',';
    int64_t best_even = 0, best_fields = 1;
    for (int64_t i = 0; i < COUNT(CANDIDATE); i++) {
        shi_csv csv = { .delimiter = CANDIDATE[i], .quotes = true };
        const char *p = head.ptr, *end = p + head.len, *nl;
        int64_t fields = 0, even = 0, lines = 0;
        walker w = walk(&csv, p, end, true);
        for (; p < end && lines < 50; p = nl + 1) {
            nl = walk_record(&w, p);
            const char *stop = nl ? nl : end;
            if (!w.open && !blank(&csv, p, stop)) {
                int64_t n = fields_of(&csv, p, stop);
                if (lines++ == 0) fields = n;
                even += n == fields;
            }
            if (!nl) break;
        }
        if (fields < 2) continue;
        if (best_fields == 1 || even > best_even || (even == best_even && fields > best_fields)) {
            best = csv.delimiter;
            best_even = even;
            best_fields = fields;
        }
    }
    return best;
}

static shi_err names_cut(const shi_csv *csv, shi_arena *keep, shi_str text, shi_strs *names)
{
    int64_t n = fields_of(csv, text.ptr, text.ptr + text.len);
    shi_page page = { .columns = n, .most = 1 };
    shi_fault fault = { 0 };
    page.fault = &fault;
    if (n > SHI_MAX_COLUMNS) return *names = (shi_strs){ NULL, n }, shi_names_check(*names, 0);
    shi_str *name = shi_new(keep, shi_str, n);
    char *copy = shi_new(keep, char, text.len + 1);
    page.cell = shi_new(keep, shi_str *, n);
    if (!name || !copy || !page.cell) return shi_no_memory();
    memcpy(copy, text.ptr, (size_t)text.len);
    for (int64_t c = 0; c < n; c++) page.cell[c] = &name[c];
    cut_quoted(csv, copy, copy + text.len, &page, 0);
    for (int64_t c = 0; c < n; c++) name[c] = name[c].ptr ? shi_str_trim(name[c]) : S("");
    if (fault.reason) return shi_fail(SHI_INPUT, fault.reason, fault.remedy);
    *names = (shi_strs){ name, n };
    return shi_names_check(*names, 0);
}

shi_err shi_csv_header(shi_csv *csv, shi_arena *keep, shi_str text, shi_strs *names, int64_t *used, int64_t *lines)
{
    const char *p = text.ptr, *end = p + text.len;
    walker w = walk(csv, p, end, true);
    *names = (shi_strs){ 0 };
    *lines = 0;
    while (p < end && names->len == 0) {
        const char *nl = walk_record(&w, p), *stop = nl ? nl : end;
        if (!blank(csv, p, stop)) {
            int64_t len = stop - p - (stop > p && stop[-1] == '\r');
            bool old_mac = !nl && find(p, p + len, '\r');   /* else all of it would be the header of an empty table */
            shi_err e = old_mac ? shi_fail(SHI_INPUT, N_("the lines end in CR alone"), N_("Save the file with line ends of Windows or Unix."))
                                : names_cut(csv, keep, (shi_str){ p, len }, names);
            if (e.code) return e.line = e.code == SHI_INPUT ? *lines + 1 : 0, e;
        }
        *lines += newlines(p, stop) + (nl != NULL);
        p = nl ? nl + 1 : end;
    }
    *used = p - text.ptr;
    csv->columns = names->len;
    return (shi_err){ 0 };
}
