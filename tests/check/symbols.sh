#!/usr/bin/env bash
# stat/ and kernel/ are pure: no exit, no printing, no hidden state or clock, no heap (their memory is an arena of the caller).
. "$(dirname "$0")/../lib/tap.sh"
cd "$root" || exit 1
FORBIDDEN='_?_?_?_?(exit|_exit|_Exit|quick_exit|abort|atexit|longjmp
|v?[fsd]?n?printf|v?asprintf|v?[fsd]?n?printf_chk|v?asprintf_chk|putchar|putc|fputc|puts|fputs|fwrite|write|perror|fopen|open|fdopen
|stdout|stderr|stdin|s?rand|rand_r|s?random|random_r|[delmns]rand48|srand48|getrandom|getentropy|arc4random.*
|time|clock|gettimeofday|clock_gettime|timespec_get|omp_get_wtime|localtime.*|gmtime.*|mktime|getenv|setlocale
|malloc|calloc|realloc|reallocarray|free|aligned_alloc|posix_memalign|strdup|strndup)'
for room in stat kernel; do
    sources=(src/"$room"/*.c)
    if [ ! -e "${sources[0]}" ]; then
        skip "src/$room" 'no such room yet'
        continue
    fi
    objects=() stale=''
    for source in "${sources[@]}"; do
        object=build/obj/${source#src/}
        object=${object%.c}.o
        objects+=("$object")
        [ -e "$object" ] || stale+="$object is not built; "
    done
    if [ "$stale" ]; then
        not_ok "src/$room" "$stale"
        continue
    fi
    found=$(nm -A -u "${objects[@]}" | sed 's/@.*//; s/:.* / calls /' | grep -E " calls (${FORBIDDEN//$'\n'/})\$")
    is "$found" '' "src/$room knows no exit, printf, rand, clock or heap"
done
done_testing
