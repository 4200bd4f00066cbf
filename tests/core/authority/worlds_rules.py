"""Delegations and rules about incompatible duties of a random world, as the database keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from core.authority.models import DelegatedEntry, Delegation, SeparationMitigation, SeparationRule
from tests.core.authority.reference import World


def write_hands(session: Session, world: World) -> None:
    """What was handed over, as rows."""
    people = {h.assignment: h.person for h in world.hats}
    since = datetime(2025, 1, 1, tzinfo=UTC)
    session.add_all(
        Delegation(id=h.number, from_assignment_id=h.assignment, from_person_id=people[h.assignment],
                   to_person_id=h.to, limit_minor=h.limit, currency=h.currency, unit_id=h.unit, valid_from=h.start,
                   valid_to=h.end, reason="away", created_at=since, revoked_at=since if h.revoked else None)
        for h in world.hands
    )
    session.flush()
    session.add_all(DelegatedEntry(delegation_id=h.number, code=code) for h in world.hands for code in h.codes)
    session.flush()


def write_rules(session: Session, world: World, stretches: list[tuple[int, date, date]]) -> None:
    """Rules about incompatible duties and who may pass them; ``stretches`` are the lists by version and days."""
    session.add_all(
        SeparationRule(list_id=stretches.index((r.version, r.start, r.end)) + 1, code=r.code, kind=r.kind,
                       actions=list(r.actions))
        for r in world.rules
    )
    session.add_all(
        SeparationMitigation(unit_id=p.unit, rule_code=p.code, person_id=p.person, control="-", valid_from=p.start,
                             valid_to=p.end, approved_at=datetime(2025, 1, 1, tzinfo=UTC))
        for p in world.passes
    )
