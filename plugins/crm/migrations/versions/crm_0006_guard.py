"""The spend guard of campaigns, and its alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "crm_0006_guard"
down_revision = "crm_0005_deals"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "crm_guard",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("campaign_id", _BIG, nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("per_lead", sa.BigInteger(), nullable=True),
        sa.Column("per_customer", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("least_leads", sa.Integer(), nullable=False),
        sa.Column("wait_days", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("per_lead > 0", name=op.f("ck_crm_guard_per_lead_is_positive")),
        sa.CheckConstraint("per_customer > 0", name=op.f("ck_crm_guard_per_customer_is_positive")),
        sa.CheckConstraint(
            "per_lead IS NOT NULL OR per_customer IS NOT NULL", name=op.f("ck_crm_guard_has_a_limit")
        ),
        sa.CheckConstraint("least_leads > 0 AND wait_days >= 0", name=op.f("ck_crm_guard_sample")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["crm_campaign.id"], name=op.f("fk_crm_guard_campaign_id_crm_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_guard")),
        sa.UniqueConstraint("campaign_id", name=op.f("uq_crm_guard_campaign_id")),
    )
    op.create_table(
        "crm_guard_alarm",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("guard_id", _BIG, nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("settled_by_person_id", _BIG, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_until", sa.Date(), nullable=True),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["guard_id"], ["crm_guard.id"], name=op.f("fk_crm_guard_alarm_guard_id_crm_guard")),
        sa.ForeignKeyConstraint(
            ["settled_by_person_id"], ["core_person.id"],
            name=op.f("fk_crm_guard_alarm_settled_by_person_id_core_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_guard_alarm")),
    )
    op.create_index("ix_crm_guard_alarm_guard_id", "crm_guard_alarm", ["guard_id", "measure", "day"])
    op.create_index("ix_crm_guard_alarm_settled_by_person_id", "crm_guard_alarm", ["settled_by_person_id"])
    op.create_index(
        "uq_crm_guard_alarm_open", "crm_guard_alarm", ["guard_id", "measure"], unique=True, sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    op.drop_table("crm_guard_alarm")
    op.drop_table("crm_guard")
