"""Subscriptions with what is sent to them, endpoints with what they receive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.stored import from_json
from core.db.base import Base
from core.db.types import EncryptedText, Id

ACTIVE, PAUSED = "active", "paused"
WAITING, SENDING, DONE, FAILED, SKIPPED = "waiting", "sending", "done", "failed", "skipped"
DELIVERY_STATES = (WAITING, SENDING, DONE, FAILED, SKIPPED)
#: The event of a test; no module tells it.
PING = "webhooks.ping"


class Webhook(Base):
    """An address that is told of events: their names, ``payroll.*`` for all of a module, ``*`` for all there are.

    ``filter`` is a formula over the fields of the events; empty lets all through. ``old_secret`` signs beside
    ``secret`` until ``old_until``. ``paused_why`` is a stored text, ``created_by`` the account that is told of it.
    """

    __tablename__ = "core_webhook"
    __kept__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[Any]]
    filter: Mapped[str] = mapped_column(String(2000), default="")
    state: Mapped[str] = mapped_column(String(16), default=ACTIVE)
    paused_at: Mapped[datetime | None]
    paused_why: Mapped[list[Any] | None]
    secret: Mapped[str] = mapped_column(EncryptedText("core_webhook.secret"))
    old_secret: Mapped[str | None] = mapped_column(EncryptedText("core_webhook.old_secret"))
    old_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]

    @property
    def why_paused(self) -> Any:
        """The sentence that says why nothing is sent, a ``Text``; None where it is."""
        return from_json(self.paused_why[0]) if self.paused_why else None


class WebhookState(Base):
    """How sending to an address goes; its row is the lock under which deliveries are taken and recorded.

    ``wake_at`` is the moment a job is asked for already. While the receiver cannot be reached nothing is sent before
    ``rest_until``. ``failed_in_row`` deliveries used up their tries since the last success, ``failing_since`` is the
    first failure after it.
    """

    __tablename__ = "core_webhook_state"
    __audit__ = False

    webhook_id: Mapped[int] = mapped_column(Id, ForeignKey("core_webhook.id", ondelete="CASCADE"), primary_key=True)
    wake_at: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    rests: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    failed_in_row: Mapped[int] = mapped_column(default=0)
    succeeded_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """An event on its way to one address. ``key`` is the id the receiver sees, the same over all tries.

    ``tries`` counts since it was last queued, ``sent`` all there ever were. While it is being sent, ``lease_until`` is
    when its process counts as dead. ``status``, ``took_ms``, ``answer`` and ``error`` are those of the last try.
    """

    __tablename__ = "core_webhook_delivery"
    __audit__ = False
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"), Index(None, "webhook_id", "state", "run_at"),
        Index(None, "webhook_id", "id"), Index(None, "created_at"), Index(None, "state", "run_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(Id, ForeignKey("core_webhook.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64), unique=True)
    event: Mapped[str] = mapped_column(String(80))
    event_id: Mapped[int | None]
    occurred_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    status: Mapped[int | None]
    took_ms: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text(), default="")
    error: Mapped[list[Any] | None]

    @property
    def failure(self) -> Any:
        """The sentence that says why the last try did not succeed, a ``Text``; None where it did or was not tried."""
        return from_json(self.error[0]) if self.error else None


class WebhookTry(Base):
    """One try to deliver: when, what was answered, how long it took. ``answer`` are the first characters of it."""

    __tablename__ = "core_webhook_try"
    __audit__ = False

    delivery_id: Mapped[int] = mapped_column(
        Id, ForeignKey("core_webhook_delivery.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    status: Mapped[int | None]
    took_ms: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text(), default="")
    error: Mapped[list[Any] | None]

    @property
    def failure(self) -> Any:
        """The sentence that says why it did not succeed, a ``Text``; None where it did."""
        return from_json(self.error[0]) if self.error else None


class WebhookEndpoint(Base):
    """An address of this installation that other programs post to: ``/hooks/<key>``, handled as its ``kind`` says."""

    __tablename__ = "core_webhook_endpoint"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(80))
    is_on: Mapped[bool] = mapped_column(default=True)
    secret: Mapped[str] = mapped_column(EncryptedText("core_webhook_endpoint.secret"))
    old_secret: Mapped[str | None] = mapped_column(EncryptedText("core_webhook_endpoint.old_secret"))
    old_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebhookRefusal(Base):
    """How often an endpoint refused what came, and why the last time; the sender is not told."""

    __tablename__ = "core_webhook_refusal"
    __audit__ = False

    endpoint_id: Mapped[int] = mapped_column(
        Id, ForeignKey("core_webhook_endpoint.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(16))


class WebhookReceipt(Base):
    """Something that was received. ``delivery_key`` is the id its sender gave it: the same id has one effect."""

    __tablename__ = "core_webhook_receipt"
    __audit__ = False
    __table_args__ = (
        UniqueConstraint("endpoint_id", "delivery_key"), Index(None, "endpoint_id", "id"), Index(None, "received_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(Id, ForeignKey("core_webhook_endpoint.id", ondelete="CASCADE"))
    delivery_key: Mapped[str] = mapped_column(String(200))
    received_at: Mapped[datetime]
    content_type: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(EncryptedText("core_webhook_receipt.body"))
    size: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    error: Mapped[list[Any] | None]

    @property
    def failure(self) -> Any:
        """The sentence that says why it was not handled, a ``Text``; None where it was or was not tried."""
        return from_json(self.error[0]) if self.error else None
