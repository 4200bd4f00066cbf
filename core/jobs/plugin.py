"""What this package contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.jobs.actions import ACTIONS
from core.jobs.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Seeing and managing the jobs of everybody."""
    return ACTIONS


@hookimpl
def register_jobs() -> Sequence[Job]:
    """Removing old job records."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """Progress of a job."""
    from core.jobs.pages import blueprint

    return [blueprint]
