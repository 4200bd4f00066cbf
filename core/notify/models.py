"""What people are told: the message once, a copy for each reader, and its way on each channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.stored import from_json
from core.db.base import Base
from core.db.types import Id

#: On its way, in the hands of a channel, and the ends: handed over, refused by the address, given up, no way there,
#: no longer wanted.
WAITING, HANDING, DONE = "waiting", "handing", "done"
BOUNCED, FAILED, UNSENT, DROPPED = "bounced", "failed", "unsent", "dropped"
STATES = (WAITING, HANDING, DONE, BOUNCED, FAILED, UNSENT, DROPPED)

#: What a reader chooses for a kind on a channel.
OFF, NOW, DAILY, WEEKLY = "off", "now", "daily", "weekly"


class NotificationRow(Base):
    """What happened, as stored texts; one row however many are told. ``about`` is the thing, ``payroll_run:7``.

    A kind with the same ``key`` is told once.
    """

    __tablename__ = "core_notification"
    __audit__ = False
    __table_args__ = (UniqueConstraint("kind", "key"), Index(None, "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    subject: Mapped[list[Any]]
    lines: Mapped[list[Any]]
    link: Mapped[str] = mapped_column(String(500), default="")
    action: Mapped[list[Any] | None]
    about: Mapped[str] = mapped_column(String(120), default="")
    key: Mapped[str | None] = mapped_column(String(200))
    at: Mapped[datetime]

    @property
    def title(self) -> Any:
        """The subject, a ``Text``."""
        return from_json(self.subject[0])

    @property
    def words(self) -> list[Any]:
        """The lines below the subject, each a ``Text``."""
        return [from_json(line) for line in self.lines]

    @property
    def button(self) -> Any:
        """The word on the way to the thing, a ``Text`` or None."""
        return from_json(self.action[0]) if self.action else None


class Notice(Base):
    """A notification in the hands of one reader. ``shown`` is whether it stands under the bell.

    ``escalate_at`` is when it is passed on unless read, ``escalated_at`` when it was. ``for_account_id`` is the reader
    somebody stands in for.
    """

    __tablename__ = "core_notice"
    __audit__ = False
    __table_args__ = (
        Index(None, "account_id", "shown", "read_at"), Index(None, "account_id", "notification_id"),
        Index(None, "escalate_at"),
    )

    notification_id: Mapped[int] = mapped_column(
        Id, ForeignKey("core_notification.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    shown: Mapped[bool]
    read_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    for_account_id: Mapped[int | None]


class Delivery(Base):
    """A notice on its way over one channel.

    ``due_at`` is when it may leave, ``batch`` ``daily`` or ``weekly`` where it is joined with others, ``put_off``
    whether it had to wait for a reason of the reader's. ``held_until`` keeps others away from what somebody is about
    to hand over. ``message_id`` is written before the channel is handed anything; ``repeats`` counts how often it was
    handed over again because nobody knows whether the time before arrived. ``error`` is a stored text. What is unsent
    without ``done_at`` waits for the installation to be set up for its channel.
    """

    __tablename__ = "core_notice_delivery"
    __audit__ = False
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "account_id", "channel"))

    notification_id: Mapped[int] = mapped_column(
        Id, ForeignKey("core_notification.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16))
    due_at: Mapped[datetime]
    batch: Mapped[str] = mapped_column(String(10), default="")
    put_off: Mapped[bool] = mapped_column(default=False)
    held_until: Mapped[datetime | None]
    message_id: Mapped[str] = mapped_column(String(200), default="")
    tries: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[list[Any] | None]

    @property
    def failure(self) -> Any:
        """Why it did not arrive or waits, a ``Text``; None where nothing went wrong."""
        return from_json(self.error[0]) if self.error else None


class Choice(Base):
    """What a reader chose for a kind on a channel: off, now, daily, weekly. Without a row the kind's own default."""

    __tablename__ = "core_notify_choice"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    choice: Mapped[str] = mapped_column(String(10))


class Habits(Base):
    """When a reader wants to be left alone, and when he gets what is collected, in minutes of his day; Monday is 0."""

    __tablename__ = "core_notify_habits"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True)
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)
    quiet_to: Mapped[int | None] = mapped_column(SmallInteger)
    digest_at: Mapped[int] = mapped_column(SmallInteger, default=540)
    digest_day: Mapped[int] = mapped_column(SmallInteger, default=0)


class Bounce(Base):
    """An address that did not take what was sent. Nothing more is sent there until it changes or somebody confirms
    it. ``code`` is the answer of the server, 0 where the address itself cannot be one.
    """

    __tablename__ = "core_notify_bounce"
    __table_args__ = (Index(None, "account_id", "channel"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(320))
    code: Mapped[int] = mapped_column(SmallInteger, default=0)
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
