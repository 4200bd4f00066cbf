"""One lead as its page shows it: what happened in words, what it cost, and its masked fields in clear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import CAMPAIGN_COST
from plugins.crm.actions.leads import LEAD_REVEAL
from plugins.crm.models import Campaign, Lead, LeadEvent
from plugins.crm.services.costs import spend_of
from plugins.crm.services.leads.listing import names_of
from plugins.crm.text import EVENT_KINDS, GONE_STATES, _
from remit.base import Actor, DomainError, clock, div_round
from remit.services import allowed, record_reveal, require, system
from remit.text import Text

EVENTS = 100


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history: when, what, by whom, what was said."""

    at: datetime
    kind: str
    text: Text
    said: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a lead's campaign has spent and brought: minor units, and how many leads; ``each`` is what one cost.

    ``spent`` and ``each`` are None for who may not know; ``each`` also while there is nothing to divide by.
    """

    campaign: str
    leads: int
    spent: int | None
    each: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """A card that another part of this module adds to the page of a lead: lines of words and values, a link."""

    title: Text
    lines: Sequence[tuple[Text | str, Any]]
    url: str = ""
    link: Text | str = ""


#: The cards, in order: what the standard says of a lead, its tags. Each may answer None.
SECTIONS: list[Callable[[Session, Actor, Lead], Section | None]] = []


def sections(session: Session, actor: Actor, lead: Lead) -> list[Section]:
    """The cards about one lead."""
    return [found for made in SECTIONS if (found := made(session, actor, lead)) is not None]


def history(session: Session, lead: Lead, reasons: dict[tuple[str, str], str]) -> list[Happened]:
    """What happened to a lead, the latest first; whoever sees the lead sees it. ``reasons``: words of the company."""
    rows = session.scalars(
        select(LeadEvent).where(LeadEvent.lead_id == lead.id).order_by(LeadEvent.at.desc(), LeadEvent.id.desc())
        .limit(EVENTS)
    ).all()  # fmt: skip
    people = [one.person_id for one in rows] + [one.data.get(key) for one in rows for key in ("to", "before")]
    names = names_of(session, [one for one in people if isinstance(one, int)])
    return [Happened(one.at, one.kind, _told(one, names, reasons), one.said) for one in rows]


def _told(event: LeadEvent, names: dict[int, str], reasons: dict[tuple[str, str], str]) -> Text:
    data, kind = event.data, event.kind
    words: Text = EVENT_KINDS.get(kind) or _("Changed")
    by, to, before = (names.get(one or 0, "") for one in (event.person_id, data.get("to"), data.get("before")))
    found: Text = words
    if kind == "assigned" and data.get("why") == "left":
        found = _("{before} has left; the lead is in nobody's hands", before=before or "–")
    elif kind == "assigned" and to and before:
        found = _("Handed from {before} to {to}", before=before, to=to)
    elif kind == "assigned" and to:
        found = _("Handed to {to}", to=to)
    elif kind == "reclaimed":
        found = _("Taken back from {before}, not followed up in time", before=before or "–")
    elif kind == "escalated" and to:
        found = _("Not followed up in time; {to} was told", to=to)
    elif kind in ("touched", "put_off", "returned") and data.get("next_on"):
        found = _("{what}; next step on {day}", what=words, day=_day(data["next_on"]))
    elif kind == "lost" and data.get("reason"):
        found = _("{what}: {reason}", what=words, reason=reasons.get(("lost", data["reason"]), data["reason"]))
    step = data.get("next")
    if isinstance(step, str) and step:
        found = _("{what}: {step}", what=found, step=step)
    return _("{what} by {name}", what=found, name=by) if by else found


def _day(written: Any) -> str:
    return date.fromisoformat(written).isoformat() if isinstance(written, str) else str(written)


def local(at: datetime, zone: str) -> str:
    """A moment on a reader's clock, to the minute."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def cost_of(session: Session, actor: Actor, lead: Lead) -> Cost | None:
    """What the campaign of a lead cost and brought; None for a lead of no campaign. Money only as the list allows."""
    if lead.campaign_id is None:
        return None
    with system(session, "the campaign of a lead that somebody sees"):
        campaign = session.get_one(Campaign, lead.campaign_id)
        count = session.scalar(
            select(func.count()).where(Lead.campaign_id == campaign.id, Lead.state.not_in(GONE_STATES))
        ) or 0  # fmt: skip
    if not allowed(session, actor, CAMPAIGN_COST, campaign):
        return Cost(campaign.title, count, None, None)
    spent = sum(spend_of(session, [campaign.id]).values())
    return Cost(campaign.title, count, spent, div_round(spent, count) if spent and count else None)


def masked_phone(value: str | None) -> str:
    """A phone number of which the middle is hidden."""
    return f"{value[:3]}****{value[-4:]}" if value and len(value) >= 8 else "****" if value else ""


def masked_mail(value: str | None) -> str:
    """A mail address of which only the first letter and the house are shown."""
    name, at, house = (value or "").partition("@")
    return f"{name[:1]}***{at}{house}" if value else ""


def reveal(session: Session, actor: Actor, lead: Lead, purpose: str) -> dict[str, str | None]:
    """Phone and mail address in clear; who, whose and what for is kept.

    The owner needs no words: following his leads up is what he has them for. Raises ``DomainError`` without a purpose,
    ``Denied`` without the authority.
    """
    decision = require(session, actor, LEAD_REVEAL, lead)
    own = lead.owner_person_id is not None and lead.owner_person_id == actor.person_id
    if not own and len(purpose.strip()) < 2:
        raise DomainError("reveal.purpose", _("Say what you need it for; it is kept in the audit log."), "purpose")
    told = purpose.strip()[:500] or str(_("Following up one's own lead"))
    record_reveal(session, "contact", lead, subject_id=None, purpose=told, decision=decision)
    return {"phone": lead.phone, "email": lead.email}


def today_of(actor: Actor) -> date:
    """The business day of a reader."""
    return clock.today(actor.zone)
