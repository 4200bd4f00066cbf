"""One of everything about taking leads in, for each owner of the matrix."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Choice, ContactLimit, Exposure, ExposureFile, Lead, LeadForm
from remit.base import Actor
from remit.files import put
from tests.access.world import NOW, START, TODAY, World, made

#: What stands in an address -> the kind of thing whose ids belong there.
OWNED = {
    "channel_id": "channel", "crm form_id": "lead_form", "exposure_id": "exposure", "lead_id": "lead",
    "crm.exposure_file number": "exposure_file",
}  # fmt: skip
SINGLE = {"choice_id": "choice", "limit_id": "contact_limit", "crm kind": "industry", "crm_forms key": "form-luo"}
BODIES: dict[str, dict[str, Any]] = {
    "crm_leads_api.take": {"channel": "channel-liu", "company": "A company"},
    "crm_leads_api.take_many": {"leads": [{"channel": "channel-liu", "company": "A company"}]},
}


def of_owner(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    """A channel, its form, its figures and a lead that came over it."""
    person = world.people[name].person_id
    channel = made(session, Channel, code=f"channel-{name}", title={"en": name}, kind="ads", is_active=True, **place)
    form = made(session, LeadForm, key=f"form-{name}", title={"en": name}, channel_id=channel.id, consent="Yes",
                fields={"asked": {"phone": True}, "answers": {}}, thanks="", frames="", is_active=True)  # fmt: skip
    exposure = made(session, Exposure, channel_id=channel.id, starts_on=START, ends_on=TODAY, impressions=10,
                    currency="CNY", source="entry", evidence="Bill", person_id=person, **place)  # fmt: skip
    bill = put(session, Actor.system("tests"), b"day,shown", name="bill.csv", kind="crm.evidence", keep_days=None)
    made(session, ExposureFile, exposure_id=exposure.id, file_id=bill.id)
    lead = made(session, Lead, captured_unit_id=place["unit_id"], channel_id=channel.id, owner_person_id=person,
                captured_by_person_id=person, company=f"{name}'s customer", company_key=f"{name}scustomer",
                contact="Somebody", phone="13800001234", phone_index=f"1380000{person:04}", state="new",
                captured_at=NOW, answers={}, revision=1, **place)  # fmt: skip
    return {"channel": channel.id, "lead_form": form.id, "exposure": exposure.id, "exposure_file": bill.id,
            "lead": lead.id}


def of_nobody(session: Session) -> dict[str, Any]:
    """A word, and a limit of contacts."""
    choice = made(session, Choice, kind="industry", code="web", title={"en": "Web"}, order=1, is_active=True)
    limit = made(session, ContactLimit, most=3, days=7)
    return {"choice": choice.id, "contact_limit": limit.id}
