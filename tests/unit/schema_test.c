/* The tables of the contract: names and required columns as the design lists them, and what every table must keep to. */
#include "table/schema.h"
#include "test.h"

/* Design 2, "Input"; * required. Tables in the order of the chain. */
static const struct {
    const char *table, *chinese, *columns;
} CONTRACT[] = {
    { "units", "行政区划", "unit_code* name* level* parent_code residents registered incoming eligible phone_share households cadres" },
    { "apps", "应用", "app* name* kind owner_code owner_type owner_level audience launched_at closed_at approval_no filing_no filed_at features "
      "filed_features feature_note shows_filing" },
    { "indicators", "指标", "indicator* app* name* counts* dedupe class basis consequence required exempt statutory honest_minutes "
      "duty legal_basis points_total levels min_score" },
    { "prices", "价格", "counts* price* per kind seen_at source" },
    { "targets", "任务", "indicator* period* unit_code* value* issuer_code issuer_type issued_at due_at document addressee_type" },
    { "bulletins", "通报", "indicator* kind* frequency* issuer_code published_at consequence" },
    { "documents", "文件", "doc_no* issuer_code issuer_type addressee_type dated basis burden_review plan_no sets_targets list_no" },
    { "forms", "报表", "id* form_no maker approval_no valid_to items frequency period respondents channel notice_hours is_survey shared_available" },
    { "reports", "上报", "indicator* period* unit_code* value* base reported_at" },
    { "accounts", "账号", "app* account* unit_code registered_at closed_at phone device ip channel inviter verified_by operator" },
    { "events", "日志", "app* account* time* action* object device ip seconds value text answer" },
};

static void tables_are_the_contract(void **state)
{
    (void)state;
    for (int64_t t = 0; t < COUNT(CONTRACT); t++) {
        const shi_table *table = shi_table_at(t);
        assert_non_null(table);
        assert_string_equal(table->name, CONTRACT[t].table);
        assert_ptr_equal(shi_table_find(shi_str_from(CONTRACT[t].table)), table);
        assert_ptr_equal(shi_table_find(shi_str_from(CONTRACT[t].chinese)), table);
        shi_buf got = { 0 };
        for (int c = 0; c < table->columns; c++)
            shi_buf_format(&got, "%s%s%s", c ? " " : "", table->column[c].name, table->column[c].required ? "*" : "");
        assert_str(shi_buf_str(&got), CONTRACT[t].columns);
        shi_buf_drop(&got);
    }
    assert_null(shi_table_at(COUNT(CONTRACT)));
    assert_null(shi_table_at(-1));
    assert_ptr_equal(shi_table_find(S("EVENTS")), shi_table_at(10));
    static const char *const NONE[] = { "", "unit", "units ", "event", "行政", "指标|", "|", "results" };
    for (int64_t i = 0; i < COUNT(NONE); i++) assert_null(shi_table_find(shi_str_from(NONE[i])));
}

static void chinese_headers(void **state)
{
    (void)state;
    static const struct {
        const char *table, *header, *column;
    } CASE[] = {   /* design 2, in brackets */
        { "units", "区划代码", "unit_code" }, { "units", "名称", "name" }, { "units", "级别", "level" }, { "units", "上级代码", "parent_code" },
        { "units", "常住人口", "residents" }, { "units", "户籍人口", "registered" }, { "units", "外来常住", "incoming" },
        { "units", "适用人口", "eligible" }, { "units", "智能手机比例", "phone_share" }, { "units", "户数", "households" },
        { "units", "干部数", "cadres" }, { "apps", "应用", "app" }, { "apps", "应用名称", "name" }, { "apps", "类型", "kind" },
        { "apps", "主办单位", "owner_code" }, { "apps", "主办性质", "owner_type" }, { "apps", "面向", "audience" },
        { "apps", "备案号", "filing_no" }, { "apps", "功能", "features" }, { "indicators", "指标编码", "indicator" },
        { "indicators", "应用", "app" }, { "indicators", "名称", "name" }, { "indicators", "计数口径", "counts" },
        { "indicators", "去重", "dedupe" }, { "indicators", "类别", "class" }, { "indicators", "考核方式", "basis" },
        { "indicators", "后果", "consequence" }, { "indicators", "强制", "required" }, { "indicators", "豁免", "exempt" },
        { "indicators", "统计调查", "statutory" }, { "indicators", "单位工时", "honest_minutes" }, { "targets", "周期", "period" },
        { "targets", "任务数", "value" }, { "targets", "下达单位", "issuer_code" }, { "targets", "下达性质", "issuer_type" },
        { "targets", "下达时间", "issued_at" }, { "targets", "截止时间", "due_at" }, { "targets", "文号", "document" },
        { "bulletins", "形式", "kind" }, { "bulletins", "频次", "frequency" }, { "bulletins", "后果", "consequence" },
        { "reports", "上报数", "value" }, { "reports", "基数", "base" }, { "accounts", "账号", "account" },
        { "accounts", "注册时间", "registered_at" }, { "accounts", "注销时间", "closed_at" }, { "accounts", "渠道", "channel" },
        { "accounts", "邀请人", "inviter" }, { "accounts", "核验", "verified_by" }, { "accounts", "操作", "operator" },
        { "events", "时间", "time" }, { "events", "动作", "action" }, { "events", "对象", "object" }, { "events", "时长", "seconds" },
        { "events", "分值", "value" }, { "events", "内容", "text" }, { "events", "答案", "answer" }, { "prices", "单价", "price" },
        { "prices", "计价", "per" }, { "units", "UNIT_CODE", "unit_code" }, { "accounts", "手机号", "phone" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        const shi_table *table = shi_table_find(shi_str_from(CASE[i].table));
        int c = shi_table_header(table, shi_str_from(CASE[i].header));
        if (c < 0 || strcmp(table->column[c].name, CASE[i].column)) fail_msg("%s in %s is %s", CASE[i].header, CASE[i].table, CASE[i].column);
        assert_int_equal(shi_table_column(table, shi_str_from(CASE[i].column)), c);
    }
    const shi_table *units = shi_table_find(S("units"));
    assert_int_equal(shi_table_column(units, S("区划代码")), -1);   /* the contract's name only */
    assert_int_equal(shi_table_column(units, S("UNIT_CODE")), -1);
    assert_int_equal(shi_table_header(units, S("备注")), -1);
    assert_int_equal(shi_table_header(units, S("")), -1);
    assert_int_equal(shi_table_header(units, S("|")), -1);
}

/* The parts of a list; *next moves on, false at the end. */
static bool part(const char *list, char sep, int64_t *next, shi_str *out)
{
    shi_str all = shi_str_from(list);
    if (*next > all.len) return false;
    int64_t to = shi_str_find(all, sep, *next);
    if (to < 0) to = all.len;
    *out = shi_str_sub(all, *next, to);
    *next = to + 1;
    return true;
}

static void check_words(const shi_column *column)
{
    shi_str entry, word, code, first;
    bool takes_words = column->type == SHI_T_WORD || column->type == SHI_T_WORDS || column->type == SHI_T_ACTION;
    if (column->type != SHI_T_LIST) assert_int_equal(takes_words, column->words != NULL);   /* a list may know no word */
    if (!column->words) return;
    for (int64_t at = 0; part(column->words, '|', &at, &entry);) {
        char copy[200];
        snprintf(copy, sizeof copy, "%.*s", (int)entry.len, entry.ptr);
        int64_t in = 0;
        assert_true(part(copy, '=', &in, &first));
        for (in = 0; part(copy, '=', &in, &word);) {
            assert_true(word.len > 0 && shi_str_eq(shi_str_trim(word), word));
            /* no word means two codes */
            if (!shi_word_find(column->words, word, &code) || !shi_str_eq(code, first)) fail_msg("%s in %s is doubtful", copy, column->name);
        }
    }
    assert_false(shi_word_find(column->words, S(""), &code));
    assert_false(shi_word_find(column->words, S("no such word"), &code));
    assert_false(shi_word_find(column->words, S("|"), &code));
    assert_false(shi_word_find(column->words, S("="), &code));
}

static void every_table_is_sound(void **state)
{
    (void)state;
    const shi_table *t;
    for (int64_t i = 0; (t = shi_table_at(i)); i++) {
        assert_true(t->columns <= SHI_MAX_TABLE_COLUMNS);
        for (int c = 0; c < t->columns; c++) {
            const shi_column *column = &t->column[c];
            check_words(column);
            assert_int_equal(shi_table_column(t, shi_str_from(column->name)), c);   /* no name twice */
            assert_int_equal(shi_table_header(t, shi_str_from(column->name)), c);
            shi_str alias;
            assert_non_null(column->aliases);   /* every column has a Chinese header */
            for (int64_t at = 0; part(column->aliases, '|', &at, &alias);) {
                assert_true(alias.len > 0);
                assert_int_equal(shi_table_header(t, alias), c);   /* no alias of two columns */
            }
        }
        for (int c = t->columns; c < SHI_MAX_TABLE_COLUMNS; c++) assert_null(t->column[c].name);
        for (int k = 0; k < SHI_MAX_KEY && t->key[k]; k++) assert_true(shi_table_column(t, shi_str_from(t->key[k])) >= 0);
        if (t->latest) assert_true(shi_table_column(t, shi_str_from(t->latest)) >= 0);
    }
    assert_null(shi_table_find(S("events"))->key[0]);   /* equal events are kept */
    assert_string_equal(shi_table_find(S("reports"))->latest, "reported_at");
}

static void words(void **state)
{
    (void)state;
    static const struct {
        const char *table, *column, *word, *code;   /* NULL: refused */
    } CASE[] = {
        { "units", "level", "村", "village" }, { "units", "level", "街道", "town" }, { "units", "level", "Village", "village" },
        { "units", "level", "村委会", NULL }, { "units", "level", "village=村", NULL }, { "units", "level", "villag", NULL },
        { "events", "action", "登录", "login" }, { "events", "action", "阅读", "read" }, { "events", "action", "点赞", "like" },
        { "events", "action", "评论", "comment" }, { "events", "action", "转发", "share" }, { "events", "action", "签到", "checkin" },
        { "events", "action", "录入", "entry" }, { "events", "action", "投票", "vote" }, { "events", "action", "关注", "follow" },
        { "events", "action", "上传", "upload" }, { "events", "action", "安装", "install" }, { "events", "action", "答题", "quiz" },
        { "events", "action", "学习", "study" }, { "events", "action", "积分", "points" }, { "events", "action", "浏览", NULL },
        { "indicators", "counts", "活跃", "active" }, { "indicators", "counts", "SECONDS", "seconds" },
        { "indicators", "dedupe", "account-day", "account-day" }, { "targets", "issuer_type", "dept", "department" },
        { "apps", "owner_level", "nation", "nation" }, { "apps", "owner_level", "县", "county" }, { "units", "level", "国家", NULL },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        const shi_table *table = shi_table_find(shi_str_from(CASE[i].table));
        const shi_column *column = &table->column[shi_table_column(table, shi_str_from(CASE[i].column))];
        shi_str code = { 0 };
        if (shi_word_find(column->words, shi_str_from(CASE[i].word), &code) != !!CASE[i].code) fail_msg("%s in %s", CASE[i].word, column->name);
        assert_str(code, CASE[i].code);
    }
}

static void sql_types(void **state)
{
    (void)state;
    assert_string_equal(shi_type_sql(SHI_T_COUNT), "BIGINT");
    assert_string_equal(shi_type_sql(SHI_T_DECIMAL), "DECIMAL(18,3)");
    assert_string_equal(shi_type_sql(SHI_T_REPORTED), "DECIMAL(18,3)");
    assert_string_equal(shi_type_sql(SHI_T_SHARE), "DOUBLE");
    assert_string_equal(shi_type_sql(SHI_T_PRICE), "DOUBLE");
    assert_string_equal(shi_type_sql(SHI_T_REAL), "DOUBLE");
    assert_string_equal(shi_type_sql(SHI_T_TIME), "TIMESTAMP");
    assert_string_equal(shi_type_sql(SHI_T_DUE), "TIMESTAMP");
    static const shi_type TEXTS[] = { SHI_T_TEXT, SHI_T_CODE, SHI_T_APP, SHI_T_ACCOUNT, SHI_T_WORD, SHI_T_WORDS, SHI_T_ACTION, SHI_T_YESNO,
                                      SHI_T_PERIOD, SHI_T_PHONE, SHI_T_DEVICE, SHI_T_IP, SHI_T_SPOKEN };
    for (int64_t i = 0; i < COUNT(TEXTS); i++) assert_string_equal(shi_type_sql(TEXTS[i]), "VARCHAR");
}

/* What the design keeps from the disk must go through a pseudonym or a mask. */
static void columns_about_people_are_protected(void **state)
{
    (void)state;
    static const struct {
        const char *table, *column;
        shi_type type;
    } CASE[] = {
        { "accounts", "account", SHI_T_ACCOUNT }, { "accounts", "inviter", SHI_T_ACCOUNT }, { "accounts", "phone", SHI_T_PHONE },
        { "accounts", "device", SHI_T_DEVICE }, { "accounts", "ip", SHI_T_IP }, { "events", "account", SHI_T_ACCOUNT },
        { "events", "device", SHI_T_DEVICE }, { "events", "ip", SHI_T_IP }, { "events", "text", SHI_T_SPOKEN }, { "events", "answer", SHI_T_SPOKEN },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        const shi_table *table = shi_table_find(shi_str_from(CASE[i].table));
        assert_int_equal(table->column[shi_table_column(table, shi_str_from(CASE[i].column))].type, CASE[i].type);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(tables_are_the_contract),
    cmocka_unit_test(chinese_headers),
    cmocka_unit_test(every_table_is_sound),
    cmocka_unit_test(words),
    cmocka_unit_test(sql_types),
    cmocka_unit_test(columns_about_people_are_protected),
};
RUN_TESTS("schema")
