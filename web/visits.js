/* The inspector's phone. A result is in the phone's own database, on its disk, before the screen goes on; from there it is sent, again and again until
 * the server has answered for it. The server knows a visit by key, inspectors and time, so what is sent twice is recorded once. */
"use strict";
(() => {
  const $ = id => document.getElementById(id);
  const LAYERS = ["exists", "lives_here", "knows", "operates"], WEEK_MS = 7 * 86400e3, EACH = 50;
  const words = {};
  for (const item of document.querySelectorAll("#words [data-word]")) words[item.dataset.word] = item.textContent;
  const say = (name, ...values) => words[name].replace(/%(\d)\$s/g, (_, i) => values[i - 1]);
  const form = $("visit");
  let visits = [], who = "", csrf = document.querySelector("meta[name=csrf]")?.content ?? "", fetched = 0;
  let queue = [], partner = "", missed = {}, here = null, net = "", again, sending = null;

  function element(tag, className, ...inside) {
    const e = document.createElement(tag);
    if (className) e.className = className;
    e.append(...inside);
    return e;
  }

  /* ---- the phone's database ---- */

  const opened = new Promise((open, fail) => {
    const asked = indexedDB.open("shishu-visits", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "id" });
      asked.result.createObjectStore("kept");
    };
    asked.onsuccess = () => open(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  opened.catch(() => {});

  /* Runs `work` on a store; settled once what it did is on the disk. */
  async function store(name, mode, work) {
    const db = await opened;
    return new Promise((done, fail) => {
      const t = db.transaction(name, mode, { durability: "strict" });
      const asked = work(t.objectStore(name));
      t.oncomplete = () => done(asked?.result);
      t.onabort = t.onerror = () => fail(t.error);
    });
  }
  const kept = name => store("kept", "readonly", s => s.get(name));
  const keep = (name, value) => store("kept", "readwrite", s => s.put(value, name));

  async function drop(name) { await store(name, "readwrite", s => s.clear()); }
  async function dropPages() {
    if (window.caches) for (const name of await caches.keys()) if (name.startsWith("shishu-")) await caches.delete(name);
  }

  async function restore() {
    const list = await kept("list"), old = Date.now() - WEEK_MS;
    if (list && list.fetched > old) ({ visits, who, fetched } = list);
    else if (list) {
      $("todo").replaceChildren();   /* what the kept page says is as old */
      await drop("kept");
      await dropPages();
    }
    for (const item of await store("queue", "readonly", s => s.getAll()))
      if (item.saved <= old) await store("queue", "readwrite", s => s.delete(item.id));
    queue = await store("queue", "readonly", s => s.getAll());
    partner = (await kept("partner")) ?? "";
    missed = (await kept("missed")) ?? {};
  }

  async function forget() {
    for (const name of ["queue", "kept"]) await drop(name);
    await dropPages();
  }

  /* ---- what is known of a visit ---- */

  const id = v => `${v.check} ${v.key}`;
  const waiting = v => queue.some(q => q.state === "waiting" && id(q.result) === id(v));
  const twice = v => v.recheck && v.recorded && !v.again;
  function state(v) {
    if (waiting(v)) return "waiting";
    if (missed[id(v)]) return "missed";
    if (twice(v)) return "recheck";
    return v.recorded ? "recorded" : "";
  }
  const open = v => !waiting(v) && (!v.recorded || twice(v)) && !missed[id(v)];
  /* What is still to be visited: second visits come after all first ones, so that nobody is asked again at once. */
  const left = () => { const all = visits.filter(open); return [...all.filter(v => !twice(v)), ...all.filter(twice)]; };

  /* ---- list ---- */

  function row(v, next) {
    const where = element("bdi", "", v.group || v.door ? [v.group, v.door].filter(Boolean).join(" ") : v.unit_name);
    const place = element("span", "wh", where, ` ${say("line", v.line)}`, element("small", "num", v.key));
    const a = element("a", next ? "next" : "", element("span", "ord", String(v.order)), place);
    const status = state(v);
    a.append(element("span", "st", status ? say(status) : ""));
    a.href = `#visit/${encodeURIComponent(v.check)}/${encodeURIComponent(v.key)}`;
    return element("li", "", a);
  }
  function part(word, count, rows, next) {
    if (!rows.length) return [];
    const h = element("h3", "", element("span", "", say(word)), element("span", "", count));
    return [h, element("ol", "", ...rows.map(v => row(v, next)))];
  }
  function showList() {
    const todo = left(), rest = visits.filter(v => !open(v));
    $("todo").replaceChildren(...part("next", "", todo.slice(0, 1), true), ...part("todo", String(todo.length - 1), todo.slice(1)),
      ...part("done", String(rest.length), rest));
    if (!visits.length) $("todo").append(element("p", "pad", say("empty")));
    const bar = $("prog");
    bar.hidden = !visits.length || visits.length > 60;
    bar.setAttribute("aria-label", say("progress", visits.length, rest.length, todo.length));
    bar.replaceChildren(...visits.map(v => element("i", open(v) ? "" : state(v) === "missed" ? "nr" : "dn")));
    $("sub").textContent = [...new Set(visits.map(v => v.check))].join(" · ");
    const n = queue.filter(q => q.state === "waiting").length;
    $("tosend").hidden = !queue.length;
    $("tosend").textContent = say("tosend", n);
  }

  /* ---- one visit ---- */

  const value = name => form.querySelector(`[name=${name}]:checked`)?.value ?? "";
  function clear(name) { for (const e of form.querySelectorAll(`[name=${name}]`)) e.checked = false; }

  function judge() {
    const answers = [];
    let ended = "";
    for (const name of LAYERS) {
      answers.push(ended ? "" : value(name));
      if (!ended && value(name) === "no") ended = name;
    }
    return { missed: value("miss"), answers, ended, left: ended ? answers.slice(0, LAYERS.indexOf(ended)).filter(a => !a).length : answers.filter(a => !a).length };
  }
  function needs(j) {
    const list = [];
    if (!j.missed && j.answers.some(a => a === "no" || a === "unsure") && !$("reason").value.trim()) list.push(say("reason"));
    if (!partner || partner === who) list.push(say("second"));
    else if (!form.i1.checked || !form.i2.checked) list.push(say("present"));
    return list;
  }
  const SHAPE = { is_real: "c", is_missed: "n", is_unsure: "n" };
  function shape(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", `s v ${name}`);
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#v-${name}`);
    svg.append(use);
    return svg;
  }
  function update() {
    const j = judge();
    let past = false;
    for (const name of LAYERS) {
      const set = form.querySelector(`[data-layer=${name}]`);
      set.hidden = past || Boolean(j.missed);
      past = past || j.ended === name;
    }
    $("reached").hidden = !j.missed;
    $("partner-field").hidden = Boolean(partner) && document.activeElement !== $("partner");
    $("i2-label").hidden = $("other").hidden = !$("partner-field").hidden;
    $("i1").textContent = who;
    $("i2").textContent = partner;
    const counts = j.missed ? "is_missed" : j.ended ? `no_${j.ended}` : j.answers.includes("unsure") ? "is_unsure" : "is_real";
    const all = j.missed || j.left === 0, lacking = all ? needs(j) : [];
    const text = all ? [say(counts), ...lacking].join(document.documentElement.lang === "en" ? "; " : "；") : say("left", j.left);
    if ($("out").textContent !== text) $("out").replaceChildren(shape(all ? SHAPE[counts] ?? "r" : "n"), element("span", "", text));
    $("save").disabled = !all || lacking.length > 0;
  }
  function showVisit(v) {
    here = v;
    form.reset();
    form.querySelector("details").open = false;
    $("partner").value = "";
    $("where").replaceChildren(element("bdi", "", v.unit_name), element("small", "", `${say("line", v.line)} · `, element("span", "num", v.key),
      twice(v) ? ` · ${say("recheck")}` : ""));
    update();
  }
  async function save(event) {
    event.preventDefault();
    const j = judge();
    if ($("save").disabled || !here) return;
    $("save").disabled = true;
    const result = { check: here.check, key: here.key, recheck: twice(here), not_reached: j.missed, reason: $("reason").value.trim(), inspector1: who,
      inspector2: partner, visited_at: new Date().toISOString().replace(/\.\d+Z/, "Z") };
    LAYERS.forEach((name, i) => { result[name] = j.missed ? "" : j.answers[i]; });
    const item = { id: `${id(result)} ${result.visited_at}`, state: "waiting", saved: Date.now(), result };
    try {
      await store("queue", "readwrite", s => s.put(item));
      if (j.missed) missed[id(here)] = true;
      else delete missed[id(here)];
      await keep("missed", missed);
      queue = await store("queue", "readonly", s => s.getAll());
    } catch {
      $("out").replaceChildren(shape("r"), element("span", "", say("full")));
      $("save").disabled = false;
      return;
    }
    const [next] = left();
    location.hash = next ? `#visit/${encodeURIComponent(next.check)}/${encodeURIComponent(next.key)}` : "#list";
    send();
  }

  /* ---- sending ---- */

  function showNet() {
    const off = net === "offline" || net === "busy" || net === "ended", n = queue.filter(q => q.state === "waiting").length;
    for (const box of document.querySelectorAll("[data-net]")) {
      const inSync = Boolean(box.closest("#sync")), word = net === "offline" && inSync ? "offline_sync" : net;
      box.hidden = !off && !(inSync && net);
      if (box.hidden) continue;
      box.className = off ? "net off" : "net";
      const text = element("span", "", net === "sent" && n ? say("sending") : say(word));
      if (net === "ended") {
        const a = element("a", "", document.title);
        a.href = "/enter?next=/visits";
        text.append(" ", a);
      }
      if (box.textContent !== text.textContent) box.replaceChildren(shape(off ? "d" : "c"), text);
    }
  }
  const clock = ms => new Date(ms).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  function showQueue() {
    const wait = queue.filter(q => q.state === "waiting"), look = queue.filter(q => q.state !== "waiting");
    const item = (q, text) => element("li", "", element("span", "", q.result.key, element("small", "", text)), element("span", "num muted", clock(q.saved)));
    $("waiting").replaceChildren(...(wait.length ? wait.map(q => item(q, q.result.not_reached ? say("is_missed") : say("waiting")))
      : [element("li", "", element("span", "", say("none_waiting")))]));
    $("look").replaceChildren(...look.map(q => item(q, q.state === "conflict" ? say("conflict") : `${say("refused")} ${q.why}`)));
    $("waiting-n").textContent = String(wait.length);
    $("look-n").textContent = String(look.length);
    $("look-part").hidden = !look.length;
    $("synced").textContent = fetched ? say("synced", clock(fetched)) : "";
  }
  function show() { showList(); showQueue(); showNet(); }

  async function ask(path, options) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 20000);
    try { return await fetch(path, { ...options, signal: stop.signal, cache: "no-store", credentials: "same-origin" }); } finally { clearTimeout(timer); }
  }
  function later(seconds) {
    clearTimeout(again);
    again = setTimeout(send, seconds * 1000);
  }

  async function fetchList() {
    const answer = await ask("/api/visits");
    if (!answer.ok) throw Object.assign(new Error("no list"), { status: answer.status, after: Number(answer.headers.get("Retry-After")) });
    const list = await answer.json();
    ({ visits, who, csrf } = list);
    fetched = Date.now();
    await keep("list", { visits, who, fetched });
    for (const key of Object.keys(missed)) if (!visits.some(v => id(v) === key)) delete missed[key];
  }

  /* What the server says of each result. Of a conflict the phone keeps no answers. */
  async function take(items, said) {
    const lang = document.documentElement.lang === "en" ? "en" : "zh";
    await store("queue", "readwrite", s => {
      items.forEach((item, i) => {
        const { status, reason, remedy } = said[i];
        if (status === "recorded" || status === "already") { s.delete(item.id); return; }
        const { check, key, visited_at } = item.result;
        s.put(status === "conflict" ? { id: item.id, saved: item.saved, state: "conflict", result: { check, key, visited_at } }
          : { ...item, state: "refused", why: `${reason?.[lang] ?? ""} ${remedy?.[lang] ?? ""}` });
      });
    });
    queue = await store("queue", "readonly", s => s.getAll());
  }

  async function sendOnce() {
    await fetchList();   /* and with it a token that holds */
    for (let items; (items = queue.filter(q => q.state === "waiting").slice(0, EACH)).length;) {
      const answer = await ask("/api/visits", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf },
        body: JSON.stringify({ results: items.map(q => q.result) }) });
      if (!answer.ok) throw Object.assign(new Error("not taken"), { status: answer.status, after: Number(answer.headers.get("Retry-After")) });
      const said = (await answer.json()).results;
      if (said.length !== items.length) throw new Error("not all are answered for");
      await take(items, said);
      await fetchList();
    }
  }

  /* One at a time, over all tabs where the browser can. */
  async function alone(work) {
    if (!navigator.locks) return work();
    return navigator.locks.request("shishu-visits", work);
  }
  function send() {
    sending ??= (async () => {
      clearTimeout(again);
      try {
        await alone(async () => {
          queue = await store("queue", "readonly", s => s.getAll());
          await sendOnce();
        });
        net = "sent";
      } catch (error) {
        net = error.status === 401 ? "ended" : error.status ? "busy" : "offline";
        if (error.status !== 401) later(error.after || (error.status ? 10 : 15));
      }
      sending = null;
      show();
      if (net === "sent" && queue.some(q => q.state === "waiting")) send();   /* recorded meanwhile */
    })();
    return sending;
  }

  /* ---- signing out ---- */

  async function leave(event) {
    const out = event.target;
    if (out.getAttribute("action") !== "/leave" || out.dataset.sure) return;
    event.preventDefault();
    if (queue.some(q => q.state === "waiting")) await send();
    const n = queue.filter(q => q.state === "waiting").length;
    if (n) {
      $("leaving-text").textContent = say("leave", n);
      $("leaving").returnValue = "stay";
      $("leaving").showModal();
      await new Promise(closed => $("leaving").addEventListener("close", closed, { once: true }));
      if ($("leaving").returnValue !== "leave") return;
    }
    await forget().catch(() => {});
    out.dataset.sure = "1";
    out.requestSubmit();
  }

  /* ---- screens ---- */

  function go(first) {
    const [screen, check, key] = location.hash.slice(1).split("/").map(decodeURIComponent);
    const v = screen === "visit" && visits.find(x => x.check === check && x.key === key);
    const name = v ? "visit" : screen === "sync" ? "sync" : "list";
    for (const other of ["list", "visit", "sync"]) $(other).hidden = other !== name;
    if (v) showVisit(v);
    show();
    if (first === true) return;
    scrollTo(0, 0);
    $({ list: "list-title", visit: "where", sync: "sync-title" }[name]).focus({ preventScroll: true });
  }

  form.addEventListener("change", event => {
    if (event.target.name === "miss") for (const name of LAYERS) clear(name);
    if (event.target === $("partner")) {
      partner = $("partner").value.trim();
      keep("partner", partner).catch(() => {});
      $("partner").blur();
    }
    update();
  });
  form.addEventListener("input", update);
  form.addEventListener("submit", save);
  $("reached").addEventListener("click", () => { clear("miss"); update(); });
  $("other").addEventListener("click", () => { partner = ""; form.i2.checked = false; update(); $("partner").focus(); });
  $("try").addEventListener("click", send);
  document.addEventListener("submit", leave, true);
  addEventListener("hashchange", go);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  (async () => {
    await restore().catch(() => {});
    const known = visits.length > 0;
    go(true);
    await send();
    if (!known) go(true);   /* else somebody may be filling in a visit */
    if (!navigator.serviceWorker) return;
    try {
      await navigator.serviceWorker.register("/sw.js");
      if (net !== "sent") return;
      /* the first visit was not answered by the worker: fill its cache */
      const cache = await caches.open("shishu-shell-1"), files = [...document.querySelectorAll("link[rel=stylesheet],link[rel=icon],script[src]")];
      for (const url of ["/visits", ...files.map(e => e.href || e.src)]) {
        const answer = await fetch(url);
        if (answer.ok && !answer.redirected) await cache.put(url, answer);
      }
      document.documentElement.dataset.offline = "ready";
    } catch { /* a browser that keeps no pages: all but that works */ }
  })();
})();
