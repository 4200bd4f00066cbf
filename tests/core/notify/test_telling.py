from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from core.base.text import use_locale
from core.events.outbox import emit
from core.jobs.models import JobRow
from core.kernel.specs import Message, Recipients
from core.notify import inbox
from core.notify.models import NotificationRow
from core.notify.telling import notify
from tests.core.notify import trial
from tests.core.notify.conftest import SYSTEM, World, without_server


def test_told_people_see_it_and_get_a_mail_each_in_his_language(world: World) -> None:
    assert world.tell("trial.plain", "ada", "bo", subject="A door opened") == 2
    assert world.sink.mails == []
    world.run()
    assert world.states() == ["done", "done"]
    assert sorted(world.to()) == ["Ada <ada@lingke.example>", "包博 <bo@lingke.example>"]
    with world.house.session(SYSTEM) as session:
        items = inbox.items(session, world.people["ada"])
        assert [str(one.row.title) for one in items] == ["A door opened"]
        assert session.scalar(select(inbox.unread(world.people["ada"].account_id))) == 1
        assert session.scalar(select(inbox.unread(world.people["chi"].account_id))) == 0


def test_the_same_key_is_told_once(world: World) -> None:
    assert world.tell("trial.plain", "ada", key="a") == 1
    assert world.tell("trial.plain", "ada", "bo", key="a") == 1
    assert world.tell("trial.urgent", "ada", key="a") == 1
    world.run()
    assert len(world.sink.mails) == 3
    assert len(set(world.sink.ids())) == 3


def test_nothing_is_told_by_what_is_rolled_back(world: World) -> None:
    with world.house.session(SYSTEM, write=True) as session:
        notify(session, "trial.plain", Message(trial.GROUP), to=Recipients([world.people["ada"].account_id or 0]))
        session.rollback()
    world.run()
    assert world.notices() == []
    assert world.sink.mails == []


def test_an_unknown_kind_is_a_programming_error(world: World) -> None:
    with pytest.raises(LookupError, match=r"trial\.nothing"):
        world.tell("trial.nothing", "ada")


def test_an_event_tells_those_it_concerns_once(world: World) -> None:
    with world.house.session(SYSTEM, write=True) as session:
        emit(session, trial.Rung(7, world.people["bo"].account_id or 0))
    world.run()
    world.run()
    assert world.subjects() == ["Bell 7 rang"]
    with world.house.session(SYSTEM) as session:
        row = session.scalars(select(NotificationRow)).one()
        assert (row.kind, row.about, row.link) == ("trial.rung", "bell:7", "/bells")


def test_without_a_server_mails_are_kept_as_not_sent_and_no_job_fails(world: World) -> None:
    world.house = without_server(world)
    world.tell("trial.plain", "ada")
    world.run()
    only = world.deliveries()[0]
    assert only.state == "unsent"
    with use_locale("en"):
        assert str(only.failure) == "Not sent: there is no mail server. Set REMIT_SMTP_URL."
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(JobRow.state)).all() == []


def test_what_was_kept_leaves_once_there_is_a_server_unless_it_is_old_or_was_read(world: World) -> None:
    ready, ada = world.house, world.people["ada"]
    world.house = without_server(world)
    world.tell("trial.plain", "ada", subject="old")
    world.moment += timedelta(days=1)
    world.tell("trial.plain", "ada", subject="read")
    world.tell("trial.plain", "ada", "bo", subject="young")
    with world.house.session(ada, write=True) as session:
        read = next(one for one in inbox.items(session, ada) if str(one.row.title) == "read")
        inbox.mark(session, ada, [read.row.id], read=True)
    world.moment += timedelta(days=2, hours=1)
    world.run()
    assert world.states() == ["unsent"] * 4, "there is no server yet"
    world.house = ready
    world.run()
    assert world.states() == ["unsent", "dropped", "done", "done"]
    assert world.subjects() == ["young", "young"]
    with use_locale("en"):
        assert str(world.deliveries()[0].failure) == "Not sent: it was more than 3 days old when it could be."
    world.run()
    assert len(world.sink.mails) == 2


def test_who_cannot_sign_in_any_more_is_not_told(world: World) -> None:
    from core.identity.models import Account

    with world.house.session(SYSTEM, write=True) as session:
        session.get_one(Account, world.people["bo"].account_id).is_active = False
    assert world.tell("trial.plain", "ada", "bo") == 1


def test_what_was_told_half_a_year_ago_goes(world: World) -> None:
    from core.jobs.queue import enqueue

    world.tell("trial.plain", "ada", subject="old")
    world.run()
    world.moment = datetime(2026, 11, 23, 2, tzinfo=UTC) + timedelta(days=181)
    world.tell("trial.plain", "ada", subject="new")
    with world.house.session(SYSTEM, write=True) as session:
        enqueue(session, SYSTEM, "notify.purge", {})
    world.run()
    assert len(world.notices()) == 1
    assert len(world.deliveries()) == 1
    with world.house.session(SYSTEM) as session:
        assert [str(one.row.title) for one in inbox.items(session, world.people["ada"])] == ["new"]


def test_an_event_of_failed_jobs_reaches_who_asked(world: World) -> None:
    from core.jobs.queue import enqueue

    with world.house.session(SYSTEM, write=True) as session:
        enqueue(session, world.people["ada"], "notify.test_mail", {"x": 1})
    world.house = without_server(world)
    world.run()
    world.run()
    with world.house.session(SYSTEM) as session, use_locale("en"):
        items = inbox.items(session, world.people["ada"])
        assert [str(one.row.title) for one in items] == ["“Test of the mail server” did not succeed"]
