#!/usr/bin/env python3
"""plant.py DIR: files with phones, devices, addresses and identity numbers in every column where they occur, each its own, and secrets.txt
that lists them. privacy.sh imports the files and looks for the secrets afterwards."""
import csv
import gzip
import io
import json
import os
import sys

import make_formats

WIDE = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")
SPELLED = {
    "plain": "{}", "+86": "+86{}", "+86 ": "+86 {}", "0086": "0086{}", "0086-": "0086-{}",
    "spaces": "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}{0[6]} {0[7]}{0[8]}{0[9]}{0[10]}",
    "dashes": "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}{0[6]}-{0[7]}{0[8]}{0[9]}{0[10]}",
}
secrets = []
counter = 0


def phone(label):
    global counter
    counter += 1
    number = f"1397{counter * 7919 % 1000:03d}{counter:04d}"
    secrets.append((f"phone {label}", number))
    return number


def spelled(label):
    """(label, text) for every way of writing; each with a number of its own."""
    for how, pattern in SPELLED.items():
        yield how, pattern.format(phone(f"{label} {how}"))
    yield "full-width", phone(f"{label} full-width").translate(WIDE)


def identity(label):
    global counter
    counter += 1
    digits = f"110101199003{10 + counter // 1000}{counter % 1000:03d}"
    check = "10X98765432"[sum(w * int(d) for w, d in zip((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), digits)) % 11]
    secrets.append((f"identity {label}", digits + check))
    return digits + check


def device(label):
    global counter
    counter += 1
    text = f"DEV-{counter:04d}-QZX"
    secrets.append((f"device {label}", text))
    return text


def addresses(label):
    global counter
    counter += 1
    v4, v6 = f"10.77.{counter % 250}.{counter % 199 + 3}", f"2001:db8:77:{counter:x}::abcd"
    secrets.extend([(f"ip {label}", v4), (f"ip {label}", v6)])
    return v4, v6


def account_rows(label):
    rows = []
    for _, text in spelled(label + " accounts.phone"):
        rows.append({"account": f"p{len(rows)}", "phone": text, "device": device(label), "ip": addresses(label)[len(rows) % 2]})
    for _, text in spelled(label + " accounts.inviter"):
        rows.append({"account": f"i{len(rows)}", "inviter": text})
    rows.append({"account": "id-inviter", "inviter": identity(label + " accounts.inviter")})
    rows.append({"account": "landline", "phone": "0551-6540" + f"{len(secrets):03d}"})
    secrets.append((f"landline {label}", rows[-1]["phone"].replace("-", "")))
    for row in rows:
        row.update(unit_code="340101", registered_at="2024-05-05 08:00:00", 身份证=identity(label + " a column outside the contract"), 姓名="王某某" + label)
    return rows


def event_rows(label):
    rows = []
    for _, text in spelled(label + " events.account"):
        rows.append({"account": text, "device": device(label + " events"), "ip": addresses(label + " events")[len(rows) % 2]})
    rows.append({"account": identity(label + " events.account")})
    rows.append({"account": "x", "text": f"请联系{phone(label + ' events.text')}，谢谢", "answer": "B" + phone(label + " events.answer")})
    rows.append({"account": "x", "text": "证件" + identity(label + " events.text")[:17], "answer": phone(label + " events.answer").translate(WIDE)})
    for i, row in enumerate(rows):
        row.update(app="app-" + label, time=f"2024-05-{i + 1:02d} 08:00:00", action="comment", 手机=phone(label + " a column outside the contract"))
    return rows


def as_csv(rows):
    columns = list(dict.fromkeys(k for r in rows for k in r))
    out = io.StringIO()
    table = csv.DictWriter(out, columns, lineterminator="\n", restval="")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue().encode()


def save(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for table, rows_of in (("accounts", account_rows), ("events", event_rows)):
        save(folder, f"{table}.csv", as_csv(rows_of("csv")))
        save(folder, f"{table}.stdin.csv", as_csv(rows_of("stdin")))
        save(folder, f"{table}.csv.gz", gzip.compress(as_csv(rows_of("gzip"))))
        save(folder, f"{table}.jsonl", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows_of("jsonl")).encode())
        rows = rows_of("xlsx")
        columns = list(dict.fromkeys(k for r in rows for k in r))
        make_formats.workbook(os.path.join(folder, table + ".xlsx"), [("表", [columns] + [[str(r.get(c, "")) for c in columns] for r in rows])])
        save(folder, f"{table}.for_parquet.csv", as_csv(rows_of("parquet")))
        bad = rows_of("rejected")
        for row in bad:                                      # each row breaks a rule of another column
            row["time" if table == "events" else "registered_at"] = "yesterday"
        shifted = rows_of("shifted")
        for i, row in enumerate(shifted):                    # values that slipped into a wrong column
            to = (["time", "seconds", "time", "action"] if table == "events" else ["unit_code", "registered_at", "closed_at", "verified_by"])[i % 4]
            row[to] = (phone if i // 4 % 2 == 0 else identity)(f"{table}.{to} shifted")
        good = rows_of("good")
        save(folder, f"{table}.rejected.csv", as_csv(bad + good))
        save(folder, f"{table}.shifted.csv", as_csv(shifted + good))
    with open(os.path.join(folder, "secrets.txt"), "w", encoding="utf-8") as f:
        f.writelines(f"{label}\t{text}\n" for label, text in secrets)


if __name__ == "__main__":
    main(sys.argv[1])
