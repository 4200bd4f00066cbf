"""Each mail leaves once: servers that refuse, hang, break off, and workers that die."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.base.text import use_locale
from core.jobs.models import JobRow
from core.notify import addresses, delivering, planning, smtp
from core.notify.models import Bounce, Delivery
from core.notify.outgoing import Outgoing
from remit.models import Person
from remit.services import system
from tests.core.notify.conftest import SYSTEM, World


def reason(world: World) -> str:
    with use_locale("en"):
        return str(world.deliveries()[0].failure)


def test_a_server_that_asks_to_wait_is_asked_again_later_and_then_takes_it(world: World) -> None:
    world.sink.answer = lambda step, _text: "451 busy" if step == "RCPT" else None
    world.tell("trial.plain", "ada")
    world.run()
    one = world.deliveries()[0]
    assert (one.state, one.tries, one.repeats) == ("waiting", 1, 0)
    assert one.due_at == world.moment + timedelta(minutes=1)
    assert reason(world) == "The mail server asks to try again later (451)."
    world.run()
    assert world.deliveries()[0].tries == 1, "not before its time"
    world.moment += timedelta(minutes=1)
    world.run()
    assert world.deliveries()[0].due_at == world.moment + timedelta(minutes=2)
    world.sink.answer = lambda _step, _text: None
    world.moment += timedelta(minutes=2)
    world.run()
    assert world.states() == ["done"]
    assert len(world.sink.mails) == 1


def test_what_never_goes_is_given_up(world: World) -> None:
    world.sink.answer = lambda step, _text: "451 busy" if step == "MAIL" else None
    world.tell("trial.plain", "ada")
    for _try in range(delivering.TRIES):
        world.run()
        world.moment += timedelta(hours=4)
    assert world.states() == ["failed"]
    assert world.sink.mails == []


def test_a_server_that_is_not_there_holds_up_all_and_is_asked_once_a_turn(world: World) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
    good, house = world.house, world.house
    world.house = replace(house, config=replace(house.config, smtp_url=closed))
    world.tell("trial.plain", "ada", "bo", "chi")
    world.run()
    assert {(one.state, one.tries, one.repeats) for one in world.deliveries()} == {("waiting", 1, 0)}
    assert reason(world) == "The mail server cannot be reached."
    world.house = good
    world.moment += timedelta(minutes=2)
    world.run()
    assert world.states() == ["done"] * 3
    assert world.sink.connections == 1


def test_a_server_that_hangs_is_left_after_a_while(world: World) -> None:
    world.sink.answer = lambda step, _text: "hang" if step == "MAIL" else None
    world.tell("trial.plain", "ada", "bo")
    world.run()
    assert {(one.state, one.tries, one.repeats) for one in world.deliveries()} == {("waiting", 1, 0)}
    with world.house.session(SYSTEM) as session:
        assert set(session.scalars(select(JobRow.state))) == {"done"}, "no job failed of it"


def test_a_refused_address_gets_nothing_more_until_it_changes(world: World) -> None:
    world.sink.answer = lambda step, text: "550 no such box" if step == "RCPT" and "ada@" in text else None
    world.tell("trial.plain", "ada", "bo")
    world.run()
    assert world.states() == ["bounced", "done"]
    assert reason(world) == "The mail server does not take mail for this address (550)."
    world.sink.answer = lambda _step, _text: None
    world.tell("trial.plain", "ada")
    world.run()
    assert world.states() == ["bounced", "done", "bounced"]
    assert world.to() == ["包博 <bo@lingke.example>"]
    with world.house.session(SYSTEM) as session:
        told = session.scalars(select(Bounce)).one()
        assert (told.address, told.code, told.channel) == ("ada@lingke.example", 550, "mail")
    with world.house.session(SYSTEM, write=True) as session, system(session, "she has a new address"):
        session.get_one(Person, world.people["ada"].person_id).email = "ada.new@lingke.example"
    world.tell("trial.plain", "ada")
    world.run()
    assert world.to()[-1] == "Ada <ada.new@lingke.example>"


def test_a_refused_address_that_is_confirmed_gets_mail_again(world: World) -> None:
    world.sink.answer = lambda step, _text: "550 no such box" if step == "RCPT" else None
    world.tell("trial.plain", "ada")
    world.run()
    world.sink.answer = lambda _step, _text: None
    with world.house.session(world.people["bo"], write=True) as session:
        assert addresses.confirm_own(session, world.people["bo"]) == 0
    with world.house.session(world.people["ada"], write=True) as session:
        assert addresses.confirm_own(session, world.people["ada"]) == 1
    world.tell("trial.plain", "ada")
    world.run()
    assert world.to() == ["Ada <ada@lingke.example>"]


@pytest.mark.parametrize(
    "address", ["no address", "a@b", "a@b.example>, <eve@evil.example", "x\r\nBcc: eve@evil.example"]
)
def test_what_cannot_be_an_address_is_never_tried(world: World, address: str) -> None:
    with world.house.session(SYSTEM, write=True) as session, system(session, "somebody typed nonsense"):
        session.get_one(Person, world.people["ada"].person_id).email = address
    world.tell("trial.plain", "ada")
    world.run()
    assert world.states() == ["bounced"]
    assert world.sink.seen == []


def test_a_mail_whose_content_is_refused_is_no_fault_of_the_address(world: World) -> None:
    world.sink.answer = lambda step, _text: "554 spam" if step == "DOT" else None
    world.tell("trial.plain", "ada")
    world.run()
    assert world.states() == ["failed"]
    with world.house.session(SYSTEM) as session:
        assert session.scalars(select(Bounce)).all() == []


def test_a_connection_that_breaks_before_the_yes_repeats_under_the_same_id(world: World) -> None:
    """The server kept it and said nothing: nobody can know. It goes again, recognisable, and is counted."""
    world.sink.answer = lambda step, _text: "keep" if step == "DOT" else None
    world.tell("trial.plain", "ada", "bo")
    world.run()
    assert {(one.state, one.tries, one.repeats) for one in world.deliveries()} == {("waiting", 1, 1)}
    world.sink.answer = lambda _step, _text: None
    world.moment += timedelta(minutes=2)
    world.run()
    assert world.states() == ["done", "done"]
    assert len(world.sink.mails) == 4
    assert len(set(world.sink.ids())) == 2


class Killed(BaseException):
    """The process is gone: nothing after this point runs."""


@pytest.mark.parametrize("when", ["before the mark", "after the mark", "after the yes"])
def test_a_worker_that_dies_leaves_each_mail_handed_over(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Before the mark nothing left and nothing is in doubt. After it the mail goes again, under the same Message-ID."""
    real_mark, real_settle = Outgoing.mark, delivering._settle

    def mark(self: Outgoing) -> None:
        if when != "before the mark":
            real_mark(self)
        if when != "after the yes":
            raise Killed

    def settle(*_arguments: object) -> None:
        raise Killed

    world.tell("trial.plain", "ada")
    with world.house.session(SYSTEM, write=True) as session:
        keys = planning.hold_due(session)
    with monkeypatch.context() as patch:
        patch.setattr(Outgoing, "mark", mark)
        if when == "after the yes":
            patch.setattr(delivering, "_settle", settle)
        with pytest.raises(Killed):
            delivering.deliver(world.house, keys)
    assert world.states() == ["waiting" if when == "before the mark" else "handing"]
    assert real_settle is delivering._settle
    counted = delivering.deliver(world.house, keys)  # the pool gives the same job to another worker
    assert dict(counted) == {"done": 1}
    assert len(set(world.sink.ids())) == 1
    assert len(world.sink.mails) == (2 if when == "after the yes" else 1)
    assert world.deliveries()[0].repeats == (0 if when == "before the mark" else 1)


def test_what_a_dead_job_held_is_found_when_its_hour_is_over(world: World) -> None:
    world.tell("trial.plain", "ada")
    with world.house.session(SYSTEM, write=True) as session:
        assert len(planning.hold_due(session)) == 1
        session.execute(update(Delivery).values(state="handing", message_id="7.1.mail"))
        session.execute(update(JobRow).values(state="failed"))
    world.run()
    assert world.sink.mails == []
    world.moment += planning.HOLD + timedelta(minutes=1)
    world.run()
    assert world.states() == ["done"]
    assert world.sink.ids() == ["<7.1.mail@lingke.example>"]


def test_two_workers_hand_one_message_over_once(world: World) -> None:
    world.tell("trial.plain", "ada", "bo")
    with world.house.session(SYSTEM, write=True) as session:
        keys = planning.hold_due(session)
        assert planning.hold_due(session) == [], "what one plan holds no other finds"
    with world.house.session(SYSTEM) as session:
        late = delivering.Turn(world.house, session, keys)
    assert delivering.deliver(world.house, keys)["done"] == 2
    messages = [[row] for row in late.rows]
    counted = delivering._through(late, late.channels["mail"], messages, lambda _done: None)
    assert dict(counted) == {"taken": 2}
    assert len(world.sink.mails) == 2


def test_many_go_in_jobs_of_a_few_hundred_and_a_reader_is_never_parted() -> None:
    keys = [(number, account, "mail") for account in range(1, 101) for number in range(1, 8)]
    parts = planning.parts(keys)
    assert sum(len(part["keys"]) for part in parts) == 700
    assert all(len(part["keys"]) <= planning.PART for part in parts)
    homes: dict[int, set[int]] = {}
    for at, part in enumerate(parts):
        for _number, account, _channel in part["keys"]:
            homes.setdefault(account, set()).add(at)
    assert all(len(places) == 1 for places in homes.values())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtp://mail.example", "smtp://mail.example:25"),
        ("starttls://post:p%40ss@mail.example", "starttls://post@mail.example:587"),
        ("smtps://post:secret@mail.example:2465", "smtps://post@mail.example:2465"),
    ],
)
def test_the_address_of_a_server_shows_no_password(url: str, shown: str) -> None:
    server = smtp.Server.of(url)
    assert str(server) == shown
    assert "secret" not in repr(server)
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://u:secret@mail.example", "smtp://h:x1"])
def test_a_wrong_address_of_a_server_is_refused_without_its_password(url: str) -> None:
    from core.config import SettingError

    with pytest.raises(SettingError) as refused:
        smtp.Server.of(url)
    assert "secret" not in str(refused.value)
