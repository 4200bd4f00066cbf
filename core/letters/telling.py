"""What letters tell people: that somebody issued one about them, or revoked it. What it says is read in Remit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.text import catalogue
from core.kernel.specs import Message, Notification, Recipients
from core.letters.events import LetterIssued, LetterRevoked, OfLetter

_ = catalogue("letters")


def _whom_it_is_about(session: Session, event: OfLetter) -> Recipients:
    del session
    return Recipients(persons=[event.person_id])


def _issued(session: Session, event: LetterIssued) -> Message | None:
    """Who had the letter himself has it in his hands."""
    del session
    if event.own:
        return None
    return Message(
        _("A letter about you was issued"), (_("You find it, with its number, among your letters."),),
        "/letters/mine", _("Open my letters"),
    )


def _revoked(session: Session, event: LetterRevoked) -> Message:
    del session, event
    return Message(
        _("A letter about you was revoked"),
        (_("Whoever verifies it is told that it is valid no more. Do not hand it out."),),
        "/letters/mine", _("Open my letters"),
    )


NOTIFICATIONS = (
    Notification(
        "letters.letter_issued", _("Somebody issued a letter about me"), _("Letters"), on=LetterIssued.name,
        to=_whom_it_is_about, tell=_issued,
    ),
    Notification(
        "letters.letter_revoked", _("A letter about me was revoked"), _("Letters"), on=LetterRevoked.name,
        to=_whom_it_is_about, tell=_revoked,
    ),
)
