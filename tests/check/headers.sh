#!/usr/bin/env bash
# Each header compiles alone, as C with all warnings; a public one also with nothing but include/ in reach, and as C++.
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
need include/shishu
eval "flags=($(make -s --no-print-directory print-COMPILE))"
public=(-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -pedantic -Iinclude)
cxx=$(command -v g++ || command -v clang++)

alone() {   # name, header, compiler and flags
    local name=$1 header=$2 said
    shift 2
    if said=$(printf '#include "%s"\nextern int shi_not_empty;\n' "$header" | "$@" -fsyntax-only - 2>&1); then
        ok "$name"
    else
        not_ok "$name" "$said"
    fi
}
for header in include/shishu/*.h; do
    alone "$header as C" "${header#include/}" "${flags[0]}" "${public[@]}" -x c
    if [ "$cxx" ]; then
        alone "$header as C++" "${header#include/}" "$cxx" -std=c++11 -Wall -Wextra -Werror -Iinclude -x c++
    else
        skip "$header as C++" 'no C++ compiler'
    fi
done
for header in src/*/*.h; do
    alone "$header" "${header#src/}" "${flags[@]}" -x c
done
done_testing
