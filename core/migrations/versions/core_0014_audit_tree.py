"""A tree over the audit log: a leaf for each entry, keys for what it says about people, signed checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.audit.append_only import dropped, statements

revision = "core_0014_audit_tree"
down_revision = "core_0013_delegation"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql")


#: What may be blanked in the log when a person is erased, and what has to stay as it is.
_BLANKS = ("before", "after", "reason")
_KEPT = (
    "id", "at", "kind", "actor_kind", "account_id", "person_id", "acting_as", "request_id", "action", "entry",
    "list_version", "object_type", "object_id", "root_type", "root_id", "subject_id", "row_count", "origin", "digest",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "core_audit_subject",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("key", sa.LargeBinary(length=32), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_subject")),
    )
    op.create_index(op.f("ix_core_audit_subject_person_id"), "core_audit_subject", ["person_id"])
    op.create_table(
        "core_audit_leaf",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("entry_id", _BIG, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("values_hash", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_core_audit_leaf")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_core_audit_leaf_entry_id")),
    )
    op.create_table(
        "core_audit_checkpoint",
        sa.Column("size", _BIG, autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("peaks", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_core_audit_checkpoint")),
    )
    op.create_table(
        "core_audit_progress",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("mark", _BIG, nullable=False),
        sa.Column("ahead", _BIG, nullable=True),
        sa.Column("horizon", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_progress")),
    )
    for table in ("core_audit_leaf", "core_audit_checkpoint"):
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)
    _replace_triggers(_BLANKS, _KEPT)


def downgrade() -> None:
    _replace_triggers()
    for name in ("core_audit_progress", "core_audit_checkpoint", "core_audit_leaf", "core_audit_subject"):
        op.drop_table(name)


def _replace_triggers(*columns: tuple[str, ...]) -> None:
    dialect = op.get_bind().dialect.name
    for statement in (*dropped("core_audit", dialect), *statements("core_audit", dialect, *columns)):
        op.execute(statement)
