#!/usr/bin/env bash
# Leads on a workspace: a hand-made county in which one device registers accounts of many villages, then simulated ones with and without bought
# accounts; the same bytes for any number of threads and any key; what explain, audit and evaluate say of them; what is refused.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
python3 "$root/tests/cli/make_leads.py" "$T/hand" || not_ok 'the hand-made county'

# ---- by hand: 16 villages of 25 people with phones of their own; 112 accounts on one phone ----
fill() {   # DIR
    blank "$1"
    for table in units apps indicators prices; do imports "$1" $table "hand/$table.csv"; done
    imports "$1" accounts hand/accounts.csv --to 2024-03-31
    imports "$1" events hand/events.csv
    imports "$1" reports hand/reports.csv
}
fill w
run "$shishu" -C w detect --json
is "$rc" 0 'detect runs'
cp .out first.json
found='[f for f in d["findings"] if f["selected"]]'
is "$(json "len([f for f in $found if f['detector'] == 'shared' and f['size'] == 112 and f['units'] == 16])")" 1 'the phone of 112 accounts from 16 villages is found'
is "$(json "all(f['q'] <= 0.05 and f['e'] > 20 and not f['explained'] for f in $found)")" true 'what stands has a q, an e, and no innocent cause'
is "$(json "sorted({k for f in d['findings'] for k in f} & {'finding','about','detector','subject','size','log10_p','e','q','selected','benign','money','first_seen','last_seen','reason'}) == sorted(['finding','about','detector','subject','size','log10_p','e','q','selected','benign','money','first_seen','last_seen','reason'])")" \
    true 'the keys of the contract'
is "$(json "[f['money'] for f in $found if f['detector'] == 'shared'][0] >= 112 * 1.8")" true 'at the price of the book, an account each and the months it was kept alive'
is "$(json "[x['detector'] for x in d['detectors'] if x['detector'] in ('answers', 'texts') and 'cannot_judge' in x]")" '["texts", "answers"]' 'without texts and sheets these say that they cannot judge'
is "$(json "all(w not in str(d) for w in ('购买', '造假', '刷量'))")" true 'no word that accuses'
run "$shishu" -C w --threads 1 detect --json
cmp -s first.json .out && ok 'one thread: the same bytes' || not_ok 'one thread: the same bytes' "$(diff first.json .out | head -c 600)"
run "$shishu" -C w detect --only shared --members m.csv
is "$rc $(head -n 1 m.csv)" '0 finding,app,account,unit_code,score,evidence' '--only, --members'
is "$(grep -c ',x[01]' m.csv) $(grep -c ',h0' m.csv)" '112 0' 'its members are the 112, and nobody else'
run "$shishu" -C w --lang zh detect --only shared
like "$out" '112 个账号' 'in Chinese'
like "$out" '须现场核实' 'as a lead'
fill other
for ws in w other; do "$shishu" -C $ws detect --members $ws.csv --quiet >/dev/null; done
cmp -s w.csv other.csv && ok 'another key: the same members in the same order' || not_ok 'another key: the same members in the same order' "$(diff w.csv other.csv | head -5)"

# ---- in the chain ----
run "$shishu" -C w --now "$now" audit --json
is "$rc $(json 'd["findings"] > 0')" '0 true' 'audit counts what stands'
finding=$(parquet "SELECT min(finding) FROM read_parquet('w/runs/*/findings.parquet') WHERE detector = 'shared' AND selected")
run "$shishu" -C w explain "$finding" --json
is "$rc $(json 'd["size"], len(d["members_by_unit"]), sum(u["members"] for u in d["members_by_unit"])')" '0 (112, 16, 112)' 'explain FINDING: its members by unit'
run "$shishu" -C w --lang en explain "$finding"
like "$out" '112 accounts of 16 units' 'in words'
run "$shishu" -C w explain a1/x001 --json
is "$rc $(json "'$finding' in [m['finding'] for m in d['memberships']]")" '0 true' 'explain ACCOUNT: the findings that hold it'
run "$shishu" -C w explain a1/h0001
is "$rc" 3 'an account of no finding is no account of the run'
run "$shishu" -C w explain registered/2024-02/340101 --json
is "$(json 'd["counted"], d["suspected"], d["verdict"]')" "(32, 7, 'doubtful')" 'the link suspected: the count less the count without them'
like "$(json 'd["reason"]["en"]')" 'of 32 counted, 7 are of accounts in findings that stand' 'and the reason'
run "$shishu" -C w explain registered/2024-02/340102 --json
is "$(json 'd["suspected"], d["verdict"]')" "(7, 'plausible')" 'what is reported without them stays plausible'
run "$shishu" -C w report --format html -o r.html --lang zh
like "$(cat r.html)" '四、疑点' 'the paper has the section'
unlike "$(cat r.html)" 'x001' 'and names no account'
# 7 in each of 16 villages: with 8 the largest village's are too few to be told on paper, with 200 the batch and what it costs as well
sed -i 's/^;* *small_cell.*/small_cell = 8/' w/shishu.ini
run "$shishu" -C w --now "$now" audit --json
run "$shishu" -C w report --format html -o r8.html --lang en
like "$(cat r.html)" '其中最多的是村1，7 个' 'on paper: how many are of the largest village'
like "$(cat r8.html)" 'Most of them are of 村1\.' 'but not where that is a small cell'
unlike "$(cat r8.html)" 'Most of them, 7,' 'told nowhere'
like "$(cat r8.html)" '112 accounts of 16 units' 'the batch itself is large enough'
sed -i 's/^small_cell.*/small_cell = 200/' w/shishu.ini
run "$shishu" -C w --now "$now" audit --json
run "$shishu" -C w report --format html -o r200.html --lang en
like "$(cat r200.html)" '&lt;200 accounts of 16 units' 'a small batch is told as less than the bound'
unlike "$(cat r200.html)" '112 accounts|>112<' 'in sentences, tables and supplies'
run "$shishu" -C w recount --json
is "$rc" 0 'recount still counts'

# ---- nothing to look at, and what is refused ----
blank empty
run "$shishu" -C empty detect --json
is "$rc $(json 'd["findings"], all("cannot_judge" in x for x in d["detectors"])')" '0 ([], True)' 'an empty workspace: nothing is found, and each says that it cannot judge'
run "$shishu" -C w detect --only nonsense
is "$rc" 2 'an unknown detector is refused'
like "$err" 'there is no such detector' 'with the reason'
run "$shishu" -C w detect file.csv
is "$rc" 2 'a file is refused: detect takes the workspace'
run "$shishu" -C w detect --members /nowhere/m.csv
is "$rc" 4 'a file that cannot be written'
done_testing
