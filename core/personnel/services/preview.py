"""What a change would do as things stand now, in sentences, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.org import quotas
from core.org.labels import KINDS_OF_TERMS
from core.org.services import staffing
from core.personnel.models import (
    APPROVED,
    CANCELLATION,
    CANCELLED,
    CONCURRENT,
    END_CONCURRENT,
    HIRE,
    RESIGNATION,
    SUBMITTED,
    PersonnelChange,
)
from core.personnel.services import ground, places, saying

_ = catalogue("personnel")

#: So many other requests that meet this one are named.
MOST = 5
Notice = tuple[str, Text | str]


@dataclass(frozen=True, slots=True)
class Effect:
    """What would happen, and notices as pairs of ``ok``, ``info``, ``warn`` or ``bad`` and a sentence."""

    effects: Sequence[Text]
    notices: Sequence[Notice]


def of(session: Session, change: PersonnelChange) -> Effect:
    """The effect of a change that is not decided yet; of one that is, what it did. Nothing is written."""
    with session.no_autoflush:
        effects = _effects(session, change)
        if change.state in (APPROVED, CANCELLED):
            return Effect(effects, ())
        return Effect(effects, [
            *_refused(session, change), *_room(session, change), *_quota(session, change), *_meeting(session, change),
        ])  # fmt: skip


def _effects(session: Session, change: PersonnelChange) -> list[Text]:
    day, before = change.valid_from, places.last_day(change.valid_from)
    said = {"day": day, "last": before, "name": saying.who(session, change)}
    if change.position_id is not None:
        said["position"] = ground.post_title(session, change)
    found: list[Text] = []
    if change.kind == HIRE:
        found.append(_("From {day} on {name} is employed as {position}.", **said))
    elif change.kind == CONCURRENT:
        words = {**said, "share": ground.share(change.fte or 0), "until": places.last_day(change.valid_to)}
        found.append(
            _("From {day} on {name} also holds {position}, {share} of full working time, until {until}.", **words)
            if change.valid_to < FOREVER
            else _("From {day} on {name} also holds {position}, {share} of full working time.", **words)
        )
        found += _work(session, change)
    elif change.kind == END_CONCURRENT:
        found.append(_("{name} holds {position} until {last}; the other posts stay.", **said))
    elif change.kind == RESIGNATION:
        found.append(_("The employment of {name} ends after {last}, and all posts with it.", **said))
    elif change.kind == CANCELLATION:
        found.append(_("What was approved from {day} on is undone; {name} stays as before.", **said))
    elif change.position_id is not None:
        main = places.post_on(session, change.from_position_id or 0, before)
        found.append(_("From {day} on {name} holds {position} instead of {before}.",
                       **{**said, "before": main.title if main is not None else "–"}))  # fmt: skip
    if change.kind == END_CONCURRENT and change.main_fte is not None:
        found.append(_("The main post takes {share} of full working time from {day} on.",
                       share=ground.share(change.main_fte), day=day))  # fmt: skip
    return [*found, *_terms(change)]


def _work(session: Session, change: PersonnelChange) -> list[Text]:
    total, bound = ground.working_time(session, change)
    found = []
    if change.main_fte is not None:
        found.append(_("The main post takes {share} of full working time meanwhile.",
                       share=ground.share(change.main_fte)))  # fmt: skip
    return [*found, _("All posts together come to {total} then; the company allows {bound}.",
                      total=ground.share(total), bound=ground.share(bound))]  # fmt: skip


def _terms(change: PersonnelChange) -> list[Text]:
    if change.kind == HIRE:
        return []
    found = []
    if change.grade is not None:
        found.append(_("The grade is {grade} from {day} on.", grade=change.grade, day=change.valid_from))
    if change.employment_kind is not None:
        found.append(_("The kind of employment is “{kind}” from {day} on.",
                       kind=KINDS_OF_TERMS[change.employment_kind], day=change.valid_from))  # fmt: skip
    if change.contribution_place is not None:
        found.append(_("Contributions are paid in {place} from {day} on.", place=change.contribution_place,
                       day=change.valid_from))  # fmt: skip
    return found


def _refused(session: Session, change: PersonnelChange) -> list[Notice]:
    try:
        ground.insist(session, change, deciding=True)
    except DomainError as refused:
        return [("bad", refused.message)]
    return []


def _room(session: Session, change: PersonnelChange) -> list[Notice]:
    if change.position_id is None or change.kind in (END_CONCURRENT, CANCELLATION):
        return []
    rooms = places.rooms(
        session, change.position_id, change.valid_from, change.valid_to, besides=change.employment_id
    )
    full = next((room for room in rooms if room.full), None)
    said = {"position": ground.post_title(session, change), "day": change.valid_from}
    if full is not None:
        return [("warn", _(
            "{position} would be overstaffed: {held} hold it on {day}, and its headcount is {headcount}.",
            **{**said, "day": full.day}, held=full.held, headcount=full.headcount,
        ))]  # fmt: skip
    words = {**said, "held": rooms[0].held, "headcount": rooms[0].headcount}
    if not rooms[0].held:
        return [("ok", _("{position} is vacant on {day}.", **words))]
    return [("ok", _("{position} has room: {held} of {headcount} hold it on {day}.", **words))]


def _quota(session: Session, change: PersonnelChange) -> list[Notice]:
    """Only a main post takes a place of the staffing plan."""
    if change.position_id is None or change.kind in (CONCURRENT, END_CONCURRENT, CANCELLATION):
        return []
    found = staffing.foreseen(
        session, change.position_id, change.valid_from, change.valid_to, person_id=change.person_id
    )
    if found is None:
        return []
    day, use = found
    return [("bad", _(
        "The staffing plan of {unit} approves {allowed} of “{what}” ({basis}), and {held} people hold one on {day}: "
        "it cannot be approved until a place is free.", unit=places.unit_title(session, use.quota.unit_id, day),
        allowed=use.allowed, what=quotas.what(use.quota), basis=use.quota.basis, held=use.held, day=day,
    ))]  # fmt: skip


def _meeting(session: Session, change: PersonnelChange) -> list[Notice]:
    """Other requests that wait and are about the same employment or the same post."""
    same = []
    if change.employment_id is not None:
        same.append(PersonnelChange.employment_id == change.employment_id)
    if change.position_id is not None and change.kind != END_CONCURRENT:
        same.append(PersonnelChange.position_id == change.position_id)
    if not same:
        return []
    others = session.scalars(places.marked(
        select(PersonnelChange).where(
            PersonnelChange.state == SUBMITTED, PersonnelChange.id != (change.id or 0), or_(*same),
            PersonnelChange.valid_from < change.valid_to, PersonnelChange.valid_to > change.valid_from,
        ).order_by(PersonnelChange.id).limit(MOST)
    ))  # fmt: skip
    return [
        ("info", _("Another request waits that meets this one: {subject}.", subject=saying.subject(session, one)))
        for one in others
    ]
