"""Quotas of posts: what an approved staffing plan lets a unit have, by category and grade."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.no_overlap import no_overlap
from core.db.types import Id


class PositionQuota(Base):
    """What a quota is about: the posts of a unit and of all below it, of one category, within a range of grades.

    ``category`` is one of ``core.org.quotas.CATEGORIES``. ``grade_min`` is the highest grade of the range and
    ``grade_max`` the lowest, both included, as ``core.org.grades.rank`` numbers them; both are 0 for a whole category.
    """

    __tablename__ = "core_position_quota"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    category: Mapped[str] = mapped_column(String(20))
    grade_min: Mapped[int] = mapped_column(Integer, default=0)
    grade_max: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (UniqueConstraint("unit_id", "category", "grade_min", "grade_max"),)


class PositionQuotaVersion(Base):
    """A quota during ``[valid_from, valid_to)``: a number, a share of the category, or both; the lesser one holds.

    ``binding`` says that the plan lets nobody be appointed beyond it; without, the coverage report tells of it.
    ``basis`` is the approval: who approved the plan, and the number of the document.
    """

    __tablename__ = "core_position_quota_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    quota_id: Mapped[int] = mapped_column(Id, ForeignKey("core_position_quota.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    max_count: Mapped[int | None] = mapped_column(Integer)
    ratio_num: Mapped[int | None] = mapped_column(Integer)
    ratio_den: Mapped[int | None] = mapped_column(Integer)
    binding: Mapped[bool] = mapped_column(Boolean, default=False)
    basis: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_core_position_quota_version_quota_id_valid_from", "quota_id", "valid_from"),
        CheckConstraint("max_count IS NOT NULL OR ratio_num IS NOT NULL", name="says_something"),
        CheckConstraint("(ratio_num IS NULL) = (ratio_den IS NULL)", name="whole_ratio"),
    )


no_overlap(PositionQuotaVersion.__table__, keys=["quota_id"], period=("valid_from", "valid_to"))
