"""What is agreed with somebody: the components there are, what he has of each on a day, and where he works.

Read for whoever may ask or decide; the authority is asked before.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll.actions import CHANGE_REQUEST
from payroll.models import ComponentVersion, PayPeriod, Run, Salary, Slip
from payroll.rules.states import reached
from payroll.text import _
from remit.base import DomainError, Month
from remit.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    PositionVersion,
    Translation,
    dated,
    guard,
)

_MARK = [
    (CHANGE_REQUEST, table) for table in (
        "core_person", "core_employment", "core_employment_terms", "core_assignment", "payroll_salary", "payroll_slip",
        "payroll_run",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A component that is agreed for each person, with the amount of a day; nothing where none is agreed."""

    component: int
    title: Translation
    kind: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody works: his main post, its unit, the company and its currency."""

    unit_id: int
    position_id: int
    legal_entity_id: int
    currency: str


def parts(session: Session, employment_id: int, day: date) -> list[Part]:
    """The components that can be agreed on a day, in their order, with what an employment has of each; none before
    payroll is set up.
    """
    statement = (
        select(ComponentVersion.component_id, ComponentVersion.title, ComponentVersion.kind, Salary.amount)
        .outerjoin(Salary, (Salary.component_id == ComponentVersion.component_id) & dated.as_of(Salary, day)
                   & (Salary.employment_id == employment_id))
        .where(ComponentVersion.agreed.is_(True), dated.as_of(ComponentVersion, day))
        .order_by(ComponentVersion.order, ComponentVersion.component_id)
    )  # fmt: skip
    return [Part(*row) for row in session.execute(guard.mark(statement, _MARK))]


def total(found: Sequence[Part]) -> int:
    """What the agreed earnings come to a month; agreed deductions are none of it."""
    return sum(one.amount or 0 for one in found if one.kind == "earning")


def place(session: Session, employment: Employment, day: date) -> Place:
    """Where an employment is on a day. Raises ``DomainError`` for one that has no post or no company then."""
    post = session.execute(guard.mark(
        select(PositionVersion.unit_id, Assignment.position_id)
        .join(Assignment, Assignment.position_id == PositionVersion.position_id)
        .where(Assignment.employment_id == employment.id, dated.as_of(Assignment, day),
               dated.as_of(PositionVersion, day))
        .order_by(Assignment.is_primary.desc(), Assignment.id).limit(1),
        _MARK,
    )).one_or_none()  # fmt: skip
    company = session.execute(guard.mark(
        select(LegalEntity.id, LegalEntity.currency)
        .join(EmploymentTerms, EmploymentTerms.legal_entity_id == LegalEntity.id)
        .where(EmploymentTerms.employment_id == employment.id, dated.as_of(EmploymentTerms, day)),
        _MARK,
    )).one_or_none()  # fmt: skip
    if post is None or company is None:
        raise DomainError("payroll.change_place", _(
            "{number} has no post on {day}; choose a day on which he works here.", number=employment.number, day=day,
        ), "valid_from")  # fmt: skip
    return Place(post[0], post[1], company[0], company[1])


def employment_of(session: Session, employment_id: int, *, hold: bool = False) -> Employment:
    """An employment; ``hold``: nobody else changes its pay until the commit."""
    statement = select(Employment).where(Employment.id == employment_id)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: Employment = session.scalars(guard.mark(statement, _MARK)).one()
    return found


def name_of(session: Session, person_id: int | None) -> str:
    """What a person is called."""
    return session.scalar(guard.mark(select(Person.name).where(Person.id == (person_id or 0)), _MARK)) or "–"


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What people are called, by number."""
    if not ids:
        return {}
    rows = session.execute(guard.mark(select(Person.id, Person.name).where(Person.id.in_(sorted(ids))), _MARK))
    return {person: name for person, name in rows}


def runs_since(session: Session, employment_id: int, day: date) -> list[tuple[Month, str]]:
    """The months that end after a day and in which an employment has a payslip, each with the state of its run."""
    rows = session.execute(guard.mark(
        select(PayPeriod.work_month, Run.state)
        .join(Run, Run.pay_period_id == PayPeriod.id).join(Slip, Slip.run_id == Run.id)
        .where(Slip.employment_id == employment_id, PayPeriod.valid_to > day, Slip.void.is_(False))
        .order_by(PayPeriod.work_month),
        _MARK,
    ))  # fmt: skip
    return [(Month.from_number(month), state) for month, state in rows]


def decided_month(session: Session, employment_id: int, day: date) -> Month | None:
    """The last month that ends after a day and whose pay is approved already; a change from that day would miss it."""
    months = [month for month, state in runs_since(session, employment_id, day) if reached(state, "approved")]
    return months[-1] if months else None
