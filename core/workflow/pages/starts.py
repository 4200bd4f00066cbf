"""How a process starts, in words, and what of it waits or has started by itself lately."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.workflow import starting
from core.workflow.designing import due, versions
from core.workflow.processes.models import BEGUN, PUBLISHED, ProcessVersion
from core.workflow.processes.triggers import Trigger

_ = catalogue("workflow")


def words(session: Session, trigger: Trigger | None) -> list[Text | str]:
    """How a process starts, for its page and the list of processes."""
    if trigger is None:
        return [_("Starts when it is handed in")]
    if trigger.timed:
        said = _("Starts {when}", when=trigger.recurrence.words)
        return [said, _("in the name of the post {post}", post=trigger.post)]
    event = due.event_of(session, trigger)
    found: list[Text | str] = [_("Starts when: {event}", event=event.title if event is not None else trigger.event)]
    if trigger.process:
        found.append(str(_title_of(session, trigger.process)))
    if trigger.when:
        found.append(_("only when {formula}", formula=trigger.when))
    return [*found, _("in the name of the post {post}", post=trigger.post)]


def _title_of(session: Session, process: str) -> Any:
    statement = select(ProcessVersion).where(ProcessVersion.process == process, ProcessVersion.state == PUBLISHED)
    found = session.scalars(statement).one_or_none()
    return (versions.definition_of(found).title if found is not None else None) or process


def rows(session: Session, process: str) -> list[dict[str, Any]]:
    """What waits to start, the oldest first, and what has started lately."""
    found = [*starting.waiting_of(session, process), *starting.latest_of(session, process)]
    return [{"id": row.id, "at": row.due_at, "why": from_json(row.why), "begun": row.state == BEGUN,
             "request": row.submission_id} for row in found]  # fmt: skip
