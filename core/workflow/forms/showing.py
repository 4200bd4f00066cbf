"""What was filled in on a form, for whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.base.money import format_money
from core.base.text import Text, catalogue
from core.workflow.processes.fields import FormField, both_days

_ = catalogue("workflow")


def shown(form: Sequence[FormField], values: dict[str, Any], currency: str) -> list[tuple[Text | str, Any]]:
    """What was filled in, as names and values for a reader."""
    return [(str(one.title), _shown(one, values[one.name], currency)) for one in form if one.name in values]


def _shown(one: FormField, value: Any, currency: str) -> Text | str:
    if one.kind == "choice":
        return str(dict(one.choices).get(value, value))
    if one.kind == "yes_no":
        return _("Yes") if value else _("No")
    if one.kind == "amount":
        return format_money(value, currency=currency, symbol=True)
    if one.kind == "file":
        return ", ".join(each["name"] for each in value)
    if one.kind == "period":
        first, last = both_days(value)
        return str(first) if first == last else _("{first} to {last}", first=first, last=last)
    if one.kind == "days":
        whole, rest = divmod(value, 100)
        return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return str(value)
