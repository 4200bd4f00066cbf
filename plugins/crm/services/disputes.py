"""A lead that sales rejects goes back to marketing with the reason; marketing may contest it, and both settle it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_READ, LEAD_WORK
from plugins.crm.actions.rules import DISPUTE_READ, DISPUTE_SETTLE, DISPUTE_SPEAK
from plugins.crm.models import Choice, Dispute, Lead
from plugins.crm.services.arriving.assigning import assign
from plugins.crm.services.leads.history import happened, moment
from plugins.crm.text import NEW, OPEN_STATES, REJECTED, _
from plugins.crm.text_rules import DISPUTE_WORDS
from remit.base import Actor, DomainError
from remit.services import allowed, require, system, visible

#: At most so many leads or disputes stand on a page.
PAGE = 100
COUNTS, STANDS = "counts", "stands"
_LONGEST = 500


def reject(session: Session, actor: Actor, lead: Lead, reason: str, said: str = "") -> None:
    """Give a lead back to marketing because it is not qualified: ``reason`` is the code of a choice of the kind
    ``rejected``. Raises ``DomainError`` for a lead that is closed and for a reason that is none."""
    require(session, actor, LEAD_WORK, lead)
    if lead.state not in OPEN_STATES:
        raise DomainError("crm.closed", _("This lead is closed; nobody has to follow it up."))
    with system(session, "the reasons that leads are rejected for"):
        known = session.scalar(
            select(Choice.id).where(Choice.kind == "rejected", Choice.code == reason, Choice.is_active.is_(True))
        )
    if known is None:
        raise DomainError("crm.reason", _("Choose why it is rejected; marketing reads it."), "reason")
    happened(session, lead, "rejected", actor.person_id, said.strip()[:_LONGEST], reason=reason, unit=lead.unit_id,
             owner=lead.owner_person_id)  # fmt: skip
    lead.state, lead.closed_reason, lead.closed_at = REJECTED, reason, moment()
    lead.revision += 1
    session.flush()


def rejected(session: Session, actor: Actor) -> Sequence[Lead]:
    """The rejected leads that somebody may see and that nobody contests, the latest first: marketing's list."""
    contested = select(Dispute.lead_id).where(Dispute.lead_id == Lead.id, Dispute.state == "open").exists()
    statement = select(Lead).where(Lead.state == REJECTED).order_by(Lead.closed_at.desc(), Lead.id.desc())
    with system(session, "which rejected leads are contested"):
        open_ = select(Lead.id).where(Lead.state == REJECTED, contested)
        ids = set(session.scalars(open_))
    found = session.scalars(visible(session, actor, LEAD_READ, statement).limit(PAGE + len(ids))).all()
    return [one for one in found if one.id not in ids][:PAGE]


def contest(session: Session, actor: Actor, lead: Lead, said: str) -> Dispute:
    """Contest a rejection with words of marketing; from then on both sides see it among the disputed.

    Raises ``DomainError`` without a word why, for a lead that is not rejected, and where it is contested already.
    """
    said = said.strip()
    if not said:
        raise DomainError("crm.said", _("Say why the lead is qualified; sales reads it."), "said")
    if lead.state != REJECTED:
        raise DomainError("crm.dispute", _("Only a rejection can be contested, and this lead is not rejected."))
    made = Dispute(
        lead_id=lead.id, marketing_unit_id=lead.captured_unit_id, sales_unit_id=lead.unit_id,
        legal_entity_id=lead.legal_entity_id, reason=lead.closed_reason, opened_by_person_id=actor.person_id,
        rejected_by_person_id=lead.owner_person_id, opened_at=moment(), said=said[:_LONGEST], marketing_says=COUNTS,
    )  # fmt: skip
    require(session, actor, DISPUTE_SPEAK, made)
    if not _of_side(session, actor, made, lead.captured_unit_id):
        raise DomainError("crm.dispute", _("Whoever brought the lead contests the rejection."))
    with system(session, "a rejection is contested once"):
        open_ = session.scalar(select(Dispute.id).where(Dispute.lead_id == lead.id, Dispute.state == "open"))
    if open_ is not None:
        raise DomainError("crm.dispute", _("It is contested already; both sides find it among the disputed leads."))
    session.add(made)
    happened(session, lead, "disputed", actor.person_id, said[:_LONGEST], reason=lead.closed_reason)
    session.flush()
    return made


def _of_side(session: Session, actor: Actor, dispute: Dispute, unit_id: int) -> bool:
    """Whether somebody may speak for one side: as if the dispute stood in its unit alone."""
    alone = Dispute(
        marketing_unit_id=unit_id, sales_unit_id=unit_id, legal_entity_id=dispute.legal_entity_id
    )
    return actor.is_system or allowed(session, actor, DISPUTE_SPEAK, alone)


def sides_of(session: Session, actor: Actor, dispute: Dispute) -> list[str]:
    """For which sides somebody may speak: ``marketing``, ``sales``, both or none."""
    units = {"marketing": dispute.marketing_unit_id, "sales": dispute.sales_unit_id}
    return [side for side, unit in units.items() if _of_side(session, actor, dispute, unit)]


def speak(session: Session, actor: Actor, dispute: Dispute, side: str, word: str, said: str = "") -> None:
    """Answer for a side: ``counts`` or ``stands``. Where both say the same, that settles it.

    Raises ``DomainError`` for a side that is not one's own and for a dispute that is settled.
    """
    require(session, actor, DISPUTE_SPEAK, dispute)
    _open(session, dispute)
    if side not in ("marketing", "sales") or side not in sides_of(session, actor, dispute):
        raise DomainError("crm.dispute", _("Each side answers for itself."))
    if word not in DISPUTE_WORDS:
        raise DomainError("crm.dispute", _("Choose one of both answers."), "word")
    setattr(dispute, f"{side}_says", word)
    happened(session, _lead(session, dispute), "disputed", actor.person_id, said.strip()[:_LONGEST], side=side,
             word=word)  # fmt: skip
    if dispute.marketing_says == dispute.sales_says:
        _settle(session, actor, dispute, word, said, "agreed")
    session.flush()


def settle(session: Session, actor: Actor, dispute: Dispute, word: str, said: str) -> None:
    """Decide it for both; whoever stands above both may, and says why."""
    require(session, actor, DISPUTE_SETTLE, dispute)
    _open(session, dispute)
    if word not in DISPUTE_WORDS:
        raise DomainError("crm.dispute", _("Choose one of both answers."), "word")
    if not said.strip():
        raise DomainError("crm.said", _("Say why; both sides read it."), "said")
    _settle(session, actor, dispute, word, said, "settled")
    session.flush()


def _open(session: Session, dispute: Dispute) -> None:
    session.refresh(dispute, with_for_update=True)
    if dispute.state != "open":
        raise DomainError("crm.dispute", _("It is settled already."))


def _lead(session: Session, dispute: Dispute) -> Lead:
    with system(session, "the lead that is disputed"):
        return session.get_one(Lead, dispute.lead_id)


def _settle(session: Session, actor: Actor, dispute: Dispute, word: str, said: str, state: str) -> None:
    """A lead that counts goes back to sales: to whoever had it, while he takes leads, else by the rules of today."""
    dispute.state, dispute.outcome, dispute.settled_words = state, word, said.strip()[:_LONGEST]
    dispute.settled_by_person_id, dispute.settled_at = actor.person_id, moment()
    lead = _lead(session, dispute)
    happened(session, lead, "disputed", actor.person_id, said.strip()[:_LONGEST], outcome=word, how=state)
    if word == COUNTS and lead.state == REJECTED:
        lead.state, lead.closed_reason, lead.closed_at, lead.owner_person_id = NEW, "", None, None
        lead.revision += 1
        with system(session, "a lead that counts is handed to sales again"):
            session.flush()
            assign(session, [lead])


def disputes(session: Session, actor: Actor, *, settled: bool = False) -> Sequence[Dispute]:
    """The disputes somebody may see, open or settled, the oldest open and the latest settled first."""
    order = Dispute.settled_at.desc() if settled else Dispute.opened_at
    statement = select(Dispute).where((Dispute.state != "open") if settled else (Dispute.state == "open"))
    found = visible(session, actor, DISPUTE_READ, statement.order_by(order, Dispute.id).limit(PAGE))
    return session.scalars(found).all()
