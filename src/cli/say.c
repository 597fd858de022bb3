/* What people read on stderr: remarks, errors, progress. */
#include "cli/cli.h"

#include "report/words.h"
#include "table/grid.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void shi_say(const shi_cli *cli, const char *id, ...)
{
    if (cli->quiet) return;
    va_list args;
    va_start(args, id);
    vfprintf(stderr, tr(cli->lang, id), args);
    va_end(args);
    fputc('\n', stderr);
}

void shi_err_write(shi_buf *out, shi_lang lang, const shi_err *err)
{
    bool zh = lang == SHI_ZH;
    const char *comma = zh ? "，" : ", ";
    bool any = false;
    if (err->file.ptr) {
        shi_buf_add(out, err->file);
        any = true;
    }
    if (err->sheet.ptr) {
        shi_buf_puts(out, any ? comma : "");
        shi_buf_format(out, tr(lang, N_("sheet %.*s")), (int)err->sheet.len, err->sheet.ptr);
        any = true;
    }
    if (err->line) {
        char cell[SHI_CELL_NAME];
        bool is_cell = err->sheet.ptr && err->cell_column;
        shi_buf_puts(out, any ? comma : "");
        if (is_cell) shi_cell_name(err->line - 1, err->cell_column - 1, cell);
        if (is_cell) shi_buf_format(out, tr(lang, N_("cell %s")), cell);
        else shi_buf_format(out, err->sheet.ptr ? tr(lang, N_("row %lld")) : tr(lang, N_("line %lld")), (long long)err->line);
        any = true;
    }
    if (err->column.ptr) {
        shi_buf_puts(out, any ? comma : "");
        shi_buf_format(out, tr(lang, N_("column %.*s")), (int)err->column.len, err->column.ptr);
        any = true;
    }
    if (err->value[0]) {
        shi_buf_puts(out, any ? comma : "");
        shi_buf_format(out, zh ? "“%s”" : "\"%s\"", err->value);
        any = true;
    }
    shi_buf_puts(out, any ? zh ? "：" : ": " : "");
    shi_buf_puts(out, tr(lang, err->reason ? err->reason : N_("an error without a reason")));
    shi_buf_puts(out, zh ? "。" : ". ");
    if (err->remedy) shi_buf_puts(out, tr(lang, err->remedy));
}

void shi_complain(const shi_cli *cli, const shi_err *err)
{
    shi_buf text = { 0 };
    shi_err_write(&text, cli->lang, err);
    fprintf(stderr, "shishu: %s\n", text.ptr ? text.ptr : "");
    shi_buf_drop(&text);
}

void shi_json_message(shi_json *json, const char *key, const char *id)
{
    shi_json_key(json, key);
    shi_json_begin_object(json);
    shi_json_ktext(json, "zh", tr(SHI_ZH, id));
    shi_json_ktext(json, "en", tr(SHI_EN, id));
    shi_json_end_object(json);
}

enum { BAR = 24 };

/* 1,234,567 rows, 51,000 a second */
static void tell_rows(shi_lang lang, int64_t rows, int64_t passed_us)
{
    shi_buf number = { 0 }, rate = { 0 };
    shi_words_number(&number, rows * 1000);
    shi_words_number(&rate, (int64_t)((double)rows * 1e6 / (double)passed_us) * 1000);
    shi_buf_addc(&number, 0);
    shi_buf_addc(&rate, 0);
    if (!number.failed && !rate.failed) fprintf(stderr, tr(lang, N_("%1$s rows, %2$s a second")), number.ptr, rate.ptr);
    fputs("  ", stderr);
    shi_buf_drop(&number);
    shi_buf_drop(&rate);
}

static void tell(void *context, double share, int64_t rows)
{
    shi_progress *p = context;
    int64_t now = shi_os_tick_us(), passed = now - p->started_us;
    if (passed < SHI_SECOND_US || now - p->told_us < SHI_SECOND_US / 5) return;
    p->told_us = now;
    p->shown = true;
    int done = share > 0 ? (int)(share * BAR) : 0;
    fprintf(stderr, "\r\033[K%s ", tr(p->cli->lang, p->what));
    for (int i = 0; i < BAR && (rows == 0 || share > 0); i++) fputs(i < done ? "█" : "·", stderr);
    if (rows > 0) {
        fputs(share > 0 ? "  " : "", stderr);
        tell_rows(p->cli->lang, rows, passed);
    }
    if (share > 0.005) {
        int64_t left = (int64_t)((double)passed * (1 - share) / share) / SHI_SECOND_US;
        fprintf(stderr, " %3d %%  ", (int)(share * 100));
        fprintf(stderr, tr(p->cli->lang, N_("%lld:%02lld left")), (long long)(left / 60), (long long)(left % 60));
    } else {
        fprintf(stderr, "  %lld:%02lld", (long long)(passed / SHI_SECOND_US / 60), (long long)(passed / SHI_SECOND_US % 60));
    }
    fflush(stderr);
}

/* {"progress":0.42,"rows":1234,"seconds":3.1,"what":{"zh":…,"en":…}} */
static void tell_line(void *context, double share, int64_t rows)
{
    shi_progress *p = context;
    int64_t now = shi_os_tick_us(), passed = now - p->started_us;
    if (p->shown && now - p->told_us < SHI_SECOND_US / 2) return;
    p->told_us = now;
    shi_buf line = { 0 };
    shi_json json = { .out = &line };
    shi_json_begin_object(&json);
    shi_json_kf64(&json, "progress", share >= 0, share);
    shi_json_kint(&json, "rows", rows);
    shi_json_kf64(&json, "seconds", true, (double)passed / 1e6);
    shi_json_message(&json, "what", p->what);
    shi_json_end_object(&json);
    shi_buf_addc(&line, '\n');
    if (!line.failed) fwrite(line.ptr, 1, (size_t)line.len, stderr);
    fflush(stderr);
    shi_buf_drop(&line);
    p->shown = true;
}

shi_listener shi_progress_begin(shi_cli *cli, const char *what)
{
    bool lines = cli->progress_lines;
    if (!lines && (cli->quiet || cli->json || !shi_os_is_terminal(stderr))) return (shi_listener){ 0 };
    shi_progress_end(cli);
    cli->progress = calloc(1, sizeof *cli->progress);
    if (!cli->progress) return (shi_listener){ 0 };
    *cli->progress = (shi_progress){ .cli = cli, .what = what, .started_us = shi_os_tick_us() };
    return (shi_listener){ lines ? tell_line : tell, cli->progress };
}

void shi_progress_end(shi_cli *cli)
{
    if (!cli->progress) return;
    if (cli->progress->shown && !cli->progress_lines) fputs("\r\033[K", stderr);
    free(cli->progress);
    cli->progress = NULL;
}

shi_err shi_cli_open(shi_cli *cli, shi_access access, shi_workspace *out)
{
    return shi_workspace_open(&cli->keep, cli->dir, access, cli->now_us, out);
}

shi_engine shi_cli_engine(shi_cli *cli, const char *what)
{
    int64_t memory = cli->memory ? cli->memory : shi_os_memory() / 10 * 7;
    return (shi_engine){ .memory = memory, .threads = (int)cli->threads, .listener = what ? shi_progress_begin(cli, what) : (shi_listener){ 0 } };
}

shi_err shi_cli_rules(shi_cli *cli, shi_str *out)
{
    static const char *const PLACES[] = { "%s/../rules", "%s/../../rules", "%s/../share/shishu/rules" };
    shi_str home = shi_os_program_dir(&cli->keep);
    for (int64_t i = 0; i < COUNT(PLACES); i++) {
        *out = shi_str_format(&cli->keep, "%s%s", home.ptr, PLACES[i] + 2);
        if (out->ptr && shi_os_exists(shi_str_format(&cli->keep, "%s/apps.csv", out->ptr).ptr)) return (shi_err){ 0 };
    }
    return shi_fail(SHI_SYSTEM, N_("the folder rules/ was not found beside the program"), N_("Install Shishu again with \"make install\"."));
}

/* Everything that was printed goes out at once; a full disk or a closed pipe is an error, but one that comes after the work. */
shi_err shi_cli_flush(shi_cli *cli)
{
    if (cli->out.failed) return shi_no_memory();
    bool whole = cli->out.len == 0 || fwrite(cli->out.ptr, 1, (size_t)cli->out.len, stdout) == (size_t)cli->out.len;
    cli->out.len = 0;
    if (whole && fflush(stdout) == 0) return (shi_err){ 0 };
    shi_err e = shi_os_error(S("stdout"));
    e.remedy = N_("The command was carried out, only its result could not be written: print it again elsewhere; \"shishu\" alone shows what was "
        "done.");
    return e;
}

shi_err shi_cli_told(shi_cli *cli, const char *output)
{
    shi_str path = shi_os_absolute(&cli->keep, output);
    if (!cli->json) {
        shi_buf_format(&cli->out, tr(cli->lang, N_("Report: %1$s\n")), path.ptr);
        return (shi_err){ 0 };
    }
    shi_json json = { .out = &cli->out };
    shi_json_begin_object(&json);
    shi_json_kstr(&json, "report", path);
    shi_json_end_object(&json);
    shi_buf_addc(&cli->out, '\n');
    return (shi_err){ 0 };
}
