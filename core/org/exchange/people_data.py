"""What the import of people works with: what is stored, and what is to be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.db import guard
from core.db.timeline import Piece
from core.db.types import keys_of
from core.org.exchange.histories import Histories
from core.org.models import Assignment, Employment, EmploymentTerms, Person
from core.org.resources import IMPORT

TABLES = ("core_person", "core_employment", "core_employment_terms", "core_assignment")
MARKER = [(IMPORT, table) for table in TABLES]
#: Columns of a person that a file may hold, in the order they are compared.
FACTS = (
    "name", "sex", "born_on", "identity_kind", "identity_number", "phone", "email", "bank_name", "bank_account",
)
TERMS = ("kind", "legal_entity_id", "withholding_agent_id", "contribution_place", "grade")
POSTS = ("person_id", "position_id", "kind", "fte", "is_primary", "stands_in_for_id")
BESIDE = ("person_id", "kind", "fte", "is_primary", "stands_in_for_id")
CONTEXT = "core_person.identity_number"
_NAMED = 400


def marked(statement: Any) -> Any:
    """A look at stored rows to compare them with a file; what the actor may change is asked separately."""
    return guard.mark(statement, MARKER)


def among(column: Any, ids: Sequence[Any]) -> Any:
    """The condition that a column is one of some values; many are read as everything."""
    return column.in_(ids) if len(ids) <= _NAMED else column.is_not(None)


@dataclass
class Stored:
    """What there is of the people a file names."""

    employments: dict[str, Any]
    by_external: dict[str, Any]
    persons: dict[int, Any]
    by_identity: dict[bytes, int]
    terms: dict[int, list[Piece]]
    primary: dict[int, list[Piece]]
    beside: dict[tuple[int, int], list[Piece]]
    #: Employments (number, first day, day after the last) of each person.
    stays: dict[int, list[tuple[str, date, date]]]

    @classmethod
    def read(
        cls, session: Session, numbers: Sequence[str], external: Sequence[str], identities: Iterable[str]
    ) -> Stored:
        """Six statements, whatever the number of rows."""
        wanted, externals = set(numbers), set(external)
        fields = (Employment.id, Employment.number, Employment.person_id, Employment.hired_on, Employment.left_on,
                  Employment.first_job_of_year, Employment.external_id)
        rows = _all(session, select(*fields).where(among(Employment.number, numbers)))
        if externals and len(numbers) <= _NAMED:
            rows += _all(session, select(*fields).where(among(Employment.external_id, external)))
        employments = {row.number: row for row in rows if row.number in wanted}
        by_external = {row.external_id: row for row in rows if row.external_id in externals}
        found = {row.id for row in (*employments.values(), *by_external.values())}
        ring = keys_of(session)
        marks = [ring.blind_index(one, CONTEXT) for one in identities]
        by_identity = {
            bytes(mark): one
            for one, mark in _all(
                session, select(Person.id, Person.identity_index).where(among(Person.identity_index, marks))
            )
        } if marks else {}
        known = {row.person_id for row in (*employments.values(), *by_external.values())}
        known |= {by_identity[mark] for mark in marks if mark in by_identity}
        persons = {
            row.id: row
            for row in _all(
                session,
                select(Person.id, Person.identity_index, *(getattr(Person, name) for name in FACTS))
                .where(among(Person.id, sorted(known))),
            ) if row.id in known
        } if known else {}
        stays: dict[int, list[tuple[str, date, date]]] = {}
        if known:
            for person, number, hired, left in _all(
                session,
                select(Employment.person_id, Employment.number, Employment.hired_on, Employment.left_on)
                .where(among(Employment.person_id, sorted(known))),
            ):
                stays.setdefault(person, []).append((number, hired, left))
        terms, primary, beside = _histories(session, sorted(found))
        return cls(employments, by_external, persons, by_identity, terms, primary, beside, stays)


def _all(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Any]:
    return list(session.execute(marked(statement)))


def _histories(
    session: Session, ids: list[int]
) -> tuple[dict[int, list[Piece]], dict[int, list[Piece]], dict[tuple[int, int], list[Piece]]]:
    terms: dict[int, list[Piece]] = {}
    primary: dict[int, list[Piece]] = {}
    beside: dict[tuple[int, int], list[Piece]] = {}
    if not ids:
        return terms, primary, beside
    for one, owner, start, end, *values in _all(
        session,
        select(EmploymentTerms.id, EmploymentTerms.employment_id, EmploymentTerms.valid_from, EmploymentTerms.valid_to,
               *(getattr(EmploymentTerms, name) for name in TERMS))
        .where(among(EmploymentTerms.employment_id, ids)).order_by(EmploymentTerms.valid_from),
    ):
        terms.setdefault(owner, []).append(Piece(start, end, dict(zip(TERMS, values, strict=True)), one))
    for one, owner, start, end, *values in _all(
        session,
        select(Assignment.id, Assignment.employment_id, Assignment.valid_from, Assignment.valid_to,
               *(getattr(Assignment, name) for name in POSTS))
        .where(among(Assignment.employment_id, ids)).order_by(Assignment.valid_from),
    ):
        told = dict(zip(POSTS, values, strict=True))
        if told["is_primary"]:
            primary.setdefault(owner, []).append(Piece(start, end, told, one))
        else:
            position = told.pop("position_id")
            beside.setdefault((owner, position), []).append(Piece(start, end, told, one))
    return terms, primary, beside


@dataclass
class PeopleData:
    """What ``apply`` writes. New persons, employments, units and positions carry negative numbers until then."""

    persons: dict[int, dict[str, Any]] = field(default_factory=dict)
    person_changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    employments: dict[int, dict[str, Any]] = field(default_factory=dict)
    employment_changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)
    positions: dict[int, dict[str, Any]] = field(default_factory=dict)
    entity: dict[str, Any] | None = None
    terms: Histories = field(default_factory=lambda: Histories(EmploymentTerms, ["employment_id"], TERMS))
    primary: Histories = field(default_factory=lambda: Histories(Assignment, ["employment_id"], POSTS))
    beside: Histories = field(default_factory=lambda: Histories(Assignment, ["employment_id", "position_id"], BESIDE))
    since: date = date(1970, 1, 1)

    def compare_person(self, person: int, before: Any, facts: dict[str, Any], mark: bytes | None) -> None:
        """Note what a file says differently of a stored person; ``mark`` is the blind index of a new document."""
        changed = {name: value for name, value in facts.items() if getattr(before, name) != value}
        if not changed:
            return
        if "identity_number" in changed:
            changed["identity_index"] = mark
        self.person_changes[person] = changed
