#!/usr/bin/env bash
# opt-only
# A check of many figures at once: decided together, one stopped early spoils none; and the prior of chances comes from what was verified.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
made w && W=$T/w
s() { run "$shishu" -C "$W" --now "$now" --json "$@"; }
python3 - <<'END'
with open("units.csv", "w") as u, open("accounts.csv", "w") as a, open("reports.csv", "w") as r, open("targets.csv", "w") as t:
    u.write("unit_code,name,level,parent_code,registered\n")
    a.write("app,account,unit_code,registered_at\n")
    r.write("indicator,period,unit_code,value\n")
    t.write("indicator,period,unit_code,value\n")
    for v in range(24):
        u.write(f"3402{v:02d},村{v},village,34,100\n")
        r.write(f"reg,2024-05,3402{v:02d},40\n")
        t.write(f"reg,2024-05,3402{v:02d},60\n")
        for i in range(40): a.write(f"jdydt,v{v:02d}-{i:02d},3402{v:02d},2024-01-01\n")
END
printf 'indicator,app,name,counts\nreg,jdydt,注册,registered\n' >reg.csv
imports w units units.csv
imports w indicators reg.csv
imports w accounts accounts.csv --to 2024-06-30
imports w reports reports.csv
imports w targets targets.csv
s check
is "$(json 'd["prior"]["units"], d["prior"]["mean"]')" '(0, 0.35)' 'without checks the prior of the settings'

figures=$(for v in $(seq 0 23); do printf 'reg/2024-05/3402%02d ' "$v"; done)
# shellcheck disable=SC2086
s spotcheck plan $figures --visits 864 --sequential
is "$(json 'len(d["strata"]), {x["population"] for x in d["strata"]}')" '(24, {40})' 'plan: 24 figures, a stratum each'
s spotcheck commit C-0001
s spotcheck draw C-0001 --seed 53516243512364236154
python3 - <<'END'
import json
d = json.load(open("w/checks/C-0001/draw.json"))["rounds"][0]["drawn"]
with open("all.csv", "w") as f:
    f.write("key,outcome,reason,inspector1,inspector2\n")
    seen = {}
    for x in d:
        v, n = x["stratum"], seen.setdefault(x["stratum"], 0)
        seen[v] += 1
        if v > 20 and n >= 3: continue                  # these stop early
        real = n % 3 > 0 if v <= 4 else True            # four villages of which a third is not real
        f.write(f"{x['key']},{'real' if real else 'not_real'},{'' if real else '查无此人'},王,李\n")
END
s spotcheck record C-0001 all.csv
s spotcheck estimate C-0001
is "$(json '[x["decision"] for x in d["figures"]] == ["refuted"] * 4 + ["confirmed"] * 16 + ["more"] * 4')" true \
    'e-BH: four refuted, sixteen confirmed, four that stopped early stay open'
is "$(json 'd["decision"], d["population"]')" "(None, 960)" 'all together: an estimate, no claim'
is "$(json '[x["more"] for x in d["figures"]][:20] == [None] * 20, len({x["more"] for x in d["figures"][20:]})')" '(True, 1)' 'an open figure says how many more'
more=$(json 'd["figures"][20]["more"]')
cp -r w asked && W=asked
for n in $((more - 1)) 1; do
    python3 - "$n" <<'END'
import json, sys
d = json.load(open("asked/checks/C-0001/draw.json"))["rounds"][0]["drawn"]
seen = {l.split(",")[0] for l in open("asked/checks/C-0001/results.csv")}
with open("few.csv", "w") as f:
    f.write("key,outcome,inspector1,inspector2\n")
    for x in [x for x in d if x["stratum"] == 21 and x["key"] not in seen][:int(sys.argv[1])]: f.write(f"{x['key']},real,王,李\n")
END
    s spotcheck record C-0001 few.csv
    s spotcheck estimate C-0001
    is "$(json 'd["figures"][20]["e_confirm"] >= 24 / 0.05')" "$([ "$n" = 1 ] && echo true || echo false)" "that many, no fewer, confirm it whatever the others show ($n)"
done
is "$(json 'd["figures"][20]["decision"], d["figures"][20]["more"]')" "('confirmed', None)" 'so it is confirmed'
W=w
s spotcheck verify w/checks/C-0001
is "$rc" 0 'verify'
s audit
is "$(json 'd["verdicts"]["confirmed"], d["verdicts"]["refuted"]')" '(16, 4)' 'and so the verdicts'
s check
is "$(json 'd["prior"]["units"], 0.3 < d["prior"]["mean"] < 0.4, d["prior"]["weight"] > 20')" '(24, True, True)' \
    'with 20 units or more the prior is fitted to their verified shares'
is "$(json 'max(t["feasible"] for t in d["targets"] if t["target"].startswith("reg")) < 0.05')" true 'and 60 of 100 people is hardly to be reached'
run "$shishu" -C w check --lang en
like "$out" 'field checks verified in 24 units' 'and check says so'

# fixed sizes: Holm over the figures
# shellcheck disable=SC2086
s spotcheck plan $figures --claim
s spotcheck commit C-0002
s spotcheck draw C-0002 --seed 111213
python3 - <<'END'
import json
d = json.load(open("w/checks/C-0002/draw.json"))["rounds"][0]["drawn"]
with open("fixed.csv", "w") as f:
    f.write("key,outcome,inspector1,inspector2\n")
    for x in d: f.write(f"{x['key']},real,王,李\n")
END
s spotcheck record C-0002 fixed.csv
s spotcheck estimate C-0002
is "$(json '{x["decision"] for x in d["figures"]}, max(x["p"] for x in d["figures"]) <= 0.05')" "({'more'}, True)" \
    'fixed: each alone would be confirmed; of 24 at once none is, by Holm'
done_testing
