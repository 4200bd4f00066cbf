"""Overtime for people to look at: what a wish would come to, the list of a month and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import OVERTIME, OVERTIME_EXPORT, OVERTIME_READ
from attendance.models import OvertimeRequest
from attendance.models.overtime import DAY_KINDS
from attendance.services.overtime import requests
from attendance.services.show import names_of
from remit.base import Actor, DomainError, Month, clock
from remit.exchange import Heading, to_csv
from remit.text import Text, catalogue
from remit.workflow import preview

_ = catalogue("attendance")

#: The largest table that is written; a month of two thousand people has some hundreds.
MOST = 20_000


@dataclass(frozen=True)
class Wish:
    """What a request would come to, before anything is written: minutes by kind, what bounds it exceeds, who decides.

    ``refused`` is why it cannot be asked for as it stands, with the field it is about.
    """

    request: OvertimeRequest | None = None
    kinds: Sequence[tuple[Text, Text]] = ()
    beyond: Sequence[Text] = ()
    way: Any = None
    refused: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list of a month."""

    request: OvertimeRequest
    number: str
    name: str


def wish(
    session: Session, actor: Actor, values: dict[str, Any] | None, *, besides: OvertimeRequest | None = None
) -> Wish:
    """What the values of the form would come to; what cannot be asked for says so instead of being raised."""
    if values is None:
        return Wish()
    try:
        employment = requests.employment_of(session, actor, values["day"])
        wanted = requests.wish_of(session, employment, values)
        beyond = requests.checked(session, employment, wanted, values["compensation"], besides)
    except DomainError as refused:
        return Wish(refused=refused)
    request = OvertimeRequest(
        employment_id=employment.id, person_id=employment.person_id, day=values["day"], reason="", state="draft",
        compensation=values["compensation"], created_at=clock.now(),
    )  # fmt: skip
    requests.fill(request, wanted)
    kinds = [(text.OVERTIME_DAYS[kind], text.duration(minutes))
             for kind, minutes in zip(DAY_KINDS, wanted.by_kind, strict=True) if minutes]  # fmt: skip
    return Wish(request, kinds, beyond, preview(session, OVERTIME, request))


def month(
    session: Session, actor: Actor, which: Month, *, before: int | None = None, most: int = requests.PAGE,
    action: str = OVERTIME_READ,
) -> list[Line]:  # fmt: skip
    """The overtime of a month that somebody may see, the latest request first, two statements."""
    found = requests.requests(session, actor, own=False, days=which.period, before=before, most=most, action=action)
    who = names_of(session, [one.employment_id for one in found])
    return [Line(one, *who[one.employment_id]) for one in found]


def table(session: Session, actor: Actor, which: Month) -> bytes:
    """The overtime of a month that somebody may export as csv, by employee and time; minutes are whole numbers."""
    found = month(session, actor, which, most=MOST, action=OVERTIME_EXPORT)
    rows = sorted(found, key=lambda one: (one.number, one.request.starts_at))
    headings = [
        Heading(_("Employee number")), Heading(_("Name")), Heading(_("Day"), "date"), Heading(_("When")),
        *(Heading(text.OVERTIME_DAYS[kind], "int") for kind in DAY_KINDS), Heading(_("Compensation")),
        Heading(_("Counted"), "int"), Heading(_("Answer")),
    ]  # fmt: skip
    return to_csv(headings, ([
        one.number, one.name, one.request.work_day, str(requests.when(one.request)), *one.request.by_kind,
        str(text.COMPENSATIONS[one.request.compensation]), one.request.recognised,
        str(text.LEAVE_STATES[one.request.state][0]),
    ] for one in rows))  # fmt: skip
