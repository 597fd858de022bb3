#!/usr/bin/env bash
# shishu pulse: a village whose accounts log in once a month and do nothing else, among siblings; both languages, forms of files, hostile input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
python3 - <<'END'
import random
r = random.Random(2)
rows = []
def act(a, u, m, what): rows.append((f"2024-{m:02d}-{r.randint(1, 28):02d} {r.randint(0, 23):02d}:{r.randint(0, 59):02d}:00", a, f"v{u}", what))
for u in range(12):
    for k in range(60):
        for m in range(1, 7):
            for _ in range(min(5, int(r.expovariate(0.6)))): act(f"a{u}-{k}", u, m, "登录")
            if r.random() < 0.5: act(f"a{u}-{k}", u, m, "阅读")
    if u == 7:
        for k in range(40):
            for m in range(1, 7): act(f"k{k}", u, m, "login")
rows += [("2024-01-01 00:00:00", "a0-0", "v0", "阅读"), ("2024-06-30 12:00:00", "a0-0", "v0", "阅读")]
r.shuffle(rows)
with open("log.csv", "w") as f:
    f.write("时间,账号,村,动作\n" + "".join(",".join(x) + "\n" for x in rows))
END
by=(--account 账号 --time 时间 --unit 村 --action 动作)
run "$shishu" pulse log.csv "${by[@]}" --members members.csv --json
is "$rc" 0 'a log'
is "$(json '[[u["unit"], u["minimal"] >= 40] for u in d["units"] if u["selected"]]')" '[["v7", true]]' 'the village, and no other'
is "$(json 'all({"unit", "accounts", "expected", "log10_p", "q"} <= set(u) for u in d["units"]) and round(d["bound"], 4)')" 0.028 'the keys of the contract'
is "$(json '[len(d["units"]), d["months"], d["windows"], d["many_units"], d["median_share"] < 0.1]')" '[12, 6, 1, false, true]' 'what it was compared with'
is "$(json '[d["units"][0]["from"], d["units"][0]["to"]]')" '["2024-01", "2024-06"]' 'the months'
is "$(awk -F, '$1 == 1 && $2 ~ /^k/' members.csv | wc -l) $(head -n 1 members.csv)" '40 group,account,weight' 'its accounts'
one=$out
run env OMP_NUM_THREADS=1 "$shishu" pulse log.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 thread'
run "$shishu" pulse - "${by[@]}" --json <log.csv
is "$out" "$one" 'from standard input'
run "$shishu" --lang en pulse log.csv "${by[@]}"
like "$out" '^1 of 12 units .*v7 +2024-01 – 2024-06.*ritual of the whole village' 'in English, with what looks the same'
run "$shishu" --lang zh pulse log.csv "${by[@]}"
like "$out" '12 个单位.*v7 .*全村' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'
run "$shishu" --lang en pulse log.csv --account 账号 --time 时间 --unit 村
is "$rc" 0 'without actions each act is a log-in'

refused 2 'nothing named' 'pulse takes one file' -- pulse log.csv
refused 2 'no unit' 'pulse takes one file' -- pulse log.csv --account 账号 --time 时间
refused 2 'a column that is none' 'column x.*no such column' -- pulse log.csv --account x --time 时间 --unit 村
refused 3 'no such file' 'nowhere\.csv' -- pulse nowhere.csv "${by[@]}"
refused 3 'a zone that is none' 'Mars' -- pulse log.csv "${by[@]}" --zone Mars/Olympus
refused 4 'members that cannot be written' 'no/such/folder' -- pulse log.csv "${by[@]}" --members no/such/folder/m.csv
wrong() {   # name, rows, regex
    printf '时间,账号,村,动作\n2024-01-01,a,v,login\n%b' "$2" >wrong.csv
    refused 3 "$1" "wrong\\.csv, $3" -- pulse wrong.csv "${by[@]}"
}
wrong 'a bad time' 'soon,a,v,login\n' 'line 3, column 时间, "soon": this is not a time'
wrong 'no time' ',a,v,login\n' 'line 3, column 时间: the cell is empty'
quiet() {   # name, rows, reason
    printf '时间,账号,村,动作\n%b' "$2" >quiet.csv
    run "$shishu" pulse quiet.csv "${by[@]}" --json
    like "$rc $(json '[len([u for u in d["units"] if u["selected"]]), d["cannot_judge"]["en"]]')" "^0 \\[0, \"$3" "$1"
}
quiet 'no rows' '' 'The file covers fewer than four full months'
quiet 'one row' '2024-01-01,a,v,login\n' 'The file covers fewer than four full months'
quiet 'no accounts' '2024-01-01,,v,login\n2024-12-31,,,\n' 'The file covers fewer than four full months'
quiet 'all the same account' "$(for m in {1..9}; do echo "2024-0$m-01,a,v,login"; done)\n" 'Fewer than five units'
quiet 'three centuries' '2000-01-01,a,v,login\n2261-01-01,b,w,login\n' 'Fewer than five units'
done_testing
