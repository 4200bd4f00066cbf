"""Quiet hours and digests, by the clock on the wall of the reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.base.actor import Actor
from core.base.errors import DomainError
from core.notify import choices, inbox
from core.notify.rules import Times, after_quiet, backoff, due, next_digest
from tests.core.notify.conftest import World

SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = Times(quiet_from=22 * 60, quiet_to=7 * 60)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "zone", "now", "then"),
    [
        (NIGHT, SHANGHAI, "2026-11-23 13:59", "2026-11-23 13:59"),    # 21:59
        (NIGHT, SHANGHAI, "2026-11-23 14:00", "2026-11-23 23:00"),    # 22:00, until 07:00 the next day
        (NIGHT, SHANGHAI, "2026-11-23 20:00", "2026-11-23 23:00"),    # 04:00 of the next day
        (NIGHT, SHANGHAI, "2026-11-23 22:59", "2026-11-23 23:00"),    # 06:59
        (NIGHT, SHANGHAI, "2026-11-23 23:00", "2026-11-23 23:00"),    # 07:00
        (Times(12 * 60, 14 * 60), SHANGHAI, "2026-11-23 04:30", "2026-11-23 06:00"),
        (Times(12 * 60, 12 * 60), SHANGHAI, "2026-11-23 04:30", "2026-11-23 04:30"),
        (Times(), SHANGHAI, "2026-11-23 18:00", "2026-11-23 18:00"),
        # Summer time begins in Berlin on 29 March 2026: 02:00 becomes 03:00. 07:00 is 05:00 UTC from then on.
        (NIGHT, BERLIN, "2026-03-28 21:30", "2026-03-29 05:00"),
        (NIGHT, BERLIN, "2026-03-27 21:30", "2026-03-28 06:00"),
        # It ends on 25 October 2026: 03:00 becomes 02:00. The night is an hour longer.
        (NIGHT, BERLIN, "2026-10-24 20:00", "2026-10-25 06:00"),
        # Quiet until 02:30, which does not exist on that night: 03:30 summer time, 01:30 UTC.
        (Times(23 * 60, 150), BERLIN, "2026-03-29 00:30", "2026-03-29 01:30"),
        # Quiet until 01:30, which comes twice in New York on 1 November 2026: the first one, 05:30 UTC.
        (Times(23 * 60, 90), NEW_YORK, "2026-11-01 04:00", "2026-11-01 05:30"),
    ],
)  # fmt: skip
def test_quiet_hours(times: Times, zone: ZoneInfo, now: str, then: str) -> None:
    assert after_quiet(utc(now), times, zone) == utc(then)


@pytest.mark.parametrize(
    ("batch", "zone", "now", "then"),
    [
        ("daily", SHANGHAI, "2026-11-23 00:59", "2026-11-23 01:00"),
        ("daily", SHANGHAI, "2026-11-23 01:00", "2026-11-24 01:00"),
        ("weekly", SHANGHAI, "2026-11-23 00:59", "2026-11-23 01:00"),   # a Monday, before nine
        ("weekly", SHANGHAI, "2026-11-23 01:00", "2026-11-30 01:00"),
        ("weekly", SHANGHAI, "2026-11-26 01:00", "2026-11-30 01:00"),
        ("daily", BERLIN, "2026-03-28 09:00", "2026-03-29 07:00"),      # 23 hours later, less one
        ("daily", BERLIN, "2026-10-24 09:00", "2026-10-25 08:00"),
    ],
)  # fmt: skip
def test_digests(batch: str, zone: ZoneInfo, now: str, then: str) -> None:
    assert next_digest(utc(now), batch, Times(), zone) == utc(then)


def test_urgent_goes_through_and_a_digest_waits_for_the_morning() -> None:
    times = Times(22 * 60, 10 * 60)
    assert due(utc("2026-11-23 15:00"), "now", True, times, SHANGHAI) == (utc("2026-11-23 15:00"), "")
    assert due(utc("2026-11-23 15:00"), "now", False, times, SHANGHAI) == (utc("2026-11-24 02:00"), "")
    assert due(utc("2026-11-23 15:00"), "daily", False, times, SHANGHAI) == (utc("2026-11-24 02:00"), "daily")


def test_tries_come_further_and_further_apart() -> None:
    assert [backoff(tries) // timedelta(minutes=1) for tries in (1, 2, 3, 8, 9, 14)] == [1, 2, 4, 128, 240, 240]


def choose(world: World, login: str, times: Times | None = None, **chosen: str) -> None:
    account_id = world.people[login].account_id or 0
    with world.house.session(world.people[login], write=True) as session:
        wanted = {(f"trial.{kind}", "mail"): choice for kind, choice in chosen.items()}
        choices.choose(session, account_id, wanted)
        if times is not None:
            choices.set_times(session, account_id, times)


def read_all(world: World, actor: Actor) -> None:
    with world.house.session(actor, write=True) as session:
        inbox.mark(session, actor, None, read=True)


def test_what_comes_at_night_goes_in_the_morning_once_also_after_an_outage(world: World) -> None:
    choose(world, "ada", NIGHT)
    world.moment = utc("2026-11-23 15:00")
    world.tell("trial.plain", "ada", subject="late")
    world.tell("trial.urgent", "ada", subject="at once")
    world.run()
    assert world.subjects() == ["at once"]
    world.moment = utc("2026-11-23 22:59")
    world.run()
    assert len(world.sink.mails) == 1
    world.moment = utc("2026-11-25 04:00")  # nobody was there on time
    world.run()
    world.run()
    assert world.subjects() == ["at once", "late"]


def test_quiet_hours_chosen_later_hold_too(world: World) -> None:
    world.moment = utc("2026-11-23 15:00")
    world.tell("trial.plain", "ada")
    choose(world, "ada", NIGHT)
    world.run()
    assert world.sink.mails == []
    assert world.deliveries()[0].due_at == utc("2026-11-23 23:00")
    world.moment = utc("2026-11-23 23:00")
    world.run()
    assert len(world.sink.mails) == 1


def test_a_digest_is_one_mail_of_what_is_unread(world: World) -> None:
    choose(world, "ada", plain="daily")
    for subject in ("first", "second", "third"):
        world.tell("trial.plain", "ada", subject=subject)
    world.tell("trial.daily", "ada", "bo", subject="small")
    with world.house.session(world.people["ada"], write=True) as session:
        ada = world.people["ada"]
        second = [one.row.id for one in inbox.items(session, ada) if str(one.row.title) == "second"]
        inbox.mark(session, ada, second, read=True)
    world.run()
    assert world.sink.mails == []
    world.moment = utc("2026-11-24 01:00")
    world.run()
    world.run()
    by_reader = {str(one["To"]): one for one in world.sink.mails}
    assert sorted(by_reader) == ["Ada <ada@lingke.example>", "包博 <bo@lingke.example>"]
    mine = by_reader["Ada <ada@lingke.example>"]
    assert mine["Subject"] == "3 notifications"
    body = mine.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert [word in text for word in ("first", "second", "third", "small")] == [True, False, True, True]
    assert by_reader["包博 <bo@lingke.example>"]["Subject"] == "small"
    assert sorted(world.states()) == ["done", "done", "done", "done", "dropped"]


def test_a_digest_that_is_repeated_after_a_break_is_the_same_mail(world: World) -> None:
    choose(world, "ada", plain="daily")
    world.tell("trial.plain", "ada", subject="first")
    world.tell("trial.plain", "ada", subject="second")
    world.moment = utc("2026-11-24 01:00")
    world.sink.answer = lambda step, _text: "keep" if step == "DOT" else None
    world.run()
    world.tell("trial.urgent", "ada", subject="something else")
    world.sink.answer = lambda _step, _text: None
    world.moment += timedelta(minutes=2)
    world.run()
    digests = [one for one in world.sink.mails if one["Subject"] == "2 notifications"]
    assert len(digests) == 2
    assert len({str(one["Message-ID"]) for one in digests}) == 1


def test_what_is_switched_off_does_not_come_and_what_must_come_cannot_be(world: World) -> None:
    choose(world, "ada", plain="off")
    world.tell("trial.plain", "ada", "bo")
    world.run()
    assert world.to() == ["包博 <bo@lingke.example>"]
    assert len(world.notices()) == 2, "under the bell it stands all the same"
    with pytest.raises(DomainError, match="法律|The law wants it"):
        choose(world, "ada", fixed="off")
    with pytest.raises(DomainError):
        choose(world, "ada", urgent="daily")
    choose(world, "ada", plain="now")
    world.tell("trial.plain", "ada")
    world.run()
    assert world.to()[-1] == "Ada <ada@lingke.example>"
    with world.house.session(world.people["ada"]) as session:
        assert choices.wishes(session, [world.people["ada"].account_id or 0]).chosen == {}, "the default is not kept"


def test_half_a_pair_of_quiet_hours_is_refused(world: World) -> None:
    with pytest.raises(DomainError) as refused:
        choose(world, "ada", Times(quiet_from=60))
    assert refused.value.field == "quiet_to"


def test_what_was_read_in_the_quiet_hours_is_not_sent_after_them(world: World) -> None:
    choose(world, "ada", NIGHT)
    world.moment = utc("2026-11-23 15:00")
    world.tell("trial.plain", "ada")
    read_all(world, world.people["ada"])
    world.moment = utc("2026-11-24 01:00")
    world.run()
    assert world.states() == ["dropped"]
    assert world.sink.mails == []
