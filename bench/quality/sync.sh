#!/bin/sh
# bench/quality/sync.sh: `shishu sync` on real data sets, one line each: set, what is measured, our figure, the bar. Needs ../shared and
# build/bench/duck_sql (make build/bench/duck_sql). Labels: ira_tweets' teams; the copies in la_course, found by comparing whole logs; the others
# are taken as honest, or have minutes and seconds drawn anew.
set -eu
cd "$(dirname "$0")/../.."
data=${SHISHU_SHARED:-../shared}/data program=$PWD/build/shishu duck=$PWD/build/bench/duck_sql
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sql() { "$duck" 2 2GB "$@"; }
sync() { "$program" --quiet --json sync "$@" --zone UTC --pairs "$work/pairs.csv" --members "$work/members.csv" >"$work/out.json"; }
key() { grep -o "\"$1\":[0-9][0-9]*" "$work/out.json" | head -n 1 | cut -d: -f2; }
line() { printf '%-34s %-44s %-26s %s\n' "$1" "$2" "$3" "$4"; }
# accounts of selected groups: groups come strongest first, so they are the first ones
flagged() { awk -F, -v most="$(key selected)" 'NR > 1 && $1 <= most { n++ } END { print n + 0 }' "$work/members.csv"; }
tell() { line "$1" 'selected groups; accounts in them' "$(key selected); $(flagged) of $(key accounts)" "$2"; }

line set measured ours bar
sync "$data/moodle_logs/la_course_events.parquet" --account user_id --object component,event_name --time occurred_at
sql "create table e as select distinct user_id u, date_trunc('minute', occurred_at) t, component c, event_name n from '$data/moodle_logs/la_course_events.parquet';
create table k as select u, count(*) n from e group by 1;
create table copies as select a.u a, b.u b from e a join e b using (t, c, n) join k x on x.u = a.u join k y on y.u = b.u where a.u < b.u group by a.u, b.u, x.n, y.n
  having count(*) > 0.5 * least(x.n, y.n);
create table found as select least(account_a, account_b) a, greatest(account_a, account_b) b from read_csv('$work/pairs.csv', all_varchar = true);
copy (select (select count(*) from copies), (select count(*) from found), (select count(*) from found semi join copies using (a, b))) to '$work/la.csv' (header false);
copy (select user_id, component, event_name, occurred_at from '$data/moodle_logs/la_course_events.parquet' where user_id not in (select b from copies)) to '$work/la1.parquet'"
line 'la_course' 'copies, listed pairs, copies among them' "$(cat "$work/la.csv")" '138,138,138'
tell 'la_course' '44 groups of 129'
sync "$work/la1.parquet" --account user_id --object component,event_name --time occurred_at
tell 'la_course, one account a person' '0'
for o in component event_name component,event_name component,event_name,course; do
    sync "$data/moodle_logs/edify_events.parquet" --account user_id --object $o --time occurred_at
    tell "edify, object $o" '0'
done
ira() {
    sync "$data/ira_tweets/events.parquet" --account account_id --object text_hash --time published_at "$@"
    sql "copy (select count(*), round(100 * avg((x.account_category = y.account_category)::int), 2) from read_csv('$work/pairs.csv', all_varchar = true)
      join '$data/ira_tweets/accounts.parquet' x on x.account_id = account_a join '$data/ira_tweets/accounts.parquet' y on y.account_id = account_b) to '$work/ira.csv' (header false)"
}
ira
line 'ira_tweets, both windows' 'listed pairs, % of one team' "$(cat "$work/ira.csv")" '20000, 99.5'
tell 'ira_tweets, both windows' ''
ira --window 60s
line 'ira_tweets, 60 s' 'listed pairs, % of one team' "$(cat "$work/ira.csv")" 'prototype 22306, 99.87'
tell 'ira_tweets, 60 s' 'prototype 16 groups of 811'
ira --fdr 0.01
line 'ira_tweets, --fdr 0.01' 'listed pairs, % of one team' "$(cat "$work/ira.csv")" ''
"$program" --quiet --json sync "$data/ira_tweets/events.parquet" --account account_id --object text_hash --time published_at --method count --min-objects 2 >"$work/out.json"
line 'ira_tweets, --method count' 'pairs with 2 or more co-actions' "$(key pairs)" '79105'
sync "$data/coordinated_posts/russian_retweets.parquet" --account account_id --object object_id --time shared_at
tell russian_retweets 'prototype 0'
german=$data/coordinated_posts/german_elections.parquet
sync "$german" --account account_id --object url_id --time shared_at
tell 'german_elections, links' '<= 1 %'
for seed in 1 2 3; do
    sql "copy (select account_id, url_id, date_trunc('hour', shared_at) + to_seconds((hash(account_id, url_id, shared_at, $seed) % 3600)::bigint) as shared_at from '$german') to '$work/german.parquet'"
    sync "$work/german.parquet" --account account_id --object url_id --time shared_at
    tell "german, times within hours drawn, $seed" '0'
done
