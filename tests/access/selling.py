"""What is sold: a lead, a deal and a customer of each owner."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Customer, Deal, Lead
from tests.access.world import World, made


def sold(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    """A lead of somebody in hand, a deal with it, and a customer."""
    person, at = world.people[name].person_id, datetime(2026, 11, 20, 2, tzinfo=UTC)
    if "channel" not in world.single:
        world.single["channel"] = made(session, Channel, code="ads", title={"zh_CN": "广告", "en": "Ads"}, kind="ads",
                                       **place).id  # fmt: skip
    common = {**place, "captured_unit_id": place["unit_id"], "owner_person_id": person}
    lead = made(
        session, Lead, company=f"{name}'s lead", company_key=f"lead {name}", captured_at=at, phone="13800001111",
        channel_id=world.single["channel"], state="working", touched_at=at, next_on=date(2026, 12, 1), **common,
    )
    deal = made(session, Deal, title=f"{name}'s deal", lead_id=lead.id, list_amount=100, amount=100, state="open",
                expected_on=date(2026, 12, 1), created_at=at, **common)  # fmt: skip
    customer = made(session, Customer, company=f"{name}'s customer", company_key=f"customer {name}", state="active",
                    since_on=date(2026, 1, 5), **common)  # fmt: skip
    return {"lead": lead.id, "deal": deal.id, "customer": customer.id}
