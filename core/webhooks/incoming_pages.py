"""Pages about what other programs post to this installation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.web.blueprints import ModuleBlueprint
from core.web.forms import Form
from core.web.pages import Page, flash, page, redirect_to
from core.webhooks import endpoints, receiving
from core.webhooks.actions import ENDPOINT_MANAGE, ENDPOINT_READ
from core.webhooks.models import DONE, FAILED, WAITING, WebhookEndpoint
from core.webhooks.schemas import EndpointSchema, RotateSchema

_ = catalogue("webhooks")

blueprint = ModuleBlueprint("webhooks_in", __name__, url_prefix="/admin/webhooks/incoming")

PAGE = 50
SHOWN: dict[str, tuple[Text, str]] = {
    "all": (_("All"), ""), "waiting": (_("Waiting"), WAITING), "failed": (_("Failed"), FAILED),
    "done": (_("Handled"), DONE),
}  # fmt: skip
STATES: dict[str, tuple[Text, str]] = {
    WAITING: (_("Waiting"), "warn"), DONE: (_("Handled"), "ok"), FAILED: (_("Failed"), "bad"),
}  # fmt: skip
WHY: dict[str, Text] = {
    "signature": _("The signature was not made with this secret."),
    "headers": _("The headers of the signature were missing."),
    "time": _("The time of sending was too far from now."),
}


@blueprint.get("")
@access(ENDPOINT_READ)
def everything(session: Session, actor: Actor) -> Page:
    """All addresses that receive."""
    counts = endpoints.counts(session, actor)
    rows = [
        {"endpoint": endpoint, "kind": _kind(session, endpoint), "counts": counts.get(endpoint.id, {}),
         "refusal": refusal}
        for endpoint, refusal in endpoints.listed(session, actor)
    ]  # fmt: skip
    return page(
        "webhooks/incoming.html", title=_("Incoming webhooks"), rows=rows, kinds=endpoints.kinds(session),
        may_manage=allowed(session, actor, ENDPOINT_MANAGE),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(ENDPOINT_MANAGE)
def new(session: Session, actor: Actor) -> Page:
    """Make an address; the answer shows the secret, this once."""
    require(session, actor, ENDPOINT_MANAGE)
    kinds = [(name, kind.title) for name, kind in sorted(endpoints.kinds(session).items())]
    form = Form(EndpointSchema, options={"kind": kinds})

    def save(values: dict[str, Any]) -> Page:
        made, secret = endpoints.create(session, actor, **values)
        return _show(session, actor, made, secret=secret)

    def show() -> Page:
        return page(
            "webhooks/endpoint_new.html", title=_("New address"), form=form,
            crumb=[(_("Incoming webhooks"), url_for("webhooks_in.everything"))],
        )

    return form.answer(session, show, save)


@blueprint.get("/<id:endpoint_id>")
@access(ENDPOINT_READ)
def show(session: Session, actor: Actor, endpoint_id: int) -> Page:
    """One address and what it received."""
    return _show(session, actor, endpoints.found(session, actor, endpoint_id))


@blueprint.post("/<id:endpoint_id>/switch")
@access(ENDPOINT_MANAGE)
def switch(session: Session, actor: Actor, endpoint_id: int) -> Response:
    """Let it receive, or not."""
    on = request.form.get("on") == "1"
    endpoints.switch(session, actor, endpoints.found(session, actor, endpoint_id, ENDPOINT_MANAGE), on=on)
    flash(_("The address receives.") if on else _("The address receives nothing for now."))
    return redirect_to("webhooks_in.show", endpoint_id=endpoint_id)


@blueprint.post("/<id:endpoint_id>/secret")
@access(ENDPOINT_MANAGE)
def rotate(session: Session, actor: Actor, endpoint_id: int) -> Page:
    """A new secret, shown on the answer, this once."""
    endpoint = endpoints.found(session, actor, endpoint_id, ENDPOINT_MANAGE)
    form = Form(RotateSchema, values={"hours": "24"})

    def save(values: dict[str, Any]) -> Page:
        secret = endpoints.rotate(session, actor, endpoint, overlap=timedelta(hours=int(values["hours"])))
        return _show(session, actor, endpoint, secret=secret)

    return form.answer(session, lambda: _show(session, actor, endpoint, rotating=form), save)


@blueprint.post("/<id:endpoint_id>/delete")
@access(ENDPOINT_MANAGE)
def delete(session: Session, actor: Actor, endpoint_id: int) -> Response:
    """Delete an address with what it received."""
    endpoints.remove(session, actor, endpoints.found(session, actor, endpoint_id, ENDPOINT_MANAGE))
    flash(_("The address is deleted."))
    return redirect_to("webhooks_in.everything")


@blueprint.post("/<id:endpoint_id>/receipts/<id:receipt_id>/replay")
@access(ENDPOINT_MANAGE)
def replay(session: Session, actor: Actor, endpoint_id: int, receipt_id: int) -> Response:
    """Handle again what was received."""
    endpoints.replay(session, actor, endpoints.found(session, actor, endpoint_id, ENDPOINT_MANAGE), receipt_id)
    flash(_("It is handled again."))
    return redirect_to("webhooks_in.show", endpoint_id=endpoint_id)


def _show(
    session: Session, actor: Actor, endpoint: WebhookEndpoint, *, secret: str = "", rotating: Form | None = None
) -> Page:
    chosen = request.args.get("show", "all")
    state = SHOWN.get(chosen, SHOWN["all"])[1]
    before = request.args.get("before", type=int)
    found = list(endpoints.latest(session, actor, endpoint, state=state, before=before, limit=PAGE + 1))
    more, found = len(found) > PAGE, found[:PAGE]
    here: dict[str, Any] = {"endpoint_id": endpoint.id}
    counts = endpoints.counts(session, actor).get(endpoint.id, {})
    kind = endpoints.kinds(session).get(endpoint.kind)
    return page(
        "webhooks/endpoint.html", {"log": "log"}, title=endpoint.name, endpoint=endpoint, secret=secret, rows=found,
        url=f"{request.host_url.rstrip('/')}/hooks/{endpoint.key}", kind=_kind(session, endpoint), off=kind is None,
        scheme=kind.header if kind is not None and kind.verify == "hmac" else "", states=STATES, why=WHY,
        refusal=endpoints.refusal(session, endpoint), old_counts=len(receiving.secrets_of(endpoint)) > 1,
        choices=[
            {"label": label, "url": url_for("webhooks_in.show", show=word, **here), "current": word == chosen,
             "count": counts.get(name, 0) if name else None}
            for word, (label, name) in SHOWN.items()
        ],
        may_manage=allowed(session, actor, ENDPOINT_MANAGE),
        rotating=rotating or Form(RotateSchema, values={"hours": "24"}),
        older=url_for("webhooks_in.show", show=chosen, before=found[-1].id, **here) if more else "",
        crumb=[(_("Incoming webhooks"), url_for("webhooks_in.everything"))],
    )  # fmt: skip


def _kind(session: Session, endpoint: WebhookEndpoint) -> Text | str:
    kind = endpoints.kinds(session).get(endpoint.kind)
    return kind.title if kind is not None else endpoint.kind
