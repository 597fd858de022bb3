/* The pages of field checks: from a figure to a plan, the commitment, the draw, the worksheet, two records of one visit, the estimate. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FIGURE, villages } from "./field.mjs";
import { axe, browser, context, done, is, ok, persons, run, serve } from "./web.mjs";

const dir = villages("village");
const server = await serve(dir);
const { admin, viewer, inspector, auditor } = await persons(server, "340101");
const file = name => readFileSync(join(dir, "checks/C-0001", name), "utf8");

/* ---- who may */
for (const path of ["/checks", "/check/C-0001", "/worksheet/C-0001.xlsx"]) {
  is((await inspector.ask(path)).status, 403, `inspector: ${path} is not theirs`);
  is((await viewer.ask(path)).status, 403, `viewer: ${path} is not theirs`);
}
is((await auditor.ask("/check/C-0001")).status, 404, "a check that is not there");
ok(!(await (await viewer.ask(`/figure/${FIGURE}`)).text()).includes("/checks?figure="), "viewer: no link that plans a check");
const csrf = await auditor.csrf();
is((await auditor.form("/checks", { figure: FIGURE, size: "claim" })).status, 403, "nothing is planned without the session's token");
for (const [fields, why] of [[{ figure: "", size: "claim" }, /no figure is named/], [{ figure: "x", size: "claim" }, /no figure/], [{ figure: "nothing/2024-05/340101", size: "claim" }, /no such indicator/],
  [{ figure: FIGURE, size: "visits", visits: "-3" }, /no number of people/], [{ figure: `${FIGURE}\nreg/2024-05/3401`, size: "visits", visits: "9" }, /must not share people/]]) {
  const answer = await auditor.form("/checks?lang=en", { csrf, ...fields }), text = await answer.text();
  ok(answer.status === 400 && why.test(text), `plan: ${JSON.stringify(fields)} is refused with why`, `${answer.status} ${/<div class="state err".*?<\/div>/s.exec(text)?.[0]}`);
}
is((await (await auditor.ask("/api/checks")).json()).checks.length, 0, "and nothing was planned");

/* ---- a check, step by step, in the browser */
const b = await browser();
const c = await context(b, auditor);
const page = await c.newPage(), refused = [];
page.on("console", m => { if (m.type() === "error") refused.push(m.text()); });
await page.goto(`${server.url}/figure/${FIGURE}`);
await page.click('a[href^="/checks?figure="]');
is(await page.inputValue("#figure"), FIGURE, "the figure's page leads to its plan");
await page.check("[name=size][value=visits]");
await page.fill("[name=visits]", "20");
await page.click("#plan ~ form button, form.narrow-form button.main");
await page.waitForURL(/\/check\/C-0001/);
is(await page.locator("h1").textContent(), "实地核查 C-0001", "the plan is made");
is(await page.locator("#seed").count(), 0, "before the commitment there is no field for a seed");
is((await auditor.form("/check/C-0001", { csrf, do: "draw", seed: "1" })).status, 400, "and a seed is refused");
await page.click("form.narrow-form button.main");
await page.waitForSelector("#seed");
const hash = (await page.locator("code.hash").first().textContent()).trim();
is(hash, run("-C", dir, "--json", "spotcheck", "commit", "C-0001").match(/"commitment_sha256": ?"(\w+)"/)[1], "the hash is that of the command");
await page.fill("#seed", "35291642511364236154");
await page.click("form.narrow-form button.main");
await page.waitForSelector("text=35291642511364236154");
is(JSON.parse(file("draw.json")).rounds[0].seed, "35291642511364236154", "the draw is made with the seed");
const drawn = JSON.parse(file("draw.json")).rounds[0].drawn;
is((await (await auditor.ask("/api/check/C-0001")).json()).visits, drawn.length, "as many are drawn as planned");
is((await auditor.form("/check/C-0001", { csrf, do: "draw", seed: "2" })).status, 400, "a second first round is refused");
is((await auditor.form("/check/C-0001", { csrf, do: "dance" })).status, 404, "there is no other step");

/* ---- worksheet */
const noted = async () => (await (await admin.ask("/runs")).text()).match(/view worksheet/g)?.length ?? 0, before = await noted();
const xlsx = await auditor.ask("/worksheet/C-0001.xlsx");
is(Buffer.from(await xlsx.arrayBuffer()).subarray(0, 2).toString(), "PK", "worksheet: a workbook");
ok(/attachment; filename="C-0001.xlsx"/.test(xlsx.headers.get("content-disposition")), "with its name");
is((await (await auditor.ask("/worksheet/C-0001.html")).text()).match(/<td class="key">/g).length, drawn.length, "worksheet: a sheet to print");
is(await noted() - before, 2, "each look is noted");
for (const path of ["/worksheet/C-0001", "/worksheet/C-0002.html", "/worksheet/.html"]) is((await auditor.ask(path)).status, 404, `${path}: not there`);

/* ---- visits, two of them of one person */
const visited = (k, more = {}) => ({ check: "C-0001", key: drawn[k].key, exists: "yes", lives_here: "yes", knows: "yes", operates: "yes", inspector1: "G-07", inspector2: "G-11",
  visited_at: new Date(Date.now() - 60000).toISOString(), ...more });
const send = results => auditor.ask("/api/visits", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF": csrf }, body: JSON.stringify({ results }) });
await send(drawn.map((_, k) => visited(k)));
const no = { knows: "no", operates: "", reason: "本人不知道", inspector1: "G-08" };
await send([visited(0, no), visited(1, no)]);
await page.goto(`${server.url}/check/C-0001`);
is(await page.locator("input[name=number]").count(), 2, "two records of one visit stand on the page, to be decided");
ok((await page.textContent("main")).includes(`抽中 ${drawn.length} 户，已记录 ${drawn.length} 户`), "with how many are recorded");
for (const [which, k] of [["first", 0], ["other", 1]]) {
  const key = await page.locator("input[name=number]").first().locator("xpath=ancestor::tr").locator("th").textContent();
  is(key, drawn[k].key, `conflict ${k + 1}: its key`);
  await page.locator("[name=reason]").first().fill("再次入户核实");
  await page.locator(`button[name=which][value=${which}]`).first().click();
  await page.waitForLoadState();
}
is(await page.locator("input[name=number]").count(), 0, "both are decided");
const rows = key => file("results.csv").split("\n").filter(r => r.startsWith(key)).map(r => r.split(",")[1]).join();
is(rows(drawn[0].key), "real,real", "the first counts: it is written once more, with the reason");
is(rows(drawn[1].key), "real,not_real", "the other counts: it is written after the first");
is((await auditor.form("/check/C-0001", { csrf, do: "settle", number: "1", which: "other", reason: "again" })).status, 400, "what is decided is not decided again");
await send([visited(0, { ...no, inspector1: "G-09" }), visited(0, { ...no, inspector1: "G-06" })]);
for (const left of [1, 1]) {   /* one after the other */
  await page.goto(`${server.url}/check/C-0001`);
  is(await page.locator("input[name=number]").count(), left, "a further record of a key that was decided about waits again");
  await page.fill("[name=reason]", "同上");
  await page.click("button[name=which][value=first]");
  await page.waitForLoadState();
}
is(await page.locator("input[name=number]").count(), 0, "each is decided by itself");

/* ---- estimate */
await page.click("form.narrow-form button.main");
await page.waitForSelector("h3 code");
const said = run("-C", dir, "spotcheck", "estimate", "C-0001", "--lang", "zh").split("\n").filter(Boolean).slice(1);
const text = await page.textContent("main");
ok(said.every(line => text.includes(line)), "estimate: as the command says it", said.join("\n"));
ok(readFileSync(join(dir, "checks/C-0001/estimate.json"), "utf8").length > 0, "and it is stored");
is(run("-C", dir, "spotcheck", "verify", join(dir, "checks/C-0001")).length > 0, true, "whoever has the folder can verify it");
run("-C", dir, "verify-ledger");
ok(refused.length === 0, "nothing was refused by the policy", refused.join("\n"));
await c.close();

/* ---- every page, both languages */
await auditor.form("/checks", { csrf, figure: "reg/2024-05/340102", size: "claim", sequential: "1" });
await send([visited(2, no)]);
for (const [locale, colorScheme, width] of [["zh-CN", "light", 1280], ["en-US", "dark", 1280], ["zh-CN", "dark", 360], ["en-US", "light", 320]]) {
  const other = await context(b, auditor, { locale, colorScheme, viewport: { width, height: 800 } });
  const tab = await other.newPage();
  for (const path of ["/checks", `/checks?figure=${FIGURE}`, "/check/C-0001", "/check/C-0002"]) {
    const where = `${path} ${locale} ${colorScheme} ${width}`;
    is((await tab.goto(server.url + path)).status(), 200, `${where}: there`);
    const found = await axe(tab);
    ok(found.length === 0, `${where}: WCAG 2.2 AA`, found.slice(0, 8).join("\n"));
    ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: nothing runs out of the side`);
    const words = await tab.evaluate(() => {
      const copy = document.querySelector("main").cloneNode(true);
      for (const e of copy.querySelectorAll("bdi,code,textarea,tbody th,.sub-name,dd")) e.remove();
      return copy.textContent;
    });
    if (locale === "en-US") ok(!/[\u4e00-\u9fff]/.test(words), `${where}: English throughout`, words);
    else ok(!/[A-Za-z]{4}/.test(words.replace(/shishu spotcheck \w+|--list|xlsx|(frame|commitment)\.\w+/g, "")), `${where}: Chinese throughout`, words.match(/[A-Za-z ]{4,}/g)?.join("|"));
  }
  await other.close();
}
await b.close();
await server.stop();
done();
