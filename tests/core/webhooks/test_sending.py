"""Events reach the addresses that have subscribed to them: signed, with one id, and when the receiver is ill, later."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from core.base.actor import Actor
from core.base.errors import DomainError
from core.events.deliverer import Deliverer
from core.events.models import EventRow
from core.jobs.models import JobRow
from core.jobs.pool import Pool
from core.jobs.queue import enqueue
from core.kernel.house import House
from core.webhooks import deliveries, jobs, sending, subscriptions, waking
from core.webhooks.models import Webhook, WebhookDelivery, WebhookState, WebhookTry
from tests.core.webhooks.conftest import SYSTEM, pin, run
from tests.core.webhooks.receiver import Got, Receiver, answers

CLERK = Actor(kind="person", name="Clerk", account_id=7, person_id=70)


def subscribe(house: House, url: str, *events: str, filter: str = "") -> tuple[int, str]:
    with house.session(SYSTEM, write=True) as session:
        made, secret = subscriptions.create(
            session, SYSTEM, name="ERP", url=url, events=events or ("sample.*",), filter=filter
        )
        return made.id, secret


def log(house: House) -> list[WebhookDelivery]:
    with house.session(SYSTEM, write=True) as session:  # what was read stays readable after a commit
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def signed(got: Got, secret: str) -> list[bool]:
    """Whether each signature of a request was made with a secret: the recipe of the standard, in its own few lines."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = b".".join((got.headers["webhook-id"].encode(), got.headers["webhook-timestamp"].encode(), got.body))
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return [expected == one for one in got.headers["webhook-signature"].split()]


def test_an_event_reaches_who_has_subscribed(house: House, receiver: Receiver) -> None:
    _id, secret = subscribe(house, receiver.url)
    subscribe(house, f"{receiver.url}/other", "jobs.job_failed")
    pin(house, "n1")
    assert receiver.got == [], "not in the transaction that tells"
    run(house)
    (got,) = receiver.got
    body = json.loads(got.body)
    with house.session(SYSTEM) as session:
        told = session.scalars(select(EventRow).where(EventRow.name == "sample.notice_pinned")).one()
        assert body == {
            "id": got.headers["webhook-id"], "event": "sample.notice_pinned", "occurred_at": told.at.isoformat(),
            "data": {"notice_id": told.payload["notice_id"], "code": "n1"},
        }  # fmt: skip
    assert got.path == "/hook"
    assert got.headers["content-type"] == "application/json"
    assert abs(int(got.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert signed(got, secret) == [True]
    assert "cookie" not in got.headers
    (row,) = log(house)
    assert (row.state, row.status, row.tries) == ("done", 204, 1)
    run(house)
    assert len(receiver.got) == 1


def test_what_is_rolled_back_and_what_nobody_wants_is_not_sent(house: House, receiver: Receiver) -> None:
    subscribe(house, receiver.url, "sample.notice_pinned", filter='code == "urgent" or code == "fire"')
    pin(house, "n1")
    pin(house, "fire")
    with pytest.raises(DomainError):
        pin(house, "fire")
    run(house)
    assert [json.loads(one.body)["data"]["code"] for one in receiver.got] == ["fire"]


def test_the_secret_is_not_readable_in_the_database(house: House, receiver: Receiver) -> None:
    number, secret = subscribe(house, receiver.url)
    with house.database.migration() as connection:
        stored = connection.exec_driver_sql("select secret from core_webhook").scalar_one()
    assert secret.encode() not in bytes(stored)
    assert secret.removeprefix("whsec_").encode() not in bytes(stored)
    with house.session(SYSTEM) as session:
        assert session.get_one(Webhook, number).secret == secret


def test_a_receiver_that_is_ill_gets_it_later_with_the_same_id(house: House, receiver: Receiver) -> None:
    receiver.behave = answers(500, b"<script>alert(1)</script>\x00\x1b[2J" + b"x" * 9_000, Content_Type="text/html")
    _id, secret = subscribe(house, receiver.url)
    pin(house, "n1")
    run(house)
    run(house)
    assert len(receiver.got) == 1, "not at once again"
    (row,) = log(house)
    assert (row.state, row.status, str(row.failure)) == ("waiting", 500, "It answered 500.")
    assert row.answer.startswith("<script>alert(1)</script>\ufffd\ufffd[2Jxxx")
    assert len(row.answer) <= 512
    receiver.behave = answers(200)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=7)):
        run(house)
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert [one.body for one in receiver.got] == [receiver.got[0].body] * 2
    assert signed(receiver.got[1], secret) == [True]
    assert receiver.got[0].headers["webhook-timestamp"] != receiver.got[1].headers["webhook-timestamp"]
    (row,) = log(house)
    assert (row.state, row.failure) == ("done", None)
    with house.session(SYSTEM) as session:
        tries = deliveries.tries(session, SYSTEM, row)
        assert [(one.number, one.status) for one in tries] == [(1, 500), (2, 200)]


def test_tries_end_after_a_day_and_the_webhook_is_paused(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.webhooks.waiting.JITTER", 0)
    receiver.behave = answers(500)
    number, _secret = subscribe(house, receiver.url, "*")
    pin(house, "n1")
    began = now = datetime.now(UTC)
    for _step in range(60):
        with time_machine.travel(now):
            run(house)
        waiting = [row for row in log(house) if row.state == "waiting" and row.event == "sample.notice_pinned"]
        if not waiting or len(receiver.got) >= 12:
            break
        now = max(now + timedelta(seconds=1), waiting[0].run_at)
    assert timedelta(hours=24) < now - began < timedelta(hours=25)
    assert len(receiver.got) == 9, "nine tries, and the news of the pause is kept"
    assert log(house)[0].state == "failed"
    with house.session(SYSTEM) as session:
        assert session.get_one(Webhook, number).state == "paused"


def test_after_several_that_failed_it_is_paused_and_tells_so(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAITS", ())
    receiver.behave = answers(404)
    number, _secret = subscribe(house, receiver.url, "*")
    for code in range(7):
        pin(house, f"n{code}")
    run(house)
    run(house)
    assert len(receiver.got) == 5
    with house.session(SYSTEM) as session:
        webhook = session.get_one(Webhook, number)
        assert webhook.state == "paused"
        assert str(webhook.why_paused) == "5 deliveries in a row used up all their tries."
        told = session.scalars(select(EventRow).where(EventRow.name == "webhooks.subscription_paused")).one()
        assert told.payload == {"webhook_id": number, "reason": "failed", "account_id": None}
    assert [row.state for row in log(house)] == ["failed"] * 5 + ["waiting"] * 3, "two notices and the news are kept"
    receiver.behave = answers(200)
    with house.session(SYSTEM, write=True) as session:
        assert subscriptions.resume(session, SYSTEM, session.get_one(Webhook, number)) == 3
    run(house)
    assert {row.state for row in log(house)[5:]} == {"done"}
    assert [json.loads(one.body)["event"] for one in receiver.got[5:]] == [
        "sample.notice_pinned", "sample.notice_pinned", "webhooks.subscription_paused", "webhooks.subscription_resumed",
    ]  # fmt: skip


def test_who_resumes_may_leave_out_what_was_missed(house: House, receiver: Receiver) -> None:
    number, _secret = subscribe(house, receiver.url)
    with house.session(CLERK, write=True) as session, pytest.raises(DomainError):
        subscriptions.pause(session, CLERK, session.get_one(Webhook, number))
    with house.session(SYSTEM, write=True) as session:
        subscriptions.pause(session, SYSTEM, session.get_one(Webhook, number))
    pin(house, "n1")
    run(house)
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        assert subscriptions.resume(session, SYSTEM, webhook, missed=False) == 1
        with pytest.raises(DomainError):
            subscriptions.resume(session, SYSTEM, webhook)
    pin(house, "n2")
    run(house)
    assert [json.loads(one.body)["data"]["code"] for one in receiver.got] == ["n2"]
    assert [row.state for row in log(house)] == ["skipped", "done"]


def test_who_says_that_it_is_gone_is_asked_no_more(house: House, receiver: Receiver) -> None:
    receiver.behave = answers(410)
    number, _secret = subscribe(house, receiver.url)
    pin(house, "n1")
    pin(house, "n2")
    run(house)
    assert len(receiver.got) == 1
    with house.session(SYSTEM) as session:
        assert session.get_one(Webhook, number).state == "paused"


def test_a_receiver_that_is_overloaded_says_for_how_long(house: House, receiver: Receiver) -> None:
    receiver.behave = answers(503, Retry_After="120")
    number, _secret = subscribe(house, receiver.url)
    for code in range(4):
        pin(house, f"n{code}")
    run(house)
    assert len(receiver.got) == 1, "the others wait, too"
    now = datetime.now(UTC)
    with time_machine.travel(now + timedelta(seconds=100)):
        run(house)
    assert len(receiver.got) == 1
    receiver.behave = answers(200)
    with time_machine.travel(now + timedelta(seconds=125)):
        run(house)
    assert {row.state for row in log(house)} == {"done"}
    with house.session(SYSTEM) as session:
        assert session.get_one(WebhookState, number).rest_until is None


def test_secrets_change_with_and_without_overlap(house: House, receiver: Receiver) -> None:
    number, first = subscribe(house, receiver.url)
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        second = subscriptions.rotate(session, SYSTEM, webhook, overlap=timedelta(hours=1))
        with pytest.raises(DomainError):
            subscriptions.rotate(session, SYSTEM, webhook, overlap=timedelta(days=8))
    pin(house, "n1")
    run(house)
    assert signed(receiver.got[0], second) == [True, False]
    assert signed(receiver.got[0], first) == [False, True]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
        pin(house, "n2")
        run(house)
    assert signed(receiver.got[1], second) == [True], "the old one has ended by itself"
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        third = subscriptions.rotate(session, SYSTEM, webhook, overlap=timedelta(hours=1))
        subscriptions.end_old(session, SYSTEM, webhook)
    pin(house, "n3")
    run(house)
    assert signed(receiver.got[2], third) == [True]
    with house.session(SYSTEM, write=True) as session:
        fourth = subscriptions.rotate(session, SYSTEM, session.get_one(Webhook, number), overlap=timedelta())
    pin(house, "n4")
    run(house)
    assert signed(receiver.got[3], fourth) == [True]


def test_a_test_is_sent_also_while_it_is_paused(house: House, receiver: Receiver) -> None:
    receiver.behave = answers(500)
    number, _secret = subscribe(house, receiver.url)
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        subscriptions.pause(session, SYSTEM, webhook)
        deliveries.ping(session, SYSTEM, webhook)
    run(house)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=30)):
        run(house)
    (got,) = receiver.got
    assert json.loads(got.body)["event"] == "webhooks.ping"
    assert [(row.event, row.state) for row in log(house)] == [("webhooks.ping", "failed")], "tried once"


def test_what_failed_is_sent_again_by_itself_or_all_since_a_moment(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WAITS", ())
    receiver.behave = answers(400)
    number, _secret = subscribe(house, receiver.url)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=2)):
        pin(house, "old")
        run(house)
        receiver.behave = answers(200)
        pin(house, "fine")
        run(house)
    receiver.behave = answers(400)
    for code in ("n1", "n2"):
        pin(house, code)
    run(house)
    assert [row.state for row in log(house)] == ["failed", "done", "failed", "failed"]
    receiver.behave = answers(200)
    rows = log(house)
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        since = datetime.now(UTC) - timedelta(hours=1)
        assert deliveries.redeliver_failed(session, SYSTEM, webhook, since=since) == 2
        with pytest.raises(DomainError):
            deliveries.redeliver(session, SYSTEM, webhook, session.get_one(WebhookDelivery, rows[2].id))
    run(house)
    assert [row.state for row in log(house)] == ["failed", "done", "done", "done"]
    with house.session(SYSTEM, write=True) as session:
        webhook = session.get_one(Webhook, number)
        deliveries.redeliver(session, SYSTEM, webhook, session.get_one(WebhookDelivery, rows[0].id))
    run(house)
    codes = [json.loads(one.body)["data"]["code"] for one in receiver.got]
    assert codes == ["old", "fine", "n1", "n2", "n1", "n2", "old"]
    ids = [one.headers["webhook-id"] for one in receiver.got]
    assert (ids[4], ids[5], ids[6]) == (ids[2], ids[3], ids[0])


def test_two_workers_at_once_send_each_delivery_once(house: House, receiver: Receiver) -> None:
    subscribe(house, receiver.url)
    for code in range(12):
        pin(house, f"n{code}")
    Deliverer(house).run_waiting()
    number = log(house)[0].webhook_id

    class Alone:
        """The working place of a job, for two that begin in the same moment."""

        actor = SYSTEM

        def __init__(self) -> None:
            self.session = lambda write=False: house.session(SYSTEM, write=write)

        def progress(self, *parts: object) -> None:
            del parts

        def complete(self, session: object, result: object) -> None:
            del session, result

    workers = [threading.Thread(target=sending.send, args=(Alone(), {"webhook": number})) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run(house)
    codes = [json.loads(one.body)["data"]["code"] for one in receiver.got]
    assert sorted(codes) == sorted(f"n{code}" for code in range(12))
    assert receiver.most_at_once <= 2
    assert {row.state for row in log(house)} == {"done"}


def test_old_lines_go_and_what_a_lost_job_left_is_asked_for_again(house: House, receiver: Receiver) -> None:
    number, _secret = subscribe(house, receiver.url)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=31)):
        pin(house, "old")
        run(house)
    pin(house, "n1")
    Deliverer(house).run_waiting()
    with house.session(SYSTEM, write=True) as session:
        for job in session.scalars(select(JobRow).where(JobRow.kind == "webhooks.send", JobRow.state == "queued")):
            job.state = "cancelled"
    later = datetime.now(UTC) + timedelta(minutes=5)
    with time_machine.travel(later):
        run(house)
        assert len(receiver.got) == 1
        with house.session(SYSTEM, write=True) as session:
            enqueue(session, SYSTEM, "webhooks.tidy", {})
        Pool(house, threads=0).run_waiting()
        assert waking.rescue(house) == 1
        run(house)
        assert waking.rescue(house) == 0
    assert [json.loads(one.body)["data"]["code"] for one in receiver.got] == ["old", "n1"]
    with house.session(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1
        assert session.scalar(select(func.count()).select_from(WebhookTry)) == 1
        assert session.get_one(WebhookState, number).wake_at is None
    assert timedelta(days=30) == jobs.KEEP
