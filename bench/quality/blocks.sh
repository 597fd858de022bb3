#!/usr/bin/env bash
# bench/quality/blocks.sh: blocks on real labelled data, on honest data and on planted tensors; a line each: set, measure, ours, the bar or what a peer
# reached (design 5, 9 and 10).
#   SHISHU_SHARED=DIR   the shared data (beside the check-out)   BENCH_DIR=DIR   where converted files go (build/bench/data)
#   BENCH_SEEDS="1 2 3" seeds of the planted tensors
set -euo pipefail
cd "$(dirname "$0")/../.."
data=${SHISHU_SHARED:-$(dirname "$PWD")/shared}/data
dir=$(realpath -m "${BENCH_DIR:-build/bench/data}")/blocks
mkdir -p "$dir"
shishu=build/shishu
duck() { build/bench/duck_sql "$(nproc)" 4GB "$1"; }
row() { printf '%-34s %-46s %-26s %s\n' "$@"; }
row set measure ours 'bar, or peers'

# AUC, and recall at 0.1 % and 1 % false alarms, of lines "score,positives,negatives"
ranking() {
    sort -t, -k1,1gr | awk -F, '{ s[NR] = $1; a[NR] = $2; b[NR] = $3; A += $2; B += $3 } END {
        for (i = 1; i <= NR; i = j) {
            p = q = 0
            for (j = i; j <= NR && s[j] == s[i]; j++) { p += a[j]; q += b[j] }
            auc += q * (tp + p / 2); tp += p; fp += q
            if (fp <= B / 1000) r1 = tp / A
            if (fp <= B / 100) r10 = tp / A
        }
        printf "%.3f, r.1 %.3f, r1 %.3f", auc / A / B, r1, r10 }'
}
kdd=$data/kdd99/connections.parquet
five=protocol,service,flag,src_bytes,dst_bytes
"$shishu" blocks "$kdd" --by $five --top 20 --scores "$dir/scores.csv" --json >/dev/null
for score in 'coalesce(density, 0)' 'greatest(coalesce(density, 0), alike)' alike; do
    duck "COPY (SELECT $score, sum(is_attack), sum(1 - is_attack) FROM (SELECT *, row_number() OVER () AS line FROM read_parquet('$kdd')) k
          JOIN read_csv('$dir/scores.csv') s USING (line) GROUP BY 1) TO '$dir/ranked.csv' (HEADER false)"
    row kdd99 "AUC and recalls of $score" "$(ranking <"$dir/ranked.csv")" 'bar 0.98, r.1 0.97; M-Zoom 0.983, 0.914; equal rows 0.992, 0.964'
done

hop=$data/hop_sybil
duck "COPY (SELECT src AS account, dst AS object FROM '$hop/edges.parquet' WHERE src IN (SELECT account_id FROM '$hop/accounts.parquet') AND dst NOT IN (SELECT node_id FROM '$hop/hubs.parquet')
      UNION SELECT dst, src FROM '$hop/edges.parquet' WHERE dst IN (SELECT account_id FROM '$hop/accounts.parquet') AND src NOT IN (SELECT node_id FROM '$hop/hubs.parquet') ORDER BY 1, 2) TO '$dir/hop.csv'"
duck "COPY (SELECT account_id, is_sybil FROM '$hop/accounts.parquet') TO '$dir/hop_truth.csv'"
duck "COPY (SELECT a.account, b.object FROM (SELECT account, row_number() OVER (ORDER BY hash(account || object)) AS i FROM '$dir/hop.csv') a
      JOIN (SELECT object, row_number() OVER (ORDER BY hash(object || account || 'x')) AS i FROM '$dir/hop.csv') b USING (i) ORDER BY 1, 2) TO '$dir/hop_rewired.csv'"
"$shishu" blocks "$dir/hop.csv" --by object --account account --top 0 --members "$dir/m.csv" --json >"$dir/o.json"
row hop_sybil 'blocks; accounts in them, share Sybil' \
    "$(grep -o '"selected":[0-9]*' "$dir/o.json" | head -n 1 | cut -d: -f2); $(awk -F, 'NR == FNR { s[$1] = $2; next } FNR > 1 && $2 == 1 && !seen[$4]++ { n++; k += s[$4] } END { printf "%d, %.3f", n, k / n }' "$dir/hop_truth.csv" "$dir/m.csv")" \
    'prototype 10; 306, 0.987 (base 0.307)'

# how many accounts are in what a tool shows: judged, then listed
flagged() {
    "$shishu" blocks "$@" --top 0 --members "$dir/m.csv" --json >/dev/null
    awk -F, 'NR > 1 && !seen[$2, $4]++ { n[$2]++ } END { printf "%d, %d", n[1], n[0] }' "$dir/m.csv"
}
row 'hop_sybil, rewired' 'accounts in judged, listed blocks' "$(flagged "$dir/hop_rewired.csv" --by object --account account)" 0
moodle=$data/moodle_logs
duck "COPY (SELECT user_id AS account, course || '/' || component || '/' || event_name AS object, occurred_at AS time FROM '$moodle/edify_events.parquet') TO '$dir/edify.csv'"
# one account for each component of copies: accounts that share more than half of the events of either, to the minute
duck "CREATE TABLE e AS SELECT DISTINCT user_id AS u, component || '/' || event_name AS o, date_trunc('minute', occurred_at) AS t FROM '$moodle/la_course_events.parquet';
      CREATE TABLE n AS SELECT u, count(*) AS n FROM e GROUP BY u;
      CREATE TABLE p AS SELECT a.u AS a, b.u AS b FROM e a JOIN e b ON a.o = b.o AND a.t = b.t AND a.u < b.u JOIN n x ON x.u = a.u JOIN n y ON y.u = b.u GROUP BY a.u, b.u, x.n, y.n HAVING count(*) > 0.5 * least(x.n, y.n);
      COPY (SELECT user_id AS account, component || '/' || event_name AS object, occurred_at AS time FROM '$moodle/la_course_events.parquet' WHERE user_id NOT IN (SELECT b FROM p)) TO '$dir/la1.csv'"
german=$data/coordinated_posts/german_elections.parquet
duck "COPY (SELECT account_id AS account, url_id AS object, shared_at AS time FROM '$german' WHERE url_id IS NOT NULL) TO '$dir/german.csv'"
duck "COPY (SELECT a.account, b.object, a.time FROM
      (SELECT *, date_trunc('hour', time) AS h, row_number() OVER (PARTITION BY date_trunc('hour', time) ORDER BY hash(account || object || time::VARCHAR)) AS i FROM '$dir/german.csv') a
      JOIN (SELECT *, date_trunc('hour', time) AS h, row_number() OVER (PARTITION BY date_trunc('hour', time) ORDER BY hash(object || account || 'x' || time::VARCHAR)) AS i FROM '$dir/german.csv') b USING (h, i)) TO '$dir/german_swapped.csv'"
timed=(--by object,time --bin time=1h --account account --zone UTC)
for name in edify la1 german_swapped german; do
    row "$name ($(($(cut -d, -f1 "$dir/$name.csv" | sort -u | wc -l) - 1)) accounts)" 'accounts in judged, listed blocks' "$(flagged "$dir/$name.csv" "${timed[@]}")" \
        "$([ $name = german ] && echo 'no labels; real coordinated posters inside' || echo 0)"
done

for seed in ${BENCH_SEEDS:-1 2 3}; do
    for kind in '' none; do
        build/bench/make_tensor "$dir/t" 1e6 "$seed" $kind
        "$shishu" blocks "$dir/t.csv" --by item,time --bin time=1h --account account --top 0 --members "$dir/m.csv" --json >/dev/null
        row "planted tensor, 1 M, seed $seed $kind" 'accounts: precision, recall, F1; share of crowds' \
            "$(awk -F, 'NR == FNR { if (FNR > 1) { k[$1] = $2; N[$2]++ } next } FNR > 1 && !seen[$4]++ { n++; h[k[$4]]++ } END {
                if (!N["bought"]) printf "%d flagged", n
                else { p = n ? h["bought"] / n : 0; r = h["bought"] / N["bought"]; printf "%.3f, %.3f, %.3f; %.3f", p, r, p + r ? 2 * p * r / (p + r) : 0, h["crowd"] / N["crowd"] } }' "$dir/t.truth.csv" "$dir/m.csv")" \
            "$([ "$kind" ] && echo 0 || echo 'bar F1 0.8, crowds 0.05; peers 0.08-0.10, 1')"
    done
done
rm -f "$dir/t.csv"
