#!/usr/bin/env bash
# opt-only
# docs/recheck/recheck.sh, which shares no line with the program: over random field checks both find the published files right, and whatever is
# changed afterwards both find.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/w
run "$shishu" simulate "$W" --villages 6 --months 1 --seed 5 --vendors mixed --quiet
[ "$rc" = 0 ] || not_ok 'simulate' "$err"
run "$shishu" -C "$W" audit --quiet
V=(370481001001 370481001002 370481001004 370481002039 370481002045 370481002048)
{   # a later period, so that there are reports of all kinds: true, a little and far too high, too low
    echo indicator,period,unit_code,value
    i=0
    for v in "${V[@]}"; do
        for ind in jdydt-registered fzfz-registered sqkp-registered; do echo "$ind,2024-02,$v,$(((i * 37) % 150 + 30))"; i=$((i + 1)); done
    done
} >reports.csv
imports "$W" reports reports.csv
# members of findings, made by hand: every fifth account of the app is suspected, so figures have two strata
latest=$(find "$W/runs" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
accounts=$(find "$W/data/accounts" -name '*.parquet' | head -n 1)
python3 "$duck" "COPY (SELECT 'F1' AS finding, app, account, unit_code, 0.9 AS score, 'e' AS evidence FROM '$accounts' WHERE hash(account) % 5 = 0)
    TO '$T/members.parquet' (FORMAT parquet)" >/dev/null || not_ok 'members by hand'

cat >checks.py <<'END'
"""checks.py SHISHU WORKSPACE MEMBERS LATEST RECHECK N: N random field checks, made by the program, judged by it and by the script."""
import concurrent.futures, itertools, json, os, random, re, shutil, subprocess, sys
shishu, ws, members, latest, recheck, n = sys.argv[1:6] + [int(sys.argv[6])]
rnd = random.Random(11)
units = ["370481001001", "370481001002", "370481001004", "370481002039", "370481002045", "370481002048", "370481001", "370481002"]
kinds = ["jdydt-active/2024-01", "jdydt-registered/2024-01", "jdydt-registered/2024-02", "fzfz-registered/2024-02", "sqkp-registered/2024-02"]
shells = [s for s in itertools.product(["dash", "bash", "sh"], ["mawk", "gawk", "awk"]) if shutil.which(s[0]) and shutil.which(s[1])]

def call(*words, fails=False):
    p = subprocess.run([shishu, "-C", ws, "spotcheck", *words], capture_output=True, text=True)
    if p.returncode and not fails:
        raise SystemExit(f"{words}: {p.stderr}")
    return p

def outcome(real, unreached, reason):
    u = rnd.random()
    if u < unreached:
        return "not_reached", ""
    if rnd.random() < real:
        return "real", ""
    return "not_real", rnd.choice(["moved away", '他说"没有", 见附件', "a\nb"]) if rnd.random() < reason else ""

def cell(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') else text

def record(check, rows):
    with open("rows.csv", "w") as out:
        out.write("key,outcome,reason,inspector1,inspector2,recheck\n")
        for row in rows:
            out.write(",".join(cell(x) for x in row) + "\n")
    if rows:
        call("record", check, "rows.csv")

def make(i):
    one_kind, several = rnd.choice(kinds), rnd.choice([1, 1, 2, 3])
    if i % 2:
        shutil.copy(members, latest + "/members.parquet")
    elif os.path.exists(latest + "/members.parquet"):
        os.remove(latest + "/members.parquet")
    villages = several > 1 or rnd.random() < 0.7
    figures = [f"{one_kind}/{u}" for u in (rnd.sample(units[:6], several) if villages else [rnd.choice(units)])]
    way = rnd.choice([["--claim"], ["--claim"], ["--half-width", str(rnd.randint(3, 30))], ["--visits", str(rnd.randint(several * 4, 150))]])
    if way == ["--claim"]:
        way += ["--tolerance", rnd.choice(["0", "0.05", "0.2"])]
    if rnd.random() < 0.5:
        way.append("--sequential")
    way += ["--confidence", rnd.choice(["0.95", "0.9"]), "--risk", rnd.choice(["0.05", "0.1", "0.01"]), "--json"]
    if i % 3 == 2:   # residents' meetings
        figures = [f"{one_kind}/{u}" for u in rnd.choice([["370481"], ["370481001", "370481002"]])]
        way = ["--clusters", "village", "--meetings", str(rnd.randint(2 * len(figures), 6)), "--confidence", rnd.choice(["0.95", "0.9"]), "--json"]
    p = call("plan", *figures, *way, fails=True)
    if p.returncode:   # nothing was reported, there are too few villages, or the like: without a claim
        p = call("plan", *figures, "--visits", "40", "--json")
    plan = json.loads(p.stdout)
    check, folder = plan["check"], f"{ws}/checks/{plan['check']}"
    call("commit", check)
    call("draw", check, "--seed", rnd.choice(['骰子 3 5 1', '"6\\4" / ', "a\tb\nc", "20240201"]) + str(i))
    if rnd.random() < 0.4:
        call("draw", check, "--seed", f"second {i}", "--more", str(rnd.randint(1, 40)), fails=True)
    with open(folder + "/draw.json") as f:
        keys = [x["key"] for r in json.load(f)["rounds"] for x in r["drawn"]]
    real, unreached, missing = rnd.choice([1, 0.97, 0.7, 0.2]), rnd.choice([0, 0.05, 0.3, 1]), rnd.choice([0, 0, 0.03, 0.3])
    reason = rnd.choice([1, 0.5])
    visited = [k for k in keys if rnd.random() >= missing]
    record(check, [(k, *outcome(real, unreached, reason), "甲", "乙", "") for k in rnd.sample(visited, len(visited))]
           + [(k, *outcome(real, unreached, 1), "丙", "丁", "yes") for k in visited if rnd.random() < 0.1])
    call("estimate", check)
    return folder

def both(folder, i):
    sh, awk = shells[i % len(shells)]
    theirs = subprocess.run([sh, recheck, folder], capture_output=True, text=True, env=dict(os.environ, AWK=awk))
    ours = subprocess.run([shishu, "spotcheck", "verify", folder], capture_output=True, text=True)
    return folder, ours.returncode, theirs.returncode, ours.stdout + ours.stderr + theirs.stdout + theirs.stderr

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    waiting = []
    for i in range(n):
        waiting.append(pool.submit(both, make(i), i))
    held = 0
    for w in waiting:
        folder, ours, theirs, said = w.result()
        held += (ours, theirs) == (0, 0)
        if ours or theirs:
            print(f"{folder}: {ours} {theirs}\n{said}", file=sys.stderr)

    # what is changed is found: in copies of a check with two rounds, results and rechecks where there is one
    def rounds(folder):
        with open(folder + "/draw.json") as f:
            return len(json.load(f)["rounds"])
    folders = [w.result()[0] for w in waiting]
    def with_meetings(folder):
        return '"clusters":"' in open(folder + "/plan.json").read()
    met = [f for f in folders if with_meetings(f)]
    kinds_met = {len(json.load(open(f + "/plan.json"))["figures"]) for f in met}
    folders = [f for f in folders if rounds(f) > 1] or folders

    def edit(folder, name, change):
        with open(f"{folder}/{name}") as f:
            text = f.read()
        changed = change(text)
        assert changed != text, name
        with open(f"{folder}/{name}", "w") as f:
            f.write(changed)

    def swap_keys(text):
        d = json.loads(text)
        drawn = d["rounds"][0]["drawn"]
        drawn[0]["key"], drawn[-1]["key"] = drawn[-1]["key"], drawn[0]["key"]
        return json.dumps(d, separators=(",", ":"), ensure_ascii=False) + "\n"

    def change_result(text):
        return text.replace(",real,", ",not_real,", 1)

    def other_stratum(text):
        lines = text.split("\n")
        lines[3] = lines[3].split(",")[0] + ",7"
        return "\n".join(lines)

    tampering = {
        "a key swapped in draw.json": ("draw.json", swap_keys),
        "a result changed": ("results.csv", change_result),
        "a result of somebody who was not drawn": ("results.csv", lambda t: t + "k000000000000aa,real,,,,,,a,b,,\n"),
        "columns of results renamed": ("results.csv", lambda t: t.replace("exists,lives_here", "lives_here,exists", 1)),
        "a stratum moved in frame.csv": ("frame.csv", other_stratum),
        "a key missing in frame.csv": ("frame.csv", lambda t: "\n".join(t.split("\n")[:5] + t.split("\n")[6:])),
        "the seed changed": ("draw.json", lambda t: t.replace('"seed":"', '"seed":"1', 1)),
        "estimate.json edited": ("estimate.json", lambda t: t.replace('"low":', '"low":1', 1)),
        "the plan changed": ("plan.json", lambda t: t.replace('"risk":0', '"risk":0.0', 1)),
        "somebody moved to another cluster": ("frame.csv", lambda t: re.sub(r"(\n[^\n]*,)(\d+)\n$", lambda m: m[1] + ("1" if m[2] != "1" else "2") + "\n", t)),
        "a cluster's number in draw.json": ("draw.json", lambda t: re.sub('"cluster":(\\d+)', lambda m: f'"cluster":{int(m[1]) % 2 + 1}', t, 1)),
        "the guaranteed bound raised": ("estimate.json", lambda t: t.replace('"guaranteed":{"low":', '"guaranteed":{"low":1', 1)),
        "fewer meetings planned": ("plan.json", lambda t: t.replace('"meetings":', '"meetings":1', 1)),
        "the recheck of somebody else": ("draw.json", lambda t: t.replace('"recheck":true', '"recheck":false', 1)),
    }
    found = []
    for i, (what, (name, change)) in enumerate(tampering.items()):
        of_meetings = any(w in what for w in ("cluster", "guaranteed", "meetings"))
        good = next(f for f in (met if of_meetings else folders[i % len(folders):] + folders) if os.path.exists(f + "/" + name) and (name != "results.csv"
                    or ",real," in open(f + "/results.csv").read()))
        bad = f"tampered{i}"
        shutil.copytree(good, bad)
        edit(bad, name, change)
        found.append((what, pool.submit(both, bad, i)))
    missed = [(what, f.result()[1:3]) for what, f in found if f.result()[1:3] != (1, 1)]
print(f"{held} of {n} hold, missed: {missed}; of meetings: {len(met) > 9}, {sorted(kinds_met)}")
END
run python3 checks.py "$shishu" "$W" "$T/members.parquet" "$latest" "$root/docs/recheck/recheck.sh" 50
is "$out" "50 of 50 hold, missed: []; of meetings: True, [1, 2]" '50 random checks: program and script agree, and both find what is changed'

# What cannot be published as it is, or is not what was committed to, is not drawn.
run "$shishu" -C "$W" spotcheck plan jdydt-active/2024-01/370481001004 --visits 5 --json
id=$(json 'd["check"]' | tr -d '"')
run "$shishu" -C "$W" spotcheck commit "$id"
run "$shishu" --lang en -C "$W" spotcheck draw "$id" --seed 1 --more 7
is "$rc" 2 'a first round of another size than planned is refused'
like "$err" 'as many as the plan says' 'and it says why'
run "$shishu" --lang en -C "$W" spotcheck draw "$id" --seed $'a\377b'
is "$rc" 2 'a seed that is no text is refused'
run "$shishu" -C "$W" spotcheck draw "$id" --seed 1

# Folders made by an enemy: quickly found to differ.
enemy() {   # name, file, sed script
    rm -rf enemy
    cp -a "$W/checks/$id" enemy
    sed -i "$3" "enemy/$2"
    run timeout 20 "$shishu" --lang en spotcheck verify enemy
    is "$rc" 1 "$1"
}
enemy 'a population that nobody can count through' plan.json 's/"population":34/"population":4000000000000000000/g'
enemy 'a threshold that does not follow from the report' plan.json 's/"threshold":[0-9]*/"threshold":3/'
enemy 'a risk of nothing' plan.json 's/"risk":0.05/"risk":0/'
rm -rf enemy
cp -a "$W/checks/$id" enemy
rm enemy/plan.json
mkfifo enemy/plan.json
run timeout 20 "$shishu" --lang en spotcheck verify enemy
isnt "$rc" 124 'a pipe in the place of a file is not waited for'
done_testing
