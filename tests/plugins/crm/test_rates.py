"""Requests in another currency: what they come to finds who decides, is kept, and counts against totals as it was."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from core.access.decision import Denied
from core.authority import limits
from core.authority.rates import publishing
from core.authority.rates.publishing import Quoted
from core.base import clock
from core.base.stored import from_json
from core.kernel.specs import Usage
from core.workflow import routes
from core.workflow.models import Task
from remit.workflow import is_approved
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import Office
from tests.plugins.crm.test_story import spent, waits_for


def rate(office: Office, said: str, day: date = date(2026, 3, 22)) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        publishing.publish(session, SYSTEM, Quoted("USD", "CNY", 1, publishing.parsed(said), day, None, "PBOC"))


def allow(office: Office, age: int | None = 5) -> None:
    with office.company.house.session(SYSTEM, write=True) as session:
        publishing.set_policy(session, SYSTEM, max_age_days=age, basis="Rule", day=date(2026, 3, 22))


@pytest.fixture
def abroad(office: Office) -> Office:
    rate(office, "7.1000067")
    allow(office)
    return office


def used(office: Office, entry: str) -> dict[str | None, int]:
    since, until = limits.period("month", clock.now())
    count = office.company.house.registry.actions["crm.spend:approve"].used
    assert count is not None
    with office.company.house.session(SYSTEM) as session:
        return dict(count(session, Usage(entry, "CNY", since, until, None)))


def test_what_it_comes_to_finds_the_decider(office: Office) -> None:
    first = office.ask(1_500_00, currency="USD")
    assert waits_for(office, first) is None, "unknown never permits"
    rate(office, "7.1000067")
    allow(office)
    routes.refresh(office.company.house)
    assert waits_for(office, first) == "li"
    assert waits_for(office, office.ask(1_400_00, currency="USD")) == "wang"
    rate(office, "6.5")
    routes.refresh(office.company.house)
    assert waits_for(office, first) == "wang", "a new rate asks the lists anew"


@pytest.mark.proves("fx-kept")
def test_an_approval_keeps_what_it_was_decided_by(abroad: Office) -> None:
    task = abroad.say(abroad.ask(1_400_00, currency="USD"), "wang")
    assert (task.compared_minor, task.compared_currency) == (9_940_01, "CNY")
    assert str(from_json(task.compared_by)) == "USD 1,400.00 = CNY 9,940.01 at 7.1000067 of 2026-03-22 (PBOC)"
    rate(abroad, "9")
    assert abroad.look(lambda session: session.get(Task, task.id)).state == "approved"
    assert abroad.look(lambda session: is_approved(session, "crm.spend", spent(abroad, task)))
    assert used(abroad, "ACQ-H.B1") == {"CNY": 9_940_01}, "a later rate changes no total"
    abroad.change(task, amount=1_399_00)
    rows = abroad.look(lambda session: session.scalars(select(Task).order_by(Task.id)).all())
    assert [row.state for row in rows] == ["void", "open"]
    assert used(abroad, "ACQ-H.B1") == {}
    routes.refresh(abroad.company.house)
    assert waits_for(abroad, rows[1]) == "li", "it is decided anew, by the rate of now"


def test_another_currency_of_the_same_number_is_another_amount(abroad: Office) -> None:
    task = abroad.say(abroad.ask(1_400_00, currency="USD"), "wang")
    abroad.change(task, currency="CNY")
    assert abroad.look(lambda session: session.get(Task, task.id)).state == "void"


def test_totals_count_what_it_came_to(abroad: Office) -> None:
    """Five of USD 1,400 are 49,700.05 of 60,000.00; after them 10,000.00 fit, and then 299.95."""
    for number in range(5):
        abroad.say(abroad.ask(1_400_00, currency="USD", payee=f"p{number}"), "wang")
    rate(abroad, "6")
    assert used(abroad, "ACQ-H.B1") == {"CNY": 49_700_05}
    abroad.say(abroad.ask(10_000_00, payee="p5"), "wang")
    assert waits_for(abroad, abroad.ask(299_95, payee="p6")) == "wang"
    assert waits_for(abroad, abroad.ask(299_96, payee="p7")) == "li"


def test_what_is_split_over_currencies_counts_together(abroad: Office) -> None:
    first = abroad.say(abroad.ask(1_000_00, currency="USD", payee="Juchao"), "wang")  # 7,100.01
    assert waits_for(abroad, abroad.ask(2_899_99, payee="Juchao")) == "wang"
    second = abroad.ask(2_900_00, payee="Juchao")
    assert waits_for(abroad, second) == "li"
    with pytest.raises(Denied) as refused:
        abroad.say(second, "wang")
    assert refused.value.decision.code == "AGGREGATE"
    assert f"{spent(abroad, first).number} (¥7,100.01)" in str(refused.value.decision.message)


def test_what_cannot_be_compared_counts_as_unknown(abroad: Office) -> None:
    """What the director approved in dollars is split with what the head is asked, until nothing tells its worth."""
    abroad.say(abroad.ask(1_500_00, currency="USD", payee="Juchao"), "li")
    allow(abroad, None)
    question = abroad.ask(100, payee="Juchao")
    assert waits_for(abroad, question) == "li", "it is more than the head may, as it was compared then"
    with pytest.raises(Denied) as refused:
        abroad.say(question, "wang")
    assert refused.value.decision.code == "AGGREGATE"
