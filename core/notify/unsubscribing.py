"""The link in a mail that switches its kinds off without a sign-in: signed, for one account and one channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from core.kernel.specs import Channel, Notification
from core.notify.choices import fixed

if TYPE_CHECKING:
    from core.kernel.house import House

#: Where mail programs post to, as RFC 8058 has it; people who follow it are led on to a page.
PATH = "/api/v1/notifications/off/"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link stands for."""

    account_id: int
    channel: str
    kinds: tuple[str, ...]


def link(house: House, account_id: int, kinds: Sequence[Notification], channel: Channel) -> str:
    """The whole address; empty where nothing of it can be switched off, or the installation has no address or keys."""
    names = sorted({kind.name for kind in kinds if fixed(kind, channel) is None})
    signer = _signer(house)
    if not names or signer is None or not house.config.base_url:
        return ""
    return f"{house.config.base_url}{PATH}{signer.dumps([account_id, channel.name, names])}"


def read(house: House, token: str) -> Wish | None:
    """What a link stands for; None for one that we did not sign."""
    signer = _signer(house)
    if signer is None:
        return None
    try:
        account_id, channel, kinds = signer.loads(token)
        return Wish(int(account_id), str(channel), tuple(str(kind) for kind in kinds))
    except (BadData, ValueError, TypeError):
        return None


def _signer(house: House) -> URLSafeSerializer | None:
    keys = house.database.keys
    return URLSafeSerializer(keys.derive("notify.off"), salt="notify.off") if keys is not None else None
