#!/usr/bin/env bash
# Phones, devices, addresses and identity numbers never lie in a workspace, nor in what is printed: planted everywhere, searched everywhere.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export PYTHONDONTWRITEBYTECODE=1
python3 "$root/tests/cli/plant.py" files
need files/secrets.txt
W=$T/w
said=$T/said
mkdir "$said"
leaks() { python3 "$root/tests/cli/leaks.py" "$@" 2>&1; }
clean() {   # name, paths
    local found
    found=$(leaks files/secrets.txt "${@:2}") && ok "$1" || not_ok "$1" "$(cut -d: -f1 <<<"$found" | sort | uniq -c)
$(cut -d: -f2 <<<"$found" | sort | uniq -c | sed "s|$T/||")"
}
number=0
do_it() {   # arguments of the program; what it printed is searched later
    run "$shishu" -C "$W" --now "$now" "$@"
    number=$((number + 1))
    cp .out "$said/$number.out"
    cp .err "$said/$number.err"
}

# the search itself: every secret is found when it does lie there, spelled as it was planted, in Parquet as well
isnt "$(leaks files/secrets.txt files/events.csv | wc -l)" 0 'the search finds'
parquet "COPY (SELECT '＋８６ 139-7919 0001 ' || i AS a FROM range(9) t(i)) TO 'found.parquet' (FORMAT parquet, COMPRESSION zstd)" >/dev/null
printf 'one\t13979190001\n' >one
like "$(leaks one found.parquet)" 'found.parquet' 'in Parquet, whatever its spelling'

for table in accounts events; do
    made "$W"
    do_it import $table files/$table.csv
    is "$rc" 0 "$table from CSV"
    do_it import $table - --json <files/$table.stdin.csv
    do_it import $table files/$table.csv.gz --json
    do_it import $table files/$table.jsonl
    do_it import $table files/$table.xlsx
    parquet "COPY (SELECT * FROM read_csv('files/$table.for_parquet.csv', all_varchar = true)) TO '$table.parquet' (FORMAT parquet)" >/dev/null
    do_it import $table $table.parquet --lang zh
    do_it --json
    if [ $table = accounts ]; then want=6; else want=6; fi
    is "$(json 'len([i for i in d["imports"] if i["table"] == "'$table'"])')" $want "$table in every format"
    clean "$table in every format leave nothing" "$W"

    made "$W"
    do_it import $table files/$table.rejected.csv
    is "$rc" 3 "$table whose rows break rules are refused"
    do_it import $table files/$table.rejected.csv --keep-going
    is "$rc" 0 'with --keep-going the good rows are taken'
    do_it --json import $table files/$table.rejected.csv --keep-going --add
    clean "rejected rows of $table leave nothing" "$W"
    made "$W"
    do_it import $table files/$table.shifted.csv
    do_it import $table files/$table.shifted.csv --keep-going --json
    clean "$table with shifted columns leave nothing" "$W"
done

# options
made "$W"
phone=13912345678
printf 'option phone\t%s\noption device\tDEV-OPT-77\noption text\t13987650000\n' $phone >>files/secrets.txt
printf 'account,phone\na,A\nb,\n' >a.csv
do_it import accounts a.csv --map "phone:A=$phone" --set device=DEV-OPT-77 --set "inviter=+86 $phone"
is "$rc" 0 '--set and --map with secrets'
printf 'account,time,action\na,2024-05-01,read\n' >e.csv
do_it import events e.csv --set text=13987650000 --set device=DEV-OPT-77 --set ip=10.77.1.1
clean 'options leave nothing' "$W"

# the main job and its files
if "$shishu" help | grep -q '^  audit'; then
    made "$W"
    do_it import accounts files/accounts.csv
    do_it import events files/events.csv --map app=app
    do_it import reports <(printf 'indicator,period,unit_code,value\nactive,2024-05,340101,5\nreads,2024-05,340101,5000\n')
    do_it recount
    do_it audit
    is "$rc" 0 'audit'
    do_it explain active/2024-05/340101
    do_it report --format json -o "$T/said/report.json"
    do_it report --format html -o "$T/said/report.html"
    clean 'audit and report leave nothing' "$W"
    is "$(grep -r -l -i -f "$W/secret.key" "$W" "$said" | sed "s|$W/||")" secret.key 'the key lies in its file and nowhere else'
    do_it purge --before 2024-05-10
    clean 'purge leaves nothing' "$W"
fi
clean 'nothing was printed either' "$said"

# spill and what a killed import leaves; large files, so once is enough
if [[ $shishu != */san/* ]]; then
    python3 - <<'END'
rows = 400000
with open("large.csv", "w") as f:
    f.write("account,unit_code,phone,device,ip,channel\n")
    for i in range(rows):
        f.write(f"u{i},340101,1378{i * 7 % 10**7:07d},LARGE-DEV-{i:07d},10.88.{i // 250 % 250}.{i % 250},{'c' * (i % 90)}{i}\n")
with open("large.secrets", "w") as f:
    for i in range(0, rows, 9973):
        f.write(f"phone {i}\t1378{i * 7 % 10**7:07d}\ndevice {i}\tLARGE-DEV-{i:07d}\n")
END
    cut -f2 large.secrets >patterns
    made "$W"
    "$shishu" -C "$W" --memory 100M import accounts large.csv >/dev/null 2>"$T/.err" &
    pid=$!
    spilled=0
    : >found
    while kill -0 $pid 2>/dev/null; do
        [ -z "$(find "$W/tmp" -name '*.tmp' -size +0 2>/dev/null | head -1)" ] || spilled=1
        LC_ALL=C grep -r -l -a -F -f patterns "$W" >>found 2>/dev/null
        sleep 0.05
    done
    wait $pid
    is "$?" 0 'a large file with little memory'
    is "$spilled" 1 'it spilled while we watched'
    is "$(sort -u found)" '' 'spill leaves nothing'
    found=$(leaks large.secrets "$W") && ok 'nor does the import' || not_ok 'nor does the import' "$(head -5 <<<"$found")"
    is "$(stat -c %a "$W/tmp")|$(ls "$W/tmp")" '700|' 'tmp is 0700, and empty at the end'
    made "$W"
    "$shishu" -C "$W" --memory 100M import accounts large.csv >/dev/null 2>&1 &
    pid=$!
    sleep 0.7
    kill -KILL $pid
    wait $pid 2>/dev/null
    found=$(leaks large.secrets "$W") && ok 'a killed import leaves nothing' || not_ok 'a killed import leaves nothing' "$(head -5 <<<"$found")"
    imports "$W" units "$T/.units.csv" --keep-going
    is "$(ls "$W/tmp")" '' 'and the next writer empties tmp'
fi
done_testing
