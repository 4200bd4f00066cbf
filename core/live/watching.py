"""What no transaction tells: the state of things that somebody listens to, asked once for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog

from core.base.actor import Actor
from core.kernel import state
from core.live.hearing import Subject

if TYPE_CHECKING:
    from core.kernel.house import House

log = structlog.get_logger("remit.live")

WATCHING = Actor.system("looking at what pages listen to")


def watched(house: House, subjects: Iterable[Subject]) -> dict[Subject, Any]:
    """The states of those subjects whose topic is watched; no session is opened when there are none."""
    keys: dict[str, set[str]] = {}
    for named, key in subjects:
        keys.setdefault(named, set()).add(key)
    known = {name: topic for name, topic in house.registry.topics().items() if name in keys and topic.watch}
    found: dict[Subject, Any] = {}
    if not known:
        return found
    with house.session(WATCHING) as session:
        on = house.registry.topics(state.read(session))
        for name, topic in known.items():
            if name not in on or topic.watch is None:
                continue
            try:
                answer = topic.watch(session, keys[name])
            except Exception:
                log.exception("a topic could not be watched", topic=name)
                session.rollback()
                continue
            found.update({(name, key): one for key, one in answer.items() if key in keys[name]})
    return found
