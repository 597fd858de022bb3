#!/bin/sh
# bench/figures.sh [INDICATORS]: the table of figures. A county of 20 townships x 15 villages reports 300 indicators (or INDICATORS) in each
# of 52 weeks, about 5 million figures; import, recount and audit are timed beside what DuckDB needs to scan the reports' CSV, to copy it
# into Parquet, and to scan every column of the figures that came out. Of what a village reports 3 in 100 figures are padded; a parent
# reports the sum of its parts. Prints Markdown.
set -eu
cd "$(dirname "$0")/.."
indicators=${1:-300} threads=$(nproc) memory=4GB
program=$PWD/build/shishu measure=$PWD/build/bench/measure duck=$PWD/build/bench/duck_sql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$duck" "$threads" $memory "
create table villages as select printf('370481%03d%03d', t, v) as unit_code, printf('370481%03d', t) as parent_code,
  printf('%d镇%d村', t + 1, v + 1) as name, 600 + (t * 15 + v) * 37 % 2000 as residents, 900 + (t * 15 + v) * 53 % 2500 as registered
  from range(20) r(t), range(15) s(v);
copy (select '370481' as unit_code, '县' as name, 'county' as level, null as parent_code, null as residents, null as registered union all
      select printf('370481%03d', t), printf('%d镇', t + 1), 'town', '370481', null, null from range(20) r(t) union all
      select unit_code, name, 'village', parent_code, residents, registered from villages) to 'units.csv';
copy (select printf('a%02d', k) as app, printf('应用%d', k + 1) as name from range(15) r(k)) to 'apps.csv';
copy (select printf('i%03d', k) as indicator, printf('a%02d', k % 15) as app, printf('指标%d', k + 1) as name,
      (['registered', 'active', 'reads', 'seconds', 'quiz'])[1 + k // 15 % 5] as counts from range($indicators) r(k)) to 'indicators.csv';
create table told as select k, w, unit_code, parent_code,
  ((0.3 + 0.2 * (k % 3) + 0.002 * w) * registered * case when hash(k, w, unit_code) % 100 < 3 then 3 else 1 end)::bigint as value
  from range($indicators) r(k), range(52) s(w), villages;
create table sums as select k, w, parent_code as unit_code, sum(value)::bigint as value from told group by all;
copy (select printf('i%03d', k) as indicator, printf('2023-W%02d', w + 1) as period, unit_code, value from (
        select k, w, unit_code, value from told union all select * from sums union all
        select k, w, '370481', sum(value)::bigint from sums group by all) order by k, w, unit_code) to 'reports.csv'" > duck.out

"$program" init ws > init.out 2>&1
cd ws
for t in units apps indicators; do "$program" import "$t" "../$t.csv" > /dev/null; done
for c in "import reports ../reports.csv" recount audit; do "$measure" "shishu ${c%% *}" "$program" --memory $memory $c >> ../shishu.out 2>> ../err.out; done
figures=$(echo runs/*/figures.parquet)
scan() { "$measure" "$1" "$duck" "$threads" $memory "$2" >> ../scan.out 2>> ../err.out; }
scan "DuckDB scan of the CSV" "select max(indicator), max(period), max(unit_code), sum(value) from '../reports.csv'"
scan "DuckDB CSV to Parquet" "copy (select * from '../reports.csv') to '../r.parquet' (compression zstd)"
scan "DuckDB scan of all figures" "select max(COLUMNS(* EXCLUDE decision_rate)) from '$figures'"
scan "DuckDB copy of all figures" "copy (select * from '$figures' order by indicator, period, unit_code) to '../f.parquet' (compression zstd)"

rows=$(($(wc -l < ../reports.csv) - 1))
base=$(awk -F '\t' 'NR == 1 { print $2 }' ../scan.out)
echo "### $rows figures: $indicators indicators x 52 weeks x 321 units, $threads threads, --memory $memory"
echo
echo "| what | wall s | cpu s | peak MiB | x scan of the CSV |"
echo "|---|---|---|---|---|"
cat ../scan.out ../shishu.out | awk -F '\t' -v base="$base" '{ printf "| %s | %s | %s | %s | %.1f |\n", $1, $2, $3, $4, $2 / base }'
echo
echo "figures.parquet $(($(wc -c < "$figures") / 1000000)) MB, report.html $(($(cat runs/*/report.html | wc -c) / 1000)) kB."
