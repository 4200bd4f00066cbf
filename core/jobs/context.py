"""What a running job is handed: sessions, progress, a log, the end of its work inside its own transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.orm import Session

from core.base.text import Text
from core.jobs import endings, groups
from core.jobs.claims import Claim
from core.jobs.joblog import JobLog
from core.jobs.models import DONE, JobRow
from core.jobs.progress import Progress, ProgressStore

if TYPE_CHECKING:
    from core.kernel.house import House

#: Progress is written at most this often, in seconds.
WRITE_EVERY = 0.5

#: How services report: done, total (None while unknown), one line about it.
Report = Callable[[int, int | None, "Text | str"], None]


class Stopping(Protocol):
    """Says whether the process is ending: an event of threads, or a flag that processes share."""

    def is_set(self) -> bool:
        """Whether it is."""


class JobCancelled(Exception):
    """Raised inside a job by its report of progress when somebody called it off."""


class JobStopped(Exception):
    """Raised inside a job by its report of progress when the process is ending; the job is queued again."""


class JobLost(Exception):
    """The job was given up for dead and belongs to another worker now; this one must not commit."""


class JobContext:
    """The working place of one job.

    Compute and check first, reporting progress; then write everything in one ``session(write=True)`` and call
    ``complete`` in it, so that the work and its record commit together.
    """

    def __init__(self, house: House, claim: Claim, store: ProgressStore, stopping: Stopping) -> None:
        self.house = house
        self.job_id = claim.job_id
        self.actor = claim.actor
        self.tries = claim.tries
        self.completed = False
        self.last = Progress()
        self.lines = JobLog()
        self._claim = claim
        self._store = store
        self._stopping = stopping
        self._written_at = 0.0

    @contextmanager
    def session(self, *, write: bool = False) -> Iterator[Session]:
        """A session in the name of whoever asked for the job."""
        with self.house.session(self.actor, write=write) as session:
            yield session

    def progress(self, done: int, total: int | None, message: Text | str = "") -> None:
        """Report how far the job is; written at most twice a second and outside its transaction.

        Raises ``JobCancelled`` or ``JobStopped`` when the job is to end; let them pass.
        """
        self.last = Progress(done, total, message)
        if self.completed:
            return
        if self._stopping.is_set():
            raise JobStopped
        now = time.monotonic()
        if now - self._written_at < WRITE_EVERY:
            return
        self._written_at = now
        self._store.write(self.job_id, self.last, self.lines.stored())
        if self.house.database.in_memory:
            return  # a reader would wait for this job's own writing session there
        with self.house.database.session() as session:
            row = session.get(JobRow, self.job_id)
            if row is not None and row.cancel_asked:
                raise JobCancelled

    def log(self, line: Text | str) -> None:
        """Keep a line for whoever looks at the job: what was left out, what was odd. Nothing personal, nothing secret.

        The first and the last lines are kept, long ones are cut; they are written with the progress and at the end.
        """
        self.lines.add(line)

    def parts(self, session: Session) -> list[Mapping[str, Any]]:
        """The results of the parts of this group, in their order; for the end that joins them."""
        return groups.results(session, self.job_id)

    def complete(self, session: Session, result: Mapping[str, Any] | None = None) -> None:
        """Mark the job done in the transaction of its work. Raises ``JobLost`` when it is no longer this worker's."""
        values = {
            "state": DONE, "result": dict(result) if result is not None else None,
            "progress_done": self.last.total or self.last.done, "progress_total": self.last.total,
            "log": self.lines.stored(),
        }
        if not endings.record(session, self._claim, values):
            raise JobLost
        self.completed = True
