"""Requests to change agreed pay, and which of them agreed pay came of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from remit.migrations import alter_table

revision = "payroll_0003_salary_change"
down_revision = "payroll_0002_approval"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "employment_id": "core_employment", "person_id": "core_person", "unit_id": "core_unit",
    "position_id": "core_position", "legal_entity_id": "core_legal_entity", "requester_person_id": "core_person",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "payroll_salary_change",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("employment_id", _BIG, nullable=False),
        sa.Column("person_id", _BIG, nullable=False),
        sa.Column("unit_id", _BIG, nullable=False),
        sa.Column("position_id", _BIG, nullable=False),
        sa.Column("legal_entity_id", _BIG, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_before", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rise", sa.Integer(), nullable=True),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("requester_person_id", _BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by_person_id", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_salary_change")),
        sa.UniqueConstraint("number", name=op.f("uq_payroll_salary_change_number")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_payroll_salary_change_{column}"))
            for column, table in _KEYS.items()
        ),
    )
    for name, columns in {
        "employment_id": ["employment_id", "id"], "person_id": ["person_id"], "unit_id": ["unit_id", "id"],
        "position_id": ["position_id"], "requester_person_id": ["requester_person_id"],
    }.items():
        op.create_index(f"ix_payroll_salary_change_{name}", "payroll_salary_change", columns)
    with alter_table(op, "payroll_salary") as batch_op:
        batch_op.add_column(sa.Column("change_id", _BIG, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_payroll_salary_change_id"), "payroll_salary_change", ["change_id"], ["id"]
        )


def downgrade() -> None:
    with alter_table(op, "payroll_salary") as batch_op:
        batch_op.drop_constraint(op.f("fk_payroll_salary_change_id"), type_="foreignkey")
        batch_op.drop_column("change_id")
    op.drop_table("payroll_salary_change")
