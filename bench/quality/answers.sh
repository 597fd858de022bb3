#!/usr/bin/env bash
# bench/quality/answers.sh: what `shishu answers` finds on real exams, as lines "set, metric, ours, bar".
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${SHISHU_SHARED:-../shared}
program=$PWD/build/shishu duck=$PWD/build/bench/duck_sql data=$(realpath "$shared/data/exam_copying")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$program" answers "$data/negocios_answers.parquet" --account student_id --long item=item,answer=answer,key=key --json >"$work/n.json"
"$program" answers "$data/credential_answers.parquet" --account candidate_id --long item=item,answer=answer,seconds=seconds --json >"$work/c.json"
"$duck" 1 1GB "create table n as select * from read_json('$work/n.json', maximum_object_size = 100000000);
  create table c as select * from read_json('$work/c.json', maximum_object_size = 100000000);
  create table p as select unnest(pairs, recursive := true) from n;
  create table fast as select unnest(fast_on_hard_items, recursive := true) from c;
  create table f as select account, score, flagged = 1 as bad from fast join '$data/credential_candidates.parquet' k on k.candidate_id = account;
  copy (select 'negocios, 124,750 pairs', 'pairs selected; equal answers, wrong ones shared of both wrong; log10 p; next log10 p',
      printf('%d; %d of 60, %d of %d; %.2f; %.2f', (select count(*) from p where selected), max_by(matches, -log10_p), max_by(wrong_matches, -log10_p),
        max_by(both_wrong, -log10_p), min(log10_p), (select log10_p from p order by log10_p limit 1 offset 1)), 'the confessed pair alone' from p
    union all select 'negocios', 'groups selected; sheets in them', printf('%d; %d', (select count(*) from (select unnest(groups).selected s from n) where s),
      (select sum(a) from (select unnest(groups).selected s, unnest(groups).accounts a from n) where s)), '1; 2'
    union all select 'credential, 590 sheets', 'sheets in selected pairs or groups', (select count(*) from (select unnest(groups).selected s from c) where s)::varchar, '0 (not copying)'
    union all select 'credential', 'AUC of speed on the hardest items against the 16 flagged', printf('%.3f', (select avg(case when a.score > b.score then 1
      when a.score = b.score then 0.5 else 0 end) from f a, f b where a.bad and not b.bad)), '>= 0.75'
  ) to '$work/lines.csv' (header false)"
cat "$work/lines.csv"
