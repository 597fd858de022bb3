/* A dictionary, and beside it when and where each word came first. Order: two sorts on whole numbers, then, among words that came at one moment, by
 * import, place and text. */
#include "chain/leads_words.h"

#include "base/room.h"
#include "base/sort.h"

#include <stdlib.h>

shi_err shi_wordlist_open(shi_wordlist *out)
{
    *out = (shi_wordlist){ 0 };
    SHI_TRY(shi_arena_open((int64_t)1 << 38, &out->words));
    SHI_TRY(shi_arena_open((int64_t)1 << 37, &out->origins));
    out->dictionary.keep = &out->words;
    out->origin = shi_room(&out->origins, shi_word_origin, 0);
    return (shi_err){ 0 };
}

void shi_wordlist_drop(shi_wordlist *words)
{
    shi_arena_drop(&words->words);
    shi_arena_drop(&words->origins);
}

shi_err shi_wordlist_add(shi_wordlist *w, const shi_str *text, int64_t n, int32_t *code)
{
    w->dictionary.keep = &w->words;
    if (!shi_dictionary_add_all(&w->dictionary, text, n, code)) return shi_no_memory();
    int64_t more = w->dictionary.len - w->origin_len;
    shi_word_origin *fresh = shi_room(&w->origins, shi_word_origin, more);   /* right behind the others: nothing else lies there */
    if (!fresh) return shi_no_memory();
    for (int64_t i = 0; i < more; i++) fresh[i] = (shi_word_origin){ INT64_MAX, INT64_MAX, INT64_MAX, 0 };
    w->origin_len += more;
    return (shi_err){ 0 };
}

typedef struct {
    shi_word_origin from;
    shi_str text;
    int64_t code;
} tied;

static int by_origin(const void *a, const void *b)
{
    const tied *x = a, *y = b;
    if (x->from.imported != y->from.imported) return x->from.imported < y->from.imported ? -1 : 1;
    if (x->from.record != y->from.record) return x->from.record < y->from.record ? -1 : 1;
    return shi_str_cmp(x->text, y->text);
}

/* Words that came at one moment. */
static shi_err settle(const shi_wordlist *w, shi_arena scratch, shi_keyed *by, int64_t n)
{
    tied *t = shi_new(&scratch, tied, n);
    if (!t) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) t[i] = (tied){ w->origin[by[i].row], w->dictionary.word[by[i].row], by[i].row };
    qsort(t, (size_t)n, sizeof *t, by_origin);
    for (int64_t i = 0; i < n; i++) by[i].row = t[i].code;
    return (shi_err){ 0 };
}

shi_err shi_wordlist_rank(shi_wordlist *w, shi_arena *keep, shi_arena scratch, int64_t from)
{
    int64_t n = w->dictionary.len, len = n - from;
    int32_t *rank = shi_room(keep, int32_t, n);
    shi_keyed *by = shi_room(&scratch, shi_keyed, len);
    if (!rank || !by) return shi_no_memory();
    for (int64_t i = 0; i < from; i++) rank[i] = w->rank[i];
    for (int64_t i = 0; i < len; i++) by[i] = (shi_keyed){ shi_key_of(w->origin[from + i].first_us), from + i };
    SHI_TRY(shi_sort_keyed(scratch, by, len));
    for (int64_t i = 0; i < len; i++) by[i].key = (uint64_t)w->origin[by[i].row].app;
    SHI_TRY(shi_sort_keyed(scratch, by, len));
    for (int64_t i = 0, end; i < len; i = end) {
        const shi_word_origin *one = &w->origin[by[i].row];
        for (end = i + 1; end < len && by[end].key == by[i].key && w->origin[by[end].row].first_us == one->first_us; end++) {}
        if (end - i > 1) SHI_TRY(settle(w, scratch, by + i, end - i));
    }
    for (int64_t i = 0; i < len; i++) rank[by[i].row] = (int32_t)(from + i);
    w->rank = rank;
    return (shi_err){ 0 };
}
