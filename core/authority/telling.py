"""What the lists tell people: that what they may and must do has a new version."""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session, aliased

from core.authority.events import (
    AuthorityDelegated,
    DelegationRevoked,
    EmergencyOpened,
    ListAnswered,
    ListConsulted,
    ListPublished,
)
from core.authority.lifecycle import consulting
from core.authority.lifecycle.models import ListConsultation, ListDraftRow
from core.authority.models import AuthorityEntry, BreakGlass, Duty, PublishedList
from core.authority.reading import in_force
from core.base import clock
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.kernel.specs import Message, Notification, Recipients
from core.org.models import Assignment, PositionVersion

_ = catalogue("authority")

IMPORT = "authority.list:import"


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
        "/authority/mine", _("Read my list and sign"),
    )


def _both(session: Session, event: AuthorityDelegated | DelegationRevoked) -> Recipients:
    """Both sides; who is told of the end of it by himself need not be told."""
    del session
    done_by = event.by_person_id if isinstance(event, DelegationRevoked) else event.from_person_id
    return Recipients(persons=[one for one in (event.from_person_id, event.to_person_id) if one != done_by])


def _delegated(session: Session, event: AuthorityDelegated) -> Message:
    del session
    return Message(
        _("Authority was delegated to you"),
        (_("You may use it from {first} to {last}. What it is, and by whom, stands on your page.",
           first=event.first_day, last=event.last_day),),
        "/authority/away", _("See what was delegated"),
    )  # fmt: skip


def _revoked(session: Session, event: DelegationRevoked) -> Message:
    del session, event
    return Message(
        _("A delegation has ended"), (_("It was taken back or handed back before its last day."),),
        "/authority/away", _("See my delegations"),
    )


def _asked(session: Session, event: ListConsulted) -> Recipients:
    """The heads of the units that were asked."""
    units = session.scalars(select(ListConsultation.unit_id).where(ListConsultation.draft_id == event.draft_id)).all()
    found = consulting.heads(session, units, clock.today()) if units else {}
    return Recipients(persons=sorted({person for people in found.values() for person in people}))


def _consulted(session: Session, event: ListConsulted) -> Message:
    del session
    return Message(
        _("Your unit is asked about a duty and authority list"),
        (_("A draft draws a line to your unit; it is to be in force from {day}. Read it and say whether you agree.",
           day=event.effective_from),),
        f"/authority/drafts/{event.draft_id}", _("Read the draft"),
    )  # fmt: skip


def _author(session: Session, event: ListAnswered) -> Recipients:
    person = session.scalar(select(ListDraftRow.author_person_id).where(ListDraftRow.id == event.draft_id))
    return Recipients(persons=[person] if person is not None else [])


def _answered(session: Session, event: ListAnswered) -> Message:
    del session
    said = _("A unit agrees.") if event.answer == "agree" else _("A unit objects, and says why.")
    return Message(_("A unit answered about your draft of a list"), (said,), f"/authority/drafts/{event.draft_id}",
                   _("Read the draft"))  # fmt: skip


def _watchers(session: Session, event: EmergencyOpened) -> Recipients:
    """Whoever holds the post above, and whoever may publish lists; not the one who opened it."""
    day = clock.today()
    held, post, above = aliased(Assignment), aliased(PositionVersion), aliased(Assignment)
    superiors = (
        select(above.person_id).join(post, post.reports_to_id == above.position_id)
        .join(held, held.position_id == post.position_id)
        .join(BreakGlass, BreakGlass.assignment_id == held.id)
        .where(BreakGlass.id == event.number, as_of(post, day), as_of(above, day))
    )
    keepers = (
        select(above.person_id).join(AuthorityEntry, AuthorityEntry.position_id == above.position_id)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(AuthorityEntry.action == IMPORT, AuthorityEntry.effect == "grant", in_force(day), as_of(above, day))
    )
    marks = [("authority.notify", name) for name in ("core_assignment", "core_break_glass")]
    found = session.scalars(guard.mark(union(superiors, keepers), marks))
    return Recipients(persons=sorted(set(found) - {event.person_id}))


def _opened(session: Session, event: EmergencyOpened) -> Message:
    del session
    return Message(
        _("Authority for an emergency was opened"),
        (_("It is {entry}. Who opened it, why, and what is done by it stands there; it is looked at within three days.",
           entry=event.entry),),
        f"/authority/emergency/{event.number}", _("See what is done"),
    )  # fmt: skip


_GROUP = _("Duty and authority lists")

NOTIFICATIONS = (
    Notification(
        "authority.emergency_opened", _("Authority for an emergency was opened by somebody I watch over"), _GROUP,
        fixed=_("What is opened in an emergency is never opened in silence."), on=EmergencyOpened.name, to=_watchers,
        tell=_opened, digestible=False,
    ),
    Notification(
        "authority.delegated", _("Authority was delegated to me"), _GROUP,
        fixed=_("Whoever is to decide for somebody has to know of it."), on=AuthorityDelegated.name, to=_both,
        tell=_delegated,
    ),
    Notification(
        "authority.delegation_revoked", _("A delegation of mine was ended"), _GROUP,
        fixed=_("Both sides have to know who decides."), on=DelegationRevoked.name, to=_both, tell=_revoked,
    ),
    Notification(
        "authority.list_consulted", _("My unit is asked about a list"), _GROUP,
        fixed=_("Without an answer nobody knows whether the unit agrees."), on=ListConsulted.name, to=_asked,
        tell=_consulted,
    ),
    Notification(
        "authority.list_answered", _("A unit answered about my draft of a list"), _GROUP, on=ListAnswered.name,
        to=_author, tell=_answered,
    ),
    Notification(
        "authority.list_published", _("My duty and authority list was published"), _("Duty and authority lists"),
        fixed=_("Whoever is bound by a list has to know of it."), on=ListPublished.name, to=_holders, tell=_published,
    ),
)
