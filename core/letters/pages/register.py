"""One's own letters, the register of all, issuing one, its PDF, revoking it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, allowed_actions, allowed_beyond_self, load, require
from core.access.declare import access, signed_in
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.kernel.specs import LetterKind
from core.letters import issuing, own, register, templates
from core.letters.actions import ISSUE, READ, REVOKE
from core.letters.issuing import Request
from core.letters.labels import LANGUAGE_TITLES
from core.letters.schemas import IssueSchema
from core.org.models import Person
from core.org.resources import READ as READ_PEOPLE
from core.org.services import employment_by_number
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.headers import disposition
from core.web.pages import Page, asked_id, flash, page, redirect_to

_ = catalogue("letters")

blueprint = ModuleBlueprint("letters", __name__, url_prefix="/letters")

STATES: dict[str, Text] = {"": _("All"), "valid": _("Valid"), "revoked": _("Revoked")}


def may_issue(session: Session, actor: Actor) -> list[LetterKind]:
    """The kinds the actor may issue for somebody at all."""
    kinds = templates.kinds(session)
    may = allowed_actions(session, actor, (kind.action for kind in kinds))
    return [kind for kind in kinds if may[kind.action]]


@blueprint.get("/mine")
@access(READ)
def mine(session: Session, actor: Actor) -> Page:
    """One's own letters, and those one may have."""
    employment = own.employment(session, actor)
    found, _total = register.search(session, actor, person_id=actor.person_id or 0, size=20)
    return page(
        "letters/mine.html", title=_("My letters"), letters=found, languages=LANGUAGE_TITLES,
        kinds=issuing.offered_for(session, actor, employment) if employment is not None else [],
        employment=employment,
    )


@blueprint.post("/mine/<kind>")
@access(READ)
def have(session: Session, actor: Actor, kind: str) -> Response:
    """Have one's own letter, at once."""
    letter, made = own.have(session, actor, templates.kind_of(session, kind), request.form.get("language", "zh_CN"))
    flash(_("Letter {number} is issued.", number=letter.number) if made
          else _("You have had this letter today already; here it is."), "ok" if made else "info")
    return redirect_to("letters.show", letter_id=letter.id)


@blueprint.get("")
@access(READ)
def everything(session: Session, actor: Actor) -> Page:
    """The register: what was issued, to whom, what for."""
    words, kind, only = (request.args.get(name, "")[:100] for name in ("q", "kind", "state"))
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    rows, total = register.search(session, actor, words=words, kind=kind, only=only, page=number)
    first = (number - 1) * register.PAGE

    def turn(to: int, state: str = only) -> str:
        return url_for("letters.everything", q=words or None, kind=kind or None, state=state or None,
                       page=to if to > 1 else None)  # fmt: skip

    return page(
        "letters/everything.html", {"register": "register"}, title=_("Letters issued"), rows=rows, words=words,
        kind=kind, only=only, kinds=[(one.name, one.title) for one in templates.kinds(session)],
        states=[{"label": label, "url": turn(1, name), "current": name == only} for name, label in STATES.items()],
        first=first + 1, last=first + len(rows), total=total, previous=turn(number - 1) if number > 1 else "",
        next=turn(number + 1) if first + len(rows) < total else "",
        may_issue=any(allowed_beyond_self(session, actor, one.action) for one in templates.kinds(session)),
    )


@blueprint.route("/issue", methods=["GET", "POST"])
@signed_in
def issue(session: Session, actor: Actor) -> Page | Response:
    """Issue a letter about somebody, or have one's own with all it can say."""
    kinds = may_issue(session, actor)
    if not kinds:
        require(session, actor, ISSUE)
    others = any(allowed_beyond_self(session, actor, one.action) for one in kinds)
    form = Form(
        IssueSchema, values=_asked(session, actor, others=others),
        options={"kind": [(one.name, one.title) for one in kinds]},
    )

    def show() -> Page:
        return page("letters/issue.html", title=_("Issue a letter"), form=form, others=others)

    def save(values: dict[str, Any]) -> Response:
        employment = employment_by_number(session, actor, values["employee"])
        kind = templates.kind_of(session, values["kind"])
        asked = Request(values["language"], values.get("purpose") or "", values.get("addressee") or "")
        letter = issuing.issue(session, actor, employment, kind, asked)
        flash(_("Letter {number} is issued.", number=letter.number))
        return redirect_to("letters.show", letter_id=letter.id)

    return _unknown_beside_its_field(form, lambda: form.answer(session, show, save), show)


def _unknown_beside_its_field(form: Form, answer: Any, show: Any) -> Page | Response:
    """An employee number that nobody has is a fault of the form, not of the address."""
    try:
        given: Page | Response = answer()
    except NotFound as error:
        form.complain(DomainError(error.code, error.message, "employee" if error.code == "person.unknown" else "kind"))
        shown: Page = show()
        shown.status = 422
        return shown
    return given


def _asked(session: Session, actor: Actor, *, others: bool) -> dict[str, Any]:
    """What the form holds at first: the employee of ``?person=``; oneself for who issues for nobody else."""
    person_id = asked_id("person")
    if person_id is not None:
        person = load(session, actor, READ_PEOPLE, Person, person_id)
        found = own.employment_of(session, person.id)
    else:
        found = None if others else own.employment(session, actor)
    return {
        "employee": found.number if found is not None else "", "kind": request.args.get("kind", ""),
        "language": request.args.get("language", "zh_CN"),
    }


@blueprint.get("/<id:letter_id>")
@access(READ)
def show(session: Session, actor: Actor, letter_id: int) -> Page:
    """One letter: what it was, who issued it, whether it is valid."""
    return _letter(session, actor, letter_id)


@blueprint.post("/<id:letter_id>/pdf")
@access(READ)
def pdf(session: Session, actor: Actor, letter_id: int) -> Page | Response:
    """The PDF as it was issued; what it shows of masked fields goes on record."""
    letter = register.one(session, actor, letter_id)
    try:
        data = register.pdf_of(session, actor, letter, request.form.get("purpose", ""))
    except DomainError as error:
        if error.code not in ("letters.purpose", "letters.gone", "letters.module_off"):
            raise
        return _letter(session, actor, letter_id, complaint=str(error))
    return pdf_response(data, f"{letter.number}.pdf")


@blueprint.post("/<id:letter_id>/revoke")
@access(REVOKE)
def revoke(session: Session, actor: Actor, letter_id: int) -> Page | Response:
    """Let a letter be valid no more."""
    letter = register.one(session, actor, letter_id, REVOKE)
    try:
        register.revoke(session, actor, letter, request.form.get("reason", ""))
    except DomainError as error:
        if error.field != "reason":
            raise
        return _letter(session, actor, letter_id, refused=str(error))
    flash(_("Letter {number} is revoked.", number=letter.number))
    return redirect_to("letters.show", letter_id=letter_id)


def _letter(session: Session, actor: Actor, letter_id: int, *, complaint: str = "", refused: str = "") -> Page:
    letter = register.one(session, actor, letter_id)
    found = register.entry(session, actor, letter)
    mine = actor.person_id is not None and actor.person_id == letter.person_id
    shown = page(
        "letters/show.html", title=found.kind, entry=found, letter=letter, mine=mine,
        code=issuing.shown_code(letter.code), language=LANGUAGE_TITLES[letter.language],
        ask=bool(letter.groups) and not mine, complaint=complaint, refused=refused,
        may_revoke=found.revoked is None and allowed(session, actor, REVOKE, letter),
        person_url=url_for("org.person", person_id=letter.person_id) if allowed(session, actor, READ_PEOPLE) else "",
        verify=url_for("letters_verify.ask", number=letter.number),
        crumb=[(_("My letters"), url_for("letters.mine"))] if mine
        else [(_("Letters issued"), url_for("letters.everything"))],
    )
    shown.status = 422 if complaint or refused else 200
    return shown


def pdf_response(data: bytes, name: str) -> Response:
    """A PDF to be saved."""
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Cache-Control"] = "no-store"
    return response
