"""Punching on the web: whose clock counts, what is one punch, and where it was made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from attendance.models import Group, Place, PunchPlace
from attendance.rules.places import Spot
from attendance.services import punching
from core.kernel.house import House
from remit.base import Actor, DomainError, clock
from remit.models import Translation
from remit.services import visible
from remit.specs import Denied
from tests.attendance.asking_company import asking, punches, settings
from tests.attendance.conftest import SYSTEM, Company
from tests.attendance.leave_company import clerk, company, dev, head

__all__ = ["asking", "clerk", "company", "dev", "head"]

pytestmark = pytest.mark.usefixtures("asking")

HERE = Spot(31_230_416, 121_473_701)
#: About 333 m to the north: 3 thousandths of a degree of 111.195 km.
NEAR = Spot(31_233_416, 121_473_701)
MORNING = datetime(2026, 11, 23, 0, 58, 31, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the clock of the server stand at an instant."""

    def stand(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    stand(MORNING)
    return stand


def press(
    house: House, actor: Actor, token: str = "a" * 16, told: punching.Told | None = None
) -> tuple[int, bool, str]:
    with house.session(actor, write=True) as session:
        done = punching.punch_now(session, actor, token, told or punching.Told())
        return done.punch.id, done.new, done.place.whereabouts if done.place is not None else ""


def place(house: House, radius: int) -> None:
    with house.session(SYSTEM, write=True) as session:
        group = session.scalars(select(Group)).one()
        session.add(Place(group_id=group.id, title=Translation(zh_CN="总部", en="Head office"), latitude=HERE.latitude,
                          longitude=HERE.longitude, radius=radius, active=True))  # fmt: skip


def test_the_clock_of_the_server_counts(house: House, company: Company, dev: Actor, at: Any) -> None:
    press(house, dev)
    (one,) = punches(house, company["1"])
    assert (one.at, one.zone, one.state) == (MORNING, "Asia/Shanghai", 255)
    with house.session(dev) as session:
        (seen,) = punching.own_punches(session, dev, MORNING.date())
    assert (seen.at.strftime("%H:%M:%S"), seen.source, seen.whereabouts) == ("08:58:31", "web", "missing")


def test_pressed_twice_within_a_minute_is_one_punch(house: House, company: Company, dev: Actor, at: Any) -> None:
    """59 seconds later it is the first, 60 seconds later another; one that was sent twice is one, hours later too."""
    first, new, _where = press(house, dev)
    assert new
    at(MORNING + timedelta(seconds=59))
    assert press(house, dev, "b" * 16) == (first, False, "missing")
    at(MORNING + timedelta(seconds=60))
    second, new, _where = press(house, dev, "c" * 16)
    assert (second != first, new) == (True, True)
    at(MORNING + timedelta(hours=3))
    assert press(house, dev)[:2] == (first, False)
    assert len(punches(house, company["1"])) == 2


def test_eight_presses_at_once_are_one_punch(house: House, company: Company, dev: Actor, head: Actor, at: Any) -> None:
    """Each with a connection of its own, four with a token of their own, and a colleague who is the first as well."""
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda n: press(house, dev if n % 2 else head, f"{n % 4:016d}"), range(8)))
    assert sum(new for _id, new, _where in told) == 2
    assert len(punches(house, company["1"])) == len(punches(house, company["H"])) == 1


@pytest.mark.parametrize(
    ("radius", "told", "whereabouts", "distance"),
    [
        (0, punching.Told(NEAR, 12), "anywhere", None), (300, punching.Told(NEAR, 12), "outside", 334),
        (400, punching.Told(NEAR, 12), "inside", 334), (300, punching.Told(refused=True), "refused", None),
        (300, punching.Told(), "missing", None),
    ],
)  # fmt: skip
def test_where_it_was_made(
    house: House, dev: Actor, at: Any, radius: int, told: punching.Told, whereabouts: str, distance: int | None
) -> None:
    if radius:
        place(house, radius)
    assert press(house, dev, told=told)[2] == whereabouts
    with house.session(SYSTEM) as session:
        kept = session.scalars(visible(session, SYSTEM, "attendance.punch:read", select(PunchPlace))).one()
        assert (kept.distance, kept.accuracy) == (distance, told.accuracy)
        assert kept.spot == ("31233416,121473701" if told.spot else "")


def test_a_group_that_wants_to_know_where(house: House, company: Company, dev: Actor, at: Any) -> None:
    """Without a location it is refused and nothing is written; outside it is kept. Switched off, nothing is noted."""
    settings(house, location="need")
    place(house, 100)
    for told in (punching.Told(), punching.Told(refused=True)):
        with pytest.raises(DomainError) as refused:
            press(house, dev, told=told)
        assert refused.value.code == "attendance.punch_place"
    assert punches(house, company["1"]) == []
    assert press(house, dev, told=punching.Told(NEAR))[1:] == (True, "outside")
    settings(house, location="off")
    at(MORNING + timedelta(hours=1))
    assert press(house, dev, "d" * 16, punching.Told(NEAR))[1:] == (True, "")


def test_only_whom_the_list_lets(house: House, company: Company, dev: Actor, at: Any) -> None:
    with pytest.raises(DomainError):
        press(house, Actor("person", account_id=99))
    from core.authority.document import parse
    from core.authority.publish import publish
    from tests.attendance.asking_company import ASKING

    text = "\n".join(line for line in ASKING.splitlines() if "punch:make" not in line)
    with house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(text.replace("version: 3", "version: 4").replace("2020-02-01", "2020-03-01")))
    with pytest.raises(Denied):
        press(house, dev)
    assert punches(house, company["1"]) == []
