"""What the lists tell people: that what they may and must do has a new version."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from core.authority.events import ListPublished
from core.authority.models import AuthorityEntry, Duty
from core.base import clock
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import Message, Notification, Recipients
from core.org.models import Assignment

_ = catalogue("authority")


def _holders(session: Session, event: ListPublished) -> Recipients:
    """Who holds a post that the list names, on its first day or today where that is later."""
    day = max(event.effective_from, clock.today())
    named = union(
        select(AuthorityEntry.position_id).where(AuthorityEntry.list_id == event.list_id),
        select(Duty.position_id).where(Duty.list_id == event.list_id),
    ).subquery()
    statement = select(Assignment.person_id).where(
        Assignment.position_id.in_(select(named.c.position_id)), as_of(Assignment, day)
    )
    return Recipients(persons=session.scalars(guard.mark(statement, [("authority.notify", "core_assignment")])).all())


def _published(session: Session, event: ListPublished) -> Message:
    del session
    return Message(
        _("Your duties and authority have a new version"),
        (_("It is in force from {day} on, version {version}.", day=event.effective_from, version=event.version),),
        "/authority/mine", _("Read my list"),
    )


NOTIFICATIONS = (
    Notification(
        "authority.list_published", _("My duty and authority list was published"), _("Duty and authority lists"),
        fixed=_("Whoever is bound by a list has to know of it."), on=ListPublished.name, to=_holders, tell=_published,
    ),
)
