#!/usr/bin/env bash
# examples/demo.sh: the case of examples/village-of-700 from files to verdicts, each command shown before it runs; then a simulated county of 60
# villages, audited and compared with its truth. `make demo` builds the program and calls this. Language: from the locale, as always
# (LANG=zh_CN.UTF-8 make demo).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SHISHU=${SHISHU:-build/shishu}
case_files=examples/village-of-700
workspace=build/demo/village-of-700
county=build/demo/county-of-60

run() {
    printf '\n$ %s %s\n' "$SHISHU" "$*"
    "$SHISHU" "$@"
}
report_of() {
    local reports=("$1"/runs/*/report.html)
    printf '%s\n' "$PWD/${reports[-1]}"
}

rm -rf "$workspace" "$county"
mkdir -p "$(dirname "$workspace")"
run init "$workspace" --name 临江县
for table in apps units indicators; do
    run -C "$workspace" import "$table" "$case_files/$table.csv"
done
run -C "$workspace" import prices rules/prices.csv
for table in targets bulletins reports; do
    run -C "$workspace" import "$table" "$case_files/$table.csv"
done
run -C "$workspace" audit
run -C "$workspace" explain jdydt-active/2023-12/341299101201

run simulate "$county" --villages 60 --months 3
run -C "$county" audit
run -C "$county" evaluate --truth "$county/truth/truth.parquet"

printf '\n'
report_of "$workspace"
report_of "$county"
