/* Unpacks each sheet, which also checks its sum, and counts the beginnings of rows and cells: in text no such beginning can stand, since < is
 * written &lt; there. A piece lost in the middle takes some with it. Cost: as unpacking. */
#include "report/binder_check.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PIECE = 1 << 18, LONGEST = 16 };

/* Counts in `text`, but for the last LONGEST bytes, which are looked at again with what follows. */
static void count(const char *text, int64_t len, shi_sheet_tally *got)
{
    const char *end = text + len, *at = text;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        if (!memcmp(at, "<row ", 5)) got->rows++;
        else if (!memcmp(at, "<c r=", 5)) got->cells++;
        at++;
    }
}

static bool sheet_whole(zip_file_t *file, char *buffer, shi_sheet_tally *got)
{
    static const char LAST[] = "</worksheet>";
    int64_t kept = 0, n;
    while ((n = zip_fread(file, buffer + kept, PIECE)) > 0) {
        int64_t len = kept + n, sure = len > LONGEST ? len - LONGEST : 0;
        count(buffer, sure, got);
        kept = len - sure;
        memmove(buffer, buffer + sure, (size_t)kept);
    }
    int64_t last = (int64_t)sizeof LAST - 1;
    while (kept > 0 && (buffer[kept - 1] == '\n' || buffer[kept - 1] == '\r')) kept--;
    return n == 0 && kept >= last && !memcmp(buffer + kept - last, LAST, (size_t)last);
}

shi_err shi_binder_check(const char *path, int sheets, const shi_sheet_tally *put)
{
    shi_sheet_tally got = { 0 };
    zip_t *zip = zip_open(path, ZIP_RDONLY, NULL);
    char *buffer = malloc(PIECE + LONGEST), name[64];
    bool whole = zip && buffer;
    for (int k = 1; whole && k <= sheets; k++) {
        snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", k);
        zip_file_t *file = zip_fopen(zip, name, 0);
        whole = file && sheet_whole(file, buffer, &got);
        if (file) zip_fclose(file);
    }
    if (zip) zip_discard(zip);
    free(buffer);
    if (whole && got.rows == put->rows && got.cells == put->cells) return (shi_err){ 0 };
    return shi_fail(SHI_SYSTEM, N_("the workbook could not be written whole"),
                    N_("Free some space on the disks of the file and of the workspace, and run the command again: nothing was changed."));
}
