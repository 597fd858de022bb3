/* One cell of text as a typed value, or the reason why it is none. Accepts numbers as offices write them: full-width digits, commas
 * between thousands, 1.2万, 95.18%; "—", "无" and blanks are missing. */
#ifndef SHI_TABLE_CELL_H
#define SHI_TABLE_CELL_H

#include "base/calendar.h"
#include "table/schema.h"

typedef struct {
    const shi_zone *zone;
    int64_t earliest_us, latest_us;   /* [earliest, latest) for SHI_T_TIME */
} shi_cell_rules;

enum { SHI_CELL_ROOM = 512 };

typedef struct {
    bool missing, percent;   /* percent: i is thousandths of a percent */
    int64_t i;               /* COUNT; DECIMAL, REPORTED in thousandths; TIME, DUE in µs UTC */
    double d;                /* SHARE, PRICE */
    shi_str s;               /* the rest; borrowed from the text or from room */
} shi_cell;

typedef struct {
    const char *reason, *remedy;   /* message ids; reason NULL: the cell is good */
} shi_flaw;

/* Written for "nothing": empty, a dash, 无, 空, null. */
bool shi_cell_says_nothing(shi_str text);
/* Phones, devices and addresses come back trimmed and otherwise as written: what they become is the store's business. */
shi_flaw shi_cell_parse(const shi_column *column, shi_str text, const shi_cell_rules *rules, char room[SHI_CELL_ROOM], shi_cell *out);

#endif
