"""The daily purge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.text import catalogue
from core.files.service import purge_expired
from core.jobs.context import JobContext
from core.kernel.specs import Job

_ = catalogue("files")


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the files whose time is over."""
    del args
    with context.session(write=True) as session:
        result = {"removed": purge_expired(session)}
        context.complete(session, result)
    return result


JOBS = (Job("files.purge", _("Remove files whose time is over"), purge, schedule="10 3 * * *", at_most=1),)
