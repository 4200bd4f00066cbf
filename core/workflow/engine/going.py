"""Taking a run on: starting it, from step to step, and to its end. Everything one answer brings about is one
transaction, so that it happens once or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.supposing import facts_of
from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.base.text import catalogue
from core.events.outbox import emit
from core.kernel.specs import Answer, TaskKind
from core.workflow import records, routes
from core.workflow.designing import versions
from core.workflow.engine import steps
from core.workflow.engine.steps import Place
from core.workflow.events import ProcessEnded
from core.workflow.models import ADDED, SETTLED, Task
from core.workflow.models import APPROVED as SAID_YES
from core.workflow.models import OPEN as ASKED
from core.workflow.models import REFUSED as SAID_NO
from core.workflow.models import VOID as UNSAID
from core.workflow.processes import conditions
from core.workflow.processes.definition import Definition, StepDef
from core.workflow.processes.models import (
    APPROVED,
    OPEN,
    PASSED,
    REFUSED,
    RETURNED,
    RUNNING,
    SKIPPED,
    VOID,
    Run,
    RunStep,
)

_ = catalogue("workflow")

_LIVE = (RUNNING, RETURNED)


def start(
    session: Session, actor: Actor, kind: TaskKind, record: Any, *, process: str | None = None,
    parent: RunStep | None = None, asker: Actor | None = None, new: bool = False,
) -> Run:
    """Begin the process of a record; one that was sent back goes on where it is, in another round.

    While it runs it is begun once: the second time gives the first run. ``asker`` is whose question it is, where
    somebody else hands it in; ``new``: this transaction has written the record, nothing of it can run yet. Raises
    ``LookupError`` for a kind nobody registers.
    """
    session.flush()
    name = process or (kind.process(record) if kind.process is not None else kind.name)
    resource, identity = records.resource_of(session, kind), records.identity_of(record)
    run = None if new else _under_way(session, name, resource.name, identity, parent)
    fresh = run is None
    if run is not None and run.state == RUNNING:
        return run
    asks = asker or actor
    if run is not None:
        run.state, run.round = RUNNING, run.round + 1
        if asker is not None:
            run.requester_person_id, run.requester_account_id = asker.person_id, asker.account_id
    else:
        version = versions.current(session, versions.kind_of(session, name), name)
        facts = facts_of(session, resource, record)
        run = Run(
            process=name, kind=kind.name, version_id=version.id, resource=resource.name, resource_id=identity,
            requester_person_id=asks.person_id, requester_account_id=asks.account_id, state=RUNNING, round=1,
            unit_id=next(iter(facts.unit_ids), None), legal_entity_id=facts.legal_entity_id, started_at=clock.now(),
            tags=[], values={}, at="", parent_step_id=parent.id if parent is not None else 0,
        )  # fmt: skip
        if parent is not None:
            above = records.run_at(session, parent.run_id)
            run.requester_person_id, run.requester_account_id = above.requester_person_id, above.requester_account_id
    definition = definition_of(session, run)
    first = definition.after(None)
    run.at = first.key if first is not None else ""  # where it is in the end where the first condition holds
    session.add(run)
    session.flush()
    go(session, actor, kind, run, record, definition, first, fresh=fresh)
    return run


def _under_way(
    session: Session, process: str, resource: str, identity: int, parent: RunStep | None
) -> Run | None:
    """The run of a record that is not at its end, held until this transaction ends."""
    held = select(Run).where(
        Run.process == process, Run.resource == resource, Run.resource_id == identity, Run.state.in_(_LIVE),
        Run.parent_step_id == (parent.id if parent is not None else 0),
    )  # fmt: skip
    held = records.engine(held.with_for_update().execution_options(populate_existing=True))
    found: Run | None = session.scalars(held).one_or_none()
    return found


def definition_of(session: Session, run: Run) -> Definition:
    """The definition a run stays on."""
    return versions.definition_of(versions.version_of(session, run.version_id))


def go(
    session: Session, actor: Actor, kind: TaskKind, run: Run, record: Any, definition: Definition,
    step: StepDef | None, *, fresh: bool = False,
) -> None:
    """Take a run on from a step until somebody or something has to be waited for, or it is at its end. ``fresh``: it
    has just begun, nobody was asked in it yet.
    """
    resource = records.resource_of(session, kind)
    while step is not None:
        holds, why = conditions.holds(session, step.when, resource, record, definition, run.values)
        row = RunStep(
            run_id=run.id, round=run.round, key=step.key, type=step.type, state=OPEN, needs=0, entered_at=clock.now(),
            note=to_json(why) if why is not None else None,
        )  # fmt: skip
        # What cannot be told is asked: nobody's consent is passed over because something is missing.
        if holds is False or (holds is None and not step.human):
            steps.leave(row, SKIPPED, why or _("Its condition does not hold."))
            session.add(row)
            step = definition.instead(step)
            continue
        if run.at != step.key:
            run.at = step.key
        place = Place(kind, definition, run, record, step, row, fresh)
        if not step.human:
            session.add(row)
            session.flush()
        if step.type == "subprocess":
            _below(session, actor, place)
            return
        if not steps.enter(session, actor, place):
            session.flush()
            return
        step = definition.after(step)
    finish(session, actor, kind, run, record, APPROVED)


def _below(session: Session, actor: Actor, place: Place) -> None:
    """Begin another process about the same record; the step waits for its end."""
    name = place.step.detail["process"]
    kind = versions.kind_of(session, name)
    if records.resource_of(session, kind).name != place.run.resource or _depth(session, place.run) > 4:
        steps.fail(session, place, _("The process {name} cannot be begun about this record.", name=name))
        return
    start(session, actor, kind, place.record, process=name, parent=place.row)


def _depth(session: Session, run: Run) -> int:
    depth, here = 0, run
    while here.parent_step_id:
        here = records.run_at(session, session.get_one(RunStep, here.parent_step_id).run_id)
        depth += 1
    return depth


def finish(session: Session, actor: Actor, kind: TaskKind, run: Run, record: Any, said: Answer) -> None:
    """End a run, and let the record or the process above go on by it."""
    run.state, run.at, run.stuck = said, "", None
    run.ended_at = None if said == RETURNED else clock.now()
    session.flush()
    if run.parent_step_id:
        row = session.get_one(RunStep, run.parent_step_id)
        above = records.run_at(session, row.run_id)
        _above(session, actor, above, row, record, said)
        return
    kind.answered(session, actor, record, said)
    session.flush()
    emit(session, ProcessEnded(run.id, run.process, said, run.requester_person_id))


def _above(session: Session, actor: Actor, run: Run, row: RunStep, record: Any, said: Answer) -> None:
    """What the end of a process below means for the step that waited for it."""
    if row.state != OPEN or run.state != RUNNING:
        return
    kind = versions.kind_of(session, run.kind)
    definition = definition_of(session, run)
    step = definition.step(row.key)
    if said == APPROVED:
        steps.leave(row, PASSED)
        go(session, actor, kind, run, record, definition, definition.after(step))
    elif said == REFUSED:
        steps.leave(row, REFUSED)
        finish(session, actor, kind, run, record, REFUSED)


# -- answers -----------------------------------------------------------------------------------------------------------


def answered(session: Session, actor: Actor, kind: TaskKind, task: Task, record: Any) -> Run:
    """Take a run on after one of its tasks was answered; whoever calls holds run, task and record."""
    run, row = records.run_at(session, task.run_id), session.get_one(RunStep, task.step_id)
    definition = definition_of(session, run)
    step = definition.step(row.key)
    tasks = tasks_of(session, row)
    outcome = _outcome(row, step, tasks)
    if outcome is None:
        if step is not None and task.number < ADDED:
            _next_in_turn(session, Place(kind, definition, run, record, step, row), tasks)
        for other in tasks:
            if other.state == ASKED:  # whoever has agreed now is no second, and was perhaps asked there as well
                routes.store(session, other, routes.plan_of(session, other))
        routes.mark_gap(session, run)
        return run
    close(tasks, SETTLED)
    steps.leave(row, outcome)
    session.flush()
    if outcome == REFUSED:
        finish(session, actor, kind, run, record, REFUSED)
    else:
        run.stuck = None
        go(session, actor, kind, run, record, definition, definition.after(step) if step is not None else None)
    return run


def tasks_of(session: Session, row: RunStep) -> Sequence[Task]:
    """The tasks of a step, in the order asked."""
    return session.scalars(select(Task).where(Task.step_id == row.id).order_by(Task.number)).all()


def _outcome(row: RunStep, step: StepDef | None, tasks: Sequence[Task]) -> str | None:
    """Whether a step is decided: enough have agreed and every signer who was added, or enough cannot agree any more."""
    own = [one for one in tasks if one.number < ADDED]
    added = [one for one in tasks if one.number >= ADDED]
    count = len(step.asked) if step is not None else len(own)
    needs = row.needs or count
    yes = sum(one.state == SAID_YES for one in own)
    no = sum(one.state == SAID_NO for one in own)
    if count - no < needs or any(one.state == SAID_NO for one in added):
        return REFUSED
    if yes >= needs and all(one.state == SAID_YES for one in added):
        return PASSED
    return None


def _next_in_turn(session: Session, place: Place, tasks: Sequence[Task]) -> None:
    own = [one for one in tasks if one.number < ADDED]
    if place.step.in_turn and len(own) < len(place.step.asked) and all(one.state != ASKED for one in own):
        following = steps.put(session, place, place.step.asked[len(own)], len(own))
        steps.set_deadline(session, place, following.next_person_id)


def close(tasks: Sequence[Task], state: str) -> None:
    """Say of the tasks that still wait that nobody has to answer them any more."""
    for one in tasks:
        if one.state == ASKED:
            one.state, one.decided_at = state, clock.now()
            one.next_person_id = one.next_position_id = one.next_assignment_id = None


def begin_anew(session: Session, actor: Actor, kind: TaskKind, run: Run, record: Any) -> None:
    """The record changed after somebody had agreed to it: what was said counts no longer, and all are asked again."""
    for row in session.scalars(select(RunStep).where(RunStep.run_id == run.id, RunStep.round == run.round)):
        if row.state == OPEN:
            steps.leave(row, VOID)
    for task in session.scalars(select(Task).where(Task.run_id == run.id, Task.state.in_((ASKED, SAID_YES)))):
        task.state = SETTLED if task.state == ASKED else UNSAID
    run.round, run.state, run.stuck, run.ended_at = run.round + 1, RUNNING, None, None
    session.flush()
    definition = definition_of(session, run)
    go(session, actor, kind, run, record, definition, definition.after(None))
