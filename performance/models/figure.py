"""Figures, what they mean in time, and what they were: definitions, dated versions, owners, values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, UtcDateTime, no_overlap


class Kpi(Base):
    """A figure of a company; what it is and how it counts stands in its versions."""

    __tablename__ = "performance_kpi"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)


class KpiVersion(Base):
    """What a figure is during ``[valid_from, valid_to)``.

    ``unit`` says what its integers are: ``money`` in minor units, ``rate`` in millionths, ``days`` in hundredths,
    ``minutes`` and ``count``. ``formula`` computes it from sources; empty, it is entered. ``target`` is what schemes
    take where they name none. ``floor`` and ``cap`` are millionths of attainment, ``curve`` pairs of attainment and
    worth. ``duty`` cites the line of a duty list that answers for it, such as ``MKT-DIR.D2``.
    """

    __tablename__ = "performance_kpi_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    title: Mapped[Translation] = mapped_column(Translated)
    unit: Mapped[str] = mapped_column(String(10))
    grain: Mapped[str] = mapped_column(String(10))
    direction: Mapped[str] = mapped_column(String(4), default="up")
    period: Mapped[str] = mapped_column(String(10), default="month")
    formula: Mapped[str] = mapped_column(String(500), default="")
    target: Mapped[int | None] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(Integer, default=0)
    cap: Mapped[int] = mapped_column(Integer, default=1_200_000)
    curve: Mapped[list[Any]]
    quality: Mapped[str] = mapped_column(String(10), default="checked")
    duty: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (
        CheckConstraint("floor >= 0 AND cap >= floor", name="floor_below_cap"),
        Index("ix_performance_kpi_version_kpi_id", "kpi_id", "valid_from"),
    )


no_overlap(KpiVersion.__table__, keys=["kpi_id"])


class KpiShare(Base):
    """A unit that owns a figure together with others, by how much (millionths); all shares of a figure are 100 %.

    ``stage_kpi_id`` is the figure that shows this unit's part of the way: when the whole is missed, the owner whose
    stage lies lowest is where help is needed.
    """

    __tablename__ = "performance_kpi_share"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    share: Mapped[int] = mapped_column(Integer)
    stage_kpi_id: Mapped[int | None] = mapped_column(Id, ForeignKey("performance_kpi.id"), index=True)

    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1000000", name="part_of_the_whole"),
        UniqueConstraint("kpi_id", "unit_id"),
    )


class KpiValue(Base):
    """What a figure was in ``[starts_on, ends_on)`` for an employment, a unit or a company, as somebody told it.

    ``subject_id`` is the id of what ``grain`` says; ``person_id`` and ``unit_id`` say whose and where it is.
    ``evidence`` is where the number comes from; files may lie beside it. A later entry replaces an earlier one; the
    audit log keeps both.
    """

    __tablename__ = "performance_value"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"))
    grain: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    value: Mapped[int] = mapped_column(BigInteger)
    origin: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[str] = mapped_column(String(400))
    entered_by_person_id: Mapped[int | None] = mapped_column(Id)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        UniqueConstraint("kpi_id", "grain", "subject_id", "starts_on"),
        Index("ix_performance_value_starts_on", "starts_on", "grain"),
    )


class KpiValueFile(Base):
    """A file that shows where an entered value comes from. Whoever may see the value may open it."""

    __tablename__ = "performance_value_file"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    value_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_value.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(Id, ForeignKey("core_file.id", ondelete="CASCADE"), unique=True)
