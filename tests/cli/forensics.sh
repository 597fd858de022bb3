#!/usr/bin/env bash
# shishu forensics: three classes on small files with known answers, both languages, files of every form, hostile input; published sets when there.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
python3 - <<'END'
import random
r = random.Random(1)
with open("reports.csv", "w") as f:
    f.write("村,镇,指标,月,上报数,户籍,任务\n")
    for v in range(40):
        for k in "ab":
            for m in range(1, 13):
                total = r.randint(300, 3000)
                x = sum(r.random() < 0.6 for _ in range(total // 10)) * 10 + r.randint(0, 9)
                if v == 7: x = round(total * r.randint(40, 90) / 100)
                if v == 9: x = x // 10 * 10
                t = round(0.6 * total)
                f.write(f"v{v},t{v % 4},{k},2024-{m:02d},{min(x, total)},{total},{t}\n")
END
by=(--value 上报数 --total 户籍 --target 任务 --by 村 --by 指标 --parent 镇 --period 月)
run "$shishu" forensics reports.csv "${by[@]}" --json
is "$rc" 0 'a table of figures'
is "$(json '[d["rows"], sorted({t["class"] for t in d["tests"]})]')" '[960, ["fact", "suspicion", "target"]]' 'three classes'
is "$(json 'sorted({t["group"] for t in d["tests"] if t["test"] == "whole_percentages" and t["stands"]})')" '["v7"]' 'the village that writes whole percentages'
is "$(json 'all({"test", "class", "group", "statistic", "p", "q", "reading"} <= set(t) for t in d["tests"])')" true 'the keys of the contract'
is "$(json 'all(t["p"] is None for t in d["tests"] if t["class"] == "fact")')" true 'facts have no p'
is "$(json '[t["q"] for t in d["tests"] if t["test"] == "whole_percentages" and t["group"] is None]')" '[null]' 'all rows together are no hypothesis'
is "$(json '[c["test"] for c in d["cannot_judge"]]')" '["too_even", "required_growth"]' 'what cannot be judged is said'
is "$(json '[t["class"] for t in d["tests"]] == sorted((t["class"] for t in d["tests"]), key=["target", "suspicion", "fact"].index)')" true 'targets stand before units'
one=$out
run env OMP_NUM_THREADS=1 "$shishu" forensics reports.csv "${by[@]}" --json
is "$out" "$one" 'the same bytes with 1 thread'
run "$shishu" forensics - "${by[@]}" --json <reports.csv
is "$out" "$one" 'from standard input'
tr , '\t' <reports.csv >reports.tsv
run "$shishu" forensics reports.tsv "${by[@]}" --json
is "$out" "$one" 'TSV'
gzip -k reports.csv
run "$shishu" forensics reports.csv.gz "${by[@]}" --json
is "$out" "$one" 'gzip'
run "$shishu" --lang en forensics reports.csv "${by[@]}"
like "$out" 'About the target, never about a unit:.*Doubts about the figures of a group \(leads, no verdicts\):.*whole percentages: 1 of 4[0-9] groups\..*v7 .*Facts, without any probability:' 'in English'
run "$shishu" --lang zh forensics reports.csv "${by[@]}"
like "$out" '针对任务指标，不针对任何单位：.*存疑线索.*整数百分比.*v7 .*事实' 'in Chinese'
unlike "$out" '购买|造假' 'without accusing words'

# parts against wholes, counts to date that fall, carried forward: by hand
printf 'u,p,d,x\nA,,2024-01-01,10\nB,A,2024-01-01,4\nC,A,2024-01-01,5\nA,,2024-01-02,9\nB,A,2024-01-02,4\nC,A,2024-01-02,5\n' >parts.csv
run "$shishu" forensics parts.csv --value x --by u --parent p --period d --cumulative --json
is "$(json '[[t["group"], t["n"], t["statistic"], t["expected"]] for t in d["tests"] if t["test"] == "parts_and_wholes"]')" '[["A", 2, 1, 1]]' 'a whole that is not the sum of its parts'
is "$(json '[[t["group"], t["statistic"], t["expected"]] for t in d["tests"] if t["test"] == "falls" and t["statistic"]]')" '[[null, 1, -1], ["A", 1, -1]]' 'a count to date that falls'
is "$(json '[[t["group"], t["statistic"]] for t in d["tests"] if t["test"] == "carried_forward" and t["statistic"]]')" '[[null, 2], ["B", 1], ["C", 1]]' 'figures carried forward'

refused 2 'nothing named' 'forensics takes one file' -- forensics reports.csv
refused 2 'no file' 'forensics takes one file' -- forensics --value 上报数
refused 2 'two files' 'forensics takes one file' -- forensics reports.csv reports.csv --value 上报数
refused 2 'a column that is none' 'column x.*no such column' -- forensics reports.csv --value x
refused 2 'more totals than values' 'more totals or targets than values' -- forensics reports.csv --value 上报数 --total 户籍 --total 户籍
refused 2 'a parent without units' 'needs the units' -- forensics reports.csv --value 上报数 --parent 镇
refused 2 'four keys' 'more than three columns' -- forensics reports.csv --value 上报数 --by 村 --by 镇 --by 指标 --by 月
refused 2 'both kinds' 'either arrivals or counts to date' -- forensics reports.csv --value 上报数 --arrivals --cumulative
refused 3 'no such file' 'nowhere\.csv' -- forensics nowhere.csv --value x
wrong() {   # name, rows, regex
    printf 'u,d,x\nA,2024-01-01,1\n%b' "$2" >wrong.csv
    refused 3 "$1" "wrong\\.csv, $3" -- forensics wrong.csv --value x --by u --period d
}
wrong 'no number' 'A,2024-01-02,NaN\n' 'line 3, column x, "NaN": this is not a number'
wrong 'infinite' 'A,2024-01-02,1e999\n' 'line 3, column x, "1e999": this is not a number'
wrong 'no day' 'A,soon,1\n' 'line 3, column d, "soon": this is not a day or a period'
quiet() {   # name, rows: nothing to be said, and it is said
    printf 'u,d,x,n,t\n%b' "$2" >quiet.csv
    run "$shishu" forensics quiet.csv --value x --total n --target t --by u --period d --arrivals --growth 5% --json
    is "$rc $(json 'sum(t["stands"] for t in d["tests"] if t["class"] != "fact")')" '0 0' "$1"
}
quiet 'no rows' ''
quiet 'one row' 'A,2024-01-01,1,2,3\n'
quiet 'blanks' ',,,,\nA,,,,\n'
quiet 'all the same' "$(for i in {1..300}; do echo 'A,2024-01-01,7,7,7'; done)\n"
quiet 'huge and negative' 'A,2024-01-01,1e299,1e299,1e298\nA,2024-01-02,-1e299,1,-5\nA,2024-01-03,9007199254740993,9e15,0\n'
printf 'u,x\nA,1\n' >short.csv
run "$shishu" forensics short.csv --value x --json
is "$(json 'len(d["cannot_judge"])')" 6 'what cannot be judged is listed'

if [ -d "$shared/data/elections" ] && [ -d "$shared/data/covid_reports" ]; then
    run "$shishu" forensics "$shared/data/elections/russia_2018.parquet" --value ballots_issued --total registered --value leader_votes --total ballots_in_boxes --json
    like "$(json '[t["excess"] for t in d["tests"] if t["test"] == "whole_percentages"][0]')" '^1708\.[56]' 'Russia 2018: the published excess'
    run "$shishu" forensics "$shared/data/elections/poland_2020_r1.parquet" --value ballots_issued --total registered --value duda --total ballots_in_boxes --by county --json
    is "$(json '[t["p"] > 0.05 for t in d["tests"] if t["test"] == "whole_percentages"][0] and not any(t["stands"] for t in d["tests"] if t["class"] == "suspicion")')" true 'Poland: inside the null'
    run "$shishu" forensics "$shared/data/covid_reports/russia_regions_infected.parquet" --value cum_infected --by region --period date --cumulative --json
    is "$(json 'sum(t["stands"] for t in d["tests"] if t["test"] == "too_even")')" 82 'Russian regions: too even in 82 of 85'
    run "$shishu" forensics "$shared/data/covid_reports/us_states_cases.parquet" --value new_cases --by state --period date --arrivals --json
    is "$(json '[sum(t["stands"] for t in d["tests"] if t["test"] == "too_even"), sum(t["test"] == "too_even" for t in d["tests"])]')" '[0, 55]' 'US states: none'
else
    skip 'published sets' 'no ../shared'
fi
done_testing
