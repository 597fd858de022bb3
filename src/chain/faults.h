/* Rules that rows of a file break: counted, the first of them kept, all of them kept when the good rows are to be taken. */
#ifndef SHI_CHAIN_FAULTS_H
#define SHI_CHAIN_FAULTS_H

#include "base/text.h"

#include <pthread.h>

enum { SHI_FAULTS_SHOWN = 20 };

/* One row; texts are offsets into the collector's buffer until shi_faults_sort. */
typedef struct {
    int64_t line, record;
    const char *reason, *remedy;
    shi_str column, value, row;   /* row: its cells as CSV, personal ones as pseudonyms */
    int table_column, source_column;   /* numbers of the column in the table and in the file; -1: of that none */
    int64_t cell_column;          /* in a workbook, after the import: the column of the sheet, from 1; 0: none */
} shi_broken;

typedef struct {
    pthread_mutex_t lock;
    bool keep_all;
    int64_t count;          /* rows with a broken rule */
    shi_broken *item;
    int64_t len, cap;
    shi_arena text;         /* where the texts are copied to */
    bool full;              /* memory ran out: the count is right, not all are kept */
} shi_faults;

shi_err shi_faults_open(shi_faults *faults, bool keep_all);
void shi_faults_close(shi_faults *faults);
/* Any thread. One call a row. */
void shi_faults_add(shi_faults *faults, const shi_broken *broken);
/* By line. */
void shi_faults_sort(shi_faults *faults);

#endif
