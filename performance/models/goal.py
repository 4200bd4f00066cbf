"""Goals in a tree: objectives, their key results, and what people said of them on the way."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime, append_only


class Goal(Base):
    """An objective of a company, a unit or a person during ``[starts_on, ends_on)``, which is any period.

    ``grain`` says whose it is: ``company``, ``unit`` or ``person``. ``unit_id`` is where it stands (for a company the
    unit at its top), ``person_id`` whose it is, only of people. ``parent_id`` is the objective it serves, and
    ``aligned`` how that stands: empty without one, ``asked`` until the other owner agrees, ``confirmed``. ``state`` is
    draft, agreed, done or dropped, and ``reason`` why it was dropped.
    """

    __tablename__ = "performance_goal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    grain: Mapped[str] = mapped_column(String(10))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("performance_goal.id"), index=True)
    aligned: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    reason: Mapped[str] = mapped_column(String(400), default="")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_ends"),
        CheckConstraint("(grain = 'person') = (person_id IS NOT NULL)", name="of_a_person_or_not"),
        CheckConstraint("(parent_id IS NULL) = (aligned = '')", name="aligned_with_a_parent"),
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_below_itself"),
        Index("ix_performance_goal_starts_on", "starts_on", "ends_on"),
    )


class KeyResult(Base):
    """What shows that an objective is reached: a number from ``start`` to ``target`` that stands at ``current``.

    ``unit`` says what the integers are, as of figures. ``weight`` are parts beside the other key results. With
    ``kpi_id`` the number is that of a figure of ``of_unit_id`` (none: of the company) and is read, not told; ``takes``
    says how: ``latest`` is the last period of the figure within the objective's, ``total`` the sum of them all.
    """

    __tablename__ = "performance_key_result"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    goal_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_goal.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(10))
    start: Mapped[int] = mapped_column(BigInteger)
    target: Mapped[int] = mapped_column(BigInteger)
    current: Mapped[int] = mapped_column(BigInteger)
    weight: Mapped[int] = mapped_column(Integer)
    kpi_id: Mapped[int | None] = mapped_column(Id, ForeignKey("performance_kpi.id"), index=True)
    of_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    takes: Mapped[str] = mapped_column(String(10), default="latest")
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)

    __table_args__ = (
        CheckConstraint("start <> target", name="it_goes_somewhere"),
        CheckConstraint("weight > 0 AND weight <= 1000", name="weight_counts"),
    )


class CheckIn(Base):
    """What somebody said of a key result at a moment: its number, how sure he is of the target, and words.

    Nothing of it is changed or taken away: the course of the number is drawn from these rows.
    """

    __tablename__ = "performance_check_in"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key_result_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_key_result.id"), index=True)
    value: Mapped[int] = mapped_column(BigInteger)
    confidence: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(1000), default="")
    made_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(CheckIn.__table__)
