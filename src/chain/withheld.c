/* Withheld counts, to a fixed point: each pass looks at parents one of whose children is hidden and withholds one more child of each. Cells are of
 * the indicators and periods that hold a small count only, so that a run without any costs one scan. Zeros tell nothing of anybody and hide
 * nothing. Method: complementary cell suppression (Willenborg & de Waal 2001, ch. 4), one cell a parent. */
#include "chain/withheld.h"

#include "chain/cells.h"

#define PEOPLE "CAST(counts AS VARCHAR) IN ('registered', 'new', 'active', 'quiz') AND counted > 0"

/* $1: small_cell */
static const char SQL_CELLS[] =
    "CREATE OR REPLACE TEMP TABLE people_cell AS "
    "WITH small AS (SELECT DISTINCT indicator, period FROM figure_out WHERE " PEOPLE " AND counted < $1) "
    "SELECT CAST(indicator AS VARCHAR) AS indicator, CAST(period AS VARCHAR) AS period, CAST(unit_code AS VARCHAR) AS unit_code, "
    "       CAST(parent_code AS VARCHAR) AS parent_code, counted, counted < $1 AS hidden, false AS withheld "
    "FROM   figure_out SEMI JOIN small USING (indicator, period) WHERE " PEOPLE;

static const char SQL_WITHHOLD[] =
    "UPDATE people_cell SET hidden = true, withheld = true FROM ( "
    "  WITH family AS (SELECT indicator, period, parent_code, count(*) FILTER (WHERE hidden) AS hidden FROM people_cell GROUP BY ALL), "
    "  open AS (SELECT f.indicator, f.period, f.parent_code FROM family f JOIN people_cell p ON p.indicator = f.indicator AND p.period = f.period "
    "             AND p.unit_code = f.parent_code WHERE (f.hidden = 1 AND NOT p.hidden) OR (f.hidden = 0 AND p.withheld)) "
    "  SELECT c.indicator, c.period, c.unit_code FROM people_cell c JOIN open USING (indicator, period, parent_code) WHERE NOT c.hidden "
    "  QUALIFY row_number() OVER (PARTITION BY c.indicator, c.period, c.parent_code ORDER BY c.counted, c.unit_code) = 1) pick "
    "WHERE people_cell.indicator = pick.indicator AND people_cell.period = pick.period AND people_cell.unit_code = pick.unit_code";

static const char SQL_LEFT[] = "SELECT count(*) FROM people_cell WHERE withheld";
static const char SQL_KEYS[] = "SELECT indicator, period, unit_code FROM people_cell WHERE withheld ORDER BY indicator, period, unit_code";

static void read_key(shi_cells *r, void *item)
{
    shi_figure_key *k = item;
    shi_cells_strs(r, (shi_str *const[]){ &k->indicator, &k->period, &k->unit_code }, 3);
}

shi_err shi_withheld_find(shi_duck *duck, shi_arena *keep, int64_t small_cell, shi_withheld *out)
{
    const shi_param small = SHI_INT(small_cell);
    int64_t before, now = 0;
    void *items;
    *out = (shi_withheld){ 0 };
    SHI_TRY(shi_duck_exec(duck, SQL_CELLS, &small, 1));
    do {   /* each pass goes a level further down at least */
        before = now;
        SHI_TRY(shi_duck_exec(duck, SQL_WITHHOLD, NULL, 0));
        SHI_TRY(shi_duck_int(duck, SQL_LEFT, NULL, 0, &now));
    } while (now > before);
    SHI_TRY(shi_cells_read(duck, keep, SQL_KEYS, NULL, 0, (int64_t)sizeof(shi_figure_key), read_key, &items, &out->len));
    out->ptr = items;
    return shi_duck_exec(duck, "DROP TABLE people_cell", NULL, 0);
}

static int order_of(const shi_figure *f, const shi_figure_key *k)
{
    int order = shi_str_cmp(f->indicator, k->indicator);
    if (!order) order = shi_str_cmp(f->period, k->period);
    return order ? order : shi_str_cmp(f->unit_code, k->unit_code);
}

static bool among(const shi_withheld *withheld, const shi_figure *f)
{
    int64_t low = 0, high = withheld->len;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        int order = order_of(f, &withheld->ptr[mid]);
        if (!order) return true;
        if (order > 0) low = mid + 1;
        else high = mid;
    }
    return false;
}

void shi_withheld_mark(const shi_withheld *withheld, shi_figures figures)
{
    for (int64_t i = 0; i < figures.len && withheld->len; i++) figures.ptr[i].withheld = among(withheld, &figures.ptr[i]);
}
