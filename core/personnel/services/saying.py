"""A change in words: its kind, whom it is about, what it says."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.authority import routing
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.org.labels import KINDS_OF_TERMS
from core.personnel.actions import RECEIVE, RELEASE
from core.personnel.labels import KINDS
from core.personnel.models import CANCELLATION, END_CONCURRENT, HIRE, RESIGNATION, PersonnelChange
from core.personnel.services import ground, places

_ = catalogue("personnel")


def who(session: Session, change: PersonnelChange) -> str:
    """Whom a change is about; somebody new is called as the request says."""
    return change.name or "–" if change.kind == HIRE else places.name_of(session, change.person_id)


def subject(session: Session, change: PersonnelChange) -> Text:
    """A change in one line."""
    said = {"kind": KINDS[change.kind], "name": who(session, change), "day": change.valid_from}
    if change.kind in (RESIGNATION, END_CONCURRENT):
        return _("{kind}: {name}, last day {day}", **{**said, "day": places.last_day(change.valid_from)})
    if change.kind == CANCELLATION:
        return _("{kind}: {name}, what would hold from {day}", **said)
    if change.position_id is None:
        return _("{kind}: {name}, from {day}", **said)
    return _("{kind}: {name}, {position}, from {day}", position=ground.post_title(session, change), **said)


def lines(session: Session, change: PersonnelChange) -> list[tuple[Text | str, Any]]:
    """What a change says, as names and values; what it leaves open is left out."""
    day = places.last_day(change.valid_from)
    main = places.post_on(session, change.from_position_id or 0, day)
    ends = change.kind in (RESIGNATION, END_CONCURRENT)
    found: list[tuple[Text | str, Any]] = [
        (_("Employee"), who(session, change)),
        (_("Employee number"), change.number),
        (_("Main post"), main.title if main is not None else None),
        (_("Unit"), places.unit_title(session, change.unit_id, change.valid_from)),
        (_("Post"), ground.post_title(session, change) if change.position_id is not None else None),
        (_("Unit that lets go"), _unit(session, change, change.from_unit_id) if change.crosses else None),
        (_("Unit that takes"), _unit(session, change, change.to_unit_id) if change.crosses else None),
        (_("Last day") if ends else _("First day"), day if ends else change.valid_from),
        (_("Last day"), places.last_day(change.valid_to) if change.valid_to < FOREVER else None),
        (_("Share of full working time"), _share(change.fte)),
        (_("Share of the main post meanwhile"), _share(change.main_fte)),
        (_("Kind of employment"), KINDS_OF_TERMS.get(change.employment_kind or "")),
        (_("Grade"), change.grade),
        (_("Contribution place"), change.contribution_place),
        (_("Identity number"), change.identity_shown or None),
        (_("Reason"), change.reason or None),
    ]
    return [(label, value) for label, value in found if value is not None]


def heads(session: Session, change: PersonnelChange) -> list[tuple[Text | str, Any]]:
    """Who lets go and who takes by the lists of today, where two units are concerned."""
    if not change.crosses:
        return []
    found: list[tuple[Text | str, Any]] = []
    for action, label in ((RELEASE, _("Lets go")), (RECEIVE, _("Takes"))):
        step = routing.route(session, action, change).decider
        found.append((label, _("{name}, {post}", name=step.name, post=step.post.title) if step is not None
                      else _("nobody by the lists")))  # fmt: skip
    return found


def _unit(session: Session, change: PersonnelChange, unit_id: int | None) -> Any:
    return places.unit_title(session, unit_id, change.valid_from)


def _share(hundredths: int | None) -> str | None:
    return None if hundredths is None else ground.share(hundredths)
