"""The employment certificate (在职证明), and the facts about an employment that other letters say as well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit.events import record_reveal
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel.specs import LetterField, LetterGroup, LetterKind, NumberKind
from core.letters.actions import ISSUE
from core.org.labels import KINDS_OF_TERMS
from core.org.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    PositionVersion,
    UnitVersion,
)
from core.org.names import latin_name
from core.org.resources import IDENTITY

_ = catalogue("letters")

_TABLES = ("core_person", "core_employment", "core_employment_terms", "core_assignment")
#: How the kinds of documents are called on a letter.
_DOCUMENTS = {
    "resident_id": _("resident identity card"), "passport": _("passport"),
}
_DOCUMENT = _("identity document")

FIELDS = (
    LetterField("person.name", _("Name"), sample={"zh_CN": "李小明", "en": "Li Xiaoming (李小明)"}),
    LetterField("person.identity_kind", _("Kind of document"),
                sample={"zh_CN": "居民身份证", "en": "resident identity card"}),
    LetterField("person.identity_number", _("Number of the document"), sample="310101199001011237", group="identity"),
    LetterField("employment.number", _("Employee number"), sample="LK001"),
    LetterField("employment.hired_on", _("Hired on"), "day", sample=date(2020, 3, 2)),
    LetterField("employment.kind", _("Kind of employment"), sample={"zh_CN": "正式", "en": "Regular"}),
    LetterField("position.title", _("Position"), sample={"zh_CN": "软件工程师", "en": "Software engineer"}),
    LetterField("unit.title", _("Unit"), sample={"zh_CN": "研发部", "en": "Research and development"}),
)


def facts(session: Session, actor: Actor, employment: Employment, day: date) -> Mapping[str, Any]:
    """What the file says about an employment on a day: the fields of ``FIELDS`` without a group."""
    del actor
    person, kind, position, unit = session.execute(
        _marked(
            select(Person, EmploymentTerms.kind, PositionVersion.title, UnitVersion.title)
            .select_from(Employment)
            .join(Person, Person.id == Employment.person_id)
            .outerjoin(EmploymentTerms, and_(EmploymentTerms.employment_id == Employment.id,
                                             as_of(EmploymentTerms, day)))
            .outerjoin(Assignment, and_(Assignment.employment_id == Employment.id, as_of(Assignment, day),
                                        Assignment.is_primary))
            .outerjoin(PositionVersion, and_(PositionVersion.position_id == Assignment.position_id,
                                             as_of(PositionVersion, day)))
            .outerjoin(UnitVersion, and_(UnitVersion.unit_id == PositionVersion.unit_id, as_of(UnitVersion, day)))
            .where(Employment.id == employment.id)
            .limit(1)
        )
    ).one()  # fmt: skip
    return {
        "person.name": Translation(zh_CN=person.name, en=latin_name(person.name, person.sort_key)),
        "person.identity_kind": _DOCUMENTS.get(person.identity_kind or "", _DOCUMENT),
        "employment.number": employment.number, "employment.hired_on": employment.hired_on,
        "employment.kind": KINDS_OF_TERMS.get(kind), "position.title": position, "unit.title": unit,
    }


def company_of(session: Session, employment: Employment, day: date) -> LegalEntity:
    """The company somebody is employed with on a day; after he left, the last one."""
    on = min(max(day, employment.hired_on), employment.left_on - timedelta(days=1))
    found: LegalEntity | None = session.scalars(
        _marked(
            select(LegalEntity).join(EmploymentTerms, EmploymentTerms.legal_entity_id == LegalEntity.id)
            .where(EmploymentTerms.employment_id == employment.id, EmploymentTerms.valid_from <= on)
            .order_by(EmploymentTerms.valid_from.desc()).limit(1)
        )
    ).first()
    if found is None:
        raise DomainError("letters.no_company", _("The file of {number} names no company; complete its terms first.",
                                                  number=employment.number))  # fmt: skip
    return found


def open_identity(session: Session, actor: Actor, employment: Employment, purpose: str) -> None:
    """Whoever has a letter with the identity number of somebody else must be allowed to see it; it goes on record."""
    if actor.person_id is not None and actor.person_id == employment.person_id:
        return
    person = _person(session, employment)
    decision = require(session, actor, IDENTITY, person)
    record_reveal(session, "identity", person, subject_id=person.id, purpose=purpose, decision=decision)


def identity(session: Session, actor: Actor, employment: Employment, day: date) -> Mapping[str, Any]:
    """The number of the identity document."""
    del actor, day
    return {"person.identity_number": _person(session, employment).identity_number}


def certificate(session: Session, actor: Actor, employment: Employment, day: date) -> Mapping[str, Any]:
    """The fields of an employment certificate; refused for whoever does not work here on the day."""
    if not employment.hired_on <= day < employment.left_on:
        raise DomainError(
            "letters.not_employed",
            _("{number} does not work here on {day}, and an employment certificate would say so.",
              number=employment.number, day=day),
        )
    return facts(session, actor, employment, day)


def _person(session: Session, employment: Employment) -> Person:
    found: Person = session.scalars(_marked(select(Person).where(Person.id == employment.person_id))).one()
    return found


def _marked(statement: Any) -> Any:
    """What stands on a letter may be read by whoever may issue it; that was asked before."""
    return guard.mark(statement, [(ISSUE, table) for table in _TABLES])


IDENTITY_GROUP = LetterGroup("identity", _("Identity document"), open_identity, identity)

NUMBER = "letters.employment"
NUMBERS = (NumberKind(NUMBER, _("Employment certificate"), "{entity}-在证-{year}-{number:04}"),)
KINDS = (
    LetterKind(
        name="letters.employment", title=_("Employment certificate"), action=ISSUE, number=NUMBER,
        template=Path(__file__).parent / "data" / "employment.yaml", fields=FIELDS, values=certificate,
        groups=(IDENTITY_GROUP,),
    ),
)
