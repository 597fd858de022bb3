/* The tables of the contract as data. To add a column, add a line here: import, views, help and errors follow. */
#include "table/schema.h"

#include <string.h>

#define LEVELS "province=省|city=市=地级市|county=县=区=县级|town=镇=乡=街道=乡镇=乡级|village=村=社区=村级|group=组=村民小组"
#define COUNTS "registered=注册|new=新增注册|active=活跃|reads=阅读|likes=点赞|comments=评论|shares=转发|checkins=签到|entries=录入|" \
               "votes=投票|follows=关注|uploads=上传|installs=安装|quiz=答题|seconds=学习时长|points=积分"
#define FEATURES "checkin=打卡签到=签到打卡=打卡=签到|points_rank=积分排名=积分排行|duration=在线时长=学习时长|upload=上传|location=定位=轨迹|commerce=经营|" \
                 "complaint=投诉建议=投诉"
#define ISSUERS "committee=党委|government=政府|department=部门=dept=office|coordinating=议事协调机构=coord"
#define FREQUENCIES "daily=每日=日|weekly=每周=周|monthly=每月=月|quarterly=每季=季|yearly=每年=年|once=一次=adhoc"
#define ACTIONS "login=登录=登陆|read=阅读|like=点赞|comment=评论|share=转发=分享|checkin=签到=打卡|entry=录入|vote=投票|follow=关注|" \
                "upload=上传|install=安装|quiz=答题|study=学习|points=积分"

static const shi_table TABLES[] = {
    { .name = "units", .aliases = "行政区划", .columns = 11, .key = { "unit_code" }, .column = {
        { "unit_code", "区划代码|单位代码|行政区划代码|区划编码|单位编码|行政区划编码|村代码|村编码|统计用区划代码", SHI_T_CODE, true, NULL },
        { "name", "名称|单位名称", SHI_T_TEXT, true, NULL },
        { "level", "级别|层级|行政级别", SHI_T_WORD, true, LEVELS },
        { "parent_code", "上级代码|上级区划代码|上级单位代码|所属乡镇代码", SHI_T_CODE, false, NULL },
        { "residents", "常住人口|常住人口数|常住人数", SHI_T_COUNT, false, NULL },
        { "registered", "户籍人口|户籍人口数|户籍人数", SHI_T_COUNT, false, NULL },
        { "incoming", "外来常住|外来常住人口", SHI_T_COUNT, false, NULL },
        { "eligible", "适用人口|适用人数", SHI_T_COUNT, false, NULL },
        { "phone_share", "智能手机比例", SHI_T_SHARE, false, NULL },
        { "households", "户数|总户数|家庭户数", SHI_T_COUNT, false, NULL },
        { "cadres", "干部数|村干部数|村干部人数|两委干部数", SHI_T_COUNT, false, NULL } } },
    { .name = "apps", .aliases = "应用", .columns = 16, .key = { "app" }, .column = {
        { "app", "应用|应用编码", SHI_T_CODE, true, NULL },
        { "name", "应用名称|名称", SHI_T_TEXT, true, NULL },
        { "kind", "类型", SHI_T_WORD, false, "app|mini=小程序|quick=快应用|account=公众号=公众账号|group=工作群=群组|web=网页=网站|device=终端" },
        { "owner_code", "主办单位", SHI_T_CODE, false, NULL },
        { "owner_type", "主办性质", SHI_T_WORD, false, "admin=行政|party=党委|mass=群团|institution=事业单位|firm=企业|social=社会组织" },
        { "owner_level", "主办级别", SHI_T_WORD, false, "nation=国家|" LEVELS },
        { "audience", "面向", SHI_T_WORD, false, "staff=干部=内部人员|public=群众=公众|both=均有" },
        { "launched_at", "上线时间", SHI_T_DUE, false, NULL },
        { "closed_at", "下线时间", SHI_T_DUE, false, NULL },
        { "approval_no", "批准文号", SHI_T_TEXT, false, NULL },
        { "filing_no", "备案号", SHI_T_TEXT, false, NULL },
        { "filed_at", "备案时间", SHI_T_DUE, false, NULL },
        { "features", "功能", SHI_T_LIST, false, FEATURES },
        { "filed_features", "备案功能", SHI_T_LIST, false, FEATURES },
        { "feature_note", "功能说明", SHI_T_TEXT, false, NULL },
        { "shows_filing", "标明备案号", SHI_T_YESNO, false, NULL } } },
    { .name = "indicators", .aliases = "指标", .columns = 17, .key = { "indicator" }, .column = {
        { "indicator", "指标编码|指标", SHI_T_CODE, true, NULL },
        { "app", "应用", SHI_T_APP, true, NULL },
        { "name", "名称|指标名称", SHI_T_TEXT, true, NULL },
        { "counts", "计数口径|统计口径", SHI_T_WORD, true, COUNTS },
        { "dedupe", "去重", SHI_T_WORD, false, "none=不去重|account-object=账号对象|account-day=账号日" },
        { "class", "类别", SHI_T_WORD, false, "core=核心|other=其他" },
        { "basis", "考核方式", SHI_T_WORDS, false, "assessed=考核|ranked=排名|deducted=扣分|reported=上报|informational=参考" },
        { "consequence", "后果", SHI_T_WORDS, false, "none=无|criticism=批评|report=通报|deduct=扣分|award=奖励|pay=绩效|interview=约谈|veto=一票否决|"
          "pledge=责任状" },
        { "required", "强制", SHI_T_WORDS, false, "install=安装|login=登录|checkin=签到|upload=上传|use=使用" },
        { "exempt", "豁免", SHI_T_WORD, false, "security=安全|emergency=应急" },
        { "statutory", "统计调查", SHI_T_YESNO, false, NULL },
        { "honest_minutes", "单位工时", SHI_T_DECIMAL, false, NULL },
        { "duty", "履职事项", SHI_T_WORD, false, "basic=基本|joint=配合|upper=上级|self_governance=自治|none=清单外" },
        { "legal_basis", "依据", SHI_T_TEXT, false, NULL },
        { "points_total", "总分", SHI_T_DECIMAL, false, NULL },
        { "levels", "指标级数", SHI_T_COUNT, false, NULL },
        { "min_score", "最小分值", SHI_T_DECIMAL, false, NULL } } },
    { .name = "prices", .aliases = "价格", .columns = 6, .key = { "counts", "kind", "seen_at" }, .column = {
        { "counts", "计数口径", SHI_T_WORD, true, COUNTS },
        { "price", "单价", SHI_T_PRICE, true, NULL },
        { "per", "计价", SHI_T_WORD, false, "unit=每个|account-month=每账号每月" },
        { "kind", "类型", SHI_T_WORD, false, "list=零售|bulk=批量" },
        { "seen_at", "时间", SHI_T_TIME, false, NULL },
        { "source", "来源", SHI_T_TEXT, false, NULL } } },
    { .name = "targets", .aliases = "任务", .columns = 10, .key = { "indicator", "period", "unit_code", "issuer_code" }, .column = {
        { "indicator", "指标编码|指标", SHI_T_CODE, true, NULL },
        { "period", "周期|月份|统计周期|所属期|统计月份|考核周期|任务周期|年月", SHI_T_PERIOD, true, NULL },
        { "unit_code", "区划代码|单位代码|行政区划代码|区划编码|单位编码|行政区划编码|村代码|村编码|统计用区划代码", SHI_T_CODE, true, NULL },
        { "value", "任务数|任务|任务量|下达任务|下达任务数|目标|目标数|目标值|任务目标|目标任务|目标任务数|任务指标数|分解任务|分解任务数|应完成数|应注册人数|应注册数|应安装数|计划数", SHI_T_DECIMAL, true, NULL },
        { "issuer_code", "下达单位", SHI_T_CODE, false, NULL },
        { "issuer_type", "下达性质", SHI_T_WORD, false, ISSUERS },
        { "issued_at", "下达时间|下达日期", SHI_T_TIME, false, NULL },
        { "due_at", "截止时间|截止日期|完成时限", SHI_T_DUE, false, NULL },
        { "document", "文号", SHI_T_TEXT, false, NULL },
        { "addressee_type", "主送性质", SHI_T_WORD, false, ISSUERS } } },
    { .name = "bulletins", .aliases = "通报", .columns = 6,
      .key = { "indicator", "kind", "frequency", "issuer_code", "published_at", "consequence" }, .column = {
        { "indicator", "指标编码|指标", SHI_T_CODE, true, NULL },
        { "kind", "形式", SHI_T_WORD, true, "rank=排名|list=名单|score=计分" },
        { "frequency", "频次|freq", SHI_T_WORD, true, FREQUENCIES },
        { "issuer_code", "下达单位|通报单位", SHI_T_CODE, false, NULL },
        { "published_at", "发布时间", SHI_T_TIME, false, NULL },
        { "consequence", "后果", SHI_T_WORDS, false, "criticism=批评|report=书面检查|deduct=扣分|interview=约谈" } } },
    { .name = "documents", .aliases = "文件", .columns = 10, .key = { "doc_no" }, .column = {
        { "doc_no", "文号", SHI_T_TEXT, true, NULL },
        { "issuer_code", "制发单位", SHI_T_CODE, false, NULL },
        { "issuer_type", "制发性质", SHI_T_WORD, false, ISSUERS },
        { "addressee_type", "主送性质", SHI_T_WORD, false, ISSUERS },
        { "dated", "成文日期", SHI_T_DUE, false, NULL },
        { "basis", "依据", SHI_T_TEXT, false, NULL },
        { "burden_review", "减负评估", SHI_T_TEXT, false, NULL },
        { "plan_no", "计划编号", SHI_T_TEXT, false, NULL },
        { "sets_targets", "下达任务", SHI_T_YESNO, false, NULL },
        { "list_no", "保留清单编号", SHI_T_TEXT, false, NULL } } },
    { .name = "forms", .aliases = "报表", .columns = 13, .key = { "id" }, .column = {
        { "id", "编号", SHI_T_CODE, true, NULL },
        { "form_no", "表号", SHI_T_TEXT, false, NULL },
        { "maker", "制定机关", SHI_T_TEXT, false, NULL },
        { "approval_no", "批准或备案文号", SHI_T_TEXT, false, NULL },
        { "valid_to", "有效期至", SHI_T_DUE, false, NULL },
        { "items", "填报项目", SHI_T_LIST, false, NULL },
        { "frequency", "频次|freq", SHI_T_WORD, false, FREQUENCIES },
        { "period", "周期", SHI_T_PERIOD, false, NULL },
        { "respondents", "填报对象", SHI_T_WORDS, false, LEVELS },
        { "channel", "渠道", SHI_T_WORD, false, "platform=一站式平台=平台|app=应用|email=邮箱=邮件|phone=电话|paper=纸质|group=工作群|other=其他" },
        { "notice_hours", "通知时限", SHI_T_DECIMAL, false, NULL },
        { "is_survey", "统计调查", SHI_T_YESNO, false, NULL },
        { "shared_available", "可共享取得", SHI_T_YESNO, false, NULL } } },
    { .name = "reports", .aliases = "上报", .columns = 6, .key = { "indicator", "period", "unit_code" }, .latest = "reported_at", .column = {
        { "indicator", "指标编码|指标", SHI_T_CODE, true, NULL },
        { "period", "周期|月份|统计周期|所属期|统计月份|考核周期|任务周期|年月", SHI_T_PERIOD, true, NULL },
        { "unit_code", "区划代码|单位代码|行政区划代码|区划编码|单位编码|行政区划编码|村代码|村编码|统计用区划代码", SHI_T_CODE, true, NULL },
        { "value", "上报数|上报人数|上报值|上报数量|完成数|已完成数|实际完成|实际完成数|完成任务数|完成人数|已注册人数|已注册数|实际注册人数|填报数", SHI_T_REPORTED, true, NULL },
        { "base", "基数|应报基数|总基数", SHI_T_DECIMAL, false, NULL },
        { "reported_at", "上报时间|上报日期", SHI_T_TIME, false, NULL } } },
    { .name = "accounts", .aliases = "账号", .columns = 12, .key = { "app", "account" }, .column = {
        { "app", "应用", SHI_T_APP, true, NULL },
        { "account", "账号", SHI_T_ACCOUNT, true, NULL },
        { "unit_code", "区划代码|单位代码|行政区划代码|区划编码|单位编码|行政区划编码|村代码|村编码|统计用区划代码", SHI_T_CODE, false, NULL },
        { "registered_at", "注册时间", SHI_T_TIME, false, NULL },
        { "closed_at", "注销时间", SHI_T_TIME, false, NULL },
        { "phone", "手机号|手机号码", SHI_T_PHONE, false, NULL },
        { "device", "设备|设备号", SHI_T_DEVICE, false, NULL },
        { "ip", "IP地址", SHI_T_IP, false, NULL },
        { "channel", "渠道", SHI_T_TEXT, false, NULL },
        { "inviter", "邀请人", SHI_T_ACCOUNT, false, NULL },
        { "verified_by", "核验", SHI_T_WORD, false, "sms=短信|face=人脸|householder=户主|onsite=现场" },
        { "operator", "操作", SHI_T_WORD, false, "self=本人|helper=代办|staff=工作人员" } } },
    { .name = "events", .aliases = "日志", .columns = 11, .column = {
        { "app", "应用", SHI_T_APP, true, NULL },
        { "account", "账号", SHI_T_ACCOUNT, true, NULL },
        { "time", "时间", SHI_T_TIME, true, NULL },
        { "action", "动作", SHI_T_ACTION, true, ACTIONS },
        { "object", "对象", SHI_T_TEXT, false, NULL },
        { "device", "设备|设备号", SHI_T_DEVICE, false, NULL },
        { "ip", "IP地址", SHI_T_IP, false, NULL },
        { "seconds", "时长", SHI_T_DECIMAL, false, NULL },
        { "value", "分值", SHI_T_DECIMAL, false, NULL },
        { "text", "内容", SHI_T_SPOKEN, false, NULL },
        { "answer", "答案", SHI_T_SPOKEN, false, NULL } } },
};

/* Levels before the general ones: what is called 村 is a village. */
static const shi_unit_heading UNIT_HEADINGS[] = {
    { "province", "省|省份|省（区、市）" },
    { "city", "市|地市|市州|设区市|地级市" },
    { "county", "县|区县|县区|县（区）|县（市、区）|县市区|区（县）|所属县|所属区县" },
    { "town", "镇|乡镇|乡|街道|镇街|乡镇（街道）|镇（街道）|乡（镇）|乡（镇、街道）|乡镇街道|乡镇名称|所属乡镇|所属镇街|所属镇|所属街道|镇名" },
    { "village", "村|社区|村名|行政村|村（社区）|村（居）|村居|村社区|村级|村（社区）名称|村名称|行政村名称|社区名称|村/社区|所在村|所属村" },
    { "group", "组|村民组|村民小组|小组|组别" },
    { NULL, "单位|单位名称|名称|地区|区域|所属单位|责任单位|承办单位|牵头单位|填报单位|上报单位|被考核单位|考核单位" },
};

const shi_unit_heading *shi_unit_heading_at(int64_t i)
{
    return i >= 0 && i < COUNT(UNIT_HEADINGS) ? &UNIT_HEADINGS[i] : NULL;
}

const char SHI_INDICATOR_HEADINGS[] = "指标名称|考核指标|任务指标|指标项目|任务名称|考核内容|考核项目|工作任务";

const shi_table *shi_table_at(int64_t i)
{
    return i >= 0 && i < COUNT(TABLES) ? &TABLES[i] : NULL;
}

/* Is `s` one of the parts of list, separated by `sep`? */
static bool among(const char *list, char sep, shi_str s)
{
    shi_str all = shi_str_from(list);
    for (int64_t from = 0; all.ptr && from <= all.len;) {
        int64_t to = shi_str_find(all, sep, from);
        if (to < 0) to = all.len;
        if (shi_str_eq_nocase(shi_str_sub(all, from, to), s)) return true;
        from = to + 1;
    }
    return false;
}

const shi_table *shi_table_find(shi_str name)
{
    for (int64_t i = 0; i < COUNT(TABLES); i++)
        if (shi_str_eq_nocase(name, shi_str_from(TABLES[i].name)) || among(TABLES[i].aliases, '|', name)) return &TABLES[i];
    return NULL;
}

int shi_table_column(const shi_table *table, shi_str name)
{
    for (int c = 0; c < table->columns; c++)
        if (shi_str_eq(name, shi_str_from(table->column[c].name))) return c;
    return -1;
}

int shi_table_header(const shi_table *table, shi_str header)
{
    for (int c = 0; c < table->columns; c++)
        if (shi_str_eq_nocase(header, shi_str_from(table->column[c].name))) return c;
    for (int c = 0; c < table->columns; c++)
        if (among(table->column[c].aliases, '|', header)) return c;
    return -1;
}

bool shi_table_of_figures(const shi_table *table)
{
    return !strcmp(table->name, "targets") || !strcmp(table->name, "reports");
}

const char *shi_type_sql(shi_type type)
{
    switch (type) {
    case SHI_T_COUNT: return "BIGINT";
    case SHI_T_DECIMAL:
    case SHI_T_REPORTED: return "DECIMAL(18,3)";
    case SHI_T_SHARE:
    case SHI_T_PRICE:
    case SHI_T_REAL: return "DOUBLE";
    case SHI_T_TIME:
    case SHI_T_DUE: return "TIMESTAMP";
    default: return "VARCHAR";
    }
}

bool shi_word_find(const char *words, shi_str s, shi_str *code)
{
    shi_str all = shi_str_from(words);
    for (int64_t from = 0; from <= all.len;) {
        int64_t to = shi_str_find(all, '|', from);
        if (to < 0) to = all.len;
        shi_str entry = shi_str_sub(all, from, to);
        int64_t eq = shi_str_find(entry, '=', 0);
        shi_str first = shi_str_sub(entry, 0, eq < 0 ? entry.len : eq);
        bool hit = shi_str_eq_nocase(first, s);
        for (int64_t at = eq; !hit && at >= 0;) {
            int64_t next = shi_str_find(entry, '=', at + 1);
            hit = shi_str_eq_nocase(shi_str_sub(entry, at + 1, next < 0 ? entry.len : next), s);
            at = next;
        }
        if (hit) {
            *code = first;
            return true;
        }
        from = to + 1;
    }
    return false;
}

shi_str shi_word_at(const char *words, int32_t at)
{
    shi_str all = shi_str_from(words);
    int64_t from = 0;
    for (int32_t k = 0; k < at && from >= 0; k++) {
        from = shi_str_find(all, '|', from);
        if (from >= 0) from++;
    }
    if (at < 0 || from < 0) return (shi_str){ 0 };
    int64_t to = from;
    while (to < all.len && all.ptr[to] != '|' && all.ptr[to] != '=') to++;
    return shi_str_sub(all, from, to);
}
