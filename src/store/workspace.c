/* Making, finding, opening and sweeping a workspace.
 *
 * tmp/ (0700) holds spill and what an import is still writing; it is emptied when a writer opens and when it closes. What a killed
 * program left in data/ or runs/ has no row in the ledger and goes in the same sweep. */
#include "store/workspace.h"

#include "base/json.h"
#include "store/ledger.h"
#include "store/settings.h"

#include <stdlib.h>
#include <string.h>

const char *shi_workspace_path(const shi_workspace *ws, shi_arena *keep, const char *format, ...)
{
    shi_buf text = { 0 };
    va_list args;
    va_start(args, format);
    shi_buf_add(&text, ws->dir);
    shi_buf_addc(&text, '/');
    shi_buf_vformat(&text, format, args);
    va_end(args);
    shi_str path = text.failed ? (shi_str){ 0 } : shi_str_copy(keep, shi_buf_str(&text));
    shi_buf_drop(&text);
    return path.ptr ? path.ptr : "";   /* "" fails at the next system call, with its own error */
}

static shi_err write_key(shi_arena *keep, const char *path)
{
    shi_key key;
    char hex[2 * SHI_KEY_BYTES + 1];
    shi_key_fresh(&key);
    shi_hex(key.byte, SHI_KEY_BYTES, hex);
    return shi_os_write_whole(path, shi_str_format(keep, "%s\n", hex), 0600);
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static shi_err read_key(shi_arena *keep, const char *path, shi_key *out)
{
    shi_str text;
    SHI_TRY(shi_os_read(keep, path, 4096, &text));
    text = shi_str_trim(text);
    bool good = text.len == 2 * SHI_KEY_BYTES;
    for (int i = 0; good && i < SHI_KEY_BYTES; i++) {
        int high = nibble(text.ptr[2 * i]), low = nibble(text.ptr[2 * i + 1]);
        good = high >= 0 && low >= 0;
        if (good) out->byte[i] = (uint8_t)(high * 16 + low);
    }
    if (good) return (shi_err){ 0 };
    shi_err e = shi_fail(SHI_INPUT, N_("this is not a key of Shishu: 64 hexadecimal digits"),
                         N_("Take the key file back from a backup: without it new data cannot be joined to old."));
    e.file = shi_str_from(path);
    return e;
}

static const char *const FOLDERS[] = { "data", "runs", "rejects", "tmp" };

static shi_err fill(shi_arena *keep, const char *dir, const shi_init_options *options)
{
    shi_workspace ws = { .dir = shi_os_absolute(keep, dir), .now_us = options->now_us, .lock = -1 };
    for (int64_t i = 0; i < COUNT(FOLDERS); i++) SHI_TRY(shi_os_mkdir(shi_workspace_path(&ws, keep, "%s", FOLDERS[i]), 0700));
    int64_t slash = ws.dir.len;
    while (slash > 0 && ws.dir.ptr[slash - 1] != '/') slash--;
    shi_str name = options->name.ptr ? options->name : shi_str_sub(ws.dir, slash, ws.dir.len);
    shi_str zone = options->zone.ptr ? options->zone : S("Asia/Shanghai");
    SHI_TRY(shi_zone_open(shi_str_copy(keep, zone).ptr, &ws.zone));
    shi_str key_file = { 0 };
    if (options->key_file) {
        if (!shi_os_exists(options->key_file)) SHI_TRY(write_key(keep, options->key_file));
        key_file = shi_os_absolute(keep, options->key_file);
        SHI_TRY(read_key(keep, key_file.ptr, &ws.key));
    } else {
        SHI_TRY(write_key(keep, shi_workspace_path(&ws, keep, "secret.key")));
    }
    SHI_TRY(shi_os_write_whole(shi_workspace_path(&ws, keep, "shishu.ini"), shi_settings_text(keep, name, zone, key_file), 0644));
    /* what cannot be read back (a path of 200 bytes is too long for a line of settings) is refused now, not when data are in it */
    SHI_TRY(shi_settings_read(keep, shi_workspace_path(&ws, keep, "shishu.ini"), &ws.settings));
    /* the ledger last: a folder with a ledger is a workspace */
    SHI_TRY(shi_ledger_open(shi_workspace_path(&ws, keep, "ledger.db"), true, true, &ws.ledger));
    shi_err e = shi_ledger_begin(&ws);
    if (!e.code) e = shi_trail_add(&ws, "init", S("{\"version\":\"" SHI_VERSION "\"}"));
    if (!e.code) e = shi_ledger_commit(&ws);
    sqlite3_close(ws.ledger);
    return e;
}

shi_err shi_workspace_init(shi_arena *keep, const char *dir, const shi_init_options *options)
{
    bool made = !shi_os_exists(dir);
    SHI_TRY(shi_os_mkdir(dir, 0700));
    shi_strs inside;
    SHI_TRY(shi_os_list(keep, dir, &inside));
    if (inside.len > 0) {
        bool is_one = shi_os_exists(shi_str_format(keep, "%s/ledger.db", dir).ptr);
        shi_err e = shi_fail(SHI_INPUT, is_one ? N_("there is a workspace already") : N_("the folder is not empty"), N_("Name a new folder."));
        e.file = shi_str_from(dir);
        return e;
    }
    shi_err e = fill(keep, dir, options);
    if (!e.code) return e;
    for (int64_t i = 0; i < COUNT(FOLDERS); i++) (void)shi_os_remove_tree(shi_str_format(keep, "%s/%s", dir, FOLDERS[i]).ptr);
    static const char *const FILES[] = { "shishu.ini", "secret.key", "ledger.db", "ledger.db-wal", "ledger.db-shm" };
    for (int64_t i = 0; i < COUNT(FILES); i++) (void)shi_os_remove(shi_str_format(keep, "%s/%s", dir, FILES[i]).ptr);
    if (made) (void)shi_os_remove_tree(dir);
    return e;
}

/* `dir`, or the nearest parent of this folder that holds a ledger. */
static shi_err locate(shi_arena *keep, const char *dir, shi_str *out)
{
    shi_str at = shi_os_absolute(keep, dir ? dir : ".");
    for (;;) {
        if (shi_os_exists(shi_str_format(keep, "%.*s/ledger.db", (int)at.len, at.ptr).ptr)) {
            *out = shi_str_copy(keep, at);
            return (shi_err){ 0 };
        }
        int64_t slash = at.len - 1;
        while (slash > 0 && at.ptr[slash] != '/') slash--;
        if (dir || slash <= 0) break;
        at.len = slash;
    }
    shi_err e = shi_fail(SHI_INPUT, N_("there is no workspace here"), N_("Make one with \"shishu init DIR\", or name one with -C DIR."));
    e.file = shi_str_from(dir ? dir : ".");
    return e;
}

static shi_err take_lock(shi_arena *keep, shi_workspace *ws)
{
    bool held;
    const char *path = shi_workspace_path(ws, keep, "lock");
    SHI_TRY(shi_os_lock(path, &held, &ws->lock));
    if (held) return shi_os_write_lock_note(ws->lock);
    shi_str note = { 0 };
    (void)shi_os_read(keep, path, 4096, &note);
    shi_err e = shi_fail_value(SHI_SYSTEM, shi_str_trim(note), N_("another program is writing to this workspace"),
                               N_("Wait until that process has ended, or stop it, and run the command again."));
    e.file = ws->dir;
    return e;
}

static bool listed(const shi_part_rows *parts, shi_str path)
{
    int64_t low = 0, high = parts->len;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        int order = shi_str_cmp(parts->ptr[mid].path, path);
        if (order == 0) return true;
        if (order < 0) low = mid + 1;
        else high = mid;
    }
    return false;
}

/* Removes files below `folder` that the ledger does not know. */
static shi_err sweep(shi_workspace *ws, shi_arena scratch, shi_str folder, const shi_part_rows *parts)
{
    shi_strs names;
    const char *path = shi_workspace_path(ws, &scratch, "%.*s", (int)folder.len, folder.ptr);
    SHI_TRY(shi_os_list(&scratch, path, &names));
    for (int64_t i = 0; i < names.len; i++) {
        shi_str inner = shi_str_format(&scratch, "%.*s/%s", (int)folder.len, folder.ptr, names.ptr[i].ptr);
        const char *full = shi_workspace_path(ws, &scratch, "%s", inner.ptr);
        if (shi_os_is_dir(full)) SHI_TRY(sweep(ws, scratch, inner, parts));
        else if (!listed(parts, inner)) SHI_TRY(shi_os_remove(full));
    }
    return (shi_err){ 0 };
}

/* A run is a folder that appears whole by a rename; one that the ledger does not know was never finished. */
static shi_err sweep_runs(shi_workspace *ws, shi_arena scratch)
{
    shi_strs names;
    SHI_TRY(shi_os_list(&scratch, shi_workspace_path(ws, &scratch, "runs"), &names));
    for (int64_t i = 0; i < names.len; i++) {
        shi_run_row run;
        shi_err e = shi_ledger_run(ws, &scratch, names.ptr[i], &run);
        if (e.code == SHI_INPUT) e = shi_os_remove_tree(shi_workspace_path(ws, &scratch, "runs/%s", names.ptr[i].ptr));
        if (e.code) return e;
    }
    return (shi_err){ 0 };
}

static shi_err empty_tmp(shi_workspace *ws, shi_arena scratch)
{
    const char *path = shi_workspace_path(ws, &scratch, "tmp");
    SHI_TRY(shi_os_remove_tree(path));
    return shi_os_mkdir(path, 0700);
}

/* Spill of readers that were killed: their process is gone. */
static shi_err sweep_spill(shi_workspace *ws, shi_arena scratch)
{
    shi_strs names;
    int64_t pid;
    SHI_TRY(shi_os_list(&scratch, ws->dir.ptr, &names));
    for (int64_t i = 0; i < names.len; i++) {
        bool spill = shi_str_starts(names.ptr[i], S("spill.")) && shi_count_parse(shi_str_sub(names.ptr[i], 6, names.ptr[i].len), &pid);
        if (spill && !shi_os_process_lives(pid)) SHI_TRY(shi_os_remove_tree(shi_workspace_path(ws, &scratch, "%s", names.ptr[i].ptr)));
    }
    return (shi_err){ 0 };
}

const char *shi_workspace_spill(shi_workspace *ws, shi_arena *keep)
{
    if (ws->lock >= 0) return shi_workspace_path(ws, keep, "tmp");
    const char *path = shi_workspace_path(ws, keep, "spill.%lld", (long long)shi_os_pid());
    ws->spills = !shi_os_mkdir(path, 0700).code;
    return ws->spills ? path : NULL;   /* a read-only disk: then all must fit into memory */
}

static shi_err open_for_writing(shi_workspace *ws, shi_arena *keep)
{
    shi_part_rows parts;
    shi_arena scratch;
    SHI_TRY(take_lock(keep, ws));
    SHI_TRY(shi_arena_open((int64_t)1 << 32, &scratch));
    shi_err e = empty_tmp(ws, scratch);
    if (!e.code) e = shi_ledger_parts(ws, &scratch, NULL, &parts);
    if (!e.code) e = sweep(ws, scratch, S("data"), &parts);
    if (!e.code) e = sweep_runs(ws, scratch);
    if (!e.code) e = sweep_spill(ws, scratch);
    shi_arena_drop(&scratch);
    return e;
}

/* Removes folders in which nothing lies any more. */
static void prune(shi_workspace *ws, shi_arena scratch, shi_str folder)
{
    shi_strs names;
    const char *path = shi_workspace_path(ws, &scratch, "%.*s", (int)folder.len, folder.ptr);
    if (shi_os_list(&scratch, path, &names).code) return;
    for (int64_t i = 0; i < names.len; i++) {
        shi_str inner = shi_str_format(&scratch, "%.*s/%s", (int)folder.len, folder.ptr, names.ptr[i].ptr);
        const char *full = shi_workspace_path(ws, &scratch, "%s", inner.ptr);
        if (!shi_os_is_dir(full)) continue;
        prune(ws, scratch, inner);
        shi_strs left;
        if (!shi_os_list(&scratch, full, &left).code && left.len == 0) (void)shi_os_remove_tree(full);
    }
}

shi_err shi_workspace_sweep(shi_workspace *ws)
{
    shi_part_rows parts;
    shi_arena scratch;
    SHI_TRY(shi_arena_open((int64_t)1 << 32, &scratch));
    shi_err e = shi_ledger_parts(ws, &scratch, NULL, &parts);
    if (!e.code) e = sweep(ws, scratch, S("data"), &parts);
    if (!e.code) prune(ws, scratch, S("data"));
    shi_arena_drop(&scratch);
    return e;
}

shi_err shi_workspace_key(shi_workspace *ws, shi_arena *keep)
{
    return read_key(keep, ws->settings.key_file.ptr ? ws->settings.key_file.ptr : shi_workspace_path(ws, keep, "secret.key"), &ws->key);
}

static shi_err load(shi_arena *keep, shi_access access, shi_workspace *ws)
{
    SHI_TRY(shi_settings_read(keep, shi_workspace_path(ws, keep, "shishu.ini"), &ws->settings));
    shi_err e = shi_zone_open(ws->settings.zone.ptr, &ws->zone);
    if (e.code) {
        e.file = shi_str_from(shi_workspace_path(ws, keep, "shishu.ini"));
        return e;
    }
    if (access == SHI_WRITE) SHI_TRY(shi_workspace_key(ws, keep));
    SHI_TRY(shi_ledger_open(shi_workspace_path(ws, keep, "ledger.db"), false, access == SHI_WRITE, &ws->ledger));
    return access == SHI_WRITE ? open_for_writing(ws, keep) : (shi_err){ 0 };
}

shi_err shi_workspace_open(shi_arena *keep, const char *dir, shi_access access, int64_t now_us, shi_workspace *out)
{
    shi_workspace ws = { .lock = -1, .now_us = now_us };
    SHI_TRY(locate(keep, dir, &ws.dir));
    shi_err e = load(keep, access, &ws);
    if (e.code && !e.file.ptr) e.file = ws.dir;
    if (e.code) shi_workspace_close(&ws);
    else *out = ws;
    return e;
}

void shi_workspace_close(shi_workspace *ws)
{
    shi_arena scratch;
    if ((ws->lock >= 0 || ws->spills) && !shi_arena_open(1 << 24, &scratch).code) {
        if (ws->lock >= 0) (void)empty_tmp(ws, scratch);
        else (void)shi_os_remove_tree(shi_workspace_path(ws, &scratch, "spill.%lld", (long long)shi_os_pid()));
        shi_arena_drop(&scratch);
    }
    sqlite3_close(ws->ledger);
    shi_os_unlock(ws->lock);
    ws->ledger = NULL;
    ws->lock = -1;
    ws->spills = false;
}
