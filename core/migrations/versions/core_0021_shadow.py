"""Drafts of lists that run beside those in force, and the decisions they would have turned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0021_shadow"
down_revision = "core_0020_break_glass"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_shadow_list",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=100), nullable=False),
        sa.Column("started_by_account_id", _BIG, nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], name=op.f("fk_core_shadow_list_unit_id_core_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_shadow_list")),
    )
    running = sa.text("stopped_at IS NULL")
    op.create_index(
        "uq_core_shadow_list_running", "core_shadow_list", ["place"], unique=True, sqlite_where=running,
        postgresql_where=running,
    )
    op.create_table(
        "core_shadow_difference",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("shadow_id", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", _BIG, nullable=True),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("action", sa.String(length=128), nullable=False),
        sa.Column("object_type", sa.String(length=64), nullable=True),
        sa.Column("object_id", sa.String(length=128), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=True),
        sa.Column("list_version", sa.Integer(), nullable=True),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("would_code", sa.String(length=20), nullable=False),
        sa.Column("would_entry", sa.String(length=128), nullable=True),
        sa.Column("would_message", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shadow_id"], ["core_shadow_list.id"], name=op.f("fk_core_shadow_difference_shadow_id_core_shadow_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_shadow_difference")),
    )
    op.create_index("ix_core_shadow_difference_shadow_id", "core_shadow_difference", ["shadow_id", "id"])


def downgrade() -> None:
    op.drop_table("core_shadow_difference")
    op.drop_table("core_shadow_list")
