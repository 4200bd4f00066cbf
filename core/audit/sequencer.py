"""The sequencer: entries of the log that were committed get their place in the tree, one after the other, no gap.

Any number of processes call it; a lock lets one work, the others go on without waiting. All of a step is one
transaction, so a process that is killed leaves nothing half done. Entries keep the order in which they became visible,
by number within a step: a long transaction commits entries with small numbers late.

Up to the *mark* nothing is looked for any more. On SQLite writers queue up, so numbers become visible in their order
and the mark is simply the last one. On PostgreSQL a number is known to be settled when every transaction that was under
way when it was seen has ended; ``tidy`` looks once more, over the entries of a day, for one whose transaction drew its
number before it got its own and slipped past.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, String, cast, func, insert, select
from sqlalchemy.orm import Session

from core.audit.leaves import body, leaf_of, values_hash
from core.audit.models import AuditEntry, AuditLeaf, AuditProgress
from core.audit.subjects import Keys, people_of
from core.base import clock
from core.base.actor import Actor
from core.db.guard import mark, table_of
from core.db.locks import try_hold

if TYPE_CHECKING:
    from core.kernel.house import House

LOCK = "audit.sequence"
SEQUENCER = Actor.system("entries of the audit log get their place in the tree")
#: So many entries in one transaction, and so many transactions in one call.
STEP, STEPS = 2_000, 20
#: How far ``tidy`` looks back. An entry that turns up later than this was put in by hand; the verifier says so.
LATE = timedelta(days=1)

ENTRY = table_of(AuditEntry)
LEAF = table_of(AuditLeaf)
READING = [("audit:tree", ENTRY.name)]
NAMES = tuple(column.name for column in ENTRY.columns)


def sequence(house: House) -> int:
    """Give places to the entries that have none yet; returns how many got one. Nothing new: one reading transaction."""
    with house.session(SEQUENCER) as session:
        progress = session.get(AuditProgress, 1)
        if not _waits(session, progress):
            return 0
    done = 0
    for _turn in range(STEPS):
        with house.session(SEQUENCER, write=True) as session:
            placed = step(session)
        done += placed or 0
        if placed is None or placed < STEP:
            break
    return done


def step(session: Session) -> int | None:
    """One step in the caller's transaction: how many entries got a place, None where somebody else is at it."""
    if not try_hold(session, LOCK):
        return None
    progress = session.get(AuditProgress, 1)
    if progress is None:
        progress = AuditProgress(id=1, mark=0, ahead=None, horizon=None)
        session.add(progress)
    seen, oldest, newest = _horizon(session)
    placed = _place(session, ENTRY.columns.id > progress.mark)
    if placed < STEP:
        _settle(progress, seen, oldest, newest)
    session.flush()
    return placed


def tidy(session: Session) -> int | None:
    """Look once more for entries of the last day that are not in the tree; only on PostgreSQL can there be any."""
    if session.get_bind().dialect.name != "postgresql":
        return 0
    return _place(session, ENTRY.columns.at > clock.now() - LATE) if try_hold(session, LOCK) else None


def _waits(session: Session, progress: AuditProgress | None) -> bool:
    """Whether there is anything to do: an entry without a place, or a mark that may move."""
    if progress is not None and progress.ahead is not None and progress.ahead > progress.mark:
        return True
    after = progress.mark if progress is not None else 0
    return session.execute(_unplaced(ENTRY.columns.id > after, ENTRY.columns.id).limit(1)).first() is not None


def _unplaced(where: ColumnElement[bool], *columns: Any) -> Any:
    there = select(LEAF.columns.seq).where(LEAF.columns.entry_id == ENTRY.columns.id).exists()
    return mark(select(*columns).where(where, ~there), READING)


def _place(session: Session, where: ColumnElement[bool]) -> int:
    found = session.execute(_unplaced(where, *ENTRY.columns).order_by(ENTRY.columns.id).limit(STEP))
    rows = [dict(zip(NAMES, row, strict=True)) for row in found]
    if not rows:
        return 0
    people = people_of(session, rows)
    keys = Keys(session, people)
    last = session.scalar(select(func.max(LEAF.columns.seq)))
    made = []
    for seq, (row, person) in enumerate(zip(rows, people, strict=True), 0 if last is None else last + 1):
        subject, key = keys.of(person)
        values = values_hash(row, key)
        made.append({
            "seq": seq, "entry_id": row["id"], "leaf_hash": leaf_of(body(row, values)), "subject_id": subject,
            "values_hash": values,
        })  # fmt: skip
    session.execute(insert(LEAF), made)
    return len(made)


def _horizon(session: Session) -> tuple[int, int | None, int | None]:
    """The last entry visible, and which transactions may still bring smaller ones: the oldest under way, the next."""
    last = select(func.coalesce(func.max(ENTRY.columns.id), 0))
    if session.get_bind().dialect.name != "postgresql":
        return session.scalars(mark(last, READING)).one(), None, None
    now = func.pg_current_snapshot()
    row = session.execute(mark(last.add_columns(
        cast(cast(func.pg_snapshot_xmin(now), String), BigInteger),
        cast(cast(func.pg_snapshot_xmax(now), String), BigInteger),
    ), READING)).one()  # fmt: skip
    return row[0], row[1], row[2]


def _settle(progress: AuditProgress, seen: int, oldest: int | None, newest: int | None) -> None:
    """Move the mark; called when every entry that was visible at ``seen`` has its place."""
    if oldest is None:
        progress.mark = max(progress.mark, seen)
        return
    if progress.ahead is not None and progress.horizon is not None and oldest >= progress.horizon:
        progress.mark, progress.ahead = max(progress.mark, progress.ahead), None
    if progress.ahead is None and seen > progress.mark:
        progress.ahead, progress.horizon = seen, newest
