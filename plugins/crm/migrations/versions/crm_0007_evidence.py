"""Files that show where the figures of a channel come from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "crm_0007_evidence"
down_revision = "crm_0006_guard"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "crm_exposure_file"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("exposure_id", _BIG, nullable=False),
        sa.Column("file_id", _BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["exposure_id"], ["crm_exposure.id"], name=op.f("fk_crm_exposure_file_exposure_id_crm_exposure"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["core_file.id"], name=op.f("fk_crm_exposure_file_file_id_core_file"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_exposure_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_crm_exposure_file_file_id")),
    )
    op.create_index(op.f("ix_crm_exposure_file_exposure_id"), _TABLE, ["exposure_id"])


def downgrade() -> None:
    op.drop_table(_TABLE)
