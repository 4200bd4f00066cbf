"""Each time a lead was brought, forms for strangers, limits of contacting, and what channels showed and cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "crm_0003_intake"
down_revision = "crm_0002_leads"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TITLE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    op.create_table(
        "crm_arrival",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("lead_id", _BIG, nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("added", _JSON, nullable=False),
        sa.Column("other", _JSON, nullable=False),
        _to("crm_arrival", "lead_id", "crm_lead"),
        _to("crm_arrival", "channel_id", "crm_channel"),
        _to("crm_arrival", "campaign_id", "crm_campaign"),
        _to("crm_arrival", "person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_arrival")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_crm_arrival_source_external_id")),
    )
    op.create_table(
        "crm_form",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title", _TITLE, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("consent", sa.String(length=500), nullable=False),
        sa.Column("thanks", sa.String(length=300), nullable=False),
        sa.Column("frames", sa.String(length=1000), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _to("crm_form", "channel_id", "crm_channel"),
        _to("crm_form", "campaign_id", "crm_campaign"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_form")),
        sa.UniqueConstraint("key", name=op.f("uq_crm_form_key")),
    )
    op.create_table(
        "crm_contact_limit",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("most > 0", name=op.f("ck_crm_contact_limit_most_is_positive")),
        sa.CheckConstraint("days > 0", name=op.f("ck_crm_contact_limit_days_is_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_contact_limit")),
        sa.UniqueConstraint("days", name=op.f("uq_crm_contact_limit_days")),
    )
    _exposure()
    for table, indexes in _INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(f"ix_{table}_{name}", table, columns)


def _exposure() -> None:
    op.create_table(
        "crm_exposure",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("channel_id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.BigInteger(), nullable=True),
        sa.Column("paid", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_crm_exposure_starts_before_ends")),
        sa.CheckConstraint("impressions >= 0", name=op.f("ck_crm_exposure_impressions_not_negative")),
        sa.CheckConstraint("clicks >= 0", name=op.f("ck_crm_exposure_clicks_not_negative")),
        sa.CheckConstraint("paid >= 0", name=op.f("ck_crm_exposure_paid_not_negative")),
        _to("crm_exposure", "channel_id", "crm_channel"),
        _to("crm_exposure", "campaign_id", "crm_campaign"),
        _to("crm_exposure", "unit_id", "core_unit"),
        _to("crm_exposure", "legal_entity_id", "core_legal_entity"),
        _to("crm_exposure", "person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_exposure")),
    )


_INDEXES = {
    "crm_arrival": {
        "lead_id": ["lead_id", "id"],
        "channel_id": ["channel_id", "at"],
        "campaign_id": ["campaign_id"],
        "person_id": ["person_id"],
        "phone_index": ["phone_index"],
        "email_index": ["email_index"],
    },
    "crm_form": {"channel_id": ["channel_id"], "campaign_id": ["campaign_id"]},
    "crm_exposure": {
        "channel_id": ["channel_id", "starts_on"],
        "campaign_id": ["campaign_id", "starts_on"],
        "unit_id": ["unit_id"],
        "person_id": ["person_id"],
    },
}


def downgrade() -> None:
    for table in ("crm_exposure", "crm_contact_limit", "crm_form", "crm_arrival"):
        op.drop_table(table)
