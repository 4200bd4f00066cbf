"""Requests that are stuck, for whoever may help them on: what they are about, where they stay and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed, load, visible
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.kernel import state
from core.kernel.house import of
from core.workflow import reading, records, standing, way
from core.workflow.actions import REPAIR
from core.workflow.engine import going, helping
from core.workflow.processes.models import RUNNING, Run

_ = catalogue("workflow")

#: So many stand on the page, the longest first.
MOST = 100


@dataclass(frozen=True, slots=True)
class Stuck:
    """A request that is stuck: of what kind, whose, at which step since when, why, and who looks after it."""

    run: Run
    kind: Text | str
    requester: str
    step: str
    why: Text | str


@dataclass(frozen=True, slots=True)
class StuckOne:
    """One of them whole, with its record; ``ways`` are what can be done about it."""

    run: Run
    record: Any
    subject: Text | str
    lines: Sequence[tuple[Text | str, Any]]
    link: str
    requester: str
    keeper: str
    step: str
    why: Text | str
    ways: tuple[str, ...]


def found(session: Session, actor: Actor) -> list[Stuck]:
    """What the lists let somebody help on, the longest first, in a few statements however many they are."""
    statement = select(Run).where(Run.state == RUNNING, Run.stuck.is_not(None)).order_by(Run.stuck, Run.id).limit(MOST)
    runs = session.scalars(visible(session, actor, REPAIR, statement)).all()
    kinds = of(session).registry.task_kinds(state.read(session))
    reasons = standing.reasons(session, runs)
    people = reading.names(session, {run.requester_person_id for run in runs})
    return [
        Stuck(run, kinds[run.kind].title, people.get(run.requester_person_id or 0, ""), _title(session, run),
              reasons.get(run.id, ""))
        for run in runs if run.kind in kinds
    ]  # fmt: skip


def one(session: Session, actor: Actor, run_id: int) -> StuckOne:
    """One that is stuck. Raises ``NotFound`` for one that somebody may not help on, ``DomainError`` where it goes its
    way again.
    """
    run = load(session, actor, REPAIR, Run, run_id)
    if run.state != RUNNING or run.stuck is None:
        raise helping.not_stuck()
    kind = records.kind_named(session, run.kind)
    record = records.record_of(session, kind, run.resource_id)
    if record is None:
        raise NotFound("process.gone", _("What it is about is gone."))
    keeper = helping.owner_of(session, run)
    people = reading.names(session, {run.requester_person_id, keeper})
    step = going.definition_of(session, run).step(run.at)
    ways = tuple(way for way in helping.WAYS if way != "pass" or step is None or not step.human)
    return StuckOne(
        run, record, kind.subject(session, record), kind.lines(session, record), kind.link(record),
        people.get(run.requester_person_id or 0, ""), people.get(keeper or 0, ""), _title(session, run),
        why(session, run), ways,
    )  # fmt: skip


def helped_by(session: Session, actor: Actor, run_id: int) -> bool:
    """Whether a run is stuck and somebody may help it on."""
    statement = select(Run.id).where(Run.id == run_id, Run.state == RUNNING, Run.stuck.is_not(None))
    return allowed(session, actor, REPAIR) and session.scalar(visible(session, actor, REPAIR, statement)) is not None


def why(session: Session, run: Run) -> Text | str:
    """Why a request stays where it is; nothing where it does not."""
    return standing.reasons(session, [run]).get(run.id, "")


def _title(session: Session, run: Run) -> str:
    step = going.definition_of(session, run).step(run.at)
    return str(way.title_of(step, step.type)) if step is not None else run.at
