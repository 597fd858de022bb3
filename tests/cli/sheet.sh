#!/usr/bin/env bash
# explain --sheet: one A4 page about a unit, in both languages, whatever is on it; what it says, what it leaves out, and errors.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
. "$root/tests/cli/county.bash"
county w && W=$T/w
sheet() { run "$shishu" -C "$W" --now "$now" explain --sheet "$@"; }
# The text of a page, a line an element.
said() { python3 - "$1" <<'END'
import html.parser, sys
class Page(html.parser.HTMLParser):
    skip, out = False, []
    def handle_starttag(self, tag, a): self.skip = tag in ("style", "title")
    def handle_endtag(self, tag): self.skip = False
    def handle_data(self, d):
        if not self.skip and d.strip(): self.out.append(d.strip())
p = Page()
p.feed(open(sys.argv[1], encoding="utf-8").read())
print("\n".join(p.out))
END
}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
case $shishu in */san/*) browser='' ;; esac   # the same page as of the plain build
# Pages on paper, and whether the foot lies on it: what the page cuts off would be lost.
pages() {
    "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$T/.chrome" --no-pdf-header-footer --print-to-pdf="$1.pdf" "$1" >/dev/null 2>&1
    python3 -c 'import re, sys; print(len(re.findall(rb"/Type\s*/Page\b(?!s)", open(sys.argv[1], "rb").read())))' "$1.pdf"
}
room() {   # what of the page is filled, in thousandths, as the browser lays it out for paper
    sed 's|</body>|<script>var m=document.querySelector("main");document.title="filled "+Math.round(1000*m.scrollHeight/m.clientHeight)</script></body>|;
         s|<meta http-equiv[^>]*>||; s|@media print|@media all|' "$1" >"$1.room.html"
    "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$T/.chrome" --dump-dom "$1.room.html" 2>/dev/null | grep -o 'filled [0-9]*' | head -1
}
one_page() {
    if [ -z "$browser" ]; then skip "$2: one page" 'no browser here, or the build with sanitizers'; return; fi
    is "$(pages "$1") $(room "$1")" '1 filled 1000' "$2: one page, and all of it is there"
}

remember
for lang in zh en; do
    sheet 340101 --lang $lang -o $lang.html
    is "$rc$err" 0 "a sheet ($lang)"
    one_page $lang.html "$lang"
    sheet 340102 --lang $lang -o two.$lang.html
    one_page two.$lang.html "two chains, $lang"
    sheet 34 --lang $lang -o county.$lang.html
    one_page county.$lang.html "a county, $lang"
done
kept 'a sheet'
text=$(said zh.html)
like "$text" $'关于柳湾村有关数据核定情况的说明\n2026 年 9 月\n沿河镇\n：\n一、数据核定\n月活跃账号' 'title, to whom, the worst indicator first'
like "$text" '任务为 3,000，是当地人口上限 700 人的 4\.29 倍，不可能完成' 'the arithmetic of the target'
like "$text" '逐级分解：原值 2,727，县 \+273。' 'who added what'
like "$text" '按人口分配原定总量，本单位为 700，现为 3,000' 'the fair share'
like "$text" '“注册账号”按推定实数，名次可为第 2（共 2 个单位）' 'its rank set'
like "$text" '不得按月度、季度频繁搞排名通报.*JF-01.*自 2024-08-06 起施行' 'the clause to cite'
like "$text" '供法制审核' 'for legal review'
like "$text" '可向出具本单的单位提交书面答复' 'how to answer'
unlike "$text" '购买|造假|元（' 'no accusing word and no price'
is "$(grep -c '<script\|src=\|href="http' zh.html)" 0 'one file, self-contained'
like "$(said en.html)" $'Note on the figures of 柳湾村\nSeptember 2026' 'in English'
unlike "$(said en.html | tr -d '\n')" '数据|核定|答复|任务' 'no Chinese but names and sources'
like "$(said two.zh.html)" '<5' 'a small count is not told'
sheet 340103 --lang zh -o none.html
like "$(said none.html)" '尚无名次区间' 'without two checks there is no rank set'
sheet 340101 --lang zh
is "$(cmp zh.html "$T/.out" 2>&1)" '' 'standard output, and the same bytes again'
run "$shishu" -C w --json explain --sheet 340101 -o json.html
is "$(json 'd["report"]')" "$T/json.html" 'with --json the path'

# ---- as much as a sheet can be asked to hold
python3 - <<'END'
long = "极长的名称" * 60 + "<script>'\"&"
with open("u.csv", "w") as f:
    f.write("unit_code,name,level,parent_code,registered,cadres\n340101,%s,village,3401,700,6\n" % ('"' + long.replace('"', '""') + '"'))
with open("i.csv", "w") as f, open("t.csv", "w") as t, open("r.csv", "w") as r:
    f.write("indicator,app,name,counts,class,basis,required,consequence,honest_minutes\n")
    t.write("indicator,period,unit_code,value,issuer_code,issued_at\n")
    r.write("indicator,period,unit_code,value\n")
    for k in range(30):
        name = "指标%d" % k + "很长很长的指标名称" * 20
        f.write(f"x{k},jdydt,{name},active,other,ranked;assessed;deducted,install;login,report;deduct,6\n")
        t.write(f"x{k},2026-10,340101,123456789{k},3401,2026-10-03\n")
        r.write(f"x{k},2026-10,340101,123456789{k}\n")
END
printf '很长的答复%.0s' {1..3000} >a.txt
for pair in units:u indicators:i targets:t reports:r; do imports w "${pair%:*}" "${pair#*:}.csv"; done
"$shishu" -C w --now "$now" audit --quiet >/dev/null
"$shishu" -C w --now "$now" answer 340101 --file a.txt --by "$(printf '长%.0s' {1..40})" --quiet >/dev/null
for lang in zh en; do
    sheet 340101 --lang $lang -o long.$lang.html
    is "$rc$err" 0 "thirty indicators with endless names ($lang)"
    one_page long.$lang.html "thirty indicators, $lang"
done
like "$(said long.zh.html)" '另有 24 个数据未列' 'what is left out is counted'
unlike "$(cat long.zh.html)" '<script' 'names are escaped'
sheet 340101 --period 2026-09 --lang zh -o before.html
like "$(said before.html)" '2026 年 9 月' 'another period on request'

# ---- errors
refused 3 'a unit that is none' '349999.*no figure of this unit' -- explain --sheet 349999
refused 3 'a period without figures' '2020-01.*no figure of this unit and period' -- explain --sheet 340101 --period 2020-01
refused 2 'a second word' 'nothing follows' -- explain --sheet 340101 340102
refused 2 'a period without a sheet' 'go with --sheet' -- explain 340101 --period 2026-09
refused 4 'a folder that is not there' 'no such file or folder' -- explain --sheet 340101 -o no/such/s.html
done_testing
