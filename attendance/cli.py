"""Attendance on the command line: import punches, show, close and reopen months."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import CLOSE, DAYS, REOPEN
from attendance.models import Group
from attendance.services.importing import Report, import_punches
from attendance.services.month import MonthReport, close_month, reopen_month
from attendance.services.show import DayView, MonthView, month_views, name_of
from remit.base import Actor, Month, NotFound
from remit.commands import MONTH, Desk, acting
from remit.models import Employment
from remit.services import allowed, require, unseen, visible
from remit.specs import CommandSpec
from remit.text import catalogue

_ = catalogue("attendance")

BAD_INPUT = 4
SHOWN_LINES = 50


@click.command("punches", help="Import punches: a ZKTeco attlog.dat, or xlsx or csv with employee number and time.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Who delivers: a name you choose for the terminals of a site. New names are made.")
@click.option("--zone", help="Time zone of the clock of a new source, such as Asia/Shanghai.")
@click.option("--dry-run", is_flag=True, help="Report what would happen; write nothing.")
@acting
def punches(desk: Desk, file: Path, source: str | None, zone: str | None, dry_run: bool) -> None:
    """Import a punch file. Exits 4 when a line was rejected, 0 when everything counts or nothing is new."""
    with desk.progress(_("Reading punches")), desk.session(write=not dry_run) as session:
        report = import_punches(
            session, desk.actor, file.read_bytes(), name=file.name, source=source, zone=zone, dry_run=dry_run
        )
    desk.result(report_json(report))
    for sentence in report_sentences(report):
        desk.say(sentence)
    for problem in report.problems[:SHOWN_LINES]:
        desk.say(_("Line {row}: {problem}", row=problem.row, problem=problem.sentence()))
    if len(report.problems) > SHOWN_LINES:
        desk.say(_("and {count} more; --json lists them.", count=report.rejected - SHOWN_LINES))
    if report.rejected:
        click.get_current_context().exit(BAD_INPUT)


@click.command("close", help="Close the attendance of a month, such as 2026-10.")
@click.argument("month", type=MONTH)
@click.option("--group", "groups", multiple=True, help="Code of an attendance group; all groups when not given.")
@acting
def close(desk: Desk, month: Month, groups: Sequence[str]) -> None:
    """Compute and freeze a month, and say what HR should know."""
    with desk.progress(_("Computing attendance")) as bar, desk.session(write=True) as session:
        chosen = _groups(session, desk.actor, CLOSE, groups)
        report = close_month(session, desk.actor, month, groups=chosen, progress=bar)
    desk.result(month_json(report))
    desk.say(text.closed_sentence(month, report.people, report.days))
    for warning in report.warnings:
        desk.say(warning)


@click.command("reopen", help="Open a closed month again.")
@click.argument("month", type=MONTH)
@click.option("--reason", required=True, help="Why; it is kept.")
@click.option("--group", "groups", multiple=True, help="Code of an attendance group; all groups when not given.")
@acting
def reopen(desk: Desk, month: Month, reason: str, groups: Sequence[str]) -> None:
    """Let a closed month be changed again, unless another module objects."""
    with desk.session(write=True) as session:
        chosen = _groups(session, desk.actor, REOPEN, groups)
        codes = reopen_month(session, desk.actor, month, reason=reason, groups=chosen)
    desk.result({"month": str(month), "groups": codes})
    desk.say(_("The attendance of {month} is open again.", month=month.title))


@click.command("show", help="Show the attendance of an employee in a month, day by day.")
@click.argument("employee")
@click.argument("month", type=MONTH)
@acting
def show(desk: Desk, employee: str, month: Month) -> None:
    """Print the days and sums of a month of the employee with that number."""
    with desk.session() as session:
        found = session.scalars(
            visible(session, desk.actor, DAYS, select(Employment).where(Employment.number == employee))
        ).one_or_none()
        if found is None:
            missing = NotFound(
                "attendance.employee", _("There is no employee {number}, or it is not yours to see.", number=employee)
            )
            raise unseen(session, desk.actor, DAYS, Employment, missing)
        view = month_views(session, month, [found.id]).get(found.id)
        name = name_of(session, found)
    if view is None:
        message = _("{number} was not employed in {month}.", number=employee, month=month.title)
        raise NotFound("attendance.no_days", message)
    desk.result(view_json(view, employee, name))
    state = _("closed") if view.closed else _("open")
    desk.say(_("{number} {name}, {month} ({state})", number=employee, name=name, month=month.title, state=state))
    desk.table(
        [_("Day"), _("In"), _("Out"), _("Worked"), _("Late"), _("Early leave"), _("Overtime"), _("Status")],
        [_row(day) for day in view.days.values()],
    )


def _row(day: DayView) -> list[object]:
    times = [text.clock_time(minute) if minute is not None else "-" for minute in (day.first, day.last)]
    numbers = [number or "-" for number in (day.worked, day.late, day.early, day.overtime)]
    return [day.day, times[0], times[1] if day.last != day.first else "-", *numbers, text.status(day.status)]


def _groups(session: Session, actor: Actor, action: str, codes: Sequence[str]) -> list[Group] | None:
    if not codes:
        return None
    if not allowed(session, actor, action):
        require(session, actor, action)  # before anything is said of groups
    found = {group.code: group for group in session.scalars(select(Group).where(Group.code.in_(codes)))}
    for code in codes:
        if code not in found:
            raise NotFound("attendance.group", _("There is no attendance group {code}.", code=code))
    return [found[code] for code in dict.fromkeys(codes)]


# -- words and JSON -------------------------------------------------------------------------------------------------


def report_sentences(report: Report) -> list[object]:
    """What became of a delivery, in a line or a few."""
    if not report.changed:
        return [text.known_sentence(report.lines)]
    said: list[object] = [
        _("{count} line: {accepted} accepted, {repeated} known before, {rejected} rejected.",
          "{count} lines: {accepted} accepted, {repeated} known before, {rejected} rejected.",
          count=report.lines, accepted=report.accepted, repeated=report.repeated, rejected=report.rejected)
    ]  # fmt: skip
    if report.dry_run:
        said.append(_("Nothing was written."))
    for month, count in report.closed.items():
        said.append(
            _("{count} punch belongs to {month}, which is closed; it counts once the month is reopened.",
              "{count} punches belong to {month}, which is closed; they count once it is reopened.",
              count=count, month=Month.parse(month).title)
        )  # fmt: skip
    return said


def report_json(report: Report) -> dict[str, Any]:
    """A delivery for programs; rejected lines with number, reason and remedy."""
    return {
        "source": report.source, "kind": report.kind, "dry_run": report.dry_run, "import": report.import_id,
        "lines": report.lines, "accepted": report.accepted, "repeated": report.repeated, "rejected": report.rejected,
        "recovered": report.recovered, "people": report.people,
        "reasons": {reason.value: count for reason, count in report.reasons.items()},
        "closed_months": dict(report.closed),
        "problems": [
            {"line": one.row, "value": one.value, "message": str(one.message), "remedy": str(one.remedy)}
            for one in report.problems
        ],
    }  # fmt: skip


def month_json(report: MonthReport) -> dict[str, Any]:
    """A closed month for programs; days in hundredths, minutes and counts as they are."""
    return {
        "month": str(report.month), "groups": report.groups, "people": report.people, "days": report.days,
        "totals": report.totals, "unplaced": report.unplaced, "without_group": report.without_group,
        "warnings": [str(warning) for warning in report.warnings],
    }  # fmt: skip


def view_json(view: MonthView, number: str, name: str) -> dict[str, Any]:
    """An employee's month for programs; `first` and `last` are minutes from midnight of the day."""
    days = [
        {
            "day": str(day.day), "status": text.status_code(day.status), "first": day.first, "last": day.last,
            "worked": day.worked, "late": day.late, "early": day.early, "absent": day.absent, "missing": day.missing,
            "overtime": day.overtime, "night": day.night,
        }
        for day in view.days.values()
    ]  # fmt: skip
    return {"employee": number, "name": name, "month": str(view.month), "closed": view.closed,
            "totals": dict(view.totals), "days": days}  # fmt: skip


COMMANDS = (
    CommandSpec("import", punches),
    CommandSpec("attendance", close),
    CommandSpec("attendance", reopen),
    CommandSpec("attendance", show),
)
