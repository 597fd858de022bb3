#!/usr/bin/env bash
# Bad input: each file is refused with its reason, the place and a remedy, prints nothing on stdout, and changes nothing.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
W=$T/w
made "$W"
printf 'account,time,action\na,2024-05-01 08:00:00,read\nb,2024-05-02 08:00:00,read\n' >good.csv
imports "$W" events good.csv
printf 'account,time,action\na,2024-06-01 08:00:00,read\nb,2024-06-02 08:00:00,read\n' >june.csv
# NAME REGEX… -- TABLE FILE: a file that breaks (exit status 3)
file() {
    local name=$1 wanted=()
    shift
    while [ "$1" != -- ]; do wanted+=("$1"); shift; done
    refused 3 "$name" "$3" "${wanted[@]}" -- import "$2" "$3" "${@:4}"
}
# NAME REGEX… -- TABLE TEXT: a file with this text (printf's escapes)
text() {
    local name=$1 wanted=()
    shift
    while [ "$1" != -- ]; do wanted+=("$1"); shift; done
    printf "$3" >bad.csv
    file "$name" "${wanted[@]}" -- "$2" bad.csv "${@:4}"
}
event() { printf 'account,time,action,seconds,value\n%s\n' "$1"; }

# ---- empty, wrong, not a table ----
text 'an empty file' empty -- events ''
text 'only a byte order mark' empty -- events '\xef\xbb\xbf'
text 'only blank lines' empty -- events '\n\n   \n'
text 'header only' 'no rows' -- events 'account,time,action\n'
text 'wrong delimiter' 'line 1, column account' 'account.time.action' delimiter --map -- events 'account^time^action\na^2024-06-01^read\n'
text 'fewer cells than headers' 'line 3' -- events 'account,time,action\na,2024-06-01,read\nb,2024-06-01\n'
text 'more cells than headers' 'line 2' -- events 'account,time,action\na,2024-06-01,read,1,2\n'
text 'a quote that never closes' 'line 3' quote 'Close' -- events 'account,time,action\na,2024-06-01,read\n"b,2024-06-01,read\nc,2024-06-01,read\n'
text 'a header name twice' 'time' -- events 'account,time,action,time\na,2024-06-01,read,2024-06-01\n'
text 'a header without names' '.' -- events ',,\na,2024-06-01,read\n'
text 'an old Excel file' 'xls' 'xlsx' -- events '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on'
text 'bytes that are nothing' '.' -- events '\x00\x01\x02\x03\xff\xfe\xfd'
mkdir folder
file 'a folder' 'folder' 'folder/\*' -- events folder
file 'a file that is not there' 'no such file' 'Check the name' -- events nowhere.csv
ln -s nowhere.csv dangling.csv
file 'a link that leads nowhere' 'no such file' -- events dangling.csv

# ---- packed ----
for i in {1..5000}; do echo "u$((i * 7919 % 999983)),2024-06-0$((i % 9 + 1)) 10:00:00,read"; done | { echo account,time,action; cat; } >many.csv
gzip -c many.csv >many.gz
zstd -q --check many.csv -o many.zst
size=$(stat -c %s many.gz)
for cut in 1 4 12 $((size / 2)); do
    head -c -$cut many.gz >cut.gz
    file "gzip without its last $cut bytes" 'too early' -- events cut.gz
done
for keep in 5 15; do
    head -c $keep many.gz >cut.gz
    file "the first $keep bytes of a gzip" '.' -- events cut.gz
done
size=$(stat -c %s many.zst)
for cut in 1 5 $((size / 2)); do
    head -c -$cut many.zst >cut.zst
    file "zstd without its last $cut bytes" 'too early' -- events cut.zst
done
flip() { python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
at = int(sys.argv[3]) % len(data)
data[at] ^= 0x55
open(sys.argv[2], "wb").write(data)' "$1" "$2" "$3"; }
flip many.gz flipped.gz 3000
file 'gzip with a changed byte' damaged -- events flipped.gz
flip many.gz flipped.gz -6
file 'gzip with a wrong checksum' damaged -- events flipped.gz
flip many.zst flipped.zst -2
file 'zstd with a wrong checksum' damaged -- events flipped.zst
{ cat many.gz; echo trailing; } >tail.gz
file 'gzip with bytes behind it' 'follow|damaged' -- events tail.gz
{ cat many.zst; echo trailing; } >tail.zst
file 'zstd with bytes behind it' 'follow|damaged' -- events tail.zst
{ cat many.gz; head -c -9 many.gz; } >second.gz
file 'a second gzip member that is cut' 'too early' -- events second.gz
printf '' | gzip -c >nothing.gz
file 'a gzip of nothing' empty -- events nothing.gz
gzip -c many.gz >twice.gz
file 'a gzip in a gzip' '.' -- events twice.gz
printf 'BZh91AY&SY....' >x.bz2
file 'bzip2' 'gzip or zstd' -- events x.bz2

# ---- Parquet, workbooks, JSON lines ----
query="SELECT 'u' || i AS account, TIMESTAMP '2024-06-01 00:00:00' + INTERVAL (i) SECOND AS time, 'read' AS action FROM range(20000) t(i)"
parquet "COPY ($query) TO 'good.parquet' (FORMAT parquet)" "COPY (SELECT *, [1, 2] AS object FROM ($query) LIMIT 5) TO 'nested.parquet' (FORMAT parquet)" >/dev/null
need good.parquet
size=$(stat -c %s good.parquet)
python3 -c 'd = bytearray(open("good.parquet", "rb").read()); d[-300:-8] = bytes(x ^ 0xFF for x in d[-300:-8]); open("footer.parquet", "wb").write(d)'
file 'Parquet with a corrupt footer' damaged -- events footer.parquet
flip good.parquet footer.parquet $((size - 6))
file 'Parquet with a wrong length of its footer' damaged -- events footer.parquet
head -c $((size / 2)) good.parquet >cut.parquet
file 'half a Parquet file' damaged -- events cut.parquet
printf PAR1 >four.parquet
file 'four bytes of Parquet' damaged -- events four.parquet
file 'a nested column in Parquet' 'column object' -- events nested.parquet
gzip -c good.parquet >p.parquet.gz
file 'Parquet in gzip' 'Unpack' -- events p.parquet.gz
refused 3 'Parquet on standard input' 'Save it to a file' -- import events - <good.parquet
python3 "$root/tests/cli/make_formats.py"
head -c 900 shared.xlsx >cut.xlsx
file 'half a workbook' damaged -- events cut.xlsx
flip shared.xlsx flipped.xlsx 600
file 'a workbook with a changed byte' damaged -- events flipped.xlsx
file 'several sheets and none named' '说明' '日志' '--sheet' -- events two_sheets.xlsx
file 'a sheet that is not there' '说明|没有' -- events two_sheets.xlsx --sheet 没有
python3 - <<'END'
import zipfile
def book(name, sheet):
    with zipfile.ZipFile("shared.xlsx") as old, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for part in old.namelist():
            z.writestr(part, sheet if part.endswith("sheet1.xml") else old.read(part))
bomb = "<!DOCTYPE x [" + "".join(f'<!ENTITY e{i} "{f"&e{i-1};" * 20 if i else "ha"}">' for i in range(9)) + "]>"
book("bomb.xlsx", bomb + "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&e8;</t></is></c></row></sheetData></worksheet>")
book("zipbomb.xlsx", "<worksheet><sheetData>" + "<row><c><v>1</v></c></row>" * 2000000 + "</sheetData></worksheet>")
END
file 'a workbook with entities' damaged -- events bomb.xlsx
file 'a workbook that unpacks without end' '.' -- events zipbomb.xlsx
text 'JSON: a line that is none' 'line 2' -- events '{"account":"a","time":"2024-06-01","action":"read"}\n{"account":"a","time":\n'
text 'JSON: an array' '.' -- events '[{"account":"a","time":"2024-06-01","action":"read"}]\n'
printf '{"account":"a","time":"2024-06-01","action":"read","text":"k"}\n{"account":"a","time":"2024-06-01","action":"read","text":%s%s}\n' "$(head -c 100000 /dev/zero | tr '\0' '[')" "$(head -c 100000 /dev/zero | tr '\0' ']')" >deep.jsonl
file 'JSON: a hundred thousand brackets' 'line 2' -- events deep.jsonl
text 'JSON: half a surrogate' 'line 2' -- events '{"account":"a","time":"2024-06-01","action":"read"}\n{"account":"\\ud800","time":"2024-06-01","action":"read"}\n'

# ---- too much ----
# under the sanitizers a fifth, still more than a record may hold
large=100000000
[[ $shishu != */san/* ]] || large=20000000
python3 - $large <<'END'
import sys
names = ",".join(f"c{i}" for i in range(100000))
open("wide.csv", "w").write("account,time,action," + names + "\n" + "a,2024-06-01,read" + ",1" * 100000 + "\n")
open("wide_row.csv", "w").write("account,time,action\na,2024-06-01,read" + ",1" * 100000 + "\n")
open("wide.jsonl", "w").write('{"account":"a",' + ",".join(f'"c{i}":1' for i in range(100000)) + "}\n")
field = "x" * int(sys.argv[1])
open("field.csv", "w").write('account,time,action,text\na,2024-06-01,read,k\nb,2024-06-01,read,"' + field + '"\nc,2024-06-01,read,k\n')
open("line.csv", "w").write("account,time,action,text\na,2024-06-01,read,k\nb,2024-06-01,read," + field + "\n")
open("head.csv", "w").write("account,time,action," + field + "\n")
open("field.jsonl", "w").write('{"account":"a","time":"2024-06-01","action":"read","text":"k"}\n{"account":"a","text":"' + field + '"}\n')
END
file '100,000 columns' '.' -- events wide.csv
file '100,000 cells in a row' 'line 2' -- events wide_row.csv
file '100,000 keys' '.' -- events wide.jsonl
file 'a field of 100 MB' 'line 3' '16 MiB|1 MiB|long' -- events field.csv
file 'a line of 100 MB' 'line 3' '16 MiB|1 MiB|long' -- events line.csv
file 'a header of 100 MB' '16 MiB|long' -- events head.csv
file 'a field of 100 MB in JSON' 'line 2' '16 MiB|1 MiB|long' -- events field.jsonl
gzip -1 -c field.csv >field.csv.gz
file 'a field of 100 MB, packed' 'line 3' -- events field.csv.gz
rm -f field.csv* line.csv head.csv field.jsonl wide*
python3 -c 'print("app,account,time,action"); [print(f"app{i},a,2024-06-01,read") for i in range(65)]' >apps.csv
file 'sixty-five apps in a file' 'line 66' '64' -- events apps.csv
refused 3 'bytes without end' '.' -- import events /dev/zero
cp good.csv "$(printf 'a%.0s' {1..240}).csv"

# ---- bytes ----
text 'a NUL byte' 'line 3' NUL -- events 'account,time,action\na,2024-06-01,read\nb\0c,2024-06-01,read\n'
text 'invalid UTF-8' 'line 2' 'UTF-8' -- events 'account,time,action,text\na,2024-06-01,read,\xe6\x9d\xff 村里的人都在这里写字很多很多很多很多很多很多，一行又一行\n'
text 'overlong UTF-8' 'line 2' -- events 'account,time,action,text\na,2024-06-01,read,\xc0\xaf 村里的人都在这里写字很多很多很多很多很多很多，一行又一行\n'
text 'a surrogate in UTF-8' 'line 2' -- events 'account,time,action,text\na,2024-06-01,read,\xed\xa0\x80 村里的人都在这里写字很多很多很多很多很多很多，一行又一行\n'

# ---- cells ----
# NAME REGEX… -- TABLE HEADER COLUMN-AND-VALUE-AND-REASON…: one file, a bad row each; every row is listed with its line, column, value, reason
rows() {
    local name=$1 table=$2 header=$3 before=$4 column=$5 line=1 wanted=()
    shift 5
    printf '%s\n' "$header" >bad.csv
    for item; do
        line=$((line + 1))
        printf '%s%s\n' "$before" "${item%%;*}" >>bad.csv
        local value=${item%%;*}
        value=${value//./\\.} value=${value//+/\\+}
        wanted+=("line $line, column $column, \"$value\": [^\"]*${item#*;}")
    done
    file "$name" "$# of $# rows" "${wanted[@]}" -- "$table" bad.csv
}
period='not a period. Write a period as 2024'
rows 'periods that are none' reports value,indicator,unit_code,period '5,reads,340101,' period "2024-13;$period" "2024-00;$period" "2024-Q5;$period" "2024-Q0;$period" \
    "2024-W54;$period" "2023-W53;$period" "2024-W00;$period" "24-06;$period" "2024-6-1;$period" "2024-;$period" "2024-Q;$period" "六月;$period" "2024-06-01;$period"
early='before 2000-01-01. Correct' late='after tomorrow. Correct' none='not a time. Write times as 2024'
rows 'times that are none, too early, too late' events account,action,time a,read, time "1999-12-31T23:59:59;$early" "1999-12-31T15:59:59Z;$early" "0001-01-01;$early" \
    "946655999;$early" "253402300800;$none" "2024-07-03;$late" "9999-12-31;$late" "9999999999;$late" "2023-02-29;$none" "2024-06-31;$none" "2024-13-01;$none" \
    "2024-06-01T25:00;$none" "2024-06-01T10:60;$none" "yesterday;$none" "12345678;$none" "2024-06-01T10:00+99:00;$none" "99999999999999999999;$none"
text 'the second before 2000 is refused, the first of 2000 not' 'line 2' '1 of 2' -- events 'account,time,action\na,1999-12-31 23:59:59,read\na,2000-01-01,read\n'
text 'tomorrow is taken, the day after not' 'line 3' '1 of 2' -- events 'account,time,action\na,2024-07-02 23:59:59,read\na,2024-07-03 00:00:00,read\n'
minus='is negative. Counts start at 0' nan='is not a number'
rows 'numbers that are none, negative, too large' events account,time,action,seconds a,2024-06-01,read, seconds "-1;$minus" "-0.001;$minus" "1E5;$nan" "NaN;$nan" "inf;$nan" \
    "-inf;$nan" "0x10;$nan" "12a;$nan" "1..2;$nan" "--5;$nan" "½;$nan" "1.2345;three decimals" "999999999999999999999;too large" "99999999999999999;too large" "1e300;.*" "12%;percentage" "1 2;.*"
number() { text "$3: $1 $2" "line 2, column $1" "$4" -- "$5" "$6\n$7,$2\n"; }
number residents -5 'people' negative units 'unit_code,name,level,residents' 'u,n,village'
number residents 1.5 'people' whole units 'unit_code,name,level,residents' 'u,n,village'
number phone_share 1.2 'a share' '0 and 1' units 'unit_code,name,level,phone_share' 'u,n,village'
number value -3 'a report' negative reports 'indicator,period,unit_code,value' 'reads,2024-06,340101'
number value 1e300 'a report' '.' reports 'indicator,period,unit_code,value' 'reads,2024-06,340101'
number value 95.18%% 'a percentage without base' 'base' reports 'indicator,period,unit_code,value' 'reads,2024-06,340101'
number unit_code 3.40123E+11 'a code that the spreadsheet shortened' 'digits are lost' units 'name,level,unit_code' 'n,village'
number price 1e300 'a price' '.' prices 'counts,kind,price' 'reads,list'
text 'a counting rule that is not known' 'line 2, column counts, "sneezes"' '--map' -- indicators 'indicator,app,name,counts\ni,jdydt,n,sneezes\n'

# ---- references ----
text 'a unit of unknown level' 'line 2, column level, "hamlet"' -- units 'unit_code,name,level\nu,n,hamlet\n'
text 'a unit below one that is not there' 'line 2, column parent_code, "nobody"' parent -- units 'unit_code,name,level,parent_code\nu,n,village,nobody\n'
text 'a unit below itself' 'line 2, column parent_code' ancestor -- units 'unit_code,name,level,parent_code\nu,n,village,u\n'
text 'a cycle of three units' 'line 3, column parent_code' 'line 5' ancestor '3 of 4' -- units 'unit_code,name,level,parent_code\nt,n,town,\na,n,village,b\nb,n,village,c\nc,n,village,a\n'
text 'a cycle with units of an earlier file' 'line 2, column parent_code' ancestor -- units 'unit_code,name,level,parent_code\n34,云川县,county,340101\n'
text 'a report of a unit that is not there' 'line 2, column unit_code, "9999"' -- reports 'indicator,period,unit_code,value\nreads,2024-05,9999,5\n'
text 'a target of an indicator that is not there' 'line 2, column indicator, "nope"' -- targets 'indicator,period,unit_code,value\nnope,2024-05,340101,5\n'
text 'a bulletin of an indicator that is not there' 'line 2, column indicator, "nope"' -- bulletins 'indicator,kind,frequency\nnope,rank,monthly\n'
text 'an account of a unit that is not there' 'line 3, column unit_code, "9999"' -- accounts 'account,unit_code\na,340101\nb,9999\n'
text 'physical lines behind fields of several lines' 'line 5, column time, "never"' -- events 'account,time,action,text\na,2024-06-01,read,"one\ntwo\nthree"\nb,never,read,x\n'
text 'with CRLF' 'line 5, column time, "never"' -- events 'account,time,action,text\r\na,2024-06-01,read,"one\r\ntwo\r\nthree"\r\nb,never,read,x\r\n'
text 'the header that stands in the file is named' 'column 时间, "never"' -- events '账号,时间,动作\nb,never,阅读\n'
text 'a long value is cut' 'column time, "aaaaaaaaaaaaaaaaaaaa' -- events "account,time,action\nx,$(printf 'a%.0s' {1..500}),read\n"
[ ${#err} -lt 600 ] && ok 'the message stays short' || not_ok 'the message stays short' "$err"

# ---- options ----
refused 2 'no such command' '"frobnicate"' 'shishu help' -- frobnicate
for option in '--memory lots' '--threads many' '--now yesterday' '--lang fr' '--from soon'; do
    # shellcheck disable=SC2086
    refused 2 "$option" "\"${option#* }\"" -- import events june.csv $option
done
done_testing
