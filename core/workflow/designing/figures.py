"""What became of processes: how many went through, how long each step took, where they wait, what nobody uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import visible
from core.base import clock
from core.base.actor import Actor
from core.workflow.actions import READ
from core.workflow.models import APPROVED, REFUSED, Task
from core.workflow.processes.models import OPEN, PASSED, Run, RunStep

#: Figures are of the runs that began within so many days.
PAST = timedelta(days=180)
MOST = 200_000


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A step of a process: how often it was taken, hours in the middle and of nine in ten, open now, late ever."""

    process: str
    key: str
    taken: int
    median: float
    ninth: float
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """A unit: steps that are late now in the requests of its people."""

    unit_id: int | None
    late: int


def of_steps(session: Session, actor: Actor) -> list[StepFigures]:
    """Every step that people or the clock were waited for at, the slowest first, of the runs one may see."""
    statement = (
        select(Run.process, RunStep.key, RunStep.state, RunStep.entered_at, RunStep.left_at, RunStep.overdue_at)
        .select_from(Run).join(RunStep, RunStep.run_id == Run.id)
        .where(Run.started_at > clock.now() - PAST, RunStep.type.in_(("decide", "review", "assign", "wait", "webhook")))
        .limit(MOST)
    )  # fmt: skip
    rows = session.execute(visible(session, actor, READ, statement)).all()
    grouped: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        grouped.setdefault((row.process, row.key), []).append(row)
    found = [_figures(process, key, many) for (process, key), many in grouped.items()]
    return sorted(found, key=lambda one: -one.median)


def _figures(process: str, key: str, rows: Sequence[Any]) -> StepFigures:
    hours = [(row.left_at - row.entered_at).total_seconds() / 3600 for row in rows
             if row.state == PASSED and row.left_at is not None]  # fmt: skip
    return StepFigures(
        process, key, len(rows), float(np.median(hours)) if hours else 0.0,
        float(np.quantile(hours, 0.9)) if hours else 0.0, sum(row.state == OPEN for row in rows),
        sum(row.overdue_at is not None for row in rows),
    )


def late_by_unit(session: Session, actor: Actor) -> list[UnitFigures]:
    """Units with steps that are over their time now, the most first."""
    statement = (
        select(Run.unit_id, func.count()).select_from(Run).join(RunStep, RunStep.run_id == Run.id)
        .where(RunStep.state == OPEN, RunStep.due_at < clock.now()).group_by(Run.unit_id)
    )
    rows = session.execute(visible(session, actor, READ, statement)).all()
    return sorted((UnitFigures(unit, count) for unit, count in rows), key=lambda one: -one.late)


def of_entries(session: Session, actor: Actor) -> list[tuple[str, int]]:
    """How often each entry of the lists was decided by, of the runs one may see, the most used first."""
    statement = (
        select(Task.entry, func.count()).select_from(Run).join(Task, Task.run_id == Run.id)
        .where(Run.started_at > clock.now() - PAST, Task.state.in_((APPROVED, REFUSED)), Task.entry.is_not(None))
        .group_by(Task.entry)
    )
    rows = session.execute(visible(session, actor, READ, statement)).all()
    return sorted(((str(entry), count) for entry, count in rows), key=lambda one: (-one[1], one[0]))


def used(session: Session, actor: Actor) -> dict[str, int]:
    """How many runs each process has had within the time, of those one may see."""
    statement = select(Run.process, func.count()).where(Run.started_at > clock.now() - PAST).group_by(Run.process)
    return {process: count for process, count in session.execute(visible(session, actor, READ, statement))}
