/* shishu.ini: defaults, what each setting takes, and refusals that name line, setting and value. */
#include "store/settings.h"

#include "table_dump.h"
#include "test.h"

static shi_err read_text(shi_arena *keep, const char *text, shi_settings *out)
{
    char *path = table_file("shishu.ini", shi_str_from(text));
    shi_err e = shi_settings_read(keep, path, out);
    if (e.code) e.file = shi_str_copy(keep, e.file);
    table_file_drop(path);
    return e;
}

static void check_defaults(const shi_settings *s)
{
    assert_str(s->zone, "Asia/Shanghai");
    assert_str(s->key_file, NULL);
    assert_int_equal(s->tolerance, 50);
    assert_int_equal(s->small_cell, 5);
    assert_near(s->prior_mean, 0.35, 0);
    assert_near(s->prior_weight, 4, 0);
}

static void defaults(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "", "\n\n", "; nothing\n# nothing\n", "[workspace]\n", "\xEF\xBB\xBF[workspace]\nname =\n",
        "[workspace]\nzone = Asia/Shanghai\n", "[privacy]\nkey_file =\n[audit]\n[possible]\n" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        shi_arena keep = test_arena(1 << 21);
        shi_settings s;
        assert_ok(read_text(&keep, TEXT[i], &s));
        check_defaults(&s);
        assert_str(s.name, "");
        free(keep.base);
    }
}

static void all_settings(void **state)
{
    (void)state;
    shi_arena keep = test_arena(1 << 21);
    shi_settings s;
    assert_ok(read_text(&keep, "; 注释 / comment\r\n[workspace]\r\nname = 临江县 2024\r\n  ; indented\nzone=Europe/Berlin ; behind a value\n"
                               "[privacy]\nkey_file = /media/key 1/secret.key\nsmall_cell : 10\n[audit]\ntolerance = 0.125\n"
                               "[possible]\nprior_mean = 0.4\nprior_weight = 12.5\n", &s));
    assert_str(s.name, "临江县 2024");
    assert_str(s.zone, "Europe/Berlin");
    assert_str(s.key_file, "/media/key 1/secret.key");
    assert_string_equal(s.key_file.ptr, "/media/key 1/secret.key");   /* NUL-terminated: given to the system */
    assert_int_equal(s.small_cell, 10);
    assert_int_equal(s.tolerance, 125);
    assert_near(s.prior_mean, 0.4, 0);
    assert_near(s.prior_weight, 12.5, 0);
    free(keep.base);
}

/* The file that init writes says what the program takes as defaults. */
static void the_text_of_init_reads_back(void **state)
{
    (void)state;
    static const struct {
        const char *name, *zone, *key_file;
    } CASE[] = { { "county", "Asia/Shanghai", NULL }, { "临江县", "Asia/Shanghai", "/media/usb/key" }, { "a = b [c]", "Asia/Shanghai", NULL } };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_arena keep = test_arena(1 << 21);
        shi_settings s;
        shi_str text = shi_settings_text(&keep, shi_str_from(CASE[i].name), shi_str_from(CASE[i].zone), shi_str_from(CASE[i].key_file));
        assert_ok(read_text(&keep, text.ptr, &s));
        assert_str(s.name, CASE[i].name);
        assert_str(s.key_file, CASE[i].key_file);
        s.key_file = (shi_str){ 0 };
        check_defaults(&s);
        free(keep.base);
    }
}

static void refusals(void **state)
{
    (void)state;
    static const char UNKNOWN[] = "there is no such setting", SHARE[] = "the setting must be a share from 0 to 1",
                      CELL[] = "the setting must be a whole number from 1 to 1000", MEAN[] = "the setting must lie between 0 and 1",
                      WEIGHT[] = "the setting must lie above 0 and not above 1000", LINE[] = "the line is no setting";
    static const struct {
        const char *text;
        int64_t line;
        const char *setting, *value, *reason;
    } CASE[] = {
        { "[workspace]\nname = x\nzonne = UTC\n", 3, "workspace.zonne", "UTC", UNKNOWN },
        { "[workspace]\ntolerance = 0.05\n", 2, "workspace.tolerance", "0.05", UNKNOWN },
        { "name = x\n", 1, ".name", "x", UNKNOWN },
        { "\n; c\n\n[detectors]\nblocks = on\n", 5, "detectors.blocks", "on", UNKNOWN },
        { "[Workspace]\nname = x\n", 2, "Workspace.name", "x", UNKNOWN },
        { "[audit]\ntolerance = 1.001\n", 2, "audit.tolerance", "1.001", SHARE },
        { "[audit]\ntolerance = -0.05\n", 2, "audit.tolerance", "-0.05", SHARE },
        { "[audit]\ntolerance = 5%\n", 2, "audit.tolerance", "5%", SHARE },
        { "[audit]\ntolerance =\n", 2, "audit.tolerance", "", SHARE },
        { "[audit]\ntolerance = 0.0505\n", 2, "audit.tolerance", "0.0505", SHARE },
        { "[privacy]\nsmall_cell = 0\n", 2, "privacy.small_cell", "0", CELL },
        { "[privacy]\nsmall_cell = 1001\n", 2, "privacy.small_cell", "1001", CELL },
        { "[privacy]\nsmall_cell = 5.5\n", 2, "privacy.small_cell", "5.5", CELL },
        { "[privacy]\nsmall_cell = five\n", 2, "privacy.small_cell", "five", CELL },
        { "[possible]\nprior_mean = 0\n", 2, "possible.prior_mean", "0", MEAN },
        { "[possible]\nprior_mean = 1\n", 2, "possible.prior_mean", "1", MEAN },
        { "[possible]\nprior_mean = x\n", 2, "possible.prior_mean", "x", MEAN },
        { "[possible]\nprior_weight = 0\n", 2, "possible.prior_weight", "0", WEIGHT },
        { "[possible]\nprior_weight = -1\n", 2, "possible.prior_weight", "-1", WEIGHT },
        { "[possible]\nprior_weight = 1000.001\n", 2, "possible.prior_weight", "1000.001", WEIGHT },
        { "[audit]\ntolerance = 0.05\nnonsense\n", 3, NULL, "", LINE },
        { "[audit\n", 1, NULL, "", LINE },
        { "[audit]\ntolerance = 2\n[possible]\nprior_mean = 2\n", 2, "audit.tolerance", "2", SHARE },   /* the first fault */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_arena keep = test_arena(1 << 21);
        shi_settings s = { .tolerance = -7 };
        shi_err e = read_text(&keep, CASE[i].text, &s);
        if (e.code != SHI_INPUT) fail_msg("taken: %s", CASE[i].text);
        assert_string_equal(e.reason, CASE[i].reason);
        assert_int_equal(e.line, CASE[i].line);
        assert_str(e.column, CASE[i].setting);
        assert_string_equal(e.value, CASE[i].value);
        assert_true(shi_str_ends(e.file, S("/shishu.ini")));
        assert_true(e.remedy && *e.remedy);
        assert_int_equal(s.tolerance, -7);   /* untouched */
        free(keep.base);
    }
}

static void edges_of_ranges(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "[audit]\ntolerance = 0\n", "[audit]\ntolerance = 1\n", "[privacy]\nsmall_cell = 1\n",
        "[privacy]\nsmall_cell = 1000\n", "[possible]\nprior_mean = 0.001\n", "[possible]\nprior_mean = 0.999\n",
        "[possible]\nprior_weight = 0.001\n", "[possible]\nprior_weight = 1000\n" };
    for (int64_t i = 0; i < COUNT(TEXT); i++) {
        shi_arena keep = test_arena(1 << 21);
        shi_settings s;
        assert_ok(read_text(&keep, TEXT[i], &s));
        free(keep.base);
    }
}

static void no_file(void **state)
{
    (void)state;
    shi_arena keep = test_arena(1 << 21);
    shi_settings s;
    shi_err e = shi_settings_read(&keep, "no/such/shishu.ini", &s);
    assert_true(e.code == SHI_INPUT || e.code == SHI_SYSTEM);
    assert_string_equal(e.reason, "there is no such file or folder");
    assert_str(e.file, "no/such/shishu.ini");
    free(keep.base);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(defaults),
    cmocka_unit_test(all_settings),
    cmocka_unit_test(the_text_of_init_reads_back),
    cmocka_unit_test(refusals),
    cmocka_unit_test(edges_of_ranges),
    cmocka_unit_test(no_file),
};
RUN_TESTS("settings")
