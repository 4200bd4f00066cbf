"""The list of documents as a workbook that can be imported again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.text import catalogue
from core.documents.exchange import SHEET
from core.documents.services import lists
from core.exchange.export import Heading, headings_of, to_xlsx

_ = catalogue("documents")


def workbook(session: Session, actor: Actor, show: lists.Show, kind: str = "") -> bytes:
    """The rows of a list, numbers as lists show them. ``Denied`` without ``documents.document:export``."""
    headings = [
        Heading(_("Name")), *headings_of(SHEET, ("number", "kind")), Heading(_("Number as shown")),
        *headings_of(SHEET, ("issued_on", "expires_on", "note")), Heading(_("Days left"), "int"),
    ]
    rows = (
        (row.name, row.number, str(row.kind.title), row.document.number_shown, row.document.issued_on,
         row.document.expires_on, row.document.note, row.days_left)
        for row in lists.export(session, actor, show=show, kind=kind)
    )
    return to_xlsx(headings, rows, title=_("Documents"))
