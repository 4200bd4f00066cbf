"""Assignments: who holds which position, how, for how much of the working time, and when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.no_overlap import no_overlap
from core.db.types import Id

ASSIGNMENT_KINDS = ("substantive", "concurrent", "acting", "secondment")


class Assignment(Base):
    """An employment on a position during ``[valid_from, valid_to)``.

    ``fte`` is the share of full working time in hundredths. ``is_primary`` marks the post whose unit pays and keeps
    the file; an employment has at most one at a time. ``stands_in_for_id`` names the assignment an acting holder
    stands in for.
    """

    __tablename__ = "core_assignment"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("core_position.id"))
    kind: Mapped[str] = mapped_column(String(20), default="substantive")
    fte: Mapped[int] = mapped_column(Integer, default=100)
    is_primary: Mapped[bool] = mapped_column(Boolean, default=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    stands_in_for_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_assignment.id"))

    __table_args__ = (
        # With the position in the middle the trigger that refuses overlaps finds its few rows by this index, and does
        # not read all holders of the position for every row that comes.
        Index("ix_core_assignment_employment_id", "employment_id", "position_id", "valid_from"),
        Index("ix_core_assignment_position_id", "position_id", "valid_from"),
        Index("ix_core_assignment_person_id", "person_id", "valid_from"),
        # Few stand in for anybody. Without it every row deleted is looked for in the whole table.
        Index(
            "ix_core_assignment_stands_in_for_id", "stands_in_for_id",
            sqlite_where=text("stands_in_for_id IS NOT NULL"), postgresql_where=text("stands_in_for_id IS NOT NULL"),
        ),
    )


no_overlap(
    Assignment.__table__, keys=["employment_id", "position_id"], period=("valid_from", "valid_to")
)
