"""The questions of payroll. Here whether a reviewed one may be paid: what whoever decides must know."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from payroll import actions
from payroll.models import Run
from payroll.services import look, run
from payroll.services.changes import deciding
from payroll.services.present import MASK, rise
from payroll.services.review import frame
from payroll.text import _
from remit.base import Month, format_money
from remit.services import system
from remit.specs import TaskKind
from remit.text import Text, current_locale

#: What of the totals is told, by the column that holds it.
_TOTALS: tuple[tuple[str, Text], ...] = (
    ("gross", _("Gross pay")), ("net", _("Net pay")), ("employer_cost", _("Employer cost")),
)  # fmt: skip


def subject(session: Session, found: Run) -> Text:
    """A payroll in one line; no amount, since this stands in lists and on the bell."""
    return _("Payroll {month}, {count} person", "Payroll {month}, {count} people", count=found.slip_count,
             month=run.month_of(session, found).title)  # fmt: skip


def lines(session: Session, found: Run) -> list[tuple[Text | str, Any]]:
    """What must be known of a payroll: whom it pays and when, its totals with what changed, and what was found in it.

    Totals are told as on its page: of few people only to whom all of them are open.
    """
    with system(session, "the frame of a payroll that is asked about"):
        period, group, _country, before = frame(session, found)
    runs = [found] if before is None else [found, before]
    told = look.totals_told(session, session.info["actor"], runs)
    earlier = before if before is not None and before.id in told else None
    return [
        (_("Month"), Month.from_number(period.work_month).title), (_("Pay group"), str(group.title)),
        (_("Paid on"), str(period.pay_date)), (_("Payslips"), _people(found, before)),
        *((title, _total(found, earlier, name) if found.id in told else MASK) for name, title in _TOTALS),
        (_("Calculated by"), _calculator(session, found)), *_findings(found),
    ]  # fmt: skip


def _people(found: Run, before: Run | None) -> Text | str:
    if before is None:
        return str(found.slip_count)
    return _("{count}, {before} the month before", count=found.slip_count, before=before.slip_count)


def _total(found: Run, before: Run | None, name: str) -> Text | str:
    amount = format_money(getattr(found, name), currency=found.currency, symbol=True)
    then = getattr(before, name) if before is not None else 0
    if not then:
        return amount
    return _("{amount}, {change} against the month before", amount=amount, change=rise(getattr(found, name), then))


def _calculator(session: Session, found: Run) -> str:
    step = run.standing_step(session, found, "calculated")
    return step.name if step is not None else "–"


def _findings(found: Run) -> list[tuple[Text | str, Any]]:
    """What the calculation has found, errors first; an error has to be corrected before anybody can approve."""
    if not found.problems:
        return [(_("Notes"), _("none"))]
    names = {"error": _("Error"), "warning": _("Note")}
    locale = current_locale()
    return [
        (names[one["kind"]], _("{text} {count} person", "{text} {count} people", count=one["count"],
                               text=one["text"].get(locale) or one["text"]["en"]))
        for one in sorted(found.problems, key=lambda one: one["kind"] != "error")
    ]  # fmt: skip


def _link(found: Run) -> str:
    return f"/payroll/runs/{found.id}"


TASK_KINDS = (
    TaskKind(actions.RUN, _("Approval of a payroll"), actions.APPROVE, subject, lines, _link, run.answered),
    *deciding.TASK_KINDS,
)
