"""Simple requests: what was filled in on the form of a process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0026_submissions"
down_revision = "core_0025_processes"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_submission",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("process", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_submission")),
        sa.UniqueConstraint("number", name=op.f("uq_core_submission_number")),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], name=op.f("fk_core_submission_unit_id_core_unit")),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"], ["core_legal_entity.id"],
            name=op.f("fk_core_submission_legal_entity_id_core_legal_entity"),
        ),
        sa.ForeignKeyConstraint(
            ["requester_person_id"], ["core_person.id"], name=op.f("fk_core_submission_requester_person_id_core_person")
        ),
    )
    op.create_index("ix_core_submission_requester_person_id", "core_submission", ["requester_person_id", "id"])
    op.create_index("ix_core_submission_unit_id", "core_submission", ["unit_id", "id"])


def downgrade() -> None:
    op.drop_table("core_submission")
