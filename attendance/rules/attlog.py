"""Read the log file of a ZKTeco terminal, `attlog.dat`, line by line and without losing any.

The layout is the one the terminals write to a USB stick: PIN (right-aligned with blanks), a tab, the local time
`YYYY-MM-DD HH:MM:SS`, then device, state, verification and work code, each after a tab; lines end with CRLF or LF.
Firmware differs in what the later columns mean, so only PIN, time and state are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

EARLIEST = datetime(2000, 1, 1)  # noqa: DTZ001 - local wall clock of a terminal; older means its clock was reset
FEWEST_COLUMNS = 5  # some firmware leaves the work code out
MOST_COLUMNS = 12  # the longest layout seen has ten; more means that two records ran into one line
LONGEST_PIN = 24

STATES: dict[int, str] = {
    0: "check_in", 1: "check_out", 2: "break_out", 3: "break_in", 4: "overtime_in", 5: "overtime_out",
    255: "undefined",
}  # fmt: skip

_STAMP = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_PIN = re.compile(rf"[0-9A-Za-z]{{1,{LONGEST_PIN}}}")
_STATE = re.compile(r"[0-9]{1,3}")
_MINUS = re.compile("[-\u2212\uff0d]")


class Reason(StrEnum):
    """Why a line is no punch. The words people read are in `attendance.text`."""

    COLUMNS = "columns"
    PIN = "pin"
    MINUS = "minus"
    TIME = "time"
    DATE = "date"
    CLOCK = "clock"
    FUTURE = "future"
    STATE = "state"
    INVALID = "invalid"
    UNKNOWN_PIN = "unknown_pin"
    AMBIGUOUS_PIN = "ambiguous_pin"
    NOT_EMPLOYED = "not_employed"


@dataclass(frozen=True, slots=True)
class PunchLine:
    """One line of a punch file as it came, and what it says.

    `number` counts from 1 in the file. `at` is the local wall clock, without zone. A rejected line has a `reason`
    and keeps whatever could still be read of it.
    """

    number: int
    raw: str
    pin: str | None
    at: datetime | None
    state: int | None
    reason: Reason | None


def parse_attlog(data: bytes, *, latest: datetime, earliest: datetime = EARLIEST) -> Iterator[PunchLine]:
    """Yield one `PunchLine` for every line that is not blank, in the order of the file.

    `latest` is the first local instant that lies in the future, `earliest` the first that is believed. The order
    of the lines does not matter to anybody downstream; terminals that were offline deliver old lines late.
    Bytes that are no UTF-8 and NUL bytes are kept as escapes, so that a damaged line can be stored as text.
    """
    text = data.decode("utf-8-sig", errors="backslashreplace").replace("\x00", "\\x00")
    for number, line in enumerate(text.split("\n"), start=1):
        raw = line.rstrip("\r")
        if raw.strip():
            yield _parse_line(number, raw, latest, earliest)


def _parse_line(number: int, raw: str, latest: datetime, earliest: datetime) -> PunchLine:
    columns = raw.split("\t")
    if not FEWEST_COLUMNS <= len(columns) <= MOST_COLUMNS or any(":" in column for column in columns[2:]):
        return PunchLine(number, raw, None, None, None, Reason.COLUMNS)
    pin, stamp, state = columns[0].strip(), columns[1].strip(), columns[3].strip()
    if _MINUS.search(pin) or any(_MINUS.search(column) for column in columns[2:]):
        # Everything a terminal counts starts at zero: a minus sign means that the record is damaged.
        return PunchLine(number, raw, None, None, None, Reason.MINUS)
    if not _PIN.fullmatch(pin):
        return PunchLine(number, raw, None, None, None, Reason.PIN)
    at, reason = read_stamp(stamp, latest=latest, earliest=earliest)
    if reason is not None:
        return PunchLine(number, raw, pin, at, None, reason)
    if not _STATE.fullmatch(state) or int(state) > 255:
        return PunchLine(number, raw, pin, at, None, Reason.STATE)
    return PunchLine(number, raw, pin, at, int(state), None)


def read_stamp(
    stamp: str, *, latest: datetime, earliest: datetime = EARLIEST
) -> tuple[datetime | None, Reason | None]:
    """Read a local time; returns (time, None), or (time or None, why it is not believed).

    Seconds may be missing. Year 1971 and all before `earliest` is a terminal whose clock was reset; from `latest`
    on lies the future.
    """
    found = _STAMP.fullmatch(stamp)
    if found is None:
        minus = len(_MINUS.findall(stamp)) > 2 or "\u2212" in stamp or "\uff0d" in stamp or stamp[:1] == "-"
        return None, Reason.MINUS if minus else Reason.TIME
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - wall clock, the zone is the source's
    except ValueError:
        return None, Reason.DATE
    return at, believe(at, latest=latest, earliest=earliest)


def believe(at: datetime, *, latest: datetime, earliest: datetime = EARLIEST) -> Reason | None:
    """Why a local time that exists is not believed, or None."""
    if at < earliest:
        return Reason.CLOCK
    return Reason.FUTURE if at >= latest else None
