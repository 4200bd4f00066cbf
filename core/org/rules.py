"""Pure rules of the organisation: rings in lines, the nearest unit that says something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def find_cycle(links: Mapping[int, int | None]) -> list[int]:
    """A ring in "one thing to the one above", first repeated at the end, or an empty list; each link is walked once."""
    done: set[int] = set()
    for start in links:
        path: list[int] = []
        on_path: dict[int, int] = {}
        here: int | None = start
        while here is not None and here not in done:
            if here in on_path:
                return [*path[on_path[here]:], here]
            on_path[here] = len(path)
            path.append(here)
            here = links.get(here)
        done.update(path)
    return []


def nearest(links: Mapping[int, int | None], start: int, says: Callable[[int], T | None]) -> T | None:
    """What the thing itself says, or else the nearest above it that says something."""
    here: int | None = start
    seen: set[int] = set()
    while here is not None and here not in seen:
        seen.add(here)
        found = says(here)
        if found is not None:
            return found
        here = links.get(here)
    return None
