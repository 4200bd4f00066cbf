"""Rules that keep duties apart, and what lets somebody do both for a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0016_separation"
down_revision = "core_0015_coverage"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_separation",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("list_id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("risk", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["core_list.id"], name=op.f("fk_core_separation_list_id_core_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_separation")),
    )
    op.create_index("ix_core_separation_list_id", "core_separation", ["list_id"])
    op.create_table(
        "core_separation_mitigation",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("rule_code", sa.String(length=40), nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("control", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by_account_id", _BIG, nullable=True),
        sa.Column("approved_by_person_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_core_separation_mitigation_unit_id_core_unit")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_separation_mitigation_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_separation_mitigation")),
    )
    op.create_index(
        "ix_core_separation_mitigation_person_id", "core_separation_mitigation", ["person_id", "valid_to"]
    )


def downgrade() -> None:
    op.drop_table("core_separation_mitigation")
    op.drop_table("core_separation")
