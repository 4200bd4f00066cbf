"""What people are told, and how it reaches them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0007_notify"
down_revision = "core_0006_letters"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "core_notification",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", _JSON, nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("action", _JSON, nullable=True),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notification")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_core_notification_kind_key")),
    )
    op.create_index(op.f("ix_core_notification_at"), "core_notification", ["at"])
    op.create_table(
        "core_notice",
        sa.Column("notification_id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("for_account_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["core_notification.id"], name=op.f("fk_core_notice_notification_id_core_notification"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", "account_id", name=op.f("pk_core_notice")),
    )
    op.create_index(op.f("ix_core_notice_account_id_shown_read_at"), "core_notice", ["account_id", "shown", "read_at"])
    op.create_index(op.f("ix_core_notice_account_id_notification_id"), "core_notice", ["account_id", "notification_id"])
    op.create_index(op.f("ix_core_notice_escalate_at"), "core_notice", ["escalate_at"])
    op.create_table(
        "core_notice_delivery",
        sa.Column("notification_id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.String(length=10), nullable=False),
        sa.Column("put_off", sa.Boolean(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("tries", _BIG, nullable=False),
        sa.Column("repeats", _BIG, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", _JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["core_notification.id"],
            name=op.f("fk_core_notice_delivery_notification_id_core_notification"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("notification_id", "account_id", "channel", name=op.f("pk_core_notice_delivery")),
    )
    op.create_index(op.f("ix_core_notice_delivery_state_due_at"), "core_notice_delivery", ["state", "due_at"])
    op.create_index(
        op.f("ix_core_notice_delivery_account_id_channel"), "core_notice_delivery", ["account_id", "channel"]
    )
    op.create_table(
        "core_notify_choice",
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "kind", "channel", name=op.f("pk_core_notify_choice")),
    )
    op.create_table(
        "core_notify_habits",
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_to", sa.SmallInteger(), nullable=True),
        sa.Column("digest_at", sa.SmallInteger(), nullable=False),
        sa.Column("digest_day", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_core_notify_habits")),
    )
    op.create_table(
        "core_notify_bounce",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("code", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_notify_bounce")),
    )
    op.create_index(op.f("ix_core_notify_bounce_account_id_channel"), "core_notify_bounce", ["account_id", "channel"])


def downgrade() -> None:
    for table in (
        "core_notify_bounce", "core_notify_habits", "core_notify_choice", "core_notice_delivery", "core_notice",
        "core_notification",
    ):  # fmt: skip
        op.drop_table(table)
