#!/usr/bin/env python3
"""bench/serve.py SHISHU WORKSPACE [SECONDS [RATE]]: requests a second against the page, and how long each takes to its first byte.

Starts the server over an audited workspace, signs in, and asks for pages and JSON as an office would: overview, lists with other filters, single
figures at random, findings; RATE requests a second (200) for SECONDS (60), each on a connection of its own pool, whether the one before has been
answered or not. Prints median, 95 %, 99 %, the slowest, and how many were late or failed; by kind of page; and what the server took of the processor.
The load comes from the same machine, so the figures hold for both together."""
import http.client
import json
import os
import queue
import random
import re
import subprocess
import sys
import threading
import time
import urllib.parse

shishu, workspace = sys.argv[1:3]
seconds, rate = int((sys.argv[3:4] or [60])[0]), int((sys.argv[4:5] or [200])[0])
server = subprocess.Popen([shishu, "-C", workspace, "--json", "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
told = json.loads(server.stdout.readline())
port = urllib.parse.urlsplit(told["url"]).port
PASSWORD = "a short sentence"


def one(method, path, body=None, cookie=""):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    c.request(method, path, body, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"})
    r = c.getresponse()
    text = r.read().decode("utf-8", "replace")
    cookies = [v for n, v in r.getheaders() if n.lower() == "set-cookie" and "shishu" in v]
    return r.status, text, cookies[0].split(";")[0] if cookies else ""


form = f"password={PASSWORD}&again={PASSWORD}".replace(" ", "+")
if told["link"]:
    cookie = one("POST", urllib.parse.urlsplit(told["link"]).path, form)[2]
else:
    cookie = one("POST", "/enter", f"name=admin&password={PASSWORD}".replace(" ", "+"))[2]
total = json.loads(one("GET", "/api/figures", cookie=cookie)[1])["total"]
rnd = random.Random(7)
names = []
pages = min(2000, (total + 49) // 50)
for sort in ("worst", "reported", "gap", "unit"):
    for page in rnd.sample(range(1, pages + 1), min(10, pages)):
        names += [f["figure"] for f in json.loads(one("GET", f"/api/figures?sort={sort}&page={page}", cookie=cookie)[1])["figures"]]
names = sorted(set(names))
units = sorted({n.rsplit("/", 1)[1] for n in names})
periods = sorted({n.rsplit("/", 2)[1] for n in names})
findings = [f["finding"] for f in json.loads(one("GET", "/api/findings", cookie=cookie)[1])["findings"][:50]]
KINDS = {
    "overview": lambda: "/", "list": lambda: "/figures?page=%d" % rnd.randint(1, 40),
    "filtered": lambda: f"/figures?verdict={rnd.choice(['impossible', 'doubtful', 'plausible'])}&period={rnd.choice(periods)}",
    "sorted": lambda: f"/figures?sort={rnd.choice(['reported', 'gap', 'suspected', 'unit'])}&period={rnd.choice(periods)}",
    "figure": lambda: "/figure/" + urllib.parse.quote(rnd.choice(names)), "figure as JSON": lambda: "/api/figure/" + urllib.parse.quote(rnd.choice(names)),
    "unit": lambda: "/unit/" + rnd.choice(units), "matrix": lambda: "/api/matrix?period=" + rnd.choice(periods),
}
if findings:
    KINDS["finding"] = lambda: "/finding/" + rnd.choice(findings)
work, taken = queue.Queue(), []


def asker():
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while (job := work.get()) is not None:
        due, kind, path = job
        try:
            c.request("GET", path, headers={"Cookie": cookie})
            r = c.getresponse()
            first = time.monotonic()
            r.read()
            taken.append((kind, first - due, r.status))
        except OSError:
            taken.append((kind, time.monotonic() - due, 0))
            c = http.client.HTTPConnection("127.0.0.1", port, timeout=60)


for _, make in KINDS.items():
    one("GET", make(), cookie=cookie)   # what a first look costs once
threads = [threading.Thread(target=asker) for _ in range(32)]
for t in threads:
    t.start()
kinds = list(KINDS)


def spent():
    with open(f"/proc/{server.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


before = spent()
begun = time.monotonic()
for i in range(seconds * rate):
    due = begun + i / rate
    if (rest := due - time.monotonic()) > 0:
        time.sleep(rest)
    kind = kinds[i % len(kinds)]
    work.put((due, kind, KINDS[kind]()))
for _ in threads:
    work.put(None)
for t in threads:
    t.join()
wall = time.monotonic() - begun
cpu = spent() - before
with open(f"/proc/{server.pid}/status") as f:
    peak = int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) / 1024
server.terminate()
server.wait()


def line(name, rows):
    ms = sorted(1000 * t for _, t, _ in rows)
    at = lambda p: ms[min(len(ms) - 1, int(p * len(ms)))]
    bad = sum(s != 200 for _, _, s in rows)
    print(f"{name:16} {len(rows):7} {at(.5):9.1f} {at(.95):9.1f} {at(.99):9.1f} {ms[-1]:9.1f} {bad:7}")


print(f"{total} figures, {rate} requests a second for {seconds} s ({len(taken) / wall:.0f} a second answered), server {cpu / wall:.2f} cores, peak {peak:.0f} MiB")
print(f"{'':16} {'answers':>7} {'median ms':>9} {'95 %':>9} {'99 %':>9} {'slowest':>9} {'failed':>7}")
line("all", taken)
for kind in kinds:
    line(kind, [t for t in taken if t[0] == kind])
