#!/usr/bin/env bash
# A lump on a workspace: whom a finding of `bursts` holds. Those who came on the same day but look as people usually do are not among them.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
# 16 villages of 40 people over 90 days, half through a shop and half through a code; on day 45, 90 accounts come to village 7 through chats within
# ten hours, and three people of it through the shop.
python3 - >accounts.csv <<'END'
import datetime
start = datetime.datetime(2024, 1, 1)
def mix(*parts):
    h = 2166136261
    for part in parts:
        for _ in range(3):
            h = (h ^ (part + 1)) * 16777619 % 2**32
            h ^= h >> 15
    return h % 2**31
print("app,account,unit_code,registered_at,channel")
def put(name, village, day, second, channel):
    print(f"a1,{name},3401{village:02d},{start + datetime.timedelta(days=day, seconds=second):%Y-%m-%d %H:%M:%S},{channel}")
for v in range(1, 17):
    for k in range(40):
        put(f"h{v}-{k}", v, mix(1, v, k) % 90, 28800 + mix(2, v, k) % 43200, ("store", "qr")[mix(3, v, k) % 2])
for k in range(90):
    put(f"x{k}", 7, 45, 32400 + mix(4, k) % 36000, "wechat")
for k in range(3):
    put(f"s{k}", 7, 45, 36000 + 9000 * k, "store")
END
python3 - >units.csv <<'END'
print("unit_code,name,level,parent_code,registered\n34,云川县,county,,\n3401,沿河镇,town,34,")
for v in range(1, 17): print(f"3401{v:02d},村{v},village,3401,400")
END
printf 'app,name\na1,便民通\n' >apps.csv
printf 'indicator,app,name,counts\nregistered,a1,注册,registered\n' >indicators.csv
blank w
for table in units apps indicators; do imports w $table $table.csv; done
imports w accounts accounts.csv --to 2024-03-31
run "$shishu" -C w detect --only bursts --json --members m.csv
is "$rc $(json '[[f["detector"], f["size"], f["selected"]] for f in d["findings"]]')" '0 [["bursts", 90, true]]' 'one finding, of 90'
is "$(grep -c ',x[0-9]' m.csv) $(grep -c ',[hs][0-9]' m.csv)" '90 0' 'those of the chats, and nobody else of that day'
cp .out first.json
run "$shishu" -C w --threads 1 detect --only bursts --json
cmp -s first.json .out && ok 'one thread: the same bytes' || not_ok 'one thread: the same bytes'
done_testing
