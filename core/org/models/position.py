"""Positions: posts that exist whether or not anybody holds them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.no_overlap import no_overlap
from core.db.types import Id, Translated, Translation


class Position(Base):
    """The identity of a position; its unit, title and line of reporting stand in versions."""

    __tablename__ = "core_position"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)


class PositionVersion(Base):
    """A position during ``[valid_from, valid_to)``.

    ``headcount`` is how many may hold it at once; ``is_head`` marks the head of the unit; ``reports_to_id`` is the
    position above, which need not be in the same unit.
    """

    __tablename__ = "core_position_version"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("core_position.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    reports_to_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    title: Mapped[Translation] = mapped_column(Translated)
    grade: Mapped[str | None] = mapped_column(String(20))
    family: Mapped[str | None] = mapped_column(String(40))
    headcount: Mapped[int] = mapped_column(Integer, default=1)
    is_head: Mapped[bool] = mapped_column(Boolean, default=False)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    requirements: Mapped[Translation | None] = mapped_column(Translated)

    __table_args__ = (
        Index("ix_core_position_version_position_id_valid_from", "position_id", "valid_from"),
        Index("ix_core_position_version_unit_id", "unit_id"),
        Index("ix_core_position_version_reports_to_id", "reports_to_id"),
    )


no_overlap(PositionVersion.__table__, keys=["position_id"], period=("valid_from", "valid_to"))
