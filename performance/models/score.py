"""Scores as they were worked out last, with every figure that went into them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime


class Score(Base):
    """What a unit or an employment reached in ``[starts_on, ends_on)``, in hundredths of a point (9,630 = 96.30).

    ``scored`` is the weight that could be scored, in millionths; below 100 % the score is incomplete. ``closed``: it is
    final and changes no more.
    """

    __tablename__ = "performance_score"
    __audit__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    grain: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    points: Mapped[int] = mapped_column(Integer)
    scored: Mapped[int] = mapped_column(Integer)
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("points >= 0 AND scored >= 0", name="nothing_is_negative"),
        UniqueConstraint("grain", "subject_id", "starts_on", "ends_on"),
        Index("ix_performance_score_starts_on", "starts_on", "grain"),
    )


class ScoreLine(Base):
    """One figure of a score. ``attainment``, ``worth`` and ``weight`` are millionths; ``points`` hundredths of a point.

    ``share`` is fte (hundredths) times days of the post or version it comes from, 1 for a unit under one scheme.
    ``problem``: 0 scored, 1 no value, 2 no target. ``subject_id`` is the employment, unit or company that was measured.
    ``origin`` says where the actual came from: a source by its formula, or an entered value.
    """

    __tablename__ = "performance_score_line"
    __audit__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    score_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_score.id"), index=True)
    scheme_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_scheme.id"), index=True)
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"), index=True)
    grain: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[int] = mapped_column(Id)
    share: Mapped[int] = mapped_column(Integer)
    weight: Mapped[int] = mapped_column(Integer)
    actual: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[int] = mapped_column(BigInteger)
    attainment: Mapped[int] = mapped_column(BigInteger)
    worth: Mapped[int] = mapped_column(Integer)
    points: Mapped[int] = mapped_column(Integer)
    problem: Mapped[int] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(10))
