/* Recognising tables, on grids that are written as text: a line is a row, | parts cells, digits are a number, < and ^ belong to the merged range on
 * the left and above, # before a row hides it. */
#include "table/heading.h"
#include "table/picked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

typedef struct {
    shi_arena keep;
    shi_grid grid;
    shi_names names;
    shi_layout layout;
} world;

static void cell_put(shi_grid *g, int64_t row, int64_t column, shi_str text)
{
    bool number = text.len > 0;
    for (int64_t i = 0; i < text.len; i++) number = number && ((text.ptr[i] >= '0' && text.ptr[i] <= '9') || text.ptr[i] == '.');
    if (text.len == 0 || shi_str_eq(text, S("<")) || shi_str_eq(text, S("^"))) return;
    assert_int_equal(shi_grid_put(g, row, column, text, number ? SHI_GRID_NUMBER : SHI_GRID_TEXT, NULL, NULL).code, 0);
}

/* Fills a grid from text; merged ranges are found from their marks. */
static void grid_read(shi_grid *g, const char *text)
{
    static shi_str cell[MOST][MOST];
    int rows = 0;
    memset(cell, 0, sizeof cell);
    shi_grid_open(g, S("表"));
    for (shi_str rest = shi_str_from(text); rest.len; rows++) {
        int64_t end = shi_str_find(rest, '\n', 0), from = 0;
        shi_str line = shi_str_sub(rest, 0, end);
        rest = shi_str_sub(rest, end + 1, rest.len);
        if (shi_str_starts(line, S("#"))) {
            assert_int_equal(shi_grid_hide_row(g, rows).code, 0);
            line = shi_str_sub(line, 1, line.len);
        }
        for (int c = 0; from <= line.len && c < MOST; c++) {
            int64_t to = shi_str_find(line, '|', from);
            if (to < 0) to = line.len;
            cell[rows][c] = shi_str_sub(line, from, to);
            from = to + 1;
            cell_put(g, rows, c, cell[rows][c]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < MOST; c++) {
            int right = c, bottom = r;
            if (!cell[r][c].len || shi_str_eq(cell[r][c], S("<")) || shi_str_eq(cell[r][c], S("^"))) continue;
            while (right + 1 < MOST && shi_str_eq(cell[r][right + 1], S("<"))) right++;
            while (bottom + 1 < rows && shi_str_eq(cell[bottom + 1][c], S("^"))) bottom++;
            assert_int_equal(shi_grid_merge(g, (shi_span){ r, c, bottom, right }).code, 0);
        }
    assert_int_equal(shi_grid_finish(g).code, 0);
}

static void names_fill(world *w)
{
    static const struct { const char *code, *name, *parent; int level; } UNIT[] = {
        { "34", "云川县", "", 3 }, { "3401", "沿河镇", "34", 4 }, { "3402", "上河镇", "34", 4 }, { "340101", "柳湾村", "3401", 5 },
        { "340102", "新村", "3401", 5 }, { "340201", "新村", "3402", 5 },
    };
    shi_names_open(&w->keep, &w->names);
    for (int64_t i = 0; i < COUNT(UNIT); i++)
        assert_int_equal(shi_names_add_unit(&w->names, shi_str_from(UNIT[i].code), shi_str_from(UNIT[i].name), shi_str_from(UNIT[i].parent),
                                            UNIT[i].level).code, 0);
    assert_int_equal(shi_names_add_indicator(&w->names, S("active"), S("月活")).code, 0);
    assert_int_equal(shi_names_add_indicator(&w->names, S("reads"), S("阅读")).code, 0);
    assert_int_equal(shi_names_ready(&w->names).code, 0);
}

static void world_open(world *w, const char *text, const shi_layout_options *options)
{
    memset(w, 0, sizeof *w);
    assert_int_equal(shi_arena_open(1 << 28, &w->keep).code, 0);
    grid_read(&w->grid, text);
    names_fill(w);
    assert_int_equal(shi_layout_find(&w->keep, &w->grid, &w->names, options, &w->layout).code, 0);
}

static void world_close(world *w)
{
    shi_grid_drop(&w->grid);
    shi_names_drop(&w->names);
    shi_arena_drop(&w->keep);
}

/* The records of a table: "C3 active|2024-06|340101|200", by the columns of the contract that it has. */
static void table_write(world *w, const shi_layout_table *t, shi_buf *b)
{
    static bool needed[SHI_MAX_COLUMNS];
    char from[SHI_CELL_NAME], to[SHI_CELL_NAME];
    shi_picked *picked;
    shi_page page;
    memset(needed, 1, sizeof needed);
    shi_cell_name(t->header_top, t->left, from);
    shi_cell_name(t->last, t->right, to);
    shi_buf_format(b, "%s %s:%s%s%s\n", t->table->name, from, to, t->ask.reason ? " ? " : "", t->ask.reason ? t->ask.reason : "");
    assert_int_equal(shi_picked_open(&w->keep, &w->grid, t, &w->names, &picked).code, 0);
    shi_strs columns = shi_picked_columns(picked);
    assert_int_equal(shi_page_open(columns.len, needed, false, &page).code, 0);
    while (!shi_picked_next(picked, &page).code && page.rows)
        for (int64_t r = 0; r < page.rows; r++) {
            bool first = true;
            for (int c = 0; c < t->table->columns; c++)
                for (int64_t k = 0; k < columns.len; k++) {
                    if (shi_picked_schema(picked)[k] != c) continue;
                    shi_str s = page.cell[k][r];
                    shi_buf_format(b, "%s%.*s", first ? "  " : "|", (int)s.len, s.ptr ? s.ptr : "");
                    first = false;
                }
            if (page.fault[r].reason) shi_buf_format(b, " !%s [%.*s]", page.fault[r].reason, (int)page.fault[r].value.len,
                                                     page.fault[r].value.ptr ? page.fault[r].value.ptr : "");
            shi_buf_addc(b, '\n');
        }
    shi_page_drop(&page);
}

static void check_with(const char *text, const shi_layout_options *options, const char *want)
{
    world w;
    shi_buf b = { 0 };
    world_open(&w, text, options);
    for (int64_t i = 0; i < w.layout.tables; i++) table_write(&w, &w.layout.table[i], &b);
    for (int64_t i = 0; i < w.layout.lefts; i++)
        shi_buf_format(&b, "- %d-%d %s\n", w.layout.left[i].first + 1, w.layout.left[i].last + 1, w.layout.left[i].why);
    for (int64_t i = 0; i < w.layout.totals; i++)
        shi_buf_format(&b, "+ %d %lld %lld\n", w.layout.total[i].row + 1, (long long)w.layout.total[i].says, (long long)w.layout.total[i].sum);
    assert_string_equal(b.ptr ? b.ptr : "", want);
    shi_buf_drop(&b);
    world_close(&w);
}

static void check(const char *text, const char *want)
{
    check_with(text, &(shi_layout_options){ .with_hidden = false }, want);
}

static void plain_tables(void **state)
{
    (void)state;
    check("账号|时间|动作\nu1|2024-05-01|read\n", "events A1:C2\n  u1|2024-05-01|read\n");
    check("账号|应用\nu1|a\n", "accounts A1:B2\n  a|u1\n");
    check("应用|应用名称\na|b\n", "apps A1:B2\n  a|b\n");
    check("姓名|电话\n某|1\n", "");
    check("", "");
    check("名称\n", "");
    check("村|区划代码\n柳湾村|340101\n", "units A1:B2\n  340101|柳湾村|village|3401\n");   /* the parent is the one that is known */
}

static void headers(void **state)
{
    (void)state;
    check("2024年6月|<\n村|月活\n柳湾村|1\n", "targets A2:B3 ? the table can be read in two ways\n  active|2024-06|340101|1\n- 1-1 titles\n");
    check("村|2024年6月|<\n^|月活任务数|阅读任务数\n柳湾村|1|2\n", "targets A1:C3\n  active|2024-06|340101|1\n  reads|2024-06|340101|2\n");
    check("村|2024年6月||2024年7月|\n|月活任务数|阅读任务数|月活任务数|阅读任务数\n柳湾村|1|2|3|4\n",   /* as in CSV: nothing is merged */
          "targets A1:E3\n  active|2024-06|340101|1\n  reads|2024-06|340101|2\n  active|2024-07|340101|3\n  reads|2024-07|340101|4\n");
    check("村|2024年6月月活任务数（万人）\n柳湾村|1.5\n", "targets A1:B2\n  active|2024-06|340101|1.5万\n");
    check("指标|周期|单位代码|上报数（%）|基数\nactive|2024|340101|95|100\n", "reports A1:E2\n  active|2024|340101|95%|100\n");
    check("指标|周期|单位代码|上报数\nactive|2024|340101|1\n指标|周期|单位代码|上报数\nreads|2024|340101|2\n",
          "reports A1:D4\n  active|2024|340101|1\n  reads|2024|340101|2\n- 3-3 the header again\n");
}

static void units_by_name(void **state)
{
    (void)state;
    check("乡镇|村|2024年月活任务数\n沿河镇|新村|1\n上河镇|新村|2\n|新村|3\n",
          "targets A1:C4\n  active|2024|340102|1\n  active|2024|340201|2\n  active|2024|340201|3\n");
    check("乡镇|村|2024年月活任务数\n沿河镇||9\n^|柳湾村村委会|1\n", "targets A1:C3\n  active|2024|3401|9\n  active|2024|340101|1\n");
    check("单位|2024年月活任务数\n新村|1\n无名村|2\n340102|3\n",
          "targets A1:B4\n  active|2024||1 !two units have this name [新村: 340102 (沿河镇), 340201 (上河镇)]\n"
          "  active|2024||2 !there is no unit of this name [无名村]\n  active|2024|340102|3\n");
    check("乡镇|村|2024年月活任务数\n上河镇|柳湾村|1\n",
          "targets A1:C2\n  active|2024||1 !there is no unit of this name [上河镇 / 柳湾村]\n");
    check("单位|2024年月活任务数\n13912345678|1\n", "targets A1:B2\n  active|2024||1 !there is no unit of this name [***]\n");
}

static void left_out(void **state)
{
    (void)state;
    check("标题|<\n村|2024年月活任务数\n柳湾村|1\n#新村|2\n合 计|3\n备注：无\n2、另外\n",
          "targets A2:B5\n  active|2024|340101|1\n- 1-1 titles\n- 4-4 hidden rows (--with-hidden takes them)\n- 5-5 totals\n- 6-7 notes\n+ 5 3000 1000\n");
    check_with("乡镇|村|2024年月活任务数\n#沿河镇|柳湾村|1\n", &(shi_layout_options){ .with_hidden = true },
               "targets A1:C2\n  active|2024|340101|1\n");
    check("村|2024年月活任务数\n柳湾村|1\n小计|1\n柳湾村|2\n小计|2\n总计|3\n",
          "targets A1:B6\n  active|2024|340101|1\n  active|2024|340101|2\n- 3-3 totals\n- 5-6 totals\n");
    check("村|2024年月活任务数\n柳湾村|\n", "targets A1:B2\n");   /* a row without a figure is no record */
}

static void questions(void **state)
{
    (void)state;
    check("村|月活任务数\n柳湾村|1\n", "targets A1:B2 ? no period stands above the table or in it\n  active|340101|1\n");
    check("指标|周期|单位代码|任务数|目标数\na|2024|34|1|2\n", "targets A1:E2 ? two headers mean the same column\n  a|2024|34|1\n  a|2024|34|2\n");
    check("单位：万人|\n名称|级别|区划代码|常住人口\n甲|县|34|1\n",
          "units A2:D3 ? the title says that numbers are in 万, the headers do not say which\n  34|甲|县|1\n- 1-1 titles\n");
    const shi_str map = S("value=数"), set = S("period=2024-06");
    check_with("村|数\n柳湾村|1\n", &(shi_layout_options){ .header = { &map, &set, 1, 1 }, .only = shi_table_find(S("targets")) },
               "targets A1:B2 ? no indicator is named above the table or in it\n  340101|1\n");
}

static void words(void **state)
{
    (void)state;
    static const struct { const char *text, *plain; int places; bool percent; } PLAIN[] = {
        { " 常住 人口\n（人） ", "常住人口", 0, false }, { "ＩＰ地址：", "ip地址", 0, false }, { "常住人口（万人）", "常住人口", 4, false },
        { "村（社区）", "村(社区)", 0, false }, { "完成率(%)", "完成率", 0, true }, { "*名称", "名称", 0, false }, { "金额（亿元）", "金额", 8, false },
        { "(人)", "(人)", 0, false }, { "", "", 0, false },
    };
    for (int64_t i = 0; i < COUNT(PLAIN); i++) {
        shi_heading h;
        shi_heading_plain(shi_str_from(PLAIN[i].text), &h);
        assert_true(shi_str_eq(shi_heading_text(&h), shi_str_from(PLAIN[i].plain)));
        assert_int_equal(h.places, PLAIN[i].places);
        assert_int_equal(h.percent, PLAIN[i].percent);
    }
    static const struct { const char *text, *want; int n; } PERIOD[] = {
        { "2024年6月任务", "2024-06", 1 }, { "2024年第二季度", "2024-Q2", 1 }, { "2024年2季度", "2024-Q2", 1 }, { "2024年度", "2024", 1 },
        { "截至2024年6月30日", "", 0 }, { "2024年1-6月", "", 0 }, { "2024年上半年", "", 0 }, { "2024-06", "2024-06", 1 }, { "2024.6.30", "", 0 },
        { "2024年第23周", "2024-W23", 1 }, { "2024年13月", "", 0 }, { "20240630", "", 0 }, { "2024年5月至2024年6月", "2024-05", 2 },
    };
    for (int64_t i = 0; i < COUNT(PERIOD); i++) {
        shi_period found[2];
        int64_t from, to;
        char text[16] = "";
        int n = shi_heading_periods(shi_str_from(PERIOD[i].text), found, &from, &to);
        if (n) shi_period_write(&found[0], text);
        assert_int_equal(n, PERIOD[i].n);
        assert_string_equal(text, PERIOD[i].want);
    }
    assert_true(shi_heading_is_total(S("沿河镇小计")) && !shi_heading_is_total(S("合计数")));
    assert_true(shi_heading_is_note(S("注:某")) && shi_heading_is_note(S("填表人:某")) && !shi_heading_is_note(S("说明村")));
}

/* Any cells: nothing fails, and every record stands on the grid. */
static void random_sheets(void **state)
{
    (void)state;
    static const char *const WORD[] = { "村", "乡镇", "单位代码", "任务数", "上报数", "月活", "2024年6月", "柳湾村", "合计", "注：", "1", "12", "指标", "周期", "<",
                                        "^", "", "", "名称", "级别", "账号", "时间", "动作", "应用", "上河镇", "—" };
    uint64_t seed = 1;
    for (int round = 0; round < 400; round++) {
        shi_buf text = { 0 };
        world w;
        shi_buf out = { 0 };
        for (int r = 0; r < 8; r++) {
            for (int c = 0; c < 5; c++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                shi_buf_format(&text, "%s%s", c ? "|" : (seed >> 60) == 0 ? "#" : "", WORD[(seed >> 33) % COUNT(WORD)]);
            }
            shi_buf_addc(&text, '\n');
        }
        world_open(&w, text.ptr, &(shi_layout_options){ .with_hidden = round % 2 });
        for (int64_t i = 0; i < w.layout.tables; i++) {
            assert_in_range(w.layout.table[i].header_bottom, w.layout.table[i].header_top, w.grid.rows - 1);
            table_write(&w, &w.layout.table[i], &out);
        }
        shi_buf_drop(&text);
        shi_buf_drop(&out);
        world_close(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_tables), cmocka_unit_test(headers), cmocka_unit_test(units_by_name), cmocka_unit_test(left_out),
        cmocka_unit_test(questions), cmocka_unit_test(words), cmocka_unit_test(random_sheets),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
