"""Honest scenes by hand that a detector does single out, for tests/cli/scenes.sh: make_scenes.py DIR. Twenty villages. a1: a rush in the last three days
of January, in which one village registers far more than the others (L8); the same lump in mid-January, without a rush, in another village. a2: a quiz
contest in which a fifth of all papers follow one key from the web that has three errors (L9). a3: learning with videos left on: the platform counts the
same course twice when it is opened in a second window (L10); a4: the same, and one person learns two courses at once. Fixed seeds."""
import csv, os, random, sys
from datetime import datetime, timedelta

out = sys.argv[1]
os.makedirs(out)
draw = random.Random(11)


def table(name, header, rows):
    with open(os.path.join(out, name + ".csv"), "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(header.split(","))
        writer.writerows(rows)


villages = [f"3401{v:02d}" for v in range(1, 21)]
stamp = lambda t: t.strftime("%Y-%m-%d %H:%M:%S")
accounts, events = [], []
daytime = lambda day: day + timedelta(hours=8, seconds=draw.randrange(12 * 3600))


def register(app, unit, at):
    accounts.append([app, f"{app}-{len(accounts):05d}", unit, stamp(at)])
    return accounts[-1][1]


for v, unit in enumerate(villages):
    for _ in range(40):
        register("a1", unit, daytime(datetime(2024, 1, 1) + timedelta(days=draw.randrange(90))))
    for _ in range(15):
        register("a1", unit, daytime(datetime(2024, 1, 29) + timedelta(days=draw.randrange(3))))
for day, unit in (datetime(2024, 1, 30), villages[0]), (datetime(2024, 1, 16), villages[1]):
    for _ in range(90):
        register("a1", unit, daytime(day))

key = [draw.randrange(4) for _ in range(20)]
web = [(k + 1) % 4 if i in (3, 9, 16) else k for i, k in enumerate(key)]
for unit in villages:
    for _ in range(25):
        name = register("a2", unit, daytime(datetime(2023, 6, 1) + timedelta(days=draw.randrange(200))))
        skill = draw.betavariate(6, 2)
        sheet = web if draw.random() < 0.2 else [k if draw.random() < skill else draw.randrange(4) for k in key]
        events.append(["a2", name, stamp(daytime(datetime(2024, 2, 1) + timedelta(days=draw.randrange(20)))), "quiz", "q1", 300, "".join("ABCD"[x] for x in sheet)])

for app, v, unit in [(app, v, unit) for app in ("a3", "a4") for v, unit in enumerate(villages[:6])]:
    name = register(app, unit, datetime(2023, 6, 1))
    for d in range(12):
        at = daytime(datetime(2024, 2, 1) + timedelta(days=d))
        events.append([app, name, stamp(at), "study", "course-1", 3600, ""])
        events.append([app, name, stamp(at + timedelta(seconds=600)), "study", "course-1", 3000, ""])
        if app == "a4" and v == 5:
            events.append([app, name, stamp(at + timedelta(seconds=900)), "study", "course-2", 2700, ""])

events.sort(key=lambda e: (e[0], e[2]))
table("units", "unit_code,name,level,parent_code,registered", [["34", "云川县", "county", "", ""], ["3401", "沿河镇", "town", "34", ""]] +
      [[u, f"村{i + 1}", "village", "3401", 900] for i, u in enumerate(villages)])
table("apps", "app,name", [["a1", "便民通"], ["a2", "答题"], ["a3", "学习"], ["a4", "课程"]])
table("accounts", "app,account,unit_code,registered_at", accounts)
table("events", "app,account,time,action,object,seconds,answer", events)
