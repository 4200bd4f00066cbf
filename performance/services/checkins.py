"""Check-ins: what somebody says of a key result, and how its number went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from performance.actions.goals import GOAL_CHECK_IN
from performance.models import CheckIn, Goal, KeyResult
from performance.rules.scoring import LARGEST_FIGURE
from performance.services.following import live_values
from performance.text import AGREED, CONFIDENCE, _
from remit.base import Actor, DomainError, clock
from remit.live import publish
from remit.services import require

TOPIC = "performance_board"
#: So many check-ins of a goal are listed; the course is drawn from as many.
SHOWN = 200


def check_in(session: Session, actor: Actor, goal: Goal, result: KeyResult, values: dict[str, Any]) -> CheckIn:
    """Say how far a key result of an agreed goal is: ``value`` in its unit, ``confidence``, ``words``.

    One that reads a figure takes what the figure is now, whatever is said. Raises ``DomainError`` with the field.
    """
    require(session, actor, GOAL_CHECK_IN, goal)
    session.refresh(result, with_for_update=True)
    if goal.state != AGREED:
        raise DomainError("performance.not_agreed", _("Only a goal that is agreed takes check-ins."))
    if values["confidence"] not in CONFIDENCE:
        raise DomainError("performance.confidence", _("Say how sure you are."), "confidence")
    value = values["value"]
    if result.kpi_id is not None:
        value = live_values(session, [(goal, result)]).get(result.id, result.current)
    if not -LARGEST_FIGURE <= value <= LARGEST_FIGURE:
        raise DomainError("performance.value", _("This number is too large."), "value")
    made = CheckIn(
        key_result_id=result.id, value=value, confidence=values["confidence"],
        words=" ".join((values.get("words") or "").split())[:1000], made_by_person_id=actor.person_id,
        made_at=clock.now(),
    )  # fmt: skip
    result.current = value
    session.add(made)
    session.flush()
    publish(session, TOPIC)
    return made


def said_of(session: Session, results: Sequence[KeyResult]) -> Sequence[CheckIn]:
    """What was said of key results that somebody may see, the latest first."""
    return session.scalars(
        select(CheckIn).where(CheckIn.key_result_id.in_([one.id for one in results]))
        .order_by(CheckIn.id.desc()).limit(SHOWN)
    ).all()  # fmt: skip


def last_said(session: Session, result_ids: Sequence[int]) -> dict[int, CheckIn]:
    """The latest check-in of each key result, in one statement."""
    latest = select(func.max(CheckIn.id)).where(CheckIn.key_result_id.in_(result_ids)).group_by(CheckIn.key_result_id)
    rows = session.scalars(select(CheckIn).where(CheckIn.id.in_(latest)))
    return {row.key_result_id: row for row in rows}
