/* JSON lines with jansson: one object a line, which is parsed, copied into cells, and dropped again.
 *
 * Numbers are written as they would stand in a CSV file: integers exactly, others in the shortest form that reads back the same. An
 * array of plain values becomes a list separated by `;`. Keys that the first lines did not show are ignored. */
#include "table/jsonl.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct shi_jsonl {
    const char **key;   /* as in the file: a name may be trimmed */
    int64_t columns;
};

enum { FLAGS = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL };

/* The object that is all of `line`, or NULL and the fault. */
static json_t *object_parse(shi_str line, shi_fault *fault)
{
    json_error_t error;
    json_t *root = json_loadb(line.ptr, (size_t)line.len, FLAGS, &error);
    if (json_is_object(root)) return root;
    *fault = (shi_fault){ N_("the line is not valid JSON"), N_("Each line must be one JSON object."), -1, { NULL, 0 } };
    if (root) {
        fault->reason = N_("the line is not a JSON object");
        json_decref(root);
        return NULL;
    }
    switch (json_error_code(&error)) {
    case json_error_premature_end_of_input: fault->reason = N_("the object does not end on its line"); break;
    case json_error_end_of_input_expected: fault->reason = N_("text follows the object"); break;
    case json_error_invalid_utf8: fault->reason = N_("the text is not valid UTF-8"); break;
    case json_error_duplicate_key: fault->reason = N_("a key stands twice in the object"); break;
    case json_error_numeric_overflow: fault->reason = N_("a number is too large"); break;
    case json_error_stack_overflow: fault->reason = N_("the values are nested too deeply"); break;
    case json_error_null_byte_in_key: fault->reason = N_("the text holds a NUL byte"); break;
    default: break;
    }
    return NULL;
}

/* The next line from *at, without white space around it; false at the end. An empty one is blank. */
static bool line_next(const char *text, int64_t len, int64_t *at, shi_str *line, bool *newline)
{
    if (*at >= len) return false;
    const char *p = text + *at, *nl = memchr(p, '\n', (size_t)(len - *at));
    const char *end = nl ? nl : text + len;
    *at = end - text + (nl != NULL);
    *newline = nl != NULL;
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r')) p++;
    while (end > p && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) end--;
    *line = (shi_str){ p, end - p };
    return true;
}

/* ---- columns ---- */

static shi_err first_line_check(shi_str text, const shi_fault *fault, int64_t line)
{
    shi_err e = { 0 };
    if (shi_str_starts(text, S("[")))
        e = shi_fail(SHI_INPUT, N_("this is a JSON array, not JSON lines"), N_("Write one object a line, without brackets and commas around them."));
    else if (fault && !strcmp(fault->reason, "the object does not end on its line"))
        e = shi_fail(SHI_INPUT, N_("this is JSON over several lines, not JSON lines"), N_("Write each object on one line."));
    e.line = e.code ? line : 0;
    return e;
}

/* Adds the keys of the first lines to `seen`, an object that keeps the order in which they came. */
static shi_err keys_collect(shi_str head, int64_t most, json_t *seen)
{
    shi_str text;
    bool newline;
    int64_t at = 0, line = 0, lines = 0;
    while (lines < most && line_next(head.ptr, head.len, &at, &text, &newline)) {
        shi_fault fault = { 0 };
        line++;
        if (text.len == 0) continue;
        json_t *root = object_parse(text, &fault), *value;
        if (lines++ == 0) {
            shi_err e = first_line_check(text, root ? NULL : &fault, line);
            if (e.code) return json_decref(root), e;
        }
        const char *key;
        json_object_foreach(root, key, value)
            if (json_object_size(seen) <= SHI_MAX_COLUMNS && json_object_set_new_nocheck(seen, key, json_null())) {
                json_decref(root);
                return shi_no_memory();
            }
        json_decref(root);
    }
    return (shi_err){ 0 };
}

static shi_err columns_make(shi_arena *keep, json_t *seen, shi_jsonl **out, shi_strs *columns)
{
    int64_t n = (int64_t)json_object_size(seen), c = 0;
    shi_jsonl *j = shi_new(keep, shi_jsonl, 1);
    shi_str *name = shi_new(keep, shi_str, n);
    if (!j || !name || !(j->key = shi_new(keep, const char *, n))) return shi_no_memory();
    const char *key;
    json_t *value;
    json_object_foreach(seen, key, value) {
        shi_str copy = shi_str_copy(keep, shi_str_from(key));
        if (!copy.ptr) return shi_no_memory();
        j->key[c] = copy.ptr;
        name[c++] = shi_str_trim(copy);
    }
    if (n == 0) return shi_fail(SHI_INPUT, N_("no line holds an object with keys"), N_("Each line must be one JSON object."));
    j->columns = n;
    *out = j;
    *columns = (shi_strs){ name, n };
    return shi_names_check(*columns, 0);
}

shi_err shi_jsonl_open(shi_arena *keep, shi_str head, int64_t most, shi_jsonl **out, shi_strs *columns)
{
    json_t *seen = json_object();
    if (!seen) return shi_no_memory();
    shi_err e = keys_collect(head, most, seen);
    if (!e.code) e = columns_make(keep, seen, out, columns);
    json_decref(seen);
    return e;
}

/* ---- cells ---- */

/* A plain value as text in `number` or in the value itself; false for an array or an object. */
static bool plain_text(const json_t *value, char number[32], shi_str *out)
{
    switch (json_typeof(value)) {
    case JSON_STRING: *out = (shi_str){ json_string_value(value), (int64_t)json_string_length(value) }; return true;
    case JSON_INTEGER: *out = (shi_str){ number, snprintf(number, 32, "%lld", (long long)json_integer_value(value)) }; return true;
    case JSON_REAL: *out = shi_number_text(json_real_value(value), number); return true;
    case JSON_TRUE: *out = S("true"); return true;
    case JSON_FALSE: *out = S("false"); return true;
    case JSON_NULL: *out = (shi_str){ 0 }; return true;
    default: return false;
    }
}

static bool list_text(const json_t *array, shi_buf *list)
{
    char number[32];
    shi_str text;
    size_t i;
    json_t *value;
    list->len = 0;
    json_array_foreach(array, i, value) {
        if (!plain_text(value, number, &text)) return false;
        if (i) shi_buf_addc(list, ';');
        shi_buf_add(list, text);
    }
    return true;
}

static void row_fill(const shi_jsonl *j, const json_t *root, shi_page *page, int64_t r, shi_buf *list)
{
    char number[32];
    for (int64_t c = 0; c < j->columns; c++) {
        const json_t *value = page->cell[c] ? json_object_get(root, j->key[c]) : NULL;
        shi_str text = { 0 };
        if (!value) continue;
        if (json_is_array(value) && list_text(value, list)) text = shi_buf_str(list);
        else if (!plain_text(value, number, &text))
            shi_page_fault(page, r, c, N_("the value is nested"), N_("Give a plain value or an array of plain values."));
        page->cell[c][r] = shi_page_keep(page, text);
    }
    shi_page_check(page, r);
}

shi_err shi_jsonl_cut(const shi_jsonl *j, shi_block *b, shi_page *page)
{
    shi_buf list = { 0 };
    shi_str text;
    bool newline;
    while (page->rows < page->most && line_next(b->ptr, b->len, &b->at, &text, &newline)) {
        if (text.len > 0) {
            shi_fault fault;
            int64_t r = shi_page_add(page, b->line);
            json_t *root = object_parse(text, &fault);
            if (root) row_fill(j, root, page, r, &list);
            else page->fault[r] = fault;
            json_decref(root);
            b->record++;
        }
        b->line += newline;
    }
    bool failed = list.failed || page->failed;
    shi_buf_drop(&list);
    return failed ? shi_no_memory() : (shi_err){ 0 };
}
