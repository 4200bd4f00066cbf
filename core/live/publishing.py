"""Telling that something changed, inside the transaction that changes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, String, cast, func, insert
from sqlalchemy.orm import Session

from core.base import clock
from core.db import waking
from core.kernel.house import of
from core.live.models import LiveRow

#: The channel of PostgreSQL on which a commit wakes the live process.
CHANNEL = "remit_live"
MOST_BYTES = 1_000
KEY = re.compile(r"[A-Za-z0-9_.-]{0,64}")


def publish(
    session: Session, topic: str, key: str | int = "", data: Mapping[str, int | str | bool | None] | None = None
) -> None:
    """Tell whoever listens to ``topic:key`` that it changed. Heard after this transaction is committed, or never.

    ``data`` is a small hint for the page's script: numbers and codes, nothing personal, nothing that needs authority
    to be read. What a page shows it fetches. A topic that no module registered is a programming error
    (``LookupError``), and so are a key or data that do not fit (``ValueError``).
    """
    publish_many(session, topic, [key], data)


def publish_many(
    session: Session, topic: str, keys: Iterable[str | int], data: Mapping[str, int | str | bool | None] | None = None
) -> None:
    """Tell whoever listens to one of many things of a topic the same, in one statement however many; see ``publish``.
    """
    if topic not in of(session).registry.topics():
        raise LookupError(f"topic {topic!r} is registered by no module")
    names, hint = list(dict.fromkeys(str(key) for key in keys)), dict(data or {})
    for name in names:
        if not KEY.fullmatch(name):
            raise ValueError(f"{name!r} is no key of a topic: letters, digits, '_', '.' and '-', at most 64")
    if any(isinstance(value, (list, dict)) for value in hint.values()) or len(json.dumps(hint)) > MOST_BYTES:
        raise ValueError(f"what is told about {topic} is no small hint")
    if not names:
        return
    statement, now = insert(LiveRow.__table__), clock.now()  # type: ignore[arg-type]
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.values(xid=cast(cast(func.pg_current_xact_id(), String), BigInteger))
    session.execute(statement, [{"topic": topic, "key": name, "data": hint, "at": now} for name in names])
    waking.notify(session, CHANNEL)
