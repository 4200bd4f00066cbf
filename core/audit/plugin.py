"""What the audit log contributes to the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.audit.actions import ACTIONS, RESOURCE_TYPES
from core.audit.jobs import JOBS
from core.kernel.hookspecs import hookimpl
from core.kernel.specs import ActionDef, Job, ResourceType


@hookimpl
def register_actions() -> Sequence[ActionDef]:
    """Reading the log."""
    return ACTIONS


@hookimpl
def register_resource_types() -> Sequence[ResourceType]:
    """The log is guarded like everything else."""
    return RESOURCE_TYPES


@hookimpl
def register_jobs() -> Sequence[Job]:
    """The hourly checkpoint."""
    return JOBS


@hookimpl
def register_blueprints() -> Sequence[Any]:
    """The history of a thing."""
    from core.audit.pages import blueprint

    return [blueprint]
