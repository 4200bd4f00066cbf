"""This module's part of the demo company: where leads come from, what was spent on them and what became of them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.crm.demo.asking import ASKED, give_asking
from plugins.crm.demo.guard import give_guard
from plugins.crm.demo.history import give_history
from plugins.crm.demo.intake import give_arrivals, give_intake
from plugins.crm.demo.moving import give_moving
from plugins.crm.demo.rules import give_cases, give_rules
from remit.demo import Demo


def give_demo(session: Session, demo: Demo) -> None:
    """Write it in the order in which it came about; a company without these people gets none of it."""
    if not {login for row in ASKED for login in (row[0], row[5]) if login} <= set(demo.actors):
        return
    parts = (
        give_intake, give_asking, give_rules, give_history, give_moving, give_arrivals, give_guard, give_cases,
    )  # fmt: skip
    for part in parts:
        part(session, demo)
