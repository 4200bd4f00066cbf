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
    to = Recipients(persons=sorted(people))
    notify(session, WRITE, write_said(until), to=to, about="performance.answer", key=key)


def result(session: Session, people: Collection[int], until: date, key: str) -> None:
    """Tell the reviewed that their results are there."""
    to = Recipients(persons=sorted(people))
    notify(session, RESULT, result_said(until), to=to, about="performance.review", key=key)


def remarked(session: Session, person_id: int) -> None:
    """Tell somebody that he was given feedback, or that a talk with him was noted."""
    notify(session, REMARKED, remark_said(), to=Recipients(persons=[person_id]), about="performance.remark")


def write_said(until: date) -> Message:
    """What whoever has to write is told."""
    return Message(
        _("Something is to be written for a performance review"), (_("Until {day}", day=until),), _LINK, _("Write it")
    )


def result_said(until: date) -> Message:
    """What the reviewed is told."""
    return Message(
        _("Your performance review is finished"), (_("Sign it or appeal until {day}", day=until),), _LINK,
        _("Look at it"),
    )  # fmt: skip


def remark_said() -> Message:
    """What is told of a remark: that it is there, never what it says."""
    return Message(_("Somebody gave you feedback"), (), "/performance/remarks", _("Look at it"))
