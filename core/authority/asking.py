"""Questions in words, as a command or a page puts them: an action, a unit, an amount, attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.authority.conditions import read
from core.authority.supposing import Supposed
from core.base.errors import DomainError
from core.base.money import parse_money
from core.base.text import catalogue
from core.kernel.specs import ActionDef, Attribute, Facts, ResourceType

_ = catalogue("authority")


def suppose(
    action: ActionDef, resource: ResourceType | None, facts: Facts, *, amount: str = "",
    attributes: Mapping[str, str] | None = None,
) -> Supposed:
    """A record from words: ``amount`` as ``12000.00 CNY``, with or without the blank, ``attributes`` by their names.

    Money among the attributes that is not named is the amount itself. Raises ``DomainError`` for an amount that is
    none or that the action does not speak of, and for an attribute or a value the resource does not know.
    """
    if amount:
        if not action.amount:
            raise DomainError("authority.amount", _("“{title}” is about no amount.", title=action.title), "amount")
        minor, currency = _money(amount)
        facts = replace(facts, amount=minor, currency=currency)
    declared = resource.attributes if resource is not None else {}
    values: dict[str, Any] = {
        name: (facts.amount, facts.currency) for name, attribute in declared.items()
        if attribute.currency is not None and facts.amount is not None
    }
    for name, text in (attributes or {}).items():
        if name not in declared:
            raise DomainError("authority.attribute", _(
                "“{title}” knows no attribute {name}. Known are: {names}.", title=action.title, name=name,
                names=", ".join(declared) or "–",
            ), "with")  # fmt: skip
        values[name] = _value(declared[name], text)
    return Supposed(facts, values)


def _money(text: str) -> tuple[int, str]:
    digits, currency = text[:-3].strip(), text[-3:]
    if not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise DomainError("authority.amount", _("An amount names its currency, as in 10000.00 CNY."), "amount")
    return parse_money(digits, currency), currency


def _value(attribute: Attribute, text: str) -> Any:
    """One value of an attribute, written as a condition that only this value meets."""
    if attribute.currency is not None:
        return _money(text)
    found = read(attribute, text)
    if found.labels:
        if len(found.labels) > 1:
            raise DomainError("authority.attribute", _("Name one value, not several: {text}", text=text), "with")
        return next(iter(found.labels))
    if found.span.low != found.span.high:
        raise DomainError("authority.attribute", _("Name one value, not several: {text}", text=text), "with")
    return bool(found.span.low) if attribute.type.kind == "bool" else found.span.low
