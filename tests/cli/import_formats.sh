#!/usr/bin/env bash
# import: the same five rows in every format, encoding and way of writing come out alike.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export PYTHONDONTWRITEBYTECODE=1
python3 "$root/tests/cli/make_formats.py"
zstd -q plain.csv -o packed.csv.zst
zstd -q lines.jsonl -o packed.jsonl.zst
head -c 100 plain.csv | zstd -q -c >two_frames.csv.zst
tail -c +101 plain.csv | zstd -q -c >>two_frames.csv.zst
texts="FROM read_csv('plain.csv', all_varchar = true)"
typed() { echo "account, CAST(time AS $1) AS time, action, object, CAST(seconds AS $2) AS seconds, CAST(value AS $3) AS value, text $texts"; }
parquet "SET TimeZone = 'Asia/Shanghai'" "COPY (SELECT * $texts) TO 'texts.parquet' (FORMAT parquet)" \
    "COPY (SELECT $(typed TIMESTAMP 'DECIMAL(18,3)' DOUBLE)) TO 'typed.parquet' (FORMAT parquet, COMPRESSION zstd)" \
    "COPY (SELECT $(typed TIMESTAMPTZ FLOAT 'DECIMAL(9,2)')) TO 'zoned.parquet' (FORMAT parquet, COMPRESSION gzip)" >/dev/null
need plain.csv shared.xlsx typed.parquet zoned.parquet

# All go into one workspace, each under an app of its own, so that one query compares them.
W=$T/w
made "$W"
take() {   # app, arguments of import events
    local app=$1
    shift
    imports "$W" events "$@" --set "app=$app" --json
    is "$(json '[d["table"], d["rows"], d["accepted"], d["rejected"], d["already_imported"], d["rejects"]]')" '["events", 5, 5, 0, false, []]' "$app is taken"
}
files=(plain.csv crlf.csv no_last_newline.csv bom.csv gb18030.csv utf16.csv semicolon.csv bar.txt tabs.tsv chinese.csv blank_lines.csv more_columns.csv
    office_numbers.csv lines.jsonl lines.txt escaped.ndjson numbers.jsonl packed.csv.gz two_members.csv.gz packed.jsonl.gz no_extension packed.csv.zst
    packed.jsonl.zst two_frames.csv.zst epoch_s.csv epoch_ms.csv epoch_us.csv zulu.csv offset.csv office_times.csv shared.xlsx inline.xlsx typed.xlsx
    texts.parquet typed.parquet zoned.parquet)
# under the sanitizers one of each kind
[[ $shishu != */san/* ]] || files=(plain.csv crlf.csv bom.csv gb18030.csv utf16.csv bar.txt blank_lines.csv more_columns.csv office_numbers.csv escaped.ndjson
    two_members.csv.gz two_frames.csv.zst office_times.csv inline.xlsx typed.xlsx zoned.parquet)
for file in "${files[@]}"; do
    take "$file" "$file"
    if [ $file = more_columns.csv ]; then is "$(json 'd["dropped_columns"]')" '["note", "phone"]' 'columns outside the contract are dropped and named'; fi
    if [ $file = plain.csv ]; then is "$(json 'd["sha256"]')" "$(sha256sum <plain.csv | cut -d' ' -f1)" 'the hash is that of the file'; fi
    if [ $file = packed.csv.gz ]; then is "$(json 'd["sha256"]')" "$(sha256sum <packed.csv.gz | cut -d' ' -f1)" 'a packed file is hashed as it lies on disk'; fi
done
take mapped mapped.csv --map account=who --map 时间=when --map action=what --map object=on --map seconds=long --map value=pts --map text=said
take value-maps words.csv --map action:进入=login --map action:看=read
take sheet two_sheets.xlsx --sheet 日志
take stdin - <plain.csv
take stdin.gz - <packed.csv.gz
printf 'account,time,action\nu1,2024-05-01 08:00:00,login\n' >part-1.csv
printf 'account,time,action\nu2,2024-05-01 09:00:00,login\n' >part-2.csv
printf 'account,time,action\nu3,2024-05-01 10:00:00,login\n' >part-3.csv
imports "$W" events 'part-[12].csv' part-3.csv --set app=globbed --json
is "$(json '[i["accepted"] for i in d["imports"]]')" '[1, 1, 1]' 'patterns and several files, that share a day'

want='u1|2024-05-01 00:00:00|login|~|~|~|~
张三|2024-05-01 08:30:00|read|对象,一 "甲"|12.500|~|好
u3|2024-05-01 16:00:00|points|o;1|~|2.250|第一行\n第二行
u4|2024-05-01 16:00:01|view|o\t2|0.001|1200.000|尾
u1|2024-05-31 15:59:59|quiz|~|3600.000|0.000|a\|b'
row="concat_ws('|', account, CAST(time AS VARCHAR), action, coalesce(replace(object, chr(9), '\\t'), '~'), coalesce(CAST(seconds AS VARCHAR), '~'),
     coalesce(CAST(value AS VARCHAR), '~'), coalesce(replace(replace(text, chr(10), '\\n'), '|', '\\|'), '~'))"
parquet "SELECT app, string_agg($row, chr(10) ORDER BY time) AS all_rows FROM read_parquet('$W/data/events/*/*.parquet') WHERE app <> 'globbed' GROUP BY app ORDER BY app" >rows.csv
python3 - "$want" >checks <<'END'
import csv, sys
for app, rows in csv.reader(open("rows.csv", encoding="utf-8")):
    print(app, "same" if rows == sys.argv[1] else repr(rows))
END
is "$(wc -l <checks)" $((${#files[@]} + 5)) 'every file has rows of its own'
while read -r app what; do is "$what" same "$app: the rows are those of the table"; done <checks
is "$(parquet "SELECT string_agg(account, ' ' ORDER BY account) AS a FROM read_parquet('$W/data/events/*/*.parquet') WHERE app = 'globbed'")" 'u1 u2 u3' 'rows of several files'
is "$(ls "$W/tmp")" '' 'nothing is left in tmp'

# Tens of thousands of records over several blocks, with line breaks inside quotes: all arrive, and a fault names its physical line.
python3 - <<'END'
with open("long.csv", "w", encoding="utf-8") as f:
    f.write("account,time,action,text\n")
    for i in range(60000):
        f.write(f'u{i % 997},2024-04-{i % 30 + 1:02d} 10:00:{i % 60:02d},read,"第{i}行\n{"x" * (i % 50)}"\n')
data = open("long.csv", encoding="utf-8").read()
at = data.index('"第50000行')
line = data.rindex("\n", 0, at) + 1
open("long_bad.csv", "w", encoding="utf-8").write(data[:line] + data[line:].replace("2024-04-", "2024-44-", 1))
open("long_bad.line", "w").write(str(data[:line].count("\n") + 1))
END
imports "$W" events long.csv --set app=long --json
is "$(json 'd["accepted"]')" 60000 'sixty thousand records'
is "$(parquet "SELECT count(*), count(DISTINCT text), count(DISTINCT account) FROM read_parquet('$W/data/events/period=2024-04/*.parquet') WHERE app = 'long'")" '60000,60000,997' 'none is lost, none doubled'
refused 3 "a fault far down names its physical line" "long_bad.csv, line $(cat long_bad.line), column time, \"2024-44-" -- import events long_bad.csv --set app=long2
refused 3 'the same fault, packed' "line $(cat long_bad.line), column time" -- import events <(gzip -c long_bad.csv) --set app=long2
done_testing
