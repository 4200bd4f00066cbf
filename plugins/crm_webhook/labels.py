"""What the audit log calls the tables of this module."""

from __future__ import annotations

from plugins.crm_webhook import models
from plugins.crm_webhook.text import WAYS, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(models.Mapping, _("Mapping"), {
        "title": _("Title"), "way": _("Way"), "unit_id": _("Unit"), "legal_entity_id": _("Company"),
        "endpoint_id": _("Receiving address"), "url": _("Address"), "secret": _("Secret"), "rules": _("Lines"),
        "is_on": _("Switched on"),
    }, values={"way": WAYS})  # fmt: skip
    describe(models.Letter, _("Not handed over"), {
        "mapping_id": _("Mapping"), "key": _("Number"), "body": _("Body"), "why": _("Reason"), "field": _("Field"),
        "tries": _("Tries"), "at": _("At"), "done_at": _("Done at"),
    })  # fmt: skip
