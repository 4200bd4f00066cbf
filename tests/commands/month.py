"""The files of a small company's first month, and what is to come of them, worked by hand.

October 2026 has 18 working days (国办发明电〔2025〕7号: 1 to 7 October are off, Saturday the 10th is worked).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

TODAY = "2026-11-05"
MONTH = "2026-10"
WORKED = [date(2026, 10, day) for day in (8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30)]
#: Zhang: 10,000.00 with 100,000.00 before: (110,000 - 55,000 - 2,000) x 10 % - 2,520 - 2,480 = 300.00 of tax.
#: Li: 8,000.00, below the 55,000.00 that are free until November. Wang: 12,000.00 less two days of 21.75: 10,896.55.
GROSS = {"1001": 1_000_000, "1002": 800_000, "1003": 1_089_655}
TAX = {"1001": 30_000, "1002": 0, "1003": 0}

Rows = Sequence[Sequence[Any]]


def identity(first17: str) -> str:
    """An identity number with its check digit (GB 11643-1999, 4.4)."""
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]


def card(first: str) -> str:
    """A card number with its check digit (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * 2 if at % 2 == 0 else int(digit) for at, digit in enumerate(reversed(first))]
    return first + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


UNITS: Rows = [
    ["code", "title", "parent", "kind", "legal_entity", "contribution_place"],
    ["CO", "启明科技", "", "company", "启明科技有限公司", "CN-SH"],
    ["OPS", "运营部", "CO", "department", "", ""],
]
POSITIONS: Rows = [
    ["code", "title", "unit", "reports_to", "is_head", "headcount"],
    ["OPS-H", "运营总监", "OPS", "", "yes", 1],
    ["OPS-S", "运营专员", "OPS", "OPS-H", "no", 5],
]
PEOPLE: Rows = [
    ["工号", "姓名", "证件号码", "部门", "岗位", "入职日期", "手机号码", "开户银行", "银行账号"],
    ["1001", "张伟", identity("31010119900101001"), "OPS", "OPS-H", "2026-01-01", "13800000001", "工商银行",
     card("622202000000000001")],
    ["1002", "李娜", identity("31010119920202002"), "OPS", "OPS-S", "2026-01-01", "13800000002", "工商银行",
     card("622202000000000002")],
    ["1003", "王强", identity("31010119940303003"), "OPS", "OPS-S", "2026-01-01", "13800000003", "工商银行",
     card("622202000000000003")],
]  # fmt: skip
SALARIES: Rows = [
    ["工号", "生效日期", "失效日期", "基本工资"],
    ["1001", "2026-01-01", "", "10000.00"], ["1002", "2026-01-01", "", "8000"], ["1003", "2026-01-01", "", "12,000.00"],
]  # fmt: skip
OPENINGS: Rows = [
    ["工号", "纳税年度", "截至月份", "累计收入额", "累计减除费用", "累计已预扣税额"],
    ["1001", 2026, 10, "100000", "50000", "2480"],
]
DEDUCTIONS: Rows = [["工号", "生效日期", "失效日期", "子女教育"], ["1001", "2026-11-01", "", "2000"]]
TABLES = {
    "units": UNITS, "positions": POSITIONS, "people": PEOPLE, "salaries": SALARIES, "openings": OPENINGS,
    "deductions": DEDUCTIONS,
}  # fmt: skip


def as_xlsx(rows: Rows) -> bytes:
    """The table as a workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    return buffer.getvalue()


def as_csv(rows: Rows) -> bytes:
    """The table as comma-separated values."""
    return "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows).encode()


def punches() -> list[str]:
    """The lines of the terminal: everybody in time on every day, but Wang on the last two."""
    lines = []
    for number, days in (("1001", WORKED), ("1002", WORKED), ("1003", WORKED[:-2])):
        for day in days:
            came = datetime.combine(day, time(8, 40))
            for state, at in enumerate((came, came + timedelta(hours=9, minutes=25))):
                lines.append(f"{number:>9}\t{at}\t1\t{state}\t1\t0")
    return lines


def write_files(folder: Path) -> Path:
    """All files of the month under the names of the tutorial."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, rows in TABLES.items():
        (folder / f"{'roster' if kind == 'people' else kind}.xlsx").write_bytes(as_xlsx(rows))
    (folder / "attlog.dat").write_bytes("".join(f"{line}\r\n" for line in punches()).encode())
    return folder
