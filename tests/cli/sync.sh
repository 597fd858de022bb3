#!/usr/bin/env bash
# shishu sync: a planted team among honest accounts, plain counts, every format, both languages, logs that cannot be judged, bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
# 30 accounts of a team act within 40 s on each of 10 articles; 60 others read them at any hour of the day they came.
python3 - <<'END_PY'
import random
random.seed(11)
rows = []
for o in range(10):
    start = 30000 + random.randrange(30000)
    for x in range(30):
        rows.append((f"t{x:02d}", f"art{o}", o, start + random.randrange(40)))
    for x in range(60):
        rows.append((f"h{x:02d}", f"art{o}", o, random.randrange(86400)))
random.shuffle(rows)
with open("log.csv", "w") as f:
    f.write("账号,文章,时间\n")
    for a, o, d, s in rows:
        f.write(f"{a},{o},2024-06-{d + 1:02d} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}\n")
END_PY
by=(--account 账号 --object 文章 --time 时间)
run "$shishu" sync log.csv "${by[@]}" --members members.csv --pairs pairs.csv --json
is "$rc" 0 'a log is read'
is "$(json '[d["rows"], d["acts"], d["accounts"], d["selected"], len(d["groups"])]')" '[900, 900, 90, 1, 1]' 'how much there is, and one group'
is "$(json '[[g["group"], g["accounts"], g["objects"], g["selected"]] for g in d["groups"]]')" '[[1, 30, 10, true]]' 'the team on its ten articles'
is "$(json 'd["groups"][0]["e"] > 1000 and d["groups"][0]["q"] < 0.001 and abs(d["groups"][0]["log10_p"] + d["groups"][0]["log10_e"]) < 1e-9')" true 'with its evidence'
like "$(json 'd["groups"][0]["first_seen"]')" '2024-06-01T.*\+08:00' 'first seen on the first day, in the zone'
like "$(json 'd["groups"][0]["last_seen"]')" '2024-06-10T.*\+08:00' 'last seen on the last'
is "$(json '[[s["window_seconds"], s["reach_seconds"], s["judged"]] for s in d["scales"]]')" '[[60, 1800, true], [300, 7200, true]]' 'the windows are told'
is "$(head -n 1 members.csv)$(wc -l <members.csv)" 'group,account,weight31' 'members are written'
is "$(tail -n +2 members.csv | cut -d, -f2 | grep -vc '^t')" 0 'the members are the team'
is "$(head -n 1 pairs.csv)" 'account_a,account_b,window_seconds,trials,hits,expected,log10_p,log10_e,q' 'pairs are written'
is "$(tail -n +2 pairs.csv | awk -F, '{ n += $1 !~ /^t/ || $2 !~ /^t/ } END { print n <= NR / 20 }')" 1 'but for a twentieth, the pairs are of the team'
is "$(tail -n +2 pairs.csv | wc -l)" "$(json 'd["pairs"]')" 'as many as are told'
all=$out
run env OMP_NUM_THREADS=1 "$shishu" sync log.csv "${by[@]}" --json
one=$out
is "$one" "$all" 'the same bytes with one thread'
run "$shishu" --lang zh sync log.csv "${by[@]}"
like "$out" '90 个账号对各对象的首次操作共 900 次；时间精确到 1 秒' 'in Chinese'
like "$out" '发现 1 个.*群组' 'the group in Chinese'
like "$out" '疑点，不是结论' 'a lead, not a verdict'
unlike "$out" '购买|造假' 'no accusing words'
run "$shishu" --lang en sync log.csv "${by[@]}" --window 5m
like "$out" 'Same moment: at most 5 min apart, of acts at most 2 h apart' 'one window'
like "$out" '1 groups of accounts act together' 'in English'
like "$out" 'a lead to look into, not a verdict' 'a lead in English'
run "$shishu" sync log.csv "${by[@]}" --window 90 --fdr 5% --json
is "$(json '[d["fdr"], d["fdr_of_pairs"], d["scales"][0]["window_seconds"], d["scales"][0]["reach_seconds"]]')" '[0.05, 0.05, 90, 2700]' 'another window and rate'

# ---- counts ----
printf 'a,o,t\nx,1,2024-01-01 08:00:00\ny,1,2024-01-01 08:01:00\nz,1,2024-01-01 08:01:01\nx,2,2024-01-02 08:00:30\ny,2,2024-01-02 08:00:00\nz,2,2024-01-03 08:00:00\n' >few.csv
c=(--account a --object o --time t --method count)
run "$shishu" sync few.csv "${c[@]}" --min-objects 1 --pairs out.csv --json
is "$(json '[d["pairs"], d["met"], d["accounts"], d["window_seconds"]]')" '[2, 2, 3, 60]' 'counts: who met within the minute'
is "$(tail -n +2 out.csv | tr '\n' ' ')" 'x,y,2,2,2,2 y,z,1,1,1,1 ' 'how often; a minute is within a minute, a second more is not'
run "$shishu" --lang zh sync few.csv "${c[@]}" --min-objects 2 --window 61s
like "$out" '至少相遇 2 次的账号有 1 对' 'counts in Chinese'
run "$shishu" --lang en sync few.csv "${c[@]}" --min-objects 2
like "$out" '1 pairs of accounts met within the window at least 2 times' 'counts in English'

# ---- formats ----
run "$shishu" sync - "${by[@]}" --json <log.csv
is "$out" "$all" 'from standard input'
sed 's/,/\t/g' log.csv >log.tsv
run "$shishu" sync log.tsv "${by[@]}" --json
is "$out" "$all" 'TSV'
gzip -k log.csv
run "$shishu" sync log.csv.gz "${by[@]}" --json
is "$out" "$all" 'gzip'
tail -n +2 log.csv | awk -F, '{ printf "{\"账号\":\"%s\",\"文章\":\"%s\",\"时间\":\"%s\"}\n", $1, $2, $3 }' >log.jsonl
run "$shishu" sync log.jsonl "${by[@]}" --json
is "$out" "$all" 'JSON lines'
if [ -x "$root/build/bench/duck_sql" ]; then
    "$root/build/bench/duck_sql" 1 1GB "copy (select 账号, 文章, 时间::timestamp as 时间 from read_csv('log.csv')) to 'log.parquet'"
    run "$shishu" sync log.parquet "${by[@]}" --json
    is "$out" "$all" 'Parquet with times as such'
else
    skip 'Parquet with times as such' 'no build/bench/duck_sql'
fi
awk -F, 'NR == 1 { print "账号,时间,前,后"; next } { print $1 "," $3 "," substr($2, 1, 3) "," substr($2, 4) }' log.csv >two.csv
run "$shishu" sync two.csv --account 账号 --object 前,后 --time 时间 --json
is "$(json '[[g["accounts"], g["objects"]] for g in d["groups"]]')" '[[30, 10]]' 'an object of two columns'

# ---- what cannot be judged, or is nothing ----
cannot() {   # name, file, regex
    run "$shishu" --lang en sync "$2" "${by[@]}"
    is "$rc" 0 "$1: no error"
    like "$out" "$3" "$1"
    run "$shishu" sync "$2" "${by[@]}" --json
    is "$(json '[len(d["groups"]), sorted(d["cannot_judge"])]')" '[0, ["en", "zh"]]' "$1, in JSON"
}
sed 's/ [0-9:]*$/ 00:00:00/' log.csv >days.csv
cannot 'days only' days.csv 'exact to 24 h.*The times are too coarse'
head -n 2 log.csv >single.csv
cannot 'one row' single.csv 'No two accounts met on three objects'
head -n 1 log.csv >header.csv
cannot 'no row' header.csv 'No row holds an account, an object and a time'
sed '2,$s/^[th][0-9]*/x/' log.csv >same.csv
cannot 'all the same account' same.csv 'No two accounts met'
sed '2,$s/^[th][0-9]*//' log.csv >blank.csv
cannot 'no account at all' blank.csv 'No row holds an account'
awk -F, 'NR == 1 || /^h/' log.csv >honest.csv
run "$shishu" --lang en sync honest.csv "${by[@]}"
like "$out" 'No group of accounts acts together beyond that' 'honest accounts: no group'
# a meeting: 20 people within five minutes, once a week, four times
python3 - <<'END_PY'
import random
random.seed(5)
with open("meet.csv", "w") as f:
    f.write("账号,文章,时间\n")
    def row(a, o, d, s): f.write(f"{a},{o},2024-06-{d + 1:02d} {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}\n")
    for o in range(28):
        for x in range(300):
            if random.random() < 0.4: row(f"p{x}", f"art{o}", o, 25200 + int(random.triangular(0, 57600, 3600)))
    for week in range(4):
        for x in range(20): row(f"p{x}", f"meet{week}", 7 * week + 2, 32400 + random.randrange(300))
END_PY
run "$shishu" sync meet.csv "${by[@]}" --json
is "$(json 'd["selected"]')" 0 'four weekly meetings are no group'

# ---- wrong usage, bad input ----
refused 2 'nothing named' 'sync takes one file' -- sync log.csv
refused 2 'no file' 'sync takes one file' -- sync "${by[@]}"
refused 2 'a column that is none' 'column x, "账号, 文章, 时间".*no such column' -- sync log.csv --account x --object 文章 --time 时间
refused 2 'a method that is none' '"guess": there is no such method' -- sync log.csv "${by[@]}" --method guess
for w in 0 -1 x 1d 61m 99999999999999999999s ''; do refused 2 "window \"$w\"" 'window' -- sync log.csv "${by[@]}" --window "$w"; done
for p in 0 1 nan; do refused 2 "rate $p" 'fdr|share such as' -- sync log.csv "${by[@]}" --fdr "$p"; done
refused 2 'one object' 'min-objects' -- sync log.csv "${by[@]}" --min-objects 1
refused 2 'members of counts' 'forms no groups' -- sync log.csv "${by[@]}" --method count --members x.csv
refused 2 'too many columns' 'at most four columns' -- sync log.csv --account 账号 --object 文章,文章,文章,文章,文章 --time 时间
refused 3 'no zone' 'zone' -- sync log.csv "${by[@]}" --zone Mars/Base
refused 3 'no such file' 'gone.csv' -- sync gone.csv "${by[@]}"
: >empty.csv
refused 3 'an empty file' 'empty.csv.*empty' -- sync empty.csv "${by[@]}"
for t in soon NaN 1e300 2024-13-01 1969-01-01; do
    { head -n 3 log.csv; echo "x,art1,$t"; } >bad.csv
    refused 3 "the time $t" 'bad.csv, line 4, column 时间' -- sync bad.csv "${by[@]}"
done
refused 4 'a folder that is not there' 'none/there' -- sync log.csv "${by[@]}" --pairs none/there/x.csv
done_testing
