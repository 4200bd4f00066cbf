"""A form of the fields of a definition: how each is asked and checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.base.errors import DomainError
from core.base.text import catalogue
from core.schemas import fields
from core.workflow.processes.fields import FormField

_ = catalogue("workflow")

LONGEST = 2_000


def schema_of(form: Sequence[FormField]) -> type[fields.Schema]:
    """A schema for pages and programs alike; money comes as text in a form and as minor units in JSON."""
    made: dict[str, Any] = {one.name: _field(one) for one in form}
    found: type[fields.Schema] = fields.Schema.from_dict(made, name="SubmissionValues")  # type: ignore[assignment]
    return found


def _field(one: FormField) -> Any:
    empty: dict[str, Any] = {} if one.needed else {"load_default": None, "allow_none": True}
    told: dict[str, Any] = {
        "required": one.needed, "metadata": {"label": str(one.title), "hint": str(one.hint) or None}, **empty,
    }
    if one.kind == "choice":
        return fields.Choice({value: str(words) for value, words in one.choices}, **told)
    if one.kind == "yes_no":
        return fields.Boolean(load_default=False, metadata=told["metadata"])
    makers: dict[str, Any] = {
        "number": lambda: fields.Integer(minimum=0, maximum=10**7, **told), "days": lambda: fields.Days(**told),
        "amount": lambda: fields.Money(**told), "date": lambda: fields.Day(**told),
        "person": lambda: fields.String(max_length=100, **told), "unit": lambda: fields.String(max_length=100, **told),
        "long": lambda: fields.String(max_length=LONGEST, multiline=True, **told),
    }
    made = makers.get(one.kind)
    return made() if made is not None else fields.String(max_length=200, **told)


def kept(form: Sequence[FormField], values: dict[str, Any]) -> dict[str, Any]:
    """Loaded values as they are stored: numbers, texts, and days as text. Raises ``DomainError`` for a field that is
    needed and empty, however it came in.
    """
    found: dict[str, Any] = {}
    for one in form:
        value = values.get(one.name)
        if one.needed and value in (None, ""):
            raise DomainError("submission.needed", _("Fill this in."), one.name)
        if value is not None and value != "":
            found[one.name] = value.isoformat() if isinstance(value, date) else value
    return found


def loaded(form: Sequence[FormField], values: dict[str, Any]) -> dict[str, Any]:
    """Stored values as a form shows them."""
    return {
        one.name: date.fromisoformat(values[one.name]) if one.kind == "date" else values[one.name]
        for one in form if one.name in values
    }
