#!/usr/bin/env python3
"""compare.py: holds what the program says against a table of what it should say, cell by cell, exactly.

    compare.py figures RECOUNT.json EXPECTED.csv    `recount --json` against figures of recount.py or cases/counting
    compare.py run RUN_DIR EXPECTED.csv             figures.parquet of an audit against the same
    compare.py targets RUN_DIR EXPECTED.csv         targets.parquet against targets of recount.py or cases/counting
Prints up to twenty differences and a count; exits with 1 when there are any, or when a row is missing, or (figures) when there is a row
too many that holds a report.
"""
import csv
import json
import sys
from decimal import Decimal

import duck

KEY = ("indicator", "period", "unit_code")
NUMBERS = ("reported", "counted", "possible", "impossible_excess", "not_in_logs", "sum_of_children", "value")


def plain(value):
    if value is None or value == "":
        return ""
    text = f"{Decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_recount(path):
    with open(path, encoding="utf-8") as f:
        document = json.load(f, parse_float=Decimal)
    found = {}
    for row in document["figures"]:
        key = tuple(row["figure"].split("/"))
        if key in found:
            print(f"{row['figure']}: twice")
        found[key] = {**{c: plain(row[c]) for c in NUMBERS if c in row}, "coverage": row["coverage"], "verdict": row["verdict"]}
    return found


def parquet(path, columns):
    return duck.Duck().run(f"SELECT {columns} FROM read_parquet('{path}')")


def from_run(folder):
    columns = [*KEY, *NUMBERS[:-1], "coverage", "verdict"]
    _, rows = parquet(folder + "/figures.parquet", ", ".join(columns))
    return {tuple(r[:3]): {c: plain(v) if c in NUMBERS else v for c, v in zip(columns[3:], r[3:])} for r in rows}


def from_targets(folder):
    _, rows = parquet(folder + "/targets.parquet", "indicator, period, unit_code, issuer_code, value, possible, amplification, impossible")
    found = {}
    for i, p, u, by, value, possible, amplification, impossible in rows:
        cells = {"value": plain(value), "possible": plain(possible), "amplification": f"{float(amplification):.9f}",
                 "impossible": {"true": "1", "false": "0"}.get(impossible, "") if possible is not None else ""}
        found[i, p, u, by or ""] = cells
        found[i, p, u] = cells
    return found


def near(got, want, column):
    """Digits are those printed; a product of factors may differ in the last bit."""
    if column != "amplification":
        return got == want
    return got == want or abs(float(got) - float(want)) <= 1.5e-9 * max(1.0, float(want))


def main(kind, source, expected):
    found = {"figures": from_recount, "run": from_run, "targets": from_targets}[kind](source)
    with open(expected, encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    wrong, seen = [], set()
    for row in rows:
        key = tuple(row[k] for k in KEY)
        seen.add(key)
        got = found.get((*key, row["issuer_code"]) if "issuer_code" in row else key)
        if got is None:
            wrong.append(f"{'/'.join(key)}: missing")
            continue
        apart = [f"{c} is {got[c] or 'null'}, not {row[c] or 'null'}" for c in row if c in got and not near(got[c], row[c], c)]
        if apart:
            wrong.append(f"{'/'.join(key)}: {', '.join(apart)}")
    if kind == "figures":
        wrong += [f"{'/'.join(k)}: nobody expects it" for k in found if k not in seen and found[k]["reported"]]
    for line in wrong[:20]:
        print(line)
    print(f"{len(rows)} rows, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
