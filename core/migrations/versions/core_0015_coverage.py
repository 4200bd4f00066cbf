"""Findings of the coverage report that are accepted for a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0015_coverage"
down_revision = "core_0014_audit_tree"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_coverage_acceptance",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("finding_key", sa.String(length=40), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.String(length=100), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_core_coverage_acceptance_unit_id_core_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_coverage_acceptance")),
        sa.UniqueConstraint("finding_key", name=op.f("uq_core_coverage_acceptance_finding_key")),
    )


def downgrade() -> None:
    op.drop_table("core_coverage_acceptance")
