"""What nobody reads in time also goes to who stands in: worked examples in Shanghai's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from core.base.text import use_locale
from core.notify import inbox
from remit.models import Assignment, Position
from remit.services import system
from tests.core.notify.conftest import SYSTEM, World


def stand_in(world: World, deputy: str, principal: str) -> None:
    """From the beginning of the year one holds an acting post for the other."""
    with world.house.session(SYSTEM, write=True) as session, system(session, "somebody stands in"):
        theirs = session.scalars(
            select(Assignment).where(Assignment.person_id == world.people[principal].person_id)
        ).one()
        own = session.scalars(select(Assignment).where(Assignment.person_id == world.people[deputy].person_id)).one()
        second = Position(code=f"P-{deputy}")
        session.add(second)
        session.flush()
        session.add(Assignment(
            employment_id=own.employment_id, person_id=own.person_id, position_id=second.id, kind="acting",
            is_primary=False, fte=0, valid_from=date(2026, 1, 1), stands_in_for_id=theirs.id,
        ))


def test_eight_working_hours_later_it_goes_to_the_stand_in_once(world: World) -> None:
    """Told on Friday at 15:00: three hours are left of it, five more end on Monday at 15:00 (an hour is lunch)."""
    stand_in(world, "bo", "ada")
    world.moment = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    world.tell("trial.waits", "ada", subject="Sign this")
    world.run()
    assert world.notices()[0].escalate_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    world.moment = datetime(2026, 11, 23, 6, 59, tzinfo=UTC)
    world.run()
    assert len(world.notices()) == 1
    world.moment = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)  # days late: nobody was there
    world.run()
    world.moment += timedelta(days=3)
    world.run()
    own, deputy = world.notices()
    assert own.escalated_at is not None
    assert own.read_at is None, "both see it"
    assert (deputy.account_id, deputy.for_account_id) == (world.people["bo"].account_id, world.people["ada"].account_id)
    assert world.to() == ["Ada <ada@lingke.example>", "包博 <bo@lingke.example>"]
    body = world.sink.mails[1].get_body(("plain",))
    assert body is not None
    assert "Ada 未及时阅读，你是 Ada 的代理人，因此收到这条通知。" in body.get_content()
    with world.house.session(SYSTEM) as session, use_locale("en"):
        assert [one.instead_of for one in inbox.items(session, world.people["bo"])] == ["Ada"]


def test_what_was_read_in_time_stays_where_it_is(world: World) -> None:
    stand_in(world, "bo", "ada")
    world.tell("trial.waits", "ada")
    with world.house.session(world.people["ada"], write=True) as session:
        inbox.mark(session, world.people["ada"], None, read=True)
    world.moment += timedelta(days=7)
    world.run()
    assert len(world.notices()) == 1


def test_nobody_stands_in_or_he_has_it_already(world: World) -> None:
    stand_in(world, "bo", "ada")
    world.tell("trial.waits", "ada", "bo", "chi")
    world.moment += timedelta(days=7)
    world.run()
    assert len(world.notices()) == 3
    assert {one.for_account_id for one in world.notices()} == {None}
    assert all(one.escalated_at is not None for one in world.notices()), "and none is looked at again"
