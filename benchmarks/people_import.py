"""Importing people from .xlsx, beside the sum of what cannot be saved: read, check, encrypt, insert.

On PostgreSQL the database named must be empty: its tables are made here and dropped at the end.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, empty
from core.base.period import FOREVER
from core.db import bulk
from core.exchange.check import check
from core.exchange.importing import identifiers_of, import_file
from core.exchange.read import read
from core.kernel.house import House
from core.org import services as org
from core.org.exchange import PEOPLE
from core.org.models import Assignment, Employment, EmploymentTerms, Person

SIZE = 100_000
MODULES = {"country_cn": "plugins.country_cn.plugin"}
HEADINGS = (
    "工号", "姓名", "证件类型", "证件号码", "性别", "出生日期", "手机号码", "邮箱", "部门", "岗位", "职级", "员工类型",
    "入职日期", "离职日期", "开户银行", "银行账号", "参保地", "外部编号", "工时占比", "生效日期",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def run(size: int, database_url: str) -> Iterable[Figure]:
    """The whole import, its four bare parts, and a second import that changes nothing."""
    data = workbook(size)
    with empty(database_url, MODULES) as house:
        _structure(house)
        started = time.perf_counter()
        report = import_file(house, SYSTEM, PEOPLE, data, name="people.xlsx")
        whole = time.perf_counter() - started
        if report.counts["new"] != size:
            raise RuntimeError(f"{report.counts} for {size} people")
        started = time.perf_counter()
        again = import_file(house, SYSTEM, PEOPLE, data, name="people.xlsx")
        second = time.perf_counter() - started
        if again.counts["unchanged"] != size:
            raise RuntimeError(f"the second import said {again.counts}")
        parts = _bare(house, data, size)
    yield Figure("people_import.seconds", round(whole, 3), "s", round(sum(parts.values()), 3))
    yield Figure("people_import.rows_per_second", round(size / whole), "1/s")
    yield Figure("people_import.second_import_seconds", round(second, 3), "s")
    for name, seconds in parts.items():
        yield Figure(f"people_import.bare_{name}_seconds", round(seconds, 3), "s")


def workbook(size: int) -> bytes:
    """People with twenty columns and valid numbers, always the same."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for at in range(size):
            born = date(1965, 1, 1) + timedelta(days=at % 14_000)
            stem = f"110105{born:%Y%m%d}{at // 14_000 * 61 % 1_000:03d}"
            last = "10X98765432"[sum(int(a) * b for a, b in zip(stem, _WEIGHTS, strict=True)) % 11]
            sheet.write_row(at + 1, 0, (
                f"E{at:06d}", "王李张刘陈杨赵黄"[at % 8] + "伟芳娜敏静丽强磊"[at // 8 % 8] + "军洋艳勇杰"[at // 64 % 5],
                "居民身份证", stem + last, "男女"[at % 2], f"{born}", f"138{at:08d}", f"e{at}@example.com",
                f"U{at % 200}", f"P{at % 200}-{at // 200 % 5}", f"P{at % 9}", "正式",
                f"{date(2010, 1, 1) + timedelta(days=at % 5000)}", "", "招商银行", f"62148{at:011d}", "CN-SH",
                f"X{at}", "1", "",
            ))
    return buffer.getvalue()


def _structure(house: House) -> None:
    with house.session(SYSTEM, write=True) as session:
        entity = org.create_legal_entity(session, SYSTEM, code="C", name={"zh_CN": "公司"})
        from core.org.models import Position, PositionVersion, Unit, UnitVersion
        from core.org.services.structure import renumber

        since = date(2000, 1, 1)
        for at in range(200):
            unit = Unit(code=f"U{at}")
            session.add(unit)
            session.flush()
            session.add(UnitVersion(unit_id=unit.id, valid_from=since, legal_entity_id=entity.id,
                                    title={"zh_CN": f"部门 {at}"}))
            for post in range(5):
                position = Position(code=f"P{at}-{post}")
                session.add(position)
                session.flush()
                session.add(PositionVersion(position_id=position.id, unit_id=unit.id, valid_from=since,
                                            title={"zh_CN": f"岗位 {post}"}, headcount=1_000))
        renumber(session)


def _bare(house: House, data: bytes, size: int) -> dict[str, float]:
    """Seconds of the parts by themselves: the same file, the same values, the same tables."""
    seconds: dict[str, float] = {}
    started = time.perf_counter()
    CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    seconds["read"] = time.perf_counter() - started
    grid = read(data, PEOPLE.sheet)
    with house.session(SYSTEM) as session:
        identifiers = identifiers_of(session)
    words = identifiers["resident_id"]
    started = time.perf_counter()
    checked = check(grid, PEOPLE.sheet, identifiers=identifiers)
    if any(words.check(number) for number in checked.columns["identity_number"]):
        raise RuntimeError("a number of the file is wrong")
    seconds["check"] = time.perf_counter() - started
    values = checked.columns
    ring = house.database.keys
    if ring is None:
        raise RuntimeError("no keys")
    started = time.perf_counter()
    sealed = {
        name: ring.encrypt_many(values[name], f"core_person.{name}")
        for name in ("identity_number", "phone", "bank_account")
    }
    marks = [ring.blind_index(number, "core_person.identity_number") for number in values["identity_number"]]
    seconds["encrypt"] = time.perf_counter() - started
    del sealed, marks
    started = time.perf_counter()
    with house.session(SYSTEM, write=True) as session:
        _insert(session, values, size)
        seconds["insert"] = time.perf_counter() - started
        session.rollback()
    # The bulk insert seals by itself; that share is counted once, as encryption.
    seconds["insert"] = max(0.0, seconds["insert"] - seconds["encrypt"])
    return seconds


def _insert(session: Any, values: dict[str, list[Any]], size: int) -> None:
    from core.db.guard import system

    base = 10_000_000
    ids = range(base, base + size)
    names = ("name", "sex", "born_on", "phone", "email", "bank_name", "bank_account", "identity_number")
    with system(session, "bare insert of a benchmark"):
        columns: dict[str, Any] = {name: values[name] for name in names}
        other = [f"Z{number}" for number in values["identity_number"]]
        bulk.write_columns(session, Person, {**columns, "id": list(ids), "identity_index": other,
                                             "identity_kind": "resident_id", "sort_key": values["name"],
                                             "initials": values["sex"]})
        bulk.write_columns(session, Employment, {
            "id": list(ids), "number": [f"Z{one}" for one in values["number"]], "person_id": list(ids),
            "hired_on": values["hired_on"], "left_on": [FOREVER] * size,
            "external_id": [f"Z{one}" for one in values["external_id"]]})
        bulk.write_columns(session, EmploymentTerms, {
            "id": list(ids), "employment_id": list(ids), "valid_from": values["hired_on"],
            "valid_to": [FOREVER] * size, "kind": values["kind"], "legal_entity_id": [1] * size,
            "withholding_agent_id": [1] * size, "contribution_place": values["contribution_place"],
            "grade": values["grade"]})
        bulk.write_columns(session, Assignment, {
            "id": list(ids), "employment_id": list(ids), "person_id": list(ids),
            "position_id": [at % 1_000 + 1 for at in range(size)],
            "valid_from": values["hired_on"], "valid_to": [FOREVER] * size})
