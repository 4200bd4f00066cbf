"""Files in several stores, scanned and held; documents with their versions and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.db.no_overlap import alter_table

revision = "core_0010_files"
down_revision = "core_0009_live"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with alter_table(op, "core_file") as batch_op:
        batch_op.add_column(sa.Column("store", sa.String(length=400), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("state", sa.String(length=16), nullable=False, server_default="ready"))
        batch_op.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("subject_id", _BIG, nullable=True))
        batch_op.add_column(sa.Column("made_from_id", _BIG, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_core_file_made_from_id"), "core_file", ["made_from_id"], ["id"], ondelete="CASCADE"
        )
    with alter_table(op, "core_file") as batch_op:
        for name in ("store", "state", "held"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_index(op.f("ix_core_file_state"), ["state"])
        batch_op.create_index(op.f("ix_core_file_made_from_id"), ["made_from_id"])
    op.create_table(
        "core_document",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("entity_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("position_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("legal_entity_id", _BIG, nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("number_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("number_shown", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", _BIG, nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"core_{name}.id"], name=op.f(f"fk_core_document_{name}_id"))
            for name in ("person", "position", "unit", "legal_entity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_document")),
    )
    op.create_index(op.f("ix_core_document_person_id"), "core_document", ["person_id"])
    op.create_index(op.f("ix_core_document_expires_on"), "core_document", ["expires_on"])
    op.create_index("ix_core_document_entity_entity_id", "core_document", ["entity", "entity_id"])
    op.create_index("ix_core_document_kind_number_index", "core_document", ["kind", "number_index"])
    op.create_table(
        "core_document_version",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("document_id", _BIG, nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("file_id", _BIG, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", _BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["core_document.id"], name=op.f("fk_core_document_version_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["core_file.id"], name=op.f("fk_core_document_version_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_document_version")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_core_document_version_document_id_number")),
        sa.UniqueConstraint("file_id", name=op.f("uq_core_document_version_file_id")),
    )
    op.create_table(
        "core_document_notice",
        sa.Column("document_id", _BIG, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("lead", _BIG, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["core_document.id"], name=op.f("fk_core_document_notice_document_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "expires_on", "lead", name=op.f("pk_core_document_notice")),
    )


def downgrade() -> None:
    for name in ("core_document_notice", "core_document_version", "core_document"):
        op.drop_table(name)
    with alter_table(op, "core_file") as batch_op:
        batch_op.drop_index(op.f("ix_core_file_state"))
        batch_op.drop_index(op.f("ix_core_file_made_from_id"))
        batch_op.drop_constraint(op.f("fk_core_file_made_from_id"), type_="foreignkey")
        for name in ("made_from_id", "subject_id", "held", "state", "store"):
            batch_op.drop_column(name)
