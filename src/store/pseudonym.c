/* Pseudonyms. A direct-mapped memory of the last values answers most calls without hashing; it holds the values themselves, in
 * memory only. */
#include "store/pseudonym.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Full-width digits, plus and minus as ASCII; -1 for any other character, 0 for a space or a dash to drop. */
static int phone_char(const char *p, int64_t left, int64_t *used)
{
    unsigned char c = (unsigned char)p[0];
    *used = 1;
    if ((c >= '0' && c <= '9') || c == '+' || c == '*' || c == 'x' || c == 'X') return c;
    if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '\t') return 0;
    if (left >= 3) {
        *used = 3;
        if (c == 0xEF && (unsigned char)p[1] == 0xBC) {
            int ascii = (unsigned char)p[2] - 0x81 + '!';
            if ((ascii >= '0' && ascii <= '9') || ascii == '+' || ascii == '*') return ascii;
            if (ascii == '-' || ascii == '(' || ascii == ')') return 0;
        }
        if (memcmp(p, "\xE3\x80\x80", 3) == 0 || memcmp(p, "—", 3) == 0 || memcmp(p, "–", 3) == 0) return 0;
        *used = 1;
    }
    if (left >= 2 && c == 0xC2 && (unsigned char)p[1] == 0xA0) return *used = 2, 0;
    return -1;
}

static bool placeholder(const char *digits, int n)
{
    static const char *const KNOWN[] = { "12345678901", "12345678910", "13800000000", "13800138000", "10000000000", "13000000000", "15000000000",
        "18800000000", "19900000000" };
    bool equal = true;
    for (int i = 1; i < n; i++) equal = equal && digits[i] == digits[0];
    for (int64_t i = 0; i < COUNT(KNOWN) && !equal; i++) equal = strcmp(digits, KNOWN[i]) == 0;
    return equal;
}

shi_phone_state shi_phone_clean(shi_str text, char digits[16])
{
    char kept[24];
    int n = 0;
    for (int64_t i = 0, used; i < text.len; i += used) {
        int c = phone_char(text.ptr + i, text.len - i, &used);
        if (c == '*' || c == 'x' || c == 'X') return SHI_PHONE_MASKED;
        if (c < 0 || (c == '+' && n > 0)) return SHI_PHONE_INVALID;
        if (c == 0) continue;
        if (n == (int)sizeof kept - 1) return SHI_PHONE_INVALID;
        kept[n++] = (char)c;
    }
    kept[n] = 0;
    if (n == 0) return SHI_PHONE_NONE;
    const char *from = kept;
    if (!strncmp(from, "+86", 3)) from += 3;
    else if (!strncmp(from, "0086", 4)) from += 4;
    else if (!strncmp(from, "86", 2) && n == 13) from += 2;
    int len = (int)strlen(from);
    bool mobile = len == 11 && from[0] == '1', landline = from[0] == '0' && len >= 10 && len <= 12 && from[1] != '0';
    if (len > 0 && len <= 15 && placeholder(from, len)) return SHI_PHONE_PLACEHOLDER;
    if (!mobile && !landline) return SHI_PHONE_INVALID;
    memcpy(digits, from, (size_t)len + 1);
    return SHI_PHONE_OK;
}

/* a.b.c.d without leading zeros is its own plainest form: where its last dot stands, or -1. */
static int64_t usual_address(shi_str s)
{
    int64_t dot = -1;
    int dots = 0, value = 0, digits = 0;
    for (int64_t i = 0; i <= s.len; i++) {
        if (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9') {
            if (digits > 0 && value == 0) return -1;
            value = value * 10 + (s.ptr[i] - '0');
            if (++digits > 3 || value > 255) return -1;
            continue;
        }
        if (digits == 0 || (i < s.len && (s.ptr[i] != '.' || ++dots > 3))) return -1;
        if (i < s.len) dot = i;
        value = digits = 0;
    }
    return dots == 3 ? dot : -1;
}

bool shi_ip_clean(shi_str text, char address[48], char network[48])
{
    char plain[48];
    unsigned char bytes[16];
    if (text.len == 0 || text.len >= (int64_t)sizeof plain) return false;
    int64_t dot = usual_address(text);
    if (dot > 0) {
        memcpy(address, text.ptr, (size_t)text.len);
        address[text.len] = 0;
        memcpy(network, text.ptr, (size_t)dot);
        memcpy(network + dot, ".0", 3);
        return true;
    }
    memcpy(plain, text.ptr, (size_t)text.len);
    plain[text.len] = 0;
    if (inet_pton(AF_INET, plain, bytes) == 1) {
        inet_ntop(AF_INET, bytes, address, 48);
        bytes[3] = 0;
        inet_ntop(AF_INET, bytes, network, 48);
        return true;
    }
    if (inet_pton(AF_INET6, plain, bytes) != 1) return false;
    static const unsigned char MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    if (memcmp(bytes, MAPPED, 12) == 0) {   /* ::ffff:1.2.3.4 is 1.2.3.4 */
        inet_ntop(AF_INET, bytes + 12, plain, sizeof plain);
        return shi_ip_clean(shi_str_from(plain), address, network);
    }
    inet_ntop(AF_INET6, bytes, address, 48);
    memset(bytes + 8, 0, 8);
    inet_ntop(AF_INET6, bytes, network, 48);
    return true;
}

static bool identity_number(const char *p)
{
    static const int WEIGHT[17] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        if (p[i] < '0' || p[i] > '9') return false;
        sum += WEIGHT[i] * (p[i] - '0');
    }
    int year = (p[6] - '0') * 1000 + (p[7] - '0') * 100 + (p[8] - '0') * 10 + p[9] - '0';
    int month = (p[10] - '0') * 10 + p[11] - '0', day = (p[12] - '0') * 10 + p[13] - '0';
    if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31) return false;
    return (p[17] == 'x' ? 'X' : p[17]) == "10X98765432"[sum % 11];
}

static bool separator(char c)
{
    return c == ' ' || c == '-' || c == '(' || c == ')';
}

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}

/* n digits of which a phone or an identity number may consist; identity numbers may end in X */
static bool personal_digits(const char *digits, int64_t n)
{
    if (n == 15 && !memcmp(digits, "0086", 4)) digits += 4, n -= 4;
    if (n == 13 && !memcmp(digits, "86", 2)) digits += 2, n -= 2;
    if (n == 11) return digits[0] == '1' && digits[1] >= '3';
    if (n == 15) {   /* province, district, yymmdd, serial */
        int province = two_digits(digits), month = two_digits(digits + 8), day = two_digits(digits + 10);
        return province >= 11 && province <= 82 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
    }
    return n == 18 && identity_number(digits);
}

/* The digits from text[*i] on, over separators when `joined`; an X may end seventeen of them. How many; *i stands behind them. */
static int64_t take_digits(shi_str text, int64_t *i, bool joined, char digits[20])
{
    int64_t n = 0;
    for (; *i < text.len; ++*i) {
        char c = text.ptr[*i];
        bool last_x = (c == 'X' || c == 'x') && n == 17;
        if (joined && separator(c)) continue;
        if ((c < '0' || c > '9') && !last_x) break;
        if (n < 20) digits[n] = c;
        n++;
        if (last_x) {
            ++*i;
            break;
        }
    }
    return n;
}

bool shi_is_personal_number(shi_str text)
{
    char digits[20];
    for (int joined = 0; joined < 2; joined++) {
        for (int64_t i = 0; i < text.len;) {
            if (text.ptr[i] < '0' || text.ptr[i] > '9') {
                i++;
                continue;
            }
            int64_t n = take_digits(text, &i, joined, digits);
            if (n <= 20 && personal_digits(digits, n)) return true;
        }
    }
    return false;
}

shi_str shi_showable(shi_str text)
{
    char address[48], network[48], narrow[200];
    int64_t n = 0;
    if (!text.ptr) return text;
    text = shi_str_cut((shi_str){ text.ptr, shi_utf8_valid(text.ptr, text.len) }, (int64_t)sizeof narrow);
    for (int64_t i = 0; i < text.len; i++) {   /* full-width digits are EF BC 90 to 99 */
        bool wide = i + 2 < text.len && !memcmp(text.ptr + i, "\xEF\xBC", 2) && (unsigned char)text.ptr[i + 2] >= 0x90
            && (unsigned char)text.ptr[i + 2] <= 0x99;
        narrow[n++] = wide ? (char)((unsigned char)text.ptr[i + 2] - 0x90 + '0') : text.ptr[i];
        if (wide) i += 2;
    }
    shi_str plain = { narrow, n };
    return shi_is_personal_number(plain) || shi_ip_clean(plain, address, network) ? S("***") : text;
}

/* Bytes of the digit at p: 1, 3 (full-width), or 0. */
static int64_t digit_at(const char *p, int64_t left)
{
    if (p[0] >= '0' && p[0] <= '9') return 1;
    bool wide = left >= 3 && (unsigned char)p[0] == 0xEF && (unsigned char)p[1] == 0xBC && (unsigned char)p[2] >= 0x90 && (unsigned char)p[2] <= 0x99;
    return wide ? 3 : 0;
}

shi_str shi_mask_digits(shi_str text, char *room)
{
    int64_t n = 0;
    bool masked = false;
    for (int64_t i = 0; i < text.len;) {
        int64_t run = 0, to = i, used;
        while (to < text.len && (used = digit_at(text.ptr + to, text.len - to)) > 0) to += used, run++;
        if (run >= 7) {
            memcpy(room + n, "***", 3);
            n += 3;
            masked = true;
        } else if (run > 0) {
            memcpy(room + n, text.ptr + i, (size_t)(to - i));
            n += to - i;
        } else {
            room[n++] = text.ptr[i];
            to = i + 1;
        }
        i = to;
    }
    return masked ? (shi_str){ room, n } : text;
}

/* A slot is a cache line. Devices of a county, or its addresses, fit into 32 MiB, and only what fills is touched. */
enum { SLOT_TEXT = 51, ADDRESS_TEXT = 39, KINDS = 5, ADDRESSES = 1 << 19 };
static const int64_t SLOTS[KINDS] = { 1 << 16, 1 << 19, 1 << 12, 1 << 16, 1 << 16 };   /* powers of two, by shi_kind */

typedef struct {
    uint8_t len;
    char text[SLOT_TEXT];
    char pseudonym[SHI_PSEUDONYM_LEN];
} slot;

/* An address as written, with its network beside it: one look instead of two, and nothing to parse. */
typedef struct {
    uint8_t len;
    char text[ADDRESS_TEXT];
    char pseudonym[SHI_PSEUDONYM_LEN], network[SHI_PSEUDONYM_LEN];   /* network[0] 0: none */
} address_slot;

struct shi_pseudonyms {
    shi_key key;
    char fresh[KINDS][SHI_PSEUDONYM_LEN];
    slot *memory[KINDS];
    address_slot *address;
    address_slot long_address;   /* for what is too long to be remembered */
};

shi_pseudonyms *shi_pseudonyms_open(const shi_key *key)
{
    shi_pseudonyms *p = calloc(1, sizeof *p);
    bool whole = p != NULL;
    for (int k = 0; whole && k < KINDS; k++) whole = (p->memory[k] = (slot *)(void *)shi_os_reserve_table(SLOTS[k] * (int64_t)sizeof(slot))) != NULL;
    whole = whole && (p->address = (address_slot *)(void *)shi_os_reserve_table(ADDRESSES * (int64_t)sizeof(address_slot))) != NULL;
    if (whole) p->key = *key;
    else shi_pseudonyms_close(p);
    return whole ? p : NULL;
}

void shi_pseudonyms_close(shi_pseudonyms *p)
{
    if (!p) return;
    for (int k = 0; k < KINDS; k++)
        if (p->memory[k]) shi_os_release((char *)p->memory[k], SLOTS[k] * (int64_t)sizeof(slot));
    if (p->address) shi_os_release((char *)p->address, ADDRESSES * (int64_t)sizeof(address_slot));
    sodium_memzero(p, sizeof *p);
    free(p);
}

/* Eight bytes at a time; only speed hangs on how well it spreads. */
static uint64_t hash_of(shi_str s)
{
    uint64_t h = (uint64_t)s.len, word;
    int64_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        memcpy(&word, s.ptr + i, 8);
        h = (h ^ word) * 0x9E3779B97F4A7C15u;
        h ^= h >> 29;
    }
    word = 0;
    if (i < s.len) memcpy(&word, s.ptr + i, (size_t)(s.len - i));
    h = (h ^ word) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 32);
}

static const char *const KIND_NAME[KINDS] = { "phone", "device", "ip", "net", "account" };

static slot *slot_at(const shi_pseudonyms *p, shi_kind kind, shi_str value)
{
    return p->memory[kind] + (hash_of(value) & (uint64_t)(SLOTS[kind] - 1));
}

void shi_pseudonyms_expect(shi_pseudonyms *p, shi_kind kind, shi_str value)
{
    if (value.len == 0) return;
    if (kind == SHI_KIND_IP) __builtin_prefetch(&p->address[hash_of(value) & (ADDRESSES - 1)]);
    else __builtin_prefetch(slot_at(p, kind, value));
}

shi_str shi_pseudonyms_get(shi_pseudonyms *p, shi_kind kind, shi_str value)
{
    if (value.len == 0 || value.len > SLOT_TEXT) {
        shi_pseudonym(&p->key, KIND_NAME[kind], value, p->fresh[kind]);
        return (shi_str){ p->fresh[kind], SHI_PSEUDONYM_LEN };
    }
    slot *s = slot_at(p, kind, value);
    if (s->len != value.len || memcmp(s->text, value.ptr, (size_t)value.len) != 0) {
        shi_pseudonym(&p->key, KIND_NAME[kind], value, s->pseudonym);
        s->len = (uint8_t)value.len;
        memcpy(s->text, value.ptr, (size_t)value.len);
    }
    return (shi_str){ s->pseudonym, SHI_PSEUDONYM_LEN };
}

shi_str shi_pseudonyms_address(shi_pseudonyms *p, shi_str written, shi_str *network)
{
    bool fits = written.len > 0 && written.len <= ADDRESS_TEXT;
    address_slot *s = fits ? &p->address[hash_of(written) & (ADDRESSES - 1)] : &p->long_address;
    if (!fits || s->len != written.len || memcmp(s->text, written.ptr, (size_t)written.len) != 0) {
        char address[48], net[48];
        bool known = shi_ip_clean(written, address, net);
        shi_pseudonym(&p->key, KIND_NAME[SHI_KIND_IP], known ? shi_str_from(address) : written, s->pseudonym);
        if (known) memcpy(s->network, shi_pseudonyms_get(p, SHI_KIND_NET, shi_str_from(net)).ptr, SHI_PSEUDONYM_LEN);
        else s->network[0] = 0;
        s->len = fits ? (uint8_t)written.len : 0;
        if (fits) memcpy(s->text, written.ptr, (size_t)written.len);
    }
    *network = s->network[0] ? (shi_str){ s->network, SHI_PSEUDONYM_LEN } : (shi_str){ 0 };
    return (shi_str){ s->pseudonym, SHI_PSEUDONYM_LEN };
}
