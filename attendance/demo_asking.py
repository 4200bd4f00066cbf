"""Overtime and corrected punches of the demo company: one was approved, one waits, and somebody forgot a punch."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance import text
from attendance.models import Group, Place
from attendance.services import correcting
from attendance.services.overtime import requests
from attendance.services.show import month_views, own_employments
from remit.base import Actor
from remit.demo import Demo, acting
from remit.models import Translation
from remit.workflow import decide, open_tasks

#: Who asks to work when, against what, why, and who decides it; nobody: it still waits.
OVERTIME: tuple[tuple[str, date, str, str, str, str, str], ...] = (
    ("zhoulei", date(2026, 11, 19), "18:30", "20:30", "pay", "赶双十一客户回访", "chenjing"),
    ("zhoulei", date(2026, 11, 28), "10:00", "13:00", "in_lieu", "周末客户培训", ""),
)
#: The office on the map, in millionths of a degree, and how far from it people still punch there.
OFFICE = (Translation(zh_CN="上海办公室", en="Shanghai office"), 31_230_416, 121_473_701, 300)


def ask_late(session: Session, demo: Demo) -> None:
    """Write the requests, as their people would. Nobody's who has no account."""
    title, latitude, longitude, radius = OFFICE
    group = session.scalars(select(Group).where(Group.is_default)).one()
    session.add(Place(group_id=group.id, title=title, latitude=latitude, longitude=longitude, radius=radius,
                      active=True))  # fmt: skip
    for login, day, starts, ends, compensation, reason, decider in OVERTIME:
        who = demo.actors.get(login)
        if who is None or (decider and decider not in demo.actors):
            continue
        with acting(session, who):
            request = requests.draft(session, who, None, {
                "day": day, "starts": starts, "ends": ends, "compensation": compensation, "reason": reason,
            })  # fmt: skip
            run = requests.submit(session, who, request)
        for task in open_tasks(session, run) if decider else ():
            with acting(session, demo.actors[decider]):
                decide(session, demo.actors[decider], task.id, "approved", seen=task.digest, comment="同意")
    _forgotten(session, demo)


def _forgotten(session: Session, demo: Demo) -> None:
    """The first of those with an account whom a day of the running month lacks a punch asks for it, and waits."""
    for login, who in sorted(demo.actors.items()):
        values = _lacking(session, demo, who) if who.person_id is not None else None
        if values is not None and login != "wangfang":
            with acting(session, who):
                correcting.submit(session, who, correcting.draft(session, who, None, values))
            return


def _lacking(session: Session, demo: Demo, who: Actor) -> dict[str, Any] | None:
    """What somebody would ask for: the punch that a day before today lacks, at the time of his shift."""
    for employment in own_employments(session, who, demo.open.period):
        view = month_views(session, demo.open, [employment.id]).get(employment.id)
        for day in view.days.values() if view is not None else ():
            if day.missing and day.day < demo.today:
                found = correcting.suggest(session, employment, day.day)
                if found is not None:
                    return {"day": day.day, "time": str(text.clock_time(found.minute)), "way": found.way,
                            "instead_id": None, "reason": "忘记打卡"}  # fmt: skip
    return None
