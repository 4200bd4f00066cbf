"""Notices from a spreadsheet: one row each, known by its code."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.sample.actions import PIN
from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.base import FOREVER, Actor, clock
from remit.exchange import Changes, Checked, Column, Exchange, Plan, Report, Sheet
from remit.services import system

SHEET = Sheet(
    "notices",
    (
        Column("code", _("Code"), "code", required=True),
        Column("text", _("Text"), required=True),
    ),
    key=("code",),
)


def plan(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Rows whose code is new; a notice that hangs there is left as it is."""
    del actor
    with system(session, "an import of notices is compared"):
        known = set(session.scalars(select(Notice.code)))
    rows = list(zip(checked.columns["code"], checked.columns["text"], strict=True))
    new = [(code, text) for code, text in rows if code not in known]
    return Plan(new=len(new), unchanged=len(rows) - len(new), data=new)


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Pin the new ones, all at once."""
    del actor
    today, count = clock.today(), len(planned.data)
    with system(session, "an import of notices is written"):
        changes.insert(
            Notice,
            {
                "code": [code for code, _text in planned.data], "text": [text for _code, text in planned.data],
                "shown_from": [today] * count, "shown_until": [FOREVER] * count, "holds_changes": [False] * count,
            },
        )
    report(count, count, _("Writing"))


EXCHANGES = (Exchange("notices", _("Notices"), SHEET, PIN, plan, apply),)
