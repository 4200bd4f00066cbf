"""Audit rows for what is no change of one object: bulk writes, decisions, refusals, reveals, sign-ins, system work.

Each is written at once in the caller's transaction and disappears with it, except ``record_denied``, which has a
transaction of its own because the refused one is rolled back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.audit.models import AuditEntry
from core.audit.values import identity, root, shape_of
from core.base import clock
from core.base.actor import Actor
from core.db.guard import mark, table_of

if TYPE_CHECKING:
    from core.access.decision import Decision
    from core.db.session import Database

_TABLE = table_of(AuditEntry)
_MARKER = [("audit:write", AuditEntry.__tablename__)]
_OWN_READING = [("audit:own", AuditEntry.__tablename__)]
_COLUMNS = tuple(column.name for column in _TABLE.columns if column.name != "id")
_NOBODY = Actor(kind="anonymous")


def record_bulk(
    session: Session,
    table: str,
    origin: str,
    count: int,
    digest: str,
    *,
    operation: str = "insert",
    action: str | None = None,
) -> None:
    """One row for many rows written at once.

    ``origin`` names the run or import (``import:12``), ``digest`` is that of the chunk's new values, ``operation``
    says whether the rows were inserted, updated or deleted. The before-values stand with the import itself.
    """
    decision = _last_decision(session)
    values = row(
        session, "bulk", decision=decision, object_type=table, origin=origin, row_count=count, digest=digest,
        after={"operation": operation},
    )
    if action is not None:
        values["action"] = action
    write(session, [values])


def record_decision(session: Session, decision: Decision, obj: Any | None = None) -> None:
    """The record of a decision that matters by itself, an approval for example."""
    write(session, [decision_row(session, "decision", decision, obj)])


def record_denied(database: Database, actor: Actor, decision: Decision, obj: Any | None = None) -> None:
    """The record of a refusal, in a transaction of its own; call it after the refused one was rolled back."""
    with database.session(write=True, info={"actor": actor}) as session:
        write(session, [decision_row(session, "denied", decision, obj)])


def record_reveal(
    session: Session, group: str, obj: Any, *, subject_id: int | None, purpose: str,
    decision: Decision | None = None, count: int | None = None, subjects: Iterable[int] = (),
) -> None:
    """Somebody opened a masked group of fields: which, of whom (``subject_id`` is a person), and what for.

    What is opened for many at once, such as a list, is one record about the list with the ``count`` of its people
    (all but the reader); where it was opened for some of them only, one record for each of the ``subjects``.
    """
    shaped = shape_of(obj)
    values = row(
        session, "reveal", decision=decision or _last_decision(session), after={"group": group},
        subject_id=subject_id, reason=purpose, row_count=count,
    )
    if shaped is not None:
        values["object_type"], values["object_id"] = shaped.table, identity(shaped, obj)
        values["root_type"], values["root_id"] = root(shaped, obj)
    write(session, [{**values, "subject_id": one, "row_count": None} for one in subjects] or [values])


def revealed_at(session: Session, group: str, obj: Any, *, since: datetime) -> datetime | None:
    """When the account of the session last opened a group of an object, if that was after ``since``.

    The record is the key: what stays open for a while is open because it is on record, in any process, and nothing
    is open that is not. A token opens for tokens, a person for his windows.
    """
    actor: Actor = session.info.get("actor") or _NOBODY
    shaped = shape_of(obj)
    if actor.account_id is None or shaped is None:
        return None
    root_type, root_id = root(shaped, obj)
    statement = (
        select(AuditEntry.at, AuditEntry.after)
        .where(
            AuditEntry.root_type == root_type, AuditEntry.root_id == root_id, AuditEntry.kind == "reveal",
            AuditEntry.object_type == shaped.table, AuditEntry.object_id == identity(shaped, obj),
            AuditEntry.account_id == actor.account_id, AuditEntry.actor_kind == actor.kind, AuditEntry.at > since,
        )
        .order_by(AuditEntry.id.desc())
    )
    rows = session.execute(mark(statement, _OWN_READING))
    return next((at for at, after in rows if (after or {}).get("group") == group), None)


def record_sign_in(
    session: Session, *, account_id: int | None, succeeded: bool, method: str = "password", address: str = ""
) -> None:
    """A sign-in or a failed try. ``address`` is where it came from; a name that was tried is not kept."""
    values = row(session, "sign_in", after={"succeeded": succeeded, "method": method, "address": address})
    values["account_id"] = account_id
    if account_id is not None:
        values["root_type"], values["root_id"] = "core_account", str(account_id)
    write(session, [values])


def record_system(session: Session, reason: str) -> None:
    """Work of the product itself that no person's authority covers; once per reason and transaction."""
    said: set[str] = session.info.setdefault("audit_system", set())
    if reason not in said:
        said.add(reason)
        write(session, [row(session, "system", reason=reason)])


def digest(parts: Iterable[bytes | str]) -> str:
    """The digest of a chunk of values: SHA-256 over length-prefixed parts, in hex."""
    hashed = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hashed.update(len(raw).to_bytes(8, "big"))
        hashed.update(raw)
    return hashed.hexdigest()


# -- rows ------------------------------------------------------------------------------------------------------------


def row(session: Session, kind: str, *, decision: Decision | None = None, **values: Any) -> dict[str, Any]:
    """The columns of one row: the actor of the session, the decision cited, and what the caller adds."""
    actor: Actor = session.info.get("actor") or _NOBODY
    filled: dict[str, Any] = dict.fromkeys(_COLUMNS)
    filled.update(
        at=clock.now(),
        kind=kind,
        actor_kind=actor.kind,
        account_id=actor.account_id,
        person_id=actor.person_id,
        acting_as=actor.acting_as,
        request_id=actor.request_id,
        reason=actor.reason or None,
    )
    if decision is not None:
        filled.update(action=decision.action, entry=decision.entry, list_version=decision.list_version)
        if decision.assignment_id is not None:
            filled["acting_as"] = decision.assignment_id
    filled.update(values)
    return filled


def decision_row(session: Session, kind: str, decision: Decision, obj: Any | None) -> dict[str, Any]:
    """The row of a decision about an object, or about none."""
    after: dict[str, Any] = {"code": decision.code}
    if decision.delegation_id is not None:
        after["delegation_id"] = decision.delegation_id
    if decision.on_behalf_of is not None:
        after["on_behalf_of"] = decision.on_behalf_of
    values = row(session, kind, decision=decision, after=after)
    shaped = shape_of(obj) if obj is not None else None
    if shaped is not None:
        values["object_type"], values["object_id"] = shaped.table, identity(shaped, obj)
        values["root_type"], values["root_id"] = root(shaped, obj)
    return values


def write(session: Session, rows: list[dict[str, Any]]) -> None:
    """Append rows to the log."""
    if rows:
        session.execute(mark(insert(_TABLE), _MARKER), rows)


def power_of(session: Session, action: str) -> str:
    """Whether an action reads, does, decides or reveals; ``do`` where the registry is not at hand."""
    house = session.info.get("house")
    definition = house.registry.actions.get(action) if house is not None else None
    return definition.power if definition is not None else "do"


def _last_decision(session: Session) -> Decision | None:
    decisions = session.info.get("decisions", [])
    return decisions[-1][0] if decisions else None
