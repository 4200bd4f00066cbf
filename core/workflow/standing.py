"""Where runs stand: at which step and by when, whether one is stuck and why. It opens no record of theirs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.workflow import reading, records, way
from core.workflow.designing import versions
from core.workflow.models import OPEN as ASKED
from core.workflow.models import Task
from core.workflow.processes.models import FAILED, OPEN, Run, RunStep

_ = catalogue("workflow")


@dataclass(frozen=True, slots=True)
class Standing:
    """A run with the title and number of the version it stays on, who asked, and the step it is at.

    ``due_at`` is by when that step should be done; ``why`` says what a stuck one waits for.
    """

    run: Run
    title: str
    version: int
    requester: str
    step: str
    due_at: datetime | None
    why: Text | str


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that a run has come to, and the names of those it waits for."""

    row: RunStep
    title: str
    note: Text | str
    waits_for: Sequence[str]


def of_runs(session: Session, runs: Sequence[Run]) -> list[Standing]:
    """Where each of these runs stands, in a few statements for all; whoever calls has seen to it that they may be read.
    """
    names = reading.names(session, {one.requester_person_id for one in runs})
    here = _here(session, {one.id for one in runs})
    reasons = _reasons(session, runs, here)
    found = []
    for run in runs:
        version = versions.version_of(session, run.version_id)
        definition, row = versions.definition_of(version), here.get(run.id)
        step = way.title_of(definition.step(row.key), row.type) if row is not None and run.at else ""
        found.append(Standing(
            run, str(definition.title) or _title(session, run), version.number,
            names.get(run.requester_person_id or 0, ""), step,
            row.due_at if row is not None and row.state == OPEN else None, reasons.get(run.id, ""),
        ))  # fmt: skip
    return found


def _title(session: Session, run: Run) -> str:
    kind = of(session).registry.task_kinds().get(run.kind)
    return str(kind.title) if kind is not None else run.process


def _here(session: Session, ids: Collection[int]) -> dict[int, RunStep]:
    """The latest step of each run that is being done, or could not be."""
    statement = select(RunStep).where(RunStep.run_id.in_(sorted(ids)), RunStep.state.in_((OPEN, FAILED)))
    return {row.run_id: row for row in session.scalars(statement.order_by(RunStep.id))} if ids else {}


def reasons(session: Session, runs: Sequence[Run]) -> dict[int, Text | str]:
    """Why those of some runs that are stuck are, by their number."""
    return _reasons(session, runs, _here(session, {run.id for run in runs}))


def _reasons(session: Session, runs: Sequence[Run], here: Mapping[int, RunStep]) -> dict[int, Text | str]:
    """Why those that are stuck are: what their step says, or that of the process which a step waits for."""
    found: dict[int, Text | str] = {}
    for run in runs:
        row = here.get(run.id) if run.stuck is not None else None
        if row is None:
            continue
        if row.state == FAILED:
            found[run.id] = from_json(row.note) or _("Its step could not be done.")
        elif row.type == "subprocess":
            below = session.scalars(records.engine(
                select(Run).where(Run.parent_step_id == row.id, Run.stuck.is_not(None)).order_by(Run.id.desc()).limit(1)
            )).all()  # fmt: skip
            inside = _reasons(session, below, _here(session, {one.id for one in below}))
            found[run.id] = next(iter(inside.values()), _("The process it waits for is stuck."))
        else:
            found[run.id] = _(
                "Nobody may decide it: no list gives anybody authority for it, or whoever has it may not."
            )
    return found


def taken(session: Session, run: Run) -> list[Taken]:
    """The steps a run has come to, in their order."""
    definition = versions.definition_of(versions.version_of(session, run.version_id))
    waiting = session.scalars(
        select(Task).where(Task.run_id == run.id, Task.state == ASKED).order_by(Task.number)
    ).all()
    names = reading.names(session, {one.next_person_id for one in waiting})
    found = []
    for row in session.scalars(select(RunStep).where(RunStep.run_id == run.id).order_by(RunStep.id)):
        asked = [names.get(one.next_person_id or 0, "") for one in waiting if one.step_id == row.id]
        said = from_json(row.note)
        found.append(Taken(row, way.title_of(definition.step(row.key), row.type), said or "", [n for n in asked if n]))
    return found
