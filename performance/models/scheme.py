"""Schemes: which figures count for a post, a unit or a person, and how much."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, UtcDateTime


class Scheme(Base):
    """A version of a scheme, in force during ``[valid_from, valid_to)`` once it is signed (``state`` approved).

    It is about exactly one of ``unit_id`` (the unit as a whole), ``position_id`` (whoever holds the post) and
    ``person_id``. The next version of the same ``code`` ends it on its own first day.
    """

    __tablename__ = "performance_scheme"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[Translation] = mapped_column(Translated)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    place_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN position_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="about_one_thing",
        ),
        UniqueConstraint("code", "version"),
        Index("ix_performance_scheme_state", "state", "valid_from"),
    )


class SchemeItem(Base):
    """A figure in a scheme with its weight (millionths); all weights are 100 %.

    ``target`` replaces that of the figure. ``of_unit_id`` is the unit whose figure counts where it is not the unit's
    own: marketing is measured by the conversion of sales.
    """

    __tablename__ = "performance_scheme_item"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    scheme_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_scheme.id"))
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"), index=True)
    of_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    weight: Mapped[int] = mapped_column(Integer)
    target: Mapped[int | None] = mapped_column(BigInteger)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)

    __table_args__ = (
        CheckConstraint("weight > 0 AND weight <= 1000000", name="part_of_the_whole"),
        UniqueConstraint("scheme_id", "kpi_id"),
    )
