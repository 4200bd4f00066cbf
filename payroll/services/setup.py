"""What a company needs before its first run: components, a pay group, and the calendar of its pay periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.models import Component, ComponentVersion, PayGroup, PayPeriod
from payroll.rules.components import STARTING
from payroll.rules.months import pay_date
from payroll.text import _
from remit.base import DomainError, Month
from remit.models import LegalEntity, Translation, dated

#: Components are there for every month anybody may still compute.
BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Active:
    """A component as it is in a month, with what only the engine needs."""

    id: int
    code: str
    title: Translation
    kind: str
    formula: str
    agreed: bool
    prorated: bool
    taxable: bool
    order: int
    source: str


def ensure_components(session: Session) -> dict[str, int]:
    """The company's components by code; the starting set is written when there are none."""
    known = {code: identity for code, identity in session.execute(select(Component.code, Component.id))}
    if known:
        return known
    for start in STARTING:
        component = Component(code=start.code)
        session.add(component)
        session.flush()
        known[start.code] = component.id
        session.add(
            ComponentVersion(
                component_id=component.id, valid_from=BEGINNING, title=Translation(zh_CN=start.zh, en=start.en),
                kind=start.kind, formula=start.formula, agreed=start.agreed, prorated=start.prorated,
                order=start.order, source=start.source,
            )
        )
    session.flush()
    return known


def component_ids(session: Session) -> dict[str, int]:
    """The company's components by code without writing; before payroll is set up, numbers below zero stand for them
    (``settled`` gives them their ids).
    """
    known = {code: identity for code, identity in session.execute(select(Component.code, Component.id))}
    return known or {start.code: -number for number, start in enumerate(STARTING, start=1)}


def settled(session: Session, identities: Iterable[int]) -> dict[int, int]:
    """The ids of components, those among them that were planned for before they were written by their numbers."""
    wanted = set(identities)
    known = ensure_components(session) if any(one < 0 for one in wanted) else {}
    return {one: one if one > 0 else known[STARTING[-one - 1].code] for one in wanted}


def components_of(session: Session, month: Month) -> list[Active]:
    """The components in force on the last day of a month, in order."""
    rows = session.execute(
        select(Component, ComponentVersion)
        .join(ComponentVersion, ComponentVersion.component_id == Component.id)
        .where(dated.as_of(ComponentVersion, month.period.last))
        .order_by(ComponentVersion.order, Component.code)
    )
    return [
        Active(
            component.id, component.code, version.title, version.kind, version.formula, version.agreed,
            version.prorated, version.taxable, version.order, version.source,
        )
        for component, version in rows
    ]


def ensure_groups(session: Session) -> list[PayGroup]:
    """The pay groups; where there are none, one per legal entity is made."""
    groups = list(session.scalars(select(PayGroup).order_by(PayGroup.id)))
    if groups:
        return groups
    for entity in session.scalars(select(LegalEntity).order_by(LegalEntity.id)):
        group = PayGroup(
            code=entity.code, title=Translation(zh_CN="月薪组", en="Monthly pay"), legal_entity_id=entity.id,
            currency=entity.currency, calendar_place=entity.country, pay_day=10, pay_month_offset=1,
            proration="working_day",
        )
        session.add(group)
        groups.append(group)
    session.flush()
    return groups


def group_of(session: Session, code: str | None = None) -> PayGroup:
    """The pay group of a code, or the only one. Raises ``DomainError`` when it cannot be told."""
    groups = ensure_groups(session)
    found = [group for group in groups if code is None or group.code == code]
    if not found and code is not None:
        raise DomainError("payroll.group", _("There is no pay group {code}.", code=code), "group")
    if not found:
        raise DomainError(
            "payroll.no_group", _("There is no legal entity to pay for yet. Import the organisation first.")
        )
    if len(found) > 1:
        codes = ", ".join(group.code for group in found)
        raise DomainError("payroll.groups", _("Name the pay group: {codes}.", codes=codes), "group")
    return found[0]


def period_of(session: Session, group: PayGroup, month: Month) -> PayPeriod:
    """The period of a work month in a group's calendar, made when it is first asked for."""
    found = session.scalars(
        select(PayPeriod).where(PayPeriod.group_id == group.id, PayPeriod.work_month == month.number)
    ).one_or_none()
    if found is not None:
        return found
    day = pay_date(month, group.pay_day, group.pay_month_offset)
    made = PayPeriod(
        group_id=group.id, valid_from=month.start, valid_to=month.period.end, work_month=month.number, pay_date=day,
        tax_month=Month.of(day).number,
    )
    session.add(made)
    session.flush()
    return made
