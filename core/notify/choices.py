"""What each reader wants: the kind's own default until he chose otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import Channel, Notification
from core.notify.models import DAILY, NOW, OFF, WEEKLY, Choice, Habits
from core.notify.people import chunks
from core.notify.rules import DAY, Times

_ = catalogue("notify")

#: The channel that is the program itself.
APP = "app"


def kinds(session: Session) -> dict[str, Notification]:
    """What people are told of by core and the modules that are on."""
    return of(session).registry.notifications(state.read(session))


def channels(session: Session) -> dict[str, Channel]:
    """The channels of core and of the modules that are on."""
    return of(session).registry.channels(state.read(session))


def options(kind: Notification, channel: Channel) -> tuple[str, ...]:
    """What can be chosen for a kind on a channel, the default first."""
    default = kind.when if _collects(kind, channel) else NOW
    if channel.name not in kind.channels:
        default = OFF
    found = [default, NOW, *((DAILY, WEEKLY) if _collects(kind, channel) else ())]
    if fixed(kind, channel) is None:
        found.append(OFF)
    return tuple(dict.fromkeys(found))


def fixed(kind: Notification, channel: Channel) -> Text | None:
    """Why a kind cannot be switched off on a channel; None: it can."""
    if channel.name not in kind.channels:
        return None
    if kind.fixed is not None:
        return kind.fixed
    if channel.name == APP and kind.escalate_after is not None:
        return _("It is passed on when nobody reads it, so it has to stand here.")
    return None


def effective(kind: Notification, channel: Channel, chosen: str | None) -> str:
    """What holds: the choice where it can be made, else the default."""
    found = options(kind, channel)
    return chosen if chosen in found else found[0]


def _collects(kind: Notification, channel: Channel) -> bool:
    return kind.digestible and channel.digests and not kind.urgent


@dataclass(frozen=True, slots=True)
class Wishes:
    """The choices and times of some readers."""

    chosen: Mapping[tuple[int, str, str], str]
    times: Mapping[int, Times]

    def of(self, account_id: int, kind: Notification, channel: Channel) -> str:
        """What a reader gets of a kind on a channel."""
        return effective(kind, channel, self.chosen.get((account_id, kind.name, channel.name)))

    def clock(self, account_id: int) -> Times:
        """When a reader may be told."""
        return self.times.get(account_id, Times())


def wishes(session: Session, accounts: Collection[int], kinds: Iterable[str] = ()) -> Wishes:
    """The wishes of readers, about some kinds or about all, in two statements for ten thousand of them."""
    named = sorted(set(kinds))
    chosen: dict[tuple[int, str, str], str] = {}
    times: dict[int, Times] = {}
    for portion in chunks(accounts):
        statement = select(Choice.account_id, Choice.kind, Choice.channel, Choice.choice)
        statement = statement.where(Choice.account_id.in_(portion))
        for account_id, kind, channel, choice in session.execute(
            statement.where(Choice.kind.in_(named)) if named else statement
        ):
            chosen[account_id, kind, channel] = choice
        for row in session.scalars(select(Habits).where(Habits.account_id.in_(portion))):
            times[row.account_id] = Times(row.quiet_from, row.quiet_to, row.digest_at, row.digest_day)
    return Wishes(chosen, times)


def choose(session: Session, account_id: int, chosen: Mapping[tuple[str, str], str]) -> int:
    """Keep what a reader chose, by kind and channel; what is the default anyway is not kept. Returns how many changed.

    Raises ``DomainError`` for a choice that cannot be made.
    """
    known_kinds, known_channels = kinds(session), channels(session)
    standing = {
        (row.kind, row.channel): row for row in session.scalars(select(Choice).where(Choice.account_id == account_id))
    }
    changed = 0
    for (kind_name, channel_name), choice in chosen.items():
        kind, channel = known_kinds.get(kind_name), known_channels.get(channel_name)
        if kind is None or channel is None:
            continue
        allowed = options(kind, channel)
        if choice not in allowed:
            why = fixed(kind, channel)
            told = _("“{kind}” cannot be switched off: {why}", kind=kind.title, why=why) if choice == OFF and why else (
                _("“{kind}” cannot be had so on the channel “{channel}”.", kind=kind.title, channel=channel.title)
            )
            raise DomainError("notify.choice", told, f"{kind_name}:{channel_name}")
        row = standing.get((kind_name, channel_name))
        changed += _keep(session, row, account_id, kind_name, channel_name, choice, default=allowed[0])
    session.flush()
    return changed


def _keep(
    session: Session, row: Choice | None, account_id: int, kind: str, channel: str, choice: str, *, default: str
) -> int:
    if row is None:
        if choice == default:
            return 0
        session.add(Choice(account_id=account_id, kind=kind, channel=channel, choice=choice))
        return 1
    if choice == row.choice:
        return 0
    if choice == default:
        session.delete(row)
    else:
        row.choice = choice
    return 1


def set_times(session: Session, account_id: int, times: Times) -> None:
    """Keep when a reader may be told. Raises ``DomainError`` for half a pair of quiet hours or no time of day."""
    if (times.quiet_from is None) != (times.quiet_to is None):
        field = "quiet_from" if times.quiet_from is None else "quiet_to"
        told = _("Quiet hours need a beginning and an end; leave both empty for none.")
        raise DomainError("notify.quiet", told, field)
    given = [one for one in (times.quiet_from, times.quiet_to, times.digest_at) if one is not None]
    if any(not 0 <= one < DAY for one in given) or not 0 <= times.digest_day < 7:
        raise DomainError("notify.time", _("Write a time of day as 22:00."), "quiet_from")
    row = session.get(Habits, account_id)
    if row is None:
        row = Habits(account_id=account_id)
        session.add(row)
    row.quiet_from, row.quiet_to = times.quiet_from, times.quiet_to
    row.digest_at, row.digest_day = times.digest_at, times.digest_day
    session.flush()


def switch_off(session: Session, account_id: int, kind_names: Iterable[str], channel_name: str) -> list[Notification]:
    """Switch kinds off on one channel, for who follows the link in a mail; returns those that are off now. What cannot
    be switched off stays.
    """
    known, channel = kinds(session), channels(session).get(channel_name)
    found = [known[name] for name in kind_names if name in known and channel is not None]
    may = [kind for kind in found if channel is not None and fixed(kind, channel) is None]
    choose(session, account_id, {(kind.name, channel_name): OFF for kind in may})
    return may


def own_account(actor: Actor) -> int:
    """The account of a reader; ``DomainError`` where there is none."""
    if actor.account_id is None:
        raise DomainError("notify.account", _("Only an account can be told of something."))
    return actor.account_id
