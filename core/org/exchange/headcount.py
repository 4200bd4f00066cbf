"""Warnings of an import where more people come to hold a position than it has room for."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import Problem
from core.base.text import catalogue
from core.db.dated import as_of
from core.exchange.importing import Plan
from core.org.exchange.lookup import Positions
from core.org.exchange.people_data import PeopleData, marked
from core.org.models import Assignment

_ = catalogue("org")


def warn_headcount(session: Session, plan: Plan, data: PeopleData, positions: Positions) -> None:
    """Warn of positions over their headcount today; positions the import creates get the headcount they need."""
    today = clock.today()
    coming: Counter[int] = Counter(
        piece.values["position_id"] for _key, piece in data.primary.insert if piece.start <= today < piece.end
    )
    for number, made in data.positions.items():
        made["version"].headcount = max(1, coming.get(number, 0))
    touched = [position for position in coming if position > 0]
    if not touched:
        return
    held = dict(
        session.execute(
            marked(
                select(Assignment.position_id, func.count())
                .where(as_of(Assignment, today), Assignment.kind != "acting").group_by(Assignment.position_id)
            )
        ).all()
    )
    for position in touched:
        room = positions.versions[position].headcount
        total = held.get(position, 0) + coming[position]
        if total > room:
            plan.warnings.append(
                Problem(_("{position}: {held} people for a headcount of {headcount}.",
                          position=positions.versions[position].title, held=total, headcount=room))
            )
