#!/usr/bin/env bash
# bench/quality/texts.sh [COUNTIES]: what `shishu texts` finds, as lines "set, metric, ours, bar". The exact join on real reviews beside the published
# list of pairs; honest counties made of these reviews and of slogans (COUNTIES of them, 40 by default), and the same with groups planted. The
# generator is SQL and shares nothing with the method.
set -euo pipefail
cd "$(dirname "$0")/../.."
shared=${SHISHU_SHARED:-../shared} counties=${1:-40}
program=$PWD/build/shishu duck=$PWD/build/bench/duck_sql reviews=$(realpath "$shared/data/zh_near_duplicates")/reviews.parquet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for s in 0.7 0.8; do
    "$program" texts "$reviews" --account review_id --text text --similar $s --pairs "$work/pairs.csv" --json >/dev/null
    "$duck" 2 1GB "copy (with ours as (select least(account_a, account_b) a, greatest(account_a, account_b) b, jaccard from '$work/pairs.csv'
          where account_a in (select review_id from '$reviews' where norm_len >= 10)),
        listed as (select least(review_id_a, review_id_b) a, greatest(review_id_a, review_id_b) b, jaccard_char3 j
          from '${reviews%/*}/true_pairs.parquet' where jaccard_char3 >= $s)
        select 'zh_near_duplicates', 'pairs at $s: of the list, extra, largest difference of jaccard',
          printf('%d of %d, %d, %.1e', (select count(*) from ours join listed using (a, b)), (select count(*) from listed),
            (select count(*) from ours anti join listed using (a, b)), (select max(abs(jaccard - j)) from ours join listed using (a, b))),
          'all, 0, rounding') to '$work/line.csv' (header false)" && cat "$work/line.csv"
done

# county SEED STOCK GROUPS ACCOUNTS TEXTS POSTS: 2,000 accounts in 50 villages with heavy-tailed numbers of comments; a share STOCK of them one of 20
# slogans (half are of 12 characters or more), the others reviews; GROUPS groups of ACCOUNTS that each post POSTS of the TEXTS of their group.
county() {
    "$duck" 2 1GB "create macro u(k, a, b) as hash(k, a, b, $1) / 18446744073709551616.0;
    create table slogan as select * from (values (0, '支持'), (1, '已阅'), (2, '为家乡点赞'), (3, '不忘初心，牢记使命，永远跟党走！'), (4, '学习了'), (5, '收到'),
      (6, '坚决拥护党中央的决策部署'), (7, '点赞'), (8, '共同建设美丽乡村，人人有责'), (9, '加油'), (10, '希望家乡的明天越来越美好，越来越富裕'), (11, '感谢党，感谢政府'),
      (12, '认真学习，贯彻落实上级会议精神'), (13, '很好'), (14, '为基层工作人员辛勤的付出点赞'), (15, '赞赞赞'), (16, '反诈宣传人人参与，守好自己的钱袋子'), (17, '继续努力'),
      (18, '让我们一起为乡村振兴贡献力量'), (19, '祝福祖国繁荣昌盛，人民幸福安康')) t(k, words);
    create table review as select (row_number() over (order by review_id) - 1)::int r, text from '$reviews' where norm_len between 4 and 150;
    create table account as select a, greatest(1, floor(exp(1.6 + 1.0 * sqrt(-2 * ln(u('n', a, 0))) * cos(6.283185307 * u('m', a, 0)))))::int posts
      from range(2000) t(a);
    create table post as select a, unnest(range(posts)) i from account;
    create table honest as select p.a, coalesce(words, text) words from
      (select a, case when u('stock', a, i) < $2 then floor(20 * u('which', a, i) ** 1.7)::int end k, floor((select count(*) from review) * u('own', a, i))::int r from post) p
      left join slogan using (k) join review using (r);
    create table long as select (row_number() over (order by r) - 1)::int r, text from review where length(text) > 20;
    create table planted as select ((g * $4 + m) * 37 % 2000)::int a, text || '，' || g words from
      (select g, m, floor((select count(*) from long) * u('plant', g, floor(u('choice', g * 1000 + m, k) * $5)::int))::int r
       from range($3) t(g), range($4) s(m), range($6) q(k)) join long using (r);
    copy (select printf('n%04d', a) account, words from honest union all
      select printf('n%04d', a), words from planted) to '$work/county.csv';
    copy (select distinct printf('n%04d', ((g * $4 + m) * 37 % 2000)::int) account from range($3) t(g), range($4) s(m)) to '$work/truth.csv'"
    "$program" texts "$work/county.csv" --account account --text words --members "$work/members.csv" --json >"$work/out.json"
}
figures() {   # selected groups; accounts in them, how many of these planted, all planted
    "$duck" 1 1GB "create table s as select unnest(groups).\"group\" g, unnest(groups).selected s from read_json('$work/out.json');
      create table f as select distinct account from read_csv('$work/members.csv', header = true, types = {'account': 'varchar'}) m join s on s.g = m.\"group\" where s;
      copy (select (select count(*) from s where s), (select count(*) from f), (select count(*) from f semi join read_csv('$work/truth.csv', header = true) t
        using (account)), (select count(*) from read_csv('$work/truth.csv', header = true))) to '$work/f.csv' (header false, delimiter ' ')"
    cat "$work/f.csv"
}
found=0
for seed in $(seq 1 "$counties"); do
    county "$seed" "0.$((40 + seed * 7 % 41))" 0 1 1 1
    read -r groups _ < <(figures)
    found=$((found + (groups > 0)))
done
echo "honest counties of reviews and 20 slogans (40-80 %),counties with a finding,$found of $counties,<= 2 %"
for plant in '1 50 20 10' '1 30 5 5' '1 100 50 5' '1 100 10 3' '3 50 20 10' '1 300 300 1'; do
    for stock in 0.4 0.8; do
        right=0 flagged=0 all=0
        for seed in 901 902; do
            # shellcheck disable=SC2086
            county $seed $stock $plant
            read -r _ f r a < <(figures)
            right=$((right + r)) flagged=$((flagged + f)) all=$((all + a))
        done
        echo "planted (groups accounts texts posts) $plant; stock $stock,accounts found; of those flagged,$right of $all; $right of $flagged,9c"
    done
done
