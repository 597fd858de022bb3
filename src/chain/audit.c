/* The chain in its order. */
#include "chain/audit.h"

#include "chain/run_check.h"
#include "chain/run_reason.h"

/* check: where the targets are to be held against the rules; leads: where detectors are to run; else NULL. */
static shi_err steps(shi_chain *chain, const shi_judging *judging, shi_check *check, shi_leads *leads)
{
    SHI_TRY(shi_chain_register(chain));
    SHI_TRY(shi_chain_dictionary(chain));
    SHI_TRY(shi_chain_reported(chain));
    SHI_TRY(shi_chain_target(chain));
    if (judging) SHI_TRY(shi_check_judge(chain, judging->book, &judging->options, check));
    SHI_TRY(shi_chain_subtree(chain));
    if (leads) {
        SHI_TRY(shi_chain_suspected(chain, NULL, leads));
        SHI_TRY(shi_chain_count_clean(chain));
    }
    SHI_TRY(shi_chain_counted(chain));
    SHI_TRY(shi_chain_possible(chain));
    SHI_TRY(shi_chain_verdict(chain));
    return shi_run_views(chain);
}

static shi_err leave_out(shi_chain *chain, const char *without)
{
    shi_buf sql = { 0 };
    shi_buf_format(&sql, "CREATE OR REPLACE TEMP TABLE left_out AS %s", without);
    shi_err e = sql.failed ? shi_no_memory() : shi_duck_exec(chain->duck, sql.ptr, NULL, 0);
    shi_buf_drop(&sql);
    return e;
}

static shi_err recount(shi_workspace *ws, shi_arena *keep, shi_str period, const char *without, const shi_engine *engine, const shi_judging *judging,
                       shi_duck *duck, shi_chain *out, shi_check *check, shi_leads *leads)
{
    *out = (shi_chain){ .ws = ws, .keep = keep, .duck = duck, .period = period, .without = without != NULL };
    SHI_TRY(shi_views_open(ws, *keep, engine, duck));
    shi_err e = without ? leave_out(out, without) : (shi_err){ 0 };
    if (!e.code) e = steps(out, judging, check, leads);
    if (e.code) shi_duck_close(duck);
    return e;
}

shi_err shi_recount(shi_workspace *ws, shi_arena *keep, shi_str period, const char *without, const shi_engine *engine, shi_duck *duck,
                    shi_chain *out)
{
    return recount(ws, keep, period, without, engine, NULL, duck, out, NULL, NULL);
}

shi_err shi_audit(shi_workspace *ws, shi_arena *keep, shi_str period, const shi_engine *engine, const shi_judging *judging, const shi_writer *writer,
                  int64_t limit, shi_run_view *out)
{
    shi_duck duck;
    shi_chain chain;
    shi_check check;
    shi_leads leads;
    shi_run_info info;
    int64_t started = shi_os_tick_us();
    SHI_TRY(recount(ws, keep, period, NULL, engine, judging, &duck, &chain, &check, &leads));
    shi_err e = shi_run_check_make(&chain, &check, writer);
    if (!e.code) e = shi_run_write(&chain, writer, started, limit, &info, out);
    shi_duck_close(&duck);
    return e;
}

static shi_err detect(shi_chain *chain, const shi_strs *only, const shi_writer *writer, shi_leads *out)
{
    SHI_TRY(shi_chain_register(chain));
    SHI_TRY(shi_chain_suspected(chain, only, out));
    return shi_run_batches_make(chain, writer);
}

shi_err shi_detect(shi_workspace *ws, shi_arena *keep, const shi_strs *only, const shi_engine *engine, const shi_writer *writer, shi_duck *duck,
                   shi_leads *out)
{
    shi_chain chain = { .ws = ws, .keep = keep, .duck = duck };
    SHI_TRY(shi_views_open(ws, *keep, engine, duck));
    shi_err e = detect(&chain, only, writer, out);
    if (e.code) shi_duck_close(duck);
    return e;
}
