"""A form of the fields of a definition: how each is asked and checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from core.base.errors import DomainError
from core.base.text import catalogue
from core.schemas import fields
from core.workflow.processes.fields import FROM, TO, FormField, both_days

_ = catalogue("workflow")

LONGEST = 2_000
#: What an input for files offers on a page; a phone offers its camera as well.
OFFERED = "image/*,.pdf,.ofd,.docx,.xlsx"


def schema_of(form: Sequence[FormField]) -> type[fields.Schema]:
    """A schema for pages and programs alike; money comes as text in a form and as minor units in JSON."""
    made: dict[str, Any] = {}
    for one in form:
        if one.kind == "period":
            made |= _period(one)
        else:
            made[one.name] = _field(one)
    found: type[fields.Schema] = fields.Schema.from_dict(made, name="SubmissionValues")  # type: ignore[assignment]
    return found


def _period(one: FormField) -> dict[str, Any]:
    """A period is asked as its first and its last day, as people say it."""
    first, last = (
        {"required": one.needed, "metadata": {"label": label, "hint": hint}, **_empty(one)}
        for label, hint in ((_("{label}, first day", label=one.title), str(one.hint) or None),
                            (_("{label}, last day", label=one.title), None))
    )
    return {f"{one.name}{FROM}": fields.Day(**first), f"{one.name}{TO}": fields.Day(**last)}


def _empty(one: FormField) -> dict[str, Any]:
    return {} if one.needed else {"load_default": None, "allow_none": True}


def _field(one: FormField) -> Any:
    told: dict[str, Any] = {
        "required": one.needed, "metadata": {"label": str(one.title), "hint": str(one.hint) or None}, **_empty(one),
    }
    if one.kind == "choice":
        return fields.Choice({value: str(words) for value, words in one.choices}, **told)
    if one.kind == "file":  # what is sent with a form is no part of its fields; ``kept`` insists on it
        return fields.String(load_default="", metadata={
            **told["metadata"], "kind": "files", "attrs": {"accept": OFFERED}, "span": True,
        })  # fmt: skip
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
    """Loaded values as they are stored: numbers, texts, days as text, a period as the mapping ``days_of`` reads. Raises
    ``DomainError`` for a field that is needed and empty, however it came in, and for a period that ends before it
    begins.
    """
    found: dict[str, Any] = {}
    for one in form:
        value = _days(one, values) if one.kind == "period" else values.get(one.name)
        if one.kind == "file" and not isinstance(value, list):
            value = None
        if one.needed and value in (None, "", []):
            raise DomainError("submission.needed", _("Fill this in."), f"{one.name}{FROM * (one.kind == 'period')}")
        if value not in (None, "", []):
            found[one.name] = value.isoformat() if isinstance(value, date) else value
    return found


def _days(one: FormField, values: dict[str, Any]) -> dict[str, str] | None:
    first, last = values.get(f"{one.name}{FROM}"), values.get(f"{one.name}{TO}")
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise DomainError("submission.needed", _("Give both days."), f"{one.name}{FROM if first is None else TO}")
    if last < first:
        raise DomainError("submission.period", _("The last day lies before the first one."), f"{one.name}{TO}")
    return {"from": first.isoformat(), "until": (last + timedelta(days=1)).isoformat()}


def loaded(form: Sequence[FormField], values: dict[str, Any]) -> dict[str, Any]:
    """Stored values as a form shows them."""
    found: dict[str, Any] = {}
    for one in form:
        if one.name not in values or one.kind == "file":
            continue
        value = values[one.name]
        if one.kind == "period":
            found[f"{one.name}{FROM}"], found[f"{one.name}{TO}"] = both_days(value)
        else:
            found[one.name] = date.fromisoformat(value) if one.kind == "date" else value
    return found
