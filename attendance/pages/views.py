"""Attendance in the shapes the kit draws: the grid of a month, the row of a sheet, key figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from attendance import text
from attendance.rules.shift import DayKind, Status
from attendance.services.show import DayView, MonthView, Sheet
from remit.base import Month
from remit.text import Text, catalogue

_ = catalogue("attendance")

LEGEND = ("ok", "late", "missing", "absent", "leave", "trip", "over")
_WEEKEND = 5


def weeks(view: MonthView, today: date, url: Callable[[date], str] | None = None) -> list[list[dict[str, Any]]]:
    """The month as weeks from Monday, as `ui.month` takes it; days of other months stand pale and empty."""
    first = view.month.start - timedelta(days=view.month.start.weekday())
    rows = []
    while first < view.month.period.end:
        days = [first + timedelta(days=offset) for offset in range(7)]
        rows.append([_day(view, day, today, url) for day in days])
        first += timedelta(days=7)
    return rows


def _day(view: MonthView, day: date, today: date, url: Callable[[date], str] | None) -> dict[str, Any]:
    known = view.days.get(day)
    cell: dict[str, Any] = {"no": day.day, "state": "", "now": day == today, "marks": [], "url": None, "tag": None}
    if day not in view.month.period:
        return cell | {"state": "other"}
    if known is None:
        return cell | {"state": "off"}
    if known.kind == DayKind.HOLIDAY:
        cell["state"] = "holiday"
    elif not known.scheduled:
        cell["state"] = "off"
    elif day.weekday() >= _WEEKEND:
        cell["state"] = "work"
    cell["marks"] = day_marks(known)
    if url is not None and day <= today:
        cell["url"] = url(day)
    return cell


def day_marks(day: DayView) -> list[dict[str, Any]]:
    """The mark of a day with its times, and overtime beside it."""
    found: list[dict[str, Any]] = []
    mark = mark_of(day)
    if mark is not None and mark != "over":
        found.append({"kind": mark, "text": times(day) or str(text.status(day.status))})
    if day.overtime:
        found.append({"kind": "over", "text": _("Overtime {time}", time=text.duration(day.overtime))})
    return found


def mark_of(day: DayView) -> str | None:
    """The mark of a status in the sheet; an open day that has begun shows as present."""
    if day.status == Status.OPEN:
        return "ok" if day.first is not None else None
    return text.MARKS.get(Status(day.status)) if day.status else None


def times(day: DayView) -> str:
    """From when to when somebody was there, as far as the punches tell."""
    if day.first is None:
        return ""
    if day.last is None or day.last == day.first:
        return str(text.clock_time(day.first))
    return f"{text.clock_time(day.first)}–{text.clock_time(day.last)}"


def figures(totals: Mapping[str, int]) -> list[dict[str, Any]]:
    """The key figures of a month."""
    return [
        {"label": _("Scheduled"), "value": text.days(totals["scheduled_days"])},
        {"label": _("Present"), "value": text.days(totals["worked_days"])},
        {"label": _("Late or early leave"), "value": totals["late_count"] + totals["early_count"],
         "note": text.duration(off) if (off := totals["late_minutes"] + totals["early_minutes"]) else ""},
        {"label": _("Missing punches"), "value": totals["missing_count"]},
        {"label": _("Absence without leave"), "value": text.days(totals["absent_days"])},
        {"label": _("Overtime"), "value": text.duration(overtime_of(totals))},
    ]  # fmt: skip


def overtime_of(totals: Mapping[str, int]) -> int:
    """All overtime of a month in minutes."""
    return totals["ot_workday_minutes"] + totals["ot_restday_minutes"] + totals["ot_holiday_minutes"]


def sheet_days(month: Month, shown: Sheet) -> list[dict[str, Any]]:
    """The heads of the columns 1 to 31; a day is off when nobody on the page was planned for it."""
    found = []
    for day in month.period.each_day():
        views = [row.view.days[day] for row in shown.rows if day in row.view.days]
        off = not any(view.scheduled for view in views) if views else day.weekday() >= _WEEKEND
        found.append({"no": day.day, "off": off})
    return found


def sheet_rows(month: Month, shown: Sheet, url: Callable[[int], str]) -> list[dict[str, Any]]:
    """The rows of the sheet: a mark for each day, and the sums behind them."""
    rows = []
    for row in shown.rows:
        totals = row.view.totals
        cells = [_cell(row.view.days.get(day)) for day in month.period.each_day()]
        sums = [
            text.amount(totals["worked_days"]), totals["late_count"] + totals["early_count"] or "–",
            text.amount(totals["absent_days"]) if totals["absent_days"] else "–", totals["missing_count"] or "–",
            f"{overtime / 60:.1f}" if (overtime := overtime_of(totals)) else "–",
        ]  # fmt: skip
        rows.append({"name": f"{row.name} {row.number}", "url": url(row.employment_id), "cells": cells, "sums": sums})
    return rows


def _cell(day: DayView | None) -> list[str] | None:
    if day is None:
        return None
    found = [mark] if (mark := mark_of(day)) else []
    if day.overtime and day.scheduled:
        found.append("over")
    return found or None


def sheet_heads() -> list[Text]:
    """The heads of the sums."""
    return [
        _("Days present"), _("Late or early leave"), _("Absence without leave"), _("Missing punches"),
        _("Overtime (h)"),
    ]  # fmt: skip
