/* Readers wait in a list until a call takes one. A reader whose run is no longer the latest takes the shelf of that one; what it held of the old
 * one goes. */
#include "serve/server.h"

#include <stdlib.h>
#include <string.h>

enum { CALL_BYTES_LOG2 = 34, HELD_BYTES_LOG2 = 36 };

static void close_run(shi_server *server, shi_reader *r)
{
    if (!r->run.ptr) return;
    shi_duck_close(&r->duck);
    shi_workspace_close(&r->ws);
    shi_arena_drop(&r->held);
    shi_shelf_let_go(server, r->shelf);
    r->shelf = NULL;
    r->in_memory = false;
    r->run = (shi_str){ 0 };
}

/* What was copied into memory since the run was opened is found first from now on. */
static shi_err look_in_memory(shi_reader *r)
{
    if (r->in_memory || !atomic_load(&r->shelf->copied)) return (shi_err){ 0 };
    shi_duck_forget_statements(&r->duck);
    r->in_memory = true;
    return shi_duck_exec(&r->duck, "SET search_path = 'shelf.main,memory.main'", NULL, 0);
}

/* The workspace of its own (the ledger's connection is one thread's), and a connection to the shelf's database. */
static shi_err join(shi_server *server, shi_reader *r)
{
    SHI_TRY(shi_arena_open((int64_t)1 << HELD_BYTES_LOG2, &r->held));
    shi_err e = shi_workspace_open(&r->held, server->options->dir, SHI_READ, shi_os_now_us(), &r->ws);
    if (!e.code) {
        e = shi_duck_join(&r->shelf->duck, &r->duck);
        if (!e.code) e = shi_duck_keep_statements(&r->duck);
        if (e.code) shi_workspace_close(&r->ws);
    }
    if (e.code) shi_arena_drop(&r->held);
    return e;
}

static shi_err open_run(shi_server *server, shi_reader *r, const char *name)
{
    SHI_TRY(shi_shelf_hold(server, name, &r->shelf));
    shi_err e = join(server, r);
    if (e.code) {
        shi_shelf_let_go(server, r->shelf);
        r->shelf = NULL;
        return e;
    }
    const shi_shelf *s = r->shelf;
    r->info = s->info;
    r->units = s->units;
    r->periods = s->periods;
    r->indicators = s->indicators;
    r->run = s->info.run;
    return e;
}

shi_err shi_reader_take(shi_server *server, shi_reader **out)
{
    pthread_mutex_lock(&server->lock);
    shi_reader *r = server->idle;
    if (r) server->idle = r->next;
    pthread_mutex_unlock(&server->lock);
    if (!r) r = calloc(1, sizeof *r);
    if (!r) return shi_no_memory();
    shi_err e = shi_arena_open((int64_t)1 << CALL_BYTES_LOG2, &r->call);
    if (e.code) {
        close_run(server, r);
        free(r);
        return e;
    }
    *out = r;
    return e;
}

shi_err shi_reader_latest(shi_server *server, shi_reader *r)
{
    char latest[sizeof server->run];
    pthread_mutex_lock(&server->lock);
    memcpy(latest, server->run, sizeof latest);
    pthread_mutex_unlock(&server->lock);
    if (!latest[0])
        return shi_fail(SHI_INPUT, N_("there is no audit yet"), N_("Import targets, reports and logs, then run \"shishu audit\" or start it under "
            "Import and audit."));
    if (r->run.ptr && shi_str_eq(r->run, shi_str_from(latest))) return look_in_memory(r);
    close_run(server, r);
    SHI_TRY(open_run(server, r, latest));
    return look_in_memory(r);
}

void shi_readers_let_go(shi_server *server, const shi_shelf *old)
{
    shi_reader *those = NULL;
    pthread_mutex_lock(&server->lock);
    for (shi_reader **at = &server->idle; *at;) {
        shi_reader *r = *at;
        if (r->shelf == old) {
            *at = r->next;
            r->next = those;
            those = r;
        } else at = &r->next;
    }
    pthread_mutex_unlock(&server->lock);
    while (those) {
        shi_reader *r = those;
        those = r->next;
        close_run(server, r);
        free(r);
    }
}

void shi_reader_give(shi_server *server, shi_reader *r)
{
    shi_arena_drop(&r->call);
    pthread_mutex_lock(&server->lock);
    bool old = r->shelf && r->shelf != server->shelf;
    pthread_mutex_unlock(&server->lock);
    if (old) close_run(server, r);
    pthread_mutex_lock(&server->lock);
    r->next = server->idle;
    server->idle = r;
    pthread_mutex_unlock(&server->lock);
}

void shi_readers_drop(shi_server *server)
{
    while (server->idle) {
        shi_reader *r = server->idle;
        server->idle = r->next;
        close_run(server, r);
        free(r);
    }
    shi_shelf_let_go(server, server->shelf);
    server->shelf = NULL;
}
