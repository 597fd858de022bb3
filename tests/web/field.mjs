/* What the tests of field checks share: a small workspace of two villages, audited, whose figure can be checked. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { folder, run } from "./web.mjs";

export const FIGURE = "reg/2024-05/340101", NOW = "2024-07-01T00:00:00Z";

export function villages(name) {
  const dir = folder(name), files = folder(`${name}-files`), at = (...more) => run("-C", dir, "--now", NOW, "--quiet", ...more);
  const accounts = ["app,account,unit_code,registered_at,phone"];
  for (let i = 0; i < 300; i++) accounts.push(`jdydt,u${String(i).padStart(4, "0")},340101,2024-01-01,139${String(i).padStart(8, "0")}`);
  for (let i = 300; i < 340; i++) accounts.push(`jdydt,u${String(i).padStart(4, "0")},340102,2024-01-01,139${String(i).padStart(8, "0")}`);
  const tables = {
    units: ["unit_code,name,level,parent_code,residents,registered", "34,云川县,county,,,", "3401,沿河镇,town,34,,", "340101,柳湾村,village,3401,420,700",
      "340102,河口村,village,3401,50,"],
    apps: ["app,name", "jdydt,监督一点通"],
    indicators: ["indicator,app,name,counts", "reg,jdydt,注册,registered"],
    accounts,
    reports: ["indicator,period,unit_code,value", "reg,2024-05,340101,300", "reg,2024-05,340102,40"],
  };
  run("init", dir, "--quiet");
  mkdirSync(files);
  for (const [table, lines] of Object.entries(tables)) {
    const file = join(files, `${table}.csv`);
    writeFileSync(file, `${lines.join("\n")}\n`);
    at("import", table, file, ...(table === "accounts" ? ["--to", "2024-06-30"] : []));
  }
  at("audit");
  return dir;
}

/* A check that is drawn: its id. */
export function drawn(dir, figure, ...more) {
  const at = (...words) => JSON.parse(run("-C", dir, "--now", NOW, "--json", "spotcheck", ...words));
  const { check } = at("plan", figure, ...more);
  at("commit", check);
  at("draw", check, "--seed", `5318008 ${check}`);
  return check;
}
