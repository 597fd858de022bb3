/* Phones, addresses and personal numbers: spellings that are one, and what must never pass. */
#include "store/pseudonym.h"

#include "table_dump.h"
#include "test.h"

static void spellings_of_a_phone(void **state)
{
    (void)state;
    static const char *const MOBILE[] = { "13812345678", " 13812345678 ", "138 1234 5678", "138-1234-5678", "1-3-8-1-2-3-4-5-6-7-8",
        "(138)12345678", "+8613812345678", "+86 138 1234 5678", "+86-138-1234-5678", "(+86)13812345678", "008613812345678",
        "0086 138-1234-5678", "8613812345678", "86 13812345678", "１３８１２３４５６７８", "＋８６１３８１２３４５６７８", "１３８－１２３４－５６７８", "（＋８６）１３８１２３４５６７８",
        "138　1234　5678", "138—1234—5678", "138–1234–5678", "\xC2\xA0" "138\xC2\xA0" "12345678", "\t13812345678" };
    for (int64_t i = 0; i < COUNT(MOBILE); i++) {
        char digits[16] = "untouched";
        if (shi_phone_clean(shi_str_from(MOBILE[i]), digits) != SHI_PHONE_OK) fail_msg("\"%s\" is a phone", MOBILE[i]);
        assert_string_equal(digits, "13812345678");
    }
    static const char *const LANDLINE[] = { "055112345678", "0551-12345678", "(0551)12345678", "（０５５１）12345678", "0551 1234 5678",
        "+86 0551 12345678" };
    for (int64_t i = 0; i < COUNT(LANDLINE); i++) {
        char digits[16];
        assert_int_equal(shi_phone_clean(shi_str_from(LANDLINE[i]), digits), SHI_PHONE_OK);
        assert_string_equal(digits, "055112345678");
    }
}

static void states_of_a_phone(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        shi_phone_state want;
    } CASE[] = {
        { "10086000000", SHI_PHONE_OK }, { "19999999998", SHI_PHONE_OK }, { "0101234567", SHI_PHONE_OK }, { "01012345678", SHI_PHONE_OK },
        { "", SHI_PHONE_NONE }, { "  ", SHI_PHONE_NONE }, { "　", SHI_PHONE_NONE }, { "-", SHI_PHONE_NONE }, { "()", SHI_PHONE_NONE },
        { "—", SHI_PHONE_NONE }, { "138****8000", SHI_PHONE_MASKED }, { "138xxxx8000", SHI_PHONE_MASKED },
        { "138XXXX8000", SHI_PHONE_MASKED }, { "１３８＊＊＊＊８０００", SHI_PHONE_MASKED }, { "***********", SHI_PHONE_MASKED },
        { "+86138****8000", SHI_PHONE_MASKED }, { "138 **** 8000", SHI_PHONE_MASKED }, { "11111111111", SHI_PHONE_PLACEHOLDER },
        { "00000000000", SHI_PHONE_PLACEHOLDER }, { "99999999999", SHI_PHONE_PLACEHOLDER }, { "0000", SHI_PHONE_PLACEHOLDER },
        { "12345678901", SHI_PHONE_PLACEHOLDER }, { "12345678910", SHI_PHONE_PLACEHOLDER }, { "13800000000", SHI_PHONE_PLACEHOLDER },
        { "13800138000", SHI_PHONE_PLACEHOLDER }, { "+86 138 0013 8000", SHI_PHONE_PLACEHOLDER }, { "１３８００１３８０００", SHI_PHONE_PLACEHOLDER },
        { "1381234567", SHI_PHONE_INVALID }, { "138123456789", SHI_PHONE_INVALID }, { "23812345678", SHI_PHONE_INVALID },
        { "+113812345678", SHI_PHONE_INVALID }, { "138+12345678", SHI_PHONE_INVALID }, { "13812345678a", SHI_PHONE_INVALID },
        { "无", SHI_PHONE_INVALID }, { "138.1234.5678", SHI_PHONE_INVALID }, { "0012345678901", SHI_PHONE_INVALID },
        { "012345678", SHI_PHONE_INVALID }, { "0123456789012", SHI_PHONE_INVALID }, { "00551234567", SHI_PHONE_INVALID },
        { "123456789012345678901234567890", SHI_PHONE_INVALID }, { "13812345678,13912345678", SHI_PHONE_INVALID },
        { "13812345678/13912345678", SHI_PHONE_INVALID }, { "+86", SHI_PHONE_INVALID }, { "0086", SHI_PHONE_INVALID },
        { "\xFF", SHI_PHONE_INVALID }, { "138\xEF\xBC", SHI_PHONE_INVALID }, { "13812345678\xE3\x80", SHI_PHONE_INVALID },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char digits[16] = "untouched";
        shi_phone_state got = shi_phone_clean(shi_str_from(CASE[i].text), digits);
        if (got != CASE[i].want) fail_msg("\"%s\": state %d, not %d", CASE[i].text, (int)got, (int)CASE[i].want);
        if (got != SHI_PHONE_OK) assert_string_equal(digits, "untouched");
        else assert_true(strspn(digits, "0123456789") == strlen(digits));
    }
}

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *address, *network;   /* NULL: no address */
    } CASE[] = {
        { "203.0.113.7", "203.0.113.7", "203.0.113.0" },
        { "0.0.0.0", "0.0.0.0", "0.0.0.0" },
        { "255.255.255.255", "255.255.255.255", "255.255.255.0" },
        { "10.0.0.1", "10.0.0.1", "10.0.0.0" },
        { "2001:db8::1", "2001:db8::1", "2001:db8::" },
        { "2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1", "2001:db8::" },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
        { "2001:DB8:1:2:FFFF::", "2001:db8:1:2:ffff::", "2001:db8:1:2::" },
        { "::1", "::1", "::" },
        { "::", "::", "::" },
        { "fe80::a:b", "fe80::a:b", "fe80::" },
        { "::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0" },
        { "::FFFF:CB00:7107", "203.0.113.7", "203.0.113.0" },
        { "", NULL, NULL },
        { "256.0.0.1", NULL, NULL },
        { "1.2.3", NULL, NULL },
        { "1.2.3.4.5", NULL, NULL },
        { "1.2.3.", NULL, NULL },
        { ".1.2.3", NULL, NULL },
        { "1..2.3", NULL, NULL },
        { "01.2.3.4", NULL, NULL },
        { "1.2.3.1000", NULL, NULL },
        { "1.2.3.4 ", NULL, NULL },
        { "1.2.3.4:80", NULL, NULL },
        { "1.2.3.-4", NULL, NULL },
        { "2001:db8::1%eth0", NULL, NULL },
        { "2001:db8", NULL, NULL },
        { "1:2:3:4:5:6:7:8:9", NULL, NULL },
        { "[2001:db8::1]", NULL, NULL },
        { "localhost", NULL, NULL },
        { "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb", NULL, NULL },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        char address[48] = "a", network[48] = "n";
        bool is_one = shi_ip_clean(shi_str_from(CASE[i].text), address, network);
        if (is_one != !!CASE[i].address) fail_msg("\"%s\"", CASE[i].text);
        if (!is_one) continue;
        assert_string_equal(address, CASE[i].address);
        assert_string_equal(network, CASE[i].network);
    }
}

/* Random addresses: the canonical form is its own, whatever form it came in, and the network holds its first 24 or 64 bits. */
static void random_addresses(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 20000; i++) {
        char text[64], address[48], network[48], again[48], net2[48];
        uint64_t r = table_random(1, i), low = table_random(2, i);
        unsigned p[8];
        for (int k = 0; k < 8; k++) p[k] = (unsigned)((k < 4 ? r : low) >> (16 * (k % 4)) & 0xFFFF);
        if (i % 3 == 0) snprintf(text, sizeof text, "%u.%u.%u.%u", p[0] & 255, p[1] & 255, p[2] & 255, p[3] & 255);
        else if (i % 3 == 1) snprintf(text, sizeof text, "%x:%x:%x:%x:%x:%x:%x:%x", p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);
        else snprintf(text, sizeof text, "%04X:%04X:0:0:0000:0:%04X:%X", p[0] | 0x1000, p[1], p[6], p[7]);
        assert_true(shi_ip_clean(shi_str_from(text), address, network));
        assert_true(shi_ip_clean(shi_str_from(address), again, net2));
        assert_string_equal(again, address);
        assert_string_equal(net2, network);
        char *dot = strrchr(text, '.');
        if (dot) {
            assert_string_equal(address, text);
            strcpy(dot, ".0");
            assert_string_equal(network, text);
        } else {
            snprintf(text, sizeof text, "%x:%x:%x:%x::", i % 3 == 1 ? p[0] : p[0] | 0x1000, p[1], i % 3 == 1 ? p[2] : 0, i % 3 == 1 ? p[3] : 0);
            assert_true(shi_ip_clean(shi_str_from(text), again, net2));
            assert_string_equal(network, again);
        }
    }
}

/* The check character of an identity number, GB 11643-1999: sum of digit x 2^(17 - i) mod 11. */
static char check_character(const char *digits17)
{
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        int weight = 1;
        for (int k = 0; k < 17 - i; k++) weight = weight * 2 % 11;
        sum += weight * (digits17[i] - '0');
    }
    return "10X98765432"[sum % 11];
}

static void identity_numbers(void **state)
{
    (void)state;
    int64_t with_x = 0;
    for (uint64_t i = 0; i < 5000; i++) {
        char text[64], number[32];
        uint64_t r = table_random(1, i);
        snprintf(number, sizeof number, "34%04u%04u%02u%02u%03u", (unsigned)(r % 10000), (unsigned)(1930 + r / 10000 % 90),
                 (unsigned)(1 + r / 1000000 % 12), (unsigned)(1 + r / 100000000 % 28), (unsigned)(r / 10000000000 % 1000));
        number[17] = check_character(number);
        number[18] = 0;
        with_x += number[17] == 'X';
        assert_true(shi_is_personal_number(shi_str_from(number)));
        snprintf(text, sizeof text, "身份证%s。", number);
        assert_true(shi_is_personal_number(shi_str_from(text)));
        if (number[17] == 'X') {
            number[17] = 'x';
            assert_true(shi_is_personal_number(shi_str_from(number)));
        }
        snprintf(text, sizeof text, "%s0", number);   /* a longer run of digits is another number */
        if (number[17] != 'x') assert_false(shi_is_personal_number(shi_str_from(text)));
        snprintf(text, sizeof text, "0%s", number);
        assert_false(shi_is_personal_number(shi_str_from(text)));
        char right = number[17];
        for (const char *c = "0123456789X"; *c; c++) {
            number[17] = *c;
            if (*c != right && !(*c == 'X' && right == 'x')) assert_false(shi_is_personal_number(shi_str_from(number)));
        }
    }
    assert_true(with_x > 200);
}

static void personal_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool want;
    } CASE[] = {
        { "13812345678", true }, { "user_13812345678", true }, { "13812345678@phone", true }, { "19912345678", true }, { "8613812345678", true },
        { "+8613812345678", true }, { "a13812345678b15912345678", true }, { "1 13812345678", true }, { "13812345678 13912345678", true },
        { "(1)13812345678", true }, { "3-13812345678", true },
        { "008613812345678", true }, { "138-1234-5678", true }, { "138 1234 5678", true }, { "(86)138-1234-5678", true },
        { "340101900101123", true }, { "340101901301123", false }, { "910101900101123", false },   /* the old form of 15 digits */
        { "110105 19491231 002X", true },
        { "12812345678", false }, { "10012345678", false }, { "23812345678", false }, { "1381234567", false }, { "138123456789", false },
        { "013812345678", false }, { "8712345678901", false }, { "u1001", false }, { "", false }, { "柳湾村", false }, { "138_1234_567", false },
        { "340101199001011234", false }, { "340101199001011230", false },   /* the check character is X */
        /* good check characters, but month 13, month 0, day 32 */
        { "340101199013011237", false }, { "340101199000011238", false }, { "340101199001321238", false },
        { "11010519491231002X", true },                                     /* the example of GB 11643 */
        { "110105194912310021", false }, { "11010519491231002", false },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++)
        if (shi_is_personal_number(shi_str_from(CASE[i].text)) != CASE[i].want) fail_msg("\"%s\"", CASE[i].text);
}

static void digits_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;   /* NULL: comes back itself */
    } CASE[] = {
        { "", NULL }, { "好文章", NULL }, { "123456", NULL }, { "2024-06-30", NULL }, { "１２３４５６", NULL }, { "123456 789012", NULL },
        { "1234567", "***" }, { "电话13812345678，谢谢", "电话***，谢谢" }, { "１３８１２３４５６７８", "***" }, { "138１２３４5678", "***" },
        { "1234567a7654321", "***a***" }, { "12 1234567 345", "12 *** 345" }, { "a12345678901234567890b", "a***b" },
        { "34010119900101123X", "***X" }, { "村1234567村", "村***村" }, { "123456\xEF\xBC\x97", "***" }, { "123456\xEF\xBC", NULL },
        { "123456\xEF\xBC\x9A", NULL },   /* ： is no digit */
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) {
        shi_str text = shi_str_from(CASE[i].text);
        char *room = malloc((size_t)text.len + 1);
        shi_str got = shi_mask_digits(text, room);
        if (CASE[i].want) assert_str(got, CASE[i].want);
        else assert_true(got.ptr == text.ptr && got.len == text.len);
        free(room);
    }
}

/* Against a mask that marks digits one by one first. */
static void random_masks(void **state)
{
    (void)state;
    static const char *const PIECE[] = { "1", "2", "３", "９", "a", "村", "-", "12345", "\xEF\xBC", "5678" };
    for (uint64_t seed = 0; seed < 50000; seed++) {
        const char *piece[16];
        shi_buf text = { 0 }, want = { 0 };
        int64_t n = (int64_t)(table_random(seed, 0) % 16);
        for (int64_t i = 0; i < n; i++) shi_buf_puts(&text, piece[i] = PIECE[table_random(seed, 1 + (uint64_t)i) % (uint64_t)COUNT(PIECE)]);
        for (int64_t i = 0; i < n;) {
            int64_t digits = 0, to = i;
            for (; to < n && (strchr("123456789", piece[to][0]) || !strcmp(piece[to], "３") || !strcmp(piece[to], "９")); to++)
                digits += (unsigned char)piece[to][0] < 0x80 ? (int64_t)strlen(piece[to]) : 1;
            if (digits >= 7) shi_buf_puts(&want, "***");
            for (int64_t k = i; k < to && digits < 7; k++) shi_buf_puts(&want, piece[k]);
            if (to == i) shi_buf_puts(&want, piece[to++]);
            i = to;
        }
        char *room = malloc((size_t)text.len + 1);
        shi_str got = shi_mask_digits(shi_buf_str(&text), room);
        if (!shi_str_eq(got, shi_buf_str(&want))) fail_msg("%s gives %.*s, not %s", text.ptr, (int)got.len, got.ptr, want.ptr);
        free(room);
        shi_buf_drop(&text);
        shi_buf_drop(&want);
    }
}

/* The memory gives what the plain function gives, also when values push each other out. */
static void the_memory_gives_the_same(void **state)
{
    (void)state;
    static const char *const KIND[] = { "phone", "device", "ip", "net", "account" };
    shi_key key;
    shi_key_fresh(&key);
    shi_pseudonyms *p = shi_pseudonyms_open(&key);
    assert_non_null(p);
    for (uint64_t i = 0; i < 400000; i++) {
        char text[128], want[SHI_PSEUDONYM_LEN];
        uint64_t r = table_random(9, i % 3 ? i : i / 3 * 7 % 5000);   /* new ones and old ones */
        int len = snprintf(text, sizeof text, "%0*llu", (int)(r % 80), (unsigned long long)(r >> 40));
        int kind = (int)(i % 5);
        shi_str value = { text, i % 1000 ? len : 0 };
        shi_pseudonym(&key, KIND[kind], value, want);
        shi_pseudonyms_expect(p, (shi_kind)kind, value);
        shi_str got = shi_pseudonyms_get(p, (shi_kind)kind, value);
        assert_int_equal(got.len, SHI_PSEUDONYM_LEN);
        assert_memory_equal(got.ptr, want, SHI_PSEUDONYM_LEN);
    }
    shi_pseudonyms_close(p);
    shi_pseudonyms_close(NULL);
}

/* An address is known by its plainest form, its network by its own kind. */
static void addresses_with_their_networks(void **state)
{
    (void)state;
    static const char *const TEXT[] = { "203.0.113.7", "::ffff:203.0.113.7", "2001:0DB8::0001", "2001:db8::1", "10.0.0.1", "10.0.0.2",
        "unknown", "", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:0db8:0000:0000:0000:ffff:203.100.113.107",
        "no address, and longer than any that is remembered" };
    shi_key key;
    shi_key_fresh(&key);
    shi_pseudonyms *p = shi_pseudonyms_open(&key);
    assert_non_null(p);
    for (uint64_t i = 0; i < 200000; i++) {
        char text[64], address[48], net[48], want[SHI_PSEUDONYM_LEN], want_net[SHI_PSEUDONYM_LEN];
        uint64_t r = table_random(11, i % 3 ? i : i % 700);
        snprintf(text, sizeof text, "%u.%u.%u.%u", (unsigned)(r & 255), (unsigned)(r >> 8 & 255), (unsigned)(r >> 16 & 255),
                 (unsigned)(r >> 24 & 255));
        shi_str written = i % 5 ? shi_str_from(text) : shi_str_from(TEXT[i / 5 % (uint64_t)COUNT(TEXT)]), network = { 0 };
        bool known = shi_ip_clean(written, address, net);
        shi_pseudonym(&key, "ip", known ? shi_str_from(address) : written, want);
        if (known) shi_pseudonym(&key, "net", shi_str_from(net), want_net);
        shi_str got = shi_pseudonyms_address(p, written, &network);
        assert_int_equal(got.len, SHI_PSEUDONYM_LEN);
        assert_memory_equal(got.ptr, want, SHI_PSEUDONYM_LEN);
        if (known) assert_memory_equal(network.ptr, want_net, SHI_PSEUDONYM_LEN);
        else assert_str(network, NULL);
    }
    shi_pseudonyms_close(p);
}

static void what_may_be_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } CASE[] = {
        { "柳湾村", "柳湾村" }, { "-3", "-3" }, { "340123101205", "340123101205" }, { "2024-06-30 08:15:00", "2024-06-30 08:15:00" },
        { "13812345678", "***" }, { "+86 138-1234-5678", "***" }, { "11010519491231002X", "***" }, { "203.0.113.7", "***" },
        { "2001:db8::1", "***" }, { "村\xFF村", "村" }, { "", "" },
    };
    for (int64_t i = 0; i < COUNT(CASE); i++) assert_str(shi_showable(shi_str_from(CASE[i].text)), CASE[i].want);
    assert_str(shi_showable((shi_str){ 0 }), NULL);
    char wide[301];
    for (int i = 0; i < 300; i += 3) memcpy(wide + i, "村", 3);
    assert_int_equal(shi_showable((shi_str){ wide, 300 }).len, 198);
}

static void keys_and_kinds_differ(void **state)
{
    (void)state;
    shi_key key[2];
    shi_key_fresh(&key[0]);
    shi_key_fresh(&key[1]);
    char seen[10][SHI_PSEUDONYM_LEN];
    int n = 0;
    for (int k = 0; k < 2; k++) {
        shi_pseudonyms *p = shi_pseudonyms_open(&key[k]);
        assert_non_null(p);
        for (int kind = SHI_KIND_PHONE; kind <= SHI_KIND_ACCOUNT; kind++)
            memcpy(seen[n++], shi_pseudonyms_get(p, (shi_kind)kind, S("13812345678")).ptr, SHI_PSEUDONYM_LEN);
        shi_pseudonyms_close(p);
    }
    for (int i = 0; i < n; i++) {
        for (int c = 0; c < SHI_PSEUDONYM_LEN; c++)
            assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", seen[i][c]));
        for (int k = 0; k < i; k++) assert_memory_not_equal(seen[i], seen[k], SHI_PSEUDONYM_LEN);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(spellings_of_a_phone),
    cmocka_unit_test(states_of_a_phone),
    cmocka_unit_test(addresses),
    cmocka_unit_test(random_addresses),
    cmocka_unit_test(identity_numbers),
    cmocka_unit_test(personal_numbers),
    cmocka_unit_test(digits_are_masked),
    cmocka_unit_test(random_masks),
    cmocka_unit_test(the_memory_gives_the_same),
    cmocka_unit_test(addresses_with_their_networks),
    cmocka_unit_test(what_may_be_shown),
    cmocka_unit_test(keys_and_kinds_differ),
};
RUN_TESTS("pseudonym")
