"""One's own letter: which employment it is about, and having it at once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.kernel.house import of
from core.kernel.specs import LetterKind
from core.letters import issuing, templates
from core.letters.actions import READ
from core.letters.issuing import Request
from core.letters.models import Letter, LetterRevocation
from core.org.models import Employment

_ = catalogue("letters")


def employment(session: Session, actor: Actor) -> Employment | None:
    """The actor's own employment: that of today, else the last one."""
    return employment_of(session, actor.person_id) if actor.person_id is not None else None


def employment_of(session: Session, person_id: int) -> Employment | None:
    """The employment of today of somebody who may be seen, else the last one."""
    statement = (
        select(Employment).where(Employment.person_id == person_id).order_by(Employment.left_on.desc()).limit(1)
    )
    found: Employment | None = session.scalars(guard.mark(statement, [(READ, "core_employment")])).first()
    return found


def have(session: Session, actor: Actor, kind: LetterKind, language: str) -> tuple[Letter, bool]:
    """One's own letter, to whom it may concern; whether it was made now.

    Who asks twice on one day gets the same letter, as long as its text is the same and it is valid.
    """
    found = employment(session, actor)
    if found is None:
        raise DomainError("letters.no_employment", _("Your account belongs to nobody who is employed here."))
    require(session, actor, kind.action, found)
    same = (
        select(Letter)
        .outerjoin(LetterRevocation, LetterRevocation.letter_id == Letter.id)
        .where(
            Letter.employment_id == found.id, Letter.kind == kind.name, Letter.language == language,
            Letter.issued_on == clock.today(of(session).config.zone), Letter.purpose.is_(None),
            Letter.addressee.is_(None), Letter.template_version == templates.current(session, kind).version,
            Letter.account_id == actor.account_id, LetterRevocation.letter_id.is_(None),
        )
        .order_by(Letter.id.desc()).limit(1)
    )
    letter = session.scalars(guard.mark(same, [(READ, Letter.__tablename__)])).first()
    if letter is not None:
        return letter, False
    return issuing.issue(session, actor, found, kind, Request(language)), True
