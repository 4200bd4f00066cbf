"""Advances and claims: the arithmetic against every split there is, and a machine over the services."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from core.access.decision import Denied
from plugins.expense.models import Advance, AdvanceEntry, Claim
from plugins.expense.rules.settling import settle
from plugins.expense.services import advances, ledger
from remit.base import Actor, DomainError
from remit.services import load, system
from tests.core.authority.company import SYSTEM
from tests.plugins.expense.conftest import Office

AMOUNTS = st.integers(min_value=0, max_value=10**12)


@given(AMOUNTS, st.lists(AMOUNTS, max_size=8))
def test_a_fen_at_a_time_gives_the_same(amount: int, balances: list[int]) -> None:
    """Scaled down, each fen of a claim takes a fen of the oldest advance that has one; what finds none is paid."""
    small, left = amount % 200, [balance % 100 for balance in balances]
    waiting, paid = list(left), 0
    for _fen in range(small):
        oldest = next((number for number, balance in enumerate(waiting) if balance), None)
        if oldest is None:
            paid += 1
        else:
            waiting[oldest] -= 1
    found = settle(small, list(enumerate(left)))
    assert found.payable == paid
    assert dict(found.parts) == {number: before - after for number, (before, after) in enumerate(
        zip(left, waiting, strict=True)) if before > after}  # fmt: skip


@given(AMOUNTS, st.lists(AMOUNTS, max_size=8))
def test_nothing_is_lost_and_nothing_below_zero(amount: int, balances: list[int]) -> None:
    found = settle(amount, list(enumerate(balances)))
    assert found.amount + found.payable == amount
    assert found.payable >= 0
    assert all(0 < part <= balances[number] for number, part in found.parts)
    assert not found.payable or found.amount == sum(balances)
    with pytest.raises(ValueError, match="below zero"):
        settle(-1, [])


@dataclass
class Model:
    """What must be so, kept by its own simple rules: advances in the order they were handed out."""

    balances: dict[int, int] = field(default_factory=dict)
    claims: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def approve(self, claim: int, amount: int) -> None:
        """The oldest first."""
        left = amount
        for number in self.balances:
            part = min(left, self.balances[number])
            self.balances[number] -= part
            left -= part
        self.claims[claim] = (amount, amount - left, left)


STEPS = st.lists(
    st.tuples(st.sampled_from(["advance", "claim", "back", "pay"]), st.integers(min_value=1, max_value=4_000)),
    min_size=2, max_size=9,
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_paid_and_settled_are_what_was_approved(
    office: Office, march: time_machine.Traveller, steps: list[tuple[str, int]]
) -> None:
    """Whatever is asked for, approved, paid and paid back in whatever order, with li deciding all of it."""
    _clear(office)
    model = Model()
    now = datetime(2026, 3, 22, 4, tzinfo=UTC)
    for what, amount in steps:
        now += timedelta(minutes=1)
        march.move_to(now)
        if what == "advance":
            model.balances[office.advance(amount)] = amount
        elif what == "claim":
            claim, task = office.asked(amount)
            office.say(task, "li")
            model.approve(claim, amount)
        elif what == "back":
            _back(office, model, amount)
        elif any(payable for _amount, _settled, payable in model.claims.values()):
            _pay_what_is_due(office)
        _compare(office, model)


def _clear(office: Office) -> None:
    """Give back what an example before left open, and pay what it left due."""
    _pay_what_is_due(office)
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        open_now = ledger.balances(session, list(session.scalars(select(Advance.id))))
    for number, left in open_now.items():
        if left:
            _return(office, number, left)


def _pay_what_is_due(office: Office) -> None:
    try:
        payment = office.payment()
    except DomainError as refused:
        assert refused.code == "expense.nothing_due"  # noqa: PT017 -- there may be nothing
        return
    office.pay(payment)


def _return(office: Office, number: int, amount: int) -> None:
    office.act("xu", lambda session, actor: advances.give_back(
        session, actor, load(session, actor, "expense.advance:read", Advance, number), amount, "cash"))  # fmt: skip


def _back(office: Office, model: Model, amount: int) -> None:
    for number, left in model.balances.items():
        if amount <= left:
            _return(office, number, amount)
            model.balances[number] -= amount
            return
        with pytest.raises(DomainError, match="No more than what is open"):
            _return(office, number, amount)


def _compare(office: Office, model: Model) -> None:
    with office.company.house.session(SYSTEM) as session, system(session, "a test looks"):
        assert ledger.balances(session, list(model.balances)) == model.balances
        for entry in session.scalars(select(AdvanceEntry).where(AdvanceEntry.advance_id.in_(model.balances))):
            assert entry.balance >= 0
        for number, told in model.claims.items():
            claim = session.get_one(Claim, number)
            assert (claim.amount, claim.settled, claim.payable) == told
            assert claim.settled + claim.payable == claim.amount
            taken = sum(-entry.amount for entry in session.scalars(
                select(AdvanceEntry).where(AdvanceEntry.claim_id == number)))  # fmt: skip
            assert taken == claim.settled
            assert claim.state == "paid" or claim.payable


def test_the_oldest_advance_is_settled_first(office: Office, march: time_machine.Traveller) -> None:
    """1,000 and later 500 open; a claim of 1,200 leaves 0 and 300, and nothing is paid; the next of 400 pays 100."""
    first = office.advance(100_000)
    march.shift(60)
    second = office.advance(50_000)
    claim, task = office.asked(120_000)
    office.say(task, "li")
    assert (office.state(claim), office.open_of(first), office.open_of(second)) == (
        ("paid", 120_000, 120_000, 0), 0, 30_000)  # fmt: skip
    claim, task = office.asked(40_000)
    office.say(task, "li")
    assert (office.state(claim), office.open_of(second)) == (("approved", 40_000, 30_000, 10_000), 0)


def test_an_advance_that_was_not_handed_out_settles_nothing(office: Office) -> None:
    office.advance(100_000, paid=False)
    claim, task = office.asked(40_000)
    office.say(task, "li")
    assert office.state(claim) == ("approved", 40_000, 0, 40_000)


def test_somebody_else_s_advance_settles_nothing(office: Office) -> None:
    office.advance(100_000, who="chen")
    claim, task = office.asked(40_000)
    office.say(task, "li")
    assert office.state(claim)[2:] == (0, 40_000)


def test_only_who_confirms_payments_writes_down_what_was_paid_back(office: Office) -> None:
    number = office.advance(100_000)
    with pytest.raises(Denied):
        office.act("sun", lambda session, actor: advances.give_back(
            session, actor, load(session, actor, "expense.advance:read", Advance, number), 1, ""))  # fmt: skip


_LINE = {"kind": "settled", "note": "", "created_at": datetime(2026, 3, 22, tzinfo=UTC)}


@pytest.mark.parametrize("change", [
    update(AdvanceEntry).values(amount=1, balance=1), delete(AdvanceEntry),
    insert(AdvanceEntry).values(**_LINE, sequence=2, amount=-100_001, balance=-1),
    insert(AdvanceEntry).values(**_LINE, sequence=1, amount=5, balance=5),
], ids=["changed", "deleted", "below zero", "twice from one balance"])  # fmt: skip
def test_the_database_itself_keeps_the_ledger(office: Office, change: Any) -> None:
    number = office.advance(100_000)
    if change.is_insert:
        change = change.values(advance_id=number, person_id=office.company.people["sun"].person_id)

    def work(session: Session, _actor: Actor) -> None:
        session.execute(change)

    with pytest.raises(DatabaseError):
        office.act(SYSTEM, work)
    assert office.open_of(number) == 100_000
