#!/usr/bin/env python3
"""A workbook as JSON, read by zipfile and xml alone: xlsx.py FILE [SHEET]
Each sheet: name, title, note, head, rows (lists: text, number or null), frozen (rows kept in view), filter, formulas (how many), landscape, paper,
fit (pages wide, high), footer, widths; `titles`: rows repeated in print; styles: fonts and number formats of the book; forms: of the first row,
one for each cell, its number format, alignment and whether it wraps. With SHEET only that one."""
import json
import re
import sys
import zipfile
from xml.etree import ElementTree

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column(ref):
    n = 0
    for c in re.match("[A-Z]+", ref).group():
        n = n * 26 + ord(c) - 64
    return n - 1


def value(cell):
    if cell.get("t") == "inlineStr":
        text = "".join(t.text or "" for t in cell.iter(M + "t"))
        return re.sub("_x([0-9a-fA-F]{4})_", lambda m: chr(int(m.group(1), 16)), text)
    v = cell.find(M + "v")
    if v is None:
        return None
    x = float(v.text)
    return int(x) if x == int(x) else x


def sheet_rows(stream, seen):
    """Rows one by one, so that a large sheet needs no memory; what stands around them goes into `seen`."""
    for _, e in ElementTree.iterparse(stream):
        if e.tag == M + "row":
            cells = [None] * (1 + max((column(c.get("r")) for c in e), default=-1))
            for c in e:
                cells[column(c.get("r"))] = value(c)
            seen["formulas"] += sum(c.find(M + "f") is not None for c in e)
            yield cells, [int(c.get("s", 0)) for c in e]
            e.clear()
        elif e.tag == M + "pane":
            seen["frozen"] = int(e.get("ySplit", 0)) if e.get("state") == "frozen" else 0
        elif e.tag == M + "autoFilter":
            seen["filter"] = e.get("ref")
        elif e.tag == M + "pageSetup":
            seen.update(landscape=e.get("orientation") == "landscape", paper=e.get("paperSize"), fit=[e.get("fitToWidth", "1"), e.get("fitToHeight", "1")])
        elif e.tag == M + "oddFooter":
            seen["footer"] = e.text
        elif e.tag == M + "col":
            seen["widths"].append(float(e.get("width")))


def book(path):
    z = zipfile.ZipFile(path)
    assert z.testzip() is None
    wb = ElementTree.fromstring(z.read("xl/workbook.xml"))
    st = ElementTree.fromstring(z.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in st.iter(M + "numFmt")} | {"3": "#,##0", "4": "#,##0.00", "0": ""}
    fonts = [f.find(M + "name").get("val") for f in st.find(M + "fonts")]
    forms = []
    for xf in st.find(M + "cellXfs"):
        a = xf.find(M + "alignment")
        a = {} if a is None else a.attrib
        forms.append([formats[xf.get("numFmtId")], a.get("horizontal"), a.get("wrapText") == "1", fonts[int(xf.get("fontId"))]])
    titles = [n.text for n in wb.iter(M + "definedName") if n.get("name") == "_xlnm.Print_Titles"]
    return z, [s.get("name") for s in wb.iter(M + "sheet")], forms, titles, sorted(set(fonts))


def main(path, only=None):
    z, names, forms, titles, fonts = book(path)
    out = []
    for i, name in enumerate(names):
        if only and name != only:
            continue
        seen = {"name": name, "formulas": 0, "filter": None, "frozen": 0, "widths": []}
        with z.open(f"xl/worksheets/sheet{i + 1}.xml") as f:
            rows = list(sheet_rows(f, seen))
        seen.update(title=rows[0][0][0], note=rows[1][0][0], head=rows[2][0], rows=[r for r, _ in rows[3:]])
        seen["forms"] = [forms[s] for s in rows[3][1]] if len(rows) > 3 else []
        out.append(seen)
    json.dump({"sheets": out, "titles": titles, "fonts": fonts}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
