#!/usr/bin/env bash
# shishu shared: a seller's devices over many villages, a helper's in one, families that stay silent; what cannot be judged; bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
# 40 families of three on a device each, in ten villages, 60 days; 5 devices with 20 accounts of five villages each, three days; a helper's device
# with 12 accounts of one village on ten days, and nobody of these is seen elsewhere. Every tenth person of a family has a second phone.
python3 - >log.csv <<'END'
import datetime
start = datetime.datetime(2024, 3, 1)
rows = []
def act(who, device, ip, village, day, minute):
    rows.append((start + datetime.timedelta(days=day, minutes=minute), who, device, ip, village))
for h in range(40):
    for m in range(3):
        for day in range(0, 60, 2):
            act(f"家{h}-{m}", f"d{h}", f"10.0.{h % 10}.1", f"村{h % 10}", day, 420 + (h * 37 + m * 211 + day * 53) % 840)
        if (h * 3 + m) % 10 == 0:
            act(f"家{h}-{m}", f"own{h}-{m}", f"10.1.{h}.{m}", f"村{h % 10}", 31, 600)
for d in range(5):
    for day in (20, 22, 24):
        for i in range(20):
            act(f"f{d}-{i}", f"farm{d}", "203.0.113.9", f"村{i % 5}", day, 540 + d + 2 * i)
for day in range(5, 55, 5):
    for i in range(12):
        act(f"h{i}", "helper", "10.0.3.1", "村3", day, 600 + 3 * i)
rows.sort()
print("时间,账号,设备,ip,村")
for t, who, device, ip, village in rows:
    print(f"{t:%Y-%m-%d %H:%M:%S},{who},{device},{ip},{village}")
END
by=(--account 账号 --via 设备 --time 时间 --unit 村)
run "$shishu" shared log.csv "${by[@]}" --json --members members.csv
is "$(json '[d["rows"], d["accounts"], d["selected"], d["via"][0]["three_or_more"], d["via"][0]["passing"], d["via"][0]["address"]]')" \
    '[4032, 232, 5, 46, 6, false]' 'rows, accounts, leads, values'
is "$(json '[[g["kind"], g["accounts"], g["values"], g["selected"], g["seen_on"][0]["value"][:4], g["seen_on"][0]["units"]] for g in d["groups"]]')" \
    '[["across_units", 20, 1, true, "farm", 5], ["across_units", 20, 1, true, "farm", 5], ["across_units", 20, 1, true, "farm", 5], ["across_units", 20, 1, true, "farm", 5], ["across_units", 20, 1, true, "farm", 5], ["operated_for_others", 12, 1, false, "help", 1]]' \
    'the five devices of the seller are leads, the helper is listed apart'
is "$(json '[d["groups"][0]["first_seen"], d["groups"][5]["e"], d["groups"][5]["log10_p"], d["groups"][0]["seen_on"][0]["away"], d["groups"][0]["seen_on"][0]["sweep_days"]]')" \
    '["2024-03-21T09:00:00+08:00", 0, 0, 16, 3]' 'when it was seen, in the zone; what is not judged has no p'
is "$(json '0 < d["groups"][0]["q"] < 0.05 and d["groups"][0]["log10_p"] < -3 and "cannot_judge" not in d')" true 'with p and q'
is "$(head -n 1 members.csv; tail -n +2 members.csv | cut -d, -f1 | sort | uniq -c | awk '{ printf "%s:%s ", $2, $1 }')" \
    $'group,account,weight\n1:20 2:20 3:20 4:20 5:20 6:12 ' 'members of each group'
is "$(tail -n 1 members.csv)" '6,h11,1' 'as they stand in the file'
run "$shishu" --lang en shared log.csv "${by[@]}"
golden shared.en
like "$out" 'Leads: 5 groups.*A lead says where to look.*Operated for others, as it looks \(1; not a lead' 'in words'
run "$shishu" --lang zh shared log.csv "${by[@]}"
golden shared.zh
like "$out" '疑点：5 组.*疑点只说明.*疑似代操作（1 组' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'
run env OMP_NUM_THREADS=1 "$shishu" shared log.csv "${by[@]}" --json
one=$out
run env OMP_NUM_THREADS=3 "$shishu" shared log.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 and 3 threads'
{ head -n 1 log.csv; tail -n +2 log.csv | tac; } >back.csv
run "$shishu" shared back.csv "${by[@]}" --json
is "$(json '[g["accounts"] for g in d["groups"]]')" '[20, 20, 20, 20, 20, 12]' 'in any order of the rows'
run "$shishu" shared - "${by[@]}" --json <log.csv
is "$(json 'd["selected"]')" 5 'from standard input'
gzip -k log.csv
run "$shishu" shared log.csv.gz --account 账号 --via 设备,ip --time 时间 --unit 村 --json
is "$(json '[[[v["column"], v["address"]] for v in d["via"]], d["selected"], d["groups"][-1]["group"] == len(d["groups"])]')" \
    '[[["设备", false], ["ip", true]], 6, true]' 'two columns, one an address by its name, gzip: the address of the seller too'
run "$shishu" shared log.csv --account 账号 --via 设备 --address 设备 --time 时间 --unit 村 --json
is "$(json '[d["via"][0]["address"], d["selected"]]')" '[true, 5]' 'or named as one'
sed '2,$s/^/a,/; 1s/^/app,/' log.csv >two.csv
sed '2,$s/^/b,/; 1d' log.csv >>two.csv
run "$shishu" shared two.csv "${by[@]}" --app app --json --members two_members.csv
is "$(json '[d["accounts"], len(d["groups"]), sorted({g["app"] for g in d["groups"]}), d["groups"][0]["accounts"]]')" '[464, 12, ["a", "b"], 20]' \
    'each app by itself; one name in two apps is two accounts'
is "$(wc -l <two_members.csv)" 225 'and all of them are written'

# ---- what cannot be judged ----
run "$shishu" shared log.csv --account 账号 --via 设备 --time 时间 --json
is "$(json '[d["cannot_judge"]["zh"], d["selected"], {g["kind"] for g in d["groups"]} == {"fact"}, len(d["groups"])]')" \
    '["没有单位，无法判断账号来自多地还是一地。", 0, true, 6]' 'without units: said, and listed as facts'
run "$shishu" --lang en shared log.csv --account 账号 --via 设备 --unit 村
like "$out" 'Without times it cannot be told.*Listed, not judged \(6\)' 'without times'
run "$shishu" shared log.csv --account 账号 --via 设备 --unit 村 --json
is "$(json '[d["groups"][0]["first_seen"], "switches" in d["groups"][0]["seen_on"][0]]')" '[null, false]' 'and no time is made up'
grep -v own log.csv >register.csv
run "$shishu" --lang en shared register.csv "${by[@]}"
like "$out" 'No account is seen on two of these' 'where no account is on two devices'

# ---- little, much, odd ----
head -n 1 log.csv >empty.csv
run "$shishu" shared empty.csv "${by[@]}" --json
is "$rc$(json '[d["rows"], d["groups"]]')" '0[0, []]' 'no rows'
head -n 2 log.csv >row.csv
run "$shishu" --lang en shared row.csv "${by[@]}"
like "$rc$out" '^0设备: 1 values; 0 are used by two' 'one row'
sed '2,$s/^\([^,]*\),[^,]*/\1,all/' log.csv >same.csv
run "$shishu" shared same.csv "${by[@]}" --json
is "$rc$(json '[d["accounts"], d["groups"]]')" '0[1, []]' 'all the same account'
sed '2,$s/^\([^,]*,[^,]*\),[^,]*/\1,one/' log.csv >hot.csv
run "$shishu" shared hot.csv "${by[@]}" --json
is "$rc$(json '[d["via"][0]["values"], d["selected"]]')" '0[1, 0]' 'one device for all'
awk -F, -v OFS=, 'NR > 1 && NR % 7 == 0 { $2 = "" } NR > 1 && NR % 7 == 1 { $3 = "" } NR > 1 && NR % 7 == 2 { $5 = "" } 1' log.csv >gaps.csv
run "$shishu" shared gaps.csv "${by[@]}" --json
is "$rc$(json 'd["selected"]')" 05 'blank cells are passed over'
printf '时间,账号,设备,村\n2024-01-01,a,NaN,x\n2024-01-01,b,NaN,x\n' >nan.csv
run "$shishu" shared nan.csv "${by[@]}" --json
is "$rc$(json 'd["via"][0]["shared"]')" 01 'NaN is a name like any other'

refused 2 'nothing named' 'shared takes one file' -- shared log.csv
refused 2 'no device' 'shared takes one file' -- shared log.csv --account 账号
refused 2 'two files' 'shared takes one file' -- shared log.csv log.csv "${by[@]}"
refused 2 'a column that is none' 'no such column' -- shared log.csv "${by[@]}" --app 应用
refused 2 'an empty name in the list' 'no list of one to eight columns' -- shared log.csv --account 账号 --via 设备,,ip
refused 2 'nine columns' 'no list of one to eight columns' -- shared log.csv --account 账号 --via 1,2,3,4,5,6,7,8,9
refused 2 'an address that is not asked for' '"mac": --address names a column' -- shared log.csv --account 账号 --via 设备 --address mac
for p in 0 1 nan 2; do refused 2 "fdr $p" 'fdr|share such as|between|alpha|level' -- shared log.csv "${by[@]}" --fdr $p; done
refused 3 'a zone that is none' 'there is no such time zone' -- shared log.csv "${by[@]}" --zone Mars/Olympus
printf '时间,账号,设备,村\n2024-01-01,a,d,x\nsoon,b,d,x\n' >bad.csv
refused 3 'a time that is none' 'bad\.csv, line 3, column 时间, "soon"' -- shared bad.csv "${by[@]}"
printf '时间,账号,设备,村\n99999-01-01,a,d,x\n' >far.csv
refused 3 'a time beyond all' 'far\.csv, line 2, column 时间' -- shared far.csv "${by[@]}"
refused 3 'no such file' 'nowhere' -- shared nowhere.csv "${by[@]}"
refused 4 'members cannot be written' 'no/such' -- shared log.csv "${by[@]}" --members no/such/file.csv
done_testing
