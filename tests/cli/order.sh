#!/usr/bin/env bash
# shishu order: a list that signs in day after day among people who do not; both languages, forms of files, hostile input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
python3 - <<'END'
import random
r = random.Random(3)
rows = []
for d in range(1, 9):
    for k in range(30): rows.append((f"k{k}", f"2024-03-{d:02d}T09:{k * 10 // 60:02d}:{k * 10 % 60 + r.randint(0, 9):02d}", f"D{d}"))
    for k in range(40): rows.append((f"h{k}", f"2024-03-{d:02d}T09:{30 + r.randint(0, 14)}:{r.randint(0, 59):02d}", f"D{d}"))
r.shuffle(rows)
with open("log.csv", "w") as f: f.write("账号,时间,天\n" + "".join(",".join(x) + "\n" for x in rows))
END
by=(--account 账号 --time 时间 --by 天)
run "$shishu" order log.csv "${by[@]}" --members members.csv --json
is "$rc" 0 'a log'
is "$(json '[[g["accounts"], g["cells"], g["periods"], g["selected"], g["lis"] > 2 * g["expected"]] for g in d["groups"]]')" '[[30, 7, 8, true, true]]' 'the list, in all its days, and nobody else'
is "$(json 'all({"group", "periods", "accounts", "lis", "expected", "log10_p", "q"} <= set(g) for g in d["groups"])')" true 'the keys of the contract'
is "$(tail -n +2 members.csv | grep -c '^1,k')" 30 'its accounts'
one=$out
run env OMP_NUM_THREADS=1 "$shishu" order log.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 thread'
run "$shishu" order - "${by[@]}" --json <log.csv
is "$out" "$one" 'from standard input'
run "$shishu" --lang en order log.csv "${by[@]}"
like "$out" '^1 groups of accounts .*30 .*A roll that is called' 'in English, with what looks the same'
run "$shishu" --lang zh order log.csv "${by[@]}"
like "$out" '1 组账号.*30 .*点名' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'
sed 's/T\(..:..\):../T\1:00/' log.csv >minutes.csv
run "$shishu" order minutes.csv "${by[@]}" --json
is "$rc $(json 'len(d["groups"]) <= 1')" '0 true' 'times to the minute'

refused 2 'nothing named' 'order takes one file' -- order log.csv
refused 2 'a column that is none' 'column x.*no such column' -- order log.csv --account 账号 --time 时间 --by x
refused 3 'no such file' 'nowhere\.csv' -- order nowhere.csv "${by[@]}"
refused 4 'members that cannot be written' 'no/such/folder' -- order log.csv "${by[@]}" --members no/such/folder/m.csv
printf '账号,时间,天\na,2024-03-01T09:00:00,D1\nb,soon,D1\n' >wrong.csv
refused 3 'a bad time' 'wrong\.csv, line 3, column 时间, "soon": this is not a time' -- order wrong.csv "${by[@]}"
quiet() {   # name, rows
    printf '账号,时间,天\n%b' "$2" >quiet.csv
    run "$shishu" order quiet.csv "${by[@]}" --json
    like "$rc $(json '[d["groups"], d["cannot_judge"]["en"]]')" '^0 \[\[\], "No eight accounts' "$1"
}
quiet 'no rows' ''
quiet 'one row' 'a,2024-03-01,D1\n'
quiet 'no accounts' ',2024-03-01,D1\n,2024-03-02,\n'
quiet 'all the same account' "$(for i in {1..28}; do echo "a,2024-02-$i,D$i"; done)\n"
quiet 'all at the same time' "$(for i in {1..50}; do echo "a$i,2024-03-01,D$((i % 2))"; done)\n"
done_testing
