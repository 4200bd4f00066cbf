"""Who looks after a run that is stuck, and helping it on."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.authority import routing
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.stored import to_json
from core.base.text import catalogue
from core.workflow import approvers, records, routes
from core.workflow.actions import REPAIR
from core.workflow.approvers import Question
from core.workflow.designing import versions
from core.workflow.engine import going, moves, steps
from core.workflow.models import OPEN as ASKED
from core.workflow.models import SETTLED, Task
from core.workflow.processes.definition import Ask, read_ask
from core.workflow.processes.models import FAILED, OPEN, REFUSED, RUNNING, SKIPPED, ProcessVersion, Run, RunStep

_ = catalogue("workflow")

#: What can be done about a run that is stuck.
WAYS = ("again", "pass", "refuse")


def owner_of(session: Session, run: Run) -> int | None:
    """Who looks after a run: whoever holds the post its definition names and the lists let help the run on; else the
    first whom they let, else that post all the same, else who published the process. None where there is nobody, which
    a page then says.
    """
    version = versions.version_of(session, run.version_id)
    named = _owner(session, version)
    able = [one.person_id for one in routing.who_can(session, REPAIR, run)] if named is not None else []
    listed = routing.route(session, REPAIR, run).decider
    if named is not None and named in able:
        return named
    return listed.person_id if listed is not None else named or version.publisher_person_id


def not_stuck() -> DomainError:
    """The refusal of help where none is needed any more."""
    return DomainError("process.not_stuck", _("It is not stuck; it goes its way."))


def keeper_of(session: Session, version_id: int) -> int | None:
    """Who looks after a version of which nothing runs: the post it names, else who published it."""
    version = versions.version_of(session, version_id)
    owner = _owner(session, version)
    return owner if owner is not None else version.publisher_person_id


def _owner(session: Session, version: ProcessVersion) -> int | None:
    definition = versions.definition_of(version)
    if not definition.owner:
        return None
    kind = versions.kind_of(session, version.process)
    found = approvers.plan(session, Ask("position", definition.owner), Question(kind, None, None)).decider
    return found.person_id if found is not None else None


def next_above(session: Session, task: Task) -> list[int]:
    """Who would be asked if whoever is asked now were not there; nobody where there is no such person."""
    question = routes.asked_of(session, task)
    if question is None or task.next_person_id is None:
        return []
    plan = approvers.plan(
        session, read_ask(task.asks), replace(question, passed=question.passed | {task.next_person_id})
    )
    found = plan.decider.person_id if plan.decider is not None else None
    return [found] if found is not None and found != task.next_person_id else []


def help_on(session: Session, actor: Actor, run_id: int, how: str, comment: str) -> Run:
    """Do something about a run that is stuck: try the step ``again``, ``pass`` it, or ``refuse`` the request.

    Passing over people is never done: a step that asks somebody is tried again or refused. Raises ``Denied`` for
    whoever may not, ``DomainError`` where it is not stuck, without a word why, and where people would be passed over.
    """
    run = moves.hold(session, run_id)
    require(session, actor, REPAIR, run)
    if run.state != RUNNING or run.stuck is None:
        raise not_stuck()
    if how not in WAYS or not comment.strip():
        raise DomainError("task.comment", _("Say why; whoever asked reads it."), "comment")
    kind = records.kind_named(session, run.kind)
    record = records.record_of(session, kind, run.resource_id, hold=True)
    definition = going.definition_of(session, run)
    step = definition.step(run.at)
    latest = select(RunStep).where(RunStep.run_id == run.id, RunStep.key == run.at).order_by(RunStep.id.desc()).limit(1)
    row = session.scalars(latest).one_or_none()
    if record is None or step is None or row is None:
        raise NotFound("process.gone", _("What it is about is gone."))
    if how == "pass" and step.human:
        raise DomainError("process.people", _("People are not passed over; publish a list that says who may decide."))
    going.close([one for one in going.tasks_of(session, row) if one.state == ASKED], SETTLED)
    routes.say_stuck(session, run, None)
    if how == "refuse":
        steps.leave(row, REFUSED, comment)
        session.flush()
        going.finish(session, actor, kind, run, record, REFUSED)
        return run
    if row.state in (OPEN, FAILED):
        row.state, row.left_at, row.note = SKIPPED, clock.now(), to_json(comment)
    session.flush()
    going.go(session, actor, kind, run, record, definition, step if how == "again" else definition.after(step))
    return run

