#!/usr/bin/env python3
"""kill_visits.py PROGRAM WORKSPACE CHECK TIMES SEED: sends the results of a check as a phone does, again and again until each is answered for, and kills
the server (SIGKILL) at random moments of it. Prints "KILLS kills, ROWS rows" when each visit stands once in the results, or what was wrong."""
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.parse

program, workspace, check, times, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
rng = random.Random(seed)
PASSWORD = "a short sentence"


class Server:
    def __init__(self):
        self.child = subprocess.Popen([program, "-C", workspace, "--json", "serve", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        said = json.loads(self.child.stdout.readline())
        self.port, self.link = urllib.parse.urlparse(said["url"]).port, said["link"]

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.getheaders(), answer.read().decode()
        finally:
            line.close()

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        self.child.terminate()
        self.child.wait()


def sign_in(server):
    form = urllib.parse.urlencode({"password": PASSWORD, "again": PASSWORD})
    _, headers, _ = server.ask("POST", urllib.parse.urlparse(server.link).path, form, {"Content-Type": "application/x-www-form-urlencoded"})
    return next(re.match(r"__Host-shishu=[^;]+", v).group() for k, v in headers if k == "Set-Cookie" and v.startswith("__Host-shishu"))


def visits(server, cookie):
    status, _, text = server.ask("GET", "/api/visits", None, {"Cookie": cookie})
    assert status == 200, text
    return json.loads(text)


def send(server, cookie, csrf, results):
    """What the server said of each; None where it did not answer."""
    try:
        status, _, text = server.ask("POST", "/api/visits", json.dumps({"results": results}),
                                     {"Cookie": cookie, "Content-Type": "application/json", "X-CSRF": csrf})
    except (OSError, http.client.HTTPException):
        return None
    return json.loads(text)["results"] if status == 200 else None


def main():
    server = Server()
    cookie = sign_in(server)
    listed = visits(server, cookie)
    keys = [v["key"] for v in listed["visits"]]
    queue = [{"check": check, "key": k, "exists": "yes", "lives_here": "yes", "knows": "yes", "operates": "yes", "inspector1": "G-07", "inspector2": "G-11",
              "visited_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600 + i))} for i, k in enumerate(keys)]
    each, kills, seen, least = max(2, len(queue) // times), 0, {"recorded": 0, "already": 0}, 0.004
    while queue:
        batch = queue[:each]
        if kills < times:
            killer = subprocess.Popen(["sh", "-c", f"sleep {rng.uniform(0, least + 0.012 * len(batch)):.4f}; kill -9 {server.child.pid}"])
        said = send(server, cookie, listed["csrf"], batch)
        if kills < times:
            killer.wait()
            server.child.wait()
            kills += 1
            server = Server()
        if said is None:
            continue                      # no answer: the phone keeps all of them
        for one in said:
            if one["status"] not in seen:
                return f"{one}"
            seen[one["status"]] += 1
        queue = queue[len(batch):]
    left = [v for v in visits(server, cookie)["visits"] if not v["recorded"]]
    server.stop()
    rows = [line.split(",")[0] for line in open(os.path.join(workspace, "checks", check, "results.csv"), encoding="utf-8")][1:]
    if left:
        return f"{len(left)} visits were lost"
    if sorted(rows) != sorted(keys):
        return f"{len(rows)} rows for {len(keys)} visits"
    if os.path.exists(os.path.join(workspace, "checks", check, "conflicts.csv")):
        return "a visit that was sent twice was taken for another"
    print(f"{kills} kills, {len(rows)} rows, {seen['already']} had been taken before the server was killed", file=sys.stderr)
    print(f"{kills} kills, {len(rows)} rows")
    return None


wrong = main()
if wrong:
    print(wrong)
    sys.exit(1)
