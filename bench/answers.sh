#!/usr/bin/env bash
# bench/answers.sh [SHEETS]: `shishu answers` on the shared exams, beside what DuckDB needs only to count equal answers of all pairs, and on SHEETS
# (20,000) invented sheets of 50 items. Prints Markdown.
set -euo pipefail
cd "$(dirname "$0")/.."
sheets=${1:-20000} shared=${SHISHU_SHARED:-../shared} threads=$(nproc)
program=$PWD/build/shishu measure=$PWD/build/bench/measure duck=$PWD/build/bench/duck_sql
data=$(realpath "$shared/data/exam_copying")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$duck" "$threads" 4GB "create macro u(k, a, b) as hash(k, a, b, 7) / 18446744073709551616.0;
  copy (select printf('n%05d', i) account, 'q' || j item, case when u('x', i, j) < 1 / (1 + exp(-(3 * u('ability', i, 0) - 0.5 - j / 40.0))) then 'A'
      else chr((66 + floor(3 * u('wrong', i, j) ** 2))::int) end answer from range($sheets) s(i), range(50) t(j)) to '$work/sheets.parquet'"
row() { awk -F '\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }'; }
echo '| what | wall s | cpu s | peak MiB |'
echo '|---|---|---|---|'
for round in 1 2 3; do
    "$measure" "shishu answers, negocios, 124,750 pairs" "$program" answers "$data/negocios_answers.parquet" --account student_id \
        --long item=item,answer=answer,key=key --json
    "$measure" "DuckDB, equal answers of these pairs only" "$duck" "$threads" 4GB "select max(n) from (select a.student_id, b.student_id, count(*) n
        from '$data/negocios_answers.parquet' a join '$data/negocios_answers.parquet' b on a.item = b.item and a.answer = b.answer
        and a.student_id < b.student_id group by 1, 2)"
    "$measure" "shishu answers, credential, 173,755 pairs" "$program" answers "$data/credential_answers.parquet" --account candidate_id \
        --long item=item,answer=answer,seconds=seconds --json
done | sort -t "$(printf '\t')" -k1,1 -k2,2n | awk -F '\t' '$1 != last { print; last = $1 }' | row
"$measure" "shishu answers, $sheets invented sheets of 50" "$program" answers "$work/sheets.parquet" --account account --long item=item,answer=answer --json | row
