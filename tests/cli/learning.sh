#!/usr/bin/env bash
# shishu learning: time that was claimed twice, to the second; resolution; starts by the clock; devices; both languages; odd and hostile files.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
cat >hours.csv <<'END'
who,begin,seconds,device
a,2024-06-01 08:00:01,3600,d1
a,2024-06-01 08:30:01,3600,d2
a,2024-06-02 08:00:07,60.5,d1
b,2024-06-01 08:30:00,1800,d1
b,2024-06-03 20:00:00,,d1
,2024-06-03 20:00:00,5,d1
c,,5,d1
END
by=(--account who --start begin --seconds seconds)
run "$shishu" learning hours.csv "${by[@]}" --device device --json
is "$(json '[[x["account"], x["claimed"], x["possible"], x["excess"]] for x in d["accounts"]]')" \
    '[["a", 7260.5, 5460.5, 1800], ["b", 1800, 1800, 0], ["c", 0, 0, 0]]' 'the union of sessions against what was claimed'
is "$(json '[d["rows"], d["left_out"], d["excess"], d["resolution_seconds"], d["devices"]]')" '[7, 3, 1800, 1, [{"accounts": 2, "together": 1800}]]' \
    'rows left out, and the device on which two learn at once'
is "$(json '"cannot_judge" in d and d["groups"] == []')" true 'few starts: cannot be judged'
run "$shishu" --lang zh learning hours.csv "${by[@]}" --device device
like "$out" '1 个账号.*同一时刻.*a +3 +2\.02 +1\.52 +0\.5.*无法判断.*1 台设备' 'in Chinese'
unlike "$out" '购买|造假' 'nobody is accused'
run "$shishu" --lang en learning - "${by[@]}" <hours.csv
like "$out" '4 sessions of 3 accounts.*1 accounts claim time twice' 'in English, from standard input'
printf 'who,begin,seconds\na,2024-06-01 08:00,100\na,2024-06-01 08:01,59\nb,2024-06-01 08:00,200\nb,2024-06-01 08:01,200\n' >minutes.csv
run "$shishu" learning minutes.csv "${by[@]}" --json
is "$(json '[d["resolution_seconds"], [x["excess"] for x in d["accounts"]]]')" '[60, [0, 80]]' 'minutes: sessions are widened by one before they are compared'
printf 'who,begin,seconds\na,2024-06-01,90000\na,2024-06-01,90000\nb,2024-06-02,5\n' >days.csv
run "$shishu" learning days.csv "${by[@]}" --json
is "$(json '[d["resolution_seconds"], d["excess"], "cannot_judge" in d]')" '[86400, 3600, true]' 'days'

python3 - <<'END'
import random
r = random.Random(8)
with open("course.csv", "w") as out:
    out.write("who,begin,seconds\n")
    for a in range(40):
        at = r.randrange(7 * 60, 20 * 60)
        for day in range(1, 29):
            sd = 0.2 if a == 17 else r.choice([5, 20, 60])
            t = max(0, min(1410, at + r.gauss(0, sd)))
            out.write(f"n{a},2024-06-{day:02d} {int(t) // 60:02d}:{int(t) % 60:02d}:{int(t * 60) % 60:02d},{r.randrange(300, 1500)}\n")
END
run "$shishu" learning course.csv "${by[@]}" --members members.csv --json
is "$(json '[[g["account"], g["accounts"], g["selected"]] for g in d["groups"]]')" '[["n17", 1, false]]' 'who starts by the clock is listed, never selected'
is "$(json '[d["excess"], len(d["accounts"]), d["groups"][0]["first_seen"][:10], d["groups"][0]["trials"]]')" '[0, 40, "2024-06-01", 27]' 'with what was compared'
is "$(cat members.csv)" 'group,account,weight
1,n17,1' 'and written out'
cp "$T/.out" plain.json
run env OMP_NUM_THREADS=1 "$shishu" learning course.csv "${by[@]}" --json
is "$(cmp plain.json "$T/.out" && echo same)" same 'the same bytes with one thread'
run "$shishu" --lang zh learning course.csv "${by[@]}"
like "$out" '没有账号.*重叠.*闹钟.*n17' 'in Chinese: an alarm does it as well'

printf 'who,begin,seconds\n' >empty.csv
run "$shishu" learning empty.csv "${by[@]}" --json
is "$rc$(json '[d["accounts"], d["excess"]]')" '0[[], 0]' 'no row'
head -n 2 hours.csv >one.csv
run "$shishu" learning one.csv "${by[@]}" --json
is "$rc$(json '[d["excess"], "cannot_judge" in d]')" '0[0, true]' 'one row'
{ echo who,begin,seconds; for i in $(seq 2000); do echo "a,2024-06-01 08:00:01,1000000000"; done; } >same.csv
run "$shishu" learning same.csv "${by[@]}" --json
is "$rc$(json '[d["accounts"][0]["possible"], d["excess"]]')" '0[1000000000, 1999000000000]' 'one account, huge and all alike'
refused 2 'nothing named' 'learning takes one file' -- learning hours.csv
refused 2 'a column that is none' 'column start, "who, begin, seconds, device".*no such column' -- learning hours.csv --account who --start start --seconds seconds
refused 3 'no such zone' 'Nowhere' -- learning hours.csv "${by[@]}" --zone Nowhere
for bad in NaN -5 1e999 2000000000 soon; do
    printf 'who,begin,seconds\na,2024-06-01 08:00:01,%s\n' "$bad" >bad.csv
    refused 3 "seconds: $bad" 'bad\.csv, line 2, column seconds' -- learning bad.csv "${by[@]}"
done
printf 'who,begin,seconds\na,2024-06-31 08:00:01,5\n' >bad.csv
refused 3 'a bad time' 'bad\.csv, line 2, column begin' -- learning bad.csv "${by[@]}"
refused 4 'a folder that is none' 'no/members\.csv' -- learning course.csv "${by[@]}" --members no/members.csv
done_testing
