"""Taking an import back: newest chunk first, and only while nobody has changed its rows since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.calls import require
from core.audit.events import record_bulk
from core.base import clock
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import bulk
from core.db.base import Base
from core.db.types import keys_of
from core.exchange.changes import DELETE, INSERT, fingerprint, read_rows, unseal
from core.exchange.importing import Exchange, exchange_of
from core.exchange.models import DONE, UNDONE, Import, ImportChange

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("exchange")


def undo(session: Session, actor: Actor, record: Import) -> int:
    """Put everything an import wrote back to what stood there before; returns the number of rows.

    Raises ``DomainError``: ``import.state`` when there is nothing to take back, ``import.changed_since`` when a row
    was changed or is used by now. The caller's transaction is to be rolled back then, as after any error; there is no
    savepoint, under which SQLite takes a hundred times as long for many rows.
    """
    exchange = exchange_of(session, record.kind)
    require(session, actor, exchange.action)
    if record.state != DONE:
        raise DomainError("import.state", _("Only an import that was carried out can be undone."))
    chunks = session.scalars(
        select(ImportChange).where(ImportChange.import_id == record.id).order_by(ImportChange.seq.desc())
    ).all()
    if exchange.take_back is not None:
        count = exchange.take_back(session, actor, _inserted(session, chunks))
        return _undone(session, actor, exchange, record, count)
    if any(Base.metadata.tables[chunk.table_name].info.get("append_only") for chunk in chunks):
        raise DomainError("import.append_only", _(
            "What it wrote stands in a ledger that is only appended to. Import the right amounts; they correct it."))
    try:
        count = sum(_take_back(session, chunk, exchange.action) for chunk in chunks)
    except IntegrityError:
        raise _changed_since() from None
    return _undone(session, actor, exchange, record, count)


def _undone(session: Session, actor: Actor, exchange: Exchange, record: Import, count: int) -> int:
    if exchange.after_undo is not None:
        exchange.after_undo(session)
    record.state, record.undone_at, record.undone_by = UNDONE, clock.now(), actor.account_id
    session.flush()
    return count


def _inserted(session: Session, chunks: Iterable[ImportChange]) -> dict[str, list[int]]:
    """The numbers of the rows an import inserted, by table."""
    found: dict[str, list[int]] = {}
    for chunk in chunks:
        if chunk.operation == INSERT:
            found.setdefault(chunk.table_name, []).extend(unseal(keys_of(session), chunk.before)[0])
    return found


def _take_back(session: Session, chunk: ImportChange, action: str) -> int:
    table: Table = Base.metadata.tables[chunk.table_name]
    marker = [(action, table.name)]
    ids, names, before = unseal(keys_of(session), chunk.before)
    if chunk.operation == DELETE:
        _refuse_if_back(session, table, ids, marker)
        bulk.write_columns(session, table, {"id": ids, **before}, marker=marker)
        done = INSERT
    else:
        current = read_rows(session, table, ids, names, marker)
        found = current.pop("id")
        if found != ids or fingerprint(keys_of(session), table, ids, current) != chunk.digest:
            raise _changed_since()
        if chunk.operation == INSERT:
            bulk.delete_rows(session, table, ids, marker=marker)
            done = DELETE
        else:
            bulk.update_columns(session, table, {"id": ids, **before}, marker=marker)
            done = chunk.operation
    digest = fingerprint(keys_of(session), table, ids, before)
    record_bulk(session, table.name, f"undo:{chunk.import_id}", len(ids), digest, operation=done, action=action)
    return len(ids)


def _refuse_if_back(session: Session, table: Table, ids: list[int], marker: Any) -> None:
    if read_rows(session, table, ids, [], marker)["id"]:
        raise _changed_since()


def _changed_since() -> DomainError:
    return DomainError(
        "import.changed_since",
        _("The import cannot be undone: some of its rows were changed since, or are in use."),
    )
