"""Find out what kind of punch file somebody sent, and read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from attendance.columns import PUNCHES
from attendance.rules.attlog import EARLIEST, PunchLine, Reason, parse_attlog
from attendance.rules.punch_table import PAIRS, parse_table
from remit.base import InputErrors, Problem
from remit.exchange import read
from remit.text import catalogue

_ = catalogue("attendance")

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LOOKED_AT = 50
_FAR = datetime(9999, 1, 1)  # noqa: DTZ001 - a first look believes any time


@dataclass(frozen=True)
class Delivery:
    """A punch file whose kind is known: `attlog` or `table`. `parse(latest)` yields its lines."""

    kind: str
    parse: Callable[[datetime], Iterator[PunchLine]]


def read_delivery(data: bytes, name: str) -> Delivery:
    """Tell an attlog from a table by its content; raises `InputErrors` for a table that cannot be read.

    Lines that look like a terminal's decide for the log, also under a wrong name; `name` decides only when no line
    of the beginning does.
    """
    if not data.startswith(_WORKBOOKS) and (_looks_like_log(data) or name.lower().endswith(".dat")):
        if not data.strip():
            raise InputErrors(_("The file is empty."), [], code="punches.empty")
        return Delivery("attlog", lambda latest: parse_attlog(data, latest=latest))
    grid = read(data, PUNCHES)
    if "stamp" not in grid.columns and not any(name in grid.columns for name in PAIRS):
        column = PUNCHES.column("stamp")
        message = _("The table has employee numbers and no column of times.")
        remedy = _("Add a column headed {title}.", title=column.title)
        raise InputErrors(message, [Problem(message, row=grid.heading_row, remedy=remedy)], code="punches.no_time")
    return Delivery("table", lambda latest: parse_table(grid.columns, grid.rows, latest=latest))


def _looks_like_log(data: bytes) -> bool:
    """Whether any of the first lines has the columns of a log, be its time believed or not."""
    head = data[: _LOOKED_AT * 200]
    return any(
        line.reason is not Reason.COLUMNS and line.pin is not None and line.at is not None
        for line in islice(parse_attlog(head, latest=_FAR, earliest=EARLIEST), _LOOKED_AT)
    )
