"""What the engine knows of simple requests: what one is about, and what an answer does to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.money import format_money
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.kernel.specs import Answer, TaskKind
from core.workflow.actions import FORM, SUBMIT_APPROVE
from core.workflow.forms import attachments, showing
from core.workflow.models import APPROVED, DRAFT, REFUSED, SUBMITTED, WITHDRAWN, Submission
from core.workflow.processes.fields import read_fields

_ = catalogue("workflow")


def subject(session: Session, one: Submission) -> Text | str:
    """A request in one line."""
    del session
    title = str(Translation(one.title))
    if one.amount is None:
        return title
    return _("{title}: {amount}", title=title, amount=format_money(one.amount, currency=one.currency, symbol=True))


def lines(session: Session, one: Submission) -> list[tuple[Text | str, Any]]:
    """Its number and what was filled in; files lead to themselves."""
    del session
    form = read_fields(one.fields)
    shown = showing.shown(form, one.values, one.currency)
    told = [field for field in form if field.name in one.values]
    return [(_("Number"), one.number), *(
        (label, attachments.named(one, one.values[field.name]) if field.kind == "file" else value)
        for field, (label, value) in zip(told, shown, strict=True)
    )]


def _link(one: Submission) -> str:
    return f"/requests/{one.id}"


def _answered(session: Session, actor: Actor, one: Submission, answer: Answer) -> None:
    del session, actor
    one.state = {
        "approved": APPROVED, "refused": REFUSED, "withdrawn": WITHDRAWN, "void": SUBMITTED, "returned": DRAFT,
    }[answer]


TASK_KINDS = (
    TaskKind(FORM, _("Request"), SUBMIT_APPROVE, subject, lines, _link, _answered,
             process=lambda one: str(one.process)),
)  # fmt: skip
