/* The page of visits without network: its shell comes out of a cache when the server does not answer in time. Results are none of its business, they
 * wait in the page's database; only signing out, on whatever page, empties both. */
"use strict";
const SHELL = "shishu-shell-1", DATABASE = "shishu-visits", WAIT_MS = 4000;

self.addEventListener("install", event => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("shishu-") && name !== SHELL) await caches.delete(name);
  await self.clients.claim();
})()));

/* Stores are emptied, not deleted: a page may have them open. */
async function forget() {
  await caches.delete(SHELL);
  await new Promise(done => {
    const asked = indexedDB.open(DATABASE);
    asked.onerror = done;
    asked.onsuccess = () => {
      const db = asked.result, names = [...db.objectStoreNames];
      const end = () => { db.close(); done(); };
      if (!names.length) { end(); return; }
      const t = db.transaction(names, "readwrite");
      for (const name of names) t.objectStore(name).clear();
      t.oncomplete = t.onabort = end;
    };
  });
}

async function shell(request) {
  const cache = await caches.open(SHELL);
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, late) => setTimeout(late, WAIT_MS, new Error("late")))]);
    if (answer.ok && !answer.redirected) await cache.put("/visits", answer.clone());
    if (answer.status < 500) return answer;
    return (await cache.match("/visits")) ?? answer;
  } catch (error) {
    const kept = await cache.match("/visits");
    if (kept) return kept;
    throw error;
  }
}

/* A file's address holds its content's hash, so what is kept is never old. */
async function file(request) {
  const cache = await caches.open(SHELL), kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && new URL(request.url).search) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", event => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.method === "POST" && path === "/leave") event.respondWith(forget().then(() => fetch(request)));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate" && path === "/visits") event.respondWith(shell(request));
  else if (path.startsWith("/static/")) event.respondWith(file(request));
});
