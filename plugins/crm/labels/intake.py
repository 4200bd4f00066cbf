"""What the audit log calls the tables of taking leads in."""

from __future__ import annotations

from plugins.crm import models
from plugins.crm.text import OUTCOMES, SOURCES, _
from remit.models import describe


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    place = {"unit_id": _("Unit"), "legal_entity_id": _("Company")}
    brings = {"channel_id": _("Channel"), "campaign_id": _("Campaign")}
    way = brings | {"source": _("Source"), "person_id": _("By")}
    describe(models.Arrival, _("Bringing of a lead"), way | {
        "lead_id": _("Lead"), "external_id": _("Number at its source"), "outcome": _("Outcome"), "at": _("Time"),
        "contact": _("Contact"), "phone": _("Phone"), "phone_index": _("Phone as it is compared"),
        "email": _("Mail address"), "email_index": _("Mail address as it is compared"), "added": _("Added"),
        "other": _("Different"),
    }, values={"outcome": OUTCOMES, "source": SOURCES})  # fmt: skip
    describe(models.LeadForm, _("Form for leads"), brings | {
        "key": _("Key of its address"), "title": _("Title"), "fields": _("Fields"), "consent": _("Consent"),
        "thanks": _("Thanks"), "frames": _("Pages that show it"), "is_active": _("In use"),
    })  # fmt: skip
    describe(models.ContactLimit, _("Limit of contacts"), {"most": _("Contacts"), "days": _("Days")})
    describe(models.Exposure, _("Exposure"), place | way | {
        "starts_on": _("From"), "ends_on": _("Until, not including"), "impressions": _("Impressions"),
        "clicks": _("Clicks"), "paid": _("Paid"), "currency": _("Currency"), "evidence": _("Evidence"),
    }, values={"source": SOURCES})  # fmt: skip
    describe(models.ExposureFile, _("File as evidence"), {"exposure_id": _("Exposure"), "file_id": _("File")})
