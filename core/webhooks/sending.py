"""Sending what is due to one address: take a delivery, make the request outside of any transaction, record its outcome.

A delivery is taken by writing down until when its process may be believed to be alive; what a process left behind when
it died is sent again with the same id. At most ``AT_ONCE`` deliveries of a subscription are under way at a time. A
receiver that cannot be reached rests: until that is over nothing is tried, whatever waits.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.stored import to_json
from core.base.text import catalogue
from core.kernel.house import of
from core.webhooks import calling, signing, subscriptions
from core.webhooks.addresses import Reach
from core.webhooks.calling import Outcome
from core.webhooks.models import (
    ACTIVE,
    DONE,
    FAILED,
    PING,
    SENDING,
    WAITING,
    Webhook,
    WebhookDelivery,
    WebhookState,
    WebhookTry,
)
from core.webhooks.waking import next_due, wake, woken

if TYPE_CHECKING:
    from core.jobs.context import JobContext
from core.webhooks.waiting import with_jitter

_ = catalogue("webhooks")
log = structlog.get_logger("remit.webhooks")

Beside = Callable[[Session, Mapping[str, Any]], Mapping[str, Any]]

AT_ONCE = 2
#: After each try but the last, how long until the next: nine tries in a day.
WAITS = tuple(timedelta(seconds=n) for n in (5, 60, 300, 1800, 7200, 14_400, 28_800, 36_000))
#: How long a process may be silent about a delivery it sends: longer than any request takes.
LEASE = timedelta(seconds=45)
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(hours=1)
#: A subscription is paused after so many deliveries in a row used up their tries, or so long without a success.
MOST_FAILED, MOST_SILENT = 5, timedelta(hours=24)
#: Where a house keeps what is told beside the fields of an event, by the name of the event: a function of session and
#: fields that gives more fields. They are worked out at each try and kept nowhere, so that a secret may be among them;
#: only subscriptions get them that name the event itself, and not those that want whatever happens.
BESIDE = "webhooks_beside"
#: A job sends for this long, in seconds, and then lets others have its thread.
SPELL = 40.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery in the hands of this process, in its ``number``-th try."""

    delivery_id: int
    number: int
    url: str
    body: bytes
    headers: Mapping[str, str]
    reach: Reach


def send(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Send what is due to one subscription; asks for the job that sends what is due later."""
    webhook_id, sent, until = int(args["webhook"]), 0, time.monotonic() + SPELL
    with context.session(write=True) as session:
        there = woken(session, webhook_id)
    while there and time.monotonic() < until:
        context.progress(sent, None)
        with context.session(write=True) as session:
            taken = take(session, webhook_id)
        if taken is None:
            break
        outcome = calling.post(taken.url, taken.headers, taken.body, taken.reach)
        with context.session(write=True) as session:
            record(session, webhook_id, taken, outcome)
        sent += 1
    result = {"sent": sent}
    with context.session(write=True) as session:
        due = next_due(session, webhook_id)
        if due is not None and not (due <= clock.now() and _full(session, webhook_id)):
            wake(session, webhook_id, max(due, clock.now()))
        context.complete(session, result)
    return result


def take(session: Session, webhook_id: int) -> Taken | None:
    """The next delivery that is due, marked as being sent; None when there is none, or enough are under way."""
    state = session.get(WebhookState, webhook_id, with_for_update=True, populate_existing=True)
    webhook = session.get(Webhook, webhook_id)
    if state is None or webhook is None or _full(session, webhook_id):
        return None
    now = clock.now()
    due = or_(
        and_(WebhookDelivery.state == WAITING, WebhookDelivery.run_at <= now),
        and_(WebhookDelivery.state == SENDING, WebhookDelivery.lease_until <= now),
    )
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id, due)
    if webhook.state != ACTIVE or (state.rest_until is not None and state.rest_until > now):
        statement = statement.where(WebhookDelivery.event == PING)
    row = session.scalars(statement.order_by(WebhookDelivery.run_at, WebhookDelivery.id).limit(1)).first()
    if row is None:
        return None
    if row.state == SENDING:
        _left_behind(session, row)
    row.state, row.lease_until, row.tries, row.sent = SENDING, now + LEASE, row.tries + 1, row.sent + 1
    session.flush()
    body = body_of(row, _beside(session, webhook, row))
    headers = signing.headers(row.key, int(now.timestamp()), body, subscriptions.secrets_of(webhook, now))
    return Taken(row.id, row.sent, webhook.url, body, headers, subscriptions.reach_of(session))


def body_of(row: WebhookDelivery, beside: Mapping[str, Any] | None = None) -> bytes:
    """What is sent: the same bytes at every try. ``beside`` is what is told and not kept."""
    data = {**row.data, **beside} if beside else row.data
    told = {"id": row.key, "event": row.event, "occurred_at": row.occurred_at.isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _beside(session: Session, webhook: Webhook, row: WebhookDelivery) -> Mapping[str, Any]:
    more: Mapping[str, Beside] = of(session).session_info.get(BESIDE, {})
    return more[row.event](session, row.data) if row.event in more and row.event in webhook.events else {}


def record(session: Session, webhook_id: int, taken: Taken, outcome: Outcome) -> None:
    """Write down what came of a try, and what follows from it for the delivery and the subscription.

    A process that was taken for dead and comes back finds another try under way and changes nothing.
    """
    state = session.get(WebhookState, webhook_id, with_for_update=True, populate_existing=True)
    row = session.scalars(
        select(WebhookDelivery)
        .where(WebhookDelivery.id == taken.delivery_id, WebhookDelivery.state == SENDING,
               WebhookDelivery.sent == taken.number)
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    webhook = session.get(Webhook, webhook_id, populate_existing=True)
    if row is None or state is None or webhook is None:
        log.warning("a webhook was sent whose outcome belongs to another try", delivery=taken.delivery_id)
        return
    now = clock.now()
    error = [to_json(outcome.error)] if outcome.error is not None else None
    row.status, row.took_ms, row.answer, row.error = outcome.status, outcome.took_ms, outcome.answer, error
    row.lease_until = None
    session.add(WebhookTry(
        delivery_id=row.id, number=taken.number, at=now, status=outcome.status, took_ms=outcome.took_ms,
        answer=outcome.answer, error=error,
    ))  # fmt: skip
    if outcome.error is None:
        row.state, row.done_at = DONE, now
        state.rest_until, state.rests, state.failing_since, state.failed_in_row = None, 0, None, 0
        state.succeeded_at = now
    elif row.event == PING:
        row.state, row.done_at = FAILED, now
    else:
        _failed(session, webhook, state, row, outcome, now)
    session.flush()


def _failed(
    session: Session, webhook: Webhook, state: WebhookState, row: WebhookDelivery, outcome: Outcome, now: datetime
) -> None:
    state.failing_since = state.failing_since or now
    if row.tries > len(WAITS):
        row.state, row.done_at = FAILED, now
        state.failed_in_row += 1
    else:
        row.state, row.run_at = WAITING, now + with_jitter(WAITS[row.tries - 1])
    if outcome.away:
        state.rests += 1
        rest = min(FIRST_REST * 2 ** min(state.rests - 1, 20), LONGEST_REST)
        asked = timedelta(seconds=outcome.retry_after or 0)
        state.rest_until = now + max(with_jitter(rest), min(asked, LONGEST_REST))
    if webhook.state != ACTIVE:
        return
    if outcome.status == 410:
        subscriptions.pause_by_itself(session, webhook, "gone", _("The receiver answered 410: it is gone."))
    elif state.failed_in_row >= MOST_FAILED:
        why = _("{count} delivery in a row used up all its tries.",
                "{count} deliveries in a row used up all their tries.", count=state.failed_in_row)  # fmt: skip
        subscriptions.pause_by_itself(session, webhook, "failed", why)
    elif now - state.failing_since >= MOST_SILENT:
        why = _("Nothing has arrived for {count} hour.", "Nothing has arrived for {count} hours.",
                count=int(MOST_SILENT.total_seconds() // 3600))  # fmt: skip
        subscriptions.pause_by_itself(session, webhook, "unreachable", why)


def _full(session: Session, webhook_id: int) -> bool:
    """Whether as many deliveries are under way as may be."""
    under_way = select(func.count()).select_from(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook_id, WebhookDelivery.state == SENDING,
        WebhookDelivery.lease_until > clock.now(),
    )
    return session.scalars(under_way).one() >= AT_ONCE


def _left_behind(session: Session, row: WebhookDelivery) -> None:
    """The try of a process that died: whether the receiver got it, nobody knows."""
    unknown = _("The program ended before the answer was written down; it is sent again with the same id.")
    session.add(WebhookTry(
        delivery_id=row.id, number=row.sent, at=clock.now(), status=None, took_ms=None, error=[to_json(unknown)],
    ))  # fmt: skip
