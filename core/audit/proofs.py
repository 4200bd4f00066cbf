"""Showing the tree to others: the proof that one entry is in it, and the whole of it as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require, visible
from core.audit import checkpoints
from core.audit.actions import READ
from core.audit.events import record_decision
from core.audit.leaves import body
from core.audit.merkle import inclusion_proof, root
from core.audit.models import AuditEntry
from core.audit.sequencer import LEAF, NAMES
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue

_ = catalogue("audit")

_READ_AT_ONCE = 5_000


def prove(session: Session, actor: Actor, entry_id: int) -> dict[str, Any]:
    """The proof that an entry is in the tree: its body, its place, the hashes that lead to the root (RFC 6962, 2.1.1).

    The root is that of the newest checkpoint, which comes along, or of the tree as it is when none covers the entry
    yet. Hashes are in hex. ``Denied`` without ``audit.log:read``, ``NotFound`` for an entry the actor may not read
    under it, ``DomainError`` ``audit.waiting`` for one that has no place yet.
    """
    require(session, actor, READ)
    statement = visible(session, actor, READ, select(AuditEntry).where(AuditEntry.id == entry_id))
    entry = session.scalars(statement).one_or_none()
    if entry is None:
        raise NotFound("not_found", _("There is no entry {id}, or not for you.", id=entry_id))
    leaf = session.execute(select(LEAF).where(LEAF.columns.entry_id == entry_id)).one_or_none()
    if leaf is None:
        raise DomainError("audit.waiting", _("Entry {id} has no place in the tree yet; it gets one within seconds "
                                             "while jobs run.", id=entry_id))
    signed = [one for one in checkpoints.stored(session) if one.size > leaf.seq]
    newest = signed[-1] if signed else None
    hashes = select(LEAF.columns.leaf_hash).order_by(LEAF.columns.seq)
    if newest is not None:
        hashes = hashes.where(LEAF.columns.seq < newest.size)
    leaves = list(session.scalars(hashes))
    return {
        "entry": entry_id, "seq": leaf.seq, "size": len(leaves), "leaf": leaf.leaf_hash.hex(),
        "body": body({name: getattr(entry, name) for name in NAMES}, leaf.values_hash),
        "proof": [one.hex() for one in inclusion_proof(leaf.seq, leaves)], "root": root(leaves).hex(),
        "checkpoint": json.loads(newest.line()) if newest is not None else None,
    }  # fmt: skip


def record_export(session: Session, actor: Actor) -> None:
    """Put on record that somebody takes the log out of the house. ``Denied`` without ``audit.log:read``."""
    record_decision(session, require(session, actor, READ))


def export(session: Session, actor: Actor) -> Iterator[dict[str, Any]]:
    """Every leaf in its order and every checkpoint, a line each, for the verifier; no values.

    An entry the actor may not read stands with its hash alone.
    """
    require(session, actor, READ)
    after = -1
    while True:
        rows = session.execute(
            select(LEAF).where(LEAF.columns.seq > after).order_by(LEAF.columns.seq).limit(_READ_AT_ONCE)
        ).all()
        if not rows:
            break
        after = rows[-1].seq
        ids = [row.entry_id for row in rows]
        statement = visible(session, actor, READ, select(AuditEntry).where(AuditEntry.id.in_(ids)))
        entries = {one.id: {name: getattr(one, name) for name in NAMES} for one in session.scalars(statement)}
        session.expunge_all()
        for row in rows:
            entry = entries.get(row.entry_id)
            yield {
                "type": "leaf", "seq": row.seq, "leaf": row.leaf_hash.hex(),
                "body": body(entry, row.values_hash) if entry is not None else None,
            }  # fmt: skip
    for one in checkpoints.stored(session):
        yield {"type": "checkpoint", **json.loads(one.line())}
