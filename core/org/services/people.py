"""People and their employments: hiring, moving, leaving, and the facts of a file.

Whoever is given a post is shown to ``check_change`` as his assignment, written and not committed; before that the
staffing plan is asked (``staffing``).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require, visible
from core.audit.events import record_reveal
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.db import dated, guard
from core.kernel import state
from core.kernel.house import check
from core.kernel.specs import Change
from core.org.models import Assignment, Employment, EmploymentTerms, Person, Position, UnitVersion
from core.org.models.assignment import ASSIGNMENT_KINDS
from core.org.models.employment import EMPLOYMENT_KINDS
from core.org.names import initials_of, sort_key_of
from core.org.resources import BANK, CHANGE, IDENTITY, READ, Place
from core.org.rules import nearest
from core.org.services import staffing
from core.org.services.structure import position_at

_ = catalogue("org")

_MARK = [(CHANGE, table) for table in ("core_person", "core_employment", "core_employment_terms", "core_assignment")]
#: What a reveal opens, by group: the columns of a person and the action asked.
GROUPS = {"identity": (IDENTITY, ("identity_number", "phone")), "bank": (BANK, ("bank_account",))}


def person_by_number(session: Session, actor: Actor, number: str) -> Person:
    """The person behind an employee number, if the actor may see him. Raises ``NotFound`` naming the number."""
    statement = select(Person).join(Employment, Employment.person_id == Person.id).where(Employment.number == number)
    found: Person | None = session.scalars(visible(session, actor, READ, statement)).one_or_none()
    if found is None:
        raise NotFound("person.unknown", _("There is no employee {number}, or not for you.", number=number))
    return found


def employment_by_number(session: Session, actor: Actor, number: str) -> Employment:
    """The employment of that number, if the actor may see it. Raises ``NotFound`` naming the number."""
    statement = visible(session, actor, READ, select(Employment).where(Employment.number == number))
    found: Employment | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("person.unknown", _("There is no employee {number}, or not for you.", number=number))
    return found


def hire(
    session: Session, actor: Actor, *, number: str, name: str, position: Position, hired_on: date,
    person: Person | None = None, sex: str | None = None, born_on: date | None = None,
    identity_kind: str | None = None, identity_number: str | None = None, phone: str | None = None,
    email: str | None = None, bank_name: str | None = None, bank_account: str | None = None,
    kind: str = "regular", fte: int = 100, grade: str | None = None, first_job_of_year: bool = False,
    legal_entity_id: int | None = None, withholding_agent_id: int | None = None,
    contribution_place: str | None = None, external_id: str | None = None,
) -> Employment:
    """Employ somebody on a position from a day on.

    Without ``person``, somebody known by the same identity number is found, so a re-hire is the same person with a
    second employment. Company, withholding agent and contribution place default from the unit: the nearest unit at or
    above it that is one or names one. ``fte`` is in hundredths. Raises ``DomainError`` when the number is taken, the
    person is employed already, or a binding quota of the staffing plan is exceeded.
    """
    _check_kind(kind, EMPLOYMENT_KINDS)
    post = position_at(session, position, hired_on)
    defaults = terms_defaults(session, post.unit_id, hired_on)
    entity_id = legal_entity_id or defaults["legal_entity_id"]
    require(session, actor, CHANGE, Place(post.unit_id, entity_id, position.id))
    if session.scalar(_marked(select(Employment.id).where(Employment.number == number))) is not None:
        raise DomainError("employment.number", _("The employee number {number} is taken.", number=number), "number")
    if person is None and identity_number:
        person = session.scalars(_marked(select(Person).where(Person.identity_index == identity_number))).one_or_none()
    if person is None:
        person = Person(name=name, sort_key=sort_key_of(name), initials=initials_of(name))
        session.add(person)
    else:
        _refuse_employed(session, person, hired_on)
    _set(person, name=name, sex=sex, born_on=born_on, identity_kind=identity_kind, identity_number=identity_number,
         phone=phone, email=email, bank_name=bank_name, bank_account=bank_account)
    session.flush()
    employment = Employment(
        number=number, person_id=person.id, hired_on=hired_on, first_job_of_year=first_job_of_year,
        external_id=external_id,
    )
    session.add(employment)
    session.flush()
    session.add(
        EmploymentTerms(
            employment_id=employment.id, valid_from=hired_on, kind=kind, grade=grade, legal_entity_id=entity_id,
            withholding_agent_id=withholding_agent_id or defaults["withholding_agent_id"],
            contribution_place=contribution_place or defaults["contribution_place"],
        )
    )
    appointed = Assignment(
        employment_id=employment.id, person_id=person.id, position_id=position.id, fte=fte, valid_from=hired_on,
    )
    session.add(appointed)
    session.flush()
    _let_in(session, actor, appointed)
    return employment


def transfer(
    session: Session, actor: Actor, employment: Employment, position: Position, day: date, *,
    fte: int | None = None, keep_terms: bool = False,
) -> Assignment:
    """Move an employment to another primary post from a day on; both places must be the actor's to decide.

    The legal terms follow the new unit (company, withholding agent, contribution place) unless ``keep_terms``.
    """
    require(session, actor, CHANGE, employment)
    post = position_at(session, position, day)
    defaults = terms_defaults(session, post.unit_id, day)
    require(session, actor, CHANGE, Place(post.unit_id, defaults["legal_entity_id"], position.id))
    _check_inside(employment, day)
    current = [one for one in _assignments(session, employment) if one.is_primary and one.valid_to > day]
    share = fte if fte is not None else (current[0].fte if current else 100)
    for held in current:
        _end(session, held, day)
    session.flush()
    moved = Assignment(
        employment_id=employment.id, person_id=employment.person_id, position_id=position.id, fte=share,
        valid_from=day, valid_to=employment.left_on,
    )
    session.add(moved)
    if not keep_terms:
        _change_terms(session, employment, day, FOREVER, **defaults)
    session.flush()
    _let_in(session, actor, moved)
    return moved


def assign(
    session: Session, actor: Actor, employment: Employment, position: Position, *, valid_from: date,
    valid_to: date = FOREVER, kind: str = "concurrent", fte: int = 0, stands_in_for: Assignment | None = None,
) -> Assignment:
    """Give an employment a further post beside its primary one: concurrent, acting or on secondment."""
    require(session, actor, CHANGE, employment)
    _check_kind(kind, ASSIGNMENT_KINDS)
    post = position_at(session, position, valid_from)
    entity_id = _unit_entity(session, post.unit_id, valid_from)
    require(session, actor, CHANGE, Place(post.unit_id, entity_id, position.id))
    _check_inside(employment, valid_from)
    added = Assignment(
        employment_id=employment.id, person_id=employment.person_id, position_id=position.id, kind=kind, fte=fte,
        is_primary=False, valid_from=valid_from, valid_to=min(valid_to, employment.left_on),
        stands_in_for_id=stands_in_for.id if stands_in_for else None,
    )
    for other in _assignments(session, employment):
        if other.position_id == position.id and other.valid_from < added.valid_to and valid_from < other.valid_to:
            raise DomainError(
                "assignment.twice", _("{number} holds this position already in that time.", number=employment.number),
                "position",
            )
    session.add(added)
    session.flush()
    _let_in(session, actor, added)
    return added


def change_share(
    session: Session, actor: Actor, assignment: Assignment, fte: int, start: date, end: date = FOREVER
) -> None:
    """Let a post take another share of working time, in hundredths, during ``[start, end)``; before and after it stays.

    What was delegated from the post goes on with its first stretch only: whoever holds a stretch delegates anew.
    """
    require(session, actor, CHANGE, _employment(session, assignment.employment_id))
    first, last, before = max(start, assignment.valid_from), min(end, assignment.valid_to), assignment.fte
    if first >= last or fte == before:
        return
    after = assignment.valid_to
    if first == assignment.valid_from:
        assignment.fte, assignment.valid_to = fte, last
    else:
        assignment.valid_to = first
    session.flush()
    stretches = [(fte, first, last)] if first > assignment.valid_from else []
    for share, begins, ends in [*stretches, *([(before, last, after)] if last < after else [])]:
        session.add(Assignment(
            employment_id=assignment.employment_id, person_id=assignment.person_id, position_id=assignment.position_id,
            kind=assignment.kind, fte=share, is_primary=assignment.is_primary, valid_from=begins, valid_to=ends,
            stands_in_for_id=assignment.stands_in_for_id,
        ))  # fmt: skip
    session.flush()


def end_assignment(session: Session, actor: Actor, assignment: Assignment, day: date) -> None:
    """End one post from ``day`` on; the others of the employment stay."""
    require(session, actor, CHANGE, _employment(session, assignment.employment_id))
    _end(session, assignment, day)
    session.flush()


def leave(session: Session, actor: Actor, employment: Employment, *, last_day: date) -> Employment:
    """End an employment after its last day, and with it its posts and terms."""
    require(session, actor, CHANGE, employment)
    if last_day < employment.hired_on:
        raise DomainError(
            "employment.left", _("The last day {day} lies before the first day {first}.", day=last_day,
                                 first=employment.hired_on), "last_day",
        )
    end = last_day + timedelta(days=1)
    for held in _assignments(session, employment):
        if held.valid_to > end:
            _end(session, held, end)
    dated.close(session, EmploymentTerms, {"employment_id": employment.id}, end)
    employment.left_on = end
    session.flush()
    return employment


def change_terms(
    session: Session, actor: Actor, employment: Employment, day: date, *, until: date | None = None, **values: Any
) -> EmploymentTerms:
    """Let legal facts hold from a day on: kind, legal entity, withholding agent, contribution place, grade."""
    require(session, actor, CHANGE, employment)
    if "kind" in values:
        _check_kind(values["kind"], EMPLOYMENT_KINDS)
    _check_inside(employment, day)
    return _change_terms(session, employment, day, until, **values)


def change_person(session: Session, actor: Actor, person: Person, **values: Any) -> Person:
    """Correct or complete the facts of a person; a changed name gets a new pinyin unless ``sort_key`` is given."""
    require(session, actor, CHANGE, person)
    if "name" in values and "sort_key" not in values:
        values |= {"sort_key": sort_key_of(values["name"]), "initials": initials_of(values["name"])}
    if "identity_number" in values:
        values["identity_index"] = values["identity_number"]
    for name, value in values.items():
        setattr(person, name, value)
    session.flush()
    return person


def reveal(session: Session, actor: Actor, person: Person, group: str, purpose: str) -> dict[str, str | None]:
    """The masked fields of a group (``identity``, ``bank``) in clear; who, whose, which and why go into the audit.

    Raises ``DomainError`` without a purpose, ``Denied`` without the authority.
    """
    if group not in GROUPS:
        raise NotFound("reveal.group", _("There is no such group of fields."))
    action, fields = GROUPS[group]
    decision = require(session, actor, action, person)
    if len(purpose.strip()) < 2:
        raise DomainError("reveal.purpose", _("Say what you need it for; it is kept in the audit log."), "purpose")
    record_reveal(session, group, person, subject_id=person.id, purpose=purpose.strip()[:500], decision=decision)
    return {name: getattr(person, name) for name in fields}


# -- defaults and warnings -------------------------------------------------------------------------------------------


def terms_defaults(session: Session, unit_id: int, day: date) -> dict[str, Any]:
    """Legal entity, withholding agent and contribution place for somebody who comes to a unit on a day.

    The agent is the nearest unit at or above that is one, else the topmost unit; the place the nearest that names one.
    """
    rows = session.execute(select(UnitVersion).where(dated.as_of(UnitVersion, day))).scalars()
    return defaults_of({row.unit_id: row for row in rows}, unit_id)


def defaults_of(units: dict[int, UnitVersion], unit_id: int) -> dict[str, Any]:
    """``terms_defaults`` over the units of a day that are read already."""
    links = {unit: version.parent_id for unit, version in units.items()}
    agent = nearest(links, unit_id, lambda unit: unit if unit in units and units[unit].is_withholding_agent else None)
    top = nearest(links, unit_id, lambda unit: unit if links.get(unit) not in units else None)
    place = nearest(links, unit_id, lambda unit: units[unit].contribution_place if unit in units else None)
    return {
        "legal_entity_id": units[unit_id].legal_entity_id,
        "withholding_agent_id": agent if agent is not None else (top if top is not None else unit_id),
        "contribution_place": place,
    }


def headcount_warning(session: Session, position: Position, day: date) -> Text | None:
    """What to tell when more people hold a position on a day than it has room for, else None."""
    post = position_at(session, position, day)
    held = session.scalar(
        _marked(
            select(func.count()).select_from(Assignment).where(
                Assignment.position_id == position.id, dated.as_of(Assignment, day), Assignment.kind != "acting"
            )
        )
    ) or 0
    if held <= post.headcount:
        return None
    return _("{position}: {held} people for a headcount of {headcount}.", position=post.title, held=held,
             headcount=post.headcount)


# -- parts -----------------------------------------------------------------------------------------------------------


def _let_in(session: Session, actor: Actor, appointed: Assignment) -> None:
    """Ask whatever may object to an assignment that is written: the staffing plan, then the other modules."""
    staffing.insist(session, appointed)
    check(session, actor, Change(CHANGE, appointed))


def _marked(statement: Any) -> Any:
    """For looking at rows in order to refuse or to change them, after the authority was asked."""
    return guard.mark(statement, _MARK)


def _set(person: Person, **values: Any) -> None:
    for name, value in values.items():
        if value is not None:
            setattr(person, name, value)
    if values.get("identity_number"):
        person.identity_index = values["identity_number"]


def _assignments(session: Session, employment: Employment) -> list[Assignment]:
    statement = select(Assignment).where(Assignment.employment_id == employment.id).order_by(Assignment.valid_from)
    return list(session.scalars(_marked(statement)))


def _employment(session: Session, employment_id: int) -> Employment:
    found: Employment = session.scalars(_marked(select(Employment).where(Employment.id == employment_id))).one()
    return found


def _end(session: Session, assignment: Assignment, day: date) -> None:
    """Nothing of an assignment from ``day`` on; one that had not begun is removed."""
    if assignment.valid_from >= day:
        session.delete(assignment)
    elif assignment.valid_to > day:
        assignment.valid_to = day


def _change_terms(
    session: Session, employment: Employment, day: date, until: date | None, **values: Any
) -> EmploymentTerms:
    end = employment.left_on if until is None or until > employment.left_on else until
    changed = dated.change_from(
        session, EmploymentTerms, {"employment_id": employment.id}, day, until=None if until is None else end, **values
    )
    state.bump_epoch(session)
    return changed


def _unit_entity(session: Session, unit_id: int, day: date) -> int | None:
    return session.scalar(
        select(UnitVersion.legal_entity_id).where(UnitVersion.unit_id == unit_id, dated.as_of(UnitVersion, day))
    )


def _refuse_employed(session: Session, person: Person, day: date) -> None:
    number = session.scalar(
        _marked(
            select(Employment.number).where(
                Employment.person_id == person.id, Employment.left_on > day
            ).limit(1)
        )
    )
    if number is not None:
        raise DomainError(
            "person.employed", _("{name} is employed already, as {number}.", name=person.name, number=number), "name"
        )


def _check_kind(kind: str, known: tuple[str, ...]) -> None:
    if kind not in known:
        raise DomainError("kind.unknown", _("{kind} is none of {known}.", kind=kind, known=", ".join(known)), "kind")


def _check_inside(employment: Employment, day: date) -> None:
    if not employment.hired_on <= day < employment.left_on:
        raise DomainError(
            "employment.not_then", _("{number} is not employed on {day}.", number=employment.number, day=day), "day"
        )
