"""A county's reported totals by hand for tests/cli/totals.sh: make_totals.py DIR [form]. 40 villages of two townships, ten indicators, 12 months, no
log. Village 1 rounds two figures in five to tens, village 2 writes two in five as whole percentages of their bases, village 3 enters nearly the same
number every month. Townships add up. "form": every village rounds its percentages, as a form may ask. Fixed seeds, nothing else is drawn."""
import csv, os, random, sys

out, form = sys.argv[1], len(sys.argv) > 2
os.makedirs(out)
draw = random.Random(7)


def table(name, header, rows):
    with open(os.path.join(out, name + ".csv"), "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(header.split(","))
        writer.writerows(rows)


towns = ["340101", "340102"]
villages = [f"{towns[v % 2]}{v + 1:03d}" for v in range(40)]
counts = ["reads"] * 4 + ["active"] * 4 + ["entries", "uploads"]
table("units", "unit_code,name,level,parent_code,registered", [["3401", "云川县", "county", "", ""]] +
      [[t, f"镇{i + 1}", "town", "3401", ""] for i, t in enumerate(towns)] +
      [[u, f"村{i + 1}", "village", u[:6], 3000] for i, u in enumerate(villages)])
table("apps", "app,name", [["a1", "便民通"]])
table("indicators", "indicator,app,name,counts", [[f"i{k:02d}", "a1", f"指标{k}", c] for k, c in enumerate(counts)])

reports, targets = [], []
for k, c in enumerate(counts):
    for m in range(12):
        period, sums = f"2024-{m + 1:02d}", {}
        for v, unit in enumerate(villages):
            base = ""
            if c == "active":
                base = 900 + draw.randrange(1500)
                value = sum(draw.random() < 0.2 + 0.05 * k for _ in range(base))
                if form or (v == 1 and draw.random() < 0.4):
                    value = round(round(100 * value / base) * base / 100)
            elif c == "entries" and v == 2:
                value = 400 + draw.randrange(3)
            else:
                level = 150 + 90 * k + 11 * v
                value = round(draw.gauss(level, 1.4 * level ** 0.5))
                if v == 0 and draw.random() < 0.4:
                    value = round(value / 10) * 10
            if c == "reads" and v % 7 == 3:   # whoever stops at the target is not doubted for it
                value = 600
            reports.append([f"i{k:02d}", period, unit, value, base])
            targets.append([f"i{k:02d}", period, unit, 600])
            sums[unit[:6]] = sums.get(unit[:6], 0) + value
        reports += [[f"i{k:02d}", period, t, n, ""] for t, n in sums.items()]
table("reports", "indicator,period,unit_code,value,base", reports)
table("targets", "indicator,period,unit_code,value", targets)
