#!/usr/bin/env bash
# import: keys, replacement, undo, days that overlap, --keep-going, the default app; and what is printed about them.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/w
made "$W"
counts() { run "$shishu" -C "$1" --now "$now" recount --json; json '" ".join("%s:%s=%s" % (f["figure"], f["coverage"], f["counted"]) for f in d["figures"])'; }
printf 'indicator,period,unit_code,value\nreads,2024-05,340101,1\nactive,2024-05,340101,1\n' >reports.csv
imports "$W" reports reports.csv --json
is "$(json '[d["import"], d["rejected"], d["rejects_file"], d["dropped_columns"]]')" '[4, 0, null, []]' 'keys of the JSON'
accounts() { printf 'account,unit_code,phone\n'; for a; do printf '%s,340101,\n' "$a"; done; }
accounts a b c >accounts.csv
imports "$W" accounts accounts.csv

# ---- the default app ----
log() { printf 'account,time,action\n'; for e; do echo "$e,read"; done; }
log 'a,2024-05-01 08:00' 'b,2024-05-31 23:59:59' >may.csv
imports "$W" events may.csv --json
is "$(json 'd["covers"]')" '[{"app": "jdydt", "from": "2024-05-01", "to": "2024-05-31", "rows": 2}]' 'a file without column app belongs to the only app; it covers its days'
is "$(counts "$W")" 'active/2024-05/340101:full=2 reads/2024-05/340101:full=2' 'both events count'
is "$(json '[f["any_action"] for f in d["figures"]]')" '[true, false]' 'active says that any action was counted'

# ---- the same again changes nothing ----
remember
for again in '' again; do
    run "$shishu" -C "$W" --now "$now" import events may.csv --json
    is "$rc $(json 'd["already_imported"], d["accepted"]')" '0 (True, 2)' "the same file again ${again}is known"
done
kept 'the same file'
cp may.csv other_name.csv
run "$shishu" -C "$W" --now "$now" import events other_name.csv --json
is "$(json 'd["already_imported"]')" true 'under another name too'
run "$shishu" -C "$W" --now "$now" import events - --json <may.csv
is "$(json 'd["already_imported"]')" true 'and from standard input'
kept 'another name'

# ---- overlapping days ----
log 'c,2024-05-31 10:00' 'c,2024-06-01 10:00' >june.csv
refused 3 'days that were imported before are refused' 'june.csv' 'jdydt 2024-05-31\.\.2024-05-31' '#6' '--replace' '--add' -- import events june.csv
refused 3 'with --from and --to that reach over' '2024-05-31' -- import events <(log 'c,2024-06-02 10:00') --from 2024-05-20 --to 2024-06-10
refused 2 '--replace and --add exclude each other' '--replace' -- import events june.csv --replace --add
refused 2 '--from behind --to' '--from' -- import events june.csv --from 2024-06-02 --to 2024-06-01
refused 3 'a time outside --from and --to breaks a rule' 'june.csv, line 2, column time' '2024-05-31 10:00' '--from' -- import events june.csv --from 2024-06-01 --to 2024-06-30
cp -a "$W" "$T/w_add"
imports "$T/w_add" events june.csv --add
is "$(counts "$T/w_add")" 'active/2024-05/340101:full=3 reads/2024-05/340101:full=3' '--add adds'
imports "$W" events june.csv --replace
is "$(counts "$W")" 'active/2024-05/340101:full=2 reads/2024-05/340101:full=2' '--replace exchanges the days of the file, here the last of May'

# ---- undo ----
run "$shishu" -C "$W" --now "$now" import --undo 7 --json
is "$rc $(json '[d["undone"], d["table"], d["rows"]]')" '0 [7, "events", 2]' 'undo takes an import back'
is "$(counts "$W")" 'active/2024-05/340101:full=2 reads/2024-05/340101:full=2' 'and what it had replaced counts again'
is "$(python3 "$duck" "SELECT count(*) FROM read_parquet('$W/data/events/*/*.parquet')" | tail -1)" 4 'its rows stay on disk'
refused 3 'a second time' '"7"' 'taken back already' -- import --undo 7
refused 3 'a number that is not there' '"99"' -- import --undo 99
refused 2 'no number' -- import --undo x
refused 2 'a file beside it' -- import --undo 6 june.csv
imports "$W" events june.csv --replace --json
is "$(json 'd["already_imported"]')" false 'what was taken back can be imported again'
run "$shishu" -C "$W" --json
is "$(json '[i["undone"] for i in d["imports"]][-3:]')" '[false, true, false]' 'the list of imports tells'
run "$shishu" -C "$W" verify-ledger
is "$rc" 0 'the ledger holds'

# ---- coverage: --from and --to, and by app ----
made "$T/cover"
imports "$T/cover" reports reports.csv
imports "$T/cover" accounts accounts.csv
imports "$T/cover" events <(log 'a,2024-05-10 08:00') --from 2024-05-01 --to 2024-05-31
is "$(counts "$T/cover")" 'active/2024-05/340101:full=1 reads/2024-05/340101:full=1' '--from and --to widen what a file covers'
made "$T/cover"
imports "$T/cover" reports reports.csv
imports "$T/cover" events <(log 'a,2024-05-10 08:00')
is "$(counts "$T/cover")" 'active/2024-05/340101:part=0 reads/2024-05/340101:part=0' 'else it covers its own days: a part'
run "$shishu" -C "$T/cover" --now "$now" recount --json
is "$(json 'd["unattributed"]')" '{"events": 1, "accounts": 1}' 'events of unknown accounts belong to no unit, and are told'

# ---- keys and replacement ----
made "$W"
printf 'unit_code,name,level,parent_code,residents\n340101,柳湾村,village,3401,500\n340103,新圩村,village,3401,30\n' >units2.csv
imports "$W" units units2.csv
imports "$W" reports <(printf 'indicator,period,unit_code,value,reported_at\nactive,2024-05,340101,10,2024-06-02\nactive,2024-05,340102,4,2024-06-02\n')
imports "$W" reports <(printf 'indicator,period,unit_code,value,reported_at\nactive,2024-05,340101,11,2024-06-05\nactive,2024-05,340102,5,2024-06-01\n')
run "$shishu" -C "$W" --now "$now" recount --json
is "$(json '[[f["figure"][-6:], f["reported"], f["possible"]] for f in d["figures"]]')" '[["340101", 11, 500], ["340102", 4, 50]]' \
    'a later file replaces a unit whole; of reports the latest reported_at counts'
run "$shishu" -C "$W" --now "$now" import --undo 6
run "$shishu" -C "$W" --now "$now" recount --json
is "$(json '[f["reported"] for f in d["figures"]]')" '[10, 4]' 'undone, the earlier report stands again'
run "$shishu" -C "$W" --now "$now" import --undo 4
run "$shishu" -C "$W" --now "$now" recount --json
is "$(json '[f["possible"] for f in d["figures"]]')" '[700, 50]' 'and the earlier unit'
imports "$W" accounts <(printf 'account,unit_code,registered_at\nx,340101,2024-05-05\nX,340101,2024-05-05\n')
ok 'account ids are compared letter by letter'
refused 3 'a key twice in one file' 'dup.csv, line 3, column account, "x"' 'key' -- import accounts "$(printf 'account,unit_code\nx,340101\nx,340102\n' >dup.csv; echo dup.csv)"
for what in 'units:unit_code,name,level:u1,a,village' 'apps:app,name:b,b' 'indicators:indicator,app,name,counts:i,jdydt,n,reads' \
    'targets:indicator,period,unit_code,value:reads,2024-05,340101,5' 'reports:indicator,period,unit_code,value:reads,2024-05,340101,5' \
    'prices:counts,price,kind,seen_at:reads,1.5,list,2024-05-01' 'bulletins:indicator,kind,frequency,issuer_code,published_at:reads,rank,monthly,3401,2024-05-01'; do
    IFS=: read -r table head row <<<"$what"
    printf '%s\n%s\n%s\n' "$head" "$row" "$row" >twice.csv
    refused 3 "a key twice: $table" 'twice.csv, line 3' 'key' -- import "$table" twice.csv
done
imports "$W" targets <(printf 'indicator,period,unit_code,value,issuer_code\nreads,2024-05,340101,5,3401\nreads,2024-05,340101,6,34\n') --json
is "$(json 'd["accepted"]')" 2 'two issuers of one target are two rows'

# ---- --keep-going ----
made "$W"
{ accounts a b; echo 'c,nowhere,'; echo 'd,340101,'; echo 'a,340102,'; } >mixed.csv
refused 3 'bad rows refuse the file' 'mixed.csv, line 4, column unit_code, "nowhere"' '2 of 5 rows' 'line 6' -- import accounts mixed.csv
run "$shishu" -C "$W" --now "$now" import accounts mixed.csv --keep-going --json
is "$rc $(json '[d["rows"], d["accepted"], d["rejected"], [[r["line"], r["column"], r["value"]] for r in d["rejects"]]]')" \
    '0 [5, 3, 2, [[4, "unit_code", "nowhere"], [6, "account", "a"]]]' '--keep-going takes the good rows and lists the others'
is "$(json 'sorted(d["rejects"][0]["reason"])')" '["en", "zh"]' 'reasons in both languages'
rejects=$W/$(json 'd["rejects_file"]')
is "$(cut -d, -f1-3 "$rejects")" $'line,column,value\n4,unit_code,nowhere\n6,account,a' 'rejects/ holds them with line, column and value'
is "$(stat -c %a "$rejects")" 600 'readable by the owner only'
is "$(python3 "$duck" "SELECT string_agg(account, ' ' ORDER BY account) FROM read_parquet('$W/data/accounts/*.parquet')" | tail -1)" 'a b d' 'the good rows are there'
{ log; for i in {1..70}; do echo "a,2024-13-$i,read"; done; } >many_bad.csv
refused 3 'twenty rows are shown and the rest is counted' 'line 2,' 'line 21' '50' '70 of 70' -- import events many_bad.csv
unlike "$err" 'line 22' 'no more than twenty'
refused 3 'no good row at all, with --keep-going' -- import events many_bad.csv --keep-going
printf 'unit_code,name,level,parent_code\n9,a,village,8\n8,b,town,7\n' >orphans.csv
refused 3 'a row that falls takes those below it along' -- import units orphans.csv --keep-going

# ---- the default app, without one or with several ----
blank "$T/none"
refused_in() { local keep=$W; W=$1; shift; refused "$@"; W=$keep; }
refused_in "$T/none" 3 'no app at all' 'column app' '--set app=' -- import events may.csv
printf 'app,name\none,1\ntwo,2\n' >two.csv
imports "$T/none" apps two.csv
refused_in "$T/none" 3 'several apps' 'column app' '--set app=' -- import events may.csv
imports "$T/none" events may.csv --set app=three --json
is "$(json 'd["unknown_apps"]')" '["three"]' 'an app that the register does not hold is taken and named'

# ---- what is printed, and exit statuses ----
run "$shishu" -C "$W" --now "$now" import events may.csv --lang zh
is "$rc" 0 'in Chinese'
like "$out" 'may.csv' 'the result names the file'
run "$shishu" -C "$W" --now "$now" import events june.csv --lang zh --json
is "$rc|$out" '3|' 'stdout is empty on an error with --json'
like "$err" '日|天' 'the error is in Chinese'
refused 2 'no table' -- import
refused 2 'no file' -- import events
refused 2 'no such table' '"plants"' -- import plants may.csv
refused 2 'no such option' '"--frobnicate"' -- import events may.csv --frobnicate
refused 2 'no such column' '"colour"' -- import events may.csv --set colour=red
refused 2 'no such header' '"kolour"' -- import events may.csv --map object=kolour
refused 3 'no such file' 'missing.csv' 'no such file' -- import events missing.csv
refused 3 'two headers for one column' '"动作"' -- import events <(printf 'account,time,action,动作\na,2024-05-01,read,read\n')
refused 3 'a required column is missing' 'column time' '--map' 'delimiter' -- import events <(printf 'account,action\na,read\n')
refused 3 'a required cell is empty' 'line 3, column account' 'empty' -- import events <(printf 'account,time,action\na,2024-06-01,read\n,2024-06-01,read\n')
run "$shishu" -C "$T/nowhere" import events may.csv
is "$rc|$out" '3|' 'no workspace there'
like "$err" "$T/nowhere.*init" 'says how to make one'
done_testing
