#!/usr/bin/env bash
# report as docx and HTML in the order of an official report, the notice about a target, the working paper: pages, order, both languages, same bytes, errors.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
. "$root/tests/cli/county.bash"
county w && W=$T/w
printf '村里在家四百人左右。\n</w:t><w:p>\xef\xbf\xbf“任务完成不了”\n' >answer.txt
"$shishu" -C w --now "$now" answer 340101 --file answer.txt --figure active/2026-09/340101 --quiet >/dev/null 2>&1
report() { run "$shishu" -C w --now "$now" report "$@"; }
read_docx() { python3 "$root/tests/cli/docx.py" "$1" >"$T/.out"; }

# ---- the report, in Chinese
remember
report --format docx --lang zh -o zh.docx
is "$rc$err" 0 'a docx in Chinese'
is "$out" "报告：$T/zh.docx" 'and the path told'
kept 'a report'
read_docx zh.docx
is "$(json '[d["page_mm"], d["margins_mm"]]')" '[[210, 297], [37, 26, 35, 28]]' 'A4, type area 156 x 225 mm, 37 mm above, 28 mm to the left'
is "$(json '[d["styles"][k] for k in ("Text", "Title", "Heading1", "Heading2")]')" \
    '[["仿宋_GB2312", 16.0, "579"], ["方正小标宋简体", 22.0, "700"], ["黑体", 16.0, "579"], ["楷体_GB2312", 16.0, "579"]]' 'faces and sizes of GB/T 9704'
is "$(json '225 * 1440 / 25.4 // int(d["grid"]), d["grid"]')" "(22.0, '579')" '22 lines a page'
is "$(json 'd["footers"]')" '["—  PAGE 1 —", "—  PAGE 1 —"]' 'numbered — 1 —'
is "$(json 'd["headings"]')" '["一、基本情况", "二、任务", "三、数据核定", "四、疑点", "五、实地核查", "六、名次", "七、处理建议", "附件：口径、未判数据、单位答复与复算"]' \
    'sections in their order'
is "$(json 'd["contents"] == d["headings"]')" true 'and the contents list them'
is "$(json '[p[0] for p in d["paragraphs"][:4]]')" '["Stamp", "Title", "Title", "Summary"]' 'stamp, title, summary come first'
is "$(json '[b for b in d["below"] if b.startswith("（")] == d["below"] and len(d["below"])')" 14 'subsections are numbered'
is "$(json '[p[1][:4] for p in d["paragraphs"] if p[0] == "Caption" and p[1].startswith("表")]')" \
    '["表 1　", "表 2　", "表 3　", "表 4　", "表 5　", "表 6　", "表 7　", "表 8　", "表 9　", "表 10", "表 11"]' 'so are tables, without a gap'
is "$(json '[r[:7] for t in d["tables"] for r in t if r[2] == "C-0001"]')" '[["柳湾村", "注册账号", "C-0001", "598", "60", "12", "67—189"]]' 'the field check'
is "$(json '[r[:3] for t in d["tables"] if t[0][1] == "名次" for r in t[1:]]')" '[["河口村", "1", "1"], ["柳湾村", "2", "2"]]' 'the ranks that the visits allow'
is "$(json '[p[1] for p in d["paragraphs"] if p[0] == "Quote"]')" '["村里在家四百人左右。", "</w:t><w:p>�“任务完成不了”"]' 'the answer of the unit, escaped'
unlike "$(cat "$T/.out")" '购买|造假' 'no accusing word'
is "$(json 'd["times"]')" '[[1980, 1, 1, 0, 0, 0]]' 'no time in the file but that of the run'
report --format docx --lang zh >again.docx
is "$(cmp zh.docx "$T/.out" 2>&1)" '' 'two runs give the same bytes'

# ---- in English, and the page in the same order
report --format docx --lang en -o en.docx
read_docx en.docx
is "$(json 'd["headings"]')" \
    '["1. Scope", "2. Targets", "3. Figures and verdicts", "4. Leads", "5. Field checks", "6. Ranks", "7. What to do", "Annex: how it was counted, what was not judged, answers of units, how to recheck"]' \
    'the same order in English'
is "$(json '[d["page_mm"], d["margins_mm"], d["grid"]]')" '[[210, 297], [37, 26, 35, 28], null]' 'the same page, without the grid'
is "$(json '[t for p in d["paragraphs"] for t in [p[1]] if p[0] in ("Text", "Heading1", "Heading2", "Stamp") and any("一" <= c <= "龥" for c in t)]' | grep -cE '数据|核定|处理')" 0 \
    'no Chinese but names'
for lang in zh en; do
    report --format html --lang $lang -o $lang.html
    is "$(root=$root python3 - $lang.html $lang.docx <<'END'
import html.parser, subprocess, json, sys
class Page(html.parser.HTMLParser):
    heads, text, on, ids = [], "", False, set()
    def handle_starttag(self, tag, a):
        self.ids.add(dict(a).get("id"))
        if tag in ("h2", "h3"): self.on, self.text = True, ""
    def handle_endtag(self, tag):
        if tag in ("h2", "h3"): self.on = False; self.heads.append(self.text)
    def handle_data(self, d):
        if self.on: self.text += d
p = Page()
p.feed(open(sys.argv[1], encoding="utf-8").read())
d = json.loads(subprocess.run([sys.executable, __import__("os").environ["root"] + "/tests/cli/docx.py", sys.argv[2]], capture_output=True).stdout)
want = [t for s, t in d["paragraphs"] if s in ("Heading1", "Heading2")]
print(p.heads == want and {f"s{i}" for i in range(8)} <= p.ids or (p.heads, want))
END
)" True "the page has the headings of the docx ($lang)"
done
unlike "$(cat zh.html)" '<script|https?://[^w]' 'one file, without script'

# ---- the notice
report --format docx --paper notice --target active/2026-09/340101 --lang zh -o notice.docx
is "$rc" 0 'a notice'
read_docx notice.docx
is "$(json 'd["paragraphs"][:3]')" '[["Stamp", "代拟稿（供法制审核，未签发）"], ["Title", "关于撤回柳湾村 2026 年 9 月"], ["Title", "“月活跃账号”任务的通知"]]' 'a draft, to whom it goes'
is "$(json 'd["headings"]')" '["一、任务情况", "二、依据", "三、处理意见", "四、答复"]' 'target, basis, decision, answer'
like "$(json 'd["paragraphs"]')" '任务为 3,000，是当地人口上限 700 人的 4\.29 倍' 'the arithmetic'
like "$(json '[p for p in d["paragraphs"] if p[0] == "Item"]')" '不得按月度、季度频繁搞排名通报.*JF-01.*自 2024-08-06 起施行' 'the clause with the day from which it is in force'
like "$(json 'd["paragraphs"]')" '供法制审核。引用前须核对条文原文' 'and that a legal officer reads it first'
is "$(json '[p[1] for p in d["paragraphs"] if p[0] == "Sign"]')" '["沿河镇", "　　　年　　月　　日"]' 'nobody has signed'
unlike "$(unzip -p notice.docx word/document.xml)" 'w:color w:val="(FF|c0)' 'no red head'
report --format docx --paper notice --target quiz/2026-09/340101@3401 --lang en -o notice.en.docx
read_docx notice.en.docx
is "$(json '" ".join(p[1] for p in d["paragraphs"][1:3])')" 'Notice withdrawing the target of 反邪教注册并答题 (September 2026) for 柳湾村' 'with the issuer named, in English'
report --paper notice --target core/2026-09/340101 --lang en
like "$out" '<h1><span>Notice turning the target</span> <span>of .* into guidance' 'as HTML: a core duty is guided'
unlike "$out" 'class="red"|yuan' 'without a red rule, and without a price'
refused 3 'a target that nothing speaks against' 'nothing is known that speaks against' -- report --paper notice --target reg/2026-09/340102
refused 3 'no such target' 'holds no such target' -- report --paper notice --target active/2026-09/349999
refused 3 'another issuer' 'holds no such target' -- report --paper notice --target active/2026-09/340101@34
refused 2 'no target' 'this is no target' -- report --paper notice --target active
refused 2 'a notice about nothing' 'about one target' -- report --paper notice
refused 2 'a target without a notice' 'only a notice is' -- report --target active/2026-09/340101
refused 2 'an unknown paper' 'takes report, notice or working' -- report --paper letter
refused 2 'a notice as a workbook' 'html or docx only' -- report --paper working --format xlsx

# ---- the working paper
report --format docx --paper working --lang zh -o working.docx
is "$rc" 0 'a working paper'
read_docx working.docx
is "$(json 'd["headings"]')" '["一、核定结果", "二、数据、参数与版本", "三、抽样", "四、结果文件", "五、复核步骤", "六、被审计单位答复"]' 'its order'
is "$(json '[r for t in d["tables"] for r in t if r[0] in ("编制人员及日期", "复核人员及日期", "底稿编号")]')" \
    '[["底稿编号", ""], ["编制人员及日期", ""], ["复核人员及日期", ""]]' 'who and when are left to be filled in'
cp "$T/.out" working.json
is "$(for f in apps units indicators targets bulletins reports accounts events; do grep -c "$(sha256sum <$f.csv | cut -c1-64)" working.json; done | sort -u)" 1 'the hash of every input'
is "$(for f in plan.json frame.csv commitment.json draw.json results.csv estimate.json; do grep -c "$(sha256sum <w/checks/C-0002/$f | cut -c1-64)" working.json; done | sort -u)" 1 'and of every file of a check'
is "$(for f in w/runs/2026-11-26T*/*.parquet w/runs/2026-11-26T*/run.json; do grep -c "$(sha256sum <"$f" | cut -c1-64)" working.json; done | sort -u)" 1 'and of the run'
like "$(cat working.json)" '352916425113642361540' 'the public seed'
like "$(cat working.json)" 'Shishu [0-9.]+, DuckDB v[0-9.]+, SQLite [0-9.]+' 'versions'
run "$shishu" -C w verify-ledger --json
like "$(cat working.json)" "$(json 'd["head"]')" 'and the last hash of the ledger'

# ---- its third step, done: the run before the checks, from the same files and key
"$shishu" init redo --key w/secret.key --quiet >/dev/null
for file in apps units indicators targets bulletins reports; do "$shishu" -C redo import $file $file.csv --quiet >/dev/null; done
"$shishu" -C redo import accounts accounts.csv --to 2026-09-30 --quiet >/dev/null
"$shishu" -C redo import events events.csv --from 2026-09-01 --to 2026-09-30 --quiet >/dev/null
"$shishu" -C redo import prices "$root/rules/prices.csv" --quiet >/dev/null
"$shishu" -C redo --today 2026-11-25 audit --quiet >/dev/null
is "$(cd redo/runs/* && sha256sum ./*.parquet)" "$(cd w/runs/2026-11-25T* && sha256sum ./*.parquet)" 'a run made anew has the same files'

# ---- errors, and a run without anything
refused 4 'a folder that is not there' 'no such file or folder' -- report --format docx -o no/such/a.docx
refused 4 'a full disk' 'the disk is full' -- report --format docx -o /dev/full
run python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$shishu" -C w --lang en report --format docx
is "$rc $(tr -d '\r' <<<"$out")" '2 shishu: a docx cannot be shown on a terminal. Name a file: -o FILE.docx.' 'not to a terminal'
made e
printf 'indicator,period,unit_code,value\nactive,2026-05,340101,300\n' >one.csv
imports e reports one.csv
"$shishu" -C e --now "$now" audit --quiet >/dev/null
run "$shishu" -C e --now "$now" report --format docx --lang zh -o empty.docx
read_docx empty.docx
is "$(json 'd["headings"]')" '["一、基本情况", "二、任务", "三、数据核定", "四、疑点", "五、处理建议", "附件：口径、未判数据、单位答复与复算"]' \
    'sections without data are left out and the numbers close up'
done_testing
