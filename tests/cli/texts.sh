#!/usr/bin/env bash
# shishu texts: a group that was planted and nobody else, near-duplicates with their exact likeness, both languages, odd and hostile files.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/none
mkdir "$W"
# 1,200 accounts with texts of their own and slogans; 12 of them post 8 texts of another's, with small changes.
python3 - <<'END'
import random
r = random.Random(5)
signs = [chr(0x4e00 + i) for i in range(3000)]
text = lambda n: "".join(r.choices(signs, k=n))
slogans = ["支持", "已阅", "坚决拥护党中央的决策部署，共建美丽乡村"]
handed = [text(30) for _ in range(8)]
rows = []
for a in range(1200):
    for _ in range(6):
        rows.append((f"n{a}", r.choice(slogans) if r.random() < 0.5 else text(r.randint(5, 40))))
for a in range(40, 52):
    for t in handed:
        t = list(t)
        if r.random() < 0.5: t[r.randrange(2)] = r.choice(signs)
        rows.append((f"n{a}", "".join(t) + r.choice("。！ ")))
r.shuffle(rows)
with open("posts.csv", "w") as out:
    out.write("account,text,time\n")
    for i, (a, t) in enumerate(rows): out.write(f'{a},"{t}",2024-06-{1 + i % 28:02d} 08:{i % 60:02d}:00\n')
END
by=(--account account --text text)
run "$shishu" texts posts.csv "${by[@]}" --members members.csv --json
cp "$T/.out" plain.json
is "$(json '[d["rows"], d["accounts"], len(d["groups"]), d["groups"][0]["accounts"], d["groups"][0]["texts"], d["groups"][0]["selected"]]')" \
    '[7296, 1200, 1, 12, 8, true]' 'the group that was planted, and nobody else'
is "$(json 'd["groups"][0]["posts"] == 96 and d["groups"][0]["log10_p"] < -20 and d["groups"][0]["q"] < 1e-15 and len(d["groups"][0]["clusters"]) == 8')" \
    true 'with its strength'
is "$(json 'sorted(d["groups"][0])')" \
    '["accounts", "clusters", "e", "example_hash", "group", "log10_e", "log10_p", "posts", "q", "selected", "texts"]' 'the keys of a group'
is "$(json 'all(d["clusters"][c - 1]["evidence"] and d["clusters"][c - 1]["accounts"] == 12 for c in d["groups"][0]["clusters"])')" true 'its clusters'
is "$(json '[c["evidence"] for c in d["clusters"][:3]].count(True)')" 1 'a slogan of two characters is no evidence'
is "$(tail -n +2 members.csv | cut -d, -f2 | sort | head -n 3 | tr '\n' ' ')$(wc -l <members.csv)" 'n40 n41 n42 13' 'members are written out'
is "$(json 'd["clusters"][1]["example_hash"]')" "$(printf 支持 | sha256sum | cut -c1-16)" 'an example by the hash of its normal form'
run "$shishu" texts posts.csv "${by[@]}" --time time --json
is "$(json '[d["groups"][0]["first_seen"][:8], d["groups"][0]["last_seen"][-6:]]')" '["2024-06-", "+08:00"]' 'times of a group, in the zone'
run env OMP_NUM_THREADS=1 "$shishu" texts posts.csv "${by[@]}" --json
is "$(cmp plain.json "$T/.out" && echo same)" same 'the same bytes with one thread'
run "$shishu" --lang zh texts posts.csv "${by[@]}"
like "$out" '7296 条.*1 个账号群组.*疑点.*统一口号' 'in Chinese'
unlike "$out" '购买|造假' 'nobody is accused'
run "$shishu" --lang en texts - "${by[@]}" <posts.csv
like "$out" '7296 posts of 1200 accounts.*1 groups of accounts.*A group is a lead' 'in English, from standard input'
gzip -k posts.csv
run "$shishu" texts posts.csv.gz "${by[@]}" --json
is "$(cmp plain.json "$T/.out" && echo same)" same 'packed'

cat >near.csv <<'END'
who,words
a,今天 村里开会讨论修路的事情,大家都同意
b,今天村里开会讨论修路的事情大家都不同意
c,ＡＢＣ，12345678901
d,abc 12345678901!
e,不错
f,不错。
g,😀👍
h,
,今天村里开会讨论修路的事情大家都同意
END
sed -i 's/事情,大家/事情，大家/' near.csv
run "$shishu" texts near.csv --account who --text words --similar 0.7 --pairs pairs.csv --json
is "$(json '[d["rows"], d["texts"], d["empty"], [c["posts"] for c in d["clusters"]], "cannot_judge" in d, d["groups"]]')" '[9, 4, 2, [3, 2, 2], false, []]' \
    'small files: clusters'
is "$(cat pairs.csv)" 'line_a,account_a,line_b,account_b,jaccard
2,a,10,,1
4,c,5,d,1
6,e,7,f,1
2,a,3,b,0.7368421052631579
10,,3,b,0.7368421052631579' 'pairs with their lines and exact likeness'
printf 'who,words\n' >empty.csv
run "$shishu" texts empty.csv --account who --text words --json
is "$rc$(json '[d["rows"], d["groups"], d["clusters"]]')" '0[0, [], []]' 'no row'
printf 'who,words\na,这是只有一行的文件没有别的\n' >one.csv
run "$shishu" texts one.csv --account who --text words --json
is "$rc$(json '[d["rows"], d["clusters"], "cannot_judge" in d]')" '0[1, [], true]' 'one row: why there is no judgement'
run "$shishu" --lang zh texts one.csv --account who --text words
like "$out" '无法判断' 'said in Chinese'
{ echo who,words; for i in $(seq 500); do echo "a,同一个账号反复发同样的一段话第$((i % 3))遍"; done; } >alone.csv
run "$shishu" texts alone.csv --account who --text words --json
is "$rc$(json '[d["groups"], d["clusters"][0]["posts"]]')" '0[[], 167]' 'one account that repeats itself is no group'
python3 - <<'END'
import random
long = "".join(chr(0x4e00 + random.Random(3).randrange(9000)) for _ in range(9)) + "".join(random.Random(4).choices([chr(0x4e00 + k) for k in range(9000)], k=200000))
with open("huge.csv", "w") as out:
    out.write("who,words\n")
    for i in range(3): out.write(f"a{i},{long}{i}\n")
    for i in range(3000): out.write(f"b{i},哈哈哈哈哈哈哈哈哈哈哈哈{chr(0x4e00 + i)}{chr(0x5000 + i)}\n")
END
run "$shishu" texts huge.csv --account who --text words --json
is "$rc$(json '[d["rows"], d["clusters"][0]["posts"], d["groups"]]')" '0[3003, 3, []]' 'huge texts, and thousands that share a phrase'
printf 'who,words\na,"\xff\xfe坏的字节坏的字节坏的字节"\n' >bytes.csv
run "$shishu" texts bytes.csv --account who --text words --json
like "$rc" '^[03]$' 'bytes that are no text end in a message or are left out'

refused 2 'nothing named' 'texts takes one file' -- texts posts.csv
refused 2 'a column that is none' 'column words, "account, text, time".*no such column' -- texts posts.csv --account account --text words
refused 2 'no share' 'share such as' -- texts posts.csv "${by[@]}" --similar alike
refused 2 'hardly alike' 'less alike than 0\.3' -- texts posts.csv "${by[@]}" --similar 0.1
refused 2 'a rate of nought' 'false discovery rate' -- texts posts.csv "${by[@]}" --fdr 0
refused 3 'no such file' 'none\.csv' -- texts none.csv "${by[@]}"
refused 3 'no such zone' 'Nowhere' -- texts posts.csv "${by[@]}" --zone Nowhere
sed '5s/2024-06-[0-9]*/2024-16-04/' posts.csv >time.csv
refused 3 'a time that is none' 'line 5, column time' -- texts time.csv "${by[@]}" --time time
refused 4 'a folder that is none' 'no/members\.csv' -- texts posts.csv "${by[@]}" --members no/members.csv
done_testing
