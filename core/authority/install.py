"""Putting the engine and its checks into a house, once, at start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, SessionTransaction

from core.access.calls import TOLD
from core.access.decision import Decision, Denied
from core.audit.words import ENTRIES
from core.authority import citing
from core.authority.engine import HELD, OWN, ListEngine
from core.authority.shadow import watching
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.kernel import state

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.registry import Registry

_ = catalogue("authority")

_MARKS = "epoch_marks"

#: What does not rest on a list alone is asked again by whoever decided it: ``house.session_info[RECHECKS]`` maps codes
#: of decisions to a function of session, decision and object that tells whether it still holds.
RECHECKS = "authority_rechecks"
Recheck = Callable[[Session, Decision, Any], bool]


def install(house: House) -> None:
    """Install the engine for every session of the house, guard the models of all resource types, watch writes."""
    database = house.database
    house.session_info["authority"] = ListEngine()
    house.session_info[ENTRIES] = citing.sentences
    house.session_info[TOLD] = watching.look
    database.guard.protect([resource.model for resource in house.registry.resource_types.values()])
    database.guard.flush_checks.append(check_flush)
    database.guard.flush_checks.append(bump_when_changed)
    # Before the audit log, which closes the account of decisions when it commits.
    database.listen("before_commit", recheck, first=True)
    database.listen("after_transaction_create", _begun)
    database.listen("after_soft_rollback", _rolled_back)
    database.listen("after_commit", _committed)
    watching.install(house)


def changed_objects(session: Session) -> list[Any]:
    """What a flush is about to write."""
    return [*session.new, *(obj for obj in session.dirty if session.is_modified(obj)), *session.deleted]


def check_flush(session: Session) -> None:
    """A guarded object is written only in a transaction in which authority to do more than read was found.

    Services call ``require`` first, so this never strikes in code that follows the house's pattern; it stops the
    service that forgot. The product's own work runs as a system actor or inside ``guard.system``.
    """
    actor = session.info.get("actor")
    if (actor is not None and actor.is_system) or guard.system_reason(session) or _may_write(session):
        return
    protected = session.info[guard.MARKER].tables
    for obj in changed_objects(session):
        if obj.__tablename__ in protected:
            raise guard.UnguardedStatement(
                f"{obj.__tablename__} is about to be written and no require() was made in this transaction."
            )


def _may_write(session: Session) -> bool:
    """Whether some decision of this transaction allows more than to look."""
    actions = session.info["house"].registry.actions if "house" in session.info else {}
    return any(
        actions[decision.action].power not in ("read", "reveal") for decision, _obj in session.info.get("decisions", ())
    )


def bump_when_changed(session: Session) -> None:
    """Raise the epoch in a transaction that changes organisation or lists, so that every process sees it."""
    if any(getattr(obj, "__bumps_epoch__", False) for obj in changed_objects(session)):
        state.bump_epoch(session)


def recheck(session: Session) -> None:
    """Before a protected write commits: look at the changed objects again, and, if the epoch moved since the session
    began, decide everything again.

    Raises ``Denied`` when what was allowed no longer is, and when an object was moved to where its author may not put
    it: both the old and the new place must be his. The epoch is held until the commit, so no protected write commits
    after its authority was revoked. Raises ``DomainError`` where something is decided that other lists, or another hat,
    would allow by now: what was kept of it would cite what is not in force any more.
    """
    decisions = session.info.get("decisions")
    if not decisions or session.in_nested_transaction():
        return
    session.flush()
    engine: ListEngine = session.info["authority"]
    moved = state.current_epoch(session) != state.epoch(session) + state.bumped(session)
    if moved:
        engine.reread(session, session.info["actor"])
    else:
        engine.look_again(session)
    others: Mapping[str, Recheck] = session.info.get(RECHECKS, {})
    for decision, obj in {(one.actor, one.action, id(obj)): (one, obj) for one, obj in decisions}.values():
        if decision.code in others:
            if moved and not others[decision.code](session, decision, obj):
                raise _moved()
        elif decision.code != "SYSTEM" and (moved or _is_written(session, decision, obj)):
            _decide_again(session, engine, decision, obj, moved=moved)


def _moved() -> DomainError:
    return DomainError("authority.moved", _(
        "The duty and authority lists changed while you decided; nothing was kept. Read it again, then decide."
    ))  # fmt: skip


def _is_written(session: Session, decision: Decision, obj: Any) -> bool:
    """Whether a decision is about a record that its author may have changed since, and that is still there."""
    record = inspect(obj, raiseerr=False) if obj is not None else None
    power = session.info["house"].registry.actions[decision.action].power
    return record is not None and power not in ("read", "reveal") and not (record.deleted or record.detached)


def _decide_again(session: Session, engine: ListEngine, decision: Decision, obj: Any, *, moved: bool) -> None:
    registry: Registry = session.info["house"].registry
    action = registry.actions[decision.action]
    resource = registry.resource_asked(action, obj)
    actor = decision.actor or session.info["actor"]
    again = engine.decide(session, actor, action, resource, obj)
    if moved and again.allowed and action.power == "decide" and _cited(again) != _cited(decision):
        raise _moved()
    if again.allowed or (not moved and resource and resource.facts(session, obj).gone):
        return
    if again.code == "OUT_OF_SCOPE" and not moved:
        message = _(
            "After this change it would lie outside your authority for “{title}”; both places must be yours.",
            title=action.title,
        )
        again = replace(again, code="POST_IMAGE", message=message)
    raise Denied(again)


def _cited(decision: Decision) -> tuple[Any, ...]:
    """What is kept of a decision: by which entry of which version, under which hat."""
    return decision.entry, decision.list_version, decision.assignment_id, decision.delegation_id


# -- what a transaction knows of the epoch, and forgets with it ------------------------------------------------------


def _begun(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(_MARKS, []).append((transaction, state.bumped(session)))


def _rolled_back(session: Session, previous: SessionTransaction) -> None:
    """A savepoint that is rolled back takes its raise of the epoch with it; the next change must raise it again."""
    marks: list[tuple[SessionTransaction, bool]] = session.info.get(_MARKS, [])
    for place, (transaction, bumped) in enumerate(marks):
        if transaction is previous:
            session.info[state.BUMPED] = bumped
            del marks[place:]
            break
    if not previous.nested:
        _forget(session)
    session.info.pop(OWN, None)


def _committed(session: Session) -> None:
    if not session.in_nested_transaction():
        _forget(session)


def _forget(session: Session) -> None:
    """What comes next is a new transaction with an epoch of its own."""
    for name in (_MARKS, state.BUMPED, OWN, HELD, "epoch", "modules_on"):
        session.info.pop(name, None)
