#!/usr/bin/env bash
# opt-only
# A simulated county: the same bytes for a seed whatever the threads, a workspace that holds, a truth that fits it, honest counties that are
# never called impossible, and settings that cannot be. SHISHU_SEEDS: honest counties (6).
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
sim() { run "$shishu" simulate "$@" --json; }
truth() { python3 "$duck" "$1" | tail -n +2; }

# ---- the same county again ----
sim a --villages 12 --months 3 --seed 5 --files fa --threads 1
is "$rc" 0 'a county is made'
is "$(json 'd["villages"], d["months"], d["batches"] > 0, d["events"] > 10000')" '(12, 3, True, True)' 'of the size asked for'
like "$(json 'd["truth"]')" '^/.*/a/truth/truth\.parquet$' 'its truth lies outside data/'
events=$(json 'd["events"]') accounts=$(json 'd["accounts"]')
sim b --villages 12 --months 3 --seed 5 --files fb --threads 8
diff -r fa fb >/dev/null && ok 'one thread and eight: the same files' || not_ok 'one thread and eight: the same files' "$(diff -rq fa fb)"
for f in truth batches truth_figures; do
    cmp -s a/truth/$f.parquet b/truth/$f.parquet && ok "and the same $f" || not_ok "and the same $f"
done
sim c --villages 12 --months 3 --seed 6 --files fc
cmp -s fa/accounts.csv fc/accounts.csv && not_ok 'another seed, another county' || ok 'another seed, another county'
run "$shishu" -C a verify-ledger
is "$rc" 0 'the ledger holds'
is "$(find a -name '*.csv' | wc -l)" 0 'no text file is left in the workspace'

# ---- the files alone make the same workspace for anyone ----
blank stranger
for table in units apps indicators prices targets bulletins reports; do imports stranger $table fa/$table.csv; done
run "$shishu" -C stranger import accounts fa/accounts.csv --to 2024-03-31
run "$shishu" -C stranger import events fa/events-*.csv
run "$shishu" -C stranger recount --json
json '[[f["figure"], f["reported"], f["counted"], f["verdict"]] for f in d["figures"]]' >stranger.txt
run "$shishu" -C a recount --json
json '[[f["figure"], f["reported"], f["counted"], f["verdict"]] for f in d["figures"]]' >own.txt
cmp -s stranger.txt own.txt && ok 'imported by hand: the same figures' || not_ok 'imported by hand: the same figures'

# ---- what the truth says ----
is "$(truth "SELECT count(*) FROM 'a/truth/truth.parquet'")" "$accounts" 'the truth knows every account'
is "$(truth "SELECT count(*) FROM read_csv('fa/accounts.csv', all_varchar = true) a ANTI JOIN 'a/truth/truth.parquet' t USING (app, account)")" 0 'by its id in the workspace'
is "$(truth "SELECT count(*) FROM read_parquet('a/data/events/*/*.parquet')")" "$events" 'all events are in the workspace'
is "$(truth "SELECT count(*) FROM (SELECT app, account FROM read_parquet('a/data/events/*/*.parquet') ANTI JOIN 'a/truth/truth.parquet' USING (app, account))")" 0 'none of an account that is not there'
is "$(truth "SELECT count(*) FROM (SELECT phone FROM read_csv('fa/accounts.csv', all_varchar = true) JOIN 'a/truth/truth.parquet' t USING (app, account) WHERE t.kind = 'honest' AND t.lookalike IS DISTINCT FROM 'L11' AND phone IS NOT NULL GROUP BY t.app, phone HAVING count(DISTINCT t.person) > 1)")" 0 'no two people have one number, unless it changed hands'
is "$(truth "SELECT count(*) FROM read_csv('fa/accounts.csv') WHERE closed_at <= registered_at")" 0 'no account closes before it opens'
is "$(truth "SELECT count(*) FROM read_parquet('a/data/events/*/*.parquet') e JOIN read_parquet('a/data/accounts/*.parquet') c USING (app, account) WHERE e.time < c.registered_at OR e.time >= c.closed_at")" 0 'nothing is done before an account opens or after it closes'
is "$(truth "SELECT count(*) FROM 'a/truth/truth.parquet' WHERE kind = 'bought' AND (batch IS NULL OR supplier IS NULL OR method IS NULL OR person IS NOT NULL)")" 0 'bought accounts have a batch, a supplier, a method and nobody behind them'
is "$(truth "SELECT count(*) FROM (SELECT batch, count(*) n FROM 'a/truth/truth.parquet' WHERE batch IS NOT NULL GROUP BY batch) t FULL JOIN 'a/truth/batches.parquet' b USING (batch) WHERE t.n IS DISTINCT FROM b.accounts")" 0 'batches hold as many accounts as were ordered'
is "$(truth "SELECT count(*) FROM 'a/truth/truth_figures.parquet' WHERE real < 0")" 0 'nothing real is below nothing'
# real, by hand: people whose own accounts logged in
is "$(truth "SELECT count(*) FROM (SELECT t.unit_code, count(DISTINCT coalesce(c.phone, c.account)) n FROM read_parquet('a/data/events/*/*.parquet') e JOIN 'a/truth/truth.parquet' t USING (app, account) \
    JOIN read_parquet('a/data/accounts/*.parquet') c USING (app, account) WHERE t.kind = 'honest' AND e.app = 'jdydt' AND e.action = 'login' AND e.time >= '2024-01-31 16:00:00' AND e.time < '2024-02-29 16:00:00' GROUP BY 1) x \
    JOIN 'a/truth/truth_figures.parquet' f ON f.unit_code = x.unit_code AND f.indicator = 'jdydt-active' AND f.period = '2024-02' WHERE f.real <> x.n")" 0 'what is real, as by hand'

# ---- the county's people ----
is "$(truth "SELECT count(*) FROM read_csv('fa/units.csv') WHERE level = 'village' AND (registered < 40 OR residents < 0 OR phone_share NOT BETWEEN 0.2 AND 1)")" 0 'villages have people and phones'
sim wide --villages 60 --months 6 --seed 3
is "$(truth "SELECT string_agg(DISTINCT lookalike, ' ' ORDER BY lookalike) FROM 'wide/truth/truth.parquet' WHERE kind = 'honest' AND lookalike IS NOT NULL")" 'L1 L10 L11 L12 L13 L14 L15 L2 L3 L4 L5 L6 L7 L8 L9' 'a county of 60 villages holds every look-alike'
is "$(truth "SELECT string_agg(DISTINCT m, '' ORDER BY m) FROM (SELECT method m FROM 'wide/truth/truth.parquet' UNION ALL SELECT tech FROM 'wide/truth/batches.parquet' UNION ALL SELECT method FROM 'wide/truth/truth_figures.parquet') WHERE m IS NOT NULL")" 'ABCDEFGHIJKL' 'and every way of making numbers'
is "$(truth "SELECT count(*) > 0 FROM 'wide/truth/batches.parquet' WHERE supplier IS NOT NULL AND villages > 1")" true 'a supplier serves several villages'
run "$shishu" -C wide --quiet audit
is "$rc" 0 'it can be audited'
run "$shishu" -C wide evaluate --truth wide/truth/truth.parquet --json
is "$(json 'd["figures"]["impossible_honest"], d["figures"]["real_outside_bounds"]')" '(0, 0)' 'no honest figure is called impossible, no real value lies outside its bounds'
is "$(json 'd["figures"]["doubtful_honest"] <= 0.01 * d["figures"]["honest"]')" true 'hardly an honest one is called doubtful'
is "$(json 'd["figures"]["caught"] > 0.6 * d["figures"]["false"]')" true 'most false figures are caught'
is "$(json 'd["figures"]["mean_abs_error"] < d["figures"]["mean_abs_error_of_reports"]')" true 'what the bounds leave is nearer to what is real than the reports are'
is "$(json 'len(d["lookalikes"]), d["accounts"]["precision"] >= 0.98, d["accounts"]["recall"] >= 0.8, d["batches"]["precision"] >= 0.95, d["batches"]["recall"] >= 0.8')" \
    '(15, True, True, True, True)' 'accounts and batches: precision and recall'
is "$(json 'sum(x["flagged_accounts"] for x in d["lookalikes"]) <= 0.001 * sum(x["accounts"] for x in d["lookalikes"])')" true 'of the look-alikes at most one account in a thousand is flagged'
is "$(json 'd["proxies"]["recall"] >= 0.8')" true 'what insiders operate is listed'

# ---- counties in which nothing is bought ----
for ((seed = 1; seed <= ${SHISHU_SEEDS:-6}; seed++)); do
    rm -rf honest
    sim honest --villages 4 --months 2 --seed $seed --vendors none
    batches=$(json 'd["batches"]')
    run "$shishu" -C honest --quiet audit
    run "$shishu" -C honest evaluate --truth honest/truth/truth.parquet --json
    is "$(json 'd["accounts"]["flagged"], d["batches"]["findings"]')" '(0, 0)' "honest county $seed: no batch stands"
    is "$batches $(json 'd["figures"]["false"], d["figures"]["impossible_honest"], d["figures"]["doubtful_honest"], d["figures"]["real_outside_bounds"]')" '0 (0, 0, 0, 0)' "honest county $seed: nothing is called impossible or doubtful"
done

# ---- on the real division codes ----
real=$shared/data/china_admin
if [ -e "$real/villages.parquet" ]; then
    sim real --villages 3 --months 1 --seed 9 --vendors none --divisions "$real" --files freal
    is "$rc $(json 'd["villages"]')" '0 3' 'a county is made where the list of all divisions says'
    list="(SELECT code, name, streetCode AS above FROM '$real/villages.parquet' UNION ALL SELECT code, name, areaCode FROM '$real/streets.parquet' UNION ALL
        SELECT code, name, cityCode FROM '$real/areas.parquet' UNION ALL SELECT code, name, provinceCode FROM '$real/cities.parquet' UNION ALL
        SELECT code, name, NULL FROM '$real/provinces.parquet')"
    units="read_csv('freal/units.csv', all_varchar = true)"
    is "$(truth "SELECT count(*) FROM $units u ANTI JOIN $list l ON l.code = u.unit_code AND l.name = u.name AND l.above IS NOT DISTINCT FROM u.parent_code")" 0 \
        'each unit has the code, the name and the parent of the list'
    is "$(truth "SELECT string_agg(level || ' ' || n, ', ' ORDER BY level) FROM (SELECT level, count(*) AS n FROM $units WHERE level <> 'town' GROUP BY level)")" \
        '"city 1, county 1, province 1, village 3"' 'from the province down to three villages of one county'
    is "$(truth "SELECT count(*) FROM (SELECT unit_code FROM read_csv('freal/accounts.csv', all_varchar = true) UNION SELECT unit_code FROM 'real/truth/truth_figures.parquet'
        UNION SELECT unit_code FROM read_csv('freal/reports.csv', all_varchar = true)) ANTI JOIN $units USING (unit_code)")" 0 'accounts, reports and truth are of these units'
    sim real2 --villages 3 --months 1 --seed 9 --vendors none --divisions "$real" --files freal2 --threads 1
    diff -r freal freal2 >/dev/null && ok 'and the same county again' || not_ok 'and the same county again' "$(diff -rq freal freal2)"
else
    skip 'a county on the real division codes' "$real is not there"
fi

# ---- what cannot be ----
refuse() {   # CODE NAME REGEX ARGUMENTS…
    local code=$1 name=$2 regex=$3
    shift 3
    rm -rf none
    run "$shishu" simulate none "$@"
    is "$rc $([ -e none ] && echo left) $out" "$code  " "$name: refused, nothing is left"
    like "$err" "$regex" "$name: says why"
}
ini() { printf '%b' "$1" >p.ini; }
ini '[county]\nregistered_mean = 3\n'; refuse 3 'an unknown parameter' 'p\.ini, line 2, column county\.registered_mean, "3"' --settings p.ini
ini '[market]\nbatch_min = 900\nbatch_max = 300\n'; refuse 3 'a smallest above its largest' 'p\.ini, column market\.batch_min' --settings p.ini
ini '[life]\nalarm_share = 1.5\n'; refuse 3 'a share above 1' 'line 2, column life\.alarm_share, "1\.5"' --settings p.ini
ini '[life]\nalarm_share = many\n'; refuse 3 'a word for a number' 'line 2, column life\.alarm_share, "many"' --settings p.ini
ini '[life]\nalarm_share = nan\n'; refuse 3 'not a number' 'line 2, column life\.alarm_share, "nan"' --settings p.ini
ini '[county]\ncadres = 2.5\n'; refuse 3 'half a person' 'line 2, column county\.cadres, "2\.5"' --settings p.ini
ini '[county]\nstart_year = 2080\n'; refuse 2 'a county of the future' 'end after today' --settings p.ini
refuse 3 'no settings file' 'no\.ini' --settings no.ini
refuse 3 'no list of divisions' 'no\.csv' --divisions no.csv
refuse 2 'no village' '1 to 20000' --villages 0
refuse 2 'too many months' '1 to 60' --months 61
refuse 2 'vendors that are not known' 'rich' --vendors rich
refuse 3 'more villages than the list holds' 'fewer villages' --villages 2000
mkdir taken && touch taken/x
run "$shishu" simulate taken --villages 2 --months 1
is "$rc $(ls taken)" '3 x' 'a folder with something in it is left alone'
printf 'unit_code,name,level,parent_code\n' >empty.csv
refuse 3 'an empty list of divisions' 'fewer villages' --divisions empty.csv --villages 1
run "$shishu" -C wide evaluate --truth no.parquet
is "$rc" 3 'no truth'
run "$shishu" -C wide evaluate --truth wide/truth/batches.parquet
is "$rc" 3 'a file that is not the truth'
done_testing
