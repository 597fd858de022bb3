#!/usr/bin/env bash
# Manual pages and completions: whole, clean for roff, the same when made again, and the completion for bash offers what it should.
. "$(dirname "$0")/../lib/tap.sh"
need "$root/src/cli/docs.c"
if ! make -s --no-print-directory -C "$root" build/shishu build/shishu-docs >"$T/said" 2>&1; then
    not_ok 'shishu-docs is built' "$(cat "$T/said")"
    done_testing
fi
docs=$root/build/shishu-docs

# ---- manual pages ----
run "$docs" man "$T/man"
is "$rc$out$err" 0 'the pages are made'
run "$docs" man "$T/again"
is "$(diff -r "$T/man" "$T/again")" '' 'and are the same when made again'
commands=$("$shishu" help --lang en | sed -n '/^Options/q; s/^  \([a-z][a-z-]*\) .*/\1/p')
like "$commands" 'import' 'help lists the commands'
is "$(ls "$T/man")" "$(for c in $commands; do echo "shishu-$c.1"; done | cat - <(echo shishu.1) | sort)" 'each command has a page, and shishu'
is "$(grep -lP '[^\x00-\x7f]|\t| $' "$T"/man/*)" '' 'pages are ASCII'
missing=''
for page in "$T"/man/*.1; do
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
        grep -q "^\.SH $section\$" "$page" || missing+=" ${page##*/}:$section"
    done
done
is "$missing" '' 'each page has its sections'
missing=''
for c in $commands; do
    for option in $("$shishu" help "$c" --lang en | sed -n '/^Options:/,/^$/s/^  \(--*[A-Za-z-]*\).*/\1/p'); do
        grep -qF "\\fB${option//-/\\-}\\fR" "$T/man/shishu-$c.1" || missing+=" $c:$option"
    done
done
is "$missing" '' 'each page names the options that help names'
like "$(grep -c '^\.SS ' "$T/man/shishu-import.1")" '^11$' 'the page of import has the tables'
is "$(grep -c '^\\fBunit_code\\fR$' "$T/man/shishu-import.1")" 4 'with their columns'
if command -v groff >/dev/null; then
    for page in "$T"/man/*.1; do groff -man -Tutf8 -ww "$page" >"$T/shown" 2>>"$T/warned"; done
    is "$(cat "$T/warned")" '' 'groff has no warning'
    like "$(groff -man -Tutf8 -P-cbou "$T/man/shishu-import.1")" '行政区划.*Also +区划代码' 'Chinese is shown'
else
    skip 'groff has no warning' 'no groff'
fi
if command -v mandoc >/dev/null; then
    is "$(mandoc -T lint "$T"/man/*.1 2>&1)" '' 'mandoc has no warning'
else
    skip 'mandoc has no warning' 'no mandoc'
fi

# ---- completions ----
for shell in bash zsh fish; do
    run "$docs" completion $shell
    is "$rc$err" 0 "completion for $shell"
    cp "$T/.out" "$T/$shell"
    if command -v $shell >/dev/null; then is "$($shell -n "$T/$shell" 2>&1)" '' "is $shell"; else skip "is $shell" "no $shell"; fi
done
. "$T/bash"
is "$(complete -p shishu 2>&1)" 'complete -F _shishu shishu' 'bash knows it'
mkdir -p "files/a folder" && touch "files/units.csv" "files/a b.csv"
cd files || exit 1
offers() {   # the words of the line, as bash splits them; the last is being typed
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _shishu
    local IFS=/
    echo "${COMPREPLY[*]}"
}
all=$(echo $commands | tr ' ' /)
tables=units/apps/indicators/prices/targets/bulletins/documents/forms/reports/accounts/events
is "$(offers shishu '')" "$all" 'commands'
is "$(offers shishu im)" import 'the beginning of a command'
is "$(offers shishu -C folder re)" recount/report 'after the value of an option'
is "$(offers shishu --json --lang zh pur)" purge 'after several'
is "$(offers shishu -C '')" 'a folder' 'folders for -C'
is "$(offers shishu --lang '')" zh/en 'words of an option'
is "$(offers shishu --lang =)" zh/en 'after ='
is "$(offers shishu --lang = z)" zh 'and a letter'
is "$(offers shishu --threads '')" '' 'nothing for a number'
is "$(offers shishu import '')" $tables 'tables'
is "$(offers shishu import a)" apps/accounts 'the beginning of a table'
is "$(offers shishu import --keep-going --set app = x un)" units 'a table after options with ='
is "$(offers shishu import --map level : a = b in)" indicators 'and with :'
is "$(offers shishu import --set app = '')" '' 'nothing for the value of a value'
is "$(offers shishu import units u)" units.csv 'files after a table'
is "$(offers shishu import units units.csv 'a b')" 'a b.csv' 'more files'
is "$(offers shishu import units 'a f')" 'a folder' 'and folders on the way to them'
is "$(offers shishu import --k)" --keep-going 'an option'
is "$(offers shishu import units --u)" --undo 'an option after words'
is "$(offers shishu --v)" --version 'an option without a command'
is "$(offers shishu audit --k)" '' 'not those of other commands'
is "$(offers shishu audit --fail-on '')" impossible/doubtful 'verdicts'
is "$(offers shishu report --format h)" html 'formats'
is "$(offers shishu report -o u)" units.csv 'a file to write'
is "$(offers shishu init '')" 'a folder' 'a folder to make'
is "$(offers shishu help ver)" verify-ledger 'commands after help'
is "$(offers shishu recount '')" '' 'nothing after a command that takes nothing'

# ---- wrong usage ----
cd "$T" || exit 1
for words in '' man 'completion tcsh' 'man a b' 'print x'; do
    # shellcheck disable=SC2086
    run "$docs" $words
    is "$rc$out" 2 "refused: shishu-docs $words"
    like "$err" '^shishu: .*Shells are bash, zsh and fish\.$' 'with what to do'
done
touch "$T/taken"
run "$docs" man "$T/taken"
isnt "$rc" 0 'a folder that cannot be made'
done_testing
