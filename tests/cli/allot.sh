#!/usr/bin/env bash
# shishu allot: whole numbers next to the published fills, caps, floors, what cannot be placed, files of every kind, bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
cat >villages.csv <<'END'
unit,people,least
柳湾村,700,
河口村,650,100
新圩村,"1,100",
东山村,０,
END
by=(--unit unit --weight people)
run "$shishu" allot villages.csv --total 1000 "${by[@]}" --json
is "$(json '[(u["unit"], u["value"]) for u in d["units"]]')" '[["柳湾村", 286], ["河口村", 265], ["新圩村", 449], ["东山村", 0]]' \
    'in proportion, whole numbers by largest remainder; numbers as offices write them'
is "$(json '[d["infeasible"], sum(u["value"] for u in d["units"])]')" '[0, 1000]' 'all of it is placed'
run "$shishu" allot villages.csv --total 3000 "${by[@]}" --cap people --json
is "$(json '[d["infeasible"], [u["value"] for u in d["units"]]]')" '[550, [700, 650, 1100, 0]]' 'what is above the caps is told and not spread'
run "$shishu" allot villages.csv --total 150 "${by[@]}" --floor least --json
is "$(json '[u["value"] for u in d["units"]]')" '[19, 100, 31, 0]' 'a floor'
run "$shishu" allot villages.csv --total 60 "${by[@]}" --floor least --json
is "$(json '[d["below_floors"], [u["value"] for u in d["units"]]]')" '[40, [0, 100, 0, 0]]' 'floors that are more than the total'
run "$shishu" --lang zh allot villages.csv --total 3000 "${by[@]}" --cap people
like "$out" '550 无法分配' 'a terminal in Chinese'
run "$shishu" --lang en allot - --total 10 "${by[@]}" <villages.csv
like "$out" '新圩村 +1100 +4' 'standard input, in English'
tr ',' '\t' <<'END' >v.tsv
unit,people
A,1
B,2
END
gzip -k v.tsv
run "$shishu" allot v.tsv.gz --total 3 "${by[@]}" --json
is "$(json '[u["value"] for u in d["units"]]')" '[1, 2]' 'a TSV file, gzipped'
printf '{"unit":"A","people":1}\n{"unit":"B","people":3}\n' >v.jsonl
run "$shishu" allot v.jsonl --total 8 "${by[@]}" --json
is "$(json '[u["value"] for u in d["units"]]')" '[2, 6]' 'JSON lines'

if [ -d "$shared/vectors/alloc" ]; then
    is "$(python3 - "$shishu" "$shared/vectors/alloc/water_filling.csv" <<'END'
import csv, json, subprocess, sys
rows = bad = 0
for row in csv.DictReader(open(sys.argv[2])):
    weights, caps, fill = (row[k].split(";") for k in ("weights", "caps", "fill"))
    with open("w.csv", "w") as out:
        out.write("u,w,c\n" + "".join(f"{i},{w},{c}\n" for i, (w, c) in enumerate(zip(weights, caps))))
    got = json.loads(subprocess.run([sys.argv[1], "allot", "w.csv", "--total", row["total_target"], "--unit", "u", "--weight", "w", "--cap", "c", "--json"],
                                    capture_output=True, check=True).stdout)
    value, excess = [u["value"] for u in got["units"]], float(row["infeasible_excess"])
    rows += 1
    bad += abs(got["infeasible"] - excess) > 1e-9 or sum(value) != int(row["total_target"]) - got["infeasible"] or any(abs(v - float(f)) >= 1 for v, f in zip(value, fill))
print(rows > 10, bad)
END
)" 'True 0' 'next to every published fill, with its sum and its excess'
else
    skip 'the published fills' 'no ../shared'
fi

refused 2 'no total' 'allot takes one file' -- allot villages.csv "${by[@]}"
refused 2 'a column that is none' 'column persons, "unit, people, least".*no such column' -- allot villages.csv --total 1 --unit unit --weight persons
refused 3 'no file' 'other\.csv' -- allot other.csv --total 1 "${by[@]}"
printf 'unit,people\nA,3\nA,4\n' >twice.csv
refused 3 'a unit twice' 'twice\.csv, line 3, column unit, "A": the unit stands twice' -- allot twice.csv --total 1 "${by[@]}"
printf 'unit,people\nA,-3\n' >minus.csv
refused 3 'a negative weight' 'minus\.csv, line 2, column people, "-3"' -- allot minus.csv --total 1 "${by[@]}"
printf 'unit,people\nA,\n' >blank.csv
refused 3 'no weight' 'blank\.csv, line 2, column people: the cell is empty' -- allot blank.csv --total 1 "${by[@]}"
printf 'unit,people,cap,floor\nA,3,2,5\n' >crossed.csv
refused 3 'a floor above its cap' 'crossed\.csv, line 2, column floor, "A": the floor lies above the cap' -- allot crossed.csv --total 1 "${by[@]}" --cap cap --floor floor
refused 2 'a total beyond all bounds' 'the total is too large' -- allot villages.csv --total 100000000000001 "${by[@]}"
run "$shishu" allot villages.csv --total 100000000000000 "${by[@]}" --json
is "$(json 'sum(u["value"] for u in d["units"])')" 100000000000000 'the largest total is placed to the last one'
done_testing
