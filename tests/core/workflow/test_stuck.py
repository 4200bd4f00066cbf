"""What is stuck: who sees it, what is said of it, and what may be done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.base.errors import DomainError, NotFound
from core.base.text import use_locale
from core.workflow import stuck
from core.workflow.engine import helping, timing
from core.workflow.processes.models import Run
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import Office
from tests.core.workflow.test_timing import called
from tests.plugins.crm.conftest import WITHOUT

#: The list of the cases with an entry besides for the head of marketing.
HELPS = WITHOUT.replace("version: 18", "version: 19").replace("2026-01-01", "2026-03-22").replace("  CEO:\n", """\
      A9: {can: "workflow.run:repair", in: company, title: {zh: 处理卡住的流程, en: Helps on what is stuck}}
  CEO:
""")


@pytest.fixture(autouse=True)
def helped(office: Office) -> None:
    """The head of marketing helps on what is stuck."""
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(HELPS, source="stuck.yaml"))


def looked(office: Office, who: str, call: Any) -> Any:
    """What somebody finds."""
    actor = office.company.actor(who)
    with office.company.house.session(actor) as session, use_locale("en"):
        return call(session, actor)


def late(office: Office, march: time_machine.Traveller) -> Run:
    """A run whose program never answered."""
    run = called(office)
    march.shift(timedelta(days=7))
    timing.tick(office.company.house)
    return run


def test_whoever_may_help_sees_why_it_stays(office: Office, march: time_machine.Traveller) -> None:
    run = late(office, march)

    def told(session: Session, actor: Any) -> list[tuple[str, str, str, str]]:
        return [(str(row.kind), row.requester, row.step, str(row.why)) for row in stuck.found(session, actor)]

    assert looked(office, "li", told) == [("Spending request", "sun", "Call a program",
                                           "No program has answered in time.")]  # fmt: skip
    assert looked(office, "sun", told) == [], "whoever asked does not help on his own"
    assert looked(office, "wang", told) == [], "his list says nothing of it"
    one = looked(office, "li", lambda session, actor: stuck.one(session, actor, run.id))
    assert (str(one.subject), one.keeper, one.ways) == (
        "Online advertising: ¥8,000.00 to p", "li", ("again", "pass", "refuse")
    )
    with pytest.raises(NotFound):
        looked(office, "wang", lambda session, actor: stuck.one(session, actor, run.id))


def test_people_are_no_step_that_is_left_out(office: Office) -> None:
    """A gap is helped on by trying again once somebody may decide, or by refusing."""
    office.publish({"key": "above", "type": "decide", "by": {"relation": "superior"}})
    run = office.hand_in(800_000, who="zhao", unit="CO")
    found = looked(office, "li", lambda session, actor: stuck.one(session, actor, run.id))
    assert found.ways == ("again", "refuse")
    assert "Nobody may decide it" in str(found.why)
    office.do("li", helping.help_on, run.id, "refuse", "The board decides that")
    assert office.now(run).state == "refused"
    with pytest.raises(DomainError, match="not stuck"):
        looked(office, "li", lambda session, actor: stuck.one(session, actor, run.id))
