"""Entries for emergencies, and who opened them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0020_break_glass"
down_revision = "core_0019_persons"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("core_authority", sa.Column("break_hours", sa.Integer(), nullable=True))
    op.create_table(
        "core_break_glass",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("assignment_id", _BIG, nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_account_id", _BIG, nullable=True),
        sa.Column("reviewed_by_person_id", _BIG, nullable=True),
        sa.Column("review", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_core_break_glass_person_id_core_person")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["core_assignment.id"], name=op.f("fk_core_break_glass_assignment_id_core_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_break_glass")),
    )
    op.create_index("ix_core_break_glass_until", "core_break_glass", ["until"])
    op.create_index("ix_core_break_glass_person_id", "core_break_glass", ["person_id", "until"])
    op.create_index("ix_core_break_glass_assignment_id", "core_break_glass", ["assignment_id"])


def downgrade() -> None:
    op.drop_table("core_break_glass")
    op.drop_column("core_authority", "break_hours")
