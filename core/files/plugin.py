"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence

from core.files import labels
from core.files.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Job

labels.attach()


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The daily purge."""
    return JOBS
