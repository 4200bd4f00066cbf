"""What other CRMs post to an address of the house: mapped, handed to whoever keeps leads, or kept with the reason."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm_webhook.models import Letter, Mapping
from plugins.crm_webhook.rules import FIELDS_IN, apply_in, read_rules
from plugins.crm_webhook.services.work import WHY, desk_of, got_across, write_letter
from plugins.crm_webhook.text import _
from remit.base import DomainError, clock
from remit.contracts import LEAD_MENDED, LeadMove
from remit.services import system
from remit.webhooks import Incoming, IncomingWebhook

KIND = "crm_webhook.leads"


def take(session: Session, incoming: Incoming) -> None:
    """Take a delivery in. The house lets each number through once; what cannot be mapped is no failure of the
    delivery but a letter, so that the sender does not send it again and again.

    Raises ``DomainError`` where no mapping is on for the address: the house keeps the delivery, to be handled again.
    """
    with system(session, WHY):
        mapping = session.scalars(
            select(Mapping).where(Mapping.endpoint_id == incoming.endpoint_id, Mapping.is_on.is_(True))
        ).one_or_none()
    if mapping is None:
        raise DomainError("crm_webhook.mapping", _("No mapping is switched on for this address."))
    hand_over(session, mapping, incoming.key, incoming.body.decode())


def hand_over(session: Session, mapping: Mapping, key: str, body: str) -> bool:
    """Map one delivery and hand it over, all of it or nothing; False where it became a letter."""
    try:
        with session.begin_nested():
            put(session, mapping, key, parsed(body))
    except DomainError as wrong:
        write_letter(session, mapping, key, body, wrong)
        return False
    got_across(session, mapping, key)
    return True


def parsed(body: str) -> Any:
    """A body read as JSON. Raises ``DomainError`` for what is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise DomainError("crm_webhook.json", _("This is not JSON."), "sample") from None


def put(session: Session, mapping: Mapping, key: str, body: Any) -> int:
    """Take in the lead that a body tells of, or mend the one that came under its number, and let it stand as told.

    Without a number of its own a lead has that of the delivery. Returns the lead. Raises ``DomainError``.
    """
    told = apply_in(read_rules(mapping.rules, FIELDS_IN), body)
    number, source, desk = told.get("external_id") or key, f"mapped:{mapping.id}", desk_of(session)
    lead_id = desk.known(session, source, [number]).get(number)
    if lead_id is None:
        (taken,) = desk.take(session, source, [{**told, "external_id": number}])
        if taken.error is not None or taken.id is None:
            raise taken.error or DomainError("crm_webhook.refused", _("It was not taken in."))
        lead_id = taken.id
    else:
        desk.mend(session, lead_id, {name: told[name] for name in LEAD_MENDED if name in told})
    if "state" in told:
        desk.move(session, lead_id, LeadMove(
            told["state"], told.get("said", ""), told.get("reason", ""), told.get("amount"), clock.today(),
        ))  # fmt: skip
    return lead_id


def replay(session: Session, mapping: Mapping, letter: Letter) -> bool:
    """Map a letter anew by the mapping as it is now."""
    return hand_over(session, mapping, letter.key, letter.body)


INCOMING = (IncomingWebhook(KIND, _("Leads of another CRM, by a mapping"), take),)
