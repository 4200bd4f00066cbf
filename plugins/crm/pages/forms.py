"""Forms on websites: the list of them, making one, and the page that anybody fills in, also inside another page."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT, CHANNEL_READ
from plugins.crm.models import LeadForm
from plugins.crm.pages.blueprint import blueprint
from plugins.crm.schemas.forms import FormSchema
from plugins.crm.services import campaigns, channels
from plugins.crm.services.intake import forms
from plugins.crm.services.intake.words import DESCRIBING, words
from plugins.crm.services.leads import consent
from plugins.crm.text import _
from remit.base import Actor, DomainError, NotFound
from remit.services import allowed
from remit.web import Form, Page, SignedBlueprint, access, flash, page, public, redirect_to

#: What anybody may open: carries no cookie, so that it works inside a page of somebody else; what is sent is proven by
#: the ticket that came with the page.
open_to_all = SignedBlueprint("crm_forms", "plugins.crm", url_prefix="/form")
#: A field no person sees, and programs fill in.
TRAP = "website"
_CSP = (
    "default-src 'self'; script-src 'self'; style-src-elem 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {frames}"
)
#: Bands of how many people a company has, by their lower ends.
_STAFF = (("1", "1-9"), ("10", "10-49"), ("50", "50-199"), ("200", "200+"))
_LARGEST = 64 * 1024


@blueprint.get("/forms")
@access(CHANNEL_READ)
def lead_forms(session: Session, actor: Actor) -> Page:
    """The forms, each with where it is."""
    titles = {one.id: one.title for one in channels.channels(session, actor)}
    may = allowed(session, actor, CHANNEL_EDIT)
    rows = [
        {
            "title": one.title, "channel": titles.get(one.channel_id, "–"), "in_use": one.is_active,
            "address": url_for("crm_forms.fill_in", key=one.key), "frames": one.frames.split(),
            "url": url_for("crm.edit_form", form_id=one.id) if may else "",
        } for one in forms.forms(session, actor)
    ]  # fmt: skip
    return page("crm/forms.html", title=_("Forms on websites"), rows=rows, may_edit=may)


@blueprint.route("/forms/new", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def new_form(session: Session, actor: Actor) -> Page | Response:
    """Make a form."""
    return _form(session, actor, None)


@blueprint.route("/forms/<id:form_id>", methods=["GET", "POST"])
@access(CHANNEL_EDIT)
def edit_form(session: Session, actor: Actor, form_id: int) -> Page | Response:
    """Change one, or switch it off; with what a website shows it by."""
    return _form(session, actor, forms.form_to_edit(session, actor, form_id))


def _form(session: Session, actor: Actor, found: LeadForm | None) -> Page | Response:
    form = Form(FormSchema, values=_values(found), options={
        "channel_id": [(one.id, str(one.title)) for one in channels.channels(session, actor) if one.is_active],
        "campaign_id": [(one.id, one.title) for one in campaigns.campaigns(session, actor)],
        "asked": list(forms.ASKED.items()), "needed": list(forms.ASKED.items()),
    })  # fmt: skip

    def save(values: dict[str, Any]) -> Response:
        kept = forms.save(session, actor, found, values)
        flash(_("The form is kept."))
        return redirect_to("crm.edit_form", form_id=kept.id)

    back = url_for("crm.lead_forms")
    address = url_for("crm_forms.fill_in", key=found.key, _external=True) if found is not None else ""
    return form.answer(session, lambda: page(
        "crm/form_of_website.html", title=found.title if found is not None else _("Make a form"), form=form,
        crumb=[(_("Forms on websites"), back)], back=back, address=address,
        frame=f'<iframe src="{address}" width="100%" height="720" style="border:0"></iframe>' if address else "",
    ), save)  # fmt: skip


def _values(found: LeadForm | None) -> dict[str, Any]:
    if found is None:
        return {"asked": ["contact", "phone"], "needed": ["phone"], "is_active": True}
    asked = found.fields["asked"]
    said = "; ".join(f"{name}={_written(value)}" for name, value in found.fields["answers"].items())
    return {
        "title": found.title, "channel_id": found.channel_id, "campaign_id": found.campaign_id, "asked": list(asked),
        "needed": [name for name, needed in asked.items() if needed], "answers": said, "consent": found.consent,
        "thanks": found.thanks, "frames": "\n".join(found.frames.split()), "is_active": found.is_active,
    }  # fmt: skip


def _written(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


@open_to_all.get("/<key>")
@public("Anybody may fill in a form that a company has put on its website")
def fill_in(session: Session, actor: Actor, key: str) -> Page:
    """The form, by the key of its address."""
    del actor
    return _open_page(session, forms.open_form(session, key))


@open_to_all.post("/<key>")
@public("What is sent is proven by the ticket of the page it was opened with", largest=_LARGEST)
def sent(session: Session, actor: Actor, key: str) -> Page:
    """Take what was sent; what is not accepted comes back with its sentence and all that was typed."""
    del actor
    form = forms.open_form(session, key)
    told = request.form.to_dict()
    if told.get(TRAP):
        return _thanks(form, "")  # a program learns nothing from it
    ticket = forms.read_ticket(session, form, told.get("ticket", ""))
    try:
        if ticket is None:
            raise DomainError("crm.ticket", _("The form was open for too long. Check it and send it again."))
        if ticket.age < forms.SOONEST:
            raise DomainError("crm.soon", _("That was very quick. Check it and send it again."))
        taken = forms.fill_in(session, form, told, ticket, request.remote_addr or "")
    except DomainError as refused:
        return _open_page(session, form, told, refused)
    return _thanks(form, url_for("crm_forms.ask_withdraw", token=consent.withdrawal_token(session, taken.lead)))


def _open_page(
    session: Session, form: LeadForm, told: dict[str, str] | None = None, refused: DomainError | None = None
) -> Page:
    known = words(session)
    told = told or {}
    fields = [_field("company", _("Company"), told, refused)]
    for name, needed in form.fields["asked"].items():
        options: list[tuple[str, Any]] = []
        if name in DESCRIBING:
            options = [(code, known.titles[name][code]) for code in known.codes.get(name, ())]
        elif name == "staff":
            options = list(_STAFF)
        fields.append(_field(name, forms.ASKED[name], told, refused, needed=needed, options=options))
    return page(
        "crm/open_form.html", title=form.title, form=form, fields=fields, trap=TRAP,
        ticket=forms.ticket(session, form), agreed=bool(told.get("consent")),
        error="" if refused is None or refused.field else refused.message,
        consent_error=refused.message if refused is not None and refused.field == "consent" else "",
        status=200 if refused is None else 429 if refused.code == "crm.throttled" else 422,
        headers=_headers(form),
    )  # fmt: skip


_KINDS = {"email": "email", "phone": "tel", "note": "textarea"}
_COMPLETE = {"company": "organization", "contact": "name", "phone": "tel", "email": "email"}


def _field(
    name: str, label: Any, told: dict[str, str], refused: DomainError | None, *, needed: bool = False,
    options: list[tuple[str, Any]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "label": label, "value": told.get(name, ""), "required": needed, "options": options or [],
        "kind": "select" if options else _KINDS.get(name, "text"),
        "error": refused.message if refused is not None and refused.field == name else None,
        "attrs": {"autocomplete": _COMPLETE[name]} if name in _COMPLETE else {},
    }  # fmt: skip


def _thanks(form: LeadForm, link: str) -> Page:
    return page("crm/open_form.html", title=form.title, form=form, thanks=True, link=link, headers=_headers(form))


def _headers(form: LeadForm) -> dict[str, str]:
    frames = form.frames or "'none'"
    return {"Content-Security-Policy": _CSP.format(frames=frames)}


@open_to_all.get("/withdraw/<token>")
@public("Whoever gave his consent takes it back by his signed link")
def ask_withdraw(session: Session, actor: Actor, token: str) -> Page:
    """Ask before it is done, so that no program that follows links does it."""
    del actor
    return _withdraw_page(session, token)


@open_to_all.post("/withdraw/<token>")
@public("Whoever gave his consent takes it back by his signed link", largest=_LARGEST)
def withdraw(session: Session, actor: Actor, token: str) -> Page:
    """Keep that nobody contacts this lead any more."""
    del actor
    return _withdraw_page(session, token, done=True)


def _withdraw_page(session: Session, token: str, *, done: bool = False) -> Page:
    lead = consent.lead_of_token(session, token)
    if lead is None:
        raise NotFound("crm.withdraw", _("This link is not one of ours."))
    if done:
        consent.withdraw_by_link(session, lead)
    return page(
        "crm/withdraw.html", title=_("Withdraw consent"), company=lead.company,
        done=lead.consent_withdrawn_at is not None,
    )  # fmt: skip
