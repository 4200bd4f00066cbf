"""What payroll adds to the home page: its steps of the month, and the days until pay day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, defer

from payroll import actions
from payroll.models import PayGroup, PayPeriod, Run, RunStep, Salary, Slip
from payroll.rules.months import pay_date
from payroll.rules.states import reached
from payroll.services.slip import SHOWN
from payroll.text import _
from remit.base import Actor, Month, clock
from remit.contracts import MonthStep, MonthSteps
from remit.services import allowed, system, visible
from remit.specs import Fragment, Slot
from remit.text import Text

#: The state a step leads to, its order among all steps of the month, what it is called, and what it takes.
_STEPS: tuple[tuple[str, int, Text, str], ...] = (
    ("calculated", 20, _("Calculate pay"), actions.CALCULATE),
    ("reviewed", 30, _("Review"), actions.REVIEW),
    ("approved", 40, _("Approve"), actions.APPROVE),
    ("paid", 50, _("Pay out"), actions.PAY),
    ("published", 60, _("Publish payslips"), actions.PUBLISH),
)


def month_steps(session: Session, actor: Actor) -> MonthSteps:
    """From the calculation to the payslip."""
    del session, actor
    return MonthSteps(tuple(action for _state, _order, _title, action in _STEPS), _read)


def _read(session: Session, actor: Actor, months: Sequence[Month]) -> list[MonthStep]:
    """How far the regular runs are that the reader may see; a step is done when every pay group has taken it."""
    if not allowed(session, actor, actions.RUN_READ):
        return []
    groups = select(func.count()).select_from(PayGroup).scalar_subquery()
    statement: Any = (
        select(Run, PayPeriod.work_month, groups, RunStep)
        .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
        .outerjoin(RunStep, and_(RunStep.run_id == Run.id, RunStep.withdrawn_at.is_(None)))
        .options(defer(Run.frozen), defer(Run.problems))
        .where(PayPeriod.work_month.in_([month.number for month in months]), Run.kind == "regular")
        .order_by(Run.id)
    )
    rows = session.execute(visible(session, actor, actions.RUN_READ, statement)).all()
    wanted = rows[0][2] if rows else 1
    taken = {(step.run_id, step.state): step for *_run, step in rows if step is not None}
    by_month = {month: {run.id: run for run, number, *_rest in rows if number == month.number} for month in months}
    return [
        _step(session, actor, month, list(by_month[month].values()), wanted, step, taken)
        for month in months for step in _STEPS
    ]  # fmt: skip


def _step(
    session: Session, actor: Actor, month: Month, runs: Sequence[Run], groups: int, step: tuple[str, int, Text, str],
    taken: Mapping[tuple[int, str], RunStep],
) -> MonthStep:
    from flask import url_for  # only pages ask

    state, order, title, action = step
    behind = [run for run in runs if not reached(run.state, state)]
    run = next(iter(behind or runs), None)
    return MonthStep(
        month, order, title, len(runs) >= groups and not behind, action, allowed(session, actor, action, run),
        url_for("payroll.run", run_id=run.id) if run is not None else url_for("payroll.runs"),
        _note(actor, taken.get((run.id, state))) if run is not None and not behind else "",
    )  # fmt: skip


def _note(actor: Actor, step: RunStep | None) -> str:
    """Who took a step; for paying and publishing the day."""
    if step is None:
        return ""
    return f"{step.at.astimezone(ZoneInfo(actor.zone)):%m-%d}" if step.state in ("paid", "published") else step.name


def until_pay_day(session: Session, actor: Actor) -> Text | None:
    """How long it is until one's own next pay day; nothing for who was never paid here."""
    if actor.person_id is None:
        return None
    latest: Any = (
        select(PayGroup.pay_day, PayGroup.pay_month_offset)
        .join(Run, Run.group_id == PayGroup.id)
        .join(Slip, Slip.run_id == Run.id)
        .where(Slip.person_id == actor.person_id, Slip.void.is_(False), Run.state.in_(SHOWN))
        .order_by(Slip.id.desc())
        .limit(1)
    )
    with system(session, "whoever looks asks for his own pay day"):
        row = session.execute(latest).first()
    if row is None:
        return None
    left = (next_pay_day(clock.today(actor.zone), *row) - clock.today(actor.zone)).days
    return _("{count} day until pay day", "{count} days until pay day", count=left) if left else _("today is pay day")


def next_pay_day(today: date, pay_day: int, offset: int) -> date:
    """The next day on which wages are paid, today included."""
    work = Month.of(today).shift(-offset)
    first = pay_date(work, pay_day, offset)
    return first if first >= today else pay_date(work.next(), pay_day, offset)


def pay_of_person(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """The way from somebody's file to his pay page, for himself and for whoever may see what is agreed with him."""
    from flask import url_for  # only pages ask

    del day
    if actor.person_id == person_id:
        return Fragment("payroll/of_person.html", {"url": url_for("payroll.own_pay")})
    if not allowed(session, actor, actions.SALARY_READ):
        return None
    last = select(Salary.employment_id).where(Salary.person_id == person_id).order_by(Salary.valid_from.desc()).limit(1)
    employment = session.scalar(visible(session, actor, actions.SALARY_READ, last))
    if employment is None:
        return None
    return Fragment("payroll/of_person.html", {"url": url_for("payroll.pay_of", employment_id=employment)})


SLOTS = (
    Slot("home.month", "payroll.month", month_steps),
    Slot("home.greeting", "payroll.pay_day", until_pay_day, action=actions.SLIP_READ),
    Slot("org.person", "payroll.pay", pay_of_person, order=55, action=actions.CHANGE_READ),
)
