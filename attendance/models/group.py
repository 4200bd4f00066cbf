"""Attendance groups: which shift holds on which weekday, by which calendar, and who belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.models.shift import Shift
from attendance.rules.asking import AskingRules
from attendance.rules.plan import WeekPattern
from attendance.rules.shift import DayRules
from remit.base import FOREVER
from remit.models import Base, Id, Translated, Translation, no_overlap

WEEKDAYS = ("monday_id", "tuesday_id", "wednesday_id", "thursday_id", "friday_id", "saturday_id", "sunday_id")


def _shift() -> Mapped[int | None]:
    return mapped_column(Id, ForeignKey("attendance_shift.id"))


class Group(Base):
    """People who work by one pattern. The `is_default` group holds everybody who belongs to no other.

    `place` names the public-holiday calendar, `zone` the clock by which the shifts are read. `rules` overrides
    single fields of `DayRules`; `workday`, `rest` and `holiday` in it override fields of `Overtime`, `asking` those of
    `AskingRules`.
    """

    __tablename__ = "attendance_group"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[Translation] = mapped_column(Translated)
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    place: Mapped[str] = mapped_column(String(32), default="")
    zone: Mapped[str] = mapped_column(String(64))
    monday_id: Mapped[int | None] = _shift()
    tuesday_id: Mapped[int | None] = _shift()
    wednesday_id: Mapped[int | None] = _shift()
    thursday_id: Mapped[int | None] = _shift()
    friday_id: Mapped[int | None] = _shift()
    saturday_id: Mapped[int | None] = _shift()
    sunday_id: Mapped[int | None] = _shift()
    make_up_id: Mapped[int | None] = _shift()
    follows_calendar: Mapped[bool] = mapped_column(Boolean, default=True)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)

    def week(self) -> list[int | None]:
        """The ids of the shifts from Monday to Sunday."""
        return [getattr(self, name) for name in WEEKDAYS]

    def pattern(self, shifts: Mapping[int, Shift]) -> WeekPattern:
        """The week as the pure rules know it; `shifts` holds at least the shifts of this group."""
        week = tuple(shifts[one].rule() if one is not None else None for one in self.week())
        make_up = shifts[self.make_up_id].rule() if self.make_up_id is not None else None
        return WeekPattern(week, make_up, self.follows_calendar)

    def day_rules(self) -> DayRules:
        """The parameters of its days: the defaults with what the group overrides."""
        given = {name: value for name, value in self.rules.items() if name != "asking"}
        base = DayRules()
        for name in ("workday", "rest", "holiday"):
            if name in given:
                given[name] = replace(getattr(base, name), **given[name])
        if "night" in given:
            given["night"] = tuple(given["night"])
        return replace(base, **given)

    def asking_rules(self) -> AskingRules:
        """What holds for requests and web punches: the defaults with what the group overrides."""
        return replace(AskingRules(), **self.rules.get("asking", {}))


class Membership(Base):
    """An employment in a group during `[valid_from, valid_to)`; without one the default group holds."""

    __tablename__ = "attendance_membership"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"))
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_group.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)


no_overlap(Membership.__table__, keys=["employment_id"], period=("valid_from", "valid_to"))
