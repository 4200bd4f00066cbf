"""Who set a webhook up, and is told when it is paused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0011_told"
down_revision = "core_0010_files"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("core_webhook", sa.Column("created_by", _BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("core_webhook", "created_by")
