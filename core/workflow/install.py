"""Watching what was asked about: a record that changes takes its approval with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core.kernel.house import UPKEEP, House
from core.workflow import records, routes, tasks
from core.workflow.digest import digest
from core.workflow.models import APPROVED, OPEN, Task

if TYPE_CHECKING:
    from core.kernel.specs import ResourceType


def install(house: House) -> None:
    """Look at every flush for records that tasks are about, and every few seconds for tasks that are to be routed."""
    watched = {one.model: one for one in house.registry.resource_types.values() if one.material}

    def watch(session: Session) -> None:
        for obj in session.dirty:
            resource = watched.get(type(obj))
            if resource is not None and _says_otherwise(resource, obj):
                _changed(session, resource, obj)

    house.database.guard.flush_checks.append(watch)
    house.session_info.setdefault(UPKEEP, []).append(routes.refresh)


def _says_otherwise(resource: ResourceType, obj: Any) -> bool:
    attributes = inspect(obj).attrs
    return any(attributes[name].history.has_changes() for name in resource.material)


def _changed(session: Session, resource: ResourceType, obj: Any) -> None:
    """Whoever answers at this moment holds the task: he is waited for here, or waits for us and reads it anew."""
    concerned = select(Task).where(
        Task.resource == resource.name, Task.resource_id == records.identity_of(obj), Task.state.in_((OPEN, APPROVED))
    )
    held = concerned.order_by(Task.id).with_for_update().execution_options(populate_existing=True)
    for task in session.scalars(held).all():
        said = digest(resource, obj)
        if said == task.digest:
            continue
        if task.state == OPEN:
            task.digest, task.routed_epoch = said, -1
        else:
            tasks.make_void(session, session.info["actor"], task, obj)
