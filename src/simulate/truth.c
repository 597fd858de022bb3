/* What is true of the county: every account, every order, and what of each figure is real. It lies outside data/, where no other command looks. */
#include "simulate/simulate.h"

#include "simulate/life.h"

static shi_err copy_out(shi_duck *duck, const char *select, const char *folder, const char *name)
{
    shi_buf sql = { 0 }, path = { 0 };
    shi_buf_format(&path, "%s/%s.parquet", folder, name);
    shi_buf_format(&sql, "COPY (%s) TO ", select);
    shi_sql_literal(&sql, shi_buf_str(&path));
    shi_buf_puts(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    shi_err e = sql.failed || path.failed ? shi_no_memory() : shi_duck_exec(duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    shi_buf_drop(&path);
    return e;
}

static void append_or_null(shi_appender *a, bool known, int64_t v)
{
    if (known) shi_append_int(a, v);
    else shi_append_null(a);
}

static void append_method(shi_appender *a, char method)
{
    shi_append_str(a, method ? (shi_str){ &method, 1 } : (shi_str){ 0 });
}

static shi_err accounts(const shi_sim *sim, shi_duck *duck)
{
    static const char *const KIND[] = { "honest", "bought", "proxy" };
    shi_appender a;
    char id[16], look[8];
    SHI_TRY(shi_duck_exec(duck, "CREATE TABLE truth (app VARCHAR, account VARCHAR, person BIGINT, unit_code VARCHAR, kind VARCHAR, method VARCHAR, "
        "batch BIGINT, "
                                "supplier BIGINT, lookalike VARCHAR, scene BIGINT)", NULL, 0));
    SHI_TRY(shi_append_open(duck, "truth", &a));
    for (int64_t i = 0; i < sim->accounts; i++) {
        const shi_sim_account *x = &sim->account[i];
        shi_append_str(&a, shi_str_from(SHI_APPS_SIMULATED[x->app].app));
        shi_append_str(&a, shi_sim_id(x, id));
        append_or_null(&a, x->person >= 0, x->person);
        shi_append_str(&a, sim->unit[sim->village[x->village].unit].code);
        shi_append_str(&a, shi_str_from(KIND[x->kind]));
        append_method(&a, x->method);
        append_or_null(&a, x->batch >= 0, x->batch + 1);
        append_or_null(&a, x->batch >= 0 && sim->batch[x->batch].supplier >= 0, x->batch >= 0 ? sim->batch[x->batch].supplier + 1 : 0);
        shi_append_str(&a, x->lookalike ? (shi_str){ look, snprintf(look, sizeof look, "L%d", x->lookalike) } : (shi_str){ 0 });
        append_or_null(&a, x->scene > 0, x->scene);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

static shi_err batches(const shi_sim *sim, shi_duck *duck)
{
    shi_appender a;
    SHI_TRY(shi_duck_exec(duck, "CREATE TABLE batch (batch BIGINT, supplier BIGINT, app VARCHAR, method VARCHAR, tech VARCHAR, vendor VARCHAR, "
        "accounts BIGINT, "
                                "villages BIGINT, ordered_at TIMESTAMP, price DOUBLE, paid DOUBLE)", NULL, 0));
    SHI_TRY(shi_append_open(duck, "batch", &a));
    for (int64_t i = 0; i < sim->batches; i++) {
        const shi_sim_batch *b = &sim->batch[i];
        shi_append_int(&a, i + 1);
        append_or_null(&a, b->supplier >= 0, b->supplier + 1);
        shi_append_str(&a, shi_str_from(SHI_APPS_SIMULATED[b->app].app));
        append_method(&a, b->method);
        append_method(&a, b->tech);
        shi_append_str(&a, b->supplier < 0 ? S("insider") : b->careful ? S("careful") : S("crude"));
        shi_append_int(&a, b->accounts);
        shi_append_int(&a, b->villages);
        shi_append_time(&a, b->ordered_s * SHI_SECOND_US);
        shi_append_f64(&a, b->price);
        shi_append_f64(&a, b->paid);
        shi_append_end_row(&a);
    }
    return shi_append_close(&a);
}

shi_err shi_simulate_truth(const shi_sim *sim, const char *folder)
{
    shi_duck duck;
    SHI_TRY(shi_duck_open(&(shi_duck_options){ 0 }, &duck));
    shi_err e = accounts(sim, &duck);
    if (!e.code) e = batches(sim, &duck);
    if (!e.code) e = copy_out(&duck, "SELECT * FROM truth ORDER BY app, account", folder, "truth");
    if (!e.code) e = copy_out(&duck, "SELECT * FROM batch ORDER BY batch", folder, "batches");
    shi_duck_close(&duck);
    return e;
}

shi_err shi_simulate_truth_figures(shi_duck *duck, const char *folder, const char *altered)
{
    shi_buf sql = { 0 };
    shi_buf_puts(&sql, "SELECT f.indicator, f.period, f.unit_code, f.counted AS real, CASE WHEN j.indicator IS NOT NULL THEN 'J' END AS method "
                       "FROM figure_out f LEFT JOIN read_csv(");
    shi_sql_literal(&sql, shi_str_from(altered));
    shi_buf_puts(&sql, ", header = true, all_varchar = true) j USING (indicator, period, unit_code) "
                       "WHERE f.counted IS NOT NULL ORDER BY f.indicator, f.period, f.unit_code");
    shi_err e = sql.failed ? shi_no_memory() : copy_out(duck, sql.ptr, folder, "truth_figures");
    shi_buf_drop(&sql);
    return e;
}

shi_str shi_simulate_unreal(shi_arena *keep, const char *folder)
{
    shi_buf sql = { 0 }, path = { 0 };
    shi_buf_format(&path, "%s/truth.parquet", folder);
    shi_buf_puts(&sql, "SELECT app, account FROM read_parquet(");
    shi_sql_literal(&sql, shi_buf_str(&path));
    shi_buf_puts(&sql, ") WHERE kind <> 'honest'");
    shi_str out = sql.failed || path.failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&sql));
    shi_buf_drop(&sql);
    shi_buf_drop(&path);
    return out;
}
