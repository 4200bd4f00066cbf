"""Whether what one entry speaks of is certainly spoken of by another, too: action, place, amounts, conditions.

Both may be rows of a list or entries as the engine uses them. Where it cannot be told, the answer is no.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.held import matches
from core.db.dated import as_of
from core.org import tree
from core.org.models import PositionVersion

#: Scopes about one unit, each within the next.
_WIDER = ("unit", "subtree", "company")


class Speaks(Protocol):
    """What is compared: a row of a list, or an entry of a snapshot."""

    @property
    def position_id(self) -> int | None: ...
    @property
    def action(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def scope_unit_id(self) -> int | None: ...
    @property
    def limit_minor(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def cap_minor(self) -> int | None: ...
    @property
    def cap_period(self) -> str | None: ...
    @property
    def break_hours(self) -> int | None: ...
    @property
    def needs_second(self) -> int | None: ...
    @property
    def split_by(self) -> str | None: ...
    @property
    def split_days(self) -> int | None: ...
    @property
    def conditions(self) -> Mapping[str, Any] | None: ...
    @property
    def by_acting(self) -> bool: ...


class Places:
    """Units of a day in their order, and where posts belong."""

    def __init__(self, session: Session, day: date) -> None:
        self.nodes = tree.load(session, day)
        self.homes: dict[int, int] = {
            position: unit for position, unit in session.execute(
                select(PositionVersion.position_id, PositionVersion.unit_id).where(as_of(PositionVersion, day))
            )
        }

    def within(self, one: Speaks, other: Speaks, post: int | None = None, other_post: int | None = None) -> bool:
        """Whether all that one scope reaches is certainly reached by the other.

        What speaks of everybody is looked at as held by a ``post``, where one is named.
        """
        post = one.position_id if one.position_id is not None else post
        other_post = other.position_id if other.position_id is not None else other_post
        if other.scope == "all":
            return True
        if one.scope == other.scope and one.scope_unit_id == other.scope_unit_id and (
            post == other_post or one.scope == "self" or one.scope_unit_id is not None
        ):
            return True
        if one.scope not in _WIDER or other.scope not in _WIDER:
            return False
        inner, outer = one.scope_unit_id or self.homes.get(post or 0), other.scope_unit_id or self.homes.get(
            other_post or 0)
        if inner is not None and inner == outer:
            return _WIDER.index(one.scope) <= _WIDER.index(other.scope)
        here, there = self.nodes.get(inner or 0), self.nodes.get(outer or 0)
        if here is None or there is None or one.scope == "company":
            return one.scope == other.scope and here is not None and there is not None and (
                here.legal_entity_id == there.legal_entity_id)
        if other.scope == "company":
            return one.scope == "unit" and here.legal_entity_id == there.legal_entity_id
        return other.scope == "subtree" and there.lft <= here.lft < there.rgt and (
            one.scope == "unit" or here.rgt <= there.rgt)


def within(
    places: Places, one: Speaks, other: Speaks, *, acting: bool = True, post: int | None = None,
    other_post: int | None = None,
) -> bool:
    """Whether one entry says nothing that the other does not say, whatever each does with it.

    With ``acting`` also for whoever acts for the post.
    """
    if not matches(other.action, one.action):
        return False
    when, then = (one.conditions or {}).items(), (other.conditions or {}).items()
    return (
        places.within(one, other, post, other_post) and then <= when
        and (not acting or one.by_acting <= other.by_acting)
        and _at_most(one.limit_minor, other.limit_minor, one.currency == other.currency)
        and _at_most(one.cap_minor, other.cap_minor,
                     (one.currency, one.cap_period) == (other.currency, other.cap_period))
        and (other.break_hours is None or (one.break_hours or 25) <= other.break_hours)
        and (other.needs_second or 1) <= (one.needs_second or 1)
        and (other.split_by is None or (one.split_by, one.split_days) == (other.split_by, other.split_days))
    )


def _at_most(one: int | None, other: int | None, comparable: bool) -> bool:
    if other is None:
        return True
    return one is not None and comparable and one <= other
