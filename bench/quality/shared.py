"""shared.py SEED VENDORS: rows of bench/quality/shared.sh from got.json, members.csv and truth.csv of a simulated county."""
import collections
import csv
import json
import sys

truth, batch, seen = {}, collections.defaultdict(set), collections.defaultdict(bool)
for r in csv.DictReader(open("truth.csv", encoding="utf-8")):
    key = (r["app"], r["account"])
    truth[key] = r
    if r["batch"]:
        batch[r["batch"]].add(key)
        seen[r["batch"]] |= int(r["devices"] or 0) > 0 or int(r["ips"] or 0) > 0
groups = {g["group"]: g for g in json.load(open("got.json", encoding="utf-8"))["groups"]}
named = {"lead": set(), "listed": set()}
for r in csv.DictReader(open("members.csv", encoding="utf-8")):
    g = groups[int(r["group"])]
    if g["selected"] or not g["judged"]:
        named["lead" if g["selected"] else "listed"].add((g["app"], r["account"]))


def of(kind, which):
    return sum(truth[a]["kind"] == kind for a in named[which] if a in truth)


def share(rows, which):
    hits = [sum(a in which for a in batch[b]) >= 0.5 * len(batch[b]) for b in rows]
    return "%d of %d" % (sum(hits), len(hits))


name = "| simulated, %s vendors, seed %s |" % (sys.argv[2], sys.argv[1])
print(name, "honest accounts in leads; listed as operated for others |", of("honest", "lead"), "of", len(named["lead"]), ";", of("honest", "listed"), "of",
      len(named["listed"]), "| 0; - |")
bought = [b for b in batch if seen[b] and len(batch[b]) >= 200 and next(iter(truth[a] for a in batch[b]))["kind"] == "bought"]
apart = [b for b in bought if len({truth[a]["unit_code"] for a in batch[b]}) > 1]
if bought:
    print(name, "batches of 200 or more with devices or addresses, half of it named: leads; leads or listed |", share(bought, named["lead"]), ";",
          share(bought, named["lead"] | named["listed"]), "| 0.95 (with all detectors) |")
    print(name, "of these, in two villages or more: leads |", share(apart, named["lead"]), "| 0.95 |")
