"""Asking, answering and withdrawing: the only ways a task changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import decide, require
from core.access.decision import Decision, Denied
from core.authority.explaining import passed
from core.authority.rates.table import words
from core.authority.routing import ApprovalPlan
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.stored import to_json
from core.base.text import catalogue
from core.events.outbox import emit
from core.kernel.specs import Answer, TaskKind
from core.workflow import approvers, records, routes, several, todo
from core.workflow.approvers import Question
from core.workflow.digest import digest
from core.workflow.engine import going, moves
from core.workflow.events import TaskAnswered, TaskNudged
from core.workflow.models import APPROVED, OPEN, REFUSED, Task
from core.workflow.processes.definition import read_ask
from core.workflow.processes.models import Run, RunStep

_ = catalogue("workflow")

MOST_COMMENT = 2_000


def ask(
    session: Session, actor: Actor, kind: str, record: Any, *, asker: Actor | None = None, new: bool = False
) -> Run:
    """Hand a record in: it goes through the process of its kind. Who may hand it in is the caller's to know.

    While it is on its way it is put once: the second time returns the same run. One that was sent back goes on in
    another round. ``asker`` is whose question it is, where somebody else hands his work in: he cannot decide it, is
    told of the answer and may take it back. ``new`` says that this transaction has written the record, so that it
    cannot be on its way yet. Raises ``LookupError`` for a kind that no module registers.
    """
    return going.start(session, actor, records.kind_named(session, kind), record, asker=asker, new=new)


def recall(session: Session, actor: Actor, kind: str, record: Any) -> None:
    """Let nobody decide about a record any more, because it is being made anew: what was agreed counts no longer, and
    when it is handed in again all are asked again, in another round. Nothing where it is not asked nor approved.

    The record's state is the caller's to change, and so is who may.
    """
    run = run_of(session, kind, record)
    if run is not None:
        moves.recall(session, actor, moves.hold(session, run.id))


def answer(
    session: Session, actor: Actor, task_id: int, said: Answer, *, seen: str, comment: str = ""
) -> Task:
    """Approve or refuse; ``seen`` is the digest of what the answering person had before his eyes.

    Where the entry needs several, a yes leaves the task open until the last of them; a no closes it. With the answer
    its process goes on, in the same transaction.
    By the lists of this moment: raises ``Denied`` for whoever may not decide it, whomever they named before. Raises
    ``DomainError`` where it was answered meanwhile, where the record changed since it was looked at, and for a refusal
    without a word why; ``NotFound`` where there is no such task.
    """
    comment = comment.strip()
    task, kind, record = _opened(session, task_id, comment)
    if said == REFUSED and not comment:
        raise DomainError("task.comment", _("Say why you refuse; whoever asked reads it."), "comment")
    todo.insist(task, said)
    _unchanged(session, kind, record, task, seen)
    question = routes.asked_of(session, task, record)
    plan = routes.plan_of(session, task, question)
    decision = required(session, actor, task, question, plan)
    if said == APPROVED and not several.agree(session, actor, task, decision, comment):
        routes.store(session, task, routes.plan_of(session, task))
        return task
    task.state, task.decided_at, task.comment = said, clock.now(), comment
    task.decider_person_id, task.decider_account_id, task.decider_name = actor.person_id, actor.account_id, actor.name
    task.entry, task.list_version = decision.entry, decision.list_version
    task.assignment_id, task.delegation_id = decision.assignment_id, decision.delegation_id
    task.on_behalf_of_person_id = decision.on_behalf_of
    if decision.compared is not None:
        task.compared_minor, task.compared_currency = decision.compared.minor, decision.compared.wanted
        task.compared_by = to_json(words(decision.compared))
    task.path = passed_over(plan, actor)
    session.flush()
    _tell(session, task, said)
    going.answered(session, actor, kind, task, record)
    session.flush()
    return task


def _opened(session: Session, task_id: int, comment: str) -> tuple[Task, TaskKind, Any]:
    """A task that waits, held with its run, and its record; raises what ``answer`` says."""
    task = moves.held(session, task_id)
    if task is None:
        raise not_there()
    if task.state != OPEN:
        raise DomainError("task.answered", _(
            "{name} was quicker: it is answered already. Nothing of yours was kept.", name=task.decider_name or "–",
        ))  # fmt: skip
    if len(comment) > MOST_COMMENT:
        raise DomainError("task.comment", _("Write at most {most} characters.", most=MOST_COMMENT), "comment")
    kind = records.kind_named(session, task.kind)
    record = records.record_of(session, kind, task.resource_id, hold=True)
    if record is None:
        raise not_there()
    return task, kind, record


def _insist(session: Session, actor: Actor, task: Task, record: Any) -> None:
    question = routes.asked_of(session, task, record)
    required(session, actor, task, question, routes.plan_of(session, task, question))


def _unchanged(session: Session, kind: TaskKind, record: Any, task: Task, seen: str) -> None:
    if digest(records.resource_of(session, kind), record) != task.digest or seen != task.digest:
        raise DomainError("task.changed", _("It was changed while you looked at it; read it again, then decide."))


def decision_about(
    session: Session, actor: Actor, task: Task, question: Question | None, plan: ApprovalPlan | None
) -> Decision:
    """Whether somebody may decide a task: by the lists, or because its process asks him."""
    ask = read_ask(task.asks)
    about = approvers.asked_about(session, ask, question) if question is not None else None
    if approvers.by_list(ask):
        if about is None:
            return Decision(False, "NO_ENTRY", _("What it is about is gone."), task.action)
        return decide(session, actor, task.action, about)
    if actor.is_system or (actor.scopes is not None and task.action not in actor.scopes):
        return decide(session, actor, task.action)
    found = approvers.permission(plan, actor.person_id) if plan is not None else None
    if found is not None:
        return found
    return Decision(False, "NOT_ASKED", _("The process asks somebody else."), task.action)


def still_asked(session: Session, decision: Decision, task: Task) -> bool:
    """Whether a process still lets somebody take the decision he has taken in this transaction, before it commits.

    What he decided is no longer asked by then, so that it is asked as if it were.
    """
    question = routes.asked_of(session, task)
    if question is None or decision.actor is None:
        return False
    plan = approvers.plan(session, read_ask(task.asks), question)
    return approvers.permission(plan, decision.actor.person_id) is not None


def required(
    session: Session, actor: Actor, task: Task, question: Question | None, plan: ApprovalPlan | None
) -> Decision:
    """Insist that somebody may decide a task; raises ``Denied`` with the reason. The decision is cited in the log."""
    ask = read_ask(task.asks)
    about = approvers.asked_about(session, ask, question) if question is not None else None
    if approvers.by_list(ask) and about is not None:
        return require(session, actor, task.action, about)
    decision = decision_about(session, actor, task, question, plan)
    if not decision.allowed:
        raise Denied(decision)
    decision = replace(decision, actor=actor)
    session.info.setdefault("decisions", []).append((decision, task))
    return decision


def passed_over(plan: ApprovalPlan | None, actor: Actor) -> list[Any]:
    """The posts that could not decide before the one that does, as stored texts: post, holder, why not."""
    steps = plan.path if plan is not None else ()
    return [
        {"post": dict(step.post.title), "name": step.name, "why": to_json(passed(step)), "code": step.code}
        for step in steps if step.person_id != actor.person_id and not (step.decision and step.decision.allowed)
    ]


def withdraw(session: Session, actor: Actor, task_id: int) -> Task:
    """Take a question back with all that its process still asks; only whoever put it may, until it is decided."""
    task = moves.held(session, task_id)
    if task is None or not (actor.is_system or task.requester_person_id == actor.person_id is not None):
        raise not_there()
    run = top(session, records.run_at(session, task.run_id))
    kind = records.kind_named(session, run.kind)
    moves.take_back(session, actor, moves.hold(session, run.id), kind)
    return task


def top(session: Session, run: Run) -> Run:
    """The run that one is a part of; itself where it is part of none."""
    while run.parent_step_id:
        run = records.run_at(session, session.get_one(RunStep, run.parent_step_id).run_id)
    return run


def send_back(
    session: Session, actor: Actor, task_id: int, *, seen: str, comment: str, to: str = ""
) -> Task:
    """Send a request back for revision, or to an earlier step ``to``; raises what ``answer`` and ``moves`` say."""
    comment = comment.strip()
    task, kind, record = _opened(session, task_id, comment)
    _unchanged(session, kind, record, task, seen)
    _insist(session, actor, task, record)
    moves.send_back(session, actor, task, kind, to=to, comment=comment)
    return task


def hand_on(session: Session, actor: Actor, task_id: int, person_id: int, comment: str = "") -> Task:
    """Hand a task to somebody else (转交); raises what ``answer`` and ``moves.hand_on`` say."""
    task, _kind, record = _opened(session, task_id, comment)
    _insist(session, actor, task, record)
    return moves.hand_on(session, actor, task, person_id, comment.strip())


def add_signer(session: Session, actor: Actor, task_id: int, person_id: int, comment: str = "") -> Task:
    """Have somebody else agree as well (加签); raises what ``answer`` and ``moves.add_signer`` say."""
    task, _kind, record = _opened(session, task_id, comment)
    _insist(session, actor, task, record)
    return moves.add_signer(session, actor, task, person_id, comment.strip())


def nudge(session: Session, actor: Actor, task_id: int) -> Task:
    """Remind whoever a question waits for (催办): only whoever put it may, each decider once a day of his own zone.

    It goes to whoever decides it by the lists of this moment. Raises ``DomainError`` where it is answered, where nobody
    may decide it, and where that one was reminded today; ``NotFound`` for anybody else's question.
    """
    task = moves.held(session, task_id)
    if task is None or actor.person_id is None or task.requester_person_id != actor.person_id:
        raise not_there()
    if task.state != OPEN:
        raise DomainError("task.answered", _("It is answered already; nobody has to be reminded."))
    routes.store(session, task, routes.plan_of(session, task))
    if task.next_person_id is None:
        raise DomainError("task.gap", _("Nobody may decide it, so that nobody can be reminded; the lists have to say "
                                        "who may."))  # fmt: skip
    if nudged_today(task, actor):
        raise DomainError("task.nudged", _("You have reminded of it today; you may again tomorrow."))
    task.nudged_at, task.nudged_person_id = clock.now(), task.next_person_id
    emit(session, TaskNudged(task.id, task.next_person_id))
    session.flush()
    return task


def nudged_today(task: Task, actor: Actor) -> bool:
    """Whether whoever a question waits for was reminded of it on this day, as the reader counts days."""
    if task.nudged_at is None or task.nudged_person_id != task.next_person_id:
        return False
    zone = ZoneInfo(actor.zone)
    return task.nudged_at.astimezone(zone).date() == clock.now().astimezone(zone).date()


def answer_of(session: Session, kind: str, record: Any) -> Task | None:
    """The latest task about a record that the lists decide by the action of its kind, whatever became of it; where its
    process has none, the latest there is.
    """
    of_kind = records.kind_named(session, kind).action
    statement = select(Task).where(Task.kind == kind, Task.resource_id == records.identity_of(record))
    latest = statement.order_by((Task.action == of_kind).desc(), Task.id.desc())
    return session.scalars(latest.limit(1)).one_or_none()


def run_of(session: Session, kind: str, record: Any) -> Run | None:
    """The latest run of a record through the process of its kind."""
    resource = records.resource_of(session, records.kind_named(session, kind))
    statement = select(Run).where(
        Run.kind == kind, Run.resource == resource.name, Run.resource_id == records.identity_of(record),
        Run.parent_step_id == 0,
    )  # fmt: skip
    return session.scalars(
        records.engine(statement.order_by(Run.id.desc()).limit(1))
    ).one_or_none()


def open_tasks(session: Session, run: Run) -> Sequence[Task]:
    """The tasks of a run that wait for somebody, in the order asked."""
    statement = select(Task).where(Task.run_id == run.id, Task.state == OPEN)
    return session.scalars(statement.order_by(Task.step_id, Task.number)).all()


def is_approved(session: Session, kind: str, record: Any) -> bool:
    """Whether the record as it stands is what was approved last."""
    run = run_of(session, kind, record)
    if run is None or run.state != APPROVED:
        return False
    said = digest(records.resource_of(session, records.kind_named(session, kind)), record)
    tasks = session.scalars(select(Task.digest).where(Task.run_id == run.id, Task.state == APPROVED))
    return all(one == said for one in tasks)


def not_there() -> NotFound:
    """The error for a task that is not there, or not for whoever asks."""
    return NotFound("task.missing", _("There is no such task, or it is not yours to see."))


def _tell(session: Session, task: Task, said: Answer) -> None:
    emit(session, TaskAnswered(task.id, said, task.requester_person_id, task.decider_person_id))
