"""Quotas of posts: what an approved staffing plan lets units have."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.db.no_overlap import create_no_overlap

revision = "core_0022_quota"
down_revision = "core_0021_shadow"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_position_quota",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("grade_min", sa.Integer(), nullable=False),
        sa.Column("grade_max", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["core_unit.id"], name=op.f("fk_core_position_quota_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position_quota")),
        sa.UniqueConstraint(
            "unit_id", "category", "grade_min", "grade_max",
            name=op.f("uq_core_position_quota_unit_id_category_grade_min_grade_max"),
        ),
    )
    op.create_table(
        "core_position_quota_version",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("quota_id", _BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("max_count", sa.Integer(), nullable=True),
        sa.Column("ratio_num", sa.Integer(), nullable=True),
        sa.Column("ratio_den", sa.Integer(), nullable=True),
        sa.Column("binding", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "max_count IS NOT NULL OR ratio_num IS NOT NULL", name=op.f("ck_core_position_quota_version_says_something")
        ),
        sa.CheckConstraint(
            "(ratio_num IS NULL) = (ratio_den IS NULL)", name=op.f("ck_core_position_quota_version_whole_ratio")
        ),
        sa.CheckConstraint(
            "valid_from < valid_to", name=op.f("ck_core_position_quota_version_valid_from_before_valid_to")
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["core_position_quota.id"], name=op.f("fk_core_position_quota_version_quota_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_position_quota_version")),
    )
    op.create_index(
        "ix_core_position_quota_version_quota_id_valid_from", "core_position_quota_version", ["quota_id", "valid_from"]
    )
    create_no_overlap(op, "core_position_quota_version", ["quota_id"])


def downgrade() -> None:
    op.drop_table("core_position_quota_version")
    op.drop_table("core_position_quota")
