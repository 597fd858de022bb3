/* texts on honest posts: who posts which of the stock phrases is independent given how much each account posts and how common each phrase is, both
 * heavy-tailed. In at most 5 % of the populations has a block p <= 0.05, and the e-values of a population sum to at most 1 in the mean. */
#include "shishu/texts.h"
#include "sim.h"

enum { PHRASES = 300, PHRASE_BYTES = 45, MOST = 30000 };

typedef struct {
    int64_t accounts;
    double posts, stock, slope;   /* median posts of an account; share of stock phrases; popularity of phrase k: k^-slope */
} design;

typedef struct {
    char bytes[(PHRASES + MOST) * PHRASE_BYTES];
    int64_t offset[PHRASES + MOST + 1];
    int32_t text[MOST], account[MOST];
} posts;

/* Each phrase of its own characters, 15 of them. */
static void write_phrase(posts *p, int64_t t)
{
    for (int64_t i = 0; i < 15; i++) {
        uint64_t c = 0x4e00 + shi_random_hash(1, 501, t, i, 0) % 20000;
        char *to = p->bytes + t * PHRASE_BYTES + 3 * i;
        to[0] = (char)(0xe0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 0x3f)), to[2] = (char)(0x80 | (c & 0x3f));
    }
    p->offset[t + 1] = (t + 1) * PHRASE_BYTES;
}

static sim_one honest(const void *what, int64_t trial)
{
    const design *d = what;
    posts *p = calloc(1, sizeof *p);
    shi_random r = shi_random_of(20, 502, trial, d->accounts, 0);
    double *until = calloc(PHRASES, sizeof *until), sum = 0;
    int64_t n = 0, texts = PHRASES;
    shi_arena keep, scratch;
    shi_texts_found found;
    if (!p || !until || shi_arena_open(64 << 20, &keep).code || shi_arena_open(256 << 20, &scratch).code) return sim_of((double)NAN, 0);
    for (int64_t k = 0; k < PHRASES; k++) until[k] = sum += pow((double)(k + 1), -d->slope);
    for (int64_t a = 0; a < d->accounts; a++) {
        int64_t own = (int64_t)shi_random_lognormal(&r, d->posts, 1);
        for (int64_t i = 0; i < own && n < MOST; i++) {
            int64_t k = 0;
            double u = shi_random_unit(&r) * sum;
            while (k < PHRASES - 1 && until[k] < u) k++;
            p->account[n] = (int32_t)a;
            p->text[n++] = (int32_t)(shi_random_chance(&r, d->stock) ? k : texts++);
        }
    }
    for (int64_t t = 0; t < texts; t++) write_phrase(p, t);
    const shi_texts_columns columns = { n, p->account, p->text, NULL, d->accounts, texts, p->bytes, p->offset };
    shi_err e = shi_texts_find(&keep, scratch, &columns, &(shi_texts_settings){ 0 }, &found);
    double flagged = 0, e_sum = 0;
    for (int64_t g = 0; !e.code && g < found.groups.len; g++) {
        flagged = flagged > 0 || found.groups.ptr[g].log10_p <= log10(0.05);
        e_sum += pow(10, found.groups.ptr[g].log10_e);
    }
    shi_arena_drop(&keep);
    shi_arena_drop(&scratch);
    free(p);
    free(until);
    return e.code ? sim_of((double)NAN, 0) : sim_of(flagged, e_sum);
}

static void no_finding(void **state)
{
    static const design DESIGNS[] = { { 150, 4, 0.8, 0.5 }, { 400, 6, 0.6, 1 }, { 800, 2, 0.9, 1.5 }, { 60, 40, 0.9, 0.2 } };
    (void)state;
    for (int64_t k = 0; k < COUNT(DESIGNS); k++) {
        char name[80];
        snprintf(name, sizeof name, "%lld accounts, %g posts, %g of them stock", (long long)DESIGNS[k].accounts, DESIGNS[k].posts, DESIGNS[k].stock);
        sim_errs(name, sim_run(honest, &DESIGNS[k], sim_trials(40, 2000)), "sum of e", 1);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(no_finding),
};
RUN_TESTS("texts_null")
