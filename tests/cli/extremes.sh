#!/usr/bin/env bash
# Numbers at the edge of what the columns hold, ties, and purging: every run ends, nothing wraps, nothing depends on the key.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/w
blank "$W"
recount() { run timeout 120 "$shishu" -C "$W" --now "$now" recount --json; }

# ---- the largest numbers that go in ----
cat >units.csv <<'END'
unit_code,name,level,parent_code,registered
1,镇,town,,
11,甲村,village,1,99999999999999
12,乙村,village,1,99999999999999
2,大县,county,,999999999999999
3,邻县,county,,60000000
END
printf 'app,name\njdydt,监督一点通\n' >apps.csv
printf 'indicator,app,name,counts,dedupe\nact,jdydt,n,active,\nck,jdydt,n,checkins,account-day\npts,jdydt,n,points,\nsec,jdydt,n,seconds,\n' >indicators.csv
printf 'account,unit_code\na,11\nb,12\nc,2\n' >accounts.csv
python3 - <<'END'
with open("events.csv", "w") as f:
    f.write("account,time,action,value,seconds\n")
    for day in range(1, 13):
        for account in "abc":
            f.write(f"{account},2023-05-{day:02d} 10:00:01,points,999999999999.999,80000\n")
with open("reports.csv", "w") as r, open("targets.csv", "w") as t:
    r.write("indicator,period,unit_code,value\n")
    t.write("indicator,period,unit_code,value\n")
    for indicator in ("act", "ck", "pts", "sec"):
        for unit, target in (("1", 999999999999), ("11", 50000000000000), ("12", 1), ("2", 999999999999999), ("3", 30000000)):
            for period in ("2023", "2023-05"):
                r.write(f"{indicator},{period},{unit},999999999999999.999\n")
                t.write(f"{indicator},{period},{unit},{target}\n")
END
for table in units apps indicators accounts reports targets; do imports "$W" $table $table.csv; done
imports "$W" events events.csv --from 2023-01-01 --to 2023-12-31
recount
is "$rc" 0 'recount ends'
is "$(json '[f["counted"] for f in d["figures"] if f["figure"] == "pts/2023/1"]')" '[23999999999999.977]' 'points: the sum is exact'
is "$(json '[f["counted"] for f in d["figures"] if f["figure"] == "sec/2023-05/1"]')" '[1920000]' 'seconds too'
is "$(json '[f["possible"] for f in d["figures"] if f["figure"] == "act/2023/1"]')" '[199999999999998]' 'people of the town are the sum of its villages'"'"
is "$(json '[f["figure"] for f in d["figures"] if f["figure"].startswith("ck") and f["verdict"] == "impossible" and f["figure"][-1] != "3"]')" '[]' \
    'people times days beyond the largest number is no bound to fall under'
run timeout 120 "$shishu" -C "$W" --now "$now" audit --json
is "$rc" 0 'audit ends'
for unit in 1 11 12 2 3; do
    run timeout 120 "$shishu" -C "$W" explain "act/2023/$unit" --json
    is "$(json '0 <= d["target"]["feasible"] <= 1 and d["target"]["amplification"] >= 0')" true "a target of $unit is judged in finite numbers"
done

# what an event may claim: import refuses it, or recount bears it
made "$W"
imports "$W" reports <(printf 'indicator,period,unit_code,value\nreads,2024-05,340101,5\n')
imports "$W" indicators <(printf 'indicator,app,name,counts\nsec,jdydt,n,seconds\n')
imports "$W" reports <(printf 'indicator,period,unit_code,value\nsec,2024-05,340101,5\n')
imports "$W" accounts <(printf 'account,unit_code\na,340101\n')
for seconds in 86400 1200000 1200000000 90000000000 999999999999999.999; do
    run "$shishu" -C "$W" --now "$now" import events <(printf 'account,time,action,seconds\na,2024-05-05 10:00:00,study,%s\n' $seconds) --add
    taken=$rc
    recount
    if { [ "$taken" = 0 ] || [ "$taken" = 3 ]; } && [ "$rc" = 0 ]; then ok "an event of $seconds seconds leaves a workspace that counts"
    else not_ok "an event of $seconds seconds leaves a workspace that counts" "import $taken, recount $rc: $err"; fi
    [ "$taken" != 0 ] || run "$shishu" -C "$W" import --undo "$("$shishu" -C "$W" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["imports"][-1]["import"])')"
done

# ---- ties go by the account's own id, not by its pseudonym ----
printf 'account,unit_code,phone,registered_at\n13912345671,340101,13700000001,2024-05-05\n13912345672,340102,13700000001,2024-05-05\n' >tied.csv
counted=
for _ in 1 2 3 4 5 6; do
    made "$W"
    imports "$W" indicators <(printf 'indicator,app,name,counts\nnew,jdydt,n,new\n')
    imports "$W" reports <(printf 'indicator,period,unit_code,value\nnew,2024-05,340101,1\nnew,2024-05,340102,1\n')
    rm "$W/secret.key"
    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$W/secret.key"
    imports "$W" accounts tied.csv
    recount
    counted+="$(json '[f["counted"] for f in d["figures"]]') "
done
is "$(tr ' ' '\n' <<<"${counted//, /,}" | sort -u | tr '\n' ' ')" ' [1,0] ' 'a person of two accounts opened at once is new where the smaller id is, under every key'

made "$W"
imports "$W" accounts <(cat tied.csv) --json
is "$(json 'd["accepted"]')" 2 'numbers as ids come through a pipe as well'

# ---- purge ----
made "$T/full"
imports "$T/full" indicators <(printf 'indicator,app,name,counts\nreg,jdydt,n,registered\n')
imports "$T/full" reports <(printf 'indicator,period,unit_code,value\nreg,2024-05,340101,3\nreads,2024-05,340101,3\n')
printf 'account,unit_code,registered_at,closed_at\nopen,340101,2024-01-01,\nmoved,340101,2024-01-01,\n' >accounts.csv
imports "$T/full" accounts accounts.csv
printf 'account,time,action\nopen,2024-03-31 23:59:59,read\nopen,2024-04-01 00:00:00,read\nopen,2024-05-31 10:00:00,read\n' >events.csv
imports "$T/full" events events.csv
figures() { recount; json '[[f["figure"][:5], f["counted"], f["coverage"]] for f in d["figures"]]'; }
for i in 1 2 3 4 5; do   # what is read where all cells are empty must not hang on chance
    rm -rf "$W"
    cp -a "$T/full" "$W"
    run "$shishu" -C "$W" --now "$now" purge --before 2024-04-01 --json
    seen=$(json '[d["events"], d["accounts"]]')
    [ "$seen" = '[1, 0]' ] || break
done
is "$seen" '[1, 0]' 'purge takes the events before the day, and no account that is open'
is "$(figures)" '[["reads", 1, "full"], ["reg/2", 2, "full"]]' 'what is left counts as before'
is "$(python3 "$duck" "SELECT min(time), count(*) FROM read_parquet('$W/data/events/*/*.parquet')" | tail -1)" '2024-03-31 16:00:00,2' 'to the second, in the workspace'"'"'s zone'
run "$shishu" -C "$W" verify-ledger
is "$rc" 0 'and the ledger holds'
run "$shishu" -C "$W" --now "$now" import events events.csv --json
is "$(json 'd["already_imported"]')" true 'what was purged does not come back with the same file'
rm -rf "$W"
cp -a "$T/full" "$W"
imports "$W" accounts <(printf 'account,unit_code,registered_at,closed_at\nmoved,340101,2024-01-01,2024-02-01\n')
was=$(figures)
run "$shishu" -C "$W" --now "$now" purge --before 2024-03-01 --json
is "$(json 'd["accounts"] >= 1')" true 'purge takes a closed account'
is "$(figures)" "$was" 'and an earlier row of it does not rise again'
refused 2 'purge without a day' -- purge
refused 2 'purge of a day that is none' -- purge --before never
done_testing
