"""Handing over what is due, outside of every business transaction.

Each message is marked as being handed over, committed, just before the other side can act on it, and as done when it
has said yes. Whoever dies in between leaves the mark, and nobody can know what the other side did: the message is then
handed over again, **at least once, under the same Message-ID**, and counted in ``repeats``. So does a connection that
breaks before the answer. Everything before the mark can be repeated without a doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, tuple_, update
from sqlalchemy.orm import Session

from core.base import clock
from core.base.stored import to_json
from core.base.text import Text, catalogue, use_locale
from core.kernel.specs import Copy
from core.notify import choices, unsubscribing
from core.notify.models import (
    BOUNCED,
    DONE,
    DROPPED,
    FAILED,
    HANDING,
    OFF,
    UNSENT,
    WAITING,
    Bounce,
    Delivery,
    Notice,
    NotificationRow,
)
from core.notify.outgoing import Outgoing, Refused, Taken, Told, Undelivered, Unreachable
from core.notify.people import Addressee, addressees
from core.notify.rules import after_quiet, backoff
from core.notify.telling import SENDER

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Channel, Notification, Offer

_ = catalogue("notify")
log = structlog.get_logger("remit.notify")

#: A notification, an account, a channel.
Key = tuple[int, int, str]
#: So often something is tried, over about a day and a half.
TRIES = 14


class Turn:
    """What was loaded for one turn of handing over."""

    def __init__(self, house: House, session: Session, keys: Sequence[Key]) -> None:
        self.house = house
        rows = session.execute(
            select(Delivery, NotificationRow, Notice)
            .join(NotificationRow, NotificationRow.id == Delivery.notification_id)
            .join(Notice, and_(
                Notice.notification_id == Delivery.notification_id, Notice.account_id == Delivery.account_id
            ))
            .where(of_keys(keys), Delivery.state.in_((WAITING, HANDING)))
            .order_by(Delivery.account_id, Delivery.channel, Delivery.notification_id)
        ).all()
        self.rows: list[tuple[Delivery, NotificationRow, Notice]] = [(row[0], row[1], row[2]) for row in rows]
        accounts = {one.account_id for one, _row, _notice in self.rows}
        others = {notice.for_account_id for _one, _row, notice in self.rows if notice.for_account_id is not None}
        self.people = addressees(session, accounts | others)
        self.wishes = choices.wishes(session, accounts)
        self.kinds = house.registry.notifications()
        self.channels = house.registry.channels()
        self.shut = {
            (row.account_id, row.channel, row.address)
            for row in session.scalars(
                select(Bounce).where(Bounce.account_id.in_(accounts), Bounce.cleared_at.is_(None))
            )
        }
        self.offers = _offers(session, self)
        session.expunge_all()  # what was read stays readable when the session has ended


def _offers(session: Session, turn: Turn) -> dict[tuple[int, int], Offer]:
    """What readers may do from their messages, by notification and account. Whoever stands in for another, and whoever
    gets it collected with others, looks at the page itself.
    """
    copies: dict[str, dict[tuple[int, int], Copy]] = {}
    for one, row, notice in turn.rows:
        reader, kind = turn.people.get(one.account_id), turn.kinds.get(row.kind)
        if kind is None or kind.offers is None or one.batch or notice.for_account_id is not None:
            continue
        if reader is not None and reader.person_id is not None:
            copy = Copy(row.about, reader.person_id, row.at)
            copies.setdefault(kind.name, {})[one.notification_id, one.account_id] = copy
    found: dict[tuple[int, int], Offer] = {}
    for name, asked in copies.items():
        offers = turn.kinds[name].offers
        try:
            given = offers(session, set(asked.values())) if offers is not None else {}
        except Exception:
            log.exception("a kind could not offer anything", kind=name)  # its mails go without
            continue
        found |= {key: given[copy] for key, copy in asked.items() if copy in given}
    return found


def of_keys(keys: Sequence[Key]) -> ColumnElement[bool]:
    """The deliveries of these keys."""
    return tuple_(Delivery.notification_id, Delivery.account_id, Delivery.channel).in_(keys)


def deliver(house: House, keys: Sequence[Key], progress: Callable[[int], None] = lambda _done: None) -> Counter[str]:
    """Hand over what of these may leave; returns how many ended in which state. What another one holds stays."""
    with house.session(SENDER) as session:
        turn = Turn(house, session, keys)
    counted: Counter[str] = Counter()
    going: dict[str, list[list[tuple[Delivery, NotificationRow, Notice]]]] = {}
    settled: list[tuple[Delivery, dict[str, object]]] = []
    messages: dict[tuple[object, ...], list[tuple[Delivery, NotificationRow, Notice]]] = {}
    for row in turn.rows:
        verdict = _verdict(turn, *row)
        if verdict is not None:
            settled.append((row[0], verdict))
        else:
            messages.setdefault(_together(row[0]), []).append(row)
    for together in messages.values():
        going.setdefault(together[0][0].channel, []).append(together)
    if settled:
        with house.session(SENDER, write=True) as session:
            for one, values in settled:
                _change(session, [one], values)
                counted[str(values.get("state", WAITING))] += 1
    for name, found in going.items():
        counted += _through(turn, turn.channels[name], found, progress)
    return counted


def _together(one: Delivery) -> tuple[object, ...]:
    """What goes into one message: what went together before, else what is collected for one reader."""
    if one.message_id:
        return (one.message_id,)
    return (one.account_id, one.channel, one.batch) if one.batch else (one.account_id, one.channel, one.notification_id)


def _verdict(turn: Turn, one: Delivery, row: NotificationRow, notice: Notice) -> dict[str, object] | None:
    """Why something does not leave now: how its row changes. None: it goes."""
    reader, kind, channel = turn.people.get(one.account_id), turn.kinds.get(row.kind), turn.channels.get(one.channel)
    if reader is None or not reader.active or kind is None or channel is None:
        return _ended(DROPPED, _("Nobody waits for it any more."))
    if one.state == HANDING:
        return None
    if notice.read_at is not None and one.put_off:
        return _ended(DROPPED, _("It was read before it left."))
    if turn.wishes.of(one.account_id, kind, channel) == OFF:
        return _ended(DROPPED, _("The reader has switched it off."))
    missing = channel.missing(turn.house)
    if missing is not None:  # not at its end: it goes when the installation is set up for it
        return {**_ended(UNSENT, missing), "done_at": None}
    address = channel.address_of(reader)
    if not address:
        return _ended(UNSENT, _("There is no address."))
    if (one.account_id, one.channel, address) in turn.shut:
        return _ended(BOUNCED, _("Nothing is sent to this address: it did not take what was sent before."))
    now = clock.now()
    quiet = now if kind.urgent else after_quiet(now, turn.wishes.clock(one.account_id), reader.zone)
    return {"due_at": quiet, "put_off": True, "held_until": None} if quiet > now else None


def _ended(state: str, reason: Text) -> dict[str, object]:
    return {"state": state, "error": [to_json(reason)], "done_at": clock.now(), "held_until": None}


def _change(session: Session, rows: Iterable[Delivery], values: Mapping[str, object]) -> int:
    """Change deliveries that are still as they were read."""
    same = [
        and_(
            Delivery.notification_id == one.notification_id, Delivery.account_id == one.account_id,
            Delivery.channel == one.channel, Delivery.state == one.state, Delivery.tries == one.tries,
            Delivery.repeats == one.repeats,
        )
        for one in rows
    ]
    changed: int = session.execute(  # type: ignore[attr-defined]
        update(Delivery).where(or_(*same)).values(**values).execution_options(synchronize_session=False)
    ).rowcount
    return changed


# -- through a channel ------------------------------------------------------------------------------------------------


def _through(
    turn: Turn, channel: Channel, messages: list[list[tuple[Delivery, NotificationRow, Notice]]],
    progress: Callable[[int], None],
) -> Counter[str]:
    """Hand messages to a channel, over one connection while it holds; without it the rest waits."""
    counted: Counter[str] = Counter()
    left = list(messages)
    while left:
        at_beginning = len(left)
        try:
            if channel.open is None:
                counted += _each(turn, left, lambda one: _sent_by(channel, turn.house, one), progress)
            else:
                with channel.open(turn.house) as send:
                    counted += _each(turn, left, send, progress)
        except Unreachable as error:
            if len(left) == at_beginning:  # not one was handed over: it is not there
                for rows in left:
                    counted[_put_off(turn, [row[0] for row in rows], error)] += 1
                break
    return counted


def _sent_by(channel: Channel, house: House, one: Outgoing) -> None:
    one.mark()
    if channel.send is not None:
        channel.send(house, one)


def _each(
    turn: Turn, left: list[list[tuple[Delivery, NotificationRow, Notice]]], send: Callable[[Outgoing], None],
    progress: Callable[[int], None],
) -> Counter[str]:
    """Hand over one after the other, taking from ``left``; ``Unreachable`` for what broke before its message left."""
    counted: Counter[str] = Counter()
    while left:
        rows = [row[0] for row in left[0]]
        message = _message(turn, left[0])
        try:
            with use_locale(message.addressee.locale):
                send(message)
            message.mark()
        except Taken:
            state = "taken"
        except Unreachable as error:
            if not message.marked:
                raise
            left.pop(0)
            state = _put_off(turn, rows, error, marked=True)
            counted[state] += 1
            raise
        except Undelivered as error:
            state = _failed(turn, message, rows, error)
        except Exception:
            log.exception("a channel failed", channel=message.channel)
            state = _put_off(turn, rows, Undelivered(_("The channel failed. The log of the server says why.")),
                             marked=message.marked)  # fmt: skip
        else:
            state = _done(turn, rows)
        if left and left[0][0][0] is rows[0]:
            left.pop(0)
        counted[state] += 1
        progress(1)
    return counted


def _message(turn: Turn, together: list[tuple[Delivery, NotificationRow, Notice]]) -> Outgoing:
    first = together[0][0]
    reader = turn.people[first.account_id]
    channel = turn.channels[first.channel]
    told = tuple(_told(turn, row, notice) for _one, row, notice in together)
    deliveries = [one for one, _row, _notice in together]
    message_id = first.message_id or f"{first.notification_id}.{first.account_id}.{first.channel}"
    made = Outgoing(
        first.channel, reader, channel.address_of(reader) or "", told, first.batch, message_id,
        unsubscribing.link(turn.house, first.account_id, [one.kind for one in told], channel),
    )
    made._mark = lambda: _mark(turn, deliveries, message_id)
    return made


def _told(turn: Turn, row: NotificationRow, notice: Notice) -> Told:
    kind: Notification = turn.kinds[row.kind]
    other: Addressee | None = turn.people.get(notice.for_account_id or 0)
    offer = turn.offers.get((row.id, notice.account_id))
    return Told(row, kind, other.name if other is not None else "", offer)


def _mark(turn: Turn, rows: Sequence[Delivery], message_id: str) -> None:
    """Written down and committed before the other side is given the message."""
    with turn.house.session(SENDER, write=True) as session:
        again = 1 if rows[0].state == HANDING else 0
        values = {"state": HANDING, "message_id": message_id, "repeats": Delivery.repeats + again}
        if _change(session, rows, values) != len(rows):
            raise Taken
    for one in rows:
        one.state, one.message_id, one.repeats = HANDING, message_id, one.repeats + again


def _done(turn: Turn, rows: Sequence[Delivery]) -> str:
    _settle(turn, rows, {"state": DONE, "done_at": clock.now(), "error": None, "held_until": None})
    return DONE


def _failed(turn: Turn, message: Outgoing, rows: Sequence[Delivery], error: Undelivered) -> str:
    if not isinstance(error, Refused):
        return _put_off(turn, rows, error)
    state = BOUNCED if error.address else FAILED
    with turn.house.session(SENDER, write=True) as session:
        _change(session, rows, _ended(state, error.reason))
        if error.address:
            session.add(Bounce(
                account_id=message.addressee.account_id, channel=message.channel, address=message.address,
                code=error.code, at=clock.now(),
            ))
    return state


def _put_off(turn: Turn, rows: Sequence[Delivery], error: Undelivered, *, marked: bool = False) -> str:
    """Later once more, twice as long each time; after ``TRIES`` never again. A message that may have arrived without
    a yes counts as a repeat when it goes again.
    """
    tries = max(one.tries for one in rows) + 1
    values: dict[str, object] = {"tries": tries, "error": [to_json(error.reason)], "held_until": None}
    if marked:
        values["repeats"] = Delivery.repeats + 1
    if tries >= TRIES:
        values |= {"state": FAILED, "done_at": clock.now()}
    else:
        values |= {"state": WAITING, "due_at": clock.now() + backoff(tries)}
    _settle(turn, rows, values)
    return str(values["state"])


def _settle(turn: Turn, rows: Sequence[Delivery], values: Mapping[str, object]) -> None:
    with turn.house.session(SENDER, write=True) as session:
        _change(session, rows, values)


