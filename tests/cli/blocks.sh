#!/usr/bin/env bash
# shishu blocks: a planted group by accounts and times, none among honest ones, the dense list with a known answer, both languages, JSON, members and
# scores, and bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
cat >make.py <<'PY'
import random
r = random.Random(7)
rows = []
for i in range(9000):
    d, h = r.randrange(20), 7 + r.randrange(14)
    rows.append((f"p{int(r.random() ** 2 * 900)}", f"文章{int(r.random() ** 2 * 300)}", d, h, r.randrange(60), f"v{r.randrange(4)}"))
honest = list(rows)
for k in range(16):
    for a in range(45):
        rows.append((f"q{a}", f"文章{17 * k}", k, 7 + k % 14, a, f"v{a % 4}"))
r.shuffle(rows)
for name, table in (("bought.csv", rows), ("honest.csv", honest)):
    with open(name, "w") as f:
        f.write("账号,对象,时间,村\n")
        for a, o, d, h, m, v in table:
            f.write(f"{a},{o},2024-06-{d + 1:02d} {h:02d}:{m:02d}:00,{v}\n")
PY
python3 make.py
by=(--by 对象,时间 --bin 时间=1h --account 账号)
run "$shishu" blocks bought.csv "${by[@]}" --members m.csv --json
is "$rc$err" 0 'a log with a group'
is "$(json '[d["rows"], d["left_out"], d["selected"], d["accounts"] > 800]')" '[9720, 0, 1, true]' 'one group is selected'
is "$(json '[[b["rank"], b["judged"], b["selected"], b["mass"] >= 720, b["sizes"]["账号"] >= 45, b["sizes"]["对象"], b["sizes"]["时间"], b["q"] <= 0.05, b["log10_p"] < -20, b["days"]] for b in d["blocks"] if b["judged"]]')" \
    '[[1, true, true, true, true, 16, 16, true, true, 16]]' 'with what it holds'
is "$(json 'all(b["log10_p"] is None and b["e"] is None and not b["judged"] for b in d["blocks"] if b["list"] == "dense")')" true 'dense blocks have no p'
is "$(json '[m["column"] for m in d["modes"]]')" '["账号", "对象", "时间"]' 'the modes'
is "$(grep -c '^1,1,账号,q' m.csv)" 45 'all 45 are members'
is "$(grep -c '^1,1,账号,p' m.csv)" 0 'and nobody else'
is "$(head -n 1 m.csv)" 'block,judged,column,value,weight' 'the header of members'
run env OMP_NUM_THREADS=1 "$shishu" blocks bought.csv "${by[@]}" --json
one=$out
run env OMP_NUM_THREADS=4 "$shishu" blocks bought.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 and 4 threads'
run "$shishu" --lang en blocks bought.csv "${by[@]}" --given 村
like "$out" '^[0-9]+ accounts took part 9[0-9]+ times in [0-9]+ cells\.'$'\n''1 groups take part .*Groups that act together again and again:.*lead for a check.*Densest blocks: a ranking, not judged' 'in English, given the village'
run "$shishu" --lang zh blocks bought.csv "${by[@]}"
like "$out" '个账号在 [0-9]+ 个格子中共出现 .*多次一起行动的群组：.*不是结论.*最密集的块：只是排序，不作判断' 'in Chinese'
unlike "$out" '购买|造假' 'without words that accuse'
run "$shishu" --lang en blocks - "${by[@]}" <bought.csv --top 0
like "$out" '1 groups take part' 'from standard input'
unlike "$out" 'Densest' '--top 0: no dense list'
run "$shishu" --lang en blocks honest.csv "${by[@]}" --top 0
is "$rc$(tail -n +2 <<<"$out")" '00 groups take part in the same cells far more often than their share (on average at most 5 % of them by chance).' 'honest: nothing'
gzip -k bought.csv
run "$shishu" blocks bought.csv.gz "${by[@]}" --json
is "$out" "$one" 'compressed: the same'

# ---- the dense list: 4 x 3 of mass 5 in a sea of ones ----
python3 - <<'PY'
with open("dense.csv", "w") as f:
    f.write("a,b,n\n")
    for i in range(40):
        f.write(f"x{i},y{i * 7 % 30},1\n")
    for i in range(4):
        for k in range(3):
            f.write(f"X{i},Y{k},5\n")
PY
for measure in arithmetic geometric suspiciousness camouflage; do
    run "$shishu" blocks dense.csv --by a,b --mass n --measure $measure --top 1 --members m.csv --scores s.csv --json
    is "$(json '[[b["mass"], b["sizes"]] for b in d["blocks"]]')" '[[60, {"a": 4, "b": 3}]]' "$measure: the planted block"
    is "$(sort m.csv | cut -d, -f3,4 | paste -sd' ')" 'a,X0 a,X1 a,X2 a,X3 b,Y0 b,Y1 b,Y2 column,value' "$measure: its members"
    is "$(awk -F, 'NR > 1 { n[$2 != ""]++ } END { print n[0], n[1] }' s.csv)" '40 12' "$measure: its rows"
done
is "$(json '[d["measure"], d["selected"], "en" in d["cannot_judge"]]')" '["camouflage", 0, true]' 'without accounts nothing is judged, and it says so'
run "$shishu" --lang zh blocks dense.csv --by a,b
like "$out" '没有指明账号列' 'also on the terminal'
run "$shishu" blocks dense.csv --by a,b --mass n --measure arithmetic --top 1 --json
is "$(json 'round(d["blocks"][0]["density"], 3)')" "$(json '17.143')" 'its density: 60 over the mean of 4 and 3'

# ---- small and odd files ----
for name in 'header only' 'one row' 'one account' 'blank cells'; do
    case $name in
    'header only') printf 'a,o,t\n' >odd.csv ;;
    'one row') printf 'a,o,t\n1,2,2024-06-01\n' >odd.csv ;;
    'one account') { echo a,o,t && for i in {1..300}; do echo "1,$((i % 7)),2024-06-$((i % 28 + 1))"; done; } >odd.csv ;;
    'blank cells') printf 'a,o,t\n,2,2024-06-01\n1,,2024-06-01\n1,2,\n1,2,2024-06-01\n' >odd.csv ;;
    esac
    run "$shishu" blocks odd.csv --by o,t --bin t=1h --account a --json
    is "$rc$(json 'd["selected"]')" 00 "$name: nothing selected"
done
is "$(json '[d["rows"], d["left_out"], d["acts"]]')" '[4, 3, 1]' 'rows with blank cells are counted and left out'
printf 'a,o\n1,NaN\n2,\xe4\xb8\xad\n' >odd.csv
run "$shishu" blocks odd.csv --by o --account a --json
is "$rc" 0 'codes may be any text'

refused 2 'nothing named' 'blocks takes one file' -- blocks bought.csv
refused 2 'two files' 'blocks takes one file' -- blocks bought.csv bought.csv --by 对象
refused 2 'a column that is none' 'no such column' -- blocks bought.csv --by 对象,时辰 --account 账号
refused 2 'an account that is none' 'no such column' -- blocks bought.csv --by 对象 --account 人
refused 2 'a column twice' '--by names a column twice' -- blocks bought.csv --by 对象,对象
refused 2 'an empty name' '--by has an empty name' -- blocks bought.csv --by 对象,,村
refused 2 'nine columns' '--by takes at most eight columns' -- blocks bought.csv --by a,b,c,d,e,f,g,h,i
refused 2 'only the account' 'names nothing but the account' -- blocks bought.csv --by 账号 --account 账号
for bin in 时间 时间= =1h 时间=h 时间=0h 时间=1x 时间=-1h 时间=99999999d; do refused 2 "bin $bin" '--bin takes a column' -- blocks bought.csv --by 对象 --bin "$bin"; done
refused 2 'a measure' '--measure is arithmetic' -- blocks dense.csv --by a,b --measure dense
refused 2 'camouflage of three' 'Camouflage takes two columns' -- blocks bought.csv --by 账号,对象,村 --measure camouflage
refused 3 'a zone' 'no such time zone' -- blocks bought.csv "${by[@]}" --zone Mars
for fdr in 0 1 2 x; do refused 2 "fdr $fdr" 'fdr|share such as' -- blocks bought.csv "${by[@]}" --fdr $fdr; done
printf 'a,o,t\n1,2,2024-06-01\n1,2,soon\n' >wrong.csv
refused 3 'no time' 'wrong\.csv, line 3, column t' -- blocks wrong.csv --by o,t --bin t=1h --account a
printf 'a,n\n1,2\n1,-2\n' >wrong.csv
refused 3 'a negative mass' 'wrong\.csv, line 3, column n' -- blocks wrong.csv --by a --mass n
printf 'a,n\n1,2\n1,99999999999\n' >wrong.csv
refused 3 'too much mass' 'wrong\.csv, line 3, column n.*mass is above' -- blocks wrong.csv --by a --mass n
: >empty.csv
refused 3 'an empty file' 'empty\.csv' -- blocks empty.csv --by a
refused 3 'no file' 'none\.csv' -- blocks none.csv --by a
refused 4 'members nowhere' 'nowhere' -- blocks dense.csv --by a,b --members nowhere/m.csv
done_testing
