#!/usr/bin/env bash
# Residents' meetings: whole villages or groups are drawn, everyone of them is called, and what they say is estimated as in a survey of clusters.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export now
s() { run "$shishu" -C "$W" --now "$now" --json "$@"; }
made w && W=$T/w
python3 - <<'END2'
with open("units.csv", "w") as u, open("accounts.csv", "w") as a, open("reports.csv", "w") as r:
    u.write("unit_code,name,level,parent_code,registered\n")
    a.write("app,account,unit_code,registered_at\n")
    r.write("indicator,period,unit_code,value\nreg,2024-05,34,700\n")
    for t in range(2):
        u.write(f"350{t},镇{t},town,34,\n")
        for v in range(12):
            code = f"350{t}{v:02d}"
            u.write(f"{code},村{t}-{v},village,350{t},200\n")
            n = 2 if (t, v) == (0, 3) else 20 + (7 * v + 11 * t) % 30      # one village with two accounts
            for g in range(2): u.write(f"{code}{g},组{v}-{g},group,{code},\n")
            for i in range(n): a.write(f"jdydt,x{code}-{i:03d},{code}{i % 2 if v % 3 else ''},2024-01-01\n")   # a third at the village itself
    for i in range(9): a.write(f"jdydt,town-{i},3501,2024-01-01\n")        # registered at the town
END2
printf 'indicator,app,name,counts\nreg,jdydt,注册,registered\nreg2,jdydt,注册,registered\n' >reg.csv
imports w units units.csv
imports w indicators reg.csv
imports w accounts accounts.csv --to 2024-06-30
imports w reports reports.csv
F=reg/2024-05/34

# ---- plan, and what is refused
refused 2 'clusters without their number' '--meetings' -- spotcheck plan $F --clusters village
refused 2 'meetings of nothing' '--clusters' -- spotcheck plan $F --meetings 8
refused 2 'clusters of another kind' 'villages or of groups' -- spotcheck plan $F --clusters town --meetings 8
refused 2 'a claim from meetings' 'decide no claim.*--clusters' -- spotcheck plan $F --clusters village --meetings 8 --claim
refused 2 'meetings one by one' 'cannot be stopped' -- spotcheck plan $F --clusters village --meetings 8 --sequential
refused 2 'a half-width' 'by their number alone' -- spotcheck plan $F --clusters village --meetings 8 --half-width 30
refused 2 'visits' 'by their number alone' -- spotcheck plan $F --clusters village --meetings 8 --visits 30
refused 3 'one meeting' 'one meeting says nothing.*two' -- spotcheck plan $F --clusters village --meetings 1
refused 3 'more meetings than villages' 'more meetings.*Lower' -- spotcheck plan $F --clusters village --meetings 25
refused 3 'one village alone' 'nothing to draw' -- spotcheck plan reg/2024-05/350001 --clusters village --meetings 2
refused 3 'a level that is not there' 'no unit of this level.*village' -- spotcheck plan reg/2024-05/350003 reg/2024-05/350000 --clusters group --meetings 2
s spotcheck plan $F --clusters village --meetings 8
is "$(json 'd["check"], d["meetings"], d["half_width"], d["strata"]')" \
    "('C-0001', 8, None, [{'stratum': 1, 'figure': 'reg/2024-05/34', 'population': 786, 'clusters': 24, 'meetings': 8}])" \
    'plan: villages, the town itself, and the village of two joined to its neighbour'
is "$(json 'd["visits"]')" 262 'and how many will be asked on average'
is "$(head -n 1 w/checks/C-0001/frame.csv)" key,stratum,cluster 'the frame says who belongs together'
unlike "$(cat w/checks/C-0001/*)" '村|镇|x35[01][0-9]*-|,35[01]' 'and neither which village it is nor who'
is "$(sqlite3 w/ledger.db "SELECT count(*), count(DISTINCT cluster) FROM check_cluster WHERE id = 'C-0001'" 2>/dev/null || python3 -c '
import sqlite3; print("|".join(map(str, sqlite3.connect("w/ledger.db").execute("SELECT count(*), count(DISTINCT cluster) FROM check_cluster").fetchone())))')" \
    '25|24' 'which stands in the ledger'
s spotcheck commit C-0001
s spotcheck draw C-0001 --seed '骰子 5 2 6'
cat >drawn.py <<'END2'
import hashlib, json, sys
folder = sys.argv[1]
plan = json.load(open(folder + "/plan.json"))
d = json.load(open(folder + "/draw.json"))["rounds"][0]
rows = [l.strip().split(",") for l in open(folder + "/frame.csv")][1:]
seen = []
for key, _, c in rows:
    if c not in seen: seen.append(c)
h = hashlib.sha256(d["seed"].encode()).hexdigest()
U = lambda t: str(int(hashlib.sha256((h + t).encode()).hexdigest(), 16)).zfill(64)[::-1]
want = []
for s in plan["strata"]:
    mine = sorted({c for _, t, c in rows if t == str(s["stratum"])}, key=lambda c: U("cluster " + c))[:s["meetings"]]
    want += [(k, int(c)) for m in mine for k, _, c in rows if c == m]
twice = set(sorted(("recheck " + k for k, _ in want), key=U)[:(len(want) + 9) // 10])
print(seen == [str(i + 1) for i in range(len(seen))], [(x["key"], x["cluster"]) for x in d["drawn"]] == want,
      {"recheck " + x["key"] for x in d["drawn"] if x["recheck"]} == twice)
END2
is "$(python3 drawn.py w/checks/C-0001)" 'True True True' 'draw: clusters by the tickets of "cluster NUMBER", everyone of them, a tenth twice'
refused 3 'a second round' 'one round.*Plan another check' -- spotcheck draw C-0001 --seed 7 --more 2
refused 3 'a second round without its size' 'one round' -- spotcheck draw C-0001 --seed 7

# ---- worksheet: a page a meeting
s spotcheck worksheet C-0001 -o sheet.html --lang zh
is "$(json 'd["lost"]')" 0 'worksheet: everyone'
is "$(grep -c '<section>' sheet.html) $(grep -c '<h1>[村镇]' sheet.html)" '8 8' 'a page a meeting, with the name of the village'
s spotcheck worksheet C-0001 -o sheet.xlsx --lang zh
like "$(unzip -p sheet.xlsx xl/sharedStrings.xml)" '会议' 'and in the workbook a column'

# ---- record and estimate
cat >found.py <<'END2'
import json, sys
d = json.load(open(sys.argv[1] + "/draw.json"))["rounds"][0]["drawn"]
clusters = list(dict.fromkeys(x["cluster"] for x in d))
with open("found.csv", "w") as f:
    f.write("key,outcome,reason,inspector1,inspector2\n")
    for i, x in enumerate(d):
        c = clusters.index(x["cluster"])
        if len(sys.argv) > 2 and c >= int(sys.argv[2]): continue
        o = "not_reached" if i % 19 == 0 else "real" if (i * 7 + c) % (3 + c) else "not_real"
        f.write(f"{x['key']},{o},{'查无此人' if o == 'not_real' else ''},王,李\n")
END2
python3 found.py w/checks/C-0001 1
s spotcheck record C-0001 found.csv
s spotcheck estimate C-0001
is "$(json 'd["share"], d["mar"]["low"], d["decision"], d["low"] >= 0, d["high"] <= 786')" "(None, None, None, True, True)" 'one meeting: no best guess yet'
cp w/checks/C-0001/results.csv before.csv
python3 found.py w/checks/C-0001
grep -vFf <(cut -d, -f1 before.csv | tail -n +2) found.csv >rest.csv
s spotcheck record C-0001 rest.csv
s spotcheck estimate C-0001
is "$(json 'd["method"], d["clusters"], d["clusters_drawn"], d["population"], d["decision"], d["threshold"], d["p"], d["more"], d["errors"]["share"]')" \
    "('cluster', 24, 8, 786, None, None, None, None, None)" 'estimate: a survey of clusters, no claim, and no exact interval'
is "$(json 'd["guaranteed"]["low"] <= d["low"] < d["mar"]["low"] < d["total"] < d["mar"]["high"] < d["high"] <= d["guaranteed"]["high"]')" true \
    'whatever the other villages are like: wider'
cat >again.py <<'END2'
import json, math, sys
folder = sys.argv[1]
e = json.load(open(folder + "/estimate.json"))
d = json.load(open(folder + "/draw.json"))["rounds"][0]["drawn"]
last = {l.split(",")[0]: l.split(",")[1] for l in open(folder + "/results.csv")}
rows = [l.strip().split(",") for l in open(folder + "/frame.csv")][1:]
C, M = len({r[2] for r in rows}), len(rows)
T975 = {7: 2.364624251592785}
def logit(taken):
    by = {}
    for x in d:
        y = taken(last.get(x["key"]))
        if y is not None: by.setdefault(x["cluster"], []).append(y)
    n, m = len(by), sum(map(len, by.values()))
    p = sum(map(sum, by.values())) / m
    z = [(sum(v) - p * len(v)) / m for v in by.values()]
    mean = sum(z) / n
    se = math.sqrt((1 - n / C) * n / (n - 1) * sum((x - mean) ** 2 for x in z))
    f = lambda s: 1 / (1 + math.exp(-(math.log(p / (1 - p)) + s * T975[n - 1] * se / p / (1 - p))))
    return p, f(-1), f(1)
near = lambda a, b: abs(a - b) < 1e-9
p, low, high = logit(lambda o: None if o == "not_reached" else o == "real")
print(near(e["share"], p), near(e["mar"]["share_low"], low), near(e["mar"]["share_high"], high),
      near(e["share_low"], logit(lambda o: o == "real")[1]), near(e["share_high"], logit(lambda o: o != "not_real")[2]),
      near(e["low"], M * e["share_low"]), near(e["total"], M * p))
END2
is "$(python3 again.py w/checks/C-0001)" 'True True True True True True True' 'by hand: ratio of sums, linearised variance, t on the logit scale, the worst of those not reached'
run "$shishu" -C w spotcheck estimate C-0001 --lang en
like "$out" 'estimate of a survey: 8 of 24' 'it says which method'
like "$out" 'Whatever the villages' 'and what holds without it'

# ---- verify, and what others make of it
s spotcheck verify w/checks/C-0001
is "$rc $(json 'd["ok"]')" '0 true' 'verify: the folder alone says the same'
tampered() {   # name, file, sed script
    rm -rf copy && cp -r w/checks/C-0001 copy && sed -i "$3" "copy/$2"
    run "$shishu" spotcheck verify copy --lang en
    is "$rc" 1 "$1"
}
tampered 'another number of meetings' plan.json 's/"meetings":8/"meetings":7/'
tampered 'somebody put into another cluster' frame.csv '9s/$/1/'
tampered 'clusters numbered otherwise' frame.csv '2s/,1$/,2/'
tampered 'no clusters in the frame' frame.csv '1s/,cluster//'
tampered 'a plan that draws people one by one' plan.json 's/"clusters":"village",//; s/check 2"/check 1"/; s/"clusters":24,"meetings":8/"n":8/'
tampered 'a claim slipped in' plan.json 's/"threshold":null/"threshold":700/'
tampered 'a plan stopped at will' plan.json 's/"sequential":false/"sequential":true/'
tampered 'the guaranteed bound raised' estimate.json 's/"guaranteed":{"low":/"guaranteed":{"low":1/'
tampered 'somebody of a meeting left out' draw.json 's/{"key":"[a-z0-9]*","ticket":"[0-9.]*","stratum":1,"cluster":[0-9]*,"recheck":[a-z]*},//'
tampered 'a seed thrown again' draw.json 's/5 2 6/5 2 5/'
s audit
s explain $F
is "$(json 'd["real_method"], d["verdict"] in ("confirmed", "refuted")')" "('cluster', False)" 'audit: no verdict comes of meetings'
is "$(python3 -c '
import json, math, sys
g = json.load(open("w/checks/C-0001/estimate.json"))["guaranteed"]
e = json.loads(sys.argv[1])
print(e["real_low"] == math.ceil(g["low"] - 1e-9), e["real_high"] == math.floor(g["high"] + 1e-9))' "$out")" 'True True' \
    'and what is real lies within what is guaranteed'

# ---- groups, several figures, all meetings
s spotcheck plan reg/2024-05/3500 reg2/2024-05/3501 --clusters group --meetings 12
is "$(json '[[x["clusters"], x["meetings"]] for x in d["strata"]]')" '[[19, 6], [21, 6]]' 'groups; accounts of a village itself are a cluster; meetings by clusters'
s spotcheck commit C-0002
s spotcheck draw C-0002 --seed 11223344
is "$(python3 drawn.py w/checks/C-0002)" 'True True True' 'each figure is drawn by itself'
python3 found.py w/checks/C-0002
s spotcheck record C-0002 found.csv
s spotcheck estimate C-0002
is "$(json 'd["clusters"], d["clusters_drawn"], [x["clusters_drawn"] for x in d["figures"]], d["low"] < d["total"] < d["high"]')" \
    '(40, 12, [6, 6], True)' 'all figures together, as strata'
s spotcheck verify w/checks/C-0002
is "$rc" 0 'and verified'
s spotcheck plan $F --clusters village --meetings 24
s spotcheck commit C-0003
s spotcheck draw C-0003 --seed 987654321
python3 found.py w/checks/C-0003
sed -i 's/not_reached/real/' found.csv
s spotcheck record C-0003 found.csv
s spotcheck estimate C-0003
is "$(json 'abs(d["low"] - d["real"]) < 1e-6, abs(d["high"] - d["real"]) < 1e-6, d["guaranteed"]["low"] == d["guaranteed"]["high"] == d["real"]')" '(True, True, True)' \
    'all meetings held: nothing is estimated'
s spotcheck verify w/checks/C-0003
is "$rc" 0 'and verified'
for c in C-0001 C-0002 C-0003; do
    run sh "$root/docs/recheck/recheck.sh" "w/checks/$c"
    is "$rc" 0 "$c: the script of docs/recheck finds the same"
done
done_testing
