"""Who approves a run: totals over a month, conditions on its gross pay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.authority.totals import of_posts
from core.org import tree
from payroll.actions import APPROVE
from payroll.models import Run
from payroll.services import run as runs
from payroll.services.steps import history, standing
from remit.base import Actor
from remit.models import Position
from remit.services import decide, visible
from remit.specs import Denied
from tests.payroll.conftest import SYSTEM, Company

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {{can: "payroll.run:approve", in: company, {rest}, title: {{zh: 审批工资, en: Approves pay}}}}
"""


@pytest.fixture(autouse=True)
def june() -> Iterator[None]:
    """The runs are approved in the middle of a month."""
    with time_machine.travel(datetime(2026, 6, 15, 2, tzinfo=UTC), tick=False):
        yield


def approver(company: Company, rest: str) -> Actor:
    """Somebody on the only post, under a list that says what he may approve; everybody earns 10,000.00."""
    company.hire("1")
    company.agree("1", 1_000_000)
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST.format(rest=rest)))
    return Actor(kind="person", name="N", account_id=1, person_id=company.employments["1"].person_id)


def reviewed(company: Company, month: str) -> Run:
    made: Run = company.finish(month, to="reviewed")
    assert made.gross == 1_000_000
    return made


def code(session: Session, actor: Actor, run: Run) -> str:
    return decide(session, actor, APPROVE, run).code


def test_what_was_approved_in_a_month_counts_against_its_total(company: Company) -> None:
    work = company.session
    actor = approver(company, "cap: 15000.00 CNY/month")
    january = reviewed(company, "2026-01")
    runs.approve(work, actor, january)
    step = standing(history(work, [january.id])[january.id])["approved"]
    assert (step.name, step.entry, step.list_version) == ("N", "DEV.A1", 1)
    february = reviewed(company, "2026-02")
    with pytest.raises(Denied) as refused:
        runs.approve(work, actor, february)
    assert refused.value.decision.code == "CAP_EXCEEDED"
    assert "¥5,000.00 is left" in refused.value.decision.message.render("en")  # type: ignore[union-attr]
    assert code(work, actor, january) == "ALLOW", "it does not count against itself"
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        assert code(work, actor, february) == "ALLOW", "July has a total of its own"


def test_whoever_holds_a_total_reads_what_is_left_of_it(company: Company) -> None:
    """Nothing is decided about meanwhile, so everything counts; the next month begins anew."""
    actor = approver(company, "cap: 15000.00 CNY/month")
    runs.approve(company.session, actor, reviewed(company, "2026-01"))
    post = company.session.scalars(select(Position.id).where(Position.code == "DEV")).one()

    def rest(day: date) -> tuple[int, int]:
        (found,) = of_posts(company.session, [post], day)["DEV"]["A1"]
        return found.used, found.left

    assert rest(date(2026, 6, 15)) == (1_000_000, 500_000)
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        assert rest(date(2026, 7, 1)) == (0, 1_500_000)


def test_a_run_that_is_calculated_again_gives_its_total_back(company: Company) -> None:
    actor = approver(company, "cap: 10000.00 CNY/month")
    january = reviewed(company, "2026-01")
    runs.approve(company.session, actor, january)
    other = Run(group_id=january.group_id, pay_period_id=january.pay_period_id, kind="extra", currency="CNY",
                legal_entity_id=january.legal_entity_id, known_on=date(2026, 6, 15), gross=1)  # fmt: skip
    company.session.add(other)
    company.session.flush()
    assert code(company.session, actor, other) == "CAP_EXCEEDED"
    runs.calculate(company.session, SYSTEM, january)
    assert code(company.session, actor, other) == "ALLOW"


@pytest.mark.parametrize(("when", "allowed"), [("> 9999.99 CNY", True), ("> 10000.00 CNY", False)])
def test_an_entry_for_large_runs_alone(company: Company, when: str, allowed: bool) -> None:
    """In the single answer and in the list alike."""
    actor = approver(company, f'when: {{gross: "{when}"}}')
    run = reviewed(company, "2026-01")
    assert (code(company.session, actor, run) == "ALLOW") is allowed
    shown = company.session.scalars(visible(company.session, actor, APPROVE, select(Run))).all()
    assert shown == ([run] if allowed else [])
