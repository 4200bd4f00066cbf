"""Requests to change agreed pay."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, UtcDateTime

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
APPROVED: Final = "approved"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"


class SalaryChange(Base):
    """Somebody asks that one employment is paid otherwise from ``valid_from`` on.

    ``amounts`` are the components that change: ``component``, its number, with what is agreed ``before`` (nothing where
    it is not) and ``after``; ``mark`` is the SHA-256 of them, so that whoever decides decides about these. ``total`` is
    what all agreed earnings come to a month afterwards, ``total_before`` what they come to until then, ``amount`` how
    far these are apart, and ``rise`` the change in millionths, nothing where there was no pay before. All in minor
    units of ``currency``. ``unit_id`` and ``position_id`` are those of the main post when it was written down.

    ``told_at`` is when the person was told of it; before, it is not his to see. What was approved never changes; agreed
    pay that came of it names it (``Salary.change_id``).
    """

    __tablename__ = "payroll_salary_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("core_position.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    amounts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    mark: Mapped[str] = mapped_column(String(64), default="")
    currency: Mapped[str] = mapped_column(String(3))
    total_before: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
    rise: Mapped[int | None] = mapped_column(Integer)
    back: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    requester_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_payroll_salary_change_employment_id", "employment_id", "id"),
        Index("ix_payroll_salary_change_person_id", "person_id"),
        Index("ix_payroll_salary_change_unit_id", "unit_id", "id"),
        Index("ix_payroll_salary_change_position_id", "position_id"),
        Index("ix_payroll_salary_change_requester_person_id", "requester_person_id"),
    )
