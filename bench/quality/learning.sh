#!/usr/bin/env bash
# bench/quality/learning.sh: what `shishu learning` says of honest learning logs, as lines "set, metric, ours, bar". The logs hold events without
# lengths: an event lasts to the next one of the account, at most half an hour. In la_course one account stands for the copies of a person.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${SHISHU_SHARED:-../shared}
program=$PWD/build/shishu duck=$PWD/build/bench/duck_sql data=$(realpath "$shared/data/moodle_logs")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sessions="select account, t as begin, greatest(0, least(1800, coalesce(epoch(lead(t) over (partition by account order by t)) - epoch(t), 60)))::int as seconds"
"$duck" 2 2GB "copy ($sessions from (select distinct user_id account, occurred_at t from '$data/edify_events.parquet')) to '$work/edify.csv';
  create table la as select distinct user_id account, date_trunc('minute', occurred_at) t from '$data/la_course_events.parquet';
  create table n as select account, count(*) n from la group by 1;
  create table same as select a.account a, b.account b from la a join la b on a.t = b.t and a.account < b.account group by 1, 2
    having count(*) > 0.5 * least((select n from n where account = a.account), (select n from n where account = b.account));
  copy ($sessions from la where account not in (select b from same)) to '$work/la1.csv'"
for set in edify la1; do
    "$program" learning "$work/$set.csv" --account account --start begin --seconds seconds --json >"$work/$set.json"
    "$duck" 1 1GB "copy (with d as (select * from read_json('$work/$set.json', maximum_object_size = 100000000))
        select '$set', 'accounts that start by the clock, of those judged; hours claimed twice; resolution',
          printf('%d of %d; %.1f; %d s', (select len(groups) from d), (select searched from d), (select excess / 3600 from d),
            (select resolution_seconds from d)), '0; 0') to '$work/line.csv' (header false)"
    cat "$work/line.csv"
done
