"""What people are told, and on which ways."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text
from core.kernel.specs.work import Handler

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a notification goes to: accounts and persons by id. Persons without an account are left out."""

    accounts: Collection[int] = ()
    persons: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a notification says: what happened, and where to look; each reader gets it in his own language.

    ``link`` is a path of this site and ``action`` the word on its button. No amounts and nothing of anybody's file:
    it is sent by mail. Parameters of the texts are plain values or texts.
    """

    subject: Text
    lines: tuple[Text, ...] = ()
    link: str = ""
    action: Text | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """One reader's copy of a notification, when it leaves: the thing it is ``about`` (``task:7``), and since when."""

    about: str
    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader may do from a message: words and paths, the likeliest first, and a line that says how they work.

    The paths are the reader's own and secret: they stand in what is handed over and are kept nowhere.
    """

    ways: tuple[tuple[Text, str], ...]
    note: Text


#: Where the part of core that tells people leaves its function for the handlers of notifications.
NOTIFY = "notify"


@dataclass(frozen=True, slots=True)
class Notification:
    """A kind of thing people are told of. With ``on``, the name of an event, they are told when it happens:
    ``to(session, event)`` says whom and ``tell(session, event)`` what, or None for nothing. Without it a service calls
    ``notify`` itself.

    ``channels`` are those it goes by until the reader chooses otherwise, and ``when`` is how soon it goes by those
    that can collect: at once, or joined with others once a day or a week; not ``digestible`` always goes at once.
    ``urgent`` goes through quiet hours. ``fixed`` is the reason why nobody can switch it off. What is not read within
    ``escalate_after`` working hours also goes to whoever stands in for the reader. ``offers(session, copies)`` says
    what readers may do from a message of its own, for those of the copies whose reader may do something.
    """

    name: str
    title: Text
    group: Text
    channels: tuple[str, ...] = ("app", "mail")
    when: Literal["now", "daily", "weekly"] = "now"
    urgent: bool = False
    digestible: bool = True
    fixed: Text | None = None
    escalate_after: int | None = None
    on: str = ""
    to: Callable[[Session, Any], Recipients] | None = None
    tell: Callable[[Session, Any], Message | None] | None = None
    offers: Callable[[Session, Collection[Copy]], Mapping[Copy, Offer]] | None = None

    def __post_init__(self) -> None:
        if bool(self.on) != (self.to is not None) or bool(self.on) != (self.tell is not None):
            raise ValueError(f"{self.name}: an event needs to and tell, and they need an event")

    def handler(self) -> Handler:
        """What is done when its event has happened."""

        def run(session: Session, event: Any) -> None:
            session.info[NOTIFY](session, self, event)

        def wanted(session: Session, _name: str) -> bool:
            return NOTIFY in session.info

        return Handler(f"notify.{self.name}", self.on, run, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Channel:
    """A way on which people are told.

    ``address_of(addressee)`` is where somebody is reached on it, or None. ``send(house, outgoing)`` hands one message
    over; where one connection serves many, ``open(house)`` gives a context manager of a function that takes an
    outgoing message instead. Both raise ``Temporary``, ``Unreachable`` or ``Refused`` (``remit.notify``). ``missing``
    says why the channel cannot be used in this installation; None: it can. ``digests``: messages may be joined.
    """

    name: str
    title: Text
    address_of: Callable[[Any], str | None]
    send: Callable[[Any, Any], None] | None = None
    open: Callable[[Any], AbstractContextManager[Callable[[Any], None]]] | None = None
    missing: Callable[[Any], Text | None] = lambda _house: None
    digests: bool = True
