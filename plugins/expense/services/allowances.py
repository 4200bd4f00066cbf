"""The company's rules: what a night, a day of meals or of local transport may cost, and how old an invoice may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.expense.actions import RULE_EDIT
from plugins.expense.models import City, Rule
from plugins.expense.rules.keys import number_of
from plugins.expense.services.places import entity_of
from plugins.expense.text import BY_RULE, _
from remit.base import Actor, DomainError
from remit.models import dated
from remit.services import require

#: The tier of a city that is not named.
ELSEWHERE = "3"
AGE = "invoice_age"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a rule gives a night or a day, in minor units, and where it says so."""

    amount: int
    tier: str
    source: str


def tier_of(session: Session, entity_id: int, city: str, day: date) -> str:
    """The tier of a city on a day."""
    found = session.scalar(select(City.tier).where(
        City.legal_entity_id == entity_id, City.city_key == number_of(city.strip()), dated.as_of(City, day)
    ))  # fmt: skip
    return found or ELSEWHERE


def allowance(session: Session, entity_id: int, kind: str, city: str, grade: str, day: date) -> Allowance | None:
    """What the rules give for a kind in a city to a grade on a day; None where no rule speaks of it.

    A rule for the grade goes before the one for everybody.
    """
    if kind not in BY_RULE:
        return None
    tier = tier_of(session, entity_id, city, day)
    found = session.scalars(
        select(Rule).where(
            Rule.legal_entity_id == entity_id, Rule.kind == kind, Rule.tier == tier, Rule.grade.in_(["", grade]),
            dated.as_of(Rule, day),
        ).order_by(Rule.grade.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    return Allowance(found.amount, tier, found.source) if found is not None else None


def oldest(session: Session, entity_id: int, day: date) -> int | None:
    """How many days old an invoice may be that is claimed on a day; None where no rule says."""
    return session.scalar(
        select(Rule.amount).where(Rule.legal_entity_id == entity_id, Rule.kind == AGE, dated.as_of(Rule, day))
    )


def set_rule(session: Session, actor: Actor, values: dict[str, Any]) -> Rule:
    """Let a rule hold from a day on: ``legal_entity_id``, ``kind``, ``tier``, ``grade``, ``amount`` in minor units
    (days for ``invoice_age``), ``source``, ``valid_from``. What held before ends the day before.

    Raises ``DomainError`` with the field for a kind that goes by cities without a tier; ``Denied`` where the lists do
    not let the actor set rules.
    """
    require(session, actor, RULE_EDIT)
    entity_of(session, values["legal_entity_id"])
    kind, tier = values["kind"], values.get("tier") or ""
    if kind == AGE:
        tier, grade = "", ""
    else:
        grade = " ".join((values.get("grade") or "").split())
        if not tier:
            raise DomainError("expense.tier", _("Choose the tier of the cities it is for."), "tier")
    key = {"legal_entity_id": values["legal_entity_id"], "subject_key": number_of(kind, tier, grade)}
    made = dated.change_from(
        session, Rule, key, values["valid_from"], kind=kind, tier=tier, grade=grade, amount=values["amount"],
        source=values["source"].strip(),
    )  # fmt: skip
    session.flush()
    return made


def set_city(session: Session, actor: Actor, values: dict[str, Any]) -> City:
    """Let a city be of a tier from a day on: ``legal_entity_id``, ``city``, ``tier``, ``source``, ``valid_from``."""
    require(session, actor, RULE_EDIT)
    entity_of(session, values["legal_entity_id"])
    city = values["city"].strip()
    key = {"legal_entity_id": values["legal_entity_id"], "city_key": number_of(city)}
    made = dated.change_from(
        session, City, key, values["valid_from"], city=city, tier=values["tier"], source=values["source"].strip()
    )
    session.flush()
    return made


def rules_on(session: Session, day: date) -> Sequence[Rule]:
    """The rules in force on a day; everybody may read them."""
    return session.scalars(
        select(Rule).where(dated.as_of(Rule, day)).order_by(Rule.legal_entity_id, Rule.kind, Rule.tier, Rule.grade)
    ).all()


def cities_on(session: Session, day: date) -> Sequence[City]:
    """The cities that have a tier on a day."""
    return session.scalars(
        select(City).where(dated.as_of(City, day)).order_by(City.legal_entity_id, City.tier, City.id)
    ).all()
