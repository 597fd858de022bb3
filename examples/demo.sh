#!/usr/bin/env bash
# examples/demo.sh: the case of examples/village-of-700 from files to verdicts, each command shown before it runs.
# `make demo` builds the program and calls this. Language: from the locale, as always (LANG=zh_CN.UTF-8 make demo).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SHISHU=${SHISHU:-build/shishu}
case_files=examples/village-of-700
workspace=build/demo/village-of-700

run() {
    printf '\n$ %s %s\n' "$SHISHU" "$*"
    "$SHISHU" "$@"
}

rm -rf "$workspace"
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

reports=("$workspace"/runs/*/report.html)
printf '\n%s\n' "$PWD/${reports[-1]}"
