"""Pay groups and their calendars of pay periods."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, no_overlap


class PayGroup(Base):
    """Employments that are paid together.

    Wages of a work month are paid on ``pay_day`` of the month ``pay_month_offset`` months later; the month of payment
    is the tax month, so December's wages paid in January open the new tax year. ``proration`` is a policy of
    ``payroll.rules.proration``; ``calendar_place`` the place whose working days it counts.
    """

    __tablename__ = "payroll_group"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    pay_day: Mapped[int] = mapped_column(Integer, default=10)
    pay_month_offset: Mapped[int] = mapped_column(Integer, default=1)
    proration: Mapped[str] = mapped_column(String(20), default="working_day")
    calendar_place: Mapped[str] = mapped_column(String(40), default="CN")


class PayGroupMember(Base):
    """An employment in a pay group during ``[valid_from, valid_to)``; without a row it belongs to the group of its
    legal entity."""

    __tablename__ = "payroll_group_member"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_group.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)

    __table_args__ = (Index("ix_payroll_group_member_employment_id", "employment_id"),)


no_overlap(PayGroupMember.__table__, keys=["employment_id"])


class PayPeriod(Base):
    """One period of a pay group's calendar: the days worked, the day of payment and the tax month."""

    __tablename__ = "payroll_period"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_group.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    work_month: Mapped[int] = mapped_column(Integer)
    pay_date: Mapped[date] = mapped_column(Date)
    tax_month: Mapped[int] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("group_id", "work_month"),)


no_overlap(PayPeriod.__table__, keys=["group_id"])
