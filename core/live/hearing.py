"""Whether somebody may listen: who is it, and what may he hear.

Identity lies above; it leaves its answers in ``house.session_info[READERS]``. Everything here asks the database and
runs in threads beside the event loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.base.actor import Actor
from core.base.errors import DomainError
from core.kernel import state
from core.live.publishing import KEY

if TYPE_CHECKING:
    from core.kernel.house import House
    from core.kernel.specs import Topic

log = structlog.get_logger("remit.live")

#: Where identity leaves its answers: ``house.session_info["live_readers"]``.
READERS = "live_readers"
ASKING = Actor.system("asking who listens")
#: Topics of one stream.
MOST_TOPICS = 20

#: A topic and a key.
Subject = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """A browser that is signed in: its session and who it is."""

    session_id: int
    actor: Actor


class Readers(Protocol):
    """What identity answers."""

    def by_cookie(self, session: Session, cookies: str) -> Reader | None:
        """Who the header ``Cookie`` belongs to; None when nobody is signed in, or must change his password first."""

    def still(self, session: Session, session_ids: Collection[int]) -> Mapping[int, Actor]:
        """Those of the sessions that have not ended, and who they are now."""


def subject(told: str) -> Subject | None:
    """``job:17`` as topic and key; ``inbox`` has the key of nothing. None for what is no topic."""
    name, _colon, key = told.partition(":")
    return (name, key) if name and KEY.fullmatch(key) else None


def who(house: House, cookies: str) -> Reader | None:
    """Who asks."""
    readers: Readers | None = house.session_info.get(READERS)
    if readers is None or not cookies:
        return None
    with house.session(ASKING) as session:
        return readers.by_cookie(session, cookies)


def may_hear(house: House, actor: Actor, subjects: Iterable[Subject]) -> frozenset[Subject]:
    """What of these the actor may hear now. A topic of a module that is off, or of none, is heard by nobody."""
    with house.session(actor) as session:
        topics = house.registry.topics(state.read(session))
        return frozenset(one for one in subjects if one[0] in topics and _may(session, actor, topics[one[0]], one[1]))


def still_there(house: House, session_ids: Collection[int]) -> tuple[int, frozenset[str], Mapping[int, Actor]]:
    """The epoch, the modules that are on, and the sessions that have not ended."""
    readers: Readers | None = house.session_info.get(READERS)
    with house.session(ASKING) as session:
        on = state.read(session)
        there = readers.still(session, session_ids) if readers is not None and session_ids else {}
        return state.epoch(session), on, there


def _may(session: Session, actor: Actor, topic: Topic, key: str) -> bool:
    try:
        return topic.may(session, actor, key)
    except (DomainError, Denied, ValueError):
        return False
    except Exception:
        log.exception("whether a topic may be heard could not be told", topic=topic.name)
        session.rollback()
        return False
