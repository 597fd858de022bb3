#!/usr/bin/env bash
# Tables from databases: SQLite, DuckDB, a real MariaDB and a real PostgreSQL, started here as other users (skipped where there are none). The figures are
# those of the same rows as CSV; what goes wrong on the way is told, and nothing of it stays.
. "$(dirname "$0")/../lib/tap.sh"
. "$root/tests/cli/workspace.bash"
export PYTHONDONTWRITEBYTECODE=1
python3 - <<'END'
import csv, random, sqlite3
r = random.Random(4)
people = [(f"u{i}", "340101" if i % 3 else "340102", f"139{r.randint(0, 10**8 - 1):08d}", "2024-03-01 08:00:00") for i in range(300)]
log = [(f"u{r.randint(0, 320)}", f"2024-05-{r.randint(1, 31):02d} {r.randint(0, 23):02d}:10:00", r.choice(["login", "read"]), r.choice(["公告,一", 'a "b"', "two\nlines", None]),
        r.choice([None, 5, 61])) for _ in range(20000)]
reports = [("active", "2024-05", "340101", 190), ("reads", "2024-05", "3401", 9000)]
db = sqlite3.connect("county.sqlite")
for name, columns, rows in (("accounts", "account,unit_code,phone,registered_at", people), ("events", "account,time,action,object,seconds", log),
                            ("reports", "indicator,period,unit_code,value", reports)):
    with open(name + ".csv", "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(columns.split(","))
        w.writerows(rows)
    db.execute(f"CREATE TABLE {name} ({columns})")
    db.executemany(f"INSERT INTO {name} VALUES ({','.join('?' * len(rows[0]))})", rows)
db.execute("CREATE TABLE bare (account, time, action)")
db.execute("CREATE TABLE other (a, b)")
db.execute("INSERT INTO other VALUES (1, 2)")
db.execute("CREATE TABLE holes (account, time, action)")
db.executemany("INSERT INTO holes VALUES (?,?,?)", [("u1", "2024-05-01 10:00:00", "read"), (None, "2024-05-02 10:00:00", "read"), ("u2", "noon", "read")])
db.commit()
END
cut -d, -f3 accounts.csv | tail -n +2 >phones   # eleven digits that look like one turn up by chance in a hash
# booleans and tuples as JSON writes them
json() { python3 -c "import json,sys; d=json.load(open('$T/.out')); v=$1; print(json.dumps(v) if isinstance(v, bool) else '(' + ', '.join(json.dumps(x) for x in v) + ')' if isinstance(v, tuple) else v)"; }
figures() {
    run "$shishu" -C "$1" --now "$now" recount --json
    json '[[f["figure"], f["reported"], f["counted"], f["coverage"], f["verdict"]] for f in d["figures"]]'
}
made csv
for table in accounts events reports; do imports csv $table $table.csv; done
want=$(figures csv)
like "$want" 'jdydt|active' 'the figures from CSV'

# same NAME SOURCE [OPTIONS]: the three tables from there make the same figures
same() {
    local name=$1 source=$2 table
    shift 2
    made "$name"
    for table in accounts events reports; do imports "$name" $table "$source" "$@"; done
    is "$(figures "$name")" "$want" "$name: the same figures"
    run "$shishu" -C "$name" --now "$now" import events "$source" "$@" --json
    is "$rc $(json 'd["already_imported"], d["rows"]')" '0 (true, 20000)' "$name: the same rows again change nothing"
    grep -rqaFf phones "$name" && not_ok "$name: no phone stays" || ok "$name: no phone stays"
    run "$shishu" -C "$name" verify-ledger
    is "$rc" 0 "$name: the ledger holds"
}
# a new workspace w; untouched: nothing but refused imports went there since
untouched=
fresh() {
    made w
    untouched=
}
# wrong NAME CODE REGEX SOURCE [OPTIONS]
wrong() {
    local name=$1 code=$2 say=$3
    shift 3
    W=w
    [ "$untouched" ] || fresh   # what was refused left it as it was
    untouched=yes
    refused "$code" "$name" "$say" -- import events "$@"
}

# soon COMMAND…: waits until it prints 1, a minute at most
soon() { for _ in $(seq 300); do [ "$("$@" 2>/dev/null)" = 1 ] && return; sleep 0.2; done; not_ok "soon: $*"; }

# drawn NAME SOURCE [OPTIONS]: on a terminal, rows and rate are shown; a share and the time left too when all of a table is read
drawn() {
    local name=$1 regex='Importing [1-9][0-9,]* rows, [0-9,]+ a second +[0-9]+:[0-9]{2}'
    [ $# -gt 2 ] || regex='Importing █*·+  [1-9][0-9,]* rows, [0-9,]+ a second  +[0-9]+ %  [0-9]+:[0-9]{2} left'
    shift
    fresh
    is "$(python3 "$root/tests/cli/bar.py" "$regex" 60 "$shishu" -C w --now "$now" --lang en import events "$@")" 'shown 130' "$name"
}
# says LANGUAGE LOCALE NAME REGEX SOURCE [OPTIONS]: what is said in LANGUAGE, whatever the environment speaks
says() {
    local lang=$1 locale=$2 name=$3 say=$4
    shift 4
    run env -u LC_ALL LANG="$locale" LANGUAGE="${locale%.*}" "$shishu" -C w --lang "$lang" import events "$@"
    like "$rc $err" "^3 .*$say" "$name"
    [ "$lang" = zh ] || is "$(LC_ALL=C grep -c $'[\xe4-\xe9]' .err)" 0 "$name: nothing of it in Chinese"   # first bytes of Chinese characters
}
# in_both SOURCE: a refusal in both languages, each under the locale of the other
in_both() {
    local kind=${1%%:*}
    fresh
    says en zh_CN.UTF-8 "$kind: English in a Chinese environment" 'refused the query: it has no such table' "$1" --query 'SELECT * FROM absent'
    says en zh_CN.UTF-8 "$kind: a column" 'no such column' "$1" --query 'SELECT wrong FROM holes'
    says en zh_CN.UTF-8 "$kind: no SQL" 'SQL is written wrongly' "$1" --query 'hello'
    says zh en_US.UTF-8 "$kind: Chinese in an English environment" '数据库拒绝了查询：没有这张表' "$1" --query 'SELECT * FROM absent'
}

# faults SOURCE: what goes wrong alike in every database
faults() {
    local s=$1 kind=${1%%:*}
    wrong "$kind: other columns" 3 'account' "$s" --query 'SELECT a, b FROM other'
    wrong "$kind: a table of no rows" 3 'no rows|no record|only a header|header only|holds nothing' "$s" --query 'SELECT account, time, action FROM bare'
    wrong "$kind: a key that is NULL" 3 'line 3, column account' "$s" --query 'SELECT account, time, action FROM holes'
    wrong "$kind: a time that is none" 3 'column time, "noon"' "$s" --query "SELECT account, time, action FROM holes WHERE account = 'u2'"
    wrong "$kind: no such column" 3 'refused the query' "$s" --query 'SELECT wrong FROM holes'
    wrong "$kind: no such table" 3 'refused the query' "$s" --query 'SELECT * FROM absent'
    wrong "$kind: no SQL" 3 'refused the query' "$s" --query 'hello'
    wrong "$kind: two statements" 3 'refused the query|one statement' "$s" --query 'SELECT account, time, action FROM holes; DROP TABLE holes'
    wrong "$kind: no SELECT" 3 'refused the query|no SELECT' "$s" --query 'DELETE FROM holes'
}

same sqlite "sqlite:$T/county.sqlite"
faults "sqlite:$T/county.sqlite"
wrong 'sqlite: no such file' 3 'no such file' sqlite:absent.sqlite
printf 'this is no database, but long enough to look at%4000s' x >text.sqlite
wrong 'sqlite: another file' 3 'database' sqlite:text.sqlite

python3 - "$root" <<'END'
import sys, ctypes, os, sqlite3
sys.path.insert(0, sys.argv[1] + "/tests/reference")
import duck
lib = duck.Duck().lib
db, con = ctypes.c_void_p(), ctypes.c_void_p()
assert not lib.duckdb_open(b"county.duckdb", ctypes.byref(db)) and not lib.duckdb_connect(db, ctypes.byref(con))
for sql in ("CREATE TABLE accounts AS FROM read_csv('accounts.csv', all_varchar = true)", "CREATE TABLE events AS SELECT * REPLACE (time::TIMESTAMP AS time, seconds::INT AS seconds) FROM read_csv('events.csv', all_varchar = true)",
            "CREATE TABLE reports AS FROM read_csv('reports.csv', all_varchar = true)", "CREATE TABLE bare (account VARCHAR, time TIMESTAMP, action VARCHAR)",
            "CREATE TABLE other AS SELECT 1 a, 2 b", "CREATE TABLE holes AS FROM (VALUES ('u1', '2024-05-01 10:00:00', 'read'), (NULL, '2024-05-02 10:00:00', 'read'), ('u2', 'noon', 'read')) t(account, time, action)",
            "CREATE VIEW peek AS SELECT content AS account, now() AS time, 'read' AS action FROM read_text('accounts.csv')"):
    result = duck.Result()
    assert not lib.duckdb_query(con, sql.encode(), ctypes.byref(result)), lib.duckdb_result_error(ctypes.byref(result))
lib.duckdb_disconnect(ctypes.byref(con)), lib.duckdb_close(ctypes.byref(db))
assert not lib.duckdb_open(b"big.duckdb", ctypes.byref(db)) and not lib.duckdb_connect(db, ctypes.byref(con))
result = duck.Result()
lib.duckdb_query(con, b"CREATE TABLE events AS SELECT 'u1' AS account, TIMESTAMP '2024-05-01' AS time, 'read' AS action FROM range(6000000)", ctypes.byref(result))
lib.duckdb_disconnect(ctypes.byref(con)), lib.duckdb_close(ctypes.byref(db))
db = sqlite3.connect("big.sqlite")
db.execute("CREATE TABLE events (account, time, action)")
db.execute("INSERT INTO events WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t WHERE i < 3000000) SELECT 'u1', '2024-05-01 08:00', 'read' FROM t")
db.commit()
END
drawn 'duckdb: how much of a table is read' duckdb:big.duckdb
drawn 'duckdb: how much of a query is read' duckdb:big.duckdb --query 'SELECT * FROM events'
drawn 'sqlite: how much of a table is read' sqlite:big.sqlite
drawn 'sqlite: how much of a query is read' sqlite:big.sqlite --query 'SELECT * FROM events'
same duckdb "duckdb:$T/county.duckdb"
faults "duckdb:$T/county.duckdb"
wrong 'duckdb: no such file' 3 'no such file' duckdb:absent.duckdb
wrong 'duckdb: another file' 3 'cannot be opened' duckdb:text.sqlite
wrong 'duckdb: a view of another file is not followed' 3 'refused the query' "duckdb:$T/county.duckdb" --query 'SELECT * FROM peek'

# ---- MariaDB ----
chmod 755 "$T"
mysql_part() {
    command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null || { skip 'a real MariaDB' 'no mariadbd'; return; }
    local owner db=$T/my
    owner=$([ "$(id -u)" = 0 ] && echo mysql || id -un)
    mkdir "$db" "$db/tmp" && chmod 777 "$db" "$db/tmp"   # a server that starts removes the temporary tables of all others in its tmpdir
    maria() { if [ "$(id -u)" = 0 ]; then runuser -u mysql -- "$@"; else "$@"; fi; }
    maria mariadb-install-db --no-defaults --datadir="$db/data" --tmpdir="$db/tmp" --auth-root-authentication-method=normal >"$T/my.log" 2>&1 || { not_ok 'mariadb-install-db' "$(grep -E 'ERROR|rror:' "$T/my.log")"; return; }
    start_maria() {
        maria mariadbd --no-defaults --datadir="$db/data" --tmpdir="$db/tmp" --socket="$db/s" --pid-file="$db/pid" --skip-networking --innodb-buffer-pool-size=64M >"$T/my.log" 2>&1 &
        soon my_sql 'SELECT 1'
    }
    my_sql() { mariadb --no-defaults -u root -S "$db/s" -N -B -e "$1"; }
    local sending="SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT * FROM (SELECT concat%'"   # for long: 20 M rows
    start_maria
    {
        echo "CREATE DATABASE county CHARACTER SET utf8mb4; USE county; CREATE TABLE accounts (account varchar(20), unit_code varchar(20), phone varchar(20), registered_at datetime);
        CREATE TABLE events (account varchar(20), time datetime, action varchar(20), object varchar(40), seconds int); CREATE TABLE reports (indicator varchar(20), period varchar(20), unit_code varchar(20), value int);
        CREATE TABLE bare (account text, time datetime, action text); CREATE TABLE other AS SELECT 1 a, 2 b; CREATE TABLE holes (account text, time text, action text);
        INSERT INTO holes VALUES ('u1', '2024-05-01 10:00:00', 'read'), (NULL, '2024-05-02 10:00:00', 'read'), ('u2', 'noon', 'read');
        CREATE USER reader@localhost IDENTIFIED BY 'pw-7391'; GRANT SELECT ON county.* TO reader@localhost;"
        python3 - <<'END'
import sqlite3
db = sqlite3.connect("county.sqlite")
for table in ("accounts", "events", "reports"):
    rows = db.execute(f"SELECT * FROM {table}").fetchall()
    for i in range(0, len(rows), 1000):
        print(f"INSERT INTO {table} VALUES " + ",".join("(" + ",".join("NULL" if v is None else str(v) if isinstance(v, int) else "'" + v.replace("\\", "\\\\").replace("'", "''") + "'" for v in r) + ")" for r in rows[i:i + 1000]) + ";")
END
    } | mariadb --no-defaults --default-character-set=utf8mb4 -u root -S "$db/s" 2>maria.err || not_ok "the tables are in MariaDB" "$(tail -n 2 maria.err)"
    local M="mysql:socket=$db/s dbname=county user=root"
    same mysql "$M"
    faults "$M"
    in_both "$M"
    wrong 'mysql: nobody answers' 3 'does not answer' "mysql:socket=$db/absent dbname=county"
    wrong 'mysql: a password on the command line' 2 'password' "$M password=pw-7391"
    wrong 'mysql: a connection written wrongly' 2 'written wrongly' 'mysql:hots=x'
    wrong 'mysql: the wrong password' 3 'does not answer' "mysql:socket=$db/s dbname=county user=reader"
    fresh
    rm -rf before
    MYSQL_PWD=pw-7391 imports w events "mysql:socket=$db/s dbname=county user=reader"
    grep -rq 'pw-7391' w && not_ok 'mysql: no password stays' || ok 'mysql: no password stays'
    local slow="SELECT concat('u', seq) AS account, timestampadd(second, seq % 1000000, '2024-05-01') AS time, 'read' AS action FROM seq_1_to_20000000"
    fresh
    rm -rf before
    cp -a w before
    "$shishu" -C w --now "$now" import events "$M" --query "$slow" >.out 2>.err &
    local job=$!
    soon my_sql "$sending"
    kill -KILL "$(cat "$db/pid")"
    wait $job
    rc=$? err=$(cat .err)
    is "$rc" 4 'mysql: the server is killed in the middle: exit status'
    like "$err" 'connection to the database was lost' 'and says so'
    is "$(state w)" "$(state before)" 'and nothing stays'
    start_maria
    "$shishu" -C w --now "$now" import events "$M" --query "$slow" >.out 2>.err &
    job=$!
    soon my_sql "$sending"
    kill -INT $job
    wait $job
    is "$?" 130 'mysql: Ctrl-C in the middle'
    is "$(state w)" "$(state before)" 'and nothing stays of that'
    my_sql "CREATE DATABASE big; USE big; CREATE TABLE events ENGINE = MyISAM AS SELECT 'u1' AS account, '2024-05-01 08:00:00' AS time, 'read' AS action FROM seq_1_to_3000000"
    drawn 'mysql: how much of a table is read' "mysql:socket=$db/s dbname=big user=root"
    drawn 'mysql: how much of a query is read' "$M" --query "$slow"
    kill -KILL "$(cat "$db/pid")"
}
mysql_part

# ---- PostgreSQL ----
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
[ -n "$bin" ] && [ -x "$bin/initdb" ] || { skip 'a real PostgreSQL' 'no /usr/lib/postgresql/*/bin'; done_testing; }
mkdir "$T/pg" && chmod 777 "$T/pg"
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
pg() { as "$bin/pg_ctl" -D "$T/pg/data" -l "$T/pg/log" -w -t 60 "$@" >/dev/null 2>&1; }
owner=$([ "$(id -u)" = 0 ] && echo postgres || id -un)
as "$bin/initdb" -D "$T/pg/data" -U "$owner" -A trust -E UTF8 --locale=C.UTF-8 >/dev/null 2>&1 || { not_ok 'initdb' "$(as "$bin/initdb" -D "$T/pg/data2" 2>&1 | tail -3)"; done_testing; }
pg -o "-k $T/pg -c listen_addresses=''" start || { not_ok 'a server starts' "$(cat "$T/pg/log")"; done_testing; }
trap 'pg -m immediate stop; tap_end' EXIT
P="host=$T/pg dbname=postgres user=$owner"
sql() { as psql -q -h "$T/pg" -d postgres -v ON_ERROR_STOP=1 "$@" 2>&1; }
{
    echo 'CREATE TABLE accounts (account text, unit_code text, phone text, registered_at timestamp); CREATE TABLE events (account text, time timestamp, action text, object text, seconds int);
    CREATE TABLE reports (indicator text, period text, unit_code text, value numeric); CREATE TABLE bare (account text, time timestamp, action text); CREATE TABLE other AS SELECT 1 a, 2 b;
    CREATE TABLE holes (account text, time text, action text);'
    echo "INSERT INTO holes VALUES ('u1', '2024-05-01 10:00:00', 'read'), (NULL, '2024-05-02 10:00:00', 'read'), ('u2', 'noon', 'read');"
    for table in accounts events reports; do
        echo "COPY $table FROM STDIN WITH (FORMAT csv, HEADER true);"
        cat $table.csv
        echo '\.'
    done
} | sql >psql.out
[ -s psql.out ] && not_ok 'the tables are in PostgreSQL' "$(head -3 psql.out)"
same postgres "postgres:$P"
faults "postgres:$P"
in_both "postgres:$P"
says en zh_CN.UTF-8 'postgres: the words of its library in English' 'connection to server on socket.*does not answer' "postgres:host=$T/absent dbname=postgres"
says zh en_US.UTF-8 'postgres: in Chinese, where it has them' '数据库没有应答' "postgres:host=$T/absent dbname=postgres"
wrong 'postgres: nobody answers' 3 'does not answer' "postgres:host=$T/absent dbname=postgres"
wrong 'postgres: a password on the command line' 2 'password' "postgres:$P password=pw-7391"
wrong 'postgres: a password in a URI' 2 'password' 'postgres://u:pw-7391@localhost/x'
wrong 'postgres: a connection written wrongly' 2 'written wrongly' 'postgres:host'
unlike "$(cat w/ledger.db | tr -d '\0')" 'pw-7391' 'no password in the ledger'
wrong 'postgres: nothing is written' 3 'read-only|refused' "postgres:$P" --query "WITH gone AS (DELETE FROM other RETURNING a) SELECT a::text AS account, now() AS time, 'read' AS action FROM gone"
is "$(sql -t -A -c 'SELECT count(*) FROM other')" 1 'postgres: and nothing is gone'
sending="SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY (SELECT ''u''%'"
# many rows, in the middle of which the server goes away, or we do
slow="SELECT 'u' || i AS account, timestamp '2024-05-01' + i * interval '1 ms' AS time, 'read' AS action FROM generate_series(1, 20000000) i"
sql -c "CREATE SCHEMA big; CREATE UNLOGGED TABLE big.events AS SELECT 'u1' AS account, timestamp '2024-05-01' AS time, 'read' AS action FROM generate_series(1, 3000000)" \
    -c 'ANALYZE big.events'
drawn 'postgres: how much of a table is read' "postgres:$P options=-csearch_path=big"
drawn 'postgres: how much of a query is read' "postgres:$P" --query "$slow"
fresh
rm -rf before
cp -a w before
"$shishu" -C w --now "$now" import events "postgres:$P" --query "$slow" >.out 2>.err &
job=$!
soon sql -t -A -c "$sending"
pg -m fast stop
wait $job
rc=$? err=$(cat .err)
is "$rc" 4 'postgres: the server is stopped in the middle: exit status'
like "$err" 'connection to the database was lost' 'and says so'
is "$(state w)" "$(state before)" 'and nothing stays'
pg -o "-k $T/pg -c listen_addresses=''" start
"$shishu" -C w --now "$now" import events "postgres:$P" --query "$slow" >.out 2>.err &
job=$!
soon sql -t -A -c "$sending"
kill -INT $job
wait $job
is "$?" 130 'postgres: Ctrl-C in the middle'
is "$(state w)" "$(state before)" 'and nothing stays of that'
for _ in 1 2 3 4 5; do
    left=$(sql -t -A -c "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%'")
    [ "$left" = 0 ] || sleep 1
done
is "$left" 0 'and the server does not go on working for us'
made again
imports again events "postgres:$P"
is "$(run "$shishu" -C again --json; json 'd["imports"][-1]["rows"]')" 20000 'postgres: after a restart it goes on'
done_testing
