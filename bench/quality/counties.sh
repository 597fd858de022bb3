#!/usr/bin/env bash
# bench/quality/counties.sh: what `audit` finds in simulated counties, by seed, vendors and method, beside the bars of the design. A county is made by
# other code than the detectors; its truth is not looked at before `evaluate`. VILLAGES, MONTHS, SEEDS: 30, 3, "1 2 3".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shishu=${SHISHU:-build/shishu}
work=$(mktemp -d "${TMPDIR:-/tmp}/counties.XXXXXX")
trap 'rm -rf "$work"' EXIT
printf '%-8s %5s %9s %9s %8s %8s %9s %9s %8s %8s  %s\n' vendors seed accounts flagged unreal% bought% findings right batches found 'honest figures called doubtful, look-alike accounts flagged'
for vendors in none crude careful mixed; do
    for seed in ${SEEDS:-1 2 3}; do
        rm -rf "$work/c"
        "$shishu" simulate "$work/c" --villages "${VILLAGES:-30}" --months "${MONTHS:-3}" --seed "$seed" --vendors $vendors --quiet >/dev/null
        "$shishu" -C "$work/c" --quiet audit >/dev/null
        "$shishu" -C "$work/c" evaluate --truth "$work/c/truth/truth.parquet" --json >"$work/$vendors-$seed.json"
        python3 - "$vendors" "$seed" "$work/$vendors-$seed.json" <<'PY'
import json, sys
vendors, seed, path = sys.argv[1:]
d = json.load(open(path))
a, b, f = d["accounts"], d["batches"], d["figures"]
share = lambda x: "-" if x is None else f"{100 * x:.1f}"
looks = sum(x["flagged_accounts"] for x in d["lookalikes"])
of = sum(x["accounts"] for x in d["lookalikes"])
found = round((b["recall"] or 0) * b["batches"])
right = round((b["precision"] or 0) * b["findings"])
print(f"{vendors:8} {seed:>5} {of + a['bought']:>9} {a['flagged']:>9} {share(a['precision']):>8} {share(a['recall']):>8} {b['findings']:>9} {right:>9} "
      f"{b['batches']:>8} {found:>8}  {f['doubtful_honest']} of {f['honest']}, {looks} of {of}; proxies listed {share(d['proxies']['recall'])} %", flush=True)
PY
    done
done
echo
echo 'by method (all seeds and vendors): batches, found, accounts, share flagged or listed'
python3 - "$work" <<'PY'
import glob, json, sys
docs = [json.load(open(path)) for path in sorted(glob.glob(sys.argv[1] + "/*.json"))]
total = {}
for d in docs:
    for m in d["by_method"]:
        t = total.setdefault(m["method"], [0, 0, 0, 0.0])
        t[0] += m["batches"]; t[1] += m["found"]; t[2] += m["accounts"]; t[3] += m["accounts"] * (m["recall"] or 0)
for method, t in sorted(total.items()):
    print(f"{method:>3} {t[0]:>5} {t[1]:>5} {t[2]:>8} {100 * t[3] / max(1, t[2]):6.1f} %")

# by what made the accounts (K and L are how an order ends), by size, and by what the app's log keeps; all that is sold keeps one of the two
DEVICE = {"lgb", "qgxx", "xjsb", "fzfz"}
print("\nbatch bar by size: orders, found (half and more of the accounts); bar for A, C, D, E, F of 200 and more: 0.95 with device or address; B: expected miss")
print("insiders' bar: 0.8 of the accounts of G and I where a device is there")
cell = {}
for d in docs:
    for o in d["by_order"]:
        _, tech, app = o["order"].split("/")
        key = (tech, "device" if app in DEVICE else "address", ">= 200" if o["accounts"] >= 200 else "< 200")
        c = cell.setdefault(key, [0, 0, 0, 0])
        c[0] += 1; c[1] += o["found"]; c[2] += o["accounts"]; c[3] += round(o["accounts"] * (o["recall"] or 0))
for key, c in sorted(cell.items()):
    print(f"{key[0]:>3} {key[1]:8} {key[2]:7} {c[0]:>5} {c[1]:>5} {c[2]:>8} {100 * c[3] / max(1, c[2]):6.1f} %")
def over(name, rows):
    n, found, accounts, hit = (sum(r[k] for r in rows) for k in range(4))
    if n: print(f"{name}: {found} of {n} orders ({found / n:.3f}), {hit} of {accounts} accounts ({hit / accounts:.3f})")
over("A C D E F, 200 and more", [c for k, c in cell.items() if k[0] in "ACDEF" and k[2] == ">= 200"])
over("A C D E F, below 200", [c for k, c in cell.items() if k[0] in "ACDEF" and k[2] == "< 200"])
over("B", [c for k, c in cell.items() if k[0] == "B"])
for tech in "GI":
    for field in "device", "address":
        over(f"{tech} with {field}", [c for k, c in cell.items() if k[0] == tech and k[1] == field])
PY
