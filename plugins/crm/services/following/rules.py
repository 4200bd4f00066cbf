"""Setting how soon a unit follows its leads up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.deals import FOLLOW_EDIT
from plugins.crm.models import FollowRule
from plugins.crm.services.following.deadlines import USUAL
from plugins.crm.services.places import Place, all_places
from plugins.crm.text import _
from remit.base import Actor, DomainError, NotFound
from remit.services import allowed, allowed_many, require, system


def units(session: Session, actor: Actor) -> list[tuple[Place, FollowRule]]:
    """The units whose deadlines the reader may set, each with what it keeps to now."""
    places = all_places(session)
    with system(session, "how soon units follow their leads up"):
        known = {one.unit_id: one for one in session.scalars(select(FollowRule))}
    rows = [(place, known.get(place.unit_id) or _usual(place)) for place in places]
    may = allowed_many(session, actor, FOLLOW_EDIT, [rule for _place, rule in rows])
    return [row for row, yes in zip(rows, may, strict=True) if yes]


def rule_of(session: Session, actor: Actor, unit_id: int) -> FollowRule:
    """What a unit keeps to, not yet written where it keeps to the usual. Raises ``NotFound`` outside one's list."""
    with system(session, "how soon a unit follows its leads up"):
        known = session.scalars(select(FollowRule).where(FollowRule.unit_id == unit_id)).one_or_none()
    place = next((one for one in all_places(session) if one.unit_id == unit_id), None)
    found = known or (_usual(place) if place is not None else None)
    if found is None or not allowed(session, actor, FOLLOW_EDIT, found):
        raise NotFound("not_found", _("There is no such unit, or its deadlines are not yours to set."))
    return found


def save(session: Session, actor: Actor, rule: FollowRule, values: Mapping[str, Any]) -> FollowRule:
    """Keep ``touch_hours``, ``remind_hours`` and ``reclaim_hours``, in working hours; deadlines that run stay.

    Raises ``DomainError`` where the reminder would not come before the end.
    """
    require(session, actor, FOLLOW_EDIT, rule)
    if values["remind_hours"] >= values["touch_hours"]:
        raise DomainError("crm.remind", _("Remind later than the lead is handed over: less than the time there is."),
                          "remind_hours")  # fmt: skip
    rule.touch_minutes, rule.remind_minutes = values["touch_hours"] * 60, values["remind_hours"] * 60
    rule.reclaim_minutes = values["reclaim_hours"] * 60
    session.add(rule)
    session.flush()
    return rule


def _usual(place: Place) -> FollowRule:
    return FollowRule(unit_id=place.unit_id, legal_entity_id=place.legal_entity_id, touch_minutes=USUAL.touch,
                      remind_minutes=USUAL.remind, reclaim_minutes=USUAL.reclaim)  # fmt: skip
