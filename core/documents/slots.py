"""What documents add to the pages of others: the card on a person's file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from core.access.calls import allowed
from core.base.actor import Actor
from core.base.text import Text, catalogue
from core.documents.actions import CHANGE, READ
from core.documents.services import lists
from core.kernel.specs import Fragment, Slot

_ = catalogue("documents")

SOON = 60


def of_person(session: Session, actor: Actor, *, person_id: int, day: date) -> Fragment | None:
    """The documents of a person that the reader may see, and the way to add one."""
    del day
    rows = lists.of_thing(session, actor, "person", person_id)
    may_add = actor.person_id != person_id and allowed(session, actor, CHANGE)  # the form asks about this person
    if not rows and not may_add and actor.person_id != person_id:
        return None
    return Fragment("documents/card.html", {
        "rows": [shown(row) for row in rows],
        "add_url": url_for("documents.new", entity="person", entity_id=person_id) if may_add else "",
    })  # fmt: skip


def shown(row: lists.Row) -> dict[str, Any]:
    """A document as the table of a card shows it."""
    document = row.document
    text, kind = expiry(row.days_left)
    return {
        "title": row.kind.title, "url": url_for("documents.show", document_id=document.id), "document": document,
        "chip": text, "chip_kind": kind, "versions": row.versions, "name": row.name, "number": row.number,
    }


def expiry(left: int | None) -> tuple[Text | None, str]:
    """What the chip of an end says, and its colour."""
    if left is None:
        return None, ""
    if left < 0:
        return _("Ended"), "bad"
    if left == 0:
        return _("Ends today"), "bad"
    if left <= SOON:
        return _("{count} day left", "{count} days left", count=left), "warn"
    return _("Valid"), "ok"


SLOTS = (Slot("org.person", "documents", of_person, order=50, action=READ),)
