"""Which lists somebody may read: a list belongs to its unit, and ``authority.list:read`` has a scope.

What a list says of a post or a unit is read with the list it stands in, wherever it is shown. One's own list is read
by everybody (``/authority/mine``); this is about those of others.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Session

from core.access.decision import Engine
from core.authority.models import PublishedList
from core.base.actor import Actor
from core.kernel.house import of as house_of
from core.kernel.specs import Facts, ResourceType, by_column

READ = "authority.list:read"

#: The installation's own list belongs to no unit, so only the scope ``all`` reaches it.
LISTS = ResourceType(
    "authority_list", PublishedList,
    lambda _session, one: Facts(unit_ids=(one.unit_id,) if one.unit_id is not None else ()),
    anchors={"unit": by_column("unit_id")}, read=READ,
)


def readable(
    session: Session, actor: Actor, model: Any = PublishedList, *, action: str = READ
) -> ColumnElement[bool]:
    """The published lists somebody may read, as a condition on them or on another model with a ``unit_id``.

    ``action`` is another one about lists, such as reading what is found in them.
    """
    if actor.is_system:
        return true()
    engine: Engine | None = session.info.get("authority")
    definition = house_of(session).registry.actions[action]
    return engine.predicate(session, actor, definition, LISTS, model) if engine else false()
