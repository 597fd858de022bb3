/* Exact decimals. A wrapped sum would be a false accusation, so everything that does not fit is refused. */
#include "base/decimal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *shi_decimal_parse(shi_str s, int64_t *out)
{
    int64_t i = 0, value = 0, digits = 0;
    bool negative = s.len > 0 && s.ptr[0] == '-';
    if (s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+')) i++;
    for (; i < s.len && digit(s.ptr[i]); i++, digits++) {
        if (shi_mul(value, 10, &value) || shi_add(value, s.ptr[i] - '0', &value) || value > SHI_DECIMAL_MAX / 1000)
            return N_("the number is too large");
    }
    int64_t places = 0;
    value *= 1000;
    if (i < s.len && s.ptr[i] == '.') {
        static const int64_t UNIT[] = { 100, 10, 1 };
        for (i++; i < s.len && digit(s.ptr[i]); i++, digits++, places++) {
            if (places < 3) value += UNIT[places] * (s.ptr[i] - '0');
            else if (s.ptr[i] != '0') return N_("the number has more than three decimals");
        }
    }
    if (digits == 0 || i < s.len) return N_("this is not a number");
    *out = negative ? -value : value;
    return NULL;
}

/* By hand, since millions of sentences hold one. */
int shi_decimal_write(int64_t thousandths, char out[24])
{
    char digits[24];
    uint64_t u = thousandths < 0 ? 0 - (uint64_t)thousandths : (uint64_t)thousandths, whole = u / 1000;
    unsigned rest = (unsigned)(u % 1000);
    int n = 0, from = (int)sizeof digits;
    do digits[--from] = (char)('0' + whole % 10);
    while (whole /= 10);
    if (thousandths < 0) out[n++] = '-';
    memcpy(out + n, digits + from, sizeof digits - (size_t)from);
    n += (int)sizeof digits - from;
    if (rest) out[n++] = '.';
    for (unsigned unit = 100; rest; rest %= unit, unit /= 10) out[n++] = (char)('0' + rest / unit);
    out[n] = 0;
    return n;
}

int shi_decimal_write_grouped(int64_t thousandths, char out[32])
{
    char plain[24];
    int n = shi_decimal_write(thousandths, plain), at = 0;
    int start = plain[0] == '-', whole = (int)strcspn(plain, ".");
    for (int i = 0; i < n; i++) {
        if (i > start && i < whole && (whole - i) % 3 == 0) out[at++] = ',';
        out[at++] = plain[i];
    }
    out[at] = 0;
    return at;
}

/* Whole thousandths, which most numbers are: their decimal is the shortest that reads back the same, since there are at most fifteen digits. */
static bool few_decimals(double x, int64_t *thousandths)
{
    if (!(fabs(x) < 1e12)) return false;
    *thousandths = llround(x * 1000);
    return (double)*thousandths / 1000 == x && !(x == 0 && signbit(x));
}

/* Fifteen digits that read back the same are the shortest ones but for zeros at their end; a double needs seventeen at most. Returns how many. */
static int digits_of(double x, char out[32])
{
    for (int digits = fabs(x) < 2.3e-308 ? 1 : 15; digits <= 17; digits++) {   /* numbers below the normal ones have fewer */
        snprintf(out, 32, "%.*e", digits - 1, x);
        if (digits < 17 && strtod(out, NULL) != x) continue;
        const char *last = strchr(out, 'e');
        while (digits > 1 && last && *--last == '0') digits--;
        return digits;
    }
    return 17;
}

int shi_f64_write(double x, char out[32])
{
    int64_t thousandths;
    if (few_decimals(x, &thousandths)) return shi_decimal_write(thousandths, out);
    int digits = digits_of(x, out);
    const char *e = strchr(out, 'e');
    int exponent = e ? atoi(e + 1) : 0, decimals = digits - 1 - exponent;
    if (x == 0) return snprintf(out, 32, "0");
    if (exponent < -5 || exponent > 14) return snprintf(out, 32, "%.*g", digits, x);
    return snprintf(out, 32, "%.*f", decimals > 0 ? decimals : 0, x);
}
