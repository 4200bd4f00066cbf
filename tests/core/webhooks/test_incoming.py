"""What other programs post: believed by its signature, kept once, handled once in effect."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from core.app import create_app
from core.base.errors import DomainError
from core.db.guard import system
from core.events.models import EventRow
from core.jobs.pool import Pool
from core.kernel import state
from core.kernel.house import House
from core.kernel.specs import Incoming, IncomingWebhook
from core.webhooks import endpoints
from core.webhooks.models import WebhookEndpoint, WebhookReceipt, WebhookRefusal
from plugins.sample.models import Notice
from tests.core.webhooks.conftest import SYSTEM

NOTICE = b'{"code": "n1", "text": "Lift out of order"}'


@pytest.fixture
def app(house: House) -> Flask:
    return create_app(house=house)


@pytest.fixture
def made(house: House) -> tuple[WebhookEndpoint, str]:
    with house.session(SYSTEM, write=True) as session:
        return endpoints.create(session, SYSTEM, kind="sample.notices", name="ERP")


def sign(secret: str, body: bytes, *, key: str = "msg_1", at: datetime | None = None) -> dict[str, str]:
    """The headers of the standard, in its own few lines."""
    moment = str(int((at or datetime.now(UTC)).timestamp()))
    content = f"{key}.{moment}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.split("_", 1)[1]), content, hashlib.sha256).digest()
    return {"webhook-id": key, "webhook-timestamp": moment,
            "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}  # fmt: skip


def send(app: Flask, endpoint: WebhookEndpoint, headers: dict[str, str], body: bytes = NOTICE) -> TestResponse:
    return app.test_client().post(f"/hooks/{endpoint.key}", data=body, headers=headers, content_type="application/json")


def handle(house: House) -> None:
    Pool(house, threads=0).run_waiting()


def notices(house: House) -> list[str]:
    with house.session(SYSTEM) as session, system(session, "look at the board"):
        return list(session.scalars(select(Notice.text).order_by(Notice.id)))


def receipts(house: House) -> list[WebhookReceipt]:
    with house.session(SYSTEM, write=True) as session:  # what was read stays readable after a commit
        return list(session.scalars(select(WebhookReceipt).order_by(WebhookReceipt.id)))


def test_what_is_signed_is_taken_and_handled(house: House, app: Flask, made: tuple[WebhookEndpoint, str]) -> None:
    endpoint, secret = made
    answer = send(app, endpoint, sign(secret, NOTICE))
    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    assert notices(house) == [], "answered before it is handled"
    handle(house)
    assert notices(house) == ["Lift out of order"]
    (row,) = receipts(house)
    assert (row.state, row.delivery_key, row.body) == ("done", "msg_1", NOTICE.decode())


def test_the_same_id_is_answered_and_has_no_effect(
    house: House, app: Flask, made: tuple[WebhookEndpoint, str]
) -> None:
    endpoint, secret = made
    other = b'{"code": "n2", "text": "Canteen closed"}'
    assert send(app, endpoint, sign(secret, NOTICE)).status_code == 202
    again = send(app, endpoint, sign(secret, other), other)
    assert (again.status_code, again.json) == (200, {"status": "known"})
    handle(house)
    assert send(app, endpoint, sign(secret, NOTICE)).status_code == 200
    handle(house)
    assert notices(house) == ["Lift out of order"]
    assert len(receipts(house)) == 1


def test_the_same_id_eight_times_in_one_moment(
    house: House, app: Flask, made: tuple[WebhookEndpoint, str]
) -> None:
    endpoint, secret = made
    headers, answers, gate = sign(secret, NOTICE), [], threading.Barrier(8)

    def post() -> None:
        gate.wait()
        answers.append(send(app, endpoint, headers).status_code)

    threads = [threading.Thread(target=post) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 7 + [202]
    handle(house)
    assert notices(house) == ["Lift out of order"]


def test_what_is_not_believed_learns_nothing(house: House, app: Flask, made: tuple[WebhookEndpoint, str]) -> None:
    endpoint, secret = made
    good = sign(secret, NOTICE)
    now = datetime.now(UTC)
    refused = [
        {},
        {**good, "webhook-signature": "v1,AAAA"},
        {**good, "webhook-signature": ""},
        {**good, "webhook-signature": good["webhook-signature"].replace("v1,", "v2,")},
        {**good, "webhook-id": "msg_2"},
        {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)},
        sign("whsec_" + base64.b64encode(b"x" * 32).decode(), NOTICE),
        sign(secret, NOTICE, at=now - timedelta(minutes=6)),
        sign(secret, NOTICE, at=now + timedelta(minutes=6)),
        {**good, "webhook-timestamp": "-1"},
    ]
    answers = [send(app, endpoint, headers) for headers in refused]
    assert {(one.status_code, one.data) for one in answers} == {(401, answers[0].data)}
    assert answers[0].json == {"status": "refused"}
    assert receipts(house) == []
    with house.session(SYSTEM) as session:
        noted = session.get_one(WebhookRefusal, endpoint.id)
        assert (noted.number, noted.why) == (10, "signature")
    assert send(app, endpoint, sign(secret, NOTICE, at=now - timedelta(minutes=4))).status_code == 202


def test_no_such_address_and_one_that_is_switched_off_look_alike(
    house: House, app: Flask, made: tuple[WebhookEndpoint, str]
) -> None:
    endpoint, secret = made
    assert app.test_client().post("/hooks/nothing", data=NOTICE).status_code == 404
    with house.session(SYSTEM, write=True) as session:
        endpoints.switch(session, SYSTEM, session.get_one(WebhookEndpoint, endpoint.id), on=False)
    assert send(app, endpoint, sign(secret, NOTICE)).status_code == 404
    with house.session(SYSTEM, write=True) as session:
        endpoints.switch(session, SYSTEM, session.get_one(WebhookEndpoint, endpoint.id), on=True)
        state.switch(session, SYSTEM, "sample", on=False)
    assert send(app, endpoint, sign(secret, NOTICE)).status_code == 404


def test_too_large_and_unreadable_bodies(house: House, app: Flask, made: tuple[WebhookEndpoint, str]) -> None:
    endpoint, secret = made
    large = b'"' + b"a" * 1024 * 1024 + b'"'
    assert send(app, endpoint, sign(secret, large), large).status_code == 413
    broken = b"\xff\xfe"
    assert send(app, endpoint, sign(secret, broken), broken).status_code == 400
    assert app.test_client().get(f"/hooks/{endpoint.key}").status_code == 405
    assert receipts(house) == []


def test_what_cannot_be_handled_says_why_and_is_handled_again(
    house: House, app: Flask, made: tuple[WebhookEndpoint, str]
) -> None:
    endpoint, secret = made
    assert send(app, endpoint, sign(secret, b"{}"), b"{}").status_code == 202
    handle(house)
    (row,) = receipts(house)
    assert (row.state, str(row.failure)) == ("failed", "A notice is sent with a code and a text.")
    with house.session(SYSTEM) as session:
        told = session.scalars(select(EventRow).where(EventRow.name == "webhooks.incoming_failed")).one()
        assert told.payload == {"endpoint_id": endpoint.id, "receipt_id": row.id}
    send(app, endpoint, sign(secret, NOTICE, key="msg_2"))
    handle(house)
    with house.session(SYSTEM, write=True) as session:
        found = session.get_one(WebhookEndpoint, endpoint.id)
        endpoints.replay(session, SYSTEM, found, receipts_of(session)[1])
        with pytest.raises(DomainError):
            endpoints.replay(session, SYSTEM, found, receipts_of(session)[1])
    handle(house)
    assert notices(house) == ["Lift out of order"]
    assert [one.state for one in receipts(house)] == ["failed", "done"]


def receipts_of(session: object) -> list[int]:
    return list(session.scalars(select(WebhookReceipt.id).order_by(WebhookReceipt.id)))  # type: ignore[attr-defined]


@pytest.fixture
def flaky(house: House) -> list[Incoming]:
    """A kind whose handling fails as long as the list holds fewer than three."""
    seen: list[Incoming] = []

    def take(session: object, incoming: Incoming) -> None:
        del session
        seen.append(incoming)
        if len(seen) < 3:
            raise ValueError("secret")

    kinds = house.registry.items["incoming_webhooks"]
    trial = IncomingWebhook("trial.flaky", kinds[0].item.title, take, verify="hmac", header="X-Hub-Signature-256",
                            id_header="X-Delivery")  # fmt: skip
    items = dict(house.registry.items)
    items["incoming_webhooks"] = (*kinds, type(kinds[0])("core", trial))
    object.__setattr__(house.registry, "items", items)
    return seen


def test_a_plain_hmac_and_tries(house: House, app: Flask, flaky: list[Incoming]) -> None:
    with house.session(SYSTEM, write=True) as session:
        with pytest.raises(DomainError):
            endpoints.create(session, SYSTEM, kind="trial.flaky", name="Git", secret="short")  # noqa: S106
        endpoint, secret = endpoints.create(
            session, SYSTEM, kind="trial.flaky", name="Git", secret="It's a Secret to Everybody"  # noqa: S106
        )
    body = b"Hello, World!"
    # The example of GitHub's documentation for this secret and body.
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    good = {"X-Hub-Signature-256": f"sha256={digest}", "X-Delivery": "d1"}
    assert send(app, endpoint, good, body).status_code == 202
    assert send(app, endpoint, good, body).status_code == 200
    assert send(app, endpoint, {"X-Hub-Signature-256": f"sha256={digest}"}, body).status_code == 401
    altered = {"X-Hub-Signature-256": f"sha256={digest[:-1]}8", "X-Delivery": "d2"}
    assert send(app, endpoint, altered, body).status_code == 401
    now = datetime.now(UTC)
    handle(house)
    (row,) = receipts(house)
    assert (row.state, row.tries, str(row.failure)) == ("waiting", 1, "It failed with ValueError.")
    for later in (11, 40):
        with time_machine.travel(now + timedelta(seconds=later)):
            handle(house)
    (row,) = receipts(house)
    assert (row.state, row.tries, row.failure) == ("done", 3, None)
    assert [one.body for one in flaky] == [body] * 3
    assert secret == "It's a Secret to Everybody"  # noqa: S105


def test_secrets_change_with_and_without_overlap(house: House, app: Flask, made: tuple[WebhookEndpoint, str]) -> None:
    endpoint, first = made
    with house.session(SYSTEM, write=True) as session:
        found = session.get_one(WebhookEndpoint, endpoint.id)
        second = endpoints.rotate(session, SYSTEM, found, overlap=timedelta(hours=1))
    assert send(app, endpoint, sign(first, NOTICE, key="a")).status_code == 202
    assert send(app, endpoint, sign(second, NOTICE, key="b")).status_code == 202
    later = datetime.now(UTC) + timedelta(hours=2)
    with time_machine.travel(later):
        assert send(app, endpoint, sign(first, NOTICE, key="c", at=later)).status_code == 401
        assert send(app, endpoint, sign(second, NOTICE, key="d", at=later)).status_code == 202


def test_what_was_sent_is_not_readable_in_the_database(
    house: House, app: Flask, made: tuple[WebhookEndpoint, str]
) -> None:
    endpoint, secret = made
    send(app, endpoint, sign(secret, NOTICE))
    with house.database.migration() as connection:
        stored = connection.exec_driver_sql("select body from core_webhook_receipt").scalar_one()
    assert b"Lift" not in bytes(stored)
