/* The reports that a ranking compares are taken from the table of reports: those of the issuer's children where it has any, else those of the level
 * at which most units reported. */
#include "chain/ranked.h"

#include "shishu/rates.h"

static const char SQL_REPORTS[] =
    "WITH newest AS (SELECT max(r.period) AS period FROM reports r WHERE r.indicator = $1 AND ($2 IS NULL OR r.period <= $2)), "
    "told AS (SELECT u.unit_code, u.level, n.parent_code IS NOT DISTINCT FROM $3 AND $3 IS NOT NULL AS below, CAST(floor(r.value) AS BIGINT) AS "
    "value, "
    "                coalesce(u.people, -1) AS people, r.period "
    "         FROM reports r JOIN newest USING (period) JOIN unit_word u USING (unit_code) JOIN units n USING (unit_code) WHERE r.indicator = $1), "
    "level AS (SELECT level FROM told GROUP BY level ORDER BY bool_or(below) DESC, count(*) DESC, level LIMIT 1) "
    "SELECT t.value, t.people, t.period, t.level, CAST((SELECT counts IN ('registered', 'new', 'active', 'quiz') FROM indicator_word WHERE "
    "indicator = "
    "       $1) AS BIGINT) FROM told t JOIN level USING (level) "
    "WHERE  t.below OR NOT (SELECT bool_or(below) FROM told) ORDER BY t.unit_code LIMIT 1000";

static shi_err one(shi_chain *chain, const shi_judged *b, shi_ranked *out)
{
    char day[16] = "";
    int64_t *count = shi_new(chain->keep, int64_t, SHI_RANKED_MOST), *people = shi_new(chain->keep, int64_t, SHI_RANKED_MOST), best = -1, worst = -1;
    shi_rows rows;
    if (!count || !people) return shi_no_memory();
    if (b->day != INT64_MIN) shi_day_write(b->day, day);
    const shi_param p[] = { SHI_TEXTP(b->id), SHI_TEXTP(b->day == INT64_MIN ? (shi_str){ 0 } : shi_str_from(day)), SHI_TEXTP(b->issuer_code) };
    SHI_TRY(shi_duck_query(chain->duck, SQL_REPORTS, p, 3, &rows));
    while (out->units < SHI_RANKED_MOST && shi_rows_next(&rows)) {
        int64_t i = out->units++;
        count[i] = shi_rows_int(&rows, 0);
        people[i] = shi_rows_int(&rows, 1);
        if (!i) out->period = shi_str_copy(chain->keep, shi_rows_str(&rows, 2));
        if (!i) out->level = shi_str_copy(chain->keep, shi_rows_str(&rows, 3));
        out->of_people = shi_rows_int(&rows, 4) != 0;
        if (people[i] <= 0) continue;
        double rate = (double)count[i] / (double)people[i];
        if (best < 0 || rate > (double)count[best] / (double)people[best]) best = i;
        if (worst < 0 || rate < (double)count[worst] / (double)people[worst]) worst = i;
    }
    shi_rows_close(&rows);
    out->apart = shi_rates_told_apart(count, people, out->units, 0.95, &out->pairs);
    if (!out->pairs) return (shi_err){ 0 };
    shi_rate_ratio ends;
    shi_rates_compare(count[best], people[best], count[worst], people[worst], 0.95, &ends);
    out->dispersion = ends.dispersion;
    return (shi_err){ 0 };
}

/* Bulletins are in order of indicator, kind, frequency, issuer, day. */
static bool same_series(const shi_judged *a, const shi_judged *b)
{
    return shi_str_eq(a->id, b->id) && shi_str_eq(a->kind, b->kind) && shi_str_eq(a->frequency, b->frequency)
        && shi_str_eq(a->issuer_code, b->issuer_code);
}

/* Each ranking reads the reports of its indicator once more. */
enum { RANKINGS = 200 };

shi_err shi_chain_ranked(shi_chain *chain, const shi_lawful *lawful, shi_ranked **out)
{
    *out = shi_new(chain->keep, shi_ranked, lawful->bulletins.len);
    if (!*out) return shi_no_memory();
    for (int64_t i = 0, n = 0; i < lawful->bulletins.len && n < RANKINGS; i++) {
        const shi_judged *b = &lawful->bulletins.ptr[i];
        if (!shi_str_eq(b->kind, S("rank")) || (i + 1 < lawful->bulletins.len && same_series(b, b + 1))) continue;
        SHI_TRY(one(chain, b, &(*out)[i]));
        n++;
    }
    return (shi_err){ 0 };
}
