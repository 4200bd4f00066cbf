"""What is wrong with what starts a process: events nobody tells, values the form refuses, posts that are not there, and
processes that start each other without end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.text import Text, catalogue, listed
from core.events import formulas
from core.kernel.house import of
from core.kernel.specs import TaskKind
from core.workflow.actions import FORM
from core.workflow.designing import due
from core.workflow.designing.finding import Finding
from core.workflow.processes import definition as definitions
from core.workflow.processes.definition import Definition
from core.workflow.processes.fields import FormField, read_fields
from core.workflow.processes.models import PUBLISHED, ProcessVersion
from core.workflow.processes.triggers import ENDED, Trigger

_ = catalogue("workflow")

#: A rule of time starts a process at most once in so long.
SHORTEST = timedelta(hours=20)


def check(session: Session, kind: TaskKind, process: str, definition: Definition) -> Iterator[Finding]:
    """Everything that is wrong with the trigger of a definition of ``process``."""
    trigger = definition.trigger
    if trigger is None:
        return
    if kind.process is None:
        yield _error(_("Only a form of your own can start by itself; this process is about records."),
                     _("Take the trigger out."))  # fmt: skip
        return
    if due.post_of(session, trigger) is None:
        yield _error(_("There is no post with the code {code}.", code=trigger.post),
                     _("Name a post that is there today."))  # fmt: skip
    if trigger.timed:
        yield from _often(session, trigger)
    else:
        yield from _event(session, process, trigger)
    try:
        form = read_fields(definition.form)
    except DomainError:
        return  # told as a fault of the form
    yield from _values(session, trigger, form)


def _error(message: Text, remedy: Text) -> Finding:
    return Finding("error", "", message, remedy)


def _often(session: Session, trigger: Trigger) -> Iterator[Finding]:
    after, moments = clock.now(), []
    for _number in range(8):
        found = due.next_start(session, trigger, after)
        if found is None:
            break
        moments.append(found)
        after = found
    if not moments:
        yield _error(_("By its schedule it never starts."), _("Name another day."))
    elif any(later - first < SHORTEST for first, later in zip(moments, moments[1:], strict=False)):
        yield _error(_("It would start more than once a day."), _("Let it start once a day at most."))


def _event(session: Session, process: str, trigger: Trigger) -> Iterator[Finding]:
    event = due.event_of(session, trigger)
    if event is None:
        yield _error(_("There is no event called {name}.", name=trigger.event), _("Choose one of the events."))
        return
    if trigger.event == ENDED:
        yield from _follows(session, process, trigger)
    elif trigger.event.startswith("workflow."):
        yield _error(
            _("Processes tell this event themselves, so that it would start without end."),
            _("Start it at the end of another process instead."),
        )
    elif trigger.process:
        yield _error(_("Only the end of a process names the process it follows."), _("Take the process out."))
    try:
        formulas.compiled(trigger.when, (event,)) if trigger.when else None
    except DomainError as error:
        yield _error(
            _("The formula “{source}” cannot be read: {why}", source=trigger.when, why=error.message),
            _("Known here are: {names}.", names=listed(sorted(formulas.readable((event,))))),
        )


def _follows(session: Session, process: str, trigger: Trigger) -> Iterator[Finding]:
    """The process it follows must be there, and must not follow this one, however many are between."""
    if not trigger.process:
        yield _error(_("Say at the end of which process it starts."), _("Name another process."))
        return
    kinds = of(session).registry.task_kinds()
    followed = _followed(session)
    name = trigger.process.partition(":")[0]
    if trigger.process != process and (name not in kinds or (name == FORM and trigger.process not in followed)):
        yield _error(_("There is no process {name}.", name=trigger.process), _("Name a process that is in force."))
    seen, here = [process], trigger.process
    while here and here not in seen:
        seen.append(here)
        here = followed.get(here, "")
    if here == process:
        yield _error(
            _("The processes {steps} start each other in a circle.", steps=listed(seen)),
            _("Let one of them start in another way."),
        )


def _followed(session: Session) -> dict[str, str]:
    """Each process of a form in force, with the one whose end starts it, or ""."""
    statement = select(ProcessVersion.process, ProcessVersion.source).where(
        ProcessVersion.kind == FORM, ProcessVersion.state == PUBLISHED
    )
    found = {}
    for name, source in session.execute(statement):
        trigger = definitions.read(source).trigger
        found[name] = trigger.process if trigger is not None else ""
    return found


def _values(session: Session, trigger: Trigger, form: tuple[FormField, ...]) -> Iterator[Finding]:
    inputs = dict(due.inputs(form))
    event = due.event_of(session, trigger)
    told = due.told(event) if event is not None else {}
    for name, value in trigger.values.items():
        field = inputs.get(name)
        if field is None:
            yield _error(_("The form has no field {name}.", name=name), _one_of(sorted(inputs)))
        elif value.source == "event" and (trigger.timed or (event is not None and value.value not in told)):
            yield _error(_("The event says nothing called {name}.", name=value.value), _one_of(sorted(told)))
        elif value.source == "event" and event is not None and not due.fits(field, told[value.value]):
            yield _error(
                _("The field {field} cannot be filled from {name}.", field=field.title, name=value.value),
                _("Choose another field of the event, or a field of text."),
            )
        elif value.source == "start" and field.kind not in due.TAKES_START[value.value]:
            yield _error(_("The field {field} cannot be filled from {name}.", field=field.title, name=value.value),
                         _("Choose a field of text or a date."))  # fmt: skip
    yield from _refused(trigger, form, inputs)
    for field in form:
        if field.kind == "file" and field.needed:
            yield _error(_("The field {field} needs a file, which nobody hands in.", field=field.title),
                         _("Let the file be left out."))  # fmt: skip


def _one_of(names: list[str]) -> Text:
    return _("Known here are: {names}.", names=listed(names) if names else "–")


def _refused(trigger: Trigger, form: tuple[FormField, ...], inputs: Mapping[str, FormField]) -> Iterator[Finding]:
    """What the form itself says of the constants, and which fields stay empty that must not."""
    from marshmallow import ValidationError  # what only names processes, such as a command, does without

    from core.schemas.messages import flat_messages
    from core.workflow.processes import schema

    given: dict[str, Any] = {name: value for name, value in due.constants(trigger).items() if name in inputs}
    try:
        schema.schema_of(form)().load(given)
        refused: Mapping[str, Any] = {}
    except ValidationError as error:
        refused = flat_messages(error.messages)
    for name, texts in refused.items():
        field = inputs.get(name)
        if name in given:
            yield _error(_("The field {field} refuses “{value}”: {why}", field=field.title if field else name,
                           value=given[name], why=texts[0]), _("Give another value."))  # fmt: skip
        elif name not in trigger.values and field is not None:
            yield _error(_("The field {field} must be filled in.", field=field.title), _("Give it a value."))
