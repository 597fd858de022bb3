#!/bin/sh
# bench/quality/shared.sh [SEEDS]: what `shared` finds on real honest addresses, and in simulated counties of each of these seeds (none by default;
# some 40 s each): leads that are not bought, and which batches of 200 accounts or more with devices or addresses are named. Markdown rows.
set -eu
cd "$(dirname "$0")/../.."
root=$PWD program=$PWD/build/shishu data=${SHISHU_SHARED:-$(dirname "$PWD")/shared}/data sql="python3 $PWD/tests/reference/duck.py"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "| set | metric | ours | bar |"
echo "|---|---|---|---|"
logs=$data/moodle_logs/edify_events.parquet
for term in all F17 SP17 SP18; do
    $sql "copy (select *, course as place from '$logs' where '$term' in ('all', term)) to 'term.parquet' (format parquet)" > out
    "$program" shared term.parquet --account user_id --via ip_hash,ip24_hash --time occurred_at --unit place --json > got.json
    python3 - "$term" << 'END'
import json, sys
d = json.load(open("got.json"))
print("| edify, %s (ip; /24) | values passing all rules; leads; listed (of values with 3 accounts or more) | %s; %d; %d (%s) | 0 |" % (sys.argv[1],
      " + ".join(str(v["passing"]) for v in d["via"]), d["selected"], len(d["groups"]) - d["selected"], " + ".join(str(v["three_or_more"]) for v in d["via"])))
END
done
for seed; do
    for vendors in none crude careful; do
        rm -rf county files
        "$program" simulate county --villages 60 --months 4 --seed "$seed" --vendors $vendors --files files --quiet > out
        $sql "copy (select e.*, a.unit_code as unit from read_csv('files/events-*.csv', all_varchar = true) e
                    left join (select app, account, any_value(unit_code) as unit_code from read_csv('files/accounts.csv', all_varchar = true) group by all) a
                    using (app, account)) to 'events.parquet' (format parquet)" > out
        "$program" shared events.parquet --account account --via device,ip --time time --unit unit --app app --json --members members.csv > got.json
        $sql "copy (select t.*, d.devices, d.ips from 'county/truth/truth.parquet' t left join (select app, account, count(distinct device) as devices,
                    count(distinct ip) as ips from 'events.parquet' group by all) d using (app, account)) to 'truth.csv' (header)" > out
        python3 "$root/bench/quality/shared.py" "$seed" $vendors
    done
done
