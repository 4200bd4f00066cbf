"""This module's part of the demo company: what departments and people are measured by, and reviews."""

from __future__ import annotations

from sqlalchemy.orm import Session

from performance.demo.goals import give_goals
from performance.demo.measuring import give_measuring
from performance.demo.outcomes import give_outcomes
from performance.demo.reviewing import give_reviewing
from remit.demo import Demo

#: Who must be there for the story to be told: personnel drafts and enters, the general manager signs; and those whose
#: reviews are told.
NEEDED = {"wangfang", "luoyi", "linan", "chenjing", "tangxue", "zhoulei"}


def give_demo(session: Session, demo: Demo) -> None:
    """Write it in the order in which it came about; a company without these people gets none of it."""
    if demo.kind != "company" or not set(demo.actors) >= NEEDED:
        return
    for part in (give_measuring, give_goals, give_outcomes, give_reviewing):
        part(session, demo)
