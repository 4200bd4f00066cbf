"""What a reader may do from a mail: his own ways, in a mail of its own, made when it leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from core.notify import choices
from core.notify.models import NotificationRow
from tests.core.notify.conftest import SYSTEM, World
from tests.core.notify.test_escalating import stand_in


def said(world: World, number: int) -> str:
    body = world.sink.mails[number].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_each_reader_has_ways_of_his_own(world: World) -> None:
    world.tell("trial.offers", "ada", "bo")
    world.run()
    for number, login in enumerate(("ada", "bo")):
        person = world.people[login].person_id
        assert f"Ring: https://hr.lingke.example/ring/{person}/thing:1\n" in said(world, number).replace("：", ": ")
        assert "Ring once." in said(world, number)
        assert "/notifications/1/open" in said(world, number)
    with world.house.session(SYSTEM) as session:
        row = session.scalars(select(NotificationRow)).one()
        assert "ring" not in str([row.link, row.lines, row.subject, row.action]), "kept nowhere"


def test_a_mail_that_goes_again_says_the_same(world: World) -> None:
    world.sink.answer = lambda step, _text: "keep" if step == "DOT" else None
    world.tell("trial.offers", "ada")
    world.run()
    world.sink.answer = lambda _step, _text: None
    world.moment += timedelta(minutes=5)
    world.run()
    assert len(world.sink.mails) == 2
    assert said(world, 0) == said(world, 1)
    assert world.sink.mails[0]["Message-ID"] == world.sink.mails[1]["Message-ID"]


def test_whoever_stands_in_looks_at_the_page(world: World) -> None:
    stand_in(world, "bo", "ada")
    world.moment = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    world.tell("trial.offers", "ada")
    world.run()
    world.moment = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    world.run()
    assert "/ring/" in said(world, 0)
    assert "bo@" in world.to()[1]
    assert "/ring/" not in said(world, 1)
    assert "/notifications/1/open" in said(world, 1)


def test_what_is_collected_leads_to_the_pages(world: World) -> None:
    account_id = world.people["ada"].account_id or 0
    with world.house.session(SYSTEM, write=True) as session:
        choices.choose(session, account_id, {("trial.offers", "mail"): "daily"})
    world.tell("trial.offers", "ada")
    world.tell("trial.offers", "ada", about="thing:2")
    world.run()
    assert world.sink.mails == []
    world.moment += timedelta(days=1)
    world.run()
    assert len(world.sink.mails) == 1
    assert "/ring/" not in said(world, 0)
    assert "/notifications/2/open" in said(world, 0)


def test_a_kind_that_fails_to_offer_holds_up_no_mail(world: World) -> None:
    world.tell("trial.offers", "ada", about="thing:13")
    world.tell("trial.plain", "bo")
    world.run()
    assert world.states() == ["done", "done"]
    assert "/ring/" not in said(world, 0)
    assert "/notifications/1/open" in said(world, 0)
