"""Hints for pages that listen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0009_live"
down_revision = "core_0008_webhooks"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    op.create_table(
        "core_live",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("data", _JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_live")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_live_at"), "core_live", ["at"])
    op.create_index(op.f("ix_core_live_xid"), "core_live", ["xid"])


def downgrade() -> None:
    op.drop_table("core_live")
