#!/usr/bin/env python3
"""duck.py SQL…: runs statements in DuckDB and prints the rows of the last as CSV. For tests: they make odd Parquet files with it and read
ours back. It is the DuckDB that the program is linked with (build/deps/lib/libduckdb.so), called from Python's standard library."""
import csv
import ctypes
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Result(ctypes.Structure):
    _fields_ = [("columns", ctypes.c_uint64), ("rows", ctypes.c_uint64), ("changed", ctypes.c_uint64), ("column", ctypes.c_void_p),
                ("error", ctypes.c_char_p), ("internal", ctypes.c_void_p)]


class Duck:
    def __init__(self):
        path = os.environ.get("SHISHU_DUCKDB", os.path.join(ROOT, "build/deps/lib/libduckdb.so"))
        self.lib = lib = ctypes.CDLL(path)
        lib.duckdb_value_varchar.restype = ctypes.c_void_p
        lib.duckdb_value_varchar.argtypes = [ctypes.POINTER(Result), ctypes.c_uint64, ctypes.c_uint64]
        lib.duckdb_value_is_null.restype = ctypes.c_bool
        lib.duckdb_value_is_null.argtypes = lib.duckdb_value_varchar.argtypes
        lib.duckdb_column_name.restype = ctypes.c_char_p
        lib.duckdb_column_name.argtypes = [ctypes.POINTER(Result), ctypes.c_uint64]
        lib.duckdb_result_error.restype = ctypes.c_char_p
        for count in (lib.duckdb_column_count, lib.duckdb_row_count):
            count.restype = ctypes.c_uint64
        lib.duckdb_free.argtypes = [ctypes.c_void_p]
        self.db, self.con = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.duckdb_open(None, ctypes.byref(self.db)) or lib.duckdb_connect(self.db, ctypes.byref(self.con)):
            sys.exit("DuckDB does not open")

    def run(self, sql):
        """(names, rows); every value as text, NULL as None."""
        lib, result = self.lib, Result()
        if lib.duckdb_query(self.con, sql.encode(), ctypes.byref(result)):
            raise RuntimeError(lib.duckdb_result_error(ctypes.byref(result)).decode())
        n = lib.duckdb_column_count(ctypes.byref(result))
        names = [lib.duckdb_column_name(ctypes.byref(result), c).decode() for c in range(n)]
        rows = [[self.cell(result, c, r) for c in range(n)] for r in range(lib.duckdb_row_count(ctypes.byref(result)))]
        lib.duckdb_destroy_result(ctypes.byref(result))
        return names, rows

    def cell(self, result, c, r):
        if self.lib.duckdb_value_is_null(ctypes.byref(result), c, r):
            return None
        text = self.lib.duckdb_value_varchar(ctypes.byref(result), c, r)
        value = ctypes.string_at(text).decode() if text else ""
        self.lib.duckdb_free(text)
        return value


def main(statements):
    duck = Duck()
    for sql in statements:
        names, rows = duck.run(sql)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(names)
    out.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
