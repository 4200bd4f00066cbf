"""Figures with their versions, owners and values; schemes; scores; rewards and what they came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import create_no_overlap

revision = "performance_0001_figures"
down_revision = None
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DATA = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table("performance_kpi",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        _to("performance_kpi", "legal_entity_id", "core_legal_entity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_kpi")),
        sa.UniqueConstraint("code", name=op.f("uq_performance_kpi_code"))
    )
    op.create_index("ix_performance_kpi_legal_entity_id", "performance_kpi", ["legal_entity_id"])
    op.create_table("performance_reward",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", _JSON, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("place_unit_id", _BIG, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("pool", sa.String(length=500), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("drafted_by_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        _to("performance_reward", "drafted_by_person_id", "core_person"),
        _to("performance_reward", "legal_entity_id", "core_legal_entity"),
        _to("performance_reward", "place_unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward")),
        sa.UniqueConstraint("code", name=op.f("uq_performance_reward_code"))
    )
    op.create_index("ix_performance_reward_drafted_by_person_id", "performance_reward", ["drafted_by_person_id"])
    op.create_index("ix_performance_reward_legal_entity_id", "performance_reward", ["legal_entity_id"])
    op.create_index("ix_performance_reward_place_unit_id", "performance_reward", ["place_unit_id"])
    op.create_table("performance_scheme",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", _JSON, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("place_unit_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("position_id", _BIG, nullable=True),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("drafted_by_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN position_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) = 1", name=op.f("ck_performance_scheme_about_one_thing")),
        _to("performance_scheme", "drafted_by_person_id", "core_person"),
        _to("performance_scheme", "legal_entity_id", "core_legal_entity"),
        _to("performance_scheme", "person_id", "core_person"),
        _to("performance_scheme", "place_unit_id", "core_unit"),
        _to("performance_scheme", "position_id", "core_position"),
        _to("performance_scheme", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_scheme")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_performance_scheme_code_version"))
    )
    op.create_index("ix_performance_scheme_drafted_by_person_id", "performance_scheme", ["drafted_by_person_id"])
    op.create_index("ix_performance_scheme_legal_entity_id", "performance_scheme", ["legal_entity_id"])
    op.create_index("ix_performance_scheme_person_id", "performance_scheme", ["person_id"])
    op.create_index("ix_performance_scheme_place_unit_id", "performance_scheme", ["place_unit_id"])
    op.create_index("ix_performance_scheme_position_id", "performance_scheme", ["position_id"])
    op.create_index("ix_performance_scheme_state", "performance_scheme", ["state", "valid_from"])
    op.create_index("ix_performance_scheme_unit_id", "performance_scheme", ["unit_id"])
    op.create_table("performance_score",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0 AND scored >= 0", name=op.f("ck_performance_score_nothing_is_negative")),
        _to("performance_score", "legal_entity_id", "core_legal_entity"),
        _to("performance_score", "person_id", "core_person"),
        _to("performance_score", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_score")),
        sa.UniqueConstraint("grain", "subject_id", "starts_on", "ends_on", name=op.f("uq_performance_score_grain_subject_id_starts_on_ends_on"))
    )
    op.create_index("ix_performance_score_legal_entity_id", "performance_score", ["legal_entity_id"])
    op.create_index("ix_performance_score_person_id", "performance_score", ["person_id"])
    op.create_index("ix_performance_score_starts_on", "performance_score", ["starts_on", "grain"])
    op.create_index("ix_performance_score_unit_id", "performance_score", ["unit_id"])
    op.create_table("performance_kpi_share",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("stage_kpi_id", _BIG, nullable=True),
        sa.CheckConstraint("share > 0 AND share <= 1000000", name=op.f("ck_performance_kpi_share_part_of_the_whole")),
        _to("performance_kpi_share", "stage_kpi_id", "performance_kpi"),
        _to("performance_kpi_share", "kpi_id", "performance_kpi"),
        _to("performance_kpi_share", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_kpi_share")),
        sa.UniqueConstraint("kpi_id", "unit_id", name=op.f("uq_performance_kpi_share_kpi_id_unit_id"))
    )
    op.create_index("ix_performance_kpi_share_stage_kpi_id", "performance_kpi_share", ["stage_kpi_id"])
    op.create_index("ix_performance_kpi_share_unit_id", "performance_kpi_share", ["unit_id"])
    op.create_table("performance_kpi_version",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("title", _JSON, nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("direction", sa.String(length=4), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("formula", sa.String(length=500), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("curve", _DATA, nullable=False),
        sa.Column("quality", sa.String(length=10), nullable=False),
        sa.Column("duty", sa.String(length=80), nullable=False),
        sa.CheckConstraint("floor >= 0 AND cap >= floor", name=op.f("ck_performance_kpi_version_floor_below_cap")),
        sa.CheckConstraint("valid_from < valid_to", name=op.f("ck_performance_kpi_version_valid_from_before_valid_to")),
        _to("performance_kpi_version", "kpi_id", "performance_kpi"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_kpi_version")),
    )
    op.create_index("ix_performance_kpi_version_kpi_id", "performance_kpi_version", ["kpi_id", "valid_from"])
    op.create_table("performance_reward_gate",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reward_id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("inclusive", sa.Boolean(), nullable=False),
        sa.Column("at_most", sa.Boolean(), nullable=False),
        _to("performance_reward_gate", "reward_id", "performance_reward"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward_gate"))
    )
    op.create_index("ix_performance_reward_gate_reward_id", "performance_reward_gate", ["reward_id"])
    op.create_table("performance_reward_measure",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reward_id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("target", sa.BigInteger(), nullable=True),
        _to("performance_reward_measure", "kpi_id", "performance_kpi"),
        _to("performance_reward_measure", "reward_id", "performance_reward"),
        _to("performance_reward_measure", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward_measure")),
        sa.UniqueConstraint("reward_id", "name", name=op.f("uq_performance_reward_measure_reward_id_name"))
    )
    op.create_index("ix_performance_reward_measure_kpi_id", "performance_reward_measure", ["kpi_id"])
    op.create_index("ix_performance_reward_measure_unit_id", "performance_reward_measure", ["unit_id"])
    op.create_table("performance_reward_party",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reward_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("share", sa.String(length=200), nullable=False),
        sa.Column("per", sa.String(length=10), nullable=False),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        _to("performance_reward_party", "reward_id", "performance_reward"),
        _to("performance_reward_party", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward_party")),
        sa.UniqueConstraint("reward_id", "unit_id", name=op.f("uq_performance_reward_party_reward_id_unit_id"))
    )
    op.create_index("ix_performance_reward_party_unit_id", "performance_reward_party", ["unit_id"])
    op.create_table("performance_reward_result",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("reward_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("place_unit_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("pool", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("lineage", _DATA, nullable=False),
        sa.Column("computed_by_person_id", _BIG, nullable=True),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("pool >= 0", name=op.f("ck_performance_reward_result_pool_is_not_negative")),
        _to("performance_reward_result", "computed_by_person_id", "core_person"),
        _to("performance_reward_result", "legal_entity_id", "core_legal_entity"),
        _to("performance_reward_result", "place_unit_id", "core_unit"),
        _to("performance_reward_result", "reward_id", "performance_reward"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward_result")),
        sa.UniqueConstraint("reward_id", "starts_on", name=op.f("uq_performance_reward_result_reward_id_starts_on"))
    )
    op.create_index("ix_performance_reward_result_computed_by_person_id", "performance_reward_result", ["computed_by_person_id"])
    op.create_index("ix_performance_reward_result_legal_entity_id", "performance_reward_result", ["legal_entity_id"])
    op.create_index("ix_performance_reward_result_month", "performance_reward_result", ["month", "state"])
    op.create_index("ix_performance_reward_result_place_unit_id", "performance_reward_result", ["place_unit_id"])
    op.create_table("performance_scheme_item",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("scheme_id", _BIG, nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("of_unit_id", _BIG, nullable=True),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=True),
        sa.Column("sort_order", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight > 0 AND weight <= 1000000", name=op.f("ck_performance_scheme_item_part_of_the_whole")),
        _to("performance_scheme_item", "kpi_id", "performance_kpi"),
        _to("performance_scheme_item", "of_unit_id", "core_unit"),
        _to("performance_scheme_item", "scheme_id", "performance_scheme"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_scheme_item")),
        sa.UniqueConstraint("scheme_id", "kpi_id", name=op.f("uq_performance_scheme_item_scheme_id_kpi_id"))
    )
    op.create_index("ix_performance_scheme_item_kpi_id", "performance_scheme_item", ["kpi_id"])
    op.create_index("ix_performance_scheme_item_of_unit_id", "performance_scheme_item", ["of_unit_id"])
    op.create_table("performance_score_line",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("score_id", _BIG, nullable=False),
        sa.Column("scheme_id", _BIG, nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("actual", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("attainment", sa.BigInteger(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        _to("performance_score_line", "kpi_id", "performance_kpi"),
        _to("performance_score_line", "scheme_id", "performance_scheme"),
        _to("performance_score_line", "score_id", "performance_score"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_score_line"))
    )
    op.create_index("ix_performance_score_line_kpi_id", "performance_score_line", ["kpi_id"])
    op.create_index("ix_performance_score_line_scheme_id", "performance_score_line", ["scheme_id"])
    op.create_index("ix_performance_score_line_score_id", "performance_score_line", ["score_id"])
    op.create_table("performance_value",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kpi_id", _BIG, nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("subject_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=True),
        sa.Column("unit_id", _BIG, nullable=True),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.Column("entered_by_person_id", _BIG, nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_performance_value_starts_before_ends")),
        _to("performance_value", "kpi_id", "performance_kpi"),
        _to("performance_value", "legal_entity_id", "core_legal_entity"),
        _to("performance_value", "person_id", "core_person"),
        _to("performance_value", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_value")),
        sa.UniqueConstraint("kpi_id", "grain", "subject_id", "starts_on", name=op.f("uq_performance_value_kpi_id_grain_subject_id_starts_on"))
    )
    op.create_index("ix_performance_value_legal_entity_id", "performance_value", ["legal_entity_id"])
    op.create_index("ix_performance_value_person_id", "performance_value", ["person_id"])
    op.create_index("ix_performance_value_starts_on", "performance_value", ["starts_on", "grain"])
    op.create_index("ix_performance_value_unit_id", "performance_value", ["unit_id"])
    op.create_table("performance_reward_amount",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("result_id", _BIG, nullable=False),
        sa.Column("employment_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_performance_reward_amount_amount_is_not_negative")),
        _to("performance_reward_amount", "employment_id", "core_employment"),
        _to("performance_reward_amount", "person_id", "core_person"),
        _to("performance_reward_amount", "result_id", "performance_reward_result"),
        _to("performance_reward_amount", "unit_id", "core_unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_reward_amount")),
        sa.UniqueConstraint("result_id", "employment_id", name=op.f("uq_performance_reward_amount_result_id_employment_id"))
    )
    op.create_index("ix_performance_reward_amount_employment_id", "performance_reward_amount", ["employment_id"])
    op.create_index("ix_performance_reward_amount_person_id", "performance_reward_amount", ["person_id"])
    op.create_index("ix_performance_reward_amount_unit_id", "performance_reward_amount", ["unit_id"])
    create_no_overlap(op, "performance_kpi_version", ["kpi_id"])


def downgrade() -> None:
    op.drop_table("performance_reward_amount")
    op.drop_table("performance_value")
    op.drop_table("performance_score_line")
    op.drop_table("performance_scheme_item")
    op.drop_table("performance_reward_result")
    op.drop_table("performance_reward_party")
    op.drop_table("performance_reward_measure")
    op.drop_table("performance_reward_gate")
    op.drop_table("performance_kpi_version")
    op.drop_table("performance_kpi_share")
    op.drop_table("performance_score")
    op.drop_table("performance_scheme")
    op.drop_table("performance_reward")
    op.drop_table("performance_kpi")
