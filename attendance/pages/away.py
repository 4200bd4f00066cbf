"""Who is away: a month of the people one works with."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from attendance.actions import AWAY
from attendance.pages.blueprint import blueprint
from attendance.services.leave import away
from remit.base import Actor, Month, clock
from remit.text import catalogue
from remit.web import Page, access, page

_ = catalogue("attendance")

_WEEKEND = 5
_LAST = 100_000


@blueprint.get("/away")
@access(AWAY)
def away_now(session: Session, actor: Actor) -> Page:
    """The running month."""
    return away_month(session, actor, Month.of(clock.today(actor.zone)))


@blueprint.get("/away/<month:month>")
@access(AWAY)
def away_month(session: Session, actor: Actor, month: Month) -> Page:
    """Who is away in a month, by unit; as what only for whom the list lets see attendance."""
    number = request.args.get("page", type=int) or 1
    shown = away.away_month(session, actor, month, page=number if 0 < number < _LAST else 1)
    first = (shown.page - 1) * away.PAGE
    count = sum(len(unit.rows) for unit in shown.units)

    def url(at: int) -> str:
        return url_for("attendance.away_month", month=month, page=at)

    today = clock.today(actor.zone)
    out = [(row, unit) for unit in shown.units for row in unit.rows if today in row.days]
    return page(
        "attendance/away.html", title=_("Who is away"), month=month, units=[_unit(month, unit) for unit in shown.units],
        days=[{"no": day.day, "off": day.weekday() >= _WEEKEND} for day in month.period.each_day()],
        marks=("leave", "trip", "away", "over"), total=shown.total, first=first + 1, last=first + count,
        today=[(row.name, unit.title, row.days[today]) for row, unit in out] if today in month.period else None,
        previous_page=url(shown.page - 1) if shown.page > 1 else "",
        next_page=url(shown.page + 1) if first + count < shown.total else "",
        previous=url_for("attendance.away_month", month=month.previous()),
        following=url_for("attendance.away_month", month=month.next()),
    )  # fmt: skip


def _unit(month: Month, unit: away.AwayUnit) -> dict[str, Any]:
    rows = [
        {"name": row.name, "url": "", "cells": [_cell(row, day) for day in month.period.each_day()], "sums": ()}
        for row in unit.rows
    ]
    return {"title": unit.title, "rows": rows}


def _cell(row: away.AwayRow, day: date) -> list[str] | None:
    found = [row.days[day]] if day in row.days else []
    return found + ["over"] if day in row.late else found or None
