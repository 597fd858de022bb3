/* The phone of an inspector: what the server takes and keeps apart, and a phone that has no network, is killed, comes back, meets another phone's record,
 * signs out. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { FIGURE, drawn, villages } from "./field.mjs";
import { LAUNCH, axe, browser, chromium, context, cookie, done, folder, is, ok, persons, run, serve } from "./web.mjs";

const dir = villages("village");
const check = drawn(dir, FIGURE, "--visits", "24");
let server = await serve(dir);
const people = await persons(server, "340101"), { admin, viewer, inspector, auditor } = people;
const file = name => { try { return readFileSync(join(dir, "checks", check, name), "utf8"); } catch { return ""; } };
const rows = name => file(name).trim().split("\n").slice(1).filter(Boolean);

/* ---- JSON */
const list = async () => (await (await inspector.ask("/api/visits")).json());
const first = await list();
is(first.visits.length, 24, "GET: everyone drawn");
is(first.visits.filter(v => v.recorded || v.order < 1 || v.unit_name !== "柳湾村").length, 0, "with village, route and what is recorded");
ok(!/u0\d{3}|139\d{8}|outcome|real/.test(JSON.stringify(first)), "and neither account, phone nor outcome");
const sheet = await (await auditor.ask(`/worksheet/${check}.html`)).text();
const lines = [...sheet.matchAll(/<tr><td>(\d+)<\/td><td class="key">(\w+)/g)].map(m => `${m[2]} ${m[1]}`).sort().join();
is(first.visits.map(v => `${v.key} ${v.line}`).sort().join(), lines, "lines are those of the paper list");
/* From here on in an order of our own: who is to be visited twice is drawn by chance, and stands from the sixth place on. */
const twofold = first.visits.filter(v => v.recheck), once_only = first.visits.filter(v => !v.recheck);
first.visits = [...once_only.slice(0, 5), ...twofold, ...once_only.slice(5)];
is((await viewer.ask("/api/visits")).status, 403, "a viewer has no visits");
is((await viewer.ask("/visits")).status, 403, "nor the page");

const post = (body, more = {}, who = inspector) => who.ask("/api/visits", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": first.csrf, ...more },
  body: typeof body === "string" ? body : JSON.stringify(body) });
const yes = { exists: "yes", lives_here: "yes", knows: "yes", operates: "yes" };
const visit = (n, more = {}) => ({ check, key: first.visits[n].key, ...yes, inspector1: "inspector", inspector2: "G-11",
  visited_at: new Date(Date.now() - 60000).toISOString().replace(/\.\d+/, ""), ...more });
const taken = async (...results) => (await (await post({ results })).json()).results;
const status = async (...results) => (await taken(...results)).map(r => r.status).join();

is((await post({ results: [visit(0)] }, { "X-CSRF": "no" })).status, 403, "POST: not without the session's token");
is((await post({ results: [visit(0)] }, { Origin: "http://elsewhere.example" })).status, 403, "nor from another site");
for (const body of ["", "{", "[]", "7", '{"results":7}', `{"results":[${Array(201).fill("{}").join()}]}`]) is((await post(body)).status, 400, `POST ${body.slice(0, 14)}: 400`);
is((await post(`{"results":["${"x".repeat(300000)}"]}`)).status, 413, "POST: not more than it must be");
is(rows("results.csv").length, 0, "and nothing was recorded");

const once = visit(0);
is(await status(once), "recorded", "a first visit is recorded");
is(await status(once, { ...once, inspector1: "G-11", inspector2: "inspector" }), "already,already", "sent again: nothing twice, whoever is named first");
is(rows("results.csv").length, 1, "one row");
is(rows("results.csv")[0].split(",").slice(0, 6).join(), `${first.visits[0].key},real,yes,yes,yes,yes`, "its outcome follows from the layers");
const before = file("results.csv");
const other = visit(0, { knows: "no", operates: "", reason: "不知道", inspector1: "G-07", visited_at: new Date().toISOString() });
is(await status(other), "conflict", "another record of the same key is kept apart");
is(file("results.csv"), before, "and overwrites nothing");
is(await status(other), "already", "nor is it kept twice");
is(rows("conflicts.csv").length, 1, "one conflict");
is(await status(visit(1, { outcome: "real", exists: "no", lives_here: "", knows: "", operates: "", reason: "查无此人" })), "recorded", "a no is not real, whatever else is claimed");
ok(rows("results.csv")[1].startsWith(`${first.visits[1].key},not_real,no,,,,`), "as its row says", file("results.csv"));
const flaws = [[{ knows: "" }, "knows"], [{ knows: "maybe" }, "knows"], [{ operates: "unsure" }, "reason"], [{ not_reached: "asleep" }, "not_reached"],
  [{ visited_at: "soon" }, "visited_at"], [{ visited_at: "2199-01-01T00:00:00Z" }, "visited_at"], [{ key: "kzzzzzzzzzzzzzz" }, "key"], [{ check: "C-9999" }, undefined],
  [{ inspector2: "" }, "inspector2"], [{ inspector2: "inspector" }, "inspector2"], [{ key: 7 }, "key"]];
for (const [more, column] of flaws) {
  const [said] = await taken(visit(2, more));
  ok(said.status === "refused" && said.column === column && said.reason.zh && said.reason.en, `refused: ${JSON.stringify(more)}`, JSON.stringify(said));
}
is((await taken(7, null, visit(2, { key: "x".repeat(100) }))).map(r => r.status).join(), "refused,refused,refused", "what is no result is refused by itself");
is(await status(visit(2, { knows: "?" }), visit(3)), "refused,recorded", "one that is refused holds up no other");
is(await status(visit(4, { not_reached: "absent", exists: "", lives_here: "", knows: "", operates: "", visited_at: new Date(Date.now() - 7200e3).toISOString() })), "recorded",
  "not at home is not reached");
is(await status(visit(4)), "recorded", "who is reached later is recorded then");
is(rows("results.csv").filter(r => r.startsWith(first.visits[4].key)).map(r => r.split(",")[1]).join(), "not_reached,real", "and both visits stand there");
is(await status(visit(4, { visited_at: new Date(Date.now() - 9000e3).toISOString() })), "conflict", "an older visit that comes in late overwrites nothing");
const twice = 5, never = 5 + twofold.length;
is(await status(visit(twice, { recheck: true })), "recorded", "of one to be visited twice the first");
is(await status(visit(twice, { recheck: true, inspector1: "G-07", visited_at: new Date().toISOString() })), "recorded", "and the second");
is(rows("results.csv").filter(r => r.startsWith(first.visits[twice].key)).map(r => r.endsWith(",1") || r.endsWith(",yes")).join(), "false,true", "which is marked so");
is(await status(visit(never), visit(never, { recheck: true, inspector1: "G-07" })), "recorded,conflict", "who was not drawn for it is not visited twice");
is(await status(visit(22, { exists: "unsure", reason: "电话 13912345678" })), "recorded", "not sure is not reached");
ok(!file("results.csv").includes("13912345678"), "numbers that somebody typed are masked");
is(await status(visit(23, { knows: "no", reason: `a\tb\n${"长".repeat(400)}` })), "recorded", "a reason of any length and form is taken, cut and on one line");

/* ---- a further round leaves the lines of a list that is printed already */
const twoRounds = drawn(dir, "reg/2024-05/340102", "--visits", "10", "--sequential"), mine = async () => (await list()).visits.filter(v => v.check === twoRounds);
const round1 = await mine();
run("-C", dir, "spotcheck", "draw", twoRounds, "--seed", "another 271828", "--more", "6");
const both = new Map((await mine()).map(v => [v.key, v]));
ok(both.size === 16 && round1.every(v => both.get(v.key).line === v.line), "a further round leaves the lines of the first");
run("-C", dir, "spotcheck", "record", twoRounds, ...[...both.keys()].map(k => `${k}=real`), "--inspector", "甲", "--inspector", "乙");
run("-C", dir, "spotcheck", "record", twoRounds, "--recheck", ...[...both.values()].filter(v => v.recheck).map(v => `${v.key}=real`), "--inspector", "甲", "--inspector", "乙");
is((await mine()).length, 0, "a check of which all is recorded is no longer in the list");

/* ---- while another program writes */
const lock = spawn("flock", [join(dir, "lock"), "sleep", "30"], { detached: true });
await new Promise(end => setTimeout(end, 300));
const busy = await post({ results: [visit(6)] });
is(busy.status, 503, "while an import writes: 503");
ok(Number(busy.headers.get("Retry-After")) > 0, "with a time to try again");
is((await inspector.ask("/api/visits")).status, 200, "the list can be read meanwhile");

/* ---- a phone, with its own profile so that it can be killed */
const profile = folder("profile");
mkdirSync(profile);
async function phone(locale = "zh-CN") {
  const args = ["--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`, `--lang=${locale}`,
    `--accept-lang=${locale}`, "about:blank"];
  const child = spawn(LAUNCH.executablePath, args, { env: LAUNCH.env, stdio: ["ignore", "ignore", "pipe"], detached: true });
  process.on("exit", () => { try { process.kill(-child.pid, "SIGKILL"); } catch { /* gone */ } });
  const address = await new Promise(found => {
    let text = "";
    child.stderr.on("data", piece => {
      text += piece;
      const m = /ws:\/\/\S+/.exec(text);
      if (m) found(m[0]);
    });
  });
  const b = await chromium().connectOverCDP(address), c = b.contexts()[0];
  await c.addCookies([cookie(inspector)]);
  const page = await c.newPage();
  await page.setViewportSize({ width: 360, height: 760 });
  return { page, kill: () => new Promise(end => { child.on("exit", end); process.kill(-child.pid, "SIGKILL"); }) };
}
async function answer(page, answers, reason) {
  for (const [name, value] of Object.entries(answers)) await page.check(`[name=${name}][value=${value}]`, { force: true });
  if (reason) await page.fill("#reason", reason);
  if (await page.isVisible("#partner")) {
    await page.fill("#partner", "G-11");
    await page.press("#partner", "Tab");
  }
  await page.check("[name=i1]", { force: true });
  await page.check("[name=i2]", { force: true });
}
/* Opens the visit that is next; its key, once the screen shows the one that the address names. */
async function next(page) {
  await page.click("#todo a.next");
  const shown = await page.waitForFunction(() => {
    const [screen, , key] = location.hash.slice(1).split("/").map(decodeURIComponent), where = document.querySelector("#where .num");
    return screen === "visit" && !document.querySelector("#visit").hidden && where?.textContent === key && key;
  });
  return shown.jsonValue();
}
const waiting = page => page.evaluate(() => new Promise(found => {
  const asked = indexedDB.open("shishu-visits", 1);
  asked.onsuccess = () => { asked.result.transaction("queue").objectStore("queue").getAll().onsuccess = e => { asked.result.close(); found(e.target.result.map(q => q.state).join()); }; };
}));

let p = await phone(), page = p.page;
await page.goto(`${server.url}/visits`);
await page.waitForSelector("html[data-offline=ready]");
is(await page.locator("#todo a.next").count(), 1, "phone: one visit is next");
await next(page);
is(await page.locator("#visit input:checked").count(), 0, "nothing is preselected");
is(await page.isDisabled("#save"), true, "nothing can be saved yet");
ok(/4/.test(await page.textContent("#out")), "it says how many answers are missing", await page.textContent("#out"));
ok(await page.evaluate(() => document.querySelector("#visit summary").getBoundingClientRect().top < document.querySelector("#visit fieldset[data-layer]").getBoundingClientRect().top),
  "who was not reached comes first");
await answer(page, yes);
is(await page.isDisabled("#save"), false, "four times yes and both present can be saved");
await page.check("[name=operates][value=no]", { force: true });
is(await page.isDisabled("#save"), true, "a no needs its reason");
await page.fill("#reason", "儿子代点的");
is(await page.isDisabled("#save"), false, "with it, it can be saved");
await page.click("#save");
await page.waitForFunction(() => document.querySelector("#visit h2 .num"));
is(await waiting(page), "waiting", "while an import writes, the result waits on the phone");
process.kill(-lock.pid, "SIGKILL");
await page.goto(`${server.url}/visits#sync`);
await page.click("#try");
await page.waitForFunction(() => document.querySelector("#waiting-n").textContent === "0", null, { timeout: 20000 });
is(await waiting(page), "", "and is sent when it has ended");

/* no network: the server is gone */
const port = new URL(server.url).port, count = rows("results.csv").length;
await server.stop();
await page.goto(`${server.url}/visits`);
await page.waitForSelector("#todo a.next", { timeout: 20000 });
ok(true, "without network the page opens, with its list");
await page.waitForSelector("#list [data-net]:not([hidden])", { timeout: 30000 });
const keys = [];
for (let k = 0; k < 2; k++) {
  await page.goto(`${server.url}/visits#list`);
  keys.push(await next(page));
  await answer(page, k ? { exists: "no" } : yes, k ? "查无此人" : "");
  await page.click("#save");
  await page.waitForFunction(key => document.querySelector("#where .num")?.textContent !== key, keys[k]);
}
is(new Set(keys).size, 2, "after one visit comes the next");
await p.kill();
p = await phone();
page = p.page;
await page.goto(`${server.url}/visits#sync`);
await page.waitForFunction(() => document.querySelector("#waiting-n").textContent === "2", null, { timeout: 30000 });
ok(true, "killed and opened again: both results are there");
server = await serve(dir, "--listen", `127.0.0.1:${port}`);
for (const one of Object.values(people)) one.server = server;
await page.waitForFunction(() => document.querySelector("#waiting-n").textContent === "0", null, { timeout: 40000 });
ok(true, "when the network is back they are sent, without being asked");
is(rows("results.csv").length, count + 2, "each once");
ok(keys.every(key => rows("results.csv").some(r => r.startsWith(key))), "with what was answered");

/* another phone was there before */
await page.goto(`${server.url}/visits#list`);
const key = await next(page), n = first.visits.findIndex(v => v.key === key);
is(await status(visit(n, { inspector1: "G-07", inspector2: "G-08" })), "recorded", "another phone records the same visit");
await answer(page, yes);
await page.click("#save");
await page.waitForFunction(() => document.querySelector("#look-n").textContent === "1", null, { timeout: 20000 });
ok(rows("conflicts.csv").some(r => r.startsWith(key)), "conflict: the server keeps both");
await page.goto(`${server.url}/visits#sync`);
is(await page.locator("#look li").count(), 1, "and the phone says so");
ok(!(await page.evaluate(() => new Promise(found => {
  const asked = indexedDB.open("shishu-visits", 1);
  asked.onsuccess = () => { asked.result.transaction("queue").objectStore("queue").getAll().onsuccess = e => { asked.result.close(); found(JSON.stringify(e.target.result)); }; };
}))).includes("lives_here"), "without keeping the answers");

/* by keyboard alone */
await page.goto(`${server.url}/visits#list`);
await page.waitForSelector("#todo a.next");
await page.focus("#todo a.next");
await page.keyboard.press("Enter");
await page.waitForSelector("#visit:not([hidden])");
for (const name of ["exists", "lives_here", "knows", "operates"]) {
  await page.focus(`[name=${name}][value=yes]`);
  await page.keyboard.press("Space");
}
for (const name of ["i1", "i2"]) {
  await page.focus(`[name=${name}]`);
  await page.keyboard.press("Space");
}
const by = rows("results.csv").length;
await page.focus("#save");
await page.keyboard.press("Enter");
for (let k = 0; k < 60 && rows("results.csv").length === by; k++) await new Promise(end => setTimeout(end, 100));
is(rows("results.csv").length, by + 1, "keyboard: a visit is recorded without a pointer");
await page.waitForFunction(() => document.querySelector("#waiting-n").textContent === "0");   // and the list is fetched anew

/* after more than a week */
await page.evaluate(() => new Promise(end => {
  const asked = indexedDB.open("shishu-visits", 1), old = Date.now() - 8 * 86400e3;
  asked.onsuccess = () => {
    const t = asked.result.transaction(["queue", "kept"], "readwrite");
    t.objectStore("kept").get("list").onsuccess = e => t.objectStore("kept").put({ ...e.target.result, fetched: old }, "list");
    t.objectStore("queue").put({ id: "old", state: "waiting", saved: old, result: { check: "C-0001", key: "old" } });
    t.oncomplete = () => { asked.result.close(); end(); };
  };
}));
await server.stop();
await page.goto(`${server.url}/visits`);
await page.waitForSelector("#list [data-net]:not([hidden])", { timeout: 30000 });
is(await page.locator("#todo a,#todo .row").count(), 0, "after 7 days: the list is gone, also without network");
is(await waiting(page), "conflict", "and so is what was never sent");
await page.goto(`${server.url}/visits`).then(() => ok(false, "nor is the page kept"), () => ok(true, "nor is the page kept"));
server = await serve(dir, "--listen", `127.0.0.1:${port}`);
for (const one of Object.values(people)) one.server = server;

/* signing out, with a result that is not sent */
await page.goto(`${server.url}/visits`);
await page.waitForSelector("html[data-offline=ready]");
const held = spawn("flock", [join(dir, "lock"), "sleep", "60"], { detached: true });
await next(page);
await answer(page, yes);
await page.click("#save");
await page.goto(`${server.url}/visits#list`);
await page.click(".foot form button");
await page.waitForSelector("#leaving[open]", { timeout: 30000 });
ok((await page.textContent("#leaving-text")).includes("1"), "signing out with a result that is not sent asks first");
await page.click("#leaving button[value=stay]");
ok((await waiting(page)).includes("waiting"), "staying keeps it");
process.kill(-held.pid, "SIGKILL");
await page.goto(`${server.url}/visits#sync`);
await page.click("#try");
await page.waitForFunction(() => document.querySelector("#waiting-n").textContent === "0", null, { timeout: 30000 });

/* signing out */
await page.goto(`${server.url}/visits#list`);
await page.waitForSelector("#todo a.next");
await page.click(".foot form button");
await page.waitForURL(/enter/);
const left = await page.evaluate(async () => [await caches.keys(), await new Promise(found => {
  const asked = indexedDB.open("shishu-visits", 1);
  asked.onsuccess = () => {
    const t = asked.result.transaction(["queue", "kept"]), all = [];
    for (const name of ["queue", "kept"]) t.objectStore(name).getAll().onsuccess = e => all.push(...e.target.result);
    t.oncomplete = () => found(all);
  };
})]);
ok(!JSON.stringify(left).includes(check), "signed out: nothing is left on the phone", JSON.stringify(left));
await p.kill();

/* ---- every screen, both languages */
const b = await browser();
for (const [locale, colorScheme, width] of [["zh-CN", "light", 360], ["en-US", "dark", 360], ["zh-CN", "dark", 320], ["en-US", "light", 1280]]) {
  const c = await context(b, auditor, { locale, colorScheme, viewport: { width, height: 760 } });
  const tab = await c.newPage(), refused = [];
  tab.on("console", m => { if (m.type() === "error") refused.push(m.text()); });
  tab.on("pageerror", e => refused.push(e.message));
  await tab.goto(`${server.url}/visits`);
  await tab.waitForSelector("html[data-offline=ready]");
  for (const screen of ["list", "visit", "missed", "sync"]) {
    if (screen === "visit") await tab.click("#todo a.next");
    if (screen === "missed") await tab.click("#visit summary");
    if (screen === "sync") await tab.evaluate(() => { location.hash = "#sync"; });
    await tab.waitForTimeout(100);
    const where = `${screen} ${locale} ${colorScheme} ${width}`, found = await axe(tab);
    ok(found.length === 0, `${where}: WCAG 2.2 AA`, found.slice(0, 8).join("\n"));
    ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: nothing runs out of the side`);
    const small = await tab.evaluate(() => [...document.querySelectorAll(".screen a,.screen button,.screen .tap label>span,.screen summary,.screen input:not([type=radio]):not([type=checkbox])")]
      .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80)));
    ok(small.length === 0, `${where}: targets of 44 px`, small.join("\n"));
    const text = await tab.evaluate(() => {
      const copy = document.querySelector("#visits").cloneNode(true);
      for (const e of copy.querySelectorAll("bdi,.num,#i1,#i2,input,noscript,#sub")) e.remove();
      return copy.textContent;
    });
    if (locale === "en-US") ok(!/[\u4e00-\u9fff]/.test(text), `${where}: English throughout`, text);
    else ok(!/[A-Za-z]{4}/.test(text), `${where}: Chinese throughout`, text.match(/[A-Za-z ]{4,}/g)?.join("|"));
  }
  ok(refused.length === 0, `${locale} ${width}: nothing was refused by the policy`, refused.slice(0, 5).join("\n"));
  await c.close();
}
const plain = await context(b, auditor, { javaScriptEnabled: false, viewport: { width: 360, height: 760 } });
const still = await plain.newPage();
await still.goto(`${server.url}/visits`);
is(await still.locator("#todo .row:visible").count(), 24, "without script the list can be read");
await plain.close();
await b.close();
await server.stop();
done();
