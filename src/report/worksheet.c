#include "report/worksheet.h"

#include "base/calendar.h"
#include "report/markup.h"

#include <string.h>
#include <xlsxwriter.h>

/* A column of the sheet. What is filled in has the header that the reader knows; lists: the words that a cell may hold. */
typedef struct {
    const char *head;
    double width;
    const char *words;       /* NULL: free */
} column;

enum { KEY, MEETING, PLACE, LINE, GROUP, DOOR, NAME, ACCOUNT, TWICE, OUTCOME, EXISTS, LIVES, KNOWS, OPERATES, REASON, FIRST, SECOND, VISITED, RECHECK,
       COLUMNS };
static const char YES_NO[] = N_("yes,no");
static const column COLUMN[COLUMNS] = {
    [KEY] = { N_("key"), 18, NULL }, [MEETING] = { N_("meeting"), 8, NULL }, [PLACE] = { N_("village"), 22, NULL },
    [LINE] = { N_("list line"), 8, NULL },
    [GROUP] = { N_("group"), 10, NULL }, [DOOR] = { N_("door"), 14, NULL },
    [NAME] = { N_("name"), 10, NULL }, [ACCOUNT] = { N_("account"), 18, NULL }, [TWICE] = { N_("visit twice"), 9, NULL },
    [OUTCOME] = { N_("outcome"), 12, N_("real,not_real,not_reached") }, [EXISTS] = { N_("exists"), 8, YES_NO }, [LIVES] = { N_("lives_here"), 10,
        YES_NO },
    [KNOWS] = { N_("knows"), 10, YES_NO }, [OPERATES] = { N_("operates"), 10, YES_NO }, [REASON] = { N_("reason"), 26, NULL },
    [FIRST] = { N_("inspector1"), 12, NULL }, [SECOND] = { N_("inspector2"), 12, NULL }, [VISITED] = { N_("visited_at"), 16, NULL },
    [RECHECK] = { N_("recheck"), 8, YES_NO },
};

static shi_str cell_of(const shi_visit *v, int c, shi_lang lang, char room[24])
{
    switch (c) {
    case KEY: return v->key;
    case MEETING: return (shi_str){ room, snprintf(room, 24, "%lld", (long long)v->meeting) };
    case PLACE: return v->unit_name;
    case LINE: return (shi_str){ room, snprintf(room, 24, "%lld", (long long)v->line) };
    case GROUP: return v->group;
    case DOOR: return v->door;
    case NAME: return v->name;
    case ACCOUNT: return v->account;
    case TWICE: return v->recheck ? shi_str_from(tr(lang, N_("yes"))) : S("");
    default: return S("");
    }
}

static void write_cell(lxw_worksheet *sheet, lxw_row_t row, int c, shi_str text, lxw_format *format)
{
    char room[1024];
    int64_t n = shi_str_cut(text, (int64_t)sizeof room - 1).len;
    if (n) memcpy(room, text.ptr, (size_t)n);
    room[n] = 0;
    worksheet_write_string(sheet, row, (lxw_col_t)c, room, format);
}

/* "a,b" as a drop-down list for a column. */
static void offer(lxw_worksheet *sheet, int c, lxw_row_t rows, const char *words)
{
    char room[96];
    char *list[5] = { NULL };
    int n = 0;
    snprintf(room, sizeof room, "%s", words);
    for (char *at = room; at && n < 4;) {
        list[n++] = at;
        at = strchr(at, ',');
        if (at) *at++ = 0;
    }
    lxw_data_validation validation = { .validate = LXW_VALIDATION_TYPE_LIST, .value_list = list };
    worksheet_data_validation_range(sheet, 1, (lxw_col_t)c, rows ? rows : 1, (lxw_col_t)c, &validation);
}

static shi_err fill(lxw_workbook *book, shi_lang lang, const shi_visits *visits)
{
    lxw_worksheet *sheet = workbook_add_worksheet(book, tr(lang, N_("Visits")));
    lxw_format *head = workbook_add_format(book), *plain = workbook_add_format(book);
    if (!sheet || !head || !plain) return shi_no_memory();
    format_set_bold(head);
    format_set_border(head, LXW_BORDER_THIN);
    format_set_border(plain, LXW_BORDER_THIN);
    bool meetings = visits->len && visits->ptr[0].meeting;   /* else the sheet has no such column */
    for (int c = 0, at = 0; c < COLUMNS; c++) {
        if (c == MEETING && !meetings) continue;
        worksheet_set_column(sheet, (lxw_col_t)at, (lxw_col_t)at, COLUMN[c].width, NULL);
        write_cell(sheet, 0, at, shi_str_from(tr(lang, COLUMN[c].head)), head);
        if (COLUMN[c].words) offer(sheet, at, (lxw_row_t)visits->len, tr(lang, COLUMN[c].words));
        at++;
    }
    for (int64_t i = 0; i < visits->len; i++)
        for (int c = 0, at = 0; c < COLUMNS; c++) {
            char room[24];
            if (c == MEETING && !meetings) continue;
            write_cell(sheet, (lxw_row_t)(i + 1), at++, cell_of(&visits->ptr[i], c, lang, room), plain);
        }
    worksheet_freeze_panes(sheet, 1, 1);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9);   /* A4 */
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, 0, 0);
    return (shi_err){ 0 };
}

shi_err shi_worksheet_xlsx(const char *path, const char *spill, int64_t now_us, shi_lang lang, const shi_visits *visits)
{
    enum { MOST = 1000000 };
    shi_os_whole whole;
    lxw_doc_properties properties = { .created = (time_t)(now_us / SHI_SECOND_US) };
    if (visits->len > MOST) return shi_fail(SHI_INPUT, N_("a sheet holds a million rows, and more were drawn"), N_("Print the worksheet as HTML."));
    SHI_TRY(shi_os_whole_begin(path, spill, 0600, &whole));
    lxw_workbook_options options = { .tmpdir = (char *)(uintptr_t)spill };
    lxw_workbook *book = workbook_new_opt(whole.fresh, &options);
    if (book) workbook_set_properties(book, &properties);
    shi_err e = book ? fill(book, lang, visits) : shi_no_memory();
    if (book && workbook_close(book) != LXW_NO_ERROR && !e.code)
        e = shi_fail(SHI_SYSTEM, N_("the workbook could not be written"), N_("Is the disk full?"));
    return shi_os_whole_finish(&whole, e);
}

/* ---- HTML ---- */

static const char STYLE[] =
    "<style>@page{size:A4 landscape;margin:12mm}body{font:11pt \"FangSong\",\"Noto Serif CJK SC\",serif;margin:0}section{break-after:page}"
    "section:last-child{break-after:auto}h1{font-size:15pt;margin:0 0 2mm}p{margin:0 0 3mm}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #444;padding:1.6mm 1.2mm;text-align:left;vertical-align:top}th{font-weight:700}td.box{text-align:center;min-width:13mm}"
    "td.key{font-family:monospace;white-space:nowrap}.wide{min-width:34mm}tr{break-inside:avoid}thead{display:table-header-group}"
    ".sign{margin-top:8mm}@media screen{body{padding:5mm;max-width:297mm;margin:auto}}</style>";

static void head_row(shi_page *page)
{
    static const char *const HEAD[] = { N_("list line"), N_("key"), N_("group"), N_("door"), N_("name"), N_("account"), N_("person exists"),
        N_("lives here, or migrant"),
                                        N_("knows the account"), N_("uses it himself"), N_("not reached, why"), N_("reason if not real") };
    shi_page_raw(page, "<table><thead><tr>");
    for (int64_t c = 0; c < COUNT(HEAD); c++) {
        shi_page_raw(page, "<th scope=\"col\">");
        shi_page_say(page, HEAD[c]);
        shi_page_raw(page, "</th>");
    }
    shi_page_raw(page, "</tr></thead><tbody>\n");
}

static void visit_row(shi_page *page, const shi_visit *v)
{
    const shi_str known[] = { v->group, v->door, v->name, v->account };
    shi_buf_format(page->out, "<tr><td>%lld</td><td class=\"key\">", (long long)v->line);
    shi_page_text(page, v->key);
    if (v->recheck) {
        shi_page_raw(page, "<br>");
        shi_page_say(page, N_("visit twice"));
    }
    for (int64_t c = 0; c < COUNT(known); c++) {
        shi_page_raw(page, "</td><td>");
        shi_page_text(page, known[c]);
    }
    for (int i = 0; i < SHI_LAYERS; i++) {
        shi_page_raw(page, "</td><td class=\"box\">");
        shi_page_say(page, N_("☐ yes ☐ no"));
    }
    shi_page_raw(page, "</td><td class=\"wide\"></td><td class=\"wide\"></td></tr>\n");
}

static void village(shi_page *page, const shi_visits *visits, int64_t from, int64_t to)
{
    shi_page_raw(page, "<section><h1>");
    shi_page_text(page, visits->ptr[from].meeting ? visits->ptr[from].meeting_name : visits->ptr[from].unit_name);
    shi_page_raw(page, "</h1><p>");
    if (visits->ptr[from].meeting)
        shi_buf_format(&page->slip, tr(page->lang, N_("Field check %1$s, residents' meeting %2$lld: all %3$lld of this page are called together. Two "
            "inspectors ask each by himself and both sign. Who does not come is visited.")),
                       visits->id.ptr, (long long)visits->ptr[from].meeting, (long long)(to - from));
    else
        shi_buf_format(&page->slip, tr(page->lang, N_("Field check %1$s, %2$lld visits. Two inspectors go together and both sign. Nobody is to be "
            "told before; who is away is visited again.")),
                       visits->id.ptr, (long long)(to - from));
    shi_page_slip(page);
    shi_page_raw(page, "</p>");
    head_row(page);
    for (int64_t i = from; i < to; i++) visit_row(page, &visits->ptr[i]);
    shi_page_raw(page, "</tbody></table><p class=\"sign\">");
    shi_page_say(page, N_("First inspector: ____________  Second inspector: ____________  Date: ____________"));
    shi_page_raw(page, "</p></section>\n");
}

static bool same_page(const shi_visit *a, const shi_visit *b)
{
    return a->meeting == b->meeting && (a->meeting || shi_str_eq(a->unit_code, b->unit_code));
}

void shi_worksheet_html(shi_buf *out, shi_lang lang, const shi_visits *visits)
{
    shi_page page = { .out = out, .lang = lang };
    shi_page_raw(&page, lang == SHI_ZH ? "<!doctype html><html lang=\"zh-CN\">" : "<!doctype html><html lang=\"en\">");
    shi_page_raw(&page, "<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>");
    shi_page_text(&page, visits->id);
    shi_page_raw(&page, "</title>");
    shi_page_raw(&page, STYLE);
    shi_page_raw(&page, "</head><body>\n");
    for (int64_t from = 0, to; from < visits->len; from = to) {
        for (to = from + 1; to < visits->len && same_page(&visits->ptr[to], &visits->ptr[from]);) to++;
        village(&page, visits, from, to);
    }
    shi_page_raw(&page, "</body></html>\n");
    out->failed = out->failed || page.slip.failed;
    shi_buf_drop(&page.slip);
}
