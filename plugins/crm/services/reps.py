"""Who takes leads: profiles of people, kept by the heads of their teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.rules import REP_EDIT, REP_READ
from plugins.crm.models import Choice, Rep
from plugins.crm.services.places import place_of
from plugins.crm.text import _
from remit.base import Actor, DomainError, clock
from remit.models import Assignment, Person, PositionVersion, dated, guard
from remit.services import require, system, visible

_MARK = [(REP_EDIT, "core_assignment"), (REP_EDIT, "core_person")]


def save(session: Session, actor: Actor, rep: Rep | None, values: Mapping[str, Any]) -> Rep:
    """Keep a profile: ``person_id``, ``unit_id``, ``industries`` and ``products`` as codes or titles, ``skills``,
    ``most_open`` and ``is_active``.

    Raises ``DomainError`` with the field for somebody who takes leads for the team already or holds no post in it, and
    for words that nobody has named.
    """
    place = place_of(session, values["unit_id"])
    made = rep or Rep(person_id=values["person_id"])
    if rep is not None:
        require(session, actor, REP_EDIT, rep)
    made.unit_id, made.legal_entity_id = place.unit_id, place.legal_entity_id
    with session.no_autoflush:
        require(session, actor, REP_EDIT, made)
        if made.person_id not in dict(people(session, made.unit_id)):
            raise DomainError("crm.rep", _("Choose somebody who holds a post in this team today."), "person_id")
        with system(session, "a person has one profile in a team"):
            other = session.scalar(
                select(Rep.id).where(Rep.person_id == made.person_id, Rep.unit_id == made.unit_id)
            )
        if other is not None and (rep is None or other != rep.id):
            raise DomainError("crm.rep", _("This person takes leads for the team already."), "person_id")
        made.industries = codes(session, "industry", values.get("industries") or "")
        made.products = codes(session, "product", values.get("products") or "")
    made.skills = _words(values.get("skills") or "")
    made.most_open, made.is_active = values["most_open"], values.get("is_active", True)
    session.add(made)
    session.flush()
    return made


def codes(session: Session, kind: str, written: str) -> list[str]:
    """The codes of choices from codes or titles that were written. Raises ``DomainError`` for what is none."""
    with system(session, "the words that leads are described with"):
        rows = session.execute(select(Choice.code, Choice.title).where(Choice.kind == kind)).all()
    known = {str(said).lower(): code for code, title in rows for said in (code, *title.values())}
    found = []
    for one in _words(written):
        if one.lower() not in known:
            field = "industries" if kind == "industry" else "products"
            raise DomainError("crm.word", _("{value} is none of the words that leads are described with.", value=one),
                              field)  # fmt: skip
        found.append(known[one.lower()])
    return list(dict.fromkeys(found))


def _words(written: str) -> list[str]:
    parts = written.replace("、", ",").replace("，", ",").split(",")
    return list(dict.fromkeys(one.strip()[:40] for one in parts if one.strip()))


def titles(session: Session) -> dict[tuple[str, str], str]:
    """What industries and products are called, by kind and code."""
    with system(session, "the words that leads are described with"):
        rows = session.execute(
            select(Choice.kind, Choice.code, Choice.title).where(Choice.kind.in_(("industry", "product")))
        )
        return {(kind, code): str(title) for kind, code, title in rows}


def people(session: Session, unit_id: int | None = None) -> list[tuple[int, str]]:
    """Everybody who holds a post today, of one unit or of all, by name."""
    today = clock.today()
    statement = (
        select(Person.id, Person.name).distinct()
        .join(Assignment, Assignment.person_id == Person.id)
        .join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(dated.as_of(Assignment, today), dated.as_of(PositionVersion, today)).order_by(Person.name, Person.id)
    )  # fmt: skip
    if unit_id is not None:
        statement = statement.where(PositionVersion.unit_id == unit_id)
    return [(row.id, row.name) for row in session.execute(guard.mark(statement, _MARK))]


def reps(session: Session, actor: Actor) -> Sequence[Rep]:
    """The profiles somebody may see, team by team."""
    return session.scalars(
        visible(session, actor, REP_READ, select(Rep).order_by(Rep.unit_id, Rep.is_active.desc(), Rep.id))
    ).all()
