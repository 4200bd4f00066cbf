"""Words for what the rules say in codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attendance.rules.absent_days import AFTERNOON, MORNING, Span
from attendance.rules.attlog import Reason
from attendance.rules.shift import DayKind, Status
from remit.text import Text, catalogue

if TYPE_CHECKING:
    from attendance.models import LeaveType
    from attendance.services.show import DayView
    from remit.base import Month

_ = catalogue("attendance")


def reason(code: Reason) -> Text:
    """Why a line of a punch file is no punch."""
    return _REASONS[code]


def remedy(code: Reason) -> Text:
    """What to do about a line that was rejected."""
    return _REMEDIES[code]


_REASONS: Mapping[Reason, Text] = {
    Reason.COLUMNS: _("The line does not have the columns of a punch."),
    Reason.PIN: _("The line has no employee number that could be read."),
    Reason.MINUS: _("The line has a minus sign where a terminal never writes one; the record is damaged."),
    Reason.TIME: _("The time cannot be read."),
    Reason.DATE: _("There is no such day or time."),
    Reason.CLOCK: _("The clock of the terminal had been reset: the time lies before the year 2000."),
    Reason.FUTURE: _("The time lies in the future."),
    Reason.STATE: _("The state of the punch cannot be read."),
    Reason.INVALID: _("The program that wrote the file marked this punch as one that does not count."),
    Reason.UNKNOWN_PIN: _("No employee has this number."),
    Reason.AMBIGUOUS_PIN: _("Several employees have this number."),
    Reason.NOT_EMPLOYED: _("The employee with this number was not employed on that day."),
}

_DAMAGED = _("Export the log from the terminal again; the line itself is kept.")
_REMEDIES: Mapping[Reason, Text] = {
    Reason.COLUMNS: _DAMAGED,
    Reason.PIN: _("Write the employee number into its column and import the file again."),
    Reason.MINUS: _DAMAGED,
    Reason.TIME: _("Write it as 2026-11-23 08:58:00 and import the file again."),
    Reason.DATE: _("Correct the date and import the file again."),
    Reason.CLOCK: _("Set the clock of the terminal; ask the employee for a punch correction."),
    Reason.FUTURE: _("Set the clock of the terminal; import the file again when the time has come."),
    Reason.STATE: _DAMAGED,
    Reason.INVALID: _("If it should count, change the mark in the file and import it again."),
    Reason.UNKNOWN_PIN: _("Import the employee first and then this file again."),
    Reason.AMBIGUOUS_PIN: _("Use whole employee numbers on the terminal and import the file again."),
    Reason.NOT_EMPLOYED: _("Check the employment dates of the employee and import the file again."),
}


def closed_sentence(month: Month, people: int, days: int) -> Text:
    """That a month is closed, and how much stands in it."""
    return _("The attendance of {month} is closed: {people}, {days}.", month=month.title,
             people=_("{count} person", "{count} people", count=people),
             days=_("{count} day in all", "{count} days in all", count=days))  # fmt: skip


def known_sentence(lines: int) -> Text:
    """That a delivery brought nothing new."""
    return _("Nothing new: the {count} line is known.", "Nothing new: all {count} lines are known.", count=lines)


def amount(hundredths: int) -> str:
    """Hundredths of days without needless decimals: 12, 7.5, -0.25."""
    whole, rest = divmod(abs(hundredths), 100)
    said = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{said}" if hundredths < 0 else said


def days(hundredths: int) -> Text:
    """So many days of leave."""
    return _("{count} day", "{count} days", count=amount(hundredths))


#: What the types of leave are called that an installation starts with, and trips.
LEAVES: Mapping[str, Text] = {
    "annual": _("Annual leave"), "in_lieu": _("Time off in lieu"), "personal": _("Personal leave"),
    "sick": _("Sick leave"),
    "maternity": _("Maternity leave"), "paternity": _("Paternity leave"), "childcare": _("Childcare leave"),
    "marriage": _("Marriage leave"), "bereavement": _("Bereavement leave"), "injury": _("Work injury leave"),
    "trip": _("Business trip"),
}  # fmt: skip


def leave_title(leave_type: LeaveType) -> Text | str:
    """The title of a type; as a sentence of ours where nobody renamed it, so that it is kept in no single language."""
    known = LEAVES.get(leave_type.code)
    if known is not None and leave_type.title.get("en") == known.render("en"):
        return known
    return str(leave_type.title)


#: What becomes of a request, with the kind of its chip.
LEAVE_STATES: Mapping[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""), "submitted": (_("Waits for an answer"), "info"), "approved": (_("Approved"), "ok"),
    "refused": (_("Refused"), "bad"), "withdrawn": (_("Taken back"), ""), "cancelled": (_("Cancelled"), ""),
}  # fmt: skip
#: The lines of the ledger.
ENTRY_KINDS: Mapping[str, Text] = {
    "opening": _("Opening balance"), "grant": _("Granted"), "carry_over": _("Carried over"),
    "overtime": _("Overtime"), "taken": _("Taken"),
    "returned": _("Returned"), "expired": _("Expired"), "correction": _("Correction"),
}  # fmt: skip


def granted_sentence(year: int, new: int, corrected: int) -> Text:
    """What granting a year did."""
    return _("Leave of {year} is granted: {new}, {corrected}.", year=year,
             new=_("{count} balance is new", "{count} balances are new", count=new),
             corrected=_("{count} was corrected", "{count} were corrected", count=corrected))  # fmt: skip


def unknown_sentence(count: int) -> Text:
    """Of how many nobody knows since when they work."""
    return _("Of {count} person it is not known since when he has been working; import it with the balances.",
             "Of {count} people it is not known since when they have been working; import it with the balances.",
             count=count)  # fmt: skip


def span(when: Span) -> Text:
    """From when to when a leave is, with half days."""
    words, halves = {"first": when.first, "last": when.last}, (when.begins, when.ends)
    if when.first == when.last:
        if halves == (MORNING, AFTERNOON):
            return _("{first}", first=when.first)
        morning = halves == (MORNING, MORNING)
        return _("{first}, the morning", first=when.first) if morning else (
            _("{first}, the afternoon", first=when.first))  # fmt: skip
    if when.begins == MORNING:
        return _("{first} to {last}", **words) if when.ends == AFTERNOON else _("{first} to midday of {last}", **words)
    if when.ends == AFTERNOON:
        return _("midday of {first} to {last}", **words)
    return _("midday of {first} to midday of {last}", **words)


#: What overtime is called by the kind of day it is worked on, and how it is compensated.
OVERTIME_DAYS: Mapping[str, Text] = {
    "workday": _("Overtime on workdays"), "restday": _("Overtime on rest days"),
    "holiday": _("Overtime on statutory holidays"),
}  # fmt: skip
COMPENSATIONS: Mapping[str, Text] = {"pay": _("Overtime pay"), "in_lieu": _("Time off in lieu")}
#: Where a punch on the web was made, with the kind of its chip.
WHEREABOUTS: Mapping[str, tuple[Text, str]] = {
    "inside": (_("At its place"), "ok"), "outside": (_("Outside"), "warn"), "anywhere": (_("Location noted"), ""),
    "refused": (_("Location refused"), "warn"), "missing": (_("Location not known"), ""),
}  # fmt: skip
#: Which way a corrected punch goes.
WAYS: Mapping[str, Text] = {"in": _("Coming in"), "out": _("Going out")}


def wall(at: datetime, zone: str, day: date) -> int:
    """What the clock of a zone shows at an instant, in minutes from midnight of a day."""
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return int((local - datetime.combine(day, time())).total_seconds()) // 60


def clock_span(first: int, last: int, day: date) -> Text:
    """From when to when, in minutes from the midnight of a day; it may begin on another, and end on the next."""
    if first < 0 or first >= 1440:
        moved = timedelta(days=first // 1440)
        return clock_span(first % 1440, last - first + first % 1440, day + moved)
    return _("{day}, {first} to {last}", day=day, first=clock_time(first), last=clock_time(last))


def status(code: int) -> Text:
    """The name of a day's status."""
    return _STATUSES[Status(code)]


def status_code(code: int) -> str:
    """The name of a day's status for programs: `normal`, `late_early`, ..., empty without one."""
    return Status(code).name.lower() if code else ""


_STATUSES: Mapping[Status, Text] = {
    Status.NORMAL: _("Present"),
    Status.LATE: _("Late"),
    Status.EARLY: _("Early leave"),
    Status.LATE_EARLY: _("Late and early leave"),
    Status.MISSING: _("Missing punch"),
    Status.ABSENT: _("Absence without leave"),
    Status.LEAVE: _("On leave"),
    Status.HALF_LEAVE: _("Half a day on leave"),
    Status.TRIP: _("Business trip"),
    Status.OFF: _("Day off"),
    Status.EXTRA: _("Worked on a day off"),
    Status.OPEN: _("Not over yet"),
}

#: The mark of a status in a month sheet, as the kit draws them (√ ▲ × ○ △ +); days off and open days have none.
MARKS: Mapping[Status, str] = {
    Status.NORMAL: "ok",
    Status.LATE: "late",
    Status.EARLY: "late",
    Status.LATE_EARLY: "late",
    Status.MISSING: "missing",
    Status.ABSENT: "absent",
    Status.LEAVE: "leave",
    Status.HALF_LEAVE: "leave",
    Status.TRIP: "trip",
    Status.EXTRA: "over",
}


def facts(day: DayView) -> list[tuple[Text, object]]:
    """What a day came to, as names and values; what is zero is left out."""
    found: list[tuple[Text, object]] = [(_("Kind of day"), day_kind(day.kind)), (_("Worked"), duration(day.worked))]
    for name, minutes in (
        (_("Late"), day.late), (_("Early leave"), day.early), (_("Overtime"), day.overtime),
        (_("Night work"), day.night),
    ):  # fmt: skip
        if minutes:
            found.append((name, duration(minutes)))
    if day.missing:
        found.append((_("Missing punches"), day.missing))
    return found


def day_kind(code: int) -> Text:
    """The name of a kind of day."""
    return _DAY_KINDS[DayKind(code)]


_DAY_KINDS: Mapping[DayKind, Text] = {
    DayKind.WORKDAY: _("Workday"),
    DayKind.REST: _("Rest day"),
    DayKind.HOLIDAY: _("Statutory holiday"),
}


def clock_time(minute: int) -> str | Text:
    """Minutes from midnight as people write them: 18:30, and 07:00 of the next day with its word."""
    hours, rest = divmod(minute % 1440, 60)
    time = f"{hours:02d}:{rest:02d}"
    return _("{time} next day", time=time) if minute >= 1440 else time


def duration(minutes: int) -> Text:
    """Minutes as hours and minutes, without the part that is zero."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min", minutes=rest)
    return _("{hours} h {minutes} min", hours=hours, minutes=rest) if rest else _("{hours} h", hours=hours)
