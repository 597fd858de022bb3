/* The published numbers of ../shared/vectors (or $SHISHU_SHARED/vectors), read where they lie: a CSV by the names of its columns, or JSON
 * through jansson. A file that is absent skips the test that asks for it. */
#ifndef VECTORS_H
#define VECTORS_H

#include "test.h"

#include <jansson.h>

typedef struct {
    char *text;
    char **cell;      /* rows x columns, NUL-terminated, quotes taken off */
    char **header;
    int columns, rows;
} vectors;

/* "audit/proportion_intervals.csv". vectors_close frees it. */
vectors vectors_open(const char *path);
void vectors_close(vectors *v);
/* Fails the test where there is no such column. */
const char *vectors_text(const vectors *v, int row, const char *column);
double vectors_number(const vectors *v, int row, const char *column);   /* "", "NA": NAN; "1/20" is divided; TRUE, FALSE: 1, 0 */
int64_t vectors_whole(const vectors *v, int row, const char *column);
/* A list "1;2;3" of at most `most` numbers; how many. */
int64_t vectors_list(const vectors *v, int row, const char *column, double *out, int64_t most);
int64_t vectors_wholes(const vectors *v, int row, const char *column, int64_t *out, int64_t most);

/* The whole document, with Infinity read as null; json_decref frees it. */
json_t *vectors_json(const char *path);
/* obj[key] as a number (null: NAN), and an array of numbers into out; how many. */
double vectors_json_number(const json_t *obj, const char *key);
int64_t vectors_json_list(const json_t *obj, const char *key, double *out, int64_t most);

/* Says on the terminal how many rows were checked, and fails when it were none. */
void vectors_checked(const char *path, int64_t rows);

#endif
