"""Incompatible duties in a file: the one way they are written, the sheet of the workbook, versions, and back again."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from core.authority.diffing import compare
from core.authority.document import SeparationDraft, format_list, parse
from core.authority.drafting import draft_of
from core.authority.publish import publish
from core.authority.workbook import from_workbook, to_workbook
from core.base.errors import InputErrors
from core.kernel.specs import ActionDef
from tests.core.authority.company import SYSTEM, Company
from tests.core.authority.test_separation import RULES, company
from tests.core.authority.test_workbook import changed

__all__ = ["company"]

#: Written by hand from the rules of the format: the kind first, the usual risk left out, long rows one word a line.
CANONICAL = """\
list: FIN
version: 2
effective_from: "2026-03-01"
separation:
  S1:
    same_object: ["crm.spend:request", "crm.spend:approve", "crm.spend:pay"]
    risk: high
    basis: 《行政事业单位内部控制规范（试行）》第十二条
  S2: {person_holds: ["cash.box:keep", "cash.ledger:keep"]}
  S3: {tenure: ["cash.box:keep"], months: 36, risk: low}
"""
FREE = """
separation:
  S1: {basis: 《行政事业单位内部控制规范（试行）》第十二条, risk: high,
       same_object: [crm.spend:request, crm.spend:approve, crm.spend:pay]}
  S2: {risk: medium, person_holds: [cash.box:keep, cash.ledger:keep]}
  S3: {months: "36", tenure: cash.box:keep, risk: low}
effective_from: 2026-03-01
version: 2
list: FIN
"""
DRAFTS = (
    SeparationDraft("S1", "same_object", ("crm.spend:request", "crm.spend:approve", "crm.spend:pay"), None, "high",
                    "《行政事业单位内部控制规范（试行）》第十二条"),
    SeparationDraft("S2", "person_holds", ("cash.box:keep", "cash.ledger:keep")),
    SeparationDraft("S3", "tenure", ("cash.box:keep",), 36, "low"),
)


def test_the_one_way_rules_are_written() -> None:
    assert parse(FREE).separation == DRAFTS
    assert format_list(parse(FREE)) == CANONICAL
    assert format_list(parse(CANONICAL)) == CANONICAL


def test_the_sheet_of_the_workbook() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(parse(CANONICAL))))
    assert [list(row) for row in book["不相容"].iter_rows(values_only=True)] == [
        ["编码", "分离方式", "事项编码清单", "最长月数", "风险等级", "依据"],
        ["S1", "同一事项不得由一人经办", "crm.spend:request\ncrm.spend:approve\ncrm.spend:pay", None, "高",
         "《行政事业单位内部控制规范（试行）》第十二条"],
        ["S2", "不得由一人兼任", "cash.box:keep\ncash.ledger:keep", None, "中", None],
        ["S3", "任职期限", "cash.box:keep", "36", "低", None],
    ]
    own = changed(("不相容", "B3", "one person"), ("不相容", "C3", "cash.box:keep、cash.ledger:keep"),
                  ("不相容", "E3", None), ("不相容", "D4", 36), text=CANONICAL)
    assert from_workbook(own).draft.separation == DRAFTS


@pytest.mark.parametrize(("edit", "row", "column", "message"), [
    (("B3", "随便"), 3, "不相容 分离方式", "随便 is no way to keep matters apart."),
    (("B3", None), 3, "不相容 分离方式", "– is no way to keep matters apart."),
    (("C3", "cash.box:keep"), 3, "不相容 事项编码清单", "fewer actions than can be kept apart"),
    (("C3", "cash.box:keep,cash.box:keep"), 3, "不相容 事项编码清单", "cash.box:keep stands twice."),
    (("C3", None), 3, "不相容 事项编码清单", "fewer actions than can be kept apart"),
    (("D3", "6"), 3, "不相容 最长月数", "months stands with tenure"),
    (("D4", "六"), 4, "不相容 最长月数", "This is a whole number."),
    (("E3", "极高"), 3, "不相容 风险等级", "risk is one of high, medium, low"),
    (("A3", "S1"), 3, "不相容 编码", "It stands twice for this post."),
    (("G3", "x"), 3, "不相容 G", "under no heading"),
])  # fmt: skip
def test_every_cell_is_understood_or_told(edit: tuple[str, Any], row: int, column: str, message: str) -> None:
    with pytest.raises(InputErrors) as refused:
        from_workbook(changed(("不相容", *edit), text=CANONICAL))
    found = [(one.row, one.column, str(one.message)) for one in refused.value.problems]
    assert (row, column) in [(line, place) for line, place, words in found if message in words], found


def test_what_is_published_comes_back_and_versions_are_compared(company: Company) -> None:
    assert isinstance(company.house.registry.actions["cash.box:keep"], ActionDef)
    with company.house.session(SYSTEM, write=True) as session:
        first = publish(session, SYSTEM, parse(
            RULES.replace("list: FIN", "list: MKT").replace("B1:", "B7:").replace("L1:", "L7:").replace("P1:", "P7:")
            .replace("M1:", "M7:").replace("G1:", "G7:")
        ))[0]  # fmt: skip
        second, written = publish(session, SYSTEM, parse(CANONICAL.replace("list: FIN", "list: MKT")))
        assert written
        assert draft_of(session, second).separation == DRAFTS
        difference = compare(session, first, second)
        (section,) = [one for one in difference.sections if str(one.title) == "Incompatible duties"]
        assert [(one.code, one.state) for one in section.clauses] == [("S1", "changed"), ("S3", "added")]
        assert [(str(name), str(old), str(new)) for name, old, new in section.clauses[0].columns] == [
            ("Basis", "内控规范 第12条", "《行政事业单位内部控制规范（试行）》第十二条"),
        ]  # fmt: skip
        assert str(section.clauses[1].title) == "Whoever does “Keep the cash” leaves the post after 36 months"
