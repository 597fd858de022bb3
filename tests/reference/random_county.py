#!/usr/bin/env python3
"""random_county.py SEED DIR: a small random county for tests, with every corner of the counting rules that can be drawn.

Writes units, apps, indicators, targets, reports, accounts and events as CSV files and imports.json, which says in what order, with which
options and in which zone they are imported. The same seed gives the same bytes.
"""
import csv
import json
import os
import random
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import recount

ZONES = ["Asia/Shanghai"] * 4 + ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
ACTIONS = ["login", "read", "like", "comment", "share", "checkin", "entry", "vote", "follow", "upload", "install", "quiz", "study", "points"]
IN_CHINESE = {v: k for k, v in recount.CHINESE.items()}
ODD_WORDS = ["view", "打开首页", "LOGOUT", "a,b", "\"x\""]
FULL_WIDTH = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")


def write(folder, name, columns, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        table = csv.DictWriter(f, columns, lineterminator="\n", restval="")
        table.writeheader()
        table.writerows(rows)


def exact(value):
    """A count as an office writes it, at most three decimals."""
    return recount.shown(Decimal(value).quantize(Decimal("0.001")))


class Maker:
    def __init__(self, seed, folder):
        self.r = random.Random(seed)
        self.folder = folder
        self.zone_name = self.r.choice(ZONES)
        self.zone = ZoneInfo(self.zone_name)
        year = self.r.choice([2015, 2018]) if "Sao_Paulo" in self.zone_name else self.r.choice([2015, 2017, 2020, 2023, 2024])
        # every other log lies over the turn of a year, so that weeks of the wrong year count
        self.first = date(year, 12, 15) if self.r.random() < 0.5 else date(year, self.r.randint(1, 9), self.r.randint(1, 28))
        self.last = self.first + timedelta(days=self.r.choice([9, 20, 31, 45, 92]))
        self.now = f"{self.last.year + 2}-01-15T12:00:00Z"
        self.imports = []
        self.bare = self.chance(0.04)                          # a county that has no accounts yet
        self.periods = self.some_periods()
        self.borders = sorted({b for p in self.periods for b in recount.bounds_of(p, self.zone)})
        self.seen_persons = [self.fresh_phone() for _ in range(24)]

    def chance(self, p):
        return self.r.random() < p

    # ---- periods and times ----

    def some_periods(self):
        days = [self.first + timedelta(days=i) for i in range(-20, (self.last - self.first).days + 20)]
        kinds = {"year": set(), "quarter": set(), "month": set(), "week": set()}
        for d in days:
            kinds["year"].add(str(d.year))
            kinds["quarter"].add(f"{d.year}-Q{(d.month + 2) // 3}")
            kinds["month"].add(f"{d.year}-{d.month:02d}")
            iso = d.isocalendar()
            kinds["week"].add(f"{iso[0]}-W{iso[1]:02d}")
        found = []
        for kind in kinds.values():
            found += self.r.sample(sorted(kind), min(len(kind), 3))
        return found

    def moment(self, first=None, last=None):
        """A random moment in microseconds; often on or beside a border of a period."""
        if self.chance(0.3):
            return self.r.choice(self.borders) + self.r.choice([0, 0, -1000000, 1000000, -1000, 1000])
        day = (first or self.first) + timedelta(days=self.r.randint(0, ((last or self.last) - (first or self.first)).days))
        local = datetime(day.year, day.month, day.day, self.r.randint(0, 23), self.r.randint(0, 59), self.r.randint(0, 59))
        return recount.utc_of(local, self.zone) + (self.r.choice([0, 0, 0, 500, 123]) * 1000)

    def written(self, us):
        """One of the ways in which logs write a moment."""
        utc = recount.EPOCH + timedelta(microseconds=us)
        local = utc.astimezone(self.zone)
        naive = recount.utc_of(local.replace(tzinfo=None), self.zone) == us   # false for the later of two that read the same
        parts = us % 1000000
        fraction = f".{parts:06d}".rstrip("0") if parts else ""
        if not parts and us % 60000000 == 0 and naive and self.chance(0.3):
            return local.strftime("%Y-%m-%d %H:%M")
        ways = ["z", "zone"] + ["naive"] * 6 * naive
        if us >= 10 ** 15:
            ways += ["us"] + ["ms"] * (us % 1000 == 0) + ["s"] * (parts == 0)
        way = self.r.choice(ways)
        if way == "naive":
            return local.strftime("%Y-%m-%d" + self.r.choice([" ", "T"]) + "%H:%M:%S") + fraction
        if way == "z":
            return utc.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"
        if way == "zone":
            hours = self.r.choice([8, -5, 0, 3])
            there = utc.astimezone(timezone(timedelta(hours=hours)))
            return there.strftime("%Y-%m-%dT%H:%M:%S") + fraction + f"{hours:+03d}:00"
        return str(us // {"s": 1000000, "ms": 1000, "us": 1}[way])

    def add(self, table, columns, rows, **options):
        n = sum(i["table"] == table for i in self.imports)
        name = f"{table}{n or ''}.csv"
        write(self.folder, name, columns, rows)
        self.imports.append({"table": table, "file": name, **options})

    # ---- the register ----

    def units(self):
        rows = []

        def unit(code, level, parent):
            people = {k: self.r.choice([0, 1, 5, 12, 25, 40]) if self.chance(0.6) else "" for k in ("residents", "registered", "incoming")}
            if self.chance(0.2):
                people["residents"] = people["registered"]
            if self.chance(0.15) or (level in ("county", "town") and self.chance(0.3)):
                people = {}
            if self.chance(0.2):
                people["eligible"] = self.r.choice([0, 3, 20, 60])
            rows.append({"unit_code": code, "name": "单位" + code, "level": level, "parent_code": parent, **people})

        top = ""
        if self.chance(0.3):
            unit("34", "city", "")
            top = "34"
        unit("3401", "county", top)
        for t in range(self.r.randint(1, 3)):
            town = f"3401{t + 1:02d}"
            unit(town, "town", "3401")
            for v in range(self.r.randint(0, 3)):
                village = f"{town}2{v + 1:02d}"
                unit(village, "village", town)
                if self.chance(0.2):
                    unit(village + "01", "group", village)
        for v in range(self.r.randint(0, 2)):
            unit(f"3401002{v + 1:02d}", "village", "3401")
        self.unit_codes = [r["unit_code"] for r in rows]
        self.r.shuffle(rows)                                   # children may stand before their parents
        columns = ["unit_code", "name", "level", "parent_code", "residents", "registered", "incoming", "eligible"]
        self.add("units", columns, rows)

    def register(self):
        self.units()
        self.apps = ["jdydt", "学习平台"]
        self.add("apps", ["app", "name"], [{"app": a, "name": a} for a in self.apps])
        rows = []
        for app in self.apps:
            for counts in recount.PEOPLE_COUNTS + ("seconds", "points"):
                rows.append({"indicator": f"{app}-{counts}", "app": app, "name": counts, "counts": counts})
            for counts in recount.ACTION_OF:
                for dedupe in ("none", "account-object", "account-day"):
                    if self.chance(0.3):
                        rows.append({"indicator": f"{app}-{counts}-{dedupe}", "app": app, "name": counts, "counts": counts,
                                     "dedupe": "" if dedupe == "none" and self.chance(0.5) else dedupe})
        self.indicators = [r["indicator"] for r in rows]
        self.add("indicators", ["indicator", "app", "name", "counts", "dedupe"], rows)

    # ---- accounts ----

    def fresh_phone(self):
        if self.chance(0.1):
            return "0551" + str(self.r.randint(2000000, 9999999))
        return self.r.choice(["138", "199", "150"]) + f"{self.r.randint(10 ** 7, 10 ** 8 - 1)}"

    def phone(self):
        if self.chance(0.15):
            return self.r.choice(["138****8000", "11111111111", "12345", "无", "abc", "", "-", "1380000"])
        p = self.r.choice(self.seen_persons)
        ways = [p, p, p, p.translate(FULL_WIDTH), f"{p[:3]} {p[3:7]} {p[7:]}", f"{p[:3]}-{p[3:7]}-{p[7:]}", f" {p} "]
        if p[0] == "1":
            ways += ["+86" + p, "+86 " + p, "0086" + p, "0086 " + p[:3] + " " + p[3:], ("+86" + p).translate(FULL_WIDTH)]
        return self.r.choice(ways)

    def account(self, app, name):
        opened = self.moment(self.first - timedelta(days=60)) if not self.chance(0.1) else None
        if self.chance(0.15) and self.tied:
            opened = self.r.choice(self.tied)                  # two accounts of one person, opened in the same moment
        if opened:
            self.tied.append(opened)
        row = {"app": app, "account": name, "unit_code": self.r.choice(self.unit_codes) if self.chance(0.9) else "",
               "registered_at": self.written(opened) if opened else "", "phone": self.phone() if self.chance(0.8) else "",
               "device": f"d{self.r.randint(1, 9)}" if self.chance(0.5) else "", "ip": "10.0.0.7" if self.chance(0.3) else ""}
        if self.chance(0.25):
            row["closed_at"] = self.written(max(self.moment(), (opened or 0) + self.r.choice([0, 1000000])))
        return row

    def accounts(self):
        self.tied = []
        columns = ["app", "account", "unit_code", "registered_at", "closed_at", "phone", "device", "ip"]
        names = [f"u{i:03d}" for i in range(self.r.randint(5, 60))] + ["张三", "a b", "x,y"]
        rows = [self.account(app, n) for app in self.apps for n in names if self.chance(0.8)]
        if self.chance(0.1):                                   # an app whose accounts nobody exported
            rows = [r for r in rows if r["app"] == self.apps[0]] or rows
        options = {}
        if self.chance(0.4):
            options["to"] = str(self.r.choice([self.last, self.last + timedelta(days=40), self.r.choice(
                [recount.days_of(p)[1] for p in self.periods]) - timedelta(days=self.r.choice([0, 1, 2]))]))
        self.add("accounts", columns, rows, **options)
        if self.chance(0.4):                                   # a later file replaces some and adds others
            later = [self.account(r["app"], r["account"]) for r in rows if self.chance(0.2)]
            later += [self.account(self.r.choice(self.apps[:1]), f"n{i}") for i in range(3)]
            self.add("accounts", columns, later, **options)
        self.names = {app: [r["account"] for r in rows if r["app"] == app] + ["nobody", "ghost7"] for app in self.apps}

    # ---- events ----

    def event(self, app, first, last):
        us = self.moment(first, last)
        while not first <= recount.local_of(us, self.zone).date() <= last:
            us = self.moment(first, last)
        local = recount.local_of(us, self.zone)
        step = self.steps[app]
        if step and not (self.loose[app] and self.chance(0.01)):
            local = local.replace(microsecond=0, second=0)
            if step >= 3600:
                local = local.replace(minute=0)
            if step == 86400:
                local = local.replace(hour=0)
            us = recount.utc_of(local, self.zone)
            first_of_day = recount.utc_of(datetime(local.year, local.month, local.day), self.zone)
            us = max(us, first_of_day)
        action = self.r.choice(self.words[app])
        row = {"app": app, "account": self.r.choice(self.names[app]), "time": self.written(us), "action": action,
               "object": self.r.choice(["o1", "o2", "o3", "对象四"]) if self.chance(0.7) else "",
               "device": f"d{self.r.randint(1, 9)}" if self.chance(0.5) else ""}
        if self.chance(0.4):
            row["seconds"] = self.r.choice(["0", "0.001", "12.5", "60", "600", "1,200", "7200", "40000", "90000.125"])
        if self.chance(0.4):
            row["value"] = self.r.choice(["0", "1", "2.5", "0.125", "30", "1.2万"])
        return row

    def events(self):
        self.steps = {a: self.r.choice([0, 0, 0, 60, 60, 3600, 86400]) for a in self.apps}
        self.loose = {a: self.chance(0.5) for a in self.apps}
        self.words = {}
        for app in self.apps:
            words = [w for w in ACTIONS if self.chance(0.9)]
            if self.chance(0.4):
                words = [w for w in words if w != "login"]
            if self.chance(0.4):
                words = [w for w in words if w != "points"]
            both = [IN_CHINESE[w] if self.chance(0.3) else w for w in words for _ in range(3)]
            self.words[app] = (both or ["read"]) + self.r.sample(ODD_WORDS, 2)
        columns = ["app", "account", "time", "action", "object", "device", "seconds", "value"]
        n = self.r.choice([1, 40, 200, 400])
        middle = self.first + (self.last - self.first) // 2
        halves = [(self.first, middle), (middle + timedelta(days=1), self.last)]
        plan = self.r.choice(["one", "one", "halves", "apps", "gap", "replace", "add"])
        made = {"one": [(self.apps, self.first, self.last, {})],
                "halves": [(self.apps, *h, {}) for h in halves],
                "apps": [([a], self.first, self.last, {}) for a in self.apps],
                "gap": [(self.apps, halves[0][0], middle - timedelta(days=2), {}), (self.apps, *halves[1], {})],
                "replace": [(self.apps, self.first, self.last, {}), (self.apps, middle - timedelta(days=2), middle, {"mode": "replace"})],
                "add": [(self.apps, self.first, self.last, {}), (self.apps, middle - timedelta(days=2), middle, {"mode": "add"})]}[plan]
        for apps, first, last, options in made:
            rows = [self.event(self.r.choice(apps), first, last) for _ in range(n)]
            if self.chance(0.3) and rows:
                rows += [dict(self.r.choice(rows)) for _ in range(3)]        # equal rows are kept
            self.r.shuffle(rows)
            if self.chance(0.5):
                wide = first, last
                if plan == "one" and self.chance(0.5):
                    wide = first - timedelta(days=self.r.choice([1, 7, 40, 400])), last + timedelta(days=self.r.choice([1, 7, 40, 400]))
                options = {**options, "from": str(wide[0]), "to": str(wide[1])}
            self.add("events", columns, rows, **options)

    # ---- targets ----

    def targets(self):
        rows, keys = [], set()
        parent = {u: self.parents.get(u) for u in self.unit_codes}
        for indicator in self.r.sample(self.indicators, min(5, len(self.indicators))):
            period = self.r.choice(self.periods)
            cycle = self.chance(0.1)
            for unit in self.unit_codes:
                values = self.r.sample(["1", "7", "30", "100", "12.5", "3,000", "1.2万", "4000000"], 3)   # no two alike: the largest is the unit's own
                for value in values[:self.r.choice([0, 1, 1, 1, 2])]:
                    issuer = self.r.choice(["", "", "", self.r.choice(self.unit_codes), "办公室"])
                    resolved = issuer or parent[unit]
                    above = set()
                    at = unit
                    while at:
                        above.add(at)
                        at = parent.get(at)
                    if issuer in self.unit_codes and not cycle and (issuer not in above or issuer == unit):
                        continue                               # only those above, so that the chain leads up
                    if (indicator, period, unit, resolved) in keys:
                        continue
                    keys.add((indicator, period, unit, resolved))
                    rows.append({"indicator": indicator, "period": period, "unit_code": unit, "issuer_code": issuer,
                                 "value": value})
        if rows:
            self.add("targets", ["indicator", "period", "unit_code", "issuer_code", "value"], rows)

    # ---- reports, around what is counted and possible ----

    def value_for(self, figure):
        counted, possible = figure["counted"], figure["possible"]
        near = []
        if counted:
            c = Decimal(counted)
            edge = c * Decimal("1.05")
            near += [c, c, edge.quantize(Decimal("0.001"), "ROUND_FLOOR"), edge.quantize(Decimal("0.001"), "ROUND_FLOOR") + Decimal("0.001"),
                     c + 1, c * 2, max(Decimal(0), c - 1)]
        if possible:
            p = Decimal(possible)
            near += [p, p + Decimal("0.001"), p + 1, p * 3]
        near += [Decimal(0), Decimal(self.r.randint(0, 60)), Decimal("10.005")]
        return exact(self.r.choice(near))

    def reports(self):
        self.save()
        county = recount.County(self.folder, None, None)
        keys = [(i, p, u) for i in self.indicators for p in self.periods for u in self.unit_codes]
        rows, later = [], []
        dated = self.chance(0.3)
        full = [k for k in keys if county.coverage(k[0], k[1]) == "full"]
        chosen = set(self.r.sample(full, min(100, len(full)))) | set(self.r.sample(keys, min(60, len(keys))))
        for i, p, u in sorted(chosen):
            row = {"indicator": i, "period": p, "unit_code": u, "value": self.value_for(county.figure(i, p, u)), "base": "", "reported_at": ""}
            if self.chance(0.03):
                row.update(value=self.r.choice(["95.18%", "100%", "33.3%", "0%"]), base=str(self.r.randint(1, 500)))
            if dated and self.chance(0.5):
                row["reported_at"] = self.written(self.moment())
                if self.chance(0.3):
                    rows.append({**row, "value": "77", "reported_at": "2009-09-09 09:09:09"})   # an older report of the same figure
            rows.append(row)
            if dated and self.chance(0.2):
                later.append({**row, "value": str(self.r.randint(0, 99)), "base": "",
                              "reported_at": self.r.choice(["", "2009-01-01", self.written(self.moment())])})
        columns = ["indicator", "period", "unit_code", "value", "base", "reported_at"]
        self.add("reports", columns, rows)
        if later:
            self.add("reports", columns, later)

    def save(self):
        with open(os.path.join(self.folder, "imports.json"), "w", encoding="utf-8") as f:
            json.dump({"zone": self.zone_name, "now": self.now, "imports": self.imports}, f, ensure_ascii=False, indent=1)
            f.write("\n")

    def make(self):
        self.register()
        with open(os.path.join(self.folder, "units.csv"), encoding="utf-8") as f:
            self.parents = {r["unit_code"]: r["parent_code"] or None for r in csv.DictReader(f)}
        self.accounts()
        if not self.chance(0.04):
            self.events()
        self.imports = [i for i in self.imports if i["table"] != "accounts" or not self.bare]
        self.targets()
        self.reports()
        self.save()


def main(args):
    if len(args) != 2:
        sys.exit(__doc__)
    os.makedirs(args[1], exist_ok=True)
    Maker(int(args[0]), args[1]).make()


if __name__ == "__main__":
    main(sys.argv[1:])
