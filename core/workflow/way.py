"""The way of a request: the steps it has taken, whom it waits for and whom it passed over, and what comes after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.explaining import passed
from core.authority.routing import ApprovalPlan
from core.authority.routing import Step as Asked
from core.authority.supposing import facts_of
from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.kernel.specs import TaskKind
from core.workflow import approvers, records
from core.workflow.approvers import Question
from core.workflow.designing import versions
from core.workflow.models import APPROVED, OPEN, REFUSED, RETURNED, VOID, Task
from core.workflow.processes import conditions
from core.workflow.processes import models as states
from core.workflow.processes.definition import Definition, StepDef
from core.workflow.processes.models import Run, RunStep

_ = catalogue("workflow")

#: What a step is called whose definition has no title for it.
TYPES: Mapping[str, Text] = {
    "decide": _("Approval"), "review": _("Review"), "assign": _("To do"), "notify": _("Copied to"),
    "set": _("Set a field"), "tag": _("Tag"), "wait": _("Wait"), "webhook": _("Call a program"),
    "subprocess": _("Another process"),
}
_ANSWERS: Mapping[str, Text] = {
    APPROVED: _("Agreed"), REFUSED: _("Refused"), RETURNED: _("Sent back"), VOID: _("Agreed; that counts no longer"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A person with a name, as pages draw him."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """A post on the way of a question: who holds it, and why it passed him, or that it is his.

    ``state`` is done, now, skipped, or "" for what is still to come; ``at`` when it was answered. ``label``, ``person``
    and ``sub`` are what ``ui.steps`` draws.
    """

    post: str
    name: str
    person_id: int | None
    why: Text | str
    state: str
    at: datetime | None = None

    @property
    def label(self) -> str:
        """The post, or the title of the step."""
        return self.post

    @property
    def person(self) -> Named:
        """Who holds it; the post where nobody does."""
        return Named(self.person_id or 0, self.name or self.post)

    @property
    def sub(self) -> Text | str:
        """Who, and why."""
        both = bool(self.name and str(self.why))
        return _("{name}: {why}", name=self.name, why=self.why) if both else self.name or self.why


@dataclass(frozen=True, slots=True)
class Preview:
    """The way a question would take if it were put now; ``gap``: somewhere on it nobody may decide."""

    steps: Sequence[Step]
    gap: bool


def title_of(step: StepDef | None, type_: str) -> str:
    """What a step is called."""
    return str(step.title) if step is not None and step.title else str(TYPES[type_])


def plain(definition: Definition) -> bool:
    """Whether a process is one decision and nothing else, so that its step needs no title."""
    return len(definition.steps) == 1 and not definition.steps[0].title


# -- before ------------------------------------------------------------------------------------------------------------


def preview(session: Session, kind: str, record: Any) -> Preview:
    """Who would decide about a record, and whom it passes over and why, before anybody is asked."""
    found = records.kind_named(session, kind)
    name = found.process(record) if found.process is not None else found.name
    definition = versions.definition_of(versions.in_force(session, found, name))
    return previewed(session, found, definition, record)


def previewed(session: Session, kind: TaskKind, definition: Definition, record: Any) -> Preview:
    """The same by a definition that need not be in force."""
    resource = records.resource_of(session, kind)
    actor = session.info["actor"]
    requester = facts_of(session, resource, record).creator_person_id or actor.person_id
    question, steps, gap = Question(kind, record, requester), list[Step](), False
    for step, holds in _taken(session, kind, definition, record, {}):
        if not step.human:
            steps.append(Step(title_of(step, step.type), "", None, _what(step), ""))
            continue
        agreed = set(question.agreed)
        for ask in step.asked:
            plan = approvers.plan(session, ask, replace(question, agreed=frozenset(agreed)))
            gap = gap or plan.gap
            steps += of_plan(plan, "" if plain(definition) else title_of(step, step.type), now="now")
            if plan.gap and not plan.path:
                steps.append(Step(title_of(step, step.type), "", None, _("Nobody may decide it."), "skipped"))
            if plan.decider is not None and plan.decider.person_id is not None:
                agreed.add(plan.decider.person_id)
        if holds is None and step.when:
            steps.append(Step(
                title_of(step, step.type), "", None, _("Asked in case: its condition could not be read."), "",
            ))
        question = replace(question, agreed=frozenset(agreed)) if definition.distinct else question
    return Preview(steps, gap)


def walked(session: Session, kind: TaskKind, definition: Definition, record: Any) -> list[tuple[StepDef, bool]]:
    """The steps a record comes to as it stands, in their order, and whether it takes each or passes over it."""
    resource, found, seen = records.resource_of(session, kind), list[tuple[StepDef, bool]](), set[str]()
    step = definition.after(None)
    while step is not None and step.key not in seen:
        seen.add(step.key)
        holds, _why = conditions.holds(session, step.when, resource, record, definition, {})
        took = bool(holds or (holds is None and step.human))
        found.append((step, took))
        step = definition.after(step) if took else definition.instead(step)
    return found


def _taken(
    session: Session, kind: TaskKind, definition: Definition, record: Any, kept: Mapping[str, int],
    begin: StepDef | None = None, *, first: bool = True,
) -> Iterator[tuple[StepDef, bool | None]]:
    """The steps that a record takes as it stands, each with whether its condition holds."""
    resource = records.resource_of(session, kind)
    step, seen = (definition.after(None) if first else definition.after(begin)), set[str]()
    while step is not None and step.key not in seen:
        seen.add(step.key)
        holds, _why = conditions.holds(session, step.when, resource, record, definition, kept)
        if holds or (holds is None and step.human):
            yield step, holds
            step = definition.after(step)
        else:
            step = definition.instead(step)


def _what(step: StepDef) -> Text | str:
    if step.type == "wait":
        days = step.detail.get("days")
        if days:
            return _("{count} working day", "{count} working days", count=days)
        return _("until {name}", name=step.detail["until"])
    if step.type == "subprocess":
        return str(step.detail["process"])
    return str(step.detail.get("tag") or step.detail.get("field") or "")


def of_plan(plan: ApprovalPlan, title: str = "", *, now: str = "now") -> list[Step]:
    """The posts that were asked, and the one that decides; of those not asked nothing is told."""
    return [
        Step(
            f"{title} · {step.post.title}" if title else str(step.post.title), step.name, step.person_id,
            _why(step, alone=step is plan.decider),
            now if step is plan.decider else "done" if step.code == "AGREED" else "skipped",
        ) for step in plan.path
    ]  # fmt: skip


def _why(step: Asked, *, alone: bool) -> Text | str:
    """Why a post decides or was passed over. Whoever is away is asked all the same where nobody else may decide."""
    if alone and step.code in ("ABSENT", "OVERDUE"):
        return _("{why} Nobody else may decide it, so it waits here.", why=passed(step))
    return passed(step)


# -- on its way --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """The steps and tasks of a run, in their order."""

    steps: Sequence[RunStep]
    tasks: Sequence[Task]


def rows_of(session: Session, run: Run) -> Rows:
    """What is kept of a run, in two statements."""
    steps = session.scalars(select(RunStep).where(RunStep.run_id == run.id).order_by(RunStep.id)).all()
    return Rows(steps, session.scalars(
        select(Task).where(Task.run_id == run.id).order_by(Task.step_id, Task.number)
    ).all())  # fmt: skip


def of_run(
    session: Session, run: Run, kind: TaskKind, record: Any, plans: Mapping[int, ApprovalPlan],
    rows: Rows | None = None,
) -> list[Step]:
    """The way of a run so far and from here; ``plans`` are those of the tasks that wait, by their number."""
    found = rows or rows_of(session, run)
    definition = versions.definition_of(versions.version_of(session, run.version_id))
    tasks: dict[int, list[Task]] = {}
    for task in found.tasks:
        tasks.setdefault(task.step_id, []).append(task)
    steps: list[Step] = []
    for row in found.steps:
        step = definition.step(row.key)
        title = "" if plain(definition) else title_of(step, row.type)
        if row.id in tasks:
            for task in tasks[row.id]:
                steps += _of_task(task, title, plans.get(task.id), row.type)
        elif row.type not in ("set", "tag") or row.state in (states.FAILED, states.SKIPPED):
            steps.append(_of_row(row, step))
    if run.state == states.RUNNING:
        here = definition.step(run.at)
        for step, _holds in _taken(session, kind, definition, record, run.values, here, first=False) if here else ():
            if step.human or step.type in ("notify", "wait", "webhook", "subprocess"):
                steps.append(Step(title_of(step, step.type), "", None, _("Comes afterwards"), ""))
    return steps


def _of_task(task: Task, title: str, plan: ApprovalPlan | None, type_: str) -> list[Step]:
    if task.state == OPEN:
        return of_plan(plan, title) if plan is not None else []
    if task.state not in _ANSWERS:
        return []
    past = [
        Step(str(Translation(one["post"])), one["name"], None, from_json(one["why"]), "skipped")
        for one in task.path or []
    ]
    said = _("Done") if type_ == "assign" and task.state == APPROVED else _ANSWERS[task.state]
    why: Text | str = _("{answer}: {comment}", answer=said, comment=task.comment) if task.comment else said
    label = title or str(said)
    return [*past, Step(
        label, task.decider_name, task.decider_person_id, why, "skipped" if task.state == VOID else "done",
        task.decided_at,
    )]  # fmt: skip


def _of_row(row: RunStep, step: StepDef | None) -> Step:
    state = {states.OPEN: "now", states.SKIPPED: "skipped", states.FAILED: "now", states.VOID: "skipped"}
    note = from_json(row.note)
    return Step(
        title_of(step, row.type), "", None, note or (_what(step) if step is not None else ""),
        state.get(row.state, "done"), row.left_at,
    )  # fmt: skip
