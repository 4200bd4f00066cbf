"""Asking for overtime: writing a request down, handing it in, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import OVERTIME, OVERTIME_APPROVE, OVERTIME_READ, OVERTIME_REQUEST, RECORD
from attendance.models import OvertimeRequest
from attendance.models.leave import APPROVED, CANCELLED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN
from attendance.models.overtime import COMPENSATIONS, DAY_KINDS, IN_LIEU
from attendance.rules.shift import DAY
from attendance.services.compute import present_minute
from attendance.services.leave import ledger
from attendance.services.leave.requests import employment_on
from attendance.services.leave.types import IN_LIEU as IN_LIEU_TYPE
from attendance.services.leave.types import all_types
from attendance.services.overtime import settling
from attendance.services.overtime.bounds import beyond, law_of, month_minutes, refuse_compensation
from attendance.services.overtime.spans import Planned, planned
from attendance.services.setup import refuse_closed
from remit.base import Actor, DomainError, Period, clock
from remit.contracts import Ask
from remit.models import Employment
from remit.services import give, require, system, visible
from remit.specs import TaskKind
from remit.text import Text, catalogue
from remit.workflow import Answer, Run, ask

_ = catalogue("attendance")

PAGE = 50


def minute_of(value: str) -> int:
    """``18:30`` as a minute of the day; the schema has made sure that it is one."""
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def draft(
    session: Session, actor: Actor, request: OvertimeRequest | None, values: dict[str, Any]
) -> OvertimeRequest:
    """Write a request down or change a draft: ``day``, ``starts`` and ``ends`` (``18:30``; an end that is not after the
    start is on the next day), ``compensation`` (``pay`` or ``in_lieu``), ``reason``.

    Raises ``DomainError`` with the field for what cannot be asked for, ``Denied`` where the lists do not let him ask.
    """
    if request is not None:
        _only_own(actor, request)
        if request.state != DRAFT:
            raise DomainError("attendance.overtime_submitted", _(
                "This request is handed in already; write a new one."))  # fmt: skip
    new, employment = request is None, employment_of(session, actor, values["day"])
    wanted = wish_of(session, employment, values)
    if request is None:
        request = OvertimeRequest(employment_id=employment.id, person_id=employment.person_id, state=DRAFT,
                                  created_at=clock.now())  # fmt: skip
    request.employment_id, request.day, request.reason = employment.id, values["day"], values["reason"].strip()
    request.compensation = values["compensation"]
    with session.no_autoflush:
        checked(session, employment, wanted, request.compensation, request)
        fill(request, wanted)
        require(session, actor, OVERTIME_REQUEST, request)
    if new:
        session.add(request)
    session.flush()
    return request


def employment_of(session: Session, actor: Actor, day: date) -> Employment:
    """One's own employment on a day; ``DomainError`` at the field ``day`` where there is none."""
    try:
        return employment_on(session, actor, day)
    except DomainError as refused:
        raise DomainError(refused.code, refused.message, "day") from None


def wish_of(session: Session, employment: Employment, values: dict[str, Any]) -> Planned:
    """What the values of a form come to by the plan of a person."""
    if values["starts"] == values["ends"]:
        raise DomainError("attendance.overtime_order", _("It must end after it begins."), "ends")
    return planned(session, employment, values["day"], minute_of(values["starts"]), minute_of(values["ends"]))


def fill(request: OvertimeRequest, wanted: Planned) -> None:
    """Write what a span comes to into a request."""
    request.starts_at, request.ends_at, request.zone = wanted.starts_at, wanted.ends_at, wanted.zone
    request.work_day, request.minutes, request.day_kind = wanted.work_day, wanted.minutes, wanted.day_kind
    request.workday_minutes, request.restday_minutes, request.holiday_minutes = wanted.by_kind


def again(session: Session, request: OvertimeRequest) -> Planned:
    """A stored request by the plan as it is now."""
    start, end = wall_minutes(request)
    return planned(session, employment_by_id(session, request), request.day, start % DAY, end % DAY)


def wall_minutes(request: OvertimeRequest) -> tuple[int, int]:
    """From when to when, in minutes of the wall clock from midnight of its day."""
    return text.wall(request.starts_at, request.zone, request.day), text.wall(
        request.ends_at, request.zone, request.day
    )


def employment_by_id(session: Session, request: OvertimeRequest) -> Employment:
    """Whose overtime it is, for whoever may see the request."""
    with system(session, "whose overtime it is"):
        return session.get_one(Employment, request.employment_id)


def submit(session: Session, actor: Actor, request: OvertimeRequest) -> Run:
    """Hand a request in: it becomes a question to whomever the lists name. What it comes to is counted anew."""
    _only_own(actor, request)
    require(session, actor, OVERTIME_REQUEST, request)
    ledger.hold(session, request.employment_id)
    session.refresh(request, with_for_update=True)  # two presses of the button come one after the other
    if request.state != DRAFT:
        raise DomainError("attendance.overtime_submitted", _("This request is handed in already."))
    wanted = again(session, request)
    checked(session, employment_by_id(session, request), wanted, request.compensation, request)
    fill(request, wanted)
    request.state = SUBMITTED
    session.flush()
    return ask(session, actor, OVERTIME, request)


def discard(session: Session, actor: Actor, request: OvertimeRequest) -> None:
    """Drop a draft that was never handed in."""
    _only_own(actor, request)
    require(session, actor, OVERTIME_REQUEST, request)
    if request.state != DRAFT:
        raise DomainError("attendance.overtime_submitted", _(
            "It is handed in: take the question back on its own page."))  # fmt: skip
    request.state = WITHDRAWN
    session.flush()


def may_cancel(actor: Actor, request: OvertimeRequest, records: bool) -> bool:
    """Whether somebody may cancel approved overtime: before it begins whoever asked, later only who records leave
    (``records``), so that nobody makes worked overtime undone, or done, for himself.
    """
    ahead = present_minute(request.zone) < int(request.starts_at.timestamp()) // 60
    return request.state == APPROVED and ((request.person_id == actor.person_id and ahead) or records or
                                          actor.is_system)  # fmt: skip


def cancel(session: Session, actor: Actor, request: OvertimeRequest) -> None:
    """Cancel approved overtime. Time off that it gave already is taken back, as far as it was not taken.

    Refused inside a closed month; ``Denied`` once it has begun for whoever may not record leave.
    """
    if may_cancel(actor, request, records=False):
        require(session, actor, OVERTIME_REQUEST, request)
    else:
        require(session, actor, RECORD, employment_by_id(session, request))
    ledger.hold(session, request.employment_id)
    session.refresh(request, with_for_update=True)
    if request.state != APPROVED:
        raise DomainError("attendance.overtime_not_approved", _("Only approved overtime can be cancelled."))
    with system(session, "approved overtime comes undone"):
        refuse_closed(session, request.employment_id, _days(request.work_day), None)
        request.state = CANCELLED
        session.flush()
        settling.undo(session, actor, request)


def checked(
    session: Session, employment: Employment, wanted: Planned, compensation: str, request: OvertimeRequest | None
) -> list[Text]:
    """What bounds a wish exceeds; raises ``DomainError`` where it cannot be granted as it stands."""
    if compensation not in COMPENSATIONS:
        raise DomainError("attendance.overtime_compensation", _("Choose pay or time off."), "compensation")
    with system(session, "what lies on the day of a request for overtime"):
        refuse_closed(session, employment.id, _days(wanted.work_day), "day")
        _refuse_meeting(session, employment.id, wanted, request)
    _refuse_busy(session, employment.id, wanted)
    law = law_of(session, employment.id, wanted.work_day)
    refuse_compensation(law, wanted, compensation)
    if compensation == IN_LIEU:
        _refuse_retired(session, wanted.work_day)
    found = beyond(session, law, employment.id, wanted, compensation,
                   besides=request.id if request is not None else None)  # fmt: skip
    if found and wanted.rules.over_limit == "refuse":
        raise DomainError("attendance.overtime_bound", found[0], "ends")
    return found


def _days(day: date) -> Period:
    return Period(day, day + timedelta(days=1))


def _refuse_retired(session: Session, day: date) -> None:
    kind = next((one for one in all_types(session) if one.code == IN_LIEU_TYPE), None)
    if kind is not None and not kind.valid_from <= day < kind.valid_to:
        raise DomainError("attendance.overtime_compensation", _(
            "Time off in lieu is not given on {day}; ask for pay.", day=day), "compensation")  # fmt: skip


def _refuse_meeting(
    session: Session, employment_id: int, wanted: Planned, request: OvertimeRequest | None
) -> None:
    other = session.scalars(
        select(OvertimeRequest).where(
            OvertimeRequest.employment_id == employment_id, OvertimeRequest.starts_at < wanted.ends_at,
            OvertimeRequest.ends_at > wanted.starts_at, OvertimeRequest.state.in_([SUBMITTED, APPROVED]),
            OvertimeRequest.id != (request.id or 0 if request is not None else 0),
        )
    ).first()  # fmt: skip
    if other is not None:
        raise DomainError("attendance.overtime_taken", _(
            "You asked for overtime {when} already.", when=text.clock_span(*wall_minutes(other), other.day)),
            "starts")  # fmt: skip


def _refuse_busy(session: Session, employment_id: int, wanted: Planned) -> None:
    """Refuse overtime while the person is away: no module may know of leave or a trip at that time."""
    first, last = (int(at.timestamp()) // 60 for at in (wanted.starts_at, wanted.ends_at))
    days = Period(wanted.starts_at.astimezone(UTC).date() - timedelta(days=1),
                  wanted.ends_at.astimezone(UTC).date() + timedelta(days=2))  # fmt: skip
    question = Ask(np.array([employment_id], dtype=np.int64), days, clock.today())
    for spans in give(session, "give_busy_times", ask=question):
        for start, end, kind in zip(spans.start.tolist(), spans.end.tolist(), spans.kinds.tolist(), strict=True):
            if spans.words.get(kind) in ("leave", "trip") and start < last and first < end:
                raise DomainError("attendance.overtime_away", _(
                    "You are on leave or on a business trip then."), "day")  # fmt: skip


def _only_own(actor: Actor, request: OvertimeRequest) -> None:
    if not actor.is_system and request.person_id != actor.person_id:
        raise DomainError("attendance.overtime_own", _("Only whoever asks for overtime changes the request."))


# -- the question ------------------------------------------------------------------------------------------------------


def _answered(session: Session, actor: Actor, request: OvertimeRequest, answer: Answer) -> None:
    """Move a request on. What was approved never changes, since a month may build on it: ``DomainError`` for that."""
    said = str(answer)
    if said == "void":
        raise DomainError("attendance.overtime_approved", _(
            "Approved overtime is not changed; cancel it and ask anew."))  # fmt: skip
    if said == "approved":
        ledger.hold(session, request.employment_id)
        with system(session, "overtime is approved"):
            refuse_closed(session, request.employment_id, _days(request.work_day), None)
    request.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT,
    }[said]  # fmt: skip
    if said == "approved":
        session.flush()
        settling.settle(session, actor, employment_ids=[request.employment_id], days=_days(request.work_day))


def subject(session: Session, request: OvertimeRequest) -> Text:
    """A request in one line: how long, when, and for what."""
    del session
    return _("Overtime, {duration}: {when}", duration=text.duration(request.minutes), when=when(request))


def when(request: OvertimeRequest) -> Text:
    """From when to when, in the clock of whoever asked."""
    return text.clock_span(*wall_minutes(request), request.day)


def lines(session: Session, request: OvertimeRequest) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know, with what the month comes to."""
    kinds = [(text.OVERTIME_DAYS[kind], minutes) for kind, minutes in zip(DAY_KINDS, request.by_kind, strict=True)]
    found: list[tuple[Text | str, Any]] = [(_("When"), when(request))]
    found += [(title, text.duration(minutes)) for title, minutes in kinds if minutes]
    found.append((_("Compensation"), text.COMPENSATIONS[request.compensation]))
    if request.reason:
        found.append((_("Reason"), request.reason))
    if request.state in (DRAFT, SUBMITTED):
        before = month_minutes(session, request.employment_id, request.work_day, besides=request.id)
        found.append((_("The month with it"), text.duration(before + request.minutes)))
        wanted = Planned(request.starts_at, request.ends_at, request.zone, request.work_day, request.by_kind,
                         settling.NO_RULES)  # fmt: skip
        law = law_of(session, request.employment_id, request.work_day)
        over = beyond(session, law, request.employment_id, wanted, request.compensation, besides=request.id)
        found += [(_("More than the law allows"), one) for one in over]
    if request.recognised is not None:
        found.append((_("Counted"), text.duration(request.recognised)))
    return found


def _link(request: OvertimeRequest) -> str:
    return f"/attendance/overtime/{request.id}"


def requests(
    session: Session, actor: Actor, *, own: bool, days: Period | None = None, before: int | None = None,
    most: int = PAGE, action: str = OVERTIME_READ,
) -> Sequence[OvertimeRequest]:  # fmt: skip
    """The requests somebody may see, the latest first; ``own`` only his own, ``days`` those of a period."""
    statement = select(OvertimeRequest).order_by(OvertimeRequest.id.desc()).limit(most)
    if own:
        statement = statement.where(OvertimeRequest.person_id == (actor.person_id or 0))
    if days is not None:
        statement = statement.where(OvertimeRequest.work_day >= days.start, OvertimeRequest.work_day < days.end)
    if before is not None:
        statement = statement.where(OvertimeRequest.id < before)
    return session.scalars(visible(session, actor, action, statement)).all()


TASK_KINDS = (TaskKind(OVERTIME, _("Overtime"), OVERTIME_APPROVE, subject, lines, _link, _answered),)
