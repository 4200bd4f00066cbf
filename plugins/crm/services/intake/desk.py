"""What bridges to other programs are given of leads: the answer of this module to ``choose_lead_desk``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.models import Channel, Customer, Deal, Lead, LeadEvent
from plugins.crm.rules.sameness import company_key
from plugins.crm.services.deals import opening
from plugins.crm.services.following import contacting
from plugins.crm.services.intake import delivered
from plugins.crm.services.intake.bringing import checked_reach
from plugins.crm.services.intake.capture import TAKEN_NEW, already_taken
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.services.leads.loading import load_many
from plugins.crm.text import GONE_STATES, LOST, NEW, OPEN, OPEN_STATES, WON, _
from remit.base import Actor, DomainError, clock
from remit.contracts import (
    LEAD_FIELDS,
    LEAD_LOST,
    LEAD_MENDED,
    LEAD_NEW,
    LEAD_WON,
    LEAD_WORKING,
    LeadMove,
    LeadPage,
    LeadTaken,
    LeadView,
    LeadWords,
)
from remit.live import publish
from remit.models import Employment
from remit.services import system

_ACTOR = Actor.system("a bridge to another program")
_WHY = "a bridge hands leads over"
#: How a lead stands, in the words of bridges; one that was put off is somebody's still.
_STATES = {NEW: LEAD_NEW, WON: LEAD_WON, LOST: LEAD_LOST, "rejected": LEAD_LOST}


class Desk:
    """Leads for bridges, over the services that pages and programs use."""

    def words(self, session: Session) -> LeadWords:
        """The channels in use and the reasons of loss."""
        with system(session, _WHY):
            channels = session.execute(
                select(Channel.code, Channel.title).where(Channel.is_active.is_(True)).order_by(Channel.id)
            ).all()
        return LeadWords([(code, str(title)) for code, title in channels], contacting.reasons(session))

    def take(self, session: Session, source: str, rows: Sequence[Mapping[str, Any]]) -> list[LeadTaken]:
        """Take leads in as every other way in does."""
        told = [{name: one.get(name) for name in LEAD_FIELDS} | {"external_id": one.get("external_id"), "at": None}
                for one in rows]  # fmt: skip
        with system(session, _WHY):
            found = delivered.deliver(session, _ACTOR, told, source=source)
        return [LeadTaken(None, error=one.error) if isinstance(one, delivered.Refused)
                else LeadTaken(one.lead.id, one.outcome == TAKEN_NEW) for one in found]  # fmt: skip

    def known(self, session: Session, source: str, numbers: Collection[str]) -> dict[str, int]:
        """The leads that arrived under these numbers."""
        with system(session, _WHY):
            return already_taken(session, source, numbers)

    def changed(self, session: Session, after: int, most: int) -> LeadPage:
        """The leads of the next events, by the number of the event."""
        with system(session, _WHY):
            rows = session.execute(
                select(LeadEvent.id, LeadEvent.lead_id).where(LeadEvent.id > after).order_by(LeadEvent.id).limit(most)
            ).all()
        ids = list(dict.fromkeys(row.lead_id for row in rows))
        return LeadPage(self.look(session, ids), rows[-1].id if rows else after)

    def look(self, session: Session, ids: Collection[int]) -> list[LeadView]:
        """Leads with the numbers of their owners, what was won and when they last changed: a few statements for all."""
        with system(session, _WHY):
            leads = load_many(session, set(ids))
            people = {one.owner_person_id for one in leads.values() if one.owner_person_id is not None}
            owners = {person: number for person, number in session.execute(
                select(Employment.person_id, Employment.number).where(Employment.person_id.in_(sorted(people)))
                .order_by(Employment.id)
            )}  # fmt: skip
            won = {row[0]: (int(row[1]), row[2]) for row in session.execute(
                select(Deal.lead_id, func.sum(Deal.amount), func.min(Deal.currency))
                .where(Deal.lead_id.in_(sorted(leads)), Deal.state == WON).group_by(Deal.lead_id)
            )}  # fmt: skip
            last = {key: at for key, at in session.execute(
                select(LeadEvent.lead_id, func.max(LeadEvent.at)).where(LeadEvent.lead_id.in_(sorted(leads)))
                .group_by(LeadEvent.lead_id)
            )}  # fmt: skip
            titles = dict(contacting.reasons(session))
        return [
            LeadView(
                one.id, one.company, one.contact, one.phone or "", one.email or "",
                "" if one.state in GONE_STATES else _STATES.get(one.state, LEAD_WORKING),
                titles.get(one.closed_reason, one.closed_reason), owners.get(one.owner_person_id or 0, ""),
                last.get(one.id) or one.captured_at, *won.get(one.id, (None, "CNY")),
            )
            for one in (leads[key] for key in dict.fromkeys(ids) if key in leads)
        ]  # fmt: skip

    def mend(self, session: Session, lead_id: int, values: Mapping[str, str]) -> None:
        """Write company, contact, phone or mail address; its history says which, not what."""
        with system(session, _WHY):
            lead = _held(session, lead_id)
            changed = [name for name in LEAD_MENDED if name in values and (getattr(lead, name) or "") != values[name]]
            for name in changed:
                _write(lead, name, values[name])
            if changed:
                lead.revision += 1
                happened(session, lead, "changed", at=moment(), fields=changed)
                session.flush()
                publish(session, contacting.TOPIC)

    def move(self, session: Session, lead_id: int, move: LeadMove) -> None:
        """Follow up, win, lose or take up again."""
        with system(session, _WHY):
            lead = _held(session, lead_id)
            stands = _STATES.get(lead.state, LEAD_WORKING)
            if move.state == stands or lead.state in GONE_STATES or move.state == LEAD_NEW:
                return
            if stands == LEAD_LOST:
                contacting.reopen(session, _ACTOR, lead, _step(lead, move.said))
            if move.state == LEAD_WORKING and lead.state == NEW:
                _contacted(session, lead, move)
            elif move.state == LEAD_LOST:
                _lose(session, lead, move)
            elif move.state == LEAD_WON:
                _win(session, lead, move)


def _held(session: Session, lead_id: int) -> Lead:
    lead = session.get(Lead, lead_id, with_for_update=True, populate_existing=True)
    if lead is None:
        raise DomainError("crm.lead", _("There is no lead {number}.", number=lead_id))
    return lead


def _write(lead: Lead, name: str, value: str) -> None:
    if name == "company":
        if not value.strip() or len(value) > 160:
            raise DomainError("crm.nameless", _("Write the company, or at least who it is."), "company")
        lead.company, lead.company_key = value.strip(), company_key(value)
    elif name == "contact":
        lead.contact = value.strip()[:80]
    else:
        kept = checked_reach(value, name)
        setattr(lead, name, kept)
        setattr(lead, f"{name}_index", kept)


def _step(lead: Lead, said: str) -> dict[str, Any]:
    return {"said": said[:500], "next_on": clock.today() + timedelta(days=1), "revision": lead.revision}


def _contacted(session: Session, lead: Lead, move: LeadMove) -> None:
    told = {"outcome": "contacted", **_step(lead, move.said)}
    contacting.follow_up(session, _ACTOR, lead, told, elsewhere=True)


def _open_deals(session: Session, lead: Lead) -> list[Deal]:
    return list(session.scalars(select(Deal).where(Deal.lead_id == lead.id, Deal.state == OPEN).order_by(Deal.id)))


def _lose(session: Session, lead: Lead, move: LeadMove) -> None:
    for deal in _open_deals(session, lead):
        opening.lose(session, _ACTOR, deal, move.reason, deal.revision)
    contacting.follow_up(session, _ACTOR, lead, {
        "outcome": "lost", "reason": move.reason, "said": move.said[:500], "revision": lead.revision,
    })  # fmt: skip


def _win(session: Session, lead: Lead, move: LeadMove) -> None:
    """Win the deal that is open, or one that is opened for it with what is paid."""
    if lead.state not in OPEN_STATES:
        raise DomainError("crm.lead_closed", _("This lead is closed; nothing more is written down on it."))
    deal = next(iter(_open_deals(session, lead)), None)
    if deal is None and not move.amount:
        raise DomainError("crm.amount", _("It was won there, but its amount is missing. Enter it there."), "amount")
    today = clock.today()
    if lead.touched_at is None:
        _contacted(session, lead, move)
    if deal is None:
        deal = opening.open_deal(session, _ACTOR, lead, {
            "title": lead.company, "kind": "new", "list_amount": move.amount, "expected_on": move.on or today,
            "months": None,
        })  # fmt: skip
    won_on = min(move.on or today, today)
    first = lead.touched_at.date() if lead.touched_at is not None else won_on
    customer: Customer = opening.win(session, _ACTOR, deal, {
        "won_on": max(won_on, first) if first <= today else today, "revision": deal.revision,
    })  # fmt: skip
    assert customer.id is not None


DESK = Desk()
