#!/bin/sh
# bench/shared.sh [ROWS]: `shared` and `bursts` beside hand-written DuckDB, whole processes on the same Parquet: edify's addresses, then ROWS acts
# (1,000,000) and ten times as many of simple people with a device each, a tenth of them shared, and one address for all. Prints Markdown.
set -eu
cd "$(dirname "$0")/.."
rows=${1:-1000000} threads=$(nproc) memory=4GB
program=$PWD/build/shishu measure=$PWD/build/bench/measure duck=$PWD/build/bench/duck_sql data=${SHISHU_SHARED:-$(dirname "$PWD")/shared}/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
best() {   # name, command: the fastest of five
    name=$1
    shift
    for k in 1 2 3 4 5; do "$measure" "$name" "$@" 2>> err.out | tail -n 1; done | sort -t "$(printf '\t')" -k2,2n | head -n 1 >> times.out
}
pairs="create table seen as select distinct who, via from e;
       create table pairs as select a.who as a, b.who as b, count(*) as shared from seen a join seen b on a.via = b.via and a.who < b.who group by all"
one() {   # name, file, account, via, time, unit
    best "$1: shishu shared" "$program" shared "$2" --account "$3" --via "$4" --time "$5" --unit "$6" --json
    best "$1: DuckDB self-join" "$duck" "$threads" $memory "create view e as select $3 as who, $4 as via from '$2' where $4 is not null" "$pairs"
    best "$1: DuckDB scan" "$duck" "$threads" $memory "select max($3), max($4), max($5), max($6) from '$2'"
    best "$1: shishu bursts" "$program" bursts "$2" --time "$5" --unit "$6" --json
}
made() {   # rows
    "$duck" "$threads" $memory "copy (select 'u' || (k % ($1 // 20)) as who, 'd' || (case when k % ($1 // 20) % 10 = 0 then k % ($1 // 20) // 40 else k % ($1 // 20) end) as device,
        'all' as address, timestamp '2024-01-01' + to_seconds((hash(k) % 15552000)::bigint) as at, 'v' || (k % ($1 // 20) % 200) as village
        from range($1) r(k)) to 'made.parquet' (format parquet)" > out
}
one edify "$data/moodle_logs/edify_events.parquet" user_id ip_hash occurred_at course
made "$rows"
one "$rows acts" made.parquet who device at village
best "$rows acts, one address for all: shishu shared" "$program" shared made.parquet --account who --via address --time at --unit village --json
made $((10 * rows))
best "$((10 * rows)) acts: shishu shared" "$program" shared made.parquet --account who --via device --time at --unit village --json
best "$((10 * rows)) acts: shishu bursts" "$program" bursts made.parquet --time at --unit village --json
echo "| what (best of 5) | wall s | cpu s | peak MiB |"
echo "|---|---|---|---|"
awk -F '\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }' times.out
