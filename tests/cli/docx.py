"""What a docx holds: python3 docx.py FILE prints JSON. Every part must be well-formed and named in [Content_Types].xml."""
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KNOWN = {W + name for name in "p tbl sectPr".split()}


def style(p):
    s = p.find(f"{W}pPr/{W}pStyle")
    return s.get(W + "val") if s is not None else None


def text(p):
    return "".join(t.text or "" for t in p.iter(W + "t"))


z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
trees = {n: ET.fromstring(z.read(n)) for n in z.namelist()}
types = {x.get("PartName") for x in trees["[Content_Types].xml"] if x.get("PartName")}
assert types == {"/" + n for n in z.namelist() if not n.endswith(".rels") and n != "[Content_Types].xml"}, types
body = trees["word/document.xml"].find(W + "body")
assert {c.tag for c in body} <= KNOWN, {c.tag for c in body}
styles = {s.get(W + "styleId") for s in trees["word/styles.xml"].iter(W + "style")}
used = {style(p) for p in body.iter(W + "p")}
assert used <= styles, used - styles
for row in body.iter(W + "tr"):
    assert all(len(list(c.iter(W + "p"))) == 1 for c in row.iter(W + "tc"))
tables = []
for t in body.iter(W + "tbl"):
    rows = [["".join(text(p) for p in c.iter(W + "p")) for c in r.iter(W + "tc")] for r in t.iter(W + "tr")]
    columns = len(t.find(W + "tblGrid"))
    assert all(len(r) == columns for r in rows), rows
    assert sum(int(g.get(W + "w")) for g in t.find(W + "tblGrid")) <= 8844
    tables.append(rows)
marks = {b.get(W + "name") for b in body.iter(W + "bookmarkStart")}
leads = {h.get(W + "anchor") for h in body.iter(W + "hyperlink")}
assert leads <= marks, leads - marks
section = body.find(W + "sectPr")
page = section.find(W + "pgSz")
edge = section.find(W + "pgMar")
grid = section.find(W + "docGrid")
sizes = {}
for s in trees["word/styles.xml"].iter(W + "style"):
    font, size, line = s.find(f"{W}rPr/{W}rFonts"), s.find(f"{W}rPr/{W}sz"), s.find(f"{W}pPr/{W}spacing")
    if font is not None:
        sizes[s.get(W + "styleId")] = [font.get(W + "eastAsia"), int(size.get(W + "val")) / 2, line.get(W + "line")]
print(json.dumps({
    "names": z.namelist(), "times": sorted({i.date_time for i in z.infolist()}),
    "paragraphs": [[style(p), text(p)] for p in body.findall(W + "p")],
    "headings": [text(p) for p in body.findall(W + "p") if (style(p) or "").startswith("Heading1")],
    "below": [text(p) for p in body.findall(W + "p") if style(p) == "Heading2"],
    "contents": [re.sub("…$", "", text(p)) for p in body.findall(W + "p") if style(p) == "Contents"],
    "tables": tables, "styles": sizes,
    "page_mm": [round(int(page.get(W + k)) / 1440 * 25.4) for k in ("w", "h")],
    "margins_mm": [round(int(edge.get(W + k)) / 1440 * 25.4) for k in ("top", "right", "bottom", "left")],
    "grid": grid.get(W + "linePitch") if grid is not None else None,
    "footers": ["".join(t.text or "" for t in trees[f"word/footer{i}.xml"].iter() if t.tag in (W + "t", W + "instrText")) for i in (1, 2)],
}, ensure_ascii=False))
