#!/usr/bin/env bash
# shishu answer: recorded word for word in ledger and trail, shown in every paper, refused where it is no text; killed at any moment nothing is half there.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"

made w && W=$T/w
printf 'indicator,period,unit_code,value\nactive,2024-05,340101,300\nactive,2024-05,340102,40\n' >reports.csv
imports w reports reports.csv
s() { run "$shishu" -C "$W" --now "$now" "$@"; }
s answer
is "$rc $out" '0 No unit has handed in an answer.' 'none yet'
remember
s answer --json
is "$(json 'd["answers"]')" '[]' 'as JSON'
kept 'looking changes nothing'
printf '\xef\xbb\xbf村里在家四百多人。\r\n<b>&"引号"\r\n电话 １３９１２３４５６７８，人数 3,000。\n' >a.txt
s answer 340101 --file a.txt
is "$rc $out" '0 Answer 1 is recorded. It stands in every report, explanation and sheet from now on.' 'an answer about the unit as a whole, before any audit'
like "$err" 'seven or more digits in it stand as' 'what is masked is told'
s answer --json
is "$(json 'd["answers"][0]["text"]')" $'村里在家四百多人。\n<b>&"引号"\n电话 ***，人数 3,000。' 'word for word: no byte-order mark, lines ended by line feeds, the phone masked'
is "$(json '[d["answers"][0][k] for k in ("answer", "unit_code", "unit_name", "about", "run", "by", "day", "masked")]')" \
    '[1, "340101", "柳湾村", null, null, null, "2024-07-01", true]' 'whose, about what, of what day'
is "$(json 'd["answers"][0]["sha256"]')" "$(json 'd["answers"][0]["text"]' | head -c -1 | sha256sum | cut -d' ' -f1)" 'with the hash of the text'
remember
s answer 340101 --file a.txt --json
is "$(json 'd["already_recorded"], d["answer"]')" '(True, 1)' 'the same again is known'
is "$("$shishu" -C w answer --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["answers"]))')" 1 'and not added'
refused 3 'a figure before any audit' 'no such run' -- answer 340101 --file a.txt --figure active/2024-05/340101
"$shishu" -C w --now "$now" audit --quiet >/dev/null
s answer 340101 --file a.txt --figure active/2024-05/340101 --by '张三 (村委会)'
is "$rc" 0 'the same text about a figure is another answer'
s answer 340102 --file a.txt --json
s answer 340102 --json
is "$(json '[a["answer"] for a in d["answers"]]')" '[3]' 'the answers of one unit'
run python3 - w/ledger.db <<'END'
import json, sqlite3, sys
for row in sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute("SELECT detail FROM trail WHERE action = 'answer' ORDER BY seq"):
    d = json.loads(row[0])
    print(d["answer"], d["unit_code"], d["about"])
END
is "$out" $'1 340101 None\n2 340101 active/2024-05/340101\n3 340102 None' 'each has its entry in the trail'
unlike "$(cat w/ledger.db w/ledger.db-wal 2>/dev/null | tr -d '\0' | grep -ac '１３９１２３４５６７８')" '[1-9]' 'the phone lies nowhere'

# ---- it travels
s explain active/2024-05/340101
like "$out" $'Answers of the unit\n1  柳湾村  340101  2024-07-01\n    村里在家四百多人。\n    <b>&"引号"' 'explain shows it'
like "$out" 'signed by 张三 \(村委会\)' 'and who signed'
s explain active/2024-05/340101 --json
is "$(json '[a["answer"] for a in d["answers"]]')" '[1, 2]' 'and gives it in JSON'
s report --format json
is "$(json '[a["answer"] for a in d["answers"]]')" '[1, 2, 3]' 'so does the report in JSON'
s report --format html -o r.html --lang zh
like "$(cat r.html)" '&lt;b&gt;&amp;&quot;引号&quot;' 'and the page, escaped'
s report --format docx -o r.docx
like "$(unzip -p r.docx word/document.xml)" '&lt;b&gt;&amp;&quot;引号&quot;' 'and the docx'
s explain --sheet 340101 -o s.html
like "$(cat s.html)" 'Answers recorded: 2' 'and the sheet'
"$shishu" -C w --now "$now" audit --quiet >/dev/null
like "$(cat w/runs/*/report.html)" '村里在家四百多人' 'and the report of the next audit'

# ---- bad input
: >empty.txt
printf ' \n\t\n' >blank.txt
printf 'a\nb\xff\xfe\n' >bytes.txt
printf '\xb4\xe5\xc0\xef\n' >gb.txt
printf 'a\n\nb\033[31m\n' >esc.txt
printf 'a\0b' >nul.txt
head -c 65537 /dev/zero | tr '\0' x >long.txt
head -c 65536 /dev/zero | tr '\0' x >most.txt
refused 3 'an empty file' 'empty\.txt.*the answer is empty' -- answer 340101 --file empty.txt
refused 3 'blanks alone' 'the answer is empty' -- answer 340101 --file blank.txt
refused 3 'bytes that are no text' 'bytes\.txt, line 2.*not UTF-8' -- answer 340101 --file bytes.txt
refused 3 'GB 18030' 'gb\.txt, line 1.*not UTF-8.*Save it as plain text' -- answer 340101 --file gb.txt
refused 3 'an escape sequence' 'esc\.txt, line 3.*control character' -- answer 340101 --file esc.txt
refused 3 'a NUL' 'nul\.txt, line 1.*(not UTF-8|control character)' -- answer 340101 --file nul.txt
refused 3 'too long' 'long\.txt.*(longer than|larger than|too large)' -- answer 340101 --file long.txt
refused 3 'no such file' 'none\.txt' -- answer 340101 --file none.txt
refused 4 'a folder' '' -- answer 340101 --file "$T"
refused 3 'a unit that is none' '349999.*not in the register' -- answer 349999 --file a.txt
refused 3 'a unit that is an SQL text' 'not in the register' -- answer "x' OR 1=1 --" --file a.txt
refused 2 'another unit'"'"'s figure' "another unit's" -- answer 340101 --file a.txt --figure active/2024-05/340102
refused 3 'no such figure' 'no such figure' -- answer 340101 --file a.txt --figure reads/2024-05/340101
refused 2 'no figure at all' 'no figure' -- answer 340101 --file a.txt --figure active
refused 3 'no such finding' 'no such finding' -- answer 340101 --file a.txt --finding F-9999
refused 2 'both' 'not both' -- answer 340101 --file a.txt --finding F-0001 --figure active/2024-05/340101
refused 2 'no unit' 'needs its unit' -- answer --file a.txt
refused 2 'no file' 'needs its unit and its file' -- answer 340101 --by x
refused 2 'two units' 'takes one unit' -- answer 340101 340102 --file a.txt
refused 2 'a name of two lines' 'one line' -- answer 340101 --file a.txt --by $'a\nb'
refused 2 'a name with an escape' 'one line' -- answer 340101 --file a.txt --by $'a\033[1m'
s answer 340101 --file most.txt
is "$rc" 0 'the longest that is taken'
s report --format xlsx -o most.xlsx
is "$rc" 0 'and the workbook holds it, over several rows'

# ---- rechecked
s verify-ledger
is "$rc" 0 'the ledger agrees with its trail'
cp -a w changed
python3 - changed/ledger.db <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE reply SET text = 'all is well' WHERE number = 2")
db.execute("DELETE FROM reply WHERE number = 3")
db.commit()
END
run "$shishu" -C changed verify-ledger
is "$rc" 1 'an answer that was changed is found'
like "$out$err" 'answer 2.*the answer was changed' 'and named'
like "$out$err" 'answer 3.*differs from its audit trail' 'and one that was taken away'

# ---- killed at any moment
torn=0
for i in $(seq 1 12); do
    printf 'answer of try %s\n' "$i" >try.txt
    "$shishu" -C w answer 340101 --file try.txt >/dev/null 2>&1 &
    sleep "0.0$((i * 2))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    "$shishu" -C w verify-ledger --quiet >/dev/null 2>&1 || torn=$((torn + 1))
done
is "$torn" 0 'killed after 20, 40 … 240 ms: ledger and trail agree'
s answer 340101 --file try.txt
is "$rc" 0 'and the next one goes in'
done_testing
