"""Shifts, groups and who belongs to them; leave and trips that excuse from punching."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.actions import RECORD
from attendance.models import ABSENCE_KINDS, CLOSED, Absence, Group, Membership, MonthResult, Shift
from remit.base import FOREVER, Actor, DomainError, Month, Period
from remit.models import Employment, LegalEntity, Translation, dated
from remit.services import of, require, system
from remit.text import catalogue

_ = catalogue("attendance")

OFFICE = {"start_minute": 540, "end_minute": 1080, "breaks": [[720, 780]]}


def ensure_default_group(session: Session) -> Group | None:
    """Give a company without any group one for everybody: Monday to Friday, nine to six, an hour for lunch.

    The calendar is that of the country of its first legal entity. Returns the group it made, None if there were
    groups. The caller holds a writing session inside `system`.
    """
    if session.scalar(select(func.count()).select_from(Group)):
        return None
    country = session.scalar(select(LegalEntity.country).order_by(LegalEntity.id).limit(1))
    shift = define_shift(session, "office", Translation(zh_CN="标准班", en="Office hours"), **OFFICE)
    return define_group(
        session, "default", Translation(zh_CN="默认考勤组", en="Everybody"), week=[shift] * 5 + [None, None],
        make_up=shift, place=country or "", zone=of(session).config.zone, is_default=True,
    )  # fmt: skip


def define_shift(session: Session, code: str, title: Mapping[str, str], **numbers: Any) -> Shift:
    """Make or change a shift; `numbers` are the columns of the model, in minutes.

    Raises `DomainError` when they contradict each other (`attendance.rules.shift.Shift` says how).
    """
    shift = session.scalars(select(Shift).where(Shift.code == code)).one_or_none()
    if shift is None:
        shift = Shift(code=code, breaks=[], break_minutes=0, break_from=0, grace_in=0, grace_out=0, flex_early=0,
                      flex_late=0, window_before=240, window_after=600, method="span")  # fmt: skip
        session.add(shift)
    shift.title = Translation(title)
    for name, value in numbers.items():
        setattr(shift, name, value)
    try:
        shift.rule()
    except ValueError:
        raise DomainError(
            "attendance.shift",
            _("A shift begins on its day, lasts at most 24 hours, and its breaks lie inside it, one after the other."),
        ) from None
    session.flush()
    return shift


def define_group(
    session: Session, code: str, title: Mapping[str, str], *, week: Sequence[Shift | None], zone: str,
    make_up: Shift | None = None, place: str = "", **values: Any,
) -> Group:  # fmt: skip
    """Make or change an attendance group; `week` are its shifts from Monday to Sunday, `values` further columns."""
    group = session.scalars(select(Group).where(Group.code == code)).one_or_none()
    if group is None:
        group = Group(code=code, order=100, follows_calendar=True, is_default=False, rules={})
        session.add(group)
    group.title, group.zone, group.place = Translation(title), zone, place
    days = [shift.id if shift is not None else None for shift in week]
    (group.monday_id, group.tuesday_id, group.wednesday_id, group.thursday_id, group.friday_id, group.saturday_id,
     group.sunday_id) = days  # fmt: skip
    group.make_up_id = make_up.id if make_up is not None else None
    for name, value in values.items():
        setattr(group, name, value)
    session.flush()
    return group


def join_group(session: Session, employment: Employment, group: Group, start: date, end: date = FOREVER) -> None:
    """Let an employment belong to a group from a day on; refused inside a closed month."""
    with system(session, "attendance looks for closed months"):
        refuse_closed(session, employment.id, Period(start, end))
    dated.change_from(session, Membership, {"employment_id": employment.id}, start, until=end, group_id=group.id)


def record_absence(
    session: Session, actor: Actor, employment: Employment, kind: str, period: Period, *, paid: bool | None = None
) -> Absence:
    """Note whole days of leave or a business trip, for which nobody need punch.

    Personal leave is unpaid unless said otherwise, everything else paid. Raises `DomainError` for an unknown kind,
    days that are taken already and days in a closed month.
    """
    require(session, actor, RECORD, employment)
    if kind not in ABSENCE_KINDS:
        raise DomainError("attendance.absence_kind", _("There is no leave of the kind {kind}.", kind=kind), "kind")
    with system(session, "attendance looks for closed months and leave that is recorded"):
        refuse_closed(session, employment.id, period)
        taken = session.scalars(
            select(Absence.id).where(
                Absence.employment_id == employment.id, Absence.valid_from < period.end,
                Absence.valid_to > period.start,
            )
        ).first()  # fmt: skip
    if taken is not None:
        raise DomainError("attendance.absence_taken", _("Leave is recorded for some of these days already."), "period")
    absence = Absence(
        employment_id=employment.id, kind=kind, paid=kind != "personal" if paid is None else paid,
        valid_from=period.start, valid_to=period.end,
    )  # fmt: skip
    session.add(absence)
    session.flush()
    return absence


def refuse_closed(session: Session, employment_id: int, period: Period, field: str | None = "period") -> None:
    """Refuse a change of days in a month that is closed for somebody; ``DomainError`` naming the month and the field.

    The caller holds a session inside ``system``.
    """
    first = Month.of(period.start).number
    last = Month.of(period.last).number
    month = session.scalars(
        select(MonthResult.month).where(
            MonthResult.employment_id == employment_id, MonthResult.month.between(first, last),
            MonthResult.state == CLOSED,
        )
    ).first()  # fmt: skip
    if month is not None:
        raise DomainError(
            "attendance.closed",
            _("The attendance of {month} is closed already.", month=Month.from_number(month).title), field,
        )  # fmt: skip
