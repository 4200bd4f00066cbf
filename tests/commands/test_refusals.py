"""Files with faults: exit code 4, every fault by row and column, and not a byte of the database changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Installation
from tests.commands.month import OPENINGS, PEOPLE, POSITIONS, SALARIES, UNITS, as_csv, as_xlsx, punches


def with_cell(rows: Any, row: int, heading: str, value: Any) -> Any:
    """The table with one cell written otherwise; ``row`` as a spreadsheet counts."""
    found = [list(line) for line in rows]
    found[row - 1][found[0].index(heading)] = value
    return found


BAD = {
    "31 February": ("people", with_cell(PEOPLE, 3, "入职日期", "31/02/2026"), [(3, "入职日期")]),
    "check digit": ("people", with_cell(PEOPLE, 2, "证件号码", "310101199001010014"), [(2, "证件号码")]),
    "unknown unit": ("people", with_cell(PEOPLE, 4, "部门", "火星部"), [(4, "部门")]),
    "unknown position": ("people", with_cell(PEOPLE, 4, "岗位", "宇航员"), [(4, "岗位")]),
    "two faults in a row": (
        "people", with_cell(with_cell(PEOPLE, 4, "部门", "火星部"), 4, "入职日期", "31/02/2026"),
        [(4, "部门"), (4, "入职日期")],
    ),
    "manager cycle": ("positions", with_cell(POSITIONS, 2, "reports_to", "OPS-S"), [(2, "reports_to")]),
    "unit under itself": ("units", with_cell(UNITS, 2, "parent", "OPS"), [(2, "parent")]),
    "negative salary": ("salaries", with_cell(SALARIES, 3, "基本工资", "-8000"), [(3, "基本工资")]),
    "unknown employee": ("salaries", with_cell(SALARIES, 3, "工号", "9009"), [(3, "工号")]),
    "a month 13": ("openings", with_cell(OPENINGS, 2, "截至月份", 13), [(2, "截至月份")]),
}  # fmt: skip


@pytest.mark.parametrize("form", [as_xlsx, as_csv])
@pytest.mark.parametrize("case", BAD)
def test_a_fault_is_named_and_nothing_is_written(remit: Installation, tmp_path: Path, case: str, form: Any) -> None:
    kind, rows, wanted = BAD[case]
    file = tmp_path / f"bad.{'xlsx' if form is as_xlsx else 'csv'}"
    file.write_bytes(form(rows))
    before = remit.content()
    for dry in ((), ("--dry-run",)):
        done = remit.inside("import", kind, str(file), *dry, "--json")
        assert done.code == 4, done
        assert [(one["row"], one["column"]) for one in done.answer["problems"]] == wanted
        assert done.err == ""
        plain = remit.inside("import", kind, str(file), *dry)
        assert plain.code == 4
        assert plain.out == ""
        assert all(f"Row {row}, {column}: " in plain.err for row, column in wanted)
    assert remit.content() == before


UNREADABLE = {
    "cut off": (as_xlsx(PEOPLE)[:900], "x.xlsx"), "empty": (b"", "x.csv"), "no workbook": (b"PK\x03\x04 no", "x.xlsx"),
    "encoding": ("工号,姓名,入职日期\r\n1,张,2026-01-01\r\n".encode() + b"2,\xff\xfe,2026-01-01\r\n", "x.csv"),
    "other table": (b"a,b\r\n1,2\r\n", "x.csv"), "only headings": (as_csv(PEOPLE[:1]), "x.csv"),
    "noise": (bytes(range(256)) * 40, "x.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["people", "salaries", "punches"])
@pytest.mark.parametrize("case", UNREADABLE)
def test_a_file_that_cannot_be_read_says_so(remit: Installation, tmp_path: Path, case: str, kind: str) -> None:
    data, name = UNREADABLE[case]
    (tmp_path / name).write_bytes(data)
    before = remit.content()
    done = remit.inside("import", kind, str(tmp_path / name), "--json")
    assert done.code == 4, done
    assert done.answer["message"]
    assert remit.content() == before


def test_a_formula_that_failed_is_named(remit: Installation, tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(SALARIES):
            sheet.write_row(row, 0, cells)
        sheet.write_formula(2, 3, "=1/0", value="#DIV/0!")
    done = remit.inside("import", "salaries", str(file), "--json")
    assert done.code == 4
    (problem,) = done.answer["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (3, "基本工资", "#DIV/0!")


def test_a_punch_of_1971_is_kept_as_rejected_and_the_good_ones_count(remit: Installation, tmp_path: Path) -> None:
    file = tmp_path / "attlog.dat"
    bad = "     1001\t1971-01-01 08:00:00\t1\t0\t1\t0"
    good = "     1002\t2026-11-02 08:31:00\t1\t0\t1\t0"
    file.write_bytes("\r\n".join([bad, good, punches()[0], ""]).encode())
    before = remit.content()
    dry = remit.inside("import", "punches", str(file), "--dry-run", "--json")
    assert (dry.code, dry.answer["accepted"], dry.answer["rejected"], dry.answer["repeated"]) == (4, 1, 1, 1)
    assert remit.content() == before
    done = remit.inside("import", "punches", str(file), "--json")
    assert (done.code, done.answer["accepted"], done.answer["reasons"]) == (4, 1, {"clock": 1})
    again = remit.inside("import", "punches", str(file), "--json")
    assert (again.code, again.answer["repeated"]) == (0, 3)


@pytest.mark.parametrize("kind", ["units", "positions", "people", "salaries", "openings", "deductions"])
def test_a_second_import_changes_nothing(remit: Installation, files: Path, kind: str) -> None:
    path = str(files / f"{'roster' if kind == 'people' else kind}.xlsx")
    tables = ("core_person", "core_employment", "core_employment_terms", "core_assignment", "core_unit_version",
              "core_position_version", "payroll_salary", "payroll_opening", "payroll_deduction")  # fmt: skip

    def stored() -> list[Any]:
        return [remit.rows(f"SELECT * FROM {table} ORDER BY id") for table in tables]  # noqa: S608

    before = stored()
    assert all(before), "there is something to be changed"
    done = remit.inside("import", kind, path, "--json")
    counts = done.answer["counts"]
    assert (done.code, done.answer["state"], counts["unchanged"]) == (0, "unchanged", counts["rows"])
    assert stored() == before
