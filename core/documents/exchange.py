"""Importing numbers and ends of documents: a row a document, found by employee number and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import LOCALES, Text, catalogue
from core.db.guard import system
from core.documents.actions import IMPORT
from core.documents.kinds import kinds
from core.documents.models import Document
from core.documents.services import keeping
from core.exchange.changes import Changes
from core.exchange.check import Checked
from core.exchange.columns import Column, Sheet, normal
from core.exchange.importing import Exchange, Plan
from core.jobs.context import Report
from core.kernel.specs import DocumentKind
from core.org.models import Employment, Person

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("documents")

SHEET = Sheet(
    "documents",
    (
        Column("number", _("Employee number"), "code", required=True, aliases=("工号", "员工编号", "employee no")),
        Column("kind", _("Kind of document"), required=True,
               aliases=("证照类型", "证件类型", "材料类型", "document type", "kind"), max_length=80),
        Column("document_number", _("Document number"), "code", personal=True, max_length=80,
               aliases=("证照编号", "证件编号", "证书编号", "合同编号", "document no")),
        Column("issued_on", _("Issued on"), "date",
               aliases=("签发日期", "发证日期", "签订日期", "起始日期", "issue date")),
        Column("expires_on", _("Valid until"), "date",
               aliases=("有效期至", "到期日期", "截止日期", "失效日期", "expiry date")),
        Column("note", _("Note"), aliases=("备注", "remark"), max_length=1000),
    ),
    key=("number", "kind"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row of the file means."""

    position: int
    person: int
    kind: DocumentKind
    document: int | None
    number: str | None
    issued_on: date | None
    expires_on: date | None
    note: str


def plan(session: Session, actor: Actor, checked: Checked) -> Plan:
    """Compare with the newest document of the kind of each person."""
    del actor
    found = Plan(data=[])
    checked = checked.good()
    known = _words(session)
    with system(session, "documents are compared with a file"):
        people = dict(session.execute(
            select(Employment.number, Employment.person_id)
            .where(Employment.number.in_(set(checked.columns["number"])))
        ).all())  # fmt: skip
        stored: dict[tuple[int, str], Document] = {}
        statement = select(Document).where(Document.person_id.in_(set(people.values()))).order_by(
            Document.expires_on.is_(None), Document.expires_on, Document.id)
        for document in session.scalars(statement):
            stored[document.person_id or 0, document.kind] = document
    for position, number in enumerate(checked.columns["number"]):
        kind = known.get(normal(checked.columns["kind"][position]))
        person = people.get(number)
        if person is None:
            found.problems.append(checked.at(
                position, "number", _("There is no employee {number}.", number=number), value=number))
        if kind is None:
            found.problems.append(checked.at(
                position, "kind", _("There is no such kind of document for people."),
                value=checked.columns["kind"][position]))
        if person is not None and kind is not None:
            _compare(checked, position, person, kind, stored.get((person, kind.name)), found)
    return found


def _compare(
    checked: Checked, position: int, person: int, kind: DocumentKind, old: Document | None, found: Plan
) -> None:
    told = {name: checked.columns[name][position] for name in ("document_number", "issued_on", "expires_on", "note")}
    number = told["document_number"]
    if number and kind.check is not None:
        try:
            kind.check(number)
        except DomainError as wrong:
            found.problems.append(checked.at(position, "document_number", cast(Text, wrong.message)))
            return
    issued, expires = told["issued_on"], told["expires_on"] if kind.expires else None
    if issued is not None and expires is not None and expires < issued:
        found.problems.append(checked.at(position, "expires_on", _("It cannot end before it was issued.")))
        return
    row = _Row(position, person, kind, old.id if old else None, number, issued, expires, told["note"] or "")
    if old is None:
        found.new += 1
    elif _same(old, row):
        found.unchanged += 1
        return
    else:
        found.changed += 1
    found.data.append(row)


def _same(old: Document, row: _Row) -> bool:
    """An empty cell leaves what is stored."""
    return (
        (not row.number or row.number.strip() == old.number)
        and row.issued_on in (None, old.issued_on) and row.expires_on in (None, old.expires_on)
        and (not row.note or row.note == old.note)
    )


def _words(session: Session) -> dict[str, DocumentKind]:
    """Kinds of people by everything a file may call them."""
    found = {}
    for kind in kinds(session).values():
        if kind.entity == "person":
            for words in (kind.name, *(kind.title.render(locale) for locale in LOCALES)):
                found[normal(words)] = kind
    return found


def apply(session: Session, actor: Actor, planned: Plan, changes: Changes, report: Report) -> None:
    """Write the rows one by one, by the services, which check each number once more."""
    del changes  # watches what the services write
    rows: list[_Row] = planned.data
    with system(session, "documents come from a file"):
        people = {one.id: one for one in session.scalars(
            select(Person).where(Person.id.in_({row.person for row in rows})))}
        for done, row in enumerate(rows):
            values: dict[str, Any] = {"number": row.number, "issued_on": row.issued_on, "expires_on": row.expires_on,
                                      "note": row.note}
            if row.document is None:
                keeping.write_new(session, actor, row.kind, people[row.person], **values)
            else:
                old = session.get_one(Document, row.document)
                values["issued_on"] = row.issued_on or old.issued_on
                values["expires_on"] = row.expires_on or old.expires_on
                values["note"] = row.note or old.note
                keeping.write(session, actor, old, row.kind, **values)
            report(done + 1, len(rows), _("Writing"))
        session.flush()


EXCHANGES = (Exchange("documents", _("Documents of people"), SHEET, IMPORT, plan, apply),)
