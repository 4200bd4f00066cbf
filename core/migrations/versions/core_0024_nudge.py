"""Whoever asked reminds whoever decides, once a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0024_nudge"
down_revision = "core_0023_rates"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("core_task", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("core_task", sa.Column("nudged_person_id", _BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("core_task", "nudged_person_id")
    op.drop_column("core_task", "nudged_at")
