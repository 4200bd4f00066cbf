"""Exchange rates, the policy that lets limits be compared by them, and what a task was decided by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "core_0023_rates"
down_revision = "core_0022_quota"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_exchange_rate",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("base", sa.String(length=3), nullable=False),
        sa.Column("quote", sa.String(length=3), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_account_id", _BIG, nullable=True),
        sa.Column("published_by_person_id", _BIG, nullable=True),
        sa.CheckConstraint("rate > 0 AND units > 0", name=op.f("ck_core_exchange_rate_positive")),
        sa.CheckConstraint(
            "valid_from < valid_to", name=op.f("ck_core_exchange_rate_valid_from_before_valid_to")
        ),
        sa.CheckConstraint("base <> quote", name=op.f("ck_core_exchange_rate_two_currencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_exchange_rate")),
        sa.UniqueConstraint("base", "quote", "valid_from", name=op.f("uq_core_exchange_rate_base_quote_valid_from")),
    )
    op.create_index("ix_core_exchange_rate_valid_from", "core_exchange_rate", ["valid_from"])
    op.create_table(
        "core_rate_policy",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_account_id", _BIG, nullable=True),
        sa.Column("set_by_person_id", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_rate_policy")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_core_rate_policy_valid_from")),
    )
    op.add_column("core_task", sa.Column("compared_minor", sa.BigInteger(), nullable=True))
    op.add_column("core_task", sa.Column("compared_currency", sa.String(length=3), nullable=True))
    op.add_column("core_task", sa.Column("compared_by", sa.JSON(), nullable=True))


def downgrade() -> None:
    for name in ("compared_by", "compared_currency", "compared_minor"):
        op.drop_column("core_task", name)
    op.drop_table("core_rate_policy")
    op.drop_table("core_exchange_rate")
