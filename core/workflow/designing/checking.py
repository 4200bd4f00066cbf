"""What is wrong with a definition before anybody's request depends on it: steps nobody comes to, circles, formulas that
cannot be read, posts and people that are not there, bodies that never have a quorum, titles in one language only, and
amounts that nobody may decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.authority.coverage import gaps, reading
from core.base import clock
from core.base.errors import DomainError
from core.base.text import LOCALES, catalogue, listed
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import of
from core.kernel.specs import TaskKind
from core.org.models import Assignment, Position
from core.workflow import approvers, records
from core.workflow.designing import trigger_checks
from core.workflow.designing.finding import Finding
from core.workflow.processes import conditions
from core.workflow.processes.definition import Ask, Definition, StepDef
from core.workflow.processes.fields import read_fields

_ = catalogue("workflow")

_MARK = [("workflow.checking", "core_assignment")]


def check(session: Session, kind: TaskKind, definition: Definition, process: str = "") -> list[Finding]:
    """Everything that is wrong with a definition of a process about the records of a kind, the errors first."""
    found = [
        *_fields(definition), *_circles(definition), *_unreached(definition), *_formulas(session, kind, definition),
        *_asked(session, kind, definition), *_titles(definition), *_amounts(session, kind, definition),
        *trigger_checks.check(session, kind, process or kind.name, definition),
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.severity != "error")


def edges(definition: Definition) -> dict[str, set[str]]:
    """Which steps may follow each, by the definition alone."""
    found: dict[str, set[str]] = {}
    for step in definition.steps:
        following = {definition.after(step)} | ({definition.instead(step)} if step.when else set())
        found[step.key] = {one.key for one in following if one is not None}
    return found


def _circles(definition: Definition) -> Iterator[Finding]:
    """A walk that meets a step it is still on goes in a circle; each circle is told once."""
    follows, done, told = edges(definition), set(), set()

    def walk(key: str, path: tuple[str, ...]) -> Iterator[Finding]:
        if key in path:
            circle = path[path.index(key):]
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                yield Finding(
                    "error", key, _("The steps {steps} follow each other in a circle.", steps=listed(circle)),
                    _("Let one of them lead on; sending back is what those who decide do."),
                )
            return
        if key in done:
            return
        for other in sorted(follows[key]):
            yield from walk(other, (*path, key))
        done.add(key)

    yield from walk(definition.steps[0].key, ())
    for step in definition.steps:
        yield from walk(step.key, ())


def reached(definition: Definition) -> frozenset[str]:
    """The keys of the steps some way leads to."""
    follows, seen, next_ = edges(definition), set[str](), [definition.steps[0].key]
    while next_:
        key = next_.pop()
        if key not in seen:
            seen.add(key)
            next_ += sorted(follows[key])
    return frozenset(seen)


def _unreached(definition: Definition) -> Iterator[Finding]:
    """The steps no way leads to."""
    seen = reached(definition)
    for step in definition.steps:
        if step.key not in seen:
            yield Finding(
                "error", step.key, _("No way leads to the step {key}.", key=step.key),
                _("Let another step lead to it, or take it out."),
            )


def _fields(definition: Definition) -> Iterator[Finding]:
    try:
        read_fields(definition.form)
    except DomainError as error:
        yield Finding("error", "", _("The form: {why}", why=error.message), _("Put the field right."))


def _formulas(session: Session, kind: TaskKind, definition: Definition) -> Iterator[Finding]:
    resource = records.resource_of(session, kind)
    try:
        scope = conditions.scope_of(resource, definition)
    except (DomainError, ValueError):
        return
    known = sorted(scope.inputs)
    for step in definition.steps:
        wanted = [(step.when, conditions.KINDS["bool"])] if step.when else []
        if step.type == "set":
            wanted.append((step.detail["value"], conditions.KINDS[step.detail["as"]]))
        for source, type_ in wanted:
            try:
                conditions.compiled(source, scope, type_, name=step.key)
            except DomainError as error:
                yield Finding(
                    "error", step.key, _("The formula “{source}” cannot be read: {why}", source=source,
                                         why=error.message),
                    _("Known here are: {names}.", names=listed(known) if known else "–"),
                )  # fmt: skip
        if step.type == "wait" and "until" in step.detail:
            dates = records.dates_of(resource.model)
            if step.detail["until"] not in dates:
                yield Finding(
                    "error", step.key, _("The record has no date called {name}.", name=step.detail["until"]),
                    _("Known here are: {names}.", names=listed(sorted(dates)) if dates else "–"),
                )


def _asked(session: Session, kind: TaskKind, definition: Definition) -> Iterator[Finding]:
    codes = {ask.value for step in definition.steps for ask in step.asked if ask.kind == "position"}
    codes |= {definition.owner} if definition.owner else set()
    held = _held(session, codes)
    if definition.owner and definition.owner not in held:
        yield _no_post("", definition.owner)
    for step in definition.steps:
        if step.human or step.type == "notify":
            for ask in step.asked:
                yield from _one(session, kind, step, ask, held)
        if step.needed and sum(held.get(ask.value, 1) > 0 for ask in step.asked) < step.needed:
            yield Finding(
                "warning", step.key, _("Fewer of its members hold their posts than must agree."),
                _("Until they do, the question goes to whoever is next above."),
            )
        if step.type == "subprocess":
            yield from _below(session, kind, step)


def _below(session: Session, kind: TaskKind, step: StepDef) -> Iterator[Finding]:
    if step.detail["process"] == kind.name and kind.process is None:
        yield Finding(
            "error", step.key, _("The process begins itself, without end."), _("Name another process."),
        )
    kinds = of(session).registry.task_kinds()
    other = kinds.get(step.detail["process"].partition(":")[0])
    if other is None or records.resource_of(session, other).name != records.resource_of(session, kind).name:
        yield Finding(
            "error", step.key, _("There is no process {name} about such records.", name=step.detail["process"]),
            _("Name a process of the same kind of record."),
        )


def _one(session: Session, kind: TaskKind, step: StepDef, ask: Ask, held: dict[str, int]) -> Iterator[Finding]:
    registry = of(session).registry
    if ask.kind == "position" and ask.value not in held:
        yield _no_post(step.key, ask.value)
    if ask.kind != "action":
        return
    action = registry.actions.get(ask.value or kind.action)
    wanted = records.resource_of(session, kind).name if ask.about == "record" else "person"
    if action is None or action.resource != wanted:
        yield Finding(
            "error", step.key, _("Nobody can be asked under {action}: it is not about such records.", action=ask.value),
            _("Name an action about {resource}.", resource=wanted),
        )


def _no_post(step: str, code: str) -> Finding:
    return Finding(
        "error", step, _("There is no post with the code {code}.", code=code), _("Name a post that is there today.")
    )


def _held(session: Session, codes: set[str]) -> dict[str, int]:
    """How many hold each of these posts today; a post that is not there is missing."""
    if not codes:
        return {}
    today = clock.today()
    statement = (
        select(Position.code, func.count(Assignment.id))
        .outerjoin(Assignment, (Assignment.position_id == Position.id) & as_of(Assignment, today))
        .where(Position.code.in_(sorted(codes))).group_by(Position.code)
    )
    return {code: count for code, count in session.execute(guard.mark(statement, _MARK))}


def _titles(definition: Definition) -> Iterator[Finding]:
    titles = [("", definition.title), *((one.key, one.title) for one in definition.steps if one.title)]
    for key, title in titles:
        missing = [locale for locale in LOCALES if locale not in title]
        if missing:
            yield Finding(
                "warning", key, _("The title is missing in {languages}.", languages=listed(missing)),
                _("Write it in both languages."),
            )


def _amounts(session: Session, kind: TaskKind, definition: Definition) -> Iterator[Finding]:
    """Amounts that no list lets anybody decide, for each action the definition asks under."""
    asked = {
        approvers.action_of(kind, ask): step.key
        for step in definition.steps if step.human for ask in step.asked if ask.kind == "action"
    }
    registry = of(session).registry
    wanted = {key for key in asked if (action := registry.actions.get(key)) is not None and action.amount}
    if not wanted:
        return
    world = reading.read(session, clock.today())
    for found in gaps.of_amounts(world):
        if found.code == "C05" and found.severity == "high" and found.action in wanted:
            yield Finding("warning", asked[found.action], found.message, found.remedy)
