"""Review forms and cycles: what is asked, of whom, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, Translated, Translation, UtcDateTime

_DATA = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class ReviewForm(Base):
    """A version of a review form. Ratings are whole numbers from 1 to ``top``.

    ``state``: draft, or ready once its weights are 100 %. A version that a cycle runs with changes no more; the next
    version is drafted under the same ``code``.
    """

    __tablename__ = "performance_review_form"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[Translation] = mapped_column(Translated)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    top: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("top >= 2 AND top <= 10", name="a_scale"),
        UniqueConstraint("code", "version"),
    )


class ReviewSection(Base):
    """A section of a form: a rating with its weight (millionths), or a text without one."""

    __tablename__ = "performance_review_section"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    form_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review_form.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[Translation] = mapped_column(Translated)
    weight: Mapped[int] = mapped_column(Integer)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)

    __table_args__ = (CheckConstraint("weight >= 0 AND weight <= 1000000", name="part_of_the_whole"),)


class ReviewCycle(Base):
    """Reviews of ``[starts_on, ends_on)`` in a unit and all below it, of whoever works there on ``counted_on``.

    The five days of ``*_until`` are the last ones. The weights (millionths) say how much each
    of those who write counts. ``guide`` is a distribution to compare with, millionths by rating; it forces nothing.
    """

    __tablename__ = "performance_review_cycle"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    form_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review_form.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    counted_on: Mapped[date] = mapped_column(Date)
    self_until: Mapped[date] = mapped_column(Date)
    peers_until: Mapped[date] = mapped_column(Date)
    manager_until: Mapped[date] = mapped_column(Date)
    calibrated_until: Mapped[date] = mapped_column(Date)
    signed_until: Mapped[date] = mapped_column(Date)
    self_weight: Mapped[int] = mapped_column(Integer)
    manager_weight: Mapped[int] = mapped_column(Integer)
    matrix_weight: Mapped[int] = mapped_column(Integer)
    peer_weight: Mapped[int] = mapped_column(Integer)
    upward_weight: Mapped[int] = mapped_column(Integer)
    guide: Mapped[list[Any] | None] = mapped_column(_DATA)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="starts_before_it_ends"),
        CheckConstraint(
            "self_weight + manager_weight + matrix_weight + peer_weight + upward_weight = 1000000", name="the_whole"
        ),
    )
