#!/usr/bin/env python3
"""leaks.py SECRETS PATH…: which of the secrets (one a line, "label<TAB>text") stand in the files below PATH, however they are written.

Files are searched as bytes; Parquet also as the rows it holds. Both the secrets and the bytes are compared without spaces, dashes, brackets
and dots between digits, full-width forms as ASCII, letters in lower case. Prints "label: file" for each find and exits with 1; else a count.
"""
import os
import re
import sys

import_path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference")
sys.path.insert(0, import_path)
import duck  # noqa: E402

WIDE = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
BETWEEN_DIGITS = re.compile(r"(?<=[0-9*])[\s()\u3000\u00a0—–-]+(?=[0-9])")


def plain(text):
    return BETWEEN_DIGITS.sub("", text.translate(str.maketrans(WIDE))).lower()


def texts_of(path):
    try:
        with open(path, "rb") as f:
            data = f.read()
    except FileNotFoundError:      # tmp/ changes while we look
        return
    yield plain(data.decode("utf-8", "replace"))
    yield plain(data.decode("utf-16-le", "replace")) if b"\0" in data[:64] else ""
    if data[:4] == b"PAR1" and data[-4:] == b"PAR1":
        quoted = path.replace("'", "''").replace("[", "[[]").replace("*", "[*]")
        _, rows = duck.Duck().run(f"SELECT COLUMNS(*)::VARCHAR FROM read_parquet('{quoted}', hive_partitioning = false)")
        yield plain("\n".join("\t".join(v or "" for v in row) for row in rows))


def main(secrets_file, tops):
    with open(secrets_file, encoding="utf-8") as f:
        secrets = [line.rstrip("\n").split("\t") for line in f if line.strip()]
    wanted = [(label, plain(text)) for label, text in secrets]
    found, files = set(), 0
    for top in tops:
        for path in [top] if os.path.isfile(top) else [os.path.join(d, n) for d, _, names in os.walk(top) for n in names]:
            files += 1
            for text in texts_of(path):
                found |= {f"{label}: {path}" for label, secret in wanted if secret in text}
    for line in sorted(found):
        print(line)
    if not found:
        print(f"{len(wanted)} secrets, {files} files: none is there")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
