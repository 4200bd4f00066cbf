"""What this plugin tells."""

from __future__ import annotations

from dataclasses import dataclass

from plugins.sample.text import _
from remit.events import Event


@dataclass(frozen=True, slots=True)
class NoticePinned(Event):
    """A notice hangs on the board."""

    name = "sample.notice_pinned"
    title = _("Notice pinned")
    thing = "notice"
    about = "notice_id"

    notice_id: int
    code: str


EVENTS: tuple[type[Event], ...] = (NoticePinned,)
