/* Every page, in both languages, light and dark, on a desk and a phone: no violation of WCAG 2.2 AA (seen twice: light on a desk, dark on a phone),
 * nothing that runs out of the side, no word in the wrong language, nothing refused by the page's own policy; what each role sees. */
import { axe, browser, context, county, done, is, ok, persons, serve } from "./web.mjs";

const dir = county("county");
const server = await serve(dir);
const matrix = async client => (await client.ask("/api/matrix")).json();
const { admin, viewer, inspector, auditor } = await persons(server, "370481001");

const first = await matrix(admin);
const cell = first.units.flatMap(u => u.cells.map(c => ({ unit: u.unit_code, ...c }))).find(c => c.verdict === "doubtful");
const findings = (await (await admin.ask("/api/findings")).json()).findings;
const figure = `/figure/${encodeURIComponent(cell.indicator)}/${first.period}/${cell.unit}`;
const finding = `/finding/${findings[0].finding}`;
const PAGES = ["/", "/figures", "/figures?verdict=doubtful&sort=gap", figure, "/findings", finding, "/targets", "/ranks", `/ranks/${encodeURIComponent(cell.indicator)}/${first.period}`, "/import", "/units", `/unit/${cell.unit}`, "/runs", "/people"];

const b = await browser();
for (const [locale, colorScheme, width, wcag] of [["zh-CN", "light", 1280, true], ["en-US", "dark", 360, true], ["zh-CN", "dark", 1280], ["en-US", "light", 320]]) {
  const c = await context(b, admin, { locale, colorScheme, viewport: { width, height: 800 } });
  const page = await c.newPage();
  const refused = [];
  page.on("console", m => { if (m.type() === "error") refused.push(m.text()); });
  page.on("pageerror", e => refused.push(e.message));
  for (const path of PAGES) {
    const where = `${path.replace(/\d{6,}|F-\d+/g, "…")} ${locale} ${colorScheme} ${width}`;
    const answer = await page.goto(server.url + path);
    is(answer.status(), 200, `${where}: there`);
    if (wcag) {
      const found = await axe(page);
      ok(found.length === 0, `${where}: WCAG 2.2 AA`, found.slice(0, 8).join("\n"));
    }
    ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: nothing runs out of the side`);
    is(await page.evaluate(() => document.querySelectorAll("h1").length), 1, `${where}: one h1`);
    if (locale === "en-US") {
      const chinese = await page.evaluate(() => [...document.querySelectorAll("h1,h2,h3,dt,label,button,th[scope=col],.nav a")].map(e => {
        const copy = e.cloneNode(true);
        for (const name of copy.querySelectorAll("bdi,select,[lang]")) name.remove();
        return copy.textContent;
      }).filter(t => /[\u4e00-\u9fff]/.test(t)));
      ok(chinese.length === 0, `${where}: English throughout`, chinese.join(" | "));
    }
  }
  ok(refused.length === 0, `${locale} ${width}: nothing was refused by the policy`, refused.slice(0, 5).join("\n"));
  await c.close();
}

/* roles */
const status = async (client, path, options) => (await client.ask(path, options)).status;
for (const path of ["/targets", "/runs", "/people", finding, `/members/${findings[0].finding}`]) {
  is(await status(viewer, path), 403, `viewer: ${path.replace(/F-\d+/, "…")} is not theirs`);
  is(await status(viewer, `/api${path}`), 403, `viewer: /api${path.replace(/F-\d+/, "…")} neither`);
}
is(await status(auditor, "/people"), 403, "auditor: persons are the admin's");
is(await status(inspector, "/figures"), 403, "inspector: no figures");
const seen = await matrix(viewer);
ok(seen.units.length > 0 && seen.units.every(u => u.unit_code.startsWith("370481001")), "viewer: only units in reach", JSON.stringify(seen.units.map(u => u.unit_code)));
const outside = first.units.find(u => u.level === "town" && u.unit_code !== "370481001");
is(await status(viewer, `/api/unit/${outside.unit_code}`), 404, "viewer: another unit is as if it were not there");
is(await status(viewer, `/api/figure/${cell.indicator}/${first.period}/${outside.unit_code}`), 404, "viewer: nor its figures");
const listed = await (await viewer.ask("/api/figures?unit=" + outside.unit_code)).json();
is(listed.total, 0, "viewer: nor in the list, asked for by unit");

/* whatever a viewer opens, no unit out of reach is named in it; those above are, since they issue targets */
const towns = first.units.filter(u => u.level === "town"), theirs = [];
for (const t of towns.filter(t => t.unit_code !== "370481001")) theirs.push(...(await (await admin.ask(`/api/matrix?parent=${t.unit_code}`)).json()).units);
ok(theirs.length > towns.length, "there are units out of reach");
const own = (await (await viewer.ask("/api/figures")).json()).figures[0].figure;
for (const path of ["/", "/api/", "/figures", "/api/figures?sort=suspected", "/findings", "/api/findings", "/units", "/api/matrix", `/figure/${own}`, `/api/figure/${own}`,
  "/unit/370481001", "/api/unit/370481001"]) {
  const answer = await viewer.ask(path), text = await answer.text();
  const named = theirs.filter(u => text.includes(u.unit_code) || text.includes(u.name));
  ok(answer.status === 200 && named.length === 0, `viewer: ${path.replace(own, "…")} names nobody else`, `${answer.status} ${named.map(u => u.name).join(" ")}`);
}
const county1 = await (await admin.ask("/api/")).json(), reach1 = await (await viewer.ask("/api/")).json();
ok(reach1.figures > 0 && reach1.figures < county1.figures && Object.values(reach1.verdicts).reduce((a, b) => a + b) === reach1.figures, "viewer: figures are counted in reach");
ok(reach1.targets.impossible <= county1.targets.impossible && reach1.findings < county1.findings, "viewer: so are targets and findings",
  JSON.stringify([reach1.targets, county1.targets, reach1.findings, county1.findings]));

/* members are noted */
const before = (await (await admin.ask("/runs")).text()).match(/view members/g)?.length ?? 0;
is(await status(auditor, `/api/members/${findings[0].finding}`), 200, "auditor: members are shown");
ok(((await (await admin.ask("/runs")).text()).match(/view members/g)?.length ?? 0) === before + 1, "and the look is noted");

/* by keyboard alone */
const c = await context(b, admin);
const page = await c.newPage();
await page.goto(server.url + "/");
await page.keyboard.press("Tab");
is(await page.evaluate(() => document.activeElement.className), "skip", "keyboard: the first stop skips to the content");
await page.keyboard.press("Enter");
is(await page.evaluate(() => location.hash), "#main", "keyboard: and does");
const stops = await page.evaluate(() => [...document.querySelectorAll("a,button,input,select,[tabindex='0']")].filter(e => e.offsetParent && e.getBoundingClientRect().width < 8).length);
is(stops, 0, "keyboard: no stop is too small to be seen");
await c.close();
await b.close();
await server.stop();
done();
