"""Removing what was told long ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists

from core.base import clock
from core.base.text import catalogue
from core.events.models import FAILED, PENDING, Delivery, EventRow
from core.kernel.specs import Job

if TYPE_CHECKING:
    from core.jobs.context import JobContext

_ = catalogue("events")

#: How long events are kept that reached everybody.
KEEP = timedelta(days=180)


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the events that are old and reached everybody."""
    del args
    open_still = exists().where(Delivery.event_id == EventRow.id, Delivery.state.in_((PENDING, FAILED)))
    with context.session(write=True) as session:
        gone = session.execute(delete(EventRow).where(EventRow.at < clock.now() - KEEP, ~open_still))
        result = {"removed": gone.rowcount}  # type: ignore[attr-defined]
        context.complete(session, result)
    return result


JOBS = (Job("events.purge", _("Remove old events"), purge, schedule="30 3 * * *", at_most=1),)
