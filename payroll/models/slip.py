"""Payslips: one wide row each, and the inputs it was computed from."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, stored_plain

#: Amount columns of a slip; a run's ``RunColumn`` rows say what stands where.
SLIP_COLUMNS = tuple(f"a{number:02d}" for number in range(1, 65))


class Slip(Base):
    """The result for one employment: totals and, in ``a01`` to ``a64``, one integer per component.

    Twelve narrow rows would cost five times as much to store; ``payroll.services.slip.lines`` maps the columns back.
    ``unit_id`` is the unit at the end of the period, ``withholding_agent_id`` whose year the tax belongs to.

    The ids have no foreign keys: PostgreSQL checks and locks row by row, which cost nine tenths of storing a run. They
    are read and written in one transaction, and what they name is never deleted: people, employments, units and
    positions end, they do not go; the run is held by its ``RunColumn`` rows, its period by the run.
    """

    __tablename__ = "payroll_slip"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id)
    employment_id: Mapped[int] = mapped_column(Id)
    person_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int | None] = mapped_column(Id)
    position_id: Mapped[int | None] = mapped_column(Id)
    withholding_agent_id: Mapped[int] = mapped_column(Id)
    pay_period_id: Mapped[int] = mapped_column(Id)
    tax_month: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20), default="regular")
    void: Mapped[bool] = mapped_column(Boolean, default=False)
    gross: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    deductions: Mapped[int] = mapped_column(BigInteger)
    employer_cost: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index(
            "uq_payroll_slip_regular", "employment_id", "pay_period_id", unique=True,
            sqlite_where=text("kind = 'regular' AND NOT void"),
            postgresql_where=text("kind = 'regular' AND NOT void"),
        ),
        Index("ix_payroll_slip_run_id", "run_id", "employment_id"),
        Index("ix_payroll_slip_person_id", "person_id"),
    )


for _name in SLIP_COLUMNS:
    setattr(Slip, _name, Column(_name, BigInteger, nullable=True))


class SlipInput(Base):
    """The frozen inputs of many slips: names once, values as one packed int64 matrix per block of rows.

    ``employments`` and ``values`` are little-endian int64 bytes. In part ``inputs`` there is one row per employment
    and one column per name, ``MISSING`` where there was no statement; a name with ``=`` is a constant of the block and
    has no column. In part ``slices`` there is one row per slice of a month that was not paid whole. Blocks hold up to
    4,096 rows, so that opening one explanation reads one small row and storing 100,000 costs 25.
    """

    __tablename__ = "payroll_slip_input"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    first_employment_id: Mapped[int] = mapped_column(Id)
    last_employment_id: Mapped[int] = mapped_column(Id)
    part: Mapped[str] = mapped_column(String(20))
    names: Mapped[str] = mapped_column(String(8000))
    employments: Mapped[bytes] = mapped_column(LargeBinary)
    values: Mapped[bytes] = mapped_column("packed", LargeBinary)

    __table_args__ = (Index("ix_payroll_slip_input_run_id", "run_id", "first_employment_id"),)


stored_plain(SlipInput.__table__, "employments", "packed")
