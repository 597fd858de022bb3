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

best() {   # the fastest wall time of three rounds
    local i
    for i in 1 2 3; do build/bench/measure "$@"; done | cut -f2 | sort -n | head -n 1
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() { printf '| %-42s | %8s | %s |\n' "$@"; }

echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
echo "frame of $rows rows, $(stat -c %s "$frame") bytes"
echo
sum=$(best sha256sum sha256sum "$frame")
row job 'wall s' against
row --- ---: ---
row 'sha256sum of the frame' "$sum" ''
build/bench/draw_bench "$frame" | while IFS=$'\t' read -r name seconds rate; do
    case $name in
    bound*) bound=$seconds against='one hash a draw, all cores' ;;
    *'whole frame'* | *'first 1,000'*) against="$(ratio "$seconds" "$sum") x sha256sum" ;;
    *) against="$(ratio "$seconds" "$bound") x the bound" ;;
    esac
    row "$name" "$seconds" "$against; $rate M/s"
done
whole=$(best draw build/shishu draw "$frame" --seed 38271940651178420359 --size 1000)
row 'shishu draw, 1,000 of the frame' "$whole" "$(ratio "$whole" "$sum") x sha256sum"
strata=$(best draw build/shishu draw "$frame" --seed 38271940651178420359 --size 1000 --strata stratum)
row 'shishu draw, 1,000 in 40 strata' "$strata" "$(ratio "$strata" "$sum") x sha256sum"
