#!/usr/bin/env bash
# opt-only
# A workbook of many figures: all of them, each once, in the order of their keys, read from the run in several parts; and stopped on the way.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
blank w
{
    echo unit_code,name,level,parent_code,residents,registered
    echo 34,云川县,county,,,
    for ((u = 1000; u < 2300; u++)); do echo "34$u,村$u,village,34,90,100"; done
} >units.csv
printf 'app,name\njdydt,监督一点通\n' >apps.csv
printf 'indicator,app,name,counts\na-1,jdydt,月活,active\nB,jdydt,阅读,reads\na,jdydt,点赞,likes\n' >indicators.csv
awk 'BEGIN { print "indicator,period,unit_code,value"; split("a B a-1", name, " ")
    for (u = 2299; u >= 1000; u--) for (m = 0; m < 36; m++) for (i = 1; i <= 3; i++)
        printf "%s,%d-%02d,34%d,%d\n", name[i], 2021 + (m * 5) % 36 / 12, (m * 5) % 36 % 12 + 1, u, (u + m) % 140 }' >reports.csv
for table in units apps indicators reports; do imports w $table $table.csv; done
run "$shishu" -C w --now "$now" audit --json
is "$rc $(json 'd["figures"]')" '0 140400' 'an audit'
file=w/runs/$(json 'd["run"]')/figures.parquet
run "$shishu" -C w --lang zh report --format xlsx -o many.xlsx
is "$rc" 0 'its workbook'
python3 "$root/tests/cli/xlsx.py" many.xlsx 数据 >book.json
is "$(python3 - <<'END'
import json
rows = json.load(open("book.json"))["sheets"][0]["rows"]
keys = [(r[4].encode(), r[5], r[1]) for r in rows]
print(len(rows), keys == sorted(keys), len(set(keys)), sum(r[7] for r in rows), sum(r[17] == "超限" for r in rows))
END
)" "140400 True 140400 $(parquet "SELECT CAST(sum(reported) AS BIGINT) || ' ' || count(*) FILTER (verdict = 'impossible') FROM '$file'")" \
    'every figure once, in order, with its number and verdict'
python3 - "$shishu" >said <<'END'
import os, signal, subprocess, sys, time
p = subprocess.Popen([sys.argv[1], "-C", "w", "--lang", "en", "report", "--format", "xlsx", "-o", "stopped.xlsx"], stderr=subprocess.PIPE, text=True)
while not os.path.exists("stopped.xlsx.new") and p.poll() is None:
    time.sleep(0.01)
time.sleep(0.3)
p.send_signal(signal.SIGINT)
print(p.communicate()[1].strip())
print(p.returncode, sorted(f for f in os.listdir(".") if f.startswith("stopped")), [f for f in os.listdir("w") if f.startswith("spill")])
END
is "$(tail -n 1 said)" '130 [] []' 'stopped on the way: nothing is left behind'
like "$(head -n 1 said)" 'stopped as asked' 'and it says so'
done_testing
