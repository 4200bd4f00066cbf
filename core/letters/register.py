"""The register of what was issued: finding letters, their PDF, and revoking one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.access.calls import load, require, visible
from core.access.unseen import unseen
from core.audit.events import record_decision
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.db import guard
from core.events.outbox import emit
from core.files.models import File
from core.files.service import read_file
from core.kernel import state
from core.kernel.house import of
from core.letters.actions import READ, REVOKE
from core.letters.events import LetterRevoked
from core.letters.models import Letter, LetterRevocation
from core.org.models import Employment, Person
from core.org.resources import READ as READ_PEOPLE

_ = catalogue("letters")

PAGE = 50
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the register; ``name`` and ``employee`` are those of the person the letter is about."""

    letter: Letter
    kind: Text | str
    name: str
    employee: str
    revoked: LetterRevocation | None

    @property
    def state(self) -> str:
        """``valid`` or ``revoked``."""
        return "revoked" if self.revoked is not None else "valid"


def search(
    session: Session, actor: Actor, *, words: str = "", kind: str = "", only: str = "", person_id: int | None = None,
    page: int = 1, size: int = PAGE,
) -> tuple[list[Entry], int]:
    """A page of the letters the actor may see, the latest first, and how many there are.

    ``words`` are part of a number or of a name, or an employee number; ``only`` is ``valid`` or ``revoked``.
    """
    statement = _entries(session, actor).add_columns(func.count().over())
    if words.strip():
        part = f"%{_escaped(words.strip())}%"
        statement = statement.where(or_(
            Letter.number.ilike(part, escape="\\"), Person.name.ilike(part, escape="\\"),
            Employment.number == words.strip(), Person.sort_key.ilike(part, escape="\\"),
        ))  # fmt: skip
    if kind:
        statement = statement.where(Letter.kind == kind)
    if only in ("valid", "revoked"):
        revoked = LetterRevocation.letter_id.is_not(None)
        statement = statement.where(revoked if only == "revoked" else ~revoked)
    if person_id is not None:
        statement = statement.where(Letter.person_id == person_id)
    rows = session.execute(statement.order_by(Letter.id.desc()).limit(size).offset((page - 1) * size)).all()
    return _told(session, rows), rows[0][4] if rows else 0


def entry(session: Session, actor: Actor, letter: Letter) -> Entry:
    """The line of one letter that was loaded."""
    return _told(session, session.execute(_entries(session, actor).where(Letter.id == letter.id)).all())[0]


def one(session: Session, actor: Actor, letter_id: int, action: str = READ) -> Letter:
    """A letter by id that the actor may do this to; ``NotFound`` otherwise."""
    return load(session, actor, action, Letter, letter_id)


def by_number(session: Session, actor: Actor, number: str, action: str = READ) -> Letter:
    """A letter by its number, for the command line. ``NotFound``, ``Denied``."""
    statement = visible(session, actor, action, select(Letter).where(Letter.number == number.strip()))
    found: Letter | None = session.scalars(statement).one_or_none()
    if found is None:
        missing = NotFound("letters.unknown", _("There is no letter {number}, or it is not yours to see.",
                                                number=number))  # fmt: skip
        raise unseen(session, actor, action, Letter, missing)
    return found


def pdf_of(session: Session, actor: Actor, letter: Letter, purpose: str = "") -> bytes:
    """The PDF as it was issued, byte for byte.

    What a letter shows of masked fields is opened with it: by those who may, on record, with the purpose.
    Raises ``DomainError`` ``letters.purpose``, ``letters.gone``, ``letters.module_off``.
    """
    require(session, actor, READ, letter)
    if letter.groups:
        _open(session, actor, letter, purpose)
    return stored(session, letter)


def stored(session: Session, letter: Letter) -> bytes:
    """The stored PDF, for whoever has just issued it; everybody else asks ``pdf_of``."""
    file = session.get(File, letter.file_id) if letter.file_id is not None else None
    if file is None:
        raise _gone(letter)
    try:
        return read_file(session, file)
    except DomainError as error:
        if error.code == "file.gone":
            raise _gone(letter) from None
        raise


def _open(session: Session, actor: Actor, letter: Letter, purpose: str) -> None:
    purpose = " ".join(purpose.split())[:LONGEST_REASON]
    own = actor.person_id is not None and actor.person_id == letter.person_id
    if not own and len(purpose) < 2:
        raise DomainError("letters.purpose", _("Say what you need the letter for; it is kept in the audit log."),
                          "purpose")  # fmt: skip
    kind = of(session).registry.letters(state.read(session)).get(letter.kind)
    groups = {group.name: group for group in kind.groups} if kind is not None else {}
    employment = session.scalars(
        guard.mark(select(Employment).where(Employment.id == letter.employment_id), [(READ, "core_employment")])
    ).one()
    for name in letter.groups:
        if name not in groups:
            raise DomainError("letters.module_off", _("The module this letter came from is off, and with it the "
                                                      "fields it shows."))  # fmt: skip
        groups[name].open(session, actor, employment, purpose)


def revoke(session: Session, actor: Actor, letter: Letter, reason: str) -> LetterRevocation:
    """Let a letter be valid no more; whoever verifies it is told so. Raises ``Denied``, ``DomainError``."""
    decision = require(session, actor, REVOKE, letter)
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= LONGEST_REASON:
        raise DomainError("letters.reason", _("Say why the letter is revoked, in 2 to {most} characters.",
                                              most=LONGEST_REASON), "reason")  # fmt: skip
    if session.get(LetterRevocation, letter.id) is not None:
        raise DomainError("letters.revoked", _("Letter {number} is revoked already.", number=letter.number))
    row = LetterRevocation(
        letter_id=letter.id, at=clock.now(), name=actor.name[:100], account_id=actor.account_id,
        entry=decision.entry, list_version=decision.list_version, reason=reason,
    )
    session.add(row)
    session.flush()
    record_decision(session, decision, letter)
    emit(session, LetterRevoked(letter.id, letter.kind, letter.employment_id, letter.person_id))
    return row


def visible_letters(session: Session, actor: Actor) -> Select[tuple[Letter]]:
    """The letters the actor may see, for the interface for programs."""
    statement: Select[tuple[Letter]] = visible(session, actor, READ, select(Letter))
    return statement


def revocations(session: Session, letters: Sequence[Letter]) -> dict[int, LetterRevocation]:
    """Those of some letters that were revoked, by id."""
    ids = [letter.id for letter in letters]
    rows = session.scalars(select(LetterRevocation).where(LetterRevocation.letter_id.in_(ids)))
    return {row.letter_id: row for row in rows}


def _entries(session: Session, actor: Actor) -> Any:
    """Letters with name and number of whom they are about: whoever sees the letter sees those."""
    seen = visible(session, actor, READ, select(Letter.id))
    statement = (
        select(Letter, Person.name, Employment.number, LetterRevocation)
        .join(Person, Person.id == Letter.person_id)
        .join(Employment, Employment.id == Letter.employment_id)
        .outerjoin(LetterRevocation, LetterRevocation.letter_id == Letter.id)
        .where(Letter.id.in_(seen))
    )
    tables = (Letter.__tablename__, "core_person", "core_employment")
    return guard.mark(guard.carry(statement, seen), [(READ_PEOPLE, table) for table in tables])


def _told(session: Session, rows: Sequence[Any]) -> list[Entry]:
    titles = {name: kind.title for name, kind in of(session).registry.letters().items()}
    return [Entry(row[0], titles.get(row[0].kind, row[0].kind), row[1], row[2], row[3]) for row in rows]


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _gone(letter: Letter) -> DomainError:
    return DomainError(
        "letters.gone",
        _("The PDF of {number} is no longer kept; the register has its digest. Issue a new letter.",
          number=letter.number),
    )
