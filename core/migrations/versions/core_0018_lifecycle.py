"""The life of a list: what may be granted on, what it is expected to answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0018_lifecycle"
down_revision = "core_0017_tasks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "core_authority", sa.Column("grantable", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("core_authority", "grantable")
