"""What a view for people returns: a page, or the way to the next one.

    return page("payroll/run.html", {"slips": "slips_table"}, run=run, slips=slips, title=run.title)
    return redirect_to("payroll.run", run_id=run.id)

One route serves the whole page and its parts: a partial request of htmx gets the block of the fragment it asks for,
else block ``main``; everything else gets the whole page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

import flask
from flask import Response, current_app, request, url_for

from core.base.actor import Actor
from core.base.text import Text
from core.web import frame, rendering, visit
from core.web.converters import LARGEST_ID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

VARY = "HX-Request, HX-Request-Type, HX-Target"
MAIN = "main"


@dataclass(slots=True)
class Page:
    """A page not yet rendered. ``fragments`` maps the ids of elements to the blocks that fill them; ``headers`` are
    those in which the answer differs from all others.
    """

    template: str
    fragments: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def page(
    template: str,
    fragments: Mapping[str, str] | None = None,
    *,
    slots: Mapping[str, Sequence[Any]] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Page:
    """A page for people. ``values`` is all the template sees beside the frame; it cannot ask the database.

    ``slots={"org.panel": fill(session, actor, "org.panel", unit=unit)}`` is what ``slot("org.panel")`` shows.
    """
    return Page(template, fragments or {}, slots or {}, values, status, headers or {})


def block_for(wanted: Page) -> str | None:
    """The block a request asks for, or None for the whole page."""
    if request.headers.get("HX-Request-Type") != "partial":
        return None
    _element, _hash, target = request.headers.get("HX-Target", "").partition("#")
    return wanted.fragments.get(unquote(target), MAIN)


def respond(session: Session, actor: Actor, answer: Any) -> Response:
    """The response of whatever a view returned; pages are rendered with the session closed to queries."""
    if not isinstance(answer, Page):
        response = current_app.make_response(answer)
        response.vary.update(VARY.split(", "))
        return response
    if request.method not in visit.READING:
        session.flush()
    block = block_for(answer)
    values = {
        **frame.values(session, actor, whole=block is None), **answer.values,
    }
    values["slots"] = {**values["slots"], **answer.slots}
    with rendering.closed(session):
        html = rendering.render(answer.template, values, block=block)
    response = Response(html, status=answer.status, headers=dict(answer.headers), mimetype="text/html")
    response.vary.update(VARY.split(", "))
    return response


def redirect_to(target: str, **values: Any) -> Response:
    """Send the reader on: 303, or ``HX-Location`` for htmx.

    ``target`` is an endpoint with its ``values``, or a path of this site that begins with ``/``.
    """
    path = local_path(target) if target.startswith("/") else url_for(target, **values)
    if path is None:
        raise ValueError(f"{target!r} is not a path of this site")
    if visit.current().htmx:
        return Response(status=200, headers={"HX-Location": json.dumps({"path": path, "target": "body"})})
    return flask.redirect(path, 303)  # type: ignore[return-value]


def local_path(url: str | None, default: str | None = None) -> str | None:
    """A path of this site that came from outside (``next``), or the default when it leads anywhere else."""
    if not url or not url.startswith("/") or url.startswith(("//", "/\\")) or any(ord(c) < 32 for c in url):
        return default
    parts = urlsplit(url)
    return url if not parts.scheme and not parts.netloc and "\\" not in url else default


def asked_id(name: str) -> int | None:
    """The id that the address tells under a name (``?before=17``); None where there is none: a wrong address asks for
    nothing, and no number reaches the database that it cannot hold.
    """
    value = request.args.get(name, type=int)
    return value if value is not None and 0 < value <= LARGEST_ID else None


def flash(message: Text | str, kind: Literal["ok", "info", "warn", "bad"] = "ok") -> None:
    """A short message on the next page, in the language of this one."""
    flask.flash(str(message), kind)
