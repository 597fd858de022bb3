/* The operating system. errno is read here, right after the call that failed. */
#define _GNU_SOURCE
#include "base/os.h"

#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <locale.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

char *shi_os_reserve(int64_t bytes)
{
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

char *shi_os_reserve_table(int64_t bytes)
{
    char *p = shi_os_reserve(bytes);
    if (p) (void)madvise(p, (size_t)bytes, MADV_HUGEPAGE);   /* a hint: small pages are only slower */
    return p;
}

void shi_os_release(char *base, int64_t bytes)
{
    munmap(base, (size_t)bytes);
}

static const char *remedy_of(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT: return N_("Free some space on the disk and run the command again: nothing was changed.");
    case EACCES:
    case EPERM: return N_("Run it as a user who may read and write there, or change the permissions.");
    case ENOENT: return N_("Check the name; relative paths start from the folder you are in.");
    case EPIPE: return N_("Run the command again, and let what reads its output read all of it.");
    case EROFS: return N_("The disk is read-only: use a workspace on a disk that can be written.");
    case EISDIR: return N_("Name the files in the folder, for example \"folder/*.csv\".");
    case EMFILE:
    case ENFILE: return N_("Too many files are open: close other programs or raise the limit (ulimit -n).");
    default: return N_("Check the disk and run the command again: nothing was changed.");
    }
}

static shi_err error_of(int code, shi_str path, shi_code as)
{
    /* the words of no language but English, which the C library would translate into that of the messages, whatever --lang says */
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    shi_str text = plain ? shi_str_from(strerror_l(code, plain)) : S("?");
    shi_err e = shi_fail_value(as, text, N_("the system refused"), remedy_of(code));
    if (plain) freelocale(plain);
    switch (code) {
    case ENOSPC:
    case EDQUOT: e.reason = N_("the disk is full"); break;
    case EACCES:
    case EPERM: e.reason = N_("permission is missing"); break;
    case ENOENT: e.reason = N_("there is no such file or folder"); break;
    case EPIPE: e.reason = N_("what was reading it has closed it"); break;
    case EIO: e.reason = N_("the disk or the line failed"); break;
    case EISDIR: e.reason = N_("this is a folder, not a file"); break;
    case EROFS: e.reason = N_("the disk is read-only"); break;
    default: return e.file = path, e;
    }
    e.value[0] = 0;
    e.file = path;
    return e;
}

shi_err shi_os_error(shi_str path)
{
    return error_of(errno, path, SHI_SYSTEM);
}

shi_err shi_os_input_error(shi_str path)
{
    int code = errno;
    return error_of(code, path, code == ENOENT || code == EISDIR || code == ENOTDIR ? SHI_INPUT : SHI_SYSTEM);
}

bool shi_os_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool shi_os_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

shi_err shi_os_size(const char *path, int64_t *bytes)
{
    struct stat st;
    if (stat(path, &st)) return shi_os_error(shi_str_from(path));
    *bytes = (int64_t)st.st_size;
    return (shi_err){ 0 };
}

shi_err shi_os_mkdir(const char *path, unsigned mode)
{
    if (mkdir(path, (mode_t)mode) == 0 || (errno == EEXIST && shi_os_is_dir(path))) return (shi_err){ 0 };
    return shi_os_error(shi_str_from(path));
}

shi_err shi_os_rename(const char *from, const char *to)
{
    if (rename(from, to)) return shi_os_error(shi_str_from(to));
    return (shi_err){ 0 };
}

shi_err shi_os_sync_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return shi_os_error(shi_str_from(path));
    shi_err e = { 0 };
    /* some file systems cannot sync a folder and say EINVAL; there is nothing more to do then */
    if (fsync(fd) && errno != EINVAL) e = shi_os_error(shi_str_from(path));
    close(fd);
    return e;
}

shi_err shi_os_remove(const char *path)
{
    if (unlink(path) && errno != ENOENT) return shi_os_error(shi_str_from(path));
    return (shi_err){ 0 };
}

shi_err shi_os_remove_tree(const char *path)
{
    struct stat st;
    if (lstat(path, &st)) return errno == ENOENT ? (shi_err){ 0 } : shi_os_error(shi_str_from(path));
    if (!S_ISDIR(st.st_mode)) return shi_os_remove(path);
    DIR *dir = opendir(path);
    if (!dir) return shi_os_error(shi_str_from(path));
    shi_err e = { 0 };
    struct dirent *entry;
    while (!e.code && (entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char *child = NULL;
        if (asprintf(&child, "%s/%s", path, entry->d_name) < 0) e = shi_no_memory();
        else e = shi_os_remove_tree(child);
        e.file = (shi_str){ 0 };   /* child is freed below */
        free(child);
    }
    closedir(dir);
    if (!e.code && rmdir(path)) e = shi_os_error(shi_str_from(path));
    return e;
}

static int by_bytes(const void *a, const void *b)
{
    return shi_str_cmp(*(const shi_str *)a, *(const shi_str *)b);
}

shi_err shi_os_list(shi_arena *keep, const char *path, shi_strs *out)
{
    DIR *dir = opendir(path);
    if (!dir) return shi_os_error(shi_str_from(path));
    int64_t n = 0, cap = 64;
    shi_str *names = malloc((size_t)cap * sizeof *names);
    struct dirent *entry;
    while (names && (entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (n == cap) {
            cap *= 2;
            shi_str *more = realloc(names, (size_t)cap * sizeof *names);
            if (!more) break;
            names = more;
        }
        names[n++] = shi_str_copy(keep, shi_str_from(entry->d_name));
    }
    closedir(dir);
    shi_str *kept = names ? shi_new(keep, shi_str, n) : NULL;
    if (kept && n) {
        memcpy(kept, names, (size_t)n * sizeof *names);
        qsort(kept, (size_t)n, sizeof *kept, by_bytes);
    }
    free(names);
    if (!kept) return shi_no_memory();
    *out = (shi_strs){ kept, n };
    return (shi_err){ 0 };
}

shi_err shi_os_glob(shi_arena *keep, const char *pattern, shi_strs *out)
{
    glob_t found = { 0 };
    int rc = strpbrk(pattern, "*?[") && !shi_os_exists(pattern) ? glob(pattern, 0, NULL, &found) : GLOB_NOMATCH;
    int64_t n = rc == 0 ? (int64_t)found.gl_pathc : 1;
    shi_str *paths = shi_new(keep, shi_str, n);
    for (int64_t i = 0; paths && i < n; i++)
        paths[i] = shi_str_copy(keep, shi_str_from(rc == 0 ? found.gl_pathv[i] : pattern));
    globfree(&found);
    if (!paths) return shi_no_memory();
    *out = (shi_strs){ paths, n };
    return (shi_err){ 0 };
}

shi_err shi_os_read(shi_arena *keep, const char *path, int64_t most, shi_str *out)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);   /* nobody may ever write to a pipe */
    struct stat st;
    shi_err e = { 0 };
    if (fd < 0) return shi_os_error(shi_str_from(path));
    if (fstat(fd, &st)) e = shi_os_error(shi_str_from(path));
    else if (S_ISDIR(st.st_mode)) errno = EISDIR, e = shi_os_error(shi_str_from(path));
    else if (st.st_size > most) e = shi_fail(SHI_INPUT, N_("the file is too large"), N_("Check that this is the right file.")),
        e.file = shi_str_from(path);
    char *text = e.code ? NULL : shi_new(keep, char, st.st_size + 1);
    if (!e.code && !text) e = shi_no_memory();
    int64_t len = 0;
    while (!e.code && len < st.st_size) {
        ssize_t n = read(fd, text + len, (size_t)(st.st_size - len));
        if (n < 0 && errno != EINTR) e = shi_os_error(shi_str_from(path));
        if (n == 0) break;
        if (n > 0) len += n;
    }
    close(fd);
    if (!e.code) *out = (shi_str){ text, len };
    return e;
}

static shi_err create(const char *path, unsigned mode, int *fd)
{
    *fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    return *fd < 0 ? shi_os_error(shi_str_from(path)) : (shi_err){ 0 };
}

shi_err shi_os_create(const char *path, int *fd)
{
    return create(path, 0600, fd);
}

shi_err shi_os_write(int fd, const char *path, shi_str content)
{
    for (int64_t done = 0; done < content.len;) {
        ssize_t n = write(fd, content.ptr + done, (size_t)(content.len - done));
        if (n < 0 && errno != EINTR) return shi_os_error(shi_str_from(path));
        if (n > 0) done += n;
    }
    return (shi_err){ 0 };
}

shi_err shi_os_finish(int fd, const char *path, shi_err so_far)
{
    if (close(fd) && !so_far.code) so_far = shi_os_error(shi_str_from(path));
    return so_far;
}

/* The path, or the file that a link leads to; *device: it is there and no regular file. */
static char *destination(const char *path, bool *device)
{
    struct stat st;
    *device = stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
    if (*device || lstat(path, &st) || !S_ISLNK(st.st_mode)) return strdup(path);
    char *real = realpath(path, NULL);
    return real ? real : strdup(path);
}

/* Without a file name, since those of `w` end with it. */
static shi_err dropped(shi_os_whole *w, shi_err e)
{
    free(w->path);
    free(w->fresh);
    *w = (shi_os_whole){ 0 };
    return e;
}

shi_err shi_os_whole_begin(const char *path, const char *spill, unsigned mode, shi_os_whole *out)
{
    shi_os_whole w = { .poured = true };
    int fd = -1;
    if (path && !(w.path = destination(path, &w.poured))) return shi_no_memory();
    int n = w.poured ? asprintf(&w.fresh, "%s/shishu-XXXXXX", spill ? spill : "/tmp") : asprintf(&w.fresh, "%s.new", w.path);
    if (n < 0) {
        w.fresh = NULL;
        return dropped(&w, shi_no_memory());
    }
    shi_err e = { 0 };
    if (!w.poured) e = create(w.fresh, mode, &fd);
    else if ((fd = mkstemp(w.fresh)) < 0) e = shi_os_error(shi_str_from(w.fresh));
    if (!e.code) e = shi_os_finish(fd, w.fresh, e);
    if (e.code) {
        e.file = path ? shi_str_from(path) : S("stdout");
        return dropped(&w, e);
    }
    *out = w;
    return e;
}

static shi_err pour(const char *from, const char *to)
{
    char piece[1 << 16];
    ssize_t n = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = to ? open(to, O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;
    const char *name = to ? to : "stdout";
    shi_err e = { 0 };
    if (in < 0 || out < 0) e = shi_os_error(shi_str_from(in < 0 ? from : name));
    while (!e.code && (n = read(in, piece, sizeof piece)) != 0) {
        if (n > 0) e = shi_os_write(out, name, (shi_str){ piece, n });
        else if (errno != EINTR) e = shi_os_error(shi_str_from(from));
    }
    if (in >= 0) close(in);
    if (to && out >= 0) e = shi_os_finish(out, name, e);
    return e;
}

shi_err shi_os_whole_finish(shi_os_whole *w, shi_err e)
{
    if (!e.code && w->poured) e = pour(w->fresh, w->path);
    else if (!e.code) e = shi_os_sync_file(w->fresh);
    if (!e.code && !w->poured && rename(w->fresh, w->path)) e = shi_os_error(shi_str_from(w->path));
    if (e.code || w->poured) unlink(w->fresh);
    if (e.file.ptr == w->fresh || e.file.ptr == w->path) e.file = (shi_str){ 0 };
    return dropped(w, e);
}

shi_err shi_os_write_whole(const char *path, shi_str content, unsigned mode)
{
    char *fresh = NULL;
    bool device;
    int fd;
    char *to = destination(path, &device);
    if (!to || asprintf(&fresh, "%s%s", to, device ? "" : ".new") < 0) {
        free(to);
        return shi_no_memory();
    }
    shi_err e = create(fresh, mode, &fd);
    if (!e.code) {
        e = shi_os_write(fd, path, content);
        if (!e.code && !device && fsync(fd)) e = shi_os_error(shi_str_from(path));
        e = shi_os_finish(fd, path, e);
    }
    if (!e.code && !device && rename(fresh, to)) e = shi_os_error(shi_str_from(path));
    if (e.code && !device) unlink(fresh);
    if (e.code) e.file = shi_str_from(path);
    free(fresh);
    free(to);
    return e;
}

shi_str shi_os_absolute(shi_arena *keep, const char *path)
{
    char *real = realpath(path, NULL);
    shi_str copy = shi_str_copy(keep, shi_str_from(real ? real : path));
    free(real);
    return copy;
}

shi_err shi_os_lock(const char *path, bool *held, int *fd)
{
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (*fd < 0) return shi_os_error(shi_str_from(path));
    *held = flock(*fd, LOCK_EX | LOCK_NB) == 0;
    if (*held) return (shi_err){ 0 };
    shi_err e = errno == EWOULDBLOCK ? (shi_err){ 0 } : shi_os_error(shi_str_from(path));
    close(*fd);
    *fd = -1;
    return e;
}

shi_err shi_os_write_lock_note(int fd)
{
    char note[128];
    int n = snprintf(note, sizeof note, "process %lld (%s)\n", (long long)getpid(), program_invocation_short_name);
    if (ftruncate(fd, 0) || pwrite(fd, note, (size_t)n, 0) != n) return shi_os_error(S("lock"));
    return (shi_err){ 0 };
}

void shi_os_unlock(int fd)
{
    if (fd >= 0) close(fd);
}

static int64_t clock_us(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t shi_os_now_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t shi_os_tick_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

int64_t shi_os_memory(void)
{
    int64_t bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE);
    FILE *f = fopen("/sys/fs/cgroup/memory.max", "re");
    if (!f) return bytes;
    long long limit = 0;
    if (fscanf(f, "%lld", &limit) == 1 && limit > 0 && limit < bytes) bytes = limit;
    fclose(f);
    return bytes;
}

int shi_os_cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int64_t shi_os_pid(void)
{
    return getpid();
}

bool shi_os_process_lives(int64_t pid)
{
    return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

shi_str shi_os_program_dir(shi_arena *keep)
{
    const char *home = getenv("SHISHU_HOME");
    char path[PATH_MAX];
    if (home && *home) return shi_str_copy(keep, shi_str_from(home));
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0) return S(".");
    path[n] = 0;
    char *slash = strrchr(path, '/');
    if (slash) *slash = 0;
    return shi_str_copy(keep, shi_str_from(path));
}

const char *shi_os_variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

bool shi_os_is_terminal(FILE *f)
{
    return isatty(fileno(f)) == 1;
}

bool shi_os_zone_use(const char *name)
{
    char path[PATH_MAX];
    if (name[0] == '/' || strstr(name, "..")) return false;
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    bool known = access(path, R_OK) == 0 && !shi_os_is_dir(path);
    /* the default zone and UTC also work where no zone data are installed */
    const char *rule = known ? name : !strcmp(name, "Asia/Shanghai") ? "CST-8" : !strcmp(name, "UTC") ? "UTC0" : NULL;
    if (!rule) return false;
    setenv("TZ", rule, 1);
    tzset();
    return true;
}

int64_t shi_os_zone_offset(int64_t unix_seconds)
{
    time_t t = (time_t)unix_seconds;
    struct tm tm;
    localtime_r(&t, &tm);
    return tm.tm_gmtoff;
}

static volatile int stop_flag;

void shi_os_stop_request(void)
{
    __atomic_store_n(&stop_flag, 1, __ATOMIC_RELAXED);
}

void shi_os_stop_clear(void)
{
    __atomic_store_n(&stop_flag, 0, __ATOMIC_RELAXED);
}

bool shi_os_stop_requested(void)
{
    return __atomic_load_n(&stop_flag, __ATOMIC_RELAXED) != 0;
}
