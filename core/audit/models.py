"""The audit log: one table, appended to and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.audit.append_only import append_only
from core.db.base import Base
from core.db.types import Id


class AuditEntry(Base):
    """One thing that happened.

    ``kind``: insert, update, delete (one object), bulk (many rows at once), decision, denied, reveal, sign_in, system.
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


append_only(AuditEntry.__table__)
