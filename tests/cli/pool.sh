#!/usr/bin/env bash
# shishu pool: a pool of accounts on twelve orders among readers; both languages, forms of files, hostile input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
python3 - <<'END'
import random
r = random.Random(4)
rows = []
def act(a, o, u, day, hour): rows.append((a, o, u, f"2024-0{1 + day // 28}-{1 + day % 28:02d} {hour:02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}"))
for k in range(6000):
    reads = min(0.9, r.lognormvariate(-3.9, 1)) / 2
    for d in range(40):
        for o in range(10):
            if r.random() < reads: act(f"h{k}", f"n{d}-{o}", f"v{k % 60}", d, r.randint(18, 22))
for order in range(12):
    for k in range(1500):
        if r.random() < 0.1: act(f"p{k}", f"n{3 * order}-0", f"v{k % 60}", 3 * order, r.randint(19, 20))
r.shuffle(rows)
with open("log.csv", "w") as f: f.write("账号,对象,村,时间\n" + "".join(",".join(x) + "\n" for x in rows))
END
by=(--account 账号 --object 对象 --time 时间 --unit 村)
run "$shishu" pool log.csv "${by[@]}" --members members.csv --json
is "$rc" 0 'a log'
is "$(json '[len(d["groups"]) > 0, d["groups"][0]["cells"] >= 5, d["groups"][0]["explained"], d["groups"][0]["judged"], d["groups"][0]["no_other_life"] > 0.9]')" '[true, true, false, false, true]' 'the pool, listed and not judged'
is "$(json 'all({"group", "accounts", "cells", "e"} <= set(g) for g in d["groups"])')" true 'the keys of the contract'
is "$(awk -F, '$1 == 1 { n++; p += $2 ~ /^p/ } END { print (n > 150), (p / n > 0.9) }' members.csv)" '1 1' 'its accounts'
one=$out
run env OMP_NUM_THREADS=1 "$shishu" pool log.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 thread'
run "$shishu" pool - "${by[@]}" --json <log.csv
is "$out" "$one" 'from standard input'
run "$shishu" --lang en pool log.csv "${by[@]}"
like "$out" 'Listed, not judged\..*answer the same reminders' 'in English, with what looks the same'
run "$shishu" --lang zh pool log.csv "${by[@]}"
like "$out" '仅列出，不作判断.*提醒' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'
grep -v ',v1,\|,v[2-9],\|,v[1-9][0-9],' log.csv >one.csv
run "$shishu" pool one.csv "${by[@]}" --json
like "$(json 'd["cannot_judge"]["en"]')" '^Fewer than five units' 'one unit: nothing can be listed'

refused 2 'nothing named' 'pool takes one file' -- pool log.csv
refused 2 'a column that is none' 'column x.*no such column' -- pool log.csv --account x --object 对象 --time 时间 --unit 村
refused 3 'no such file' 'nowhere\.csv' -- pool nowhere.csv "${by[@]}"
refused 4 'members that cannot be written' 'no/such/folder' -- pool log.csv "${by[@]}" --members no/such/folder/m.csv
printf '账号,对象,村,时间\na,o,v,2024-03-01\nb,o,v,soon\n' >wrong.csv
refused 3 'a bad time' 'wrong\.csv, line 3, column 时间, "soon": this is not a time' -- pool wrong.csv "${by[@]}"
quiet() {   # name, rows
    printf '账号,对象,村,时间\n%b' "$2" >quiet.csv
    run "$shishu" pool quiet.csv "${by[@]}" --json
    like "$rc $(json '[d["groups"], d["cannot_judge"]["en"]]')" '^0 \[\[\], "(Fewer than five units|There are no two objects)' "$1"
}
quiet 'no rows' ''
quiet 'one row' 'a,o,v,2024-03-01\n'
quiet 'no accounts' ',o,v,2024-03-01\n,,,2024-03-02\n'
quiet 'all the same account' "$(for i in {1..28}; do echo "a,o$i,v$((i % 6)),2024-02-$i"; done)\n"
quiet 'everybody on one object' "$(for i in {1..200}; do echo "a$i,o,v$((i % 6)),2024-02-01"; done)\n"
done_testing
