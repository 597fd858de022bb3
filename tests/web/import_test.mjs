/* A file handed over in the browser: one with an error is refused in the same words as on the command line, and nothing is changed; one without is
 * taken; an audit is started, followed, and stopped; one job at a time. */
import { writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { browser, context, Client, county, done, folder, is, ok, persons, serve, axe } from "./web.mjs";

const dir = county("county");
const server = await serve(dir);
const { admin, auditor, viewer } = await persons(server, "370481001");
const b = await browser();
const c = await context(b, admin, { locale: "en-US" });
const page = await c.newPage();
page.setDefaultTimeout(120000);   // a busy machine
const imports = async () => ((await (await admin.ask("/runs")).text()).match(/<tr><th scope="row">/g) ?? []).length;

async function hand(name, text, table) {
  writeFileSync(folder(name), text);
  await page.goto(server.url + "/import");
  await page.selectOption("#table", table);
  await page.setInputFiles("#upload", folder(name));
  await page.waitForURL(/\/job\/\d+$/);
  await page.waitForSelector("[data-state]:not([data-state=running])", { timeout: 60000 });
  return page.getAttribute("[data-state]", "data-state");
}

const bad = "indicator,period,unit_code,value\njdydt-active,2024-02,370481001,12x4\njdydt-active,2024-13,370481001,5\n";
const before = await imports();
is(await hand("bad.csv", bad, "reports"), "refused", "a file with errors is refused");
const shown = await page.textContent("[role=alert] pre");
const said = spawnSync(process.env.SHISHU ?? "build/shishu", ["-C", dir, "--lang", "en", "import", "reports", folder("bad.csv")], { encoding: "utf8" });
is(said.status, 3, "the command line refuses it too");
const bare = text => text.replace(/\S*bad\.csv/g, "bad.csv").replace(/^shishu: /gm, "").trim();
is(bare(shown), bare(said.stderr), "in the same words");
ok(/line 2/.test(shown) && /12x4/.test(shown), "which name line and value", shown);
is((await axe(page)).length, 0, "and the page of it is accessible");

is(await hand("good.csv", "indicator,period,unit_code,value\njdydt-active,2024-01,370481001,5\n", "reports"), "done", "a file without errors is taken");
is(await imports() > before, true, "and is listed");
is(await hand("报表 一.csv", "指标编码,周期,区划代码,上报数\njdydt-active,2024-01,370481002,6\n", ""), "done", "a Chinese name, and a sheet that is recognised");
is(await hand("empty.csv", "indicator,period,unit_code,value\n", "reports") !== "running", true, "a file without rows ends");

/* refused before anything is kept */
const csrf = await admin.csrf();
const post = (client, path, body, headers = {}) => client.ask(path, { method: "POST", headers: { "X-CSRF": csrf, ...headers }, body });
is((await post(admin, "/api/import?name=a.csv&table=nonsense", "x")).status, 400, "no such table");
/* One job at a time: the next waits for the one before. */
async function ended(job) {
  for (;;) {
    const j = await (await admin.ask(`/api/job/${job}`)).json();
    if (j.state !== "running") return j;
    await new Promise(go => setTimeout(go, 200));
  }
}
const { job } = await (await post(admin, "/api/import?name=..%2F..%2Fetc", "x")).json();
is((await ended(job)).what, "import etc", "of a name with .. and slashes only the last part is kept");
is((await post(admin, "/api/import?name=", "x")).status, 400, "no name");
is((await post(admin, "/api/import?name=-x.csv", "x")).status, 400, "a name that looks like an option");
is((await admin.ask("/api/import?name=a.csv", { method: "POST", body: "x" })).status, 403, "without the token of the session");
is((await post(viewer, "/api/import?name=a.csv", "x")).status, 403, "a viewer may not");
is((await post(new Client(server), "/api/import?name=a.csv", "x")).status, 401, "nobody may not");
is((await post(new Client(server), "/api/import?name=a.csv", "x".repeat(200000))).status, 401, "nor send much");

/* an audit, stopped */
await page.goto(server.url + "/import");
await page.click("button[value=audit]");
await page.waitForURL(/\/job\/\d+$/);
is(await page.getAttribute("[data-state]", "data-state"), "running", "an audit runs");
is((await post(admin, "/api/jobs", new URLSearchParams({ do: "audit", csrf }).toString(), { "Content-Type": "application/x-www-form-urlencoded" })).status, 409,
  "a second one has to wait");
await page.click("button[value=stop]");
await page.waitForSelector("[data-state]:not([data-state=running])", { timeout: 60000 });
is(await page.getAttribute("[data-state]", "data-state"), "stopped", "and is stopped");
await page.goto(server.url + "/import");
await page.click("button[value=audit]");
await page.waitForSelector("[data-state=done]", { timeout: 120000 });
ok(true, "another goes through, and the page shows it without being asked");
const run = JSON.parse(await page.textContent("details pre")).run;
await new Promise(go => setTimeout(go, 2500));
ok((await (await auditor.ask("/")).text()).includes(run), "the overview is of the new run");
await b.close();
await server.stop();
done();
