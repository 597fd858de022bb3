# shellcheck shell=bash
# tests/cli/county.bash: a county of three villages with targets, reports, logs and two field checks, for the papers. Source it after workspace.bash.
#   county DIR        the workspace, audited after the checks; $now is set
county() {
    local W=$1 unit id real
    now=2026-11-25T04:00:00Z
    blank "$W"
    table() { cat >"$1.csv"; imports "$W" "$1" "$1.csv" "${@:2}"; }
    table apps <<<$'app,name,kind,owner_type,audience\njdydt,监督一点通,mini,party,public'
    table units <<'END'
unit_code,name,level,parent_code,registered,cadres
34,云川县,county,,180000,300
3401,沿河镇,town,34,30000,60
340101,柳湾村,village,3401,700,6
340102,河口村,village,3401,650,6
340103,石桥村,village,3401,1100,6
END
    table indicators <<'END'
indicator,app,name,counts,class,basis,required,consequence,honest_minutes
active,jdydt,月活跃账号,active,other,ranked,,report;deduct,6
quiz,jdydt,反邪教注册并答题,quiz,other,assessed,install,,12
core,jdydt,矛盾调解录入,entries,core,reported,,,30
reg,jdydt,注册账号,registered,other,,,,6
END
    table targets <<'END'
indicator,period,unit_code,value,issuer_code,issued_at
active,2026-09,34,6000,,2026-09-01
active,2026-09,3401,6600,34,2026-09-02
active,2026-09,340101,3000,3401,2026-09-03
active,2026-09,340102,1400,3401,2026-09-03
active,2026-09,340103,2200,3401,2026-09-03
quiz,2026-09,340101,2000,3401,2026-09-03
core,2026-09,340101,12,3401,2026-09-03
reg,2026-09,340101,600,3401,2026-09-03
reg,2026-09,340102,600,3401,2026-09-03
END
    table bulletins <<<$'indicator,kind,frequency,issuer_code,published_at,consequence\nactive,rank,weekly,3401,2026-09-08,report;deduct'
    table reports <<'END'
indicator,period,unit_code,value
active,2026-09,340101,2980
active,2026-09,340102,600
active,2026-09,3401,100
quiz,2026-09,340101,1990
core,2026-09,340101,12
reg,2026-09,340101,598
reg,2026-09,340102,300
END
    {
        echo app,account,unit_code,registered_at,phone
        for i in {0..597}; do printf 'jdydt,a%s,340101,2026-01-01,139%08d\n' "$i" "$i"; done
        for i in {0..299}; do printf 'jdydt,b%s,340102,2026-01-01,138%08d\n' "$i" "$i"; done
    } >accounts.csv
    {
        echo app,account,time,action
        for i in {0..429}; do printf 'jdydt,a%s,2026-09-%02d %02d:%02d:%02d,login\n' "$i" $((1 + i % 28)) $((8 + i % 12)) $((i * 7 % 60)) $((i * 13 % 60)); done
        for i in 0 1 2; do printf 'jdydt,b%s,2026-09-03 09:00:0%s,login\n' "$i" "$i"; done
    } >events.csv
    imports "$W" accounts accounts.csv --to 2026-09-30
    imports "$W" events events.csv --from 2026-09-01 --to 2026-09-30
    imports "$W" prices "$root/rules/prices.csv"
    "$shishu" -C "$W" --now "$now" audit --quiet >/dev/null || not_ok 'audit'
    for unit in 340101:C-0001:12 340102:C-0002:57; do
        IFS=: read -r unit id real <<<"$unit"
        for step in "plan reg/2026-09/$unit --visits 60" "commit $id" "draw $id --seed 352916425113642361540"; do
            # shellcheck disable=SC2086
            "$shishu" -C "$W" --now "$now" --json spotcheck $step >/dev/null || not_ok "$step"
        done
        python3 - "$W/checks/$id/draw.json" "$real" >results.csv <<'END'
import json, sys
drawn = json.load(open(sys.argv[1]))["rounds"][0]["drawn"]
print("key,outcome,reason,inspector1,inspector2,visited_at,recheck")
for again in (False, True):
    for k, x in enumerate(drawn):
        if not again or x["recheck"]:
            real = k < int(sys.argv[2])
            print(x["key"], "real" if real else "not_real", "" if real else "moved away", *(("王", "赵") if again else ("张", "李")),
                  "2026-10-11" if again else "2026-10-10", "yes" if again else "", sep=",")
END
        for step in "record $id results.csv" "estimate $id"; do
            # shellcheck disable=SC2086
            "$shishu" -C "$W" --now "$now" --json spotcheck $step >/dev/null || not_ok "$step"
        done
    done
    now=2026-11-26T04:00:00Z
    "$shishu" -C "$W" --now "$now" audit --quiet >/dev/null || not_ok 'audit after the checks'
}
