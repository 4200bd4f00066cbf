"""Events and their deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.stored import from_json
from core.db.base import Base
from core.db.types import Id

PENDING, DONE, FAILED, SKIPPED = "pending", "done", "failed", "skipped"
STATES = (PENDING, DONE, FAILED, SKIPPED)


class EventRow(Base):
    """Something that has happened. ``aggregate`` is the thing, ``payroll_run:7``; ``actor`` who did it, by name.

    ``cause_id`` is the event whose handler told this one, ``depth`` how many there are before it in such a row.
    """

    __tablename__ = "core_event"
    __audit__ = False
    __table_args__ = (Index(None, "at"), Index(None, "aggregate", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    aggregate: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(200))
    request_id: Mapped[str] = mapped_column(String(64))
    cause_id: Mapped[int | None]
    depth: Mapped[int] = mapped_column(default=0)


class Delivery(Base):
    """An event on its way to one handler. ``error`` is a stored text that says why the last try did not succeed,
    ``note`` why somebody left it out.
    """

    __tablename__ = "core_event_delivery"
    __audit__ = False
    __table_args__ = (Index(None, "state", "handler", "event_id"), Index(None, "handler", "aggregate", "event_id"))

    event_id: Mapped[int] = mapped_column(Id, ForeignKey("core_event.id", ondelete="CASCADE"), primary_key=True)
    handler: Mapped[str] = mapped_column(String(80), primary_key=True)
    aggregate: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16), default=PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    error: Mapped[list[Any] | None]
    note: Mapped[str] = mapped_column(Text(), default="")

    @property
    def failure(self) -> Any:
        """The sentence that says why it did not succeed, a ``Text``; None where it did or was not tried."""
        return from_json(self.error[0]) if self.error else None
