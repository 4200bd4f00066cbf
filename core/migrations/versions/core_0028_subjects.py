"""Each task keeps what it is about in one line; those to be routed anew are found by index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db.no_overlap import alter_table

revision = "core_0028_subjects"
down_revision = "core_0027_personnel_change"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

_OPEN = sa.text("state = 'open'")
_INDEXES = {
    "ix_core_task_routed_epoch": ["routed_epoch"],
    "ix_core_task_routed_at": ["routed_at"],
    "ix_core_task_asked": ["action", "routed_at"],
}


def upgrade() -> None:
    with alter_table(op, "core_task") as batch_op:
        batch_op.add_column(sa.Column("subject", _JSON, nullable=False, server_default="{}"))
    with alter_table(op, "core_task") as batch_op:
        batch_op.alter_column("subject", server_default=None)
    for name, columns in _INDEXES.items():
        op.create_index(name, "core_task", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "core_task")
    with alter_table(op, "core_task") as batch_op:
        batch_op.drop_column("subject")
