#!/usr/bin/env python3
"""kill.py PROGRAM BASE FOLDER TIMES SEED NAME ARGUMENTS…: runs the program on copies of the workspace BASE, kills it at random moments, and
looks at what is left. Prints one line, or what was wrong, and exits with 1.

After each kill verify-ledger succeeds, and the ledger holds what it held before or what it holds after a whole run; every eighth time also
`shishu --json` and recount tell the same as before or after, and the next writer leaves no file that the ledger does not list."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time

NOW = "2024-07-01T00:00:00Z"


class Trial:
    def __init__(self, program, base, folder, arguments):
        self.program, self.base, self.ws, self.arguments = program, base, os.path.join(folder, "killed"), arguments
        self.wrong = []

    def call(self, *args):
        return subprocess.run([self.program, "-C", self.ws, "--now", NOW, *args], stdin=subprocess.DEVNULL, capture_output=True, check=False)

    def fresh(self):
        shutil.rmtree(self.ws, ignore_errors=True)
        shutil.copytree(self.base, self.ws)

    def must(self, *args):
        done = self.call(*args)
        if done.returncode != 0:
            self.wrong.append(f"{' '.join(args)}: exit status {done.returncode}: {done.stderr.decode()} {done.stdout.decode()[:500]}")
        return done.stdout

    def ledger(self):
        """What the ledger says, without clocks and hashes of runs."""
        db = sqlite3.connect(os.path.join(self.ws, "ledger.db"))
        told = []
        for sql in ("SELECT id, table_name, file, rows, accepted, rejected, undone_at IS NULL FROM import ORDER BY id",
                    "SELECT * FROM range ORDER BY 1, 2", "SELECT * FROM mask ORDER BY 1, 2", "SELECT * FROM word ORDER BY 1, 2, 3",
                    "SELECT path, import_id, period, dropped_at IS NULL FROM part ORDER BY path", "SELECT count(*), sum(figures) FROM run",
                    "SELECT seq, action FROM trail ORDER BY seq"):
            told.append(db.execute(sql).fetchall())
        db.close()
        return json.dumps(told)

    def status(self):
        d = json.loads(self.must("--json") or "null") or {"imports": [], "runs": -1}
        return [[i["import"], i["table"], i["rows"], i["undone"]] for i in d["imports"]], d["runs"]

    def swept(self):
        self.must("import", "apps", os.path.join(os.path.dirname(self.base), ".apps.csv"))
        if os.listdir(os.path.join(self.ws, "tmp")):
            self.wrong.append("tmp is not empty")
        db = sqlite3.connect(os.path.join(self.ws, "ledger.db"))
        listed = {p for p, in db.execute("SELECT path FROM part WHERE dropped_at IS NULL")}
        runs = {r for r, in db.execute("SELECT run FROM run")}
        db.close()
        there = {os.path.relpath(os.path.join(d, n), self.ws) for d, _, names in os.walk(os.path.join(self.ws, "data")) for n in names}
        self.wrong += [f"{p}: in one of ledger and data/ only" for p in sorted(listed ^ there)]
        self.wrong += [f"{r}: in one of ledger and runs/ only" for r in sorted(runs ^ set(os.listdir(os.path.join(self.ws, "runs"))))]

    def look(self, known, deep):
        ledger = self.ledger()
        which = [k for k, v in known.items() if v[0] == ledger]
        if not which:
            self.wrong.append(f"the ledger is neither as before nor as after: {ledger}")
            return None
        self.must("verify-ledger")
        if deep:
            if self.status() != known[which[0]][1]:
                self.wrong.append("shishu --json does not tell what the ledger holds")
            if self.must("recount", "--json") != known[which[0]][2]:
                self.wrong.append(f"recount is not as {which[0]}")
            self.swept()
        return which[0]

    def known_now(self):
        return self.ledger(), self.status(), self.must("recount", "--json")


def main(program, base, folder, times, seed, name, arguments):
    moments = random.Random(f"{seed} {name}")
    trial = Trial(program, base, folder, arguments)
    trial.fresh()
    known = {"before": trial.known_now()}
    begin = time.monotonic()
    trial.must(*arguments)
    took = time.monotonic() - begin
    known["after"] = trial.known_now()
    seen = {"before": 0, "after": 0, None: 0}
    killed = 0
    for i in range(times):
        trial.fresh()
        process = subprocess.Popen([program, "-C", trial.ws, "--now", NOW, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.02, took * 1.02))
        killed += process.poll() is None
        process.kill()
        process.wait()
        had = len(trial.wrong)
        seen[trial.look(known, i % 8 == 0)] += 1
        if len(trial.wrong) > had:
            trial.wrong.insert(had, f"kill {i + 1}:")
            if len(trial.wrong) > 20:
                break
    if trial.wrong:
        print("\n".join(trial.wrong))
        return 1
    print(f"killed {killed} of {times} times within {took:.2f} s: {seen['before']} as before, {seen['after']} as after")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4], int(sys.argv[4]), sys.argv[5], sys.argv[6], sys.argv[7:]))
