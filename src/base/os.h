/* What the operating system does for us: memory, files, locks, clock, terminal. The only place that reads errno. */
#ifndef SHI_BASE_OS_H
#define SHI_BASE_OS_H

#include "shishu/base.h"

#include <stdio.h>

/* Address space; NULL when there is none. */
char *shi_os_reserve(int64_t bytes);
/* The same, zeroed, in large pages where there are any: for tables that are read at random places. */
char *shi_os_reserve_table(int64_t bytes);
void shi_os_release(char *base, int64_t bytes);

/* The error of the last failed call: code SHI_SYSTEM (SHI_INPUT for a file that the user named and that is not there), with the
 * file, the system's own words as the value, and a remedy that fits errno. `path` is borrowed by the error. */
shi_err shi_os_error(shi_str path);
shi_err shi_os_input_error(shi_str path);

/* Files. Paths are NUL-terminated. */
bool shi_os_exists(const char *path);
bool shi_os_is_dir(const char *path);
shi_err shi_os_size(const char *path, int64_t *bytes);
shi_err shi_os_mkdir(const char *path, unsigned mode);           /* an existing folder is no error */
shi_err shi_os_rename(const char *from, const char *to);
shi_err shi_os_sync_file(const char *path);                      /* fsync of a file or a folder */
shi_err shi_os_remove(const char *path);                         /* a file; missing is no error */
shi_err shi_os_remove_tree(const char *path);                    /* a folder with all in it; missing is no error */
/* Names in a folder, sorted by bytes, without . and ..; in `keep`. */
typedef struct {
    const shi_str *ptr;
    int64_t len;
} shi_strs;
shi_err shi_os_list(shi_arena *keep, const char *path, shi_strs *out);
/* Paths that fit the pattern (glob(7)), sorted; the pattern itself if it has no wildcard. */
shi_err shi_os_glob(shi_arena *keep, const char *pattern, shi_strs *out);
/* The whole file in `keep`, NUL-terminated. SHI_INPUT when it is longer than `most`. */
shi_err shi_os_read(shi_arena *keep, const char *path, int64_t most, shi_str *out);
/* Writes to path + ".new", syncs, renames: the file is whole or not there. Where path is a link, the file it leads to; a device or a pipe is
 * written to as it is. */
shi_err shi_os_write_whole(const char *path, shi_str content, unsigned mode);
/* The same for a file that others write: begin makes an empty file to be filled, path + ".new" (a device: below `spill`); finish puts it in its
 * place when all went well, else removes it. path NULL: standard output. */
typedef struct {
    char *path, *fresh;              /* fresh: to be filled */
    bool poured;                     /* is copied in the end */
} shi_os_whole;
shi_err shi_os_whole_begin(const char *path, const char *spill, unsigned mode, shi_os_whole *out);
shi_err shi_os_whole_finish(shi_os_whole *whole, shi_err so_far);
/* A file written in pieces, with mode 0600: create, write, and at the end finish, which closes it, hands `so_far` on, or else its own error. */
shi_err shi_os_create(const char *path, int *fd);
shi_err shi_os_write(int fd, const char *path, shi_str content);
shi_err shi_os_finish(int fd, const char *path, shi_err so_far);
/* Absolute path without links; the parent must exist. */
shi_str shi_os_absolute(shi_arena *keep, const char *path);

/* An exclusive lock that ends with the process. *held is false when another process has it; *fd is -1 then. */
shi_err shi_os_lock(const char *path, bool *held, int *fd);
/* Writes "process 123 (shishu)" into the lock file, for whoever is refused. */
shi_err shi_os_write_lock_note(int fd);
void shi_os_unlock(int fd);

int64_t shi_os_now_us(void);      /* wall clock */
int64_t shi_os_tick_us(void);     /* monotonic */
int64_t shi_os_memory(void);      /* bytes of memory this process may use (cgroup limit included) */
int shi_os_cores(void);
int64_t shi_os_pid(void);
bool shi_os_process_lives(int64_t pid);
/* Folder of the running program, or of SHISHU_HOME if that is set. */
shi_str shi_os_program_dir(shi_arena *keep);
/* Value of an environment variable; NULL when it is not set or empty. */
const char *shi_os_variable(const char *name);
bool shi_os_is_terminal(FILE *f);

/* Offset of the zone `name` from UTC in seconds at a time, for shi_zone_open only. False: no such zone. Not thread-safe. */
bool shi_os_zone_use(const char *name);
int64_t shi_os_zone_offset(int64_t unix_seconds);

/* Asked to stop (Ctrl-C): set from a signal handler, read by everything that runs long. */
void shi_os_stop_request(void);
void shi_os_stop_clear(void);
bool shi_os_stop_requested(void);

#endif
