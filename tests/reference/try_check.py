#!/usr/bin/env python3
"""try_check.py PROGRAM SEED DIR [--keep]: one random county through `shishu check` and through check.py; prints where they differ.

The county, the workspace and what both printed lie in DIR (removed when all is alike, unless --keep). Exits with 1 when they differ.
"""
import itertools
import json
import os
import re
import shutil
import sys

import check
import random_targets
from try_county import call

NOW = "2027-06-01T00:00:00Z"                                   # everything that was imported lies before


def cites(of):
    return {r["id"]: {"state": r["state"], "in_force": r["in_force"], "wording": r["wording"]} for r in of}


def said(d):
    """What the program printed, in the shape of check.py."""
    out = {"targets": {}, "indicators": {}, "bulletins": {}}
    for t in d["targets"]:
        row = {k: t[k] for k in ("value", "issuer_code", "issuer_level", "possible", "impossible", "feasible", "amplification", "hours",
                                 "hours_available", "price_list", "price_bulk", "advice")}
        row["amplified_by"] = [[b["unit_code"], b["level"], b["factor"]] for b in t["amplified_by"]]
        out["targets"][t["target"]] = {**row, "rules": cites(t["rules"])}
    for i in d["indicators"]:
        out["indicators"][i["indicator"]] = {"rules": cites(i["rules"]), **{k: i[k] for k in ("advice", "targets", "hours", "price_list", "price_bulk")}}
    for b in d["bulletins"]:
        name = "/".join(b[k] or "" for k in ("indicator", "kind", "frequency", "issuer_code", "published_at"))
        out["bulletins"].setdefault(name, []).append(cites(b["rules"]))
    out["bulletins"] = {k: sorted(v, key=json.dumps) for k, v in out["bulletins"].items()}
    out["apps"] = {a["app"]: {"rules": cites(a["rules"]), "zw": a.get("zw")} for a in d["apps"]}
    out["forms"] = {f["form"]: cites(f["rules"]) for f in d["forms"]}
    out["units"] = {u["unit_code"]: cites(r for r in u["rules"] if r["state"] == "hit") for u in d["units"]}
    out["issuers"] = {f"{i['indicator']}/{i['period']}/{i['unit_code']}": {k: i[k] for k in ("own", "handed", "factor", "level")} for i in d["issuers"]}
    out["allocation"] = {f"{a['indicator']}/{a['period']}": {"total": a["total"], **({} if "cannot_judge" in a else {
        "infeasible": a["infeasible"], "units": {u["unit_code"]: u["value"] for u in a["units"]}})} for a in d["allocation"]}
    out["totals"] = {k: v for k, v in d["totals"].items() if k != "cannot_judge"}
    if "what_if" in d:
        out["what_if"] = {k: v for k, v in d["what_if"]["after"].items() if k != "cannot_judge"}
    return out


def near(a, b, slack):
    numbers = all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in (a, b))
    return a == b or (numbers and abs(a - b) <= slack * max(1, abs(b)))


def differences(got, want, path=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(got.keys() | want.keys()):
            if key not in got or key not in want:
                yield f"{path} {key}: {'missing' if key in want else 'nobody expects it'}: {json.dumps(want.get(key, got.get(key)), ensure_ascii=False)[:200]}"
            else:
                yield from differences(got[key], want[key], f"{path} {key}")
    elif isinstance(want, list) and isinstance(got, list) and len(got) == len(want):
        for k, (g, w) in enumerate(zip(got, want)):
            yield from differences(g, w, f"{path}[{k}]")
    elif not near(got, want, 1e-5 if path.endswith(" hours") else 1e-9):   # hours are added up in millionths
        yield f"{path}: is {json.dumps(got, ensure_ascii=False)}, not {json.dumps(want, ensure_ascii=False)}"


def configure(path, settings):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for name, value in settings.items():
        text = re.sub(rf"^{name} *=.*$", f"{name} = {value}", text, flags=re.M)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def main(program, seed, folder, keep=False):
    if os.path.exists(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    random_targets.Maker(int(seed), folder).make()
    with open(folder + "/imports.json", encoding="utf-8") as f:
        plan = json.load(f)
    ws, options = folder + "/ws", []
    call(program, "init", ws, "--quiet")
    configure(ws + "/shishu.ini", plan["settings"])
    for table, items in itertools.groupby(plan["imports"], lambda i: i["table"]):   # each file is an import of its own
        call(program, "-C", ws, "--threads", "1", "--now", NOW, "--quiet", "import", table, *[f"{folder}/{i['file']}" for i in items])
    if plan["options"]["all_dates"]:
        options.append("--all-dates")
    if "cancel" in plan["options"]:
        options += ["--what-if", "cancel=" + ",".join(plan["options"]["cancel"])]
    if "period" in plan["options"]:
        options += ["--period", plan["options"]["period"]]
    got = json.loads(call(program, "-C", ws, "--threads", "1", "--json", "--today", plan["today"], "check", *options, into=folder + "/said.json"))
    want = json.loads(json.dumps(check.Check(folder).all()))
    found = sorted(differences(said(got), want), key=len)       # the smallest first
    for line in found[:12]:
        print(line.strip())
    if found:
        print(f"seed {seed}: {len(found)} differ; see {folder}")
    elif not keep:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:4], keep="--keep" in sys.argv))
