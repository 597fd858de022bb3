/* Estimates in sentences. */
#include "field/estimate.h"

#include "base/decimal.h"

#include <math.h>

static void grouped(double x, char out[32])
{
    shi_decimal_write_grouped((int64_t)llround(x) * 1000, out);
}

/* A share in per cent, one decimal. */
static void percent(double share, char out[32])
{
    shi_f64_write(round(share * 1000) / 10, out);
}

static void say_interval(shi_buf *out, shi_lang lang, const shi_estimate *e, double confidence)
{
    char low[32], high[32], total[32], share[32], from[32], to[32], sure[32], population[32];
    percent(e->share, share);
    percent(e->share_low, from);
    percent(e->share_high, to);
    percent(confidence, sure);
    if (e->population == 0) {
        shi_buf_format(out, tr(lang, N_("Between %1$s %% and %2$s %% are real (%3$s %% sure).\n")), from, to, sure);
        return;
    }
    grouped(ceil(e->low - 1e-9), low);
    grouped(floor(e->high + 1e-9), high);
    grouped(e->total, total);
    grouped((double)e->population, population);
    if (e->judged)
        shi_buf_format(out, tr(lang, N_("Of %1$s, at least %2$s and at most %3$s are real (%4$s %% sure); the best guess is %5$s, %6$s %%.\n")),
                       population,
                       low, high, sure, total, share);
    else shi_buf_format(out, tr(lang, N_("Of %1$s, at least %2$s and at most %3$s are real (%4$s %% sure); there is no best guess.\n")), population,
                        low, high,
                        sure);
}

static void say_decision(shi_buf *out, shi_lang lang, const shi_estimate *e)
{
    char threshold[32], more[32];
    grouped((double)e->threshold, threshold);
    grouped((double)e->more, more);
    if (e->decision == SHI_CLAIM_CONFIRMED) shi_buf_format(out, tr(lang, N_("The claim is confirmed: at least %1$s are real.\n")), threshold);
    else if (e->decision == SHI_CLAIM_REFUTED) shi_buf_format(out, tr(lang, N_("The claim is refuted: fewer than %1$s are real.\n")), threshold);
    else if (e->more >= 0) shi_buf_format(out, tr(lang, N_("Not decided yet. If all are real, %1$s more visits confirm that at least %2$s are.\n")),
                                          more,
                                          threshold);
    else shi_buf_format(out, tr(lang, N_("Not decided: whether at least %1$s are real stays open.\n")), threshold);
}

static void say_clusters(shi_buf *out, shi_lang lang, const shi_estimate *e, double confidence)
{
    char low[32], high[32], sure[32];
    grouped(ceil(e->sure_low - 1e-9), low);
    grouped(floor(e->sure_high + 1e-9), high);
    percent(confidence, sure);
    shi_buf_format(out, tr(lang, N_("This is the estimate of a survey: %1$lld of %2$lld clusters were drawn. It misses more often than it says "
                                    "where a few villages are wholly unlike the others.\n")), (long long)e->drawn, (long long)e->clusters);
    shi_buf_format(out, tr(lang, N_("Whatever the villages that were not drawn are like, at least %1$s and at most %2$s are real (%3$s %% sure).\n")),
                   low, high, sure);
}

void shi_estimate_say(shi_buf *out, shi_lang lang, const shi_estimate *e, double confidence)
{
    char low[32], high[32];
    if (e->values) shi_buf_format(out, tr(lang, N_("Visited %1$lld, of whom %2$lld were not reached.\n")), (long long)e->visited,
                                  (long long)e->unreached);
    else shi_buf_format(out, tr(lang, N_("Visited %1$lld: %2$lld real, %3$lld not real, %4$lld not reached.\n")), (long long)e->visited,
                        (long long)e->real,
                        (long long)(e->visited - e->real - e->unreached), (long long)e->unreached);
    say_interval(out, lang, e, confidence);
    if (e->unreached > 0 && e->judged) {
        percent(e->mar_share_low, low);
        percent(e->mar_share_high, high);
        shi_buf_format(out, tr(lang, N_("If those not reached are like the others, it is between %1$s %% and %2$s %%.\n")), low, high);
    }
    if (e->drawn) say_clusters(out, lang, e, confidence);
    if (e->claim) say_decision(out, lang, e);
}
