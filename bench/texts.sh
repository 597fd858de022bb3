#!/usr/bin/env bash
# bench/texts.sh [POSTS]: `shishu texts` on the shared reviews at likeness 0.7, beside the same join written by hand in DuckDB (3-grams, rarest first,
# prefix, verified), and on POSTS (1,000,000) invented comments for which there is no peer that ends. Prints Markdown.
set -euo pipefail
cd "$(dirname "$0")/.."
posts=${1:-1000000} shared=${SHISHU_SHARED:-../shared} threads=$(nproc)
program=$PWD/build/shishu measure=$PWD/build/bench/measure duck=$PWD/build/bench/duck_sql
reviews=$(realpath "$shared/data/zh_near_duplicates")/reviews.parquet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
by_hand="create table t as select review_id id, lower(regexp_replace(text, '[^\p{L}\p{N}]', '', 'g')) s from '$reviews' where norm_len >= 10;
  create table g as select id, unnest(list_distinct(list_transform(range(1, length(s) - 1), i -> s[i:i + 2]))) gram from t;
  create table n as select id, count(*) n from g group by id;
  create table f as select gram, count(*) df from g group by gram;
  create table p as select id, gram, n from (select id, gram, n, row_number() over (partition by id order by df, gram) r from g join f using (gram)
    join n using (id)) where r <= n - ceil(0.7 * n - 1e-9) + 1;
  create table c as select distinct a.id a, b.id b from p a join p b on a.gram = b.gram and a.id < b.id and least(a.n, b.n) >= 0.7 * greatest(a.n, b.n);
  create table j as select a, b, count(*) both from c join g x on x.id = a join g y on y.id = b and y.gram = x.gram group by a, b;
  select count(*) from j join n u on u.id = a join n v on v.id = b where both >= 0.7 * (u.n + v.n - both)"
# Comments of 8 to 60 characters from 3,000 words of two; a fifth of them copies of 2,000 stock phrases with a change.
"$duck" "$threads" 4GB "create macro u(k, a, b) as hash(k, a, b, 7) / 18446744073709551616.0;
  create table w as select k, chr((19968 + floor(20000 * u('c', k, 0)))::int) || chr((19968 + floor(20000 * u('d', k, 0)))::int) word from range(3000) t(k);
  create table own as select i, string_agg(word, '' order by q) s from (select i, q, floor(3000 * u('w', i, q) ** 2)::int k
    from range($posts) t(i), range(4 + floor(26 * u('n', i, 0))::int) r(q)) join w using (k) group by i;
  copy (select printf('a%06d', floor($posts / 20 * u('a', i, 0))::int) account, case when u('copy', i, 0) < 0.2 then p.s || chr((19968 + floor(9 * u('x', i, 0)))::int)
    else o.s end words from own o join (select i k, s from own where i < 2000) p on p.k = floor(2000 * u('which', o.i, 0))::int) to '$work/posts.parquet'"
echo '| what | wall s | cpu s | peak MiB |'
echo '|---|---|---|---|'
for round in 1 2 3; do
    "$measure" "shishu texts, 28,782 reviews" "$program" texts "$reviews" --account review_id --text text --similar 0.7 --json
    "$measure" "DuckDB by hand, the same" "$duck" "$threads" 4GB "$by_hand"
done | sort -t "$(printf '\t')" -k1,1 -k2,2n | awk -F '\t' '$1 != last { printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4; last = $1 }'
"$measure" "shishu texts, $posts invented comments" "$program" texts "$work/posts.parquet" --account account --text words --json |
    awk -F '\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }'
