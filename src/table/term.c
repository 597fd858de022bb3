/* Terminal tables. Widths by utf8proc, whose tables follow Unicode's East Asian Width. */
#include "table/term.h"

#include <stdlib.h>
#include <utf8proc.h>

int64_t shi_width(shi_str text)
{
    int64_t width = 0;
    for (int64_t i = 0; i < text.len;) {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.ptr + i, text.len - i, &code);
        if (n <= 0) {
            i++;
            width++;
            continue;
        }
        width += utf8proc_charwidth(code);
        i += n;
    }
    return width;
}

void shi_pad(shi_buf *out, shi_str text, int64_t width, bool right)
{
    int64_t spaces = width - shi_width(text);
    if (!right) shi_buf_add(out, text);
    for (int64_t i = 0; i < spaces; i++) shi_buf_addc(out, ' ');
    if (right) shi_buf_add(out, text);
}

void shi_term_cell(shi_term *term, shi_str text)
{
    if (term->cells == term->cap) {
        int64_t cap = term->cap ? term->cap * 2 : 64;
        int64_t *more = realloc(term->end, (size_t)cap * sizeof *more);
        if (!more) {
            term->text.failed = true;
            return;
        }
        term->end = more;
        term->cap = cap;
    }
    shi_buf_add(&term->text, text);
    term->end[term->cells++] = term->text.len;
}

static shi_str cell(const shi_term *term, int64_t i)
{
    return shi_str_sub(shi_buf_str(&term->text), i ? term->end[i - 1] : 0, term->end[i]);
}

void shi_term_print(shi_term *term, shi_buf *out)
{
    int64_t width[SHI_TERM_COLUMNS] = { 0 };
    for (int64_t i = 0; i < term->cells; i++) {
        int64_t w = shi_width(cell(term, i));
        if (w > width[i % term->columns]) width[i % term->columns] = w;
    }
    for (int64_t i = 0; i < term->cells; i++) {
        int c = (int)(i % term->columns);
        bool last = c == term->columns - 1;
        shi_pad(out, cell(term, i), last && !term->right[c] ? 0 : width[c], term->right[c]);
        shi_buf_puts(out, last ? "\n" : "  ");
    }
    out->failed = out->failed || term->text.failed;
    free(term->end);
    shi_buf_drop(&term->text);
    *term = (shi_term){ 0 };
}
