"""Campaigns, budgets, and requests to spend."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "crm_0001_spending"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "crm_campaign",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("owner_person_id", _BIG, nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_crm_campaign_starts_before_ends")),
        _to("crm_campaign", "unit_id", "core_unit"),
        _to("crm_campaign", "legal_entity_id", "core_legal_entity"),
        _to("crm_campaign", "owner_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_campaign")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_campaign_code")),
    )
    op.create_index("ix_crm_campaign_owner_person_id", "crm_campaign", ["owner_person_id"])
    op.create_table(
        "crm_budget",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_crm_budget_starts_before_ends")),
        _to("crm_budget", "unit_id", "core_unit"),
        _to("crm_budget", "legal_entity_id", "core_legal_entity"),
        _to("crm_budget", "campaign_id", "crm_campaign"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_budget")),
    )
    op.create_index("ix_crm_budget_unit_id", "crm_budget", ["unit_id", "category"])
    op.create_table(
        "crm_spend",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("budget_id", _BIG, nullable=True),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("payee", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("needed_on", sa.Date(), nullable=False),
        sa.Column("in_budget", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_crm_spend_amount_is_positive")),
        _to("crm_spend", "unit_id", "core_unit"),
        _to("crm_spend", "legal_entity_id", "core_legal_entity"),
        _to("crm_spend", "requester_person_id", "core_person"),
        _to("crm_spend", "campaign_id", "crm_campaign"),
        _to("crm_spend", "budget_id", "crm_budget"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_spend")),
        sa.UniqueConstraint("number", name=op.f("uq_crm_spend_number")),
    )
    op.create_index("ix_crm_spend_requester_person_id", "crm_spend", ["requester_person_id", "id"])
    op.create_index("ix_crm_spend_unit_id", "crm_spend", ["unit_id", "id"])
    op.create_index("ix_crm_spend_budget_id", "crm_spend", ["budget_id", "state"])
    op.create_index("ix_crm_spend_payee", "crm_spend", ["payee", "category"])


def downgrade() -> None:
    op.drop_table("crm_spend")
    op.drop_table("crm_budget")
    op.drop_table("crm_campaign")
