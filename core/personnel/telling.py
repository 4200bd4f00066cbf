"""What people are told about personnel changes: whom one is about, the heads of both units, and whoever lets go and
takes by the lists. What it says stands behind the link; whoever asked hears of the answer as of every question.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import routing
from core.base import clock
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.kernel.specs import Message, Notification, Recipients
from core.org.models import Assignment, PositionVersion
from core.personnel.actions import RECEIVE, RELEASE
from core.personnel.events import ChangeApproved, ChangeAsked, ChangeCancelled, OfChange
from core.personnel.labels import KINDS
from core.personnel.models import PersonnelChange
from core.personnel.services.places import marked

_ = catalogue("personnel")

GROUP = _("Personnel changes")
SEE = _("Look at the change")


def _concerned(session: Session, event: OfChange) -> Recipients:
    """The person, whoever heads one of the units today, and whoever decides for it; not whoever asked."""
    day = clock.today()
    units = [one for one in (event.from_unit_id, event.to_unit_id) if one is not None]
    heads = session.scalars(marked(
        select(Assignment.person_id).join(PositionVersion, PositionVersion.position_id == Assignment.position_id)
        .where(PositionVersion.unit_id.in_(units), PositionVersion.is_head.is_(True), as_of(PositionVersion, day),
               as_of(Assignment, day)).order_by(Assignment.id)
    )).all()  # fmt: skip
    people = dict.fromkeys([event.person_id, *heads, *_deciders(session, event)])
    return Recipients(persons=[one for one in people if one is not None and one != event.requester_person_id])


def _deciders(session: Session, event: OfChange) -> list[int | None]:
    """Who lets go and who takes, where two units are concerned."""
    change = session.scalars(
        marked(select(PersonnelChange).where(PersonnelChange.id == event.change_id))
    ).one_or_none()
    if change is None or not change.crosses:
        return []
    ways = [routing.route(session, action, change).decider for action in (RELEASE, RECEIVE)]
    return [step.person_id for step in ways if step is not None]


def _message(title: Text, event: OfChange) -> Message:
    return Message(
        title, (_("{kind}, from {day} on.", kind=KINDS[event.kind], day=event.valid_from),),
        f"/personnel/{event.change_id}", SEE,
    )


def _asked(session: Session, event: ChangeAsked) -> Message:
    del session
    return _message(_("A personnel change that concerns you was asked for"), event)


def _approved(session: Session, event: ChangeApproved) -> Message:
    del session
    return _message(_("A personnel change that concerns you was approved"), event)


def _cancelled(session: Session, event: ChangeCancelled) -> Message:
    del session
    return _message(_("A personnel change that concerns you was cancelled"), event)


NOTIFICATIONS = (
    Notification(
        "personnel.change_asked", _("A personnel change that concerns me is asked for"), GROUP, on=ChangeAsked.name,
        to=_concerned, tell=_asked,
    ),
    Notification(
        "personnel.change_approved", _("A personnel change that concerns me is approved"), GROUP,
        on=ChangeApproved.name, to=_concerned, tell=_approved,
    ),
    Notification(
        "personnel.change_cancelled", _("A personnel change that concerns me is cancelled"), GROUP,
        on=ChangeCancelled.name, to=_concerned, tell=_cancelled,
    ),
)
