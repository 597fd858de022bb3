#!/usr/bin/env bash
# shishu draw: rechecked with sha256sum and sort, and with Python next to the published tickets; strata and sizes; files of every kind; bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"

{
    echo 'key,stratum,n,sd,expected'
    for i in $(seq 1 60); do echo "甲-$i,柳湾村,3,0.3,10%"; done
    for i in $(seq 1 30); do echo "乙-$i,河口村,5,0.5,0.5"; done
    for i in $(seq 1 10); do echo "丙-$i,新圩村,2,0,0"; done
} >frame.csv
seed='骰子 35291642511364236154'
sha=$(sha256sum <frame.csv | cut -d' ' -f1)

run "$shishu" draw frame.csv --seed "$seed" --size 12 --json
cp "$T/.out" plain.json
is "$(json '[d["frame_sha256"], d["rows"], d["size"], d["seed"], d["key"], len(d["drawn"]), d["strata"]]')" \
    "[\"$sha\", 100, 12, \"$seed\", \"key\", 12, []]" 'the frame by its hash, the seed, as many as asked for'
h=$(printf %s "$seed" | sha256sum | cut -d' ' -f1)
is "$(json 'd["seed_sha256"]')" "$h" 'h is the SHA-256 of the seed'
# With sha256sum, bc, rev and sort alone: the ticket of each key, in order.
if command -v bc >/dev/null; then
    tail -n +2 frame.csv | cut -d, -f1 | while read -r key; do
        hex=$(printf %s "$h$key" | sha256sum | cut -d' ' -f1 | tr a-f A-F)
        echo "0.$(BC_LINE_LENGTH=0 bc <<<"ibase=16; $hex" | rev) $key"
    done | LC_ALL=C sort | head -n 12 >by_hand
    is "$(python3 -c 'import json
for r in json.load(open("plain.json"))["drawn"]: print(r["ticket"], r["key"])')" "$(cat by_hand)" 'sha256sum, bc, rev and sort come to the same rows and tickets'
else
    skip 'sha256sum, bc, rev and sort' 'no bc'
fi
run "$shishu" draw frame.csv --seed "$seed" --size 100 --json
is "$(python3 - <<'END'
import hashlib, json
d = json.load(open(".out"))
first = [r["key"] for r in json.load(open("plain.json"))["drawn"]]
h = hashlib.sha256(d["seed"].encode()).hexdigest()
ticket = lambda key: "0." + str(int(hashlib.sha256((h + key).encode()).hexdigest(), 16)).zfill(64)[::-1]
keys = [line.split(",")[0] for line in open("frame.csv", encoding="utf-8")][1:]
want = sorted((ticket(key), key) for key in keys)
got = [(r["ticket"], r["key"]) for r in d["drawn"]]
print(got == want, [k for _, k in got][:12] == first)
END
)" 'True True' 'all rows in the order of their tickets, as Python has it; a smaller size is the beginning of a larger one'
for threads in 1 8; do
    run "$shishu" --threads $threads draw frame.csv --seed "$seed" --size 12 --json
    is "$(cmp "$T/.out" plain.json && echo same)" same "the same bytes with $threads threads"
done
# Many batches, read by several threads.
python3 -c 'print("key,n")
for i in range(300000): print(f"账号-{i},{i % 7}")' >large.csv
run "$shishu" --threads 8 draw large.csv --seed "$seed" --size 300 --strata n --json
is "$(python3 - <<'END'
import hashlib, json
d = json.load(open(".out"))
h = hashlib.sha256(d["seed"].encode()).hexdigest()
ticket = lambda key: "0." + str(int(hashlib.sha256((h + key).encode()).hexdigest(), 16)).zfill(64)[::-1]
n, want = {s["stratum"]: s["n"] for s in d["strata"]}, []
for s in range(7): want += [(t, k, str(s)) for t, k in sorted((ticket(k), k) for k in (f"账号-{i}" for i in range(s, 300000, 7)))[:n[str(s)]]]
print([s["stratum"] for s in d["strata"]], sum(n.values()), [(r["ticket"], r["key"], r["stratum"]) for r in d["drawn"]] == want)
END
)" "['0', '1', '2', '3', '4', '5', '6'] 300 True" '300,000 rows in strata, as Python has them; strata in the order of the file'
sed -e '200001s/.*/账号-7,1/; 250001s/.*/账号-9,1/' large.csv >faults.csv
refused 3 'of two keys that stand twice, the first' 'faults\.csv, line 200001, column key, "账号-7": the key stands twice' \
    -- --threads 8 draw faults.csv --seed 1 --size 1
sed -i -e '150001s/.*/,1/; 290001s/.*/,2/' faults.csv
for threads in 1 8; do
    refused 3 "of several faults the first, with $threads threads" 'faults\.csv, line 150001, column key: the cell is empty' \
        -- --threads $threads draw faults.csv --seed 1 --size 1
done
run "$shishu" draw frame.csv --seed "$seed " --size 12 --json
isnt "$(json '[r["key"] for r in d["drawn"]]')" "$(python3 -c 'import json; print(json.dumps([r["key"] for r in json.load(open("plain.json"))["drawn"]], ensure_ascii=False))')" \
    'a blank more in the seed is another draw'

# ---- strata ----
sizes='[s["n"] for s in d["strata"]]'
sound='[[s["stratum"], s["population"]] for s in d["strata"]] == [["柳湾村", 60], ["河口村", 30], ["新圩村", 10]] and [r["stratum"] for r in d["drawn"]] == sum([[s["stratum"]] * s["n"] for s in d["strata"]], [])'
strata=(--seed "$seed" --strata stratum)
run "$shishu" draw frame.csv "${strata[@]}" --size 20 --json
is "$(json "$sizes") $(json "$sound")" '[12, 6, 2] true' 'in proportion, without an allocation; drawn stratum by stratum'
is "$(python3 - <<'END'
import json
d, order = json.load(open(".out")), {}
for r in d["drawn"]: order.setdefault(r["stratum"], []).append(r["ticket"])
print(all(t == sorted(t) for t in order.values()))
END
)" True 'in each stratum by ticket'
cp .out stratified.json
run "$shishu" draw frame.csv "${strata[@]}" --size 20 --allocation proportional --json
is "$(cmp "$T/.out" stratified.json && echo same)" same '--allocation proportional says the same'
run "$shishu" draw frame.csv "${strata[@]}" --size 21 --json
is "$(json "$sizes")" '[13, 6, 2]' 'largest remainder: 12.6, 6.3, 2.1'
run "$shishu" draw frame.csv "${strata[@]}" --size 4 --least 1 --json
is "$(json "$sizes")" '[2, 1, 1]' 'at least one of each'
run "$shishu" draw frame.csv "${strata[@]}" --allocation n --json
is "$(json "$sizes") $(json 'd["size"]')" '[3, 5, 2] 10' 'sizes from a column'
run "$shishu" draw frame.csv "${strata[@]}" --allocation n --size 10 --json
is "$(json "$sizes")" '[3, 5, 2]' 'and a size that agrees'
run "$shishu" draw frame.csv "${strata[@]}" --size 35 --allocation neyman --sd sd --json
is "$(json "$sizes")" '[18, 15, 2]' 'neyman by standard deviations 0.3, 0.5, 0; two of a stratum at least'
run "$shishu" draw frame.csv "${strata[@]}" --size 33 --allocation neyman --sd sd --least 0 --json
is "$(json "$sizes")" '[17, 15, 1]' 'one of a stratum that is expected not to vary, when --least 0 allows it: its value must be seen'
run "$shishu" draw frame.csv "${strata[@]}" --size 35 --allocation neyman --share expected --json
is "$(json "$sizes")" '[18, 15, 2]' 'neyman by the shares expected, one of them in percent'
# ---- files of every kind ----
keys='[r["key"] for r in d["drawn"]]'
want=$(python3 -c 'import json; print(json.dumps([r["key"] for r in json.load(open("plain.json"))["drawn"]], ensure_ascii=False))')
run "$shishu" draw - --seed "$seed" --size 12 --json <frame.csv
is "$(json "$keys") $(json 'd["frame_sha256"]')" "$want $sha" 'standard input'
tr ',' '\t' <frame.csv >f.tsv
gzip -k f.tsv
run "$shishu" draw f.tsv.gz --seed "$seed" --size 12 --json
is "$(json "$keys") $(json 'd["frame_sha256"]')" "$want $(sha256sum <f.tsv.gz | cut -d' ' -f1)" 'a TSV file, gzipped; the hash is that of the file as it lies there'
python3 -c 'import csv, json
for r in csv.DictReader(open("frame.csv", encoding="utf-8")): print(json.dumps(r))' >f.jsonl
run "$shishu" draw f.jsonl --seed "$seed" --size 12 --json
is "$(json "$keys")" "$want" 'JSON lines'
if python3 "$duck" "COPY (SELECT * FROM read_csv('frame.csv')) TO 'f.parquet' (FORMAT parquet)" >"$T/said" 2>&1; then
    run "$shishu" draw f.parquet --seed "$seed" --size 12 --json
    is "$(json "$keys") $(json 'd["frame_sha256"]')" "$want $(sha256sum <f.parquet | cut -d' ' -f1)" 'Parquet'
else
    skip 'Parquet' "$(cat "$T/said")"
fi
run "$shishu" draw frame.csv --seed "$seed" --size 3 --key expected --json
is "$rc" 3 '--key names another column'
printf 'group,id\n1,甲-1\n1,甲-2\n' >second.csv
run "$shishu" draw second.csv --seed "$seed" --size 2 --key id --json
is "$(json 'sorted(r["key"] for r in d["drawn"])')" '["甲-1", "甲-2"]' 'which may be any column'

# ---- people ----
run "$shishu" --lang zh draw frame.csv "${strata[@]}" --size 4
like "$out" '共 100 行' 'a terminal in Chinese'
like "$out" "$sha" 'with the hash of the frame'
golden draw
run "$shishu" --lang en draw frame.csv --seed "$seed" --size 4
like "$out" '4 of 100 rows drawn' 'and in English'
like "$out" '  1  .-[0-9]+ +0\.[0-9]{18}' 'numbered, with the key and 18 digits of the ticket'

# ---- refused ----
refused 2 'no seed' 'draw takes one file' -- draw frame.csv --size 3
refused 2 'no size' 'draw takes one file' -- draw frame.csv --seed 1
refused 2 'no file' 'draw takes one file' -- draw --seed 1 --size 1
refused 2 'an empty seed' 'the seed is empty' 'dice or a lottery' -- draw frame.csv --seed '' --size 1
refused 2 'a seed that is no text' 'not valid UTF-8' -- draw frame.csv --seed $'\xff' --size 1
refused 2 'nothing' 'nothing is to be drawn' -- draw frame.csv --seed 1 --size 0
refused 2 'more than there is' 'frame\.csv, "100": the frame has only this many rows' 'Lower --size' -- draw frame.csv --seed 1 --size 101
refused 2 'a column that is none' 'column keys, "key, stratum, n, sd, expected".*no such column' -- draw frame.csv --seed 1 --size 1 --key keys
refused 3 'a file that is not there' 'other\.csv' -- draw other.csv --seed 1 --size 1
refused 2 'an allocation without strata' 'needs --strata COL' -- draw frame.csv --seed 1 --size 1 --allocation neyman
refused 2 'neyman without a column' 'either --sd COL or --share COL' -- draw frame.csv "${strata[@]}" --size 9 --allocation neyman
refused 2 'neyman with two' 'either --sd COL or --share COL' -- draw frame.csv "${strata[@]}" --size 9 --allocation neyman --sd sd --share expected
refused 2 'a deviation for nothing' 'are for --allocation neyman' -- draw frame.csv "${strata[@]}" --size 9 --sd sd
refused 2 'a least for nothing' '--least is for strata' -- draw frame.csv --seed 1 --size 9 --least 1
refused 2 'less than two of each' 'smaller than the least of all strata' 'lower --least' -- draw frame.csv "${strata[@]}" --size 5 --allocation neyman --sd sd
refused 2 'sizes that sum to another number' '"10": the sizes of the strata sum to another number' -- draw frame.csv "${strata[@]}" --size 11 --allocation n
printf 'key\n' >none.csv
refused 3 'a frame without rows' 'none\.csv: the frame has no rows' -- draw none.csv --seed 1 --size 1
printf 'key,x\nA,1\nB,2\nC,3\nB,4\nA,5\n' >twice.csv
refused 3 'a key twice' 'twice\.csv, line 5, column key, "B": the key stands twice' 'Leave one of the rows out' -- draw twice.csv --seed 1 --size 1
printf 'key,x\nA,1\n ,2\n' >blank.csv
refused 3 'a blank key' 'blank\.csv, line 3, column key: the cell is empty' -- draw blank.csv --seed 1 --size 1
printf 'key,s,n,d\nA,x,1,0.1\nB,y,2,0.2\nC,x,2,0.1\n' >odd.csv
refused 3 'a size that changes within a stratum' 'odd\.csv, line 4, column n, "2": an earlier row of the same stratum has another value' \
    -- draw odd.csv --seed 1 --strata s --allocation n
printf 'key,s,n,d\nA,x,1,0.1\nB,y,2,0.2\nC,x,1,0.3\n' >odd.csv
refused 3 'a stratum that is too small' 'odd\.csv, line 3, column n, "y": the stratum has fewer rows' -- draw odd.csv --seed 1 --strata s --allocation n
refused 3 'a deviation that changes' 'odd\.csv, line 4, column d, "0\.3": an earlier row' -- draw odd.csv --seed 1 --size 2 --strata s --allocation neyman --sd d --least 0
printf 'key,s,n\nA,x,1\nB,,1\n' >odd.csv
refused 3 'a blank stratum' 'odd\.csv, line 3, column s: the cell is empty' -- draw odd.csv --seed 1 --size 1 --strata s
printf 'key,s,n\nA,x,one\n' >odd.csv
refused 3 'a size that is no number' 'odd\.csv, line 2, column n, "one"' -- draw odd.csv --seed 1 --strata s --allocation n
printf 'key,s,p\nA,x,1.5\n' >odd.csv
refused 3 'a share above 1' 'odd\.csv, line 2, column p, "1\.5": a share lies between 0 and 1' -- draw odd.csv --seed 1 --size 1 --strata s --allocation neyman --share p
done_testing
