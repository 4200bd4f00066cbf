"""The side panel of the org chart: a position with its holders, or a unit with its head, units and positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.org import chart
from core.org.boxes import Drawing, head_of
from core.org.chart import PostBox, UnitBox

#: So many of a list are shown; the people list or the chart has the others.
SHOWN = 8


def of_position(
    session: Session, actor: Actor, day: date, found: Mapping[int, UnitBox],
    around: tuple[PostBox, PostBox | None, Sequence[PostBox]],
) -> dict[str, Any]:
    """The panel of a position whose neighbours have been read, with their holders: one statement more."""
    post, above, under = around
    held = chart.holders(session, actor, day, post.id, limit=chart.PAGE)
    return {
        "position_id": post.id, "unit_id": None, "post": post, "unit": found.get(post.unit_id), "above": above,
        "reports": [box.holder for box in under if box.holder], "vacant": max(0, post.headcount - post.held),
        "holders": [one for one in held if one.kind != "acting"][:SHOWN],
        "stand_ins": [one for one in held if one.kind == "acting"],
        "others": max(0, post.held - min(len(held), SHOWN)),
    }


def of_unit(drawing: Drawing, found: Mapping[int, UnitBox], unit: UnitBox) -> dict[str, Any]:
    """The panel of a unit out of what the chart has read."""
    posts = drawing.posts.get(unit.id, ())
    return {
        "position_id": None, "unit_id": unit.id, "unit": unit, "above": found.get(unit.parent_id or 0),
        "head": head_of(unit, drawing.posts),
        "units": [
            {"unit": child, "head": head_of(child, drawing.posts), "url": drawing.address("org.index", unit=child.id)}
            for child in unit.children[:chart.PAGE]
        ],
        "posts": [{"post": post, "url": drawing.address("org.index", position=post.id)} for post in posts[:SHOWN * 2]],
        "more_posts": max(0, unit.posts - SHOWN * 2), "more_units": max(0, len(unit.children) - chart.PAGE),
    }
