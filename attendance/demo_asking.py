"""Overtime and corrected punches of the demo company: one was approved, one waits, and somebody forgot a punch."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance.models import Group, Place
from attendance.services import correcting
from attendance.services.overtime import requests
from remit.demo import Demo, acting
from remit.models import Translation
from remit.workflow import decide, open_tasks

#: Who asks to work when, against what, why, and who decides it; nobody: it still waits.
OVERTIME: tuple[tuple[str, date, str, str, str, str, str], ...] = (
    ("zhoulei", date(2026, 11, 19), "18:30", "20:30", "pay", "双十一投放复盘", "chenjing"),
    ("zhoulei", date(2026, 11, 28), "10:00", "13:00", "in_lieu", "周末投放上线", ""),
)
#: Who forgot to punch when going home, by login and number, and on which day.
FORGOTTEN = ("zhoulei", "LK025", date(2026, 11, 18))
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
    """Whoever forgot the punch of an evening asks for it, and waits."""
    login, day = FORGOTTEN[0], FORGOTTEN[2]
    who = demo.actors.get(login)
    if who is None:
        return
    with acting(session, who):
        correcting.submit(session, who, correcting.draft(session, who, None, {
            "day": day, "time": "18:10", "way": "out", "instead_id": None, "reason": "外出开会，忘记打卡",
        }))  # fmt: skip
