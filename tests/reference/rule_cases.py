"""The published cases of the rule list as tables of a workspace, and what check says of each.

    rule_cases.py make CASES.csv DIR     writes DIR/NN-TABLE-K.csv, to be imported in the order of their names
    rule_cases.py hits CHECK.json        one line a case: its name, then the rules that are hit, then those that are unknown
    rule_cases.py held CASES.csv CHECK.json   what is expected and did not come out: "CASE RULE state"; what came out and must not: "CASE RULE hit"

A case holds some fields; a blank one is a column that was not supplied, but for required, exempt, basis and bulletin, where it is empty. So cases
of the same columns share a file. Each case has its own app, indicator and village, all called by the number of the case.
"""
import collections
import csv
import json
import os
import re
import sys

COUNTY = "340000000000"


def number(case):
    return int(case["id"][2:])


def unit(case):
    return f"3400000000{number(case):02d}"


def period(case):
    """The first period named: 2024-09/2026 is 2024-09, 2022-2023 is 2022."""
    found = re.match(r"\d{4}(-Q\d|-\d{2}(?!\d))?", case["when"])
    return found.group(0)


def target(case):
    """A share or a daily rate of nothing that is given is no number."""
    return case["target"] if re.fullmatch(r"\d+", case["target"]) else re.sub(r"/day$", "", case["target"]) if case["target"].endswith("/day") else ""


def rows_of(cases):
    """(table, {column: value}) of each case; only the columns that it holds."""
    yield "units", {"unit_code": COUNTY, "name": "县", "level": "county", "parent_code": ""}
    for c in cases:
        row = {"unit_code": unit(c), "name": c["id"], "level": "village", "parent_code": COUNTY}
        if re.fullmatch(r"\d+", c["registered"]):
            row["registered"] = c["registered"]
        yield "units", row
    for c in cases:
        row = {"app": c["id"], "name": c["id"]}
        for column, field in (("kind", "app_kind"), ("owner_type", "owner_type"), ("audience", "audience")):
            if c[field]:
                row[column] = c[field]
        yield "apps", row
    for c in cases:
        row = {"indicator": c["id"], "app": c["id"], "name": c["indicator_zh"], "counts": "entries" if c["counts"] == "—" else c["counts"],
               "basis": c["basis"], "required": c["required"], "exempt": c["exempt"]}
        if c["consequence"]:
            row["consequence"] = c["consequence"]
        yield "indicators", row
    for c in cases:
        if not target(c):
            continue
        row = {"indicator": c["id"], "period": period(c), "unit_code": unit(c), "value": target(c)}
        if c["issuer_type"]:
            row["issuer_type"] = c["issuer_type"]
        yield "targets", row
    for c in cases:
        if not c["bulletin"]:
            continue
        kind, frequency = c["bulletin"].split(":")
        row = {"indicator": c["id"], "kind": kind, "frequency": frequency or "once",
               "published_at": {4: "{}-01-01", 7: "{}-01" if "Q" not in period(c) else "{}"}[len(period(c))].format(period(c)).replace("-Q2", "-04-01")}
        if c["consequence"] in ("criticism", "report", "deduct", "interview"):
            row["consequence"] = c["consequence"]
        yield "bulletins", row


def make(cases, folder):
    files = collections.OrderedDict()
    for table, row in rows_of(cases):
        files.setdefault((table, tuple(row)), []).append(row)
    order = ["units", "apps", "indicators", "targets", "bulletins"]
    places = collections.Counter()
    for table, columns in sorted(files, key=lambda f: order.index(f[0])):
        places[table] += 1
        path = os.path.join(folder, f"{order.index(table)}-{table}-{places[table]:02d}.csv")
        with open(path, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns)
            writer.writeheader()
            writer.writerows(files[table, columns])


def states(check):
    """case → {rule: hit or unknown}, from its target, indicator, app and bulletins together; a hit goes before an unknown."""
    of = collections.defaultdict(dict)

    def take(case, rules):
        for r in rules:
            if of[case].get(r["id"]) != "hit":
                of[case][r["id"]] = r["state"]

    for t in check["targets"]:
        take(t["target"].split("/")[0], t["rules"])
    for key, name in (("indicators", "indicator"), ("apps", "app"), ("bulletins", "indicator")):
        for row in check[key]:
            take(row[name], row["rules"])
    return of


def main():
    how, path = sys.argv[1], sys.argv[2]
    if how == "hits":
        check = json.load(open(path, encoding="utf-8"))
        for case, rules in sorted(states(check).items()):
            print(case, ";".join(sorted(r for r in rules if rules[r] == "hit")))
        return
    cases = list(csv.DictReader(open(path, encoding="utf-8")))
    if how == "make":
        make(cases, sys.argv[3])
        return
    of = states(json.load(open(sys.argv[3], encoding="utf-8")))
    for c in cases:
        for rule in filter(None, c["expect_rules"].split(";")):
            if of[c["id"]].get(rule) != "hit":
                print(c["id"], rule, of[c["id"]].get(rule, "clear"))
        for rule in filter(None, c["expect_not"].split(";")):
            if of[c["id"]].get(rule) == "hit":
                print(c["id"], rule, "hit")


main()
