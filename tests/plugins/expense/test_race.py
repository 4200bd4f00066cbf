"""Several who act at the same moment, each with a connection of his own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from plugins.expense.models import Invoice
from remit.base import DomainError
from tests.core.authority.company import SYSTEM
from tests.plugins.expense import papers
from tests.plugins.expense.conftest import Office

WHO = ("sun", "chen", "wang")


def ready(office: Office, who: str, number: int) -> int:
    """A draft with the one invoice, in whatever form."""
    claim = office.claim(who, purpose=f"trip {number}")
    form = ((papers.xml(), "a.xml"), (papers.ofd(), "a.ofd"), (papers.pdf(), "a.pdf"))[number % 3]
    invoice = office.invoice(claim, form[0], who=who, name=form[1])
    office.line(claim, 84_800, who=who, kind="hotel", city="北京", invoice_id=invoice, without=None)
    return claim


def test_of_six_who_hand_in_one_invoice_one_wins(office: Office) -> None:
    waiting = [(WHO[number % 3], ready(office, WHO[number % 3], number)) for number in range(6)]
    together = Barrier(6)

    def hand_in(one: tuple[str, int]) -> str:
        together.wait()
        try:
            return office.submit(one[1], one[0]).state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(6) as threads:
        said = list(threads.map(hand_in, waiting))
    assert sorted(said) == ["expense.invoice_used"] * 5 + ["open"]
    held = office.act(SYSTEM, lambda session, _actor: session.scalars(select(Invoice.held)).all())
    assert sorted(held, key=str) == [papers.NUMBER, None, None, None, None, None]
    assert sorted(office.state(claim)[0] for _who, claim in waiting) == ["draft"] * 5 + ["submitted"]


def test_of_two_with_two_invoices_crosswise_nobody_waits_for_ever(office: Office) -> None:
    """Each has both, taken in another order: one wins both."""
    other = papers.xml(number="26112000000087654321")
    both = []
    for who, order in (("sun", (papers.xml(), other)), ("chen", (other, papers.xml()))):
        claim = office.claim(who)
        for data in order:
            office.line(claim, 84_800, who=who, kind="hotel", city="北京", without=None,
                        invoice_id=office.invoice(claim, data, who=who))  # fmt: skip
        both.append((who, claim))
    together = Barrier(2)

    def hand_in(one: tuple[str, int]) -> str:
        together.wait()
        try:
            return office.submit(one[1], one[0]).state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(hand_in, both)) == ["expense.invoice_used", "open"]


def test_the_button_pressed_four_times(office: Office) -> None:
    claim = office.claim()
    office.line(claim)

    def press(_number: int) -> str:
        try:
            return office.submit(claim).state
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == ["expense.submitted"] * 3 + ["open"]


def test_an_advance_is_settled_once_by_claims_approved_at_once(office: Office) -> None:
    """Five claims of 300 against 1,000: 1,000 is settled and 500 is paid, whichever came first."""
    advance = office.advance(100_000)
    waiting = [office.asked(30_000, category=category) for category in ("travel", "event", "office", "training",
                                                                        "other")]  # fmt: skip

    def approve(number: int) -> str:
        return office.say(waiting[number][1], "li" if number % 2 else "wang").state

    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(approve, range(5))) == ["approved"] * 5
    told = [office.state(claim) for claim, _task in waiting]
    assert office.open_of(advance) == 0
    assert (sum(one[2] for one in told), sum(one[3] for one in told)) == (100_000, 50_000)
    assert all(one[2] + one[3] == 30_000 for one in told)


def test_two_who_put_a_payment_together_at_once(office: Office) -> None:
    """One has everything, the other nothing."""
    for number in range(3):
        office.say(office.asked(10_000 + number)[1], "li")

    def make(_number: int) -> str:
        try:
            return str(office.payment())
        except DomainError as refused:
            return refused.code

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(make, range(4)))
    made = [int(one) for one in said if one.isdecimal()]
    assert len(made) == 1
    assert set(said) - {str(made[0])} <= {"expense.nothing_due", "expense.held"}


def test_a_payment_confirmed_four_times_at_once(office: Office) -> None:
    office.say(office.asked(10_000)[1], "li")
    payment = office.payment()
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(lambda _number: office.pay(payment), range(4))) == [False, False, False, True]


