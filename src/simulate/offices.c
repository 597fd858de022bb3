/* The offices' papers: register of units, targets handed down, bulletins, the accounts export, and at the end of each month the reports. */
#include "simulate/simulate.h"

#include "simulate/life.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Writes the text and drops it; `e` is what happened before. */
static shi_err save(const char *path, shi_buf *text, shi_err e)
{
    int fd;
    if (!e.code && text->failed) e = shi_no_memory();
    if (!e.code) e = shi_os_create(path, &fd);
    if (!e.code) e = shi_os_finish(fd, path, shi_os_write(fd, path, shi_buf_str(text)));
    shi_buf_drop(text);
    return e;
}

static shi_err write_out(const char *folder, const char *name, shi_buf *text)
{
    shi_buf path = { 0 };
    shi_buf_format(&path, "%s/%s.csv", folder, name);
    shi_err e = save(path.ptr ? path.ptr : "", text, path.failed ? shi_no_memory() : (shi_err){ 0 });
    shi_buf_drop(&path);
    if (e.code) e.file = shi_str_from(folder);
    return e;
}

static void put_period(shi_buf *out, const shi_sim *sim, int32_t month)
{
    int64_t year;
    int m, day;
    shi_day_split(sim->month_day[month], &year, &m, &day);
    shi_buf_format(out, "%04" PRId64 "-%02d", year, m);
}

static shi_err write_units(const shi_sim *sim, const char *folder)
{
    shi_buf out = { 0 };
    int64_t v = 0;
    shi_buf_puts(&out, "unit_code,name,level,parent_code,residents,registered,incoming,households,cadres,phone_share\n");
    for (int64_t i = 0; i < sim->units; i++) {
        const shi_sim_unit *u = &sim->unit[i];
        shi_buf_csv(&out, u->code);
        shi_buf_addc(&out, ',');
        shi_buf_csv(&out, u->name);
        shi_buf_format(&out, ",%s,", u->level);
        if (u->parent >= 0) shi_buf_csv(&out, sim->unit[u->parent].code);
        if (u->level[0] != 'v') {
            shi_buf_puts(&out, ",,,,,,\n");
            continue;
        }
        const shi_sim_village *x = &sim->village[v];
        double gap = shi_sim_unit_of(sim, SHI_R_REPORT, v, 0, 0);
        int64_t phones = 0;
        for (int64_t k = 0; k < x->persons; k++) phones += sim->person[x->first_person + k].phone;
        if (gap < sim->p.register_gaps / 2) shi_buf_format(&out, ",,%" PRId64 ",%" PRId64, x->registered, x->incoming);
        else shi_buf_format(&out, ",%" PRId64 ",%" PRId64 ",%" PRId64, x->residents, x->registered, x->incoming);
        shi_buf_format(&out, ",%" PRId64 ",%" PRId64 ",%.3f\n", x->households, x->cadres, (double)phones / (double)x->persons);
        v++;
    }
    return write_out(folder, "units", &out);
}

/* Only the county, its townships and villages have targets; what they are for is the same for all. */
static bool has_target(const shi_sim_unit *u)
{
    return u->level[0] == 'v' || u->level[0] == 't' || !strcmp(u->level, "county");
}

static shi_err write_targets(const shi_sim *sim, const char *folder)
{
    shi_buf out = { 0 };
    char day[16];
    shi_buf_puts(&out, "indicator,period,unit_code,value,issuer_code,issuer_type,issued_at,due_at\n");
    for (int64_t i = 0; i < sim->indicators; i++)
        for (int32_t m = 0; m < sim->months; m++)
            for (int64_t u = 0; u < sim->units; u++) {
                if (!has_target(&sim->unit[u]) || sim->indicator[i].level <= 0) continue;
                shi_buf_add(&out, sim->indicator[i].indicator);
                shi_buf_addc(&out, ',');
                put_period(&out, sim, m);
                shi_buf_addc(&out, ',');
                shi_buf_add(&out, sim->unit[u].code);
                shi_buf_format(&out, ",%" PRId64 ",", shi_sim_target(sim, i, m, u));
                shi_buf_add(&out, sim->unit[sim->unit[u].parent].code);
                shi_day_write(sim->month_day[m] - 3, day);
                shi_buf_format(&out, ",%s,%s,", i % 3 ? "department" : "coordinating", day);
                shi_day_write(sim->month_day[m + 1] - 1, day);
                shi_buf_format(&out, "%s\n", day);
            }
    return write_out(folder, "targets", &out);
}

static shi_err write_bulletins(const shi_sim *sim, const char *folder)
{
    static const char *const KINDS[] = { "rank", "list", "score" }, *const FREQUENCIES[] = { "weekly", "monthly", "daily", "quarterly" };
    shi_buf out = { 0 };
    char day[16];
    shi_buf_puts(&out, "indicator,kind,frequency,issuer_code,published_at,consequence\n");
    for (int64_t i = 0; i < sim->indicators; i++) {
        uint64_t h = shi_sim_hash(sim, SHI_R_REPORT, -1, i, 1);
        if (h % 3) continue;   /* a third of the indicators are ranked */
        for (int32_t m = 0; m < sim->months; m++) {
            shi_day_write(sim->month_day[m + 1] - 1, day);
            shi_buf_add(&out, sim->indicator[i].indicator);
            shi_buf_format(&out, ",%s,%s,", KINDS[h >> 8 & 1 ? 0 : (h >> 9) % 3], FREQUENCIES[(h >> 16) % 4]);
            for (int64_t u = 0; u < sim->units; u++)
                if (!strcmp(sim->unit[u].level, "county")) {
                    shi_buf_add(&out, sim->unit[u].code);
                    break;
                }
            shi_buf_format(&out, ",%s,%s\n", day, h >> 20 & 1 ? "criticism" : "");
        }
    }
    return write_out(folder, "bulletins", &out);
}

shi_err shi_simulate_registers(const shi_sim *sim, const char *folder)
{
    SHI_TRY(write_units(sim, folder));
    SHI_TRY(write_targets(sim, folder));
    return write_bulletins(sim, folder);
}

/* ---- accounts ---- */

static void put_ip(shi_buf *out, uint64_t ip)
{
    if (ip >> 32) shi_buf_format(out, "%04x:%04x:%04x:%04x::1", (unsigned)(ip >> 48), (unsigned)(ip >> 32 & 0xffff), (unsigned)(ip >> 16 & 0xffff),
                                 (unsigned)(ip & 0xffff));
    else if (ip) shi_buf_format(out, "%u.%u.%u.%u", (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255), (unsigned)(ip >> 8 & 255),
                                (unsigned)(ip & 255));
}

static void put_account(shi_buf *out, const shi_sim *sim, int64_t i)
{
    static const char *const CHANNELS[] = { "store", "qr", "wechat", "invite", "backoffice" }, *const VERIFIED[] = { "sms", "face", "householder",
        "onsite", "" },
        *const BY[] = { "self", "helper", "staff" };
    const shi_sim_account *a = &sim->account[i];
    const shi_sim_app *app = &SHI_APPS_SIMULATED[a->app];
    char room[32];
    shi_sim_id(a, room);
    shi_buf_format(out, "%s,%s,", app->app, room);
    shi_buf_add(out, sim->unit[sim->village[a->village].unit].code);
    shi_sim_time(a->registered_s, room);
    shi_buf_format(out, ",%s,", room);
    if (a->closed_s) {
        shi_sim_time(a->closed_s, room);
        shi_buf_puts(out, room);
    }
    shi_buf_addc(out, ',');
    if (a->phone) shi_buf_format(out, "%" PRIu64, a->phone);
    uint64_t device, ip;
    shi_sim_registered_from(sim, i, &device, &ip);
    shi_buf_addc(out, ',');
    if (app->device && device) shi_buf_format(out, "%016" PRIx64, device);
    shi_buf_addc(out, ',');
    if (app->ip) put_ip(out, ip);
    shi_buf_format(out, ",%s,", CHANNELS[a->channel]);
    if (a->inviter >= 0) shi_buf_add(out, shi_sim_id(&sim->account[a->inviter], room));
    shi_buf_format(out, ",%s,%s\n", VERIFIED[a->verified], BY[a->by]);
}

shi_err shi_simulate_accounts(const shi_sim *sim, const char *path)
{
    shi_buf out = { 0 };
    int fd;
    SHI_TRY(shi_os_create(path, &fd));
    shi_err e = { 0 };
    shi_buf_puts(&out, "app,account,unit_code,registered_at,closed_at,phone,device,ip,channel,inviter,verified_by,operator\n");
    for (int64_t i = 0; i <= sim->accounts && !e.code; i++) {
        if (i < sim->accounts) put_account(&out, sim, i);
        if (i < sim->accounts && out.len < 1 << 20) continue;
        e = out.failed ? shi_no_memory() : shi_os_write(fd, path, shi_buf_str(&out));
        out.len = 0;
    }
    shi_buf_drop(&out);
    return shi_os_finish(fd, path, e);
}

/* ---- reports ---- */

typedef struct {
    shi_str code;
    int64_t unit;
} coded;

typedef struct {
    const shi_sim *sim;
    coded *by_code;        /* units in order of their codes */
    int64_t *value;        /* of the group's units, thousandths; -1: none */
    shi_buf out, raised;
} reporting;

static int by_code(const void *x, const void *y)
{
    const coded *a = x, *b = y;
    return shi_str_cmp(a->code, b->code);
}

static int64_t unit_of(const reporting *r, shi_str code)
{
    int64_t low = 0, high = r->sim->units;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (shi_str_cmp(r->by_code[mid].code, code) < 0) low = mid + 1;
        else high = mid;
    }
    return low < r->sim->units && shi_str_eq(r->by_code[low].code, code) ? r->by_code[low].unit : -1;
}

/* What a village writes down: mostly what the platform shows; a slip is downwards; an altered one is raised to the target or by half and more. */
static int64_t reported(reporting *r, int64_t indicator, int32_t month, int64_t unit, shi_str period, int64_t counted)
{
    const shi_sim *sim = r->sim;
    shi_random x = shi_random_of(sim->seed, SHI_R_REPORT, unit, indicator, 10 + month);
    if (shi_random_chance(&x, sim->p.missing_reports)) return -1;
    bool raises = sim->vendors != SHI_VENDORS_NONE && shi_sim_flag(sim, sim->p.altered_reports, unit, 0, SHI_F_ALTERED);
    if (raises && shi_random_chance(&x, 0.6)) {
        int64_t target = shi_sim_target(sim, indicator, month, unit) * 1000, more = counted / 1000 * (int64_t)(1300 + 1500 * shi_random_unit(&x));
        int64_t value = shi_random_chance(&x, 0.6) ? target : more;
        if (value <= counted + counted / 10 || value < 1000) return counted;
        const shi_sim_indicator *i = &sim->indicator[indicator];
        shi_buf_format(&r->raised, "%.*s,%.*s,%.*s\n", (int)i->indicator.len, i->indicator.ptr, (int)period.len, period.ptr,
                       (int)sim->unit[unit].code.len, sim->unit[unit].code.ptr);
        return value / 1000 * 1000;
    }
    if (shi_random_chance(&x, sim->p.slips)) return counted - (int64_t)((double)(counted / 1000) * 0.02 * shi_random_unit(&x)) * 1000;
    return counted;
}

/* Villages report; townships and the county add up what they got. */
static void end_group(reporting *r, int64_t indicator, shi_str period, int64_t reported_day)
{
    const shi_sim *sim = r->sim;
    char day[16];
    if (period.len == 0) return;
    for (int64_t u = sim->units - 1; u >= 0; u--) {
        int32_t parent = sim->unit[u].parent;
        if (r->value[u] >= 0 && parent >= 0 && has_target(&sim->unit[parent])) r->value[parent] = (r->value[parent] < 0 ? 0
            : r->value[parent]) + r->value[u];
    }
    for (int64_t u = 0; u < sim->units; u++) {
        if (r->value[u] < 0) continue;
        const shi_sim_indicator *i = &sim->indicator[indicator];
        shi_day_write(reported_day + (sim->unit[u].level[0] == 'v' ? 1 : 3), day);
        shi_buf_format(&r->out, "%.*s,%.*s,%.*s,%" PRId64, (int)i->indicator.len, i->indicator.ptr, (int)period.len, period.ptr,
                       (int)sim->unit[u].code.len, sim->unit[u].code.ptr, r->value[u] / 1000);
        if (r->value[u] % 1000) shi_buf_format(&r->out, ".%03d", (int)(r->value[u] % 1000));
        shi_buf_format(&r->out, ",%s\n", day);
        r->value[u] = -1;
    }
}

static shi_err read_counts(reporting *r, shi_duck *duck)
{
    static const char SQL[] = "SELECT CAST(indicator AS VARCHAR), CAST(period AS VARCHAR), CAST(unit_code AS VARCHAR), shi_milli(counted) FROM "
        "figure_out "
                              "WHERE counted IS NOT NULL ORDER BY indicator, period, unit_code";
    shi_rows rows;
    char last[128] = "";
    int64_t indicator = -1;
    int32_t month = 0;
    shi_period period = { 0 };
    char text[16] = "";
    SHI_TRY(shi_duck_query(duck, SQL, NULL, 0, &rows));
    while (shi_rows_next(&rows)) {
        char key[128];
        shi_str name = shi_rows_str(&rows, 0), p = shi_rows_str(&rows, 1);
        snprintf(key, sizeof key, "%.*s %.*s", (int)shi_str_cut(name, 80).len, name.ptr, (int)shi_str_cut(p, 20).len, p.ptr);
        if (strcmp(key, last) != 0) {
            if (indicator >= 0) end_group(r, indicator, shi_str_from(text), period.end_day);
            memcpy(last, key, sizeof last);
            indicator = -1;
            for (int64_t i = 0; i < r->sim->indicators; i++)
                if (shi_str_eq(r->sim->indicator[i].indicator, name)) indicator = i;
            if (!shi_period_parse(p, &period)) indicator = -1;
            shi_period_write(&period, text);
            for (month = 0; month < r->sim->months - 1 && r->sim->month_day[month + 1] <= period.first_day; month++) continue;
        }
        int64_t unit = unit_of(r, shi_rows_str(&rows, 2));
        if (indicator < 0 || unit < 0 || r->sim->unit[unit].level[0] != 'v') continue;
        r->value[unit] = reported(r, indicator, month, unit, shi_str_from(text), shi_rows_int(&rows, 3));
    }
    shi_rows_close(&rows);
    if (indicator >= 0) end_group(r, indicator, shi_str_from(text), period.end_day);
    return (shi_err){ 0 };
}

shi_err shi_simulate_reports(const shi_sim *sim, shi_duck *duck, const char *path, const char *altered)
{
    reporting r = { .sim = sim };
    shi_arena work;
    SHI_TRY(shi_arena_open(sim->units * 32 + (1 << 16), &work));
    r.by_code = shi_new(&work, coded, sim->units);
    r.value = shi_new(&work, int64_t, sim->units);
    for (int64_t i = 0; i < sim->units; i++) {
        r.by_code[i] = (coded){ sim->unit[i].code, i };
        r.value[i] = -1;
    }
    qsort(r.by_code, (size_t)sim->units, sizeof *r.by_code, by_code);
    shi_buf_puts(&r.out, "indicator,period,unit_code,value,reported_at\n");
    shi_buf_puts(&r.raised, "indicator,period,unit_code\n");
    shi_err e = read_counts(&r, duck);
    e = save(path, &r.out, e);
    e = save(altered, &r.raised, e);
    shi_arena_drop(&work);
    return e;
}
