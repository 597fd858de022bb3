#!/usr/bin/env bash
# bench/leads.sh: pulse, order and pool on a simulated county's log, beside what a person would write in DuckDB for the counting part of each.
#   BENCH_DIR=DIR   where the data go (build/bench/data); 60 villages, 7 months, 1.9 M events, honest, and the same with crude vendors
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(realpath -m "${BENCH_DIR:-build/bench/data}")
measure=build/bench/measure duck=build/bench/duck_sql shishu=build/shishu
threads=$(nproc)
for vendors in none crude; do
    file=$dir/county_$vendors.parquet
    [ -f "$file" ] && continue
    mkdir -p "$dir"
    "$shishu" --quiet simulate "$dir/county" --villages 60 --months 7 --seed $([ $vendors = none ] && echo 1 || echo 2) --vendors $vendors --files "$dir/files" >/dev/null
    "$duck" "$threads" 4GB "COPY (SELECT app || ':' || e.account AS account, time::TIMESTAMP AS time, time[:10] AS day, app || ':' || action AS deed, action, object, unit_code
        FROM read_csv('$dir/files/events-*.csv', all_varchar = true) e JOIN (SELECT app, account, unit_code FROM read_csv('$dir/files/accounts.csv', all_varchar = true)) USING (app, account))
        TO '$file'"
    rm -rf "$dir/county" "$dir/files"
done
best() { for _ in 1 2 3; do "$measure" "$@"; done | sort -t$'\t' -k2,2n | head -n 1; }
file=$dir/county_none.parquet
echo "$threads cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
best 'scan of the columns, DuckDB' "$duck" "$threads" 4GB "SELECT max(account), max(time), max(object), max(unit_code), max(action) FROM '$file'"
best 'shishu pulse' "$shishu" pulse "$file" --account account --time time --unit unit_code --action action --json
best 'minimal months, DuckDB' "$duck" "$threads" 4GB "SELECT unit_code, count(*) FROM (SELECT unit_code, account, count(*) AS m FROM (SELECT unit_code, account, date_trunc('month', time) AS month
    FROM '$file' GROUP BY ALL HAVING count(*) = 1 AND max(action) = 'login') GROUP BY ALL HAVING count(*) >= 5) GROUP BY 1"
best 'shishu order' "$shishu" order "$file" --account account --time time --by day --json
best 'first acts of days and their next, DuckDB' "$duck" "$threads" 4GB "SELECT count(*) FROM (SELECT account, t, lead(t) OVER (PARTITION BY account ORDER BY t) FROM (SELECT account, day, min(time) AS t FROM '$file' GROUP BY ALL))"
best 'shishu pool' "$shishu" pool "$file" --account account --object object --time time --unit unit_code --json
best 'common accounts of cells, DuckDB' "$duck" "$threads" 8GB "CREATE TABLE f AS SELECT account, object, min(time) AS t FROM '$file' WHERE object IS NOT NULL GROUP BY ALL;
    CREATE TABLE g AS SELECT *, epoch(t) // 21600 AS q, count(*) OVER (PARTITION BY account) AS acts FROM f" "CREATE TABLE c AS SELECT g.account, g.object, g.q FROM g JOIN (SELECT object, q FROM g GROUP BY ALL HAVING count(*) >= 15) USING (object, q) WHERE acts <= 16" \
    "SELECT count(*) FROM (SELECT a.object, a.q, b.object, b.q, count(*) FROM c a JOIN c b ON a.account = b.account AND a.object < b.object AND abs(a.q - b.q) >= 3 GROUP BY ALL HAVING count(*) >= 4)"
echo
echo 'set | tool | groups or units that stand'
for vendors in none crude; do
    file=$dir/county_$vendors.parquet
    say() { printf '%s | %s | %s\n' "$vendors" "$1" "$(python3 -c 'import json, sys; d = json.load(sys.stdin); print(eval(sys.argv[1]))' "$2")"; }
    "$shishu" pulse "$file" --account account --time time --unit unit_code --action action --json | say pulse 'sum(u["selected"] for u in d["units"])'
    "$shishu" order "$file" --account account --time time --by day --json | say order 'sum(g["selected"] for g in d["groups"]), sum(g["accounts"] for g in d["groups"])'
    "$shishu" pool "$file" --account account --object object --time time --unit unit_code --json | say 'pool (not judged)' 'len(d["groups"]), sum(not g["explained"] for g in d["groups"])'
done
