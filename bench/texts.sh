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
  create table j as select a, b, count(*) common from c join g x on x.id = a join g y on y.id = b and y.gram = x.gram group by a, b;
  select count(*) from j join n u on u.id = a join n v on v.id = b where common >= 0.7 * (u.n + v.n - common)"
# Comments of 8 to 60 characters from 3,000 words of two, common and rare; a fifth of them copies of 2,000 stock phrases with a change.
python3 - "$posts" >"$work/posts.csv" <<'END'
import random, sys
r, n = random.Random(7), int(sys.argv[1])
words = ["".join(r.choices([chr(c) for c in range(0x4e00, 0x9c00)], k=2)) for _ in range(3000)]
text = lambda: "".join(words[int(3000 * r.random() ** 2)] for _ in range(r.randint(4, 30)))
stock = [text() for _ in range(2000)]
print("account,words")
for i in range(n):
    print(f"a{r.randrange(1 + n // 20)},{r.choice(stock) + chr(0x4e00 + r.randrange(9)) if r.random() < 0.2 else text()}")
END
echo '| what | wall s | cpu s | peak MiB |'
echo '|---|---|---|---|'
for round in 1 2 3; do
    "$measure" "shishu texts, 28,782 reviews" "$program" texts "$reviews" --account review_id --text text --similar 0.7 --json
    "$measure" "DuckDB by hand, the same" "$duck" "$threads" 4GB "$by_hand"
done | sort -t "$(printf '\t')" -k1,1 -k2,2n | awk -F '\t' '$1 != last { printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4; last = $1 }'
"$measure" "shishu texts, $posts invented comments" "$program" texts "$work/posts.csv" --account account --text words --json |
    awk -F '\t' '{ printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }'
