"""Connections to a server that lay in the pool: asked whether they live before somebody works with them.

Only one that lay for ``ASK_AFTER`` is asked, because a question costs as much as a small statement and a process that
works steadily would put it before every second one. A server that was started anew in between is away for longer.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError

#: Seconds in the pool after which a connection is asked.
ASK_AFTER = 0.2
_LEFT = "remit_left"


def watch(engine: Engine) -> None:
    """Ask the connections of this engine; one that does not answer is replaced, with all that are as old."""
    dialect = engine.dialect

    def left(_raw: Any, record: Any) -> None:
        record.info[_LEFT] = time.monotonic()

    def taken(raw: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get(_LEFT)
        if since is None or time.monotonic() - since < ASK_AFTER:
            return
        try:
            dialect.do_ping(raw)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError("the database server did not answer") from error

    event.listen(engine, "checkin", left)
    event.listen(engine, "checkout", taken)
