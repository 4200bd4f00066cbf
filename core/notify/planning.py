"""Finding what is due: after a telling, when quiet hours end, when a digest is ready, when a try comes again.

Whoever plans holds what he found for an hour, so that two plans never share a message; it is handed over in jobs of a
few hundred. A reader's messages stay together. What a dead job left is found again when its hour is over, or at once by
the same job when it is tried again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.stored import to_json
from core.base.text import catalogue
from core.db import locks
from core.jobs.queue import enqueue
from core.notify.delivering import Key
from core.notify.models import HANDING, UNSENT, WAITING, Delivery, Notice
from core.notify.telling import SEND, SENDER

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("notify")

ESCALATE = "notify.escalate"

HOLD = timedelta(hours=1)
#: What should have left longer ago than this is not sent any more when a channel can be used at last.
KEEP = timedelta(days=3)
#: So many messages go in one job.
PART = 200


def is_due(now: datetime) -> ColumnElement[bool]:
    """What may be handed over: waiting, or left in the middle by somebody who died."""
    free = or_(Delivery.held_until.is_(None), Delivery.held_until < now)
    return and_(Delivery.state.in_((WAITING, HANDING)), Delivery.due_at <= now, free)


def hold_due(session: Session, *, notification_id: int | None = None) -> list[Key]:
    """Find what is due and hold it, in one statement."""
    now = clock.now()
    locks.hold(session, "notify:plan")
    until = now + HOLD
    wanted = is_due(now)
    if notification_id is not None:
        wanted = and_(wanted, Delivery.notification_id == notification_id)
    held = session.execute(
        update(Delivery).where(wanted).values(held_until=until)
        .returning(Delivery.notification_id, Delivery.account_id, Delivery.channel)
        .execution_options(synchronize_session=False)
    )
    return sorted(((row[0], row[1], row[2]) for row in held), key=lambda key: (key[2], key[1], key[0]))



def parts(keys: Sequence[Key]) -> list[dict[str, Any]]:
    """Keys in portions for jobs; those of one reader on one channel are never parted."""
    found: list[list[Key]] = []
    for _reader, group in groupby(keys, key=lambda key: (key[2], key[1])):
        together = list(group)
        if not found or len(found[-1]) + len(together) > PART:
            found.append([])
        found[-1].extend(together)
    return [{"keys": [list(key) for key in portion]} for portion in found]


def keys_of(args: Mapping[str, Any]) -> list[Key]:
    """The keys a part was asked for with."""
    return [(int(one[0]), int(one[1]), str(one[2])) for one in args["keys"]]


def look(house: House) -> int:
    """Ask for jobs where something is due; called every few seconds in every process that runs jobs. Nothing due: one
    reading transaction, nothing written. One job in a minute, however many processes look.
    """
    now = clock.now()
    open_ = [name for name, channel in house.registry.channels().items() if channel.missing(house) is None]
    with house.session(SENDER) as session:
        kept = bool(open_) and session.scalar(select(exists().where(is_kept(open_))))
    if kept:
        with house.session(SENDER, write=True) as session:
            take_up(session, open_)
    with house.session(SENDER) as session:
        sends = session.scalar(select(exists().where(is_due(now))))
        passes = session.scalar(select(exists().where(unread_for_long(now))))
    if not sends and not passes:
        return 0
    minute = f"{now:%Y%m%dT%H%MZ}"
    with house.session(SENDER, write=True) as session:
        if sends:
            enqueue(session, SENDER, SEND, {}, key=f"{SEND}@{minute}")
        if passes:
            enqueue(session, SENDER, ESCALATE, {}, key=f"{ESCALATE}@{minute}")
    return int(bool(sends)) + int(bool(passes))


def is_kept(channels: Collection[str]) -> ColumnElement[bool]:
    """What was not sent because its channel could not be used here."""
    return and_(Delivery.state == UNSENT, Delivery.done_at.is_(None), Delivery.channel.in_(channels))


def take_up(session: Session, channels: Collection[str]) -> None:
    """Send what was kept for channels that can be used now; what should have left days ago is news no more and ends.
    What its reader has read meanwhile is left out when it is handed over.
    """
    now = clock.now()
    locks.hold(session, "notify:plan")
    late = to_json(_("Not sent: it was more than {count} day old when it could be.",
                     "Not sent: it was more than {count} days old when it could be.", count=KEEP.days))  # fmt: skip
    for wanted, values in (
        (Delivery.due_at < now - KEEP, {"done_at": now, "error": [late]}),
        (Delivery.due_at >= now - KEEP, {"state": WAITING, "put_off": True, "error": None, "held_until": None}),
    ):
        session.execute(
            update(Delivery).where(is_kept(channels), wanted).values(**values)
            .execution_options(synchronize_session=False)
        )


def unread_for_long(now: datetime) -> ColumnElement[bool]:
    """Notices that are passed on now."""
    return and_(Notice.escalate_at <= now, Notice.escalated_at.is_(None), Notice.read_at.is_(None))
