"""Payroll runs and the columns each of them froze."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, Translated, Translation, UtcDateTime


class Run(Base):
    """The computation of one pay period for one group.

    ``state`` moves along ``payroll.rules.states``. ``frozen`` holds what all slips share: the inputs and parameters of
    the formulas with their sources, tables, places and the days of the month. ``known_on`` is the day whose knowledge
    of parameters counted, so that a locked run can be repeated. ``created_by_person_id`` is who calculated: he does
    not approve it. Who took which step when, and by what right, stands in its ``RunStep`` rows. ``figures`` is the
    SHA-256 of every stored amount of its slips: whoever approves, approves these.
    """

    __tablename__ = "payroll_run"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_group.id"))
    pay_period_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_period.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    kind: Mapped[str] = mapped_column(String(20), default="regular")
    number: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(20), default="draft")
    currency: Mapped[str] = mapped_column(String(3))
    known_on: Mapped[date] = mapped_column(Date)
    slip_count: Mapped[int] = mapped_column(Integer, default=0)
    gross: Mapped[int] = mapped_column(BigInteger, default=0)
    net: Mapped[int] = mapped_column(BigInteger, default=0)
    tax: Mapped[int] = mapped_column(BigInteger, default=0)
    employer_cost: Mapped[int] = mapped_column(BigInteger, default=0)
    figures: Mapped[str] = mapped_column(String(64), default="")
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    problems: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    error_count: Mapped[int] = mapped_column(Integer, default=0)
    warning_count: Mapped[int] = mapped_column(Integer, default=0)
    created_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index(
            "uq_payroll_run_regular", "group_id", "pay_period_id", unique=True,
            sqlite_where=text("kind = 'regular'"), postgresql_where=text("kind = 'regular'"),
        ),
    )


class RunStep(Base):
    """A step that was taken with a run: which state it led to, who took it, when, under which entry of which version
    of the list. A calculation withdraws the steps before it, and these remain as history. ``task_id`` is the task whose
    answer it was; approvals from before there were such tasks have none.

    The audit log has the change of the run itself, so that these rows need none of their own there.
    """

    __tablename__ = "payroll_run_step"
    __audit__ = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(Id)
    account_id: Mapped[int | None] = mapped_column(Id)
    entry: Mapped[str | None] = mapped_column(String(128))
    list_version: Mapped[int | None] = mapped_column(Integer)
    task_id: Mapped[int | None] = mapped_column(Id)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_payroll_run_step_run_id", "run_id", "id"),
        Index(
            "uq_payroll_run_step_standing", "run_id", "state", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class RunColumn(Base):
    """Which component stands in which column of a run's slips, with its formula as it was computed."""

    __tablename__ = "payroll_run_column"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    run_id: Mapped[int] = mapped_column(Id, ForeignKey("payroll_run.id"))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(60))
    title: Mapped[Translation] = mapped_column(Translated)
    kind: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(20), default="money")
    formula: Mapped[str] = mapped_column(String(2000))
    source: Mapped[str] = mapped_column(String(400), default="")
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    owner: Mapped[str] = mapped_column(String(20), default="company")

    __table_args__ = (UniqueConstraint("run_id", "position"), UniqueConstraint("run_id", "code"))
