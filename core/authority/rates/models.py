"""Published rates and the policy that lets limits be compared by them. Both stay for good; the latest one governs."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.types import Id, UtcDateTime


class ExchangeRate(Base):
    """``units`` of ``base`` are ``rate`` of ``quote``, an exact decimal in units of 10^-10, from ``valid_from`` until
    the next rate of the pair or, excluding it, ``valid_to``.

    Rows are not closed by later ones, so what was in force on a day stays readable; the one of the latest first day
    governs. ``source`` says who states it, such as the central parity rate of the People's Bank of China.
    """

    __tablename__ = "core_exchange_rate"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    units: Mapped[int] = mapped_column(Integer, default=1)
    rate: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    source: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_account_id: Mapped[int | None] = mapped_column(Id)
    published_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        UniqueConstraint("base", "quote", "valid_from"),
        Index("ix_core_exchange_rate_valid_from", "valid_from"),
        CheckConstraint("rate > 0 AND units > 0", name="positive"),
        CheckConstraint("valid_from < valid_to", name="valid_from_before_valid_to"),
        CheckConstraint("base <> quote", name="two_currencies"),
    )


class RatePolicy(Base):
    """From ``valid_from`` on amounts in another currency may be compared with limits, by rates that are at most
    ``max_age_days`` old; None: from that day on they may not. The row of the latest first day governs.
    """

    __tablename__ = "core_rate_policy"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, unique=True)
    max_age_days: Mapped[int | None] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(400))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by_account_id: Mapped[int | None] = mapped_column(Id)
    set_by_person_id: Mapped[int | None] = mapped_column(Id)
