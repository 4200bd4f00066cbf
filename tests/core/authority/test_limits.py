"""Totals over a period, conditions, and what a list may say of them at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Event, Thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core.access.calls import require
from core.access.decision import Decision, Denied
from core.authority import limits
from core.authority.document import EntryDraft, ListDraft, parse
from core.authority.models import AuthorityEntry
from core.authority.publish import publish
from core.base.errors import InputErrors
from core.db.guard import system
from core.db.types import Id, Translation, UtcDateTime
from core.formula.types import BOOL, DAYS
from core.kernel.house import House
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef, Attribute, Facts, ResourceType, Usage, by_column
from tests.core.authority.company import APPROVE, LIST, SPEND, SPENT, SYSTEM, Company, Spend

TITLE = Translation(zh_CN="事项", en="Matter")


@pytest.fixture(autouse=True)
def march() -> Iterator[None]:
    """It is the middle of March."""
    with time_machine.travel(datetime(2026, 3, 10, 4, tzinfo=UTC), tick=False):
        yield


def ask(company: Company, amount: int, *, action: ActionDef = APPROVE, who: str = "wang", **more: Any) -> Decision:
    """May somebody approve an amount of fen that sun asks for in ACQ?"""
    spend = Spend(
        unit_ids=(company.units["ACQ"].id,), amount=amount, currency=more.pop("currency", "CNY"),
        creator_person_id=company.people["sun"].person_id, **more,
    )
    actor = company.actor(who)
    with company.house.session(actor) as session:
        return session.info["authority"].decide(session, actor, action, SPEND, spend)  # type: ignore[no-any-return]


# -- totals ----------------------------------------------------------------------------------------------------------


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.proves("cap")
@pytest.mark.parametrize(
    ("spent", "amount", "code"),
    [
        ([], 10_000_00, "ALLOW"),
        ([(55_000_00, at(2026, 3, 2))], 4_000_00, "ALLOW"),
        ([(55_000_00, at(2026, 3, 2)), (4_000_00, at(2026, 3, 9))], 4_000_00, "CAP_EXCEEDED"),
        ([(55_000_00, at(2026, 3, 2)), (4_000_00, at(2026, 3, 9))], 1_000_00, "ALLOW"),
        ([(55_000_00, at(2026, 3, 2)), (4_000_00, at(2026, 3, 9))], 1_000_01, "CAP_EXCEEDED"),
        # Midnight in Shanghai is 16:00 of the day before in UTC: the first is still February, the second is March.
        ([(60_000_00, at(2026, 2, 28, 15, 59, 59))], 1, "ALLOW"),
        ([(60_000_00, at(2026, 2, 28, 16, 0, 0))], 1, "CAP_EXCEEDED"),
        ([(60_000_00, at(2026, 3, 31, 16, 0, 0))], 1, "ALLOW"),
        ([(70_000_00, at(2026, 3, 2))], 1, "CAP_EXCEEDED"),
    ],
)
def test_the_total_of_a_month_is_kept_to(
    company: Company, spent: list[tuple[int, datetime]], amount: int, code: str
) -> None:
    SPENT[:] = [("ACQ-H.A1", moment, fen) for fen, moment in spent] + [("MD.A2", at(2026, 3, 2), 90_000_00)]
    found = ask(company, amount)
    assert (found.code, found.entry) == (code, "ACQ-H.A1")


def test_the_sentence_says_what_is_left(company: Company) -> None:
    SPENT[:] = [("ACQ-H.A1", at(2026, 3, 2), 59_000_00)]
    assert str(ask(company, 4_000_00).message) == (
        "With ¥4,000.00 more, ACQ-H.A1 would come to ¥63,000.00; its total is ¥60,000.00 a month, ¥1,000.00 is left."
    )
    SPENT[:] = [("ACQ-H.A1", at(2026, 3, 2), 70_000_00)]
    assert "¥0.00 is left" in str(ask(company, 4_000_00).message)


def test_another_currency_is_unknown_to_a_total_too(company: Company) -> None:
    assert ask(company, 1, currency="USD").code == "CURRENCY_UNKNOWN"


def test_without_anything_that_counts_a_total_allows_nothing(company: Company) -> None:
    """A list may be older than the module whose action it names; what is not counted is not given away."""
    found = ask(company, 1, action=replace(APPROVE, used=None))
    assert (found.code, found.allowed) == ("CAP_UNKNOWN", False)


@pytest.mark.proves("cap-period")
@pytest.mark.parametrize(
    ("kind", "moment", "first", "end"),
    [
        ("day", at(2026, 3, 31, 16, 30), at(2026, 3, 31, 16), at(2026, 4, 1, 16)),
        ("week", at(2026, 3, 11), at(2026, 3, 8, 16), at(2026, 3, 15, 16)),
        ("week", at(2026, 3, 15, 15, 59), at(2026, 3, 8, 16), at(2026, 3, 15, 16)),
        ("month", at(2026, 3, 31, 16, 30), at(2026, 3, 31, 16), at(2026, 4, 30, 16)),
        ("month", at(2026, 12, 15), at(2026, 11, 30, 16), at(2026, 12, 31, 16)),
        ("quarter", at(2026, 6, 30, 15), at(2026, 3, 31, 16), at(2026, 6, 30, 16)),
        ("quarter", at(2026, 6, 30, 16), at(2026, 6, 30, 16), at(2026, 9, 30, 16)),
        ("year", at(2025, 12, 31, 16), at(2025, 12, 31, 16), at(2026, 12, 31, 16)),
    ],
)
def test_periods_are_those_of_the_wall_clock_in_china(
    kind: str, moment: datetime, first: datetime, end: datetime
) -> None:
    assert limits.period(kind, moment) == (first, end)


class Own(DeclarativeBase):
    """A table of these tests alone."""


class Bill(Own):
    """Something to approve: where, how much, and under which entry it was."""

    __tablename__ = "trial_bill"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int]
    amount: Mapped[int]
    entry: Mapped[str | None]
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def bill_used(session: Session, usage: Usage) -> dict[str | None, int]:
    with system(session, "bills add up"):
        return {"CNY": session.scalar(
            select(func.coalesce(func.sum(Bill.amount), 0)).where(
                Bill.entry == usage.entry, Bill.approved_at >= usage.since, Bill.approved_at < usage.until,
                Bill.id != usage.besides.id,
            )
        ) or 0}


BILL = ResourceType(
    "bill", Bill, lambda _session, bill: Facts(unit_ids=(bill.unit_id,), amount=bill.amount, currency="CNY"),
    anchors={"unit": by_column("unit_id")}, read="crm.bill:read",
)
APPROVE_BILL = ActionDef("crm.spend:approve", "Approve", "bill", "decide", amount=True, used=bill_used)  # type: ignore[arg-type]
CHANGE_BILL = ActionDef("crm.bill:change", "Change a bill", "bill")  # type: ignore[arg-type]


@pytest.fixture
def bills(company: Company) -> House:
    """The company with a module that pays bills; bill 1 and 2 are ACQ's, of 4,000 each, 3 one that ACQ has paid."""
    old = company.house.registry
    house = replace(company.house, registry=Registry(
        old.modules, old.items, {**old.actions, "crm.spend:approve": APPROVE_BILL, "crm.bill:change": CHANGE_BILL},
        {**old.resource_types, "bill": BILL},
    ))
    house.database.create_all(Own.metadata)
    acq = company.units["ACQ"].id
    entry = EntryDraft("B1", "ACQ-H", "crm.bill:change", TITLE, "subtree", "ACQ")
    with house.session(SYSTEM, write=True) as session:
        session.add_all(Bill(id=n, unit_id=acq, amount=4_000_00) for n in (1, 2))
        session.add(Bill(id=3, unit_id=acq, amount=55_000_00, entry="ACQ-H.A1", approved_at=at(2026, 3, 2)))
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(entry,)))
    house.database.guard.protect([Bill])
    return house


def approve(session: Session, company: Company, number: int) -> None:
    wang = company.actor("wang")
    with system(session, "look up the bill"):
        bill = session.get_one(Bill, number)
    decision = require(session, wang, "crm.spend:approve", bill)
    bill.entry, bill.approved_at = decision.entry, datetime.now(UTC)
    session.flush()


def test_an_approval_does_not_count_against_itself(company: Company, bills: House) -> None:
    """Approving again what was approved is no second amount, and neither is the look before the commit."""
    wang = company.actor("wang")
    for _again in range(2):
        with bills.session(wang, write=True) as session:
            approve(session, company, 1)
    with bills.session(wang, write=True) as session, pytest.raises(Denied) as refused:
        approve(session, company, 2)
    assert refused.value.decision.code == "CAP_EXCEEDED"


@pytest.mark.proves("cap-race")
def test_two_at_once_never_share_one_remainder(company: Company, bills: House) -> None:
    """The second waits until the first has committed: on PostgreSQL for the lock of the totals, on SQLite for the
    right to write. Read-then-write without it would let both through."""
    wang = company.actor("wang")
    began, outcome = Event(), list[str]()

    def second() -> None:
        began.set()
        try:
            with bills.session(wang, write=True) as session:
                approve(session, company, 2)
            outcome.append("ALLOW")
        except Denied as refused:
            outcome.append(refused.decision.code)

    other = Thread(target=second)
    with bills.session(wang, write=True) as session:
        approve(session, company, 1)
        other.start()
        began.wait(10)
        other.join(0.3)  # time to be let through, were there nothing to wait for
    other.join(10)
    assert outcome == ["CAP_EXCEEDED"]
    with bills.session(SYSTEM) as session, system(session, "add up"):
        total = session.scalar(select(func.sum(Bill.amount)).where(Bill.entry == "ACQ-H.A1"))
    assert total == 59_000_00


@pytest.mark.proves("post-image")
def test_a_row_is_not_moved_out_of_reach(company: Company, bills: House) -> None:
    """The old place is his, the new one is not; where both are, the row moves."""
    wang = company.actor("wang")

    def move(unit: str) -> None:
        with bills.session(wang, write=True) as session:
            with system(session, "look up the bill"):
                bill = session.get_one(Bill, 1)
            require(session, wang, "crm.bill:change", bill)
            bill.unit_id = company.units[unit].id

    for unit in ("SALES", "MKT"):
        with pytest.raises(Denied) as refused:
            move(unit)
        assert refused.value.decision.code == "POST_IMAGE"
        assert "both places must be yours" in str(refused.value)
    with bills.session(SYSTEM) as session, system(session, "look"):
        assert session.get_one(Bill, 1).unit_id == company.units["ACQ"].id
    with bills.session(wang, write=True) as session:
        with system(session, "look up the bill"):
            bill = session.get_one(Bill, 1)
        require(session, wang, "crm.bill:change", bill)
        bill.amount = 1
    with bills.session(wang, write=True) as session:
        with system(session, "look up the bill"):
            bill = session.get_one(Bill, 1)
        require(session, wang, "crm.bill:change", bill)
        session.delete(bill)
    with bills.session(SYSTEM) as session, system(session, "look"):
        assert session.get(Bill, 1) is None, "what is deleted has no place afterwards"


# -- conditions ------------------------------------------------------------------------------------------------------


def with_condition(company: Company, **when: str) -> None:
    entry = EntryDraft("C1", "ACQ-S", "crm.spend:approve", TITLE, "subtree", "ACQ", conditions=when)
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, ListDraft("ACQ", 1, date(2026, 3, 1), entries=(entry,)))


@pytest.mark.proves("conditions")
@pytest.mark.parametrize(
    ("when", "more", "allowed"),
    [
        ({"category": "ads"}, {"category": "ads"}, True),
        ({"category": "ads"}, {"category": "event"}, False),
        ({"category": "ads"}, {"category": None}, False),
        ({"category": "ads, event"}, {"category": "event"}, True),
        ({"amount": "> 50.00 CNY"}, {"currency": "CNY"}, True),
        ({"amount": "> 100.00 CNY"}, {"currency": "CNY"}, False),
        ({"amount": ">= 100.00 CNY"}, {"currency": "CNY"}, True),
        ({"amount": "> 50.00 CNY"}, {"currency": "USD"}, False),
        ({"amount": "50-100 CNY", "category": "ads"}, {"category": "ads"}, True),
        ({"amount": "50-100 CNY", "category": "ads"}, {"category": "gift"}, False),
        # What the module has come to call otherwise since the list was published.
        ({"colour": "red"}, {}, False),
        ({"category": "leaflets"}, {"category": "ads"}, False),
    ],
)
def test_an_entry_with_conditions_allows_what_meets_them(
    company: Company, when: dict[str, str], more: dict[str, Any], allowed: bool
) -> None:
    with_condition(company, **when)
    zhao = replace(APPROVE, no_self=False)
    assert ask(company, 100_00, action=zhao, who="sun", **more).allowed is allowed


def test_of_a_place_no_condition_is_known(company: Company) -> None:
    """Asked about something that is no record of the resource."""
    with_condition(company, category="ads")
    sun = company.actor("sun")
    place = Facts(unit_ids=(company.units["ACQ"].id,))
    with company.house.session(sun) as session:
        found = session.info["authority"].decide(session, sun, replace(APPROVE, no_self=False), SPEND, place)
    assert found.code == "OUT_OF_SCOPE"


# -- what a list may say ---------------------------------------------------------------------------------------------

KINDS = ResourceType(
    "spend", Spend, lambda _session, spend: spend,
    attributes={
        **SPEND.attributes, "urgent": Attribute("Urgent", BOOL, "urgent"),  # type: ignore[arg-type]
        "length": Attribute("Length", DAYS, "length"),  # type: ignore[arg-type]
    },
)
READ = ActionDef("crm.spend:read", "See spending", "spend", "read")  # type: ignore[arg-type]
DO = ActionDef("crm.spend:record", "Record spending", "spend")  # type: ignore[arg-type]
KNOWN = replace(APPROVE, resource="spend")


@pytest.fixture
def known(company: Company) -> House:
    """The company with the module that the list speaks of."""
    old = company.house.registry
    actions = {action.key: action for action in (KNOWN, READ, DO)}
    return replace(company.house, registry=Registry(
        old.modules, old.items, {**old.actions, **actions}, {**old.resource_types, "spend": KINDS},
    ))


def listed(entry: str) -> ListDraft:
    return parse(
        'list: FIN\nversion: 1\neffective_from: "2026-03-10"\npositions: {CEO: {authority: {X: {title: T, ' + entry
        + "}}}}\n"
    )


@pytest.mark.parametrize(
    ("entry", "message", "remedy"),
    [
        ('can: "crm.spend:read", up_to: 1.00 CNY', "“See spending” is about no amount.", "Leave up_to out."),
        ('can: "crm.spend:record", cap: 1.00 CNY/month', "Nothing counts what “Record spending” comes to",
         "Leave cap out"),
        ('can: "crm.spend:approve", power: propose', "“Approve spend” cannot be given as propose", "power: decide"),
        ('can: "crm.spend:record", power: cosign', "cannot be given as cosign", "power: do / decide"),
        ('can: "crm.spend:approve", power: read', "cannot be given as read", "power: decide"),
        ('can: "crm.spend:approve", when: {colour: red}', "“Approve spend” knows no attribute colour.",
         "Known are: category, amount, urgent, length."),
        ('can: "authority.list:read", when: {colour: red}', "knows no attribute colour.", "Leave when out."),
        ('can: "crm.spend:approve", when: {category: red}', "category: red is not one of ads, event, gift.",
         "as in a decision table"),
        ('can: "crm.spend:approve", when: {urgent: maybe}', "urgent: maybe is neither yes nor no.", "decision table"),
        ('can: "crm.spend:approve", when: {amount: "> 1.00"}', "amount: An amount names its currency", "decision"),
        ('can: "crm.spend:approve", when: {amount: "> 1.001 CNY"}', "amount: > 1.001 has more decimals", "decision"),
        ('can: "crm.spend:approve", when: {length: soon}', "length: soon is not an interval", "decision"),
        ('cannot: "crm.spend:approve", when: {category: gift}',
         "category may be missing, and a prohibition holds where it is not known.", "by what is always stated"),
        ('can: "crm.*:approve", when: {colour: red}', "knows no attribute colour", "Known are"),
    ],
)
def test_what_the_program_would_not_keep_to_is_not_published(
    known: House, entry: str, message: str, remedy: str
) -> None:
    with pytest.raises(InputErrors) as refused, known.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, listed(entry))
    (problem,) = refused.value.problems
    assert problem.column == "CEO.X"
    assert message in str(problem.message)
    assert remedy in str(problem.remedy)


@pytest.mark.parametrize(
    ("entry", "power"),
    [
        ('can: "crm.spend:read"', "read"), ('can: "crm.spend:record"', "do"), ('can: "crm.spend:approve"', "decide"),
        ('can: "crm.spend:record", power: decide', "decide"), ('can: "person.bank:reveal"', "read"),
        ('can: "crm.spend:approve", up_to: 1.00 CNY, cap: 5.00 CNY/year, when: {urgent: "no", length: 0.5-10}',
         "decide"),
        # What no module here declares is printed as it was written.
        ('can: "moon.base:build", up_to: 1.00 CNY, cap: 5.00 CNY/year, when: {colour: red}, power: cosign', "cosign"),
        ('can: "moon.base:build"', "decide"),
    ],
)
def test_what_it_keeps_to_is_published_under_the_word_of_the_action(known: House, entry: str, power: str) -> None:
    with known.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, listed(entry))
        found = session.scalars(select(AuthorityEntry.power).where(AuthorityEntry.code == "X")).one()
    assert found == power


def test_one_code_names_one_sentence(company: Company) -> None:
    """A citation is post and code; two lists in force never use one for two sentences."""
    taken = ListDraft("MKT", 1, date(2026, 3, 1), entries=(
        EntryDraft("A1", "ACQ-H", "crm.spend:approve", TITLE, "subtree", "ACQ"),
        EntryDraft("A1", "MD", "crm.spend:approve", TITLE, "subtree", "ACQ"),
        EntryDraft("E1", None, "authority.list:read", TITLE, "all"),
    ))
    with company.house.session(SYSTEM, write=True) as session, pytest.raises(InputErrors) as refused:
        publish(session, SYSTEM, taken)
    assert [problem.column for problem in refused.value.problems] == ["ACQ-H.A1", "everybody.E1"]
    with company.house.session(SYSTEM, write=True) as session:
        _next, written = publish(session, SYSTEM, parse(LIST.replace("version: 17", "version: 18").replace(
            "2025-01-01", "2026-03-01")))
        assert written, "the next version of the same list keeps its codes"
