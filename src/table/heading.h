/* Headers and names as offices write them, made plain so that they can be compared; periods and totals that stand in a text. */
#ifndef SHI_TABLE_HEADING_H
#define SHI_TABLE_HEADING_H

#include "base/calendar.h"
#include "base/text.h"

enum { SHI_HEADING = 128 };

typedef struct {
    char room[SHI_HEADING];
    int64_t len;
    int places;      /* of 万 (4) or 亿 (8) in a bracket such as （万人）; else 0 */
    bool percent;    /* （%） */
    bool unit;       /* a bracket named a unit of measure, so one that stands in the title says nothing here */
} shi_heading;

/* Full-width to ASCII, lower case, no blanks or line breaks, no mark or colon at the end, and no bracket that names a unit of measure.
 * Longer texts are cut: they are no header. */
void shi_heading_plain(shi_str text, shi_heading *out);
shi_str shi_heading_text(const shi_heading *heading);
/* The same for the name of a unit: 柳湾村民委员会 and 柳湾村委会 are 柳湾村. */
void shi_heading_name(shi_str text, shi_heading *out);

/* The periods that stand in a plain text, such as 2024年6月, 2024年第二季度, 2024年度, 2024-06; days (2024年6月30日) are none. At most two
 * different ones; *from and *to: the first one's bytes. Returns how many. */
int shi_heading_periods(shi_str plain, shi_period found[2], int64_t *from, int64_t *to);

/* 合计, 小计, 总计, 共计, or a name before it. */
bool shi_heading_is_total(shi_str plain);
/* The row is a remark below (or above) a table: 注：, 备注：, 说明：, 填表人 … */
bool shi_heading_is_note(shi_str plain);
/* 单位：万人 and the like in a title: the places of 万 or 亿; 0: none. */
int shi_heading_scale_note(shi_str plain);

#endif
