"""Looking at every decision of ``require`` with the eyes of the drafts that run beside the lists in force.

Only state-changing actions are looked at. Where no draft runs this costs a look into the snapshot. Where one runs it is
asked in the same transaction, since it must see what the decision saw, yet behind a savepoint, without a flush and in a
session that cannot write meanwhile: whatever goes wrong there is told in the log of the process and kept as a
difference, and the decision stands.

What was allowed is kept in the transaction that did it, so a deed that came to nothing leaves nothing. What was refused
is kept in a transaction of its own after the refused one was rolled back, as the audit log does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import insert, inspect, select
from sqlalchemy.orm import Session, SessionTransaction

from core.access.decision import Decision
from core.audit.values import identity, shape_of
from core.authority.document import parse
from core.authority.draft_in_force import in_force
from core.authority.shadow.models import ShadowDifference, ShadowList
from core.authority.snapshot import Snapshot
from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.base.text import catalogue
from core.db.guard import table_of
from core.db.session import AFTERWARDS, WRITE
from core.kernel.specs import ActionDef

if TYPE_CHECKING:
    from core.authority.engine import ListEngine
    from core.kernel.house import House

_ = catalogue("authority")
_log = structlog.get_logger()

#: Where a session keeps what differed, and that it is looking right now.
FOUND, LOOKING = "shadow_found", "shadow_looking"
#: Where a snapshot keeps the drafts that run, each as a snapshot.
MADE = "shadow"
FAILED = "FAILED"
#: Answers that no list gives.
_NO_LIST = frozenset({"SYSTEM", "NOT_SIGNED_IN", "TOKEN_SCOPE", "NO_ENGINE"})


@dataclass(frozen=True, slots=True)
class _Found:
    """A decision that a draft would have turned; ``obj`` may get its number only when it is written, ``row`` is what is
    kept of a refusal.
    """

    shadow_id: int
    at: datetime
    actor: Actor
    obj: Any
    decision: Decision
    would: Decision
    row: dict[str, Any] | None = None


def look(session: Session, actor: Actor, action: ActionDef, obj: Any, decision: Decision) -> None:
    """Ask the drafts that run about a decision that was just made, and remember where they say otherwise."""
    if action.power not in ("do", "decide") or decision.code in _NO_LIST or session.info.get(LOOKING):
        return
    engine: ListEngine | None = session.info.get("authority")
    if engine is None:
        return
    try:
        snapshot = engine.snapshot(session, actor)
        running = snapshot.made.get(MADE)
        if running is None:
            with _apart(session):
                running = _running(session, snapshot)
            snapshot.made[MADE] = running
        for shadow_id, draft in running:
            would = _ask(session, engine, draft, actor, action, obj)
            if would.code == FAILED or would.allowed != decision.allowed:
                _remember(session, _Found(shadow_id, clock.now(), actor, obj, decision, would))
    except Exception:
        _log.exception("a shadow list could not be looked at; the decision stands", action=action.key)


def _running(session: Session, snapshot: Snapshot) -> list[tuple[int, Snapshot | None]]:
    """The drafts that run, as snapshots of the same day; None for one that cannot be read any more."""
    found: list[tuple[int, Snapshot | None]] = []
    for row in session.execute(
        select(ShadowList.id, ShadowList.draft).where(ShadowList.stopped_at.is_(None)).order_by(ShadowList.id)
    ).all():
        try:
            found.append((row.id, in_force(session, snapshot, parse(row.draft))))
        except Exception:
            _log.exception("a shadow list cannot be read", shadow=row.id)
            found.append((row.id, None))
    return found


def _ask(
    session: Session, engine: ListEngine, draft: Snapshot | None, actor: Actor, action: ActionDef, obj: Any
) -> Decision:
    try:
        if draft is None:
            raise LookupError("the draft names what is not there any more")
        with _apart(session):
            resource = session.info["house"].registry.resource_asked(action, obj)
            return engine.answer(session, draft, actor, action, resource, obj)
    except Exception as error:
        _log.exception("a shadow list could not be asked; the decision stands", action=action.key)
        message = _("The draft could not be asked ({problem}).", problem=type(error).__name__)
        return Decision(False, FAILED, message, action.key)


@contextmanager
def _apart(session: Session) -> Iterator[None]:
    """Behind a savepoint, without a flush, and unable to write or to hold a lock; nothing of it is left but answers."""
    writes = session.info.get(WRITE)
    session.info[LOOKING], session.info[WRITE] = True, False
    try:
        with session.no_autoflush, session.connection().begin_nested():
            yield
    finally:
        session.info[WRITE] = writes
        del session.info[LOOKING]


def _remember(session: Session, found: _Found) -> None:
    kept: dict[tuple[Any, ...], _Found] = session.info.setdefault(FOUND, {})
    key = (found.shadow_id, found.decision.action, found.actor.account_id, id(found.obj), found.decision.allowed)
    if key not in kept:
        # What was refused outlives its transaction, after which its object may not be looked at any more.
        kept[key] = found if found.decision.allowed else replace(found, row=_row(found))


# -- keeping -----------------------------------------------------------------------------------------------------------


def install(house: House) -> None:
    """Watch how the transactions of a house end."""

    def rolled_back(session: Session, previous: SessionTransaction) -> None:
        """What was refused is kept all the same."""
        if previous.nested or previous.parent is not None:
            return
        refused = [one.row for one in session.info.pop(FOUND, {}).values() if one.row is not None]
        if refused:
            # SQLite has one writer at a time, and this one has not let go yet.
            session.info.setdefault(AFTERWARDS, []).append(partial(_keep_refused, house, refused))

    house.database.listen("before_commit", keep)
    house.database.listen("after_soft_rollback", rolled_back)


def _keep_refused(house: House, refused: Sequence[dict[str, Any]]) -> None:
    try:
        with house.database.session(write=True) as session:
            session.execute(insert(table_of(ShadowDifference)), refused)
    except Exception:
        _log.exception("what a shadow list would have allowed could not be kept", count=len(refused))


def keep(session: Session) -> None:
    """Before the commit: what was decided in this transaction and differs is written in it, or not at all."""
    if session.in_nested_transaction() or FOUND not in session.info:
        return
    found = session.info.pop(FOUND).values()
    session.flush()  # whatever is wrong with it is not the shadow's to hide
    try:
        with session.connection().begin_nested():
            rows = [one.row if one.row is not None else _row(one) for one in found]
            session.connection().execute(insert(table_of(ShadowDifference)), rows)
    except Exception:
        _log.exception("what a shadow list would have decided could not be kept", count=len(found))


def _row(found: _Found) -> dict[str, Any]:
    shaped = shape_of(found.obj) if found.obj is not None else None
    decision, would = found.decision, found.would
    return {
        "shadow_id": found.shadow_id, "at": found.at, "account_id": found.actor.account_id,
        "person_id": found.actor.person_id, "action": decision.action,
        "object_type": shaped.table if shaped is not None else None,
        "object_id": identity(shaped, found.obj) if shaped is not None and inspect(found.obj).identity else None,
        "allowed": decision.allowed, "code": decision.code, "entry": decision.entry,
        "list_version": decision.list_version, "message": to_json(decision.message), "would_code": would.code,
        "would_entry": would.entry, "would_message": to_json(would.message),
    }  # fmt: skip
