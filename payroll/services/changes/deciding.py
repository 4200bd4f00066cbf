"""The question that a change of pay is, and what the answer does: approved, it is agreed pay, once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from payroll.actions import CHANGE, CHANGE_APPROVE
from payroll.events import SalaryChanged
from payroll.models import APPROVED, DRAFT, REFUSED, WITHDRAWN, Salary, SalaryChange
from payroll.rules.states import reached
from payroll.services.changes import agreed
from payroll.services.changes.drafting import refuse_changed, refuse_decided
from payroll.services.present import percent
from payroll.text import _
from remit.base import Actor, DomainError, format_money
from remit.events import emit
from remit.models import dated
from remit.services import system
from remit.specs import TaskKind
from remit.text import Text
from remit.workflow import Answer

_STATES = {"refused": REFUSED, "withdrawn": WITHDRAWN, "returned": DRAFT}


def answered(session: Session, actor: Actor, change: SalaryChange, answer: Answer) -> None:
    """Move a request on; approved, the amounts hold from their day.

    Whoever answers holds the request, so that they are written once. Raises ``DomainError`` where the month was
    approved meanwhile, where the agreed pay is another one, and for whoever changes what was approved.
    """
    del actor
    if answer == "void":
        raise DomainError("payroll.change_approved", _("What was approved is not changed; ask for another change."))
    if answer != "approved":
        change.state = _STATES[answer]
        return
    with system(session, "an approved change of pay is written"):
        employment = agreed.employment_of(session, change.employment_id, hold=True)
        refuse_decided(session, employment.id, change.valid_from)
        refuse_changed(session, change)
        for one in change.amounts:
            dated.change_from(
                session, Salary, {"employment_id": employment.id, "component_id": one["component"]}, change.valid_from,
                amount=one["after"], person_id=employment.person_id, reason=change.reason or None, change_id=change.id,
            )  # fmt: skip
    change.state = APPROVED
    emit(session, SalaryChanged(change.id, employment.id, change.person_id, change.valid_from))


def subject(session: Session, change: SalaryChange) -> Text:
    """A change in one line; no amount, since this stands in lists and on the bell."""
    return _("Pay of {name} from {day}", name=agreed.name_of(session, change.person_id), day=change.valid_from)


def lines(session: Session, change: SalaryChange) -> list[tuple[Text | str, Any]]:
    """What must be known of a change: each amount before and after, what it comes to, and the months it reaches."""
    with system(session, "what a change of pay is about"):
        employment = agreed.employment_of(session, change.employment_id)
        titles = {one.component: one.title for one in agreed.parts(session, employment.id, change.valid_from)}
        months = [
            month.title for month, state in agreed.runs_since(session, employment.id, change.valid_from)
            if reached(state, "calculated") and not reached(state, "approved")
        ]
    told: list[tuple[Text | str, Any]] = [
        (_("Request number"), change.number),
        (_("Employee"), f"{agreed.name_of(session, change.person_id)} {employment.number}"),
        (_("Asked by"), agreed.name_of(session, change.requester_person_id)),
        (_("From"), str(change.valid_from)),
        *((str(titles.get(one["component"], "–")), _apart(change, one["before"], one["after"]))
          for one in change.amounts),
        (_("Agreed pay a month"), _whole(change)), (_("Reason"), change.reason or "–"),
    ]
    if change.back:
        told.append((_("Note"), _("It begins in a month that is over.")))
    if months:
        told.append((_("Note"), _("{month} is calculated already; it has to be calculated again.", month=months[0])))
    return told


def _apart(change: SalaryChange, before: int | None, after: int) -> Text:
    return _("{before} → {after}", before=_money(change, before or 0), after=_money(change, after))


def _whole(change: SalaryChange) -> Text:
    words = {"before": _money(change, change.total_before), "after": _money(change, change.total)}
    if change.rise is None:
        return _("{before} → {after}", **words)
    return _("{before} → {after} ({rise})", rise=percent(change.rise), **words)


def _money(change: SalaryChange, minor: int) -> str:
    return format_money(minor, currency=change.currency, symbol=True)


def _link(change: SalaryChange) -> str:
    return f"/payroll/changes/{change.id}"


#: A steep rise is looked at by the superior of whoever asks before the lists decide it.
STEPS = {
    "steps": [
        {"key": "superior", "type": "decide", "when": "rise > 0.2", "by": {"relation": "superior"},
         "title": {"zh_CN": "上级复核（涨幅超过 20%）", "en": "Superior, above 20%"}},
        {"key": "lists", "type": "decide", "title": {"zh_CN": "按权限清单审批", "en": "By the lists"}},
    ],
}  # fmt: skip

TASK_KINDS = (
    TaskKind(CHANGE, _("Change of pay"), CHANGE_APPROVE, subject, lines, _link, answered, steps=STEPS),
)
