"""Salary history: what was agreed for each component, from when to when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, no_overlap


class Salary(Base):
    """The agreed monthly amount of one component of one employment during ``[valid_from, valid_to)``, minor units.

    A run of any month reads the rows of that month, so recomputing May never sees the raise of June.
    ``person_id`` stands here so that scopes need no join. ``change_id`` is the request it came of, nothing for what a
    file told; why it was agreed makes no other amount.
    """

    __tablename__ = "payroll_salary"
    __dated_ignore__ = ("reason", "change_id")

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    component_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_component.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
    change_id: Mapped[int | None] = mapped_column(Id, ForeignKey("payroll_salary_change.id"))

    __table_args__ = (
        Index("ix_payroll_salary_employment_id", "employment_id", "component_id", "valid_from"),
        Index("ix_payroll_salary_person_id", "person_id"),
    )


no_overlap(Salary.__table__, keys=["employment_id", "component_id"])
