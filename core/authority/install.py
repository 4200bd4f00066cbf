"""Putting the engine and its checks into a house, once, at start."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.authority.engine import ListEngine
from core.db import guard
from core.kernel import state
from core.kernel.house import House

_BUMPED = "remit_epoch_bumped"


def install(house: House) -> None:
    """Install the engine for every session of the house, guard the models of all resource types, watch flushes."""
    house.session_info["authority"] = ListEngine()
    house.database.guard.protect([resource.model for resource in house.registry.resource_types.values()])
    house.database.guard.flush_checks.append(check_flush)
    house.database.guard.flush_checks.append(bump_when_changed)


def changed_objects(session: Session) -> list[Any]:
    """What a flush is about to write."""
    return [*session.new, *(obj for obj in session.dirty if session.is_modified(obj)), *session.deleted]


def check_flush(session: Session) -> None:
    """A guarded object is written only in a transaction in which somebody's authority was asked and found.

    Services call ``require`` first, so this never strikes in code that follows the house's pattern; it stops the
    service that forgot. The product's own work runs as a system actor or inside ``guard.system``.
    """
    actor = session.info.get("actor")
    if (actor is not None and actor.is_system) or guard.system_reason(session) or session.info.get("decisions"):
        return
    protected = session.info[guard.MARKER].tables
    for obj in changed_objects(session):
        if obj.__tablename__ in protected:
            raise guard.UnguardedStatement(
                f"{obj.__tablename__} is about to be written and no require() was made in this transaction."
            )


def bump_when_changed(session: Session) -> None:
    """Raise the epoch once in a transaction that changes organisation or lists, so that every process sees it."""
    if session.info.get(_BUMPED):
        return
    if any(getattr(obj, "__bumps_epoch__", False) for obj in changed_objects(session)):
        session.info[_BUMPED] = True
        state.bump_epoch(session)


def recheck(session: Session) -> None:
    """Before a protected write commits: if the epoch moved since the session began, decide again.

    Raises ``Denied`` when what was allowed no longer is; so no protected write commits after its authority was
    revoked.
    """
    decisions = session.info.get("decisions")
    if not decisions or session.info.get(_BUMPED) or state.current_epoch(session) == state.epoch(session):
        return
    actor = session.info["actor"]
    session.info.pop("modules_on", None)
    house: House = session.info["house"]
    engine: ListEngine = session.info["authority"]
    for decision, obj in decisions:
        if decision.code == "SYSTEM":
            continue
        action = house.registry.actions[decision.action]
        resource = house.registry.resource_types.get(action.resource or "")
        again = engine.decide(session, actor, action, resource, obj)
        if not again.allowed:
            raise Denied(again)
