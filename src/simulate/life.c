/* A month of honest life (6-domain, 4.3): habits, a feed read from the newest down, reminders, deadline rushes, meetings, parked videos. */
#include "simulate/life.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char SHI_SIM_HEADER[] = "app,account,time,action,object,device,ip,seconds,value,text,answer\n";

/* ---- rows ---- */

shi_str shi_sim_id(const shi_sim_account *a, char room[16])
{
    return (shi_str){ room, snprintf(room, 16, "u%09u", a->serial) };
}

int shi_sim_time(int64_t at_s, char room[24])
{
    int64_t year;
    int month, day, s = (int)(at_s % 86400);
    shi_day_split(at_s / 86400, &year, &month, &day);
    int clock[] = { (int)year / 100, (int)year % 100, month, day, s / 3600, s / 60 % 60, s % 60 };
    static const char AFTER[] = { 0, '-', '-', ' ', ':', ':', 0 };
    int n = 0;
    for (int k = 0; k < 7; k++) {
        room[n++] = (char)('0' + clock[k] / 10);
        room[n++] = (char)('0' + clock[k] % 10);
        if (AFTER[k]) room[n++] = AFTER[k];
    }
    room[n] = 0;
    return n;
}

static char *put_number(char *at, int64_t n)
{
    char digits[20];
    int k = 0;
    do digits[k++] = (char)('0' + n % 10); while ((n /= 10) > 0);
    while (k > 0) *at++ = digits[--k];
    return at;
}

static char *put_hex(char *at, uint64_t x, int digits)
{
    for (int k = digits - 1; k >= 0; k--) *at++ = "0123456789abcdef"[x >> 4 * k & 15];
    return at;
}

static char *put_ip(char *at, uint64_t ip)
{
    if (ip >> 32) {
        for (int k = 3; k >= 0; k--) {
            at = put_hex(at, ip >> 16 * k & 0xffff, 4);
            *at++ = ':';
        }
        *at++ = ':';
        *at++ = '1';
        return at;
    }
    for (int k = 3; k >= 0; k--) {
        at = put_number(at, (int64_t)(ip >> 8 * k & 255));
        if (k) *at++ = '.';
    }
    return at;
}

static char *put_text(char *at, shi_str text)
{
    memcpy(at, text.ptr ? text.ptr : "", (size_t)text.len);
    return at + text.len;
}

static void tally(shi_sim_log *log, shi_sim_act act, int64_t seconds, int64_t value)
{
    int app = log->who->app;
    log->tally.n[app][act]++;
    if (seconds > 0) log->tally.seconds[app] += seconds;
    if (act == SHI_ACT_POINTS) log->tally.points[app] += value;
}

void shi_sim_row(shi_sim_log *log, int64_t at_s, shi_sim_act act, shi_str object, int64_t seconds, int64_t value, shi_str text, shi_str answer)
{
    const shi_sim_account *a = log->who;
    const shi_sim_app *app = &SHI_APPS_SIMULATED[a->app];
    char line[640], *at = line;
    if (at_s < log->start_s || at_s >= log->end_s || at_s < a->registered_s || (a->closed_s && at_s >= a->closed_s)) return;
    if (object.len + text.len + answer.len > 400) return;
    at = put_text(at, shi_str_from(app->app));
    *at++ = ',';
    at += shi_sim_id(a, at).len;
    *at++ = ',';
    at += shi_sim_time(at_s, at);
    *at++ = ',';
    at = put_text(at, shi_str_from(SHI_ACT_WORDS[act]));
    *at++ = ',';
    at = put_text(at, object);
    *at++ = ',';
    if (app->device && log->device) at = put_hex(at, log->device, 16);
    *at++ = ',';
    if (app->ip && log->ip) at = put_ip(at, log->ip);
    *at++ = ',';
    if (seconds >= 0) at = put_number(at, seconds);
    *at++ = ',';
    if (value >= 0) at = put_number(at, value);
    *at++ = ',';
    at = put_text(at, text);
    *at++ = ',';
    at = put_text(at, answer);
    *at++ = '\n';
    shi_buf_add(log->out, (shi_str){ line, at - line });
    log->rows++;
    tally(log, act, seconds, value);
}

shi_str shi_sim_object(const shi_sim_log *log, int app, int64_t at_s, int64_t back, char room[48])
{
    double into = (double)(at_s - log->start_s) / (double)(log->end_s - log->start_s), feed = log->sim->p.feed_a_month;
    int64_t n = (int64_t)(((double)log->month + into) * feed) + 1000 - back;
    return (shi_str){ room, snprintf(room, 48, "%s-%lld", SHI_APPS_SIMULATED[app].app, (long long)(n > 1 ? n : 1)) };
}

/* ---- texts ---- */

static shi_str comment(const shi_sim_log *log, shi_random *r, char room[256])
{
    static const char *const STOCK[] = { "支持", "已阅", "学习了", "点赞", "好", "收到", "为家乡点赞", "认真学习", "很有意义", "已学习", "赞", "加油", "学习强国",
        "牢记使命", "支持支持", "[鲜花]", "[强]", "非常好", "辛苦了", "转发学习" };
    static const char *const WHO[] = { "村里", "我们组", "隔壁村", "镇上", "家里老人", "孩子学校", "合作社", "卫生室" };
    static const char *const WHAT[] = { "的路灯", "的水渠", "的垃圾清运", "的补贴", "的养老金", "的医保缴费", "的果树", "的文化广场" };
    static const char *const HOW[] = { "今年比去年好多了", "还要再想想办法", "什么时候能修好", "大家都说不错", "希望能公示清楚", "我去看过一次", "听说下个月开始", "问过村干部了" };
    if (shi_random_chance(r, log->sim->p.stock_comments)) return shi_str_from(STOCK[shi_random_below(r, COUNT(STOCK))]);
    int64_t n = shi_random_below(r, 1000);
    return (shi_str){ room, snprintf(room, 256, "%s%s%s，第%lld次来看", WHO[shi_random_below(r, COUNT(WHO))], WHAT[shi_random_below(r, COUNT(WHAT))],
                                     HOW[shi_random_below(r, COUNT(HOW))], (long long)n) };
}

/* Fifteen questions of four choices; the paper is the month's and app's. */
int64_t shi_sim_quiz(shi_sim_log *log, shi_random *r, int64_t at_s, double perfect)
{
    const shi_sim *sim = log->sim;
    char sheet[16] = "", object[48];
    int app = log->who->app;
    int64_t right = 0, seconds = (int64_t)fmin(600, fmax(45, shi_random_lognormal(r, 170, 0.6)));
    double skill = shi_random_chance(r, perfect) ? 1 : shi_random_beta(r, 6, 2);
    for (int q = 0; q < 15; q++) {
        int key = (int)(shi_sim_hash(sim, SHI_R_FEED, app, log->month, q) % 4);
        bool knows = shi_random_chance(r, skill);
        /* wrong answers are not even: each question has one that misleads */
        int wrong = (key + 1 + (int)(shi_random_chance(r, 0.5) ? shi_sim_hash(sim, SHI_R_FEED, app, log->month, 100 + q) % 3
                                     : (uint64_t)shi_random_below(r, 3))) % 4;
        sheet[q] = (char)('A' + (knows ? key : wrong));
        right += knows;
    }
    shi_str paper = { object, snprintf(object, sizeof object, "%s-q%d", SHI_APPS_SIMULATED[app].app, log->month + 1) };
    shi_sim_row(log, at_s, SHI_ACT_QUIZ, paper, seconds, right, (shi_str){ 0 }, (shi_str){ sheet, 15 });
    if (app == 3) shi_sim_row(log, at_s + seconds, SHI_ACT_POINTS, (shi_str){ 0 }, -1, right, (shi_str){ 0 }, (shi_str){ 0 });
    return seconds;
}

/* ---- where and with what ---- */

static bool spring_festival(int64_t day)
{
    int64_t year;
    int month, dom;
    shi_day_split(day, &year, &month, &dom);
    return (month == 2 && dom >= 4 && dom <= 20) || (month == 1 && dom >= 29);
}

static void be_somewhere(shi_sim_log *log, shi_random *r, int64_t at_s)
{
    const shi_sim *sim = log->sim;
    const shi_sim_account *a = log->who;
    int64_t holder = a->keeper != SHI_NOBODY ? a->keeper : a->person, day = at_s / 86400, hour = at_s % 86400 / 3600;
    const shi_sim_person *x = &sim->person[holder];
    bool away = x->away;
    if (away && spring_festival(day)) away = shi_sim_unit_of(sim, SHI_R_ADDRESS, holder, 0, 8) > sim->p.spring_festival_home;
    log->device = a->fingerprint ? shi_sim_fingerprint(sim, log->village) : shi_sim_device(sim, holder, log->month);
    bool house = shi_random_chance(r, sim->p.home_share);
    if (away) log->ip = shi_sim_city(sim, log->village, x->destination, house ? shi_sim_hash(sim, SHI_R_ADDRESS, holder, log->month, 9)
                                                                                    : shi_random_u64(r) % 4096 * 7919);
    else if (x->cadre && hour >= 8 && hour < 18) log->ip = shi_sim_office(sim, log->village);
    else if (house) log->ip = shi_sim_home(sim, x->household, log->village, log->month);
    else log->ip = shi_sim_carrier(sim, log->village, day, shi_random_u64(r));
}

/* ---- when ---- */

static double day_weight(const shi_sim_log *log, int64_t day, bool rush)
{
    const shi_parameters *p = &log->sim->p;
    double days = (double)(log->end_s - log->start_s) / 86400, w = (day + 3) % 7 >= 5 ? p->weekend_factor : 1;   /* 1970-01-01 was a Thursday */
    for (int64_t k = 0; k < (int64_t)p->spike_days; k++)
        if (log->sim->month_day[0] + (int64_t)(shi_sim_hash(log->sim, SHI_R_SPIKE, k, day / 365, 0) % 365) == day) w *= p->spike_factor;
    if (rush && log->end_s / 86400 - day <= 3) w *= fmax(1, p->rush_weight / (1 - fmin(0.99, p->rush_weight)) * (days - 3) / 3);
    return w;
}

typedef struct {
    double weight[32], sum;    /* by day of the month */
} calendar;

static calendar weigh(const shi_sim_log *log, bool rush)
{
    calendar c = { .sum = 0 };
    for (int64_t d = 0; d < (log->end_s - log->start_s) / 86400; d++) c.sum += c.weight[d] = day_weight(log, log->start_s / 86400 + d, rush);
    return c;
}

static int64_t draw_time(const shi_sim_log *log, shi_random *r, const calendar *c, double habit, bool alarm)
{
    double u = shi_random_unit(r) * c->sum, hour;
    int64_t d = 0, last = (log->end_s - log->start_s) / 86400 - 1;
    while (d < last && u >= c->weight[d]) u -= c->weight[d++];
    if (alarm) hour = floor(habit) + shi_random_exponential(r, 0.03);
    else if (shi_random_chance(r, 0.6)) hour = habit + 0.7 * shi_random_normal(r);
    else hour = shi_sim_daytime(r);
    hour = fmin(23.99, fmax(0, hour));
    return log->start_s + d * 86400 + (int64_t)(hour * 3600);
}

/* ---- a session ---- */

static shi_sim_act draw_act(const shi_sim_app *app, shi_random *r)
{
    double sum = 0, u;
    for (int k = 0; k < SHI_ACTS; k++) sum += app->act[k];
    u = shi_random_unit(r) * sum;
    for (int k = 0; k < SHI_ACTS; k++)
        if ((u -= app->act[k]) < 0) return (shi_sim_act)k;
    return SHI_ACT_READ;
}

/* Returns when it ends. */
static int64_t session(shi_sim_log *log, shi_random *r, int64_t at)
{
    const shi_parameters *p = &log->sim->p;
    const shi_sim_account *a = log->who;
    const shi_sim_app *app = &SHI_APPS_SIMULATED[a->app];
    char room[48], text[256];
    bool quizzed = false;
    be_somewhere(log, r, at);
    shi_sim_row(log, at, SHI_ACT_LOGIN, (shi_str){ 0 }, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
    int64_t acts = shi_random_geometric(r, p->acts_mean - 1 > 0 ? p->acts_mean - 1 : 0), back = shi_random_geometric(r, p->feed_skip);
    for (int64_t i = 0; i < acts && i < 60; i++) {
        at += 1 + (int64_t)shi_random_lognormal(r, p->act_gap_median_s, p->act_gap_sigma);
        shi_sim_act act = draw_act(app, r);
        shi_str object = shi_sim_object(log, a->app, at, back++, room), none = { 0 };
        if (act == SHI_ACT_QUIZ) {
            if (!quizzed) at += shi_sim_quiz(log, r, at, p->perfect_share);
            quizzed = true;
        } else if (act == SHI_ACT_STUDY) {
            bool parked = shi_sim_unit_of(log->sim, SHI_R_SCENE, a - log->sim->account, 0, 10) < p->parked_video;
            int64_t seconds = (int64_t)fmin(7200, shi_random_lognormal(r, parked ? 1500 : 300, 0.7));
            shi_sim_row(log, at, act, object, seconds, -1, none, none);
            at += seconds;   /* nobody studies twice at once */
        } else {
            shi_sim_row(log, at, act, object, -1, -1, act == SHI_ACT_COMMENT ? comment(log, r, text) : none, none);
        }
    }
    if (a->app == 4 && acts > 0) shi_sim_row(log, at + 5, SHI_ACT_POINTS, (shi_str){ 0 }, -1, 1 + shi_random_below(r, 12), (shi_str){ 0 },
                                             (shi_str){ 0 });
    return at;
}

/* ---- scenes ---- */

/* L6: the moments of a meeting of village and app in the month; returns how many. */
static int meetings(const shi_sim_log *log, int app, int64_t at[6])
{
    const shi_sim *sim = log->sim;
    int n = 0;
    if (!shi_sim_flag(sim, sim->p.meeting_share, log->village, app, SHI_F_MEETING)) return 0;
    bool weekly = shi_sim_flag(sim, sim->p.meeting_weekly, log->village, app, SHI_F_WEEKLY);
    uint64_t h = shi_sim_hash(sim, SHI_R_SCENE, log->village, app, 6);
    int64_t weekday = (int64_t)(h % 5), hour = h >> 8 & 1 ? 8 : 19, once = (int64_t)(h >> 16) % sim->months;
    if (!weekly && once != log->month) return 0;
    for (int64_t day = log->start_s / 86400; day < log->end_s / 86400 && n < (weekly ? 5 : 1); day++)
        if ((day + 3) % 7 == weekday) at[n++] = day * 86400 + hour * 3600 + (int64_t)(h >> 24) % 3600;
    return n;
}

static bool meets(const shi_sim *sim, int64_t account)
{
    const shi_sim_account *a = &sim->account[account];
    const shi_sim_village *v = &sim->village[a->village];
    if (!shi_sim_flag(sim, sim->p.meeting_share, a->village, a->app, SHI_F_MEETING) || a->keeper != SHI_NOBODY
        || sim->person[a->person].away) return false;
    double size = sim->p.meeting_min + (sim->p.meeting_max - sim->p.meeting_min) * shi_sim_unit_of(sim, SHI_R_SCENE, a->village, a->app, 7);
    double all = (double)(v->app_first[a->app + 1] - v->app_first[a->app]);
    return shi_sim_unit_of(sim, SHI_R_SCENE, account, 0, 8) < size / fmax(all, 1);
}

static void meet(shi_sim_log *log, shi_random *r, int64_t at)
{
    char room[48];
    int64_t t = at + (int64_t)fmin(1200, shi_random_exponential(r, 240));
    be_somewhere(log, r, at);
    log->ip = shi_sim_office(log->sim, log->village);
    shi_sim_row(log, t, SHI_ACT_LOGIN, (shi_str){ 0 }, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
    shi_str object = shi_sim_object(log, log->who->app, at, 0, room);
    shi_sim_row(log, t + 5 + shi_random_below(r, 90), SHI_ACT_READ, object, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
}

/* L7: when the reminders of a month and app were sent. */
static int64_t reminder(const shi_sim_log *log, int app, int64_t k)
{
    uint64_t h = shi_sim_hash(log->sim, SHI_R_PUSH, app, log->month, k);
    int64_t days = (log->end_s - log->start_s) / 86400;
    return log->start_s + (int64_t)(h % (uint64_t)days) * 86400 + (int64_t)(8 + (h >> 16) % 12) * 3600 + (int64_t)(h >> 32) % 3600;
}

static bool responds(const shi_sim *sim, int64_t account, int32_t month, int64_t k)
{
    return shi_sim_unit_of(sim, SHI_R_PUSH, account, month, 100 + k) < sim->p.reminder_response * (0.3 + 1.4 * (double)sim->account[account].stay);
}

/* L13: a worker enters other people's cases all day, in the months of a campaign. */
static bool enters(const shi_sim *sim, int64_t account, int32_t month)
{
    const shi_sim_account *a = &sim->account[account];
    bool app = a->app == 1 || a->app == 8;
    return app && sim->person[a->person].cadre && shi_sim_unit_of(sim, SHI_R_SCENE, a->village, a->app * 1000 + month, 13) < 0.05
        && shi_sim_hash(sim, SHI_R_SCENE, account, 0, 14) % 4 == 0;
}

static void enter_cases(shi_sim_log *log, shi_random *r)
{
    const shi_parameters *p = &log->sim->p;
    char room[48];
    int64_t household = 0;
    for (int64_t day = log->start_s / 86400; day < log->end_s / 86400; day++) {
        if ((day + 3) % 7 >= 5) continue;
        int64_t n = (int64_t)shi_random_between(r, p->entries_min, p->entries_max + 1), at = day * 86400 + 8 * 3600 + shi_random_below(r, 3600);
        be_somewhere(log, r, at);
        for (int64_t i = 0; i < n && at < day * 86400 + 18 * 3600; i++) {
            at += 30 + (int64_t)shi_random_lognormal(r, 70, 0.7);
            shi_str object = { room, snprintf(room, sizeof room, "h%lld-%lld", (long long)log->village, (long long)household++) };
            shi_sim_row(log, at, SHI_ACT_ENTRY, object, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
        }
    }
}

static void cadre_work(shi_sim_log *log, shi_random *r, int64_t account)
{
    const shi_sim *sim = log->sim;
    const shi_sim_account *a = log->who;
    char room[48];
    if (!sim->person[a->person].cadre || a->keeper != SHI_NOBODY) return;
    if (enters(sim, account, log->month)) enter_cases(log, r);
    if (a->app == 0 && shi_sim_hash(sim, SHI_R_SCENE, account, 0, 15) % 3 == 0) {   /* notices of the village */
        int64_t n = shi_random_poisson(r, 4);
        for (int64_t i = 0; i < n; i++) {
            int64_t at = log->start_s + shi_random_below(r, (log->end_s - log->start_s) / 86400) * 86400 + (int64_t)(shi_random_between(r, 8.5,
                17.5) * 3600);
            be_somewhere(log, r, at);
            shi_str object = { room, snprintf(room, sizeof room, "n%lld-%d-%lld", (long long)account, log->month, (long long)i) };
            shi_sim_row(log, at, SHI_ACT_UPLOAD, object, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
        }
    }
    /* H: cadres who do the task themselves, all alike */
    if (a->method != 'H') return;
    for (int64_t i = 0; i < 150; i++) {
        int64_t at = log->start_s + i % 22 * 86400 + (int64_t)(shi_random_between(r, 8, 22) * 3600);
        be_somewhere(log, r, at);
        shi_sim_row(log, at, SHI_ACT_READ, shi_sim_object(log, a->app, at, i % 20, room), -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
    }
}

/* ---- a month ---- */

void shi_sim_register_somewhere(shi_sim_log *log, shi_random *r)
{
    const shi_sim_account *a = log->who;
    be_somewhere(log, r, a->registered_s);
    if (a->evening) {   /* on a helper's phone, behind one hotspot */
        uint64_t helpers = 1 + shi_sim_hash(log->sim, SHI_R_SCENE, a->scene, 0, 1) % 3;
        log->device = shi_sim_hash(log->sim, SHI_R_DEVICE, a->scene, (int64_t)((uint64_t)a->registered_s % helpers), 3);
        log->ip = shi_sim_carrier(log->sim, log->village, a->registered_s / 86400, (uint64_t)a->scene);
    }
}

static void first_session(shi_sim_log *log, shi_random *r)
{
    const shi_sim_account *a = log->who;
    const shi_sim_app *app = &SHI_APPS_SIMULATED[a->app];
    if (a->registered_s < log->start_s || a->registered_s >= log->end_s) return;
    shi_sim_register_somewhere(log, r);
    shi_sim_row(log, a->registered_s, SHI_ACT_LOGIN, (shi_str){ 0 }, -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
    if (app->at_first == SHI_ACT_QUIZ) shi_sim_quiz(log, r, a->registered_s + 20, log->sim->p.perfect_share);
    else if (app->at_first != SHI_ACT_LOGIN)
        shi_sim_row(log, a->registered_s + 4, app->at_first, shi_str_from(app->app), -1, -1, (shi_str){ 0 }, (shi_str){ 0 });
}

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

/* One session after the other: nobody is in two at once. */
static void use(shi_sim_log *log, shi_random *r, int64_t *at, int64_t n)
{
    int64_t free_from = 0;
    qsort(at, (size_t)n, sizeof *at, by_time);
    for (int64_t i = 0; i < n; i++) free_from = session(log, r, at[i] > free_from ? at[i] : free_from + 30);
}

static void live(shi_sim_log *log, int64_t account, const calendar *days, int n_meetings, const int64_t *meeting)
{
    enum { MOST = 400 };
    const shi_sim *sim = log->sim;
    const shi_sim_account *a = &sim->account[account];
    shi_random r = shi_random_of(sim->seed, SHI_R_LIFE, account, log->month, 0), self = shi_random_of(sim->seed, SHI_R_LIFE, account, -1, 1);
    int64_t before = log->tally.n[a->app][SHI_ACT_LOGIN], at[MOST], n = 0;
    log->who = a;
    first_session(log, &r);
    bool active = shi_sim_active(sim, account, log->month);
    if (active) {
        double habit = shi_sim_daytime(&self);
        bool alarm = shi_random_chance(&self, sim->p.alarm_share);
        int64_t sessions = 1 + shi_random_poisson(&r, fmax(0, (double)a->rate - 0.6));
        while (n < sessions && n < MOST - 32) at[n++] = draw_time(log, &r, days, habit, alarm);
    }
    for (int64_t k = 0; k < (int64_t)sim->p.reminders_a_month && n < MOST; k++)
        if (responds(sim, account, log->month, k)) at[n++] = reminder(log, a->app, k) + (int64_t)(60 * shi_random_lognormal(&r,
            sim->p.reminder_minutes, 0.9));
    use(log, &r, at, n);
    if (active) cadre_work(log, &r, account);
    if (n_meetings && meets(sim, account))
        for (int k = 0; k < n_meetings; k++)
            if (shi_random_chance(&r, 0.8)) meet(log, &r, meeting[k]);
    log->tally.active[a->app] += log->tally.n[a->app][SHI_ACT_LOGIN] > before;
}

void shi_sim_life(shi_sim_log *log)
{
    const shi_sim_village *v = &log->sim->village[log->village];
    calendar calm = weigh(log, false), rush = weigh(log, true);
    for (int app = 0; app < SHI_SIM_APPS; app++) {
        int64_t at[6];
        int n = meetings(log, app, at);
        const calendar *days = shi_sim_flag(log->sim, log->sim->p.rush_share, log->village, app, SHI_F_RUSH) ? &rush : &calm;
        for (int64_t i = v->app_first[app]; i < v->app_first[app + 1]; i++) live(log, i, days, n, at);
    }
}

/* The first that fits: a meeting, a rush, a parked video, a worker's entries, a perfect paper, a reminder; then what the whole county lives with. */
void shi_sim_label(shi_sim *sim)
{
    int32_t base = sim->scenes + 1, apps = SHI_SIM_APPS;
    for (int64_t i = 0; i < sim->own_accounts; i++) {
        shi_sim_account *a = &sim->account[i];
        int64_t v = a->village, cell = v * apps + a->app;
        if (sim->person[a->person].cadre && a->app == 0 && shi_sim_flag(sim, sim->p.heavy_cadres, v, 0, SHI_F_CADRES)) a->method = 'H';
        bool worker = false, reminded = false;
        for (int32_t m = 0; m < sim->months; m++) {
            worker = worker || enters(sim, i, m);
            reminded = reminded || responds(sim, i, m, 0);
        }
        if (worker) a->by = 2;
        if (a->lookalike) continue;
        if (worker) a->lookalike = 13;
        else if (meets(sim, i)) a->lookalike = 6;
        else if (shi_sim_flag(sim, sim->p.rush_share, v, a->app, SHI_F_RUSH)) a->lookalike = 8;
        else if (SHI_APPS_SIMULATED[a->app].act[SHI_ACT_STUDY] > 0 && shi_sim_unit_of(sim, SHI_R_SCENE, i, 0,
                                                                                      10) < sim->p.parked_video) a->lookalike = 10;
        else if (SHI_APPS_SIMULATED[a->app].act[SHI_ACT_QUIZ] > 0) a->lookalike = 9;
        else if (a->app == 4) a->lookalike = 15;
        else if (reminded && sim->p.reminders_a_month > 0) a->lookalike = 7;
        else if (a->app == 6) a->lookalike = 14;
        else if (shi_sim_hash(sim, SHI_R_ADDRESS, v, 0, 1) % (uint64_t)sim->p.carrier_addresses == 0) a->lookalike = 5;
        /* one scene a village and app, one an app for what the county shares, one an account for a video */
        if (a->lookalike == 14 || a->lookalike == 7) a->scene = base + a->app;
        else if (a->lookalike == 10) a->scene = (int32_t)(base + apps + sim->villages * apps + i);
        else if (a->lookalike) a->scene = (int32_t)(base + apps + cell);
    }
}
