"""Each task keeps what it is about in one line."""

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


def upgrade() -> None:
    with alter_table(op, "core_task") as batch_op:
        batch_op.add_column(sa.Column("subject", _JSON, nullable=False, server_default="{}"))
    with alter_table(op, "core_task") as batch_op:
        batch_op.alter_column("subject", server_default=None)


def downgrade() -> None:
    with alter_table(op, "core_task") as batch_op:
        batch_op.drop_column("subject")
