"""Whatever goes wrong, told calmly in the reader's language: a page for people, problem+json (RFC 9457) for programs.

No stack trace ever leaves the house; the log has it, under the request id that the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, current_app, jsonify, request
from flask_wtf.csrf import CSRFError
from markupsafe import Markup, escape
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from core.access.decision import Denied
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound
from core.base.text import Text, catalogue, listed
from core.schemas.messages import flat_messages
from core.web import frame, gate, ports, rendering, visit
from core.web.pages import VARY, block_for, page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_ = catalogue("web")
log = structlog.get_logger("remit.web")

#: Status: what it is called, and what there is to do.
WORDS: dict[int, tuple[Text, Text]] = {
    400: (_("This request cannot be understood"), _("Go back and try again.")),
    401: (_("Sign in first"), _("This is only for people who have signed in.")),
    403: (_("You may not do this"), _("Ask whoever keeps the authority list of your unit.")),
    404: (_("There is nothing here"), _("The address is wrong, or what it leads to is not yours to see.")),
    405: (_("This does not work here"), _("Go back and try again.")),
    409: (_("Somebody else was faster"), _("Load the page again, look at what changed, then repeat your change.")),
    412: (_("Somebody else was faster"), _("Load the page again, look at what changed, then repeat your change.")),
    413: (_("The file is too large"), _("Send a smaller file, or several one after the other.")),
    415: (_("This format is not understood"), _("Send the data in the format that is described.")),
    422: (_("Something is not right yet"), _("Correct what is named below and send it again.")),
    428: (_("Say which version you changed"), _("Send the ETag you read in the header If-Match.")),
    429: (_("Too many attempts"), _("Wait a little, then try again.")),
    500: (
        _("Something went wrong on our side"),
        _("Nothing was changed. Try again; if it stays, pass on the number below."),
    ),
    503: (_("Remit is not ready"), _("Try again in a moment.")),
}
EXPIRED = _("The page had been open for too long. Load it again and repeat your input.")


@dataclass(slots=True)
class Trouble:
    """One failure, ready to be told. ``facts`` are (label, value) pairs that say why; ``errors`` belong to fields."""

    status: int
    code: str
    message: Text | str = ""
    facts: Sequence[tuple[Text | str, Text | str]] = ()
    errors: Mapping[str, Sequence[Text | str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(WORDS[self.status][0] if self.status in WORDS else WORDS[500 if self.status >= 500 else 400][0])

    @property
    def remedy(self) -> str:
        """What there is to do."""
        return str(WORDS[self.status][1] if self.status in WORDS else WORDS[500 if self.status >= 500 else 400][1])


# -- from exceptions ---------------------------------------------------------------------------------------------------


def of_domain(error: DomainError, actor: Actor | None = None) -> Trouble:
    """A refusal of the business: 404, 403 with its reasons, else 422."""
    if isinstance(error, NotFound):
        return Trouble(404, error.code, error.message)
    if isinstance(error, Denied):
        return Trouble(403, error.code, error.message, facts=_why(error, actor))
    if isinstance(error, InputErrors):
        rows = [problem.sentence() for problem in error.problems]
        return Trouble(422, error.code, error.message, errors={"": rows})
    errors = {error.field: [error.message]} if error.field else {}
    return Trouble(422, error.code, error.message, errors=errors)


class _Cited(str):
    """The citation of an entry; on a page it leads to the entry."""

    url: str | None

    def __new__(cls, entry: str, version: int | None) -> _Cited:
        made = super().__new__(cls, entry)
        made.url = ports.link("authority.entry", code=entry, version=version)
        return made

    def __html__(self) -> str:
        return Markup('<a href="{}">{}</a>').format(self.url, str(self)) if self.url else escape(str(self))


def _why(error: Denied, actor: Actor | None) -> list[tuple[Text | str, Text | str]]:
    decision = error.decision
    definition = ports.of().house.registry.actions.get(decision.action)
    facts: list[tuple[Text | str, Text | str]] = [(_("Action"), definition.title if definition else decision.action)]
    if actor is not None and actor.name:
        facts.append((_("Signed in as"), actor.name))
    if decision.entry:
        facts.append((_("Entry"), _Cited(decision.entry, decision.list_version)))
    if decision.list_version is not None:
        facts.append((_("Version of the list"), str(decision.list_version)))
    if decision.held_by:
        facts.append((_("Posts that may"), listed(decision.held_by)))
    facts.append((_("Code"), decision.code))
    return facts


def of_http(error: HTTPException) -> Trouble:
    """A failure of the protocol, or of flask-smorest reading a body."""
    status = error.code or 500
    if isinstance(error, CSRFError):
        return Trouble(400, "csrf", EXPIRED)
    data: Mapping[str, Any] = getattr(error, "data", None) or {}
    errors: dict[str, Sequence[Text | str]] = {}
    for place in (data.get("messages") or {}).values():
        errors.update(flat_messages(place))
    headers = {k: v for k, v in error.get_headers() if k.lower() in ("allow", "retry-after")}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="remit"'
    name = (error.name or "error").lower().replace(" ", "_")
    return Trouble(status, name, str(data.get("message", "")), errors=errors, headers=headers)


# -- to responses ------------------------------------------------------------------------------------------------------


def problem(trouble: Trouble) -> Response:
    """RFC 9457 problem details."""
    here = visit.current()
    body: dict[str, Any] = {
        "type": f"urn:remit:problem:{trouble.code}",
        "title": trouble.title,
        "status": trouble.status,
        "detail": str(trouble.message or trouble.remedy),
        "instance": f"urn:remit:request:{here.request_id}",
        "code": trouble.code,
    }
    if trouble.errors:
        body["errors"] = {name: [str(text) for text in texts] for name, texts in trouble.errors.items()}
    if trouble.facts and trouble.status == 403:
        body["facts"] = [{"name": str(name), "value": str(value)} for name, value in trouble.facts]
    response = jsonify(body)
    response.status_code = trouble.status
    response.mimetype = "application/problem+json"
    return response


def error_page(trouble: Trouble) -> Response:
    """The error as a page with the reader's menu, or without one where the database or the menu itself fails."""
    here = visit.current()
    if trouble.status < 500:
        try:
            session = here.begin(write=False)
            try:
                return _rendered(trouble, session, here.actor or Actor.anonymous())
            finally:
                here.abandon()
        except Exception:
            log.exception("the error page could not have its menu")
    try:
        return _rendered(trouble, None, Actor.anonymous(here.preferences.locale, here.request_id))
    except Exception:
        log.exception("the error page failed itself")
        text = f"{trouble.title}\n{trouble.remedy}\n{here.request_id}\n"
        return Response(text, status=trouble.status, mimetype="text/plain")


def _rendered(trouble: Trouble, session: Session | None, actor: Actor) -> Response:
    # The words are chosen here, once it is known who reads them.
    shown = page(
        _template(trouble.status), status=trouble.status,
        title=trouble.title, message=str(trouble.message), remedy=trouble.remedy, facts=list(trouble.facts),
        errors=[str(text) for texts in trouble.errors.values() for text in texts],
        error_status=trouble.status, request_id=visit.current().request_id,
    )
    block = block_for(shown)
    values = {**frame.values(session, actor, whole=block is None), **shown.values}
    html = rendering.render(shown.template, values, block=block)
    response = Response(html, status=shown.status, mimetype="text/html")
    response.vary.update(VARY.split(", "))
    return response


def _template(status: int) -> str:
    own = f"errors/{status}.html"
    found = current_app.jinja_env.select_template([own, "errors/error.html"])
    return found.name or own


def tell(trouble: Trouble) -> Response:
    """The response for one failure, in the form its reader understands."""
    response = problem(trouble) if request.path.startswith(visit.API_PREFIX) else error_page(trouble)
    response.headers.update(trouble.headers)
    return response


def _keep(error: Denied, here: visit.Visit) -> None:
    """Have a refused change kept. That this fails is logged; the reader is told of the refusal all the same."""
    here.abandon(error)
    keep = ports.of().ports.refused
    if keep is None or here.actor is None or request.method in visit.READING:
        return
    try:
        keep(here.actor, error.decision)
    except Exception:
        log.exception("a refusal could not be kept", request_id=here.request_id)


def setup(app: Flask) -> None:
    """Register the handlers; they are the only ones of the app."""

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Response:
        here = visit.current()
        if isinstance(error, Denied) and error.decision.code == "NOT_SIGNED_IN":
            try:
                return gate.to_sign_in(here)
            except HTTPException as unauthorized:
                return tell(of_http(unauthorized))
        if isinstance(error, Denied):
            _keep(error, here)
        return tell(of_domain(error, here.actor))

    @app.errorhandler(ValidationError)
    def invalid(error: ValidationError) -> Response:
        return tell(Trouble(422, "invalid", errors=flat_messages(error.messages)))

    @app.errorhandler(HTTPException)
    def protocol(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error  # a redirect of the router
        return tell(of_http(error))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        visit.current().abandon(error)
        log.error("request failed", rule=str(request.url_rule), request_id=visit.current().request_id, exc_info=error)
        return tell(Trouble(500, "internal"))
