#!/usr/bin/env bash
# shishu bursts: a lump in one village among a deadline of all, an evening of help listed apart; without units; coarse times; bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
# 20 villages, 40 days, ten registrations a day in all; on the last day all register, 20 each; village 7 has 80 in an hour of day 10; in village 3
# somebody helps 40 people on the evening of day 20, a little over three minutes each.
python3 - >people.csv <<'END'
import datetime
start = datetime.datetime(2024, 5, 1)
rows = []
def act(village, day, second):
    rows.append((start + datetime.timedelta(days=day, seconds=second), village))
for day in range(40):
    for k in range(10):
        act((day * 7 + k * 3) % 20, day, 8 * 3600 + (day * 7919 + k * 4099 + k * k * 613) % 43200)
for v in range(20):
    for k in range(20):
        act(v, 39, 9 * 3600 + (v * 1777 + k * 1511) % 36000)
for k in range(80):
    act(7, 10, 14 * 3600 + k * 45 % 3600)
for k in range(40):
    act(3, 20, 18 * 3600 + k * 190 + k * k % 40)
rows.sort()
print("账号,注册时间,村")
for i, (t, v) in enumerate(rows):
    print(f"u{i},{t:%Y-%m-%d %H:%M:%S},村{v}")
END
by=(--time 注册时间 --unit 村)
run "$shishu" bursts people.csv "${by[@]}" --account 账号 --json --members members.csv
is "$(json '[d["rows"], d["arrivals"], d["units"], d["searched"], d["selected"], d["resolution_seconds"]]')" '[920, 920, 20, 276880, 1, 1]' 'rows, units, windows, leads'
is "$(json '[[b["unit"], b["count"], b["from"], b["to"], b["selected"], b["explained"]] for b in d["bursts"] if b["selected"]]')" \
    '[["村7", 80, "2024-05-11T14:00:00+08:00", "2024-05-11T15:00:00+08:00", true, false]]' 'the lump, and no deadline of all'
is "$(json 'all(b["log10_p"] < -1 and 0 < b["q"] < 0.01 and b["expected"] < 5 and b["e"] > 100 and b["accounts"] == 80 for b in d["bursts"] if b["selected"])')" true \
    'with p, q, e, what was expected, and its accounts'
is "$(json '[[b["unit"], b["explained"], b["selected"], b["short_gaps"], 180 < b["median_gap_seconds"] < 220] for b in d["bursts"] if b["unit"] == "村3"]')" \
    '[["村3", true, false, 0, true]]' 'the evening of help is explained'
is "$(json '{b["unit"] for b in d["bursts"]} == {"村3", "村7"}')" true 'nothing else'
is "$(head -n 1 members.csv; grep -c '^1,' members.csv)" $'group,account,weight\n80' 'members'
run "$shishu" --lang en bursts people.csv "${by[@]}"
golden bursts.en
like "$out" 'Leads: 1 lumps.*A lead says where to look.*Explained, not counted as suspected \(1\)' 'in words'
run "$shishu" --lang zh bursts people.csv "${by[@]}"
golden bursts.zh
like "$out" '疑点：1 处.*疑点只说明.*可以解释、不计入疑似数（1 处）' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'
run env OMP_NUM_THREADS=1 "$shishu" bursts people.csv "${by[@]}" --json
one=$out
run env OMP_NUM_THREADS=3 "$shishu" bursts people.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 and 3 threads'
run "$shishu" bursts - "${by[@]}" --json <people.csv
is "$(json 'd["selected"]')" 1 'from standard input'
gzip -k people.csv
run "$shishu" bursts people.csv.gz "${by[@]}" --json --zone UTC
is "$(json '[b["from"] for b in d["bursts"] if b["selected"]]')" '["2024-05-11T14:00:00+00:00"]' 'gzip; another zone'

# ---- what cannot be told ----
run "$shishu" bursts people.csv --time 注册时间 --json
is "$(json '[d["caution"]["zh"], d["units"]]')" '["没有其他单位可比，各单位共同的高峰（如截止期限）看上去也像集中到达。", 1]' 'without units: said'
run "$shishu" --lang en bursts people.csv --time 注册时间
like "$out" 'a rush that all share, such as a deadline, looks like a lump' 'in words'
sed 's/ [0-9:]*,村/,村/' people.csv >days.csv
run "$shishu" bursts days.csv "${by[@]}" --json
is "$(json '[d["resolution_seconds"], d["searched"], [b["count"] for b in d["bursts"] if b["unit"] == "村7"]]')" \
    '[86400, 800, [80]]' 'times of a day: windows of a day only'
head -n 1 people.csv >empty.csv
run "$shishu" bursts empty.csv "${by[@]}" --json
is "$rc$(json '[d["cannot_judge"]["en"], d["bursts"]]')" '0["There is no arrival with a time and a unit.", []]' 'no rows'
run "$shishu" --lang zh bursts empty.csv "${by[@]}"
is "$rc$out" '0没有同时具有时间和单位的到达记录。' 'no rows, in words'
head -n 2 people.csv >row.csv
run "$shishu" bursts row.csv "${by[@]}" --json
is "$rc$(json '[d["arrivals"], d["bursts"]]')" '0[1, []]' 'one row'
sed '2,$s/,[^,]*,村/,2024-05-01 10:00:00,村/' people.csv >once.csv
run "$shishu" bursts once.csv "${by[@]}" --json
is "$rc$(json 'd["selected"]')" 00 'all at one moment in all villages: that is no lump of one'
awk -F, -v OFS=, 'NR > 1 && NR % 9 == 0 { $2 = "" } NR > 1 && NR % 9 == 1 { $3 = "" } 1' people.csv >gaps.csv
run "$shishu" bursts gaps.csv "${by[@]}" --json
is "$rc$(json '[d["rows"] - d["arrivals"] > 190, d["selected"]]')" '0[true, 1]' 'blank cells are passed over'
sed '2,$s/^[^,]*/all/' people.csv >same.csv
run "$shishu" bursts same.csv "${by[@]}" --account 账号 --json
is "$rc$(json '[b["accounts"] for b in d["bursts"] if b["selected"]]')" '0[1]' 'all of the same account: counted as one'

refused 2 'nothing named' 'bursts takes one file' -- bursts people.csv
refused 2 'members without accounts' '--members needs --account' -- bursts people.csv "${by[@]}" --members m.csv
refused 2 'a column that is none' 'no such column' -- bursts people.csv --time 时刻
for p in 0 1 nan 2; do refused 2 "fdr $p" 'fdr|share such as|between|alpha|level' -- bursts people.csv "${by[@]}" --fdr $p; done
refused 3 'a zone that is none' 'there is no such time zone' -- bursts people.csv "${by[@]}" --zone Mars/Olympus
printf '注册时间,村\n2024-01-01,a\nsoon,b\n' >bad.csv
refused 3 'a time that is none' 'bad\.csv, line 3, column 注册时间, "soon"' -- bursts bad.csv "${by[@]}"
printf '注册时间,村\n1971-01-01,a\n2299-01-01,b\n' >far.csv
refused 3 'more than a hundred years' 'far\.csv: the times span more than 100 years.*Take out' -- bursts far.csv "${by[@]}"
refused 3 'no such file' 'nowhere' -- bursts nowhere.csv "${by[@]}"
refused 4 'members cannot be written' 'no/such' -- bursts people.csv "${by[@]}" --account 账号 --members no/such/file.csv
done_testing
