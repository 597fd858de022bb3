/* The workbook to hand on: sheets that are full, texts of every kind, and a packed file that lacks something. */
#include "base/os.h"
#include "report/binder.h"
#include "report/binder_check.h"
#include "test.h"

#include <unistd.h>
#include <zip.h>

static const shi_binder_column COLUMNS[] = { { "Unit", SHI_COL_TEXT, "" }, { "Reported", SHI_COL_COUNT, "" }, { "Chance", SHI_COL_SHARE, "" },
                                             { "In force from", SHI_COL_DAY, "" } };
static const shi_binder_table TABLE = { "All figures", "Figures one by one", "There are no notes.", COLUMNS, COUNT(COLUMNS) };

typedef struct {
    char path[64];
    shi_binder *b;
} book;

static void begin(book *k, int64_t rows_a_sheet)
{
    strcpy(k->path, "/tmp/shishu-binder-XXXXXX");
    int fd = mkstemp(k->path);
    assert_true(fd >= 0);
    close(fd);
    assert_ok(shi_binder_open(&(shi_binder_options){ .path = k->path, .lang = SHI_EN, .title = "Linjiang", .note = "A note.",
                                                     .rows_a_sheet = rows_a_sheet }, &k->b));
}

static void row(shi_binder *b, shi_str name, int64_t value)
{
    shi_binder_text(b, name);
    shi_binder_int(b, (shi_maybe){ value >= 0, value });
    shi_binder_real(b, (shi_maybe_f64){ value >= 0, 0.25 });
    shi_binder_day(b, value >= 0 ? 19723 : INT64_MIN);
    shi_binder_row(b);
}

/* A part of the file, on the heap; NULL: there is none. */
static char *part(const char *path, const char *name)
{
    zip_stat_t stat;
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    assert_non_null(zip);
    char *text = NULL;
    if (zip_stat(zip, name, 0, &stat) == 0) {
        zip_file_t *file = zip_fopen(zip, name, 0);
        text = calloc(1, stat.size + 1);
        assert_non_null(text);
        assert_true(zip_fread(file, text, stat.size) == (zip_int64_t)stat.size);
        zip_fclose(file);
    }
    zip_discard(zip);
    return text;
}

static int times(const char *text, const char *what)
{
    int n = 0;
    for (; text && (text = strstr(text, what)); text += strlen(what)) n++;
    return n;
}

static void a_full_sheet_goes_on(void **state)
{
    static const struct {
        int64_t rows;
        int sheets, last;            /* last: rows on the last sheet */
    } CASES[] = { { 0, 1, 1 }, { 1, 1, 1 }, { 3, 1, 3 }, { 4, 2, 1 }, { 6, 2, 3 }, { 7, 3, 1 } };
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        book k;
        char name[64];
        begin(&k, 3);
        shi_binder_begin(k.b, &TABLE, CASES[i].rows);
        for (int64_t r = 0; r < CASES[i].rows; r++) row(k.b, S("Liuwan"), r * 1000);
        shi_binder_end(k.b);
        assert_ok(shi_binder_close(k.b, (shi_err){ 0 }));
        char *all = part(k.path, "xl/workbook.xml");
        assert_int_equal(times(all, "<sheet name="), CASES[i].sheets);
        assert_int_equal(times(all, "<sheet name=\"All figures 1\""), CASES[i].sheets > 1);
        free(all);
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", CASES[i].sheets);
        char *last = part(k.path, name);
        assert_int_equal(times(last, "<row "), 3 + CASES[i].last);
        assert_int_equal(times(last, "state=\"frozen\""), 1);
        free(last);
        unlink(k.path);
    }
}

static void texts_stay_texts(void **state)
{
    static const struct {
        shi_str text;
        const char *want;
    } CASES[] = { { SHI_S("=1+1"), ">=1+1</t>" }, { SHI_S("+1"), ">+1</t>" }, { SHI_S("-1"), ">-1</t>" }, { SHI_S("@SUM(A1)"), ">@SUM(A1)</t>" },
                  { SHI_S("a\x01" "b\nc"), ">a\xEF\xBF\xBD" "b c</t>" }, { SHI_S("\xEF\xBF\xBEx\xEF\xBF\xBF"), ">\xEF\xBF\xBDx\xEF\xBF\xBD</t>" },
                  { SHI_S("_x0041_x0042_"), ">_x005F_x0041_x005F_x0042_</t>" }, { SHI_S("_x004_ <&> _X0041_"), ">_x004_ &lt;&amp;&gt; _X0041_</t>" },
                  { SHI_S("\xE6\x9F"), ">\xEF\xBF\xBD" } };
    (void)state;
    for (int64_t i = 0; i < COUNT(CASES); i++) {
        book k;
        begin(&k, 0);
        shi_binder_begin(k.b, &TABLE, 2);
        row(k.b, CASES[i].text, 1500);
        row(k.b, (shi_str){ 0 }, -1);
        shi_binder_end(k.b);
        assert_ok(shi_binder_close(k.b, (shi_err){ 0 }));
        char *sheet = part(k.path, "xl/worksheets/sheet1.xml");
        if (!strstr(sheet, CASES[i].want)) print_message("missing %s in %s\n", CASES[i].want, sheet);
        assert_non_null(strstr(sheet, CASES[i].want));
        assert_int_equal(times(sheet, "<f>"), 0);
        assert_int_equal(times(sheet, "<v>1.5</v>"), 1);
        assert_int_equal(times(sheet, "\xE2\x80\x94</t>"), 3);   /* what is not known */
        free(sheet);
        unlink(k.path);
    }
}

static void a_text_too_long_is_cut(void **state)
{
    book k;
    (void)state;
    char *text = malloc(100000);
    assert_non_null(text);
    memset(text, 'a', 100000);
    begin(&k, 0);
    shi_binder_begin(k.b, &TABLE, 1);
    row(k.b, (shi_str){ text, 100000 }, 0);
    shi_binder_end(k.b);
    assert_ok(shi_binder_close(k.b, (shi_err){ 0 }));
    unlink(k.path);
    free(text);
}

static void what_is_missing_is_found(void **state)
{
    book k;
    (void)state;
    begin(&k, 3);
    shi_binder_begin(k.b, &TABLE, 5);
    for (int64_t r = 0; r < 5; r++) row(k.b, S("Liuwan"), r * 1000);
    shi_binder_end(k.b);
    assert_ok(shi_binder_close(k.b, (shi_err){ 0 }));
    const shi_sheet_tally put = { 11, 2 * 6 + 20 };   /* title, note and header on each sheet */
    assert_ok(shi_binder_check(k.path, 2, &put));
    static const struct {
        int sheets;
        shi_sheet_tally put;
    } BAD[] = { { 3, { 11, 32 } }, { 2, { 12, 32 } }, { 2, { 11, 31 } }, { 1, { 11, 32 } } };
    for (int64_t i = 0; i < COUNT(BAD); i++) assert_int_equal(shi_binder_check(k.path, BAD[i].sheets, &BAD[i].put).code, SHI_SYSTEM);
    int64_t bytes;
    assert_ok(shi_os_size(k.path, &bytes));
    assert_int_equal(truncate(k.path, (off_t)bytes / 2), 0);
    assert_int_equal(shi_binder_check(k.path, 2, &put).code, SHI_SYSTEM);
    unlink(k.path);
    assert_int_equal(shi_binder_check(k.path, 2, &put).code, SHI_SYSTEM);
}

static void stopped_on_the_way(void **state)
{
    book k;
    (void)state;
    begin(&k, 0);
    shi_binder_begin(k.b, &TABLE, 5000);
    shi_os_stop_request();
    for (int64_t r = 0; r < 5000; r++) row(k.b, S("Liuwan"), r);
    shi_os_stop_clear();
    assert_int_equal(shi_binder_state(k.b).code, SHI_STOPPED);
    shi_binder_end(k.b);
    assert_int_equal(shi_binder_close(k.b, (shi_err){ 0 }).code, SHI_STOPPED);
    unlink(k.path);
    begin(&k, 0);
    shi_binder_begin(k.b, &TABLE, 2);
    row(k.b, S("Liuwan"), 1);
    assert_int_equal(shi_binder_close(k.b, shi_no_memory()).code, shi_no_memory().code);   /* an error of who writes */
    unlink(k.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_sheet_goes_on), cmocka_unit_test(texts_stay_texts), cmocka_unit_test(a_text_too_long_is_cut),
        cmocka_unit_test(what_is_missing_is_found), cmocka_unit_test(stopped_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
