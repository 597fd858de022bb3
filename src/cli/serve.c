/* shishu serve: the web page of a workspace. */
#include "serve/serve.h"

#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *listen, *cert, *key;
    bool behind_proxy;
} args;

static const shi_option OPTIONS[] = {
    { "listen", SHI_OPT_TEXT, offsetof(args, listen), "ADDRESS:PORT", N_("where to listen (127.0.0.1:8080); port 0: any free one") },
    { "tls-cert", SHI_OPT_TEXT, offsetof(args, cert), "FILE", N_("certificate chain, PEM") },
    { "tls-key", SHI_OPT_TEXT, offsetof(args, key), "FILE", N_("its private key, PEM") },
    { "behind-proxy", SHI_OPT_FLAG, offsetof(args, behind_proxy), NULL, N_("a proxy in front speaks TLS and hands on Host") },
};

static shi_err address_of(const char *text, shi_serve_options *out)
{
    shi_str all = shi_str_from(text);
    int64_t at = all.len, port;
    while (at > 0 && all.ptr[at - 1] != ':') at--;
    shi_str address = shi_str_sub(all, 0, at > 0 ? at - 1 : 0);
    if (address.len > 2 && address.ptr[0] == '[' && address.ptr[address.len - 1] == ']') address = shi_str_sub(address, 1, address.len - 1);
    if (shi_str_eq(address, S("localhost"))) address = S("127.0.0.1");
    if (!address.len || !shi_count_parse(shi_str_sub(all, at, all.len), &port) || port > 65535)
        return shi_fail_value(SHI_USAGE, all, N_("this is no address to listen at"), N_("Write ADDRESS:PORT, as 127.0.0.1:8080 or [::1]:8080."));
    out->address = address;
    out->port = (int)port;
    return (shi_err){ 0 };
}

/* This program, for the jobs it starts. */
static const char *program_path(shi_cli *cli)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    return n > 0 ? shi_str_copy(&cli->keep, (shi_str){ path, n }).ptr : "shishu";
}

/* Said at once, since the command goes on until it is stopped. */
static void ready(void *context, shi_str url, shi_str link)
{
    shi_cli *cli = context;
    if (cli->json) {
        shi_json json = { .out = &cli->out };
        shi_json_begin_object(&json);
        shi_json_kstr(&json, "url", url);
        shi_json_kstr(&json, "link", link);
        shi_json_end_object(&json);
        shi_buf_addc(&cli->out, '\n');
    } else {
        shi_buf_format(&cli->out, tr(cli->lang, N_("The page is at %1$s (Ctrl-C ends it).\n")), url.ptr);
        if (link.ptr) shi_buf_format(&cli->out, tr(cli->lang, N_("Nobody can sign in yet. This link makes the first admin, once, within three "
            "days:\n%1$s\n")),
                                     link.ptr);
    }
    (void)shi_cli_flush(cli).code;
}

static shi_err run(shi_cli *cli, int argc, char **argv)
{
    args a = { .listen = "127.0.0.1:8080" };
    SHI_TRY(shi_options_parse(OPTIONS, COUNT(OPTIONS), &argc, argv, &a, NULL));
    if (argc > 0) return shi_fail_value(SHI_USAGE, shi_str_from(argv[0]), N_("serve takes no further words"),
                                        N_("\"shishu help serve\" shows how it is called."));
    shi_serve_options o = { .dir = cli->dir, .cert = a.cert, .key = a.key, .behind_proxy = a.behind_proxy, .lang = cli->lang,
        .engine = shi_cli_engine(cli, NULL), .program = program_path(cli), .ready = ready, .context = cli };
    SHI_TRY(address_of(a.listen, &o));
    shi_err e = shi_serve(&o);
    return e.code == SHI_STOPPED ? (shi_err){ 0 } : e;
}

const shi_command SHI_CMD_SERVE = { "serve", "", N_("the web page: overview, figures, findings, targets, field checks"),
    N_("Serves the page of the workspace. The first start prints a link that makes the first admin; the admin invites others under Persons: viewers "
       "of a unit, inspectors, auditors, admins. It listens to this machine alone unless told otherwise, and over a network only with TLS: "
       "--tls-cert and --tls-key, or --behind-proxy. The same data as JSON is below /api, described in docs/api.md. Ctrl-C ends it."),
    OPTIONS, COUNT(OPTIONS), run };
