"""Channels, the words leads are described with, leads and what happened to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import append_only_statements

revision = "crm_0002_leads"
down_revision = "crm_0001_spending"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TITLE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def _at(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "crm_channel",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", _TITLE, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _to("crm_channel", "unit_id", "core_unit"),
        _to("crm_channel", "legal_entity_id", "core_legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_crm_channel_code")),
    )
    op.create_table(
        "crm_choice",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", _TITLE, nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_choice")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_crm_choice_kind_code")),
    )
    _lead()
    op.create_table(
        "crm_lead_event",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("lead_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        _at("at", nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("data", _JSON, nullable=False),
        _to("crm_lead_event", "lead_id", "crm_lead"),
        _to("crm_lead_event", "person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_lead_event")),
    )
    op.create_index("ix_crm_lead_event_lead_id", "crm_lead_event", ["lead_id", "id"])
    op.create_index("ix_crm_lead_event_person_id", "crm_lead_event", ["person_id", "kind", "at"])
    for statement in append_only_statements("crm_lead_event", op.get_bind().dialect.name):
        op.execute(statement)


def _lead() -> None:
    op.create_table(
        "crm_lead",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("captured_unit_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("captured_by_person_id", _BIG, nullable=True),
        sa.Column("owner_person_id", _BIG, nullable=True),
        sa.Column("company", sa.String(length=160), nullable=False),
        sa.Column("company_key", sa.String(length=160), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("answers", _JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        _at("captured_at", nullable=False),
        _at("marketing_at"),
        _at("sales_at"),
        _at("assigned_at"),
        _at("touched_at"),
        _at("won_at"),
        _at("closed_at"),
        _at("due_at"),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(length=40), nullable=False),
        _at("consent_at"),
        sa.Column("consent_text", sa.String(length=500), nullable=False),
        _at("consent_withdrawn_at"),
        sa.Column("merged_into_id", _BIG, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("staff IS NULL OR staff > 0", name=op.f("ck_crm_lead_staff_is_positive")),
        _to("crm_lead", "captured_unit_id", "core_unit"),
        _to("crm_lead", "unit_id", "core_unit"),
        _to("crm_lead", "legal_entity_id", "core_legal_entity"),
        _to("crm_lead", "channel_id", "crm_channel"),
        _to("crm_lead", "campaign_id", "crm_campaign"),
        _to("crm_lead", "captured_by_person_id", "core_person"),
        _to("crm_lead", "owner_person_id", "core_person"),
        _to("crm_lead", "merged_into_id", "crm_lead"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_lead")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(f"ix_crm_lead_{name}", "crm_lead", columns)


_INDEXES = {
    "captured_unit_id": ["captured_unit_id", "captured_at"],
    "unit_id": ["unit_id", "state"],
    "owner_person_id": ["owner_person_id", "state", "next_on"],
    "captured_by_person_id": ["captured_by_person_id"],
    "channel_id": ["channel_id", "captured_at"],
    "campaign_id": ["campaign_id"],
    "company_key": ["company_key"],
    "phone_index": ["phone_index"],
    "email_index": ["email_index"],
    "due_at": ["state", "due_at"],
    "merged_into_id": ["merged_into_id"],
}


def downgrade() -> None:
    for table in ("crm_lead_event", "crm_lead", "crm_choice", "crm_channel"):
        op.drop_table(table)
