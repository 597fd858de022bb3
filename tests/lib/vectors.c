#include "vectors.h"

static FILE *opened(const char *path)
{
    char whole[1024];
    const char *shared = getenv("SHISHU_SHARED");
    snprintf(whole, sizeof whole, "%s/vectors/%s", shared ? shared : "../shared", path);
    FILE *f = fopen(whole, "r");
    if (!f) {
        print_message("# %s is absent: skipped\n", whole);
        skip();
    }
    return f;
}

/* The cell at *at, ended by a NUL; *at goes behind its comma or line end, which is returned. */
static char *take(char **at, char *end)
{
    char *from = *at, *to = from, *start = from;
    if (*from == '"') {
        for (from++; *from && !(*from == '"' && from[1] != '"'); from++) {
            if (*from == '"') from++;
            *to++ = *from;
        }
        if (*from) from++;
    } else {
        while (*from && *from != ',' && *from != '\n' && *from != '\r') *to++ = *from++;
    }
    if (*from == '\r') from++;
    *end = *from;
    *at = *from ? from + 1 : from;
    *to = 0;
    return start;
}

static char *whole(const char *path, long *bytes)
{
    FILE *f = opened(path);
    fseek(f, 0, SEEK_END);
    *bytes = ftell(f);
    rewind(f);
    char *text = calloc((size_t)*bytes + 1, 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)*bytes, f), *bytes);
    fclose(f);
    return text;
}

vectors vectors_open(const char *path)
{
    vectors v = { 0 };
    long bytes;
    v.text = whole(path, &bytes);
    v.cell = calloc((size_t)bytes + 1, sizeof *v.cell);
    v.header = calloc(256, sizeof *v.header);
    assert_true(v.cell && v.header);
    char *at = v.text, end;
    do {
        assert_true(v.columns < 256);
        v.header[v.columns++] = take(&at, &end);
    } while (end == ',');
    for (size_t n = 0; *at; v.rows++)
        for (int c = 0; c < v.columns; c++) {
            v.cell[n++] = take(&at, &end);
            assert_true((end == ',') == (c + 1 < v.columns));
        }
    return v;
}

void vectors_close(vectors *v)
{
    free(v->text);
    free(v->cell);
    free(v->header);
    *v = (vectors){ 0 };
}

const char *vectors_text(const vectors *v, int row, const char *column)
{
    for (int c = 0; c < v->columns; c++)
        if (!strcmp(v->header[c], column)) return v->cell[row * v->columns + c];
    fail_msg("no column %s", column);
    return NULL;
}

static double number(const char *text, char **end)
{
    if (!strncmp(text, "TRUE", 4)) return *end = (char *)(uintptr_t)text + 4, 1;
    if (!strncmp(text, "FALSE", 5)) return *end = (char *)(uintptr_t)text + 5, 0;
    double x = strtod(text, end);
    if (*end == text) return NAN;
    if (**end == '/') x /= strtod(*end + 1, end);
    return x;
}

double vectors_number(const vectors *v, int row, const char *column)
{
    char *end;
    return number(vectors_text(v, row, column), &end);
}

int64_t vectors_whole(const vectors *v, int row, const char *column)
{
    return strtoll(vectors_text(v, row, column), NULL, 10);
}

int64_t vectors_list(const vectors *v, int row, const char *column, double *out, int64_t most)
{
    const char *text = vectors_text(v, row, column);
    int64_t n = 0;
    while (*text) {
        char *end;
        assert_true(n < most);
        out[n++] = number(text, &end);
        text = *end == ';' ? end + 1 : end;
        if (*end && *end != ';') fail_msg("no list: %s", text);
    }
    return n;
}

int64_t vectors_wholes(const vectors *v, int row, const char *column, int64_t *out, int64_t most)
{
    double *x = calloc((size_t)most, sizeof *x);
    assert_non_null(x);
    int64_t n = vectors_list(v, row, column, x, most);
    for (int64_t i = 0; i < n; i++) out[i] = (int64_t)llround(x[i]);
    free(x);
    return n;
}

json_t *vectors_json(const char *path)
{
    long bytes;
    char *text = whole(path, &bytes);
    for (char *at = text; (at = strstr(at, "Infinity"));) memcpy(at, "null    ", 8);   /* what Python writes is no JSON */
    for (char *at = text; (at = strstr(at, " NaN"));) memcpy(at, "null", 4);
    json_t *json = json_loads(text, 0, NULL);
    free(text);
    assert_non_null(json);
    return json;
}

double vectors_json_number(const json_t *obj, const char *key)
{
    const json_t *x = json_object_get(obj, key);
    assert_non_null(x);
    return json_is_number(x) ? json_number_value(x) : NAN;
}

int64_t vectors_json_list(const json_t *obj, const char *key, double *out, int64_t most)
{
    const json_t *list = json_object_get(obj, key);
    assert_true(json_is_array(list) && (int64_t)json_array_size(list) <= most);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *x = json_array_get(list, i);
        out[i] = json_is_number(x) ? json_number_value(x) : NAN;
    }
    return (int64_t)json_array_size(list);
}

void vectors_checked(const char *path, int64_t rows)
{
    print_message("# %s: %lld rows checked\n", path, (long long)rows);
    assert_true(rows > 0);
}
