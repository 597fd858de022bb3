/* Start and end of the server: what may be listened to, certificates, the first admin, the loop that looks for a new run and for connections that
 * take too long. */
#include "serve/serve.h"

#include "base/calendar.h"
#include "serve/jobs.h"
#include "serve/server.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CACHE_BYTES = 64 << 20, THREADS = 8 };

static bool is_loopback(shi_str address)
{
    return shi_str_starts(address, S("127.")) || shi_str_eq(address, S("::1"));
}

static shi_err check_address(const shi_serve_options *o)
{
    if ((o->cert != NULL) != (o->key != NULL))
        return shi_fail(SHI_USAGE, N_("--tls-cert and --tls-key go together"), N_("Give the PEM files of both."));
    if (is_loopback(o->address) || o->cert || o->behind_proxy) return (shi_err){ 0 };
    return shi_fail_value(SHI_USAGE, o->address, N_("the page would go over the network unencrypted"),
                          N_("Give --tls-cert and --tls-key, or --behind-proxy when a proxy in front of it speaks TLS."));
}

/* The link with which the first admin comes in; missing when there is one already. */
static shi_err first_admin(shi_server *server, shi_arena *keep, shi_str url, shi_str *link)
{
    bool there;
    shi_token token;
    *link = (shi_str){ 0 };
    SHI_TRY(shi_people_has_admin(server->people, &there));
    if (there) return (shi_err){ 0 };
    SHI_TRY(shi_people_invite(server->people, 0, S("admin"), SHI_ADMIN, (shi_str){ 0 }, &token));
    *link = shi_str_format(keep, "%.*swelcome/%s", (int)url.len, url.ptr, token.text);
    return link->ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err look_for_run(shi_server *server, shi_arena scratch)
{
    shi_str run;
    SHI_TRY(shi_people_latest_run(server->people, &scratch, &run));
    pthread_mutex_lock(&server->lock);
    bool other = run.ptr && !shi_str_eq(run, shi_str_from(server->run)) && run.len < (int64_t)sizeof server->run;
    if (other) {
        memcpy(server->run, run.ptr, (size_t)run.len);
        server->run[run.len] = 0;
    }
    pthread_mutex_unlock(&server->lock);
    if (other) shi_cache_clear(server->cache);
    return (shi_err){ 0 };
}

static void wait_for_stop(shi_server *server, shi_arena keep)
{
    const struct timespec quarter = { .tv_nsec = 250000000 };
    for (int64_t tick = 1; !shi_os_stop_requested(); tick++) {
        nanosleep(&quarter, NULL);
        if (tick % 4 == 0) (void)look_for_run(server, keep).code;   /* an error now may be none in a second */
        if (tick % 20 == 0) shi_http_sweep(server->http);
    }
}

static shi_err listen_and_wait(shi_server *server, shi_arena *keep, const char *spool)
{
    const shi_serve_options *o = server->options;
    shi_str cert = { 0 }, key = { 0 }, link;
    if (o->cert) SHI_TRY(shi_os_read(keep, o->cert, 1 << 20, &cert));
    if (o->key) SHI_TRY(shi_os_read(keep, o->key, 1 << 20, &key));
    const shi_http_options options = { .address = o->address, .port = o->port, .cert = cert.ptr, .key = key.ptr, .spool = spool, .threads = THREADS,
        .one_peer = is_loopback(o->address) || o->behind_proxy };
    const shi_http_handler handler = { server, shi_server_room, shi_server_answer };
    SHI_TRY(shi_http_start(&options, &handler, &server->http));
    bool six = shi_str_find(o->address, ':', 0) >= 0;
    shi_str url = shi_str_format(keep, six ? "%s://[%.*s]:%d/" : "%s://%.*s:%d/", o->cert ? "https" : "http", (int)o->address.len, o->address.ptr,
                                 shi_http_port(server->http));
    shi_err e = url.ptr ? first_admin(server, keep, url, &link) : shi_no_memory();
    if (!e.code) {
        if (o->ready) o->ready(o->context, url, link);
        wait_for_stop(server, *keep);
    }
    shi_http_stop(server->http);
    return e;
}

static shi_err serve_with(shi_server *server, shi_arena *keep, shi_workspace *ws)
{
    const char *spool = shi_workspace_spill(ws, keep);
    if (!spool) return shi_fail(SHI_SYSTEM, N_("there is no folder for files on their way"), N_("Is the workspace writable?"));
    SHI_TRY(shi_people_open(shi_workspace_path(ws, keep, "ledger.db"), &server->people));
    shi_err e = shi_cache_open(CACHE_BYTES, &server->cache);
    if (!e.code) {
        pthread_mutex_init(&server->lock, NULL);
        pthread_mutex_init(&server->opening, NULL);
        e = look_for_run(server, *keep);
        if (!e.code) e = shi_jobs_open(server->options->program, server->options->dir, &server->jobs);
        if (!e.code) e = listen_and_wait(server, keep, spool);
        if (server->jobs) shi_jobs_close(server->jobs);
        shi_readers_drop(server);
        shi_cache_close(server->cache);
        pthread_mutex_destroy(&server->opening);
        pthread_mutex_destroy(&server->lock);
    }
    shi_people_close(server->people);
    return e;
}

shi_err shi_serve(const shi_serve_options *options)
{
    shi_arena keep;
    shi_workspace ws;
    shi_server server = { .options = options };
    SHI_TRY(check_address(options));
    SHI_TRY(shi_arena_open((int64_t)1 << 32, &keep));
    shi_err e = shi_workspace_open(&keep, options->dir, SHI_READ, shi_os_now_us(), &ws);
    if (!e.code) {
        shi_serve_options with_dir = *options;
        with_dir.dir = ws.dir.ptr;
        server.options = &with_dir;
        server.name = ws.settings.name;
        server.zone = ws.settings.zone;
        e = serve_with(&server, &keep, &ws);
        shi_workspace_close(&ws);
    }
    shi_arena_drop(&keep);
    return e;
}
