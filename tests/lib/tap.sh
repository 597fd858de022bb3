# shellcheck shell=bash disable=SC2034
# tests/lib/tap.sh: what a test script in tests/cli and tests/check needs. A script begins with
#     . "$(dirname "$0")/../lib/tap.sh"
# and ends with done_testing. It prints TAP, works in its own directory (removed at its end), and may use:
#   $root  the repository    $shishu  the program under test    $shared  published data    $T  the directory we are in
#   run CMD…               runs it; then $out, $err, $rc hold what it printed and its exit status (files: $T/.out, $T/.err)
#   is GOT WANT NAME       equal            isnt GOT WANT NAME     different
#   like TEXT REGEX NAME   matches          unlike TEXT REGEX NAME does not  (extended regular expressions)
#   golden NAME            the last run printed tests/cli/golden/NAME.out; GOLDEN=1 rewrites it (golden NAME err: its stderr)
#   ok NAME · not_ok NAME [WHY] · skip NAME REASON · skip_all REASON (ends the script)
#   need PATH…             ends the script as skipped unless these exist, e.g. need "$shared/cases/counting"
#   unprivileged CMD…      runs it as a user who is not root (CI is root); have_unprivileged says whether that is possible
# A script with a line `# opt-only` is run with the optimised program only, not again with the sanitizers.
set -u
export LC_ALL=C.UTF-8
export PATH=/usr/bin:/bin:$PATH   # the system's python3: a shim of a version manager costs a second a call
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
shared=${SHISHU_SHARED:-$(dirname "$root")/shared}
shishu=${SHISHU:-build/shishu}
[[ $shishu = /* ]] || shishu=$root/$shishu
T=$(mktemp -d "${TMPDIR:-/tmp}/shishu-test.XXXXXX")
cd "$T" || exit 1
tap_count=0 tap_failed=0 tap_done=
out='' err='' rc=0

tap_end() {
    local status=$?
    [ "$tap_done" ] || { tap_count=$((tap_count + 1)); echo "not ok $tap_count - the script ended early, with status $status"; }
    cd / && chmod -R u+rwX "$T" 2>/dev/null
    rm -rf "$T"
}
trap tap_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ok() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1"; }
not_ok() {
    tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/#   /'
}
skip() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }
done_testing() {
    tap_done=yes
    echo "1..$tap_count"
    exit $((tap_failed > 0))
}
skip_all() { skip "$(basename "$0" .sh)" "$1"; done_testing; }
need() {
    local path
    for path; do [ -e "$path" ] || skip_all "$path is not there"; done
}

run() {
    "$@" >"$T/.out" 2>"$T/.err"
    rc=$?
    out=$(tr -d '\0' <"$T/.out") err=$(tr -d '\0' <"$T/.err")
    if grep -qE 'ERROR: (Address|Leak)Sanitizer|: runtime error: ' "$T/.err"; then not_ok "clean under the sanitizers: $*" "$err"; fi
}
is() { if [ "$1" = "$2" ]; then ok "$3"; else not_ok "$3" "got:  $1"$'\n'"want: $2"$'\n'"stderr of the last run: $err"; fi; }
isnt() { if [ "$1" != "$2" ]; then ok "$3"; else not_ok "$3" "got, but should not: $1"; fi; }
like() { if [[ $1 =~ $2 ]]; then ok "$3"; else not_ok "$3" "got:  $1"$'\n'"want: /$2/"$'\n'"stderr of the last run: $err"; fi; }
unlike() { if [[ $1 =~ $2 ]]; then not_ok "$3" "got:  $1"$'\n'"not:  /$2/"; else ok "$3"; fi; }
golden() {
    local kind=${2:-out} file
    file=$root/tests/cli/golden/$1.$kind
    if [ "${GOLDEN:-}" = 1 ]; then
        mkdir -p "$(dirname "$file")"
        cp "$T/.$kind" "$file"
    fi
    if [ ! -e "$file" ]; then
        not_ok "golden $1.$kind" "no ${file#"$root/"}: make golden writes it"
    elif cmp -s "$file" "$T/.$kind"; then
        ok "golden $1.$kind"
    else
        not_ok "golden $1.$kind" "$(diff -u --label "${file#"$root/"}" --label 'printed now' "$file" "$T/.$kind")"
    fi
}

# As root, drop to nobody; a check-out below /root, say, is then out of reach.
unprivileged() { if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi; }
have_unprivileged() { chmod 755 "$T"; unprivileged test -x "$shishu" -a -x "$T" 2>/dev/null; }
