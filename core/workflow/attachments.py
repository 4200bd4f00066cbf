"""Files beside a request: with a comment, or with the answer to a task. Who may see the run may open them.

They are kept as long as what was asked about; when that is deleted their time is over, and the purge of the night takes
them, but for those that are held back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.files import sniff
from core.files.beside import LARGEST, MOST, Sent, end, take
from core.files.models import File
from core.workflow.models import Task
from core.workflow.processes.models import Run, RunComment, RunFile

_ = catalogue("workflow")

__all__ = ["ACCEPT", "LARGEST", "MOST", "Attached", "Sent", "add", "beside", "end", "find", "of_run"]

KIND = "workflow.attachment"
ACCEPT = sniff.PAPERS
#: So many files lie beside one run.
MOST_OF_RUN = 100


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
    if sent and _kept(session, run) + len(sent) > MOST_OF_RUN:
        raise DomainError("files.many", _("A request takes at most {most} files.", most=MOST_OF_RUN), field)
    taken = take(
        session, actor, sent, kind=KIND, field=field, subject_id=run.requester_person_id, accept=ACCEPT, most=MOST,
        limit=LARGEST,
    )  # fmt: skip
    rows = [RunFile(
        run_id=run.id, comment_id=comment.id if comment is not None else None,
        task_id=task.id if task is not None else None, file_id=file.id, person_id=actor.person_id, name=actor.name,
        added_at=clock.now(),
    ) for file in taken]  # fmt: skip
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
