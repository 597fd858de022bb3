#!/usr/bin/env python3
"""recount.py: the counting rules of design 4.1 ("Possible", "Amplification"), 4.2, 4.3 and 4.8, the slow and obvious way.

A second implementation, written from the text of the design and not from the program, for tests to compare with. No detector, no field
check. Everything is kept in lists and dictionaries and counted in loops; a county of a few thousand events takes seconds.

    recount.py DIR [--zone ZONE] [--now TIME] [--targets FILE] [--json FILE]

DIR holds units.csv, apps.csv, indicators.csv, targets.csv, reports.csv, accounts.csv, events.csv (those that exist), or imports.json:
    {"zone": "Europe/Berlin", "now": "2026-01-15T12:00:00Z", "imports": [{"table": "events", "file": "a.csv", "from": "2024-01-01",
     "to": "2024-03-31", "mode": "replace"}, …]}
Prints figures as CSV with the columns of cases/counting/expected_figures.csv and sum_of_children; --targets writes the targets.
"""
import csv
import json
import os
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ACTION_OF = {
    "reads": "read", "likes": "like", "comments": "comment", "shares": "share", "checkins": "checkin", "entries": "entry",
    "votes": "vote", "follows": "follow", "uploads": "upload", "installs": "install",
}
CHINESE = {
    "登录": "login", "阅读": "read", "点赞": "like", "评论": "comment", "转发": "share", "签到": "checkin", "录入": "entry",
    "投票": "vote", "关注": "follow", "上传": "upload", "安装": "install", "答题": "quiz", "学习": "study", "积分": "points",
}
PEOPLE_COUNTS = ("registered", "new", "active", "quiz")
TOLERANCE = Fraction(5, 100)


# ---- time: microseconds since 1970, UTC ----

def utc_of(local, zone):
    """A moment of the wall clock; of two that read the same, the earlier."""
    return (local.replace(tzinfo=zone, fold=0) - EPOCH) // timedelta(microseconds=1)


def local_of(us, zone):
    return (EPOCH + timedelta(microseconds=us)).astimezone(zone).replace(tzinfo=None)


def parse_time(text, zone):
    text = text.strip()
    if not text:
        return None
    if text.isdigit() and len(text) >= 9:            # Unix time: 10 digits seconds, 13 milliseconds, 16 microseconds
        return int(text) * {10: 1000000, 13: 1000, 16: 1}[len(text)]
    if text.endswith("Z"):
        text = text[:-1] + "+00:00"
    fraction = 0
    if "." in text:                                   # fromisoformat of old Pythons takes 3 or 6 digits only
        head, tail = text.split(".")
        n = 0
        while n < len(tail) and tail[n].isdigit():
            n += 1
        fraction = int(tail[:n].ljust(6, "0")[:6])
        text = head + tail[n:]
    moment = datetime.fromisoformat(text)
    if moment.tzinfo:
        return (moment - EPOCH) // timedelta(microseconds=1) + fraction
    return utc_of(moment, zone) + fraction


def days_of(period):
    """First day and the day after the last."""
    if "-W" in period:
        year, week = period.split("-W")
        first = date.fromisocalendar(int(year), int(week), 1)
        return first, first + timedelta(days=7)
    if "-Q" in period:
        year, quarter = period.split("-Q")
        month = 3 * int(quarter) - 2
        first = date(int(year), month, 1)
        return first, date(int(year) + (month == 10), (month + 2) % 12 + 1, 1)
    if "-" in period:
        year, month = map(int, period.split("-"))
        return date(year, month, 1), date(year + (month == 12), month % 12 + 1, 1)
    return date(int(period), 1, 1), date(int(period) + 1, 1, 1)


def bounds_of(period, zone):
    first, end = days_of(period)
    return tuple(utc_of(datetime(d.year, d.month, d.day), zone) for d in (first, end))


# ---- cells ----

def narrow(text):
    return "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else " " if c == "\u3000" else c for c in text)


def phone_of(text):
    """The canonical phone, or None."""
    plain = narrow(text).replace(" ", "").replace("-", "")
    for prefix in ("+86", "0086"):
        if plain.startswith(prefix):
            plain = plain[len(prefix):]
    if not plain.isdigit() or len(set(plain)) == 1 or plain == "12345678901":
        return None
    mobile = len(plain) == 11 and plain[0] == "1"
    landline = plain[0] == "0" and 10 <= len(plain) <= 12
    return plain if mobile or landline else None


def number(text):
    """Decimal, or None for an empty cell; "1.2万" and thousands commas as offices write them."""
    text = narrow(text).strip().replace(",", "")
    if not text:
        return None
    if text.endswith("万"):
        return Decimal(text[:-1]) * 10000
    return Decimal(text)


def shown(value, places=None):
    if value is None:
        return ""
    if places is not None:
        return f"{float(value):.{places}f}"
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---- the tables, after replacement ----

class County:
    def __init__(self, folder, zone, now):
        manifest = {"imports": []}
        path = os.path.join(folder, "imports.json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                manifest = json.load(f)
        else:
            for table in ("units", "apps", "indicators", "targets", "reports", "accounts", "events"):
                if os.path.exists(os.path.join(folder, table + ".csv")):
                    manifest["imports"].append({"table": table, "file": table + ".csv"})
        self.zone = ZoneInfo(zone or manifest.get("zone", "Asia/Shanghai"))
        now = now or manifest.get("now")
        self.now_us = parse_time(now, self.zone) if now else int(datetime.now(timezone.utc).timestamp() * 1000000)
        self.today = local_of(self.now_us, self.zone).date()
        self.units, self.indicators, self.targets, self.accounts, self.events = {}, {}, {}, {}, []
        self.reports, self.since = {}, {}
        self.covered = defaultdict(set)               # app → local days of its event files
        self.snapshot = {}                            # app → latest day at which its accounts were exported
        for item in manifest["imports"]:
            with open(os.path.join(folder, item["file"]), encoding="utf-8-sig", newline="") as f:
                rows = list(csv.DictReader(f))
            getattr(self, "take_" + item["table"])(rows, item)
        self.children = defaultdict(list)
        for code, u in self.units.items():
            if u["parent"]:
                self.children[u["parent"]].append(code)

    def take_units(self, rows, _):
        for r in rows:
            people = {k: number(r.get(k) or "") for k in ("residents", "registered", "incoming", "eligible")}
            self.units[r["unit_code"]] = {"parent": r.get("parent_code") or None, **people}

    def take_apps(self, rows, _):
        pass

    def take_indicators(self, rows, _):
        for r in rows:
            self.indicators[r["indicator"]] = {"app": r["app"], "counts": r["counts"], "dedupe": r.get("dedupe") or "none"}

    def take_targets(self, rows, _):
        for r in rows:
            issuer = r.get("issuer_code") or self.units[r["unit_code"]]["parent"]
            self.targets[r["indicator"], r["period"], r["unit_code"], issuer] = number(r["value"])

    def take_reports(self, rows, _):
        for r in rows:
            key = r["indicator"], r["period"], r["unit_code"]
            at = parse_time(r.get("reported_at") or "", self.zone)
            since = self.now_us if at is None else at
            if key in self.since and since < self.since[key]:
                continue                              # the latest reported_at counts; of equal ones the later file's
            if r["value"].endswith("%"):              # of the base, to the nearest whole number
                exact = Fraction(number(r["value"][:-1])) * Fraction(number(r["base"])) / 100
                self.reports[key] = Decimal((2 * exact.numerator + exact.denominator) // (2 * exact.denominator))
            else:
                self.reports[key] = number(r["value"])
            self.since[key] = since

    def take_accounts(self, rows, item):
        for r in rows:
            phone = phone_of(r.get("phone") or "")
            self.accounts[r["app"], r["account"]] = {
                "unit": r.get("unit_code") or None,
                "registered": parse_time(r.get("registered_at") or "", self.zone),
                "closed": parse_time(r.get("closed_at") or "", self.zone),
                "person": ("phone", phone) if phone else ("account", r["account"]),
                "phone": phone, "device": bool(r.get("device")), "ip": bool(r.get("ip")),
            }
            day = date.fromisoformat(item["to"]) if "to" in item else self.today
            self.snapshot[r["app"]] = max(day, self.snapshot.get(r["app"], day))

    def take_events(self, rows, item):
        fresh, days = [], defaultdict(list)
        for r in rows:
            us = parse_time(r["time"], self.zone)
            e = {"app": r["app"], "account": r["account"], "us": us, "day": local_of(us, self.zone).date(),
                 "action": CHINESE.get(r["action"], r["action"]), "object": r.get("object") or None,
                 "seconds": number(r.get("seconds") or ""), "value": number(r.get("value") or ""),
                 "device": bool(r.get("device")), "ip": bool(r.get("ip"))}
            fresh.append(e)
            days[e["app"]].append(e["day"])
        for app, seen in days.items():
            first = date.fromisoformat(item["from"]) if "from" in item else min(seen)
            last = date.fromisoformat(item["to"]) if "to" in item else max(seen)
            if item.get("mode") == "replace":
                self.events = [e for e in self.events if not (e["app"] == app and first <= e["day"] <= last)]
            while first <= last:
                self.covered[app].add(first)
                first += timedelta(days=1)
        self.events += fresh

    # ---- design 4.3: people ----

    def people(self, code):
        u = self.units[code]
        if u["eligible"] is not None:
            return u["eligible"]
        if u["registered"] is not None and u["incoming"] is not None:
            return u["registered"] + u["incoming"]
        if u["residents"] is not None and u["registered"] is not None:
            return u["residents"] + u["registered"] if u["residents"] > u["registered"] else u["registered"]
        if u["registered"] is not None or u["residents"] is not None:
            return u["registered"] if u["registered"] is not None else u["residents"]
        parts = [self.people(c) for c in self.children[code]]
        return sum(parts) if parts and None not in parts else None

    def subtree(self, code):
        found = {code}
        for c in self.children[code]:
            found |= self.subtree(c)
        return found

    # ---- design 4.2: coverage and counting ----

    def coverage(self, indicator, period):
        ind = self.indicators[indicator]
        first, end = days_of(period)
        if ind["counts"] in ("registered", "new"):
            snapshot = self.snapshot.get(ind["app"])
            return "full" if snapshot is not None and end - timedelta(days=1) <= snapshot else "none"
        days = [first + timedelta(days=i) for i in range((end - first).days)]
        hit = sum(d in self.covered[ind["app"]] for d in days)
        return "full" if hit == len(days) else "part" if hit else "none"

    def log(self, app):
        return [e for e in self.events if e["app"] == app]

    def in_unit(self, app, units):
        return {a: v for (p, a), v in self.accounts.items() if p == app and v["unit"] in units}

    def counted(self, indicator, period, code):
        ind = self.indicators[indicator]
        app, counts, dedupe = ind["app"], ind["counts"], ind["dedupe"]
        start, end = bounds_of(period, self.zone)
        units = self.subtree(code)
        accounts = self.in_unit(app, units)
        if counts == "registered":
            return Decimal(len({v["person"] for v in accounts.values()
                                if (v["registered"] is None or v["registered"] < end) and (v["closed"] is None or v["closed"] >= end)}))
        if counts == "new":
            first = {}
            for (p, a), v in sorted(self.accounts.items()):
                if p != app:
                    continue
                opened = (-1 if v["registered"] is None else v["registered"], a.encode())
                if v["person"] not in first or opened < first[v["person"]][0]:
                    first[v["person"]] = (opened, v["unit"])
            return Decimal(sum(start <= opened[0] < end and unit in units for opened, unit in first.values()))
        log = self.log(app)
        mine = [e for e in log if start <= e["us"] < end and e["account"] in accounts]
        if counts in ("active", "quiz"):
            word = "login" if counts == "active" else "quiz"
            any_action = counts == "active" and not any(e["action"] == "login" for e in log)
            return Decimal(len({accounts[e["account"]]["person"] for e in mine if any_action or e["action"] == word}))
        if counts == "seconds":
            return sum((e["seconds"] for e in mine if e["seconds"] is not None), Decimal(0))
        if counts == "points":
            all_events = not any(e["action"] == "points" for e in log)
            return sum((e["value"] for e in mine if e["value"] is not None and (all_events or e["action"] == "points")), Decimal(0))
        deeds = [e for e in mine if e["action"] == ACTION_OF[counts]]
        if dedupe == "account-object":
            return Decimal(len({(e["account"], e["object"]) for e in deeds}))
        if dedupe == "account-day":
            return Decimal(len({(e["account"], e["day"]) for e in deeds}))
        return Decimal(len(deeds))

    # ---- design 4.3: possible ----

    def resolution(self, app):
        log = self.log(app)
        for step in (86400, 3600, 60):
            whole = sum(not self.past(e["us"], step) for e in log)
            if log and whole * 100 >= 99 * len(log):
                return step
        return 0                                      # of a second or less: sessions are not widened

    def past(self, us, step):
        local = local_of(us, self.zone)
        return local.microsecond or (local.hour * 3600 + local.minute * 60 + local.second) % step

    def sessions(self, app, units, start, end):
        """Sum over accounts of the length of the union of their sessions, in seconds. A session of no length is one: the log rounds."""
        wide = self.resolution(app)
        accounts = self.in_unit(app, units)
        spans = defaultdict(list)
        for e in self.log(app):
            if start <= e["us"] < end and e["account"] in accounts and e["seconds"] is not None:
                spans[e["account"]].append((e["us"], e["us"] + int((e["seconds"] + wide) * 1000000)))
        total = 0
        for list_of in spans.values():
            reached = None
            for a, b in sorted(list_of):
                if reached is None or a > reached:
                    reached = a
                total += max(0, b - reached)
                reached = max(reached, b)
        return Decimal(total) / 1000000

    def possible(self, indicator, period, code):
        ind = self.indicators[indicator]
        app, counts, dedupe = ind["app"], ind["counts"], ind["dedupe"]
        start, end = bounds_of(period, self.zone)
        people = self.people(code)
        full = self.coverage(indicator, period) == "full"
        known = []
        if counts in PEOPLE_COUNTS and people is not None:
            known.append(people)
        if counts == "seconds":
            if people is not None:
                known.append(people * (end - start) / 1000000)
            if full:
                known.append(self.sessions(app, self.subtree(code), start, end))
        if counts in ACTION_OF and people is not None:
            accounts = self.in_unit(app, self.subtree(code))
            most = people + len(accounts) - len({v["person"] for v in accounts.values()})
            if dedupe == "account-day":
                first, after = days_of(period)
                known.append(most * (after - first).days)
            if dedupe == "account-object" and full:
                objects = {e["object"] for e in self.log(app) if start <= e["us"] < end and e["action"] == ACTION_OF[counts]}
                known.append(most * len(objects))
        return min(known) if known else None

    def possible_target(self, indicator, period, code):
        ind = self.indicators[indicator]
        people = self.people(code)
        if people is None:
            return None
        if ind["counts"] in PEOPLE_COUNTS:
            return people
        if ind["counts"] == "seconds":
            start, end = bounds_of(period, self.zone)
            return people * (end - start) / 1000000
        if ind["counts"] in ACTION_OF and ind["dedupe"] == "account-day":
            first, after = days_of(period)
            return people * (after - first).days
        return None

    # ---- design 4.1: amplification ----

    def own(self, indicator, period, code):
        """The target that a unit has itself, and who issued it: of several the largest, then the smaller issuer."""
        mine = [(-v, str(issuer or ""), issuer) for (i, p, u, issuer), v in self.targets.items() if (i, p, u) == (indicator, period, code)]
        return (-min(mine)[0], min(mine)[2]) if mine else (None, None)

    def factor(self, indicator, period, issuer):
        target, _ = self.own(indicator, period, issuer)
        issued = [v for (i, p, _, by), v in self.targets.items() if (i, p, by) == (indicator, period, issuer)]
        return Fraction(sum(issued)) / Fraction(target) if target and issued else Fraction(1)

    def amplification(self, indicator, period, issuer):
        product, seen = Fraction(1), set()
        while issuer is not None and issuer not in seen:
            seen.add(issuer)
            product *= self.factor(indicator, period, issuer)
            target, above = self.own(indicator, period, issuer)
            issuer = above if target is not None else self.units.get(issuer, {}).get("parent")
        return product

    # ---- design 4.8 ----

    def figure(self, indicator, period, code):
        coverage = self.coverage(indicator, period)
        reported = self.reports.get((indicator, period, code))
        possible = self.possible(indicator, period, code)
        counted = self.counted(indicator, period, code) if coverage != "none" else None
        children = self.children[code]
        below = sum(self.counted(indicator, period, c) for c in children) if coverage != "none" and children else None
        excess = max(Decimal(0), reported - possible) if reported is not None and possible is not None else None
        missing = max(Decimal(0), reported - counted) if reported is not None and coverage == "full" else None
        verdict = "not_judged"
        if reported is not None:
            if possible is not None and reported > possible:
                verdict = "impossible"
            elif coverage == "full" and Fraction(reported) > Fraction(counted) * (1 + TOLERANCE):
                verdict = "doubtful"
            elif coverage == "full":
                verdict = "plausible"
        return {"indicator": indicator, "period": period, "unit_code": code, "reported": shown(reported), "counted": shown(counted),
                "possible": shown(possible), "impossible_excess": shown(excess), "not_in_logs": shown(missing), "coverage": coverage,
                "verdict": verdict, "sum_of_children": shown(below)}

    def figures(self):
        keys = set(self.reports) | {(i, p, u) for i, p, u, _ in self.targets}
        return [self.figure(*k) for k in sorted(keys)]

    def target_rows(self):
        rows = []
        for (i, p, u, issuer), value in sorted(self.targets.items(), key=lambda t: tuple(str(x or "") for x in t[0])):
            possible = self.possible_target(i, p, u)
            rows.append({"indicator": i, "period": p, "unit_code": u, "issuer_code": issuer or "", "value": shown(value),
                         "possible": shown(possible), "amplification": shown(self.amplification(i, p, issuer), 9),
                         "impossible": "" if possible is None else int(value > possible)})
        return rows

    def unattributed(self):
        """Events that belong to no unit, and the accounts: without a unit, or only the log knows them."""
        events = sum(self.accounts.get((e["app"], e["account"]), {"unit": None})["unit"] is None for e in self.events)
        strangers = {(e["app"], e["account"]) for e in self.events} - set(self.accounts)
        return {"events": events, "accounts": sum(v["unit"] is None for v in self.accounts.values()) + len(strangers)}


def write(rows, out, columns):
    table = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    table.writeheader()
    table.writerows(rows)


FIGURES = ["indicator", "period", "unit_code", "reported", "counted", "possible", "impossible_excess", "not_in_logs", "coverage", "verdict",
           "sum_of_children"]
TARGETS = ["indicator", "period", "unit_code", "issuer_code", "value", "possible", "amplification", "impossible"]


def main(args):
    option = {"--zone": None, "--now": None, "--targets": None}
    folder = args[0]
    for name, value in zip(args[1::2], args[2::2]):
        if name not in option:
            sys.exit(__doc__)
        option[name] = value
    county = County(folder, option["--zone"], option["--now"])
    write(county.figures(), sys.stdout, FIGURES)
    if option["--targets"]:
        with open(option["--targets"], "w", encoding="utf-8") as f:
            write(county.target_rows(), f, TARGETS)


if __name__ == "__main__":
    main(sys.argv[1:])
