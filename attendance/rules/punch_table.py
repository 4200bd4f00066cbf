"""Read punches from the rows of a spreadsheet, whatever shape of time its maker preferred.

Understood are one time a row (a full date and time, or a date beside a time of day) and rows that hold the day and
up to three pairs of "on duty" and "off duty" times, as attendance programs export them. `次日 07:10` is the next
morning. Headings have been understood before; here are only cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from attendance.rules.attlog import EARLIEST, LONGEST_PIN, PunchLine, Reason, believe

#: Column names of a row with several times, and the state each stands for: 0 on duty, 1 off duty.
PAIRS: dict[str, int] = {f"{side}_{n}": state for n in (1, 2, 3) for side, state in (("on", 0), ("off", 1))}

_EMPTY = {"", "-", "--", "—", "/", "无", "未打卡", "缺卡"}
_NO = {"否", "无效", "no", "n", "false", "0", "invalid"}
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(?:外勤)?")
_WEEKDAY = re.compile(r"[（(]?(?:星期|周)[一二三四五六日天][)）]?")
_NEXT_DAY = "次日"
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers count wall clock
_EXCEL_LAST = 2_958_466  # 10000-01-01


class _Unreadable(Exception):
    """A cell that holds no time; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_table(
    columns: Mapping[str, Sequence[Any]], rows: Sequence[int], *, latest: datetime, earliest: datetime = EARLIEST
) -> Iterator[PunchLine]:
    """Yield the punches of a table in its order; `rows` are the row numbers people see.

    `columns` holds cells by name: `number` (required), `stamp`, `day`, `valid`, `result` and those of `PAIRS`. A row
    without any time is no punch when it says so itself (a result such as 未打卡) or has pairs; otherwise it is
    rejected.
    """
    pairs = [name for name in PAIRS if name in columns]
    blank: Sequence[Any] = [None] * len(rows)
    stamps, days = columns.get("stamp", blank), columns.get("day", blank)
    if pairs and "day" not in columns:  # daily reports of WeCom call their day 时间
        stamps, days = blank, stamps
    valid, result = columns.get("valid", blank), columns.get("result", blank)
    for at, row in enumerate(rows):
        number, raw_day = _text(columns["number"][at]), days[at]
        invalid = _text(valid[at]).casefold() in _NO
        if not _is_empty(stamps[at]) or (not pairs and not _text(result[at])):
            raw = "\t".join((number, _text(raw_day), _text(stamps[at])))
            yield _line(row, raw, number, raw_day, stamps[at], None, invalid, latest, earliest)
        for name in pairs:
            cell = columns[name][at]
            if not _is_empty(cell):
                raw = "\t".join((number, _text(raw_day), _text(cell), name))
                yield _line(row, raw, number, raw_day, cell, PAIRS[name], invalid, latest, earliest)


def _line(row: int, raw: str, number: str, day: Any, cell: Any, state: int | None, invalid: bool,
          latest: datetime, earliest: datetime) -> PunchLine:  # fmt: skip
    raw = raw.replace("\x00", "\\x00")
    if not number or len(number) > LONGEST_PIN:
        return PunchLine(row, raw, None, None, state, Reason.PIN)
    try:
        at = read_moment(cell, day)
    except _Unreadable as failure:
        return PunchLine(row, raw, number, None, state, failure.reason)
    reason = Reason.INVALID if invalid else believe(at, latest=latest, earliest=earliest)
    return PunchLine(row, raw, number, at, state, reason)


def read_moment(cell: Any, day: Any) -> datetime:
    """The local time that a cell says, with the day beside it where it holds a time of day alone.

    Raises `_Unreadable`, which `parse_table` turns into the reason of the line.
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0)
    if isinstance(cell, time):
        return datetime.combine(_day(day), cell.replace(tzinfo=None, microsecond=0))
    if isinstance(cell, timedelta):
        return datetime.combine(_day(day), time()) + timedelta(seconds=round(cell.total_seconds()))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial(float(cell), day)
    return _written(_text(cell), day)


def _serial(value: float, day: Any) -> datetime:
    if not 0 <= value < _EXCEL_LAST:
        raise _Unreadable(Reason.MINUS if value < 0 else Reason.TIME)
    elapsed = timedelta(seconds=round(value * 86400))
    return (_EXCEL_ZERO if value >= 1 else datetime.combine(_day(day), time())) + elapsed


def _written(words: str, day: Any) -> datetime:
    morrow = words.startswith(_NEXT_DAY)
    rest = _WEEKDAY.sub(" ", words.removeprefix(_NEXT_DAY)).replace("：", ":").replace("T", " ").strip()
    found = _DATE.match(rest)
    if found:
        base, rest = _date(found), rest[found.end() :].strip()
    else:
        base = _day(day)
    clock = _TIME.fullmatch(rest)
    if clock is None:
        raise _Unreadable(Reason.MINUS if rest.startswith(("-", "\u2212")) else Reason.TIME)
    hour, minute, second = (int(part or 0) for part in clock.groups())
    try:
        moment = datetime.combine(base, time(hour, minute, second))
    except ValueError:
        raise _Unreadable(Reason.DATE) from None
    return moment + timedelta(days=morrow)


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 1 <= cell < _EXCEL_LAST:
        return (_EXCEL_ZERO + timedelta(days=int(cell))).date()
    found = _DATE.match(_text(cell))
    if found is None:
        raise _Unreadable(Reason.TIME)
    return _date(found)


def _date(found: re.Match[str]) -> date:
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise _Unreadable(Reason.DATE) from None


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip() in _EMPTY)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(getattr(cell, "value", cell)).strip()
