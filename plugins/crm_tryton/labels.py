"""What the audit log calls the tables of this module."""

from __future__ import annotations

from plugins.crm_tryton import models
from plugins.crm_tryton.text import WAYS, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Connection, _("Connection to Tryton"), {
        "title": _("Title"), "unit_id": _("Unit"), "legal_entity_id": _("Company"), "url": _("Address"),
        "database": _("Database"), "login": _("Name to sign in with"), "password": _("Password"),
        "company": _("Company in Tryton"), "channel": _("Channel"), "reason": _("Reason of loss"),
        "fallback": _("Employee for leads of nobody"), "employees": _("Employees in Tryton"),
        "rules": _("Whose word counts"), "is_on": _("Switched on"),
    })  # fmt: skip
    describe(models.Letter, _("Not handed over"), {
        "connection_id": _("Connection to Tryton"), "way": _("Way"), "number": _("Number"), "why": _("Reason"),
        "tries": _("Tries"), "at": _("At"), "seen": _("Last changed at"), "again": _("Handed over again"),
        "done_at": _("Done at"),
    }, values={"way": WAYS})  # fmt: skip
