"""The boxes of the org chart as its macros draw them, and how they are laid out so that a company fits the window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for

from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.org.chart import MOST_ACROSS, MOST_OF_A_UNIT, PAGE, Holder, Lines, PostBox, UnitBox

_ = catalogue("org")

IN_A_ROW = 5


@dataclass
class Drawing:
    """What the boxes of one answer share: the day, what is chosen, and the positions by unit."""

    actor: Actor
    day: date
    unit_id: int | None = None
    position_id: int | None = None
    view: str = ""
    posts: Mapping[int, Sequence[PostBox]] = field(default_factory=dict)
    hung: bool = False

    def address(self, endpoint: str, **values: Any) -> str:
        """A link that keeps the day where it is not today, and the view where it is not the first."""
        if self.day != clock.today(self.actor.zone):
            values["day"] = self.day.isoformat()
        if self.view and endpoint == "org.index":
            values.setdefault("view", self.view)
        return url_for(endpoint, **values)

    @property
    def today(self) -> str:
        """The same view, of today."""
        chosen: dict[str, Any] = {"view": self.view or None, "unit": self.unit_id, "position": self.position_id}
        return url_for("org.index", **{name: value for name, value in chosen.items() if value})

    # -- by unit ---------------------------------------------------------------------------------------------------

    def tree(self, roots: Sequence[UnitBox]) -> list[dict[str, Any]]:
        """The boxes of whole trees; hung where they would be wider than a window."""
        self.hung = sum(map(self._across, roots)) > MOST_ACROSS
        return [self.unit(root, top=True) for root in roots]

    def unit(self, box: UnitBox, *, top: bool = False) -> dict[str, Any]:
        """A unit, with what stands below it when it is open, else with the way to fetch it."""
        made: dict[str, Any] = {"unit": self._card(box)}
        if not box.open:
            if box.children or box.posts:
                made |= {"folded": True, "children_url": self.address("org.children", unit_id=box.id)}
            return made
        if not box.children:
            return made | {"children": self.of_unit(box), "column": True}
        units = [self.unit(child) for child in box.children]
        if self.hung and not top:
            return made | {"children": [*self.of_unit(box), *units], "column": True}
        own = [self._own(box)] if box.posts else []
        made["children"] = [*own, *units]
        count = len(made["children"])
        return made | {"rows": _rows(count)} if self.hung else made

    def of_unit(self, box: UnitBox, skip: int = 0, without: int | None = None) -> list[dict[str, Any]]:
        """The unit's own positions; where there are more than a page, the last line fetches the next.

        The last of more than a page is the chosen one; the pages that follow leave it out.
        """
        posts = self.posts.get(box.id, [])
        nodes = [self.post(post) for post in posts]
        rest = box.posts - skip - len(nodes) - (1 if without else 0)
        if rest > 0:
            without = posts[-1].id if len(posts) > PAGE else without
            values = {"own": 1} if box.children else {}
            values |= {"without": without} if without else {}
            url = self.address("org.children", unit_id=box.id, skip=skip + PAGE, **values)
            nodes.append({"more": {"url": url, "count": rest}})
        return nodes

    def _own(self, box: UnitBox) -> dict[str, Any]:
        """Where units stand in a row, the unit's own positions would break it; they hang below a box of their own."""
        made: dict[str, Any] = {"unit": {
            "name": _("Posts of {unit}", unit=box.title), "url": self.address("org.index", unit=box.id),
            "target": "#panel", "lead": head_of(box, self.posts), "filled": box.own_filled, "quota": box.own_quota,
            "key": f"o{box.id}",
        }}
        if box.posts > MOST_OF_A_UNIT and all(post.id != self.position_id for post in self.posts.get(box.id, ())):
            url = self.address("org.children", unit_id=box.id, own=1)
            return made | {"folded": True, "children_url": url}
        return made | {"children": self.of_unit(box), "column": True}

    def _card(self, box: UnitBox) -> dict[str, Any]:
        return {
            "name": box.title, "url": self.address("org.index", unit=box.id), "lead": head_of(box, self.posts),
            "target": "#panel", "filled": box.filled, "quota": box.quota, "current": box.id == self.unit_id,
            "key": f"u{box.id}",
        }

    def _across(self, box: UnitBox) -> int:
        if not box.open or not box.children:
            return 1
        return sum(map(self._across, box.children)) + (1 if box.posts else 0)

    # -- by line of reporting --------------------------------------------------------------------------------------

    def post(self, post: PostBox, children: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
        """A position; in the chart by reporting line with the way to those below it."""
        made: dict[str, Any] = {"post": {
            "title": post.title, "grade": post.grade, "holder": post.holder, "target": "#panel",
            "url": self.address("org.index", position=post.id),
            "acting": post.holder is not None and post.holder.kind == "acting",
            "more": post.holder.more if post.holder else 0, "current": post.id == self.position_id,
            "key": f"p{post.id}",
        }}
        if children:
            return made | {"children": list(children), "rows": _rows(len(children))}
        if self.view == "reports" and post.below:
            made |= {"folded": True, "children_url": self.address("org.reports", position_id=post.id)}
        return made

    def lines(self, found: Lines) -> list[dict[str, Any]]:
        """The chart by reporting line: two levels open and the way to the chosen position, the others on demand."""
        return self.below(None, found.tops, count=found.count, under=found.under)

    def below(
        self, above: int | None, boxes: Sequence[PostBox], *, skip: int = 0, count: int,
        under: Mapping[int, Sequence[PostBox]] | None = None, without: int | None = None,
    ) -> list[dict[str, Any]]:
        """Those who report to a position, or stand at the top, and the line that fetches the next of them.

        The last of more than a page is there for his own sake; the pages that follow leave him out.
        """
        under = under or {}
        nodes = [
            self.post(box, self.below(box.id, under[box.id], count=box.below, under=under) if box.id in under else None)
            for box in boxes
        ]
        rest = count - skip - len(boxes)
        if rest > 0:
            without = boxes[-1].id if len(boxes) > PAGE else without
            values: dict[str, Any] = {"skip": skip + min(len(boxes), PAGE)}
            values |= {"without": without} if without else {}
            url = self.address("org.tops", **values) if above is None else self.address(
                "org.reports", position_id=above, **values
            )
            nodes.append({"more": {"url": url, "count": rest}})
        return nodes


def _rows(count: int) -> int:
    return -(-count // -(-count // IN_A_ROW)) if count > MOST_ACROSS else 0


def head_of(box: UnitBox, posts: Mapping[int, Sequence[PostBox]]) -> Holder | None:
    """Who heads a unit: the holder of its head's position. A company without one is headed by who reports to nobody."""
    own = next((post.holder for post in posts.get(box.id, ()) if post.is_head and post.holder), None)
    if own is not None or box.parent_id is not None:
        return own
    shown = [post for unit in _within(box) for post in posts.get(unit.id, ()) if post.is_head and post.holder]
    return next((post.holder for post in shown if post.reports_to_id is None), None)


def _within(box: UnitBox) -> Iterator[UnitBox]:
    """The unit and all below it, level by level."""
    level = [box]
    while level:
        yield from level
        level = [child for one in level for child in one.children]

