#!/usr/bin/env bash
# bench/scale.sh: how the cost of `sync`, `blocks`, `shared` and `bursts` grows with the tuples: the same simple people at each size, 20 acts each on
# things that draw 20 acts on average within hours, a device each but for a tenth on shared ones, 150 people a village. Whole processes on Parquet.
#   SCALE_MILLIONS="1 3 10 30"   tuples   SCALE_TOOLS="sync blocks shared bursts"   SCALE_DIR=DIR   where the files go (build/bench/data/scale)
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(realpath -m "${SCALE_DIR:-build/bench/data/scale}") threads=$(nproc)
mkdir -p "$dir"
made() {   # millions
    build/bench/duck_sql "$threads" 4GB "copy (select 'u' || who as account, 'o' || thing as object, 'd' || (case when who % 10 = 0 then who // 40 else who end) as device,
        'v' || (who // 150) as unit, timestamp '2024-01-01' + to_seconds((hash(thing, 7) % 5184000)::bigint + (-21600 * ln((1 + hash(k, 3) % 1000000) / 1000001.0))::bigint) as at
        from (select k, hash(k, 1) % ($1 * 50000) as who, hash(k, 2) % ($1 * 50000) as thing from range($1 * 1000000) r(k))) to '$dir/$1.parquet' (format parquet)"
}
run() {   # millions, tool
    local file=$dir/$1.parquet
    case $2 in
        sync) build/bench/measure sync build/shishu sync "$file" --account account --object object --time at --quiet --json ;;
        blocks) build/bench/measure blocks build/shishu blocks "$file" --account account --by object,at --bin at=1h --top 0 --quiet --json ;;
        shared) build/bench/measure shared build/shishu shared "$file" --account account --via device --time at --unit unit --quiet --json ;;
        bursts) build/bench/measure bursts build/shishu bursts "$file" --time at --unit unit --quiet --json ;;
    esac | cut -f2-
}
echo "$threads cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
echo '| tool | million tuples | wall s | cpu s | MiB | cpu µs a tuple |'
echo '|---|---:|---:|---:|---:|---:|'
for millions in ${SCALE_MILLIONS:-1 3 10 30}; do
    [ -f "$dir/$millions.parquet" ] || made "$millions"
    for tool in ${SCALE_TOOLS:-sync blocks shared bursts}; do
        IFS=$'\t' read -r wall cpu mib < <(run "$millions" "$tool")
        awk -v t="$tool" -v m="$millions" -v w="$wall" -v c="$cpu" -v b="$mib" 'BEGIN { printf "| %s | %s | %.1f | %.1f | %s | %.2f |\n", t, m, w, c, b, c / m }'
    done
done
