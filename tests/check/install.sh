#!/usr/bin/env bash
# What `make install` leaves is whole: programs of others compile, link and run against it, in C and C++, by pkg-config alone;
# the installed program runs from its new place; uninstall takes everything back.
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
need include/shishu
prefix=$T/prefix
make=(make -s --no-print-directory)

run "${make[@]}" install PREFIX="$prefix"
is "$rc" 0 'make install'
[ $rc = 0 ] || done_testing
# A program that takes the address of every function that the library exports: each is declared in a public header, and in C++
# under its C name. It also prints the version that the header promises.
functions=$(nm -D --defined-only "$prefix/lib/libshishu.so" | sed -n 's/.* T //p')
like "$functions" '^shi_' 'the library exports its functions'
is "$(grep -v '^shi_' <<<"$functions")" '' 'and nothing else'
{
    for header in include/shishu/*.h; do echo "#include <${header#include/}>"; done
    echo '#include <stdio.h>'
    echo 'typedef void (*any)(void);'
    echo 'static const any all[] = {'
    for f in $functions; do echo "    (any)$f,"; done
    echo '};'
    echo 'int main(void) { printf("%s %d\n", SHI_VERSION, all[0] != 0); return 0; }'
} >"$T/consumer.c"
cp "$T/consumer.c" "$T/consumer.cc"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
version=$(pkg-config --modversion shishu)
compile() {   # name, compiler, source, pkg-config's options
    local name=$1 compiler=$2 source=$3
    shift 3
    command -v "$compiler" >/dev/null || { skip "$name" "no $compiler"; return; }
    run bash -c "$compiler $source -o $T/consumer \$(pkg-config --cflags --libs $* shishu)"
    if [ $rc != 0 ]; then not_ok "$name" "$err"; return; fi
    run env -u LD_LIBRARY_PATH "$T/consumer"
    is "$out" "$version 1" "$name"
}
compile 'a C program with libshishu.so' gcc "$T/consumer.c"
compile 'a C++ program with libshishu.so' g++ "$T/consumer.cc"
rm "$prefix/lib/libshishu.so"
compile 'a C program with libshishu.a' gcc "$T/consumer.c" --static
ln -s libshishu.so.0 "$prefix/lib/libshishu.so"

if [ -e src/cli/main.c ]; then
    run env -u LD_LIBRARY_PATH "$prefix/bin/shishu" --version
    is "$rc" 0 'the installed program runs'
    like "$out" "${version//./\\.}" 'and tells the version of the library'
else
    skip 'the installed program runs' 'no src/cli/main.c yet'
fi
if [ -e src/cli/docs.c ]; then
    run man --warnings -l "$prefix/share/man/man1/shishu.1"
    if [ $rc = 127 ]; then skip 'the man page is clean' 'no man'; else is "$rc$err" 0 'the man page is clean'; fi
    is "$(bash -n "$prefix/share/bash-completion/completions/shishu" 2>&1)" '' 'the completion for bash is bash'
fi

run "${make[@]}" install PREFIX=/opt/x DESTDIR="$T/stage"
is "$rc" 0 'make install into DESTDIR'
is "$(ls "$T/stage")" opt 'nothing lies outside DESTDIR/PREFIX'
like "$(cat "$T/stage/opt/x/lib/pkgconfig/shishu.pc")" 'prefix=/opt/x' 'the pkg-config file names PREFIX without DESTDIR'
"${make[@]}" uninstall PREFIX=/opt/x DESTDIR="$T/stage"
is "$(find "$T/stage" ! -type d)" '' 'make uninstall leaves no file'
done_testing
