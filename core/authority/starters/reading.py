"""The templates of lists that ship with the product: for whom, which units and posts they speak of, what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.authority.document import ListDraft, parse
from core.base.errors import NotFound
from core.base.text import catalogue
from core.db.types import Translation

_ = catalogue("authority")

DATA = Path(__file__).parent.parent / "data"

#: How a basis begins that stands in for one of the organisation's own; with it the amounts of the entry are examples.
MARK = "待改："


@dataclass(frozen=True, slots=True)
class StarterUnit:
    """A unit a template speaks of."""

    code: str
    title: Translation
    parent: str | None


@dataclass(frozen=True, slots=True)
class StarterPost:
    """A post a template speaks of; ``is_head`` marks the first one of its unit."""

    code: str
    title: Translation
    unit: str
    reports_to: str | None
    grade: str | None
    headcount: int
    is_head: bool


@dataclass(frozen=True, slots=True)
class Starter:
    """A template: what it is called and for whom, the organisation it is written for, and the list itself."""

    name: str
    title: Translation
    about: Translation
    units: Mapping[str, StarterUnit]
    posts: Mapping[str, StarterPost]
    draft: ListDraft


@cache
def starters() -> Mapping[str, Starter]:
    """All templates by name, in the order in which they are offered."""
    index: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "templates.yaml").read_text(encoding="utf-8"))
    return {name: _read(name, told) for name, told in index.items()}


def starter(name: str) -> Starter:
    """One template. Raises ``NotFound`` with the names there are."""
    found = starters().get(name)
    if found is None:
        raise NotFound("list.template", _("There is no template {name}; there are: {names}.", name=name,
                                          names=", ".join(starters())))
    return found


def to_change(draft: ListDraft) -> list[str]:
    """What of a list still stands in for the organisation's own: citations of entries, and ``basis`` of the list."""
    cited = [
        f"{entry.position or 'everybody'}.{entry.code}" for entry in draft.entries
        if entry.basis and entry.basis.startswith(MARK)
    ]
    return [*(["basis"] if draft.basis and draft.basis.startswith(MARK) else []), *cited]


def _read(name: str, told: dict[str, Any]) -> Starter:
    units = {
        code: StarterUnit(code, Translation(row["title"]), row.get("parent")) for code, row in told["units"].items()
    }
    posts: dict[str, StarterPost] = {}
    for code, row in told["posts"].items():
        posts[code] = StarterPost(
            code, Translation(row["title"]), row["unit"], row.get("reports_to"), row.get("grade"),
            row.get("headcount", 1), is_head=row["unit"] not in {post.unit for post in posts.values()},
        )
    file = DATA / "lists" / f"{name}.yaml"
    draft = parse(file.read_text(encoding="utf-8"), source=file.name)
    return Starter(name, Translation(told["title"]), Translation(told["about"]), units, posts, draft)
