"""A small county by hand for tests/cli/detect.sh: make_leads.py DIR. Nothing in it is drawn at random but by a fixed rule."""
import csv, os, sys
from datetime import datetime, timedelta

out = sys.argv[1]
os.makedirs(out)


def table(name, header, rows):
    with open(os.path.join(out, name + ".csv"), "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(header.split(","))
        writer.writerows(rows)


def mix(*parts):
    """A number from whole numbers, 0 to 2^31 - 1."""
    h = 2166136261
    for part in parts:
        for _ in range(3):
            h = (h ^ (part + 1)) * 16777619 % 2**32
            h ^= h >> 15
    return h % 2**31


VILLAGES = [f"3401{v:02d}" for v in range(1, 17)]
START = datetime(2024, 1, 1)
stamp = lambda t: t.strftime("%Y-%m-%d %H:%M:%S")
accounts, events = [], []
for v, unit in enumerate(VILLAGES):
    for k in range(25):
        name, device = f"h{v * 25 + k + 1:04d}", f"phone-{v}-{k}"
        opened = START + timedelta(seconds=mix(1, v, k) % (86400 * 25))
        accounts.append(["a1", name, unit, stamp(opened), device])
        for m in range(4 + mix(2, v, k) % 8):
            at = opened + timedelta(seconds=60 + mix(3, v, k, m) % (86400 * 60))
            phone = device + "-new" if mix(6, v, k) % 9 == 0 and m > 3 else device
            if at < datetime(2024, 4, 1):
                events.append(["a1", name, stamp(at), "login", "", phone])
                events.append(["a1", name, stamp(at + timedelta(seconds=20 + mix(4, v, k, m) % 300)), "read", f"n{mix(5, v, k, m) % 40}", phone])
# one phone, accounts of all villages one after the other, on two days and again a month later
for k in range(112):
    name, unit = f"x{k + 1:03d}", VILLAGES[k % 16]
    opened = datetime(2024, 1, 29 + k // 56, 9)   # before the first period that was reported + timedelta(seconds=95 * (k % 56))
    accounts.append(["a1", name, unit, stamp(opened), "phone-x"])
    for month in range(2):
        at = datetime(2024, 2 + month, 20, 9 + k // 56) + timedelta(seconds=70 * (k % 56))
        events.append(["a1", name, stamp(at), "login", "", "phone-x"])
events.sort(key=lambda e: e[2])

table("units", "unit_code,name,level,parent_code,registered", [["34", "云川县", "county", "", ""], ["3401", "沿河镇", "town", "34", ""]] +
      [[u, f"村{i + 1}", "village", "3401", 400] for i, u in enumerate(VILLAGES)])
table("apps", "app,name", [["a1", "便民通"]])
table("indicators", "indicator,app,name,counts", [["registered", "a1", "注册", "registered"]])
table("prices", "counts,price,per,kind,seen_at,source", [["registered", 1.8, "unit", "list", "2024-01-01", "test"]])
table("accounts", "app,account,unit_code,registered_at,device", accounts)
table("events", "app,account,time,action,object,device", events)
table("reports", "indicator,period,unit_code,value", [["registered", "2024-02", "340101", 32], ["registered", "2024-02", "340102", 25]])
