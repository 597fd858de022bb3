/* docs/api.json against the running server: every route that gives JSON is described, every answer holds what is promised, in the types promised. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client, county, done, is, ok, persons, root, run, serve } from "./web.mjs";

const described = JSON.parse(readFileSync(join(root, "docs/api.json"), "utf8"));
const routes = [...readFileSync(join(root, "src/serve/routes.c"), "utf8").matchAll(/\{ "([^"]+)", [^{}]*?\}/g)].map(m => m[0].slice(1, -1).split(",").map(s => s.trim()))
  .map(f => ({ path: f[0].slice(1, -1), json: f[6], post: f[7] }));
const shape = path => path.replace(/\{.*/, "");
for (const r of routes.filter(r => r.json !== "NULL")) ok(Object.keys(described.paths).some(p => shape(p) === r.path), `${r.path} is described`);
for (const p of Object.keys(described.paths)) ok(routes.some(r => r.path === shape(p)), `${p} exists`);

/* What of a value is not as its schema says. */
function faults(value, schema, where = "") {
  const types = [schema.type].flat();
  const type = value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
  if (!types.includes(type) && !(type === "integer" && types.includes("number"))) return [`${where}: ${type} instead of ${types}`];
  if (schema.enum && !schema.enum.includes(value)) return [`${where}: ${value}`];
  if (type === "array") return value.slice(0, 20).flatMap((v, i) => faults(v, schema.items, `${where}[${i}]`));
  if (type !== "object") return [];
  return [...(schema.required ?? []).filter(k => !(k in value)).map(k => `${where}.${k} is missing`),
    ...Object.entries(schema.properties ?? {}).filter(([k]) => k in value).flatMap(([k, s]) => faults(value[k], s, `${where}.${k}`))];
}

const dir = county("county");
const people = run("-C", dir, "--json", "recount").match(/"figure":"([^"]*-registered\/[^"]*)"/)[1];
const { check } = JSON.parse(run("-C", dir, "--json", "spotcheck", "plan", people, "--visits", "5"));
run("-C", dir, "spotcheck", "commit", check);
run("-C", dir, "spotcheck", "draw", check, "--seed", "12345678901234567890");
const server = await serve(dir);
const { admin } = await persons(server, "370481001");
const figure = (await (await admin.ask("/api/figures")).json()).figures[0].figure;
const finding = (await (await admin.ask("/api/findings")).json()).findings[0].finding;
const [indicator, period, unit] = figure.split("/");
const csrf = await admin.csrf();
const form = fields => ({ method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ csrf, ...fields }).toString() });
const { job } = await (await admin.ask("/api/jobs", form({ do: "undo", id: "9999" }))).json();
ok(job > 0, "a job is started");
const fill = { figure, finding, check, ranking: `${indicator}/${period}`, unit, job };
for (const [path, ways] of Object.entries(described.paths)) {
  if (!ways.get) continue;
  const at = "/api" + path.replace(/\{(\w+)\}/g, (_, name) => encodeURI(fill[name]));
  const answer = await admin.ask(at);
  is(answer.status, 200, `GET ${path}`);
  if (answer.status !== 200) continue;
  const found = faults(await answer.json(), ways.get.responses["200"].content["application/json"].schema);
  ok(found.length === 0, `${path} is as described`, found.slice(0, 6).join("\n"));
}
const fault = described.components.responses.Fault.content["application/json"].schema;
for (const [client, path] of [[new Client(server), "/api/figures"], [admin, "/api/unit/nowhere"]])
  is(faults(await (await client.ask(path)).json(), fault).length, 0, `${path}: a fault is as described`);
await server.stop();
done();
