#!/usr/bin/env python3
"""make_formats.py: writes the same five events as every kind of file into this folder; `workbook` serves other tests as well."""
import csv
import datetime
import gzip
import io
import json
import sys
import zipfile

HEAD = ["account", "time", "action", "object", "seconds", "value", "text"]
CHINESE = ["账号", "时间", "动作", "对象", "时长", "分值", "内容"]
ROWS = [
    ["u1", "2024-05-01 08:00:00", "login", "", "", "", ""],
    ["张三", "2024-05-01 16:30:00", "阅读", "对象,一 \"甲\"", "12.5", "", "好"],
    ["u3", "2024-05-02 00:00:00", "points", "o;1", "", "2.25", "第一行\n第二行"],
    ["u4", "2024-05-02 00:00:01", "view", "o\t2", "0.001", "1200", "尾"],
    ["u1", "2024-05-31 23:59:59", "quiz", "", "3600", "0", "a|b"],
]
UNIX = datetime.datetime(1970, 1, 1)
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def save(name, data):
    with open(name, "wb") as f:
        f.write(data)


def table(header, rows, delimiter=",", newline="\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([header] + rows)
    return out.getvalue()


def changed(column, values):
    """ROWS with another text in one column, row by row."""
    return [[*r[:column], v, *r[column + 1:]] for r, v in zip(ROWS, values)]


def lines(rows, ascii_only=False, nulls=False):
    objects = [{k: v if v != "" else None for k, v in zip(HEAD, r) if v != "" or nulls} for r in rows]
    return "".join(json.dumps(o, ensure_ascii=ascii_only) + "\n" for o in objects).encode()


def text_files():
    plain = table(HEAD, ROWS).encode()
    save("plain.csv", plain)
    save("crlf.csv", table(HEAD, ROWS, newline="\r\n").encode())
    save("no_last_newline.csv", plain.rstrip(b"\n"))
    save("bom.csv", b"\xef\xbb\xbf" + plain)
    save("gb18030.csv", table(CHINESE, ROWS).encode("gb18030"))
    save("utf16.csv", table(HEAD, ROWS).encode("utf-16"))
    save("semicolon.csv", table(HEAD, ROWS, ";").encode())
    save("bar.txt", table(HEAD, ROWS, "|").encode())
    save("tabs.tsv", table(HEAD, ROWS, "\t").encode())
    save("chinese.csv", table(CHINESE, ROWS).encode())
    save("mapped.csv", table(["who", "when", "what", "on", "long", "pts", "said"], ROWS).encode())
    save("words.csv", table(HEAD, changed(2, ["进入", "看", "points", "view", "quiz"])).encode())
    save("blank_lines.csv", b"\n\n" + plain.replace("\n张".encode(), "\n\n张".encode()) + b"\n\n")
    save("more_columns.csv", table(HEAD + ["note", "phone"], [r + ["x", "13855485614"] for r in ROWS]).encode())
    save("office_numbers.csv", table(HEAD, [[*r[:4], {"12.5": "１２.５", "3600": "3,600"}.get(r[4], r[4]), r[5].replace("1200", "0.12万"), r[6]]
                                            for r in ROWS]).encode())
    save("lines.jsonl", lines(ROWS))
    save("lines.txt", lines(ROWS))
    save("escaped.ndjson", lines(ROWS, ascii_only=True, nulls=True))
    save("numbers.jsonl", lines([[*r[:4], r[4] and float(r[4]), r[5] and float(r[5]), r[6]] for r in ROWS]))
    save("packed.csv.gz", gzip.compress(plain))
    save("no_extension", gzip.compress(plain))
    save("packed.jsonl.gz", gzip.compress(lines(ROWS)))
    save("two_members.csv.gz", gzip.compress(plain[:100]) + gzip.compress(plain[100:]))
    return plain


def times():
    utc = [datetime.datetime.fromisoformat(r[1]) - datetime.timedelta(hours=8) for r in ROWS]
    unix = [int((t - UNIX).total_seconds()) for t in utc]
    for name, unit in (("epoch_s", 1), ("epoch_ms", 1000), ("epoch_us", 1000000)):
        save(name + ".csv", table(HEAD, changed(1, [str(s * unit) for s in unix])).encode())
    save("zulu.csv", table(HEAD, changed(1, [t.isoformat() + "Z" for t in utc])).encode())
    save("offset.csv", table(HEAD, changed(1, [(t - datetime.timedelta(hours=3)).isoformat() + "-03:00" for t in utc])).encode())
    office = ["2024年5月1日 8:00:00", "2024/5/1 16:30", "2024.5.2", "2024-05-02 00:00:01.000", "2024-05-31T23:59:59+0800"]
    save("office_times.csv", table(HEAD, changed(1, office)).encode())


class Workbook:
    """kind: shared or inline strings; typed: numbers as numbers, and the cells of column `dates` as dates."""

    def __init__(self, kind, dates=None):
        self.kind, self.dates, self.shared, self.number = kind, dates, [], {}

    def cell(self, ref, value, is_date):
        if value == "":
            return ""
        if is_date and self.kind == "typed":
            days = (datetime.datetime.fromisoformat(value) - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
            return f'<c r="{ref}" s="1"><v>{days!r}</v></c>'
        if self.kind == "typed" and value.replace(".", "").isdigit():
            return f'<c r="{ref}"><v>{value}</v></c>'
        escaped = value.replace("&", "&amp;").replace("<", "&lt;")
        if self.kind == "inline":
            return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'
        if value not in self.number:
            self.number[value] = len(self.shared)
            self.shared.append(f'<si><t xml:space="preserve">{escaped}</t></si>')
        return f'<c r="{ref}" t="s"><v>{self.number[value]}</v></c>'

    def sheet(self, rows):
        made = []
        for r, row in enumerate(rows, 1):
            cells = "".join(self.cell(f"{chr(65 + c)}{r}", v, r > 1 and c == self.dates) for c, v in enumerate(row))
            made.append(f'<row r="{r}">{cells}</row>')
        return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{"".join(made)}</sheetData></worksheet>'

    def write(self, name, sheets):
        links, names = [], []
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
            z.writestr("_rels/.rels", self.relations([("r1", "officeDocument", "xl/workbook.xml")]))
            for i, (title, rows) in enumerate(sheets, 1):
                z.writestr(f"xl/worksheets/sheet{i}.xml", self.sheet(rows))
                links.append((f"r{i}", "worksheet", f"worksheets/sheet{i}.xml"))
                names.append(f'<sheet name="{title}" sheetId="{i}" r:id="r{i}"/>')
            links += [("s", "styles", "styles.xml"), ("t", "sharedStrings", "sharedStrings.xml")]
            z.writestr("xl/styles.xml", f'<styleSheet xmlns="{SPREADSHEET}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>')
            z.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SPREADSHEET}">{"".join(self.shared)}</sst>')
            z.writestr("xl/workbook.xml", f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{DOCUMENT}"><sheets>{"".join(names)}</sheets></workbook>')
            z.writestr("xl/_rels/workbook.xml.rels", self.relations(links))

    @staticmethod
    def relations(links):
        rows = "".join(f'<Relationship Id="{i}" Type="{DOCUMENT}/{kind}" Target="{to}"/>' for i, kind, to in links)
        return f'<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def workbook(name, sheets, kind="shared", dates=None):
    Workbook(kind, dates).write(name, sheets)


def main():
    text_files()
    times()
    workbook("shared.xlsx", [("日志", [HEAD] + ROWS)])
    workbook("inline.xlsx", [("日志", [CHINESE] + ROWS)], "inline")
    workbook("typed.xlsx", [("日志", [HEAD] + ROWS)], "typed", dates=1)
    workbook("two_sheets.xlsx", [("说明", [["note"], ["nothing here"]]), ("日志", [HEAD] + ROWS)])


if __name__ == "__main__":
    sys.exit(main())
