"""Webhooks in both directions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0008_webhooks"
down_revision = "core_0007_notify"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)
_MOMENT = sa.DateTime(timezone=True)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "core_webhook",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", _JSON, nullable=False),
        sa.Column("filter", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("paused_at", _MOMENT, nullable=True),
        sa.Column("paused_why", _JSON, nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook")),
    )
    op.create_table(
        "core_webhook_state",
        sa.Column("webhook_id", _BIG, nullable=False),
        sa.Column("wake_at", _MOMENT, nullable=True),
        sa.Column("rest_until", _MOMENT, nullable=True),
        sa.Column("rests", _BIG, nullable=False),
        sa.Column("failing_since", _MOMENT, nullable=True),
        sa.Column("failed_in_row", _BIG, nullable=False),
        sa.Column("succeeded_at", _MOMENT, nullable=True),
        _belongs("core_webhook_state", "webhook_id", "core_webhook"),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_core_webhook_state")),
    )
    op.create_table(
        "core_webhook_delivery",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("webhook_id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("event_id", _BIG, nullable=True),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.Column("data", _JSON, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", _BIG, nullable=False),
        sa.Column("sent", _BIG, nullable=False),
        sa.Column("run_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("status", _BIG, nullable=True),
        sa.Column("took_ms", _BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", _JSON, nullable=True),
        _belongs("core_webhook_delivery", "webhook_id", "core_webhook"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_core_webhook_delivery_key")),
        sa.UniqueConstraint(
            "webhook_id", "event_id", name=op.f("uq_core_webhook_delivery_webhook_id_event_id")
        ),
    )
    for columns in (
        ["webhook_id", "state", "run_at"], ["webhook_id", "id"], ["created_at"], ["state", "run_at"],
    ):
        op.create_index(
            op.f(f"ix_core_webhook_delivery_{'_'.join(columns)}"), "core_webhook_delivery", columns
        )
    op.create_table(
        "core_webhook_try",
        sa.Column("delivery_id", _BIG, nullable=False),
        sa.Column("number", _BIG, autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("status", _BIG, nullable=True),
        sa.Column("took_ms", _BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("error", _JSON, nullable=True),
        _belongs("core_webhook_try", "delivery_id", "core_webhook_delivery"),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_core_webhook_try")),
    )
    _incoming()


def _incoming() -> None:
    op.create_table(
        "core_webhook_endpoint",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret", sa.LargeBinary(), nullable=True),
        sa.Column("old_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_endpoint")),
        sa.UniqueConstraint("key", name=op.f("uq_core_webhook_endpoint_key")),
    )
    op.create_table(
        "core_webhook_refusal",
        sa.Column("endpoint_id", _BIG, nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        _belongs("core_webhook_refusal", "endpoint_id", "core_webhook_endpoint"),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_core_webhook_refusal")),
    )
    op.create_table(
        "core_webhook_receipt",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("endpoint_id", _BIG, nullable=False),
        sa.Column("delivery_key", sa.String(length=200), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", _BIG, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("error", _JSON, nullable=True),
        _belongs("core_webhook_receipt", "endpoint_id", "core_webhook_endpoint"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_webhook_receipt")),
        sa.UniqueConstraint(
            "endpoint_id", "delivery_key", name=op.f("uq_core_webhook_receipt_endpoint_id_delivery_key")
        ),
    )
    op.create_index(op.f("ix_core_webhook_receipt_endpoint_id_id"), "core_webhook_receipt", ["endpoint_id", "id"])
    op.create_index(op.f("ix_core_webhook_receipt_received_at"), "core_webhook_receipt", ["received_at"])


def downgrade() -> None:
    for table in ("receipt", "refusal", "endpoint", "try", "delivery", "state"):
        op.drop_table(f"core_webhook_{table}")
    op.drop_table("core_webhook")
