# shellcheck shell=bash
# tests/cli/workspace.bash: what the scripts of this folder share. Source it after tap.sh.
#   made DIR                 a workspace with units, apps, indicators (one app, jdydt); a copy, so it costs nothing
#   imports DIR TABLE …      imports and fails the test when that fails
#   state DIR                a digest of all that a workspace holds: files by hash, folders, the ledger's rows
#   kept NAME                $W has the state that `remember` saw
#   json EXPRESSION          Python on d, the JSON that the last run printed: json 'd["rows"]'
#   refused CODE NAME REGEX… -- ARGUMENTS…    the program ends with CODE, says every REGEX, prints nothing on stdout, changes nothing in $W
#   parquet SQL              rows from DuckDB, as CSV without a header
W=
now='2024-07-01T00:00:00Z'
duck=$root/tests/reference/duck.py

blank() { "$shishu" init "$1" --quiet >/dev/null || not_ok "init $1"; }
made() {
    if [ ! -d "$T/.made" ]; then
        cat >"$T/.units.csv" <<'END'
unit_code,name,level,parent_code,residents,registered
34,云川县,county,,,
3401,沿河镇,town,34,,
340101,柳湾村,village,3401,420,700
340102,河口村,village,3401,50,
END
        printf 'app,name\njdydt,监督一点通\n' >"$T/.apps.csv"
        printf 'indicator,app,name,counts\nactive,jdydt,月活,active\nreads,jdydt,阅读,reads\n' >"$T/.indicators.csv"
        blank "$T/.made"
        local table
        for table in units apps indicators; do "$shishu" -C "$T/.made" import $table "$T/.$table.csv" --quiet >/dev/null || not_ok "import $table"; done
    fi
    rm -rf "$1"
    cp -a "$T/.made" "$1"
}
imports() {
    local dir=$1
    shift
    run "$shishu" -C "$dir" --now "$now" import "$@"
    [ "$rc" = 0 ] || not_ok "import $*" "$err"
}
# What was hashed once is looked up while no file's size, change time or inode moved. The ledger's bytes may move by a checkpoint alone, so it
# counts as unchanged when its rows are; its bytes are looked at first, since that is quick.
state() {
    local moved
    moved=$(cd "$1" && find . -type d -printf '%p/\n' -o -type f ! -name lock ! -name '*-shm' -printf '%p %s %C@ %i\n' | LC_ALL=C sort | md5sum)
    moved=$T/.state-${moved%% *}
    if [ ! -e "$moved" ]; then
        {
            (cd "$1" && find . -type d | sort && find . -type f ! -name lock ! -name 'ledger.db*' | sort | tr '\n' '\0' | xargs -0 -r sha256sum) | sha256sum
            ledger_state "$1"
        } >"$moved"
    fi
    cat "$moved"
}
ledger_state() {
    local bytes rows
    bytes=$(cat "$1/ledger.db" "$1/ledger.db-wal" 2>/dev/null | sha256sum | cut -c1-32)
    if [ ! -e "$T/.ledger-$bytes" ]; then
        rows=$(python3 - "$1" <<'END'
import hashlib, os, shutil, sqlite3, sys, tempfile
with tempfile.TemporaryDirectory() as copy:            # a copy: opening a database in WAL mode writes to its folder
    for name in os.listdir(sys.argv[1]):
        if name.startswith("ledger.db") and not name.endswith("-shm"):
            shutil.copy(os.path.join(sys.argv[1], name), copy)
    try:
        text = "\n".join(sqlite3.connect(os.path.join(copy, "ledger.db")).iterdump())
    except sqlite3.DatabaseError:                      # damaged on purpose
        text = "damaged"
print(hashlib.sha256(text.encode()).hexdigest())
END
        )
        echo "$rows" >"$T/.ledger-$bytes"
    fi
    cat "$T/.ledger-$bytes"
}
remember() { remembered=$(state "$W"); }
kept() { is "$(state "$W")" "$remembered" "$1: the workspace is as it was"; }
json() { python3 -c 'import json, sys
try:
    d = json.load(open(sys.argv[2], encoding="utf-8"))
    v = eval(sys.argv[1])
    print(json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list, bool)) or v is None else v)
except Exception as e:
    print(f"no answer to {sys.argv[1]}: {e!r}")' "$1" "$T/.out"; }
refused() {
    local code=$1 name=$2 why='' pattern before
    shift 2
    local wanted=()
    while [ "$1" != -- ]; do wanted+=("$1"); shift; done
    shift
    before=$(state "$W")
    run "$shishu" -C "$W" --now "$now" "$@"
    [ "$rc" = "$code" ] || why+="exit status $rc, not $code"$'\n'
    [ ! -s "$T/.out" ] || why+="stdout: $out"$'\n'
    for pattern in "${wanted[@]}"; do [[ $err =~ $pattern ]] || why+="the message lacks /$pattern/"$'\n'; done
    [ "$before" = "$(state "$W")" ] || why+="the workspace was changed"$'\n'
    if [ -z "$why" ]; then ok "$name"; else not_ok "$name" "$why$err"; fi
}
parquet() { python3 "$duck" "$@" | tail -n +2; }
