"""How mails fare: for who looks after the installation."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.access.declare import access
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.notify import addresses
from core.notify import mails as service
from core.notify.actions import MANAGE, READ
from core.notify.models import BOUNCED, DONE, DROPPED, FAILED, HANDING, UNSENT, WAITING
from core.notify.pages.blueprint import blueprint
from core.notify.people import addressees
from core.web.pages import Page, flash, page, redirect_to

_ = catalogue("notify")

STATES: dict[str, tuple[Text, str]] = {
    DONE: (_("Handed over"), "ok"), WAITING: (_("Waiting"), ""), HANDING: (_("Being handed over"), "info"),
    BOUNCED: (_("Refused by the address"), "bad"), FAILED: (_("Given up"), "bad"), UNSENT: (_("Not sent"), "warn"),
    DROPPED: (_("No longer wanted"), ""),
}  # fmt: skip


@blueprint.get("/admin/mails")
@access(READ)
def mails(session: Session, actor: Actor) -> Page:
    """The server, what did not arrive, and the addresses that take nothing."""
    found = service.overview(session, actor)
    accounts = {row.account_id for row in found.troubled} | {row.account_id for row in found.bounces}
    people = addressees(session, accounts)
    names = {account_id: one.name for account_id, one in people.items()}
    kinds = of(session).registry.notifications()
    return page(
        "notify/mails.html", title=_("Mails"), found=found, may_manage=allowed(session, actor, MANAGE),
        counts=[(STATES[state][0], found.counts.get(state, 0)) for state in STATES if found.counts.get(state)],
        troubled=[_line(row, names, kinds) for row in found.troubled],
        bounces=[{"row": row, "who": names.get(row.account_id, "")} for row in found.bounces],
    )


@blueprint.post("/admin/mails/test")
@access(MANAGE)
def test(session: Session, actor: Actor) -> Response:
    """Send a mail to oneself."""
    require(session, actor, MANAGE)
    row = service.ask_for_test(session, actor)
    session.flush()
    return redirect_to("jobs.show", job_id=row.id)


@blueprint.post("/admin/mails/<id:bounce_id>/confirm")
@access(MANAGE)
def confirm(session: Session, actor: Actor, bounce_id: int) -> Response:
    """Send to an address again."""
    addresses.confirm(session, actor, bounce_id)
    flash(_("It is sent there again."))
    return redirect_to("notify.mails")


def _line(row: Any, names: dict[int, str], kinds: dict[str, Any]) -> dict[str, Any]:
    kind = kinds.get(row.kind)
    word, tone = STATES[row.state]
    return {
        "row": row, "who": names.get(row.account_id, ""), "title": kind.title if kind else row.kind, "state": word,
        "tone": tone, "error": row.failure,
    }
