#!/usr/bin/env bash
# shishu report --format xlsx: sheets, headers, numbers as in JSON, forms, small cells, texts that look like formulas, both languages, errors.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
table() { cat >"$1.csv"; imports w "$1" "$1.csv" "${@:2}"; }
report() { run "$shishu" -C w --now "$now" report --format xlsx "$@"; }
read_book() { python3 "$root/tests/cli/xlsx.py" "$1" >"$T/.out"; }
rows() { json '[s for s in d["sheets"] if s["name"] == "'"$1"'"][0]["rows"]'"${2:-}"; }

blank w
W=$T/w now=2026-11-25T04:00:00Z
refused 3 'without an audit' 'no.*audit' -- report --format xlsx -o none.xlsx
is "$(ls none.xlsx* 2>&1 | grep -c 'No such file')" 1 'and nothing is written'
table apps <<'END'
app,name,kind,owner_type,audience
jdydt,监督一点通,mini,party,public
END
printf 'unit_code,name,level,parent_code,registered,cadres\n34,云川县,county,,180000,300\n3401,沿河镇,town,34,30000,60\n' >units.csv
printf '340101,柳湾村,village,3401,700,6\n340102,@SUM(A1)河口村,village,3401,650,6\n340103,"=1+1\x01_x0041_<&>\xef\xbf\xbf",village,3401,1100,6\n' >>units.csv
imports w units units.csv
table indicators <<'END'
indicator,app,name,counts,class,basis,required,consequence,honest_minutes
active,jdydt,+月活跃度,active,other,ranked,,report;deduct,6
quiz,jdydt,反邪教注册并答题,quiz,other,assessed,install,,12
core,jdydt,-矛盾调解录入,entries,core,reported,,,30
END
table targets <<'END'
indicator,period,unit_code,value,issuer_code,issued_at
active,2024-09,34,6000,,2024-09-01
active,2024-09,3401,6600,34,2024-09-02
active,2024-09,340101,3000,3401,2024-09-03
active,2024-09,340102,1400,3401,2024-09-03
active,2024-09,340103,2200,3401,2024-09-03
quiz,2024-09,340101,2000,3401,2024-09-03
core,2024-09,340101,12,3401,2024-09-03
END
table bulletins <<'END'
indicator,kind,frequency,issuer_code,published_at,consequence
active,rank,weekly,3401,2024-09-08,report;deduct
END
table reports <<'END'
indicator,period,unit_code,value
active,2024-09,340101,2980
active,2024-09,340102,12.5
active,2024-09,3401,100
quiz,2024-09,340101,1990
core,2024-09,340101,12
END
{ echo app,account,unit_code,registered_at; for i in {1..29}; do echo "jdydt,a$i,34010$((1 + (i < 4))),2023-11-01"; done; } >accounts.csv
{ echo app,account,time,action; for i in {1..29}; do echo "jdydt,a$i,2024-09-03,login"; done; } >events.csv
imports w accounts accounts.csv --to 2024-09-30
imports w events events.csv --from 2024-09-01 --to 2024-09-30
imports w prices "$root/rules/prices.csv"
run "$shishu" -C w --now "$now" audit --json
is "$rc" 0 'audited'
printf '=1+1\n村里在家四百多人，电话 13912345678。\n' >answer.txt
run "$shishu" -C w --now "$now" answer 340101 --file answer.txt --figure active/2024-09/340101 --by 张三
is "$rc" 0 'an answer is recorded'

# ---- the Chinese book ----
report --lang zh -o zh.xlsx
is "$rc$err" 0 'written in Chinese'
is "$out" "报告：$T/zh.xlsx" 'and the path told'
is "$(stat -c %a zh.xlsx) $(ls zh.xlsx.new 2>/dev/null)$(ls -dA w/tmp/* w/spill.* 2>/dev/null)" '644 ' 'as a file that others may read; nothing else is left'
read_book zh.xlsx
cp "$T/.out" zh.json
is "$(json '[s["name"] for s in d["sheets"]]')" '["处理清单", "逐条对照", "任务", "逐级加码", "工时负担", "公平分配", "数据", "矛盾", "单位答复", "说明"]' 'its sheets'
is "$(json 'sorted({(s["frozen"], s["formulas"], s["landscape"], s["paper"], "/".join(s["fit"]), s["footer"]) for s in d["sheets"]})')" \
    '[[3, 0, true, "9", "1/0", "&C第 &P 页，共 &N 页"]]' 'headers stay in view, no formula, A4 landscape, as wide as the page, numbered'
is "$(json '[len(d["titles"]), all(t.endswith("$3:$3") for t in d["titles"])]')" '[10, true]' 'the header is printed on each page'
is "$(json 'all(s["filter"] == "A3:%s%d" % (chr(64 + len(s["head"])), 3 + len(s["rows"])) for s in d["sheets"])')" true 'each has a filter over its rows'
is "$(json 'd["fonts"]')" '["Calibri", "仿宋_GB2312", "黑体"]' 'the faces of an office'
is "$(json 'all(None not in s["head"] and len(r) == len(s["head"]) for s in d["sheets"] for r in s["rows"])')" true 'every row is as long as its header'
is "$(json '[d["sheets"][0][k] for k in ("title", "note")]')" \
    '["w　2024 年 9 月　各项指标处理清单", "送审稿。运行批次 2026-11-25T120000，生成日期 2026-11-25，Shishu 0.1.0。各栏含义见末页“说明”。"]' 'title and note'
is "$(rows 处理清单 '' | python3 -c 'import json, sys
for r in json.load(sys.stdin): print(r[0], r[1], r[6], r[9])')" $'取消 +月活跃度 660 5\n取消 反邪教注册并答题 400 1\n转指导 -矛盾调解录入 0 1' 'what to do, the most hours first'
like "$(rows 逐条对照)" '"ZJ-01", "违反", "中央网信委.*", "[^"]*", "待核", 45278, "是", "不得强制推广下载' 'clauses with wording, article to be verified, date in force'
is "$(json '[[f[0], f[1]] for s in d["sheets"] if s["name"] == "任务" for f in (s["forms"][k] for k in (7, 10, 11, 12, 16))]')" \
    '[["#,##0", "right"], ["#,##0.00", "right"], ["[=0]0.0%;[<0.0005]\"<0.1%\";0.0%", "right"], ["#,##0.00", "right"], ["#,##0.00", "right"]]' \
    'counts, factors, shares and money have their forms'
is "$(json '[all(s["forms"][-1][2] for s in d["sheets"] if s["name"] in ("任务", "数据", "说明")), max(w for s in d["sheets"] for w in s["widths"]) < 50]')" \
    '[true, true]' 'sentences are wrapped, and no column is wider than 50'
is "$(rows 数据 '[4][:2]')" '["=1+1�_x0041_<&>�", "340103"]' 'a name that looks like a formula is a text; what XML forbids is replaced'
is "$(unzip -p zh.xlsx xl/worksheets/sheet7.xml | grep -c '_x005F_x0041_')" 1 'and a name that Excel would decode is written as itself'
is "$(rows 数据 '[3][7:13]')" '[12.5, "<5", "整个周期", 650, 0, ">7.5"]' 'three people are "<5", and what would reveal them a bound'
is "$(grep -o '计数 [<3][^，]*' zh.json | sort -u)" '计数 <5' 'in the sentence, too'
is "$(rows 逐级加码 '[0][0:9]')" '["云川县", "34", "县", "+月活跃度", "active", "2024-09", 6000, 6600, 1.1]' 'who enlarged most'
is "$(rows 公平分配 '[0][5:9]')" '[700, 3000, 700, -2300]' 'fair shares'
is "$(rows 工时负担 '[0][:9]')" '["2024-09", "月", 3, 7, 4, 6, 21, 1066, 3024]' 'hours'
is "$(rows 矛盾 '[0][1:]')" '["active/2024-09/340101", 2980, "active/2024-09/3401", 100]' 'contradictions'
is "$(json 'sum(len(s["head"]) for s in d["sheets"][:-1]) - len([r for r in d["sheets"][9]["rows"] if r[0] in [s["name"] for s in d["sheets"][:-1]]])')" 0 'every column is explained'
is "$(rows 单位答复)" '[["1", "柳湾村", "340101", "2026-11-25", "active/2024-09/340101", "张三", "=1+1 村里在家四百多人，电话 ***。"]]' 'answers word for word, as text'
is "$(rows 数据 '[3][13:17]')" '["不列出", "—", "不列出", "不列出"]' 'where the count is not told, neither is the bound that is made of it'
like "$(rows 说明)" '"所用文件", "units.csv", "表 units；采用 5 行；SHA-256 [0-9a-f]{64}"' 'and the files are named with their hashes'

# ---- numbers as in JSON ----
run "$shishu" -C w --now "$now" report --format json
cp "$T/.out" run.json
is "$(python3 - <<'END'
import json
book, run = json.load(open("zh.json")), json.load(open("run.json"))
sheet = {s["name"]: s["rows"] for s in book["sheets"]}
dash = lambda x: "—" if x is None else x
want = {f["figure"]: [f[k] if k != "target" else f[k]["value"] for k in ("target", "reported", "counted", "possible", "impossible_excess", "not_in_logs")]
        for f in run["figures"]}
got = {"/".join((r[4], r[5], r[1])): [r[k] for k in (6, 7, 8, 10, 11, 12)] for r in sheet["数据"]}
assert got.keys() == want.keys(), (got.keys(), want.keys())
hidden = 0
for name in got:
    for a, b in zip(got[name], want[name]):
        if isinstance(a, str) and a != "—":
            hidden += 1
        else:
            assert a == dash(b), (name, a, b)
want = sorted([t["unit_name"], t["target"].split("/")[0], t["value"], dash(t["possible"]), dash(t["per_person"]), dash(t["feasible"]), t["factor"],
        t["amplification"], dash(t["hours"]), dash(t["hours_available"]), dash(t["price_list"]), dash(t["price_bulk"])] for t in run["targets"])
got = sorted([r[k] for k in (0, 4, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17)] for r in sheet["任务"])
close = lambda a, b: a == b or (not isinstance(a, str) and abs(a - b) < 1e-12 * abs(b))
clean = lambda s: "".join("\ufffd" if c in "\x01\uffff" else c for c in s)
assert len(got) == len(want)
for a, b in zip(got, sorted([[clean(x[0])] + x[1:] for x in want])):
    assert all(close(p, q) for p, q in zip(a[1:], b[1:])), (a, b)
print(len(sheet["数据"]), len(got), hidden)
END
)" '7 7 4' 'figures and targets are those of report --format json, but for the small one and the sibling that would reveal it'

# ---- the English book, and the same bytes ----
"$shishu" -C w --now "$now" --lang en report --format xlsx >en.xlsx
report --lang en -o again.xlsx
is "$out" "Report: $T/again.xlsx" 'written in English'
is "$(cmp en.xlsx again.xlsx 2>&1)" '' 'standard output takes the same bytes'
is "$(ls -dA w/tmp/* w/spill.* 2>/dev/null)" '' 'and leaves nothing'
read_book en.xlsx
is "$(json '[s["name"] for s in d["sheets"]]')" \
    '["To do", "Clauses", "All targets", "Enlargement", "Hours", "Fair shares", "All figures", "Contradictions", "Answers", "Notes"]' 'English sheets'
is "$(json '[d["fonts"], d["sheets"][9]["footer"]]')" '[["Arial", "Calibri", "Times New Roman"], "&CPage &P of &N"]' 'faces and footer'
is "$(grep -oP '"(head|title)": (\[[^]]*\]|"[^"]*")' "$T/.out" | grep -cP '\p{Han}')" 0 'no Chinese in its headers'
run "$shishu" -C w --now "$now" --json report --format xlsx -o json.xlsx
is "$(json 'd["report"]')" "$T/json.xlsx" 'with --json the path'

# ---- a run without targets ----
blank e
for file in units apps indicators reports; do imports e $file $file.csv; done
run "$shishu" -C e --now "$now" audit --quiet
"$shishu" -C e report --format xlsx --lang zh -o empty.xlsx >/dev/null
read_book empty.xlsx
is "$(json '[[s["rows"][0][0], s["filter"]] for s in d["sheets"] if s["name"] in ("任务", "公平分配")]')" \
    '[["没有导入任务。", null], ["本表无内容：本批次没有任务，或任务未对照规则。", null]]' 'an empty table says so'

# ---- errors ----
refused 2 'an unknown format' 'xls.*--format takes html, docx, xlsx or json' -- report --format xls
refused 4 'a folder that is not there' 'no/such/a\.xlsx.*no such file or folder' -- report --format xlsx -o no/such/a.xlsx
refused 4 'a folder instead of a file' 'folder' -- report --format xlsx -o "$T/w"
refused 4 'a full disk' '/dev/full.*the disk is full' -- report --format xlsx -o /dev/full
is "$(ls -d "$T"/w.new /dev/full.new 2>/dev/null; stat -c %F /dev/full)$(ls -dA w/tmp/* w/spill.* 2>/dev/null)" 'character special file' 'which leave nothing behind'
run python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$shishu" -C w --lang en report --format xlsx
is "$rc $(tr -d '\r' <<<"$out")" '2 shishu: a workbook cannot be shown on a terminal. Name a file: -o FILE.xlsx.' 'not to a terminal'
small=$T/small
mkdir small
if mount -t tmpfs -o size=16k tmpfs small 2>/dev/null; then
    refused 4 'a disk that is too small' 'small/a\.xlsx.*(could not be written|disk is full)' -- report --format xlsx -o "$small/a.xlsx"
    is "$(ls -A small)$(ls -dA w/tmp/* w/spill.* 2>/dev/null)" '' 'and no part of it is left there'
    umount small
    mount -t tmpfs -o size=8m tmpfs small
    cp -a w small/w
    "$shishu" -C small/w >/dev/null   # what the ledger keeps beside it is there now
    dd if=/dev/zero of=small/fill bs=4k 2>/dev/null
    truncate -s -8k small/fill
    run "$shishu" -C small/w --lang en report --format xlsx -o short.xlsx
    like "$rc $err" '^4 .*short\.xlsx.*could not be written whole' 'no room beside the workspace for what is not packed yet: no short workbook'
    is "$(ls -d short.xlsx* small/w/spill.* 2>/dev/null)" '' 'and nothing is left there either'
    umount small
else
    skip 'a disk that is too small' 'no right to mount one'
fi
done_testing
