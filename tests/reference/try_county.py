#!/usr/bin/env python3
"""try_county.py PROGRAM SEED DIR [--keep]: one random county through the program and through recount.py; prints where they differ.

The county, the workspace and what both printed lie in DIR (removed when all is alike, unless --keep). Exits with 1 when they differ.
"""
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys

import compare
import random_county
import recount


def call(program, *args, into=None):
    done = subprocess.run([program, *args], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{' '.join(args)}: exit status {done.returncode}: {done.stderr.strip()}")
        raise SystemExit(1)
    if into:
        with open(into, "w", encoding="utf-8") as f:
            f.write(done.stdout)
    return done.stdout


def options_of(item):
    for name in ("from", "to"):
        if name in item:
            yield from ("--" + name, item[name])
    if "mode" in item:
        yield "--" + item["mode"]


def main(program, seed, folder, keep=False):
    if os.path.exists(folder):
        shutil.rmtree(folder)
    os.makedirs(folder)
    random_county.Maker(int(seed), folder).make()
    with open(folder + "/imports.json", encoding="utf-8") as f:
        plan = json.load(f)
    county = recount.County(folder, None, None)
    with open(folder + "/figures.csv", "w", encoding="utf-8") as f:
        recount.write(county.figures(), f, recount.FIGURES)
    with open(folder + "/targets_expected.csv", "w", encoding="utf-8") as f:
        recount.write(county.target_rows(), f, recount.TARGETS)

    ws = folder + "/ws"
    at = ["-C", ws, "--now", plan["now"], "--json"]
    call(program, "init", ws, "--zone", plan["zone"], "--quiet")
    for item in plan["imports"]:
        call(program, *at, "import", item["table"], f"{folder}/{item['file']}", *options_of(item))
    call(program, *at, "recount", into=folder + "/recount.json")
    call(program, *at, "audit", into=folder + "/audit.json")
    with open(folder + "/audit.json", encoding="utf-8") as f:
        run = ws + "/runs/" + json.load(f)["run"]

    wrong = 0
    for kind, source, expected in (("figures", folder + "/recount.json", "figures.csv"), ("run", run, "figures.csv"), ("targets", run, "targets_expected.csv")):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            differs = compare.main(kind, source, f"{folder}/{expected}")
        if differs:
            wrong = 1
            print(f"{kind}:\n{said.getvalue()}", end="")
    with open(folder + "/recount.json", encoding="utf-8") as f:
        unattributed = json.load(f)["unattributed"]
    if unattributed != county.unattributed():
        wrong = 1
        print(f"unattributed is {unattributed}, not {county.unattributed()}")
    if wrong:
        print(f"zone {plan['zone']}; see {folder}")
    elif not keep:
        shutil.rmtree(folder)
    return wrong


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:4], keep="--keep" in sys.argv))
