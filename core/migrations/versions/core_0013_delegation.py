"""What the holder of a post lets somebody else decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0013_delegation"
down_revision = "core_0012_job_indexes"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_delegation",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("from_assignment_id", _BIG, nullable=False),
        sa.Column("from_person_id", _BIG, nullable=False),
        sa.Column("to_person_id", _BIG, nullable=False),
        sa.Column("limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_account_id", _BIG, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_person_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["from_assignment_id"], ["core_assignment.id"], name="fk_core_delegation_from_assignment_id_core_assignment"
        ),
        sa.ForeignKeyConstraint(
            ["from_person_id"], ["core_person.id"], name="fk_core_delegation_from_person_id_core_person"
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id"], ["core_person.id"], name="fk_core_delegation_to_person_id_core_person"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], name="fk_core_delegation_unit_id_core_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_core_delegation"),
    )
    op.create_index("ix_core_delegation_to_person_id", "core_delegation", ["to_person_id", "valid_to"])
    op.create_index("ix_core_delegation_from_person_id", "core_delegation", ["from_person_id", "valid_to"])
    op.create_index("ix_core_delegation_from_assignment_id", "core_delegation", ["from_assignment_id"])
    op.create_table(
        "core_delegated_entry",
        sa.Column("delegation_id", _BIG, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["core_delegation.id"], ondelete="CASCADE",
            name="fk_core_delegated_entry_delegation_id_core_delegation",
        ),
        sa.PrimaryKeyConstraint("delegation_id", "code", name="pk_core_delegated_entry"),
    )


def downgrade() -> None:
    op.drop_table("core_delegated_entry")
    op.drop_table("core_delegation")
