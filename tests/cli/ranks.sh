#!/usr/bin/env bash
# shishu ranks: how many pairs can be told apart comes first, sets next to the published ones, checks instead of estimates, bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
cat >towns.csv <<'END'
town,share,se
沿河镇,0.91,0.01
柳湾镇,62%,0.02
河口镇,0.60,0.03
新圩镇,-0.10,0.02
东山镇,0.58,2.5e-02
END
by=(--unit town --estimate share --se se)
run "$shishu" ranks towns.csv "${by[@]}" --json
is "$(json '[d["pairs"], d["distinguishable"]]')" '[10, 7]' 'how many pairs there are, and how many can be told apart'
is "$(json '[[u["unit"], u["rank"], u["low"], u["high"]] for u in d["units"]]')" \
    '[["沿河镇", 1, 1, 1], ["柳湾镇", 2, 2, 4], ["河口镇", 3, 2, 4], ["新圩镇", 5, 5, 5], ["东山镇", 4, 2, 4]]' 'ranks and sets, in the order of the file'
is "$(json 'all(u["low"] <= u["marginal_low"] <= u["rank"] <= u["marginal_high"] <= u["high"] for u in d["units"])')" true 'a unit alone has no wider set'
run "$shishu" --lang zh ranks towns.csv "${by[@]}"
is "$(head -n 1 <<<"$out")" '10 对单位中，能够分出高低的有 7 对（整体置信度 95%）。' 'the first line in Chinese'
run "$shishu" --lang en ranks - "${by[@]}" --confidence 80% <towns.csv
is "$(head -n 1 <<<"$out")" '7 of the 10 pairs of units can be told apart (all at once at 80 % confidence).' 'the first line in English, from standard input'
like "$out" '沿河镇 +0\.91 +1 +1 +1'$'\n''柳湾镇' 'then the table, from the best down'
run env OMP_NUM_THREADS=1 "$shishu" ranks towns.csv "${by[@]}" --json
one=$out
run env OMP_NUM_THREADS=4 "$shishu" ranks towns.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 and 4 threads'

{
    echo unit,x,s
    for i in {1..8}; do echo "u$i,1.$i,1"; done
} >alike.csv
run "$shishu" --lang en ranks alike.csv --unit unit --estimate x --se s
like "$out" '^0 of the 28 pairs .*No unit is certainly among the last five\..*u8 +1\.8 +1 +1-8 +1-8' 'units that are alike: nobody can be told apart'
run "$shishu" ranks alike.csv --unit unit --estimate x --se s --json
is "$(json '[d["last_five"], d["distinguishable"]]')" '[[], 0]' 'nobody is certainly among the last five'
sed 's/u1,1.1/u1,-9/' alike.csv >one.csv
run "$shishu" --lang zh ranks one.csv --unit unit --estimate x --se s
like "$out" '可以确定处于后五名的单位：u1。' 'one who is'

if [ -d "$shared/vectors/ranks" ]; then
    cut -d, -f1-3 "$shared/vectors/ranks/pisa2018_math.csv" >pisa.csv
    run "$shishu" ranks pisa.csv --unit jurisdiction --estimate score --se se --json
    is "$(cp "$T/.out" got.json && python3 - "$shared/vectors/ranks/pisa2018_math.csv" <<'END'
import csv, json, sys
got = {u["unit"]: u for u in json.load(open("got.json"))["units"]}
rows = list(csv.DictReader(open(sys.argv[1])))
off = 0
for r in rows:
    u = got[r["jurisdiction"]]
    off += u["rank"] != int(r["rank"])
    for ours, theirs in (("low", "simul_L"), ("high", "simul_U"), ("marginal_low", "marginal_L"), ("marginal_high", "marginal_U")):
        off += abs(u[ours] - int(r[theirs])) > 1
print(len(rows), off)
END
)" '38 0' 'PISA 2018: within a rank of the published sets'
    is "$(python3 - "$shishu" "$shared/vectors/ranks/joint_exact_rank_sets.csv" <<'END'
import csv, json, subprocess, sys
cases = {}
for r in csv.DictReader(open(sys.argv[2])):
    cases.setdefault(r["case"], []).append(r)
rows = bad = 0
for rs in cases.values():
    with open("c.csv", "w") as out:
        out.write("u,N,n,k\n" + "".join(f"v{r['unit']},{r['N']},{r['n']},{r['found_real']}\n" for r in rs))
    got = json.loads(subprocess.run([sys.argv[1], "ranks", "c.csv", "--unit", "u", "--found", "k", "--visited", "n", "--population", "N", "--json"],
                                    capture_output=True, check=True).stdout)
    for r, u in zip(rs, got["units"]):
        rows += 1
        bad += [u["low"], u["high"], u["real_low"], u["real_high"]] != [int(r[k]) for k in ("rank_best", "rank_worst", "joint_lower_count", "joint_upper_count")]
print(rows, bad)
END
)" '34 0' 'checks: the published exact sets'
else
    skip 'the published sets' 'no ../shared'
fi
printf 'v,N,n,k\nA,100,50,50\nB,100,40,4\n' >checks.csv
run "$shishu" --lang zh ranks checks.csv --unit v --found k --visited n --population N
like "$out" '1 对单位中，能够分出高低的有 1 对.*A +1 +1 +1 ' 'checks on a terminal'

refused 2 'nothing named' 'ranks takes one file' -- ranks towns.csv
refused 2 'half of the columns' 'ranks takes one file' -- ranks towns.csv --unit town --estimate share
refused 2 'both kinds' 'ranks takes one file' -- ranks towns.csv "${by[@]}" --found a --visited b --population c
refused 2 'a column that is none' 'column sd, "town, share, se".*no such column' -- ranks towns.csv --unit town --estimate share --se sd
for p in 0 1 1.2 -0.5 nan sure; do refused 2 "confidence $p" 'confidence|share such as' -- ranks towns.csv "${by[@]}" --confidence "$p"; done
wrong() {   # name, rows, regex
    printf 'town,share,se\nA,0.3,0.1\n%b' "$2" >wrong.csv
    refused 3 "$1" "wrong\\.csv, $3" -- ranks wrong.csv "${by[@]}"
}
wrong 'a negative standard error' 'B,0.2,-0.1\n' 'line 3, column se, "-0.1": the standard error is not above 0'
wrong 'a standard error of zero' 'B,0.2,0\n' 'line 3, column se, "0": the standard error is not above 0'
wrong 'no number' 'B,NaN,0.1\n' 'line 3, column share, "NaN": this is not a number'
wrong 'infinite' 'B,1e999,0.1\n' 'line 3, column share, "1e999": this is not a number'
wrong 'an empty estimate' 'B,,0.1\n' 'line 3, column share: the cell is empty'
wrong 'a blank unit' ' ,0.2,0.1\n' 'line 3, column town: the cell is empty'
wrong 'a unit twice' 'B,0.2,0.1\nA,0.2,0.1\n' 'line 4, column town, "A": the unit stands twice'
printf 'town,share,se\nA,0.3,0.1\n' >single.csv
refused 2 'one unit' 'single\.csv.*at least two units' -- ranks single.csv "${by[@]}"
counted() {   # name, row, regex
    printf 'v,N,n,k\nA,100,50,50\n%b' "$2" >wrong.csv
    refused 3 "$1" "wrong\\.csv, line 3, $3" -- ranks wrong.csv --unit v --found k --visited n --population N
}
counted 'more found than visited' 'B,10,5,6\n' 'column k, "6": more were found real than were visited'
counted 'more visited than there are' 'B,10,11,6\n' 'column n, "11": more were visited than there are'
counted 'nobody there' 'B,0,0,0\n' 'column N, "0": the population is not above 0'
counted 'a negative count' 'B,10,5,-1\n' 'column k, "-1": the value is negative'
done_testing
