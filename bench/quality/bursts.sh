#!/bin/sh
# bench/quality/bursts.sh: registrations of hop_sybil (labels, partly from a graph) and reddit_ira (no honest accounts). Markdown rows.
set -eu
cd "$(dirname "$0")/../.."
program=$PWD/build/shishu data=${SHISHU_SHARED:-$(dirname "$PWD")/shared}/data sql="python3 $PWD/tests/reference/duck.py"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "| set | metric | ours | trial in numpy |"
echo "|---|---|---|---|"
$sql "copy (select *, ntile(40) over (order by volume_usd, account_id) as class from '$data/hop_sybil/accounts.parquet') to 'hop.parquet' (format parquet)" > out
columns="{bursts: 'STRUCT(\"group\" BIGINT, log10_p DOUBLE, selected BOOLEAN)[]'}"
rates() {   # name, trial, where, options
    name=$1 trial=$2 where=$3
    shift 3
    "$program" bursts hop.parquet --time first_use_at --account account_id --zone UTC --json --members members.csv "$@" > got.json
    $sql "create table b as select unnest(bursts, recursive := true) from read_json('got.json', maximum_object_size = 100000000, columns = $columns)" \
        "create table h as select * from 'hop.parquet'" \
        "select coalesce(printf('%.3f precision, %.3f recall, %d accounts', avg(is_sybil), sum(is_sybil) / (select sum(is_sybil) from h), count(*)), 'nobody') from h
         where account_id in (select account from 'members.csv' join b using (\"group\") where $where)" | tail -n 1 | tr -d '"' |
        sed "s/^/| hop_sybil, $name | Sybil among those named | /; s/\$/ | $trial |/"
}
rates "40 volume classes, p x searched <= 0.05, members" "0.97, 0.18" "log10_p <= log10(0.05) and weight >= 0.8" --unit class
rates "40 volume classes, selected (e-BH 0.05)" "-" "selected" --unit class
rates "no units, p x searched <= 0.05" "0.90, 0.10" "log10_p <= log10(0.05)"
"$program" bursts "$data/reddit_ira/accounts.parquet" --time registered_at --account account_id --zone UTC --json --members members.csv > got.json
$sql "create table b as select unnest(bursts, recursive := true) from read_json('got.json', maximum_object_size = 100000000, columns = $columns)" \
    "select '| reddit_ira, no units | accounts in selected bursts | ' || count(distinct account) || ' of 943 | 762 |' from 'members.csv' join b using (\"group\") where selected" |
    tail -n 1 | tr -d '"'
