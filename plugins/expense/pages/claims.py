"""Claims: one's own with what is open of advances, all that one may see, the form, and one claim with its way."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.expense.actions import ADVANCE_REQUEST, CLAIM, CLAIM_READ, CLAIM_REQUEST
from plugins.expense.models import Claim
from plugins.expense.pages.blueprint import blueprint
from plugins.expense.schemas import ClaimSchema
from plugins.expense.services import advances, ledger, lines, question
from plugins.expense.services import claims as services
from plugins.expense.services import invoices as taking
from plugins.expense.services.places import names_of, own_places
from plugins.expense.text import CATEGORIES, DRAFT, KINDS, STATES, TYPES, WITHOUT, _
from remit import files
from remit.base import Actor, NotFound
from remit.services import allowed, load, system
from remit.web import Form, Page, access, asked_id, flash, page, redirect_to
from remit.workflow import deciding_of


def before_of() -> int | None:
    """The id below which a list goes on, as the address says it; nonsense is passed over."""
    return asked_id("before")


@blueprint.get("/mine")
@access(CLAIM_REQUEST)
def mine(session: Session, actor: Actor) -> Page:
    """What I claimed, and what is open of my advances."""
    before = before_of()
    rows = services.claims(session, actor, own=True, before=before)
    asked = advances.advances(session, actor, own=True)
    return page(
        "expense/mine.html", title=_("My expenses"), rows=rows, states=STATES, categories=CATEGORIES, advances=asked,
        left=ledger.balances(session, [one.id for one in asked]),
        older=rows[-1].id if len(rows) == services.PAGE else None, first=before is None,
        may_ask=actor.person_id is not None,
        may_advance=actor.person_id is not None and allowed(session, actor, ADVANCE_REQUEST),
    )  # fmt: skip


@blueprint.get("/claims")
@access(CLAIM_READ)
def claims(session: Session, actor: Actor) -> Page:
    """The claims one may see, the latest first, by what became of them."""
    state, before = request.args.get("state"), before_of()
    state = state if state in STATES else None
    rows = services.claims(session, actor, own=False, state=state, before=before)
    shown = [("", _("All")), *((key, words) for key, (words, _kind) in STATES.items())]
    return page(
        "expense/claims.html", title=_("All claims"), rows=rows, states=STATES, categories=CATEGORIES, state=state,
        names=names_of(session, {one.requester_person_id for one in rows}),
        filters=[
            {"label": words, "url": url_for("expense.claims", state=key or None), "current": key == (state or "")}
            for key, words in shown
        ],
        older=rows[-1].id if len(rows) == services.PAGE else None, first=before is None,
    )  # fmt: skip


@blueprint.route("/claims/new", methods=["GET", "POST"])
@access(CLAIM_REQUEST)
def new_claim(session: Session, actor: Actor) -> Page | Response:
    """Begin a claim; invoices and lines come on its page."""
    return _form(session, actor, None)


@blueprint.route("/claims/<id:claim_id>/edit", methods=["GET", "POST"])
@access(CLAIM_REQUEST)
def edit_claim(session: Session, actor: Actor, claim_id: int) -> Page | Response:
    """Change the head of my draft."""
    return _form(session, actor, own_claim(session, actor, claim_id))


def own_claim(session: Session, actor: Actor, claim_id: int) -> Claim:
    """A claim of whoever asks. Raises ``NotFound`` for somebody else's."""
    found = load(session, actor, CLAIM_REQUEST, Claim, claim_id)
    if found.requester_person_id != actor.person_id:
        raise NotFound("expense.not_own", _("Only whoever wrote a claim changes it."))
    return found


def _form(session: Session, actor: Actor, found: Claim | None) -> Page | Response:
    places = own_places(session, actor)
    form = Form(
        ClaimSchema, values=found or {"category": "travel", "unit_id": places[0].unit_id if places else None},
        options={"unit_id": [(place.unit_id, str(place.title)) for place in places]},
    )  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = services.draft(session, actor, found, values)
        return redirect_to("expense.claim", claim_id=kept.id)

    back = url_for("expense.claim", claim_id=found.id) if found else url_for("expense.mine")
    return form.answer(session, lambda: page(
        "expense/form.html", title=_("Change the claim") if found else _("Claim expenses"), form=form, back=back,
        sub=_("The next page takes your invoices."), crumb=[(_("My expenses"), url_for("expense.mine"))],
        missing="" if places else _("You hold no post today. Money is claimed by a unit in which one holds a post."),
    ), save)  # fmt: skip


@blueprint.get("/claims/<id:claim_id>")
@access(CLAIM_READ)
def claim(session: Session, actor: Actor, claim_id: int) -> Page:
    """One claim: its lines and invoices, and who decides it or did."""
    return show_claim(session, actor, load(session, actor, CLAIM_READ, Claim, claim_id))


def show_claim(session: Session, actor: Actor, found: Claim, *, error: Any = "") -> Page:
    """The page of a claim; ``error`` stands beside the input of an invoice's file."""
    own = found.requester_person_id == actor.person_id
    rows, taken = lines.of_claim(session, found), taking.of_claim(session, found)
    drafted = found.state == DRAFT
    return page(
        "expense/claim.html", title=question.claim_subject(session, found), found=found, state=STATES[found.state],
        crumb=[(_("My expenses"), url_for("expense.mine")) if own else (_("All claims"), url_for("expense.claims"))],
        facts=question.claim_head(session, found), rows=rows, over={one.id for one in rows if lines.is_over(one)},
        kinds=KINDS, without=WITHOUT, types=TYPES, invoices=taken,
        links=_links(session, actor, [one.file_id for one in taken]),
        numbers={one.id: one.number for one in taken}, used={one.invoice_id for one in rows}, error=error,
        asked=deciding_of(session, CLAIM, found, draft=drafted) if rows or not drafted else None,
        may_edit=own and drafted, may_again=own and found.state in services.AGAIN, status=422 if error else 200,
    )  # fmt: skip


def _links(session: Session, actor: Actor, file_ids: list[int]) -> dict[int, str]:
    """Links to the files of invoices, for whoever sees the claim and the next minutes."""
    with system(session, "the files of the invoices of a claim that somebody may see"):
        kept = [session.get(files.File, number) for number in file_ids]
    return {one.id: files.link_to(session, actor, one) for one in kept if one is not None}


@blueprint.post("/claims/<id:claim_id>/submit")
@access(CLAIM_REQUEST)
def submit_claim(session: Session, actor: Actor, claim_id: int) -> Response:
    """Hand my claim in."""
    services.submit(session, actor, own_claim(session, actor, claim_id))
    flash(_("It is handed in. You are told what becomes of it."))
    return redirect_to("expense.claim", claim_id=claim_id)


@blueprint.post("/claims/<id:claim_id>/discard")
@access(CLAIM_REQUEST)
def discard_claim(session: Session, actor: Actor, claim_id: int) -> Response:
    """Drop my draft."""
    services.discard(session, actor, own_claim(session, actor, claim_id))
    flash(_("The draft is dropped."))
    return redirect_to("expense.mine")


@blueprint.post("/claims/<id:claim_id>/again")
@access(CLAIM_REQUEST)
def reopen_claim(session: Session, actor: Actor, claim_id: int) -> Response:
    """Write a claim anew that was refused or taken back."""
    services.reopen(session, actor, own_claim(session, actor, claim_id))
    return redirect_to("expense.claim", claim_id=claim_id)
