"""What to answer when somebody asks by its number for a thing he does not see: nothing he could learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select

from core.access.calls import decide, refusal, visible
from core.access.decision import Decision, Denied
from core.base.errors import NotFound
from core.db import guard

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor
    from core.base.errors import DomainError


def unseen(
    session: Session, actor: Actor, action: str, model: type[Any], missing: NotFound, *, own: bool = False
) -> DomainError:
    """The error to raise where ``visible`` found nothing of ``model``.

    Whoever may do this to every row there is, or asked for what is his ``own``, learns that it is ``missing``. Anybody
    else is refused: without an entry in the words of the list, and outside his scope in those of ``missing``, whether
    the thing exists or not.
    """
    decision = decide(session, actor, action)
    if not decision.allowed:
        return refusal(session, actor, decision)
    if own or _sees_all(session, actor, action, model):
        return missing
    return Denied(Decision(False, "OUT_OF_SCOPE", missing.message, action))


def _sees_all(session: Session, actor: Actor, action: str, model: type[Any]) -> bool:
    mapper = inspect(model)
    key = getattr(model, mapper.get_property_by_column(mapper.primary_key[0]).key)
    seen = visible(session, actor, action, select(key))
    hidden = guard.carry(select(key).where(key.not_in(seen)).limit(1), seen)
    with guard.system(session, "whether somebody sees all there is"):
        return session.execute(hidden).first() is None
