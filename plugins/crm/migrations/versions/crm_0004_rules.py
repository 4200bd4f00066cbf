"""The standard of qualification, the tables that tag leads and hand them over, who takes leads, and disputes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import append_only_statements

revision = "crm_0004_rules"
down_revision = "crm_0003_intake"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TITLE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))


def upgrade() -> None:
    _standard()
    _tables()
    _of_leads()
    _dispute()
    for statement in append_only_statements("crm_lead_assignment", op.get_bind().dialect.name):
        op.execute(statement)


def _standard() -> None:
    op.create_table(
        "crm_standard",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("marketing_unit_id", _BIG, nullable=False),
        sa.Column("sales_unit_id", _BIG, nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("drafted_by_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        _to("crm_standard", "legal_entity_id", "core_legal_entity"),
        _to("crm_standard", "marketing_unit_id", "core_unit"),
        _to("crm_standard", "sales_unit_id", "core_unit"),
        _to("crm_standard", "drafted_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_standard")),
        sa.UniqueConstraint("legal_entity_id", "version", name=op.f("uq_crm_standard_legal_entity_id_version")),
    )
    op.create_index("ix_crm_standard_drafted_by_person_id", "crm_standard", ["drafted_by_person_id"])
    op.create_index("ix_crm_standard_marketing_unit_id", "crm_standard", ["marketing_unit_id"])
    op.create_index("ix_crm_standard_sales_unit_id", "crm_standard", ["sales_unit_id"])
    op.create_table(
        "crm_judgement",
        sa.Column("lead_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("standard_id", _BIG, nullable=False),
        sa.Column("met", _JSON, nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        _to("crm_judgement", "lead_id", "crm_lead"),
        _to("crm_judgement", "standard_id", "crm_standard"),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_crm_judgement")),
    )
    op.create_index("ix_crm_judgement_standard_id", "crm_judgement", ["standard_id"])


def _tables() -> None:
    op.create_table(
        "crm_rule_table",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", _TITLE, nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        _to("crm_rule_table", "unit_id", "core_unit"),
        _to("crm_rule_table", "legal_entity_id", "core_legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_rule_table")),
        sa.UniqueConstraint("legal_entity_id", "code", name=op.f("uq_crm_rule_table_legal_entity_id_code")),
    )
    op.create_index("ix_crm_rule_table_unit_id", "crm_rule_table", ["unit_id"])
    op.create_table(
        "crm_rule_version",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("table_id", _BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("written_by_person_id", _BIG, nullable=True),
        sa.Column("published_by_person_id", _BIG, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        _to("crm_rule_version", "table_id", "crm_rule_table"),
        _to("crm_rule_version", "written_by_person_id", "core_person"),
        _to("crm_rule_version", "published_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_rule_version")),
        sa.UniqueConstraint("table_id", "version", name=op.f("uq_crm_rule_version_table_id_version")),
    )
    op.create_index("ix_crm_rule_version_published_by_person_id", "crm_rule_version", ["published_by_person_id"])
    op.create_index("ix_crm_rule_version_written_by_person_id", "crm_rule_version", ["written_by_person_id"])
    op.create_table(
        "crm_rep",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("industries", _JSON, nullable=False),
        sa.Column("products", _JSON, nullable=False),
        sa.Column("skills", _JSON, nullable=False),
        sa.Column("most_open", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("most_open > 0", name=op.f("ck_crm_rep_most_open_is_positive")),
        _to("crm_rep", "person_id", "core_person"),
        _to("crm_rep", "unit_id", "core_unit"),
        _to("crm_rep", "legal_entity_id", "core_legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_rep")),
        sa.UniqueConstraint("person_id", "unit_id", name=op.f("uq_crm_rep_person_id_unit_id")),
    )
    op.create_index("ix_crm_rep_legal_entity_id", "crm_rep", ["legal_entity_id"])
    op.create_index("ix_crm_rep_unit_id", "crm_rep", ["unit_id"])


def _of_leads() -> None:
    op.create_table(
        "crm_lead_tag",
        sa.Column("lead_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("table_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("version_id", _BIG, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        _to("crm_lead_tag", "lead_id", "crm_lead"),
        _to("crm_lead_tag", "table_id", "crm_rule_table"),
        _to("crm_lead_tag", "version_id", "crm_rule_version"),
        sa.PrimaryKeyConstraint("lead_id", "table_id", name=op.f("pk_crm_lead_tag")),
    )
    op.create_index("ix_crm_lead_tag_table_id", "crm_lead_tag", ["table_id", "tag"])
    op.create_index("ix_crm_lead_tag_version_id", "crm_lead_tag", ["version_id", "row"])
    op.create_table(
        "crm_lead_assignment",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("lead_id", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("version_id", _BIG, nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("by_person_id", _BIG, nullable=True),
        sa.Column("why", _JSON, nullable=False),
        _to("crm_lead_assignment", "lead_id", "crm_lead"),
        _to("crm_lead_assignment", "person_id", "core_person"),
        _to("crm_lead_assignment", "unit_id", "core_unit"),
        _to("crm_lead_assignment", "version_id", "crm_rule_version"),
        _to("crm_lead_assignment", "by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_lead_assignment")),
    )
    op.create_index("ix_crm_lead_assignment_by_person_id", "crm_lead_assignment", ["by_person_id"])
    op.create_index("ix_crm_lead_assignment_lead_id", "crm_lead_assignment", ["lead_id", "id"])
    op.create_index("ix_crm_lead_assignment_person_id", "crm_lead_assignment", ["person_id", "id"])
    op.create_index("ix_crm_lead_assignment_unit_id", "crm_lead_assignment", ["unit_id"])
    op.create_index("ix_crm_lead_assignment_version_id", "crm_lead_assignment", ["version_id", "row"])


def _dispute() -> None:
    op.create_table(
        "crm_dispute",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("lead_id", _BIG, nullable=False),
        sa.Column("marketing_unit_id", _BIG, nullable=False),
        sa.Column("sales_unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("rejected_by_person_id", _BIG, nullable=True),
        sa.Column("opened_by_person_id", _BIG, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("marketing_says", sa.String(length=10), nullable=False),
        sa.Column("sales_says", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("settled_by_person_id", _BIG, nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_words", sa.String(length=500), nullable=False),
        _to("crm_dispute", "lead_id", "crm_lead"),
        _to("crm_dispute", "marketing_unit_id", "core_unit"),
        _to("crm_dispute", "sales_unit_id", "core_unit"),
        _to("crm_dispute", "legal_entity_id", "core_legal_entity"),
        _to("crm_dispute", "rejected_by_person_id", "core_person"),
        _to("crm_dispute", "opened_by_person_id", "core_person"),
        _to("crm_dispute", "settled_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_dispute")),
    )
    op.create_index("ix_crm_dispute_lead_id", "crm_dispute", ["lead_id", "state"])
    op.create_index("ix_crm_dispute_legal_entity_id", "crm_dispute", ["legal_entity_id"])
    op.create_index("ix_crm_dispute_marketing_unit_id", "crm_dispute", ["marketing_unit_id", "state"])
    op.create_index("ix_crm_dispute_opened_by_person_id", "crm_dispute", ["opened_by_person_id"])
    op.create_index("ix_crm_dispute_rejected_by_person_id", "crm_dispute", ["rejected_by_person_id"])
    op.create_index("ix_crm_dispute_sales_unit_id", "crm_dispute", ["sales_unit_id", "state"])
    op.create_index("ix_crm_dispute_settled_by_person_id", "crm_dispute", ["settled_by_person_id"])


def downgrade() -> None:
    for table in (
        "crm_dispute", "crm_lead_assignment", "crm_lead_tag", "crm_rep", "crm_rule_version", "crm_rule_table",
        "crm_judgement", "crm_standard",
    ):
        op.drop_table(table)
