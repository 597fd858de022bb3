#!/usr/bin/env bash
# bench/quality/forensics.sh: `shishu forensics` on the labelled sets of design 5. One line a set: set | what | ours | published or bar.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${SHISHU_SHARED:-$(dirname "$PWD")/shared}
shishu=build/shishu duck=build/bench/duck_sql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ask() {   # Python expression on d, then the arguments
    local what=$1
    shift
    "$shishu" forensics "$@" --json | python3 -c 'import json, sys
d = json.load(sys.stdin)
def tests(name, all=False): return [t for t in d["tests"] if t["test"] == name and (t["group"] is None) == all]
def stand(name): return "%d of %d" % (sum(t["stands"] for t in tests(name)), len(tests(name)))
def whole(name, key, form): return form % tests(name, True)[0][key]
print(eval(sys.argv[1]))' "$what"
}
line() { printf '%-22s | %-44s | %-28s | %s\n' "$@"; }
stations=(--value ballots_issued --total registered --value leader_votes --total ballots_in_boxes --by region)
excess='whole("whole_percentages", "excess", "%.1f, ") + stand("whole_percentages") + " regions"'
line set what ours 'published or bar'
for year in 2004:934 2008:1723 2012:1160 2018:1709; do
    line "russia_${year%:*}" 'excess of whole percentages' "$(ask "$excess" "$shared/data/elections/russia_${year%:*}.parquet" "${stations[@]}")" "${year#*:} (Kobak, Shpilkin, Pshenichnikov)"
done
poland=$shared/data/elections/poland_2020_r1.parquet
line poland_2020 'excess, p; counties that stand (honest)' \
    "$(ask 'whole("whole_percentages", "excess", "%.1f, ") + whole("whole_percentages", "p", "p %.2f; ") + stand("whole_percentages") + ", digits " + stand("last_digit")' \
        "$poland" --value ballots_issued --total registered --value duda --total ballots_in_boxes --by county)" 'p > 0.05; none'
line russia_regions 'too even' "$(ask 'stand("too_even")' "$shared/data/covid_reports/russia_regions_infected.parquet" --value cum_infected --by region --period date --cumulative)" '80 of 85 or more'
line us_states 'too even; last digits (honest)' \
    "$(ask 'stand("too_even") + "; " + stand("last_digit")' "$shared/data/covid_reports/us_states_cases.parquet" --value new_cases --by state --period date --arrivals)" none
line us_towns_2009 'last digits (honest)' "$(ask 'stand("last_digit")' "$shared/data/digit_tests/us_towns_2009.parquet" --value pop --by state)" none
line sino_forest 'last digits, log10 p' "$(ask 'whole("last_digit", "log10_p", "%.0f")' "$shared/data/digit_tests/sino_forest.parquet" --value value)" 'rounded thousands'
mark() {   # marks in seconds: how many of the years have a p below 0.05, one row a year and mark
    local seconds found=''
    for seconds; do
        "$duck" 2 2GB "COPY (SELECT *, $seconds AS mark FROM '$shared/data/marathon_times/finishers.parquet') TO '$work/m.parquet'"
        found+=$(ask 'sum(t["p"] <= 0.05 for t in tests("bunching")), len(tests("bunching"))' "$work/m.parquet" --value official_seconds --target mark --by year --at-most)
    done
    python3 -c 'import re, sys
n = [int(x) for x in re.findall(r"\d+", sys.argv[1])]
print(f"{sum(n[::2])} of {sum(n[1::2])}")' "$found"
}
line marathon_times 'gathering at 3:00, 3:30, 4:00 (p <= 0.05)' "$(mark 10800 12600 14400)" 'real effort'
line marathon_times 'gathering at 12 unremarkable marks' "$(mark 10337 10961 11239 11543 11773 12029 12967 13259 13537 13873 14851 15131)" '5 % by chance'
