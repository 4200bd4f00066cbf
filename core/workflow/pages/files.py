"""Opening a file beside a request: for whoever sees the request."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from core.access.declare import signed_in
from core.base.actor import Actor
from core.files import links
from core.web.pages import redirect_to
from core.workflow import attachments, reading
from core.workflow.pages.desk import blueprint


@blueprint.get("/<id:task_id>/files/<id:number>")
@signed_in
def file(session: Session, actor: Actor, task_id: int, number: int) -> Response:
    """Leads on to the content by a link of a few minutes; who opens it is recorded there."""
    shown = reading.show(session, actor, task_id)
    found = attachments.find(session, shown.run, number)
    return redirect_to(links.path_of(session, actor, found, inline=True))
