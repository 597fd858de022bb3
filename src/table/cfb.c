/* Sectors are chained by a table of sectors (FAT); small streams lie in sectors of 64 bytes inside one stream of the root. Every step of a chain
 * is counted, and a chain longer than the file has sectors is damage. Numbers are little-endian. */
#include "table/cfb.h"

#include <string.h>

enum { HEADER = 512, ENTRY = 128, MINI = 64, IN_HEADER = 109 };
#define END_OF_CHAIN 0xFFFFFFFEu
#define FREE_SECTOR 0xFFFFFFFFu

typedef struct {
    shi_str file;
    int64_t sector, sectors;   /* bytes of a sector; sectors in the file */
    shi_buf fat, mini_fat, directory, mini;
    uint32_t cutoff;
} cfb;

static shi_err damaged(void)
{
    return shi_fail(SHI_INPUT, N_("this .xls workbook is damaged, or it is no workbook"),
                    N_("Open it in Excel or WPS and save it as .xlsx without a password, or as .csv."));
}

static uint32_t u32(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (uint32_t)u[0] | (uint32_t)u[1] << 8 | (uint32_t)u[2] << 16 | (uint32_t)u[3] << 24;
}

static unsigned u16(const char *p)
{
    const unsigned char *u = (const unsigned char *)p;
    return (unsigned)u[0] | (unsigned)u[1] << 8;
}

/* The bytes of a sector; the last one may be cut short. */
static bool sector_at(const cfb *c, uint32_t number, shi_str *out)
{
    int64_t from = ((int64_t)number + 1) * c->sector;
    if (from >= c->file.len) return false;
    *out = shi_str_sub(c->file, from, from + c->sector < c->file.len ? from + c->sector : c->file.len);
    return true;
}

/* Appends the sectors of a chain. */
static bool chain(const cfb *c, uint32_t first, shi_buf *out)
{
    int64_t steps = 0, entries = c->fat.len / 4;
    for (uint32_t s = first; s != END_OF_CHAIN; s = u32(c->fat.ptr + 4 * (int64_t)s)) {
        shi_str bytes;
        if ((int64_t)s >= entries || ++steps > c->sectors || !sector_at(c, s, &bytes)) return false;
        shi_buf_add(out, bytes);
    }
    return !out->failed;
}

static bool mini_chain(const cfb *c, uint32_t first, int64_t size, shi_buf *out)
{
    int64_t steps = 0, entries = c->mini_fat.len / 4;
    for (uint32_t s = first; s != END_OF_CHAIN && out->len < size; s = u32(c->mini_fat.ptr + 4 * (int64_t)s)) {
        if ((int64_t)s >= entries || ++steps > entries || ((int64_t)s + 1) * MINI > c->mini.len) return false;
        shi_buf_add(out, shi_str_sub(shi_buf_str(&c->mini), (int64_t)s * MINI, ((int64_t)s + 1) * MINI));
    }
    return !out->failed;
}

/* The table of sectors: 109 of its sectors are named in the header, more in a chain of their own. */
static bool fat_read(cfb *c)
{
    shi_str bytes;
    for (int i = 0; i < IN_HEADER; i++) {
        uint32_t s = u32(c->file.ptr + 76 + 4 * i);
        if (s == FREE_SECTOR) continue;
        if (!sector_at(c, s, &bytes)) return false;
        shi_buf_add(&c->fat, bytes);
    }
    uint32_t next = u32(c->file.ptr + 68);
    for (int64_t steps = 0; next != END_OF_CHAIN && next != FREE_SECTOR; steps++) {
        if (steps > c->sectors || !sector_at(c, next, &bytes) || bytes.len < c->sector) return false;
        for (int64_t i = 0; i + 8 <= c->sector; i += 4) {
            shi_str part;
            uint32_t s = u32(bytes.ptr + i);
            if (s == FREE_SECTOR) continue;
            if (!sector_at(c, s, &part) || c->fat.len > c->file.len) return false;
            shi_buf_add(&c->fat, part);
        }
        next = u32(bytes.ptr + c->sector - 4);
    }
    return !c->fat.failed;
}

static bool is_named(const char *entry, const char *name)
{
    size_t n = strlen(name);
    if (u16(entry + 64) != 2 * (n + 1)) return false;
    for (size_t i = 0; i < n; i++)
        if (u16(entry + 2 * i) != (unsigned char)name[i]) return false;
    return true;
}

static bool stream_read(cfb *c, const char *name, shi_buf *out)
{
    for (int64_t at = 0; at + ENTRY <= c->directory.len; at += ENTRY) {
        const char *entry = c->directory.ptr + at;
        int64_t size = u32(entry + 120);
        if (entry[66] != 2 || !is_named(entry, name)) continue;
        if (size > c->file.len) return false;
        if (!(size < c->cutoff ? mini_chain(c, u32(entry + 116), size, out) : chain(c, u32(entry + 116), out)) || out->len < size) return false;
        out->len = size;
        return true;
    }
    return true;
}

static bool file_read(cfb *c, const char *name, shi_buf *out)
{
    if (c->file.len < HEADER || memcmp(c->file.ptr, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8)) return false;
    unsigned shift = u16(c->file.ptr + 30);
    if (shift != 9 && shift != 12) return false;
    c->sector = (int64_t)1 << shift;
    c->sectors = c->file.len / c->sector + 1;
    c->cutoff = u32(c->file.ptr + 56);
    if (!fat_read(c) || !chain(c, u32(c->file.ptr + 48), &c->directory) || c->directory.len < ENTRY) return false;
    uint32_t mini_fat = u32(c->file.ptr + 60);
    if (mini_fat != END_OF_CHAIN && mini_fat != FREE_SECTOR && !chain(c, mini_fat, &c->mini_fat)) return false;
    uint32_t root = u32(c->directory.ptr + 116);
    if (c->mini_fat.len && root != END_OF_CHAIN && !chain(c, root, &c->mini)) return false;
    return stream_read(c, name, out);
}

shi_err shi_cfb_read(shi_str file, const char *name, shi_buf *out)
{
    cfb c = { .file = file };
    bool good = file_read(&c, name, out);
    shi_buf_drop(&c.fat);
    shi_buf_drop(&c.mini_fat);
    shi_buf_drop(&c.directory);
    shi_buf_drop(&c.mini);
    return good ? (shi_err){ 0 } : damaged();
}
