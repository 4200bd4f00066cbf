"""Writes the audit rows of ORM changes by itself: one per object and transaction, at commit.

Flushes are watched, not services, so no change can be forgotten. Changes of a savepoint that is rolled back are
dropped with it. A change that a later one undoes in the same transaction leaves no row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, SessionTransaction

from core.audit import events
from core.audit.values import Shape, identity, keys_of, root, shape, shape_of, written
from core.db.session import WRITE

if TYPE_CHECKING:
    from core.db.keys import KeyRing
    from core.db.session import Database

_JOURNAL = "audit_journal"


@dataclass(slots=True)
class _Seen:
    """What one flush did to one object."""

    kind: str
    shaped: Shape
    object_id: str
    root: tuple[str, str]
    before: dict[str, Any]
    after: dict[str, Any]
    obj: Any


@dataclass(slots=True)
class _Journal:
    """What the flushes of a transaction did, in order, and how long it was when each savepoint began."""

    seen: list[_Seen] = field(default_factory=list)
    marks: list[tuple[SessionTransaction, int]] = field(default_factory=list)


def install(database: Database) -> None:
    """Watch all sessions of a database; called once at start."""
    database.listen("after_flush", _after_flush)
    database.listen("before_commit", settle)
    database.listen("after_transaction_create", _after_transaction_create)
    database.listen("after_soft_rollback", _after_soft_rollback)
    database.guard.on_system = _on_system


def _journal(session: Session) -> _Journal:
    journal: _Journal = session.info.setdefault(_JOURNAL, _Journal())
    return journal


def _after_flush(session: Session, context: Any) -> None:
    del context
    keys = keys_of(session)
    seen = _journal(session).seen
    for kind, objects in (("insert", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for obj in objects:
            shaped = shape(inspect(obj).mapper)
            if shaped is not None:
                found = _look(kind, shaped, obj, keys)
                if found is not None:
                    seen.append(found)


def _look(kind: str, shaped: Shape, obj: Any, keys: KeyRing | None) -> _Seen | None:
    state = inspect(obj)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for one in shaped.shown:
        if kind == "update":
            history = state.attrs[one.attribute].history
            if not history.has_changes():
                continue
            before[one.column] = written(one, history.deleted[0] if history.deleted else None, keys)
            after[one.column] = written(one, history.added[0] if history.added else None, keys)
        else:
            value = state.dict.get(one.attribute)
            if value is not None:
                (after if kind == "insert" else before)[one.column] = written(one, value, keys)
    if kind == "update" and not after:
        return None
    return _Seen(kind, shaped, identity(shaped, obj), root(shaped, obj), before, after, obj)


# -- savepoints ------------------------------------------------------------------------------------------------------


def _after_transaction_create(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        journal = _journal(session)
        journal.marks.append((transaction, len(journal.seen)))


def _after_soft_rollback(session: Session, previous_transaction: SessionTransaction) -> None:
    if not previous_transaction.nested:
        if previous_transaction.parent is None:
            for name in (_JOURNAL, "decisions", "audit_system"):
                session.info.pop(name, None)
        return
    journal = _journal(session)
    for position, (transaction, length) in enumerate(journal.marks):
        if transaction is previous_transaction:
            del journal.seen[length:], journal.marks[position:]
            return


# -- commit ----------------------------------------------------------------------------------------------------------


def settle(session: Session) -> None:
    """Write the rows of all that was changed so far: before the commit, and where within one transaction somebody
    else takes over, whose changes are to stand under his own name."""
    if session.in_nested_transaction() or not session.info.get(WRITE, True):
        return
    session.flush()
    journal: _Journal = session.info.pop(_JOURNAL, None) or _Journal()
    decisions = session.info.get("decisions", [])
    rows, cited = [], set()
    for seen in _merged(journal.seen):
        decision = _decision_about(decisions, seen)
        if decision is not None:
            cited.add(id(decision))
        rows.append(
            events.row(
                session, seen.kind, decision=decision,
                object_type=seen.shaped.table, object_id=seen.object_id,
                root_type=seen.root[0], root_id=seen.root[1],
                before=seen.before or None, after=seen.after or None,
            )
        )
    rows += _uncited(session, decisions, cited)
    events.write(session, rows)
    session.info.pop("decisions", None)


def _merged(entries: list[_Seen]) -> list[_Seen]:
    """One entry per object: from its first state to its last; none when nothing remains changed."""
    merged: dict[tuple[str, str], _Seen] = {}
    for entry in entries:
        key = (entry.shaped.table, entry.object_id)
        known = merged.pop(key, None)
        joined = entry if known is None else _join(known, entry)
        if joined is not None:
            merged[key] = joined
    return list(merged.values())


def _join(first: _Seen, second: _Seen) -> _Seen | None:
    if first.kind == "insert" and second.kind == "delete":
        return None
    if first.kind == "insert":
        after = {name: value for name, value in {**first.after, **second.after}.items() if value is not None}
        return _Seen("insert", second.shaped, second.object_id, second.root, {}, after, second.obj)
    if second.kind == "delete":
        return _Seen("delete", second.shaped, second.object_id, second.root,
                     {**second.before, **first.before}, {}, second.obj)
    before = {**second.before, **first.before}
    after = {**first.after, **second.after}
    if first.kind == "delete":  # removed and put back under the same key
        after = {name: after.get(name) for name in {*before, *after}}
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        return None
    return _Seen("update", second.shaped, second.object_id, second.root,
                 {name: before.get(name) for name in changed}, {name: after[name] for name in changed}, second.obj)


def _decision_about(decisions: list[tuple[Any, Any]], seen: _Seen) -> Any:
    """The decision taken about this object or its identity; without one the last of the transaction."""
    for decision, obj in reversed(decisions):
        if obj is None:
            continue
        if obj is seen.obj:
            return decision
        shaped = shape_of(obj)
        if shaped is not None and (shaped.table, identity(shaped, obj)) == seen.root:
            return decision
    return decisions[-1][0] if decisions else None


def _uncited(session: Session, decisions: list[tuple[Any, Any]], cited: set[int]) -> list[dict[str, Any]]:
    """Decisions that left no change of an object: a bulk run, a notice sent. Questions of mere reading are left out."""
    rows = []
    for decision, obj in decisions:
        if id(decision) in cited or events.power_of(session, decision.action) == "read":
            continue
        cited.add(id(decision))
        rows.append(events.decision_row(session, "decision", decision, obj))
    return rows


def _on_system(session: Session, reason: str) -> None:
    if session.info.get(WRITE, False):
        events.record_system(session, reason)
