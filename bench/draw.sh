#!/usr/bin/env bash
# bench/draw.sh: draws beside the hashes that they cannot do without: 1 M draws against 1 M SHA-256, and a frame in the order of its tickets against
# sha256sum of the same file; then the command as a whole, which also reads the file, hashes it and looks for keys that stand twice.
#   BENCH_ROWS=N    rows of the frame (10,000,000)
#   BENCH_DIR=DIR   where the frame goes (build/bench/data)
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${BENCH_ROWS:-10000000}
dir=${BENCH_DIR:-build/bench/data}
frame=$dir/frame-$rows.csv
mkdir -p "$dir"
[ -f "$frame" ] || { seq 1 "$rows" | awk 'BEGIN { print "key,stratum" } { printf "A%010d,%d\n", $1, $1 % 40 + 1 }' >"$frame.new" && mv "$frame.new" "$frame"; }

best() {   # wall and processor seconds, the least of five rounds each
    local i
    for i in 1 2 3 4 5; do build/bench/measure "$@"; done | awk -F '\t' '!wall || $2 < wall { wall = $2 } !cpu || $3 < cpu { cpu = $3 } END { print wall, cpu }'
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() { printf '| %-42s | %8s | %8s | %s |\n' "$@"; }
# Where other work runs on the cores, wall times say little: processor time over the cores is what would be left of them on a quiet machine.
cores=$(nproc)
against() { echo "$(ratio "$2" "$4") x $1, processor time over cores $(awk -v a="$3" -v b="$5" -v c="$cores" -v d="$6" 'BEGIN { printf "%.2f", a / c / (b / d) }') x"; }

echo "$cores cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
echo "frame of $rows rows, $(stat -c %s "$frame") bytes"
echo
read -r sum sum_cpu < <(best sha256sum sha256sum "$frame")
row job 'wall s' 'cpu s' against
row --- ---: ---: ---
row 'sha256sum of the frame' "$sum" "$sum_cpu" ''
build/bench/draw_bench "$frame" | while IFS=$'\t' read -r name seconds cpu rate; do
    case $name in
    bound*) bound=$seconds bound_cpu=$cpu said='one hash a draw, all cores' ;;
    *'whole frame'* | *'first 1,000'*) said=$(against sha256sum "$seconds" "$cpu" "$sum" "$sum_cpu" 1) ;;
    *) said=$(against 'the bound' "$seconds" "$cpu" "$bound" "$bound_cpu" "$cores") ;;
    esac
    row "$name" "$seconds" "$cpu" "$said; $rate M/s"
done
whole() {   # name, arguments of draw
    read -r wall cpu < <(best draw build/shishu draw "$frame" --seed 38271940651178420359 --size 1000 "${@:2}")
    row "$1" "$wall" "$cpu" "$(against sha256sum "$wall" "$cpu" "$sum" "$sum_cpu" 1)"
}
whole 'shishu draw, 1,000 of the frame'
whole 'shishu draw, 1,000 in 40 strata' --strata stratum
