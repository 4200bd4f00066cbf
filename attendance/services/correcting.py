"""Punch corrections: asking for a punch that is missing or wrong, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import CORRECTION, CORRECTION_APPROVE, CORRECTION_READ, CORRECTION_REQUEST
from attendance.models import Correction, Punch
from attendance.models.correction import IN, OUT
from attendance.models.leave import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN
from attendance.rules.plan import epoch_minute
from attendance.rules.shift import DAY, Status
from attendance.rules.windows import day_windows
from attendance.services.compute import compute, present_minute
from attendance.services.delivering import deliver
from attendance.services.leave import ledger
from attendance.services.overtime import settling
from attendance.services.overtime.requests import employment_of, minute_of
from attendance.services.overtime.spans import Roster, roster
from attendance.services.people import people_of
from attendance.services.setup import refuse_closed
from remit.base import Actor, DomainError, Month, Period, clock
from remit.models import Employment
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text, catalogue
from remit.workflow import Answer, Run, ask

_ = catalogue("attendance")

PAGE = 50
SOURCE = "correction"


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a day seems to lack: which way, and when by the shift, in minutes of the wall clock."""

    way: str
    minute: int


def suggest(session: Session, employment: Employment, day: date) -> Suggested | None:
    """What punch a day of an employment lacks, with the time of the shift; None where nothing is missing."""
    found = roster(session, employment, day)
    people = people_of([(employment.id, employment.hired_on, employment.left_on)])
    with system(session, "what a day of somebody's own lacks"):
        computed = compute(session, found.plan, people)
    at, slot = computed.dates.index(day), int(found.slot[found.plan.days.index(day)])
    cell = (0, at)
    if computed.days.missing_out[cell]:
        edge, way = found.slots.end[slot], OUT
    elif computed.days.missing_in[cell] or computed.days.status[cell] == Status.ABSENT:
        edge, way = found.slots.start[slot], IN
    else:
        return None
    return Suggested(way, text.wall(datetime.fromtimestamp(int(edge) * 60, UTC), found.group.zone, day) % DAY)


def draft(session: Session, actor: Actor, request: Correction | None, values: dict[str, Any]) -> Correction:
    """Write a request down or change a draft: ``day``, ``time`` (``18:00``, for a night shift that of the next
    morning), ``way`` (``in`` or ``out``), ``instead_id`` a punch that was wrong or None, ``reason``.

    Raises ``DomainError`` with the field for what cannot be asked for, ``Denied`` where the lists do not let him ask.
    """
    if request is not None:
        _only_own(actor, request)
        if request.state != DRAFT:
            raise DomainError("attendance.correction_submitted", _(
                "This request is handed in already; write a new one."))  # fmt: skip
    if not values["reason"].strip():
        raise DomainError("attendance.correction_reason", _("Say how it came; whoever decides reads it."), "reason")
    new, employment = request is None, employment_of(session, actor, values["day"])
    if request is None:
        request = Correction(employment_id=employment.id, person_id=employment.person_id, state=DRAFT,
                             created_at=clock.now())  # fmt: skip
    request.employment_id, request.day, request.way = employment.id, values["day"], values["way"]
    request.instead_id, request.reason = values.get("instead_id") or None, values["reason"].strip()
    found = roster(session, employment, request.day)
    with session.no_autoflush:
        request.at, request.zone = _instant(found, request.day, minute_of(values["time"])), found.group.zone
        _check(session, request, found)
        require(session, actor, CORRECTION_REQUEST, request)
    if new:
        session.add(request)
    session.flush()
    return request


def submit(session: Session, actor: Actor, request: Correction) -> Run:
    """Hand a request in: it becomes a question to whomever the lists name."""
    _only_own(actor, request)
    require(session, actor, CORRECTION_REQUEST, request)
    ledger.hold(session, request.employment_id)
    session.refresh(request, with_for_update=True)
    if request.state != DRAFT:
        raise DomainError("attendance.correction_submitted", _("This request is handed in already."))
    _check(session, request, roster(session, employment_by_id(session, request), request.day))
    request.state = SUBMITTED
    session.flush()
    return ask(session, actor, CORRECTION, request)


def discard(session: Session, actor: Actor, request: Correction) -> None:
    """Drop a draft that was never handed in."""
    _only_own(actor, request)
    require(session, actor, CORRECTION_REQUEST, request)
    if request.state != DRAFT:
        raise DomainError("attendance.correction_submitted", _(
            "It is handed in: take the question back on its own page."))  # fmt: skip
    request.state = WITHDRAWN
    session.flush()


def employment_by_id(session: Session, request: Correction) -> Employment:
    """Whose punch it is about, for whoever may see the request."""
    with system(session, "whose punch is to be corrected"):
        return session.get_one(Employment, request.employment_id)


def used(session: Session, employment_id: int, day: date, besides: int | None = None) -> int:
    """How many corrections of the month of a day somebody asked for, without what was refused or taken back."""
    month = Month.of(day).period
    statement = select(func.count(Correction.id)).where(
        Correction.employment_id == employment_id, Correction.day >= month.start, Correction.day < month.end,
        Correction.state.in_([SUBMITTED, APPROVED]), Correction.id != (besides or 0),
    )  # fmt: skip
    with system(session, "how many corrections somebody asked for"):
        return session.scalar(statement) or 0


def wrong_punches(session: Session, employment: Employment, day: date) -> list[Punch]:
    """The punches around a day that a correction may replace: those that count."""
    found = roster(session, employment, day)
    at = found.plan.days.index(day)
    opens, closes = day_windows(found.slots, found.slot[None, :])
    with system(session, "somebody looks at his own punches"):
        return list(session.scalars(
            select(Punch).where(
                Punch.employment_id == employment.id, Punch.second >= int(opens[0, at]) * 60,
                Punch.second < int(closes[0, at]) * 60, ~_set_aside(),
            ).order_by(Punch.second)
        ))  # fmt: skip


def _set_aside() -> Any:
    return exists().where(Correction.instead_id == Punch.id, Correction.state == APPROVED)


def _instant(found: Roster, day: date, minute: int) -> datetime:
    """When the punch was: on the day, or on the next morning where the day goes on until then.

    Raises ``DomainError`` for a time that would not count for the day.
    """
    at = found.plan.days.index(day)
    opens, closes = day_windows(found.slots, found.slot[None, :])
    for wall in (minute, minute + DAY):
        moment = epoch_minute(found.zone, day, wall)
        if int(opens[0, at]) <= moment < int(closes[0, at]):
            return datetime.fromtimestamp(moment * 60, UTC)
    raise DomainError("attendance.correction_day", _(
        "A punch at {time} would not count for {day}; write the day it belongs to.",
        time=text.clock_time(minute), day=day), "time")  # fmt: skip


def _check(session: Session, request: Correction, found: Roster) -> None:
    if int(request.at.timestamp()) // 60 > present_minute(request.zone):
        raise DomainError("attendance.correction_future", _("That time is still to come."), "time")
    most = found.group.asking_rules().corrections
    with system(session, "what stands against a punch correction"):
        refuse_closed(session, request.employment_id, _days(request.day), "day")
        second = int(request.at.timestamp())
        same = select(Punch.id).where(
            Punch.employment_id == request.employment_id, Punch.second >= second, Punch.second < second + 60,
            ~_set_aside(), Punch.id != (request.instead_id or 0),
        )  # fmt: skip
        if session.scalars(same).first() is not None:
            raise DomainError("attendance.correction_known", _("There is a punch at this time already."), "time")
        if request.instead_id is not None:
            wrong = session.get(Punch, request.instead_id)
            if wrong is None or wrong.employment_id != request.employment_id:
                raise DomainError("attendance.correction_instead", _("That punch is not one of yours."), "instead_id")
            if session.scalar(select(Punch.id).where(Punch.id == wrong.id, _set_aside())) is not None:
                raise DomainError("attendance.correction_instead", _("That punch counts no more already."),
                                  "instead_id")  # fmt: skip
        twice = select(Correction.id).where(
            Correction.employment_id == request.employment_id, Correction.at == request.at,
            Correction.state == SUBMITTED, Correction.id != (request.id or 0),
        )  # fmt: skip
        if session.scalars(twice).first() is not None:
            raise DomainError("attendance.correction_known", _("You asked for a punch at this time already."), "time")
    if used(session, request.employment_id, request.day, besides=request.id) >= most:
        raise DomainError("attendance.correction_bound", _(
            "No more than {count} punch of a month is corrected, and you asked for it in {month}.",
            "No more than {count} punches of a month are corrected, and you asked for them in {month}.",
            count=most, month=Month.of(request.day).title), "day")  # fmt: skip


def _days(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def _only_own(actor: Actor, request: Correction) -> None:
    if not actor.is_system and request.person_id != actor.person_id:
        raise DomainError("attendance.correction_own", _("Only whoever asks for a correction changes the request."))


# -- the question ------------------------------------------------------------------------------------------------------


def _answered(session: Session, actor: Actor, request: Correction, answer: Answer) -> None:
    """Move a request on: approved, the punch is there. What was approved never changes, for punches are never lost."""
    said = str(answer)
    if said == "void":
        raise DomainError("attendance.correction_approved", _(
            "An approved correction is not changed; ask for another one."))  # fmt: skip
    if said == "approved":
        _apply(session, actor, request)
    request.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT,
    }[said]  # fmt: skip
    if said == "approved":
        session.flush()
        # What of that day's overtime counts may be another amount now.
        settling.settle(session, actor, employment_ids=[request.employment_id], days=_days(request.day))


def _apply(session: Session, actor: Actor, request: Correction) -> None:
    """Add the punch, once: its line names the request, and no two lines of a source say the same."""
    ledger.hold(session, request.employment_id)
    number = employment_by_id(session, request).number
    with system(session, "an approved correction becomes a punch"):
        refuse_closed(session, request.employment_id, _days(request.day), None)
        local = request.at.isoformat(timespec="seconds")
        punch, _new = deliver(
            session, actor, SOURCE, employment_id=request.employment_id, second=int(request.at.timestamp()),
            zone=request.zone, raw=f"correction {request.id}: {number} {local} {request.way}", way=request.way,
            action=CORRECTION_APPROVE,
        )  # fmt: skip
        request.punch_id = punch.id


def subject(session: Session, request: Correction) -> Text:
    """A request in one line: which way and when."""
    del session
    return _("Punch correction, {way}: {when}", way=text.WAYS[request.way], when=when(request))


def when(request: Correction) -> Text:
    """When the punch was, in the clock of whoever asked."""
    minute = text.wall(request.at, request.zone, request.day)
    return _("{day}, {time}", day=request.day, time=text.clock_time(minute))


def lines(session: Session, request: Correction) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know: the punches of the day among it, and the how many-th of the month it is."""
    employment = employment_by_id(session, request)
    found: list[tuple[Text | str, Any]] = [(_("When"), when(request)), (_("Which way"), text.WAYS[request.way])]
    if request.instead_id is not None:
        with system(session, "the punch that is to be replaced"):
            wrong = session.get_one(Punch, request.instead_id)
        found.append((_("Instead of"), _time(wrong, request.day)))
    if request.state in (DRAFT, SUBMITTED):
        known = wrong_punches(session, employment, request.day)
        found.append((_("Punches of the day"), ", ".join(str(_time(one, request.day)) for one in known) or "–"))
        most = roster(session, employment, request.day).group.asking_rules().corrections
        number = used(session, employment.id, request.day, besides=request.id) + 1
        found.append((_("In the month"), _("{number} of {most}", number=number, most=most)))
    if request.reason:
        found.append((_("Reason"), request.reason))
    return found


def _time(punch: Punch, day: date) -> str | Text:
    return text.clock_time(text.wall(punch.at, punch.zone, day))


def _link(request: Correction) -> str:
    return f"/attendance/corrections/{request.id}"


def requests(
    session: Session, actor: Actor, *, own: bool, days: Period | None = None, before: int | None = None
) -> Sequence[Correction]:
    """The requests somebody may see, the latest first, a page of them; ``own`` only his own, ``days`` those of a
    period, ``before`` an id.
    """
    statement = select(Correction).order_by(Correction.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(Correction.person_id == (actor.person_id or 0))
    if days is not None:
        statement = statement.where(Correction.day >= days.start, Correction.day < days.end)
    if before is not None:
        statement = statement.where(Correction.id < before)
    return session.scalars(visible(session, actor, CORRECTION_READ, statement)).all()


TASK_KINDS = (TaskKind(CORRECTION, _("Punch correction"), CORRECTION_APPROVE, subject, lines, _link, _answered),)
