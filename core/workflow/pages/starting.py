"""How a process starts, on its pages: by hand, by an event or by a rule of time; what waits to start, and what has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, url_for
from marshmallow import ValidationError
from marshmallow import fields as plain
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue, listed
from core.kernel.house import of
from core.schemas import fields
from core.web.forms import Form, written
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import starting
from core.workflow.actions import EDIT, PUBLISH
from core.workflow.designing import due, versions
from core.workflow.pages.processes import processes, version_to_change
from core.workflow.processes import schema
from core.workflow.processes.fields import FormField, read_fields
from core.workflow.processes.models import BEGUN, DRAFT, PUBLISHED, ProcessVersion
from core.workflow.processes.triggers import ENDED, Trigger, read_trigger

_ = catalogue("workflow")

HOW = {
    "hand": _("Somebody hands it in"), "event": _("Something has happened"), "schedule": _("At a time"),
}
SCHEDULES = {
    "daily": _("Every day"), "workdays": _("Every working day"), "weekly": _("Every week"),
    "monthly": _("Every month"), "rule": _("By a rule of time"),
}
WEEKDAYS = {
    "1": _("Monday"), "2": _("Tuesday"), "3": _("Wednesday"), "4": _("Thursday"), "5": _("Friday"),
    "6": _("Saturday"), "7": _("Sunday"),
}  # fmt: skip
_NONE, _FIXED = "", "fixed"
#: What the two inputs of a value are called before the name of its field.
_FROM, _CONSTANT = "from.", "fixed."


class TriggerSchema(fields.Schema):
    """What starts a process."""

    how = fields.Choice(HOW, required=True, metadata={"label": _("It starts when"), "kind": "radio"})
    post = fields.String(load_default="", max_length=80, metadata={
        "label": _("In the name of"), "hint": _("The code of the post whose holder asks.")})
    event = fields.String(load_default="", max_length=80, metadata={"label": _("What has happened")})
    process = fields.String(load_default="", max_length=80, metadata={
        "label": _("Which process"), "hint": _("Only for the end of a process.")})
    when = fields.String(load_default="", max_length=1000, metadata={"label": _("Only when"), "span": True})
    schedule = fields.Choice(SCHEDULES, load_default="monthly", metadata={"label": _("How often")})
    at = fields.String(load_default="09:00", max_length=5, metadata={
        "label": _("Time of day"), "kind": "time", "hint": _("On the clock of where the post is.")})
    day = fields.Integer(minimum=-1, maximum=28, load_default=None, allow_none=True, metadata={
        "label": _("Day of the month"), "hint": _("1 to 28; -1 is the last day.")})
    weekday = fields.Choice(WEEKDAYS, load_default="1", metadata={"label": _("Day of the week")})
    rule = fields.String(load_default="", max_length=120, metadata={
        "label": _("Rule of time"), "hint": _("Such as workday 3 09:00, the third working day of each month.")})


def _schema(form: Sequence[FormField]) -> type[fields.Schema]:
    """The schema with two inputs for each field of the form: where its value comes from, and the value itself."""
    made: dict[str, Any] = {}
    own = schema.schema_of(form)().fields
    for name, _field in due.inputs(tuple(form)):
        found: Any = own[name]
        made[f"{_FROM}{name}"] = fields.String(
            load_default="", max_length=100, attribute=f"{_FROM}{name}".replace(".", ":"),
            metadata={"label": found.metadata["label"]},
        )
        made[f"{_CONSTANT}{name}"] = _optional(found, f"{_CONSTANT}{name}".replace(".", ":"))
    made_schema: type[fields.Schema] = type("TriggerValues", (TriggerSchema,), made)
    return made_schema


def _optional(found: Any, attribute: str) -> Any:
    """A field of the form as the fixed value of a start, which may stay empty."""
    telling = {"label": _("{label}, fixed", label=found.metadata["label"])}
    if isinstance(found, plain.Boolean):
        return fields.Boolean(load_default=False, attribute=attribute, metadata=telling)
    told: dict[str, Any] = {
        "load_default": None, "allow_none": True, "metadata": telling, "attribute": attribute,
    }
    if isinstance(found, fields.Choice):
        return fields.Choice(found.titles, **told)
    if isinstance(found, fields.String):
        return fields.String(max_length=found.max_length, **told)
    if isinstance(found, fields.Integer):
        return fields.Integer(minimum=found.minimum, maximum=found.maximum, **told)
    return type(found)(**told)


@processes.route("/<process>/trigger", methods=["GET", "POST"])
@access(EDIT)
def trigger(session: Session, actor: Actor, process: str) -> Page | Response:
    """What starts a process, and with which values."""
    require(session, actor, EDIT)
    if versions.kind_of(session, process).process is None:
        raise NotFound("process.no_form", _("This process is about records; it has no form of its own."))
    row = version_to_change(session, process)
    form_fields = read_fields(row.source.get("form") or [])
    before = row.source.get("trigger") or {}
    now = read_trigger(before or None)
    form = Form(
        _schema(form_fields), values=_shown(before, now, form_fields),
        options=_options(session, process, now, form_fields),
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        source = {name: told for name, told in row.source.items() if name != "trigger"}
        made = _made(values, form_fields)
        try:
            versions.save_draft(session, actor, process, {**source, **({"trigger": made} if made else {})},
                                seen=row.digest if row.state == DRAFT else None)  # fmt: skip
        except DomainError as error:
            raise DomainError(error.code, error.message, _beside(error.field, values)) from None
        if made and form_fields and "values" not in made and made.get("event", "") != before.get("event", None):
            flash(_("Kept. Now say what each field is filled with."))
            return redirect_to("processes.trigger", process=process)
        return redirect_to("processes.show", process=process)

    return form.answer(session, lambda: page(
        "workflow/trigger.html", title=_("How it starts"), form=form, back=url_for("processes.show", process=process),
        plain=[one for one in form if not one.name.startswith((_FROM, _CONSTANT))],
        pairs=[(form[f"{_FROM}{name}"], form[f"{_CONSTANT}{name}"]) for name, _field in due.inputs(form_fields)],
        known=_known(session, now),
        crumb=[(_("Processes"), url_for("processes.index")), (process, url_for("processes.show", process=process))],
    ), save)  # fmt: skip


def _beside(place: str | None, values: Mapping[str, Any]) -> str | None:
    """The input beside which something that is wrong stands."""
    word = (place or "").removeprefix("trigger.")
    if word == "schedule" and values["schedule"] == "rule":
        return "rule"
    return word if word in TriggerSchema().fields else None


def _known(session: Session, trigger: Trigger | None) -> Text | None:
    """What a condition may name of the event that was chosen."""
    event = due.event_of(session, trigger) if trigger is not None and trigger.event else None
    return _("The event says: {names}.", names=listed(sorted(due.told(event)))) if event is not None else None


def _options(
    session: Session, process: str, trigger: Trigger | None, form: Sequence[FormField]
) -> dict[str, list[tuple[str, Any]]]:
    known = of(session).registry.events()
    events = [(name, one.title) for name, one in known.items() if name == ENDED or not name.startswith("workflow.")]
    named = session.scalars(select(ProcessVersion).where(ProcessVersion.state == PUBLISHED)).all()
    others = [(one.process, versions.definition_of(one).title) for one in named if one.process != process]
    event = due.event_of(session, trigger) if trigger is not None and trigger.event else None
    told = due.told(event) if event is not None else {}
    found: dict[str, list[tuple[str, Any]]] = {
        "event": sorted(events, key=lambda one: str(one[1])), "process": sorted(others, key=lambda one: str(one[1])),
    }
    for name, field in due.inputs(tuple(form)):
        found[f"{_FROM}{name}"] = [
            (_FIXED, _("A fixed value")),
            *((f"event:{one}", _("From the event: {name}", name=one)) for one, kind in told.items()
              if due.fits(field, kind)),
            *((f"start:{one}", words) for one, words in (("day", _("The day it starts")),
                                                         ("month", _("The month it starts")))
              if field.kind in due.TAKES_START[one]),
        ]  # fmt: skip
    return found


def _shown(source: Mapping[str, Any], now: Trigger | None, form: Sequence[FormField]) -> dict[str, Any]:
    """A trigger as its form shows it."""
    word = source.get("schedule", "")
    found: dict[str, Any] = {
        "how": "hand" if now is None else "schedule" if now.timed else "event", "rule": "", "at": "09:00",
        **{name: source[name] for name in ("post", "event", "process", "when", "day", "at") if name in source},
        "weekday": str(source.get("weekday", 1)),
    }
    if word:
        found |= {"schedule": word} if word in SCHEDULES else {"schedule": "rule", "rule": word}
    own = schema.schema_of(form)().fields
    for name, value in (now.values if now is not None else {}).items():
        if name not in own:
            continue
        if value.source != "constant":
            found[f"{_FROM}{name}".replace(".", ":")] = f"{value.source}:{value.value}"
            continue
        found[f"{_FROM}{name}".replace(".", ":")] = _FIXED
        try:
            found[f"{_CONSTANT}{name}".replace(".", ":")] = own[name].deserialize(value.value)
        except ValidationError:  # told as a fault of the process
            continue
    return found


def _made(values: Mapping[str, Any], form: Sequence[FormField]) -> dict[str, Any] | None:
    """A trigger as a definition writes it."""
    if values["how"] == "hand":
        return None
    if values["how"] == "event":
        made = {name: values[name] for name in ("event", "process", "when") if values[name]}
        made.setdefault("event", "")
    elif values["schedule"] == "rule":
        made = {"schedule": values["rule"]}
    else:
        made = {"schedule": values["schedule"], "at": values["at"]}
        if made["schedule"] == "monthly":
            made["day"] = values["day"]
        elif made["schedule"] == "weekly":
            made["weekday"] = int(values["weekday"])
    made["post"] = values["post"]
    told = _told(values, form)
    return {**made, "values": told} if told else made


def _told(values: Mapping[str, Any], form: Sequence[FormField]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    own = schema.schema_of(form)().fields
    for name, field in due.inputs(tuple(form)):
        source = values[f"{_FROM}{name}".replace(".", ":")]
        if not source:
            continue
        what, _colon, which = source.partition(":")
        if what == _FIXED:
            given = values[f"{_CONSTANT}{name}".replace(".", ":")]
            value: Any = given if isinstance(given, bool) else written(own[name], given)
        else:
            value = {what: which}
        if field.kind == "period":
            found.setdefault(field.name, {})["from" if name.endswith("-from") else "to"] = value
        else:
            found[name] = value
    return found


@processes.post("/<process>/starts/<id:start_id>/<how>")
@access(PUBLISH)
def settle(session: Session, actor: Actor, process: str, start_id: int, how: str) -> Response:
    """Try again what could not start, or leave it out for good."""
    require(session, actor, PUBLISH)
    if how not in ("again", "leave"):
        raise NotFound("not_found", _("There is no such way to go on."))
    row = starting.settle(session, process, start_id, again=how == "again")
    if row.state == BEGUN:
        flash(_("It has started."))
    elif how == "again":
        flash(_("It could still not start; the reason stands beside it."), "warn")
    else:
        flash(_("It is left out."))
    return redirect_to("processes.show", process=process)
