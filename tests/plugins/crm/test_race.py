"""Several who decide at the same moment, each with a connection of his own: totals and budgets are never overdrawn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

from core.base.errors import DomainError
from plugins.crm.models import SpendRequest
from plugins.crm.services import spending
from remit.services import load
from tests.plugins.crm.conftest import Office


def test_the_total_holds_under_eight_at_once(office: Office) -> None:
    """Eight of 9,000 at once are 72,000: six of them are within 60,000, whichever they are."""
    waiting = [office.ask(900_000, payee=f"p{number}") for number in range(8)]

    def approve(number: int) -> str:
        try:
            return office.say(waiting[number], "wang").state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(8) as threads:
        said = list(threads.map(approve, range(8)))
    assert sorted(said) == sorted(["approved"] * 6 + ["denied.cap_exceeded"] * 2)


def test_a_request_is_handed_in_once(office: Office) -> None:
    """The button pressed twice at the same moment."""
    sun = office.company.actor("sun")
    with office.company.house.session(sun, write=True) as session:
        number = spending.draft(session, sun, None, {
            "unit_id": office.company.units["ACQ"].id, "category": "ads", "payee": "p", "purpose": "reach",
            "amount": 100, "needed_on": date(2026, 3, 25),
        }).id  # fmt: skip

    def press(_number: int) -> str:
        try:
            with office.company.house.session(sun, write=True) as session:
                found = load(session, sun, "crm.spend:request", SpendRequest, number)
                return spending.submit(session, sun, found).state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == ["crm.submitted"] * 3 + ["running"]


def test_one_answer_counts_when_two_answer_at_once(office: Office) -> None:
    task = office.ask(800_000)

    def answer(who: str) -> str:
        try:
            return office.say(task, who, "approved" if who == "wang" else "refused").decider_name
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        said = list(threads.map(answer, ["wang", "li"]))
    assert said.count("task.answered") == 1
