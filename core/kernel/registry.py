"""All that the loaded modules contributed, by kind, frozen once the loader is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from core.kernel.events import Event
from core.kernel.specs import (
    ActionDef,
    Channel,
    CommandSpec,
    Handler,
    IncomingWebhook,
    Job,
    LetterKind,
    Module,
    NavItem,
    Notification,
    NumberKind,
    ResourceType,
    Slot,
    SuggestedEntry,
    TaskKind,
    Topic,
    Widget,
)

#: The owner of what core's own packages contribute; it is always on.
CORE = "core"

LoadState = Literal["loaded", "failed", "blocked"]


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """One installed module as the loader left it: loaded, failed (with its traceback) or blocked by another."""

    name: str
    state: LoadState
    manifest: Module | None = None
    plugin: ModuleType | None = None
    migrations: Path | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A contribution and the module it came from, so that switching the module off hides it."""

    owner: str
    item: Any


@dataclass(frozen=True, slots=True)
class Registry:
    """Typed, read-only views of every contribution; ``owner_of`` tells which module an item belongs to.

    ``seen`` holds resource types as actions of one side look at them, by the key of the action.
    """

    modules: Mapping[str, LoadedModule]
    items: Mapping[str, tuple[Owned, ...]]
    actions: Mapping[str, ActionDef] = field(default_factory=dict)
    resource_types: Mapping[str, ResourceType] = field(default_factory=dict)
    seen: Mapping[str, ResourceType] = field(default_factory=dict)

    @classmethod
    def freeze(cls, modules: Mapping[str, LoadedModule], items: Mapping[str, list[Owned]]) -> Registry:
        """Build the registry from what the loader collected."""
        told = [Owned(one.owner, one.item.handler()) for one in items.get("notifications", ()) if one.item.on]
        all_items = {**items, "handlers": [*items.get("handlers", ()), *told]}
        frozen = {kind: tuple(found) for kind, found in all_items.items()}
        actions = {o.item.key: o.item for o in frozen.get("actions", ())}
        types = {o.item.name: o.item for o in frozen.get("resource_types", ())}
        return cls(
            modules=MappingProxyType(dict(modules)),
            items=MappingProxyType(frozen),
            actions=MappingProxyType(actions),
            resource_types=MappingProxyType(types),
            # One object each, since engines keep what they worked out for a type by its identity.
            seen=MappingProxyType({
                key: types[one.resource].seen_from(one.side) for key, one in actions.items() if one.side
            }),
        )

    @property
    def loaded(self) -> tuple[str, ...]:
        """Names of the modules that loaded, in dependency order."""
        return tuple(name for name, module in self.modules.items() if module.state == "loaded")

    def of(self, kind: str, on: frozenset[str] | None = None) -> list[Any]:
        """All contributions of a kind (``nav``, ``jobs``, ...), only of core and of modules in ``on`` if given."""
        return [o.item for o in self.items.get(kind, ()) if on is None or o.owner == CORE or o.owner in on]

    def owner_of(self, kind: str, item: Any) -> str:
        """The module that contributed an item."""
        return next(o.owner for o in self.items[kind] if o.item is item)

    def resource_of(self, model: type[Any]) -> ResourceType | None:
        """The resource type that guards a model, or None when the model is not guarded."""
        return next((r for r in self.resource_types.values() if r.model is model), None)

    def resource_for(self, definition: ActionDef) -> ResourceType | None:
        """The resource type of an action, as the action looks at it; None for one that has none."""
        return self.seen.get(definition.key) or self.resource_types.get(definition.resource or "")

    def resource_asked(self, definition: ActionDef, obj: Any | None) -> ResourceType | None:
        """The resource type an action is asked about: its own, else that of the object."""
        if definition.resource:
            return self.seen.get(definition.key) or self.resource_types[definition.resource]
        return self.resource_of(type(obj)) if obj is not None else None

    def nav(self, on: frozenset[str]) -> list[NavItem]:
        """Menu lines in order."""
        return sorted(self.of("nav", on), key=lambda item: item.order)

    def widgets(self, on: frozenset[str]) -> list[Widget]:
        """Home cards in order."""
        return sorted(self.of("widgets", on), key=lambda item: item.order)

    def slots(self, place: str, on: frozenset[str]) -> list[Slot]:
        """Contributions to one place, in order."""
        return sorted((s for s in self.of("slots", on) if s.place == place), key=lambda item: item.order)

    def jobs(self) -> dict[str, Job]:
        """Kinds of background work by name."""
        return {job.name: job for job in self.of("jobs")}

    def events(self) -> dict[str, type[Event]]:
        """Events by name."""
        return {event.name: event for event in self.of("events")}

    def handlers(self, on: frozenset[str] | None = None) -> dict[str, Handler]:
        """What is done when something has happened, by name; of the modules that are on, if told which."""
        return {handler.name: handler for handler in self.of("handlers", on)}

    def numbers(self, on: frozenset[str] | None = None) -> dict[str, NumberKind]:
        """Kinds of numbered documents by name; of the modules that are on, if told which."""
        return {kind.name: kind for kind in self.of("numbers", on)}

    def letters(self, on: frozenset[str] | None = None) -> dict[str, LetterKind]:
        """Kinds of letters by name; of the modules that are on, if told which."""
        return {kind.name: kind for kind in self.of("letters", on)}

    def task_kinds(self, on: frozenset[str] | None = None) -> dict[str, TaskKind]:
        """Kinds of questions that people decide, by name; of the modules that are on, if told which."""
        return {kind.name: kind for kind in self.of("task_kinds", on)}

    def notifications(self, on: frozenset[str] | None = None) -> dict[str, Notification]:
        """What people are told of, by name."""
        return {kind.name: kind for kind in self.of("notifications", on)}

    def channels(self, on: frozenset[str] | None = None) -> dict[str, Channel]:
        """The ways on which people are told, by name."""
        return {channel.name: channel for channel in self.of("channels", on)}

    def incoming_webhooks(self, on: frozenset[str] | None = None) -> dict[str, IncomingWebhook]:
        """What is taken from other programs, by name; by the modules that are on, if told which."""
        return {incoming.name: incoming for incoming in self.of("incoming_webhooks", on)}

    def topics(self, on: frozenset[str] | None = None) -> dict[str, Topic]:
        """What pages can listen to, by name; of the modules that are on, if told which."""
        return {topic.name: topic for topic in self.of("topics", on)}

    def kpi_sources(self, on: frozenset[str]) -> dict[str, Any]:
        """Sources of figures of modules that are on, by key."""
        return {source.key: source for source in self.of("kpi_sources", on)}

    def commands(self) -> list[CommandSpec]:
        """Command line commands of all loaded modules; a module that is off refuses when it is called."""
        return self.of("commands")

    def suggested_entries(self) -> list[SuggestedEntry]:
        """Authority entries that modules propose."""
        return self.of("suggested_entries")

    def countries(self, on: frozenset[str]) -> dict[str, Any]:
        """Country packs that are on, by code."""
        return {country.code: country for country in self.of("country", on)}

    def document_kinds(self, on: frozenset[str]) -> dict[str, Any]:
        """Kinds of documents of modules that are on, in order, by name."""
        return {kind.name: kind for kind in sorted(self.of("document_kinds", on), key=lambda kind: kind.order)}
