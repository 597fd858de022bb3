#!/usr/bin/env bash
# No file over 800 lines and no function over 60, unless a comment that begins with "Long:" gives the reason: in the file's first
# 20 lines; right above the function, or in its first three lines.
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
need src
sources=$(find src include -name '*.[ch]' | sort)
is "$(for f in $sources; do awk -v f="$f" 'NR <= 20 && /Long:/ { ok = 1 } END { if (NR > 800 && !ok) print f ": " NR " lines" }' "$f"; done)" \
    '' 'no file over 800 lines'
is "$(for f in $sources; do awk -v f="$f" '
    /^}/ { if (open && NR - open + 1 > 60 && !reason) printf "%s:%d: %s has %d lines\n", f, open, head, NR - open + 1; open = 0; reason = 0; next }
    open { if (NR <= body + 3 && /Long:/) reason = 1; next }
    /^[ \t]*$/ { reason = 0; start = 0; next }
    /^(\/\*| \*|\/\/)/ { if (/Long:/) reason = 1; start = 0; next }
    /^[A-Za-z_]/ && !start { start = NR; head = $0 }
    (/^{/ || (/^[A-Za-z_ ].*[)] *{ *$/ && !/=/)) && start { open = start; body = NR }
    /[;]$/ && !open { start = 0; reason = 0 }' "$f"; done)" '' 'no function over 60 lines'
done_testing
