"""Erasing what the log says about one person: the key goes, the values go, the tree stays what it was."""

from __future__ import annotations

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit import events, sequencer
from core.audit.actions import ERASE
from core.audit.leaves import VALUES
from core.audit.models import ERASED, AuditSubject
from core.audit.sequencer import ENTRY, LEAF
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db.guard import mark
from core.db.locks import hold

_ = catalogue("audit")


def erase(session: Session, actor: Actor, person_id: int, reason: str) -> int:
    """Destroy the values of every entry about a person and the key they were hashed under; returns how many entries.

    Who did what to which record and when stays, and the tree can be verified as before. What comes later about the same
    person is kept under a new key. Cannot be undone, but for backups. Raises ``DomainError`` without a reason or where
    the log says nothing, ``Denied`` without ``audit.person:erase``.
    """
    decision = require(session, actor, ERASE)
    if len(reason.strip()) < 2:
        raise DomainError("audit.reason", _("Say why; it is kept in the audit log."), "reason")
    hold(session, sequencer.LOCK)
    while sequencer.step(session) == sequencer.STEP:
        pass
    about = AuditSubject.person_id == person_id
    keys = list(session.scalars(select(AuditSubject.id).where(about, AuditSubject.key.is_not(None))))
    if not keys:
        raise DomainError("audit.nothing", _("The audit log says nothing about this person."))
    told = select(LEAF.columns.entry_id).where(LEAF.columns.subject_id.in_(keys))
    blank = update(ENTRY).where(ENTRY.columns.id.in_(told)).values(dict.fromkeys(VALUES, null()))
    count = session.connection().execute(mark(blank, [("audit:erase", ENTRY.name)])).rowcount
    session.execute(update(AuditSubject).where(AuditSubject.id.in_(keys)).values(key=None))
    row = events.row(session, ERASED, decision=decision, subject_id=person_id, row_count=count, reason=reason.strip())
    events.write(session, [row])
    sequencer.step(session)  # with the record in its place the log can be verified at once
    return count
