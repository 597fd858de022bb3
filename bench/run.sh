#!/usr/bin/env bash
# bench/run.sh: our commands and DuckDB side by side, in one run, on the same data.
#   BENCH_MILLIONS="5 50 200"   sizes of the log in millions of events (5); accounts: a fiftieth, at most a million
#   BENCH_DIR=DIR               where the data go (build/bench/data); about 130 bytes an event
#   BENCH_ROUNDS=N              rounds (3 up to 10 M events, else 1); the fastest of each counts, since other work only slows
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(realpath -m "${BENCH_DIR:-build/bench/data}")
threads=$(nproc)

measure=build/bench/measure duck=build/bench/duck_sql shishu=build/shishu

# best NAME COMMAND…: the fastest of the rounds, as "wall cpu mib"
best() {
    local name=$1 i
    shift
    for ((i = 0; i < rounds; i++)); do
        before "$name"
        "$measure" "$name" "$@"
    done | sort -t$'\t' -k2,2n | head -n 1 | cut -f2-
}
# what has to be undone before a round
before() {
    case $1 in
    import) rm -rf "$work/ws"; cp -a "$work/empty" "$work/ws" ;;
    copy) rm -f "$work/peer.parquet" ;;
    esac
}
row() { printf '| %-34s | %8s | %8s | %8s | %s |\n' "$@"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }

echo "$threads cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
for millions in ${BENCH_MILLIONS:-5}; do
    work=$dir/${millions}m
    rounds=${BENCH_ROUNDS:-$((millions > 10 ? 1 : 3))}
    events=$((millions * 1000000)) accounts=$((millions * 20000))
    [ $accounts -le 1000000 ] || accounts=1000000
    days=$((millions > 200 ? 365 : millions > 50 ? 120 : 30))
    mkdir -p "$work"
    [ -f "$work/made" ] || { build/bench/make_log "$work" $events $accounts $days && touch "$work/made"; }
    rm -rf "$work/empty"
    "$shishu" --quiet init "$work/empty" >/dev/null
    for table in apps units indicators reports accounts; do "$shishu" -C "$work/empty" --quiet import $table "$work/$table.csv" >/dev/null; done
    bytes=$(stat -c %s "$work/events.csv")

    read -r import_wall import_cpu import_mib < <(best import "$shishu" -C "$work/ws" --quiet import events "$work/events.csv")
    read -r copy_wall copy_cpu copy_mib < <(best copy "$duck" "$threads" 16GB "COPY (SELECT * FROM read_csv('$work/events.csv')) TO '$work/peer.parquet' (FORMAT parquet)")
    parts="$work/ws/data/events/*/*.parquet"
    people="$work/ws/data/accounts/*.parquet"
    read -r recount_wall recount_cpu recount_mib < <(best recount "$shishu" -C "$work/ws" --json recount --period 2024-06)
    read -r hand_wall hand_cpu hand_mib < <(best hand "$duck" "$threads" 16GB \
        "SELECT a.unit_code, count(DISTINCT coalesce(a.phone, a.account)) FILTER (WHERE e.action = 'login'), count(*) FILTER (WHERE e.action = 'read') \
         FROM read_parquet('$parts') e JOIN read_parquet('$people') a ON a.app = e.app AND a.account = e.account \
         WHERE e.app = 'bench' AND e.time >= '2024-05-31 16:00:00' AND e.time < '2024-06-30 16:00:00' GROUP BY a.unit_code")
    read -r scan_wall scan_cpu scan_mib < <(best scan "$duck" "$threads" 16GB \
        "SELECT count(app), count(account), min(time), count(action), count(object), count(device), count(ip), sum(seconds), count(value) FROM read_parquet('$parts')")
    read -r audit_wall audit_cpu audit_mib < <(best audit "$shishu" -C "$work/ws" --quiet audit --period 2024-06)
    read -r whole_wall whole_cpu whole_mib < <(best whole "$shishu" -C "$work/ws" --quiet audit)

    printf '\n### %s M events, %s accounts, %s MB of CSV, best of %s\n\n' "$millions" "$accounts" $((bytes / 1000000)) "$rounds"
    row job 'wall s' 'cpu s' 'MiB' 'against'
    row --- ---: ---: ---: ---
    row 'DuckDB CSV -> Parquet' "$copy_wall" "$copy_cpu" "$copy_mib" baseline
    row 'shishu import events' "$import_wall" "$import_cpu" "$import_mib" \
        "$(ratio "$import_wall" "$copy_wall") x; $(awk -v e=$events -v b="$bytes" -v s="$import_wall" 'BEGIN { printf "%.2f M rows/s, %.0f MB/s", e / s / 1e6, b / s / 1e6 }')"
    row 'DuckDB scan of the same columns' "$scan_wall" "$scan_cpu" "$scan_mib" baseline
    row 'DuckDB aggregate by hand' "$hand_wall" "$hand_cpu" "$hand_mib" baseline
    row 'shishu recount, one month' "$recount_wall" "$recount_cpu" "$recount_mib" "$(ratio "$recount_wall" "$hand_wall") x by hand, $(ratio "$recount_wall" "$scan_wall") x the scan"
    row 'shishu audit, one month' "$audit_wall" "$audit_cpu" "$audit_mib" "$(ratio "$audit_wall" "$scan_wall") x the scan"
    row "shishu audit, all $days days" "$whole_wall" "$whole_cpu" "$whole_mib" "$(ratio "$whole_wall" "$scan_wall") x the scan"
done
