"""Calling hooks, one implementation at a time.

Plain pluggy aborts the whole call when one implementation raises. Here each is called by itself, only if its module
is on, and its failure is treated as the kind of hook says (see ``hookspecs``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pluggy
import structlog

from core.kernel.registry import CORE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = structlog.get_logger("remit.hooks")


class Hooks:
    """The isolated caller over one plugin manager. It belongs to a house, never to the process."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self._manager = manager

    def implementations(self, name: str, on: frozenset[str]) -> Iterator[tuple[str, Any]]:
        """Owner and callable of each implementation of a hook whose module is on; last registered comes first."""
        caller = getattr(self._manager.hook, name)
        for implementation in reversed(caller.get_hookimpls()):
            owner = self._owner(implementation.plugin_name)
            if owner == CORE or owner in on:
                yield owner, implementation

    @staticmethod
    def _owner(plugin_name: str) -> str:
        return plugin_name.partition(":")[0]

    @staticmethod
    def _call(implementation: Any, arguments: dict[str, Any]) -> Any:
        return implementation.function(*(arguments[name] for name in implementation.argnames))

    def choose(self, hook: str, *, modules: frozenset[str], **arguments: Any) -> Any:
        """The first answer that is not None; failures are raised. None when nobody answers."""
        for _owner, implementation in self.implementations(hook, modules):
            answer = self._call(implementation, arguments)
            if answer is not None:
                return answer
        return None

    def check(self, hook: str, *, modules: frozenset[str], **arguments: Any) -> None:
        """Let every module object. A ``DomainError`` is its refusal; anything else is raised as it is."""
        for _owner, implementation in self.implementations(hook, modules):
            self._call(implementation, arguments)

    def on(self, hook: str, *, modules: frozenset[str], **arguments: Any) -> list[str]:
        """Tell every module; failures are logged. Returns the owners that failed.

        Each implementation runs inside a savepoint of ``session`` if one is among the arguments.
        """
        failed = []
        for owner, implementation in self.implementations(hook, modules):
            try:
                self._isolated(implementation, arguments)
            except Exception:
                log.exception("hook failed", hook=hook, module=owner)
                failed.append(owner)
        return failed

    def give(self, hook: str, *, modules: frozenset[str], strict: bool = False, **arguments: Any) -> list[Any]:
        """Every answer that is not None, in the order of loading; ``tryfirst`` is asked first and ``trylast`` last.

        A failing module is logged and noted in ``session.info["hook_failures"]`` for the page to show; with
        ``strict`` its failure is raised instead, as a payroll run needs it.
        """
        answers = []
        loaded = reversed(list(self.implementations(hook, modules)))
        for owner, implementation in sorted(loaded, key=lambda one: one[1].trylast - one[1].tryfirst):
            try:
                answer = self._call(implementation, arguments) if strict else self._isolated(implementation, arguments)
            except Exception:
                if strict:
                    raise
                self._note_failure(hook, owner, arguments)
                continue
            if answer is not None:
                answers.append(answer)
        return answers

    def _isolated(self, implementation: Any, arguments: dict[str, Any]) -> Any:
        session: Session | None = arguments.get("session")
        if session is None:
            return self._call(implementation, arguments)
        with session.begin_nested():
            return self._call(implementation, arguments)

    @staticmethod
    def _note_failure(hook: str, owner: str, arguments: dict[str, Any]) -> None:
        log.exception("hook failed", hook=hook, module=owner)
        session: Session | None = arguments.get("session")
        if session is not None:
            session.info.setdefault("hook_failures", []).append((hook, owner))
