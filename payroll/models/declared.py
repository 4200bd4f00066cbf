"""What payroll is told about an employment: opening totals, special additional deductions, contribution bases."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, no_overlap


class Opening(Base):
    """A running total of a tax year with a withholding agent before the first slip here, in minor units.

    ``code`` names an accumulator of the country pack; ``through_month`` is the last tax month it includes and
    ``months`` how many months of this employer it covers.
    """

    __tablename__ = "payroll_opening"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    withholding_agent_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    tax_year: Mapped[int] = mapped_column(Integer)
    through_month: Mapped[int] = mapped_column(Integer)
    months: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("employment_id", "withholding_agent_id", "tax_year", "code"),
        Index("ix_payroll_opening_person_id", "person_id"),
    )


class Deduction(Base):
    """A special additional deduction (专项附加扣除) of one kind during ``[valid_from, valid_to)``.

    ``amount`` (minor units) is a month's, or, where ``cumulative``, the year's so far as the tax client told it for
    one tax month. ``kind_key`` numbers kind and form, so that the database keeps their periods apart.
    """

    __tablename__ = "payroll_deduction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    kind_key: Mapped[int] = mapped_column(Integer)
    cumulative: Mapped[bool] = mapped_column(Boolean, default=False)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    amount: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_payroll_deduction_employment_id", "employment_id", "valid_from"),
        Index("ix_payroll_deduction_person_id", "person_id"),
    )


no_overlap(Deduction.__table__, keys=["employment_id", "kind_key"])


class Contribution(Base):
    """Bases and rate for social insurance and housing fund of an employment during ``[valid_from, valid_to)``.

    Bases in minor units, zero for whom is not insured; rates in millionths. ``injury_rate`` is the rate the agency
    set for this employer, None where the place's usual rate holds.
    """

    __tablename__ = "payroll_contribution"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    si_base: Mapped[int] = mapped_column(BigInteger)
    hf_base: Mapped[int] = mapped_column(BigInteger)
    hf_rate: Mapped[int] = mapped_column(Integer)
    injury_only: Mapped[bool] = mapped_column(Boolean, default=False)
    injury_rate: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_payroll_contribution_employment_id", "employment_id", "valid_from"),
        Index("ix_payroll_contribution_person_id", "person_id"),
    )


no_overlap(Contribution.__table__, keys=["employment_id"])
