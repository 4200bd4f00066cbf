"""Runs and slips as programs see them: totals of runs, amounts of people only where they are open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import PayPeriod, Run, Slip
from payroll.services import calculation, explain, look, steps
from payroll.services.explain import Explained
from payroll.services.slip import SHOWN
from remit import workflow
from remit.base import Actor, Month
from remit.jobs import JobRow
from remit.services import system, visible
from remit.text import current_locale

#: What of a slip is masked; None takes the place of each.
AMOUNTS = ("gross", "deductions", "tax", "net", "employer_cost")
_PLAIN = ("id", "run_id", "employment_id", "kind")
_PLAIN_OF_RUN = ("id", "kind", "state", "currency", "slip_count", "error_count", "warning_count")
_TOTALS = ("gross", "net", "tax", "employer_cost")
_STEP = ("state", "at", "name", "entry", "list_version", "withdrawn_at")


def runs(session: Session, actor: Actor, found: Sequence[Run]) -> list[dict[str, Any]]:
    """Runs that may be read, with their work months and the steps taken with them; without totals that would tell of
    few people.
    """
    told = look.totals_told(session, actor, found)
    taken = steps.history(session, [run.id for run in found])
    with system(session, "months of runs that may be read"):
        months: dict[int, int] = {
            period: month
            for period, month in session.execute(
                select(PayPeriod.id, PayPeriod.work_month).where(PayPeriod.id.in_({run.pay_period_id for run in found}))
            )
        }
    return [
        {
            "month": Month.from_number(months[run.pay_period_id]),
            **{name: getattr(run, name) for name in _PLAIN_OF_RUN},
            **{name: getattr(run, name) if run.id in told else None for name in _TOTALS},
            "steps": [{name: getattr(step, name) for name in _STEP} for step in taken[run.id]],
        }
        for run in found
    ]  # fmt: skip


def run(session: Session, actor: Actor, found: Run, job: JobRow | None = None) -> dict[str, Any]:
    """One run with its last calculation, its state and why it failed, and the task that waits for its approval."""
    last = job if job is not None else calculation.latest(session, found)
    told = {"state": last.state, "failure": str(last.failure) if last.failure else None} if last is not None else None
    asked = workflow.run_of(session, actions.RUN, found) if found.state == "reviewed" else None
    waiting = workflow.open_tasks(session, asked) if asked is not None else ()
    return {
        **runs(session, actor, [found])[0], "calculation": told, "task_id": waiting[0].id if waiting else None,
    }  # fmt: skip


def slips(found: Iterable[Slip], shown: frozenset[int]) -> list[dict[str, Any]]:
    """Slips that may be read; the amounts of those in ``shown``."""
    return [
        {
            **{name: getattr(slip, name) for name in _PLAIN}, "tax_month": Month.from_number(slip.tax_month),
            "masked": slip.id not in shown,
            **{name: getattr(slip, name) if slip.id in shown else None for name in AMOUNTS},
        }
        for slip in found
    ]  # fmt: skip


def slip(session: Session, run: Run, found: Slip, *, shown: bool) -> dict[str, Any]:
    """One slip with its lines, each with formula and source; without amounts where it is masked."""
    lines = (explain.explain if shown else explain.outline)(session, run, found)
    return {
        **slips([found], frozenset([found.id] if shown else []))[0],
        "lines": [_line(one, shown=shown) for one in lines if one.kind in ("earning", "deduction", "employer")],
    }  # fmt: skip


def _line(one: Explained, *, shown: bool) -> dict[str, Any]:
    return {
        "code": one.code, "title": dict(one.title), "kind": one.kind, "type": one.type,
        "value": one.value if shown else None, "formula": one.formula, "source": one.source,
        "calculation": one.short.get(current_locale()) if shown else None, "agrees": one.agrees if shown else None,
    }  # fmt: skip


def own(session: Session, actor: Actor) -> Select[Any]:
    """One's own slips of published runs; to be run in a ``system`` block, which covers the states of the runs."""
    published = select(Run.id).where(Run.state.in_(SHOWN))
    statement: Select[Any] = visible(
        session, actor, actions.SLIP_READ,
        select(Slip).where(Slip.person_id == (actor.person_id or 0), Slip.void.is_(False)),
    ).where(Slip.run_id.in_(published))  # fmt: skip
    return statement
