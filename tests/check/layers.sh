#!/usr/bin/env bash
# Includes point down only: to the same room or to one further right in ROOMS; a kernel knows no other kernel but community,
# which is the library's door to igraph; a public header
# needs only public headers. Public headers themselves lie at the bottom, so that any room may use the types in them.
. "$(dirname "$0")/../lib/tap.sh"
ROOMS='cli serve report field chain simulate store rules table kernel stat base'

cd "$root" || exit 1
need src
faults=$(find include src -name '*.[ch]' -print0 | sort -z | LC_ALL=C xargs -0 awk -v rooms="$ROOMS" '
    BEGIN { n = split(rooms, r, " "); for (i = 1; i <= n; i++) depth[r[i]] = i }
    function exists(path,   line, there) { there = (getline line < path) >= 0; close(path); return there }
    function stem(path) { sub(/.*\//, "", path); sub(/\.[ch]$/, "", path); return path }
    function kin(a, b) { return a == b || index(a, b "_") == 1 || index(b, a "_") == 1 }
    function fault(why) { printf "%s:%d: includes %s: %s\n", FILENAME, FNR, name, why }
    FNR == 1 {
        split(FILENAME, part, "/")
        public = part[1] == "include"
        room = public ? "" : part[2]
        if (!public && !(room in depth)) print FILENAME ": src/" room " is no room of the architecture: see ROOMS in tests/check/layers.sh"
        folder = FILENAME
        sub(/\/[^\/]*$/, "", folder)
    }
    match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]*[>"]/) {
        name = substr($0, RSTART, RLENGTH)
        quoted = name ~ /"$/
        gsub(/^[^<"]*[<"]|[>"]$/, "", name)
        if (quoted && exists(folder "/" name)) path = folder "/" name
        else if (exists("src/" name)) path = "src/" name
        else if (exists("include/" name)) path = "include/" name
        else next                                   # the system, or a library
        while (sub(/[^\/]+\/\.\.\//, "", path)) ;
        if (public) { if (path !~ /^include\//) fault("a public header needs public headers only"); next }
        split(path, to, "/")
        target = to[1] == "include" ? "base" : to[2]
        if (depth[target] < depth[room]) fault("src/" room " lies below src/" target)
        if (room == "kernel" && stem(path) != "community" && (target == "kernel" || exists("src/kernel/" stem(path) ".c")) && !kin(stem(FILENAME), stem(path)))
            fault("a kernel knows no other kernel")
    }')
is "$faults" '' 'includes point down only'
done_testing
