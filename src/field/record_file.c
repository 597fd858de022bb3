#include "field/record_file.h"

enum { KEY, OUTCOME, EXISTS, REASON = EXISTS + SHI_LAYERS, FIRST, SECOND, VISITED, RECHECK, COLUMNS };

static const shi_asked ASKED[COLUMNS] = {
    [KEY] = { .header = { "key", 3 }, .type = SHI_T_CODE, .aliases = "编号|核查编号" },
    [OUTCOME] = { .header = { "outcome", 7 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "结果|核查结果", .optional = true },
    [EXISTS] = { .header = { "exists", 6 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "有此人|确有此人", .optional = true },
    [EXISTS + 1] = { .header = { "lives_here", 10 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "住在本村|本村居住或外出", .optional = true },
    [EXISTS + 2] = { .header = { "knows", 5 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "知道此账号|知晓账号", .optional = true },
    [EXISTS + 3] = { .header = { "operates", 8 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "本人操作", .optional = true },
    [REASON] = { .header = { "reason", 6 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "原因", .optional = true },
    [FIRST] = { .header = { "inspector1", 10 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "核查人1|核查人一", .optional = true },
    [SECOND] = { .header = { "inspector2", 10 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "核查人2|核查人二", .optional = true },
    [VISITED] = { .header = { "visited_at", 10 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "核查时间", .optional = true },
    [RECHECK] = { .header = { "recheck", 7 }, .type = SHI_T_TEXT, .may_miss = true, .aliases = "复核", .optional = true },
};

static shi_err fault(const shi_record_file *file, const char *path, int64_t row, int column, const char *reason, const char *remedy)
{
    return shi_arrays_fault(path, &file->rows, row, ASKED[column].header, file->rows.text[column][row], reason, remedy);
}

static shi_err read_row(const shi_record_file *file, const char *path, int64_t i, shi_spot_result *x)
{
    const shi_arrays *rows = &file->rows;
    shi_layer recheck;
    *x = (shi_spot_result){ .key = rows->text[KEY][i], .reason = rows->text[REASON][i], .inspector1 = shi_str_trim(rows->text[FIRST][i]),
        .inspector2 = shi_str_trim(rows->text[SECOND][i]), .visited_at = rows->text[VISITED][i] };
    if (!shi_outcome_parse(rows->text[OUTCOME][i], &x->outcome))
        return fault(file, path, i, OUTCOME, N_("this is no outcome"), N_("Write real, not_real or not_reached."));
    for (int k = 0; k < SHI_LAYERS; k++)
        if (!shi_answer_parse(rows->text[EXISTS + k][i], &x->layer[k]))
            return fault(file, path, i, EXISTS + k, N_("this is neither yes nor no"), N_("Write yes or no, or leave the cell blank."));
    if (!shi_answer_parse(rows->text[RECHECK][i], &recheck))
        return fault(file, path, i, RECHECK, N_("this is neither yes nor no"), N_("Write yes or no, or leave the cell blank."));
    x->recheck = recheck == SHI_YES;
    return (shi_err){ 0 };
}

shi_err shi_record_file_read(shi_arena *keep, const char *path, const shi_source_options *options, shi_record_file *file, shi_spot_results *out)
{
    SHI_TRY(shi_arrays_read(keep, path, options, ASKED, COLUMNS, &file->rows));
    int64_t n = file->rows.rows;
    *out = (shi_spot_results){ .ptr = shi_new(keep, shi_spot_result, n), .cap = n };
    file->row = shi_new(keep, int64_t, n);
    if (n && (!out->ptr || !file->row)) return shi_no_memory();
    for (int64_t i = 0; i < n; i++) {
        shi_spot_result x;
        SHI_TRY(read_row(file, path, i, &x));
        if (x.outcome == SHI_NOT_VISITED && shi_outcome_of_layers(x.layer) == SHI_NOT_VISITED) continue;
        file->row[out->len] = i;
        out->ptr[out->len++] = x;
    }
    if (out->len > 0) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("the file holds no result"), N_("Fill the column outcome, or the four answers."));
    e.file = shi_str_from(path);
    return e;
}

shi_err shi_record_file_place(const shi_record_file *file, const char *path, shi_err e)
{
    if (e.line == 0 || e.code != SHI_INPUT || e.file.ptr) return e;
    shi_err placed = shi_arrays_fault(path, &file->rows, file->row[e.line - 1], e.column, shi_str_from(e.value), e.reason, e.remedy);
    return placed;
}
