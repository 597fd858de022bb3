#!/usr/bin/env python3
"""check.py: `shishu check` the slow and obvious way, from design 4.1, 4.3 and docs/rules.md and not from the program, for tests to compare with.

    check.py DIR      prints what the program should say, as JSON with the keys of design 3

DIR holds CSV files and imports.json, as random_targets.py writes them:
    {"today": "2026-03-01", "settings": {"wage": "20"}, "options": {"all_dates": true, "cancel": ["I1"], "period": null},
     "imports": [{"table": "targets", "file": "targets.csv"}, …]}
Sums and factors are exact; numbers become floats only when they are printed.
"""
import contextlib
import csv
import json
import math
import os
import re
import sys
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import recount
import rule_language as rules
from rule_language import MISSING, NULL

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEYS = {"units": ("unit_code",), "apps": ("app",), "indicators": ("indicator",), "documents": ("doc_no",), "forms": ("id",),
        "prices": ("counts", "kind", "seen_at"), "targets": ("indicator", "period", "unit_code", "issuer_code"),
        "bulletins": ("indicator", "kind", "frequency", "issuer_code", "published_at", "consequence")}
NUMBERS = {"units": ("residents", "registered", "incoming", "eligible", "phone_share", "households", "cadres"),
           "indicators": ("honest_minutes", "points_total", "levels", "min_score"), "targets": ("value",), "prices": ("price",),
           "forms": ("notice_hours",)}
DAYS = {"apps": ("launched_at", "closed_at", "filed_at"), "targets": ("issued_at", "due_at"), "prices": ("seen_at",),
        "bulletins": ("published_at",), "documents": ("dated",), "forms": ("valid_to",)}
PEOPLE_COUNTS = recount.PEOPLE_COUNTS
ASSESSED = {"assessed", "ranked", "deducted"}
ZONE = ZoneInfo("Asia/Shanghai")


def listed(text):
    return [w.strip() for w in re.split("[;,]", text or "") if w.strip()]


def real(value):
    return None if value is None else int(value) if value == int(value) else float(value)


class Tail:
    """P(BetaBinomial(n, a, b) >= k), by the ratio of neighbouring terms; all terms of an n are kept."""

    def __init__(self, mean, weight):
        self.a, self.b, self.terms = mean * weight, (1 - mean) * weight, {}

    def at_least(self, n, k):
        k = math.ceil(k)
        if k <= 0:
            return 1.0
        if k > n:
            return 0.0
        if n not in self.terms:
            a, b = self.a, self.b
            p = math.exp(math.fsum(math.log1p(-a / (a + b + j)) for j in range(n)))
            terms = [p]
            for j in range(n):
                p *= (n - j) * (j + a) / ((j + 1) * (n - j - 1 + b))
                terms.append(p)
            self.terms[n] = terms
        return min(1.0, math.fsum(self.terms[n][k:]))


class Check(rules.World):
    def __init__(self, folder, book=None):
        with open(os.path.join(folder, "imports.json"), encoding="utf-8") as f:
            plan = json.load(f)
        self.today = date.fromisoformat(plan["today"])
        self.options, settings = plan.get("options", {}), plan.get("settings", {})
        self.wage = Fraction(settings["wage"]) if settings.get("wage") else None
        self.tail = Tail(float(settings.get("prior_mean", "0.35")), float(settings.get("prior_weight", "4")))
        self.tables, self.columns = {t: {} for t in KEYS}, {t: set() for t in KEYS}
        for item in plan["imports"]:
            with open(os.path.join(folder, item["file"]), encoding="utf-8-sig", newline="") as f:
                for row in csv.DictReader(f):
                    self.take(item["table"], row)
        self.units, self.indicators = self.tables["units"], self.tables["indicators"]
        self.children = defaultdict(list)
        for code, u in self.units.items():
            self.children[u.get("parent_code")].append(code)
        self.period = self.options.get("period")
        self.targets = [t for _, t in sorted(self.tables["targets"].items()) if self.period in (None, t["period"])]
        self.of_figure, self.of_issuer = defaultdict(list), defaultdict(list)
        for t in self.targets:
            self.of_figure[t["indicator"], t["period"], t["unit_code"]].append(t)
            self.of_issuer[t["indicator"], t["period"], t["issuer"]].append(t)
        with open(book or os.path.join(ROOT, "rules/regulation.csv"), encoding="utf-8-sig", newline="") as f:
            self.book = [dict(r, of=rules.Test(r["test"]), where=rules.whole(r["applies"]) if r["applies"] else None) for r in csv.DictReader(f)]
        self.rule = {r["id"]: r for r in self.book}
        for r in self.book:
            r["subject"] = self.subject_of(r)
        self.current = dict.fromkeys("uaitbdf")

    # ---- tables ----

    def take(self, table, cells):
        """A cell that is blank is None; a column that is absent is no key."""
        row = {}
        for column, text in cells.items():
            value = text.strip() or None
            if value is not None and column in NUMBERS.get(table, ()):
                value = Fraction(recount.number(value))
            elif value is not None and column in DAYS.get(table, ()):
                value = recount.local_of(recount.parse_time(value, ZONE), ZONE).date()
            row[column] = value
        if table == "targets":
            row["issuer"] = row.get("issuer_code") or self.tables["units"][row["unit_code"]].get("parent_code")
            key = row["indicator"], row["period"], row["unit_code"], row["issuer"] or ""
        elif table == "bulletins":
            key = tuple(str(row.get(k) or "") for k in KEYS[table])
        else:
            key = tuple(row.get(k) or "" for k in KEYS[table]) if len(KEYS[table]) > 1 else row[KEYS[table][0]]
        self.tables[table][key] = row
        self.columns[table] |= set(cells)

    def people(self, code):
        u = self.units[code]
        eligible, registered, incoming, residents = (u.get(k) for k in ("eligible", "registered", "incoming", "residents"))
        if eligible is not None:
            return eligible
        if registered is not None and incoming is not None:
            return registered + incoming
        if residents is not None and registered is not None:
            return residents + registered if residents > registered else registered
        if registered is not None or residents is not None:
            return registered if registered is not None else residents
        parts = [self.people(c) for c in self.children[code]]
        return sum(parts) if parts and None not in parts else None

    # ---- one target ----

    def possible(self, t):
        i, people = self.indicators[t["indicator"]], self.people(t["unit_code"])
        first, end = recount.days_of(t["period"])
        if people is None:
            return None
        if i["counts"] in PEOPLE_COUNTS:
            return people
        if i["counts"] == "seconds":
            return people * (end - first).days * 86400
        if i["counts"] in recount.ACTION_OF and i.get("dedupe") == "account-day":
            return people * (end - first).days
        return None

    def size(self, t):
        people, share = self.people(t["unit_code"]), self.units[t["unit_code"]].get("phone_share")
        if people is None or self.indicators[t["indicator"]]["counts"] not in PEOPLE_COUNTS:
            return None
        return math.floor(people * share) if share is not None else int(people)

    def feasible(self, t, value):
        possible = self.possible(t)
        if possible is not None and value > possible:
            return 0.0
        size = self.size(t)
        return None if size is None else self.tail.at_least(size, value)

    def own(self, indicator, period, unit):
        """The largest of its own targets, ties: the smaller issuer, then those that are no units, none last."""
        mine = self.of_figure.get((indicator, period, unit), [])
        return min(mine, key=lambda t: (-t["value"], t["issuer"] not in self.units, t["issuer"] is None, t["issuer"] or ""), default=None)

    def factor(self, indicator, period, issuer):
        own, handed = self.own(indicator, period, issuer), self.of_issuer.get((indicator, period, issuer))
        return sum(t["value"] for t in handed) / own["value"] if own and own["value"] and handed else Fraction(1)

    def issuers_up(self, t):
        """From the target's issuer upward; each once."""
        found, at = [], t["issuer"]
        while at is not None and at not in found:
            found.append(at)
            own = self.own(t["indicator"], t["period"], at)
            at = own["issuer"] if own else self.units.get(at, {}).get("parent_code")
        return found

    def way_up(self, t):
        """The issuers that are named: who issued it, who set that one's own target, and so on; of the units above an issuer without a target
        the first that has one."""
        found = []
        while t and t["issuer"] and t["issuer"] not in found:
            found.append(t["issuer"])
            own, at = self.own(t["indicator"], t["period"], t["issuer"]), t["issuer"]
            while own is None and at:
                at = self.units.get(at, {}).get("parent_code")
                own = self.own(t["indicator"], t["period"], at)
            if own and own["unit_code"] != t["issuer"]:
                if at in found:
                    break
                found.append(at)
            t = own
        return found

    def leaf(self, t):
        return not self.of_issuer.get((t["indicator"], t["period"], t["unit_code"]))

    def weekdays(self, period):
        first, end = recount.days_of(period)
        return sum((first + timedelta(days=k)).weekday() < 5 for k in range((end - first).days))

    def hours(self, t):
        minutes = self.indicators[t["indicator"]].get("honest_minutes")
        return None if minutes is None else t["value"] * minutes / 60

    def available(self, t):
        cadres = self.units[t["unit_code"]].get("cadres")
        return None if cadres is None else cadres * 8 * self.weekdays(t["period"])

    def price(self, t, kind):
        """Yuan of one counted unit, as known by the end of the period, or else the first known; what is asked for an account and month is paid
        for each month, a week being one, and says nothing of what is no account."""
        counts, end = self.indicators[t["indicator"]]["counts"], recount.days_of(t["period"])[1]
        found = [p for p in self.tables["prices"].values() if p["counts"] == counts and (p.get("kind") or "list") == kind and
                 (p.get("per") != "account-month" or counts in PEOPLE_COUNTS)]
        before = [p for p in found if p.get("seen_at") and p["seen_at"] < end]
        after = [p for p in found if p.get("seen_at") and p["seen_at"] >= end]
        dated = max((p["seen_at"] for p in before), default=min((p["seen_at"] for p in after), default=None))
        months = 12 if len(t["period"]) == 4 else 3 if "Q" in t["period"] else 1
        return min((p["price"] * (months if p.get("per") == "account-month" else 1) for p in found if p.get("seen_at") == dated), default=None)

    def day(self, t):
        return t.get("issued_at") or recount.days_of(t["period"])[0]

    # ---- what rules speak of ----

    def parts(self, rule):
        return [p for a in rule["of"].alias for p in self.parts(self.rule[a])] if rule["of"].alias else [rule["of"].when] if rule["of"].when else []

    def subject_of(self, rule):
        free, ranged = set(), set()
        for when in self.parts(rule):
            rules.names(when, free, ranged)
        rule["ranged"] = "b" in ranged and "b" not in free
        if not self.parts(rule):
            return None
        if free & set("tdr"):
            return "t"
        if "b" in free:
            return "b"
        if "i" in free or rule["ranged"]:
            return "i"
        return next((s for s in "auf" if s in free), "x")

    def set_current(self, kind, row):
        self.current = dict.fromkeys("uaitbdf")
        self.current[kind] = row
        self.one_bulletin = row if kind == "b" else None
        if kind == "t":
            self.current["u"] = self.units[row["unit_code"]]
            self.current["d"] = self.tables["documents"].get(row.get("document"))
        if kind in "tb":
            self.current["i"] = self.indicators.get(row["indicator"])
        if kind in "tbi" and self.current["i"]:
            self.current["a"] = self.tables["apps"].get(self.current["i"]["app"])

    def field(self, row, column):
        if row == "a" and column == "zw":
            return self.zw()
        current = self.current.get(row)
        if current is None:
            return MISSING
        if row == "t" and column == "issuer_code":
            return current["issuer"] or NULL
        if column not in current:
            return MISSING
        value = current[column]
        if value is None:
            return NULL
        return value

    def zw(self):
        for r in self.book:
            for word, when in r["of"].sets:
                truth = self.judge(when)
                if truth is None:
                    return MISSING
                if truth:
                    return word
        return "none"

    def zw_of(self, app):
        self.set_current("a", app)
        word = self.zw()
        return None if word == MISSING else word

    def rows(self, kind):
        if kind == "b":
            if self.one_bulletin is not None:
                return [self.one_bulletin], True
            i = self.current["i"]
            return [b for b in self.tables["bulletins"].values() if i and b["indicator"] == i["indicator"]], bool(self.tables["bulletins"])
        a, i = self.current["a"], self.current["i"] if self.subject != "a" else None   # of an app all of its targets
        return [t for t in self.targets if (i and t["indicator"] == i["indicator"]) or
                (not i and a and self.indicators[t["indicator"]]["app"] == a["app"])], True

    @contextlib.contextmanager
    def bind(self, kind, row):
        before, self.current = self.current, {**self.current, kind: row}
        yield
        self.current = before

    def call(self, name, argument):
        c = self.current
        row = c.get(argument[1]) if argument and argument[0] == "value" and isinstance(argument[1], str) else None

        def known(v):
            return MISSING if v is None else v
        if name in ("level", "parent"):
            code = self.value(argument)
            u = self.units.get(code) if isinstance(code, str) else None
            v = u and u.get("level" if name == "level" else "parent_code")
            return known(v)
        if name == "today":
            return self.today
        if name == "wage":
            return known(self.wage)
        if name in ("active_share", "audit_age", "closed_after") or row is None:
            return MISSING
        if name == "people":
            return known(self.people(row["unit_code"]))
        if name == "possible":
            return known(self.possible(row))
        if name == "factor":
            return self.factor(row["indicator"], row["period"], row["issuer"])
        if name == "weekdays":
            return Fraction(self.weekdays(row["period"]))
        if name == "same_for_all":
            return self.same_for_all(row)
        if name == "price":
            return known(min((p for p in (self.price(row, k) for k in ("list", "bulk")) if p is not None), default=None))
        if name == "age":
            launched = row.get("launched_at")
            return MISSING if launched is None else Fraction((self.today - launched).days)
        if name == "open_apps":
            return known(self.open_apps(row))
        if name in ("assessed_share", "assessed_count"):
            return known(self.assessed(row, name == "assessed_share"))
        if name in ("overlap", "repeats"):
            return known(self.shared_items(row, name))
        if name == "code_ok":
            return self.code_ok(row)
        raise ValueError(name)

    def same_for_all(self, t):
        """Siblings: of one level, under one issuer of the register, with people."""
        level = self.units[t["unit_code"]]["level"]
        mates = [m for m in self.of_issuer[t["indicator"], t["period"], t["issuer"]] if self.units[m["unit_code"]]["level"] == level and
                 self.people(m["unit_code"])]
        if t["issuer"] not in self.units or len(mates) < 8 or t not in mates:
            return False
        sizes = [self.people(m["unit_code"]) for m in mates]

        def variation(xs):
            mean = sum(xs) / Fraction(len(xs))
            return 0.0 if not mean else math.sqrt(sum((x - mean) ** 2 for x in xs) / len(xs)) / float(mean)
        return variation(sizes) > 0.3 and variation([m["value"] for m in mates]) < 0.02

    def open_apps(self, a):
        """Those that are not known to be closed; None where it is not known whom one of the owner's is for."""
        mine = [o for o in self.tables["apps"].values() if a.get("owner_code") and o.get("owner_code") == a["owner_code"]]
        if not mine or any("audience" not in o for o in mine):
            return None
        return Fraction(sum(o["audience"] in ("staff", "both") and not (o.get("closed_at") and o["closed_at"] <= self.today) for o in mine))

    def assessed(self, a, share):
        mine = [i for i in self.indicators.values() if i["app"] == a["app"]]
        if not mine or any("basis" not in i for i in mine):
            return None
        n = sum(bool(ASSESSED & set(listed(i["basis"]))) for i in mine)
        return Fraction(n, len(mine)) if share else Fraction(n)

    def shared_items(self, f, name):
        """Of forms for the same period and respondents, as far as they say; how many: the form itself is one of them."""
        mine = set(listed(f.get("items")))
        if not mine:
            return None
        shares = [Fraction(len(mine & set(listed(o.get("items")))), len(mine)) for o in self.tables["forms"].values() if o["id"] != f["id"] and
                  all(not f.get(k) or not o.get(k) or f[k] == o[k] for k in ("period", "respondents"))]
        return max(shares, default=Fraction(0)) if name == "overlap" else Fraction(1 + sum(s >= Fraction(1, 2) for s in shares))

    def code_ok(self, u):
        """Of any level; groups have codes of their own. Zeros that fill a code up do not count."""
        def significant(code):
            return next((code[:n] for n in (2, 4, 6, 9) if len(code) > n and not code[n:].strip("0")), code)
        code, parent = u["unit_code"], u.get("parent_code")
        if u["level"] == "group":
            return True
        if not code.isdigit() or code[0] == "0" or len(code) not in (2, 4, 6, 9, 12):
            return False
        own, above = significant(code), significant(parent or "")
        return not parent or (own != above and own.startswith(above))

    # ---- what holds of a subject ----

    def of_rule(self, rule):
        found, self.subject = False, rule["subject"]
        for when in self.parts(rule):
            found = rules.either(found, self.judge(when))
        return found

    def cites(self, subjects, day, ranged=False):
        found = {}
        for r in self.book:
            if r["subject"] is None or not (r["subject"] in subjects or (ranged and r["ranged"])):
                continue
            state = rules.both(self.judge(r["where"]), self.of_rule(r)) if r["where"] else self.of_rule(r)
            found.update(self.cited(r, state, day))
        return found

    def cited(self, r, state, day):
        in_force = not r["in_force"] or date.fromisoformat(r["in_force"]) <= day
        if state is False or (not in_force and not self.options.get("all_dates")):
            return {}
        law, by_reference = not r["source"].startswith("derived"), "a.zw" in r["applies"] and self.zw() == "by_reference"
        return {r["id"]: {"state": "hit" if state else "unknown", "in_force": in_force,
                          "wording": None if not law else "参照" if by_reference else "违反"}}

    def broken(self, cites, severity):
        return any(self.rule[i]["severity"] == severity and self.rule[i]["of"].kind in ("hit", "alias") and c["state"] == "hit" and c["in_force"] and
                   c["wording"] is not None for i, c in cites.items())

    def mates(self, t):
        """Targets of the unit and period for the same count of the same app, where two issuers set them."""
        i = self.indicators[t["indicator"]]
        same = [o for o in self.targets if (o["period"], o["unit_code"]) == (t["period"], t["unit_code"]) and
                all(self.indicators[o["indicator"]][k] == i[k] for k in ("app", "counts"))]
        return len({o["issuer"] for o in same}) > 1

    def advise(self, t):
        core = self.indicators[t["indicator"]].get("class") == "core"
        if self.broken(t["cites"], "high") or (t["impossible"] and not core):
            return "cancel"
        if self.mates(t):
            return "merge"
        return "guidance" if core or self.broken(t["cites"], "medium") else "keep"

    def judge_targets(self):
        for t in self.targets:
            self.set_current("t", t)
            t["cites"] = self.cites("tia", self.day(t))
            t["states"] = {r["id"]: rules.both(self.judge(r["where"]), self.of_rule(r)) if r["where"] else self.of_rule(r)
                           for r in self.book if r["subject"] == "t"}
            possible = self.possible(t)
            t["impossible"] = possible is not None and t["value"] > possible
            t["advice"] = self.advise(t)

    def asked_twice(self, i):
        """Does another indicator ask for the same count of the same app, by other issuers?"""
        def issuers(code):
            return {t["issuer"] for t in self.targets if t["indicator"] == code}
        return bool(issuers(i["indicator"])) and any(issuers(code) and issuers(code) != issuers(i["indicator"]) for code, o in self.indicators.items()
                                                     if code != i["indicator"] and all(o[k] == i[k] for k in ("app", "counts")))

    def judge_indicator(self, i):
        mine = [t for t in self.targets if t["indicator"] == i["indicator"]]
        leaves = [t for t in mine if self.leaf(t)]
        self.set_current("i", i)
        day = max((self.day(t) for t in mine), default=self.today)
        cites = self.cites("ia" if mine else "tia", day)
        sure = {r for r, c in self.cites("t", day).items() if c["state"] == "hit"}   # whatever the target
        for r in self.book:
            hit = [t for t in leaves if r["subject"] == "t" and t["states"].get(r["id"]) is True]
            if mine and (r["id"] in sure or (leaves and 2 * len(hit) >= len(leaves) and r["subject"] == "t")):
                cites.update(self.cited(r, True, day))
        figures = defaultdict(list)                            # of several issuers' targets for one figure any
        for t in leaves:
            figures[t["period"], t["unit_code"]].append(t)

        def half(holds):
            return bool(figures) and 2 * sum(any(map(holds, of)) for of in figures.values()) >= len(figures)
        if self.broken(cites, "high") or half(lambda t: t["advice"] == "cancel"):
            advice = "cancel"
        elif self.asked_twice(i) or half(self.mates):
            advice = "merge"
        elif i.get("class") == "core" or self.broken(cites, "medium") or half(lambda t: self.broken(t["cites"], "medium") or t["advice"] == "guidance"):
            advice = "guidance"
        else:
            advice = "keep"
        return {"rules": cites, "advice": advice, "targets": len(mine), **self.burden(leaves)}

    def burden(self, leaves):
        """Hours and yuan; of several targets of one figure the largest counts."""
        largest = [t for t in leaves if t is self.own(t["indicator"], t["period"], t["unit_code"])]

        def total(of):
            known = [v for v in map(of, largest) if v is not None]
            return real(sum(known)) if known else None
        return {"hours": total(self.hours), "price_list": total(lambda t: self.cost(t, "list")), "price_bulk": total(lambda t: self.cost(t, "bulk"))}

    def cost(self, t, kind):
        price = self.price(t, kind)
        return None if price is None else Fraction(math.floor(t["value"] * price * 100 + Fraction(1, 2)), 100)   # whole fen

    # ---- a fair share ----

    def allocation(self, indicator, period):
        mine = [t for t in self.targets if (t["indicator"], t["period"]) == (indicator, period)]
        top = {t["unit_code"] for t in mine if t["issuer"] is None or not self.own(indicator, period, t["issuer"])}
        total = math.floor(sum(self.own(indicator, period, u)["value"] for u in top))   # of several issuers' targets the largest
        leaves = sorted({t["unit_code"]: t for t in mine if self.leaf(t)}.items())
        weight = {code: self.people(code) or 0 for code, _ in leaves}
        caps = {code: None if self.possible(t) is None else math.floor(self.possible(t)) for code, t in leaves}
        if all(self.people(code) is None for code in weight):
            return {"total": total}
        return {"total": total, **self.water(weight, caps, total)}

    @staticmethod
    def water(weight, caps, total):
        """fill = min(cap, mu × weight), whole by largest remainder under the caps; ties: the smaller code."""
        fill, left, open_ = dict.fromkeys(weight, Fraction(0)), Fraction(total), {c for c in weight if weight[c]}
        while open_:
            level = left / sum(weight[c] for c in open_)
            full = {c for c in open_ if caps[c] is not None and level * weight[c] >= caps[c]}
            if not full:
                fill.update((c, level * weight[c]) for c in open_)
                left = 0
                break
            fill.update((c, Fraction(caps[c])) for c in full)
            left -= sum(caps[c] for c in full)
            open_ -= full
        whole = {c: math.floor(v) for c, v in fill.items()}
        short = total - math.ceil(left) - sum(whole.values())
        for c in sorted(fill, key=lambda c: (whole[c] - fill[c], c)):
            if short > 0 and fill[c] > whole[c]:
                whole[c] += 1
                short -= 1
        return {"infeasible": real(total - sum(whole.values())), "units": whole}

    # ---- all of it ----

    def name(self, t):
        figure = f"{t['indicator']}/{t['period']}/{t['unit_code']}"
        several = len(self.of_figure[t["indicator"], t["period"], t["unit_code"]]) > 1
        return f"{figure}@{t['issuer']}" if several and t["issuer"] else figure

    def totals(self, without=()):
        kept = [t for t in self.targets if t["indicator"] not in without]
        leaves, units = [t for t in kept if self.leaf(t)], defaultdict(dict)
        for t in kept:
            if t is self.own(t["indicator"], t["period"], t["unit_code"]):
                units[t["unit_code"], t["period"]][t["indicator"]] = t
        over = compared = 0
        for of in units.values():
            hours = [h for h in map(self.hours, of.values()) if h is not None]
            available = self.available(next(iter(of.values())))
            compared += bool(hours) and available is not None
            over += bool(hours) and available is not None and sum(hours) > available
        largest = [t for t in leaves if t is self.own(t["indicator"], t["period"], t["unit_code"])]
        burden = self.burden(leaves)
        unlawful = sum(self.broken(t["cites"], "high") for t in kept)
        return {"indicators": len({t["indicator"] for t in kept}), "targets": len(kept),
                "impossible": sum(t["impossible"] for t in kept), "unlawful": unlawful,
                "figures": len(largest), "figures_with_hours": sum(self.hours(t) is not None for t in largest),
                "figures_with_price": sum(self.cost(t, "bulk") is not None for t in largest), "hours": burden["hours"] if kept else 0,
                "units_over": over if compared or not kept else None, "price_bulk": burden["price_bulk"] if kept else 0}

    def target(self, t):
        def factors(units):
            return [(u, self.factor(t["indicator"], t["period"], u)) for u in units]
        return {"value": real(t["value"]), "issuer_code": t["issuer"], "issuer_level": self.units.get(t["issuer"], {}).get("level"),
                "possible": real(self.possible(t)), "impossible": t["impossible"],
                "feasible": self.feasible(t, t["value"]), "amplification": float(math.prod((f for _, f in factors(self.issuers_up(t))), start=Fraction(1))),
                "amplified_by": [(u, self.units.get(u, {}).get("level"), float(f)) for u, f in factors(reversed(self.way_up(t)))],
                "hours": real(self.hours(t)), "hours_available": real(self.available(t)), "price_list": real(self.cost(t, "list")),
                "price_bulk": real(self.cost(t, "bulk")), "rules": t["cites"], "advice": t["advice"]}

    def bulletin(self, b):
        """What is said of it, and the rules on its indicator's bulletins that it breaks by itself."""
        self.set_current("b", b)
        day = b.get("published_at") or self.today
        alone = {r: c for r, c in self.cites("", day, ranged=True).items() if c["state"] == "hit"}
        return {**self.cites("b", day), **alone}

    def row(self, kind, row):
        self.set_current(kind, row)
        return self.cites(kind, self.today)

    def all(self):
        self.judge_targets()
        groups = sorted({(t["indicator"], t["period"]) for t in self.targets})
        bulletins = defaultdict(list)
        for b in self.tables["bulletins"].values():
            key = [b["indicator"], b["kind"], b["frequency"], b.get("issuer_code"), str(b["published_at"]) if b.get("published_at") else None]
            bulletins["/".join(k or "" for k in key)].append(self.bulletin(b))
        issuers = {}
        for (i, p, u), handed in self.of_issuer.items():
            if u in self.units:
                own = self.own(i, p, u)
                issuers[f"{i}/{p}/{u}"] = {"own": real(own["value"]) if own else None, "handed": real(sum(t["value"] for t in handed)),
                                           "factor": float(self.factor(i, p, u)), "level": self.units[u]["level"]}
        units = {code: {k: c for k, c in self.row("u", u).items() if c["state"] == "hit"} for code, u in self.units.items()}
        cancel = self.options.get("cancel") or ()
        return {"targets": {self.name(t): self.target(t) for t in self.targets},
                "indicators": {code: self.judge_indicator(i) for code, i in self.indicators.items()},
                "apps": {code: {"rules": self.row("a", a), "zw": self.zw_of(a)} for code, a in self.tables["apps"].items()},
                "bulletins": {k: sorted(v, key=json.dumps) for k, v in bulletins.items()},
                "forms": {code: self.row("f", f) for code, f in self.tables["forms"].items()},
                "units": {code: c for code, c in units.items() if c},
                "issuers": issuers, "allocation": {f"{i}/{p}": self.allocation(i, p) for i, p in groups},
                "totals": self.totals(), **({"what_if": self.totals(cancel)} if cancel else {})}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    json.dump(Check(sys.argv[1]).all(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
