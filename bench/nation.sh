#!/usr/bin/env bash
# bench/nation.sh: check of one target for each township and village of the country, on real division codes ($SHISHU_SHARED/data/china_admin).
# Prints wall, cpu and peak memory of each command, beside DuckDB's scan of the same targets. Nothing but the codes is real.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shared=${SHISHU_SHARED:-$PWD/../shared}
admin=$shared/data/china_admin
work=${1:-build/bench/nation}
[ -d "$admin" ] || { echo "no $admin"; exit 0; }
rm -rf "$work"
mkdir -p "$work"
python3 tests/reference/duck.py "
SELECT code AS unit_code, name, 'province' AS level, NULL AS parent_code, NULL AS registered, NULL AS cadres FROM '$admin/provinces.parquet'
UNION ALL SELECT code, name, 'city', provinceCode, NULL, NULL FROM '$admin/cities.parquet'
UNION ALL SELECT code, name, 'county', cityCode, NULL, NULL FROM '$admin/areas.parquet'
UNION ALL SELECT code, name, 'town', areaCode, NULL, 40 FROM '$admin/streets.parquet'
UNION ALL SELECT code, name, 'village', streetCode, 300 + hash(code) % 3000, 6 FROM '$admin/villages.parquet'" >"$work/units.csv"
python3 tests/reference/duck.py "
SELECT 'active' AS indicator, '2024-06' AS period, code AS unit_code, 2000 AS value, areaCode AS issuer_code, '2024-06-01' AS issued_at, 'government' AS issuer_type FROM '$admin/streets.parquet'
UNION ALL SELECT 'active', '2024-06', code, 100 + hash(name) % 1500, streetCode, '2024-06-02', 'government' FROM '$admin/villages.parquet'" >"$work/targets.csv"
printf 'app,name,kind,owner_type,audience\nA,监督一点通,mini,party,public\n' >"$work/apps.csv"
printf 'indicator,app,name,counts,class,basis,consequence,honest_minutes\nactive,A,月活跃度,active,other,ranked,report,6\n' >"$work/indicators.csv"
printf 'indicator,kind,frequency,published_at\nactive,rank,monthly,2024-06-30\n' >"$work/bulletins.csv"
build/shishu init "$work/ws" --quiet >/dev/null
for table in units apps indicators targets bulletins; do build/bench/measure "import $table" build/shishu -C "$work/ws" import $table "$work/$table.csv" --quiet; done
build/shishu -C "$work/ws" import prices rules/prices.csv --quiet >/dev/null
build/bench/measure 'DuckDB scan of targets.csv' build/bench/duck_sql 2 1GB "SELECT sum(hash(COLUMNS(*))) FROM read_csv('$work/targets.csv', all_varchar = true)"
build/bench/measure 'check' build/shishu -C "$work/ws" check
build/bench/measure 'check --json' build/shishu -C "$work/ws" check --json
