"""Files that show where an entered value of a figure comes from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "performance_0004_evidence"
down_revision = "performance_0003_reviews"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "performance_value_file"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("value_id", _BIG, nullable=False),
        sa.Column("file_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["value_id"], ["performance_value.id"], name=op.f("fk_performance_value_file_value_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["core_file.id"], name=op.f("fk_performance_value_file_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_value_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_performance_value_file_file_id")),
    )
    op.create_index(op.f("ix_performance_value_file_value_id"), _TABLE, ["value_id"])


def downgrade() -> None:
    op.drop_table(_TABLE)
