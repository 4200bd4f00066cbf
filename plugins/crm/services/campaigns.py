"""Planning campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.spending import CAMPAIGN_EDIT, CAMPAIGN_READ
from plugins.crm.models import Campaign
from plugins.crm.services.places import place_of
from plugins.crm.text import _
from remit.base import Actor, DomainError
from remit.services import require, system, visible


def save(session: Session, actor: Actor, campaign: Campaign | None, values: dict[str, Any]) -> Campaign:
    """Plan a campaign, or change one: ``code``, ``title``, ``unit_id``, ``category``, ``starts_on`` and ``last_day``.

    Raises ``DomainError`` with the field for a code that is taken, an end before the beginning, a unit that is not
    there; ``Denied`` where the actor's list does not give it for the unit.
    """
    place = place_of(session, values["unit_id"])
    first, end = values["starts_on"], after(values["starts_on"], values["last_day"])
    code = values["code"].strip()
    with system(session, "codes of campaigns are unique"):
        taken = session.scalar(select(Campaign.id).where(Campaign.code == code))
    if taken is not None and (campaign is None or taken != campaign.id):
        raise DomainError("crm.code", _("There is a campaign {code} already.", code=code), "code")
    made = campaign or Campaign(owner_person_id=actor.person_id)
    if campaign is not None:
        require(session, actor, CAMPAIGN_EDIT, campaign)
    made.code, made.title, made.category = code, values["title"].strip(), values["category"]
    made.unit_id, made.legal_entity_id, made.starts_on, made.ends_on = (
        place.unit_id, place.legal_entity_id, first, end,
    )
    require(session, actor, CAMPAIGN_EDIT, made)
    session.add(made)
    session.flush()
    return made


def after(first: date, last_day: date) -> date:
    """The day after the last one. Raises ``DomainError`` where it lies before the first."""
    if last_day < first:
        raise DomainError("crm.days", _("The last day lies before the first."), "last_day")
    return last_day + timedelta(days=1)


def campaigns(session: Session, actor: Actor, *, on: date | None = None) -> Sequence[Campaign]:
    """The campaigns somebody may see, the latest first; only those that run on a day, if it is told."""
    statement = select(Campaign).order_by(Campaign.starts_on.desc(), Campaign.id.desc())
    if on is not None:
        statement = statement.where(Campaign.starts_on <= on, Campaign.ends_on > on)
    return session.scalars(visible(session, actor, CAMPAIGN_READ, statement)).all()
