"""Whether somebody may be contacted: his consent, its withdrawal, and how often is too often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT
from plugins.crm.models import ContactLimit, Lead, LeadEvent
from plugins.crm.services.leads.history import happened
from plugins.crm.services.leads.loading import load_many
from plugins.crm.text import _
from remit.base import Actor, DomainError, clock
from remit.models import keys_of
from remit.services import require, system

_PURPOSE = "crm.withdraw"
_ZONE = "Asia/Shanghai"


def may_contact(session: Session, lead: Lead, day: date, *, zone: str = _ZONE) -> None:
    """Raise ``DomainError`` where the lead must not be contacted on a day: its consent is withdrawn, or it was
    contacted as often as a limit allows within the days of that limit, ``day`` being the last of them.

    A contact is an event ``touched`` of its history. Without a limit only the consent counts.
    """
    if lead.consent_withdrawn_at is not None:
        raise DomainError(
            "crm.withdrawn",
            _("{company} has withdrawn its consent on {day}. Do not contact it again.",
              company=lead.company, day=lead.consent_withdrawn_at.astimezone(ZoneInfo(zone)).date()),
        )  # fmt: skip
    for limit in limits(session):
        first = day - timedelta(days=limit.days - 1)
        made = session.scalar(
            select(func.count()).where(
                LeadEvent.lead_id == lead.id, LeadEvent.kind == "touched",
                LeadEvent.at >= _start(first, zone), LeadEvent.at < _start(day + timedelta(days=1), zone),
            )
        ) or 0  # fmt: skip
        if made >= limit.most:
            raise DomainError(
                "crm.too_often",
                _("{company} was contacted {count} time within {days} days, which is the limit. Wait, or put the lead"
                  " off to a later day.",
                  "{company} was contacted {count} times within {days} days, which is the limit. Wait, or put the lead"
                  " off to a later day.", company=lead.company, count=made, days=limit.days),
            )  # fmt: skip


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def limits(session: Session) -> Sequence[ContactLimit]:
    """The limits of contacts, the shortest first."""
    return session.scalars(select(ContactLimit).order_by(ContactLimit.days)).all()


def save_limit(session: Session, actor: Actor, limit: ContactLimit | None, values: dict[str, Any]) -> ContactLimit:
    """Set a limit, or change one: at most ``most`` contacts within ``days`` days.

    Raises ``DomainError`` with the field where there is one for as many days, and ``Denied``.
    """
    require(session, actor, CHANNEL_EDIT)
    other = session.scalars(select(ContactLimit).where(ContactLimit.days == values["days"])).one_or_none()
    if other is not None and other is not limit:
        raise DomainError("crm.limit", _("There is a limit for as many days already."), "days")
    made = limit or ContactLimit()
    made.most, made.days = values["most"], values["days"]
    session.add(made)
    session.flush()
    return made


def drop_limit(session: Session, actor: Actor, limit: ContactLimit) -> None:
    """Drop a limit. Raises ``Denied``."""
    require(session, actor, CHANNEL_EDIT)
    session.delete(limit)
    session.flush()


def withdraw(session: Session, lead: Lead, *, person_id: int | None = None) -> None:
    """Keep that a lead withdrew its consent; doing so again changes nothing."""
    if lead.consent_withdrawn_at is None:
        lead.consent_withdrawn_at = clock.now()
        lead.revision += 1
        happened(session, lead, "withdrawn", person_id)
        session.flush()


def withdraw_by_link(session: Session, lead: Lead) -> None:
    """The same for whoever opened his own signed link, without signing in."""
    with system(session, "somebody withdrew his consent by his link"):
        withdraw(session, lead)


def withdrawal_token(session: Session, lead: Lead) -> str:
    """What the link to withdraw carries: signed, for one lead, without an end."""
    return str(_signer(session).dumps(lead.id))


def lead_of_token(session: Session, token: str) -> Lead | None:
    """The lead of a link; None for one that we did not sign."""
    try:
        return load_many(session, [int(_signer(session).loads(token))]).popitem()[1]
    except (BadData, ValueError, TypeError, KeyError):
        return None


def _signer(session: Session) -> URLSafeSerializer:
    return URLSafeSerializer(keys_of(session).derive(_PURPOSE), salt=_PURPOSE)
