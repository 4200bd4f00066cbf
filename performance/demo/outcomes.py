"""What October's scores lead to in the demo company: the rules, the proposals, and what of them was decided."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from performance.services import outcome_rules, outcomes
from remit.base import Month
from remit.demo import Demo, acting

RULES = "100-110: bonus 5%\n110-: bonus 10%\n113-: promotion\n113-: raise 3%\n0-80: training"
OCTOBER = Month(2026, 10)


def give_outcomes(session: Session, demo: Demo) -> None:
    """Personnel writes the rules and proposes; the general manager confirms the best bonus and leaves the others."""
    if demo.today < OCTOBER.next().start:
        return
    personnel, boss = demo.actors["wangfang"], demo.actors["luoyi"]
    with acting(session, personnel):
        outcome_rules.save(session, personnel, {
            "legal_entity_id": demo.legal_entity_id, "valid_from": date(2026, 10, 1),
            "rules": outcome_rules.lines(RULES),
        })  # fmt: skip
        outcomes.propose(session, personnel, OCTOBER.period)
    with acting(session, boss):
        best = next((one for one in outcomes.listed(session, boss, OCTOBER.period) if one.kind == "bonus"), None)
        if best is not None:
            outcomes.confirm(session, boss, best, OCTOBER.next())
