"""What a channel is handed, and how it says that it could not hand it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from core.base.text import Text
from core.kernel.specs import Notification, Offer
from core.notify.models import NotificationRow
from core.notify.people import Addressee


class Undelivered(Exception):  # noqa: N818 -- the base of three that say why
    """Not handed over. ``reason`` is a sentence for people, ``code`` the answer of the other side, 0 without one."""

    def __init__(self, reason: Text, code: int = 0) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.code = code


class Temporary(Undelivered):
    """Not now: this one is tried again later, the next goes on."""


class Unreachable(Undelivered):
    """The other side is not there: it is not asked for the others of this turn either."""


class Refused(Undelivered):
    """Never: it is not tried again. With ``address`` nothing more is sent to this address."""

    def __init__(self, reason: Text, code: int = 0, *, address: bool = False) -> None:
        super().__init__(reason, code)
        self.address = address


class Taken(Exception):  # noqa: N818 -- no error: somebody else has it
    """Somebody else hands this over."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notification in a message, with its kind; ``instead_of`` is whom the reader stands in for, ``offer`` what he
    may do from a message that tells of nothing else.
    """

    row: NotificationRow
    kind: Notification
    instead_of: str = ""
    offer: Offer | None = None


@dataclass(slots=True)
class Outgoing:
    """One message to one address: one notification, or several that were collected (``batch`` daily or weekly).

    ``message_id`` stays the same however often it is handed over. Call ``mark`` just before the other side is given
    what it may act on, and not before; where nobody calls it, it counts from the beginning. Raises ``Taken``.
    """

    channel: str
    addressee: Addressee
    address: str
    told: tuple[Told, ...]
    batch: str
    message_id: str
    off_url: str = ""
    _mark: Callable[[], None] = field(default=lambda: None)
    marked: bool = False

    def mark(self) -> None:
        """Write down that this is being handed over, committed before this returns."""
        if not self.marked:
            self._mark()
            self.marked = True
