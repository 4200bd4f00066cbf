"""Who was told of a run and may read it since: whom a step copies it to, and whom a comment mentions."""

from __future__ import annotations

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core.base import clock
from core.events.outbox import emit
from core.workflow.events import ProcessCopied
from core.workflow.processes.models import Run, RunReader

COPIED, MENTIONED = "copied", "mentioned"


def let_read(session: Session, run: Run, person_id: int, why: str) -> None:
    """Let somebody read a run and tell him of it; whoever was told of it before is told only where he is named."""
    known = select(RunReader).where(RunReader.run_id == run.id, RunReader.person_id == person_id)
    row = session.scalars(known).one_or_none()
    if row is None:
        session.add(RunReader(run_id=run.id, person_id=person_id, why=why, at=clock.now()))
    elif why == COPIED:
        return
    session.flush()
    emit(session, ProcessCopied(run.id, person_id, why))


def may_read(session: Session, run: Run, person_id: int | None) -> bool:
    """Whether somebody was told of a run."""
    if person_id is None:
        return False
    found = select(RunReader.run_id).where(RunReader.run_id == run.id, RunReader.person_id == person_id)
    return session.scalar(found) is not None


def told(person_id: int) -> Select[int]:
    """The ids of the runs that somebody was told of."""
    return select(RunReader.run_id).where(RunReader.person_id == person_id)


def has_read(session: Session, run: Run, person_id: int) -> None:
    """Note that somebody has looked at a run he was told of."""
    session.execute(
        update(RunReader)
        .where(RunReader.run_id == run.id, RunReader.person_id == person_id, RunReader.read_at.is_(None))
        .values(read_at=clock.now()), execution_options={"synchronize_session": False},
    )
