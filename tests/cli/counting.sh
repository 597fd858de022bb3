#!/usr/bin/env bash
# recount, audit and explain against the worked case: every row exactly.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
case=$shared/cases/counting
compare=$root/tests/reference/compare.py
need "$case/expected_figures.csv" "$case/expected_targets.csv"
export PYTHONDONTWRITEBYTECODE=1
now='2026-01-15T12:00:00+08:00'
W=$T/w
blank "$W"
for table in units apps indicators targets reports accounts events; do imports "$W" $table "$case/$table.csv"; done

holds() {   # kind, what the program said, expected rows, name
    local found
    found=$(python3 "$compare" "$1" "$2" "$3" 2>&1) && ok "$4" || not_ok "$4" "$found"
}
run "$shishu" -C "$W" --now "$now" recount --json
is "$rc" 0 'recount'
cp .out recount.json
holds figures recount.json "$case/expected_figures.csv" 'recount: every row of expected_figures.csv'
is "$(json 'len(d["figures"])')" 881 'figures are the union of reports and targets'
is "$(json '[f["figure"] for f in d["figures"]] == sorted([f["figure"] for f in d["figures"]], key=lambda s: s.split("/"))')" true 'in the order of their keys'
run "$shishu" -C "$W" --now "$now" recount
is "$rc" 0 'recount in words'
like "$out" 'jdydt-registered' 'it names figures'

# the case against the slow reference, which also knows sum_of_children and all 43 targets
python3 "$root/tests/reference/recount.py" "$case" --now "$now" --targets targets.csv >figures.csv
is "$(wc -l <figures.csv) $(wc -l <targets.csv)" '882 44' 'the reference counts as well'
holds figures recount.json figures.csv 'recount: every row of the reference, with sum_of_children'

cp -a "$W" "$T/eight"
run "$shishu" -C "$W" --now "$now" --threads 1 audit --json
is "$rc" 0 'audit'
run_dir=$W/runs/$(json 'd["run"]')
is "$(json '[d["figures"], d["verdicts"]["impossible"], d["verdicts"]["doubtful"], d["verdicts"]["plausible"], d["verdicts"]["not_judged"]]')" \
    '[881, 23, 207, 394, 257]' 'audit: verdicts by number'
holds run "$run_dir" "$case/expected_figures.csv" 'audit: figures.parquet has every row'
holds targets "$run_dir" "$case/expected_targets.csv" 'audit: targets.parquet has every row of expected_targets.csv'
holds targets "$run_dir" targets.csv 'audit: targets.parquet has every target of the reference'
while IFS=, read -r indicator period unit value possible amplification impossible; do
    case $unit in 340199000000 | 340199101202 | 340199103202) ;; *) continue ;; esac   # the tables above hold them all
    run "$shishu" -C "$W" explain "$indicator/$period/$unit" --json
    is "$(json '[d["target"]["value"], d["target"]["possible"], "%.9f" % d["target"]["amplification"]]')" "[$value, ${possible:-null}, \"$amplification\"]" "explain: target of $unit"
    [ "$impossible" != 1 ] || is "$(json 'd["target"]["feasible"]')" 0 "explain: an impossible target is not feasible ($unit)"
done <"$case/expected_targets.csv"

[[ $shishu != */san/* ]] || done_testing   # the rest takes long there and is about results alone

# the same figures with 1 and 4 threads, in another order of import, and from files in pieces
run "$shishu" -C "$W" --now "$now" --threads 1 recount --json
cmp -s .out recount.json && ok 'one thread, same bytes' || not_ok 'one thread, same bytes'
run "$shishu" -C "$W" --now "$now" --threads 4 recount --json
cmp -s .out recount.json && ok 'four threads, same bytes' || not_ok 'four threads, same bytes'
audit() { run "$shishu" -C "$W" --now "$now" audit --json "$@"; echo "$W/runs/$(json 'd["run"]')"; }
W=$T/eight
eight=$(audit --threads 8)
is "$(basename "$eight")" "$(basename "$run_dir")" 'a run is named by --now'
W=$T/w
isnt "$(audit)" "$run_dir" 'each audit has a folder of its own'
for file in figures.parquet targets.parquet findings.parquet contradictions.parquet report.html; do
    cmp -s "$run_dir/$file" "$eight/$file" && ok "$file: one thread and eight, same bytes" || not_ok "$file: one thread and eight, same bytes"
done
run "$shishu" -C "$W" --now "$now" audit --json --fail-on impossible
is "$rc $(json 'd["figures"]')" '1 881' 'audit --fail-on impossible: exit status 1, and the result is printed'
run "$shishu" -C "$W" --now "$now" audit --json --fail-on doubtful --period 2024-W23
is "$rc $(json 'd["period"], d["figures"]')" "1 ('2024-W23', $(grep -c ',2024-W23,' figures.csv))" 'audit of one period'
run "$shishu" -C "$W" --now "$now" audit --json --fail-on impossible --period 2023-12
is "$rc $(json 'd["figures"]')" '0 12' 'nothing reported, nothing impossible: exit status 0'
run "$shishu" -C "$W" --now "$now" audit --fail-on plausible
is "$rc" 2 'another verdict is wrong usage'
run "$shishu" -C "$W" --now "$now" audit --period 2024-13
[ "$rc" = 2 ] || [ "$rc" = 3 ] && ok 'a period that is none' || not_ok 'a period that is none' "$rc $err"
run "$shishu" -C "$W" verify-ledger
is "$rc" 0 'the ledger holds'
head -1 "$case/events.csv" >early.csv
cp early.csv late.csv
tail -n +2 "$case/events.csv" | tac >reversed
head -2000 reversed >>early.csv
tail -n +2001 reversed >>late.csv
P=$T/pieces
blank "$P"
for table in units apps indicators reports targets; do imports "$P" $table "$case/$table.csv"; done
imports "$P" events early.csv
imports "$P" events late.csv --add
imports "$P" accounts "$case/accounts.csv"
run "$shishu" -C "$P" --now "$now" recount --json
cmp -s .out recount.json && ok 'in pieces and in another order, same bytes' || not_ok 'in pieces and in another order, same bytes' "$(python3 "$compare" figures .out figures.csv)"
done_testing
