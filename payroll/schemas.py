"""The forms of changes of pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from payroll.services.changes.agreed import Part
from payroll.text import _
from remit import schema as fields

#: What the field of a component is called in a form: this and its number.
PREFIX = "amount_"


class WhoSchema(fields.Schema):
    """Whose pay is to change."""

    employee = fields.String(required=True, max_length=40, metadata={
        "label": _("Employee number"), "placeholder": "LK014"})


class ChangeSchema(fields.Schema):
    """From when somebody is paid otherwise, and why."""

    valid_from = fields.Day(required=True, metadata={"label": _("From")})
    reason = fields.String(required=True, max_length=200, metadata={
        "label": _("Reason"), "kind": "textarea", "span": True})


def change_schema(parts: Sequence[Part], currency: str) -> type[fields.Schema]:
    """The form with a field for each component that can be agreed; one that is left empty stays as it is."""
    amounts: dict[str, Any] = {
        f"{PREFIX}{one.component}": fields.Money(
            load_default=None, allow_none=True, currency=currency, metadata={"label": one.title, "unit": currency}
        ) for one in parts
    }
    made: type[fields.Schema] = type("PaySchema", (fields.Schema,), {
        "__doc__": ChangeSchema.__doc__, "valid_from": ChangeSchema._declared_fields["valid_from"], **amounts,
        "reason": ChangeSchema._declared_fields["reason"],
    })  # fmt: skip
    return made


def told(values: dict[str, Any]) -> dict[str, Any]:
    """What a form said, as ``drafting.draft`` takes it."""
    amounts = {int(name.removeprefix(PREFIX)): value for name, value in values.items() if name.startswith(PREFIX)}
    return {"valid_from": values["valid_from"], "reason": values["reason"], "amounts": amounts}
