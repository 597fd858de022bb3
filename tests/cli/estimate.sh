#!/usr/bin/env bash
# estimate: shares and totals with their intervals, claims, strata, clusters, predictions, values; and what it refuses.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none && mkdir "$W"
e() { run "$shishu" --json estimate "$@"; }
refuse() {   # CODE NAME REGEX ARGUMENTS…
    local code=$1 name=$2 pattern=$3
    shift 3
    run "$shishu" estimate "$@" --lang en
    is "$rc" "$code" "$name"
    like "$err" "$pattern" "$name: why"
    is "$out" '' "$name: nothing on stdout"
}
python3 - <<'END'
def write(name, head, rows):
    with open(name, "w") as f:
        f.write(head + "\n")
        for r in rows: f.write(",".join(map(str, r)) + "\n")
write("plain.csv", "key,outcome", [(f"k{i}", "real" if i < 30 else "not_real" if i < 35 else "not_reached") for i in range(39)])
write("zh.csv", "编号,结果", [(f"k{i}", "属实" if i < 30 else "不属实" if i < 35 else "未见到") for i in range(39)])
write("ones.csv", "y", [(int(i < 61),) for i in range(65)])
write("all.csv", "key,outcome", [(f"k{i}", "real") for i in range(65)])
write("strata.csv", "s,outcome", [("a", int(i < 1)) for i in range(15)] + [("b", 1)] * 10 + [("c", int(i < 6)) for i in range(14)])
write("sizes.csv", "stratum,population", [("a", 84), ("b", 78), ("c", 68)])
write("values.csv", "outcome", [(i % 5 / 4,) for i in range(60)])
write("clusters.csv", "village,size,outcome", [(f"v{v}", 30, int((v * 7 + i) % 3 > 0)) for v in range(8) for i in range(12)])
write("scores.csv", "score,outcome", [((i * 37 % 100) / 100, "" if i >= 80 else int(i * 37 % 100 > 30)) for i in range(1000)])
END
e plain.csv --population 2727
is "$(json '[d[k] for k in ("visited", "real", "not_reached", "low", "high", "method")]')" '[39, 30, 4, 1658, 2608, "hypergeometric"]' \
    'who was not reached is taken at the worst: the published bounds of design/unreachable_bounds'
is "$(json 'abs(d["share"] - 30 / 35) < 1e-12, d["mar"]["low"] > 1658, d["mar"]["high"] < 2608')" '(True, True, True)' 'the share of those reached, and its own interval'
cp .out first
e zh.csv --population 2727
is "$(cat .out)" "$(cat first)" 'Chinese words and headers are the same'
e ones.csv --outcome y
is "$(json 'd["method"], round(d["share_low"], 6), round(d["share_high"], 6), d["total"], d["low"]')" "('clopper_pearson', 0.849867, 0.98298, None, None)" \
    'without a population: Clopper-Pearson, no total'
e all.csv --claim 1000
is "$(json 'd["decision"], d["threshold"], d["method"]')" "('confirmed', 950, 'confidence_sequence')" 'a claim confirmed at the published visit'
head -65 all.csv >fewer.csv
e fewer.csv --claim 1000
is "$(json 'd["decision"], d["more"]')" "('more', 1)" 'and one visit before it is not'
e plain.csv --claim 2727
is "$(json 'd["decision"] in ("more", "refuted"), d["p"] <= 1')" '(True, True)' 'a claim that is not'
e strata.csv --strata s --sizes sizes.csv --confidence 0.9
is "$(json 'd["low"], d["high"], round(d["total"], 6), d["method"]')" "(68, 151, 112.742857, 'stratified_sidak')" 'strata: the published bounds by Sidak'
e strata.csv --strata s --sizes sizes.csv --confidence 0.9 --combine fisher
is "$(json 'd["low"], d["high"], d["method"]')" "(78, 146, 'stratified_fisher')" 'and by Fisher'
e values.csv --population 700
is "$(json 'd["method"], d["share"], d["real"], d["share_low"] < 0.5 < d["share_high"]')" "('betting', 0.5, None, True)" 'values: a betting confidence sequence'
e clusters.csv --cluster village --clusters 40
is "$(json 'd["method"], d["population"], abs(d["share"] - 2 / 3) < 1e-9')" "('cluster', 480, True)" 'clusters: the total is estimated too'
e clusters.csv --cluster village --clusters 40 --cluster-size size
is "$(json 'd["method"], d["population"]')" "('two_stage_cluster', 1200)" 'in two stages'
e scores.csv --prediction score
is "$(json 'd["method"], d["population"], d["visited"], d["share_low"] < 0.69 < d["share_high"]')" "('prediction_powered', 1000, 80, True)" 'predictions for everyone'
wide=$(json 'd["share_high"] - d["share_low"]')
grep -v ',$' scores.csv | cut -d, -f2 >without.csv
e without.csv
is "$(json "d['share_high'] - d['share_low'] > $wide")" true 'good predictions make the interval shorter'
e - --population 9 <all.csv 2>/dev/null
is "$rc" 3 'more than there are, from standard input'

sed '3s/real/maybe/' plain.csv >bad.csv
refuse 3 'no outcome' 'bad.csv, line 3.*"maybe".*no outcome' bad.csv
sed '3s/k1/k0/' plain.csv >twice.csv
refuse 3 'a key twice' 'twice.csv, line 3.*twice' twice.csv
refuse 3 'more than there are' 'more were visited than there are' plain.csv --population 20
refuse 3 'a stratum without a size' 'no size' strata.csv --strata s --sizes <(head -2 sizes.csv)
refuse 2 'strata without sizes' 'takes one file' strata.csv --strata s
refuse 2 'no such column' 'no such column' plain.csv --outcome nothing
refuse 2 'a confidence of 1' 'between 0 and 1' plain.csv --confidence 1
refuse 2 'a tolerance that makes the claim trivial' 'every claim true' plain.csv --claim 9 --tolerance 1
refuse 2 'clusters without their number' 'clusters need' clusters.csv --cluster village
refuse 2 'a claim from clusters' 'plain or stratified' clusters.csv --cluster village --clusters 40 --claim 900
refuse 2 'both at once' 'not taken together' strata.csv --strata s --sizes sizes.csv --prediction s
refuse 3 'one cluster' 'says nothing' <(grep -E 'v0|village' clusters.csv) --cluster village --clusters 40
printf 'key,outcome\n' >empty.csv
refuse 3 'no row' 'no row' empty.csv
printf 'outcome\nnot_reached\nnot_reached\n' >nobody.csv
e nobody.csv --population 10
is "$(json 'd["share"], d["low"], d["high"], d["mar"]["low"]')" '(None, 0, 10, None)' 'all not reached: nothing is known'
printf 'outcome\nreal\n' >one.csv
e one.csv --population 1
is "$(json 'd["low"], d["high"]')" '(1, 1)' 'N = 1'
run "$shishu" estimate plain.csv --population 2727 --lang zh
like "$out" '至少 1,658 个、至多 2,608 个属实' 'in Chinese'
done_testing
