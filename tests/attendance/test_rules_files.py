"""Reading punches: the layout of terminals as it is documented, and every way it has been seen to go wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.rules.attlog import PunchLine, Reason, parse_attlog
from attendance.rules.punch_table import parse_table

LATEST = datetime(2026, 11, 24)


def parse(text: str | bytes) -> list[PunchLine]:
    return list(parse_attlog(text.encode() if isinstance(text, str) else text, latest=LATEST))


def test_a_line_as_documented() -> None:
    (line,) = parse("        1\t2026-10-03 08:59:01\t1\t0\t1\t0\r\n")
    assert line == PunchLine(
        1, "        1\t2026-10-03 08:59:01\t1\t0\t1\t0", "1", datetime(2026, 10, 3, 8, 59, 1), 0, None
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n"])
def test_line_ends_do_not_matter(end: str) -> None:
    lines = parse(end.join(["1\t2026-10-03 08:59:01\t1\t0\t1\t0", "", "2\t2026-10-03 08:58:01\t1\t1\t1"]) + end)
    assert [(line.number, line.pin, line.state) for line in lines] == [(1, "1", 0), (3, "2", 1)]
    assert all(line.reason is None for line in lines)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1\t1971-01-01 00:00:07\t1\t0\t1\t0", Reason.CLOCK),
        ("1\t1999-12-31 23:59:59\t1\t0\t1\t0", Reason.CLOCK),
        ("1\t2026-11-24 00:00:00\t1\t0\t1\t0", Reason.FUTURE),
        ("1\t2099-01-01 08:00:00\t1\t0\t1\t0", Reason.FUTURE),
        ("-1\t2026-10-03 08:59:01\t1\t0\t1\t0", Reason.MINUS),
        ("1\t2026-10-03 08:59:01\t1\t-1\t1\t0", Reason.MINUS),
        ("1\t2026-10--3 08:59:01\t1\t0\t1\t0", Reason.MINUS),
        ("1\t-2026-10-03 08:59:01\t1\t0\t1\t0", Reason.MINUS),
        ("1\t2026-10-03 -8:59:01\t1\t0\t1\t0", Reason.MINUS),
        ("1\t2026\u221210\u221203 08:59:01\t1\t0\t1\t0", Reason.MINUS),
        ("1\t2026-02-30 08:59:01\t1\t0\t1\t0", Reason.DATE),
        ("1\t2026-13-01 08:59:01\t1\t0\t1\t0", Reason.DATE),
        ("1\t2026-10-03 24:00:00\t1\t0\t1\t0", Reason.DATE),
        ("1\t31/02/2026\t1\t0\t1\t0", Reason.TIME),
        ("1\t\t1\t0\t1\t0", Reason.TIME),
        ("\t2026-10-03 08:59:01\t1\t0\t1\t0", Reason.PIN),
        ("1\t2026-10-03 08:59:01\t1\tx\t1\t0", Reason.STATE),
        ("1\t2026-10-03 08:59:01\t1\t256\t1\t0", Reason.STATE),
        ("1\t2026-10-03 08:59:01\t1\t0", Reason.COLUMNS),
        ("1 2026-10-03 08:59:01 1 0 1 0", Reason.COLUMNS),
        ("1\t2026-10-03 08:59:01\t1\t0\t1\t0        2\t2026-10-03 09:00:00\t1\t0\t1\t0", Reason.COLUMNS),
        ("garbage", Reason.COLUMNS),
    ],
)
def test_what_is_rejected_and_why(line: str, reason: Reason) -> None:
    (found,) = parse(line)
    assert found.reason is reason
    assert found.raw == line


def test_bytes_that_are_no_text_are_kept_as_escapes() -> None:
    (line,) = parse(b"1\xff\x00\t2026-10-03 08:59:01\t1\t0\t1\t0")
    assert line.reason is Reason.PIN
    assert line.raw.startswith("1\\xff\\x00\t")


def test_five_columns_and_a_byte_order_mark_are_read() -> None:
    (line,) = parse(b"\xef\xbb\xbf    37\t2026-10-03 8:59\t1\t255\t15")
    assert (line.pin, line.at, line.state, line.reason) == ("37", datetime(2026, 10, 3, 8, 59), 255, None)


@given(st.binary(max_size=300))
def test_nothing_is_lost_and_nothing_raises(data: bytes) -> None:
    """Every line that is not blank comes back, with its number, and says either a punch or a reason."""
    lines = parse(data)
    text = data.decode("utf-8-sig", errors="backslashreplace").replace("\x00", "\\x00")
    assert [line.number for line in lines] == [n for n, raw in enumerate(text.split("\n"), 1) if raw.strip()]
    assert all((line.reason is None) == (line.pin is not None and line.at is not None and line.state is not None)
               or line.reason is not None for line in lines)  # fmt: skip


# -- tables -------------------------------------------------------------------------------------------------------


def table(**columns: list[object]) -> list[PunchLine]:
    rows = len(next(iter(columns.values())))
    return list(parse_table(columns, list(range(2, 2 + rows)), latest=LATEST))


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        (datetime(2026, 10, 8, 8, 55), None),
        ("2026-10-08 08:55", None),
        ("2026/10/8 8:55:00", None),
        ("2026年10月8日 08:55", None),
        ("2026/10/08 星期四 08:55", None),
        ("2026-10-08T08:55:00", None),
        ("08:55", "2026/10/08 星期四"),
        ("08：55", date(2026, 10, 8)),
        (time(8, 55), datetime(2026, 10, 8)),
        (timedelta(hours=8, minutes=55), 46303.0),
        (46303 + 535 / 1440, None),
        (535 / 1440, "2026.10.8"),
        ("次日 08:55", "2026-10-07"),
    ],
)
def test_every_way_to_write_a_time(stamp: object, day: object) -> None:
    """All of them say 8 October 2026, five to nine (46303 is that day's serial number in a spreadsheet)."""
    (line,) = table(number=["LK001"], stamp=[stamp], day=[day])
    assert (line.number, line.pin, line.at, line.reason) == (2, "LK001", datetime(2026, 10, 8, 8, 55), None)


def test_a_daily_report_may_call_its_day_a_time() -> None:
    """WeCom heads the day 时间, and the times 上班1 and 下班1."""
    lines = table(number=["LK001"], stamp=["2026/10/08 星期四"], on_1=["08:55"], off_1=["18:03"])
    assert [(line.at, line.state, line.reason) for line in lines] == [
        (datetime(2026, 10, 8, 8, 55), 0, None), (datetime(2026, 10, 8, 18, 3), 1, None),
    ]


def test_numbers_come_as_numbers_too() -> None:
    (line,) = table(number=[1001.0], stamp=["2026-10-08 08:55"])
    assert line.pin == "1001"


@pytest.mark.parametrize(
    ("number", "stamp", "reason"),
    [
        ("", "2026-10-08 08:55", Reason.PIN),
        ("1", "", Reason.TIME),
        ("1", "08:55", Reason.TIME),
        ("1", "31/02/2026", Reason.TIME),
        ("1", "2026-02-31 08:00", Reason.DATE),
        ("1", "2026-10-08 25:00", Reason.DATE),
        ("1", "2026-10-08 -8:00", Reason.MINUS),
        ("1", -3.5, Reason.MINUS),
        ("1", 9e9, Reason.TIME),
        ("1", datetime(1971, 1, 1), Reason.CLOCK),
        ("1", "2027-01-01 08:00", Reason.FUTURE),
    ],
)
def test_rows_that_are_rejected(number: object, stamp: object, reason: Reason) -> None:
    (line,) = table(number=[number], stamp=[stamp])
    assert line.reason is reason


def test_rows_a_program_marked_invalid_or_missed() -> None:
    lines = table(number=["1", "2", "3"], stamp=["2026-10-08 08:55", "", "2026-10-08 09:00"],
                  valid=["否", "是", "是"], result=["正常", "未打卡", "迟到"])  # fmt: skip
    assert [(line.pin, line.reason) for line in lines] == [("1", Reason.INVALID), ("3", None)]


def test_a_day_a_row() -> None:
    lines = table(number=["1", "2"], day=["2026-10-08", "2026-10-08"], on_1=["08:55", "--"], off_1=["次日 02:10", ""])
    assert [(line.pin, line.at, line.state) for line in lines] == [
        ("1", datetime(2026, 10, 8, 8, 55), 0), ("1", datetime(2026, 10, 9, 2, 10), 1),
    ]  # fmt: skip
    assert len({line.raw for line in lines}) == 2
