"""What people are told about reviews: that something is to be written, that a result is there, that time runs out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from performance.text import _
from remit.notify import Message, Notification, Recipients, notify

GROUP = _("Performance")
WRITE, RESULT, REMARKED = "performance.review_write", "performance.review_result", "performance.remark"

NOTIFICATIONS = (
    Notification(WRITE, _("Something is to be written for a performance review"), GROUP),
    Notification(RESULT, _("My performance review is finished"), GROUP),
    Notification(REMARKED, _("Somebody gave me feedback"), GROUP),
)
_LINK = "/performance/reviews"


def to_write(session: Session, people: Collection[int], until: date, key: str) -> None:
    """Tell people that something waits to be written; the same ``key`` tells each of them once."""
    message = Message(
        _("Something is to be written for a performance review"), (_("Until {day}", day=until),), _LINK, _("Write it")
    )
    notify(session, WRITE, message, to=Recipients(persons=sorted(people)), about="performance.answer", key=key)


def result(session: Session, people: Collection[int], until: date, key: str) -> None:
    """Tell the reviewed that their results are there."""
    message = Message(
        _("Your performance review is finished"), (_("Sign it or appeal until {day}", day=until),), _LINK,
        _("Look at it"),
    )  # fmt: skip
    notify(session, RESULT, message, to=Recipients(persons=sorted(people)), about="performance.review", key=key)


def remarked(session: Session, person_id: int) -> None:
    """Tell somebody that he was given feedback, or that a talk with him was noted."""
    message = Message(_("Somebody gave you feedback"), (), "/performance/remarks", _("Look at it"))
    notify(session, REMARKED, message, to=Recipients(persons=[person_id]), about="performance.remark")
