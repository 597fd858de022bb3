#!/usr/bin/env bash
# An interrupt while the program is starting: exit status 130 as later, not death by the signal. A library that is loaded first sends it.
# opt-only
. "$(dirname "$0")/../lib/tap.sh"
[ "$(uname)" = Linux ] || skip_all 'LD_PRELOAD is for Linux'
cc=$(command -v cc || command -v gcc || command -v clang) || skip_all 'no compiler'
status() { python3 -c 'import os, subprocess, sys
p = subprocess.run(sys.argv[2:], env={**os.environ, "LD_PRELOAD": sys.argv[1]}, stdout=subprocess.DEVNULL)
print(p.returncode)' "$@"; }   # -2: killed by signal 2
for signal in SIGINT SIGTERM; do
    printf '#include <signal.h>\n__attribute__((constructor)) static void early(void) { raise(%s); }\n' $signal >$signal.c
    "$cc" -shared -fPIC -o $signal.so $signal.c || skip_all 'the compiler makes no library'
    is "$(status "$T/$signal.so" "$shishu" help)" 130 "$signal while libraries start"
done
done_testing
