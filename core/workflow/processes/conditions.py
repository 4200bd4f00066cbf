"""The formulas of a definition: what they may name of a record, and whether one holds.

A formula speaks of the attributes of the resource type, as the conditions of authority lists do, of the fields of a
form, and of what earlier steps have set. Money is in ``CURRENCY``; an amount in another is compared by the published
rates (``core/authority/rates``), and is missing where none holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.formula.expression import Expression, compile_expression
from core.formula.scope import Input, Scope
from core.formula.types import BOOL, COUNT, DAYS, MINUTES, MONEY, RATE, Type
from core.kernel.specs import ResourceType
from core.workflow.processes.definition import Definition
from core.workflow.processes.fields import FormField, days_of, read_fields

_ = catalogue("workflow")

#: Formulas of a definition hold amounts against this currency.
CURRENCY: Final = "CNY"
#: What a step may set.
KINDS: Mapping[str, Type] = {
    "count": COUNT, "money": MONEY, "days": DAYS, "minutes": MINUTES, "rate": RATE, "bool": BOOL,
}


def scope_of(resource: ResourceType, definition: Definition) -> Scope:
    """What a formula of a definition about a record of a type may name."""
    inputs = {name: Input(one.type, source=one.title) for name, one in resource.attributes.items()}
    inputs |= {one.name: Input(one.type, source=str(one.title)) for one in _fields(definition) if one.type is not None}
    for step in definition.steps:
        if step.type == "set" and step.detail["field"] not in inputs:
            inputs[step.detail["field"]] = Input(KINDS[step.detail["as"]], source=_("Set by the process"))
    return Scope(inputs)


def _fields(definition: Definition) -> tuple[FormField, ...]:
    return read_fields(definition.form)


def compiled(source: str, scope: Scope, result: Type = BOOL, *, name: str = "") -> Expression:
    """A formula of a definition. Raises ``FormulaError`` with the place and the remedy."""
    return compile_expression(source, result, scope, name=name)


def values_of(
    session: Session, resource: ResourceType, record: Any, definition: Definition, kept: Mapping[str, int]
) -> dict[str, int | None]:
    """The values of a record as formulas read them: integers in the scale of their type, None for one that is missing.
    ``kept`` is what steps have set.
    """
    found: dict[str, int | None] = {name: None for name in scope_of(resource, definition).inputs}
    for name, attribute in resource.attributes.items():
        value = getattr(record, attribute.column, None)
        if attribute.currency is not None:
            value = _in_currency(session, value, getattr(record, attribute.currency, None))
        found[name] = _number(attribute.type, value)
    told: Mapping[str, Any] = (getattr(record, "values", None) or {}) if definition.form else {}
    for one in _fields(definition):
        if one.type is not None:
            value = told.get(one.name)
            found[one.name] = _number(one.type, days_of(value) if one.kind == "period" and value else value)
    return {**found, **{name: value for name, value in kept.items() if name in found}}


def _number(type_: Type, value: Any) -> int | None:
    if value is None:
        return None
    if type_.kind == "enum":
        return type_.labels.index(value) if value in type_.labels else None
    return int(value)


def _in_currency(session: Session, amount: int | None, currency: str | None) -> int | None:
    if amount is None or currency == CURRENCY:
        return amount
    minor: int | None = session.info["authority"].on_day(session, clock.today()).rates.minor(amount, currency, CURRENCY)
    return minor


def holds(
    session: Session, source: str, resource: ResourceType, record: Any, definition: Definition,
    kept: Mapping[str, int],
) -> tuple[bool | None, Text | None]:
    """Whether a condition holds for a record, and why that cannot be told where it is None.

    What is missing is never taken for a yes or a no: whoever asks decides what is safe then.
    """
    if not source:
        return True, None
    try:
        expression = compiled(source, scope_of(resource, definition), name="when")
        return bool(expression.row(values_of(session, resource, record, definition, kept))), None
    except DomainError as error:
        return None, _("Its condition could not be read: {why}", why=error.message)
