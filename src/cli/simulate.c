/* shishu simulate: a county with honest and bought behaviour and its truth, as a workspace ready to be audited. */
#include "chain/audit.h"
#include "cli/cli.h"
#include "simulate/simulate.h"

#include <inttypes.h>
#include <string.h>

typedef struct {
    int64_t villages, months, seed;
    const char *vendors, *files, *settings, *divisions, *key;
} args;

static const shi_option OPTIONS[] = {
    { "villages", SHI_OPT_COUNT, offsetof(args, villages), "N", N_("villages (60)") },
    { "months", SHI_OPT_COUNT, offsetof(args, months), "M", N_("months (12)") },
    { "seed", SHI_OPT_COUNT, offsetof(args, seed), "S", N_("the same seed gives the same county (1)") },
    { "vendors", SHI_OPT_TEXT, offsetof(args, vendors), "KIND", N_("none: nothing is bought or altered; crude, careful or mixed sellers (mixed)") },
    { "files", SHI_OPT_TEXT, offsetof(args, files), "DIR", N_("keep the input files there, for other programs; the folder must be new") },
    { "settings", SHI_OPT_TEXT, offsetof(args, settings), "FILE", N_("parameters other than those of rules/simulate.ini") },
    { "divisions", SHI_OPT_TEXT, offsetof(args, divisions), "PATH", N_("division codes: a folder of Parquet files or a CSV file; without it the "
        "list that comes with Shishu") },
    { "key", SHI_OPT_TEXT, offsetof(args, key), "FILE", N_("key for pseudonyms, as for init") },
};

typedef struct {
    shi_cli *cli;
    args a;
    shi_str rules;               /* folder */
    const char *dir, *files, *truth;
    shi_sim sim;
    shi_workspace ws;
    int64_t events;
} making;

static const char *path_in(making *m, const char *folder, const char *name)
{
    return shi_str_format(&m->cli->keep, "%s/%s", folder, name).ptr;
}

static shi_err import_csv(making *m, const char *table, const char *path, int64_t from_day, int64_t to_day)
{
    shi_import_options options = { .from_day = from_day, .to_day = to_day, .engine = shi_cli_engine(m->cli, NULL) };
    shi_imported imported;
    shi_err e = shi_import_file(&m->ws, &m->cli->keep, table, path, &options, &imported);
    if (imported.has_faults) shi_faults_close(&imported.faults);
    return e;
}

static shi_err import_named(making *m, const char *folder, const char *table)
{
    char name[32];
    snprintf(name, sizeof name, "%s.csv", table);
    return import_csv(m, table, path_in(m, folder, name), INT64_MIN, INT64_MAX);
}

/* Month by month, so that only one month of events lies about as text unless it is to be kept. */
static shi_err make_events(making *m, shi_listener listener)
{
    for (int32_t month = 0; month < m->sim.months; month++) {
        char name[32];
        int64_t rows, year;
        int number, day;
        shi_day_split(m->sim.month_day[month], &year, &number, &day);
        snprintf(name, sizeof name, "events-%04d-%02d.csv", (int)year, number);
        const char *path = path_in(m, m->files, name);
        if (listener.tell) listener.tell(listener.context, (double)month / (double)m->sim.months, 0);
        SHI_TRY(shi_simulate_month(&m->sim, month, path, &rows));
        m->events += rows;
        SHI_TRY(import_csv(m, "events", path, m->sim.month_day[month], m->sim.month_day[month + 1] - 1));
        if (!m->a.files) SHI_TRY(shi_os_remove(path));
    }
    return (shi_err){ 0 };
}

/* The platform's own counts make the reports; the counts of what is real make the truth. */
static shi_err make_reports(making *m)
{
    shi_arena *keep = &m->cli->keep;
    shi_engine engine = shi_cli_engine(m->cli, NULL);
    shi_duck duck;
    shi_chain chain;
    const char *reports = path_in(m, m->files, "reports.csv"), *altered = path_in(m, m->truth, "altered.csv");
    SHI_TRY(shi_recount(&m->ws, keep, (shi_str){ 0 }, NULL, &engine, &duck, &chain));
    shi_err e = shi_simulate_reports(&m->sim, &duck, reports, altered);
    shi_duck_close(&duck);
    if (!e.code) e = import_csv(m, "reports", reports, INT64_MIN, INT64_MAX);
    if (e.code) return e;
    shi_str unreal = shi_simulate_unreal(keep, m->truth);
    if (!unreal.ptr) return shi_no_memory();
    SHI_TRY(shi_recount(&m->ws, keep, (shi_str){ 0 }, unreal.ptr, &engine, &duck, &chain));
    e = shi_simulate_truth_figures(&duck, m->truth, altered);
    shi_duck_close(&duck);
    return e.code ? e : shi_os_remove(altered);
}

static shi_err fill(making *m)
{
    static const char *const REGISTERS[] = { "apps", "indicators", "prices" }, *const WRITTEN[] = { "units", "targets", "bulletins" };
    shi_listener listener = shi_progress_begin(m->cli, N_("Simulating"));
    SHI_TRY(import_named(m, m->rules.ptr, REGISTERS[0]));
    SHI_TRY(shi_simulate_registers(&m->sim, m->files));
    SHI_TRY(import_named(m, m->files, WRITTEN[0]));
    for (int64_t i = 1; i < COUNT(REGISTERS); i++) SHI_TRY(import_named(m, m->rules.ptr, REGISTERS[i]));
    for (int64_t i = 1; i < COUNT(WRITTEN); i++) SHI_TRY(import_named(m, m->files, WRITTEN[i]));
    const char *accounts = path_in(m, m->files, "accounts.csv");
    SHI_TRY(shi_simulate_accounts(&m->sim, accounts));
    SHI_TRY(import_csv(m, "accounts", accounts, INT64_MIN, m->sim.month_day[m->sim.months] - 1));
    SHI_TRY(shi_simulate_truth(&m->sim, m->truth));
    SHI_TRY(make_events(m, listener));
    return make_reports(m);
}

/* The registers that a stranger needs beside the files. */
static shi_err keep_registers(making *m)
{
    static const char *const NAMES[] = { "apps.csv", "indicators.csv", "prices.csv" };
    for (int64_t i = 0; i < COUNT(NAMES) && m->a.files; i++) {
        shi_str text;
        SHI_TRY(shi_os_read(&m->cli->keep, path_in(m, m->rules.ptr, NAMES[i]), 1 << 24, &text));
        SHI_TRY(shi_os_write_whole(path_in(m, m->files, NAMES[i]), text, 0644));
    }
    return (shi_err){ 0 };
}

static shi_err make(making *m)
{
    shi_init_options options = { .key_file = m->a.key, .now_us = m->cli->now_us };
    options.name = shi_str_from(tr(m->cli->lang, N_("Simulated county (all invented)")));
    SHI_TRY(shi_workspace_init(&m->cli->keep, m->dir, &options));
    m->dir = shi_os_absolute(&m->cli->keep, m->dir).ptr;
    if (!m->dir) return shi_no_memory();
    m->truth = path_in(m, m->dir, "truth");
    shi_err e = shi_os_mkdir(m->truth, 0700);
    if (!m->a.files) m->files = path_in(m, m->truth, "files");
    if (!e.code) e = shi_os_mkdir(m->files, 0700);
    if (!e.code) e = shi_workspace_open(&m->cli->keep, m->dir, SHI_WRITE, m->cli->now_us, &m->ws);
    if (!e.code) {
        e = fill(m);
        shi_workspace_close(&m->ws);
    }
    if (!e.code) e = keep_registers(m);
    if (!e.code && !m->a.files) e = shi_os_remove_tree(m->files);
    shi_progress_end(m->cli);
    if (e.code) (void)shi_os_remove_tree(m->dir);
    return e;
}

static shi_err vendors_of(const char *word, shi_vendors *out)
{
    static const char *const WORDS[] = { "none", "crude", "careful", "mixed" };
    *out = SHI_VENDORS_MIXED;
    for (int i = 0; word && i < (int)COUNT(WORDS); i++) {
        if (!strcmp(word, WORDS[i])) {
            *out = (shi_vendors)i;
            return (shi_err){ 0 };
        }
    }
    return word ? shi_fail_value(SHI_USAGE, shi_str_from(word), N_("there are no such vendors"), N_("They are none, crude, careful or mixed."))
        : (shi_err){ 0 };
}

/* Where the codes come from: --divisions, else the list beside the rules. */
static shi_err plan(making *m)
{
    shi_cli *cli = m->cli;
    shi_simulate_options o = { .villages = m->a.villages, .months = m->a.months, .seed = m->a.seed };
    shi_duck duck;
    SHI_TRY(vendors_of(m->a.vendors, &o.vendors));
    SHI_TRY(shi_cli_rules(cli, &m->rules));
    SHI_TRY(shi_parameters_read(&cli->keep, path_in(m, m->rules.ptr, "simulate.ini"), true, &o.parameters));
    if (m->a.settings && !shi_os_exists(m->a.settings)) return shi_os_input_error(shi_str_from(m->a.settings));
    if (m->a.settings) SHI_TRY(shi_parameters_read(&cli->keep, m->a.settings, false, &o.parameters));
    o.divisions = m->a.divisions ? m->a.divisions : path_in(m, m->rules.ptr, "divisions.csv");
    o.indicators = path_in(m, m->rules.ptr, "indicators.csv");
    if (!shi_os_exists(o.divisions)) return shi_os_input_error(shi_str_from(o.divisions));
    shi_engine engine = shi_cli_engine(cli, NULL);
    SHI_TRY(shi_duck_open(&(shi_duck_options){ .memory = engine.memory, .threads = engine.threads }, &duck));
    shi_err e = shi_simulate_plan(&o, &duck, &m->sim);
    shi_duck_close(&duck);
    if (e.code || m->sim.month_day[m->sim.months] * SHI_DAY_US <= cli->now_us + SHI_DAY_US) return e;
    shi_sim_close(&m->sim);
    return shi_fail(SHI_USAGE, N_("the county would end after today"), N_("Ask for fewer months, or set county.start_year in a settings file."));
}

static void tell(making *m)
{
    shi_cli *cli = m->cli;
    const char *truth = path_in(m, m->truth, "truth.parquet");
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "dir", m->dir);
        shi_json_kint(&json, "villages", m->sim.villages);
        shi_json_kint(&json, "months", m->sim.months);
        shi_json_kint(&json, "accounts", m->sim.accounts);
        shi_json_kint(&json, "events", m->events);
        shi_json_kint(&json, "batches", m->sim.batches);
        shi_json_ktext(&json, "truth", truth);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
        return;
    }
    shi_buf_format(&cli->out, tr(cli->lang, N_("Made %1$s: %2$lld villages, %3$lld months, %4$lld accounts, %5$lld events, %6$lld batches. All of "
        "it is invented.\n")),
                   m->dir, (long long)m->sim.villages, (long long)m->sim.months, (long long)m->sim.accounts, (long long)m->events,
                       (long long)m->sim.batches);
    shi_buf_format(&cli->out, tr(cli->lang, N_("Its truth, for \"shishu evaluate --truth\": %1$s\n")), truth);
    shi_say(cli, N_("Next: shishu -C %1$s audit"), m->dir);
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    making m = { .cli = cli, .a = { .villages = 60, .months = 12, .seed = cli->seed ? cli->seed : 1 } };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &m.a, NULL));
    if (argc != 1) return shi_fail(SHI_USAGE, N_("simulate takes one folder"), N_("\"shishu help simulate\" shows how it is called."));
    if (m.a.villages < 1 || m.a.villages > 20000) return shi_fail(SHI_USAGE, N_("there must be from 1 to 20000 villages"), N_("Correct --villages."));
    if (m.a.months < 1 || m.a.months > SHI_SIM_MONTHS) return shi_fail(SHI_USAGE, N_("there must be from 1 to 60 months"), N_("Correct --months."));
    m.dir = argv[0];
    m.files = m.a.files;
    if (m.files && shi_os_exists(m.files))
        return shi_fail_value(SHI_INPUT, shi_str_from(m.files), N_("the folder exists already"), N_("Name a new folder for --files."));
    SHI_TRY(plan(&m));
    shi_err e = make(&m);
    if (!e.code) tell(&m);
    shi_sim_close(&m.sim);
    return e;
}

const shi_command SHI_CMD_SIMULATE = { "simulate", "DIR", N_("a county of invented people and purchases with its truth, for trials"),
    N_("Makes a workspace with a county on real division codes: people, households, migrants, nine apps, honest life with its look-alikes, accounts "
        "and deeds that are bought or "
       "made by insiders, targets handed down, reports and bulletins; all invented. What is true of it lies in DIR/truth: truth.parquet (every "
       "account), batches.parquet "
       "(every order) and truth_figures.parquet (what of each figure is real); \"shishu evaluate\" reads it. It is for trials of detection, "
       "training and benchmarks only."),
    OPTIONS, COUNT(OPTIONS), run };
