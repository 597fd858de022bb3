#!/usr/bin/env bash
# Innocent causes by name: honest scenes that a detector does single out are explained by what the log shows of them, and the same lump without the scene
# is not; in simulated honest counties, which hold all of L1 to L15, nothing stands.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
python3 "$root/tests/cli/make_scenes.py" "$T/hand" || not_ok 'the scenes'
blank w
for table in units apps; do imports w $table "hand/$table.csv"; done
imports w accounts hand/accounts.csv --to 2024-03-31
imports w events hand/events.csv
run "$shishu" -C w detect --json
is "$rc" 0 'detect runs'
cp .out first.json
cause() { json "sorted({b['result'] for f in d['findings'] if $1 for b in f['benign'] if b['cause'] == '$2'})"; }
is "$(cause "f['detector'] == 'bursts' and f['top_unit'] == '340101'" L8)" '["explains"]' 'L8: a rush before the end of the month explains a lump'
is "$(json "[f['size'] >= 60 for f in d['findings'] if f['selected'] and f['top_unit'] == '340102']")" '[true]' 'the same lump in the middle of the month stands'
is "$(cause "f['detector'] == 'bursts' and f['top_unit'] == '340102'" L8)" '["no"]' 'and says that no rush was there'
is "$(cause "f['detector'] == 'answers'" L9)" '["explains"]' 'L9: a sheet that circulates over many villages is listed and explained'
twice="f['detector'] == 'learning' and f['scale'] == 'overlap'"
is "$(json "sorted([f['apps'], f['size'], f['things'], f['kind'], f['selected']] for f in d['findings'] if $twice)")" '[["a3", 6, 60, "together", false], ["a4", 6, 69, "together", false]]' 'hours claimed twice are listed app by app, not judged'
is "$(cause "$twice and f['apps'] == 'a3'" L10)" '["explains"]' 'L10: one course at a time, within waking hours'
is "$(cause "$twice and f['apps'] == 'a4'" L10)" '["no"]' 'and not where somebody learns two at once'
is "$(cause "f['detector'] == 'bursts'" L11)" '["unknown"]' 'L11: without phones it cannot be told whether numbers changed hands'
run "$shishu" -C w --lang zh detect
like "$out" '期限前集中完成任务' 'causes are named in Chinese'
run "$shishu" -C w --threads 1 detect --json
cmp -s first.json .out && ok 'one thread: the same bytes' || not_ok 'one thread: the same bytes'

# ---- all scenes of the simulator at once ----
run "$shishu" simulate county --villages 8 --months 2 --seed 41 --vendors none --quiet
run "$shishu" -C county audit --json
is "$rc $(json 'd["findings"], d["verdicts"]["doubtful"], d["verdicts"]["impossible"]')" '0 (0, 0, 0)' 'an honest county: nothing stands, nothing is doubted'
run "$shishu" -C county evaluate --truth county/truth/truth.parquet --json
is "$(json 'sorted(x["kind"] for x in d["lookalikes"] if x["instances"] and x["flagged_accounts"] == 0) == sorted(x["kind"] for x in d["lookalikes"])')" true 'no account of any look-alike is flagged'
is "$(json 'len({x["kind"] for x in d["lookalikes"]}) >= 10')" true 'and nearly all kinds are there'
done_testing
