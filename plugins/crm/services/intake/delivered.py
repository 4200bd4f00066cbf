"""Leads as programs deliver them: many at once, each answered for itself; and those another program sends unasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE, LEAD_READ
from plugins.crm.models import Channel, Lead
from plugins.crm.services.intake.bringing import Brought, brought
from plugins.crm.services.intake.capture import Taken, capture
from plugins.crm.services.intake.words import words
from plugins.crm.text import GONE_STATES, _
from remit.base import Actor, DomainError
from remit.models import guard
from remit.services import require, visible
from remit.webhooks import Incoming, IncomingWebhook

#: The most leads in one delivery.
MOST = 1000


@dataclass(frozen=True, slots=True)
class Refused:
    """A lead that was not taken in, and why."""

    error: DomainError


def deliver(
    session: Session, actor: Actor, told: Sequence[Mapping[str, Any]], *, source: str = "api"
) -> list[Taken | Refused]:
    """Take in what can be taken in; the answers are in the order of what was told.

    Raises ``Denied`` where the actor may not take leads in at all, or not for the unit of one of the channels.
    """
    require(session, actor, LEAD_CAPTURE)
    known = words(session)
    found: list[Brought | Refused] = []
    for one in told:
        try:
            found.append(brought(known, one))
        except DomainError as wrong:
            found.append(Refused(wrong))
    taken = iter(capture(session, actor, source, [one for one in found if isinstance(one, Brought)]))
    return [one if isinstance(one, Refused) else next(taken) for one in found]


def shown(
    session: Session, actor: Actor, *, state: str | None = None, channel: str | None = None,
    since: datetime | date | None = None,
) -> Select[Any]:  # fmt: skip
    """The leads somebody may see, for paging; those that another one stands for or that were taken back are left out
    unless their state is asked for.
    """
    statement = select(Lead)
    statement = statement.where(Lead.state == state if state else Lead.state.not_in(GONE_STATES))
    if channel is not None:
        named = guard.mark(select(Channel.id).where(Channel.code == channel), [(LEAD_READ, "crm_channel")])
        statement = statement.where(Lead.channel_id == (session.scalar(named) or 0))
    if since is not None:
        statement = statement.where(Lead.captured_at >= since)
    return visible(session, actor, LEAD_READ, statement, few=True)


def take(session: Session, incoming: Incoming) -> None:
    """Take in what another program sent: one lead, a list of them, or ``{"leads": [...]}``; all of it or nothing.

    A lead without a number of its own gets that of the delivery. Raises ``DomainError`` for what cannot be taken in,
    with the place of the lead; the delivery stays, to be looked at and tried again.
    """
    body = incoming.json()
    leads = body.get("leads", [body]) if isinstance(body, dict) else body
    if not isinstance(leads, list) or not all(isinstance(one, dict) for one in leads) or len(leads) > MOST:
        raise DomainError("crm.delivery", _("Send one lead, or a list of at most {most}.", most=MOST))
    known, rows = words(session), []
    for number, one in enumerate(leads, 1):
        told = {name: one.get(name) for name in _NAMES} | {"at": None}
        told["external_id"] = one.get("external_id") or f"{incoming.key}:{number}"[-120:]
        try:
            rows.append(brought(known, _checked(told)))
        except DomainError as wrong:
            place = _("Lead {number}: {text}", number=number, text=wrong.message)
            raise DomainError(wrong.code, place, wrong.field) from None
    capture(session, Actor.system("another program sent leads"), f"webhook:{incoming.endpoint_id}", rows)


_NAMES = ("channel", "campaign", "company", "contact", "phone", "email", "industry", "region", "product", "staff",
          "answers", "consent", "note")  # fmt: skip


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """What came without a schema has plain values where plain values are meant."""
    for name, value in told.items():
        if value is None:
            continue
        if name == "staff" and (isinstance(value, bool) or not isinstance(value, int)):
            raise DomainError("crm.staff", _("Write how many people work there, at least 1."), "staff")
        if name == "answers" and not isinstance(value, dict):
            raise DomainError("crm.answers", _("Answers are values by name."), "answers")
        if name not in ("staff", "answers") and not isinstance(value, str):
            raise DomainError("crm.text", _("{name} is a text.", name=name), name)
    return told


INCOMING = (IncomingWebhook("crm.leads", _("Leads"), take),)
