/* bench/make_log.c: writes an event log (and its accounts, units, indicators, reports) of a chosen size, for the benches only.
 *
 *   make_log DIR EVENTS ACCOUNTS [DAYS]
 *
 * Every value is a function of (seed, row), so a log of the same size is the same file on every machine.
 * Columns are those of design 2; accounts are drawn with a heavy tail, times rise by row as in an exported log, objects are a feed
 * in which a newer article is read more. Nothing here is realistic enough to try a detector on. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t mix(uint64_t stream, uint64_t index)
{
    uint64_t z = stream * 0x9E3779B97F4A7C15u + (index + 1) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t stream, uint64_t index)
{
    return (double)(mix(stream, index) >> 11) * 0x1p-53;
}

static FILE *open_in(const char *dir, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(4);
    }
    setvbuf(f, NULL, _IOFBF, 1 << 20);
    return f;
}

enum { TOWNS = 20, VILLAGES = 15 };

static long long village_code(int64_t account)
{
    uint64_t v = mix(11, (uint64_t)account) % (TOWNS * VILLAGES);
    return 340123000000LL + (long long)(101 + v / VILLAGES) * 1000 + (long long)(201 + v % VILLAGES);
}

static void write_register(const char *dir, int64_t accounts, int days)
{
    FILE *f = open_in(dir, "units.csv");
    fputs("unit_code,name,level,parent_code,residents,registered\n340123000000,bench county,county,,,\n", f);
    for (int t = 0; t < TOWNS; t++) {
        fprintf(f, "%lld,town %d,town,340123000000,,\n", 340123000000LL + (101 + t) * 1000, t + 1);
        for (int v = 0; v < VILLAGES; v++)
            fprintf(f, "%lld,village %d-%d,village,%lld,%lld,%lld\n", 340123000000LL + (101 + t) * 1000 + 201 + v, t + 1, v + 1,
                    340123000000LL + (101 + t) * 1000, (long long)accounts / 250, (long long)accounts / 200);
    }
    fclose(f);
    f = open_in(dir, "apps.csv");
    fputs("app,name,kind,owner_type,audience\nbench,bench,mini,party,public\n", f);
    fclose(f);
    f = open_in(dir, "indicators.csv");
    fputs("indicator,app,name,counts,dedupe,class,basis\n"
          "active,bench,active,active,none,other,ranked\n"
          "reads,bench,reads,reads,none,other,ranked\n", f);
    fclose(f);
    f = open_in(dir, "reports.csv");
    fputs("indicator,period,unit_code,value\n", f);
    for (int month = 0; month < (days + 15) / 30; month++)   /* of the log, from June 2024 */
        for (int t = 0; t < TOWNS; t++)
            for (int v = 0; v < VILLAGES; v++)
                for (int i = 0; i < 2; i++)
                    fprintf(f, "%s,%d-%02d,%lld,%d\n", i ? "reads" : "active", 2024 + (5 + month) / 12, 1 + (5 + month) % 12,
                            340123000000LL + (101 + t) * 1000 + 201 + v, 100 + t + v);
    fclose(f);
    f = open_in(dir, "accounts.csv");
    fputs("app,account,unit_code,registered_at,phone,device\n", f);
    for (int64_t a = 0; a < accounts; a++) {
        uint64_t r = mix(12, (uint64_t)a);
        fprintf(f, "bench,u%07" PRId64 ",%lld,2024-0%d-%02d 1%d:00:00,1%d%09" PRIu64 ",d%07" PRId64 "\n", a, village_code(a),
                (int)(1 + r % 5), (int)(1 + r / 5 % 28), (int)(r / 140 % 10), (int)(3 + r / 1400 % 7), mix(13,
                    (uint64_t)(a - a % 37 % 2)) % 1000000000u, a);
    }
    fclose(f);
}

/* two digits at p */
static void two(char *p, int v)
{
    p[0] = (char)('0' + v / 10);
    p[1] = (char)('0' + v % 10);
}

static void write_events(const char *dir, int64_t events, int64_t accounts, int days)
{
    static const char *const ACTION[] = { "login", "read", "read", "read", "read", "like", "share", "comment" };
    FILE *f = open_in(dir, "events.csv");
    fputs("app,account,time,action,object,device,ip,seconds,value\n", f);
    int64_t start = 1717171200; /* 2024-06-01 00:00:00 at +08:00, less 8 h */
    for (int64_t i = 0; i < events; i++) {
        uint64_t r = mix(21, (uint64_t)i);
        double u = uniform(22, (uint64_t)i);
        int64_t account = (int64_t)((double)accounts * u * u);
        int64_t second = (int64_t)((double)i / (double)events * 86400.0 * days);
        time_t local = (time_t)(start + 8 * 3600 + second);
        struct tm tm;
        gmtime_r(&local, &tm);
        char at[] = "2024-06-01 00:00:00";
        two(at + 2, tm.tm_year % 100);
        two(at + 5, tm.tm_mon + 1);
        two(at + 8, tm.tm_mday);
        two(at + 11, tm.tm_hour);
        two(at + 14, tm.tm_min);
        two(at + 17, tm.tm_sec);
        const char *action = ACTION[r & 7];
        int is_read = (r & 7) >= 1 && (r & 7) <= 4, is_login = (r & 7) == 0;
        int64_t object = second / 7200 - (int64_t)(-20.0 * log(1 - uniform(23, (uint64_t)i)));
        char obj[24] = "";
        if (!is_login) snprintf(obj, sizeof obj, "a%05d", (int)(object < 0 ? 0 : object));
        char sec[24] = "";
        if (is_read) snprintf(sec, sizeof sec, "%d", (int)(5 + r / 64 % 200));
        fprintf(f, "bench,u%07" PRId64 ",%s,%s,%s,d%07" PRId64 ",10.%d.%d.%d,%s,\n", account, at, action, obj, account,
                (int)(account % 200), (int)(account / 200 % 250), (int)(r / 8192 % 4), sec);
    }
    fclose(f);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: make_log DIR EVENTS ACCOUNTS [DAYS]\n");
        return 2;
    }
    int64_t events = strtoll(argv[2], NULL, 10), accounts = strtoll(argv[3], NULL, 10);
    int days = argc > 4 ? atoi(argv[4]) : 30;
    if (events < 1 || accounts < 1 || days < 1) return 2;
    write_register(argv[1], accounts, days);
    write_events(argv[1], events, accounts, days);
    return 0;
}
