"""Events and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0004_events"
down_revision = "core_0003_schedules"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "core_event",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("aggregate", sa.String(length=120), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("cause_id", _BIG, nullable=True),
        sa.Column("depth", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_event")),
    )
    op.create_index(op.f("ix_core_event_at"), "core_event", ["at"])
    op.create_index(op.f("ix_core_event_aggregate_id"), "core_event", ["aggregate", "id"])
    op.create_table(
        "core_event_delivery",
        sa.Column("event_id", _BIG, nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("aggregate", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", _BIG, nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", _JSON, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["core_event.id"], name=op.f("fk_core_event_delivery_event_id_core_event"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("event_id", "handler", name=op.f("pk_core_event_delivery")),
    )
    op.create_index(
        op.f("ix_core_event_delivery_state_handler_event_id"), "core_event_delivery", ["state", "handler", "event_id"]
    )
    op.create_index(
        op.f("ix_core_event_delivery_handler_aggregate_event_id"), "core_event_delivery",
        ["handler", "aggregate", "event_id"],
    )


def downgrade() -> None:
    op.drop_table("core_event_delivery")
    op.drop_table("core_event")
