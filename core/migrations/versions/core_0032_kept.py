"""A counter for what processes keep until somebody changes it."""

from __future__ import annotations

from alembic import op

revision = "core_0032_kept"
down_revision = "core_0031_list_publication"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("INSERT INTO core_epoch (id, epoch) VALUES (2, 0)")


def downgrade() -> None:
    op.execute("DELETE FROM core_epoch WHERE id = 2")
