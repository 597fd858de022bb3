#!/bin/sh
# recheck.sh DIR: does a published field check again, from its own files, without any part of Shishu.
# It needs sh, sort, sha256sum and awk (mawk, gawk and busybox do), reads only DIR, and prints a line for each thing checked.
# Exit status: 0 all is the same · 1 something differs · 2 it could not be checked. README.md beside this file says what the files hold.
# Not done again: "more" (how many further visits would confirm) and, of "errors", the corrected share; both are hints, not results.
set -u
LC_ALL=C
export LC_ALL
[ $# = 1 ] && [ -d "$1" ] || { echo "usage: sh recheck.sh DIR" >&2; exit 2; }
dir=$1 bad=0
: "${AWK:=awk}"
# in memory where that can be: a frame of 100,000 keys makes as many small files
T=$(TMPDIR=${TMPDIR:-$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)} mktemp -d) || exit 2
trap 'rm -rf "$T"' EXIT
trap 'exit 2' HUP INT TERM
for f in plan.json frame.csv commitment.json; do
    [ -r "$dir/$f" ] || { echo "$f: missing, so this is no published field check" >&2; exit 2; }
done
say() { echo "$1: $2"; [ "$2" = "the same" ] || bad=1; }
hash_of() { sha256sum <"$1" | cut -c1-64; }

# JSON as lines "path<TAB>value": .strata.2.n<TAB>40. Texts stay as they are written, with their escapes.
flat() {
    $AWK -v RS='"' '
    function put(v) { print at[d] "." key[d] "\t" v }
    quoted { text = text $0; match($0, /\\*$/)
        if (RLENGTH % 2) { text = text "\""; next }   # an escaped quote
        quoted = 0
        if (kind[d] == "{" && !value) key[d] = text
        else put(text)
        next }
    { word = ""
        for (i = 1; i <= length($0); i++) { c = substr($0, i, 1)
            if (c ~ /[^][{}:, \t\r\n]/) { word = word c; continue }
            if (word != "") { put(word); word = "" }
            if (c == "{" || c == "[") { path = d ? at[d] "." key[d] : ""; at[++d] = path; kind[d] = c; key[d] = c == "[" ? 1 : ""; value = 0 }
            if (c == "}" || c == "]") d--
            if (c == ":") value = 1
            if (c == ",") { value = 0; if (kind[d] == "[") key[d]++ } }
        quoted = 1; text = "" }' "$1"
}
get() { $AWK -F '\t' -v p="$2" '$1 == p { print $2; exit }' "$T/$1"; }

# ---- the hashes ----
flat "$dir/plan.json" >"$T/plan"
flat "$dir/commitment.json" >"$T/commitment"
for f in plan.json:plan_sha256 frame.csv:frame_sha256; do
    [ "$(get commitment ".${f#*:}")" = "$(hash_of "$dir/${f%:*}")" ] && v="the same" || v="another hash than the one committed to"
    say "hash of ${f%:*}" "$v"
done
[ "$(get commitment .check)" = "$(get plan .check)" ] && v="the same" || v="the commitment is that of another check"
say "check" "$v"
meetings=$(get plan .clusters)   # village or group: whole clusters are drawn
v=$($AWK -F '[,\t]' -v meetings="$meetings" 'FILENAME ~ /plan$/ { if (split($1, p, ".") == 4 && p[2] == "strata") {
        if (p[4] == "population") { want[p[3]] = $2; h++ }
        if (p[4] == "clusters") clusters[p[3]] = $2 } next }
    FNR == 1 { if ($0 != "key,stratum" (meetings != "" ? ",cluster" : "")) bad = "another header than ours" }
    FNR > 1 { if ($1 <= before) bad = "the keys are out of order"; before = $1
        if (!($2 in want)) bad = "stratum " $2 " is not in the plan"; have[$2]++
        if (meetings != "") {   # clusters are numbered in the order in which they come first
            if (!($3 in of)) { if ($3 != ++last) bad = "cluster " $3 " comes where " last " should"; of[$3] = $2; seen[$2]++ }
            if (of[$3] != $2) bad = "cluster " $3 " lies in two strata" } }
    END { for (i = 1; i <= h; i++) { if (have[i] + 0 != want[i]) bad = "stratum " i " has another size than in the plan"
            if (meetings != "" && seen[i] + 0 != clusters[i]) bad = "stratum " i " has another number of clusters than in the plan" }
        print bad == "" ? "the same" : bad }' "$T/plan" "$dir/frame.csv")
say "frame" "$v"
[ "$v" = "the same" ] || { echo "nothing else is checked: it would follow from sizes that are made up"; exit 1; }

# ---- the draw ----
# Lines "id<TAB>…" in, the same lines behind their tickets out. The messages, hash of the seed then id, become one small file each, since
# sha256sum takes thousands of files at a time: 100,000 keys take some ten seconds, while SHA-256 written in awk would take minutes.
tickets() {   # what stands before the id
    rm -rf "$T/m"
    mkdir "$T/m"
    cat >"$T/ids"
    [ -s "$T/ids" ] || return 0
    $AWK -F '\t' -v before="$1" -v d="$T/m" '{ f = sprintf("%s/%08d", d, NR); printf "%s%s", before, $1 >f; close(f) }' "$T/ids"
    (cd "$T/m" && printf '%s\n' * | xargs sha256sum) | cut -c1-64 | paste - "$T/ids" | $AWK '
    BEGIN { for (i = 0; i < 4096; i++) hex[sprintf("%03x", i)] = i
        for (i = 0; i < 1000; i++) { s = sprintf("%03d", i); back[i] = substr(s, 3) substr(s, 2, 1) substr(s, 1, 1) } }
    { n = 0; ticket = ""; hash = "00" substr($0, 1, 64)
        for (k = 1; k <= 64; k += 3) {   # hexadecimal to decimal: limbs of 9 digits, the lowest first
            carry = hex[substr(hash, k, 3)]
            for (i = 0; i < n; i++) { carry += limb[i] * 4096; limb[i] = carry % 1000000000; carry = int(carry / 1000000000) }
            if (carry) limb[n++] = carry }
        for (i = 0; i < n; i++) ticket = ticket back[limb[i] % 1000] back[int(limb[i] / 1000) % 1000] back[int(limb[i] / 1000000)]
        while (length(ticket) < 64) ticket = ticket "0"
        while (length(ticket) > 64 && ticket ~ /0$/) ticket = substr(ticket, 1, length(ticket) - 1)
        print ticket substr($0, 65) }'
}
: >"$T/drawn"   # round, stratum, key, ticket, recheck; cluster where there are any
: >"$T/draw"
[ -r "$dir/draw.json" ] && flat "$dir/draw.json" >"$T/draw"
rounds=$($AWK -F '[.\t]' '$2 == "rounds" && $3 > r { r = $3 } END { print r + 0 }' "$T/draw")
if [ -r "$dir/draw.json" ]; then
    [ "$(get draw .commitment_sha256)" = "$(hash_of "$dir/commitment.json")" ] && v="the same" || v="drawn after another commitment"
    say "commitment of the draw" "$v"
    # texts of the seeds, byte for byte, and who was drawn as published
    $AWK -F '\t' -v d="$T" '
    function hex(s,   i, x) { x = 0; for (i = 1; i <= 4; i++) x = 16 * x + index("0123456789abcdef", tolower(substr(s, i, 1))) - 1; return x }
    function plain(s,   o, c, u) {
        while (match(s, /\\./)) { o = o substr(s, 1, RSTART - 1); c = substr(s, RSTART + 1, 1); s = substr(s, RSTART + 2)
            if (c != "u") { o = o (c == "n" ? "\n" : c == "t" ? "\t" : c == "r" ? "\r" : c == "b" ? "\b" : c == "f" ? "\f" : c); continue }
            u = hex(s); s = substr(s, 5)   # below 128 only: others are written as they are
            o = o sprintf("%c", u) }
        return o s }
    split($1, p, ".") { if (p[2] == "rounds" && p[4] == "seed") printf "%s", plain($2) >(d "/seed." p[3])
        if (p[4] == "drawn") { x[p[6]] = $2
            if (p[6] == "recheck") { print p[3], x["stratum"], x["key"], x["ticket"], x["recheck"] ("cluster" in x ? " " x["cluster"] : "")
                split("", x) } } }' "$T/draw" >"$T/published"
fi
r=0
while [ $((r += 1)) -le "$rounds" ]; do
    [ -e "$T/seed.$r" ] || : >"$T/seed.$r"
    h=$(hash_of "$T/seed.$r")
    if [ "$meetings" ]; then   # everybody of the clusters with the smallest tickets of "cluster NUMBER"; in one round
        $AWK -F , 'FNR > 1 && !($3 in of) { of[$3] = $2; print "cluster " $3 "\t" $2 }' "$dir/frame.csv" |
            tickets "$h" | sort -t "$(printf '\t')" -k 3,3n -k 1,1 >"$T/order"
        $AWK -F '[,\t]' -v r="$r" 'FILENAME ~ /plan$/ { if (split($1, p, ".") == 4 && p[4] == "meetings") n[p[3]] = $2; next }
        FILENAME ~ /order$/ { if (r == 1 && ++taken[$3] <= n[$3]) { match($1, /^9*/); c = substr($2, 9) + 0
                drawn[++D] = c; ticket[c] = "0." substr($1, 1, RLENGTH + 18) } next }
        FNR > 1 && $3 + 0 in ticket { line[$3 + 0] = line[$3 + 0] r " " $2 " " $1 " " ticket[$3 + 0] " " $3 "\n" }
        END { for (i = 1; i <= D; i++) printf "%s", line[drawn[i]] }' "$T/plan" "$T/order" "$dir/frame.csv" >"$T/round"
    else
    cut -d ' ' -f 3 "$T/drawn" | $AWK -F , 'FILENAME == "-" { gone[$1] = 1; next } FNR > 1 && !($1 in gone) { print $1 "\t" $2 }' - "$dir/frame.csv" |
        tickets "$h" | sort -t "$(printf '\t')" -k 3,3n -k 1,1 >"$T/order"
    # how many in each stratum: round 1 as planned; later ones by largest remainder (Hamilton) over what is left, ties to the first stratum
    $AWK -v r="$r" 'FILENAME ~ /plan$/ { if (split($1, p, ".") == 4 && p[4] == "n") n[p[3]] = $2; if (p[4] == "n") H++; next }
    FILENAME ~ /published$/ { more += $1 == r; next }
    { left[$3]++; all++; line[NR] = 1; stratum[NR] = $3; key[NR] = $2; ticket[NR] = $1 }
    END { if (r > 1) { if (more > all) more = all
            
            for (h = 1; h <= H; h++) { n[h] = all ? int(more * left[h] / all) : 0; rest[h] = more * left[h] - n[h] * all; given += n[h] }
            for (; given < more; given++) { best = 1; for (h = 2; h <= H; h++) if (rest[h] > rest[best]) best = h; n[best]++; rest[best] = -1 } }
        for (i = 1; i <= NR; i++) { if (!(i in line) || ++taken[stratum[i]] > n[stratum[i]]) continue
            match(ticket[i], /^9*/)   # 18 digits after the leading nines are published
            print r, stratum[i], key[i], "0." substr(ticket[i], 1, RLENGTH + 18) } }' "$T/plan" "$T/published" "$T/order" >"$T/round"
    fi
    # visited twice: a tenth, rounded up, those with the smallest tickets of "recheck KEY"
    cut -d ' ' -f 3 "$T/round" | tickets "${h}recheck " | sort | $AWK 'FILENAME == "-" { twice[$2] = ++k; next }
        { all++; row[all] = $1 " " $2 " " $3 " " $4; id[all] = $3; cluster[all] = NF > 4 ? " " $5 : "" }
        END { for (i = 1; i <= all; i++) print row[i], (twice[id[i]] <= int((all + 9) / 10) ? "true" : "false") cluster[i] }' - "$T/round" >"$T/full"
    cat "$T/full" >>"$T/drawn"
    $AWK -v r="$r" '$1 == r' "$T/published" >"$T/theirs"
    if cmp -s "$T/full" "$T/theirs"; then v="the same"
    else v=$(paste -d '|' "$T/full" "$T/theirs" |
        $AWK -F '|' '$1 != $2 { print "differs at number " NR ": drawn is " $1 ", published is " $2; exit }'); fi
    say "draw of round $r" "$v"
done

# ---- the estimate ----
# The row in which results count: round by round; in each the strata take turns, the kth (from 0) of n of a stratum standing at (2 k + 1) / n.
$AWK '{ row[NR] = $0; group[NR] = $1 " " $2; k[NR] = n[group[NR]]++ }
    END { for (i = 1; i <= NR; i++) { split(row[i], w, " "); printf "%d %.15f %d %s %s\n", w[1], (2 * k[i] + 1) / n[group[i]], w[2], w[3], w[6] } }' "$T/drawn" |
    sort -k 1,1n -k 2,2 -k 3,3n >"$T/turns"
: >"$T/sizes"
[ -z "$meetings" ] || $AWK -F , 'FNR > 1 { n[$3]++; s[$3] = $2 } END { for (c in n) print c "\t" s[c] "\t" n[c] }' "$dir/frame.csv" >"$T/sizes"
results=$dir/results.csv
[ -r "$results" ] || results=/dev/null
[ -r "$dir/estimate.json" ] || { echo "estimate.json: not there yet"; exit "$bad"; }
flat "$dir/estimate.json" >"$T/estimate"
$AWK -F '\t' -v rounds="$rounds" '
# ln n!: Stirling 1730, with three terms of the series
function lf(n,   x) { if (n < 2) return 0; if (n < 20) return log(n) + lf(n - 1); x = n + 1
    return (x - 0.5) * log(x) - x + 0.918938533204672742 + 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1260 * x * x * x * x * x) }
function lchoose(n, k) { return lf(n) - lf(k) - lf(n - k) }
# ln P(X >= k), X hypergeometric(N, K, n): sums from k away from the mode, so that nothing small is lost
function ltail(N, K, n, k,   x, p, sum, first) {
    if (k <= 0 || k <= n - (N - K)) return 0
    if (k > n || k > K) return -1e300
    if (k > (n + 1) * (K + 1) / (N + 2)) {
        sum = p = 1; first = lchoose(K, k) + lchoose(N - K, n - k) - lchoose(N, n)
        for (x = k; x < n && x < K && p > 1e-18 * sum; x++) { p *= (K - x) * (n - x) / ((x + 1) * (N - K - n + x + 1)); sum += p }
        return first + log(sum) }
    k--; sum = p = 1; first = lchoose(K, k) + lchoose(N - K, n - k) - lchoose(N, n)
    for (x = k; x > 0 && x > n - (N - K) && p > 1e-18 * sum; x--) { p *= x * (N - K - n + x) / ((K - x + 1) * (n - x + 1)); sum += p }
    p = exp(first) * sum; return p < 1 ? log(1 - p) : -1e300 }
# ln P(this order of k real and n - k not | K): sampling without replacement
function llik(N, K, n, k) { return lf(K) - lf(K - k) + lf(N - K) - lf(N - K - n + k) - lf(N) + lf(N - n) }
function lbeta(a, b) { return lf(a - 1) + lf(b - 1) - lf(a + b - 1) }
# ln of the beta-binomial mixture (Waudby-Smith & Ramdas 2020): (1, 1) to refute; to confirm half (19, 1), half on "all are real"
function lmix(n, k, confirm,   m) { if (!confirm) return lbeta(1 + k, 1 + n - k)
    m = lbeta(19 + k, 1 + n - k) - lbeta(19, 1) + log(0.5); return k < n ? m : m + log(1 + exp(log(0.5) - m)) }
# The strata 1 … H at hand: size A, visited V, real B. For a split of a total into K_h, the sum of f_h(K_h), f the tail or the likelihood; both
# are concave in K, so the best split takes all steps that gain more than some lambda (Lagrange).
function f(h, K) { return tails ? ltail(A[h], K, V[h], B[h]) : llik(A[h], K, V[h], B[h]) }
function gain(h, K) { if (K >= A[h] - V[h] + B[h]) return -1e300
    if (tails) return f(h, K + 1) - f(h, K)
    return log((K + 1) / (K + 1 - B[h])) + log((A[h] - K - V[h] + B[h]) / (A[h] - K)) }
function split_at(lambda,   h, a, b, m) { total = value = 0   # sets total and value
    for (h = 1; h <= H; h++) { a = B[h]; b = A[h] - V[h] + B[h]
        while (a < b) { m = int((a + b) / 2); if (gain(h, m) <= lambda) b = m; else a = m + 1 }
        total += a; value += f(h, a) } }
function steepest(   h, g, x) { g = 0; for (h = 1; h <= H; h++) { x = gain(h, B[h]); if (x > g) g = x } return g + 1 }
# the smallest total whose best split has a value above need
function least_total(need,   a, b, m, i, T, F, top) {
    split_at(b = steepest()); T = total; F = value; if (F > need) return T
    split_at(0); top = total; if (value <= need) return top
    for (i = 0; i < 60; i++) { split_at(m = (a + b) / 2); if (value > need) { a = m; top = total } else { b = m; T = total; F = value } }
    i = T + int((need - F) / b) + 1; return i < top ? i : top }
# the best value among totals of at most s; -1e300: none is so small
function best_value(s,   a, b, m, i, T, F) {
    split_at(b = steepest()); T = total; F = value; if (T > s) return -1e300
    split_at(0); if (total <= s) return value
    for (i = 0; i < 60; i++) { split_at(m = (a + b) / 2); if (total > s) a = m; else { b = m; T = total; F = value } }
    return F + (s - T) * b }
# chi-square with 2 H degrees of freedom: P(X > x), and its quantile
function chi_above(x,   i, t, sum) { t = sum = 1; for (i = 1; i < H; i++) { t *= x / 2 / i; sum += t } return exp(-x / 2) * sum }
function chi_quantile(p,   a, b, m, i) { b = 2000; for (i = 0; i < 100; i++) { m = (a + b) / 2; if (chi_above(m) > p) a = m; else b = m } return b }
# how: 0 the unreached are not real, 1 they are real, 2 they were not drawn; mirror: count those not real
function take(from, to, how, mirror,   s) { H = 0
    for (s = from; s <= to; s++) { H++; A[H] = size[s]; V[H] = visited[s] - (how == 2) * unreached[s]
        B[H] = real[s] + (how == 1) * unreached[s]; if (mirror) B[H] = V[H] - B[H] } }
function mixes(confirm,   h, sum) { for (h = 1; h <= H; h++) sum += lmix(V[h], B[h], confirm); return sum }
function sidak_low(alpha,   h, a, b, m, each, sum) { each = H > 1 ? log(1 - exp(log(1 - alpha) / H)) : log(alpha)
    for (h = 1; h <= H; h++) {   # the smallest K with P(X >= k | K) > alpha: exact one-sided bound, Wright 1991
        a = B[h]; b = A[h] - V[h] + B[h]
        while (a < b) { m = int((a + b) / 2); if (ltail(A[h], m, V[h], B[h]) > each + 1e-9) b = m; else a = m + 1 }
        sum += a }
    return sum }
# the lower bound of the total of the strata taken, at risk alpha: e-processes with Ville 1939; Sidak 1967; Fisher 1932 (Ottoboni et al. 2018)
function low_bound(alpha, confirm) { tails = !sequential
    if (sequential) return least_total(mixes(confirm) + log(alpha) + 1e-9)
    if (plan[".combination"] == "fisher" && H > 1) return least_total(-chi_quantile(alpha) / 2 + 1e-9)
    return sidak_low(alpha) }
# p, or ln e, of the hypothesis that no more than s are real
function p_of(s,   a, b, m, i) { tails = 1
    if (plan[".combination"] == "fisher" || H == 1) { m = best_value(s); return m < -1e299 ? 0 : chi_above(-2 * m) }
    for (b = 1; i < 45; i++) { m = (a + b) / 2; if (sidak_low(m) > s) b = m; else a = m }
    return b }
function log_e(s, confirm,   m) { tails = 0; m = best_value(s); return m < -1e299 ? 1e300 : mixes(confirm) - m }
function check(path, name, want, exact,   have, off) { have = there[path name]; checked++
    if (want == "null" || have == "null" || exact == 2) off = have != want
    else { off = have - want; if (off < 0) off = -off; off = exact ? off > 0 : off > 1e-6 * (want < 0 ? -want : want) + 1e-9 }
    if (off || !((path name) in there)) { wrong++; print "estimate: differs: " path name " should be " want ", published is " have } }
# ---- residents meetings: clusters, each drawn as a whole ----
# P(|t| < x) with df degrees of freedom: Abramowitz & Stegun 26.7.3, 26.7.4; and its quantile
function t_within(x, df,   a, c, i, term, sum) { a = atan2(x, sqrt(df)); c = cos(a) * cos(a)
    if (df % 2 == 0) { term = sum = 1; for (i = 2; i < df; i += 2) { term *= c * (i - 1) / i; sum += term } return sin(a) * sum }
    term = sum = cos(a); for (i = 3; i < df; i += 2) { term *= c * (i - 1) / i; sum += term }
    return 0.63661977236758134308 * (a + (df > 1 ? sin(a) * sum : 0)) }
function t_quantile(p, df,   a, b, m, i) { b = 1; while (t_within(b, df) < p) b *= 2
    for (i = 0; i < 100; i++) { m = (a + b) / 2; if (t_within(m, df) < p) a = m; else b = m } return b }
# the ratio real / asked over the drawn clusters of these strata, its linearised variance (Saerndal et al. 1992, 5.6; Cochran 1977, 9A), and its
# interval on the logit scale: sets R, R_low, R_high; how as in take; false where those reached do not tell how they vary
function ratio(from, to, how,   i, c, s, y, m, w, of_y, of_m, n, sum, squares, df, var, units, census, off) { census = 1
    for (i = 1; i <= ordered; i++) { c = order[i]; s = place[c]; if (s < from || s > to) continue
        y[c] = yes[c] + (how == 1) * away[c]; m[c] = asked[c] - (how == 2) * away[c]; if (m[c] == 0) continue
        w = inside[s] / counted[s]; of_y += w * y[c]; of_m += w * m[c]; n[s]++; units++; if (w > 1 + 1e-12) census = 0 }
    for (s = from; s <= to; s++) if (n[s] + 0 < 2 && !(n[s] == 1 && inside[s] == 1)) return 0
    R = of_y / of_m; off = 1 - confidence
    if (R * (1 - R) <= 1e-12) { R_low = R_high = R   # all alike: Clopper-Pearson with the clusters
        if (!census && R > 0.5) R_low = exp(log(off / 2) / units); if (!census && R < 0.5) R_high = 1 - exp(log(off / 2) / units)
        return 1 }
    for (i = 1; i <= ordered; i++) { c = order[i]; s = place[c]; if (s < from || s > to || m[c] == 0) continue
        z[c] = inside[s] / counted[s] * (y[c] - R * m[c]) / of_m; sum[s] += z[c] }
    for (i = 1; i <= ordered; i++) { c = order[i]; s = place[c]; if (s < from || s > to || m[c] == 0) continue
        off = z[c] - sum[s] / n[s]; squares[s] += off * off }
    for (s = from; s <= to; s++) { if (n[s] > 1) var += (1 - n[s] / inside[s]) * squares[s] * n[s] / (n[s] - 1); df += n[s] - 1 }
    if (var <= 0) { R_low = R_high = R; return 1 }
    off = t_quantile(confidence, df) * sqrt(var) / (R * (1 - R)); odds = log(R / (1 - R))
    R_low = 1 / (1 + exp(off - odds)); R_high = 1 / (1 + exp(-off - odds)); return 1 }
# Is "the share r or more of all accounts is such" refuted at 1 / limit by what was found in the drawn clusters? Bets on draws without replacement
# (Waudby-Smith & Ramdas 2024, section 5), of what each cluster has below r times its size, with ten fractions of what may be lost.
function share_refuted(s, r, limit, hits,   i, k, c, t, mean, room, found, sum, stake, left, seen, had) {
    for (k = 1; k <= 10; k++) stake[k] = k < 10 ? 0.5 / 9 : 0.5
    for (i = 1; i <= ordered; i++) { c = order[i]; if (place[c] != s) continue
        found = hits ? yes[c] + away[c] : asked[c] - yes[c]
        mean = (r * had - seen) / (inside[s] - t); room = (1 - r) * largest[s] - mean; sum = 0
        if (room < 0) return 1
        if (room > 0) for (k = 1; k <= 10; k++) { left = 1 - k / 10 * (found - r * asked[c] - mean) / room
            stake[k] = left > 0 ? stake[k] * left : 0; sum += stake[k] }
        if (sum >= limit) return 1
        seen += found; had += asked[c]; t++ }
    return 0 }
function most_of(s, alpha, hits,   i, c, k, a, b, m, seen, had) { b = 1
    for (i = 1; i <= ordered; i++) { c = order[i]; if (place[c] == s) { seen += hits ? yes[c] + away[c] : asked[c] - yes[c]; had += asked[c] } }
    if (counted[s] == inside[s]) return seen
    for (k = 0; k < 60; k++) { m = (a + b) / 2; if (share_refuted(s, m, 2 / alpha, hits)) b = m; else a = m }
    m = size[s] - had + seen; return b * size[s] < m ? b * size[s] : m }
function estimate_meetings(path, from, to,   s, i, c, N, v, r, u, C, D_, low, high, all, alpha) { confidence = plan[".confidence"]
    for (s = from; s <= to; s++) { N += size[s]; C += inside[s]; D_ += counted[s] }
    for (i = 1; i <= ordered; i++) { c = order[i]; if (place[c] >= from && place[c] <= to) { v += asked[c]; r += yes[c]; u += away[c] } }
    check(path, ".visited", v, 1); check(path, ".real", r, 1); check(path, ".not_reached", u, 1); check(path, ".population", N, 1)
    check(path, ".method", "cluster", 2); check(path, ".clusters", C, 1); check(path, ".clusters_drawn", D_, 1)
    ratio(from, to, 0); check(path, ".low", N * R_low); check(path, ".share_low", R_low)
    ratio(from, to, 1); check(path, ".high", N * R_high); check(path, ".share_high", R_high)
    all = ratio(from, to, 2); check(path, ".share", all ? R : "null"); check(path, ".total", all ? N * R : "null")
    check(path, ".mar.low", all ? N * R_low : "null"); check(path, ".mar.high", all ? N * R_high : "null")
    alpha = (1 - confidence) / (to - from + 1)
    for (s = from; s <= to; s++) { low += size[s] - most_of(s, alpha, 0); high += most_of(s, alpha, 1) }
    check(path, ".guaranteed.low", low); check(path, ".guaranteed.high", high); check(path, ".p", "null")
    decision[path] = threshold[path] = "null" }
# one estimate: strata from … to, at the path in estimate.json; T: threshold of the claim, or 0
function estimate(path, from, to, T,   s, N, m, v, r, u, sum, all, alpha, low, high) { all = 1
    if (meetings) { estimate_meetings(path, from, to)
        if (T || sequential) { print "plan.json: meetings decide no claim"; wrong++ } return }
    for (s = from; s <= to; s++) { N += size[s]; v += visited[s]; r += real[s]; u += unreached[s]
        if (visited[s] > unreached[s]) sum += size[s] * real[s] / (visited[s] - unreached[s]); else if (size[s]) all = 0 }
    if (!N) { print "plan.json: a figure has nobody"; wrong++; return }
    check(path, ".visited", v, 1); check(path, ".real", r, 1); check(path, ".not_reached", u, 1); check(path, ".population", N, 1)
    check(path, ".method", sequential ? "confidence_sequence" : from == to ? "hypergeometric" : "stratified_" plan[".combination"], 2)
    check(path, ".share", all ? sum / N : "null"); check(path, ".total", all ? sum : "null")
    alpha = (1 - plan[".confidence"]) / 2
    take(from, to, 0, 0); low = low_bound(alpha, 1); take(from, to, 1, 1); high = N - low_bound(alpha, 0)
    check(path, ".low", low, 1); check(path, ".high", high, 1); check(path, ".share_low", low / N); check(path, ".share_high", high / N)
    if (all) { take(from, to, 2, 0); low = low_bound(alpha, 1); take(from, to, 2, 1); high = N - low_bound(alpha, 0) }
    check(path, ".mar.low", all ? low : "null", 1); check(path, ".mar.high", all ? high : "null", 1)
    decision[path] = "null"; threshold[path] = T ? T : "null"
    if (!T) { check(path, ".p", "null"); return }
    claims++
    if (T > N) { decision[path] = "refuted"; p[path] = 0; check(path, ".p", 0); refute[path] = 1e300; confirm[path] = 0; return }
    take(from, to, 0, 0); low = sequential ? log_e(T - 1, 1) : p_of(T - 1)
    take(from, to, 1, 1); high = sequential ? log_e(N - T, 0) : p_of(N - T)
    if (sequential) { decision[path] = high >= limit ? "refuted" : low >= limit ? "confirmed" : "more"
        confirm[path] = low > 700 ? 1e300 : exp(low); refute[path] = high > 700 ? 1e300 : exp(high) }
    else { decision[path] = high <= risk * (1 + 1e-9) ? "refuted" : low <= risk * (1 + 1e-9) ? "confirmed" : "more"
        p[path] = decision[path] == "confirmed" || (decision[path] == "more" && all && sum >= T) ? low : high
        check(path, ".p", p[path]); return }
    m = decision[path] == "refuted" || (decision[path] == "more" && high > low) ? high : low   # p of an e-value is 1 / e
    check(path, ".p", m > 700 ? 0 : m > 0 ? exp(-m) : 1); check(path, ".e_confirm", written(low)); check(path, ".e_refute", written(high)) }
function written(ln) { return ln > 709.7 || ln < -744 ? "null" : exp(ln) }   # infinite ones are written as null
# e-BH over n e-values (Wang & Ramdas 2022): the limit that as many reach as it needs
function ebh(e, n,   i, r, at) { at = 1e301
    for (i = 1; i <= n; i++) { r = 0; for (k = 1; k <= n; k++) r += e[".figures." k] >= e[".figures." i]
        if (e[".figures." i] >= n / (risk * r) && e[".figures." i] < at) at = e[".figures." i] }
    return at }
function together(n,   i, k, j, c, r, m, fails, done) {
    if (sequential) { c = ebh(confirm, n); r = ebh(refute, n)
        for (i = 1; i <= n; i++) decision[".figures." i] = refute[".figures." i] >= r ? "refuted" : confirm[".figures." i] >= c ? "confirmed" : "more"
        return }
    for (i = 1; i <= n; i++) {   # Holm 1979: the smallest p against risk / n, the next against risk / (n - 1), … until one fails
        m = 0; for (k = 1; k <= n; k++) if (!done[k] && (!m || p[".figures." k] < p[".figures." m])) m = k
        done[m] = 1; if (p[".figures." m] * (n - i + 1) > risk + 1e-12) fails = 1
        if (fails) decision[".figures." m] = "more" } }
function cells(line,   n) { for (n = 1; ; n++) {   # a line of CSV into cell[]
        if (line ~ /^"/) { match(line, /^"([^"]|"")*"/); cell[n] = substr(line, 2, RLENGTH - 2); gsub(/""/, "\"", cell[n]) }
        else { match(line, /^[^,]*/); cell[n] = substr(line, 1, RLENGTH) }
        line = substr(line, RLENGTH + 1); if (line == "") return n; line = substr(line, 2) } }
FILENAME ~ /\/plan$/ { plan[$1] = $2; next }
FILENAME ~ /\/sizes$/ { accounts[$1] = $3; inside[$2]++; if ($3 > largest[$2]) largest[$2] = $3; next }   # cluster, stratum, accounts
FILENAME ~ /\/turns$/ { split($0, w, " "); drawn[++D] = w[4]; stratum[w[4]] = w[3]; cluster[w[4]] = w[5]; next }
FILENAME ~ /\/estimate$/ { there[$1] = $2; next }
{ line = line $0; if (gsub(/"/, "\"", line) % 2) { line = line "\n"; next }   # a cell goes on
    n = cells(line); line = ""
    if (++rows == 1) { if ($0 == "key,outcome,exists,lives_here,knows,operates,reason,inspector1,inspector2,visited_at,recheck") next
        print "results.csv: another header than ours"; wrong++; next }
    if (!(cell[1] in stratum)) { print "results.csv: " cell[1] " was not drawn"; wrong++; next }
    if (n != 11 || cell[2] !~ /^(real|not_real|not_reached)$/) { print "results.csv: " cell[1] " has a row that is none of ours"; wrong++; next }
    outcome = cell[2] == "not_real" && cell[7] == "" ? "not_reached" : cell[2]   # without a reason it does not count as not real
    second = cell[11] != "" && cell[1] in first
    if (second && outcome == "not_reached") next   # nobody found says nothing against what the first visit found
    if (second) again[cell[1]] = 1; else first[cell[1]] = outcome
    last[cell[1]] = outcome }
END { risk = plan[".risk"]; limit = -log(risk) - 1e-9; sequential = plan[".sequential"] == "true" || rounds > 1
    meetings = plan[".clusters"] != ""
    for (S = 0; (".strata." (S + 1) ".population") in plan;) { S++; size[S] = plan[".strata." S ".population"] + 0; visited[S] = real[S] = unreached[S] = 0 }
    for (i = 1; i <= D; i++) { key = drawn[i]; s = stratum[key]
        if (again[key] && first[key] != "not_reached" && last[key] != "not_reached") { rechecked++; agreed += first[key] == last[key] }
        if (meetings) { c = cluster[key]
            if (!(c in asked)) { order[++ordered] = c; place[c] = s; counted[s]++ }
            asked[c]++; yes[c] += last[key] == "real"; away[c] += last[key] != "real" && last[key] != "not_real"; continue }
        fig = plan[".strata." s ".figure"]
        if (plan[".sequential"] == "true" && !(key in last)) broken[fig] = 1   # only an unbroken prefix of the draw is a random sample
        if (broken[fig]) { beyond += key in last; continue }
        visited[s]++; real[s] += last[key] == "real"; unreached[s] += last[key] != "real" && last[key] != "not_real" }
    check("", ".check", plan[".check"], 2); check("", ".drawn", D, 1); check("", ".beyond_prefix", beyond + 0, 1)
    check(".errors", ".rechecked", rechecked + 0, 1); check(".errors", ".agreed", agreed + 0, 1)
    for (s = g = 1; (".figures." g ".figure") in plan; g++) { from = s; path = ".figures." g
        while (s <= S && plan[".strata." s ".figure"] == plan[path ".figure"]) s++
        T = plan[path ".threshold"]; check(path, ".figure", plan[path ".figure"], 2)
        estimate(path, from, s - 1, T == "null" ? 0 : T + 0)
        # the threshold: of what was reported at least 1 - tolerance, rounded up
        if (T != "null") { x = plan[path ".reported"] * (1000000 - int(plan[".tolerance"] * 1000000 + 0.5)) / 1000000
            if (T != int(x) + (x > int(x))) { print "plan.json: the threshold of figure " g " does not follow from what was reported"; wrong++ } } }
    if (claims > 1) together(g - 1)
    for (i = 1; i < g; i++) { check(".figures." i, ".threshold", threshold[".figures." i], 2)
        check(".figures." i, ".decision", decision[".figures." i], 2) }
    if (g > 2) { estimate("", 1, S, 0); check("", ".threshold", "null", 2); check("", ".decision", "null", 2) }
    else { estimate("", 1, S, T == "null" ? 0 : T + 0); check("", ".threshold", threshold[".figures.1"], 2)
        check("", ".decision", decision[".figures.1"], 2) }
    if (!wrong) print "estimate of " g - 1 " figure(s), " checked " numbers: the same"
    exit wrong > 0 }' "$T/plan" "$T/sizes" "$T/turns" "$T/estimate" "$results" || bad=1
exit "$bad"
