"""Reading the hints as they are committed: each once, none left out.

On SQLite one transaction writes at a time, so numbers grow in the order of commits. On PostgreSQL they do not: a
transaction may take number 5 and commit after number 6 was read. Each row holds the number of its transaction, and the
database can tell which transactions had ended when somebody looked (a snapshot). New is what is committed now and was
not when we looked last, however long its transaction took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, String, and_, cast, func, literal, not_, select
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from core.base.actor import Actor
from core.live.models import LiveRow

if TYPE_CHECKING:
    from core.kernel.house import House

TAILING = Actor.system("telling listeners what changed")


class Named(UserDefinedType[str]):
    """A type of PostgreSQL by its name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_options: Any) -> str:
        """How it is written."""
        return self.name


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about ``topic:key`` changed."""

    topic: str
    key: str
    data: dict[str, Any]


class Tail:
    """A reader of the hints, which begins with those that are committed after its first look."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._seen: int | str | None = None

    def fresh(self) -> list[Hint]:
        """What was committed since the last look; after a failure the next look finds it."""
        with self._house.session(TAILING) as session:
            if self._house.database.is_sqlite:
                rows, self._seen = _by_number(session, self._seen)
            else:
                rows, self._seen = _by_snapshot(session, self._seen)
        return rows


def _by_number(session: Session, seen: Any) -> tuple[list[Hint], int]:
    if seen is None:
        return [], session.scalars(select(func.coalesce(func.max(LiveRow.id), 0))).one()
    found = session.execute(
        select(LiveRow.id, LiveRow.topic, LiveRow.key, LiveRow.data).where(LiveRow.id > seen).order_by(LiveRow.id)
    ).all()
    return [Hint(row.topic, row.key, row.data) for row in found], found[-1].id if found else seen


def _by_snapshot(session: Session, seen: Any) -> tuple[list[Hint], str]:
    now = select(func.pg_current_snapshot().label("snapshot")).subquery("now")
    if seen is None:
        return [], session.scalars(select(cast(now.c.snapshot, String))).one()
    begun = cast(cast(LiveRow.xid, String), Named("xid8"))
    new = and_(
        LiveRow.xid >= int(seen.partition(":")[0]),
        # A row that came with a dump has the number of another server's transaction.
        LiveRow.xid < cast(cast(func.pg_snapshot_xmax(now.c.snapshot), String), BigInteger),
        not_(func.pg_visible_in_snapshot(begun, cast(literal(seen, String), Named("pg_snapshot")))),
    )
    found = session.execute(
        select(cast(now.c.snapshot, String).label("snapshot"), LiveRow.id, LiveRow.topic, LiveRow.key, LiveRow.data)
        .select_from(now.outerjoin(LiveRow, new)).order_by(LiveRow.id)
    ).all()
    return [Hint(row.topic, row.key, row.data) for row in found if row.id is not None], found[0].snapshot
