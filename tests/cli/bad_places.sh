#!/usr/bin/env bash
# Places that fail: no permission, full and read-only disks, damaged and newer workspaces, two programs at once, odd names.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/w
county() {   # a workspace with a report to judge
    if [ ! -d "$T/.county" ]; then
        made "$T/.county"
        imports "$T/.county" reports reports.csv
    fi
    rm -rf "$1"
    cp -a "$T/.county" "$1"
}
printf 'indicator,period,unit_code,value\nreads,2024-05,340101,5\n' >reports.csv
county "$W"
printf 'account,time,action\na,2024-05-01 08:00:00,read\nb,2024-05-02 08:00:00,read\n' >good.csv
printf 'account,time,action\na,2024-06-01 08:00:00,read\nb,2024-06-02 08:00:00,read\n' >june.csv
imports "$W" events good.csv
has() { "$shishu" help | grep -q "^  $1 "; }

# ---- full ----
run bash -c "'$shishu' -C '$W' --json >/dev/full"
is "$rc" 4 'standard output is full: exit status 4'
like "$err" 'stdout.*full' 'and the message says so'
run bash -c "'$shishu' -C '$W' --now $now import events june.csv --json >/dev/full"
is "$rc" 4 'an import whose result cannot be printed: exit status 4'
run "$shishu" -C "$W" --json
if [ "$(json 'len(d["imports"])')" = 5 ]; then ok 'it was not taken'
else unlike "$(cat "$T/.err")" 'nothing was changed' 'it was taken, and the message does not deny it'; fi
run bash -c "'$shishu' help >/dev/full"
is "$rc" 4 'help into a full disk'
run bash -c "set -o pipefail; '$shishu' help | true"
[ "$rc" = 0 ] || [ "$rc" = 4 ] && ok 'a closed pipe is no crash' || not_ok 'a closed pipe is no crash' "$rc"
# closed LOCALE LANG: what is said where nobody reads
closed() { python3 -c 'import os, subprocess, sys
r, w = os.pipe()
os.close(r)
p = subprocess.run(sys.argv[2:], env={**os.environ, "LC_ALL": sys.argv[1]}, stdout=w, stderr=subprocess.PIPE)
print(p.returncode, p.stderr.decode(), end="")' "$1" "$shishu" --lang "$2" help; }
for locale in C.UTF-8 zh_CN.UTF-8; do
    is "$(closed $locale en | cut -d. -f1)" '4 shishu: stdout: what was reading it has closed it' "a closed pipe, in English under $locale"
    is "$(closed $locale zh | sed 's/。.*//')" '4 shishu: stdout：读取输出的一方已关闭' "and in Chinese under $locale"
done

small=$T/small
mkdir "$small"
unmount() { umount "$small" 2>/dev/null; }
trap 'unmount; tap_end' EXIT
python3 - <<'END'
import random
r = random.Random(7)
with open("big.csv", "w") as f:
    f.write("account,time,action,object\n")
    for i in range(60000):
        f.write(f"{r.randbytes(9).hex()},2024-0{i % 3 + 4}-10 10:00:{i % 60:02d},read,{r.randbytes(8).hex()}\n")
with open("big_accounts.csv", "w") as f:
    f.write("account,unit_code,phone\n")
    for i in range(60000):
        f.write(f"{r.randbytes(9).hex()},340101,139{r.randint(0, 10**8 - 1):08d}\n")
END
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1m,mode=755 none "$small" 2>/dev/null; then
    county "$T/base"
    imports "$T/base" events good.csv
    cp -a "$T/base" "$small/w"
    W=$small/w
    refused 4 'a full disk during an import of events' 'full' 'Free some space' -- import events big.csv
    refused 4 'a full disk during an import of accounts' 'full' 'Free some space' -- import accounts big_accounts.csv
    is "$(ls "$W/tmp")" '' 'tmp is empty again'
    run "$shishu" -C "$W" --json
    is "$rc" 0 'it still reads'
    head -c 3000000 /dev/zero >"$small/fill" 2>/dev/null
    refused 4 'not a byte is left' 'full' -- import events june.csv
    run "$shishu" -C "$W" recount --json
    is "$rc" 0 'recount needs no room'
    if has audit; then refused 4 'audit on a full disk' 'full' -- audit; fi
    run "$shishu" init "$small/new"
    is "$rc" 4 'no room for a workspace'
    [ ! -e "$small/new/ledger.db" ] && ok 'and none is left half made' || not_ok 'and none is left half made' "$(ls -la "$small/new")"
    rm "$small/fill"
    imports "$W" events june.csv --json
    is "$(json 'd["accepted"]')" 2 'with room it goes on'
    if has verify-ledger; then
        run "$shishu" -C "$W" verify-ledger
        is "$rc" 0 'the ledger holds'
    fi
    before=$(state "$W")
    mount -o remount,ro "$small"
    run "$shishu" -C "$W" --now "$now" import events june.csv --add --set action=like
    is "$rc|$out" '4|' 'a read-only disk: exit status 4'
    like "$err" 'read-only' 'and the message says so'
    for verb in '' recount "explain reads/2024-05/340101"; do
        # shellcheck disable=SC2086
        run "$shishu" -C "$W" $verb --json
        if [ "$verb" = "${verb#explain}" ]; then is "$rc" 0 "reading from a read-only disk: ${verb:-shishu}"
        else [ "$rc" -le 3 ] && ok "reading from a read-only disk: explain" || not_ok 'explain' "$err"; fi
    done
    mount -o remount,rw "$small"
    is "$(state "$W")" "$before" 'nothing was changed there'
    unmount
else
    skip 'full and read-only disks' 'a tmpfs cannot be mounted here'
fi

# ---- permission ----
county "$T/w"
W=$T/w
if have_unprivileged; then
    cp june.csv secret.csv
    chmod 000 secret.csv
    cp -a "$W" mine
    [ "$(id -u)" != 0 ] || chown -R nobody mine
    before=$(state mine)
    run unprivileged "$shishu" -C "$T/mine" --now "$now" import events "$T/secret.csv"
    is "$rc|$out" '4|' 'a file that may not be read'
    like "$err" 'secret.csv.*permission' 'is named, with the reason'
    is "$(state mine)" "$before" 'nothing was changed'
    chmod -R a-w mine
    run unprivileged "$shishu" -C "$T/mine" --now "$now" import events "$T/june.csv"
    is "$rc|$out" '4|' 'a workspace that may not be written'
    like "$err" 'permission' 'says so'
    run unprivileged "$shishu" -C "$T/mine" --json
    is "$rc" 0 'it can be read all the same'
    run unprivileged "$shishu" -C "$T/mine" recount --json
    is "$rc" 0 'and counted'
    chmod -R u+w mine
    is "$(state mine)" "$before" 'nothing was changed by that'
    chmod 000 mine/secret.key
    run unprivileged "$shishu" -C "$T/mine" --now "$now" import events "$T/june.csv"
    is "$rc" 4 'a key that may not be read'
    like "$err" 'secret.key' 'is named'
    run unprivileged "$shishu" -C "$T/mine" --json
    is "$rc" 0 'reading needs no key'
    run unprivileged "$shishu" init /usr/shishu-test-none
    is "$rc" 4 'init where nobody may write'
else
    skip 'missing permission' 'no other user can run the program here'
fi
is "$(stat -c '%a' "$W/secret.key" "$W/tmp" "$W/data" "$W/rejects" "$W/runs" | tr '\n' ' ')" '600 700 700 700 700 ' 'modes of a workspace'

# ---- newer, damaged ----
sql() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()' "$W/ledger.db" "$1"; }
sql 'PRAGMA user_version = 999'
refused 3 'a workspace of a newer version' "$W" newer -- import events june.csv
refused 3 'is not read either' newer -- --json
county "$W"
printf '\1\2\3' | dd of="$W/ledger.db" conv=notrunc bs=1 seek=0 2>/dev/null
refused 3 'a ledger that is none' 'ledger.db|damaged' backup -- import events june.csv
refused 3 'is not read' damaged -- --json
county "$W"
: >"$W/ledger.db"
refused 3 'an empty ledger' damaged -- import events june.csv
county "$W"
truncate -s 8192 "$W/ledger.db"
refused 3 'half a ledger' damaged -- import events june.csv
county "$W"
rm "$W/secret.key"
refused 4 'no key' 'secret.key' -- import events june.csv
echo abc >"$W/secret.key"
refused 3 'a wrong key' 'secret.key' '64' -- import events june.csv
county "$W"
echo 'zone = Mars/Olympus' >>"$W/shishu.ini"
refused 3 'a zone that is not' 'shishu.ini' 'Mars/Olympus' -- import events june.csv
county "$W"
printf '\377\376 nonsense [[[\n= = =\n' >"$W/shishu.ini"
run "$shishu" -C "$W" --now "$now" import events june.csv
[ "$rc" = 3 ] && ok 'settings that cannot be read' || not_ok 'settings that cannot be read' "$rc $out $err"
county "$W"
rm -rf "$W/data/units"
imports_rc() { run "$shishu" -C "$W" --now "$now" "$@"; }
imports_rc recount --json
[ "$rc" != 0 ] && is "$out" '' 'a file of data/ that is missing'
like "$err" 'data/units/0001-0.parquet' 'is named'
if has verify-ledger; then
    imports_rc verify-ledger
    is "$rc" 1 'verify-ledger tells: missing'
    county "$W"
    printf 'x' | dd of="$W/data/units/0001-0.parquet" conv=notrunc bs=1 seek=200 2>/dev/null
    imports_rc verify-ledger --json
    is "$rc" 1 'verify-ledger tells: changed'
    like "$out$err" 'units/0001-0.parquet' 'which file'
    county "$W"
    sql "UPDATE trail SET detail = replace(detail, '1', '2') WHERE seq = 2"
    imports_rc verify-ledger
    is "$rc" 1 'verify-ledger tells: an entry was changed'
    county "$W"
    sql 'DELETE FROM trail WHERE seq = 2'
    imports_rc verify-ledger
    is "$rc" 1 'verify-ledger tells: an entry is missing'
    county "$W"
    sql 'UPDATE import SET accepted = 99 WHERE id = 1'
    imports_rc verify-ledger
    is "$rc" 1 'verify-ledger tells: an import was changed'
fi

# ---- two at once ----
county "$W"
mkfifo pipe
"$shishu" -C "$W" --now "$now" import events - <pipe >first.out 2>first.err &
pid=$!
exec 7>pipe
cat good.csv >&7
for _ in {1..100}; do grep -q process "$W/lock" 2>/dev/null && break; sleep 0.05; done
sleep 0.3
run "$shishu" -C "$W" --now "$now" import events june.csv
is "$rc|$out" '4|' 'a second writer: exit status 4'
like "$err" "process $pid.*another program" 'names the process'
run "$shishu" -C "$W" --json
is "$rc $(json 'len(d["imports"])')" '0 4' 'readers work meanwhile'
run "$shishu" -C "$W" recount --json
is "$rc" 0 'recount works meanwhile'
exec 7>&-
wait $pid
is "$?" 0 'the first writer finishes'
imports "$W" events june.csv
ok 'and then the second may'
"$shishu" -C "$W" --now "$now" import events - <pipe >first.out 2>first.err &
pid=$!
exec 7>pipe
echo account,time,action >&7
sleep 0.5
kill -INT $pid
wait $pid
is "$?" 130 'interrupted: exit status 130'
exec 7>&-
is "$(cat first.out)" '' 'prints nothing'
imports "$W" events june.csv
ok 'and leaves no lock behind'

# ---- odd names ----
for name in 'a b' "quo'te" 'per%scent' '[x]*?' '中文 目录' '-dash' $'new\nline' 'back\slash'; do
    county "./$name"
    cp june.csv "./$name.csv"
    run "$shishu" -C "./$name" --now "$now" import events "./$name.csv"
    statuses=$rc
    run "$shishu" -C "./$name" --now "$now" recount --json
    statuses+=$rc
    run "$shishu" -C "./$name" --json
    is "$statuses$rc $(json 'd["imports"][-1]["file"].split("/")[-1]')" "000 $name.csv" "a workspace and a file named $(printf %q "$name")"
done
parquet "COPY (SELECT 'a' AS account, TIMESTAMP '2024-06-01' AS time, 'read' AS action) TO 'odd.parquet' (FORMAT parquet)" >/dev/null
mv odd.parquet "o[d]*'d.parquet"
cp good.csv odd.parquet.csv
county "$W"
imports "$W" events "o[d]*'d.parquet" --json
is "$(json 'd["accepted"]')" 1 'Parquet under a name with wildcards and quotes'
imports "$W" events -- good.csv
ok 'after --'
done_testing
