"""Hand-over lines of the collaboration view: what providers of the place ``org.edges`` return."""

from __future__ import annotations

from dataclasses import dataclass

from core.base.text import Text


@dataclass(frozen=True, slots=True)
class Edge:
    """Work passes from one unit to another; ``label`` says what, ``matter`` names it for programs."""

    from_unit_id: int
    to_unit_id: int
    label: Text | str
    matter: str = ""
