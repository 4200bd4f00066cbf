"""Rewards for what departments reach together: the agreement, and what it came to in a month."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, UtcDateTime


class Reward(Base):
    """An agreement: when the gates are passed, ``pool`` (a formula over the measures) is divided among the parties.

    In force for periods that lie within ``[valid_from, valid_to)`` once it is signed (``state`` approved). ``place``
    is the unit whose head answers for it, one above all parties.
    """

    __tablename__ = "performance_reward"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    place_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    period: Mapped[str] = mapped_column(String(10), default="month")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    pool: Mapped[str] = mapped_column(String(500))
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    drafted_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RewardMeasure(Base):
    """A figure the agreement looks at, under the ``name`` that formulas use: ``sales_actual``, ``sales_target``.

    ``unit_id`` is the unit it is measured at, none the company. ``target`` replaces that of the figure.
    """

    __tablename__ = "performance_reward_measure"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reward_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_reward.id"))
    name: Mapped[str] = mapped_column(String(30))
    kpi_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_kpi.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    target: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("reward_id", "name"),)


class RewardGate(Base):
    """A threshold that a measure must pass. ``measure`` attainment: ``threshold`` in millionths of the target;
    absolute: in the unit of the figure. ``inclusive``: reaching it is enough."""

    __tablename__ = "performance_reward_gate"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reward_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_reward.id"), index=True)
    name: Mapped[str] = mapped_column(String(30))
    measure: Mapped[str] = mapped_column(String(12))
    threshold: Mapped[int] = mapped_column(BigInteger)
    inclusive: Mapped[bool] = mapped_column(Boolean, default=True)
    at_most: Mapped[bool] = mapped_column(Boolean, default=False)


class RewardParty(Base):
    """A unit (with all below it) that gets a share of the pool. ``share`` is a formula of a rate over the measures.

    ``per``: ``head``, each person alike; ``time``, by fte times days in the period.
    """

    __tablename__ = "performance_reward_party"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reward_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_reward.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    share: Mapped[str] = mapped_column(String(200))
    per: Mapped[str] = mapped_column(String(10), default="head")
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)

    __table_args__ = (UniqueConstraint("reward_id", "unit_id"),)


class RewardResult(Base):
    """What a signed agreement came to in a period. ``lineage`` holds every figure, gate and step as it was computed.

    Confirmed, it is final and paid with the payroll of work month ``month``.
    """

    __tablename__ = "performance_reward_result"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    reward_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_reward.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    place_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    month: Mapped[int] = mapped_column(Integer)
    passed: Mapped[bool] = mapped_column(Boolean)
    pool: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12), default="computed")
    lineage: Mapped[dict[str, Any]]
    computed_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("pool >= 0", name="pool_is_not_negative"),
        UniqueConstraint("reward_id", "starts_on"),
        Index("ix_performance_reward_result_month", "month", "state"),
    )


class RewardAmount(Base):
    """What one employment gets of a result, in minor units."""

    __tablename__ = "performance_reward_amount"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    result_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_reward_result.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount_is_not_negative"),
        UniqueConstraint("result_id", "employment_id"),
    )
