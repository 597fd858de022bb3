#!/usr/bin/env bash
# import FILE: workbooks as offices have them. What is on each sheet stands in tests/books/books.h.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
books=$(dirname "$shishu")/tests/books
need "$books"
"$books" || not_ok 'the workbooks are made'
cp "$root"/tests/books/*.xls .
W=$T/w
# BOOK [OPTION…]: imports into a workspace of its own
taken() {
    made "$W"
    run "$shishu" -C "$W" --now "$now" --lang en import "$@"
    [ "$rc" = 0 ] || not_ok "import $*" "$err"
    out=${out//"$T/"/}
}
# TABLE COLUMN,…: what of a table the workspace holds since, in the order of the columns
rows() { parquet "SELECT * FROM (SELECT $2 FROM read_parquet('$W/data/$1/*.parquet', union_by_name = true) WHERE _import > 3) ORDER BY ALL" | tr '\n' ' '; }
targets() { rows targets "indicator, period, unit_code, CAST(value AS INTEGER) AS value"; }
reports() { rows reports "indicator, period, unit_code, CAST(value AS INTEGER) AS value"; }
# NAME REGEX… -- BOOK [OPTION…]
asked() {
    local name=$1 wanted=()
    shift
    while [ "$1" != -- ]; do wanted+=("$1"); shift; done
    shift
    refused 3 "$name" "${wanted[@]}" -- --lang en import "$@"
}

# ---- registers ----
taken register.xlsx
is "$(rows units 'unit_code, name, level, parent_code, residents, registered')" \
    '340101,柳湾村,village,3401,420,700 340102,河口村,village,3401,50,60 340103,新村,village,3401,120,1300 ' 'a register with titles, total and notes'
is "$out" 'register.xlsx, sheet 村情, A3:F7: taken for table units, 3 rows taken, 0 rejected (import 4).' 'what the sheet was taken for'
like "$err" 'sheet 村情, rows 1 to 2: 2 left out: titles.*row 7 left out: totals.*rows 9 to 10: 2 left out: notes' 'what was left out'
unlike "$err$out" '1391234' 'the phone of who filled it in is not printed'
taken register_two_rows.xlsx
is "$(rows units 'unit_code, residents, registered, households')" '340101,421,700,150 340102,51,60,20 ' 'a header of two rows with merged cells'
taken register_by_name.xlsx
is "$(rows units 'unit_code, name, residents')" '340101,柳湾村,430 340102,河口村,55 ' 'villages without codes'
taken register_wan.xlsx
is "$(rows units 'unit_code, residents')" '34,412000 ' 'numbers in 万'
made "$W"
asked 'numbers that the title alone says to be in 万' 'sheet 人口, cell D1' 万 'Write it into the header' -- register_wan_title.xlsx
asked 'a code that Excel shortened' 'sheet 村, cell C4, column 区划代码, "3.40123E\+11"' 'digits are lost' 'Format the column as text' -- short_code.xlsx
taken number_code.xlsx
is "$(rows units unit_code)" '340123101205 ' 'a code of twelve digits that is a number'
made "$W"
asked 'an account of sixteen digits that is a number' 'sheet 账号, cell A2' 'digits are lost' -- long_code.xlsx
asked 'a register without codes of units that nobody knows' 'sheet 村, row 1, "units: unit_code"' '--map COLUMN=HEADER' -- nearly.xlsx
asked 'a sheet of something else' 'no table was recognised' 'shishu import TABLE FILE' -- nothing.xlsx

# ---- matrices ----
taken matrix.xlsx
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,12000 reads,2024-06,340101,500 ' 'units down, indicators across'
taken matrix_reverse.xlsx
is "$(targets)" 'active,2024-Q2,340101,200 active,2024-Q2,340102,30 reads,2024-Q2,340101,500 ' 'indicators down, units across, and a quarter'
taken matrix_towns.xlsx
is "$(targets)" 'active,2024-06,340101,210 active,2024-06,340102,31 ' 'units across in two rows'
taken both.xlsx
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,30 reads,2024-06,340101,500 reads,2024-06,340102,40 ' 'targets beside reports'
is "$(reports)" 'active,2024-06,340101,190 active,2024-06,340102,30 reads,2024-06,340101,510 reads,2024-06,340102,20 ' 'reports beside targets'
like "$err" 'left out: 月活 完成率, 阅读 完成率' 'columns that neither takes are named'
taken months.xlsx
is "$(reports)" 'active,2024-04,340101,180 active,2024-04,340102,28 active,2024-05,340101,185 active,2024-05,340102,29 ' 'months across, the indicator in the title'
taken long.xlsx
is "$(targets)$(reports)" 'active,2024-06,340101,200 reads,2024-06,340102,300 active,2024-06,340101,190 reads,2024-06,340102,280 ' 'a list with names, and a month that Excel made a date of'
taken percent.xlsx
is "$(reports)" 'active,2024-06,340101,381 active,2024-06,340102,190 ' 'percentages, as number and as text'
taken dates.xlsx
is "$(rows targets 'period, unit_code, issued_at, due_at')" \
    '2024-05,340102,2024-01-01 16:00:00,2024-06-29 16:00:00 2024-06,340101,2023-12-31 16:00:00,2024-06-29 16:00:00 ' 'dates as 45292, as dates and as text'

# ---- what is asked ----
# under the sanitizers the unit test of the layout has these cases
if [[ $shishu != */san/* ]]; then
made "$W"
asked 'no period' 'sheet 任务, cell A2' 'no period' '--set period=2024-06' -- no_period.xlsx
asked 'two periods' 'sheet 任务, cell A2, "2024-06, 2024-05"' '--set period' -- two_periods.xlsx
asked 'targets or reports' 'sheet Sheet1, cell A2, "targets, reports"' 'in two ways' 'import TABLE FILE --sheet' -- no_kind.xlsx
asked 'no indicator' 'sheet 任务, cell A2' 'no indicator' '--set indicator' -- no_indicator.xlsx
asked 'two headers of one meaning' 'sheet 任务, cell E1, "目标数"' '--map COLUMN=HEADER' -- two_headers.xlsx
asked 'two villages of one name' 'sheet 任务, cell A3, column 单位, "新村: 340103 \(沿河镇\), 340203 \(上河镇\)"' '乡镇' -- same_name.xlsx
asked 'a village that is not in this town' 'sheet 任务, cell B3, column 村, "沿河镇 / 无此村"' 'Import table units' -- unknown_name.xlsx
refused 2 'a --map for a header that is nowhere' '没有' -- import matrix.xlsx --map value=没有
refused 2 'a --set for a column that is nowhere' 'colour' -- import matrix.xlsx --set colour=red
asked 'a sheet that is not there' '说明.*上报' -- whole.xlsx --sheet 没有
taken no_period.xlsx --set period=2024-06
is "$(targets)" 'active,2024-06,340101,200 ' 'a period by --set'
taken no_indicator.xlsx --set indicator=reads
is "$(targets)" 'reads,2024-06,340101,200 ' 'an indicator by --set'
taken two_headers.xlsx --map value=目标数
is "$(targets)" 'active,2024-06,340101,210 ' 'a header by --map'
made "$W"
run "$shishu" -C "$W" --now "$now" import reports no_kind.xlsx
is "$rc:$(reports)" '0:active,2024-06,340101,200 reads,2024-06,340101,500 ' 'a table by its name'

fi

# ---- several tables, several sheets ----
taken stacked.xlsx
is "$(rows apps 'app, kind')$(rows indicators 'indicator, counts')" 'wlx,mini study,seconds ' 'tables one below the other'
taken side_by_side.xlsx
is "$(rows apps app)$(rows indicators indicator)" 'wlx xxb study ' 'tables side by side'
taken whole.xlsx
is "$(rows units 'unit_code, name, level, parent_code')" '3402,上河镇,town,34 340201,上湾村,village,3402 340202,下湾村,village,3402 ' 'a workbook: the register'
is "$(targets)$(reports)" 'active,2024-06,340201,40 active,2024-06,340202,50 active,2024-06,340201,33 ' 'whose names its other sheets use'
like "$err" '说明 left out: no table.*旧表 left out: hidden sheets' 'sheets that were left out'
taken whole.xlsx --sheet 旧表
is "$(rows units unit_code)" '999 ' 'a hidden sheet by its name'
taken same_name_told_apart.xlsx
is "$(targets)" 'active,2024-06,340103,10 active,2024-06,340203,20 ' 'two villages of one name, told apart by their towns'
made "$W"
asked 'one bad sheet: nothing of the workbook stays' 'sheet 上报, cell C3, column 月活完成数, "-3"' negative '1 of 1 rows' -- whole_bad.xlsx
refused 3 'in Chinese' '工作表 上报，单元格 C3，列 月活完成数' -- --lang zh import whole_bad.xlsx
run "$shishu" -C "$W" --now "$now" import whole.xlsx --json
is "$(json '[[i["table"], i["sheet"], i["range"], i["accepted"]] for i in d["imports"]]')" \
    '[["units", "村", "A1:D4", 3], ["targets", "任务", "A2:C4", 2], ["reports", "上报", "A2:C3", 1]]' 'JSON: the imports'
is "$(json '[[l["sheet"], l["rows"], l["why"]["en"]] for l in d["left_out"]]')" \
    '[["说明", null, "no table of the contract was recognised"], ["上报", "1-1", "titles"], ["任务", "1-1", "titles"], ["旧表", null, "hidden sheets (--with-hidden or --sheet takes them)"]]' \
    'JSON: what was left out'
state "$W" >before
run "$shishu" -C "$W" --now "$now" import whole.xlsx --json
is "$(json '[i["already_imported"] for i in d["imports"]]')$(state "$W" | diff - before)" '[true, true, true]' 'the same workbook again changes nothing'
run "$shishu" -C "$W" verify-ledger
is "$rc" 0 'the trail holds'
run "$shishu" -C "$W" --now "$now" import whole_bad.xlsx --keep-going
is "$rc" 3 'a sheet of which no row is good is refused with --keep-going, too'

# ---- hidden, repeated, merged, stray ----
if [[ $shishu != */san/* ]]; then
taken hidden_rows.xlsx
is "$(targets)" 'active,2024-06,340101,200 ' 'hidden rows are left out'
like "$err" 'row 4 left out: hidden rows.*cell B5: the total says 230, the rows that were taken add up to 200' 'and named, as is a total that differs'
taken hidden_rows.xlsx --with-hidden
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,30 ' 'or taken'
unlike "$err" 'the total says' 'then the total agrees'
taken hidden_code.xlsx
like "$err" 'hidden columns that were taken: 1' 'a hidden column of codes'
taken pages.xlsx
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,30 reads,2024-06,340101,500 reads,2024-06,340102,40 ' 'a header on every page, headings between rows'
like "$err" 'row 3 left out: headings.*row 5 left out: the header again.*cell C8: the total says 541, the rows that were taken add up to 540' 'are told'
unlike "$err" 'cell B8' 'a total that agrees is not'
taken total_on_top.xlsx
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,30 ' 'a total above the rows'
taken beside.xlsx
like "$err" 'row 2 left out: cells beside the table' 'a remark beside the table'
taken logs.xlsx
like "$out" 'table events, 2 rows' 'a log with a title and a total'
made "$W"
asked 'a number in a merged cell for two rows' 'sheet 任务, cell D3, column 任务数' 'merged' 'Give every row' -- merged_number.xlsx
asked 'a cell behind the last header' 'sheet 任务, cell E2' 'more fields than the header' -- stray.xlsx
asked 'a phone where a time belongs' 'sheet 账号, cell D4, column 注册时间, "\*\*\*"' -- phones.xlsx
unlike "$err" '139123' 'is not shown'
asked 'a phone where a unit belongs' 'sheet 任务, cell A3, column 单位, "\*\*\*"' -- shifted.xlsx
unlike "$err" '139123' 'is not shown either'

fi

# ---- by the name of the table ----
made "$W"
run "$shishu" -C "$W" --now "$now" import targets matrix.xlsx --json
is "$rc:$(json '[d["table"], d["sheet"], d["range"], d["accepted"], [l["why"]["en"] for l in d["left_out"]]]')" \
    '0:["targets", "任务分解", "A2:D6", 3, ["titles", "totals", "notes"]]' 'a table by its name, on a sheet with titles'
asked 'several sheets and none named' '说明, 上报, 任务, 村, 旧表' '--sheet' -- targets whole.xlsx
asked 'a header that is missing' 'column unit_code' -- units nearly.xlsx

# ---- .xls ----
taken matrix.xls
is "$(targets)" 'active,2024-06,340101,200 reads,2024-06,340101,500 ' '.xls: merged cells and a hidden row'
like "$err" 'row 5 left out: hidden rows.*旧表 left out: hidden sheets.*cell C6: the total says 230' '.xls: what was left out'
taken register.xls
is "$(rows units 'unit_code, residents')" '340101,425 340123101205,1200 ' '.xls: codes as numbers, full-width digits'
like "$err" 'hidden columns that were taken: 1' '.xls: a hidden column'
taken reports.xls
is "$(rows reports 'indicator, period, unit_code, CAST(value AS INTEGER) AS value, CAST(reported_at AS VARCHAR)')" \
    'active,2024-06,340101,381,2024-06-29 16:00:00 active,2024-06,340102,29, ' '.xls: percentages and dates by their format'
made "$W"
run "$shishu" -C "$W" --now "$now" import targets matrix.xls --sheet 任务分解
is "$rc:$(targets)" '0:active,2024-06,340101,200 reads,2024-06,340101,500 ' '.xls: a table by its name'
asked '.xls: an error' 'sheet 上报, cell D2, column 上报数' 'holds an error' -- error.xls
for cut in 100 600 3000; do
    head -c $cut matrix.xls >cut.xls
    asked ".xls: its first $cut bytes" 'damaged' 'xlsx' -- cut.xls
done

# ---- CSV ----
printf '云川县2024年6月任务分解表,,\n乡镇,村,月活\n沿河镇,柳湾村,200\n,河口村,"1,030"\n合计,,1230\n' | iconv -t gb18030 >office.csv
taken office.csv
is "$(targets)" 'active,2024-06,340101,200 active,2024-06,340102,1030 ' 'CSV in GB18030 with a title and a total'
like "$out" 'office.csv, A2:C5: taken for table targets' 'and its range'
made "$W"
printf '乡镇,村,月活任务数\n沿河镇,柳湾村,-1\n' >bad.csv
asked 'a fault in a CSV file has a line' 'bad.csv, line 2, column 月活任务数, "-1"' -- bad.csv --set period=2024-06
printf '单位,月活\n柳湾村,7\n' >kind.csv
asked 'a CSV file: targets or reports' 'kind.csv, line 1, "targets, reports"' 'Name the table' -- kind.csv --set period=2024-06
run "$shishu" -C "$W" --now "$now" import targets kind.csv --set period=2024-06
is "$rc:$(targets)" '0:active,2024-06,340101,7 ' 'settled by the name of the table'
refused 3 'a CSV file without the headers is refused as before' 'line 1, column indicator' -- import targets "$root/tests/books/books.h"
printf '{"a":1}\n' >a.jsonl
asked 'JSON lines need the name of their table' 'Name the table' -- a.jsonl
refused 2 'neither a table nor a file' '"frobnicate"' 'no such table' -- import frobnicate

# ---- hostile ----
python3 - <<'END'
import zipfile
def book(name, sheet):
    with zipfile.ZipFile("matrix.xlsx") as old, zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
        for part in old.namelist():
            z.writestr(part, sheet if part.endswith("sheet1.xml") else old.read(part))
entities = "".join(f'<!ENTITY e{i} "{f"&e{i-1};" * 20 if i else "ha"}">' for i in range(9))
book("laughs.xlsx", f"<!DOCTYPE x [{entities}]><worksheet><sheetData><row><c t='inlineStr'><is><t>&e8;</t></is></c></row></sheetData></worksheet>")
book("external.xlsx", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><worksheet><sheetData><row><c t='inlineStr'><is><t>&e;</t></is></c></row></sheetData></worksheet>")
book("bomb.xlsx", "<worksheet><sheetData>" + "<row><c><v>1</v></c></row>" * 2000000 + "</sheetData></worksheet>")
book("wide.xlsx", "<worksheet><sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData></worksheet>")
book("tall.xlsx", "<worksheet><sheetData>" + "<row r='1048576'><c><v>1</v></c></row><row><c><v>1</v></c></row></sheetData></worksheet>")
book("spans.xlsx", "<worksheet><sheetData/><mergeCells>" + "<mergeCell ref='A1:XFD1048576'/>" * 70000 + "</mergeCells></worksheet>")
headers = "".join(f"<row><c t='inlineStr'><is><t>{t}</t></is></c><c t='inlineStr'><is><t>{u}</t></is></c></row>" for t, u in [("应用", "应用名称"), ("a", "b")] * 300)
book("many.xlsx", f"<worksheet><sheetData>{headers}</sheetData></worksheet>")
END
made "$W"
asked 'entities that grow' damaged -- laughs.xlsx
asked 'an external entity' damaged -- external.xlsx
asked 'a zip bomb' 'too large' -- bomb.xlsx
asked 'a column beyond the last' damaged -- wide.xlsx
asked 'a row beyond the last' 'too large' -- tall.xlsx
asked 'seventy thousand merged ranges' 'too large' -- spans.xlsx
asked 'three hundred tables on a sheet' . -- many.xlsx
done_testing
