"""When a broker was last told of a job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0005_broker"
down_revision = "core_0004_events"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_job", sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_core_job_state_sent_at_run_at"), "core_job", ["state", "sent_at", "run_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_core_job_state_sent_at_run_at"), "core_job")
    op.drop_column("core_job", "sent_at")
