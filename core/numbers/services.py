"""Taking the next number, and changing how numbers are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.kernel import state
from core.kernel.house import choose, of
from core.kernel.kept import kept
from core.kernel.specs import NumberAsk, NumberKind
from core.numbers.actions import CHANGE
from core.numbers.models import NumberPattern, NumberSeries
from core.numbers.patterns import LONGEST, Pattern, parse
from core.org.models import LegalEntity

_ = catalogue("numbers")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A kind of document with its pattern; ``last`` is the last number of this year's series of the
    first company, 0 before the first; ``example`` the next one.
    """

    kind: NumberKind
    pattern: Pattern
    changed: bool
    example: str
    last: int


def number_for(session: Session, actor: Actor, kind: str, legal_entity_id: int, day: date) -> str:
    """The number of a document that is being issued by a company on a day of the organisation's zone.

    Call it last before the document is written: whoever issues one of the series meanwhile waits for this transaction
    to end. An unknown kind is a programming error (``LookupError``).
    """
    found: str | None = choose(
        session, "choose_number", actor=actor, ask=NumberAsk(kind, legal_entity_id, day)
    )
    if found is None:
        raise LookupError(f"documents of kind {kind!r} are numbered by no module")
    if not found.strip() or len(found) > LONGEST:
        raise DomainError("numbers.unusable", _("The company's own numbering gave no usable number."))
    return found


def take(session: Session, ask: NumberAsk) -> str | None:
    """The next number of the house's own series, or None for a kind that no module has registered.

    One statement raises the series and reads it, so that two at once never read the same; it is undone with its
    transaction.
    """
    kind = of(session).registry.numbers(state.read(session)).get(ask.kind)
    if kind is None:
        return None
    pattern = parse(_changed(session).get(ask.kind, kind.pattern))
    row = {
        "kind": ask.kind, "legal_entity_id": ask.legal_entity_id if pattern.by_entity else 0,
        "year": ask.day.year if pattern.by_year else 0, "last": 1,
    }
    number = session.scalars(_next(session.get_bind().dialect.name), [row]).one()
    return pattern.write(_codes(session)[ask.legal_entity_id], ask.day.year, number)


def _changed(session: Session) -> dict[str, str]:
    """The patterns that this company has changed, by kind."""
    return kept(session, "number_patterns", lambda: {
        kind: pattern for kind, pattern in session.execute(select(NumberPattern.kind, NumberPattern.pattern))
    })  # fmt: skip


def _codes(session: Session) -> dict[int, str]:
    """The codes of the companies by their numbers."""
    return kept(session, "legal_entity_codes", lambda: {
        key: code for key, code in session.execute(select(LegalEntity.id, LegalEntity.code))
    })  # fmt: skip


@cache
def _next(dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return (
        insert(NumberSeries.__table__)  # type: ignore[arg-type]
        .on_conflict_do_update(
            index_elements=[NumberSeries.kind, NumberSeries.legal_entity_id, NumberSeries.year],
            set_={"last": NumberSeries.last + 1},
        )
        .returning(NumberSeries.last)
    )


def kinds(session: Session, actor: Actor) -> list[Numbered]:
    """Every kind of numbered document of the modules that are on. ``Denied`` without ``numbers.pattern:change``."""
    require(session, actor, CHANGE)
    changed = _changed(session)
    year = clock.today(of(session).config.zone).year
    last = {
        (row.kind, row.legal_entity_id, row.year): row.last
        for row in session.scalars(select(NumberSeries).where(NumberSeries.year.in_((0, year))))
    }
    entity = session.execute(select(LegalEntity.id, LegalEntity.code).order_by(LegalEntity.id).limit(1)).first()
    entity_id, code = entity if entity is not None else (0, "A")
    found = []
    for kind in of(session).registry.numbers(state.read(session)).values():
        pattern = parse(changed.get(kind.name, kind.pattern))
        number = last.get((kind.name, entity_id if pattern.by_entity else 0, year if pattern.by_year else 0), 0)
        found.append(Numbered(kind, pattern, kind.name in changed, pattern.write(code, year, number + 1), number))
    return found


def one(session: Session, actor: Actor, name: str) -> Numbered:
    """One kind of numbered document. Raises ``NotFound`` for one that is not there, or whose module is off."""
    for found in kinds(session, actor):
        if found.kind.name == name:
            return found
    raise NotFound("not_found", _("There is no document called {kind}.", kind=name))


def change(session: Session, actor: Actor, name: str, pattern: str) -> Numbered:
    """Let the documents of a kind be numbered by another pattern from now on; an empty one, or the module's own, takes
    the change back. Raises ``DomainError`` ``numbers.pattern`` for one that cannot be used.
    """
    require(session, actor, CHANGE)
    kind = one(session, actor, name).kind
    told = parse(pattern).text if pattern.strip() else kind.pattern
    row = session.get(NumberPattern, name)
    if told == kind.pattern:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(NumberPattern(kind=name, pattern=told))
    else:
        row.pattern = told
    session.flush()
    return one(session, actor, name)
