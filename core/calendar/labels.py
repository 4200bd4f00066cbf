"""What the audit log calls working calendars."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.words import describe
from core.base.text import catalogue
from core.calendar.models import CalendarNotice, CalendarPlace, CalendarSpecialDay

_ = catalogue("calendar")

_CALENDAR, _SOURCE = _("Working calendar"), _("Source")
_KINDS = {"workday": _("Workday"), "rest": _("Rest day"), "holiday": _("Public holiday")}
_ORIGINS = {"country": _("the country"), "company": _("the company")}
_CONFIDENCE = {"high": _("high"), "medium": _("medium"), "low": _("low")}


def _places(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(CalendarPlace.id, CalendarPlace.title).where(CalendarPlace.id.in_(ids)))
    return {key: str(title) for key, title in rows}


def attach() -> None:
    """Write the words onto the tables, where the audit log looks for them."""
    describe(CalendarPlace, _CALENDAR, {
        "place": _("Place"), "title": _("Title"), "weekend": _("Days off of a week"), "zone": _("Time zone"),
    }, names=_places)  # fmt: skip
    describe(CalendarNotice, _("Year of a working calendar"), {
        "calendar_id": _CALENDAR, "year": _("Year"), "source": _SOURCE, "confidence": _("Certainty"),
        "complete": _("Complete"),
    }, values={"confidence": _CONFIDENCE})  # fmt: skip
    describe(CalendarSpecialDay, _("Special day"), {
        "calendar_id": _CALENDAR, "day": _("Day"), "kind": _("Kind"), "statutory": _("Statutory holiday"),
        "name": _("Name"), "source": _SOURCE, "origin": _("Set by"),
    }, values={"kind": _KINDS, "origin": _ORIGINS})  # fmt: skip
