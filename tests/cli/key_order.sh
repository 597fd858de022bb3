#!/usr/bin/env bash
# opt-only
# figures.parquet in the order of its keys, bytes compared, over several row groups: DuckDB writes one a 122,880 rows, and threads write them.
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
awk 'BEGIN { print "indicator,period,unit_code,value"; split("a B a-1", name, " ")   # no key at its place
    for (u = 2299; u >= 1000; u--) for (m = 0; m < 36; m++) for (i = 1; i <= 3; i++)
        printf "%s,%d-%02d,34%d,%d\n", name[i], 2021 + (m * 5) % 36 / 12, (m * 5) % 36 % 12 + 1, u, (u + m) % 140 }' >reports.csv
for table in units apps indicators reports; do imports w $table $table.csv; done
for threads in 1 4; do
    run "$shishu" -C w --now "$now" --threads $threads audit --json
    is "$rc $(json 'd["figures"]')" '0 140400' "an audit with $threads threads"
    file=w/runs/$(json 'd["run"]')/figures.parquet
    is "$(parquet "SELECT count(*) > 1 FROM (SELECT DISTINCT row_group_id FROM parquet_metadata('$file'))")" true 'its figures take several row groups'
    is "$(parquet "SELECT count(*), count(DISTINCT k), count_if(k <= before) FROM (SELECT k, lag(k) OVER (ORDER BY file_row_number) AS before
        FROM (SELECT (indicator, period, unit_code) AS k, file_row_number FROM read_parquet('$file', file_row_number = true)))")" 140400,140400,0 \
        'each stands after the one before it'
    cp "$file" "$threads.parquet"
done
cmp -s 1.parquet 4.parquet && ok 'and the bytes are the same' || not_ok 'and the bytes are the same'
done_testing
