#!/usr/bin/env bash
# bench/forensics.sh: `shishu forensics` beside the same sums in DuckDB (one row a station and count, binomial terms by lgamma), and beside what was
# measured of the Monte Carlo (design 10: 1,000 draws, 154 cpu s and 4,341 MiB for russia_2018).
set -euo pipefail
cd "$(dirname "$0")/.."
shared=${SHISHU_SHARED:-$(dirname "$PWD")/shared}
measure=build/bench/measure
file=$shared/data/elections/russia_2018.parquet
echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg)"
best() { for _ in 1 2 3; do "$measure" "$@"; done | sort -t$'\t' -k3,3n | head -n 1; }
ratio() {   # k, n: the chance of each station
    echo "SELECT uik, region, r, sum(exp(lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1) + j * ln(k / n) + (n - j) * ln(1 - k / n))) AS p
          FROM (SELECT *, unnest(range(greatest(0, k - 9 * sqrt(k * (1 - k / n)))::BIGINT, least(n, k + 9 * sqrt(k * (1 - k / n)))::BIGINT + 1)) AS j
                FROM (SELECT uik, region, row_number() OVER () AS r, $1::DOUBLE AS k, $2::DOUBLE AS n FROM '$file')
                WHERE n >= 100 AND k >= 0.01 * n AND k <= 0.99 * n)
          WHERE abs(2000 * j - 20 * round(100 * j / n) * n) <= n GROUP BY ALL"
}
best 'shishu forensics, russia_2018' build/shishu forensics "$file" --value ballots_issued --total registered --value leader_votes --total ballots_in_boxes --by region --json
best 'DuckDB by hand, the sums alone' build/bench/duck_sql "$(nproc)" 8GB "SELECT sum(1 - (1 - coalesce(a.p, 0)) * (1 - coalesce(b.p, 0))) FROM ($(ratio ballots_issued registered)) a FULL JOIN ($(ratio leader_votes ballots_in_boxes)) b USING (r)"
best 'DuckDB scan of the columns' build/bench/duck_sql "$(nproc)" 8GB "SELECT sum(ballots_issued), sum(registered), sum(leader_votes), sum(ballots_in_boxes), max(region) FROM '$file'"
