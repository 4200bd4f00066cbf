"""Watching what was asked about: a record that changes takes its approval with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.authority.install import RECHECKS
from core.db.session import AFTER_FLUSH
from core.events.outbox import emit
from core.kernel.house import UPKEEP, House
from core.webhooks.sending import BESIDE
from core.workflow import approvers, attachments, records, replying, routes, starting, tasks
from core.workflow.digest import digest
from core.workflow.engine import going, timing
from core.workflow.events import ProcessCalled, ProcessEnded, TaskAnswered
from core.workflow.models import APPROVED as SAID_YES
from core.workflow.models import OPEN, VOID, Task
from core.workflow.processes.models import APPROVED, RUNNING, Run

if TYPE_CHECKING:
    from core.kernel.specs import ResourceType


def install(house: House) -> None:
    """Look at every flush for records that tasks are about, and every few seconds for tasks that are to be routed."""
    watched = {one.model: one for one in house.registry.resource_types.values() if one.material}

    asked_about: dict[type[Any], list[str]] = {}
    for one in house.registry.resource_types.values():
        asked_about.setdefault(one.model, []).append(one.name)

    def watch(session: Session) -> None:
        for obj in session.deleted:
            if type(obj) in asked_about:
                _deleted(session, asked_about[type(obj)], obj)
        for obj in session.dirty:
            resource = watched.get(type(obj))
            if resource is not None and _says_otherwise(resource, obj):
                _changed(session, resource, obj)

    house.database.guard.flush_checks.append(watch)
    house.session_info.setdefault(BESIDE, {})[ProcessCalled.name] = replying.called
    house.session_info.setdefault(RECHECKS, {})[approvers.PROCESS] = tasks.still_asked
    house.session_info.setdefault(UPKEEP, []).extend([routes.refresh, timing.tick, starting.tick])


def _deleted(session: Session, resources: Sequence[str], obj: Any) -> None:
    """What is deleted takes the files beside its runs along, right after the flush that deletes it."""
    about = select(Run.id).where(Run.resource.in_(resources), Run.resource_id == records.identity_of(obj))
    runs = [obj.id] if isinstance(obj, Run) else session.scalars(records.engine(about)).all()
    doomed = attachments.beside(session, runs) if runs else ()
    if doomed:
        session.info.setdefault(AFTER_FLUSH, []).append(lambda later: attachments.end(later, doomed))


def _says_otherwise(resource: ResourceType, obj: Any) -> bool:
    attributes = inspect(obj).attrs
    return any(attributes[name].history.has_changes() for name in resource.material)


def _changed(session: Session, resource: ResourceType, obj: Any) -> None:
    """Whoever answers at this moment holds run and task: he is waited for here, or waits for us and reads it anew.

    What was agreed in a run that goes on, or has ended with a yes, counts no longer: all are asked again, as soon as
    the flush that changes the record is over.
    """
    live = select(Run).where(
        Run.resource == resource.name, Run.resource_id == records.identity_of(obj), Run.state.in_((RUNNING, APPROVED))
    )
    held_runs = live.order_by(Run.id).with_for_update().execution_options(populate_existing=True)
    runs = session.scalars(records.engine(held_runs)).all()
    said = digest(resource, obj)
    for run in runs:
        concerned = select(Task).where(Task.run_id == run.id, Task.state.in_((OPEN, SAID_YES)))
        held = concerned.order_by(Task.id).with_for_update().execution_options(populate_existing=True)
        changed = [task for task in session.scalars(held).all() if task.digest != said]
        if not changed:
            continue
        if run.state == RUNNING and all(task.state == OPEN for task in changed):
            for task in changed:
                task.digest, task.routed_epoch = said, -1
        else:
            _void(session, run, [task for task in changed if task.state == SAID_YES], obj)


def _void(session: Session, run: Run, tasks: Sequence[Task], obj: Any) -> None:
    kind = records.kind_named(session, run.kind)
    ended = run.state == APPROVED
    for task in tasks:
        task.state = VOID
        routes.forget(session, task.action)
    if ended:
        kind.answered(session, session.info["actor"], obj, VOID)
    run.state = RUNNING

    def begin_anew(session: Session) -> None:
        going.begin_anew(session, session.info["actor"], kind, run, obj)
        for task in tasks:
            emit(session, TaskAnswered(task.id, VOID, task.requester_person_id, task.decider_person_id))
        if ended:
            emit(session, ProcessEnded(run.id, run.process, VOID, run.requester_person_id))

    session.info.setdefault(AFTER_FLUSH, []).append(begin_anew)
