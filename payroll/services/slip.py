"""Reading slips: whose, and what stands in which column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import SLIP_COLUMNS, PayPeriod, Run, RunColumn, Slip
from payroll.text import _
from remit.base import Actor, Month, NotFound
from remit.models import Employment, Person, Translation
from remit.services import allowed, load, system, unseen, visible

#: From here on a person sees his own slip.
SHOWN = ("published", "locked")


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of a slip."""

    code: str
    title: Translation
    kind: str
    type: str
    value: int
    order: int
    owner: str


def columns_of(session: Session, run_id: int) -> list[RunColumn]:
    """Which component stands where, in the order of the slip."""
    return list(
        session.scalars(
            select(RunColumn).where(RunColumn.run_id == run_id).order_by(RunColumn.order, RunColumn.position)
        )
    )


def lines(slip: Slip, columns: Sequence[RunColumn]) -> list[Amount]:
    """The amounts of a slip, component by component."""
    return [
        Amount(column.code, column.title, column.kind, column.type,
               getattr(slip, SLIP_COLUMNS[column.position - 1]) or 0, column.order, column.owner)
        for column in columns
    ]  # fmt: skip


def slips_of(session: Session, run: Run) -> list[Slip]:
    """All slips of a run, for work of the product itself (``system`` block or system actor)."""
    with system(session, "payroll reads the slips of a run"):
        return list(session.scalars(select(Slip).where(Slip.run_id == run.id).order_by(Slip.employment_id)))


def own_slips(session: Session, actor: Actor) -> list[tuple[Slip, Run, Month]]:
    """The published slips of the actor himself, the latest first."""
    if actor.person_id is None:
        return []
    mine = session.scalars(
        visible(session, actor, actions.SLIP_READ, select(Slip).where(Slip.person_id == actor.person_id))
    ).all()
    with system(session, "whose run is published"):
        runs = {
            run.id: (run, Month.from_number(month))
            for run, month in session.execute(
                select(Run, PayPeriod.work_month)
                .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
                .where(Run.id.in_([slip.run_id for slip in mine]), Run.state.in_(SHOWN))
            )
        }
    shown = [(slip, *runs[slip.run_id]) for slip in mine if slip.run_id in runs and not slip.void]
    return sorted(shown, key=lambda found: (found[2], found[0].id), reverse=True)


def latest_own(session: Session, actor: Actor) -> tuple[int, Month, date] | None:
    """Id, work month and day of payment of the actor's latest published slip, in one statement; None without one."""
    if actor.person_id is None:
        return None
    shown = select(Run.id).where(Run.state.in_(SHOWN))
    mine: Any = (
        select(Slip.id, PayPeriod.work_month, PayPeriod.pay_date)
        .join(PayPeriod, PayPeriod.id == Slip.pay_period_id)
        .where(Slip.person_id == actor.person_id, Slip.void.is_(False))
        .order_by(PayPeriod.work_month.desc(), Slip.id.desc())
        .limit(1)
    )
    statement = visible(session, actor, actions.SLIP_READ, mine).where(Slip.run_id.in_(shown))
    with system(session, "whose run is published"):
        row = session.execute(statement).first()
    return (row[0], Month.from_number(row[1]), row[2]) if row is not None else None


def open_slip(session: Session, actor: Actor, slip_id: int) -> tuple[Slip, Run]:
    """One slip that the actor may read: his own once it is published, others by the run's authority."""
    slip = load(session, actor, actions.SLIP_READ, Slip, slip_id)
    run = run_of_slip(session, slip)
    if run.state not in SHOWN and not allowed(session, actor, actions.RUN_READ, run):
        raise NotFound("payroll.not_published", _("This payslip is not published yet."))
    return slip, run


def run_of_slip(session: Session, slip: Slip) -> Run:
    """The run a slip belongs to."""
    with system(session, "the run of a slip that may be read"):
        return session.get_one(Run, slip.run_id)


def slip_of_number(session: Session, actor: Actor, number: str, month: Month) -> tuple[Slip, Run]:
    """The regular slip of an employee number in a work month that the actor may read; ``NotFound`` when there is
    none, ``Denied`` when he may not read everybody's and not this one.
    """
    with system(session, "payroll finds an employee by number"):
        one = session.scalars(select(Employment).where(Employment.number == number)).one_or_none()
        periods = session.scalars(select(PayPeriod.id).where(PayPeriod.work_month == month.number)).all()
    statement = select(Slip).where(
        Slip.employment_id == (one.id if one else 0), Slip.pay_period_id.in_(periods), Slip.kind == "regular",
        Slip.void.is_(False),
    )
    found = session.scalars(visible(session, actor, actions.SLIP_READ, statement)).one_or_none()
    if found is None:
        missing = NotFound(
            "payroll.no_slip", _("There is no payslip of {number} in this month, or it is not yours to see.",
                                 number=number)
        )  # fmt: skip
        own = one is not None and one.person_id == actor.person_id
        raise unseen(session, actor, actions.SLIP_READ, Slip, missing, own=own)
    return open_slip(session, actor, found.id)


def name_of(session: Session, slip: Slip) -> tuple[str, str]:
    """Name and employee number on a slip that may be read."""
    with system(session, "name on a payslip that may be read"):
        row = session.execute(
            select(Person.name, Employment.number).join(Employment, Employment.person_id == Person.id)
            .where(Employment.id == slip.employment_id)
        ).one()  # fmt: skip
    return row[0], row[1]
