/* What takes long: imports, audits and the like, each a run of this program beside the server, one at a time, with progress and a way to stop it.
 * A job that dies takes nothing with it: the workspace is as it was before. From any thread. */
#ifndef SHI_SERVE_JOBS_H
#define SHI_SERVE_JOBS_H

#include "base/text.h"

typedef enum { SHI_JOB_RUNS, SHI_JOB_DONE, SHI_JOB_REFUSED, SHI_JOB_FAILED, SHI_JOB_STOPPED } shi_job_state;
const char *shi_job_state_name(shi_job_state state);   /* running, done, refused, failed, stopped */

enum { SHI_JOB_WORDS = 24, SHI_JOB_TEXT = 1 << 20 };

/* A copy of what is known of a job; texts in keep. */
typedef struct {
    int64_t number;
    shi_job_state state;
    shi_str what;                    /* the command, as "import targets 任务.xlsx" */
    shi_str by;                      /* name of the person */
    int64_t started_us, ended_us;    /* ended_us 0: not yet */
    double progress;                 /* 0 to 1; -1: not known */
    int64_t rows;
    int status;                      /* exit status, once it ended */
    shi_str out, err;                /* what it printed: JSON on out, words on err (without progress); at most SHI_JOB_TEXT each */
} shi_job;
typedef struct {
    shi_job *ptr;
    int64_t len;
} shi_job_list;

typedef struct shi_jobs shi_jobs;
/* program: path of shishu; dir: the workspace. */
shi_err shi_jobs_open(const char *program, const char *dir, shi_jobs **out);
/* Stops what runs and waits for it. */
void shi_jobs_close(shi_jobs *jobs);

/* Starts "shishu -C dir --json --progress WORDS…". folder: removed with all in it when the job has ended; missing: none. *number is the job's.
 * Errors: SHI_CHECK: another job runs; SHI_SYSTEM. */
shi_err shi_jobs_start(shi_jobs *jobs, const shi_str *words, int64_t n, shi_str what, shi_str by, const char *lang, shi_str folder, int64_t *number);
/* false: no such job (any more: the latest 100 are kept). */
bool shi_jobs_get(shi_jobs *jobs, shi_arena *keep, int64_t number, shi_job *out);
/* Newest first, without out and err. */
shi_err shi_jobs_list(shi_jobs *jobs, shi_arena *keep, shi_job_list *out);
bool shi_jobs_stop(shi_jobs *jobs, int64_t number);

#endif
