#!/usr/bin/env bash
# shishu rules: the shipped book, one rule in both languages, files that hold and files that do not.
. "$(dirname "$0")/../lib/tap.sh"

run "$shishu" rules --json
is "$(printf %s "$out" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["rules"]))')" 111 'all 111 rules load'
if [ -f "$shared/rules/rules.csv" ]; then
    is "$(printf '%s' "$out" | python3 -c '
import csv, json, sys
want = {r["id"]: r for r in csv.DictReader(open(sys.argv[1], encoding="utf-8"))}
got = {r["id"]: r for r in json.load(sys.stdin)["rules"]}
print(sorted(want) == sorted(got), [i for i in want if want[i]["text_zh"] != got[i]["text"]["zh"] or want[i]["severity"] != got[i]["severity"]])
' "$shared/rules/rules.csv")" 'True []' 'they are those of the published list, with its texts and severities'
else
    skip 'they are those of the published list, with its texts and severities' 'no ../shared'
fi
run "$shishu" --lang zh rules ZW-12
like "$out" '不得强制推广下载、使用政务应用' 'a rule in Chinese'
like "$out" '条号未核实' 'an article whose number was not verified says so'
run "$shishu" --lang en rules ZW-12
like "$out" 'in force from: 2026-01-25' 'a rule in English, with the day from which it is in force'
run "$shishu" rules ZW-99
is "$rc" 2 'a rule that is none'

head='id,source,article,severity,test,text_zh,text_en'
printf '%s\nQ-1,own,1,high,"hit(i.counts = active and t.value > people(u))",一,one\nQ-2,own,2,low,alias(Q-1),二,two\n' "$head" > good.csv
run "$shishu" --lang en rules --check good.csv
is "$rc" 0 'an own file holds'
like "$out" 'New ones: 2' 'and says how many rules are new'

# refused NAME ROW WANT: the file with this row is refused, and the error says WANT
refused() {
    printf '%s\n%s\n' "$head" "$2" > bad.csv
    run "$shishu" --lang en rules --check bad.csv
    is "$rc" 3 "$1: refused"
    like "$err" "$3" "$1: says where"
}
refused 'no such column' 'Q,own,1,high,"hit(i.count = active)",一,one' 'line 2, column test, "7: count"'
refused 'no such function' 'Q,own,1,high,"hit(persons(u) > 3)",一,one' 'column test, "5: persons"'
refused 'an open bracket' 'Q,own,1,high,"hit(i.counts = active",一,one' 'a \) is missing here'
long=$(printf 'true or %.0s' {1..5000})
refused 'a chain without end' "Q,own,1,high,hit(${long}true),一,one" 'the test is too long'
deep=$(printf 'parent(%.0s' {1..500})t.unit_code$(printf ')%.0s' {1..500})
refused 'functions of functions without end' "Q,own,1,high,hit($deep = 1),一,one" 'nested too deeply'
refused 'prose' 'Q,own,1,high,"hit when things go wrong",一,one' 'column test, "5: when": a \( is missing here'
refused 'a severity' 'Q,own,1,urgent,hit(true),一,one' 'column severity, "urgent"'
refused 'an alias of nothing' 'Q,own,1,high,alias(Q-7),一,one' 'column test, "Q-7": there is no such rule'
refused 'a rule twice' $'Q,own,1,high,hit(true),一,one\nQ,own,1,high,hit(true),一,one' 'line 3, column id, "Q"'
refused 'an empty text' 'Q,own,1,high,hit(true),,one' 'column text_zh'
printf 'id,source,article,severity,text_zh,text_en\nQ,own,1,high,a,b\n' > bad.csv
run "$shishu" --lang en rules --check bad.csv
like "$err" '"test": the file of rules lacks a column' 'a file without tests'
run "$shishu" rules --check none.csv
is "$rc" 3 'a file that is not there'
done_testing
