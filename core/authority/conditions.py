"""The conditions of an entry (``when``): what they mean for one object and as SQL.

Each names an attribute of the resource and what it must be, written as a cell of a decision table is: ``ads`` or
``ads, event`` for a choice, ``yes`` or ``no``, ``10-50``, ``200+`` or ``> 200000.00 CNY`` for a number. All of them
must hold. A value that is missing, or in another currency, is unknown, and unknown never permits: neither does it let
a grant hold, nor does it spare anybody a prohibition.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, false, literal, not_, or_

from core.authority.supposing import Supposed
from core.base.errors import DomainError
from core.base.money import minor_per_major
from core.base.text import catalogue
from core.formula.interval import cell_spans, parse_interval
from core.formula.types import LARGEST, Span, money
from core.kernel.specs import Attribute, ResourceType

_ = catalogue("authority")

_WHOLE = Span(-LARGEST, LARGEST)
_YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Condition:
    """One attribute and the values it may have: labels of a choice, or a closed interval of integers."""

    attribute: Attribute
    labels: frozenset[str] = frozenset()
    span: Span = _WHOLE
    currency: str | None = None

    def holds(self, obj: Any) -> bool | None:
        """Whether it holds for an object; None where that is not known."""
        named = self.attribute.currency
        return self.met(getattr(obj, self.attribute.column), getattr(obj, named) if named else None)

    def met(self, value: Any, currency: str | None) -> bool | None:
        """Whether a value meets it, in the currency it is in where it is money; None where that is not known."""
        if value is None or (self.attribute.currency and currency != self.currency):
            return None
        return value in self.labels if self.labels else self.span.low <= value <= self.span.high

    def rows(self, model: Any) -> ColumnElement[bool]:
        """The rows of a model (or alias) for which it certainly holds."""
        column = getattr(model, self.attribute.column)
        if self.labels:
            found: ColumnElement[bool] = column.in_(sorted(self.labels))
            return found
        if self.attribute.type.kind == "bool":
            return column.is_(bool(self.span.low))  # type: ignore[no-any-return]
        # A narrower column would not take the ends of the widest integers as its own type.
        inside = column.between(literal(self.span.low, BigInteger), literal(self.span.high, BigInteger))
        if self.attribute.currency is None:
            return inside  # type: ignore[no-any-return]
        return and_(inside, getattr(model, self.attribute.currency) == self.currency)

    def outside(self, model: Any) -> ColumnElement[bool]:
        """The rows for which it certainly does not hold."""
        column = getattr(model, self.attribute.column)
        known = column.is_not(None)
        if self.attribute.currency is not None:
            known = and_(known, getattr(model, self.attribute.currency) == self.currency)
        return and_(known, not_(self.rows(model)))


@lru_cache(maxsize=4096)
def read(attribute: Attribute, text: str) -> Condition:
    """A condition as written in a list. Raises ``DomainError`` with the remedy for what the attribute cannot be."""
    type_ = attribute.type
    if type_.kind == "enum":
        labels = frozenset(part.strip() for part in text.split(","))
        cell_spans(labels, type_, type_.bounds)
        return Condition(attribute, labels)
    if type_.kind == "bool":
        if text not in _YES:
            raise DomainError("list.condition", _("{value} is neither yes nor no.", value=text))
        return Condition(attribute, span=Span(_YES[text], _YES[text]))
    currency = None
    if attribute.currency is not None:
        text, _space, currency = text.rpartition(" ")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise DomainError("list.condition", _("An amount names its currency, as in > 10000.00 CNY."))
        type_ = money(minor_per_major(currency))
    return Condition(attribute, span=parse_interval(text, type_).span(_WHOLE), currency=currency)


def _read_all(resource: ResourceType | None, when: Mapping[str, str]) -> list[Condition] | None:
    """All conditions of an entry; None when one cannot be read, as after a module changed what it declares."""
    declared = resource.attributes if resource else {}
    try:
        return [read(declared[name], text) for name, text in when.items()]
    except (KeyError, DomainError):
        return None


def hold(resource: ResourceType | None, when: Mapping[str, str] | None, obj: Any) -> bool:
    """Whether all conditions of an entry certainly hold for an object."""
    return truth(resource, when, obj) is True


def truth(resource: ResourceType | None, when: Mapping[str, str] | None, obj: Any) -> bool | None:
    """Kleene's value of all conditions of an entry together: no as soon as one certainly does not hold for an object,
    None where it is not known of one and the others hold.
    """
    if not when:
        return True
    found = _read_all(resource, when)
    if found is not None and isinstance(obj, Supposed):
        said = [_meets(condition, obj.attributes.get(name)) for name, condition in zip(when, found, strict=True)]
    # Asked about something that is no record of the resource, such as a place, nothing is known.
    elif found is None or resource is None or not isinstance(obj, resource.model):
        return None
    else:
        said = [condition.holds(obj) for condition in found]
    return False if False in said else None if None in said else True


def _meets(condition: Condition, value: Any) -> bool | None:
    return condition.met(*value) if isinstance(value, tuple) else condition.met(value, None)


def rows(resource: ResourceType, when: Mapping[str, str], model: Any) -> list[ColumnElement[bool]]:
    """The same for the rows of a model, as terms that must all be true."""
    found = _read_all(resource, when)
    return [false()] if found is None else [condition.rows(model) for condition in found]


def outside(resource: ResourceType, when: Mapping[str, str], model: Any) -> ColumnElement[bool]:
    """The rows of a model for which one of the conditions certainly does not hold; none where they cannot be read."""
    return or_(false(), *(condition.outside(model) for condition in _read_all(resource, when) or ()))
