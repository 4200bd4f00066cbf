"""The audit log, appended to and never changed, and the tree over it by which anybody can tell that it was not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.audit.append_only import append_only
from core.audit.leaves import VALUES
from core.db.base import Base
from core.db.types import Id

#: The kind of the record that what the log said about a person was destroyed.
ERASED = "erased"


class AuditEntry(Base):
    """One thing that happened.

    ``kind``: insert, update, delete (one object), bulk (many rows at once), decision, denied, reveal, sign_in, system,
    erased (what the log said about the person of ``subject_id`` was destroyed).
    ``entry`` and ``list_version`` cite the authority entry that allowed it. ``object_type`` is a table name;
    ``root_type`` and ``root_id`` name the thing whose history it belongs to, which for a version of a dated thing is
    its identity. ``before`` and ``after`` hold the changed columns alone, personal ones as a keyed digest.
    ``person_id`` is the acting person, ``subject_id`` the person a reveal was about. No foreign keys: the log outlives
    what it speaks of.
    """

    __tablename__ = "core_audit"
    __audit__ = False
    __table_args__ = (
        Index(None, "root_type", "root_id", "id"),
        Index(None, "account_id", "id"),
        Index(None, "subject_id", "id"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None]
    person_id: Mapped[int | None]
    acting_as: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str | None] = mapped_column(String(128))
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None]
    object_type: Mapped[str | None] = mapped_column(String(64))
    object_id: Mapped[str | None] = mapped_column(String(128))
    root_type: Mapped[str | None] = mapped_column(String(64))
    root_id: Mapped[str | None] = mapped_column(String(128))
    subject_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    row_count: Mapped[int | None]
    origin: Mapped[str | None] = mapped_column(String(128))
    digest: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(Text())


append_only(AuditEntry.__table__, blanks=VALUES)


class AuditSubject(Base):
    """The key under which the tree holds what the log says about one person; ``person_id`` None: about nobody.

    ``key`` is None once it was destroyed; what comes later about the same person gets a row of its own.
    """

    __tablename__ = "core_audit_subject"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(Id, index=True)
    key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime]


class AuditLeaf(Base):
    """The place of an entry in the tree: ``seq`` counts from 0 without a gap.

    ``leaf_hash`` is what the tree is built of, ``values_hash`` the keyed hash of the entry's values under the key of
    ``subject_id``. No foreign keys, as in the log itself: what was taken away has to be missed by the verifier.
    """

    __tablename__ = "core_audit_leaf"
    __audit__ = False

    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Id, unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    subject_id: Mapped[int]
    values_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AuditCheckpoint(Base):
    """A signed statement of what the tree was: size, root, moment.

    ``peaks`` are its perfect parts in hex, from which the next one grows; ``key_id`` says by which key it was signed.
    """

    __tablename__ = "core_audit_checkpoint"
    __audit__ = False

    size: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[str] = mapped_column(String(128))
    peaks: Mapped[list[Any]]


class AuditProgress(Base):
    """How far the tree has come: one row.

    Up to ``mark`` every entry is in the tree or will never be. ``ahead`` becomes the next mark as soon as no
    transaction from before ``horizon`` (a transaction number of PostgreSQL) runs any more.
    """

    __tablename__ = "core_audit_progress"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    mark: Mapped[int]
    ahead: Mapped[int | None]
    horizon: Mapped[int | None]


for _table in (AuditLeaf.__table__, AuditCheckpoint.__table__):
    append_only(_table)
