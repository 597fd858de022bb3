/* The verdict. Everything is compared as integers, so that a report at the very edge is judged the same everywhere. */
#include "shishu/verdict.h"

/* R > C (1 + tau), with R, C and tau in thousandths. */
static bool exceeds(int64_t reported, int64_t counted, int64_t tolerance)
{
    return (__int128)reported * 1000 > (__int128)counted * (1000 + tolerance);
}

bool shi_verdict_held(int64_t reported, int64_t counted, int64_t suspected, int64_t tolerance)
{
    return suspected > 0 && (__int128)suspected * 5 >= counted && exceeds(reported, counted - suspected, tolerance);
}

shi_verdict shi_verdict_of(const shi_links *k)
{
    if (!k->has_reported) return SHI_NOT_JUDGED;
    if (k->has_possible && k->reported > k->possible) return k->checked == SHI_CLAIM_CONFIRMED ? SHI_CONTRADICTORY : SHI_IMPOSSIBLE;
    if (k->checked != SHI_CLAIM_OPEN) return k->checked == SHI_CLAIM_REFUTED ? SHI_REFUTED : SHI_CONFIRMED;
    if (k->suspicion) return SHI_DOUBTFUL;
    if (k->coverage != SHI_COVER_FULL || !k->has_counted) return SHI_NOT_JUDGED;
    bool held = k->has_suspected && shi_verdict_held(k->reported, k->counted, k->suspected, k->tolerance);
    return held || exceeds(k->reported, k->counted, k->tolerance) ? SHI_DOUBTFUL : SHI_PLAUSIBLE;
}

const char *shi_verdict_name(shi_verdict verdict)
{
    static const char *const NAME[] = { "not_judged", "plausible", "confirmed", "doubtful", "refuted", "contradictory", "impossible" };
    return NAME[verdict];
}

const char *shi_coverage_name(shi_coverage coverage)
{
    static const char *const NAME[] = { "none", "part", "full" };
    return NAME[coverage];
}
