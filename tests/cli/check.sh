#!/usr/bin/env bash
# shishu check: the published cases of the rule list, each rule that they name, the cases of the mission, what-if, an office's own rules, bad input.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
cases=$root/tests/reference/rule_cases.py
today=2026-11-25 now=2026-11-25T00:00:00Z
check() { run "$shishu" -C "$W" --today $today check "$@"; }
table() { cat >"$1.csv"; imports "$W" "$1" "$1.csv"; }
# rules of NAME among the targets, indicators, apps, bulletins and forms: those that are hit, and in force
hits() { json 'sorted({r["id"] for key, name in (("targets", "target"), ("indicators", "indicator"), ("apps", "app"), ("bulletins", "indicator"), ("forms", "form"))
    for x in d[key] if x[name].split("/")[0] == "'"$1"'" for r in x["rules"] if r["state"] == "hit"})'; }
has() {   # has NAME RULE…: each of them is hit
    local name=$1 got rule
    shift
    got=$(hits "$name")
    for rule; do like "$got" "\"$rule\"" "$name: $rule is hit"; done
}

# ---- the published cases ----
if [[ $shishu = */san/* ]]; then
    skip 'the published cases' 'the fixtures below go the same way'
elif [ -f "$shared/rules/cases.csv" ]; then
    W=$T/cases
    blank "$W"
    mkdir files
    python3 "$cases" make "$shared/rules/cases.csv" files
    for file in files/*; do
        of=${file#files/?-}
        imports "$W" "${of%%-*}" "$file"
    done
    check --all-dates --json
    is "$rc" 0 'the 27 cases are judged'
    cp "$T/.out" all.json
    # their fields are not in the cases; each has its fixture below (TJ-02, TJ-05: tests/unit/rules_test.c)
    is "$(python3 "$cases" held "$shared/rules/cases.csv" all.json | sort | tr '\n' ';')" "$(tr '\n' ';' <<'END'
C-01 SR-03 clear
C-02 SR-01 unknown
C-03 SR-04 unknown
C-10 ZJ-06 unknown
C-10 ZW-17 unknown
C-11 SR-08 unknown
C-12 JF-09 clear
C-12 JF-12 clear
C-12 ZJ-08 clear
C-13 JF-11 unknown
C-15 JF-04 unknown
C-15 JF-05 unknown
C-15 JF-06 clear
C-15 JF-07 clear
C-16 JF-02 unknown
C-17 JF-08 unknown
C-17 ZW-19 unknown
C-18 TJ-01 unknown
C-18 TJ-05 unknown
C-19 TJ-01 unknown
C-19 TJ-02 unknown
C-19 TJ-03 unknown
C-20 TJ-01 unknown
C-21 SR-02 unknown
END
)" 'every other expected rule is hit, and none of the excluded'
    check --json
    cp "$T/.out" in_force.json
    is "$(python3 "$cases" hits in_force.json)" "$(cat "$root/tests/cli/rule_cases_in_force.txt")" 'with the date filter on: the second expectation'
    is "$(python3 - all.json <<'END'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
bad = [(x["target"], r["id"]) for x in d["targets"] for r in x["rules"] if r["wording"] == "违反" and r["id"].startswith("ZW") and
       next(a for a in d["apps"] if a["app"] == x["target"].split("/")[0])["zw"] != "direct"]
print(bad, sum(r["wording"] == "参照" for x in d["targets"] for r in x["rules"] if r["state"] == "hit") > 0)
END
)" '[] True' 'the measures on apps are cited outright for staff apps only, by reference for those for the public'
else
    skip 'the published cases' 'no ../shared'
fi

# ---- the fields that the cases do not hold ----
W=$T/fields
blank "$W"
table units <<'END'
unit_code,name,level,parent_code,registered,cadres
34,云川县,county,,400000,60
3401,沿河镇,town,34,30000,40
340101,柳湾村,village,3401,700,6
END
table apps <<'END'
app,name,kind,owner_code,owner_type,audience,launched_at
A,甲,app,34,admin,staff,2023-01-01
B,乙,app,34,admin,staff,2023-01-01
P,丙,mini,,party,public,2023-01-01
END
table documents <<'END'
doc_no,issuer_code,plan_no,burden_review,sets_targets
云发1号,34,,,yes
END
table indicators <<'END'
indicator,app,name,counts,basis,required,honest_minutes,legal_basis,points_total,statutory,consequence
F01,P,活跃,active,ranked,,,,,,
F02,P,答题,quiz,assessed,install,,,,,
F03,A,通办件数,entries,assessed,use,6,,,,
F10,A,驻村打卡,checkins,reported,checkin;upload,,,,,
F11,P,新增主体,registered,assessed;ranked,,,,,,
F13,A,办文效能,entries,ranked,,,,,,
F15,A,社工站考核：开会、媒体报道,entries,assessed,,,,,,
F16,A,安全绩效,points,assessed,,,,1000,,
F18,P,出口,active,ranked,,,,,yes,award
F21,P,投票,votes,ranked,,,,,,interview
END
table targets <<'END'
indicator,period,unit_code,value,issuer_code,issuer_type,addressee_type,document
F01,2023-12,34,1000,,government,,
F01,2023-12,340101,3000,34,government,,
F02,2024-04,340101,2000,34,department,,
F03,2024-10,340101,1380000,34,department,,
F11,2023-12,340101,500,3401,government,,
F13,2025-01,340101,10,34,department,government,
F15,2025-01,340101,30,34,department,,云发1号
F18,2024-06,340101,900,3401,government,,
F21,2021-Q2,340101,40000,3401,government,,
END
table forms <<'END'
id,form_no,maker,approval_no,items,channel,notice_hours,is_survey,period
巡查表,,县应急局,,巡查次数;隐患数;整改数,email,4,no,2024-06
巡查日报,,县应急局,,巡查次数;隐患数,email,4,no,2024-06
END
{
    echo app,account,unit_code,registered_at,closed_at
    for i in {1..20}; do echo "P,a$i,340101,2023-11-01,$([ "$i" -le 15 ] && echo 2024-02-01)"; done
} >accounts.csv
imports "$W" accounts accounts.csv --to 2024-06-30
printf 'app,account,time,action\nA,x1,2024-06-01,login\nA,x2,2024-06-02,login\n' >events.csv
imports "$W" events events.csv --from 2024-06-01 --to 2024-06-30
check --all-dates --json
is "$rc" 0 'the fixtures are judged'
has F01 SR-03 SR-01 SR-02
has F02 SR-01 ZJ-01
has F03 SR-04 ZW-12
has F10 ZW-17 ZJ-06
has F11 SR-08
has F13 JF-11
has F15 JF-04 JF-05 JF-06 JF-07
has F16 JF-02
has F18 TJ-01 TJ-03
has F21 SR-02
has A JF-08 ZW-19
has 巡查表 JF-09 ZJ-08 JF-12
is "$(json '[(r["in_force"], r["in_force_from"], r["source"][:11], r["article_verified"], r["wording"]) for x in d["targets"] for r in x["rules"] if x["target"].startswith("F03") and r["id"] == "ZW-12"]')" \
    '[[false, "2026-01-25", "国办函〔2026〕12", false, "违反"]]' 'a rule of later date is marked as not in force, with its date, source and wording'
is "$(json 'sorted({(r["id"], r["kind"]) for x in d["targets"] for r in x["rules"] if r["state"] == "hit" and r["id"] in ("TJ-01", "JF-06")})')" \
    '[["JF-06", "ask"], ["TJ-01", "lead"]]' 'leads and questions are told apart from what is broken'
check --json
is "$(json '[r["id"] for x in d["targets"] for r in x["rules"] if x["target"].startswith("F03") and r["state"] == "hit" and r["id"].startswith("ZW")]')" '[]' \
    'without --all-dates a rule not yet in force is not cited'

# ---- the mission's cases ----
W=$T/mission
blank "$W"
table apps <<'END'
app,name,kind,owner_type,audience
jdydt,监督一点通,mini,party,public
END
table units <<'END'
unit_code,name,level,parent_code,registered,cadres
34,云川县,county,,180000,300
3401,沿河镇,town,34,30000,60
340101,柳湾村,village,3401,700,6
340102,河口村,village,3401,650,6
340103,新圩村,village,3401,1100,6
END
table indicators <<'END'
indicator,app,name,counts,class,basis,required,consequence,honest_minutes
active,jdydt,月活跃度,active,other,ranked,,report;deduct,6
quiz,jdydt,反邪教注册并答题,quiz,other,assessed,install,,12
core,jdydt,矛盾调解录入,entries,core,reported,,,30
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
active,rank,monthly,34,2024-09-30,report
END
imports "$W" prices "$root/rules/prices.csv"
check --json
t() { json 'next(x for x in d["targets"] if x["target"] == "'"$1"'")'"$2"; }
is "$(t active/2024-09/340101 '["possible"]')" 700 '700 people and 3,000: possible'
is "$(t active/2024-09/340101 '["feasible"]')" 0 'chance'
is "$(t active/2024-09/340101 '["advice"]')" cancel 'advice'
is "$(t active/2024-09/340101 '["amplified_by"]')" \
    '[{"level": "county", "unit_code": "34", "factor": 1.1}, {"level": "town", "unit_code": "3401", "factor": 1}]' 'who enlarged it, from the top down'
is "$(t active/2024-09/340101 '["price_bulk"]')" 3750 'what 3,000 active accounts cost in bulk'
like "$(json '[r["id"] for r in d["indicators"][0]["rules"] if r["state"] == "hit" and r["in_force"]]')" '"ZJ-01".*"JF-01"' \
    'weekly ranking with reports and deductions: the ranking clause fires'
is "$(json '[(b["frequency"], sorted(r["id"] for r in b["rules"] if r["state"] == "hit")) for b in d["bulletins"]]')" \
    '[["monthly", ["JF-01", "SR-07", "ZJ-07"]], ["weekly", ["JF-01", "SR-07", "ZJ-07"]]]' 'each bulletin that breaks it is named'
is "$(json '[(i["indicator"], i["advice"], i["hours_saved"]) for i in d["indicators"]]')" \
    '[["active", "cancel", 660], ["core", "guidance", 0], ["quiz", "cancel", 400]]' 'advice and hours saved; a core duty becomes guidance'
is "$(t quiz/2024-09/340101 '["impossible"]')" true '2,000 quizzes of 700 people cannot be'
like "$(t active/2024-09/340101 '["advice_reason"]["zh"]')" '^违反.*关于防治.*（ZJ-01）。$' 'the reason cites the clause in Chinese'
like "$(t active/2024-09/340101 '["advice_reason"]["en"]')" '^Breaks .*\(ZJ-01\)\.$' 'and in English'
is "$(json '[(a["total"], a["infeasible"], [(u["unit_code"], u["value"]) for u in a["units"]]) for a in d["allocation"] if a["indicator"] == "active"]')" \
    '[[6000, 3550, [["340101", 700], ["340102", 650], ["340103", 1100]]]]' 'a fair allocation stays below the people and says what cannot be placed'
is "$(json '[(i["unit_code"], i["level"], i["own"], i["handed"], round(i["factor"], 2)) for i in d["issuers"] if i["indicator"] == "active"]')" \
    '[["34", "county", 6000, 6600, 1.1], ["3401", "town", 6600, 6600, 1]]' 'issuers with their own target and what they handed down'
W=$T/months
cp -a "$T/mission" "$W"
table targets <<'END'
indicator,period,unit_code,value,issuer_code
active,2024,340101,100,3401
active,2024-Q4,340101,100,3401
active,2024-10,340101,100,3401
active,2024-W40,340101,100,3401
quiz,2024-Q4,340101,100,3401
END
check --json
is "$(json '[x["price_list"] for p in ("active/2024/", "active/2024-Q4/", "active/2024-10/", "active/2024-W40/", "quiz/2024-Q4/") for x in d["targets"] if x["target"].startswith(p)]')" \
    '[1680, 420, 140, 140, 90]' 'a price of an account and month is paid for each month; a week costs a month, what is sold by the piece the same'
W=$T/mission
check --json --what-if cancel=active,quiz
is "$(json '[d["what_if"]["before"]["targets"], d["what_if"]["after"]["targets"], d["what_if"]["before"]["hours"], d["what_if"]["after"]["hours"], d["what_if"]["after"]["impossible"]]')" \
    '[7, 1, 1066, 6, 0]' 'what if two are cancelled: targets and hours after'
for lang in zh en; do
    run "$shishu" -C "$W" --lang $lang --today $today check --what-if cancel=active
    is "$rc" 0 "a terminal in $lang"
    golden "check.$lang"
done

# ---- did it fall after the rule? ----
W=$T/trend
cp -a "$T/mission" "$W"
{
    echo indicator,period,unit_code,value,issuer_code
    for month in 06 07; do for unit in 340101 340102 340103; do echo "active,2024-$month,$unit,400,3401"; done; done
    for month in 10 11; do echo "active,2024-$month,340101,200,3401"; done
} >more.csv
imports "$W" targets more.csv
check --json
# June and July 2024 have 20 and 23 working days, 2 x 3 x 40 hours; September to November 21, 23 and 21, 1,066 + 2 x 20 hours; August is on both sides of the day
is "$(json '[(e["in_force_from"], e["kind"], e["periods_before"], e["periods_after"], round(e["hours_a_day_before"], 3), round(e["hours_a_day_after"], 3), e["targets_a_period_before"], e["targets_a_period_after"]) for e in d["burden"]["after_rules"]]')" \
    '[["2024-08-06", "month", 2, 3, 5.581, 17.015, 3, 3]]' 'hours a working day and targets a period before and after the rules of 2024-08-06'

# ---- 300 clicks against 180 ----
clicks=$T/clicks
blank "$clicks"
W=$clicks
table units <<'END'
unit_code,name,level,parent_code,registered
3401,沿河镇,town,,
340101,柳湾村,village,3401,700
340102,河口村,village,3401,650
340103,新圩村,village,3401,1100
END
printf 'app,name\nA,甲\n' >apps.csv
imports "$W" apps apps.csv
printf 'indicator,app,name,counts\nclicks,A,点击量,reads\n' >indicators.csv
imports "$W" indicators indicators.csv
table reports <<'END'
indicator,period,unit_code,value
clicks,2024-08,340101,5
clicks,2024-09,340101,300
clicks,2024-09,340102,180
clicks,2024-09,340103,305
END
table bulletins <<'END'
indicator,kind,frequency,issuer_code,published_at
clicks,rank,monthly,3401,2024-10-02
END
check --json
is "$(json '[(b["told_apart"]["period"], b["told_apart"]["units"], b["told_apart"]["pairs"], b["told_apart"]["distinguishable"], round(b["told_apart"]["dispersion"], 1)) for b in d["bulletins"]]')" \
    '[["2024-09", 3, 3, 2, 5.7]]' '300 clicks of 700 people differ from 180 of 650, which do not from 305 of 1,100; and six clicks a person blur them all'
check --lang en
like "$out" 'of 3 pairs of 3 units, at most 2 can be told apart' 'a terminal says so'
W=$T/mission

# ---- a document before it is issued ----
mkdir tmp
export TMPDIR=$T/tmp
draft() { run "$shishu" --today $today "$@"; }
cat >draft.csv <<'END'
指标编码,周期,区划代码,单位名称,户籍人口,任务数,下达单位,指标名称,计数口径,考核方式
active,2026-12,340123101205,柳湾村,700,3000,340123101,月活跃度,active,排名
active,2026-12,340123101206,河口村,1500,900,340123101,月活跃度,active,排名
END
draft check --draft draft.csv --json
is "$rc" 0 'a draft is judged without a workspace'
is "$(json '[(x["target"], x["possible"], x["advice"], [r["id"] for r in x["rules"] if r["state"] == "hit"]) for x in d["targets"]]')" \
    '[["active/2026-12/340123101205", 700, "cancel", ["ZJ-01", "SR-01", "SR-02"]], ["active/2026-12/340123101206", 1500, "cancel", ["ZJ-01"]]]' \
    'by the people and the basis that stand beside its targets; levels come from the codes'
is "$(t active/2026-12/340123101205 '["price_bulk"]')" 3750 'with the price book'
is "$(find "$TMPDIR" -maxdepth 1 -name 'shishu-draft.*' | wc -l)" 0 'its folder is gone'
cat >draft.csv <<'END'
indicator,period,unit_code,value,issuer_code
active,2024-09,340101,900,3401
active,2024-09,340102,500,3401
END
remember
draft -C "$W" check --draft draft.csv --json
is "$(json 'sorted((x["target"], x["value"], round(x["amplification"], 3)) for x in d["targets"])')" \
    '[["active/2024-09/34", 6000, 1], ["active/2024-09/3401", 6600, 1.1], ["active/2024-09/340101", 900, 0.6], ["active/2024-09/340102", 500, 0.6], ["active/2024-09/340103", 2200, 0.6]]' \
    'beside a workspace: its targets of the same indicator and period tell what was asked above, others are left out'
kept 'a draft changes nothing'
# drafts FILE-TEXT WANT: refused, with the place
drafts() {
    printf "$1" >bad.csv
    draft --lang en check --draft bad.csv
    is "$rc" 3 "a draft that is refused: $2"
    like "$err" "$2" "it says where: $2"
    is "$(find "$TMPDIR" -maxdepth 1 -name 'shishu-draft.*' | wc -l)" 0 'and leaves nothing behind'
}
drafts 'indicator,period,unit_code,value\nA,2026-12,340123101205,3\n' 'bad\.csv, line 2, column counts, "A": the draft does not say what is counted'
drafts 'indicator,period,unit_code,value,counts\nA,2026-12,V1,3,active\n' 'bad\.csv, line 2, column level, "V1": the level of the unit is not known'
drafts 'indicator,period,unit_code,value,counts,registered\nA,2026-12,340123101205,3,active,700\nA,2026-11,340123101205,3,active,800\n' \
    'bad\.csv, line 3, column unit_code, "340123101205": two rows say different things of it'
drafts 'indicator,period,unit_code,value,counts\nA,2026-13,340123101205,3,active\n' 'bad\.csv, line 2, column period, "2026-13"'
drafts 'indicator,period,unit_code,value,counts\nA,2026-12,340123101205,-3,active\n' 'bad\.csv, line 2, column value, "-3"'
drafts 'nothing,here\n1,2\n' 'bad\.csv'
draft check --draft none.csv
is "$rc" 3 'a draft that is not there'
# ---- issuers that are no units, prices, halves ----
W=$T/issuers
blank "$W"
sed -i 's/^wage =.*/wage = 20/' "$W/shishu.ini"
table units <<'END'
unit_code,name,level,parent_code,registered,cadres
3401,沿河镇,town,,3000,6
340101,柳湾村,village,3401,700,6
340102,河口村,village,3401,650,6
340103,新圩村,village,3401,650,6
END
table apps <<'END'
app,name,kind,owner_code,owner_type
A,甲,app,某局,party
B,乙,app,某局,party
END
table indicators <<'END'
indicator,app,name,counts,basis,honest_minutes
reads,A,阅读,reads,informational,1
new,A,新增,new,informational,600
halves,A,录入,entries,informational,1
END
table targets <<'END'
indicator,period,unit_code,value,issuer_code,addressee_type,issuer_type
reads,2025-06,340101,1,某局,,
new,2025-06,340102,5,某局,,
new,2025-06,340102,7,某办,,
new,2025-06,340103,7,某办,,
new,2025-Q3,340101,999999999999999,某办,,
halves,2025-06,3401,100,某局,government,department
halves,2025-06,340101,10,3401,committee,department
halves,2025-06,340102,10,3401,committee,government
halves,2025-06,340103,10,3401,committee,government
END
table prices <<'END'
counts,price,kind,seen_at
reads,0.015,list,2024-01-01
END
check --json
is "$(json '[(x["target"], x["issuer_code"]) for x in d["targets"] if x["target"].startswith("new/2025-06")]')" \
    '[["new/2025-06/340102@某办", "某办"], ["new/2025-06/340102@某局", "某局"], ["new/2025-06/340103", "某办"]]' 'offices that are no units stay the issuers of their targets'
is "$(json '[x["advice"] for x in d["targets"] if x["target"].startswith("new/2025-06")]')" '["merge", "merge", "keep"]' 'two offices that ask a village for the same'
is "$(json '[x["price_list"] for x in d["targets"] if x["target"].startswith("reads")]')" '[0.02]' 'a price that does not say of what it is, is of one'
is "$(json '[r["state"] for x in d["targets"] for r in x["rules"] if x["target"].startswith("reads") and r["id"] == "SR-06"]')" '["hit"]' \
    'honest cost against the price of one, not against the rounded sum'
is "$(json '[r["state"] for x in d["apps"] for r in x["rules"] if r["id"] == "JF-08"]')" '["unknown", "unknown"]' \
    'how many apps there are for staff is not known where no app says whom it is for'
is "$(json '[(i["advice"], [r["id"] for r in i["rules"] if r["id"] == "JF-11"]) for i in d["indicators"] if i["indicator"] == "halves"]')" '[["keep", []]]' \
    'a rule that one of three villages breaks, and the town above, says nothing of the indicator'
is "$(json '[d["totals"]["units_over"], d["totals"]["hours"] >= 9e12]')" '[1, true]' 'hours beyond all measure are not left out'

# ---- the way up goes past an issuer that was asked for nothing ----
W=$T/past
blank "$W"
table units <<'END'
unit_code,name,level,parent_code,registered
34,云川县,county,,180000
3401,沿河镇,town,34,30000
340101,柳湾村,village,3401,700
34010101,一组,group,340101,300
END
printf 'app,name\nA,甲\n' >apps.csv
imports "$W" apps apps.csv
printf 'indicator,app,name,counts\nI,A,活跃,active\n' >indicators.csv
imports "$W" indicators indicators.csv
table targets <<'END'
indicator,period,unit_code,value,issuer_code
I,2025-06,34,100,
I,2025-06,3401,200,34
I,2025-06,34010101,250,340101
END
check --json
is "$(json '[(x["amplification"], [(b["unit_code"], b["level"], b["factor"]) for b in x["amplified_by"]]) for x in d["targets"] if x["target"] == "I/2025-06/34010101"]')" \
    '[[2, [["34", "county", 2], ["3401", "town", 1], ["340101", "village", 1]]]]' 'the factors that are named make up the amplification'

# ---- many targets, of which neither hours nor prices are known ----
W=$T/many
cp -a "$T/past" "$W"
{
    echo indicator,period,unit_code,value,issuer_code
    for year in {2001..2025}; do for month in {01..12}; do for unit in 3401 340101 34010101 34; do echo "I,$year-$month,$unit,9,"; done; done; done
} >targets.csv
imports "$W" targets targets.csv
check --lang en
like "$out" '^1 indicators and 1,200 targets: .*… and 1,190 more' 'thousands are grouped, in the sentence and below the tables'
like "$out" 'How many hours honest work on them takes is unknown\.' 'and what nobody knows is said to be unknown'
check --json
is "$(json '[d["totals"][k] for k in ("figures", "figures_with_hours", "figures_with_price", "hours", "units_over", "price_bulk")]')" \
    '[300, 0, 0, null, null, null]' 'unknown totals are null'
is "$(json 'd["totals"]["cannot_judge"]["en"]')" \
    'No indicator says how many minutes of honest work one of it takes. No bulk price of what is counted is known.' 'and it says why'
check --json --what-if cancel=I
is "$(json '[d["what_if"]["after"][k] for k in ("targets", "hours", "units_over", "price_bulk")]')" '[0, 0, 0, 0]' 'of nothing they are 0'
printf 'indicator,app,name,counts,honest_minutes\nJ,A,答题,quiz,6\n' >indicators.csv
imports "$W" indicators indicators.csv
printf 'indicator,period,unit_code,value\nJ,2025-06,340101,100\n' >targets.csv
imports "$W" targets targets.csv
check --lang en
like "$out" 'Honest work takes 10 hours for the 1 of 301 of which it is known; how many the cadres have is unknown\.' 'some known: of how many'
like "$out" 'Of 301 targets that are not handed further down, hours are known of 1, a bulk price of 0\.' 'and below the table of hours'

# ---- indicators and units that were taken back: their targets wait ----
W=$T/waiting
blank "$W"
imports "$W" apps apps.csv
printf 'unit_code,name,level,registered\n34,云川县,county,180000\n' >units.csv
imports "$W" units units.csv
printf 'unit_code,name,level,parent_code,registered\n3401,沿河镇,town,34,30000\n' >units.csv
imports "$W" units units.csv
printf 'indicator,app,name,counts\nI,A,活跃,active\n' >indicators.csv
imports "$W" indicators indicators.csv
printf 'indicator,app,name,counts\nJ,A,答题,quiz\n' >indicators.csv
imports "$W" indicators indicators.csv
printf 'indicator,period,unit_code,value\nI,2025-06,34,10\nI,2025-06,3401,10\nJ,2025-07,34,10\n' >targets.csv
imports "$W" targets targets.csv
check --lang en
unlike "$out" 'left out' 'nothing is left out'
run "$shishu" -C "$W" import --undo 3
run "$shishu" -C "$W" import --undo 4
check --json
is "$(json '[len(d["targets"]), d["left_out"]]')" '[1, {"no_indicator": 2, "no_unit": 0}]' 'targets that name an indicator that was taken back are counted'
check --json --period 2025-07
is "$(json '[len(d["targets"]), d["left_out"]]')" '[1, {"no_indicator": 0, "no_unit": 0}]' 'of the period alone'
run "$shishu" -C "$W" import --undo 5
check --lang en
like "$out" '^0 indicators and 0 targets: .*\. 3 further targets are left out, since table indicators does not hold what they name\.' 'and said'
W=$T/unit
cp -a "$T/past" "$W"
run "$shishu" -C "$W" import --undo 1
check --json
is "$(json '[len(d["targets"]), d["left_out"]]')" '[0, {"no_indicator": 0, "no_unit": 3}]' 'units likewise'

# ---- totals beyond what can be shared out ----
W=$T/huge
cp -a "$T/past" "$W"
{
    echo indicator,period,unit_code,value,issuer_code
    echo I,2025-08,3401,999999999999999,
    echo I,2025-08,340101,1,
} >targets.csv
imports "$W" targets targets.csv
{
    echo unit_code,name,level,parent_code,registered
    for k in {10..19}; do echo "34$k,镇$k,town,34,1000"; done
} >units.csv
imports "$W" units units.csv
{
    echo indicator,period,unit_code,value,issuer_code
    for k in {10..19}; do echo "I,2025-09,34$k,999999999999999,"; done
} >targets.csv
imports "$W" targets targets.csv
check --json
is "$(json '[(a["total"], a["infeasible"], a["cannot_judge"]["en"], a["units"]) for a in d["allocation"] if a["period"] in ("2025-08", "2025-09")]')" \
    '[[999999999999999, null, "the total is too large", []], [null, null, "the total is too large", []]]' 'what cannot be shared out is null, with the reason'
check --lang en
is "$rc" 0 'on a terminal too'

# ---- an office's own rules ----
W=$T/mission
cat >own.csv <<'END'
id,source,article,severity,test,text_zh,text_en
县-1,云川县减负清单,第三条,high,hit(i.counts = entries and t.value > 10),每月录入任务不超过 10 件,no more than 10 entries a month
END
check --json --rules own.csv
has core 县-1
is "$(json '[i["advice"] for i in d["indicators"] if i["indicator"] == "core"]')" '["cancel"]' 'an own rule of severity high leads to cancel'
printf '%s\n' 'id,source,article,severity,applies,test,text_zh,text_en' \
    '县-2,云川县减负清单,第四条,high,u.cadres < 7,hit(t.value > 10),干部少于 7 人的单位每项不超过 10,at most 10 where there are fewer than 7 cadres' >where.csv
check --json --rules where.csv
is "$(json 'sum(r["id"] == "县-2" and r["state"] == "hit" for x in d["targets"] for r in x["rules"])')" 5 'a rule for units of a kind reads what only its condition names'
{
    echo id,source,article,severity,test,text_zh,text_en
    for k in {1..700}; do echo "县-$k,云川县减负清单,第三条,low,hit(i.counts = entries),不许,no"; done
} >many.csv
check --json --rules many.csv
has core 县-1 县-700
for k in {701..4097}; do echo "县-$k,云川县减负清单,第三条,low,hit(i.counts = entries),不许,no"; done >>many.csv
refused 3 'more rules than a file may hold: the limit and the line' 'many\.csv, line 4098: .*at most 4,096 rules' -- check --rules many.csv
cp own.csv "$W/rules.csv"
check --json
has core 县-1
rm "$W/rules.csv"
sed 's/i.counts/i.count/' own.csv >bad.csv
refused 3 'a rule file that does not hold: place and word' 'bad\.csv, line 2, column test, "7: count"' -- check --rules bad.csv
refused 2 'an indicator to cancel that is none' 'no such indicator' -- check --what-if cancel=other
refused 2 'a what-if of nothing' 'names no indicator' -- check --what-if cancel=,
refused 2 'a what-if that is none' 'cancel=INDICATOR' -- check --what-if drop=active
refused 2 'a period that is none' '"2024-13".*not a period' -- check --period 2024-13
refused 2 'a further word' 'takes no further words' -- check active
W=$T/empty
blank "$W"
refused 3 'nothing to check' 'nothing to check' -- check
done_testing
