#!/usr/bin/env bash
# What a machine can check of the style cheaply.
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
mapfile -t files < <(find src include tests setup examples bench -type f -regex '.*\.\(c\|h\|sh\|py\)' 2>/dev/null | grep -v '^tests/check/style.sh$' | sort)
[ ${#files[@]} -gt 0 ] || skip_all 'no sources yet'
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.[ch]$')
is "$(grep -nE '\b(TODO|FIXME|XXX)\b' "${files[@]}")" '' 'nothing is left to do'
is "$(grep -nP '\t' "${files[@]}")" '' 'no tabs'
is "$(grep -nE '.{151,}' $(printf '%s\n' ${sources[@]+"${sources[@]}"} | grep -v '^tests/'))" '' 'no line of C over 150 columns'
is "$(grep -nE '[[:space:]]+$' "${files[@]}")" '' 'no space at the end of a line'
is "$(grep -nE 'define[ ]+_(GNU|DEFAULT|BSD)_SOURCE' ${sources[@]+"${sources[@]}"} | grep -v '^src/base/os\.c:')" '' 'only base/os.c asks for GNU extensions'
done_testing
