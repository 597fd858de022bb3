"""shishu serve: what is refused, by whom and in which order; what every answer bears; what does not bring it down. TAP on stdout."""
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

SHISHU = os.environ["SHISHU"]
WORK = tempfile.mkdtemp(prefix="shishu-serve.")
PASSWORD = "a short sentence"
SLOW = 10 if "/san/" in SHISHU else 1
count = failed = 0


def ok(holds, name, detail=""):
    global count, failed
    count += 1
    failed += not holds
    print(f"{'ok' if holds else 'not ok'} {count} - {name}", flush=True)
    if not holds and detail:
        print("# " + str(detail)[:2000].replace("\n", "\n# "))


def eq(got, want, name):
    ok(got == want, name, f"got {got!r}, want {want!r}")


def run(*args, check=True):
    done = subprocess.run([SHISHU, *args], capture_output=True, text=True, timeout=300)
    if check and done.returncode:
        raise SystemExit(f"shishu {args}: {done.returncode} {done.stderr}")
    return done


class Server:
    def __init__(self, directory, *more, scheme="http"):
        self.process = subprocess.Popen([SHISHU, "-C", directory, "--json", "serve", "--listen", "127.0.0.1:0", *more], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.link, self.url = told["link"], told["url"]
        self.port = urllib.parse.urlsplit(self.url).port
        self.host = f"127.0.0.1:{self.port}"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        errors = self.process.communicate(timeout=60)[1]
        return self.process.returncode, errors


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/") else 0
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers.setdefault(name.lower(), []).append(value)

    def header(self, name):
        return self.headers.get(name.lower(), [""])[0]

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


def raw(server, data, wait=20):
    with socket.create_connection(("127.0.0.1", server.port), timeout=wait * SLOW) as s:
        s.sendall(data)
        got = b""
        try:
            while piece := s.recv(65536):
                got += piece
        except OSError:
            pass
        return Answer(got) if got else None


def ask(server, path, method="GET", cookie="", form=None, headers=None, body=b""):
    lines = {"Host": server.host, "Connection": "close"}
    if cookie:
        lines["Cookie"] = cookie
    if form is not None:
        body = urllib.parse.urlencode(form).encode()
        lines["Content-Type"] = "application/x-www-form-urlencoded"
    if method == "POST":
        lines["Content-Length"] = str(len(body))
    lines.update(headers or {})
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines.items() if v is not None) + "\r\n"
    return raw(server, head.encode("utf-8", "surrogateescape") + body)


def cookie_of(answer):
    return next((v.split(";")[0] for v in answer.headers.get("set-cookie", []) if v.startswith("__Host-shishu=")), "")


def csrf_of(server, cookie, path="/"):
    found = re.search(r'name="csrf" content="([^"]+)"', ask(server, path, cookie=cookie).text)
    return found.group(1) if found else ""


def accept(server, link):
    return cookie_of(ask(server, urllib.parse.urlsplit(link).path, "POST", form={"password": PASSWORD, "again": PASSWORD}))


def invite(server, admin, name, role, unit=""):
    answer = ask(server, "/people", "POST", cookie=admin, form={"csrf": csrf_of(server, admin), "do": "invite", "name": name, "role": role,
                                                                "unit_code": unit})
    found = re.search(r"/welcome/[\w-]+", answer.text)
    return accept(server, found.group(0)) if found else ""


SECURITY = ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy",
            "cross-origin-resource-policy", "permissions-policy", "cache-control"]


def before_sign_in(server):
    for path in ("/a/../b", "/..", "/%2e%2e/", "/api/..%2fledger.db", "/static/..%5c..%5cx", "/a\\b", "/%00", "/%zz", "/%ff", "/api/x?%zz=1"):
        eq(ask(server, path).status, 400, f"{path}: 400")
    for path in ("/api", "/api/", "/api/figures", "/api/no-such-thing", "/api/enter", "/api/welcome/x", "/api/people"):
        answer = ask(server, path)
        eq(answer.status, 401, f"{path}: 401 without a session, there or not")
        ok(json.loads(answer.text)["error"]["reason"]["zh"] and answer.header("content-type").startswith("application/json"), "and says so in JSON")
    for path in ("/", "/figures", "/no-such-page", "/people?x=1"):
        answer = ask(server, path)
        eq((answer.status, answer.header("location").split("?")[0]), (303, "/enter"), f"{path}: on to the sign-in")
    for path in ("/enter", "/api/figures", "/static/style.css", "/no-such-page", "/a/../b", "/welcome/nonsense"):
        answer = ask(server, path)
        ok(all(answer.header(h) for h in SECURITY), f"{path}: bears every header", [h for h in SECURITY if not answer.header(h)])
        ok("unsafe" not in answer.header("content-security-policy"), f"{path}: nothing unsafe in its policy")
    eq(ask(server, "/welcome/" + "x" * 43).status, 400, "a link that nobody was given")
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"):
        eq(ask(server, "/enter", method).status, 405, f"{method}: 405")
    eq(ask(server, "/enter?next=//evil.example/x", "POST", form={"name": "x", "password": "y"}).status, 401, "a wrong name: 401")


def sign_in(server, admin):
    flags = next(v for v in ask(server, "/enter", "POST", form={"name": "admin", "password": PASSWORD}).headers["set-cookie"])
    ok(all(f in flags for f in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/")), "the cookie is Secure, HttpOnly, SameSite=Strict", flags)
    eq(ask(server, urllib.parse.urlsplit(server.link).path).status, 400, "the first link works once")
    answer = ask(server, "/enter?next=//evil.example/x", "POST", form={"name": "admin", "password": PASSWORD})
    eq((answer.status, answer.header("location")), (303, "/"), "signing in leads to no other site")
    fixed = "__Host-shishu=" + "A" * 43
    answer = ask(server, "/enter", "POST", cookie=fixed, form={"name": "admin", "password": PASSWORD})
    ok(cookie_of(answer) not in ("", fixed), "a token that was there before is not taken over")
    fresh = cookie_of(answer)
    again = ask(server, "/enter", "POST", cookie=fresh, form={"name": "admin", "password": PASSWORD})
    eq(ask(server, "/api/people", cookie=fresh).status, 401, "and that of the session before has ended")
    csrf = csrf_of(server, cookie_of(again))
    eq(ask(server, "/leave", "POST", cookie=cookie_of(again), form={"csrf": csrf}).status, 303, "signing out")
    eq(ask(server, "/api/people", cookie=cookie_of(again)).status, 401, "ends the session")
    eq(ask(server, "/api/people", cookie=admin).status, 200, "but not that of another browser")


def forged(server, admin):
    csrf = csrf_of(server, admin)
    form = {"do": "invite", "name": "mallory", "role": "admin"}
    people = lambda: len(json.loads(ask(server, "/api/people", cookie=admin).text)["people"])
    before = people()
    eq(ask(server, "/people", "POST", cookie=admin, form=form).status, 403, "a post without the session's token")
    eq(ask(server, "/people", "POST", cookie=admin, form={**form, "csrf": csrf[:-1] + "x"}).status, 403, "with a wrong one")
    eq(ask(server, "/people", "POST", cookie=admin, form={**form, "csrf": csrf}, headers={"Origin": "https://evil.example"}).status, 403, "from elsewhere")
    eq(ask(server, "/people", "POST", cookie=admin, form={**form, "csrf": csrf}, headers={"Origin": "null"}).status, 403, "from nowhere")
    eq(ask(server, "/people", "POST", cookie=admin, form={**form, "csrf": csrf}, headers={"Sec-Fetch-Site": "cross-site"}).status, 403, "as the browser says")
    eq(ask(server, "/enter", "POST", form={"name": "admin", "password": PASSWORD}, headers={"Origin": "https://evil.example"}).status, 403,
       "nor is anybody signed in from elsewhere")
    eq(people(), before, "and nothing was changed")
    own = {"Origin": f"http://{server.host}", "Sec-Fetch-Site": "same-origin"}
    eq(ask(server, "/people", "POST", cookie=admin, form={**form, "name": "own page", "csrf": csrf}, headers=own).status, 200, "our own page may")
    for name in ("", " x", "a" * 65, "<script>", "a\nb"):
        eq(ask(server, "/people", "POST", cookie=admin, form={**form, "name": name, "csrf": csrf}).status, 400, f"no name: {name[:10]!r}")
    eq(ask(server, "/people", "POST", cookie=admin, form={"do": "invite", "name": "v", "role": "viewer", "csrf": csrf}).status, 400, "a viewer of nothing")
    eq(ask(server, "/people", "POST", cookie=admin, form={"do": "disable", "id": "1", "csrf": csrf}).status, 400, "the last admin cannot be shut out")
    eq(ask(server, "/people", "POST", cookie=admin, form={"do": "disable", "id": "999", "csrf": csrf}).status, 400, "nor can nobody")


def guessing(server):
    last = [ask(server, "/enter", "POST", form={"name": "guess me", "password": f"wrong {i}"}) for i in range(6)]
    eq([a.status for a in last], [401] * 5 + [429], "five wrong passwords a name, then 429")
    ok(int(last[-1].header("retry-after")) > 800, "which says how long")


def injected(server, admin, unit):
    evil = ["'", "\"", "';DROP TABLE figure_out;--", "<script>alert(1)</script>", "' OR 1=1 --", "\\", "%", "_", "\u202e", "a" * 5000, "0x00", "$1", "{{7*7}}"]
    fields = ["q", "verdict", "indicator", "period", "unit", "sort", "page", "open", "parent", "lang", "next", "level", "per_head"]
    bad = []
    for field in fields:
        for value in evil:
            text = urllib.parse.quote(value)
            for path in (f"/figures?{field}={text}", f"/api/figures?{field}={text}", f"/?{field}={text}", f"/api/matrix?{field}={text}"):
                answer = ask(server, path, cookie=admin)
                markup = answer is not None and answer.header("content-type").startswith("text/html") and "<script>alert" in answer.text
                if answer is None or answer.status not in (200, 400, 404) or markup:
                    bad.append((path[:80], answer and answer.status))
    ok(not bad, "hostile words in every field of a query: no fault, no markup of theirs", bad[:5])
    bad = []
    for value in evil:
        text = urllib.parse.quote(value, safe="")
        for path in ("/figure/", "/finding/", "/members/", "/unit/", "/report/", "/ranks/", "/job/", "/welcome/"):
            for rest in (text, f"{text}/{text}/{text}", f"{text}/2024-02/{unit}"):
                answer = ask(server, path + rest, cookie=admin)
                if answer is None or answer.status not in (400, 404) or "<script>alert" in answer.text:
                    bad.append((path + rest[:60], answer and answer.status))
    ok(not bad, "and in every path", bad[:5])
    total = json.loads(ask(server, "/api/figures", cookie=admin).text)["total"]
    ok(total > 0, "all figures are still there")


def flooded(server, admin):
    answer = raw(server, b"GET /enter HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200000 + b"\r\n\r\n")
    ok(answer is None or answer.status in (400, 413, 431), "headers of 200 kB are refused", answer and answer.status)
    answer = raw(server, b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    ok(answer is None or answer.status in (400, 414, 431), "a target of 100 kB is refused", answer and answer.status)
    for junk in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"POST /enter HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                 b"POST /enter HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"):
        raw(server, junk, wait=2)
    answer = ask(server, "/enter", "POST", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=b"a=" + b"b" * 100000)
    eq(answer.status, 413, "a form of 100 kB: 413")
    answer = ask(server, "/enter", "POST", headers={"Content-Type": "application/x-www-form-urlencoded"}, body=b"&".join(b"a=b" for _ in range(2000)))
    eq(answer.status, 400, "a form of 2,000 fields: 400")
    eq(ask(server, "/api/people", cookie=admin).status, 200, "and it answers as before")


def crowded(server, admin, many):
    """Open connections that say nothing, or a byte now and then."""
    crowd = []
    try:
        for i in range(many):
            s = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            if i % 2:
                s.sendall(b"GET /enter HT")
            crowd.append(s)
    except OSError as error:
        ok(False, f"{many} connections can be opened", f"{len(crowd)}: {error}")
    begun = time.monotonic()
    eq(ask(server, "/api/people", cookie=admin).status, 200, f"beside {len(crowd)} idle connections it answers")
    ok(time.monotonic() - begun < 2 * SLOW, "at once", time.monotonic() - begun)
    for s in crowd:
        s.close()


def side_by_side(server, admin):
    bad, threads = [], []

    def work(k):
        for i in range(20):
            answer = ask(server, ("/", "/figures", "/api/figures?sort=gap", "/findings", "/targets", "/api/matrix")[(i + k) % 6], cookie=admin)
            if answer is None or answer.status != 200:
                bad.append(answer and answer.status)

    for k in range(8):
        threads.append(threading.Thread(target=work, args=(k,)))
        threads[-1].start()
    for t in threads:
        t.join()
    ok(not bad, "8 readers side by side: 160 answers", bad[:5])


def secured(directory):
    eq(run("-C", directory, "serve", "--listen", "0.0.0.0:0", check=False).returncode, 2, "a network without TLS is refused")
    eq(run("-C", directory, "serve", "--listen", "nonsense", check=False).returncode, 2, "no address")
    eq(run("-C", directory, "serve", "--tls-cert", "/dev/null", check=False).returncode, 2, "a certificate without its key")
    eq(run("-C", WORK, "serve", check=False).returncode, 3, "no workspace")
    cert, key = os.path.join(WORK, "cert.pem"), os.path.join(WORK, "key.pem")
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=127.0.0.1"],
                          capture_output=True)
    if made.returncode:
        ok(True, "TLS # SKIP no openssl here to make a certificate")
        return
    eq(run("-C", directory, "serve", "--listen", "127.0.0.1:0", "--tls-cert", key, "--tls-key", cert, check=False).returncode, 3, "files the wrong way round")
    server = Server(directory, "--tls-cert", cert, "--tls-key", key)
    trust = ssl.create_default_context(cafile=cert)
    trust.check_hostname = False
    with trust.wrap_socket(socket.create_connection(("127.0.0.1", server.port), timeout=20 * SLOW)) as s:
        s.sendall(b"GET /enter HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := s.recv(65536):
            got += piece
    answer = Answer(got)
    eq((answer.status, bool(answer.header("strict-transport-security"))), (200, True), "over TLS, and to be kept to it")
    eq(server.stop()[0], 0, "and ends cleanly")


def main():
    directory = os.path.join(WORK, "county")
    run("simulate", directory, "--villages", "4", "--months", "2", "--seed", "5", "--vendors", "mixed", "--now", "2024-03-10T04:00:00Z")
    run("-C", directory, "audit", "--now", "2024-03-10T04:00:00Z")
    server = Server(directory)
    ok(server.link.startswith(server.url + "welcome/"), "the first start gives the link of an admin")
    before_sign_in(server)
    admin = accept(server, server.link)
    sign_in(server, admin)
    forged(server, admin)
    unit = json.loads(ask(server, "/api/matrix", cookie=admin).text)["units"][0]["unit_code"]
    guessing(server)
    injected(server, admin, unit)
    flooded(server, admin)
    side_by_side(server, admin)
    crowded(server, admin, 2000 if SLOW > 1 else 10000)
    ledger = run("-C", directory, "verify-ledger", check=False)
    eq(ledger.returncode, 0, "the ledger's chain holds while the server runs")
    ids = {p["name"]: p["id"] for p in json.loads(ask(server, "/api/people", cookie=admin).text)["people"]}
    auditor = invite(server, admin, "auditor", "auditor")
    eq(ask(server, "/api/figures", cookie=auditor).status, 200, "an auditor comes in by a link")
    ids = {p["name"]: p["id"] for p in json.loads(ask(server, "/api/people", cookie=admin).text)["people"]}
    ask(server, "/people", "POST", cookie=admin, form={"csrf": csrf_of(server, admin), "do": "end", "id": str(ids["auditor"])})
    eq(ask(server, "/api/figures", cookie=auditor).status, 401, "and is out when the admin ends the sessions")
    status, errors = server.stop()
    eq((status, errors), (0, ""), "it ends cleanly, without a word of the sanitizers")
    server = Server(directory)
    ok(server.link is None, "there is an admin now: no link at the next start")
    eq(ask(server, "/api/figures", cookie=admin).status, 200, "and sessions have outlived the restart")
    server.process.kill()
    server.process.wait()
    server = Server(directory)
    eq(ask(server, "/api/figures", cookie=admin).status, 200, "also after it was killed")
    server.stop()
    secured(directory)
    grep = subprocess.run(["grep", "-rlF", PASSWORD, directory], capture_output=True, text=True).stdout
    eq(grep, "", "the password is nowhere on disk")
    print(f"1..{count}")
    return 1 if failed else 0


try:
    sys.exit(main())
finally:
    shutil.rmtree(WORK, ignore_errors=True)
