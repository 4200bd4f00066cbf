"""Whether a paper somebody holds is genuine: told to whoever knows its number and check code."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.text import Text, catalogue
from core.db import guard
from core.identity import throttle
from core.kernel.house import of
from core.letters.actions import READ
from core.letters.issuing import ALPHABET, CODE_LENGTH
from core.letters.models import Letter, LetterRevocation
from core.org.models import Person

_ = catalogue("letters")

#: So many wrong tries of one address within the window are answered; an address may be a whole office.
TRIES, WINDOW = 20, timedelta(minutes=15)
#: What is compared when there is no such letter, so that the answer takes as long.
_NO_CODE = "0" * CODE_LENGTH


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: ``genuine``, ``revoked``, ``unknown`` or ``blocked``; the rest only for the first two."""

    state: Literal["genuine", "revoked", "unknown", "blocked"]
    kind: Text | str = ""
    issued_on: date | None = None
    name: str = ""
    revoked_on: date | None = None


def verify(session: Session, number: str, code: str, address: str) -> tuple[Verdict, Callable[[Session], None] | None]:
    """The answer about a number and a check code, and what is still to be written: a failure counts for the address."""
    key = f"letters:{address}"
    if throttle.blocked(session, key):
        return Verdict("blocked"), None
    found = _look(session, number.strip(), tidy(code))
    if found.state != "unknown":
        return found, None
    return found, lambda later: throttle.count_failure(later, key, most=TRIES, window=WINDOW)


def tidy(code: str) -> str:
    """A check code as it is kept, from how somebody typed it."""
    return "".join(sign for sign in code.upper() if sign in ALPHABET)


def _look(session: Session, number: str, code: str) -> Verdict:
    statement = (
        select(Letter.kind, Letter.code, Letter.issued_on, Person.name, LetterRevocation.at)
        .join(Person, Person.id == Letter.person_id)
        .outerjoin(LetterRevocation, LetterRevocation.letter_id == Letter.id)
        .where(Letter.number == number)
    )
    marked = guard.mark(statement, [(READ, Letter.__tablename__), (READ, "core_person")])
    row = session.execute(marked).one_or_none()
    right = hmac.compare_digest(row.code if row is not None else _NO_CODE, code if code.isascii() else "")
    if row is None or not right:
        return Verdict("unknown")
    kind = of(session).registry.letters().get(row.kind)
    title: Text | str = kind.title if kind is not None else _("Letter")
    if row.at is not None:
        return Verdict("revoked", title, row.issued_on, masked(row.name), row.at.date())
    return Verdict("genuine", title, row.issued_on, masked(row.name))


def masked(name: str) -> str:
    """A name that somebody who knows it recognises, and nobody else: ``陈**``, ``A. L.``."""
    name = name.strip()
    if name.isascii():
        return " ".join(f"{part[0].upper()}." for part in name.split())
    return name[:1] + "*" * (len(name) - 1)
