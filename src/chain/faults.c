/* Broken rules. Without --keep-going only the SHI_FAULTS_SHOWN lowest lines are kept, whatever order threads find them in, so that the
 * message is the same on one core and on eight. */
#include "chain/faults.h"

#include <stdlib.h>

shi_err shi_faults_open(shi_faults *faults, bool keep_all)
{
    *faults = (shi_faults){ .keep_all = keep_all };
    pthread_mutex_init(&faults->lock, NULL);
    return shi_arena_open((int64_t)1 << (keep_all ? 34 : 26), &faults->text);
}

void shi_faults_close(shi_faults *faults)
{
    pthread_mutex_destroy(&faults->lock);
    free(faults->item);
    shi_arena_drop(&faults->text);
}

static int by_line(const void *a, const void *b)
{
    const shi_broken *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

/* A place for one more, or NULL when this one need not be kept. */
static shi_broken *place(shi_faults *f, const shi_broken *broken)
{
    if (!f->keep_all && f->len == SHI_FAULTS_SHOWN) {
        int64_t last = 0;
        for (int64_t i = 1; i < f->len; i++)
            if (by_line(&f->item[i], &f->item[last]) > 0) last = i;
        return by_line(broken, &f->item[last]) < 0 ? &f->item[last] : NULL;
    }
    if (f->len == f->cap) {
        int64_t cap = f->cap ? f->cap * 2 : 64;
        shi_broken *more = realloc(f->item, (size_t)cap * sizeof *more);
        if (!more) {
            f->full = true;
            return NULL;
        }
        f->item = more;
        f->cap = cap;
    }
    return &f->item[f->len++];
}

void shi_faults_add(shi_faults *faults, const shi_broken *broken)
{
    pthread_mutex_lock(&faults->lock);
    faults->count++;
    shi_broken *at = place(faults, broken);
    if (at) {
        *at = *broken;
        at->column = shi_str_copy(&faults->text, broken->column);
        at->value = shi_str_copy(&faults->text, shi_str_cut(broken->value, 80));
        at->row = faults->keep_all ? shi_str_copy(&faults->text, broken->row) : (shi_str){ 0 };
        if (!at->value.ptr) faults->full = true;
    }
    pthread_mutex_unlock(&faults->lock);
}

void shi_faults_sort(shi_faults *faults)
{
    if (faults->len > 1) qsort(faults->item, (size_t)faults->len, sizeof *faults->item, by_line);
}
