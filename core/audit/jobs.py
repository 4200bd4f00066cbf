"""The hourly checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.audit import checkpoints, sequencer
from core.base.text import catalogue
from core.kernel.specs import Job

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("audit")


def checkpoint(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give places to what waits, sign the tree when it grew, and hand the checkpoint out."""
    del args
    house = context.house
    sequencer.sequence(house)
    keys = house.database.keys
    if keys is None:
        raise RuntimeError("an installation without keys runs no jobs")
    with context.session(write=True) as session:
        sequencer.tidy(session)
        made = checkpoints.write(session, keys)
    # The file after the commit: a line that is missing is made up for by the next turn, one too many would be an alarm.
    checkpoints.publish_key(keys, house.config.instance)
    with context.session() as session:
        known = checkpoints.stored(session)
    checkpoints.hand_out(house.config.instance, known)
    result = {"entries": made.size if made is not None else None}
    with context.session(write=True) as session:
        context.complete(session, result)
    return result


JOBS = (
    Job("audit.checkpoint", _("Sign the state of the audit log"), checkpoint, schedule="7 * * * *", at_most=1),
)
