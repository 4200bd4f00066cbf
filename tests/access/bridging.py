"""Bridges to other CRMs in the matrix: their places in addresses, and a connection and a mapping for each owner."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.crm_tryton.models import Connection, State
from plugins.crm_webhook.models import Mapping
from tests.access.world import World, made

#: What stands in an address -> the kind of thing whose ids belong there.
OWNED = {"connection_id": "connection", "mapping_id": "mapping"}


def things(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    """One of each in an owner's unit; their ids by kind."""
    connection = made(
        session, Connection, title=f"{name}'s", url="http://127.0.0.1:9", database="crm", login="remit", password="-",
        company=1, channel="-", reason="-", fallback=1, is_on=False, **place,
    )  # fmt: skip
    made(session, State, connection_id=connection.id)
    mapping = made(session, Mapping, title=f"{name}'s", way="out", url="http://127.0.0.1:9", rules="", is_on=False,
                   **place)  # fmt: skip
    return {"connection": connection.id, "mapping": mapping.id}
