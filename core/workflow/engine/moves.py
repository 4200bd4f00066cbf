"""What people do with a run beside deciding: take it back, send it back, hand it on, add a signer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.authority import routing
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.db.guard import system
from core.events.outbox import emit
from core.kernel.specs import TaskKind
from core.org.models import Person
from core.workflow import approvers, comments, records, routes
from core.workflow.engine import going, steps
from core.workflow.engine.steps import Place
from core.workflow.events import ProcessEnded, TaskAnswered
from core.workflow.models import ADDED, APPROVED, OPEN, RETURNED, SETTLED, VOID, WITHDRAWN, Task
from core.workflow.processes import models as states
from core.workflow.processes.definition import Ask, StepDef, read_ask
from core.workflow.processes.models import Run, RunStep

_ = catalogue("workflow")


def held(session: Session, task_id: int) -> Task | None:
    """A task with its run, held until the commit: of two who move one run, one comes after the other."""
    found = session.get(Task, task_id)
    if found is None:
        return None
    hold(session, found.run_id)
    return records.held(session, task_id)


def hold(session: Session, run_id: int) -> Run:
    """A run, held until the commit."""
    statement = select(Run).where(Run.id == run_id).with_for_update().execution_options(populate_existing=True)
    found: Run = session.scalars(records.engine(statement)).one()
    return found


def take_back(session: Session, actor: Actor, run: Run, kind: TaskKind) -> Run:
    """Take a request back; whoever calls has checked that it is his, and holds the run.

    Raises ``DomainError`` where it is answered already.
    """
    if run.state not in (states.RUNNING, states.RETURNED):
        raise DomainError("task.answered", _("It is answered already and cannot be taken back."))
    record = records.record_of(session, kind, run.resource_id, hold=True)
    with system(session, "a request is taken back by whoever put it"):
        for child in session.scalars(records.engine(_below(run))):
            _stop(session, actor, child, WITHDRAWN)
        _stop(session, actor, run, WITHDRAWN)
        if record is not None:
            going.finish(session, actor, kind, run, record, WITHDRAWN)
        session.flush()
    return run


def recall(session: Session, actor: Actor, run: Run) -> None:
    """Put a run back to where it was before anybody was asked; whoever calls holds it. Nothing where it has ended
    otherwise than with a yes.
    """
    if run.state not in (states.RUNNING, states.APPROVED):
        return
    approved = run.state == states.APPROVED
    with system(session, "what is asked is made anew"):
        for child in session.scalars(records.engine(_below(run))):
            _stop(session, actor, child, VOID)
        _stop(session, actor, run, VOID)
        for task in session.scalars(select(Task).where(Task.run_id == run.id, Task.state == APPROVED)):
            task.state = VOID
            routes.forget(session, task.action)
        run.state, run.ended_at = states.RETURNED, None
        session.flush()
    if approved:
        emit(session, ProcessEnded(run.id, run.process, VOID, run.requester_person_id))


def _below(run: Run) -> Select[Run]:
    inside = select(RunStep.id).where(RunStep.run_id == run.id)
    return select(Run).where(Run.parent_step_id.in_(inside), Run.state == states.RUNNING)


def _stop(session: Session, actor: Actor, run: Run, state: str) -> None:
    """End the open steps and tasks of a run."""
    for row in session.scalars(select(RunStep).where(RunStep.run_id == run.id, RunStep.state == states.OPEN)):
        steps.leave(row, state)
    for task in session.scalars(select(Task).where(Task.run_id == run.id, Task.state == OPEN)):
        going.close([task], WITHDRAWN if state == WITHDRAWN else SETTLED)
        task.decider_name = actor.name if state == WITHDRAWN else ""
        emit(session, TaskAnswered(task.id, task.state, task.requester_person_id, None))
    run.state, run.at, run.stuck = state, "", None
    session.flush()


def send_back(
    session: Session, actor: Actor, task: Task, kind: TaskKind, *, to: str = "", comment: str
) -> Run:
    """Send a request back: to whoever put it, for revision, or to an earlier step, which is asked again.

    Whoever calls has checked that the actor may decide the task, and holds it. Raises ``DomainError`` where the process
    does not let it be sent back, without a word why, and for a step that was not taken before.
    """
    run, row = records.run_at(session, task.run_id), session.get_one(RunStep, task.step_id)
    definition = going.definition_of(session, run)
    step = definition.step(row.key)
    _allowed(step, "return", _("This step does not let a request be sent back; refuse it, or approve it."))
    if not comment:
        raise DomainError("task.comment", _("Say what has to be changed; whoever asked reads it."), "comment")
    before = {one.key for one in earlier(session, run)}
    if to and to not in before:
        raise DomainError("task.no_step", _("It was not at that step before."), "to")
    if run.parent_step_id:
        raise DomainError("task.below", _("A process that is part of another is not sent back; refuse it."))
    record = records.record_of(session, kind, task.resource_id, hold=True)
    if record is None:
        raise NotFound("task.missing", _("There is no such task, or it is not yours to see."))
    task.state, task.decided_at, task.comment = RETURNED, clock.now(), comment
    task.decider_person_id, task.decider_account_id, task.decider_name = actor.person_id, actor.account_id, actor.name
    task.next_person_id = task.next_position_id = task.next_assignment_id = None
    steps.leave(row, states.RETURNED)
    going.close(going.tasks_of(session, row), SETTLED)
    _unsay(session, run, definition.steps, to)
    session.flush()
    emit(session, TaskAnswered(task.id, RETURNED, task.requester_person_id, actor.person_id))
    if to:
        going.go(session, actor, kind, run, record, definition, definition.step(to))
    else:
        going.finish(session, actor, kind, run, record, RETURNED)
    return run


def earlier(session: Session, run: Run) -> list[RunStep]:
    """The steps of this round at which people have agreed, each once, in the order taken."""
    statement = select(RunStep).where(
        RunStep.run_id == run.id, RunStep.round == run.round, RunStep.state == states.PASSED,
        RunStep.type.in_(("decide", "review", "assign")),
    ).order_by(RunStep.id)  # fmt: skip
    return list({one.key: one for one in session.scalars(statement)}.values())


def _unsay(session: Session, run: Run, defined: Sequence[StepDef], to: str) -> None:
    """What was agreed from a step on counts no longer; all of it where none is named."""
    order = [one.key for one in defined]
    again = set(order[order.index(to):]) if to else set(order)
    rows = select(RunStep.id).where(RunStep.run_id == run.id, RunStep.key.in_(sorted(again)))
    for task in session.scalars(select(Task).where(Task.step_id.in_(rows), Task.state == APPROVED)):
        task.state = VOID


def hand_on(session: Session, actor: Actor, task: Task, person_id: int, comment: str) -> Task:
    """Hand a task to somebody else, who is asked instead as long as he may decide it (转交).

    Whoever calls has checked that the actor may decide it, and holds it. Raises ``DomainError`` for whoever may not,
    with the reason.
    """
    _allowed(_step_of(session, task), "transfer", _("This step does not let a task be handed on."))
    question = routes.asked_of(session, task)
    if question is None:
        raise NotFound("task.missing", _("There is no such task, or it is not yours to see."))
    person = _employed(session, person_id)
    if person_id in (actor.person_id, task.requester_person_id):
        raise DomainError("task.hand", _("Hand it to somebody else than yourself and whoever asks."), "person")
    ask = read_ask(task.asks)
    if approvers.by_list(ask):
        able = routing.who_can(session, task.action, approvers.asked_about(session, ask, question))
        if person_id not in {one.person_id for one in able}:
            raise DomainError("task.hand", _(
                "{name} may not decide it by the lists.", name=person.name), "person")  # fmt: skip
    before = task.handed_person_id
    task.handed_person_id = person_id
    plan = routes.plan_of(session, task)
    if plan is None or plan.decider is None or plan.decider.person_id != person_id:
        task.handed_person_id = before
        raise DomainError("task.hand", _("{name} cannot be asked now: he has agreed already, or he is away.",
                                         name=person.name), "person")  # fmt: skip
    comments.write(
        session, actor, records.run_at(session, task.run_id), comment or str(_("Handed on.")), mentions=[person_id]
    )
    routes.store(session, task, plan)
    return task


def add_signer(session: Session, actor: Actor, task: Task, person_id: int, comment: str) -> Task:
    """Have somebody else agree as well (加签): the step waits for him, and his no ends it.

    Whoever calls has checked that the actor may decide the task, and holds it. Raises ``DomainError`` for somebody who
    is asked already, who put the request, or who is not employed.
    """
    _allowed(_step_of(session, task), "add", _("This step does not let signers be added."))
    person = _employed(session, person_id)
    if person_id in (actor.person_id, task.requester_person_id):
        raise DomainError("task.signer", _("Add somebody else than yourself and whoever asks."), "person")
    row = session.get_one(RunStep, task.step_id)
    own = going.tasks_of(session, row)
    if any(person_id in (one.next_person_id, one.decider_person_id) for one in own):
        raise DomainError("task.signer", _("{name} is asked in this step already.", name=person.name), "person")
    run = records.run_at(session, task.run_id)
    kind = records.kind_named(session, task.kind)
    definition = going.definition_of(session, run)
    step = definition.step(row.key)
    record = records.record_of(session, kind, task.resource_id, hold=True)
    if step is None or record is None:
        raise NotFound("task.missing", _("There is no such task, or it is not yours to see."))
    place = Place(kind, definition, run, record, step, row)
    added = steps.put(session, place, Ask("person", str(person_id)),
                      max([ADDED - 1, *(one.number for one in own)]) + 1)  # fmt: skip
    comments.write(session, actor, run, comment or str(_("Asked to sign as well.")), mentions=[person_id])
    routes.mark_gap(session, run)
    return added


def _step_of(session: Session, task: Task) -> StepDef | None:
    run, row = records.run_at(session, task.run_id), session.get_one(RunStep, task.step_id)
    return going.definition_of(session, run).step(row.key)


def _allowed(step: StepDef | None, what: str, message: Text) -> None:
    if step is None or what not in step.allow:
        raise DomainError("task.not_allowed", message)


def _employed(session: Session, person_id: int) -> Person:
    found = next(iter(comments.people(session, [person_id])), None)
    if found is None:
        raise DomainError("task.person", _("Choose somebody who holds a post."), "person")
    return found
