/* Results from phones, several at once. Each is taken by itself, so that one that is refused holds up no other, and a phone that hears no answer
 * sends all of them again. Nobody sends an outcome: it follows from the four answers. */
#include "serve/write.h"

#include "serve/field.h"

#include <jansson.h>
#include <string.h>

enum { MOST = 200, NAME_BYTES = 64, REASON_BYTES = 640 };
static const char *const LAYER[SHI_LAYERS] = { "exists", "lives_here", "knows", "operates" };

/* Why a person was not reached: the word that is sent, and what the record says. */
static const struct {
    const char *word, *id;
} MISSED[] = { { "absent", N_("Not at home") }, { "refused", N_("Would not talk") }, { "moved", N_("Moved away") }, { "dead", N_("Deceased") } };

typedef struct {
    shi_call *call;
    shi_workspace ws;
    shi_json json;
    int64_t recorded, conflicts;
} taking;

/* A text of at most so many bytes, without control characters, trimmed; missing: there is none, or it is none. */
static shi_str text_of(const json_t *object, const char *name, int64_t most)
{
    const json_t *value = json_object_get(object, name);
    shi_str s = json_is_string(value) ? (shi_str){ json_string_value(value), (int64_t)json_string_length(value) } : S("");
    for (int64_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) return S("");
    s = shi_str_trim(s);
    return s.len > most ? S("") : s;
}

/* What somebody typed: cut to what a record holds, with blanks for control characters. */
static shi_err reason_of(const taking *t, const json_t *object, shi_str *out)
{
    const json_t *value = json_object_get(object, "reason");
    shi_str s = json_is_string(value) ? (shi_str){ json_string_value(value), (int64_t)json_string_length(value) } : S("");
    char *room = shi_new(t->call->keep, char, s.len + 1);
    if (!room) return shi_no_memory();
    for (int64_t i = 0; i < s.len; i++) room[i] = (unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f ? ' ' : s.ptr[i];
    *out = shi_str_trim(shi_str_cut(shi_str_trim((shi_str){ room, s.len }), REASON_BYTES));
    return (shi_err){ 0 };
}

static shi_err flaw(const char *column, const char *reason, const char *remedy)
{
    shi_err e = shi_fail(SHI_INPUT, reason, remedy);
    e.column = shi_str_from(column);
    return e;
}

/* The four answers in order, up to the first no. */
static shi_err read_answers(const json_t *object, shi_spot_result *x)
{
    bool ended = false;
    for (int i = 0; i < SHI_LAYERS; i++) {
        shi_str word = text_of(object, LAYER[i], NAME_BYTES);
        bool yes = shi_str_eq(word, S("yes")), no = shi_str_eq(word, S("no")), unsure = shi_str_eq(word, S("unsure"));
        if (ended) continue;
        if (!yes && !no && !unsure) return flaw(LAYER[i], N_("an answer is missing"), N_("Answer yes, no or not sure, up to the first no."));
        if (!yes && !x->reason.len) return flaw("reason", N_("a no or a not sure needs its reason"), N_("Write one line."));
        x->layer[i] = yes ? SHI_YES : no ? SHI_NO : SHI_NO_ANSWER;
        ended = no;
    }
    return (shi_err){ 0 };
}

static shi_err read_missed(const taking *t, shi_str word, shi_spot_result *x)
{
    for (int64_t i = 0; i < COUNT(MISSED); i++) {
        if (!shi_str_eq(word, shi_str_from(MISSED[i].word))) continue;
        const char *said = tr(t->call->lang, MISSED[i].id);
        x->reason = x->reason.len ? shi_str_format(t->call->keep, "%s: %.*s", said, (int)x->reason.len, x->reason.ptr) : shi_str_from(said);
        return x->reason.ptr ? (shi_err){ 0 } : shi_no_memory();
    }
    return flaw("not_reached", N_("this is no reason for not reaching somebody"), N_("Send absent, refused, moved or dead."));
}

/* A time of the phone's clock, written as the workspace's zone has it. */
static shi_err read_time(const taking *t, const json_t *object, shi_spot_result *x)
{
    const int64_t day = 86400 * SHI_SECOND_US;
    int64_t us;
    char room[40];
    if (!shi_time_parse(text_of(object, "visited_at", NAME_BYTES), &t->ws.zone, &us) || us > t->ws.now_us + day || us < t->ws.now_us - 366 * day)
        return flaw("visited_at", N_("the time of the visit is missing, or lies in the future or more than a year back"),
                    N_("Look at the clock of the phone."));
    shi_time_write(us, &t->ws.zone, room);
    x->visited_at = shi_str_copy(t->call->keep, shi_str_from(room));
    return x->visited_at.ptr ? (shi_err){ 0 } : shi_no_memory();
}

static shi_err read_visit(const taking *t, const json_t *object, shi_spot_result *x)
{
    shi_str missed = text_of(object, "not_reached", NAME_BYTES);
    *x = (shi_spot_result){ .key = text_of(object, "key", NAME_BYTES),
        .inspector1 = text_of(object, "inspector1", NAME_BYTES), .inspector2 = text_of(object, "inspector2", NAME_BYTES),
        .recheck = json_is_true(json_object_get(object, "recheck")) };
    if (!json_is_object(object) || !x->key.len)
        return flaw("key", N_("this is no result of a visit"), N_("docs/visits.md shows what a result holds."));
    SHI_TRY(reason_of(t, object, &x->reason));
    SHI_TRY(read_time(t, object, x));
    return missed.len ? read_missed(t, missed, x) : read_answers(object, x);
}

static void say_message(shi_json *json, const char *name, const char *id)
{
    if (!id) return;
    shi_json_key(json, name);
    shi_json_begin_object(json);
    shi_json_ktext(json, "zh", tr(SHI_ZH, id));
    shi_json_ktext(json, "en", tr(SHI_EN, id));
    shi_json_end_object(json);
}

static void say_taken(taking *t, shi_str check, shi_str key, const char *status, const shi_err *e)
{
    shi_json_begin_object(&t->json);
    shi_json_kstr(&t->json, "check", check);
    shi_json_kstr(&t->json, "key", key);
    shi_json_ktext(&t->json, "status", status);
    if (e->column.ptr) shi_json_kstr(&t->json, "column", e->column);
    say_message(&t->json, "reason", e->reason);
    say_message(&t->json, "remedy", e->remedy);
    shi_json_end_object(&t->json);
}

/* Only what is wrong with the result itself is said of it; any other error ends the request, and the phone tries again. */
static shi_err take(taking *t, const json_t *object)
{
    static const char *const STATUS[] = { [SHI_VISIT_RECORDED] = "recorded", [SHI_VISIT_ALREADY] = "already", [SHI_VISIT_CONFLICT] = "conflict" };
    shi_visit_taken taken = SHI_VISIT_ALREADY;
    shi_spot_result x;
    shi_str check = text_of(object, "check", NAME_BYTES), id = shi_str_copy(t->call->keep, check);
    shi_err e = read_visit(t, object, &x);
    if (!id.ptr) return shi_no_memory();
    if (!e.code) e = shi_spot_take(&t->ws, t->call->keep, id, &x, shi_str_from(tr(t->call->lang, N_("Reached at a later visit"))), &taken);
    if (e.code && e.code != SHI_INPUT) return e;
    if (!e.code) t->recorded += taken == SHI_VISIT_RECORDED, t->conflicts += taken == SHI_VISIT_CONFLICT;
    say_taken(t, check, x.key, e.code ? "refused" : STATUS[taken], &e);
    return (shi_err){ 0 };
}

static shi_err take_all(taking *t, const json_t *list)
{
    shi_err e = { 0 };
    t->json = shi_json_answer(t->call);
    shi_json_begin_object(&t->json);
    shi_json_key(&t->json, "results");
    shi_json_begin_array(&t->json);
    for (size_t i = 0; i < json_array_size(list) && !e.code; i++) e = take(t, json_array_get(list, i));
    shi_json_end_array(&t->json);
    shi_json_end_object(&t->json);
    return e;
}

static shi_err trail(const taking *t)
{
    shi_str detail = shi_str_format(t->call->keep, "{\"recorded\":%lld,\"conflicts\":%lld}", (long long)t->recorded, (long long)t->conflicts);
    if (!t->recorded && !t->conflicts) return (shi_err){ 0 };
    return detail.ptr ? shi_people_trail(t->call->server->people, t->call->session.who.id, "visits", detail) : shi_no_memory();
}

/* {"results": [{…}, …]}, or one result alone. */
shi_err shi_post_visits(shi_call *call)
{
    taking t = { .call = call };
    json_error_t fault;
    call->api = true;   /* whoever posts here is a script */
    shi_str text = call->request->body;
    json_t *body = json_loadb(text.ptr ? text.ptr : "", (size_t)text.len, JSON_REJECT_DUPLICATES, &fault);
    json_t *list = json_object_get(body, "results"), *alone = NULL;
    if (json_is_object(body) && !list) {
        list = alone = json_array();
        (void)json_array_append(alone, body);
    }
    bool sound = json_is_array(list) && json_array_size(list) <= MOST;
    shi_err e = sound ? shi_field_write(call, &t.ws) : shi_fail(SHI_USAGE, N_("this holds no results of visits"),
                                                                N_("Send {\"results\": […]} with at most 200 results, as docs/visits.md shows."));
    if (!e.code) {
        e = take_all(&t, list);
        shi_workspace_close(&t.ws);
        if (!e.code) e = trail(&t);
    }
    json_decref(alone);
    json_decref(body);
    return e;
}
