#!/usr/bin/env bash
# What totals alone show, inside detect: findings about a unit and its figures, in the same selection as the batches; an innocent cause that fits takes
# the doubt away; who stops at the target and who adds up is never doubted; the report and explain say so.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
python3 "$root/tests/cli/make_totals.py" "$T/hand" && python3 "$root/tests/cli/make_totals.py" "$T/form" form || not_ok 'the counties'
fill() {   # DIR FROM
    blank "$1"
    for table in units apps indicators targets reports; do imports "$1" $table "$2/$table.csv"; done
}
fill w hand
run "$shishu" -C w detect --json
is "$rc" 0 'detect runs on totals alone'
cp .out first.json
found='[f for f in d["findings"] if f["selected"]]'
is "$(json "sorted(' '.join([f['scale'], f['subject'], f['about'], f['kind']]) for f in $found)")" \
    '["digit 340101001 unit unit", "even i08/340101003 unit unit", "percent 340102002 unit unit"]' 'the three villages, each by its own test, and nobody else'
is "$(json "all(f['q'] <= 0.05 and f['e'] > 20 and not f['explained'] and f['money'] is None for f in $found)")" true 'with q and e, and without a price'
is "$(json "[x['searched'] > 40 and 'cannot_judge' not in x for x in d['detectors'] if x['detector'] == 'forensics']")" '[true]' 'how many hypotheses were searched'
is "$(json "[x['groups'] for x in d['detectors'] if x['detector'] == 'learning']")" '[0, 0]' 'no hours were learnt'
is "$(json "all(w not in str(d) for w in ('购买', '造假', '刷量'))")" true 'no word that accuses'
run "$shishu" -C w --threads 1 detect --json
cmp -s first.json .out && ok 'one thread: the same bytes' || not_ok 'one thread: the same bytes'
run "$shishu" -C w detect --only shared --json
is "$(json 'd["findings"]')" '[]' '--only leaves totals out'

# ---- in the chain ----
run "$shishu" -C w --now "$now" audit --json
is "$rc $(json 'd["findings"], d["verdicts"]["impossible"]')" '0 (0, 0)' 'audit counts batches only, and totals make nothing impossible'
is "$(json '0 < d["verdicts"]["doubtful"] < 120')" true 'and make figures doubtful'
rounded=$(parquet "SELECT count(*) FROM read_parquet('w/runs/*/figures.parquet') WHERE verdict = 'doubtful' AND NOT (unit_code = '340101001' AND reported % 5 = 0 OR unit_code = '340101003' AND indicator = 'i08' OR unit_code = '340102002' AND indicator BETWEEN 'i04' AND 'i07')")
is "$rounded" 0 'only figures that carry the mark are doubtful'
figure=$(parquet "SELECT indicator || '/' || period || '/' || unit_code FROM read_parquet('w/runs/*/figures.parquet') WHERE verdict = 'doubtful' AND unit_code = '340101001' ORDER BY 1 LIMIT 1")
run "$shishu" -C w --lang en explain "$figure"
like "$out" "a finding about this unit's totals" 'explain FIGURE: the sentence that decides'
finding=$(parquet "SELECT min(finding) FROM read_parquet('w/runs/*/findings.parquet') WHERE about = 'unit' AND scale = 'digit'")
run "$shishu" -C w --lang en explain "$finding"
like "$out" 'end in 0 or 5; chance gives' 'explain FINDING: what was looked at, found, and expected'
like "$out" 'rounded before they were handed in look the same' 'with what looks the same'
run "$shishu" -C w --lang zh explain "$finding"
like "$out" '末位为0或5' 'in Chinese'
run "$shishu" -C w report --format html -o r.html --lang zh
like "$(cat r.html)" '上报数自身显示的单位疑点' 'the paper has the table'

# ---- a form that rounds ----
fill f form
run "$shishu" -C f detect --json
is "$(json "sorted({f['scale'] for f in $found})")" '["digit", "even"]' 'where all villages write whole percentages, no village is doubted for it'
is "$(json "len([f for f in d['findings'] if f['explained'] and {b['cause']: b['result'] for b in f['benign']} == {'T1': 'explains'}]) >= 39")" true 'the form explains them, and is named'

# ---- whoever is honest, with the same tables ----
awk -F, 'NR == 1 || $3 != "340101001" && $3 != "340102002" && !($3 == "340101003" && $1 == "i08")' hand/reports.csv >reports.csv
cp -r hand honest && cp reports.csv honest/reports.csv
fill h honest
run "$shishu" -C h detect --json
is "$(json 'd["findings"]')" '[]' 'the others, with those who stop at the target and the townships that add up: nothing'
done_testing
