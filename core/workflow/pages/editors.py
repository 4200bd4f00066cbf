"""What the pages of processes are made of: their forms, the steps as they are drawn, and examples to try one with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed_many
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.kernel.specs import TaskKind
from core.org.models import UnitVersion
from core.schemas import fields
from core.workflow import records
from core.workflow.designing.editing import ASKED, NEEDS
from core.workflow.designing.figures import UnitFigures
from core.workflow.forms.words import CATEGORIES
from core.workflow.processes.definition import ALLOWED, TYPES
from core.workflow.processes.models import Run
from core.workflow.way import TYPES as TYPE_WORDS

_ = catalogue("workflow")

R = TypeVar("R")
LONGEST = 60_000
_ALLOWED = {
    "return": _("Send back"), "transfer": _("Hand on"), "add": _("Add a signer"), "batch": _("Decide with others"),
}
#: What the kinds of fields of a form are called.
FIELD_WORDS = {
    "text": _("A line of text"), "long": _("Text of several lines"), "number": _("A number"), "days": _("Days"),
    "amount": _("Amount"), "date": _("Date"), "period": _("Period"), "choice": _("Choice"), "yes_no": _("Yes or no"),
    "person": _("Person"), "unit": _("Unit"), "file": _("File"),
}  # fmt: skip
#: Which field of the form of a step shows what is wrong with a part of its definition.
FIELD_OF = {"by": "asked_value", "to": "asked_value", "need": "need_count", "within": "days", "order": "in_turn",
            "until": "detail", "tag": "detail", "field": "detail", "value": "detail", "process": "detail"}  # fmt: skip


class NewSchema(fields.Schema):
    """A form of one's own: what it is called and what it is about."""

    name = fields.String(required=True, max_length=40, metadata={
        "label": _("Code"), "hint": _("A short word of small Latin letters, such as seal_use; it stays.")})
    title = fields.Translated(required=True, metadata={"label": _("Title")})
    category = fields.Choice(CATEGORIES, required=True, metadata={
        "label": _("Category"), "hint": _("Authority lists can name it.")})
    begin = fields.String(load_default="", max_length=40, metadata={"label": _("Begin with")})


class StepSchema(fields.Schema):
    """A step of a process."""

    key = fields.String(required=True, max_length=40, metadata={
        "label": _("Code"), "hint": _("A short word of small Latin letters, such as superior.")})
    type = fields.Choice({name: TYPE_WORDS[name] for name in TYPES}, required=True, metadata={
        "label": _("Kind of step")})
    title = fields.Translated(load_default=dict, metadata={"label": _("Title")})
    when = fields.String(load_default="", max_length=1000, metadata={
        "label": _("Only when"), "hint": _("A formula such as amount > 10000.00; empty: always."), "span": True})
    asked = fields.Choice(ASKED, load_default="lists", metadata={"label": _("Whom it asks")})
    asked_value = fields.String(load_default="", max_length=500, metadata={
        "label": _("Which"), "hint": _("Codes of posts or actions, several with commas.")})
    level = fields.Integer(minimum=1, maximum=10, load_default=1, metadata={"label": _("Levels up")})
    need = fields.Choice(NEEDS, load_default="all", metadata={"label": _("Who must agree")})
    need_count = fields.Integer(minimum=1, maximum=20, load_default=None, allow_none=True, metadata={
        "label": _("How many, or the quorum")})
    in_turn = fields.Boolean(load_default=False, metadata={"label": _("One after another")})
    days = fields.Integer(minimum=1, maximum=366, load_default=None, allow_none=True, metadata={
        "label": _("Working days for it")})
    remind = fields.Integer(minimum=0, maximum=366, load_default=None, allow_none=True, metadata={
        "label": _("Reminded so many days before")})
    passes_on = fields.Boolean(load_default=False, metadata={"label": _("When it is over, ask the next above")})
    allow = fields.List(fields.String(max_length=20), load_default=list, metadata={
        "label": _("Whoever decides may also"), "options": [(name, _ALLOWED[name]) for name in ALLOWED]})
    next = fields.String(load_default="", max_length=40, metadata={
        "label": _("Then"), "hint": _("The code of a step, or end; empty: the next in order.")})
    otherwise = fields.String(load_default="", max_length=40, metadata={
        "label": _("Otherwise"), "hint": _("Where it goes when the condition does not hold.")})
    task = fields.Translated(load_default=dict, metadata={
        "label": _("What is to do"), "hint": _("Only where the step gives somebody something to do.")})
    detail = fields.String(load_default="", max_length=1000, metadata={
        "label": _("Details"), "span": True,
        "hint": _("Tag: its words. Wait: working days, or a date of the record. Set: name = formula. Other process: "
                  "its name."),
    })


class SourceSchema(fields.Schema):
    """A whole definition as text."""

    text = fields.String(required=True, max_length=LONGEST, multiline=True, metadata={
        "label": _("Definition"), "span": True, "rows": 28, "attrs": {"spellcheck": "false"}})
    seen = fields.String(load_default="", max_length=64, metadata={"kind": "hidden"})


class _Plain(yaml.SafeLoader):
    """Days stay the text they are written as: a definition is kept as JSON."""

    yaml_implicit_resolvers = {
        first: [(tag, form) for tag, form in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_text(text: str) -> Any:
    """A definition from its text. Raises ``DomainError`` where it cannot be read, with the line."""
    try:
        return yaml.load(text, _Plain)  # noqa: S506  a loader that makes plain values alone
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DomainError("process.text", _(
            "Line {line} cannot be read; compare it with the lines above it.", line=mark.line + 1 if mark else 1,
        ), "text") from None  # fmt: skip


def beside(field: str, save: Callable[[dict[str, Any]], R]) -> Callable[[dict[str, Any]], R]:
    """A ``save`` whose refusals name the place in the definition and stand beside one field."""

    def saved(values: dict[str, Any]) -> R:
        try:
            return save(values)
        except DomainError as error:
            if error.code != "process.definition":
                raise
            said = _("{place}: {why}", place=error.field or "–", why=error.message)
            raise DomainError(error.code, said, field) from None

    return saved


def examples(session: Session, actor: Actor, kind: TaskKind, process: str) -> list[tuple[int, Text | str]]:
    """Records that went through a process lately and that the reader may see, to try it with."""
    ids = session.scalars(records.engine(
        select(Run.resource_id).where(Run.process == process).order_by(Run.id.desc()).limit(20)
    )).all()  # fmt: skip
    found = records.records_of(session, kind, set(ids)) if ids else {}
    read = records.resource_of(session, kind).read
    known = [found[one] for one in dict.fromkeys(ids) if one in found]
    seen = allowed_many(session, actor, read, known) if read and known else []
    shown = [one for one, may in zip(known, seen, strict=False) if may][:8]
    return [(records.identity_of(one), kind.subject(session, one)) for one in shown]


def unit_names(session: Session, found: Sequence[UnitFigures]) -> list[tuple[str, int]]:
    """Units by their titles, with their figures."""
    ids = sorted({one.unit_id for one in found if one.unit_id is not None})
    statement = select(UnitVersion.unit_id, UnitVersion.title).where(
        UnitVersion.unit_id.in_(ids), as_of(UnitVersion, clock.today())
    )
    titles = {unit: str(title) for unit, title in session.execute(statement)} if ids else {}
    return [(titles.get(one.unit_id or 0, "–"), one.late) for one in found]

