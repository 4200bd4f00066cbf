"""Taking leads in: the one way for files, forms, programs and the phone screen of a fair, for many at once.

A lead that is there already is not made twice and not written over: what it did not say yet is added to it, what
differs is kept beside it, and its history says who brought it again. What came under a number of its source was taken
for good; bringing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.models import Arrival, Channel, Lead
from plugins.crm.services.arriving.steps import arrive
from plugins.crm.services.intake.bringing import Brought
from plugins.crm.services.intake.matching import same
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.services.leads.loading import load_many
from plugins.crm.text import LOST, NEW, REJECTED
from remit.base import Actor
from remit.models import hold
from remit.services import allowed, require

#: What became of a lead that was brought.
TAKEN_NEW, TAKEN_MERGED, TAKEN_KNOWN = "new", "merged", "known"
_WORDS = ("industry", "region", "product", "staff", "campaign_id")
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one lead that was brought: ``new``, ``merged`` with one that was there, or ``known``, where the
    same source had brought the same number before and nothing was done.
    """

    lead: Lead
    outcome: str


def capture(session: Session, actor: Actor, source: str, rows: Sequence[Brought]) -> list[Taken]:
    """Take leads in and let them arrive; the answers are in the order of ``rows``.

    ``source`` names the way in (``api``, ``form:3``); with ``external_id`` it makes sure that a batch sent again
    doubles nothing. Raises ``Denied`` where the actor may not take leads in for the unit of a channel.
    """
    for channel in {row.channel.id: row.channel for row in rows}.values():
        require(session, actor, LEAD_CAPTURE, _empty(actor, channel))
    # Two transactions that bring one lead at once would each find it missing.
    hold(session, "crm.capture")
    known = _known(session, source, rows)
    fresh: list[int] = []
    doubled: list[tuple[int, int]] = []
    first: dict[str, int] = {}
    for position, row in enumerate(rows):
        if row.external_id is None or row.external_id not in known and row.external_id not in first:
            fresh.append(position)
            if row.external_id is not None:
                first[row.external_id] = position
        elif row.external_id in first:
            doubled.append((position, first[row.external_id]))
    taken: dict[int, Taken] = dict(_take(session, actor, source, rows, fresh))
    for position, other in doubled:
        taken[position] = Taken(taken[other].lead, TAKEN_KNOWN)
    return [
        taken[position] if position in taken else Taken(known[row.external_id or ""], TAKEN_KNOWN)
        for position, row in enumerate(rows)
    ]


def may_capture(session: Session, actor: Actor, channel: Channel) -> bool:
    """Whether the actor may take leads in that come over a channel."""
    return allowed(session, actor, LEAD_CAPTURE, _empty(actor, channel))


def already_taken(session: Session, source: str, numbers: Iterable[str]) -> dict[str, int]:
    """The leads that came under these numbers of a source, by number."""
    wanted = sorted(set(numbers))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        rows = session.execute(
            select(Arrival.external_id, Arrival.lead_id).where(Arrival.source == source, Arrival.external_id.in_(some))
        )
        found |= {str(number): lead_id for number, lead_id in rows}
    return found


def _known(session: Session, source: str, rows: Sequence[Brought]) -> dict[str, Lead]:
    ids = already_taken(session, source, (row.external_id for row in rows if row.external_id is not None))
    leads = load_many(session, set(ids.values()))
    return {number: leads[lead_id] for number, lead_id in ids.items()}


def _take(
    session: Session, actor: Actor, source: str, rows: Sequence[Brought], fresh: Sequence[int]
) -> Iterable[tuple[int, Taken]]:
    """Make or find the lead of each row, keep who brought it, and let what is new arrive."""
    now = moment()
    outcomes: list[tuple[int, Lead, bool, tuple[Lead, ...]]] = []
    for group in same(session, [rows[position] for position in fresh]):
        positions = [fresh[one] for one in group.rows]
        lead = group.leads[0] if group.leads else _made(actor, rows[positions[0]], now)
        for number, position in enumerate(positions):
            outcomes.append((position, lead, not group.leads and number == 0, tuple(group.leads[1:])))
    outcomes.sort(key=lambda one: one[0])
    session.add_all([lead for _position, lead, made, _others in outcomes if made])
    session.flush()
    arriving: dict[int, Lead] = {}
    for position, lead, made, others in outcomes:
        row = rows[position]
        arrival = _arrival(actor, source, row, lead, now, made=made)
        if made:
            happened(session, lead, "captured", actor.person_id, row.note, at=arrival.at, channel=row.channel.code,
                     source=source, **_campaign(row))  # fmt: skip
            _consented(session, lead, row, arrival.at, kept=True)
            arriving[lead.id] = lead
        elif _merged(session, actor, arrival, row, lead, others):
            arriving[lead.id] = lead
        session.add(arrival)
    session.flush()
    arrive(session, list(arriving.values()))
    return [(position, Taken(lead, TAKEN_NEW if made else TAKEN_MERGED)) for position, lead, made, _o in outcomes]


def _empty(actor: Actor, channel: Channel) -> Lead:
    return Lead(
        captured_unit_id=channel.unit_id, unit_id=channel.unit_id, legal_entity_id=channel.legal_entity_id,
        channel_id=channel.id, captured_by_person_id=actor.person_id, state=NEW,
    )  # fmt: skip


def _made(actor: Actor, row: Brought, now: datetime) -> Lead:
    lead = _empty(actor, row.channel)
    lead.campaign_id = row.campaign.id if row.campaign is not None else None
    lead.company, lead.company_key, lead.contact = row.company, row.company_key, row.contact
    lead.phone = lead.phone_index = row.phone
    lead.email = lead.email_index = row.email
    lead.industry, lead.region, lead.product, lead.staff = row.industry, row.region, row.product, row.staff
    lead.answers, lead.captured_at, lead.revision = dict(row.answers), row.at or now, 1
    if row.consent:
        lead.consent_text, lead.consent_at = row.consent, row.at or now
    return lead


def _arrival(actor: Actor, source: str, row: Brought, lead: Lead, now: datetime, *, made: bool) -> Arrival:
    return Arrival(
        lead_id=lead.id, source=source, external_id=row.external_id, outcome=TAKEN_NEW if made else TAKEN_MERGED,
        at=row.at or now, channel_id=row.channel.id, campaign_id=row.campaign.id if row.campaign else None,
        person_id=actor.person_id, contact="", added={}, other={},
    )  # fmt: skip


def _merged(
    session: Session, actor: Actor, arrival: Arrival, row: Brought, lead: Lead, others: Sequence[Lead]
) -> bool:
    """Add to a lead what it did not say yet, keep beside it what differs, and tell its history.

    Whether its facts have changed, or it has come back after it was closed, so that it arrives again.
    """
    added, other = _beside(arrival, row, lead)
    arrival.added, arrival.other = added, other
    back = lead.state in (LOST, REJECTED) and lead.closed_at is not None and arrival.at > lead.closed_at
    if back:
        lead.state, lead.closed_at, lead.closed_reason = NEW, None, ""
    _consented(session, lead, row, arrival.at)
    if added or back:
        lead.revision += 1
    happened(
        session, lead, "merged", actor.person_id, row.note, channel=row.channel.code, source=arrival.source,
        added=sorted(added), differs=[*sorted(other), *(name for name in ("contact", "phone", "email")
        if getattr(arrival, name))], also=[one.id for one in others], back=back, **_campaign(row),
    )  # fmt: skip
    return bool(added) or back


def _beside(arrival: Arrival, row: Brought, lead: Lead) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fill what is empty on the lead; what was filled by name, and what differs by name. Personal values are named
    only; those that differ go onto the arrival, sealed.
    """
    added: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for name in ("contact", "phone", "email"):
        told, stands = getattr(row, name), getattr(lead, name)
        if told and not stands:
            setattr(lead, name, told)
            added[name] = True
            if name != "contact":
                setattr(lead, f"{name}_index", told)
        elif told and told != stands:
            setattr(arrival, name, told)
            if name != "contact":
                setattr(arrival, f"{name}_index", told)
    if row.company_key and not lead.company_key:
        added["company"] = row.company
        lead.company, lead.company_key = row.company, row.company_key
    elif row.company_key and row.company != lead.company:
        other["company"] = row.company
    for name in _WORDS:
        told = row.campaign.id if name == "campaign_id" and row.campaign else getattr(row, name, None)
        stands = getattr(lead, name)
        if told and not stands:
            # A campaign earns a lead that it brought first, never one that was there before it.
            if name != "campaign_id":
                setattr(lead, name, told)
                added[name] = told
        elif told and told != stands:
            other[name] = told
    new = {name: value for name, value in row.answers.items() if name not in lead.answers}
    other |= {
        f"answers.{name}": value for name, value in row.answers.items()
        if name in lead.answers and lead.answers[name] != value
    }  # fmt: skip
    if new:
        lead.answers = {**lead.answers, **new}
        added |= {f"answers.{name}": value for name, value in new.items()}
    return added, other


def _consented(session: Session, lead: Lead, row: Brought, at: datetime, *, kept: bool = False) -> None:
    """Keep a consent with its text and time; one given after a withdrawal ends it, an older one does not."""
    if not row.consent:
        return
    since = lead.consent_withdrawn_at or lead.consent_at
    if kept or since is None or at > since:
        lead.consent_text, lead.consent_at, lead.consent_withdrawn_at = row.consent, at, None
        happened(session, lead, "consented", said=row.consent, at=at)


def _campaign(row: Brought) -> dict[str, Any]:
    return {"campaign": row.campaign.code} if row.campaign is not None else {}
