"""Schedules of jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0003_schedules"
down_revision = "core_0002_jobs"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_schedule",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_core_schedule")),
    )
    op.create_table(
        "core_schedule_state",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_core_schedule_state")),
    )


def downgrade() -> None:
    op.drop_table("core_schedule_state")
    op.drop_table("core_schedule")
