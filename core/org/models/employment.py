"""Employments and their dated terms."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.no_overlap import no_overlap
from core.db.types import Id

EMPLOYMENT_KINDS = ("regular", "intern", "rehired_retiree", "part_time", "contractor")


class Employment(Base):
    """One stay of a person with the company, known to people by its employee number.

    ``hired_on`` is the first day, ``left_on`` the day after the last one (half-open), or the open end.
    ``first_job_of_year`` says that the person had no wages earlier in the year of hiring, which changes the basic
    deduction of the tax (国家税务总局公告2020年第13号).
    """

    __tablename__ = "core_employment"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    hired_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date] = mapped_column(Date, default=FOREVER)
    first_job_of_year: Mapped[bool] = mapped_column(Boolean, default=False)
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)


class EmploymentTerms(Base):
    """The legal facts of an employment during ``[valid_from, valid_to)``.

    ``withholding_agent_id`` is the unit (company or branch) that files the tax; the cumulation of the year belongs to
    it. ``contribution_place`` is the city whose social insurance and housing fund rules apply. ``grade`` is the grade
    of the person, which may differ from that of the position.
    """

    __tablename__ = "core_employment_terms"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    kind: Mapped[str] = mapped_column(String(20), default="regular")
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    withholding_agent_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    contribution_place: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (Index("ix_core_employment_terms_employment_id_valid_from", "employment_id", "valid_from"),)


no_overlap(EmploymentTerms.__table__, keys=["employment_id"], period=("valid_from", "valid_to"))
