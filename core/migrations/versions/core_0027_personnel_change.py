"""Requests for personnel changes, and how much of full working time a company lets anybody work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0027_personnel_change"
down_revision = "core_0026_submissions"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql")
_TABLE = "core_personnel_change"
_LINKS = {
    "person_id": "core_person", "employment_id": "core_employment", "position_id": "core_position",
    "from_position_id": "core_position", "unit_id": "core_unit", "from_unit_id": "core_unit",
    "to_unit_id": "core_unit", "cancels_id": _TABLE, "created_by_person_id": "core_person",
}  # fmt: skip


def upgrade() -> None:
    op.add_column("core_legal_entity", sa.Column("fte_bound", sa.Integer(), nullable=False, server_default="100"))
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("employment_id", _BIG, nullable=True),
        sa.Column("position_id", _BIG, nullable=True),
        sa.Column("from_position_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("from_unit_id", _BIG, nullable=True),
        sa.Column("to_unit_id", _BIG, nullable=True),
        sa.Column("crosses", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("fte", sa.Integer(), nullable=True),
        sa.Column("main_fte", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=20), nullable=True),
        sa.Column("grade_changes", sa.Boolean(), nullable=False),
        sa.Column("employment_kind", sa.String(length=20), nullable=True),
        sa.Column("contribution_place", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("sex", sa.String(length=1), nullable=True),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("identity_number", sa.LargeBinary(), nullable=True),
        sa.Column("identity_shown", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("cancels_id", _BIG, nullable=True),
        sa.Column("crowded", sa.Boolean(), nullable=False),
        sa.Column("effect", _JSON, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_person_id", _BIG, nullable=True),
        sa.Column("created_by_account_id", _BIG, nullable=True),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_core_personnel_change_valid_from_before_valid_to")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{_TABLE}_{column}"))
            for column, table in _LINKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_personnel_change")),
    )
    op.create_index("ix_core_personnel_change_person_id", _TABLE, ["person_id", "id"])
    for column in ("employment_id", "created_by_person_id", "position_id", "from_unit_id", "to_unit_id", "unit_id"):
        op.create_index(f"ix_core_personnel_change_{column}", _TABLE, [column])


def downgrade() -> None:
    op.drop_table(_TABLE)
    op.drop_column("core_legal_entity", "fte_bound")
