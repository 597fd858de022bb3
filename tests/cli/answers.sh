#!/usr/bin/env bash
# shishu answers: copies that were planted and nobody else, wide and long files, keys, units, times; both languages, odd and hostile files.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
# 200 sheets of 30 questions; 40 is copied by 41 … 46, each with a change; 90 and 150 are a pair of their own.
python3 - <<'END'
import math, random
r = random.Random(12)
J, N, options = 30, 200, "ABCD"
key = [r.choice(options) for _ in range(J)]
sheets = []
for i in range(N):
    ability = r.gauss(0.3, 1)
    row = []
    for j in range(J):
        right = r.random() < 1 / (1 + math.exp(-ability - 1 + j / 10))
        row.append(key[j] if right else r.choice([o for o in options if o != key[j]]))
    sheets.append(row)
for c in range(41, 47):
    sheets[c] = list(sheets[40])
    sheets[c][c % J] = "D"
sheets[150] = list(sheets[90])
with open("wide.csv", "w") as out, open("long.csv", "w") as long:
    out.write("who,town," + ",".join(f"q{j + 1}" for j in range(J)) + "\n")
    long.write("who,question,choice,right,seconds\n")
    for i, row in enumerate(sheets):
        out.write(f"n{i},t{i % 4}," + ",".join(row) + "\n")
        for j, a in enumerate(row): long.write(f"n{i},q{j + 1},{a},{key[j]},{30 + (i * 7 + j * 13) % 50 - (25 if i == 7 else 0)}\n")
with open("key.csv", "w") as out:
    out.write("item,answer\n" + "".join(f"q{j + 1},{k}\n" for j, k in enumerate(key)))
END
items=$(seq -s, -f 'q%g' 1 30)
by=(--account who --items "$items")
long=(--account who --long item=question,answer=choice,key=right)
run "$shishu" answers wide.csv "${by[@]}" --key key.csv --members members.csv --json
cp "$T/.out" plain.json
is "$(json '[d["rows"], d["sheets"], d["items"], d["key"], [[g["accounts"], g["selected"]] for g in d["groups"] if g["selected"]]]')" \
    '[200, 200, 30, "given", [[7, true], [2, true]]]' 'the copies, the pair, and nobody else'
is "$(json 'sorted([p["a"], p["b"]] for p in d["pairs"] if p["selected"])[-1]')" '["n90", "n150"]' 'a pair by itself'
is "$(json '[p["matches"] for p in d["pairs"] if p["a"] == "n90" and p["b"] == "n150"]')" '[30]' 'with all answers equal'
is "$(json 'all(p["wrong_matches"] <= p["both_wrong"] and p["expected"] < 30 for p in d["pairs"])')" true 'numbers of pairs'
is "$(json 'sorted(d["pairs"][0])')" '["a", "b", "both_wrong", "expected", "log10_e", "log10_p", "log10_wrong_p", "matches", "q", "selected", "wrong_matches"]' \
    'the keys of a pair'
is "$(tail -n +2 members.csv | cut -d, -f2 | tr '\n' ' ')" 'n40 n41 n42 n43 n44 n45 n46 n90 n150 ' 'members are written out'
run "$shishu" answers long.csv "${long[@]}" --json
is "$(json '[(p["a"], p["b"], round(p["log10_p"], 9)) for p in d["pairs"]]')" "$(python3 -c '
import json
print(json.dumps([(p["a"], p["b"], round(p["log10_p"], 9)) for p in json.load(open("plain.json"))["pairs"]]))')" 'a long file with the key in a column: the same'
run "$shishu" answers long.csv --account who --long item=question,answer=choice,seconds=seconds --json
is "$(json '[d["key"], d["fast_on_hard_items"][0]["account"], len(d["fast_on_hard_items"])]')" '["commonest", "n7", 200]' \
    'without a key; who was fast on hard items, as a ranking'
run env OMP_NUM_THREADS=1 "$shishu" answers wide.csv "${by[@]}" --key key.csv --json
is "$(cmp plain.json "$T/.out" && echo same)" same 'the same bytes with one thread'
run "$shishu" answers wide.csv "${by[@]}" --key key.csv --unit town --json
is "$(json '[[g["units"], g["in_circulation"], g["selected"]] for g in d["groups"] if g["accounts"] == 7]')" '[[4, true, false]]' \
    'a sheet in four towns is in circulation: listed apart'
run "$shishu" --lang zh answers wide.csv "${by[@]}" --key key.csv
like "$out" '200 份答卷.*对答卷.*n90 +n150.*疑点.*代操作' 'in Chinese'
unlike "$out" '购买|造假' 'nobody is accused'
run "$shishu" --lang en answers - "${by[@]}" <wide.csv
like "$out" '200 sheets, 30 items.*Without --key.*lead, not a verdict' 'in English, from standard input'
run "$shishu" answers wide.csv --account who --items q1,q2 --items q3 --json
is "$rc$(json 'd["items"]')" '03' 'items given again'

{ echo who,q1,q2,q3,q4; for i in $(seq 300); do echo "n$i,A,B,C,D"; done; } >perfect.csv
run "$shishu" answers perfect.csv --account who --items q1,q2,q3,q4 --json
is "$rc$(json '[d["groups"], d["pairs"], "cannot_judge" in d]')" '0[[], [], true]' 'perfect papers that are all alike are no sign'
printf 'item,answer\nq1,B\nq2,C\nq3,D\nq4,A\n' >other.csv
run "$shishu" answers perfect.csv --account who --items q1,q2,q3,q4 --key other.csv --json
is "$rc$(json '[d["groups"], d["pairs"]]')" '0[[], []]' 'and the same wrong answers of all are none either'
printf 'who,q1,q2\n' >empty.csv
run "$shishu" answers empty.csv --account who --items q1,q2 --json
is "$rc$(json '[d["sheets"], d["groups"], "cannot_judge" in d]')" '0[0, [], true]' 'no row'
printf 'who,q1,q2\na,A,\na,B,B\n' >one.csv
run "$shishu" answers one.csv --account who --items q1,q2 --json
is "$rc$(json '[d["sheets"], d["repeated"], "cannot_judge" in d]')" '0[1, 1, true]' 'one account, twice: the first sheet counts'
run "$shishu" --lang zh answers one.csv --account who --items q1,q2
like "$out" '无法判断' 'said in Chinese'
python3 - <<'END'
with open("odd.csv", "w") as out:
    out.write("who,question,choice\n")
    for i in range(400):
        for j in range(12): out.write(f"n{i},{'很长的题' * 9}{j},{'自由回答' * 40}{i}-{j}\n")
END
run "$shishu" answers odd.csv --account who --long item=question,answer=choice --json
is "$rc$(json '[d["sheets"], d["pairs"], d["groups"]]')" '0[400, [], []]' 'free answers, all different'

refused 2 'nothing named' 'answers takes one file' -- answers wide.csv
refused 2 'both ways' 'answers takes one file' -- answers wide.csv "${by[@]}" --long item=a,answer=b
refused 2 'half of the long way' 'answers takes one file' -- answers long.csv --account who --long item=question
refused 2 'an unknown part' 'answers takes one file' -- answers long.csv --account who --long item=question,answer=choice,colour=red
refused 2 'a column that is none' 'column q31.*no such column' -- answers wide.csv --account who --items q31
refused 2 'a rate of nought' 'false discovery rate' -- answers wide.csv "${by[@]}" --fdr 0
refused 3 'a key without its file' 'none\.csv' -- answers wide.csv "${by[@]}" --key none.csv
printf 'item,answer\nz,A\n' >key2.csv
refused 3 'a key of something else' 'key2\.csv.*none of its items' -- answers wide.csv "${by[@]}" --key key2.csv
printf 'item,answer\nq1,A\nq1,B\n' >key3.csv
refused 3 'two right answers' 'key3\.csv, line 3, column item.*two right answers' -- answers wide.csv "${by[@]}" --key key3.csv
sed '5s/,[A-D],\([0-9]*\)$/,E,\1/' long.csv >two.csv
refused 3 'two right answers in a column' 'two\.csv, line [0-9]+, column right.*two right answers' -- answers two.csv "${long[@]}"
sed '7s/,[0-9]*$/,soon/' long.csv >time.csv
refused 3 'a time that is none' 'time\.csv, line 7, column seconds' -- answers time.csv --account who --long item=question,answer=choice,seconds=seconds
refused 4 'a folder that is none' 'no/members\.csv' -- answers wide.csv "${by[@]}" --members no/members.csv
done_testing
