"""The list of changes, writing one down, one with its effect and decision, and what is done with it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, load
from core.access.declare import access
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.org.models import Person
from core.org.resources import READ as READ_PEOPLE
from core.org.resources import STRUCTURE
from core.personnel.actions import KIND, READ, REQUEST
from core.personnel.labels import KINDS, STATES
from core.personnel.models import CANCELLATION, DRAFT, END_CONCURRENT, RESIGNATION, PersonnelChange
from core.personnel.schemas import FIELDS, NEEDED, ChangeBody
from core.personnel.services import deciding, drafting, lists, places, preview, saying
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, asked_id, flash, page, redirect_to
from core.workflow.reading import deciding_of

_ = catalogue("personnel")

blueprint = ModuleBlueprint("personnel", __name__, url_prefix="/personnel")

SHOWS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "open": (_("Open"), ("draft", "submitted")), "approved": (_("Approved"), ("approved",)),
    "closed": (_("Closed"), ("refused", "withdrawn", "cancelled")), "all": (_("All"), ()),
}
_ICONS = {
    "hire": "user-plus", "transfer": "arrows-sort", "promotion": "trending-up", "concurrent": "users",
    "end_concurrent": "user", "terms": "file-text", "resignation": "logout",
}  # fmt: skip
_HINTS: dict[str, Text] = {
    "hire": _("Somebody new, with a post and terms"), "transfer": _("Another post, from a day on"),
    "promotion": _("A higher post, a higher grade, or both"),
    "concurrent": _("A further post for a part of the working time"),
    "end_concurrent": _("A further post ends, the main one stays"),
    "terms": _("Kind of employment, grade or contribution place"), "resignation": _("The employment ends"),
}


@blueprint.get("/")
@access(READ)
def index(session: Session, actor: Actor) -> Page:
    """The changes one may see, by state and kind."""
    show, kind = request.args.get("show", "open"), request.args.get("kind", "")
    show, kind = show if show in SHOWS else "open", kind if kind in KINDS else ""
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    rows, total = lists.search(session, actor, states=SHOWS[show][1], kind=kind, page=number)
    first = (number - 1) * lists.PAGE

    def turn(to: int, state: str = show) -> str:
        return url_for("personnel.index", show=state, kind=kind or None, page=to if to > 1 else None)

    return page(
        "personnel/index.html", {"changes": "changes"}, title=_("Personnel changes"), rows=rows, show=show, kind=kind,
        kinds=KINDS.items(), first=first + 1, last=first + len(rows), total=total,
        choices=[{"label": words, "url": turn(1, name), "current": name == show}
                 for name, (words, _states) in SHOWS.items()],
        previous=turn(number - 1) if number > 1 else "",
        next=turn(number + 1) if first + len(rows) < total else "", may_ask=allowed(session, actor, REQUEST),
        may_bound=allowed(session, actor, STRUCTURE),
    )  # fmt: skip


@blueprint.get("/new")
@access(REQUEST)
def choose(session: Session, actor: Actor) -> Page:
    """What to ask for."""
    person = request.args.get("person", type=int)
    return page(
        "personnel/choose.html", title=_("Ask for a change"), crumb=_crumb(),
        kinds=[
            {"label": KINDS[kind], "sub": _HINTS[kind], "icon": _ICONS[kind],
             "url": url_for("personnel.new", kind=kind, person=None if kind == "hire" else person)}
            for kind in lists.kinds_for(session, actor)
        ],
    )  # fmt: skip


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@access(REQUEST)
def new(session: Session, actor: Actor, kind: str) -> Page | Response:
    """Write a change of a kind down."""
    if kind not in FIELDS:
        raise NotFound("not_found", _("There is no such kind of change."))
    return _form(session, actor, kind, None)


@blueprint.route("/<id:change_id>/edit", methods=["GET", "POST"])
@access(REQUEST)
def edit(session: Session, actor: Actor, change_id: int) -> Page | Response:
    """Change a draft of mine."""
    found = _mine(session, actor, change_id)
    return _form(session, actor, found.kind, found)


def _mine(session: Session, actor: Actor, change_id: int) -> PersonnelChange:
    found = load(session, actor, REQUEST, PersonnelChange, change_id)
    if not drafting.is_own(actor, found):
        raise NotFound("not_found", _("Only whoever wrote a request changes it."))
    return found


def _form(session: Session, actor: Actor, kind: str, found: PersonnelChange | None) -> Page | Response:
    today = clock.today(actor.zone)
    form = Form(
        ChangeBody(only=FIELDS[kind]), values=_values(session, found) if found else _first(session, actor, kind),
        options={"position": lists.posts(session, today)} if "position" in FIELDS[kind] else {}, needed=NEEDED[kind],
    )

    def show() -> Page:
        return page(
            "personnel/form.html", title=KINDS[kind], form=form, fields=[form[name] for name in FIELDS[kind]],
            crumb=_crumb(), sealed=bool(found and found.identity_shown),
            back=url_for("personnel.show", change_id=found.id) if found else url_for("personnel.index"),
        )

    def save(values: dict[str, Any]) -> Response:
        try:
            kept = drafting.draft(session, actor, kind, found, values)
        except NotFound as error:  # a number that nobody has is a fault of the form, not of the address
            raise DomainError(error.code, error.message, "employee") from None
        if "draft" in request.form:
            flash(_("The draft is kept. Look at what it would do, then hand it in."))
        else:
            drafting.submit(session, actor, kept)
            flash(_("It is handed in. You are told what becomes of it."))
        return redirect_to("personnel.show", change_id=kept.id)

    return form.answer(session, show, save)


def _first(session: Session, actor: Actor, kind: str) -> dict[str, Any]:
    """What an empty form holds: oneself, or the person of the address; and the change to be cancelled."""
    person_id = asked_id("person")
    if person_id is not None:
        person_id = load(session, actor, READ_PEOPLE, Person, person_id).id
    else:
        person_id = actor.person_id
    values: dict[str, Any] = {"employee": lists.number_of(session, person_id, clock.today(actor.zone))}
    if kind == CANCELLATION:
        values = {"cancels": request.args.get("cancels", type=int)}
    return values


def _values(session: Session, found: PersonnelChange) -> dict[str, Any]:
    """A draft as its form holds it; what is sealed is typed anew where it is to be another one."""
    ends = found.kind in (RESIGNATION, END_CONCURRENT)
    until = None if found.valid_to == FOREVER else places.last_day(found.valid_to)
    return {
        "employee": lists.number_by_id(session, found.employment_id), "name": found.name, "new_number": found.number,
        "position": lists.code_of(session, found.position_id), "share": found.fte, "main_share": found.main_fte,
        "grade": found.grade, "employment_kind": found.employment_kind, "cancels": found.cancels_id,
        "contribution_place": found.contribution_place, "first_day": found.valid_from,
        "last_day": places.last_day(found.valid_from) if ends else until, "sex": found.sex,
        "born_on": found.born_on, "email": found.email, "reason": found.reason,
    }  # fmt: skip


@blueprint.get("/<id:change_id>")
@access(READ)
def show(session: Session, actor: Actor, change_id: int) -> Page:
    """One change: what it says and would do, and who decides it or did."""
    found = load(session, actor, READ, PersonnelChange, change_id)
    own = drafting.is_own(actor, found) and found.state == DRAFT
    may_cancel = deciding.may_cancel(session, actor, found)
    return page(
        "personnel/show.html", title=saying.subject(session, found), found=found, crumb=_crumb(),
        state=STATES[found.state], effect=preview.of(session, found),
        lines=[*saying.lines(session, found), *saying.heads(session, found)],
        asked=deciding_of(session, KIND, found, draft=found.state == DRAFT), own=own, may_cancel=may_cancel,
        may_ask_to_cancel=not may_cancel and deciding.can_be_cancelled(found) and allowed(
            session, actor, REQUEST, found
        ),
    )  # fmt: skip


@blueprint.post("/<id:change_id>/submit")
@access(REQUEST)
def submit(session: Session, actor: Actor, change_id: int) -> Response:
    """Hand my draft in."""
    return _do(session, actor, _mine(session, actor, change_id), drafting.submit,
               _("It is handed in. You are told what becomes of it."))  # fmt: skip


@blueprint.post("/<id:change_id>/discard")
@access(REQUEST)
def discard(session: Session, actor: Actor, change_id: int) -> Response:
    """Drop my draft."""
    return _do(session, actor, _mine(session, actor, change_id), drafting.discard, _("The draft is dropped."))


@blueprint.post("/<id:change_id>/cancel")
@access(READ)
def cancel(session: Session, actor: Actor, change_id: int) -> Response:
    """Cancel an approved change before its first day."""
    found = load(session, actor, READ, PersonnelChange, change_id)
    return _do(session, actor, found, deciding.cancel, _("It is cancelled; what it had written is undone."))


def _do(session: Session, actor: Actor, found: PersonnelChange, what: Any, done: Text) -> Response:
    """Do it and say so; what speaks against it is said on the same page."""
    number = found.id
    try:
        with session.begin_nested():
            what(session, actor, found)
    except DomainError as refused:
        flash(refused.message, "bad")
    else:
        flash(done)
    return redirect_to("personnel.show", change_id=number)


def _crumb() -> list[tuple[Text, str]]:
    return [(_("Personnel changes"), url_for("personnel.index"))]
