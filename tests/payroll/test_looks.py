"""Who looked at somebody's pay: openings of his payslip, and of whole payrolls that held it."""

from __future__ import annotations

from datetime import date

import pytest

from core.audit.history import looks
from core.authority.document import parse
from core.authority.publish import publish
from core.org import tree
from payroll.models import Run
from payroll.services import look
from remit.base import Actor
from remit.models import Position, PositionVersion, Translation, Unit, UnitVersion
from tests.payroll.conftest import SYSTEM, Company

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {can: "payroll.slip:reveal", in: company, power: read, title: {zh: 打开, en: Opens}}
  OPS:
    authority:
      B1: {can: "payroll.slip:reveal", in: subtree(OP), power: read, title: {zh: 打开, en: Opens}}
"""
Looks = list[tuple[str | None, str, int | None]]


@pytest.fixture
def run(company: Company) -> Run:
    """anna and ben are of development, cleo, dora and erik of operations below it. September holds all but erik."""
    title = Translation(zh_CN="运营部", en="Operations")
    work = company.session
    for number in ("anna", "ben"):
        company.hire(number)
    unit, position = Unit(code="OP"), Position(code="OPS")
    work.add_all([unit, position])
    work.flush()
    work.add_all([
        UnitVersion(unit_id=unit.id, parent_id=company.unit.id, valid_from=date(2000, 1, 1), title=title,
                    legal_entity_id=company.entity.id),
        PositionVersion(position_id=position.id, unit_id=unit.id, valid_from=date(2000, 1, 1), title=title,
                        headcount=9),
    ])  # fmt: skip
    work.flush()
    company.position = position
    company.hire("cleo")
    company.hire("dora")
    company.hire("erik", date(2026, 10, 1))
    for number in company.employments:
        company.agree(number, 1_000_000)
    tree.renumber(work)
    publish(work, SYSTEM, parse(LIST))
    return company.run("2026-09")


def actor(company: Company, name: str) -> Actor:
    person = company.employments[name].person_id
    return Actor(kind="person", name=name, account_id=100 + person, person_id=person)


def seen(company: Company, whose: str) -> Looks:
    """Who looked at somebody's amounts, what for, and at how many people's in one go; newest first."""
    names = {one.person_id: name for name, one in company.employments.items()}
    rows = looks(company.session, SYSTEM, company.employments[whose].person_id)
    return [(names.get(row.person_id or 0), row.reason or "", row.row_count) for row in rows]


def open_run(company: Company, run: Run, name: str, purpose: str) -> None:
    company.session.info["actor"] = actor(company, name)
    look.open_run(company.session, actor(company, name), run, purpose)
    company.session.info["actor"] = SYSTEM


def test_who_opens_a_whole_payroll_looked_at_everybody_in_it_but_himself(company: Company, run: Run) -> None:
    open_run(company, run, "anna", "审核")
    assert seen(company, "ben") == seen(company, "cleo") == [("anna", "审核", 3)]
    assert seen(company, "anna") == []
    assert seen(company, "erik") == [], "he was not paid in that month"


def test_who_opens_a_part_looked_at_that_part(company: Company, run: Run) -> None:
    open_run(company, run, "cleo", "核对")
    assert seen(company, "dora") == [("cleo", "核对", None)]
    for name in ("anna", "ben", "cleo", "erik"):
        assert seen(company, name) == [], name
    open_run(company, run, "ben", "复核")
    assert seen(company, "dora") == [("ben", "复核", 3), ("cleo", "核对", None)]
