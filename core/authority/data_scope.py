"""The data scope of a position in words: whose data its holder sees, by what the lists publish."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from core.authority.held import matches
from core.authority.reading import EntryLine, Sheet
from core.base.text import Text
from core.kernel.specs import ResourceType


@dataclass(slots=True)
class DataScope:
    """``seen`` says for each place what is seen there, ``everybody`` what every holder of a post sees besides.

    ``open`` and ``closed`` are the masked groups of personal fields that may be revealed for a purpose, and those
    that stay masked.
    """

    seen: list[tuple[Text | str, list[str]]] = field(default_factory=list)
    everybody: list[str] = field(default_factory=list)
    open: list[Text] = field(default_factory=list)
    closed: list[Text] = field(default_factory=list)


def data_scope(sheet: Sheet, resources: Mapping[str, ResourceType]) -> DataScope:
    """What a sheet says about seeing, grouped by place; entries about doing are left out."""
    groups = [group for resource in resources.values() for group in resource.groups]
    grants = [entry for entry in sheet.entries if not entry.prohibits]
    held = {group.name for group in groups if any(matches(entry.action, group.reveal) for entry in grants)}
    reveals = {group.reveal for group in groups}
    return DataScope(
        _by_place(sheet.entries, reveals), [str(entry.title) for entry in _reading(sheet.everybody, reveals)],
        [group.title for group in groups if group.name in held],
        [group.title for group in groups if group.name not in held],
    )


def _by_place(entries: Sequence[EntryLine], reveals: Collection[str]) -> list[tuple[Text | str, list[str]]]:
    found: dict[str, tuple[Text | str, list[str]]] = {}
    for entry in _reading(entries, reveals):
        found.setdefault(str(entry.scope), (entry.scope, []))[1].append(str(entry.title))
    return list(found.values())


def _reading(entries: Sequence[EntryLine], reveals: Collection[str]) -> list[EntryLine]:
    """The entries that let somebody see; what opens masked fields is told apart."""
    return [entry for entry in entries if entry.reads and not entry.prohibits and entry.action not in reveals]
