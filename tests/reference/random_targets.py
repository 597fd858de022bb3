#!/usr/bin/env python3
"""random_targets.py SEED DIR: a small random county that was asked for things, with every corner of `shishu check` that can be drawn.

Writes the register, targets, bulletins, prices, documents and forms as CSV files, and imports.json (see check.py). Columns are absent, cells
blank; a table may come in two imports with different columns. The same seed gives the same bytes.
"""
import json
import os
import random
import sys
from datetime import date, timedelta

from random_county import write

# what each rule is about: the last day before it and its first
BORDERS = [date(2023, 12, 17), date(2023, 12, 18), date(2024, 8, 5), date(2024, 8, 6), date(2024, 9, 13), date(2026, 1, 24), date(2026, 1, 25)]
COUNTS = ["registered", "new", "active", "quiz", "seconds", "points", "reads", "likes", "comments", "shares", "checkins", "entries", "votes",
          "follows", "uploads", "installs"]
FEATURES = ["checkin", "points_rank", "duration", "upload", "location", "commerce", "complaint"]
ISSUERS = ["committee", "government", "department", "coordinating"]
LEVELS = ["province", "city", "county", "town", "village", "group"]


class Maker:
    def __init__(self, seed, folder):
        self.r = random.Random(seed)
        self.folder, self.imports = folder, []

    def chance(self, p):
        return self.r.random() < p

    def some(self, words, most=3):
        return ";".join(self.r.sample(words, self.r.choice(range(min(most, len(words)) + 1))))

    def blank(self, p, value):
        return "" if self.chance(p) else value

    def day(self):
        return self.r.choice(BORDERS) if self.chance(0.3) else date(2023, 6, 1) + timedelta(days=self.r.randint(0, 1250))

    def moment(self):
        """A day, alone or with a time, of the zone or of another."""
        day = self.day()
        return str(day) + self.r.choice(["", "", " 00:00:00", " 23:59", "T15:59:59Z", "T16:00:00Z", "T00:30:00+09:00"])

    def put(self, table, always, rows, keep=0.8):
        """Imports the rows, at times in two parts that differ in their columns; the second may hold rows of the first again."""
        if not rows:
            return
        parts = [rows]
        if len(rows) > 1 and self.chance(0.4):
            at = self.r.randint(1, len(rows) - 1)
            parts = [rows[:at], rows[at:] + (self.r.sample(rows[:at], 1) if self.chance(0.4) else [])]
        for part in parts:
            columns = [c for c in rows[0] if c in always or self.chance(keep)]
            name = f"{table}{sum(i['table'] == table for i in self.imports)}.csv"
            write(self.folder, name, columns, [{c: v for c, v in row.items() if c in columns} for row in part])
            self.imports.append({"table": table, "file": name})

    # ---- the register ----

    def units(self):
        rows = []
        huge = self.chance(0.05)

        def unit(code, level, parent):
            sizes = [0, 1, 7, 40, 700, 650, 3000] + [2 ** 20, 10 ** 12] * huge
            row = {"unit_code": code, "name": "单位" + code, "level": level, "parent_code": parent}
            for column in ("residents", "registered", "incoming"):
                row[column] = self.blank(0.3, self.r.choice(sizes))
            row["eligible"] = self.blank(0.8, self.r.choice(sizes))
            if self.chance(0.15) or (level in ("county", "town") and self.chance(0.4)):
                row.update(residents="", registered="", incoming="", eligible="")
            row.update(phone_share=self.blank(0.6, self.r.choice(["0", "0.5", "0.333", "1", "0.29", "0.07"])), households=self.blank(0.5, 9),
                       cadres=self.blank(0.3, self.r.choice([0, 1, 6, 60])))
            rows.append(row)
            return code

        long = self.chance(0.3)                                # whole codes of twelve digits

        def code(digits):
            return digits.ljust(12, "0") if long else digits
        top = unit(code("34"), "province", "") if self.chance(0.2) else ""
        top = unit(code("3401"), "city", top) if self.chance(0.3) else top
        for c in range(self.r.choice([1, 1, 2])):
            county = unit(code(f"34010{c + 1}"), "county", top)
            for t in range(self.r.randint(0, 2)):
                town = unit(code(f"34010{c + 1}{t + 1:03d}"), "town", county)
                for v in range(self.r.choice([0, 1, 2, 4, 9])):
                    village = unit(code(f"34010{c + 1}{t + 1:03d}{v + 201:03d}"), "village", town)
                    if self.chance(0.1):
                        unit(village + "01", "group", village)
            if self.chance(0.3):                               # no town between
                unit(f"34010{c + 1}9{self.r.randint(0, 9)}0201", "village", county)
        if self.chance(0.1):
            unit("X-1", "village", self.r.choice(rows)["unit_code"])
        self.parents = {r["unit_code"]: r["parent_code"] for r in rows}
        self.r.shuffle(rows)
        self.put_units(rows)

    def put_units(self, rows):
        columns = [c for c in rows[0] if c in ("unit_code", "name", "level", "parent_code") or self.chance(0.8)]
        write(self.folder, "units0.csv", columns, [{c: r[c] for c in columns} for r in rows])
        self.imports.append({"table": "units", "file": "units0.csv"})
        if self.chance(0.3):                                   # some of them once more, with other columns
            again = [dict(r) for r in self.r.sample(rows, self.r.randint(1, len(rows)))]
            columns = [c for c in rows[0] if c in ("unit_code", "name", "level", "parent_code") or self.chance(0.6)]
            write(self.folder, "units1.csv", columns, [{c: r[c] for c in columns} for r in again])
            self.imports.append({"table": "units", "file": "units1.csv"})

    def apps(self):
        self.app_codes = ["甲", "乙", "丙"][:self.r.randint(1, 3)]
        self.put("apps", ("app", "name"), [{
            "app": a, "name": a, "kind": self.blank(0.1, self.r.choice(["app", "mini", "quick", "account", "group", "web", "device"])),
            "owner_code": self.blank(0.2, self.r.choice([*list(self.parents)[:2], "某局"])),
            "owner_type": self.blank(0.1, self.r.choice(["admin", "admin", "party", "mass", "institution", "firm", "social"])),
            "owner_level": self.blank(0.2, self.r.choice(["nation", *LEVELS])),
            "audience": self.blank(0.1, self.r.choice(["staff", "public", "both"])),
            "launched_at": self.blank(0.2, self.day()), "closed_at": self.blank(0.7, self.day()),
            "approval_no": self.blank(0.5, "批1"), "filing_no": self.blank(0.5, "备1"), "filed_at": self.blank(0.5, self.day()),
            "features": self.some(FEATURES), "filed_features": self.some(FEATURES), "feature_note": self.blank(0.5, "见附件"),
            "shows_filing": self.blank(0.3, self.r.choice(["yes", "no"]))} for a in self.app_codes], 0.85)

    def some_indicators(self):
        names = ["月活跃", "老人建档", "会议、照片", "媒体宣传", "示范创建", "党员学习"]
        counts = self.r.sample(COUNTS, self.r.randint(1, 4))
        self.indicators = [f"I{k}" for k in range(self.r.randint(1, 6))]
        self.put("indicators", ("indicator", "app", "name", "counts"), [{
            "indicator": i, "app": self.r.choice(self.app_codes), "name": self.r.choice(names) + i, "counts": self.r.choice(counts),
            "dedupe": self.blank(0.3, self.r.choice(["none", "account-object", "account-day", "account-day"])),
            "class": self.blank(0.3, self.r.choice(["core", "other"])),
            "basis": self.some(["assessed", "ranked", "deducted", "reported", "informational"], 2),
            "consequence": self.some(["criticism", "report", "deduct", "award", "pay", "interview", "veto", "pledge"], 2),
            "required": self.some(["install", "login", "checkin", "upload", "use"], 2),
            "exempt": self.blank(0.7, self.r.choice(["security", "emergency"])), "statutory": self.blank(0.4, self.r.choice(["yes", "no"])),
            "honest_minutes": self.blank(0.2, self.r.choice(["0", "0.5", "6", "12.345", "600"])),
            "duty": self.blank(0.4, self.r.choice(["basic", "joint", "upper", "self_governance", "none"])), "legal_basis": self.blank(0.5, "某法"),
            "points_total": self.blank(0.6, self.r.choice(["100", "999.999", "1000"])), "levels": self.blank(0.6, self.r.choice([1, 2, 3])),
            "min_score": self.blank(0.6, self.r.choice(["0.5", "1"]))} for i in self.indicators], 0.85)

    # ---- what they are asked for ----

    def above(self, unit):
        found = []
        while self.parents.get(unit):
            unit = self.parents[unit]
            found.append(unit)
        return found

    def value(self):
        plain = ["0", "1", "7", "30", "12.5", "0.001", "100", "700", "1,300", "1.2万", "3000", "650.999"]
        return self.r.choice(plain) if self.chance(0.97) else self.r.choice(["99999999999", "12345678901.234"])

    def some_targets(self):
        periods = [str(p) for p in self.r.sample(["2023", "2024", "2024-Q1", "2024-Q3", "2025-Q4", "2023-12", "2024-02", "2024-09", "2026-02", "2024-W01",
                                                  "2024-W36", "2026-W04"], self.r.choice([1, 1, 2, 3]))]
        rows, keys = [], set()
        for i in self.indicators:
            if self.chance(0.1):
                continue
            for p in periods:
                alike = self.value() if self.chance(0.15) else None
                for u in self.parents:
                    for _ in range(self.r.choice([0, 1, 1, 1, 1, 2])):
                        ways = ["", "", "", *self.above(u), "办公室"]
                        issuer = self.r.choice(ways)
                        key = i, p, u, issuer or self.parents[u]
                        if key in keys:
                            continue
                        keys.add(key)
                        rows.append({"indicator": i, "period": p, "unit_code": u, "value": alike or self.value(), "issuer_code": issuer,
                                     "issuer_type": self.blank(0.2, self.r.choice(ISSUERS)), "issued_at": self.blank(0.4, self.moment()),
                                     "due_at": self.blank(0.5, self.day()), "document": self.blank(0.4, self.r.choice(["发1号", "发2号", "发9号"])),
                                     "addressee_type": self.blank(0.3, self.r.choice(ISSUERS))})
        self.periods = periods
        self.r.shuffle(rows)
        self.put("targets", ("indicator", "period", "unit_code", "value", "issuer_code"), rows)

    def others(self):
        units = list(self.parents)
        rows, keys = [], set()
        for _ in range(self.r.choice([0, 0, 1, 3, 8])):
            row = {"indicator": self.r.choice(self.indicators), "kind": self.r.choice(["rank", "rank", "list", "score"]),
                   "frequency": self.r.choice(["daily", "weekly", "monthly", "quarterly", "yearly", "once"]),
                   "issuer_code": self.blank(0.3, self.r.choice(units)), "published_at": self.blank(0.2, self.moment()),
                   "consequence": self.some(["criticism", "report", "deduct", "interview"], 2)}
            key = tuple(row[k] for k in ("indicator", "kind", "frequency"))
            if key not in keys:
                keys.add(key)
                rows.append(row)
        self.put("bulletins", ("indicator", "kind", "frequency"), rows)
        rows, keys = [], set()
        for _ in range(self.r.choice([0, 3, 12, 20])):
            row = {"counts": self.r.choice(COUNTS), "price": self.r.choice(["0", "0.015", "1.4", "45", "0.000208333333"]),
                   "per": self.blank(0.2, self.r.choice(["unit", "account-month"])), "kind": self.blank(0.1, self.r.choice(["list", "bulk"])),
                   "seen_at": self.blank(0.1, str(self.day())), "source": "公开报道"}
            key = row["counts"], row["kind"] or "list", row["seen_at"]
            if key not in keys:
                keys.add(key)
                rows.append(row)
        self.put("prices", ("counts", "price", "kind", "seen_at"), rows, 0.9)
        self.put("documents", ("doc_no",), [{
            "doc_no": d, "issuer_code": self.blank(0.3, units[0]), "issuer_type": self.blank(0.3, self.r.choice(ISSUERS)), "basis": self.blank(0.5, "某法"),
            "burden_review": self.blank(0.5, "已评估"), "plan_no": self.blank(0.5, "计1"), "sets_targets": self.blank(0.3, self.r.choice(["yes", "no"])),
            "list_no": self.blank(0.5, "单1")} for d in ["发1号", "发2号"][:self.r.choice([0, 1, 2])]])
        items = ["户数", "人数", "巡查次数", "隐患数", "整改数"]
        self.put("forms", ("id",), [{
            "id": f, "form_no": self.blank(0.3, "表1"), "maker": self.blank(0.3, "县局"), "approval_no": self.blank(0.4, "统1"),
            "valid_to": self.blank(0.3, self.day()), "items": self.some(items, 4), "frequency": self.blank(0.3, self.r.choice(["daily", "monthly"])),
            "channel": self.blank(0.2, self.r.choice(["platform", "app", "email", "phone", "paper", "group", "other"])),
            "notice_hours": self.blank(0.3, self.r.choice(["4", "24", "23.999"])), "is_survey": self.blank(0.2, self.r.choice(["yes", "no"])),
            "shared_available": self.blank(0.3, self.r.choice(["yes", "no"]))} for f in ["表甲", "表乙", "表丙", "表丁"][:self.r.choice([0, 0, 1, 2, 4])]], 0.85)

    def make(self):
        self.units()
        self.apps()
        self.some_indicators()
        self.some_targets()
        self.others()
        settings = {}
        if self.chance(0.5):
            settings["wage"] = self.r.choice(["20", "35.5", "0.5"])
        if self.chance(0.3):
            settings.update(prior_mean=self.r.choice(["0.35", "0.1", "0.9"]), prior_weight=self.r.choice(["1", "4", "250"]))
        options = {"all_dates": self.chance(0.5)}
        if self.chance(0.3):
            options["cancel"] = self.r.sample(self.indicators, self.r.randint(1, len(self.indicators)))
        if self.chance(0.15):
            options["period"] = self.r.choice(self.periods)
        today = str(self.r.choice([self.day(), date(2026, 7, 25), date(2026, 7, 26), date(2026, 10, 1)]))
        with open(os.path.join(self.folder, "imports.json"), "w", encoding="utf-8") as f:
            json.dump({"today": today, "settings": settings, "options": options, "imports": self.imports}, f, ensure_ascii=False, indent=1)
            f.write("\n")


def main(args):
    if len(args) != 2:
        sys.exit(__doc__)
    os.makedirs(args[1], exist_ok=True)
    Maker(int(args[0]), args[1]).make()


if __name__ == "__main__":
    main(sys.argv[1:])
