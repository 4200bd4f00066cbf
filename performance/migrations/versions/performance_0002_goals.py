"""Goals with key results and check-ins; what scores lead to: tables of rules, and proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from remit.migrations import append_only_statements

revision = "performance_0002_goals"
down_revision = "performance_0001_figures"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table("performance_goal",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("parent_id", _BIG, nullable=True),
        sa.Column("aligned", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("drafted_by_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_performance_goal_not_below_itself")),
        sa.CheckConstraint("(parent_id IS NULL) = (aligned = '')", name=op.f("ck_performance_goal_aligned_with_a_parent")),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_performance_goal_starts_before_ends")),
        sa.CheckConstraint("(grain = 'person') = (person_id IS NOT NULL)", name=op.f("ck_performance_goal_of_a_person_or_not")),
        _to("performance_goal", "legal_entity_id", "core_legal_entity"),
        _to("performance_goal", "unit_id", "core_unit"),
        _to("performance_goal", "person_id", "core_person"),
        _to("performance_goal", "parent_id", "performance_goal"),
        _to("performance_goal", "drafted_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_goal")),
    )
    op.create_index("ix_performance_goal_drafted_by_person_id", "performance_goal", ["drafted_by_person_id"])
    op.create_index("ix_performance_goal_legal_entity_id", "performance_goal", ["legal_entity_id"])
    op.create_index("ix_performance_goal_parent_id", "performance_goal", ["parent_id"])
    op.create_index("ix_performance_goal_person_id", "performance_goal", ["person_id"])
    op.create_index("ix_performance_goal_starts_on", "performance_goal", ["starts_on", "ends_on"])
    op.create_index("ix_performance_goal_unit_id", "performance_goal", ["unit_id"])
    op.create_table("performance_key_result",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("goal_id", _BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("current", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("kpi_id", _BIG, nullable=True),
        sa.Column("of_unit_id", _BIG, nullable=True),
        sa.Column("takes", sa.String(length=10), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0 AND weight <= 1000", name=op.f("ck_performance_key_result_weight_counts")),
        sa.CheckConstraint("start <> target", name=op.f("ck_performance_key_result_it_goes_somewhere")),
        _to("performance_key_result", "goal_id", "performance_goal"),
        _to("performance_key_result", "kpi_id", "performance_kpi"),
        _to("performance_key_result", "of_unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_key_result")),
    )
    op.create_index("ix_performance_key_result_goal_id", "performance_key_result", ["goal_id"])
    op.create_index("ix_performance_key_result_kpi_id", "performance_key_result", ["kpi_id"])
    op.create_index("ix_performance_key_result_of_unit_id", "performance_key_result", ["of_unit_id"])
    op.create_table("performance_check_in",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("key_result_id", _BIG, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("made_by_person_id", _BIG, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _to("performance_check_in", "key_result_id", "performance_key_result"),
        _to("performance_check_in", "made_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_check_in")),
    )
    op.create_index("ix_performance_check_in_key_result_id", "performance_check_in", ["key_result_id"])
    op.create_index("ix_performance_check_in_made_by_person_id", "performance_check_in", ["made_by_person_id"])
    op.create_table("performance_outcome_table",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("drafted_by_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _to("performance_outcome_table", "legal_entity_id", "core_legal_entity"),
        _to("performance_outcome_table", "drafted_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_outcome_table")),
        sa.UniqueConstraint("legal_entity_id", "valid_from", name=op.f("uq_performance_outcome_table_legal_entity_id_valid_from")),
    )
    op.create_index("ix_performance_outcome_table_drafted_by_person_id", "performance_outcome_table", ["drafted_by_person_id"])
    op.create_table("performance_outcome_rule",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("table_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.CheckConstraint("rate >= 0 AND rate <= 10000000", name=op.f("ck_performance_outcome_rule_rate_in_range")),
        sa.CheckConstraint("low >= 0 AND low < high", name=op.f("ck_performance_outcome_rule_a_band")),
        _to("performance_outcome_rule", "table_id", "performance_outcome_table"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_outcome_rule")),
    )
    op.create_index("ix_performance_outcome_rule_table_id", "performance_outcome_rule", ["table_id"])
    op.create_table("performance_proposal",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("table_id", _BIG, nullable=False),
        sa.Column("employment_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("proposed_by_person_id", _BIG, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_person_id", _BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_performance_proposal_starts_before_ends")),
        _to("performance_proposal", "table_id", "performance_outcome_table"),
        _to("performance_proposal", "employment_id", "core_employment"),
        _to("performance_proposal", "person_id", "core_person"),
        _to("performance_proposal", "unit_id", "core_unit"),
        _to("performance_proposal", "legal_entity_id", "core_legal_entity"),
        _to("performance_proposal", "proposed_by_person_id", "core_person"),
        _to("performance_proposal", "decided_by_person_id", "core_person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_proposal")),
        sa.UniqueConstraint("employment_id", "starts_on", "ends_on", "kind", name=op.f("uq_performance_proposal_employment_id_starts_on_ends_on_kind")),
    )
    op.create_index("ix_performance_proposal_decided_by_person_id", "performance_proposal", ["decided_by_person_id"])
    op.create_index("ix_performance_proposal_legal_entity_id", "performance_proposal", ["legal_entity_id"])
    op.create_index("ix_performance_proposal_month", "performance_proposal", ["month", "state"])
    op.create_index("ix_performance_proposal_person_id", "performance_proposal", ["person_id"])
    op.create_index("ix_performance_proposal_proposed_by_person_id", "performance_proposal", ["proposed_by_person_id"])
    op.create_index("ix_performance_proposal_starts_on", "performance_proposal", ["starts_on", "ends_on"])
    op.create_index("ix_performance_proposal_table_id", "performance_proposal", ["table_id"])
    op.create_index("ix_performance_proposal_unit_id", "performance_proposal", ["unit_id"])
    for statement in append_only_statements("performance_check_in", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("performance_proposal")
    op.drop_table("performance_outcome_rule")
    op.drop_table("performance_outcome_table")
    op.drop_table("performance_check_in")
    op.drop_table("performance_key_result")
    op.drop_table("performance_goal")
