"""What this plugin tells people, and a way of its own to do so: a line in a file that a screen in the hall shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.sample.events import NoticePinned
from plugins.sample.text import _
from remit.base import clock
from remit.models import Employment
from remit.notify import Addressee, Channel, Message, Notification, Outgoing, Recipients
from remit.services import system

FILE = "sample-screen.txt"


def _everybody(session: Session, event: NoticePinned) -> Recipients:
    """Who works here today."""
    del event
    today = clock.today()
    with system(session, "telling everybody of a notice"):
        statement = select(Employment.person_id).where(Employment.hired_on <= today, Employment.left_on > today)
        return Recipients(persons=session.scalars(statement).all())


def _pinned(session: Session, event: NoticePinned) -> Message:
    del session
    return Message(_("A new notice hangs on the board: {code}", code=event.code), link="/sample/notices")


NOTIFICATIONS = (
    Notification(
        "sample.pinned", _("A new notice"), _("Pinned notices"), channels=("app", "sample_screen"),
        on=NoticePinned.name, to=_everybody, tell=_pinned,
    ),
)


def _place(reader: Addressee) -> str:
    """Everybody is reached in the hall, under his name."""
    return reader.name


def _write(house: Any, outgoing: Outgoing) -> None:
    """One line for each message; whoever reads the screen looks for the rest in the program."""
    with (house.config.instance / FILE).open("a", encoding="utf-8") as screen:
        screen.writelines(f"{outgoing.address}: {told.row.title}\n" for told in outgoing.told)


CHANNELS = (Channel("sample_screen", _("Screen in the hall"), _place, send=_write, digests=False),)
