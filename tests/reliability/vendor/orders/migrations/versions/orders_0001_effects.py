"""Effects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "orders_0001_effects"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders_effect",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_effect")),
    )


def downgrade() -> None:
    op.drop_table("orders_effect")
