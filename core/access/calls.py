"""The questions every service asks. Actions are named by key; an unknown key is a programming error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Select, Table, false, inspect, select
from sqlalchemy.sql.visitors import iterate

from core.access.decision import Decision, Denied, Engine
from core.base.errors import NotFound
from core.base.text import catalogue
from core.db import guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from core.base.actor import Actor
    from core.kernel.registry import Registry
    from core.kernel.specs import ActionDef, ResourceType

_ = catalogue("access")

#: Where what lies above leaves whom to tell of every decision that was insisted on or refused:
#: ``house.session_info[TOLD]``, a function of session, actor, action, object and decision that raises nothing.
TOLD = "told_of_decisions"

M = TypeVar("M")
#: A select of any columns; SQLAlchemy types each number of columns by itself.
S = TypeVar("S", bound=Any)


def decide(session: Session, actor: Actor, action: str, obj: Any | None = None) -> Decision:
    """The decision about one object.

    Without one: of an action that has no resource, whether the actor may do it for the whole installation; of another,
    whether he holds any entry for it, under whatever scope. Whoever asks that asks about the object next.

    The reason is part of the answer; nothing is raised and nothing is logged.
    """
    definition = _definition(session, action)
    settled = _settled(session, actor, definition)
    if settled is not None:
        return settled
    engine: Engine = session.info["authority"]
    return engine.decide(session, actor, definition, _registry(session).resource_asked(definition, obj), obj)


def _definition(session: Session, action: str) -> ActionDef:
    definition = _registry(session).actions.get(action)
    if definition is None:
        raise LookupError(f"action {action!r} is registered by no module")
    return definition


def _settled(session: Session, actor: Actor, definition: ActionDef) -> Decision | None:
    """The decision where no list has to be looked at; None where the engine is to be asked."""
    action = definition.key
    if actor.is_system:
        return Decision(True, "SYSTEM", _("Done by the product itself: {reason}.", reason=actor.reason), action)
    if not actor.signed_in:
        return Decision(False, "NOT_SIGNED_IN", _("Sign in first."), action)
    if actor.scopes is not None and action not in actor.scopes:
        message = _("This access token does not cover {title}.", title=definition.title)
        return Decision(False, "TOKEN_SCOPE", message, action)
    if session.info.get("authority") is None:
        return Decision(False, "NO_ENGINE", _("No authority list is in force."), action)
    return None


def allowed(session: Session, actor: Actor, action: str, obj: Any | None = None) -> bool:
    """Whether the actor may; for buttons and menus."""
    return decide(session, actor, action, obj).allowed


def allowed_many(session: Session, actor: Actor, action: str, objects: Sequence[Any]) -> list[bool]:
    """What ``allowed`` says of each of many objects, in their order; for rows of a table and lists to choose from.

    Nothing is raised but ``LookupError`` for an action that no module registered, and no reason is given.
    """
    definition = _definition(session, action)
    return _answers(session, actor, [(definition, obj) for obj in objects])


def allowed_actions(session: Session, actor: Actor, actions: Iterable[str], obj: Any | None = None) -> dict[str, bool]:
    """What ``allowed`` says of several actions about one object, or without one, by action; for the buttons of a page.

    Raises ``LookupError`` for an action that no module registered.
    """
    asked = [(_definition(session, action), obj) for action in dict.fromkeys(actions)]
    found = _answers(session, actor, asked)
    return {definition.key: answer for (definition, _obj), answer in zip(asked, found, strict=True)}


def _answers(session: Session, actor: Actor, questions: Sequence[tuple[ActionDef, Any]]) -> list[bool]:
    """Yes or no to many questions, by an engine that takes many at once or else one by one."""
    registry = _registry(session)
    settled = {one.key: _settled(session, actor, one) for one in {one.key: one for one, _obj in questions}.values()}
    open_ = [
        (one, registry.resource_asked(one, obj), obj) for one, obj in questions if settled[one.key] is None
    ]
    engine: Any = session.info.get("authority")
    many = getattr(engine, "answers", None)
    found = iter(
        many(session, actor, open_) if many else [engine.decide(session, actor, *one).allowed for one in open_]
    )
    return [next(found) if (said := settled[one.key]) is None else said.allowed for one, _obj in questions]


def allowed_beyond_self(session: Session, actor: Actor, action: str) -> bool:
    """Whether the actor may do this for more than his own records; for menu lines that lead to lists of others."""
    if not allowed(session, actor, action):
        return False
    asked = getattr(session.info.get("authority"), "beyond_self", None)
    return actor.is_system or asked is None or bool(asked(session, actor, _registry(session).actions[action]))


def refusal(session: Session, actor: Actor, decision: Decision, obj: Any | None = None) -> Denied:
    """The error for a decision that says no; it names posts that hold the action, never people."""
    _tell(session, actor, decision, obj)
    return Denied(replace(decision, held_by=held_by(session, actor, decision.action)))


def held_by(session: Session, actor: Actor, action: str) -> tuple[str, ...]:
    """Titles of the posts that hold an action today, for saying whom something waits for; posts, never people.

    Empty for who is not signed in, and where no engine answers.
    """
    asked = getattr(session.info.get("authority"), "held_by", None)
    if asked is None or not actor.signed_in:
        return ()
    return tuple(asked(session, actor, _registry(session).actions[action]))


def require(session: Session, actor: Actor, action: str, obj: Any | None = None) -> Decision:
    """Insist that the actor may; raises ``Denied`` with the reason.

    The decision is kept in ``session.info["decisions"]`` so that audit rows of this transaction cite the entry.
    """
    decision = decide(session, actor, action, obj)
    if not decision.allowed:
        raise refusal(session, actor, decision, obj)
    decision = replace(decision, actor=actor)
    session.info.setdefault("decisions", []).append((decision, obj))
    _tell(session, actor, decision, obj)
    return decision


def _tell(session: Session, actor: Actor, decision: Decision, obj: Any | None) -> None:
    tell = session.info.get(TOLD)
    if tell is not None:
        tell(session, actor, _registry(session).actions[decision.action], obj, decision)


def visible(session: Session, actor: Actor, action: str, statement: S, *, few: bool = False) -> S:
    """The rows of a statement that the actor may do this to, and the mark that lets it run.

    Each guarded model the statement selects from is narrowed: the action's own resource by the action, another
    resource by the action it names as ``read``. What the scopes look at on their way is marked, too. A statement that
    also touches a guarded table without such an action is refused by the guard when it runs. ``few`` says that only the
    first rows are read and not all of them counted or ordered anew, as on a page that goes along an index.
    """
    registry = _registry(session)
    definition = registry.actions[action]
    pairs: list[tuple[str, str]] = []
    for entity in _entities(statement):
        model = inspect(entity).mapper.class_
        resource = registry.resource_of(model)
        if resource is None:
            continue
        key = action if definition.resource in (None, resource.name) else resource.read
        if not key:
            continue
        if not actor.is_system:
            seen = registry.seen.get(key, resource)
            narrowed = _predicate(session, actor, registry.actions[key], seen, entity, few=few)
            statement = statement.where(narrowed)
            pairs.extend((key, name) for name in _tables(narrowed))
        pairs.append((key, model.__tablename__))
    return guard.mark(statement, pairs)


def load(session: Session, actor: Actor, action: str, model: type[M], identity: int) -> M:
    """One object by id that the actor may do this to; ``NotFound`` when it is missing or outside his scope."""
    statement = visible(session, actor, action, select(model).where(inspect(model).primary_key[0] == identity))
    found: M | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is not yours to see."))
    return found


def _registry(session: Session) -> Registry:
    registry: Registry = session.info["house"].registry
    return registry


def _predicate(
    session: Session, actor: Actor, definition: ActionDef, resource: ResourceType, entity: Any, *, few: bool
) -> Any:
    engine: Engine | None = session.info.get("authority")
    if engine is None or not actor.signed_in or (actor.scopes is not None and definition.key not in actor.scopes):
        return false()
    return engine.predicate(session, actor, definition, resource, entity, few=few)


#: What scopes look at, for conditions that an engine hands out again and again.
_LOOKED_AT: WeakKeyDictionary[Any, tuple[str, ...]] = WeakKeyDictionary()


def _tables(narrowed: Any) -> tuple[str, ...]:
    found = _LOOKED_AT.get(narrowed)
    if found is None:
        found = tuple(dict.fromkeys(one.name for one in iterate(narrowed) if isinstance(one, Table)))
        _LOOKED_AT[narrowed] = found
    return found


def _entities(statement: Select[Any]) -> list[Any]:
    """The mapped classes and aliases a statement selects from, joined ones included."""
    found: dict[int, Any] = {}
    for description in statement.column_descriptions:
        entity = description.get("entity")
        if entity is not None:
            found[id(entity)] = entity
    for source in statement.get_final_froms():
        for part in _flatten(source):
            entity = part._annotations.get("parententity")
            if entity is not None:
                target = entity.entity
                found.setdefault(id(target), target)
    return list(found.values())


def _flatten(source: Any) -> list[Any]:
    if hasattr(source, "left") and hasattr(source, "right"):
        return [*_flatten(source.left), *_flatten(source.right)]
    return [source]
