#!/bin/sh
# bench/sync.sh: `shishu sync` beside the join that a person would write in SQL, on ira_tweets (60 s, 2 or more common texts), three rounds one
# after the other; then posts on one hot object, all within a minute, in growing numbers. Prints Markdown. Needs ../shared.
set -eu
cd "$(dirname "$0")/.."
threads=$(nproc) program=$PWD/build/shishu measure=$PWD/build/bench/measure duck=$PWD/build/bench/duck_sql
ira=${SHISHU_SHARED:-../shared}/data/ira_tweets/events.parquet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
join="create table r as with e as (select account_id, text_hash, published_at t from '$ira' where text_hash is not null)
  select a.account_id x, b.account_id y, count(*) n from e a join e b on a.text_hash = b.text_hash and a.account_id < b.account_id
  and abs(epoch(a.t) - epoch(b.t)) <= 60 group by 1, 2 having count(*) >= 2"
by="--account account_id --object text_hash --time published_at"
for round in 1 2 3; do
    "$measure" "DuckDB join" "$duck" "$threads" 4GB "$join"
    # shellcheck disable=SC2086
    "$measure" "shishu sync --method count" "$program" sync "$ira" $by --method count --min-objects 2 --quiet
    # shellcheck disable=SC2086
    OMP_WAIT_POLICY=passive "$measure" "the same, threads that wait asleep" "$program" sync "$ira" $by --method count --min-objects 2 --quiet
    # shellcheck disable=SC2086
    "$measure" "shishu sync (both windows)" "$program" sync "$ira" $by --quiet
done >"$work/rounds"
echo "| ira_tweets, 638,405 rows | wall s | cpu s | MiB | wall x join | cpu x join |"
echo "|---|---:|---:|---:|---:|---:|"
sort -t "$(printf '\t')" -k1,1 -k2,2n "$work/rounds" | awk -F '\t' '{ n[$1]++; w[$1, n[$1]] = $2; if (!($1 in c) || $3 < c[$1]) c[$1] = $3; m[$1] = $4 }
    END { split("DuckDB join|shishu sync --method count|the same, threads that wait asleep|shishu sync (both windows)", o, "|")
          for (i = 1; i <= 4; i++) printf "| %s | %.2f | %.2f | %s | %.2f | %.2f |\n", o[i], w[o[i], 2], c[o[i]], m[o[i]], w[o[i], 2] / w[o[1], 2], c[o[i]] / c[o[1]] }'
echo
echo "| posts on one object within a minute | count wall s | cpu s | MiB | test wall s | cpu s | MiB |"
echo "|---|---:|---:|---:|---:|---:|---:|"
for posts in 20000 100000 500000 2000000; do
    "$duck" "$threads" 4GB "copy (select 'account-' || range as a, 'the one' as o, timestamp '2024-01-01 08:00:00' + to_seconds(range * 7919 % 60) as t from range($posts)) to '$work/hot.parquet'"
    c=$("$measure" x "$program" sync "$work/hot.parquet" --account a --object o --time t --method count --quiet | awk -F '\t' '{ print $2 " | " $3 " | " $4 }')
    t=$("$measure" x "$program" sync "$work/hot.parquet" --account a --object o --time t --quiet | awk -F '\t' '{ print $2 " | " $3 " | " $4 }')
    echo "| $posts | $c | $t |"
done
