"""Telling people: the message once and a copy for each reader, in the transaction of what happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.stored import to_json
from core.calendar.rules import add_working_minutes
from core.db import locks
from core.events.outbox import HANDLED
from core.jobs.queue import enqueue
from core.kernel.events import Event
from core.kernel.house import of
from core.kernel.specs import Channel, Message, Notification, Recipients
from core.live import publish_many
from core.notify import choices
from core.notify.models import OFF, UNSENT, WAITING, Delivery, Notice, NotificationRow
from core.notify.people import Addressee, addressees, chunks
from core.notify.rules import due
from core.notify.topics import INBOX

#: In whose name messages leave: a job of the product, which nobody is told of when it fails.
SENDER = Actor.system("telling people")
SEND = "notify.send"


def notify(
    session: Session, kind: str, message: Message, *, to: Recipients, about: str = "", key: str | None = None
) -> int:
    """Tell people of something in the caller's transaction; returns how many were told that were not told yet.

    Nothing leaves before the commit. With ``key`` each of them is told once, however often it is asked for. A few
    statements, however many people. A kind that no module registered is a programming error (``LookupError``).
    """
    spec = of(session).registry.notifications().get(kind)
    if spec is None:
        raise LookupError(f"notification {kind!r} is registered by no module")
    readers = {
        account_id: one for account_id, one in addressees(session, to.accounts, to.persons).items() if one.active
    }
    if not readers:
        return 0
    row = _row(session, spec, message, about, key)
    if key is not None:
        for told in _told(session, row.id, readers):
            del readers[told]
    return write(session, row, spec, readers)


def of_event(session: Session, kind: Notification, event: Event) -> None:
    """Tell people of an event, in the transaction of its delivery; what ``session.info[NOTIFY]`` holds."""
    if kind.to is None or kind.tell is None:
        raise TypeError(f"{kind.name} is told by no event")
    message = kind.tell(session, event)
    if message is not None:
        key = f"event:{session.info[HANDLED][0]}" if HANDLED in session.info else None
        notify(session, kind.name, message, to=kind.to(session, event), about=event.aggregate, key=key)


def write(
    session: Session, row: NotificationRow, kind: Notification, readers: dict[int, Addressee],
    *, for_account_id: int | None = None,
) -> int:
    """Write the copies of some readers and what is to be handed to channels."""
    now = clock.now()
    wishes = choices.wishes(session, readers, [kind.name])
    known = choices.channels(session)
    missing = {name: channel.missing(of(session)) for name, channel in known.items()}
    notices: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    for account_id, reader in readers.items():
        wanted = {name: wishes.of(account_id, kind, channel) for name, channel in known.items()}
        ways = [name for name, choice in wanted.items() if choice != OFF]
        if not ways:
            continue
        notices.append({
            "notification_id": row.id, "account_id": account_id, "kind": kind.name, "shown": choices.APP in ways,
            "escalate_at": _escalation(kind, reader, now) if for_account_id is None else None,
            "for_account_id": for_account_id,
        })
        for name in ways:
            if sends(known[name]):
                at, batch = due(now, wanted[name], kind.urgent, wishes.clock(account_id), reader.zone)
                reason = missing[name]
                deliveries.append({
                    "notification_id": row.id, "account_id": account_id, "channel": name, "kind": kind.name,
                    "state": UNSENT if reason is not None else WAITING, "due_at": at, "batch": batch,
                    "put_off": at > now, "message_id": "", "tries": 0, "repeats": 0,
                    "error": [to_json(reason)] if reason is not None else None,
                })
    if notices:
        session.execute(insert(Notice.__table__), notices)  # type: ignore[arg-type]
        publish_many(session, INBOX, [one["account_id"] for one in notices if one["shown"]])
    if deliveries:
        session.execute(insert(Delivery.__table__), deliveries)  # type: ignore[arg-type]
    if any(one["state"] == WAITING and one["due_at"] <= now for one in deliveries):
        enqueue(session, SENDER, SEND, {"notification": row.id})
    return len(notices)


def sends(channel: Channel) -> bool:
    """Whether a channel hands something over; the program itself only shows."""
    return channel.send is not None or channel.open is not None


def _row(session: Session, kind: Notification, message: Message, about: str, key: str | None) -> NotificationRow:
    if key is not None:
        locks.hold(session, f"notify:{kind.name}:{key}")
        found = session.scalars(
            select(NotificationRow).where(NotificationRow.kind == kind.name, NotificationRow.key == key)
        ).one_or_none()
        if found is not None:
            return found
    row = NotificationRow(
        kind=kind.name, subject=[to_json(message.subject)], lines=[to_json(line) for line in message.lines],
        link=message.link, action=[to_json(message.action)] if message.action is not None else None, about=about,
        key=key, at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _told(session: Session, notification_id: int, accounts: Iterable[int]) -> list[int]:
    found: list[int] = []
    for portion in chunks(accounts):
        found += session.scalars(
            select(Notice.account_id)
            .where(Notice.notification_id == notification_id, Notice.account_id.in_(portion))
        )
    return found


def _escalation(kind: Notification, reader: Addressee, now: datetime) -> datetime | None:
    if kind.escalate_after is None:
        return None
    return add_working_minutes(reader.calendar, now, kind.escalate_after * 60)
