/* shishu alone: the chain, where this workspace stands in it, and what to do next. */
#include "cli/cli.h"

#include "table/schema.h"

#include <inttypes.h>
#include <string.h>

static const char *const NEXT[] = {
    N_("shishu import units FILE"), N_("shishu import apps FILE"), N_("shishu import indicators FILE"), N_("shishu import targets FILE"),
    N_("shishu import reports FILE"), N_("shishu import accounts FILE"), N_("shishu import events FILE"), N_("shishu audit"),
    N_("shishu report --format html"),
};

typedef struct {
    int64_t imports[16], rows[16];   /* by table, in the order of the schema */
    int64_t runs;
    shi_import_rows all;
} standing;

static shi_err stand(shi_cli *cli, shi_workspace *ws, standing *out)
{
    *out = (standing){ 0 };
    SHI_TRY(shi_ledger_imports(ws, &cli->keep, &out->all));
    for (int64_t i = 0; i < out->all.len; i++) {
        const shi_import_row *r = &out->all.ptr[i];
        const shi_table *t;
        for (int64_t k = 0; !r->undone_at && (t = shi_table_at(k)); k++) {
            if (!shi_str_eq(r->table, shi_str_from(t->name))) continue;
            out->imports[k]++;
            out->rows[k] += r->accepted;
        }
    }
    return shi_ledger_run_count(ws, &out->runs);
}

static int64_t rows_of(const standing *s, const char *name)
{
    const shi_table *t;
    for (int64_t k = 0; (t = shi_table_at(k)); k++)
        if (!strcmp(t->name, name)) return s->rows[k];
    return 0;
}

static const char *next_step(const standing *s)
{
    static const char *const NEEDED[] = { "units", "apps", "indicators", "targets", "reports", "accounts", "events" };
    for (int i = 0; i < 3; i++)
        if (rows_of(s, NEEDED[i]) == 0) return NEXT[i];
    if (rows_of(s, "targets") == 0 && rows_of(s, "reports") == 0) return NEXT[3];
    if (s->runs > 0) return NEXT[8];
    if (rows_of(s, "reports") == 0) return NEXT[4];
    return NEXT[7];
}

static void print_json(shi_cli *cli, const shi_workspace *ws, const standing *s)
{
    const shi_table *t;
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "dir", ws->dir);
    shi_json_kstr(&json, "name", ws->settings.name);
    shi_json_kstr(&json, "zone", ws->settings.zone);
    shi_json_key(&json, "tables");
    shi_json_begin_array(&json);
    for (int64_t k = 0; (t = shi_table_at(k)); k++) {
        shi_json_begin_object(&json);
        shi_json_ktext(&json, "table", t->name);
        shi_json_kint(&json, "imports", s->imports[k]);
        shi_json_kint(&json, "rows", s->rows[k]);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_key(&json, "imports");
    shi_json_begin_array(&json);
    for (int64_t i = 0; i < s->all.len; i++) {
        const shi_import_row *r = &s->all.ptr[i];
        shi_json_begin_object(&json);
        shi_json_kint(&json, "import", r->id);
        shi_json_kstr(&json, "table", r->table);
        shi_json_kstr(&json, "file", r->file);
        shi_json_kint(&json, "rows", r->accepted);
        shi_json_kbool(&json, "undone", r->undone_at != 0);
        shi_json_end_object(&json);
    }
    shi_json_end_array(&json);
    shi_json_kint(&json, "runs", s->runs);
    shi_json_ktext(&json, "next", next_step(s));
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
}

static void cell_count(shi_term *term, int64_t n)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRId64, n);
    shi_term_cell(term, (shi_str){ text, len });
}

/* The latest imports, for --undo. */
static void print_imports(shi_cli *cli, const standing *s)
{
    enum { LATEST = 12 };
    if (s->all.len == 0) return;
    shi_term term = { .columns = 5, .right = { true, false, true, false, false } };
    static const char *const HEAD[] = { N_("import"), N_("table"), N_("rows"), N_("file"), N_("state") };
    for (int i = 0; i < 5; i++) shi_term_cell(&term, shi_str_from(tr(cli->lang, HEAD[i])));
    for (int64_t i = s->all.len > LATEST ? s->all.len - LATEST : 0; i < s->all.len; i++) {
        const shi_import_row *r = &s->all.ptr[i];
        cell_count(&term, r->id);
        shi_term_cell(&term, r->table);
        cell_count(&term, r->accepted);
        shi_term_cell(&term, r->file);
        shi_term_cell(&term, shi_str_from(r->undone_at ? tr(cli->lang, N_("taken back")) : ""));
    }
    shi_buf_addc(&cli->out, '\n');
    shi_term_print(&term, &cli->out);
}

static void print_text(shi_cli *cli, const shi_workspace *ws, const standing *s)
{
    shi_lang lang = cli->lang;
    shi_buf_format(&cli->out, tr(lang, N_("Workspace %1$s (%2$s)\n")), ws->settings.name.ptr, ws->dir.ptr);
    shi_buf_format(&cli->out, "%s\n\n", tr(lang, N_("target → reported → counted → possible → suspected → checked → verdict")));
    shi_term term = { .columns = 4, .right = { false, true, true, false } };
    static const char *const LINK[] = { N_("register"), N_("register"), N_("register"), N_("price of faking"), N_("target"), N_("target"),
        N_("reported"), N_("counted"), N_("counted") };
    static const char *const HEAD[] = { N_("table"), N_("imports"), N_("rows"), N_("link") };
    for (int i = 0; i < 4; i++) shi_term_cell(&term, shi_str_from(tr(lang, HEAD[i])));
    const shi_table *t;
    for (int64_t k = 0; (t = shi_table_at(k)); k++) {
        shi_term_cell(&term, shi_str_from(t->name));
        cell_count(&term, s->imports[k]);
        cell_count(&term, s->rows[k]);
        shi_term_cell(&term, shi_str_from(tr(lang, LINK[k])));
    }
    shi_term_print(&term, &cli->out);
    print_imports(cli, s);
    shi_buf_format(&cli->out, tr(lang, N_("\nAudits made: %1$lld\nNext: %2$s\n")), (long long)s->runs, next_step(s));
}

shi_err shi_status(shi_cli *cli)
{
    shi_workspace ws;
    standing s;
    shi_err e = shi_cli_open(cli, SHI_READ, &ws);
    if (e.code == SHI_INPUT && !cli->dir && !cli->json) {   /* nowhere near a workspace: say what this is */
        shi_help_write(&cli->out, cli->lang, NULL);
        shi_buf_format(&cli->out, "\n%s\n", tr(cli->lang, N_("There is no workspace here. Next: shishu init DIR")));
        return (shi_err){ 0 };
    }
    if (e.code) return e;
    e = stand(cli, &ws, &s);
    if (!e.code && cli->json) print_json(cli, &ws, &s);
    if (!e.code && !cli->json) print_text(cli, &ws, &s);
    shi_workspace_close(&ws);
    return e;
}
