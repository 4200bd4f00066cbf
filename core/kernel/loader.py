"""Finding modules and loading them in two phases, so that a broken one leaves nothing behind.

Phase one imports each module and collects what it registers inside a ``try``; phase two registers the good ones in
dependency order. A module that failed keeps its traceback for ``/admin/modules`` and ``remit module list``; those
that need it are blocked.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from core.kernel import hookspecs
from core.kernel.events import check as check_event
from core.kernel.registry import CORE, LoadedModule, Owned, Registry
from core.kernel.specs import API_VERSION, Module

ENTRY_POINT_GROUP = "remit.modules"

#: Hooks whose single result is one item instead of a sequence.
SINGLE = ("register_country",)
#: Hooks whose answers import the web framework; a process that shows no pages leaves them out.
PAGES = ("register_blueprints", "register_widgets", "register_slots")


class ModuleProblem(Exception):
    """A module cannot be loaded as it is; the message says why and is shown to the operator."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A module that was imported and checked by itself, with all it wants to register."""

    manifest: Module
    plugin: ModuleType
    contributions: Mapping[str, list[Any]]
    migrations: Path | None


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows every hook of the house."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


def installed() -> dict[str, str]:
    """Modules that installed packages offer: name to the import path of their ``plugin.py``."""
    return {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP)}


def load(
    parts: Iterable[str], modules: Mapping[str, str], *, pages: bool = True
) -> tuple[Registry, pluggy.PluginManager]:
    """Load core's own parts and the given modules.

    ``parts`` are import paths of core's plugin files; they must load, an error in them is raised. ``modules`` maps
    names to import paths; an error in one of them becomes its state. Without ``pages`` the web framework is not
    loaded, which a command is spared.
    """
    manager = new_manager()
    items: dict[str, list[Owned]] = {}
    for path in parts:
        plugin = import_module(path)
        _merge(items, CORE, collect(plugin, CORE, pages=pages))
        manager.register(plugin, name=f"{CORE}:{path}")
    states: dict[str, LoadedModule] = {}
    candidates: dict[str, Candidate] = {}
    for name, path in modules.items():
        try:
            candidates[name] = examine(name, path, pages=pages)
        except Exception:
            states[name] = LoadedModule(name, "failed", problem=traceback.format_exc())
    for name in _in_dependency_order(candidates):
        states[name] = _settle(candidates[name], states, items, manager)
    ordered = {n: s for n, s in states.items() if s.state == "loaded"}
    ordered.update({n: s for n, s in states.items() if s.state != "loaded"})
    return Registry.freeze(ordered, items), manager


def examine(name: str, path: str, *, pages: bool = True) -> Candidate:
    """Import one module and collect what it registers, touching nothing else.

    Raises ``ModuleProblem`` with the reason, or whatever the module's own code raises.
    """
    plugin = import_module(path)
    manifest = getattr(plugin, "module", None)
    if not isinstance(manifest, Module):
        raise ModuleProblem(f"{path} defines no object `module = Module(...)`.")
    if manifest.name != name:
        raise ModuleProblem(f"The entry point is called {name!r}, the manifest says {manifest.name!r}.")
    if manifest.api != API_VERSION:
        raise ModuleProblem(f"It was written for interface {manifest.api}; this Remit speaks {API_VERSION}.")
    return Candidate(manifest, plugin, collect(plugin, name, pages=pages), migrations_of(manifest.package))


def collect(plugin: ModuleType, owner: str, *, pages: bool = True) -> dict[str, list[Any]]:
    """All ``register_*`` answers of one plugin file by kind, checked against the hook's signature and for names."""
    scratch = new_manager()
    scratch.register(plugin, name=owner)
    scratch.check_pending()
    contributions: dict[str, list[Any]] = {}
    for hook in [name for name in vars(hookspecs) if name.startswith("register_") and (pages or name not in PAGES)]:
        for implementation in getattr(scratch.hook, hook).get_hookimpls():
            answer = implementation.function()
            found = [answer] if hook in SINGLE else list(answer)
            contributions.setdefault(hook.removeprefix("register_"), []).extend(found)
    _check_names(owner, contributions)
    return contributions


def _check_names(owner: str, contributions: Mapping[str, list[Any]]) -> None:
    for blueprint in contributions.get("blueprints", ()):
        if owner != CORE and not (blueprint.name == owner or blueprint.name.startswith(f"{owner}_")):
            raise ModuleProblem(f"Blueprint {blueprint.name!r} must be named {owner!r} or begin with '{owner}_'.")
    for action in contributions.get("actions", ()):
        noun, _colon, verb = action.key.partition(":")
        if not verb or "." not in noun:
            raise ModuleProblem(f"Action {action.key!r} is not of the form module.noun:verb.")
        if owner != CORE and noun.split(".")[0] != owner:
            raise ModuleProblem(f"Action {action.key!r} must begin with '{owner}.'.")
        if action.recuse and not action.resource:
            raise ModuleProblem(f"Action {action.key!r} recuses, and has no resource that is about anybody.")
    sides = {resource.name: resource.sides for resource in contributions.get("resource_types", ())}
    for action in contributions.get("actions", ()):
        if action.side and action.side not in sides.get(action.resource, {}):
            raise ModuleProblem(f"Action {action.key!r} names a side that no resource type of its module has.")
    for event in contributions.get("events", ()):
        problem = check_event(event)
        if problem:
            raise ModuleProblem(problem)
        if owner != CORE and event.name.split(".")[0] != owner:
            raise ModuleProblem(f"Event {event.name!r} must begin with '{owner}.'.")
    for kind in contributions.get("notifications", ()):
        if owner != CORE and kind.name.split(".")[0] != owner:
            raise ModuleProblem(f"Notification {kind.name!r} must begin with '{owner}.'.")
    for incoming in contributions.get("incoming_webhooks", ()):
        if owner != CORE and incoming.name.split(".")[0] != owner:
            raise ModuleProblem(f"Incoming webhook {incoming.name!r} must begin with '{owner}.'.")
    for source in contributions.get("kpi_sources", ()):
        if owner != CORE and not source.key.startswith(f"{owner}_"):
            raise ModuleProblem(f"The source {source.key!r} of figures must begin with '{owner}_'.")
    for resource in contributions.get("resource_types", ()):
        table = resource.model.__tablename__
        if not table.startswith(f"{owner}_"):
            raise ModuleProblem(f"Table {table!r} must begin with '{owner}_'.")


#: What must be unique among contributions of a kind.
_IDENTITY: Mapping[str, Callable[[Any], str]] = {
    "actions": lambda item: item.key,
    "resource_types": lambda item: item.name,
    "jobs": lambda item: item.name,
    "events": lambda item: item.name,
    "handlers": lambda item: item.name,
    "notifications": lambda item: item.name,
    "channels": lambda item: item.name,
    "incoming_webhooks": lambda item: item.name,
    "topics": lambda item: item.name,
    "exchanges": lambda item: item.name,
    "widgets": lambda item: item.name,
    "slots": lambda item: f"{item.place}/{item.name}",
    "blueprints": lambda item: item.name,
    "country": lambda item: item.code,
    "task_kinds": lambda item: item.name,
    "numbers": lambda item: item.name,
    "letters": lambda item: item.name,
    "document_kinds": lambda item: item.name,
    "kpi_sources": lambda item: item.key,
    "commands": lambda item: f"{item.group} {item.command.name}",
}


def _identity(kind: str, item: Any) -> str | None:
    name_of = _IDENTITY.get(kind)
    return name_of(item) if name_of else None


def _merge(items: dict[str, list[Owned]], owner: str, contributions: Mapping[str, list[Any]]) -> None:
    for kind, found in contributions.items():
        taken = {_identity(kind, owned.item): owned.owner for owned in items.get(kind, ())}
        for item in found:
            name = _identity(kind, item)
            if name is not None and name in taken:
                raise ModuleProblem(f"{kind} {name!r} is registered by {taken[name]} already.")
            taken[name] = owner
    for kind, found in contributions.items():
        items.setdefault(kind, []).extend(Owned(owner, item) for item in found)


def _settle(
    candidate: Candidate,
    states: Mapping[str, LoadedModule],
    items: dict[str, list[Owned]],
    manager: pluggy.PluginManager,
) -> LoadedModule:
    manifest = candidate.manifest
    # What it requires is settled already, unless the two require each other.
    missing = [name for name in manifest.requires if name not in states or states[name].state != "loaded"]
    if missing:
        return LoadedModule(
            manifest.name, "blocked", manifest, candidate.plugin,
            problem=f"It needs {', '.join(sorted(missing))}, which did not load.",
        )
    try:
        _merge(items, manifest.name, candidate.contributions)
    except ModuleProblem:
        return LoadedModule(manifest.name, "failed", manifest, problem=traceback.format_exc())
    manager.register(candidate.plugin, name=f"{manifest.name}:{manifest.package}")
    return LoadedModule(manifest.name, "loaded", manifest, candidate.plugin, migrations=candidate.migrations)


def migrations_of(package: str) -> Path | None:
    """The folder of a package's migrations, or None when it has no tables."""
    found = import_module(package)
    folder = Path(found.__path__[0]) / "migrations"
    return folder if folder.is_dir() else None


def _in_dependency_order(candidates: Mapping[str, Candidate]) -> list[str]:
    """Names so that what a module requires or uses comes before it.

    Modules that use each other come in the order of their names; those that require each other are blocked later.
    """
    order: list[str] = []
    visiting: set[str] = set()

    def visit(name: str) -> None:
        if name in order or name in visiting or name not in candidates:
            return
        visiting.add(name)
        manifest = candidates[name].manifest
        for other in sorted({*manifest.requires, *manifest.uses}):
            visit(other)
        visiting.discard(name)
        order.append(name)

    for name in sorted(candidates):
        visit(name)
    return order
