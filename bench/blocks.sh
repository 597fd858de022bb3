#!/usr/bin/env bash
# bench/blocks.sh: speed of `shishu blocks`: kdd99 (dense list), a planted tensor (judged list; dense list) and larger ones, beside a plain DuckDB group-by of
# the same columns. M-Zoom, D-Cube and FRAUDAR need a Java or Python environment: their figures are in design 10, section 1.
#   BENCH_MILLIONS="1 3 10"   sizes of the tensor   BENCH_DIR=DIR   where it goes (build/bench/data)   BENCH_ROUNDS=N   the fastest counts (3)
#   SHISHU_SHARED=DIR         the shared data
set -euo pipefail
cd "$(dirname "$0")/.."
data=${SHISHU_SHARED:-$(dirname "$PWD")/shared}/data
dir=$(realpath -m "${BENCH_DIR:-build/bench/data}")/blocks
mkdir -p "$dir"
best() {   # NAME COMMAND…: wall, cpu, MiB of the round with the least cpu
    local i
    for ((i = 0; i < ${BENCH_ROUNDS:-3}; i++)); do build/bench/measure "$@"; done | sort -t$'\t' -k3,3n | head -n 1 | cut -f2-
}
row() { printf '| %-44s | %8s | %8s | %6s |\n' "$@"; }
line() { local name=$1; shift; IFS=$'\t' read -r wall cpu mib < <(best "$name" "$@"); row "$name" "$wall" "$cpu" "$mib"; }
echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
row job 'wall s' 'cpu s' MiB
row --- ---: ---: ---:
kdd=$data/kdd99/connections.parquet five=protocol,service,flag,src_bytes,dst_bytes
if [ -e "$kdd" ]; then
    line 'kdd99, 5 columns, DuckDB group by' build/bench/duck_sql "$(nproc)" 4GB "SELECT count(*) FROM (SELECT $five, count(*) FROM '$kdd' GROUP BY ALL)"
    line 'kdd99, 5 columns, 20 blocks' build/shishu blocks "$kdd" --by $five --top 20
    line 'kdd99, 7 columns, 20 blocks' build/shishu blocks "$kdd" --by $five,conn_count,srv_count --top 20
fi
for millions in ${BENCH_MILLIONS:-1 3 10}; do
    file=$dir/tensor-$millions
    [ -f "$file.csv" ] || build/bench/make_tensor "$file" "${millions}e6" 1
    line "tensor $millions M, DuckDB group by" build/bench/duck_sql "$(nproc)" 4GB \
        "SELECT count(*) FROM (SELECT account, item, time // 3600, count(*) FROM '$file.csv' GROUP BY ALL)"
    line "tensor $millions M, groups" build/shishu blocks "$file.csv" --by item,time --bin time=1h --account account --top 0
    line "tensor $millions M, 10 dense blocks" build/shishu blocks "$file.csv" --by account,item,time --bin time=1h --top 10
done
