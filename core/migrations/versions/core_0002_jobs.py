"""Jobs in groups, by priority, with a log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.no_overlap import alter_table

revision = "core_0002_jobs"
down_revision = "core_0001_foundation"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
)


def upgrade() -> None:
    with alter_table(op, "core_job") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.SmallInteger(), nullable=False, server_default="50"))
        batch_op.add_column(sa.Column("log", _JSON, nullable=True))
        batch_op.add_column(sa.Column("group_id", _BIG, nullable=True))
        batch_op.add_column(sa.Column("part", _BIG, nullable=True))
        batch_op.add_column(sa.Column("parts", _BIG, nullable=True))
        batch_op.add_column(sa.Column("parts_left", _BIG, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_core_job_group_id_core_job"), "core_job", ["group_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.drop_index(op.f("ix_core_job_state_run_at"))
        batch_op.create_index(op.f("ix_core_job_state_priority_run_at"), ["state", "priority", "run_at"])
        batch_op.create_index(op.f("ix_core_job_group_id_part"), ["group_id", "part"])
        batch_op.create_index(op.f("ix_core_job_finished_at"), ["finished_at"])
    with alter_table(op, "core_job") as batch_op:
        batch_op.alter_column("priority", server_default=None)


def downgrade() -> None:
    with alter_table(op, "core_job") as batch_op:
        batch_op.drop_index(op.f("ix_core_job_finished_at"))
        batch_op.drop_index(op.f("ix_core_job_group_id_part"))
        batch_op.drop_index(op.f("ix_core_job_state_priority_run_at"))
        batch_op.create_index(op.f("ix_core_job_state_run_at"), ["state", "run_at"])
        batch_op.drop_constraint(op.f("fk_core_job_group_id_core_job"), type_="foreignkey")
        for name in ("parts_left", "parts", "part", "group_id", "log", "priority"):
            batch_op.drop_column(name)
