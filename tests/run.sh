#!/usr/bin/env bash
# tests/run.sh [NAME…]: builds, runs every test, and ends with the line `N passed, N failed, N skipped`.
# NAME picks a kind (check, unit, stat, cli, web), a runner (cli/import), or a file (tests/cli/import.sh).
#
#   tests/check/*.sh          once
#   tests/unit/*_test.c, tests/stat/*_test.c, tests/cli/*.sh     with the optimised build, and again with the sanitizers
#                             (not the scripts with a line `# opt-only`)
#   tests/web/*_test.mjs      in a real browser, with the optimised build
# A runner prints TAP (cmocka's, or tests/lib/tap.sh); one that dies, prints no result or fewer than it planned, or fails without
# a `not ok` counts as one failure. GOLDEN=1: see `make golden`. SHISHU_SHARED: published data, default ../shared.
# TEST_TIMEOUT: seconds for one runner, default 1800. TEST_JOBS: runners at once, default 2.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export SHISHU_SHARED=${SHISHU_SHARED:-$(dirname "$root")/shared}
SHISHU_SHARED=$(realpath -m "$SHISHU_SHARED")
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:exitcode=99   # no exit status of ours
export LSAN_OPTIONS=suppressions=$root/tests/lib/lsan.supp:print_suppressions=0:exitcode=99
export UBSAN_OPTIONS=print_stacktrace=1:exitcode=99
unset LANG LANGUAGE LC_MESSAGES
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0 skipped=0

# ---- which runners ----
labels=() commands=() modes=()
add() { labels+=("$1") modes+=("$2") commands+=("$3"); }
wanted() {   # label, file
    local name
    [ ${#names[@]} -gt 0 ] || return 0
    for name in "${names[@]}"; do
        case $name in "$1" | "${1#*/}" | "${1%%/*}" | "$2" | "./$2") return 0 ;; esac
    done
    return 1
}
names=("$@")
shopt -s nullglob
for file in tests/check/*.sh tests/unit/*_test.c tests/stat/*_test.c tests/cli/*.sh tests/web/*_test.mjs; do
    label=${file#tests/}
    label=${label%.*}
    wanted "$label" "$file" || continue
    for mode in opt san; do
        dir=build
        [ $mode = opt ] || dir=build/san
        case $label/$mode in
        check/*/san | web/*/san) ;;
        check/*) add "$label" $mode "bash $file" ;;
        unit/*) add "$label" $mode "$dir/tests/${label#unit/}" ;;
        stat/*) add "$label" $mode "$dir/tests/$label" ;;
        cli/*/san) [ "${GOLDEN:-}" = 1 ] || grep -q '^# opt-only' "$file" || add "$label" $mode "SHISHU=$root/$dir/shishu bash $file" ;;
        web/*) add "$label" $mode "SHISHU=$root/$dir/shishu node $file" ;;
        cli/*) add "$label" $mode "SHISHU=$root/$dir/shishu bash $file" ;;
        esac
    done
done

# ---- build ----
make=(make --no-print-directory)
[[ ${MAKEFLAGS:-} = *jobserver* ]] || make+=("-j$(nproc)")
broken=''
build() {   # mode, make's arguments
    local name=$1
    shift
    if "${make[@]}" "$@" >"$work/build" 2>&1; then
        echo "built  $name"
    else
        grep -v '^\(ar\|cc\|docs\|link\|msgfmt\) [^ ]*$' "$work/build" || true
        echo "FAILED the $name build: its tests are not run"
        failed=$((failed + 1)) broken+=" $name "
    fi
}
[ ${#labels[@]} -gt 0 ] || { echo "no test is called ${names[*]:-anything}"; echo '0 passed, 1 failed, 0 skipped'; exit 1; }
build opt tests
[[ " ${modes[*]} " != *" san "* ]] || build san tests SAN=1

# ---- run, two at a time; print in order ----
start() {   # index
    local begin=$EPOCHREALTIME
    {
        status=0
        timeout -k 10 "${TEST_TIMEOUT:-1800}" env bash -c "${commands[$1]}" </dev/null >"$work/$1.out" 2>&1 || status=$?
        echo "$status $(((${EPOCHREALTIME/./} - ${begin/./}) / 100000))" >"$work/$1.new"
        mv "$work/$1.new" "$work/$1.done"
    } 2>/dev/null &
}
# TAP on stdin; prints: passed failed skipped. cmocka writes a skip as `not ok 3 # SKIP name`, and a plan for each group.
count_tap() {
    awk '{ sub(/^[ \t]+/, "") }
         /^1\.\.0 *# *[Ss][Kk][Ii][Pp]/ { skip++; next }
         /^1\.\.[0-9]+/ { planned += substr($1, 4) }
         /^(not )?ok([ \t]|$)/ { if ($0 ~ /# *[Ss][Kk][Ii][Pp]/) skip++; else if (/^not/) bad++; else good++ }
         END { if (good + bad + skip < planned) { bad++; print "planned " planned ", but only " good + bad + skip - 1 " came" >"/dev/stderr" }
               print good + 0, bad + 0, skip + 0 }'
}
report() {   # index
    local status tenths good bad skip name why=''
    read -r status tenths <"$work/$1.done"
    read -r good bad skip < <(count_tap <"$work/$1.out" 2>"$work/why")
    why=$(cat "$work/why")
    name=${labels[$1]}
    [ "${modes[$1]}" = opt ] || name+=' (san)'
    if [ "$bad" = 0 ] && [ "$status" != 0 ]; then
        bad=1 why="exit status $status without a 'not ok'"
    elif [ $((good + bad + skip)) = 0 ]; then
        bad=1 why='no result'
    fi
    [ "$status" != 124 ] || why="stopped after ${TEST_TIMEOUT:-1800} s"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + skip))
    local seconds=$((tenths / 10)).$((tenths % 10))
    if [ "$bad" -gt 0 ]; then
        echo "---- $name: ${commands[$1]}"
        cat "$work/$1.out"
        printf 'FAILED %-36s %4d passed, %d failed, %d skipped  %s s  %s\n' "$name" "$good" "$bad" "$skip" "$seconds" "$why"
    else
        printf 'ok     %-36s %4d passed  %s s\n' "$name" "$good" "$seconds"
        [ "$skip" = 0 ] || sed -n -E 's/^[[:space:]]*(not )?(ok|1\.\.0)( [0-9]+)?[ -]*(.*)# *SKIP */       skipped: \4/Ip' "$work/$1.out"
    fi
}
running=0 order=() next=0
report_done() {   # those that have finished, as far as all before them have
    while ((next < ${#order[@]})) && [ -e "$work/${order[next]}.done" ]; do
        report "${order[next]}"
        next=$((next + 1))
    done
}
for ((i = 0; i < ${#labels[@]}; i++)); do
    if [[ ${labels[i]} != check/* && $broken = *" ${modes[i]} "* ]]; then continue; fi
    if ((running == ${TEST_JOBS:-2})); then
        wait -n || true
        running=$((running - 1))
    fi
    report_done
    start "$i"
    running=$((running + 1)) order+=("$i")
done
wait
report_done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
