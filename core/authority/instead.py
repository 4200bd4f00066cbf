"""A list that is supposed to be in force: the entries of a draft in place of those of its unit, all else as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_

from core.authority.models import PublishedList

if TYPE_CHECKING:
    from core.authority.held import Entry


@dataclass(frozen=True, slots=True)
class Instead:
    """The entries of a draft by position, None for everybody, and the unit whose list they replace; a unit of None is
    the installation's own list.
    """

    unit_id: int | None
    entries: Mapping[int | None, tuple[Entry, ...]]

    def others(self) -> list[ColumnElement[bool]]:
        """The lists that stay in force beside it, as conditions on published lists."""
        if self.unit_id is None:
            return [PublishedList.unit_id.is_not(None)]
        return [or_(PublishedList.unit_id.is_(None), PublishedList.unit_id != self.unit_id)]

    def posts_with(self, action: str, power: str) -> set[int]:
        """The positions to which it gives an action."""
        return {
            position for position, entries in self.entries.items() if position is not None
            and any(entry.effect == "grant" and entry.covers(action, power) for entry in entries)
        }
