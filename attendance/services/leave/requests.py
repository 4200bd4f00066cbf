"""Asking for leave: writing a request down, handing it in, taking it back, and what the answer does to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from attendance import text
from attendance.actions import LEAVE, LEAVE_APPROVE, LEAVE_READ, LEAVE_REQUEST, RECORD
from attendance.models import Absence, LeaveRequest, LeaveType
from attendance.models.leave import APPROVED, CANCELLED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN
from attendance.rules.absent_days import Span
from attendance.rules.lots import balance, draw
from attendance.services.leave import ledger
from attendance.services.leave.days import counted_days
from attendance.services.leave.types import type_named
from attendance.services.setup import refuse_closed
from attendance.services.show import own_employments
from remit.base import Actor, DomainError, Period, clock
from remit.models import Employment
from remit.services import require, system, visible
from remit.specs import TaskKind
from remit.text import Text, catalogue
from remit.workflow import Answer, Run, ask

_ = catalogue("attendance")

PAGE = 50
#: A leave is at most so long; the longest there is, maternity with its extensions, is about half of it.
LONGEST = 366


def span_of(values: dict[str, Any]) -> Span:
    """The span of a form or body: ``first_day``, ``first_half``, ``last_day``, ``last_half``.

    Raises ``DomainError`` with the field for one that ends before it begins or is longer than a year.
    """
    first, last = values["first_day"], values["last_day"]
    if last < first:
        raise DomainError("attendance.leave_order", _("The last day must not be before the first."), "last_day")
    if (last - first).days >= LONGEST:
        raise DomainError(
            "attendance.leave_long", _("Ask for at most a year at a time."), "last_day"
        )
    try:
        return Span(first, values["first_half"], last, values["last_half"])
    except ValueError:
        raise DomainError(
            "attendance.leave_order", _("A single day cannot begin at midday and end at midday."), "last_half"
        ) from None


def employment_on(session: Session, actor: Actor, day: date) -> Employment:
    """One's own employment on a day; ``DomainError`` where there is none."""
    found = own_employments(session, actor, Period(day, day + timedelta(days=1)))
    if not found:
        raise DomainError("attendance.leave_employed", _("You are not employed on {day}.", day=day), "first_day")
    return found[0]


def draft(session: Session, actor: Actor, request: LeaveRequest | None, values: dict[str, Any]) -> LeaveRequest:
    """Write a request down or change a draft: ``type`` (a code), ``first_day``, ``first_half``, ``last_day``,
    ``last_half`` (1 the morning, 2 the afternoon), ``reason``, ``evidence``.

    What it comes to is counted by the person's plan. Raises ``DomainError`` with the field for what cannot be asked
    for, ``Denied`` where the lists do not let him ask.
    """
    if request is not None:
        _only_own(actor, request)
        if request.state != DRAFT:
            raise DomainError("attendance.leave_submitted", _("This request is handed in already; write a new one."))
    new, span = request is None, span_of(values)
    employment = employment_on(session, actor, span.first)
    leave_type = type_named(session, values["type"])
    if request is None:
        request = LeaveRequest(employment_id=employment.id, person_id=employment.person_id, state=DRAFT,
                               created_at=clock.now())  # fmt: skip
    request.employment_id, request.type_id, request.paid = employment.id, leave_type.id, leave_type.paid
    request.first_day, request.first_half = span.first, span.begins
    request.last_day, request.last_half = span.last, span.ends
    request.reason, request.evidence = values["reason"].strip(), " ".join((values.get("evidence") or "").split())
    with session.no_autoflush:
        days = checked(session, employment, leave_type, span, request)
        request.days = [[str(day), amount] for day, amount in days]
        request.amount = sum(amount for _day, amount in days)
        require(session, actor, LEAVE_REQUEST, request)
    if new:
        session.add(request)
    session.flush()
    return request


def submit(session: Session, actor: Actor, request: LeaveRequest) -> Run:
    """Hand a request in: it becomes a question to whomever the lists name. What it comes to is counted anew, and from
    then on it stays.
    """
    _only_own(actor, request)
    require(session, actor, LEAVE_REQUEST, request)
    ledger.hold(session, request.employment_id)
    session.refresh(request, with_for_update=True)  # two presses of the button come one after the other
    if request.state != DRAFT:
        raise DomainError("attendance.leave_submitted", _("This request is handed in already."))
    employment, leave_type = _of(session, request)
    days = checked(session, employment, leave_type, request.span, request)
    request.days, request.amount = [[str(day), part] for day, part in days], sum(part for _day, part in days)
    request.state = SUBMITTED
    session.flush()
    return ask(session, actor, LEAVE, request)


def discard(session: Session, actor: Actor, request: LeaveRequest) -> None:
    """Drop a draft that was never handed in."""
    _only_own(actor, request)
    require(session, actor, LEAVE_REQUEST, request)
    if request.state != DRAFT:
        raise DomainError("attendance.leave_submitted", _("It is handed in: take the question back on its own page."))
    request.state = WITHDRAWN
    session.flush()


def may_cancel(actor: Actor, request: LeaveRequest, records: bool) -> bool:
    """Whether somebody may cancel an approved leave: before its first day whoever asked, later only who records leave
    (``records``), so that nobody makes taken leave undone for himself.
    """
    own = request.person_id == actor.person_id and clock.today(actor.zone) < request.first_day
    return request.state == APPROVED and (own or records or actor.is_system)


def cancel(session: Session, actor: Actor, request: LeaveRequest) -> None:
    """Cancel approved leave: the days come back to the lots they were taken from, and the person is expected again.

    Refused inside a closed month; ``Denied`` once it has begun for whoever may not record leave.
    """
    with system(session, "the employment of a request for leave"):
        employment = session.get_one(Employment, request.employment_id)
    if not may_cancel(actor, request, records=False):
        require(session, actor, RECORD, employment)
    else:
        require(session, actor, LEAVE_REQUEST, request)
    ledger.hold(session, request.employment_id)
    session.refresh(request, with_for_update=True)
    if request.state != APPROVED:
        raise DomainError("attendance.leave_not_approved", _("Only approved leave can be cancelled."))
    _undo(session, actor, request)
    request.state = CANCELLED
    session.flush()


# -- what cannot be asked for ------------------------------------------------------------------------------------------


def checked(
    session: Session, employment: Employment, leave_type: LeaveType, span: Span, request: LeaveRequest | None
) -> list[tuple[date, int]]:
    """The days of a leave that count; raises ``DomainError`` where it cannot be granted as it stands.

    Without a ``request`` it is asked what a wish would come to, and nothing has to be proven yet.
    """
    title = text.leave_title(leave_type)
    if not leave_type.valid_from <= span.first < leave_type.valid_to:
        raise DomainError(
            "attendance.leave_type", _("{title} cannot be taken on {day}.", title=title, day=span.first), "type"
        )
    if span.last >= employment.left_on:
        last = employment.left_on - timedelta(days=1)
        raise DomainError(
            "attendance.leave_employed", _("The employment ends on {day}; leave cannot go beyond it.", day=last),
            "last_day",
        )  # fmt: skip
    if not leave_type.halves and not span.whole:
        raise DomainError("attendance.leave_halves", _("{title} is taken in whole days.", title=title), "first_half")
    with system(session, "what lies on the days of a request for leave"):
        refuse_closed(session, employment.id, Period(span.first, span.last + timedelta(days=1)), "first_day")
        _refuse_meeting(session, employment.id, span, request)
    days = counted_days(session, employment, leave_type, span)
    if not days:
        raise DomainError("attendance.leave_nothing", _("None of these days is a workday of yours."), "first_day")
    proven = request is None or bool(request.evidence)
    if not proven and 0 < leave_type.evidence_from <= sum(part for _day, part in days):
        raise DomainError("attendance.leave_evidence", _(
            "From {days} on, {title} needs proof: say what it is, such as a medical certificate and its number.",
            days=text.days(leave_type.evidence_from), title=title), "evidence")  # fmt: skip
    if leave_type.balanced:
        refuse_missing(session, employment.id, leave_type, days, besides=request.id if request is not None else None)
    return days


def _refuse_meeting(session: Session, employment_id: int, span: Span, request: LeaveRequest | None) -> None:
    """Refuse what shares a half day with leave or a trip that stands, or with a request that waits."""
    others = session.scalars(
        select(LeaveRequest).where(
            LeaveRequest.employment_id == employment_id, LeaveRequest.first_day <= span.last,
            LeaveRequest.last_day >= span.first, LeaveRequest.state.in_([SUBMITTED, APPROVED]),
        )
    )  # fmt: skip
    for other in others:
        if (request is None or other.id != request.id) and other.span.meets(span):
            stands = other.state == APPROVED
            raise DomainError("attendance.leave_taken", _(
                "There is approved leave for {span} already; cancel that first.", span=text.span(other.span),
            ) if stands else _(
                "There is a request for {span} already; take that back first.", span=text.span(other.span),
            ), "first_day")  # fmt: skip
    absences = session.scalars(
        select(Absence).where(
            Absence.employment_id == employment_id, Absence.valid_from <= span.last, Absence.valid_to > span.first,
            Absence.request_id.is_(None),
        )
    )  # fmt: skip
    for one in absences:
        day = max(one.valid_from, span.first)
        while day < one.valid_to and day <= span.last:
            if Span(day, one.first_half, day, one.last_half).meets(span):
                raise DomainError("attendance.leave_taken", _(
                    "Leave or a business trip is recorded for {day} already.", day=day), "first_day")  # fmt: skip
            day += timedelta(days=1)


def refuse_missing(
    session: Session, employment_id: int, leave_type: LeaveType, days: Sequence[tuple[date, int]], *,
    besides: int | None,
) -> None:  # fmt: skip
    """Refuse what is more than what is left; raises ``DomainError`` with the numbers."""
    stock = ledger.stocks(session, [employment_id], besides=besides).get((employment_id, leave_type.id), ledger.Stock())
    drawn = draw(stock.free, days)
    if drawn.missing:
        wanted, waits = sum(part for _day, part in days), sum(stock.waiting.values())
        words = {"title": text.leave_title(leave_type), "wanted": text.days(wanted), "waits": text.days(waits),
                 "left": text.days(balance(stock.free, days[0][0]))}  # fmt: skip
        raise DomainError("attendance.leave_balance", _(
            "You ask for {wanted} of {title}; {left} are left, besides {waits} that wait for an answer.", **words,
        ) if waits else _("You ask for {wanted} of {title}; {left} are left.", **words), "last_day")  # fmt: skip


def _only_own(actor: Actor, request: LeaveRequest) -> None:
    if not actor.is_system and request.person_id != actor.person_id:
        raise DomainError("attendance.leave_own", _("Only whoever asks for leave changes the request."))


def _of(session: Session, request: LeaveRequest) -> tuple[Employment, LeaveType]:
    with system(session, "whose request for leave it is, and of what type"):
        return session.get_one(Employment, request.employment_id), session.get_one(LeaveType, request.type_id)


# -- the question ------------------------------------------------------------------------------------------------------


def _answered(session: Session, actor: Actor, request: LeaveRequest, answer: Answer) -> None:
    """Move a request on: approved, the days are taken and the person excused.

    What was approved never changes: its days are in the ledger. Raises ``DomainError`` for whoever tries.
    """
    if answer == "approved":
        _grant(session, actor, request)
    elif answer == "void":
        raise DomainError("attendance.leave_approved", _("Approved leave is not changed; cancel it and ask anew."))
    request.state = {"approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT}[answer]


def _grant(session: Session, actor: Actor, request: LeaveRequest) -> None:
    """Write the ledger and the absences of a request. What it comes to stays what whoever decided has seen."""
    ledger.hold(session, request.employment_id)
    _employment, leave_type = _of(session, request)
    span = request.span
    with system(session, "leave is approved"):
        refuse_closed(session, request.employment_id, Period(span.first, span.last + timedelta(days=1)), None)
        _refuse_meeting(session, request.employment_id, span, request)
        if leave_type.balanced:
            key = (request.employment_id, request.type_id)
            stock = ledger.stocks(session, [request.employment_id], besides=request.id).get(key, ledger.Stock())
            drawn = draw(stock.lots, request.parts)
            if drawn.missing:
                left = text.days(request.amount - drawn.missing)
                raise DomainError("attendance.leave_balance", _(
                    "Meanwhile only {left} of {title} are left for it; whoever asked has to ask for less.", left=left,
                    title=text.leave_title(leave_type)))  # fmt: skip
            ledger.take(session, actor, request, drawn.parts)
        for start, end, first, last in span.stretches():
            session.add(Absence(
                employment_id=request.employment_id, kind=leave_type.code, paid=request.paid, valid_from=start,
                valid_to=end, first_half=first, last_half=last, request_id=request.id,
            ))  # fmt: skip
        session.flush()


def _undo(session: Session, actor: Actor, request: LeaveRequest) -> None:
    span = request.span
    with system(session, "approved leave comes undone"):
        refuse_closed(session, request.employment_id, Period(span.first, span.last + timedelta(days=1)), None)
        ledger.give_back(session, actor, request)
        for one in session.scalars(select(Absence).where(Absence.request_id == request.id)):
            session.delete(one)
        session.flush()


def subject(session: Session, request: LeaveRequest) -> Text:
    """A request in one line: what, how much, when."""
    leave_type = _of(session, request)[1]
    return _("{title}, {days}: {span}", title=text.leave_title(leave_type), days=text.days(request.amount),
             span=text.span(request.span))  # fmt: skip


def lines(session: Session, request: LeaveRequest) -> list[tuple[Text | str, Any]]:
    """What whoever decides must know, with what is left afterwards."""
    _employment, leave_type = _of(session, request)
    found: list[tuple[Text | str, Any]] = [
        (_("Type"), text.leave_title(leave_type)), (_("From and until"), text.span(request.span)),
        (_("Comes to"), text.days(request.amount)), (_("Pay"), _("Paid") if request.paid else _("Unpaid")),
    ]  # fmt: skip
    if request.reason:
        found.append((_("Reason"), request.reason))
    if request.evidence:
        found.append((_("Proof"), request.evidence))
    if leave_type.balanced and request.state in (DRAFT, SUBMITTED):
        key = (request.employment_id, request.type_id)
        stock = ledger.stocks(session, [request.employment_id], besides=request.id).get(key, ledger.Stock())
        left, _missing = ledger.after(stock, request.parts)
        before, after = (text.days(balance(lots, request.first_day)) for lots in (stock.free, left))
        found.append((_("Left"), _("{before}, {after} after this", before=before, after=after)))
    return found


def _link(request: LeaveRequest) -> str:
    return f"/attendance/leave/{request.id}"


def requests(session: Session, actor: Actor, *, own: bool, before: int | None = None) -> Sequence[LeaveRequest]:
    """The requests somebody may see, the latest first, a page of them; ``own`` only his own, ``before`` an id."""
    statement = select(LeaveRequest).order_by(LeaveRequest.id.desc()).limit(PAGE)
    if own:
        statement = statement.where(LeaveRequest.person_id == (actor.person_id or 0))
    if before is not None:
        statement = statement.where(LeaveRequest.id < before)
    return session.scalars(visible(session, actor, LEAVE_READ, statement)).all()


TASK_KINDS = (TaskKind(LEAVE, _("Leave"), LEAVE_APPROVE, subject, lines, _link, _answered),)
