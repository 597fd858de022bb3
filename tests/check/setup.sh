#!/usr/bin/env bash
# setup/install.sh: asks no network when all is there; refuses a package that is not the pinned one; says what to run without root.
# The real network is not touched: npm, apt-get and dpkg-query are stand-ins found first in PATH.
. "$(dirname "$0")/../lib/tap.sh"
mkdir -p repo bin
cp -r "$root/setup" repo/
fake() { printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"; chmod +x "bin/$1"; }
export PATH=$T/bin:$PATH TMPDIR=$T
all_there='shift 3; for p; do echo "installed $p"; done'
fake dpkg-query "$all_there"
fake apt-get 'echo apt-get "$@" >>"$TMPDIR/called"'
fake npm 'echo npm "$@" >>"$TMPDIR/called"; exit 1'
fake sudo 'exit 1'
machine=$(uname -m)
line() { printf '%s  @x/duck  1.0  package/a.txt  lib/a.txt  sha512-%s\n' "$machine" "$1" >repo/setup/npm.txt; }

run repo/setup/install.sh
is "$rc" 1 'npm without an answer: refused'
like "$err" 'could not fetch .*network' 'and says what is the matter'
rm -f called

mkdir -p package && echo content >package/a.txt && tar -czf a.tgz package
fake npm 'echo npm "$@" >>"$TMPDIR/called"; cp "$TMPDIR/a.tgz" ./x-duck-1.0.tgz; echo x-duck-1.0.tgz'
line "$(printf 'another' | sha512sum | head -c 128 | sed 's/../\\x&/g' | xargs -0 printf | base64 -w 0)"
run repo/setup/install.sh
is "$rc" 1 'a package with another hash: refused'
like "$err" '@x/duck@1.0 is not the package that setup/npm.txt pins' 'and says so'
is "$(find repo/build -type f 2>/dev/null)" '' 'and nothing of it is installed'

line "$(printf '%b' "$(sha512sum <a.tgz | head -c 128 | sed 's/../\\x&/g')" | base64 -w 0)"
run repo/setup/install.sh
is "$rc:$(cat repo/build/deps/lib/a.txt)" '0:content' 'the pinned package: installed'
rm -f called
run repo/setup/install.sh
is "$rc$out$err$(cat called 2>/dev/null)" 0 'a second run says nothing and calls neither npm nor apt-get'
echo longer >>repo/build/deps/lib/a.txt
run repo/setup/install.sh
is "$(cat repo/build/deps/lib/a.txt)" content 'a file of another size is fetched anew'
sed -i 's/1\.0/1.1/' repo/setup/npm.txt
rm -f called
run repo/setup/install.sh
like "$(cat called)" 'duck@1.1' 'a new version in npm.txt is fetched'
is "$(ls -A repo/build/deps/lib)" a.txt 'no half file is left'

fake dpkg-query 'shift 3; for p; do [ "$p" = gettext ] || echo "installed $p"; done; exit 1'
fake id 'echo 1000'
run repo/setup/install.sh
is "$rc" 1 'a package is missing and we are not root: refused'
like "$err" 'apt-get install -y --no-install-recommends gettext$' 'and names the command for exactly what is missing'
fake id 'echo 0'
rm -f called
run repo/setup/install.sh
is "$rc" 0 'as root it is installed'
like "$(cat called)" 'install gettext$' 'and only that'
sed -i "s/^$machine/other/" repo/setup/npm.txt
run repo/setup/install.sh
like "$rc $err" "^1 .*no DuckDB is pinned for a $machine" 'a machine that npm.txt does not know: refused'
done_testing
