#!/usr/bin/env python3
"""make_xls.py DIR: made the .xls workbooks that are committed beside it, with xlwt (Debian: python3-xlwt), which CI does not need."""
import datetime
import sys

import xlwt

MERGED = xlwt.easyxf("align: horiz center, vert center")
PERCENT = xlwt.easyxf(num_format_str="0.00%")
DATE = xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"')
MONTH = xlwt.easyxf(num_format_str='yyyy"年"m"月"')


def put(sheet, rows, styles=None):
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value, (styles or {}).get((r, c), xlwt.Style.default_style))


def matrix(folder):
    """Merged titles, headers and towns; a hidden row; a total that counts it; a sheet that is hidden."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("任务分解")
    sheet.write_merge(0, 0, 0, 3, "2024年6月任务分解表", MERGED)
    sheet.write_merge(1, 2, 0, 0, "乡镇", MERGED)
    sheet.write_merge(1, 2, 1, 1, "村", MERGED)
    sheet.write_merge(1, 1, 2, 3, "任务数", MERGED)
    sheet.write(2, 2, "月活")
    sheet.write(2, 3, "阅读")
    sheet.write_merge(3, 4, 0, 0, "沿河镇", MERGED)
    put(sheet, [[]] * 3 + [[None, "柳湾村", 200, 500], [None, "河口村", 30, 40.0], ["合计", None, 230, 540]])
    sheet.row(4).hidden = True
    old = book.add_sheet("旧表")
    old.visibility = 1
    put(old, [["名称", "级别", "区划代码"], ["废村", "村", 999]])
    book.save(f"{folder}/matrix.xls")


def register(folder):
    """Codes as numbers of twelve digits, a hidden column, text of all kinds."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("村情")
    put(sheet, [["名称", "级别", "区划代码", "上级代码", "常住人口（人）"], ["柳湾村", "村", 340101, 3401, 425], ["东村", "村", 340123101205, "3401", "１，２００"],
                ["注：数据截至6月30日"]])
    sheet.col(2).hidden = True
    book.save(f"{folder}/register.xls")


def reports(folder):
    """Percentages and dates by their format."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("上报")
    put(sheet, [["指标", "周期", "单位", "上报数", "基数", "上报时间"],
                ["月活", datetime.date(2024, 6, 1), "柳湾村", 0.9518, 400, datetime.date(2024, 6, 30)],
                ["月活", "2024年6月", "河口村", 29, None, None]], {(1, 1): MONTH, (1, 3): PERCENT, (1, 5): DATE})
    book.save(f"{folder}/reports.xls")


def error(folder):
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("上报")
    put(sheet, [["指标", "周期", "单位", "上报数"], ["月活", "2024-06", "柳湾村", None]])
    sheet.row(1).set_cell_error(3, "#N/A!")
    book.save(f"{folder}/error.xls")


def main():
    for make in (matrix, register, reports, error):
        make(sys.argv[1])


if __name__ == "__main__":
    main()
