/* Publishing: after the rename a file is at its place but does not count until the ledger says so. */
#include "chain/publish.h"

#include <inttypes.h>

typedef struct {
    shi_workspace *ws;
    shi_arena *keep;
    const char *table;
    int64_t import_id;
    shi_part_row *row;
    int64_t len, cap;
} moving;

/* `from` (below tmp/new) to data/…; period is the local month or missing. */
static shi_err move_file(moving *m, const char *from, shi_str period)
{
    if (m->len == m->cap) return shi_no_memory();
    shi_part_row *row = &m->row[m->len];
    shi_sha256 hash;
    char hex[65];
    *row = (shi_part_row){ .import_id = m->import_id, .period = period };
    SHI_TRY(shi_sha256_file(from, &hash, &row->bytes));
    shi_hex(hash.byte, 32, hex);
    row->sha256 = shi_str_copy(m->keep, shi_str_from(hex));
    shi_str folder = period.ptr ? shi_str_format(m->keep, "data/%s/period=%s", m->table, period.ptr) : shi_str_format(m->keep, "data/%s", m->table);
    row->path = shi_str_format(m->keep, "%s/%04" PRId64 "-%" PRId64 ".parquet", folder.ptr, m->import_id, m->len);
    const char *to_folder = shi_workspace_path(m->ws, m->keep, "%s", folder.ptr);
    SHI_TRY(shi_os_mkdir(shi_workspace_path(m->ws, m->keep, "data/%s", m->table), 0700));
    SHI_TRY(shi_os_mkdir(to_folder, 0700));
    SHI_TRY(shi_os_sync_file(from));
    SHI_TRY(shi_os_rename(from, shi_workspace_path(m->ws, m->keep, "%s", row->path.ptr)));
    SHI_TRY(shi_os_sync_file(to_folder));
    m->len++;
    return (shi_err){ 0 };
}

static shi_err move_folder(moving *m, const char *folder, shi_str period)
{
    shi_strs names;
    SHI_TRY(shi_os_list(m->keep, folder, &names));
    for (int64_t i = 0; i < names.len; i++) {
        shi_str path = shi_str_format(m->keep, "%s/%s", folder, names.ptr[i].ptr);
        if (!path.ptr) return shi_no_memory();
        bool is_period = shi_str_starts(names.ptr[i], S("period="));
        if (shi_os_is_dir(path.ptr)) SHI_TRY(move_folder(m, path.ptr, is_period ? shi_str_sub(names.ptr[i], 7, names.ptr[i].len) : period));
        else SHI_TRY(move_file(m, path.ptr, period));
    }
    return (shi_err){ 0 };
}

shi_err shi_publish_files(shi_workspace *ws, shi_arena *keep, const char *table, int64_t import_id, shi_part_rows *out)
{
    enum { MOST_FILES = 1 << 16 };
    moving m = { .ws = ws, .keep = keep, .table = table, .import_id = import_id, .cap = MOST_FILES };
    m.row = shi_new(keep, shi_part_row, MOST_FILES);
    if (!m.row) return shi_no_memory();
    SHI_TRY(move_folder(&m, shi_workspace_path(ws, keep, "tmp/new"), (shi_str){ 0 }));
    SHI_TRY(shi_os_sync_file(shi_workspace_path(ws, keep, "data")));
    *out = (shi_part_rows){ m.row, m.len };
    return (shi_err){ 0 };
}
