/* posix_spawn and two pipes. */
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static shi_err spawn(const char *const *argv, const int out[2], const int err[2], pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGTERM);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);   /* Ctrl-C on our terminal is not its business: we tell it */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int failed = posix_spawn(pid, argv[0], &actions, &attributes, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed ? shi_os_error(shi_str_from(argv[0])) : (shi_err){ 0 };
}

/* A pipe that no other program inherits. */
static bool pipe_of_ours(int end[2])
{
    if (pipe(end)) return false;
    for (int k = 0; k < 2; k++) (void)fcntl(end[k], F_SETFD, FD_CLOEXEC);
    return true;
}

shi_err shi_process_start(const char *const *argv, shi_process *process)
{
    int out[2], err[2];
    pid_t pid = 0;
    if (!pipe_of_ours(out)) return shi_os_error(shi_str_from(argv[0]));
    if (!pipe_of_ours(err)) {
        shi_err e = shi_os_error(shi_str_from(argv[0]));
        close(out[0]);
        close(out[1]);
        return e;
    }
    shi_err e = spawn(argv, out, err, &pid);
    close(out[1]);
    close(err[1]);
    if (e.code) {
        close(out[0]);
        close(err[0]);
        return e;
    }
    *process = (shi_process){ .pid = pid, .out = out[0], .err = err[0] };
    return e;
}

int shi_process_wait(shi_process *process, void (*take)(void *, bool, const char *, int64_t), void *context)
{
    char piece[4096];
    struct pollfd end[2] = { { .fd = process->out, .events = POLLIN }, { .fd = process->err, .events = POLLIN } };
    while (end[0].fd >= 0 || end[1].fd >= 0) {
        if (poll(end, 2, -1) < 0) continue;
        for (int k = 0; k < 2; k++) {
            if (end[k].fd < 0 || !end[k].revents) continue;
            ssize_t n = read(end[k].fd, piece, sizeof piece);
            if (n > 0) take(context, k == 1, piece, n);
            else end[k].fd = -1;
        }
    }
    close(process->out);
    close(process->err);
    int status = 0;
    while (waitpid((pid_t)process->pid, &status, 0) < 0 && kill((pid_t)process->pid, 0) == 0) {}
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void shi_process_stop(const shi_process *process)
{
    if (process->pid > 0) kill((pid_t)process->pid, SIGINT);
}
