"""The life of a list: what may be granted on, what it is expected to answer, its drafts and signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0018_lifecycle"
down_revision = "core_0017_tasks"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "core_authority", sa.Column("grantable", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("core_list", sa.Column("tests", sa.JSON(), nullable=True))
    op.create_table(
        "core_list_draft",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_account_id", _BIG, nullable=True),
        sa.Column("author_person_id", _BIG, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("list_id", _BIG, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], name=op.f("fk_core_list_draft_unit_id_core_unit")),
        sa.ForeignKeyConstraint(["list_id"], ["core_list.id"], name=op.f("fk_core_list_draft_list_id_core_list")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_list_draft")),
    )
    op.create_table(
        "core_list_consultation",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("draft_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_account_id", _BIG, nullable=True),
        sa.Column("answered_by_person_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["core_list_draft.id"], name=op.f("fk_core_list_consultation_draft_id_core_list_draft")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["core_unit.id"], name=op.f("fk_core_list_consultation_unit_id_core_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_list_consultation")),
        sa.UniqueConstraint("draft_id", "unit_id", name=op.f("uq_core_list_consultation_draft_id_unit_id")),
    )
    op.create_table(
        "core_list_signature",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("list_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["core_list.id"], name=op.f("fk_core_list_signature_list_id_core_list")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["core_person.id"], name=op.f("fk_core_list_signature_person_id_core_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_list_signature")),
        sa.UniqueConstraint("list_id", "person_id", name=op.f("uq_core_list_signature_list_id_person_id")),
    )
    op.create_index("ix_core_list_signature_person_id", "core_list_signature", ["person_id"])


def downgrade() -> None:
    op.drop_table("core_list_signature")
    op.drop_table("core_list_consultation")
    op.drop_table("core_list_draft")
    op.drop_column("core_list", "tests")
    op.drop_column("core_authority", "grantable")
