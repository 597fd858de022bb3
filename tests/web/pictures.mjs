/* docs/pictures anew: node tests/web/pictures.mjs. A simulated county (all invented), as the tests see it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { browser, context, county, persons, root, run, serve } from "./web.mjs";

const out = join(root, "docs/pictures");
mkdirSync(out, { recursive: true });
const dir = county("county");
const figure = JSON.parse(run("-C", dir, "--json", "recount")).figures.find(f => f.figure.startsWith("jdydt-registered/") && f.figure.length > 36).figure;
const { check } = JSON.parse(run("-C", dir, "--json", "spotcheck", "plan", figure, "--visits", "8"));
run("-C", dir, "spotcheck", "commit", check);
run("-C", dir, "spotcheck", "draw", check, "--seed", "35291642511364236154");
const server = await serve(dir);
const { admin, inspector } = await persons(server, "370481001");
const worst = (await (await admin.ask("/api/figures?sort=gap")).json()).figures[0].figure;
const finding = (await (await admin.ask("/api/findings")).json()).findings.find(f => f.selected).finding;
const b = await browser();
const desk = { viewport: { width: 1200, height: 900 }, deviceScaleFactor: 1 }, phone = { viewport: { width: 390, height: 800 }, deviceScaleFactor: 2 };
for (const [name, client, path, locale, options] of [
  ["overview-zh", admin, "/", "zh-CN", desk], ["overview-en", admin, "/", "en-US", desk], ["figure-en", admin, `/figure/${worst}`, "en-US", desk],
  ["figure-zh", admin, `/figure/${worst}`, "zh-CN", desk], ["finding-zh", admin, `/finding/${finding}`, "zh-CN", desk],
  ["check-zh", admin, `/check/${check}`, "zh-CN", desk], ["visits-zh", inspector, "/visits", "zh-CN", phone]]) {
  const c = await context(b, client, { locale, ...options });
  const page = await c.newPage();
  await page.goto(server.url + path);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await c.close();
}
await b.close();
await server.stop();
