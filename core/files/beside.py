"""Files beside something people keep: several at once, those of before that stay, and finding one to hand out.

Whoever owns the thing decides who may read it; a file beside it belongs to its readers and has no authority of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.files import names, service, sniff
from core.files.models import QUARANTINED, REFUSED, File

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("files")

#: So many files at once, of so many bytes each: five of the largest fit into one body of a request.
MOST = 5
LARGEST = 10 * 1024 * 1024
#: What shows where a figure comes from: a page as it was seen, a paper, a table.
EVIDENCE = (*sniff.PAPERS, sniff.CSV)
#: A file as it comes: its content and its name.
Sent = tuple[BinaryIO, str]

_WHY: dict[str, Text] = {QUARANTINED: _("is checked for viruses"), REFUSED: _("refused by the virus scan")}


def take(
    session: Session, actor: Actor, sent: Sequence[Sent], *, kind: str, field: str, subject_id: int | None,
    accept: Collection[str] = sniff.PAPERS, most: int = MOST, limit: int | None = LARGEST,
) -> list[File]:
    """Keep several files for as long as what they belong to; all of them or none.

    Raises ``DomainError`` with the ``field``, and with the name of the file that is not accepted: too large, empty, of
    a kind that is not, damaged, or refused by the virus scan.
    """
    if len(sent) > most:
        raise DomainError("files.many", _("Add at most {most} files at once.", most=most), field)
    kept: list[File] = []
    with session.begin_nested():
        for stream, name in sent:
            try:
                kept.append(service.put(
                    session, actor, stream, name=name, kind=kind, keep_days=None, accept=accept, limit=limit,
                    subject_id=subject_id,
                ))  # fmt: skip
            except DomainError as error:
                why = _("{name}: {why}", name=names.safe(name), why=error.message)
                raise DomainError(error.code, why, field) from error
    return kept


def end(session: Session, numbers: Collection[int]) -> None:
    """What these files were kept for is gone: from now on they open no more, and the purge takes them, but for those
    that are held back.
    """
    for file in session.scalars(select(File).where(File.id.in_(numbers), File.expires_at.is_(None))):
        file.expires_at = clock.now()
    session.flush()


def why_not(file: File) -> Text | None:
    """Why a file cannot be opened now; None where it can."""
    return _WHY.get(file.state)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file beside something. Its number is its own: no other file gets it while this one is anywhere."""

    file: File

    @property
    def number(self) -> int:
        """By what it is asked for."""
        return self.file.id

    def shown(self, url: str) -> dict[str, Any]:
        """What ``ui.files`` shows of it: with the way to it, or why there is none."""
        why = why_not(self.file)
        return {"name": self.file.name, "size": self.file.size, "url": "" if why else url, "why": why}


@dataclass(frozen=True, slots=True)
class Beside:
    """The files of one kind of thing. ``link`` is the table of a module that says which lie beside which: ``file_id``
    and the column ``owner``.
    """

    kind: str
    link: type[Any]
    owner: str
    accept: Collection[str] = EVIDENCE

    def of(self, session: Session, owners: Collection[int]) -> dict[int, list[Kept]]:
        """The files beside things that the caller may read, the first first; one statement for all."""
        column = getattr(self.link, self.owner)
        found: dict[int, list[Kept]] = {}
        rows = session.execute(
            select(column, File).join(File, File.id == self.link.file_id)
            .where(column.in_(sorted(owners))).order_by(File.id)
        ) if owners else ()  # fmt: skip
        for owner_id, file in rows:
            found.setdefault(owner_id, []).append(Kept(file))
        return found

    def find(self, session: Session, owner_id: int, number: int) -> File:
        """A file beside a thing that the caller may read. Raises ``NotFound`` where it has none of this number."""
        file = session.scalars(
            select(File).join(self.link, self.link.file_id == File.id)
            .where(getattr(self.link, self.owner) == owner_id, File.id == number)
        ).one_or_none()
        if file is None:
            raise NotFound("files.missing", _("There is no such file here."))
        return file

    def change(
        self, session: Session, actor: Actor, owner_id: int, sent: Sequence[Sent], *, stay: Iterable[int] | None = (),
        subject_id: int | None = None, field: str = "files",
    ) -> None:
        """What lies beside a thing that is written anew: those of before that ``stay``, by number (None: all), and what
        was sent with it. The time of the others is over; the audit log keeps which they were.

        Raises ``DomainError`` with the ``field`` for more than ``MOST``, and as ``take`` does; then all is as before.
        """
        before = self.of(session, [owner_id]).get(owner_id, [])
        wanted = {one.number for one in before} if stay is None else set(stay)
        going = [one for one in before if one.number not in wanted]
        if len(before) - len(going) + len(sent) > MOST:
            raise DomainError("files.many", _("At most {most} files may lie here.", most=MOST), field)
        taken = take(session, actor, sent, kind=self.kind, field=field, subject_id=subject_id, accept=self.accept)
        ended = [one.number for one in going]
        for row in session.scalars(select(self.link).where(self.link.file_id.in_(ended))) if ended else ():
            session.delete(row)
        if ended:
            end(session, ended)
        session.add_all(self.link(**{self.owner: owner_id, "file_id": file.id}) for file in taken)
        session.flush()
