"""The customers of last year: some renewed when their year was over, some left, and others are due soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from plugins.crm.demo.telling import TRADES, Story
from plugins.crm.models import Customer, Deal
from plugins.crm.services.following.contacting import months_after
from plugins.crm.text import ACTIVE, CHURNED, WON


@dataclass(frozen=True, slots=True)
class Terms:
    """Customers of last year who signed within ``days`` days of ``first``, how many of them left when the year was
    over, and fen that the others renewed for together; nothing, where the year is not over.
    """

    first: date
    days: int
    customers: int
    gone: int
    renewed: int


TERMS = (
    Terms(date(2025, 10, 3), 26, 50, 4, 151_500_000),
    Terms(date(2025, 11, 2), 20, 22, 2, 89_500_000),
    Terms(date(2025, 12, 5), 50, 12, 0, 0),
)  # fmt: skip
#: What a year costs the customers of the last of them, in fen.
YEAR = 1_200_000


def earlier(story: Story) -> None:
    """The customers of last year: those whose year is over renewed or left, the others are due soon."""
    demo = story.demo
    care = [one for one in demo.people.values() if one.position == "CARE-CSM" and one.left > demo.today]
    care = [one for one in care if one.note != "maternity"] or list(story.reps)
    for terms in TERMS:
        stayed = terms.customers - terms.gone if terms.renewed else 0
        amounts = _amounts(terms.renewed, stayed) if stayed else []
        for number in range(terms.customers):
            since = terms.first + timedelta(days=number * terms.days // terms.customers)
            owner = care[number % len(care)].person_id
            if not stayed:
                _customer(story, since, owner, YEAR, renewed=False, gone=False)
            elif number < stayed:
                _customer(story, since, owner, amounts[number], renewed=True, gone=False)
            else:
                _customer(story, since, owner, YEAR, renewed=False, gone=True)
    story.session.flush()


def _amounts(total: int, parts: int) -> list[int]:
    """``total`` in ``parts`` that differ by up to a quarter, whole hundreds but for the last."""
    each = total // parts
    found = [each * (88 + 6 * (number % 5)) // 100 // 10_000 * 10_000 for number in range(parts - 1)]
    return [*found, total - sum(found)]


def _customer(story: Story, since: date, owner: int | None, amount: int, *, renewed: bool, gone: bool) -> None:
    """One customer since a day of last year, with the deals of the first year and of the second where he stayed."""
    session, demo = story.session, story.demo
    company, end = story.company(story.rng.choice(tuple(TRADES))), months_after(since, 12)
    customer = Customer(
        company=company, company_key=company.removesuffix("有限公司"), unit_id=story.units["SAL-CARE"],
        owner_person_id=owner, captured_unit_id=story.units["MKT-ACQ"],
        legal_entity_id=demo.legal_entity_id, state=CHURNED if gone else ACTIVE, since_on=since, term_start=since,
        term_end=months_after(since, 24) if renewed else end, churned_on=end if gone else None,
        churned_reason="price" if gone else "",
    )  # fmt: skip
    session.add(customer)
    session.flush()
    for kind, day, told in (("new", since, True), ("renewal", end, renewed)):
        if told:
            session.add(Deal(
                title=f"{company}，{'续费' if kind == 'renewal' else '首年'}", customer_id=customer.id, kind=kind,
                owner_person_id=customer.owner_person_id, captured_unit_id=customer.captured_unit_id,
                unit_id=customer.unit_id, legal_entity_id=customer.legal_entity_id, state=WON, months=12,
                list_amount=amount, amount=amount, expected_on=day, won_on=day, created_at=story.at(day, 600),
            ))  # fmt: skip
