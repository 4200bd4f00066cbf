"""Requests to move money from one budget to another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "crm_0008_transfers"
down_revision = "crm_0007_evidence"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "crm_budget_transfer"


def _of(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{_TABLE}_{column}_{table}"))


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("from_budget_id", _BIG, nullable=False),
        sa.Column("to_budget_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{_TABLE}_amount_is_positive")),
        sa.CheckConstraint("from_budget_id <> to_budget_id", name=op.f(f"ck_{_TABLE}_from_one_to_another")),
        _of("from_budget_id", "crm_budget"),
        _of("to_budget_id", "crm_budget"),
        _of("unit_id", "core_unit"),
        _of("legal_entity_id", "core_legal_entity"),
        _of("requester_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint("number", name=op.f(f"uq_{_TABLE}_number")),
    )
    for column in ("from_budget_id", "to_budget_id", "unit_id", "requester_person_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column, "id"])


def downgrade() -> None:
    op.drop_table(_TABLE)
