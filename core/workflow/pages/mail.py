"""The page behind the links of a mail: what is asked, with the answer of the link, which one press gives."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.house import of
from core.schemas import fields
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import mailed, phrases, tasks
from core.workflow.models import APPROVED, OPEN
from core.workflow.pages.desk import blueprint

_ = catalogue("workflow")


class MailAnswerSchema(fields.Schema):
    """Why; the answer is that of the link."""

    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT, metadata={
        "label": _("Comment"), "kind": "textarea", "hint": _("Whoever asked reads it; a refusal needs one.")})


@blueprint.route("/mail/<token>", methods=["GET", "POST"])
@signed_in
def by_mail(session: Session, actor: Actor, token: str) -> Page | Response:
    """Give the answer that a link of a mail stands for. To look at it changes nothing: mail programs do that, too."""
    link = mailed.read(of(session), token)
    if link is None:
        return _useless(mailed.Opened(None, _("This link is none of ours, or it was cut short.")), 404)
    opened = mailed.opened(session, actor, link)
    if opened.why or opened.shown is None:
        return _useless(opened, 403 if link.person_id != actor.person_id else 200)
    form = Form(MailAnswerSchema)

    def save(values: dict[str, Any]) -> Response:
        done = mailed.answer(session, actor, link, values["comment"])
        flash(
            _("You have agreed; another must agree as well.") if done.state == OPEN
            else _("It is approved.") if link.answer == APPROVED else _("It is refused; whoever asked reads why.")
        )
        return redirect_to("tasks.inbox")

    def show() -> Page:
        return page(
            "workflow/mailed.html", title=opened.shown.subject if opened.shown else "", shown=opened.shown, form=form,
            crumb=[(_("Approvals"), url_for("tasks.inbox"))], approves=link.answer == APPROVED,
            phrases=phrases.mine(session, actor),
        )

    return form.answer(session, show, save)


def _useless(opened: mailed.Opened, status: int) -> Page:
    return page(
        "workflow/mail_over.html", status=status, title=_("This link decides nothing"), why=opened.why,
        task_id=opened.shown.task.id if opened.shown is not None else None,
    )
