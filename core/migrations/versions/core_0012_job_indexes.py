"""Jobs are indexed only where they are looked for: every step of a job wrote all of its indexes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0012_job_indexes"
down_revision = "core_0011_told"
branch_labels = None
depends_on = None

_BEFORE = (
    ("ix_core_job_state_priority_run_at", ["state", "priority", "run_at"]),
    ("ix_core_job_account_id_id", ["account_id", "id"]),
    ("ix_core_job_group_id_part", ["group_id", "part"]),
    ("ix_core_job_finished_at", ["finished_at"]),
    ("ix_core_job_state_sent_at_run_at", ["state", "sent_at", "run_at"]),
)
_AFTER = (
    ("ix_core_job_queued", ["priority", "run_at", "id"], "state = 'queued'"),
    ("ix_core_job_sent", ["sent_at", "priority", "run_at"], "state = 'queued'"),
    ("ix_core_job_moving", ["state", "kind"], "finished_at IS NULL"),
    ("ix_core_job_finished", ["finished_at"], "finished_at IS NOT NULL"),
    ("ix_core_job_account", ["account_id", "id"], "account_id IS NOT NULL"),
    ("ix_core_job_part", ["group_id", "part"], "group_id IS NOT NULL"),
)


def upgrade() -> None:
    for name, _columns in _BEFORE:
        op.drop_index(name, "core_job")
    with op.batch_alter_table("core_job") as batch_op:
        batch_op.drop_constraint("uq_core_job_key", type_="unique")
    for name, columns, where in _AFTER:
        op.create_index(name, "core_job", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    keyed = sa.text("key IS NOT NULL")
    op.create_index("uq_core_job_key", "core_job", ["key"], unique=True, sqlite_where=keyed, postgresql_where=keyed)


def downgrade() -> None:
    op.drop_index("uq_core_job_key", "core_job")
    for name, _columns, _where in _AFTER:
        op.drop_index(name, "core_job")
    with op.batch_alter_table("core_job") as batch_op:
        batch_op.create_unique_constraint("uq_core_job_key", ["key"])
    for name, columns in _BEFORE:
        op.create_index(name, "core_job", columns)
