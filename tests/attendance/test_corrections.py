"""Punch corrections: what a day lacks, how often, what an approval adds, and that nothing is ever lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from attendance.actions import CORRECTION, OVERTIME, PUNCHES
from attendance.models import Correction, PunchLine
from attendance.services import correcting
from attendance.services.month import close_month
from attendance.services.setup import define_group, define_shift, join_group
from core.kernel.house import House
from remit.base import Actor, DomainError, Month
from remit.services import system, visible
from remit.specs import Denied
from tests.attendance.asking_company import (
    asked,
    asking,
    corrected,
    correction_of,
    decided,
    missed,
    missing,
    overtime_of,
    punched,
    punches,
    settings,
    totals,
)
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import TITLE, clerk, company, dev, head

__all__ = ["asking", "clerk", "company", "dev", "head"]

pytestmark = pytest.mark.usefixtures("asking")


def test_a_forgotten_punch_of_the_evening(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """Thursday 19 November has one punch; the shift ends at 18:00, and that is what the form begins with."""
    punched(house, (1, "2026-11-19 08:57:00"))
    assert missing(house, company["1"], "2026-11-19") == 1
    with house.session(dev) as session:
        assert correcting.suggest(session, company["1"], date(2026, 11, 19)) == correcting.Suggested("out", 1080)
        assert correcting.suggest(session, company["1"], date(2026, 11, 18)) == correcting.Suggested("in", 540)
        assert correcting.suggest(session, company["1"], date(2026, 11, 22)) is None
    one = corrected(house, dev, "2026-11-19", "18:05")
    assert missing(house, company["1"], "2026-11-19") == 1
    decided(house, head, CORRECTION, one)
    assert missing(house, company["1"], "2026-11-19") == 0
    first, added = punches(house, company["1"])
    assert (added.at, added.state, added.zone) == (datetime(2026, 11, 19, 10, 5, tzinfo=UTC), 1, "Asia/Shanghai")
    assert correction_of(house, one).punch_id == added.id
    with house.session(SYSTEM) as session, system(session, "tests"):
        line = session.get_one(PunchLine, added.line_id)
        assert line.raw == f"correction {one}: 1 2026-11-19T10:05:00+00:00 out"
        assert line.wall == (date(2026, 11, 19) - date(1970, 1, 1)).days * 86400 + 18 * 3600 + 300
    assert first.line_id != added.line_id


def test_a_wrong_punch_is_kept_and_counts_no_more(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """The card was read again at 20:30 when a colleague had it; whoever left at 18:00 asks for that instead."""
    punched(house, (1, "2026-11-19 08:57:00"), (1, "2026-11-19 20:30:00"))
    wrong = punches(house, company["1"])[1]
    assert totals(house, company["1"], "2026-11") == (150, 0, 0)
    one = corrected(house, dev, "2026-11-19", "18:00", instead_id=wrong.id)
    decided(house, head, CORRECTION, one)
    assert totals(house, company["1"], "2026-11") == (0, 0, 0)
    assert len(punches(house, company["1"])) == 3
    with pytest.raises(DomainError) as refused:
        corrected(house, dev, "2026-11-19", "18:10", instead_id=wrong.id)
    assert (refused.value.code, refused.value.field) == ("attendance.correction_instead", "instead_id")


def test_the_morning_after_a_night(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """A shift from 22:00 to 06:00: the punch of 06:02 belongs to the day on which the night began."""
    with house.session(SYSTEM, write=True) as session:
        night = define_shift(session, "night", TITLE, start_minute=1320, end_minute=1800)
        group = define_group(session, "nights", TITLE, week=[night] * 5 + [None, None], place="CN",
                             zone="Asia/Shanghai")  # fmt: skip
        join_group(session, company["1"], group, date(2026, 11, 1))
    punched(house, (1, "2026-11-18 21:55:00"))
    with house.session(dev) as session:
        assert correcting.suggest(session, company["1"], date(2026, 11, 18)) == correcting.Suggested("out", 360)
    one = corrected(house, dev, "2026-11-18", "06:02")
    assert correction_of(house, one).at == datetime(2026, 11, 18, 22, 2, tzinfo=UTC)
    decided(house, head, CORRECTION, one)
    assert missing(house, company["1"], "2026-11-18") == 0


def test_overtime_counts_once_the_punch_is_there(house: House, company: Company, dev: Actor, head: Actor) -> None:
    punched(house, (1, "2026-11-19 08:57:00"))
    late = asked(house, dev, "2026-11-19", "18:00", "20:00")
    decided(house, head, OVERTIME, late)
    assert overtime_of(house, late).recognised == 0
    decided(house, head, CORRECTION, corrected(house, dev, "2026-11-19", "20:01"))
    assert overtime_of(house, late).recognised == 120
    assert totals(house, company["1"], "2026-11") == (120, 0, 0)


def test_three_a_month_and_only_while_it_is_open(house: House, dev: Actor, head: Actor, clerk: Actor) -> None:
    """What was refused does not count; the month before has three of its own, until it is closed."""
    decided(house, head, CORRECTION, corrected(house, dev, "2026-11-16", "18:00"), "refused")
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        corrected(house, dev, day, "18:00")
    with pytest.raises(DomainError) as refused:
        corrected(house, dev, "2026-11-20", "18:00")
    assert (refused.value.code, refused.value.field) == ("attendance.correction_bound", "day")
    settings(house, corrections=4)
    corrected(house, dev, "2026-11-20", "18:00")
    waiting = corrected(house, dev, "2026-10-12", "18:00")
    with house.session(clerk, write=True) as session:
        close_month(session, clerk, Month(2026, 10))
    with pytest.raises(DomainError) as refused:
        corrected(house, dev, "2026-10-13", "18:00")
    assert (refused.value.code, refused.value.field) == ("attendance.closed", "day")
    with pytest.raises(DomainError) as refused:
        decided(house, head, CORRECTION, waiting)
    assert refused.value.code == "attendance.closed"
    assert correction_of(house, waiting).state == "submitted"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        (missed("2026-11-19", "08:57", "in"), "attendance.correction_known", "time"),
        (missed("2026-11-24", "18:00"), "attendance.correction_future", "time"),
        (missed("2026-11-19", "04:30"), "attendance.correction_day", "time"),
        (missed("2026-11-19", "18:00", reason="  "), "attendance.correction_reason", "reason"),
        (missed("2026-11-19", "18:00", instead_id=999), "attendance.correction_instead", "instead_id"),
        (missed("2019-11-19", "18:00"), "attendance.leave_employed", "day"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for(house: House, dev: Actor, values: dict[str, Any], code: str, field: str) -> None:
    punched(house, (1, "2026-11-19 08:57:00"))
    with house.session(dev, write=True) as session:
        with pytest.raises(DomainError) as refused, session.begin_nested():
            correcting.draft(session, dev, None, values)
        assert (refused.value.code, refused.value.field) == (code, field)
        assert correcting.requests(session, dev, own=True) == []


def test_nobody_corrects_his_own_and_a_draft_comes_back(house: House, dev: Actor, head: Actor) -> None:
    one = corrected(house, dev, "2026-11-19", "18:00")
    with pytest.raises(Denied):
        decided(house, dev, CORRECTION, one)
    with house.session(SYSTEM, write=True) as session:
        request = session.scalars(visible(session, SYSTEM, "attendance.correction:read", select(Correction))).one()
        correcting.TASK_KINDS[0].answered(session, SYSTEM, request, "returned")
        assert request.state == "draft"


def test_four_who_approve_at_once_add_one_punch_each(
    house: House, company: Company, dev: Actor, head: Actor, clerk: Actor
) -> None:
    """Two corrections, both the first of a source that does not exist yet, each approved by two at the same moment."""
    keys = [corrected(house, dev, day, "18:00") for day in ("2026-11-18", "2026-11-19")]

    def approve(key: int) -> str:
        try:
            decided(house, head, CORRECTION, key)
        except DomainError as refused:
            return refused.code
        return "approved"

    with ThreadPoolExecutor(4) as threads:
        said = sorted(threads.map(approve, [keys[0], keys[1], keys[0], keys[1]]))
    assert said == ["approved"] * 2 + ["task.answered"] * 2
    assert [one.at.day for one in punches(house, company["1"])] == [18, 19]


def test_a_punch_is_never_taken_out(house: House, company: Company, dev: Actor, head: Actor) -> None:
    """An approval that is delivered a second time finds the line that names the request."""
    one = corrected(house, dev, "2026-11-19", "18:00")
    decided(house, head, CORRECTION, one)
    with house.session(SYSTEM, write=True) as session:
        request = session.scalars(visible(session, SYSTEM, PUNCHES, select(Correction))).one()
        correcting._apply(session, SYSTEM, request)
    assert len(punches(house, company["1"])) == 1
