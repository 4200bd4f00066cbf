"""Totals of a run that would tell what few people earn: kept back, also where the rest could be taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core.access.few import Group
from core.authority.document import parse
from core.authority.publish import publish
from core.config import load
from core.org import tree
from payroll.models import Run, Slip
from payroll.pages.review import figures
from payroll.services import exposed, look
from payroll.services.present import MASK
from payroll.services.review import Asked, review
from remit.base import Actor
from remit.services import system
from tests.payroll.conftest import SYSTEM, Company

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {can: "payroll.run:read", in: company, power: read, title: T}
      A2: {can: "payroll.slip:read", in: company, power: read, title: T}
      A3: {can: "payroll.slip:reveal", in: unit, title: T}
"""


@pytest.fixture(autouse=True)
def june() -> Any:
    """The amounts stay open for a quarter of an hour, in which nothing moves."""
    with time_machine.travel(datetime(2026, 6, 15, 2, tzinfo=UTC), tick=False):
        yield


def paid(company: Company, people: int) -> tuple[Actor, Run]:
    """So many people with 10,000.00 each, one of whom looks after the payroll and opens what is of his unit."""
    for number in map(str, range(1, people + 1)):
        company.hire(number)
        company.agree(number, 1_000_000)
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST))
    made: Run = company.finish("2026-01", to="reviewed")
    assert (made.slip_count, made.gross) == (people, people * 1_000_000)
    return Actor(kind="person", name="N", account_id=1, person_id=company.employments["1"].person_id), made


def hide(company: Company, run: Run, people: int) -> None:
    """The last few are of no unit by now, so the reader opens none of their payslips."""
    with system(company.session, "tests"):
        slips = company.session.scalars(select(Slip).where(Slip.run_id == run.id).order_by(Slip.id.desc())).all()
        for slip in slips[:people]:
            slip.unit_id = None
        company.session.flush()


def told(company: Company, actor: Actor, run: Run) -> bool:
    return run.id in look.totals_told(company.session, actor, [run])


@pytest.mark.proves("aggregate-k")
def test_nothing_that_few_earn_is_left_over(company: Company) -> None:
    """Eight people: of those he may not open there are none, or five at least; two could be told by taking six away."""
    actor, run = paid(company, 8)
    assert told(company, actor, run)
    for hidden, expected in [(1, False), (2, False), (4, False), (5, True), (7, True)]:
        hide(company, run, hidden)
        assert told(company, actor, run) is expected, hidden
    stranger = replace(actor, person_id=None, account_id=99)
    assert told(company, stranger, run), "of whom he opens nobody, all eight are hidden"


def test_few_are_told_with_their_amounts(company: Company) -> None:
    actor, run = paid(company, 4)
    session = company.session
    session.info["actor"] = actor
    assert not told(company, actor, run)
    with system(session, "tests"):
        shown = review(session, actor, run, Asked())
        assert [one["value"] for one in figures(shown)[:4]] == [MASK] * 4
        (row,) = exposed.runs(session, actor, [run])
    assert [row[name] for name in ("gross", "net", "tax", "employer_cost")] == [None] * 4
    assert row["slip_count"] == 4
    with system(session, "tests"):
        look.open_run(session, actor, run, "Review")
        assert told(company, actor, run)
        assert figures(review(session, actor, run, Asked()))[0]["value"] == "¥40,000"
        hide(company, run, 1)
        assert not told(company, actor, run), "who opened three knows the fourth by the total"


@pytest.mark.parametrize(("people", "hidden", "expected"), [
    (0, 0, True), (4, 0, False), (4, 4, False), (5, 0, True), (5, 5, True), (5, 4, False), (6, 1, False),
    (100, 5, True),
])  # fmt: skip
def test_the_fewest_are_five(people: int, hidden: int, expected: bool) -> None:
    assert Group(people, hidden).told(5) is expected


def test_the_fewest_are_a_setting(tmp_path: Any) -> None:
    assert load({}, instance=tmp_path).least_people == 5
    assert load({"REMIT_LEAST_PEOPLE": "11"}, instance=tmp_path).least_people == 11
    assert load({"REMIT_LEAST_PEOPLE": "0"}, instance=tmp_path).least_people == 2, "one is nobody to hide among"
