"""The finished house: settings, database, registry and hooks of one process, frozen.

A web app, a command and a test each build their own, side by side if they like; nothing of it is global. A session
carries its house in ``session.info["house"]``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.base.actor import Actor
from core.kernel import state

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.config import Config
    from core.db.session import Database
    from core.kernel.hooks import Hooks
    from core.kernel.registry import Registry
    from core.kernel.specs import Change

#: Functions that are called with the house every few seconds, in every process that runs jobs; several processes do so
#: at once. A part of core adds its own when it is installed: ``house.session_info[UPKEEP]``.
UPKEEP = "upkeep"


@dataclass(frozen=True, slots=True)
class House:
    """Everything a service may need beyond its arguments.

    ``session_info`` is put on every session: the authority engine and the audit writer install themselves there.
    """

    config: Config
    database: Database
    registry: Registry
    hooks: Hooks
    session_info: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def session(self, actor: Actor, *, write: bool = False) -> Iterator[Session]:
        """A session in the name of an actor; committed at the end when ``write``, rolled back on any exception.

        Hooks of kind ``on_module_switched`` run after the commit.
        """
        info: Mapping[str, Any] = {**self.session_info, "house": self, "actor": actor}
        with self.database.session(write=write, info=info) as session:
            yield session
            switched = session.info.get("switched", [])
        for name, on in switched:
            with self.session(Actor.system(f"module {name} switched"), write=True) as after:
                self.hooks.on(
                    "on_module_switched", modules=state.read(after), session=after, name=name, on=on
                )


def of(session: Session) -> House:
    """The house a session works in."""
    house: House = session.info["house"]
    return house


def give(session: Session, hook: str, *, strict: bool = False, **arguments: Any) -> list[Any]:
    """Ask all modules that are on a ``give_*`` question; see ``Hooks.give``."""
    return of(session).hooks.give(
        hook, modules=state.read(session), strict=strict, session=session, **arguments
    )


def check(session: Session, actor: Actor, change: Change) -> None:
    """Let all modules that are on object to a change by raising ``DomainError``."""
    of(session).hooks.check(
        "check_change", modules=state.read(session), session=session, actor=actor, change=change
    )


def choose(session: Session, hook: str, **arguments: Any) -> Any:
    """The first answer to a ``choose_*`` hook among the modules that are on, or None."""
    return of(session).hooks.choose(hook, modules=state.read(session), session=session, **arguments)
