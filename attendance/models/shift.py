"""Shifts as a company defines them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.rules import shift as rules
from remit.models import Base, Id, Translated, Translation


class Shift(Base):
    """A shift, in minutes of the local day on which it begins; see `rules.shift.Shift` for what each number means."""

    __tablename__ = "attendance_shift"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    start_minute: Mapped[int] = mapped_column(Integer)
    end_minute: Mapped[int] = mapped_column(Integer)
    breaks: Mapped[list[Any]] = mapped_column(default=list)
    break_minutes: Mapped[int] = mapped_column(Integer, default=0)
    break_from: Mapped[int] = mapped_column(Integer, default=0)
    grace_in: Mapped[int] = mapped_column(Integer, default=0)
    grace_out: Mapped[int] = mapped_column(Integer, default=0)
    flex_early: Mapped[int] = mapped_column(Integer, default=0)
    flex_late: Mapped[int] = mapped_column(Integer, default=0)
    window_before: Mapped[int] = mapped_column(Integer, default=240)
    window_after: Mapped[int] = mapped_column(Integer, default=600)
    method: Mapped[str] = mapped_column(String(10), default="span")

    def rule(self) -> rules.Shift:
        """The shift as the pure rules know it; raises ValueError for numbers that contradict each other."""
        return rules.Shift(
            self.start_minute, self.end_minute, tuple((begin, end) for begin, end in self.breaks),
            self.break_minutes, self.break_from, self.grace_in, self.grace_out, self.flex_early, self.flex_late,
            self.window_before, self.window_after, "pairs" if self.method == "pairs" else "span",
        )  # fmt: skip
