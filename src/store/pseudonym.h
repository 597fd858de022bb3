/* What is kept of phones, devices and addresses: keyed pseudonyms, made while a file is read, never the values (design 2). */
#ifndef SHI_STORE_PSEUDONYM_H
#define SHI_STORE_PSEUDONYM_H

#include "base/hash.h"

typedef enum { SHI_PHONE_OK, SHI_PHONE_NONE, SHI_PHONE_MASKED, SHI_PHONE_PLACEHOLDER, SHI_PHONE_INVALID } shi_phone_state;

/* The canonical digits of a phone: full-width to ASCII; spaces, dashes, brackets, +86 and 0086 dropped; valid with 11 digits from 1,
 * or a landline with area code (0, then 9 to 11 digits). Blank: NONE; with * or x: MASKED; all equal, 12345678901 and the like:
 * PLACEHOLDER. digits is NUL-terminated and set only for OK. */
shi_phone_state shi_phone_clean(shi_str text, char digits[16]);

/* The address in its plainest form and its network (/24 of IPv4, /64 of IPv6), as text; false if it is no address: then it is taken as
 * written, and has no network. */
bool shi_ip_clean(shi_str text, char address[48], char network[48]);

/* Does the value hold a mobile number (11 digits from 13 to 19, with or without 86, separators allowed) or an identity number (18
 * characters with a valid date and check digit, GB 11643; or the old form of 15 digits)? */
bool shi_is_personal_number(shi_str text);
/* What may be shown of a value, whatever column it stands in (a file's columns may be shifted): *** for one that looks like a phone, an
 * identity number or an address; else the value, cut to 200 bytes of valid UTF-8. */
shi_str shi_showable(shi_str text);

/* Replaces runs of seven or more digits (ASCII or full-width) by *** . room holds text.len + 1; the text itself comes back when it has
 * none. */
shi_str shi_mask_digits(shi_str text, char *room);

/* Pseudonyms with a memory of the last values, since the same device comes again and again. One a thread. */
typedef struct shi_pseudonyms shi_pseudonyms;
shi_pseudonyms *shi_pseudonyms_open(const shi_key *key);   /* NULL: no memory */
void shi_pseudonyms_close(shi_pseudonyms *p);
typedef enum { SHI_KIND_PHONE, SHI_KIND_DEVICE, SHI_KIND_IP, SHI_KIND_NET, SHI_KIND_ACCOUNT } shi_kind;
/* Tells that get will soon be asked for this value, so that its place is fetched meanwhile. */
void shi_pseudonyms_expect(shi_pseudonyms *p, shi_kind kind, shi_str value);
/* 12 bytes, borrowed until the next call of this kind. */
shi_str shi_pseudonyms_get(shi_pseudonyms *p, shi_kind kind, shi_str value);
/* The pseudonym of an address as it is written, and of its network (missing when it is no address). */
shi_str shi_pseudonyms_address(shi_pseudonyms *p, shi_str written, shi_str *network);

#endif
