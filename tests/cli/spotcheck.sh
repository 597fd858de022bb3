#!/usr/bin/env bash
# spotcheck: plan, commit, draw, worksheet, record, estimate, verify; what they refuse; and what audit, explain and rank make of it.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export now
s() { run "$shishu" -C "$W" --now "$now" --json "$@"; }
F=reg/2024-05/340101

made w && W=$T/w
printf 'indicator,app,name,counts\nreg,jdydt,注册,registered\n' >reg.csv
imports w indicators reg.csv
python3 - <<'END'
with open("accounts.csv", "w") as f:
    f.write("app,account,unit_code,registered_at,phone\n")
    for i in range(300):
        f.write(f"jdydt,u{i:04d},340101,2024-01-01,139{i:08d}\n")
    f.write("jdydt,twice,340101,2024-01-02,13900000000\n")       # the phone of u0000: one person
    f.write("jdydt,late,340101,2024-06-02,13912345678\n")        # after the period
    f.write("jdydt,only,340102,2024-01-01,13887654321\n")
with open("reports.csv", "w") as f:
    f.write("indicator,period,unit_code,value\nreg,2024-05,340101,300\nreg,2024-05,340102,50\nreads,2024-05,340101,9\n")
END
imports w accounts accounts.csv --to 2024-06-30
imports w reports reports.csv

# ---- plan
s spotcheck plan $F --claim --sequential
is "$(json 'd["check"], d["visits"], d["strata"][0]["population"], d["strata"][0]["n"]')" "('C-0001', 57, 300, 57)" \
    'plan: one row a person, as many visits as the sequential test needs if all are real'
is "$(json 'd["expected_visits"], d["days_low"], d["days_high"]')" '(57, 3, 5)' 'and what to expect'
for bad in "" "$F" "$F --claim --visits 5" "nothing --claim" "$F $F --claim" "$F --claim --risk 0" "$F --claim --tolerance 1" "$F --visits 5 --confidence 100%"; do
    # shellcheck disable=SC2086
    refused 2 "plan $bad" '' -- spotcheck plan $bad
done
refused 3 'no such indicator' 'no such indicator' -- spotcheck plan x/2024-05/340101 --claim
refused 3 'no such unit' 'not in the register' -- spotcheck plan reg/2024-05/349999 --visits 5
refused 3 'a count of deeds' 'counts deeds' -- spotcheck plan reads/2024-05/340101 --visits 5
refused 3 'nothing reported' 'nothing was reported' -- spotcheck plan reg/2024-04/340101 --claim
refused 3 'two figures with the same people' 'must not share people' -- spotcheck plan $F reg/2024-05/3401 --visits 9

# ---- commit and draw
refused 3 'a seed before the commitment' 'known before decides nothing' -- spotcheck draw C-0001 --seed 1
s spotcheck commit C-0001
is "$(json 'd["frame_sha256"]')" "$(sha256sum <w/checks/C-0001/frame.csv | cut -d' ' -f1)" 'commit: the hash of the frame is its sha256sum'
is "$(json 'd["commitment_sha256"]')" "$(sha256sum <w/checks/C-0001/commitment.json | cut -d' ' -f1)" 'and that of the commitment'
unlike "$(cat w/checks/C-0001/*)" 'u0001|139000' 'nothing published names an account'
sed -i '5s/^.*$/kaaaaaaaaaaaaaa,1/' w/checks/C-0001/frame.csv
run "$shishu" -C w spotcheck draw C-0001 --seed 1 --lang en
is "$rc" 3 'a frame changed after the commitment is refused'
like "$err" 'frame.csv, line 5.*kaaaaaaaaaaaaaa.*changed by somebody' 'with the file, the line and what stands there now'
rm w/checks/C-0001/frame.csv
refused 2 'no seed' 'seed' -- spotcheck draw C-0001
s spotcheck draw C-0001 --seed 35291642511364236154
is "$(python3 - w/checks/C-0001 <<'END'
import hashlib, json, sys
folder = sys.argv[1]
d = json.load(open(folder + "/draw.json"))["rounds"][0]
h = hashlib.sha256(d["seed"].encode()).hexdigest()
U = lambda t: str(int(hashlib.sha256((h + t).encode()).hexdigest(), 16)).zfill(64)[::-1]
keys = [l.split(",")[0] for l in open(folder + "/frame.csv")][1:]
want = sorted(keys, key=U)[:57]
twice = set(sorted(("recheck " + k for k in want), key=U)[:6])
print([x["key"] for x in d["drawn"]] == want, {"recheck " + x["key"] for x in d["drawn"] if x["recheck"]} == twice)
END
)" 'True True' 'draw: those with the smallest tickets, and a tenth to be visited twice'
refused 2 'a second first round' 'drawn already' -- spotcheck draw C-0001 --seed 7
refused 3 'the same seed again' 'earlier round had this seed' -- spotcheck draw C-0001 --seed 35291642511364236154 --more 5

# ---- worksheet
printf '账号,姓名,村民小组,门牌\n' >list.csv
for i in $(seq 0 299); do printf 'u%04d,张三%d,%d组,%d号\n' "$i" "$i" $((i % 4)) "$i"; done >>list.csv
s spotcheck worksheet C-0001 --list list.csv -o sheet.xlsx
is "$(json 'd["visits"], d["listed"], d["lost"]')" '(57, 57, 0)' 'worksheet: everyone drawn, each found in the list'
s spotcheck worksheet C-0001 --list list.csv -o sheet.html --lang zh
is "$(grep -c '<section>' sheet.html) $(grep -c '张三' sheet.html)" '1 57' 'and on a page a village'
is "$(grep -rl '张三' w | wc -l)" 0 'the list is not stored'
refused 2 'no file named' '-o FILE' -- spotcheck worksheet C-0001

# ---- record
key() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["rounds"][int(sys.argv[3])]["drawn"][int(sys.argv[2])]["key"])' \
    "w/checks/C-0001/draw.json" "$1" "${2:-0}"; }
k0=$(key 0) k1=$(key 1) k2=$(key 2)
two=(--inspector 王 --inspector 李)
refused 3 'a key not drawn' 'not drawn' -- spotcheck record C-0001 kzzzz=real "${two[@]}"
refused 3 'one inspector' 'two inspectors' -- spotcheck record C-0001 "$k0=real" --inspector 王
refused 3 'the same inspector twice' 'two inspectors' -- spotcheck record C-0001 "$k0=real" --inspector 王 --inspector 王
refused 2 'no outcome' 'KEY=OUTCOME' -- spotcheck record C-0001 "$k0=maybe" "${two[@]}"
refused 3 'a second visit before the first' 'needs a first one' -- spotcheck record C-0001 "$k0=real" --recheck "${two[@]}"
refused 3 'no such check' 'no such field check' -- spotcheck record C-0009 "$k0=real" "${two[@]}"
s spotcheck record C-0001 "$k0=real" "$k1=not_real" "${two[@]}"
is "$(json 'd["recorded"], d["results"]')" '(2, 2)' 'record: by words'
refused 3 'a key recorded already' 'recorded already' -- spotcheck record C-0001 "$k0=real" "${two[@]}"
python3 - "$(key 5)" <<'END'
import sys
with open("bad.csv", "w") as f:
    f.write("编号,确有此人,住在本村,知道此账号,本人操作,结果,核查人1,核查人2\n")
    f.write(f"{sys.argv[1]},是,是,否,,属实,王,李\n")
END
refused 3 'an outcome against the answers' 'bad.csv, line 2.*does not fit' -- spotcheck record C-0001 bad.csv
s spotcheck estimate C-0001
is "$(json 'd["visited"], d["real"], d["not_reached"], d["decision"]')" "(2, 1, 1, 'more')" 'not real without a reason counts as not reached'
s spotcheck record C-0001 "$k1=not_real" --reason '查无此人 电话13812345678' "${two[@]}"
s spotcheck estimate C-0001
is "$(json 'd["not_reached"], d["figures"][0]["real"]')" '(0, 1)' 'with the reason it counts'
unlike "$(cat w/checks/C-0001/results.csv)" '13812345678' 'numbers of people in reasons are masked'
python3 - w/checks/C-0001 <<'END'
import json, sys
d = json.load(open(sys.argv[1] + "/draw.json"))["rounds"][0]["drawn"]
with open("rest.csv", "w") as f:
    f.write("key,exists,lives_here,knows,operates,inspector1,inspector2,recheck\n")
    for i, x in enumerate(d):
        if i >= 2 and i != 30: f.write(f"{x['key']},yes,yes,yes,yes,王,李,\n")
END
s spotcheck record C-0001 rest.csv
s spotcheck estimate C-0001
is "$(json 'd["visited"], d["beyond_prefix"], d["drawn"]')" '(30, 26, 57)' 'sequential: only an unbroken row of the draw counts'
s spotcheck record C-0001 "$(key 30)=not_reached" "${two[@]}"
s spotcheck estimate C-0001
is "$(json 'd["visited"], d["real"], d["not_reached"], d["decision"], d["method"]')" "(57, 55, 1, 'more', 'confidence_sequence')" 'all of it'
is "$(json 'd["low"] < d["mar"]["low"] <= d["mar"]["high"] <= d["high"]')" true 'who was not reached is taken at the worst; apart: at random'

# ---- more, verify, ledger
s spotcheck draw C-0001 --seed 64236154352916425113 --more 100
is "$(json 'd["round"], len(d["drawn"])')" '(2, 100)' 'a further round, with a fresh seed'
python3 - w/checks/C-0001 <<'END'
import json, sys
d = json.load(open(sys.argv[1] + "/draw.json"))["rounds"]
assert not {x["key"] for x in d[0]["drawn"]} & {x["key"] for x in d[1]["drawn"]}
with open("more.csv", "w") as f:
    f.write("key,outcome,inspector1,inspector2\n")
    for x in d[1]["drawn"]: f.write(f"{x['key']},real,王,李\n")
END
s spotcheck record C-0001 more.csv
s spotcheck estimate C-0001
is "$(json 'd["decision"], d["threshold"], d["more"]')" "('confirmed', 285, None)" 'and the claim is confirmed'
s spotcheck verify w/checks/C-0001
is "$rc $(json 'd["ok"]')" '0 true' 'verify: the folder alone says the same'
cp -r w/checks/C-0001 copy
sed -i "s/^$k0,real/$k0,not_real/" copy/results.csv
run "$shishu" spotcheck verify copy --lang en
is "$rc" 1 'a result changed: exit 1'
cp w/checks/C-0001/results.csv copy/ && sed -i 's/"confirmed"/"refuted"/' copy/estimate.json
run "$shishu" spotcheck verify copy
is "$rc" 1 'a conclusion changed: exit 1'
cp w/checks/C-0001/estimate.json copy/ && sed -i 's/35291642511364236154/35291642511364236155/' copy/draw.json
run "$shishu" spotcheck verify copy
is "$rc" 1 'another seed: exit 1'
refused 3 'no published check' 'no published field check' -- spotcheck verify w/checks
run "$shishu" -C w verify-ledger
is "$rc" 0 'verify-ledger knows the files of checks'
cp w/checks/C-0001/results.csv kept && sed -i "s/^$k0,real/$k0,not_real/" w/checks/C-0001/results.csv
run "$shishu" -C w verify-ledger --lang en
is "$rc" 1 'and sees that results were edited after the estimate'
like "$out" 'checks/C-0001/results.csv' 'in this file'
cp kept w/checks/C-0001/results.csv

# ---- the chain
s audit
is "$(json 'd["verdicts"]["confirmed"]')" 1 'audit: the figure is confirmed'
like "$(cat w/runs/*/report.html)" 'of 156 reached in a random field check 155 are real' 'the report shows its chain'
s explain $F
is "$(json 'd["verdict"], d["checked"]["n"], d["checked"]["decision"], d["checked"]["real"]')" "('confirmed', 156, 'confirmed', 155)" 'explain: the link'
is "$(json 'd["real_low"] >= 285, d["real_high"] <= 300, d["real_method"]')" "(True, True, 'confidence_sequence')" 'what is real, from the check'
is "$(parquet "SELECT checked_n, checked_real, verdict FROM 'w/runs/*/figures.parquet' WHERE unit_code = '340101' AND indicator = 'reg'")" '156,155,confirmed' \
    'the columns of figures.parquet'
s rank reg 2024-05 --level village
is "$(json 'd["pairs"], d["distinguishable"], d["checked"], [u["low"] for u in d["units"]]')" '(1, 1, 1, [1, 2])' 'rank: what the check tells apart'
printf 'indicator,period,unit_code,value\nreg,2024-05,340101,301\n' >newer.csv
imports w reports newer.csv
s audit
s explain $F
isnt "$(json 'd["verdict"]')" confirmed 'another report is not what was checked'

# ---- edges
s spotcheck plan reg/2024-05/340102 --claim
is "$(json 'd["strata"][0]["population"], d["visits"]')" '(1, 1)' 'N = 1, and more reported than there are'
s spotcheck commit C-0002
s spotcheck draw C-0002 --seed 123456
s spotcheck estimate C-0002
is "$(json 'd["decision"], d["share"], d["low"], d["high"]')" "('refuted', None, 0, 1)" 'arithmetic refutes it, with nobody reached'
s audit
s explain reg/2024-05/340102
is "$(json 'd["verdict"]')" refuted 'and so says the audit'
s spotcheck plan $F --visits 300
s spotcheck commit C-0003
s spotcheck draw C-0003 --seed 987654321
is "$(json 'len(d["drawn"])')" 300 'n = N'
python3 - w/checks/C-0003 <<'END'
import json, sys
d = json.load(open(sys.argv[1] + "/draw.json"))["rounds"][0]["drawn"]
with open("all.csv", "w") as f:
    f.write("key,outcome,inspector1,inspector2,reason\n")
    for i, x in enumerate(d): f.write(f"{x['key']},{'real' if i % 3 else 'not_real'},王,李,{'' if i % 3 else '查无此人'}\n")
END
s spotcheck record C-0003 all.csv
s spotcheck estimate C-0003
is "$(json 'd["low"], d["high"], d["total"], d["method"]')" "(200, 200, 200, 'hypergeometric')" 'everyone visited: nothing is estimated'
refused 3 'nobody left' 'nobody is left' -- spotcheck draw C-0003 --seed 5 --more 1
s spotcheck plan $F --half-width 20 --expect 0.9
is "$(json 'd["half_width"] <= 20, 50 < d["visits"] < 200')" '(True, True)' 'plan by half-width'

# suspected accounts are a stratum of their own, which no file names
s audit
run_dir=$(dirname "$(json 'd["report"]')")/
cp "${run_dir}members.parquet" found.parquet   # what the run holds; other members are put in its place, and it comes back
python3 "$duck" "COPY (SELECT 'F-0001' AS finding, 'jdydt' AS app, printf('u%04d', i) AS account, '340101' AS unit_code, 1.0 AS score, '' AS evidence
    FROM range(60) r(i)) TO '${run_dir}members.parquet'" >/dev/null
s spotcheck plan $F --claim
is "$(json '[x["population"] for x in d["strata"]], [x["n"] > 1 for x in d["strata"]]')" '([240, 60], [True, True])' 'strata: suspected and not'
unlike "$(cat w/checks/C-0005/plan.json)" 'suspect' 'the plan does not say which'
cp found.parquet "${run_dir}members.parquet"

# ---- killed at any moment, nothing is lost
s spotcheck commit C-0005
s spotcheck draw C-0005 --seed 24681012
drawn=$(python3 -c 'import json; print(*[x["key"] for x in json.load(open("w/checks/C-0005/draw.json"))["rounds"][0]["drawn"]][:24])')
told=0
for k in $drawn; do
    "$shishu" -C w spotcheck record C-0005 "$k=real" "${two[@]}" --quiet >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf %03d $((30 + RANDOM % 300)))"   # starting takes some 50 ms
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null && told=$((told + 1))
done
s spotcheck estimate C-0005
is "$rc" 0 'after 24 kills: the check goes on'
have=$(($(wc -l <w/checks/C-0005/results.csv) - 1))
echo "# $have of 24 results recorded, $told told so"
[ "$have" -ge "$told" ] && ok 'none is lost that was told' || not_ok 'none is lost that was told' "$have < $told"
run "$shishu" -C w verify-ledger
is "$rc" 0 'and the ledger fits'
done_testing
