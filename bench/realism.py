#!/usr/bin/env python3
"""bench/realism.py WORKSPACE: the honest accounts of a simulated county beside real honest logs (moodle edify: a college behind one address;
german_elections: sharing by 58,000 people). Prints both, and where they differ by more than a factor of two. Judges nothing: the apps differ.

    build/shishu simulate build/realism --villages 60 --months 6 --vendors none && bench/realism.py build/realism"""
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests/reference"))
from duck import Duck   # noqa: E402

SHARED = os.environ.get("SHISHU_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
LOGS = {   # name: a SELECT of account a, time t (local), address ip, object o
    "moodle": f"SELECT user_id a, occurred_at t, ip_hash ip, affected_user_id o FROM '{SHARED}/data/moodle_logs/edify_events.parquet' WHERE user_id IS NOT NULL",
    "german": f"SELECT account_id a, shared_at + INTERVAL 2 HOUR t, NULL ip, url_id o FROM '{SHARED}/data/coordinated_posts/german_elections.parquet'",
}
OURS = """SELECT e.app || e.account a, e.time + INTERVAL 8 HOUR t, e.ip, e.object o FROM read_parquet('{0}/data/events/*/*.parquet') e
          JOIN '{0}/truth/truth.parquet' h USING (app, account) WHERE h.kind = 'honest' AND e.app IN ({1})"""
# (label, unit, SQL of one number, whether a factor of two between logs is worth a word)
GAP = "(SELECT epoch(t - lag(t) OVER (PARTITION BY a ORDER BY t)) / 60 g FROM log)"
EACH = "(SELECT count(*) n FROM log GROUP BY a)"
DAYS = "(SELECT a, t::DATE d, count(*) n FROM log GROUP BY ALL)"
MEASURES = [
    ("events", "", "SELECT count(*) FROM log", False),
    ("accounts", "", "SELECT count(DISTINCT a) FROM log", False),
    *[(f"gap between an account's events, {q:.0%} quantile", "min", f"SELECT quantile_cont(g, {q}) FROM {GAP}", True) for q in (.25, .5, .75, .9)],
    *[(f"events of an account, {q:.0%} quantile", "", f"SELECT quantile_cont(n, {q}) FROM {EACH}", True) for q in (.5, .9, .99)],
    *[(f"events of an account on a day it is used, {q:.0%} quantile", "", f"SELECT quantile_cont(n, {q}) FROM {DAYS}", True) for q in (.5, .9, .99)],
    ("share of events at night, 0 to 6", "", "SELECT count_if(hour(t) < 6) / count(*) FROM log", True),
    ("in the morning, 6 to 12", "", "SELECT count_if(hour(t) BETWEEN 6 AND 11) / count(*) FROM log", True),
    ("in the afternoon, 12 to 18", "", "SELECT count_if(hour(t) BETWEEN 12 AND 17) / count(*) FROM log", True),
    ("in the evening, 18 to 24", "", "SELECT count_if(hour(t) >= 18) / count(*) FROM log", True),
    ("at weekends", "", "SELECT count_if(isodow(t) >= 6) / count(*) FROM log", True),
    ("accounts of a week seen again in the next", "",
     "WITH w AS (SELECT DISTINCT a, date_trunc('week', t) w FROM log) SELECT count(y.a) / count(*) FROM w x LEFT JOIN w y ON y.a = x.a AND y.w = x.w + INTERVAL 7 DAY "
     "WHERE x.w < (SELECT max(w) FROM w)", True),
    ("an address's accounts, 50% quantile", "", "SELECT quantile_cont(n, .5) FROM (SELECT count(DISTINCT a) n FROM log WHERE ip IS NOT NULL GROUP BY ip)", True),
    ("an address's accounts, 99% quantile", "", "SELECT quantile_cont(n, .99) FROM (SELECT count(DISTINCT a) n FROM log WHERE ip IS NOT NULL GROUP BY ip)", True),
    ("an account's addresses, 50% quantile", "", "SELECT quantile_cont(n, .5) FROM (SELECT count(DISTINCT ip) n FROM log WHERE ip IS NOT NULL GROUP BY a)", True),
    ("an account's addresses, 90% quantile", "", "SELECT quantile_cont(n, .9) FROM (SELECT count(DISTINCT ip) n FROM log WHERE ip IS NOT NULL GROUP BY a)", True),
    ("an object's accounts, 50% quantile", "", "SELECT quantile_cont(n, .5) FROM (SELECT count(DISTINCT a) n FROM log WHERE o IS NOT NULL GROUP BY o)", True),
    ("an object's accounts, 99% quantile", "", "SELECT quantile_cont(n, .99) FROM (SELECT count(DISTINCT a) n FROM log WHERE o IS NOT NULL GROUP BY o)", True),
]


def number(text):
    return None if text in (None, "", "nan") else float(text)


def shown(x):
    if x is None:
        return "—"
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def main():
    if len(sys.argv) != 2 or not os.path.isdir(sys.argv[1]):
        sys.exit(__doc__)
    duck = Duck()
    logs = {"learning apps": OURS.format(sys.argv[1], "'qgxx', 'lgb'"), "other apps": OURS.format(sys.argv[1], "'jdydt', 'wcmst', 'sqkp', 'sqjy', 'xjsb', 'fzfz', 'xyc'")}
    logs.update({name: sql for name, sql in LOGS.items() if os.path.exists(sql.split("'")[1])})
    for name in LOGS.keys() - logs.keys():
        print(f"{name}: not there, left out")
    columns = {}
    for name, sql in logs.items():
        duck.run(f"CREATE OR REPLACE TEMP TABLE log AS {sql}")
        columns[name] = [number(duck.run(measure)[1][0][0]) for _, _, measure, _ in MEASURES]
    print(f"| {'':58} | " + " | ".join(f"{name:>13}" for name in logs) + " |")
    print("| --- |" + " ---: |" * len(logs))
    differ = []
    for i, (label, unit, _, compare) in enumerate(MEASURES):
        row = [columns[name][i] for name in logs]
        print(f"| {label + (f' ({unit})' if unit else ''):58} | " + " | ".join(f"{shown(x):>13}" for x in row) + " |")
        real = [x for x in row[2:] if x]
        for ours, name in zip(row[:2], list(logs)[:2]):
            if compare and real and ours is not None and (ours < min(real) / 2 or ours > max(real) * 2):
                differ.append(f"{label}: {name} {shown(ours)}, real {' and '.join(shown(x) for x in real)}")
    print("\nMore than a factor of two outside what the real logs span:\n" + ("\n".join(f"- {d}" for d in differ) or "- nothing"))


main()
