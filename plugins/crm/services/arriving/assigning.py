"""Handing leads to people: by the table in force when they arrive, by hand, and anew when somebody is away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from plugins.crm.models import Lead, LeadAssignment
from plugins.crm.services.arriving.choosing import Candidate, Chosen, Wanted, choose
from plugins.crm.services.arriving.people import candidates
from plugins.crm.services.facts import Vocabulary, columns, vocabulary
from plugins.crm.services.leads.history import event, happened_to_many, moment
from plugins.crm.services.rules.content import compiled
from plugins.crm.services.rules.tables import Standing, in_force
from plugins.crm.text import OPEN_STATES


def assign(session: Session, leads: Sequence[Lead]) -> None:
    """Hand open leads that nobody has to the people that the table in force names.

    The number of statements does not rise with the leads. A company without a table hands them on by hand. Where no row
    applies or nobody can take it, a lead stays without an owner on the list of its unit, whose head hands it on; why is
    kept as well.
    """
    waiting = [one for one in leads if one.state in OPEN_STATES and one.owner_person_id is None]
    if not waiting:
        return
    standing = {one.table.legal_entity_id: one for one in in_force(session, "assign")}
    waiting = [one for one in waiting if one.legal_entity_id in standing]
    if not waiting:
        return
    rows = _rows(vocabulary(session), standing, waiting)
    teams = {_row(standing, lead, place)["then"]["unit_id"] for lead in waiting if (place := rows.get(lead.id, 0))}
    people = candidates(session, teams)
    _write(session, [
        _one(lead, standing.get(lead.legal_entity_id), rows.get(lead.id, 0), people) for lead in waiting
    ])  # fmt: skip


def _rows(words: Vocabulary, standing: dict[int, Standing], leads: Sequence[Lead]) -> dict[int, int]:
    """The row of the table of its company that applies to each lead, 1 for the first, 0 for none."""
    found: dict[int, int] = {}
    for entity, one in standing.items():
        own = [lead for lead in leads if lead.legal_entity_id == entity]
        fired = compiled(words, one.version.content).run(columns(words, own), size=len(own)).fired.tolist()
        found.update({lead.id: row + 1 for lead, row in zip(own, fired, strict=True)})
    return found


def _row(standing: dict[int, Standing], lead: Lead, place: int) -> dict[str, Any]:
    row: dict[str, Any] = standing[lead.legal_entity_id].version.content["rows"][place - 1]
    return row


@dataclass(frozen=True, slots=True)
class _Handed:
    """That a lead was handed over, as a row and as an event."""

    row: dict[str, Any]
    told: dict[str, Any]


def _write(session: Session, handed: Sequence[_Handed]) -> None:
    session.flush()
    session.execute(insert(LeadAssignment), [one.row for one in handed])
    happened_to_many(session, [one.told for one in handed])


def _one(
    lead: Lead, standing: Standing | None, row: int, people: Sequence[Candidate],
    *, besides: frozenset[int] = frozenset(), cause: str = "",
) -> _Handed:  # fmt: skip
    if standing is None or not row:
        code = "no_table" if standing is None else "no_row"
        return _keep(lead, lead.unit_id, Chosen(None), standing, 0, code=code, cause=cause)
    then = standing.version.content["rows"][row - 1]["then"]
    wanted = Wanted(then["unit_id"], then.get("skill") or "", lead.industry, lead.product, besides)
    chosen = choose(people, wanted)
    code = "" if chosen.person_id is not None else "nobody"
    return _keep(lead, then["unit_id"], chosen, standing, row, code=code, cause=cause, skill=wanted.skill)


def _keep(lead: Lead, unit_id: int, chosen: Chosen, standing: Standing | None, row: int, **why: Any) -> _Handed:
    now = moment()
    lead.unit_id, lead.owner_person_id = unit_id, chosen.person_id
    lead.revision += 1
    if chosen.person_id is not None:
        lead.assigned_at = lead.assigned_at or now
    told = {name: said for name, said in why.items() if said}
    return _Handed({
        "lead_id": lead.id, "at": now, "person_id": chosen.person_id, "unit_id": unit_id, "row": row or None,
        "version_id": standing.version.id if standing is not None and row else None, "by_person_id": None,
        "why": {**told, "passed": [dict(one) for one in chosen.passed]},
    }, event(lead, "assigned", now, to=chosen.person_id, unit=unit_id, **told))  # fmt: skip


def again(session: Session, leads: Sequence[Lead], cause: str) -> None:
    """Hand open leads to others than those who have them, by the rules of today: ``cause`` is ``absent``, ``overdue``
    or ``left``. Whoever had one does not get it back in the same moment; where nobody can, it stands on the list."""
    found = [one for one in leads if one.state in OPEN_STATES]
    if not found:
        return
    standing = {one.table.legal_entity_id: one for one in in_force(session, "assign")}
    words = vocabulary(session)
    rows = _rows(words, standing, found)
    teams = {_row(standing, lead, place)["then"]["unit_id"] for lead in found if (place := rows.get(lead.id, 0))}
    people = candidates(session, teams)
    handed = []
    for lead in found:
        had = frozenset({lead.owner_person_id} if lead.owner_person_id is not None else ())
        for one in people:
            one.open -= one.person_id in had
        row = rows.get(lead.id, 0)
        handed.append(_one(lead, standing.get(lead.legal_entity_id), row, people, besides=had, cause=cause))
    _write(session, handed)


def would_take(session: Session, lead: Lead) -> int | None:
    """Whom the table of today would hand a lead to, besides the one who has it; 0 for nobody, None without a table."""
    standing = {one.table.legal_entity_id: one for one in in_force(session, "assign")}
    if lead.legal_entity_id not in standing:
        return None
    row = _rows(vocabulary(session), standing, [lead]).get(lead.id, 0)
    if not row:
        return 0
    then = _row(standing, lead, row)["then"]
    had = frozenset({lead.owner_person_id} if lead.owner_person_id is not None else ())
    wanted = Wanted(then["unit_id"], then.get("skill") or "", lead.industry, lead.product, had)
    return choose(candidates(session, {then["unit_id"]}), wanted).person_id or 0


def last_of(session: Session, leads: Sequence[Lead]) -> dict[int, LeadAssignment]:
    """How each lead came to where it is, by lead: the last time it was handed over or left on a list."""
    ids = [one.id for one in leads]
    rows = session.scalars(
        select(LeadAssignment).where(LeadAssignment.lead_id.in_(ids)).order_by(LeadAssignment.id)
    )
    return {one.lead_id: one for one in rows}
