"""The state of the audit log, told every morning to whoever may read all of it.

A checkpoint in somebody's mailbox is out of reach of whoever owns the machine. It is told also where the log did not
grow: a morning without a mail is a sign in itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.audit import checkpoints
from core.audit.actions import READ
from core.audit.models import AuditEntry
from core.authority.routing import who_can
from core.base.text import catalogue
from core.events.outbox import emit
from core.kernel.events import Event
from core.kernel.specs import Job, Message, Notification, Recipients

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("admin")


@dataclass(frozen=True, slots=True)
class CheckpointTold(Event):
    """What the audit log was when its state was last signed: so many entries, this root."""

    name = "admin.checkpoint_told"
    title = _("State of the audit log told")
    thing = "audit_checkpoint"
    about = "size"

    size: int
    root: str
    at: str
    key_id: str
    signature: str


def _readers(session: Session, event: CheckpointTold) -> Recipients:
    """Whose list gives the whole log: an entry about nobody in particular is no one's own."""
    del event
    return Recipients(persons=sorted({
        step.person_id for step in who_can(session, READ, AuditEntry()) if step.person_id is not None
    }))  # fmt: skip


def _message(session: Session, event: CheckpointTold) -> Message:
    del session
    line = checkpoints.Checkpoint(event.size, event.root, event.at, event.key_id, event.signature).line()
    return Message(
        _("State of the audit log: {size} entries", size=event.size),
        (
            _("Keep this mail. With the line below in a file, “remit audit verify --from-checkpoint FILE” shows "
              "whether the log was rewritten since."),
            _("{line}", line=line),
        ),
    )  # fmt: skip


def tell(session: Session) -> int | None:
    """Tell the last checkpoint in the caller's transaction; its number of entries, None before the first one."""
    found = checkpoints.latest(session)
    if found is None:
        return None
    emit(session, CheckpointTold(found.size, found.root, found.at, found.key_id, found.signature))
    return found.size


def _run(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    del args
    with context.session(write=True) as session:
        result = {"entries": tell(session)}
        context.complete(session, result)
    return result


JOBS = (Job("admin.checkpoint", _("Tell the state of the audit log"), _run, schedule="20 7 * * *", at_most=1),)
EVENTS: tuple[type[Event], ...] = (CheckpointTold,)
NOTIFICATIONS = (
    Notification(
        "admin.checkpoint", _("State of the audit log"), _("Administration"), channels=("mail",), digestible=False,
        on=CheckpointTold.name, to=_readers, tell=_message,
    ),
)
