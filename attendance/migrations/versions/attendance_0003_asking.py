"""Requests for overtime and for corrected punches, places, and where punches from the web were made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from remit.migrations import alter_table, append_only_statements

revision = "attendance_0003_asking"
down_revision = "attendance_0002_leave"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attendance_overtime",
        sa.Column("id", ID, nullable=False),
        sa.Column("employment_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("work_day", sa.Date(), nullable=False),
        sa.Column("workday_minutes", sa.Integer(), nullable=False),
        sa.Column("restday_minutes", sa.Integer(), nullable=False),
        sa.Column("holiday_minutes", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(length=10), nullable=False),
        sa.Column("compensation", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("recognised", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_attendance_overtime_starts_before_it_ends")),
        sa.CheckConstraint("minutes = workday_minutes + restday_minutes + holiday_minutes",
                           name=op.f("ck_attendance_overtime_minutes_are_the_sum")),
        sa.ForeignKeyConstraint(["employment_id"], ["core_employment.id"],
                                name=op.f("fk_attendance_overtime_employment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_attendance_overtime_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_overtime")),
    )  # fmt: skip
    op.create_index("ix_attendance_overtime_employment_id", "attendance_overtime", ["employment_id", "work_day"])
    op.create_index("ix_attendance_overtime_person_id", "attendance_overtime", ["person_id", "id"])
    op.create_index("ix_attendance_overtime_work_day", "attendance_overtime", ["work_day"])
    op.create_table(
        "attendance_correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("employment_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=3), nullable=False),
        sa.Column("instead_id", ID, nullable=True),
        sa.Column("punch_id", ID, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["employment_id"], ["core_employment.id"],
                                name=op.f("fk_attendance_correction_employment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["core_person.id"], name=op.f("fk_attendance_correction_person_id")),
        sa.ForeignKeyConstraint(["instead_id"], ["attendance_punch.id"],
                                name=op.f("fk_attendance_correction_instead_id")),
        sa.ForeignKeyConstraint(["punch_id"], ["attendance_punch.id"], name=op.f("fk_attendance_correction_punch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_correction")),
        sa.UniqueConstraint("punch_id", name=op.f("uq_attendance_correction_punch_id")),
    )  # fmt: skip
    op.create_index("ix_attendance_correction_employment_id", "attendance_correction", ["employment_id", "day"])
    op.create_index("ix_attendance_correction_person_id", "attendance_correction", ["person_id", "id"])
    op.create_index(op.f("ix_attendance_correction_instead_id"), "attendance_correction", ["instead_id"])
    _places()
    with alter_table(op, "attendance_leave_lot") as batch_op:
        batch_op.add_column(sa.Column("overtime_id", ID, nullable=True))
        batch_op.drop_index("uq_attendance_leave_lot_year")
        batch_op.create_foreign_key(batch_op.f("fk_attendance_leave_lot_overtime_id"), "attendance_overtime",
                                    ["overtime_id"], ["id"])  # fmt: skip
        batch_op.create_unique_constraint(batch_op.f("uq_attendance_leave_lot_overtime_id"), ["overtime_id"])
    op.create_index(
        "uq_attendance_leave_lot_year", "attendance_leave_lot", ["employment_id", "type_id", "year", "kind"],
        unique=True, sqlite_where=sa.text("overtime_id IS NULL"), postgresql_where=sa.text("overtime_id IS NULL"),
    )  # fmt: skip


def _places() -> None:
    op.create_table(
        "attendance_place",
        sa.Column("id", ID, nullable=False),
        sa.Column("group_id", ID, nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("latitude", sa.Integer(), nullable=False),
        sa.Column("longitude", sa.Integer(), nullable=False),
        sa.Column("radius", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("radius > 0", name=op.f("ck_attendance_place_radius_is_positive")),
        sa.CheckConstraint("latitude BETWEEN -90000000 AND 90000000",
                           name=op.f("ck_attendance_place_latitude_is_on_earth")),
        sa.CheckConstraint("longitude BETWEEN -180000000 AND 180000000",
                           name=op.f("ck_attendance_place_longitude_is_on_earth")),
        sa.ForeignKeyConstraint(["group_id"], ["attendance_group.id"], name=op.f("fk_attendance_place_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_place")),
    )  # fmt: skip
    op.create_index(op.f("ix_attendance_place_group_id"), "attendance_place", ["group_id"])
    op.create_table(
        "attendance_punch_place",
        sa.Column("punch_id", ID, nullable=False),
        sa.Column("employment_id", ID, nullable=False),
        sa.Column("whereabouts", sa.String(length=10), nullable=False),
        sa.Column("place_id", ID, nullable=True),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("accuracy", sa.Integer(), nullable=True),
        sa.Column("spot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["punch_id"], ["attendance_punch.id"],
                                name=op.f("fk_attendance_punch_place_punch_id")),
        sa.ForeignKeyConstraint(["employment_id"], ["core_employment.id"],
                                name=op.f("fk_attendance_punch_place_employment_id")),
        sa.ForeignKeyConstraint(["place_id"], ["attendance_place.id"],
                                name=op.f("fk_attendance_punch_place_place_id")),
        sa.PrimaryKeyConstraint("punch_id", name=op.f("pk_attendance_punch_place")),
    )  # fmt: skip
    op.create_index(op.f("ix_attendance_punch_place_employment_id"), "attendance_punch_place", ["employment_id"])
    for statement in append_only_statements("attendance_punch_place", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    # The ledger is only ever added to. Where overtime gave somebody several lots in a year, the old index refuses them,
    # and this fails before anything is lost.
    with alter_table(op, "attendance_leave_lot") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attendance_leave_lot_overtime_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_attendance_leave_lot_overtime_id"), type_="unique")
        batch_op.drop_index("uq_attendance_leave_lot_year")
        batch_op.drop_column("overtime_id")
        batch_op.create_index("uq_attendance_leave_lot_year", ["employment_id", "type_id", "year", "kind"], unique=True)
    op.drop_table("attendance_punch_place")
    op.drop_table("attendance_place")
    op.drop_table("attendance_correction")
    op.drop_table("attendance_overtime")
