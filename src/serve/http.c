/* libmicrohttpd with a pool of threads that wait in epoll: a connection that says nothing costs memory only. Its own timeout counts from the last
 * byte, so who sends one byte now and then would never be ended; hence a deadline for each request, and a sweep that shuts the sockets down whose
 * deadline has passed (the pool then closes them). */
#include "serve/http.h"

#include "base/calendar.h"
#include "base/os.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS = 16000,
    PER_PEER = 1024,
    MEMORY_EACH = 32 << 10,          /* headers of a request; longer ones are refused by libmicrohttpd */
    QUIET_SECONDS = 60,
    HEADERS_SECONDS = 40,
    BODY_SECONDS = 60,
    BODY_BYTES_A_SECOND = 20000
};

/* A connection, in a ring of all of them, with the moment by which the other side must have said what it wants. */
typedef struct line {
    struct line *next, *before;
    int fd;
    int64_t deadline_us;
} line;

struct shi_http {
    struct MHD_Daemon *daemon;
    shi_http_handler handler;
    shi_http_options options;
    pthread_mutex_t lock;
    line all;
    int64_t spooled;
};

/* A request on its way. */
typedef struct {
    char *target;
    bool begun, refused;             /* refused: an answer was queued before the body came */
    int64_t most;
    shi_buf body;
    char *file;
    int fd;
    int64_t file_bytes;
} waiting;

static const char CSP[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
                          "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/* ---- connections and their deadlines ---- */

static void set_deadline(shi_http *http, struct MHD_Connection *connection, int64_t seconds)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    line *l = info ? info->socket_context : NULL;
    if (!l) return;
    pthread_mutex_lock(&http->lock);
    l->deadline_us = seconds < 0 ? INT64_MAX : shi_os_tick_us() + seconds * SHI_SECOND_US;
    pthread_mutex_unlock(&http->lock);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    shi_http *http = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        line *l = calloc(1, sizeof *l);
        *socket_context = l;
        if (!l || !info) return;
        l->fd = info->connect_fd;
        l->deadline_us = shi_os_tick_us() + HEADERS_SECONDS * SHI_SECOND_US;
        pthread_mutex_lock(&http->lock);
        l->next = http->all.next;
        l->before = &http->all;
        http->all.next->before = l;
        http->all.next = l;
        pthread_mutex_unlock(&http->lock);
    } else if (*socket_context) {
        line *l = *socket_context;
        pthread_mutex_lock(&http->lock);
        if (l->next) {
            l->next->before = l->before;
            l->before->next = l->next;
        }
        pthread_mutex_unlock(&http->lock);
        free(l);
        *socket_context = NULL;
    }
}

void shi_http_sweep(shi_http *http)
{
    int64_t now = shi_os_tick_us();
    pthread_mutex_lock(&http->lock);
    for (line *l = http->all.next; l != &http->all; l = l->next)
        if (l->deadline_us < now) {
            shutdown(l->fd, SHUT_RDWR);
            l->deadline_us = INT64_MAX;
        }
    pthread_mutex_unlock(&http->lock);
}

/* ---- requests ---- */

/* Called with the target as it came, before anything of the request is looked at. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)context;
    (void)connection;
    waiting *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->fd = -1;
    w->target = strdup(target);
    return w;
}

/* The path is decoded by wire.c, once. */
static size_t leave_alone(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request, enum MHD_RequestTerminationCode how)
{
    shi_http *http = context;
    waiting *w = *request;
    (void)how;
    if (!w) return;
    if (w->fd >= 0) close(w->fd);
    if (w->file) unlink(w->file);
    shi_buf_drop(&w->body);
    free(w->file);
    free(w->target);
    free(w);
    *request = NULL;
    set_deadline(http, connection, HEADERS_SECONDS);
}

static shi_str header(struct MHD_Connection *connection, const char *name)
{
    const char *value = NULL;
    size_t len = 0;
    if (MHD_lookup_connection_value_n(connection, MHD_HEADER_KIND, name, strlen(name), &value, &len) != MHD_YES) return (shi_str){ 0 };
    return (shi_str){ value, (int64_t)len };
}

static void peer_name(struct MHD_Connection *connection, char *out, socklen_t room)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    snprintf(out, room, "?");
    if (!info || !info->client_addr) return;
    bool six = info->client_addr->sa_family == AF_INET6;
    socklen_t len = six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    getnameinfo(info->client_addr, len, out, room, NULL, 0, NI_NUMERICHOST);
}

static shi_request request_of(struct MHD_Connection *connection, const char *method, const waiting *w)
{
    shi_request r = { .target = shi_str_from(w->target), .body = shi_buf_str(&w->body), .file = w->file, .file_bytes = w->file_bytes };
    r.method = !strcmp(method, "GET") ? SHI_GET : !strcmp(method, "HEAD") ? SHI_HEAD : !strcmp(method, "POST") ? SHI_POST : SHI_OTHER_METHOD;
    r.host = header(connection, "Host");
    r.origin = header(connection, "Origin");
    r.fetch_site = header(connection, "Sec-Fetch-Site");
    r.cookie = header(connection, "Cookie");
    r.languages = header(connection, "Accept-Language");
    r.content_type = header(connection, "Content-Type");
    r.csrf = header(connection, "X-CSRF");
    r.if_none_match = header(connection, "If-None-Match");
    return r;
}

/* ---- answers ---- */

static void say(struct MHD_Response *response, const char *name, const char *value)
{
    if (value) MHD_add_response_header(response, name, value);
}

static void say_buf(struct MHD_Response *response, const char *name, shi_buf *value)
{
    /* no header of ours may be cut in two by what it holds */
    if (value->len > 0 && !value->failed && !strpbrk(value->ptr, "\r\n")) MHD_add_response_header(response, name, value->ptr);
    shi_buf_drop(value);
}

static enum MHD_Result send_answer(const shi_http *http, struct MHD_Connection *connection, shi_answer *a)
{
    struct MHD_Response *response;
    if (a->body.failed) {
        shi_buf_drop(&a->body);
        a->status = 503;
    }
    if (a->fixed) response = MHD_create_response_from_buffer((size_t)a->fixed_len, (void *)(uintptr_t)a->fixed, MHD_RESPMEM_PERSISTENT);
    else response = MHD_create_response_from_buffer((size_t)a->body.len, a->body.len ? a->body.ptr : (void *)(uintptr_t)"",
                                                    a->body.len ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!response) {
        shi_buf_drop(&a->body);
        return MHD_NO;
    }
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%d", a->retry_after);
    say(response, "Content-Type", a->type ? a->type : "text/plain; charset=utf-8");
    say(response, "Content-Security-Policy", a->csp ? a->csp : CSP);
    say(response, "X-Content-Type-Options", "nosniff");
    say(response, "X-Frame-Options", "DENY");
    say(response, "Referrer-Policy", "same-origin");
    say(response, "Cross-Origin-Opener-Policy", "same-origin");
    say(response, "Cross-Origin-Resource-Policy", "same-origin");
    say(response, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
    if (http->options.cert) say(response, "Strict-Transport-Security", "max-age=31536000");
    say(response, "Cache-Control", a->cache ? a->cache : "no-store");
    say(response, "Vary", "Cookie");
    if (a->retry_after) say(response, "Retry-After", seconds);
    say_buf(response, "Location", &a->location);
    say_buf(response, "Content-Disposition", &a->disposition);
    say_buf(response, "ETag", &a->etag);
    for (int i = 0; i < 2; i++) say_buf(response, "Set-Cookie", &a->cookie[i]);
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)a->status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result answer(shi_http *http, struct MHD_Connection *connection, shi_request *r)
{
    char peer[64];
    shi_answer a = { .status = 200 };
    peer_name(connection, peer, sizeof peer);
    r->peer = shi_str_from(peer);
    http->handler.answer(http->handler.context, r, &a);
    return send_answer(http, connection, &a);
}

/* The body is larger than the handler has room for. */
static enum MHD_Result refuse(shi_http *http, struct MHD_Connection *connection, const char *method, const waiting *w)
{
    shi_request r = request_of(connection, method, w);
    r.too_large = true;
    r.body = (shi_str){ 0 };
    r.file = NULL;
    return answer(http, connection, &r);
}

/* The headers are here: is there room for what follows them? */
static enum MHD_Result begin(shi_http *http, struct MHD_Connection *connection, const char *method, waiting *w)
{
    shi_request r = request_of(connection, method, w);
    shi_str length = header(connection, "Content-Length");
    int64_t bytes = 0;
    w->begun = true;
    w->most = r.method == SHI_POST ? http->handler.room(http->handler.context, &r) : 0;
    if (length.ptr && !shi_count_parse(length, &bytes)) bytes = INT64_MAX;
    if (bytes > w->most) {
        w->refused = true;
        return refuse(http, connection, method, w);
    }
    set_deadline(http, connection, BODY_SECONDS + w->most / BODY_BYTES_A_SECOND);
    return MHD_YES;
}

static bool spool(shi_http *http, waiting *w, const char *data, size_t size)
{
    if (!w->file) {
        pthread_mutex_lock(&http->lock);
        int64_t number = http->spooled++;
        pthread_mutex_unlock(&http->lock);
        shi_buf path = { 0 };
        shi_buf_format(&path, "%s/upload.%lld.%lld", http->options.spool, (long long)shi_os_pid(), (long long)number);
        w->file = path.failed ? NULL : path.ptr;   /* malloc's */
        w->fd = w->file ? open(w->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
        if (w->fd < 0) return false;
    }
    for (size_t done = 0; done < size;) {
        ssize_t n = write(w->fd, data + done, size - done);
        if (n <= 0) return false;
        done += (size_t)n;
    }
    w->file_bytes += (int64_t)size;
    return true;
}

/* A piece of the body. What is too much is read and forgotten: the answer comes at the end. */
static void take(shi_http *http, waiting *w, const char *data, size_t size)
{
    int64_t have = w->file ? w->file_bytes : w->body.len;
    bool room = !w->body.failed && have + (int64_t)size <= w->most;
    if (room && w->most > SHI_HTTP_IN_MEMORY) room = spool(http, w, data, size);
    else if (room) shi_buf_add(&w->body, (shi_str){ data, (int64_t)size });
    if (!room) w->body.failed = true;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *data, size_t *size, void **request)
{
    shi_http *http = context;
    waiting *w = *request;
    (void)url;
    (void)version;
    if (!w || !w->target) return MHD_NO;
    if (!w->begun) return begin(http, connection, method, w);
    if (*size > 0) {
        if (!w->refused) take(http, w, data, *size);
        *size = 0;
        return MHD_YES;
    }
    if (w->refused) return MHD_YES;
    set_deadline(http, connection, -1);
    if (w->body.failed) return refuse(http, connection, method, w);
    if (w->fd >= 0) {
        close(w->fd);
        w->fd = -1;
    }
    shi_request r = request_of(connection, method, w);
    return answer(http, connection, &r);
}

/* ---- the daemon ---- */

static void raise_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static shi_err not_listening(const shi_http_options *options)
{
    shi_err e = shi_fail(SHI_SYSTEM, N_("nothing can be listened to at this address"),
                         N_("Is another program there, or does the port need root? Choose another with --listen ADDRESS:PORT."));
    snprintf(e.value, sizeof e.value, "%.*s:%d", (int)(options->address.len < 48 ? options->address.len : 48), options->address.ptr, options->port);
    return e;
}

static bool address_of(const shi_http_options *options, struct sockaddr_storage *out, bool *six)
{
    char text[64];
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *long_one = (struct sockaddr_in6 *)out;
    snprintf(text, sizeof text, "%.*s", (int)(options->address.len < 60 ? options->address.len : 60), options->address.ptr);
    memset(out, 0, sizeof *out);
    *six = strchr(text, ':') != NULL;
    if (*six) {
        long_one->sin6_family = AF_INET6;
        long_one->sin6_port = htons((uint16_t)options->port);
        return inet_pton(AF_INET6, text, &long_one->sin6_addr) == 1;
    }
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)options->port);
    return inet_pton(AF_INET, text, &four->sin_addr) == 1;
}

shi_err shi_http_start(const shi_http_options *options, const shi_http_handler *handler, shi_http **out)
{
    struct sockaddr_storage address;
    bool six;
    if (!address_of(options, &address, &six)) return not_listening(options);
    raise_limit();
    shi_http *http = calloc(1, sizeof *http);
    if (!http) return shi_no_memory();
    http->handler = *handler;
    http->options = *options;
    http->all.next = http->all.before = &http->all;
    pthread_mutex_init(&http->lock, NULL);
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | (six ? MHD_USE_IPv6 : 0) | (options->cert ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = { { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->cert },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->key }, { MHD_OPTION_END, 0, NULL } };
    if (!options->cert) tls[0].option = MHD_OPTION_END;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, http, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)options->threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)(options->one_peer ? 0 : PER_PEER), MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_EACH,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)QUIET_SECONDS, MHD_OPTION_LISTEN_BACKLOG_SIZE, (unsigned)1024,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, http, MHD_OPTION_UNESCAPE_CALLBACK, leave_alone, NULL,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    if (!http->daemon) {
        free(http);
        return options->cert ? shi_fail(SHI_INPUT, N_("the server cannot start with this certificate, or at this address"),
                                        N_("Both files must be PEM and belong together; see that nothing else listens there.")) :
                                            not_listening(options);
    }
    *out = http;
    return (shi_err){ 0 };
}

int shi_http_port(const shi_http *http)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

void shi_http_stop(shi_http *http)
{
    MHD_stop_daemon(http->daemon);
    pthread_mutex_destroy(&http->lock);
    free(http);
}
