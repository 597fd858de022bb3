/* What the browser tests share: a workspace, the server over it, persons, a browser, TAP. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = new URL("../..", import.meta.url).pathname;
const require = createRequire(import.meta.url);
const shishu = process.env.SHISHU ?? join(root, "build/shishu");
export const AXE = join(root, "build/deps/node_modules/axe.min.js");
export const PASSWORD = "a short sentence";
const work = mkdtempSync(join(tmpdir(), "shishu-web."));
const children = [];
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(work, { recursive: true, force: true });
});

/* ---- TAP ---- */
let count = 0, failed = 0;
export function ok(holds, name, detail) {
  count++;
  if (!holds) failed++;
  console.log(`${holds ? "ok" : "not ok"} ${count} - ${name}`);
  if (!holds && detail !== undefined) console.log(String(detail).replace(/^/gm, "# "));
}
export function is(got, want, name) { ok(Object.is(got, want), name, `got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`); }
export function done() {
  console.log(`1..${count}`);
  process.exit(failed ? 1 : 0);
}

/* ---- the program ---- */
export function run(...args) {
  const r = spawnSync(shishu, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (r.status !== 0) throw new Error(`shishu ${args.join(" ")}: ${r.status}\n${r.stderr}`);
  return r.stdout;
}
export function folder(name) { return join(work, name); }

/* A small simulated county, audited. */
export function county(name, ...more) {
  const dir = folder(name);
  run("simulate", dir, "--villages", "12", "--months", "2", "--seed", "5", "--vendors", "mixed", "--now", "2024-03-10T04:00:00Z", ...more);
  run("-C", dir, "audit", "--now", "2024-03-10T04:00:00Z");
  return dir;
}

/* Starts `shishu serve` on a free port; link: of the first admin. */
export async function serve(dir, ...more) {
  const child = spawn(shishu, ["-C", dir, "--json", "serve", "--listen", "127.0.0.1:0", ...more], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let text = "";
  for await (const piece of child.stdout) {
    text += piece;
    if (text.includes("\n")) break;
  }
  const { url, link } = JSON.parse(text);
  return { url: url.replace(/\/$/, ""), link, child, stop: () => new Promise(end => { child.on("exit", end); child.kill("SIGTERM"); }) };
}

/* ---- HTTP without a browser ---- */
export class Client {
  constructor(server) { this.server = server; this.cookie = ""; }
  async ask(path, options = {}) {
    const r = await fetch(this.server.url + path, { redirect: "manual", ...options,
      headers: { ...(this.cookie ? { Cookie: this.cookie } : {}), ...options.headers } });
    for (const line of r.headers.getSetCookie())
      if (line.startsWith("__Host-shishu=")) this.cookie = line.split(";")[0];
    return r;
  }
  form(path, fields) {
    return this.ask(path, { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams(fields).toString() });
  }
  async csrf() { return /name="csrf" content="([^"]+)"/.exec(await (await this.ask("/")).text())?.[1] ?? /name="csrf" content="([^"]+)"/.exec(await (await this.ask("/visits")).text())?.[1]; }
  async accept(link) { return this.form(new URL(link, this.server.url).pathname, { password: PASSWORD, again: PASSWORD }); }
}

/* An admin, and persons of the other roles that the admin invited. */
export async function persons(server, unit) {
  const admin = new Client(server);
  await admin.accept(server.link);
  const csrf = await admin.csrf();
  const all = { admin };
  for (const role of ["auditor", "inspector", "viewer"]) {
    const page = await (await admin.form("/people", { csrf, do: "invite", name: role, role, unit_code: role === "viewer" ? unit : "" })).text();
    all[role] = new Client(server);
    await all[role].accept(/\/welcome\/[\w-]+/.exec(page)[0]);
  }
  return all;
}

/* ---- browser ---- */
export function chromium() { return require(join(root, "build/deps/node_modules/playwright-core")).chromium; }
/* UTF-8: in the C locale Chromium cannot name a file 报表.csv. */
export const LAUNCH = { executablePath: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(p => existsSync(p)),
  args: ["--no-sandbox"], env: { ...process.env, LC_ALL: "C.UTF-8" } };
export async function browser() { return chromium().launch(LAUNCH); }

/* The cookie of somebody who is signed in. */
export function cookie(client) {
  return { name: "__Host-shishu", value: client.cookie.split("=")[1], url: client.server.url.replace("http:", "https:"), secure: true, httpOnly: true, sameSite: "Strict" };
}

/* A context of somebody who is signed in. */
export async function context(b, client, options = {}) {
  const c = await b.newContext({ locale: "zh-CN", viewport: { width: 1280, height: 900 }, ...options });
  await c.addCookies([cookie(client)]);
  return c;
}

/* Violations of WCAG 2.2 AA as axe sees them, one a line. */
export async function axe(page) {
  await page.evaluate(readFileSync(AXE, "utf8"));
  const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")}: ${n.failureSummary.split("\n")[1]?.trim()}`));
}
