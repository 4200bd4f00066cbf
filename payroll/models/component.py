"""The company's own pay components; a country pack brings its own as data."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, no_overlap


class Component(Base):
    """The identity of a component, known by its code; what it computes stands in versions."""

    __tablename__ = "payroll_component"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)


class ComponentVersion(Base):
    """A component during ``[valid_from, valid_to)``.

    ``kind`` is ``earning``, ``deduction``, ``employer`` or ``information``. ``agreed`` components have an amount per
    employment in ``payroll_salary``; with ``prorated`` a part of a month pays a part of it. ``taxable`` earnings count
    toward the country's taxable income.
    """

    __tablename__ = "payroll_component_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    component_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_component.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    title: Mapped[Translation] = mapped_column(Translated)
    kind: Mapped[str] = mapped_column(String(20))
    formula: Mapped[str] = mapped_column(String(2000))
    agreed: Mapped[bool] = mapped_column(Boolean, default=False)
    prorated: Mapped[bool] = mapped_column(Boolean, default=True)
    taxable: Mapped[bool] = mapped_column(Boolean, default=True)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    source: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (Index("ix_payroll_component_version_component_id", "component_id", "valid_from"),)


no_overlap(ComponentVersion.__table__, keys=["component_id"])
