/* A thread for the job that runs: it reads what the program prints, and takes the lines of progress out. */
#include "serve/jobs.h"

#include "base/process.h"

#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT = 100 };

typedef struct {
    int64_t number, started_us, ended_us, rows;
    shi_job_state state;
    shi_buf what, by, out, err, line;   /* line: of err, not yet whole */
    double progress;
    int status;
    bool asked_to_stop;
    char *folder;
} job;

struct shi_jobs {
    pthread_mutex_t lock;
    char *program, *dir;
    job kept[KEPT];                  /* by number modulo KEPT */
    int64_t last;
    bool runs;
    shi_process process;
    pthread_t thread;
    bool joinable;
};

const char *shi_job_state_name(shi_job_state state)
{
    static const char *const NAME[] = { "running", "done", "refused", "failed", "stopped" };
    return NAME[state];
}

shi_err shi_jobs_open(const char *program, const char *dir, shi_jobs **out)
{
    shi_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs) return shi_no_memory();
    jobs->program = strdup(program);
    jobs->dir = strdup(dir);
    if (!jobs->program || !jobs->dir) {
        free(jobs->program);
        free(jobs->dir);
        free(jobs);
        return shi_no_memory();
    }
    pthread_mutex_init(&jobs->lock, NULL);
    *out = jobs;
    return (shi_err){ 0 };
}

static void forget(job *j)
{
    shi_buf_drop(&j->what);
    shi_buf_drop(&j->by);
    shi_buf_drop(&j->out);
    shi_buf_drop(&j->err);
    shi_buf_drop(&j->line);
    free(j->folder);
    *j = (job){ 0 };
}

void shi_jobs_close(shi_jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    if (jobs->runs) shi_process_stop(&jobs->process);
    pthread_mutex_unlock(&jobs->lock);
    if (jobs->joinable) pthread_join(jobs->thread, NULL);
    for (int i = 0; i < KEPT; i++) forget(&jobs->kept[i]);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs->program);
    free(jobs->dir);
    free(jobs);
}

/* ---- what it prints ---- */

static void add_most(shi_buf *to, shi_str text)
{
    if (to->len + text.len <= SHI_JOB_TEXT) shi_buf_add(to, text);
}

/* A line of standard error: of progress, or words for people. */
static void take_line(job *j, shi_str line)
{
    json_t *root = shi_str_starts(line, S("{\"progress\"")) ? json_loadb(line.ptr, (size_t)line.len, 0, NULL) : NULL;
    if (!root) {
        add_most(&j->err, line);
        add_most(&j->err, S("\n"));
        return;
    }
    const json_t *progress = json_object_get(root, "progress");
    j->progress = json_is_number(progress) ? json_number_value(progress) : -1;
    j->rows = json_integer_value(json_object_get(root, "rows"));
    json_decref(root);
}

static void take(void *context, bool error, const char *text, int64_t len)
{
    shi_jobs *jobs = context;
    pthread_mutex_lock(&jobs->lock);
    job *j = &jobs->kept[jobs->last % KEPT];
    if (!error) add_most(&j->out, (shi_str){ text, len });
    else add_most(&j->line, (shi_str){ text, len });
    for (int64_t end; error && (end = shi_str_find(shi_buf_str(&j->line), '\n', 0)) >= 0;) {
        take_line(j, shi_str_sub(shi_buf_str(&j->line), 0, end));
        memmove(j->line.ptr, j->line.ptr + end + 1, (size_t)(j->line.len - end));
        j->line.len -= end + 1;
    }
    pthread_mutex_unlock(&jobs->lock);
}

static shi_job_state state_of(int status, bool asked_to_stop)
{
    if (status == SHI_OK || status == SHI_CHECK) return SHI_JOB_DONE;
    if (asked_to_stop || status == SHI_STOPPED) return SHI_JOB_STOPPED;
    return status == SHI_INPUT || status == SHI_USAGE ? SHI_JOB_REFUSED : SHI_JOB_FAILED;
}

static void *follow(void *context)
{
    shi_jobs *jobs = context;
    int status = shi_process_wait(&jobs->process, take, jobs);
    pthread_mutex_lock(&jobs->lock);
    job *j = &jobs->kept[jobs->last % KEPT];
    if (j->line.len) take_line(j, shi_buf_str(&j->line));
    j->status = status;
    j->state = state_of(status, j->asked_to_stop);
    j->ended_us = shi_os_now_us();
    char *folder = j->folder;
    j->folder = NULL;
    jobs->runs = false;
    pthread_mutex_unlock(&jobs->lock);
    if (folder) (void)shi_os_remove_tree(folder).code;
    free(folder);
    return NULL;
}

/* ---- start ---- */

static shi_err launch(shi_jobs *jobs, const shi_str *words, int64_t n, const char *lang)
{
    const char *argv[SHI_JOB_WORDS + 8] = { jobs->program, "-C", jobs->dir, "--json", "--progress", "--lang", lang };
    int64_t at = 7;
    for (int64_t i = 0; i < n && i < SHI_JOB_WORDS; i++) argv[at++] = words[i].ptr;
    shi_err e = shi_process_start(argv, &jobs->process);
    if (e.code) return e;
    if (pthread_create(&jobs->thread, NULL, follow, jobs) == 0) return e;
    shi_process_stop(&jobs->process);
    return shi_no_memory();
}

shi_err shi_jobs_start(shi_jobs *jobs, const shi_str *words, int64_t n, shi_str what, shi_str by, const char *lang, shi_str folder, int64_t *number)
{
    pthread_mutex_lock(&jobs->lock);
    if (jobs->runs) {
        pthread_mutex_unlock(&jobs->lock);
        return shi_fail(SHI_CHECK, N_("another job is running"), N_("Wait until it is done, or stop it: one at a time changes the workspace."));
    }
    if (jobs->joinable) pthread_join(jobs->thread, NULL);   /* has ended, but for its last lines */
    jobs->joinable = false;
    job *j = &jobs->kept[(jobs->last + 1) % KEPT];
    forget(j);
    *j = (job){ .number = jobs->last + 1, .started_us = shi_os_now_us(), .progress = -1 };
    shi_buf_add(&j->what, what);
    shi_buf_add(&j->by, by);
    j->folder = folder.ptr ? strndup(folder.ptr, (size_t)folder.len) : NULL;
    shi_err e = j->what.failed || j->by.failed || (folder.ptr && !j->folder) ? shi_no_memory() : launch(jobs, words, n, lang);
    if (e.code) {
        forget(j);
    } else {
        jobs->last++;
        jobs->runs = jobs->joinable = true;
        *number = jobs->last;
    }
    pthread_mutex_unlock(&jobs->lock);
    return e;
}

/* ---- look ---- */

static void copy(shi_arena *keep, const job *j, bool texts, shi_job *out)
{
    *out = (shi_job){ .number = j->number, .state = j->state, .what = shi_str_copy(keep, shi_buf_str(&j->what)),
        .by = shi_str_copy(keep, shi_buf_str(&j->by)), .started_us = j->started_us, .ended_us = j->ended_us, .progress = j->progress, .rows = j->rows,
        .status = j->status };
    if (texts) out->out = shi_str_copy(keep, shi_buf_str(&j->out));
    if (texts) out->err = shi_str_copy(keep, shi_buf_str(&j->err));
}

bool shi_jobs_get(shi_jobs *jobs, shi_arena *keep, int64_t number, shi_job *out)
{
    pthread_mutex_lock(&jobs->lock);
    const job *j = &jobs->kept[number >= 0 ? number % KEPT : 0];
    bool there = number > 0 && j->number == number;
    if (there) copy(keep, j, true, out);
    pthread_mutex_unlock(&jobs->lock);
    return there;
}

shi_err shi_jobs_list(shi_jobs *jobs, shi_arena *keep, shi_job_list *out)
{
    *out = (shi_job_list){ .ptr = shi_new(keep, shi_job, KEPT) };
    if (!out->ptr) return shi_no_memory();
    pthread_mutex_lock(&jobs->lock);
    for (int64_t n = jobs->last; n > 0 && n > jobs->last - KEPT; n--)
        if (jobs->kept[n % KEPT].number == n) copy(keep, &jobs->kept[n % KEPT], false, &out->ptr[out->len++]);
    pthread_mutex_unlock(&jobs->lock);
    return (shi_err){ 0 };
}

bool shi_jobs_stop(shi_jobs *jobs, int64_t number)
{
    pthread_mutex_lock(&jobs->lock);
    job *j = &jobs->kept[number >= 0 ? number % KEPT : 0];
    bool runs = jobs->runs && number == jobs->last && j->number == number;
    if (runs) {
        j->asked_to_stop = true;
        shi_process_stop(&jobs->process);
    }
    pthread_mutex_unlock(&jobs->lock);
    return runs;
}
