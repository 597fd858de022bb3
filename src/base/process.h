/* Another program, run beside this one: its two outputs are handed over as they come. */
#ifndef SHI_BASE_PROCESS_H
#define SHI_BASE_PROCESS_H

#include "base/os.h"
#include "base/text.h"

typedef struct {
    int64_t pid;
    int out, err;            /* ends to read from */
} shi_process;

/* Starts argv[0] (a path) with its arguments (NULL at the end), nothing to read, and this environment. Errors: SHI_SYSTEM. */
shi_err shi_process_start(const char *const *argv, shi_process *out);
/* Calls `take` with each piece of standard output (error: false) and standard error (error: true) until both have ended; then waits for the end and
 * gives the exit status, or 128 and the signal. Closes the ends. */
int shi_process_wait(shi_process *process, void (*take)(void *context, bool error, const char *text, int64_t len), void *context);
/* Asks it to stop, as Ctrl-C does; stop twice and it ends at once. */
void shi_process_stop(const shi_process *process);

#endif
