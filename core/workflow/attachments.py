"""Files beside a request: with a comment, or with the answer to a task. Who may see the run may open them.

They are kept as long as what was asked about; when that is deleted their time is over, and the purge of the night takes
them, but for those that are held back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.files import names, sniff
from core.files import service as files
from core.files.models import File
from core.workflow.models import Task
from core.workflow.processes.models import Run, RunComment, RunFile

_ = catalogue("workflow")

KIND = "workflow.attachment"
ACCEPT = sniff.PAPERS
#: So many files at once and beside one run, of so many bytes each: five of the largest fit into one body of a request.
MOST = 5
MOST_OF_RUN = 100
LARGEST = 10 * 1024 * 1024
#: A file as it comes: its content and its name.
Sent = tuple[BinaryIO, str]


@dataclass(frozen=True, slots=True)
class Attached:
    """A file beside a run."""

    row: RunFile
    file: File


def add(
    session: Session, actor: Actor, run: Run, sent: Sequence[Sent], *, comment: RunComment | None = None,
    task: Task | None = None, field: str = "files",
) -> list[RunFile]:
    """Keep files with a comment or with an answer; whoever calls has checked that the actor may see the run.

    Raises ``DomainError`` with the ``field`` and the name of the file that is not accepted: too large, of a kind that
    is not, damaged, or refused by the virus scan. Then none of them is kept.
    """
    if len(sent) > MOST:
        raise DomainError("files.many", _("Add at most {most} files at once.", most=MOST), field)
    if sent and _kept(session, run) + len(sent) > MOST_OF_RUN:
        raise DomainError("files.many", _("A request takes at most {most} files.", most=MOST_OF_RUN), field)
    rows = []
    for stream, name in sent:
        try:
            file = files.put(
                session, actor, stream, name=name, kind=KIND, keep_days=None, accept=ACCEPT, limit=LARGEST,
                subject_id=run.requester_person_id,
            )
        except DomainError as error:
            why = _("{name}: {why}", name=names.safe(name), why=error.message)
            raise DomainError(error.code, why, field) from error
        rows.append(RunFile(
            run_id=run.id, comment_id=comment.id if comment is not None else None,
            task_id=task.id if task is not None else None, file_id=file.id, person_id=actor.person_id,
            name=actor.name, added_at=clock.now(),
        ))  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


def _kept(session: Session, run: Run) -> int:
    counted = select(func.count()).select_from(RunFile).where(RunFile.run_id == run.id)
    return session.scalars(counted).one()


def of_run(session: Session, run: Run) -> list[Attached]:
    """The files beside a run, the first first."""
    rows = session.execute(
        select(RunFile, File).join(File, File.id == RunFile.file_id).where(RunFile.run_id == run.id)
        .order_by(RunFile.id)
    )
    return [Attached(row, file) for row, file in rows]


def find(session: Session, run: Run, number: int) -> File:
    """A file beside a run that the caller may see. Raises ``NotFound`` where that run has none of this number."""
    file = session.scalars(
        select(File).join(RunFile, RunFile.file_id == File.id).where(RunFile.run_id == run.id, RunFile.id == number)
    ).one_or_none()
    if file is None:
        raise NotFound("files.missing", _("There is no such file beside this request."))
    return file


def beside(session: Session, runs: Collection[int]) -> Sequence[int]:
    """The numbers of the files beside these runs."""
    statement = select(RunFile.file_id).where(RunFile.run_id.in_(sorted(runs)))
    return session.scalars(statement.order_by(RunFile.file_id)).all()


def end(session: Session, numbers: Collection[int]) -> None:
    """What these files were kept for is gone: from now on they open no more, and the purge takes them."""
    for file in session.scalars(select(File).where(File.id.in_(numbers), File.expires_at.is_(None))):
        file.expires_at = clock.now()
    session.flush()
