"""The inbox of approvals, and the page on which one of them is decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.files.beside import why_not
from core.files.fields import files_field
from core.schemas import fields, validators
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form, sent_files
from core.web.pages import Page, flash, page, redirect_to
from core.workflow import attachments, batches, comments, labels, phrases, reading, stuck, tasks, todo, way
from core.workflow.engine import going, moves
from core.workflow.models import APPROVED, OPEN, REFUSED, Task

_ = catalogue("workflow")

blueprint = ModuleBlueprint("tasks", __name__, url_prefix="/tasks")

_COLOURS = {OPEN: "warn", APPROVED: "ok", REFUSED: "bad"}
#: Words and colour of what became of a task.
STATES = {state: (words, _COLOURS.get(state, "")) for state, words in labels.STATES.items()}
_ANSWER_WORDS = {"approve": _("Approve"), "refuse": _("Refuse"), "done": _("Mark as done")}


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
    looked = {
        "mine": reading.stored, "asked": reading.asked, "decided": reading.decided, "copied": reading.copied,
    }
    return looked[view](session, person_id)


def _beside(task: Task, person_id: int) -> reading.View:
    """In which list one finds a task again."""
    if task.requester_person_id == person_id:
        return "asked"
    if person_id in (task.next_person_id, task.decider_person_id):
        return "mine" if task.state == OPEN else "decided"
    return "copied"


class AnswerSchema(fields.Schema):
    """What whoever decides says: yes or no to what he has seen, and why."""

    answer = fields.String(required=True, validate=validators.OneOf(_ANSWER_WORDS), metadata={"label": _("Answer")})
    seen = fields.String(required=True, max_length=64, metadata={"kind": "hidden"})
    comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT, metadata={
        "label": _("Comment"), "kind": "textarea", "hint": _("Whoever asked reads it; a refusal needs one.")})
    answer_files = files_field(_("Files"))


@blueprint.route("/<id:task_id>", methods=["GET", "POST"])
@signed_in
def task(session: Session, actor: Actor, task_id: int) -> Page | Response:
    """One question: what it is about, why it is here, whom it passed over, and the answer."""
    shown = reading.show(session, actor, task_id)
    form = Form(AnswerSchema, values={"seen": shown.task.digest})

    def save(values: dict[str, Any]) -> Response:
        said = todo.meant(shown.task, values["answer"])
        attachments.add(session, actor, shown.run, sent_files("answer_files"), task=shown.task, field="answer_files")
        done = tasks.answer(session, actor, task_id, said, seen=values["seen"], comment=values["comment"])
        flash(
            _("You have agreed; another must agree as well.") if done.state == OPEN
            else _("It is done.") if values["answer"] == "done"
            else _("It is approved.") if said == APPROVED else _("It is refused; whoever asked reads why.")
        )
        return redirect_to("tasks.inbox")

    return form.answer(session, lambda: _page(session, actor, shown, answering=form), save)


def _page(
    session: Session, actor: Actor, shown: reading.Shown, *, answering: Form | None = None, moving: Form | None = None,
    writing: Form | None = None,
) -> Page:
    """A task with all its forms; those that were not filled in are as they are at first."""
    person_id, task_id = actor.person_id or 0, shown.task.id
    view = _beside(shown.task, person_id)
    own = shown.run.state in ("running", "returned") and shown.task.requester_person_id == actor.person_id is not None
    return page(
        "workflow/task.html", title=shown.subject, crumb=[(_("Approvals"), url_for("tasks.inbox"))], shown=shown,
        form=answering or Form(AnswerSchema, values={"seen": shown.task.digest}),
        moving=moving or _move_form(session, shown), writing=writing or Form(CommentSchema), states=STATES,
        said=_said(session, shown), phrases=phrases.mine(session, actor) if shown.may_answer else [],
        run_state=labels.RUN_STATES[shown.run.state], own=own,
        nudged=own and tasks.nudged_today(shown.task, actor), view=view,
        rows=reading.lines(session, _found(session, view, person_id)), chosen=task_id,
    )


def _said(session: Session, shown: reading.Shown) -> list[dict[str, Any]]:
    """What was written beside a run and what was answered with files, in the order of time."""
    found: dict[int | str, list[attachments.Attached]] = {}
    for one in attachments.of_run(session, shown.run):
        key = one.row.comment_id or f"{one.row.task_id} {one.row.person_id} {one.row.added_at}"
        found.setdefault(key, []).append(one)
    told: list[tuple[datetime, str, Text | str, list[attachments.Attached]]] = [
        (one.said_at, one.name, one.text, found.pop(one.id, [])) for one in shown.comments
    ]
    told += [(of[0].row.added_at, of[0].row.name, _("with the answer"), of) for of in found.values()]
    return [
        {"day": at.date(), "text": name, "sub": words, "files": [_file(shown, one) for one in files]}
        for at, name, words, files in sorted(told, key=lambda one: one[0])
    ]


def _file(shown: reading.Shown, one: attachments.Attached) -> dict[str, Any]:
    """A file as a page shows it: with the way to it, or why there is none."""
    why = why_not(one.file)
    url = "" if why else url_for("tasks.file", task_id=shown.task.id, number=one.row.id)
    return {"name": one.file.name, "url": url, "size": one.file.size, "why": why}


class MoveSchema(fields.Schema):
    """What else whoever decides may do, and to whom or where."""

    move = fields.String(required=True, max_length=20, metadata={"label": _("What else")})
    move_to = fields.String(load_default="", max_length=40, metadata={
        "label": _("Back to"), "hint": _("For sending back: whoever asked, or an earlier step.")})
    move_person = fields.String(load_default="", max_length=100, metadata={
        "label": _("Person"), "hint": _("For handing on and adding: the employee number or the whole name.")})
    move_comment = fields.String(load_default="", max_length=tasks.MOST_COMMENT, multiline=True, metadata={
        "label": _("Words"), "span": True})
    move_seen = fields.String(required=True, max_length=64, metadata={"kind": "hidden"})


_MOVES = {"return": _("Send back"), "transfer": _("Hand on"), "add": _("Add a signer")}


def _move_form(session: Session, shown: reading.Shown) -> Form | None:
    """The form of what the process lets whoever decides do beside deciding; None where that is nothing."""
    offered = [(name, words) for name, words in _MOVES.items() if name in shown.options]
    if not offered or not shown.may_answer:
        return None
    back = [(one.key, way.title_of(going.definition_of(session, shown.run).step(one.key), one.type))
            for one in moves.earlier(session, shown.run)]  # fmt: skip
    return Form(
        MoveSchema, values={"move_seen": shown.task.digest, "move": offered[0][0]},
        options={"move": offered, "move_to": [("", _("Whoever asked, for revision")), *back]},
    )


@blueprint.post("/<id:task_id>/move")
@signed_in
def move(session: Session, actor: Actor, task_id: int) -> Page | Response:
    """Send it back, hand it on, or add a signer."""
    shown = reading.show(session, actor, task_id)
    form = _move_form(session, shown)
    if form is None:
        raise DomainError("task.not_allowed", _("There is nothing else to do here."))

    def save(values: dict[str, Any]) -> Response:
        comment = values["move_comment"]
        if values["move"] == "return":
            tasks.send_back(session, actor, task_id, seen=values["move_seen"], comment=comment, to=values["move_to"])
            flash(_("It is sent back; whoever asked reads why."))
            return redirect_to("tasks.inbox")
        person = comments.person_named(session, values["move_person"], "move_person")
        if values["move"] == "transfer":
            tasks.hand_on(session, actor, task_id, person.id, comment)
            flash(_("It is handed on to {name}.", name=person.name))
            return redirect_to("tasks.inbox")
        tasks.add_signer(session, actor, task_id, person.id, comment)
        flash(_("{name} is asked to agree as well.", name=person.name))
        return redirect_to("tasks.task", task_id=task_id)

    return form.answer(session, lambda: _page(session, actor, shown, moving=form), save)


class CommentSchema(fields.Schema):
    """Words beside a request."""

    text = fields.String(load_default="", max_length=comments.MOST, multiline=True, metadata={
        "label": _("Write beside it"), "span": True, "rows": 2,
        "hint": _("Whoever you name with @ and the whole name may read the request and is told.")})
    comment_files = files_field(_("Files"))


@blueprint.post("/<id:task_id>/comments")
@signed_in
def comment(session: Session, actor: Actor, task_id: int) -> Page | Response:
    """Write beside a request that one may read."""
    shown = reading.show(session, actor, task_id)
    form = Form(CommentSchema)

    def save(values: dict[str, Any]) -> Response:
        comments.write(session, actor, shown.run, values["text"], sent=sent_files("comment_files"))
        return redirect_to("tasks.task", task_id=task_id)

    return form.answer(session, lambda: _page(session, actor, shown, writing=form), save)


@blueprint.route("/batch", methods=["GET", "POST"])
@signed_in
def batch(session: Session, actor: Actor) -> Page | Response:
    """Approve several at once, of those whose process lets it; each is decided by itself."""
    found = batches.batchable(session, actor)
    told: list[batches.Said] = []
    comment = request.form.get("comment", "").strip()
    if request.method == "POST":
        chosen = [value.partition(":") for value in request.form.getlist("task")]
        told = batches.approve_all(
            session, actor, [(int(one), seen) for one, _colon, seen in chosen if one.isdigit()], comment
        )
        found = batches.batchable(session, actor)
    rows = reading.lines(session, found)
    words = [
        (f"{row.task.id}:{row.task.digest}", _("{kind}, {who}: {subject}", kind=row.kind, who=row.requester or "–",
                                               subject=row.subject)) for row in rows
    ]  # fmt: skip
    return page(
        "workflow/batch.html", title=_("Approve several"), crumb=[(_("Approvals"), url_for("tasks.inbox"))], rows=rows,
        told=told, options=words, phrases=phrases.mine(session, actor),
        comment=comment if any(one.why for one in told) else "", longest=tasks.MOST_COMMENT,
    )


@blueprint.get("/way/<id:run_id>")
@signed_in
def of_run(session: Session, actor: Actor, run_id: int) -> Response:
    """The page of the task that a request came to last, or for whoever may help it on the one that says why it is
    stuck.
    """
    if stuck.helped_by(session, actor, run_id):
        return redirect_to("stuck.show", run_id=run_id)
    return redirect_to("tasks.task", task_id=reading.latest_task(session, actor, run_id).id)


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
