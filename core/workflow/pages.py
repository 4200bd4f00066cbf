"""The inbox of approvals, and the page on which one of them is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.text import catalogue
from core.kernel.specs import Answer
from core.schemas import fields, validators
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import labels, reading, tasks
from core.workflow.models import APPROVED, OPEN, REFUSED, Task

_ = catalogue("workflow")

blueprint = ModuleBlueprint("tasks", __name__, url_prefix="/tasks")

_COLOURS = {OPEN: "warn", APPROVED: "ok", REFUSED: "bad"}
#: Words and colour of what became of a task.
STATES = {state: (words, _COLOURS.get(state, "")) for state, words in labels.STATES.items()}
_ANSWERS: dict[str, Answer] = {"approve": APPROVED, "refuse": REFUSED}
_ANSWER_WORDS = {"approve": _("Approve"), "refuse": _("Refuse")}


@blueprint.get("/")
@signed_in
def inbox(session: Session, actor: Actor) -> Page:
    """What waits for me, what I asked, what I decided."""
    mine: reading.View = "mine"
    view = next((one for one in reading.VIEWS if one == request.args.get("show")), mine)
    person_id = actor.person_id or 0
    found = reading.waiting(session, person_id) if view == mine else _found(session, view, person_id)
    return page(
        "workflow/inbox.html", {"rows": "tasks"}, title=_("Approvals"), view=view, states=STATES,
        rows=reading.lines(session, found), chosen=None,
    )


def _found(session: Session, view: reading.View, person_id: int) -> Sequence[Task]:
    """The tasks of a view, as they were routed last."""
    looked = {"mine": reading.stored, "asked": reading.asked, "decided": reading.decided}
    return looked[view](session, person_id)


def _beside(task: Task, person_id: int) -> reading.View:
    """In which list one finds a task again."""
    if task.requester_person_id == person_id:
        return "asked"
    return "mine" if task.state == OPEN else "decided"


class AnswerSchema(fields.Schema):
    """What whoever decides says: yes or no to what he has seen, and why."""

    answer = fields.String(required=True, validate=validators.OneOf(_ANSWER_WORDS), metadata={"label": _("Answer")})
    seen = fields.String(required=True, max_length=64, metadata={"kind": "hidden"})
    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT, metadata={
        "label": _("Comment"), "kind": "textarea", "hint": _("Whoever asked reads it; a refusal needs one.")})


@blueprint.route("/<id:task_id>", methods=["GET", "POST"])
@signed_in
def task(session: Session, actor: Actor, task_id: int) -> Page | Response:
    """One question: what it is about, why it is here, whom it passed over, and the answer."""
    shown = reading.show(session, actor, task_id)
    form = Form(AnswerSchema, values={"seen": shown.task.digest})
    person_id = actor.person_id or 0
    view = _beside(shown.task, person_id)
    own = shown.task.state == OPEN and shown.task.requester_person_id == actor.person_id is not None

    def save(values: dict[str, Any]) -> Response:
        said = _ANSWERS[values["answer"]]
        done = tasks.answer(session, actor, task_id, said, seen=values["seen"], comment=values["comment"])
        flash(
            _("You have agreed; another must agree as well.") if done.state == OPEN
            else _("It is approved.") if said == APPROVED else _("It is refused; whoever asked reads why.")
        )
        return redirect_to("tasks.inbox")

    return form.answer(session, lambda: page(
        "workflow/task.html", title=shown.subject, crumb=[(_("Approvals"), url_for("tasks.inbox"))], shown=shown,
        form=form, states=STATES, own=own, nudged=own and tasks.nudged_today(shown.task, actor), view=view,
        rows=reading.lines(session, _found(session, view, person_id)), chosen=task_id,
    ), save)  # fmt: skip


@blueprint.post("/<id:task_id>/withdraw")
@signed_in
def withdraw(session: Session, actor: Actor, task_id: int) -> Response:
    """Take my own question back."""
    tasks.withdraw(session, actor, task_id)
    flash(_("It is taken back."))
    return redirect_to("tasks.task", task_id=task_id)


@blueprint.post("/<id:task_id>/nudge")
@signed_in
def nudge(session: Session, actor: Actor, task_id: int) -> Response:
    """Remind whoever my question waits for."""
    tasks.nudge(session, actor, task_id)
    flash(_("Whoever decides it is reminded."))
    return redirect_to("tasks.task", task_id=task_id)
