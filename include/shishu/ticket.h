/* shishu/ticket.h: random draws that anyone can repeat with sha256sum, from a public seed. */
#ifndef SHISHU_TICKET_H
#define SHISHU_TICKET_H

#include "shishu/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counter mode: number i = 1, 2, … is the SHA-256 of the text "seed,i", read as one big-endian integer, mod (high - low + 1), plus low.
 * seed      any text, byte for byte
 * low, high the range, both included; high - low below 2^63
 * again     true: with replacement; false: numbers that were drawn before are skipped and i goes on, and then n <= high - low + 1
 * value     out, n numbers in the order of the draw
 * counter   out, n: the i of each; NULL: not asked for
 * scratch   0 with replacement; without 40 n + 16 KiB
 * Errors    SHI_USAGE: n larger than the range; SHI_SYSTEM: scratch too small; outputs then undefined
 * Cost      one hash a number; all of a range of N without replacement takes N log N hashes. Parallel, the same for any number of threads
 * Source    Colorado Secretary of State, Rule 25.2.2 (2017); Rivest, "Reference implementation code for pseudo-random sampler" (2011) */
SHI_API SHI_MUST_USE shi_err shi_counter_draw(shi_arena scratch, shi_str seed, int64_t low, int64_t high, bool again, int64_t n, int64_t *value,
                                              int64_t *counter);

/* A ticket is a decimal fraction in (0, 1): digit[0 … len - 1] are the digits after the point, '0' … '9'. U(text) has the decimal digits of
 * SHA-256(text), padded with zeros to 64, last digit first. Tickets are compared as text. */
enum { SHI_TICKET_DIGITS = 160 };
typedef struct {
    int32_t len;
    char digit[SHI_TICKET_DIGITS];
} shi_ticket;

/* The first ticket of an id: U(h id), h being the lower-case hex SHA-256 of the seed. */
SHI_API void shi_ticket_first(shi_str seed, shi_str id, shi_ticket *out);
/* The next ticket of an id that was drawn with its ticket `now`, x: the leading nines of x, then the digits of U("x:i") with the smallest
 * i = 1, 2, … that makes it larger than x. */
SHI_API void shi_ticket_next(const shi_ticket *now, shi_ticket *out);
/* Below 0, 0, above 0. */
SHI_API int shi_ticket_cmp(const shi_ticket *a, const shi_ticket *b);
/* "0.", the leading nines and `digits` more (cut, not rounded; 0: all), NUL-terminated; out holds SHI_TICKET_DIGITS + 3. */
SHI_API void shi_ticket_write(const shi_ticket *ticket, int64_t digits, char *out);

/* The first n rows of a frame in the order of their first tickets: a random sample without replacement, and so is each beginning of it.
 * id        rows; of two alike the earlier row comes first
 * order     out, n <= rows: row numbers from 0
 * twice     out: the first row whose id an earlier row has, found among all rows when n = rows, else among those that had to be sorted; -1:
 *           none; NULL: not asked for
 * scratch   8 rows + 16 times what has to be sorted (n and some more, at most rows) + 4 MiB
 * Errors    SHI_USAGE: n > rows; SHI_SYSTEM: scratch too small; order then undefined
 * Cost      one hash a row, then O(rows + n log n). Parallel, the same for any number of threads
 * Source    Rivest, "Consistent sampling with replacement" (2018), consistent_sampler */
SHI_API SHI_MUST_USE shi_err shi_ticket_order(shi_arena scratch, shi_str seed, const shi_str *id, int64_t rows, int64_t n, int64_t *order,
                                              int64_t *twice);

/* n draws with replacement: rows in the order of all their tickets, first and next ones.
 * row, generation  out, n; generation counts from 1
 * ticket    out, n; NULL: not asked for
 * scratch   as shi_ticket_order, and 200 bytes for each of min(n, rows)
 * Errors    SHI_USAGE: rows is 0 and n is not; SHI_SYSTEM: scratch too small
 * Cost      as shi_ticket_order, then some ten hashes and O(log n) a draw */
SHI_API SHI_MUST_USE shi_err shi_ticket_draw_again(shi_arena scratch, shi_str seed, const shi_str *id, int64_t rows, int64_t n, int64_t *row,
                                                   int64_t *generation, shi_ticket *ticket);

#ifdef __cplusplus
}
#endif
#endif
