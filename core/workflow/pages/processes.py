"""Processes: which there are, one drawn with its faults, changing it step by step, trying it, putting it in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml
from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import labels, records, way
from core.workflow.actions import EDIT, FORM, PUBLISH, READ
from core.workflow.designing import checking, editing, figures, starters, versions
from core.workflow.pages import editors, flow, starts
from core.workflow.processes import definition
from core.workflow.processes.fields import read_fields
from core.workflow.processes.models import DRAFT, PUBLISHED, ProcessVersion

_ = catalogue("workflow")

processes = ModuleBlueprint("processes", __name__, url_prefix="/processes")

_COLOURS = {DRAFT: "info", PUBLISHED: "ok"}


@processes.get("/")
@access(EDIT)
def index(session: Session, actor: Actor) -> Page:
    """Every process with the version in force, whether there is a draft, and how often it was used."""
    require(session, actor, EDIT)
    used = figures.used(session, actor) if allowed(session, actor, READ) else {}
    return page(
        "workflow/processes.html", title=_("Processes"), used=used, may_figures=allowed(session, actor, READ),
        rows=[{"name": one.name, "title": one.title, PUBLISHED: one.in_force, DRAFT: one.draft,
               "starts": _starts(session, one.in_force or one.draft)} for one in versions.known(session)],
    )  # fmt: skip


def _starts(session: Session, row: ProcessVersion | None) -> list[Any]:
    return starts.words(session, versions.definition_of(row).trigger if row is not None else None)


@processes.route("/new", methods=["GET", "POST"])
@access(EDIT)
def new(session: Session, actor: Actor) -> Page | Response:
    """A form of one's own, with the process it goes through."""
    offered: list[tuple[str, Any]] = [("", _("An empty form")), *starters.titles().items()]
    form = Form(editors.NewSchema, values={"category": "other"}, options={"begin": offered})

    def save(values: dict[str, Any]) -> Response:
        name = f"{FORM}:{values['name']}"
        if session.scalar(select(ProcessVersion.id).where(ProcessVersion.process == name).limit(1)) is not None:
            raise DomainError("process.there", _("There is a process of this name already."), "name")
        given = starters.starters().get(values["begin"])
        versions.save_draft(session, actor, name, {
            **given, "title": values["title"], "category": values["category"],
        } if given is not None else {
            "title": values["title"], "category": values["category"],
            "form": [{"name": "reason", "kind": "long", "title": {"zh_CN": "事由", "en": "Reason"}, "needed": True}],
            "steps": [{"key": "superior", "type": "decide", "title": {"zh_CN": "上级审批", "en": "Superior"},
                       "by": {"relation": "superior"}}],
        })  # fmt: skip
        return redirect_to("processes.show", process=name)

    return form.answer(session, lambda: page(
        "workflow/process_form.html", title=_("A form of your own"), form=form, back=url_for("processes.index"),
        crumb=[(_("Processes"), url_for("processes.index"))],
    ), save)  # fmt: skip


@processes.get("/figures")
@access(READ)
def show_figures(session: Session, actor: Actor) -> Page:
    """How long steps take, where requests wait, what is late where, and which entries decide."""
    return page(
        "workflow/figures.html", title=_("Figures of processes"), steps=figures.of_steps(session, actor),
        units=editors.unit_names(session, figures.late_by_unit(session, actor)),
        entries=figures.of_entries(session, actor), crumb=[(_("Processes"), url_for("processes.index"))],
    )


def version_to_change(session: Session, process: str) -> ProcessVersion:
    """The draft of a process, else the version in force. Raises ``NotFound`` for a process nobody knows."""
    kind = versions.kind_of(session, process)
    found = versions.draft_of(session, process)
    return found if found is not None else versions.in_force(session, kind, process)


@processes.get("/<process>")
@access(EDIT)
def show(session: Session, actor: Actor, process: str) -> Page:
    """One process drawn, what is wrong with it, and the way an example would take."""
    require(session, actor, EDIT)
    row, kind = version_to_change(session, process), versions.kind_of(session, process)
    read = versions.definition_of(row)
    example = request.args.get("example", type=int)
    tried, walked = None, list[Any]()
    if example is not None and 0 < example < 2**62:
        record = records.record_of(session, kind, example)
        if record is not None:
            tried, walked = way.previewed(session, kind, read, record), way.walked(session, kind, read, record)
    findings = checking.check(session, kind, read, process)
    return page(
        "workflow/process.html", title=read.title or kind.title, row=row, process=process, read=read,
        crumb=[(_("Processes"), url_for("processes.index"))], states=labels.VERSION_STATES, colours=_COLOURS,
        findings=findings, flow=flow.flow(session, read, findings, walked), tried=tried,
        examples=editors.examples(session, actor, kind, process), example=example,
        own_form=kind.process is not None, starts=starts.words(session, read.trigger),
        started=starts.rows(session, process) if kind.process is not None else [],
        may_settle=allowed(session, actor, PUBLISH),
        fields=[(str(one.title), editors.FIELD_WORDS[one.kind]) for one in read_fields(read.form)],
        may_publish=row.state == DRAFT and allowed(session, actor, PUBLISH),
    )


@processes.route("/<process>/steps", methods=["GET", "POST"])
@access(EDIT)
def add_step(session: Session, actor: Actor, process: str) -> Page | Response:
    """Add a step at the end."""
    return _step(session, actor, process, "")


@processes.route("/<process>/steps/<key>", methods=["GET", "POST"])
@access(EDIT)
def step(session: Session, actor: Actor, process: str, key: str) -> Page | Response:
    """Change a step."""
    return _step(session, actor, process, key)


def _step(session: Session, actor: Actor, process: str, key: str) -> Page | Response:
    row = version_to_change(session, process)
    before: Mapping[str, Any] = next((one for one in row.source["steps"] if one["key"] == key), {})
    if key and not before:
        raise NotFound("process.no_step", _("There is no step {key}.", key=key))
    form = Form(editors.StepSchema, values=editing.values_of(before))

    def save(values: dict[str, Any]) -> Response:
        made = editing.step_of(values, before)
        _keep(session, actor, process, row, editing.with_step(row.source, key, made))
        return redirect_to("processes.show", process=process)

    return form.answer(session, lambda: page(
        "workflow/process_form.html", title=_("Step {key}", key=key) if key else _("A new step"), form=form,
        back=url_for("processes.show", process=process),
        crumb=[(_("Processes"), url_for("processes.index")), (process, url_for("processes.show", process=process))],
    ), save)  # fmt: skip


def _keep(session: Session, actor: Actor, process: str, row: ProcessVersion, source: Mapping[str, Any]) -> None:
    """Keep a change as the draft; what is wrong with a step is told beside its fields, where the form has them."""
    try:
        versions.save_draft(session, actor, process, source, seen=row.digest if row.state == DRAFT else None)
    except DomainError as error:
        place = re.fullmatch(r"steps\.\d+\.(\w+)", error.field or "")
        field = editors.FIELD_OF.get(place[1], place[1]) if place else None
        raise DomainError(error.code, error.message, field) from None


@processes.post("/<process>/steps/<key>/<way_>")
@access(EDIT)
def move(session: Session, actor: Actor, process: str, key: str, way_: str) -> Response:
    """A step further up or down, or away."""
    row = version_to_change(session, process)
    if way_ == "remove":
        source = editing.without(row.source, key)
    else:
        source = editing.moved(row.source, key, -1 if way_ == "up" else 1)
    _keep(session, actor, process, row, source)
    return redirect_to("processes.show", process=process)


@processes.route("/<process>/source", methods=["GET", "POST"])
@access(EDIT)
def source(session: Session, actor: Actor, process: str) -> Page | Response:
    """The whole definition as text, with the fields of its form."""
    row = version_to_change(session, process)
    text = yaml.safe_dump(row.source, allow_unicode=True, sort_keys=False, width=110)
    form = Form(editors.SourceSchema, values={"text": text, "seen": row.digest if row.state == DRAFT else ""})

    def save(values: dict[str, Any]) -> Response:
        made = editors.read_text(values["text"])
        definition.read(made)
        versions.save_draft(session, actor, process, made, seen=values["seen"] or None)
        return redirect_to("processes.show", process=process)

    return form.answer(session, lambda: page(
        "workflow/process_form.html", title=_("Definition as text"), form=form,
        back=url_for("processes.show", process=process),
        crumb=[(_("Processes"), url_for("processes.index")), (process, url_for("processes.show", process=process))],
    ), editors.beside("text", save))  # fmt: skip


@processes.post("/<process>/publish")
@access(PUBLISH)
def publish(session: Session, actor: Actor, process: str) -> Response:
    """Put the draft in force; what runs stays on its version."""
    row = versions.publish(session, actor, process, seen=request.form.get("seen", ""))
    flash(_("Version {number} is in force. What runs stays on its version.", number=row.number))
    return redirect_to("processes.show", process=process)


@processes.post("/<process>/discard")
@access(EDIT)
def discard(session: Session, actor: Actor, process: str) -> Response:
    """Throw the draft away."""
    versions.discard_draft(session, actor, process)
    flash(_("The draft is thrown away."))
    return redirect_to("processes.index")
