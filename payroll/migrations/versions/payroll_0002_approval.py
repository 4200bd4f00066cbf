"""The approval of a run is the answer to a task: the mark of its figures, and the task of a step.

A run that is reviewed while this comes is reviewed once more, since nobody was asked about it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from remit.migrations import alter_table

revision = "payroll_0002_approval"
down_revision = "payroll_0001_foundation"
branch_labels = None
depends_on = None

_RUN = sa.table("payroll_run", sa.column("id", sa.BigInteger), sa.column("state", sa.String))
_STEP = sa.table(
    "payroll_run_step", sa.column("run_id", sa.BigInteger), sa.column("state", sa.String),
    sa.column("withdrawn_at", sa.DateTime(timezone=True)),
)  # fmt: skip


def upgrade() -> None:
    with alter_table(op, "payroll_run") as batch_op:
        batch_op.add_column(sa.Column("figures", sa.String(length=64), nullable=False, server_default=""))
    with alter_table(op, "payroll_run_step") as batch_op:
        batch_op.add_column(
            sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
    reviewed = sa.select(_RUN.c.id).where(_RUN.c.state == "reviewed")
    op.execute(
        _STEP.update()
        .where(_STEP.c.run_id.in_(reviewed), _STEP.c.state == "reviewed", _STEP.c.withdrawn_at.is_(None))
        .values(withdrawn_at=datetime.now(UTC))
    )
    op.execute(_RUN.update().where(_RUN.c.state == "reviewed").values(state="calculated"))


def downgrade() -> None:
    with alter_table(op, "payroll_run_step") as batch_op:
        batch_op.drop_column("task_id")
    with alter_table(op, "payroll_run") as batch_op:
        batch_op.drop_column("figures")
