"""What a module takes from other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from core.base.errors import DomainError
from core.base.text import Text, catalogue

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("kernel")


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something another program has sent: ``key`` is the id it gave it, ``body`` what it posted."""

    key: str
    kind: str
    endpoint_id: int
    body: bytes
    content_type: str
    received_at: datetime

    def json(self) -> Any:
        """The body read as JSON. Raises ``DomainError`` for what is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise DomainError("webhook.json", _("What was sent is not JSON.")) from None


@dataclass(frozen=True, slots=True)
class IncomingWebhook:
    """Something a module takes from other programs: ``handle(session, incoming)``, once for each delivery.

    An administrator makes an address with a secret for it. What comes is believed by the Standard Webhooks scheme
    (``verify="standard"``), or by an HMAC-SHA256 of the body in a header of its own (``"hmac"``: ``header`` names it,
    ``id_header`` the one that holds the id; without one the same body counts as the same delivery). ``handle`` writes
    in the session and never commits: its writes and the mark that it is done are one commit. What fails is tried again
    over some twenty minutes; a ``DomainError`` ends it at once with its sentence.
    """

    name: str
    title: Text
    handle: Callable[[Session, Incoming], None]
    verify: Literal["standard", "hmac"] = "standard"
    header: str = ""
    id_header: str = ""

    def __post_init__(self) -> None:
        if (self.verify == "hmac") != bool(self.header):
            raise ValueError(f"{self.name}: the hmac scheme, and only it, names the header of the signature")
