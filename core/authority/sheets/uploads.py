"""Documents sent by a page: looked into and read, and kept sealed until what they say is confirmed.

They are the sender's alone. Whatever happens to them, the purge of files ends them after a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.authority.actions import IMPORT
from core.authority.sheets.reading import SheetRead, Unread, read_sheets
from core.authority.sheets.word import SIZE
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound, Problem
from core.base.text import Text, catalogue
from core.files import names, service
from core.files.models import QUARANTINED, File
from core.files.sniff import DOCX

_ = catalogue("authority")

KIND = "authority.sheets"
#: At a time: documents, posts, and characters of what they say. More is read at the command line, where nothing has to
#: fit into a form.
FILES, POSTS, TEXT = 20, 50, 100_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as a form sent it."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is kept: the posts it describes, and what of its tables was not understood."""

    file: File
    sheets: Sequence[SheetRead]
    unread: Sequence[Unread]


def keep(session: Session, actor: Actor, sent: Sequence[Sent]) -> list[File]:
    """Keep documents until what they say is confirmed.

    Raises ``InputErrors`` with a sentence for each file that cannot be used; the caller's savepoint then undoes those
    that could. ``DomainError`` for none at all, or more than one page can show.
    """
    require(session, actor, IMPORT)
    if not sent:
        raise DomainError("sheets.files", _("Choose one document or several."), "file")
    if len(sent) > FILES:
        raise DomainError("sheets.files", _(
            "At most {most} documents are read at a time, and these are more. Send them in parts.", most=FILES), "file")
    kept: list[File] = []
    read: list[Document] = []
    problems: list[Problem] = []
    for one in sent:
        try:
            file = service.put(session, actor, one.stream, name=one.name, kind=KIND, accept={DOCX}, limit=SIZE)
            kept.append(file)
            # One that waits to be looked at for viruses is read after that.
            read += [_read(session, file)] if file.state != QUARANTINED else []
        except InputErrors as refused:
            problems += [_of(one.name, problem) for problem in refused.problems]
        except DomainError as refused:
            remedy = _("Save it as .docx and send that.") if refused.code == "file.type" else None
            problems.append(Problem(refused.message, column=names.safe(one.name), remedy=remedy))
    if problems:
        raise InputErrors(_(
            "{count} document cannot be used; none was kept.", "{count} documents cannot be used; none was kept.",
            count=len({problem.column for problem in problems})), problems, "sheets.files")  # fmt: skip
    _bound(read)
    return kept


def read(session: Session, actor: Actor, ids: Sequence[int]) -> list[Document]:
    """Documents that the actor sent, read again, in the order asked. Raises ``NotFound`` for any other, and
    ``DomainError`` for one whose time is over or that waits for the virus scan.
    """
    require(session, actor, IMPORT)
    found = {file.id: file for file in session.scalars(
        select(File).where(File.id.in_(ids), File.kind == KIND, File.created_by == (actor.account_id or 0))
    )}  # fmt: skip
    if not ids or set(ids) != set(found):
        raise NotFound("not_found", _("These documents are not there any more, or not yours; send them again."))
    return [_read(session, found[key]) for key in dict.fromkeys(ids)]


def drop(session: Session, documents: Sequence[Document]) -> None:
    """Remove documents whose posts were made; what they said stands in the drafts."""
    for one in documents:
        service.delete(session, one.file)


def _read(session: Session, file: File) -> Document:
    sheets, unread = read_sheets(service.read_file(session, file))
    if not sheets:
        message = _("No table of the document names a post (岗位名称).")
        raise InputErrors(message, [Problem(message, remedy=_(
            "Write 岗位名称 into a cell and the name of the post into the cell beside or below it."))])  # fmt: skip
    return Document(file, sheets, unread)


def _bound(documents: Sequence[Document]) -> None:
    """Refuse more than one page can show."""
    sheets = [sheet for one in documents for sheet in one.sheets]
    text = sum(
        len(sheet.requirements) + sum(len(duty.text) + len(duty.standard) for duty in sheet.duties) for sheet in sheets
    )
    told: Text | None = None
    if len(sheets) > POSTS:
        told = _("At most {most} posts are checked at a time, and the documents describe more. Send them in parts.",
                 most=POSTS)
    elif text > TEXT:
        told = _("The documents say more than can be checked at a time. Send them in parts.")
    if told is not None:
        raise DomainError("sheets.posts", told, "file")


def _of(name: str, problem: Problem) -> Problem:
    return Problem(problem.message, problem.row, names.safe(name), problem.value, problem.remedy)
