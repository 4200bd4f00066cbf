"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.exchange.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import Job


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Importing an upload in the background."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The pages for importing."""
    from core.exchange.pages import blueprint

    return [blueprint]
